"""What the bureau's own forms say: notices of inspection, record forms, work lists, as values.

Nothing here is public: a notice goes to the one entity, a work list to the inspectors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.vocabulary.terms import (
    FOLLOW_UPS,
    METHODS,
    RESULTS,
    word,
)

VisitSheet = dict[str, Any]
"""All about one visit that its forms say."""


# Many parameters: the sources of a form's fields, one parameter each.
def cases(
    visits: Sequence[Mapping[str, Any]],
    crews: Mapping[str, Sequence[str]],
    addresses: Mapping[str, str],
    items: Sequence[Mapping[str, Any]],
    inspectors: Mapping[str, Mapping[str, Any]],
    materials: Mapping[str, Sequence[str]],
    language: str,
    region_names: Mapping[str, str],
) -> list[VisitSheet]:
    """The visits that are to be made, in their order, each with its items and its inspectors.

    `crews` are the inspectors' ids by entity, `items` those of the plan in its order, `materials`
    by item id what an entity is asked to have ready for it, `region_names` by code.
    """
    named = [
        {
            "number": number,
            **{key: item.get(key, "") for key in _ITEM},
            "method": word("method", item.get("method", ""), language),
            "materials": list(materials.get(item["item_id"], ())),
        }
        for number, item in enumerate(items, 1)
    ]
    return [
        {
            "number": f"{number:04d}",
            **{key: visit[key] for key in ("entity_id", "name", "region", "standing", "result")},
            "region_name": region_names.get(visit["region"], ""),
            "address": addresses.get(visit["entity_id"], ""),
            "items": named,
            "inspectors": [_inspector(one, inspectors) for one in crews[visit["entity_id"]]],
        }
        for number, visit in enumerate(visits, 1)
    ]


_ITEM = ("item_id", "name", "basis", "content", "department")


def _inspector(inspector_id: str, roster: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    row = roster.get(inspector_id, {})
    return {
        "inspector_id": inspector_id,
        "name": row.get("name", ""),
        "department": row.get("department", ""),
    }


def work_lists(made: Sequence[VisitSheet]) -> list[dict[str, Any]]:
    """For each inspector, in ascending order of id, the visits to make and with whom."""
    of_inspector: dict[str, dict[str, Any]] = {}
    for case in made:
        for one in case["inspectors"]:
            mine = of_inspector.setdefault(one["inspector_id"], {**one, "visits": []})
            others = [other for other in case["inspectors"] if other is not one]
            mine["visits"].append({**case, "others": others})
    return [of_inspector[inspector_id] for inspector_id in sorted(of_inspector)]


def crew_lists(made: Sequence[VisitSheet]) -> list[dict[str, Any]]:
    """For each crew, in ascending order of its inspectors' ids, the visits that it makes."""
    of_crew: dict[tuple[str, ...], dict[str, Any]] = {}
    for case in made:
        members = sorted(case["inspectors"], key=lambda one: str(one["inspector_id"]))
        key = tuple(one["inspector_id"] for one in members)
        of_crew.setdefault(key, {"inspectors": members, "visits": []})["visits"].append(case)
    return [of_crew[key] for key in sorted(of_crew)]


def boxes(language: str) -> dict[str, list[dict[str, str]]]:
    """What can be ticked on a record form: results, methods and follow-ups, code and word.

    The code of what has not been inspected is none of them.
    """
    return {
        name: [
            {"code": term.code, "word": term.zh if language == "zh" else term.en}
            for term in terms
            if (name, term.code) != ("result", "0")
        ]
        for name, terms in (("result", RESULTS), ("method", METHODS), ("follow_up", FOLLOW_UPS))
    }
