"""The fields of the national publicity record of inspections (国家企业信用信息公示系统).

One row an entity and item: plan, task, targeted or not, authority, date finished, and the number,
the item and its result. Ids begin with the six-digit division code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yaohao.planner.vocabulary.phones import without_phones
from yaohao.planner.vocabulary.terms import word

COLUMNS = (
    "entity_id", "name", "plan_id", "plan_name", "task_id", "task_name", "targeted", "authority",
    "finished_on", "number", "item", "result_code", "result",
)  # fmt: skip
"""The fields, in the order of the record."""

_NOT_YET = "0"


def is_targeted(plan: Mapping[str, Any], division: str) -> bool:
    """Whether a plan's pool is narrowed by a condition (定向抽查).

    It is where the scope names kinds, or regions that leave out a part of the division.
    """
    whole = _stem(division)
    regions = plan["scope"]["region"]
    return bool(plan["scope"]["kind"]) or (
        bool(regions) and not any(whole.startswith(region) for region in regions)
    )


def six_digits(division: str) -> str:
    """A division's code written out to six digits; "" for what is no code of a division."""
    if not (division.isascii() and division.isdigit() and 2 <= len(division) <= 12):
        return ""
    return division[:6].ljust(6, "0")


def _stem(division: str) -> str:
    """A division's code without the pairs of noughts that only fill it up."""
    code = six_digits(division)
    while code.endswith("00"):
        code = code[:-2]
    return code


# Many parameters: the sources of the record's fields, one parameter each.
def national_record(
    draw: str,
    plan: Mapping[str, Any],
    division: str,
    items: Sequence[Mapping[str, Any]],
    visits: Iterable[Mapping[str, Any]],
    results: Iterable[Mapping[str, Any]],
    withdrawals: Iterable[Mapping[str, Any]],
    targeted: bool | None = None,
) -> list[dict[str, str]]:
    """The rows of the record, by `COLUMNS`, of every visit that has a result.

    An item of such a visit that was not inspected reads as not yet inspected, and the visit has no
    date finished then. A withdrawal has the day `on` which the entity was found gone. `items` are
    those of the plan in its order; `division` six digits. Without `targeted` the plan tells; a
    visit for cause is always targeted.
    """
    by_entity: dict[str, dict[str, Mapping[str, Any]]] = {}
    for row in results:
        by_entity.setdefault(row["entity_id"], {})[row["item_id"]] = row
    gone = {one["entity_id"]: one for one in withdrawals}
    aimed = is_targeted(plan, division) if targeted is None else targeted
    asked = list(items) or [{"item_id": "", "name": ""}]
    lines: list[dict[str, str]] = []
    for visit in visits:
        entity = visit["entity_id"]
        if entity in gone:
            of_items = dict.fromkeys((item["item_id"] for item in asked), gone[entity]["result"])
            finished = gone[entity]["on"]
        elif entity in by_entity:
            rows = by_entity[entity]
            codes = {item: row["result"] for item, row in rows.items()}
            of_items = {item["item_id"]: codes.get(item["item_id"], _NOT_YET) for item in asked}
            is_whole = _NOT_YET not in of_items.values()
            finished = max(row["visited_on"] for row in rows.values()) if is_whole else ""
        else:
            continue
        for number, item in enumerate(asked, 1):
            code = of_items[item["item_id"]]
            lines.append(
                {
                    "entity_id": entity,
                    "name": without_phones(visit["name"]),
                    "plan_id": division + plan["id"],
                    "plan_name": without_phones(plan["title"]),
                    "task_id": division + draw,
                    "task_name": _task_name(plan),
                    "targeted": "1" if aimed or visit["standing"] == "directed" else "0",
                    "authority": plan["authority"],
                    "finished_on": finished,
                    "number": str(number),
                    "item": without_phones(item["name"] or item["item_id"]),
                    "result_code": code,
                    "result": word("result", code, "zh"),
                }
            )
    return lines


def _task_name(plan: Mapping[str, Any]) -> str:
    title = without_phones(plan["title"])
    return f"{title}（第{plan['batch']}批）" if plan["frequency"] > 1 else title
