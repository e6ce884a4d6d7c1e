"""A commented plan to begin with, in the bureau's own words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from yaohao.planner.vocabulary.text import tidy
from yaohao.planner.wording.messages import say

_TEMPLATE = """\
#: head

#: id
id = {id}
#: title
title = {title}
authority = {authority}
#: as_of
as_of = {as_of}
#: window
window = [{first}, {last}]
#: frequency
# frequency = 4
#: items
items = {items}
#: strata
strata = ["tier", "region"]

#: scope
[scope]
#: kind
kind = []
#: region
region = {regions}
#: status
status = {statuses}

[rates]
#: rates
tier = {{ {rates} }}
#: unknown_tier
unknown_tier = {unknown_tier}

#: tolerance
{tolerance}

#: low_risk
{low_risk}

#: key_fields
[key_fields]
codes = {fields}

#: limits
[limits]
visits_per_year = 2
days_between = {days_between}
#: total
{total}

#: coverage
# [[coverage]]
# where = {{ fields = "food" }}
# within_years = 2

#: quota
# [[quota]]
# where = {{ region = "150502" }}
# min = 20
# [[quota]]
# where = {{ age = "new" }}
# max = "5% of draw"

#: leads
[leads]
triggers = ["complaint", "monitoring", "transfer"]

#: trigger_based
# [trigger_based]
# tiers = ["A"]
# observation_months = 12
# reminder_months = 12

#: department
# [[department]]
# name = "FIRE"
# items = ["FIRE-01"]
# size = 2
# qualifications = ["fire"]

#: crew
[crew]
size = {crew_size}
department = {crew_department}

#: seeds
[seeds]
select = {seed_source}
crew = {seed_source}

#: publication
[publication]
tiers = "hidden"
reserves = 0
# cosigners = [{{ name = "Notary", key = "{key}" }}]
"""
_RATES = {"A": "1%", "B": "3%", "C": "10%", "D": "30%"}
_NOBODY = "088773808f7dcea5b3d4b139b6da695dad2890cb1d498e29592dfae8f7a30b0e"
"""A public key to which nobody has the private one: the SHA-256 of "cosigner"."""
_FIELDS = ("drug", "food", "industrial", "special")
ACTIVE = "active"
"""The status of China's registers, and of whatever has no column of it."""
_RATE = "5%"
"""The rate with which a tier begins of which nothing is known here."""


@dataclass(frozen=True)
class SampleCodes:
    """The codes that a register has of its own: its tiers, its fields, its statuses.

    Where no status is known yet the plan asks for none; where ``active`` is none of them it names
    them all, so that nobody is left out who was not crossed off.
    """

    tiers: Sequence[str]
    fields: Sequence[str]
    statuses: Sequence[str]

    def in_scope(self) -> Sequence[str]:
        """The statuses that a plan begins with."""
        return (ACTIVE,) if ACTIVE in self.statuses else self.statuses


@dataclass(frozen=True)
class PlanChoices:
    """What a planner decides of a plan before the first one is written; all else has its comment.

    The defaults are those of a plan that nobody was asked about.
    """

    total: int | None = None
    """At most so many inspections in the lottery; None for as many as the rates give."""
    tolerance_years: int = 3
    """Years for which a new entity is left alone; 0 for no tolerance period."""
    low_risk_left_out: str = "50%"
    """The share of the lowest tier that is left out, as plans write it; "" for none."""
    days_between: int = 60
    """Days since the last visit to an entity before the next; 0 for no limit."""
    crew_size: int = 2
    """Inspectors of a department at a visit."""
    crew_department: str = ""
    """The department that inspects; "" for those that the items name."""
    seed_source: str = ""
    """Where both seeds will come from."""


_COMMENT = re.compile(r"^#: (\w+)$", re.MULTILINE)


# Many parameters: the blanks of a form: each has a default.
def sample_plan(
    lang: str,
    *,
    id: str = "plan-1",
    title: str = "",
    authority: str = "",
    as_of: date | str = "2027-01-04",
    window: tuple[date | str, date | str] | None = None,
    regions: Iterable[str] = (),
    items: Iterable[str] = (),
    codes: SampleCodes | None = None,
    choices: PlanChoices | None = None,
) -> str:
    """The TOML text of a plan with every key explained, in Chinese (``zh``) or English (``en``).

    What is not chosen stands there as a comment. `codes` are those of a register that has others
    than China's. Without a `window` it opens a week after `as_of` and lasts eighty days. The text
    parses wherever the values given are such as a plan may hold.
    """
    day = as_of if isinstance(as_of, date) else date.fromisoformat(as_of)
    first, last = window or (day + timedelta(days=7), day + timedelta(days=86))
    tiers = list(codes.tiers) if codes and codes.tiers else list(_RATES)
    chosen = choices or PlanChoices()
    commented = _TEMPLATE.format(
        key=_NOBODY,
        rates=", ".join(f"{toml_key(one)} = {_quoted(_RATES.get(one, _RATE))}" for one in tiers),
        unknown_tier=_quoted("B" if "B" in tiers else tiers[0]),
        tolerance=_table(
            ["[tolerance]", f"years = {chosen.tolerance_years or 3}", 'leave_out = "100%"'],
            is_wanted=chosen.tolerance_years > 0,
        ),
        low_risk=_table(
            [
                "[low_risk]",
                f"tiers = {_list([one for one in tiers if one == 'A'])}",
                f"leave_out = {_quoted(chosen.low_risk_left_out or '50%')}",
            ],
            is_wanted=bool(chosen.low_risk_left_out),
        ),
        total=_table([f"total = {chosen.total or 600}"], is_wanted=chosen.total is not None),
        days_between=chosen.days_between,
        crew_size=chosen.crew_size,
        crew_department=_quoted(chosen.crew_department),
        seed_source=_quoted(chosen.seed_source),
        fields=_list(_FIELDS if codes is None else codes.fields),
        statuses=_list((ACTIVE,) if codes is None else codes.in_scope()),
        id=_quoted(id),
        title=_quoted(title or say("plan.sample-name", lang)),
        authority=_quoted(authority or say("plan.sample-bureau", lang)),
        as_of=day.isoformat(),
        first=first,
        last=last,
        regions=_list(regions),
        items=_list(items),
    )
    return _COMMENT.sub(lambda match: _comment(say(f"plan.sample-{match[1]}", lang)), commented)


def _comment(words: str) -> str:
    return "\n".join(f"# {line}" for line in words.strip().splitlines())


def _table(lines: Iterable[str], *, is_wanted: bool) -> str:
    """Lines of TOML; as comments where they are not wanted."""
    return "\n".join(one if is_wanted else f"# {one}" for one in lines)


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's too once control characters are gone."""
    return json.dumps(tidy(text), ensure_ascii=False)


def toml_key(code: str) -> str:
    """A TOML key: bare where it may be."""
    return code if re.fullmatch(r"[A-Za-z0-9_-]+", code) else _quoted(code)


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(_quoted(text) for text in texts) + "]"
