"""The list of the morning: what is to be done, in four bands, alike things folded.

Law's clock (hard dues: late, today, this week) · your decision (for a second person, not whom
proposed) · their clock (firms that can still be helped) · yours this quarter.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, TypedDict

from yaohao.planner.follow_up.case import Case
from yaohao.planner.follow_up.counting import Counting
from yaohao.planner.follow_up.due_days import PendingDue, pending_dues
from yaohao.planner.follow_up.kind_model import BANDS, DECIDERS, Kind
from yaohao.planner.follow_up.kinds import Kinds

HORIZONS = {"law": 7, "theirs": 7, "quarter": 92}
"""Days ahead that a band looks."""


class Line(TypedDict):
    """One thing to do, for one case or many alike; `count` counts the members of cohorts."""

    band: str
    kind: str
    version: str
    due: str
    what: dict[str, str]
    day: str | None
    days_left: int | None
    unit: str
    hard: bool
    late: bool
    who: str
    cases: list[str]
    count: int
    why: dict[str, Any]
    next_steps: list[str]


class Today(TypedDict):
    """The list, and for each band the next day on which something is due after it."""

    as_of: str
    lines: list[Line]
    next: dict[str, str | None]


def today_list(
    cases: Iterable[Case], kinds: Kinds, counting: Counting, as_of: date, *, me: str = ""
) -> Today:
    """What is to be done on `as_of`; decisions that `me` proposed are left out."""
    folded: dict[tuple[str, ...], Line] = {}
    later: dict[str, str | None] = dict.fromkeys(BANDS)
    for case in cases:
        if case.closed:
            continue
        kind = kinds.get(case.kind, case.version)
        waits = kind.states[case.state].waits
        if waits in DECIDERS and not (me and me == case.proposer):
            _fold(folded, _decision(case, kind, waits))
        for due in pending_dues(case, kind, counting):
            band = band_of(due, kind)
            last = as_of + timedelta(days=HORIZONS.get(band, 7))
            if due.day <= last:
                _fold(folded, _line(band, case, kind, due, counting, as_of, waits))
            elif later[band] is None or due.day.isoformat() < str(later[band]):
                later[band] = due.day.isoformat()
    order = {band: place for place, band in enumerate(BANDS)}
    lines = sorted(
        folded.values(),
        key=lambda line: (order[line["band"]], line["day"] or "", line["kind"], line["due"]),
    )
    return {"as_of": as_of.isoformat(), "lines": lines, "next": later}


def band_of(due: PendingDue, kind: Kind) -> str:
    """The band of a due: hard ones are law's, a bureau's own the quarter's, the rest theirs."""
    if due.rule.hard:
        return "law"
    return due.rule.band or ("quarter" if kind.subject == "bureau" else "theirs")


# Many parameters: the columns of a line, said once.
def _line(
    band: str,
    case: Case,
    kind: Kind,
    due: PendingDue,
    counting: Counting,
    as_of: date,
    waits: str,
) -> Line:
    unit = due.counted.reckoning.unit
    return {
        "band": band,
        "kind": kind.id,
        "version": kind.version,
        "due": due.rule.name,
        "what": {"zh": due.rule.words.zh, "en": due.rule.words.en},
        "day": due.day.isoformat(),
        "days_left": counting.left(as_of, due.day, unit),
        "unit": unit,
        "hard": due.rule.hard,
        "late": due.day < as_of,
        "who": due.rule.who or waits,
        "cases": [case.id],
        "count": case.remaining,
        "why": due.why(),
        "next_steps": [step.id for step in kind.steps_from(case.state)],
    }


def _decision(case: Case, kind: Kind, waits: str) -> Line:
    state = kind.states[case.state]
    return {
        "band": "decision",
        "kind": kind.id,
        "version": kind.version,
        "due": "",
        "what": {"zh": state.words.zh, "en": state.words.en},
        "day": case.entered_on.isoformat(),
        "days_left": None,
        "unit": "d",
        "hard": False,
        "late": False,
        "who": waits,
        "cases": [case.id],
        "count": case.remaining,
        "why": {"rule": f"waits for {waits}", "basis": kind.basis},
        "next_steps": [step.id for step in kind.steps_from(case.state)],
    }


def _fold(folded: dict[tuple[str, ...], Line], line: Line) -> None:
    key = (
        *(line["band"], line["kind"], line["version"], line["due"], str(line["day"])),
        *(line["what"]["zh"], str(line["why"].get("rule", "")), ",".join(line["next_steps"])),
    )
    known = folded.get(key)
    if known is None:
        folded[key] = line
    else:
        known["cases"] += line["cases"]
        known["count"] += line["count"]
