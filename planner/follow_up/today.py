"""The list of the morning: what is to be done, in four bands, alike things folded.

Law's clock (hard dues: late, today, this week) · your decision (for a second person, not whom
proposed) · their clock (firms that can still be helped) · yours this quarter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from yaohao.planner.follow_up.case import Case
from yaohao.planner.follow_up.counting import Counting
from yaohao.planner.follow_up.due_days import PendingDue, pending_dues
from yaohao.planner.follow_up.kind_model import BANDS, DECIDERS, Kind
from yaohao.planner.follow_up.kinds import Kinds
from yaohao.planner.follow_up.needs import is_same_person
from yaohao.planner.schema.reports.today import Line, Today

HORIZONS = {"law": 7, "theirs": 7, "quarter": 92}
"""Days ahead that a band looks."""

NAMED = 20
"""Cases that a line names at most."""


def today_list(
    cases: Iterable[Case], kinds: Kinds, counting: Counting, as_of: date, *, me: str = ""
) -> Today:
    """What is to be done on `as_of`; decisions that `me` proposed are left out."""
    folded: dict[tuple[str, ...], Line] = {}
    later: dict[str, str | None] = dict.fromkeys(BANDS)
    for case in cases:
        if case.closed or not case.remaining:
            continue
        kind = kinds.get(case.kind, case.version)
        waits = kind.states[case.state].waits
        if waits in DECIDERS and not is_same_person(me, case.proposer):
            fold_line(folded, decision_line(case, kind))
        for due in pending_dues(case, kind, counting):
            band = band_of(due, kind)
            if due.day <= last_day(band, as_of):
                fold_line(folded, due_line(case, kind, due, counting, as_of))
            elif later[band] is None or due.day.isoformat() < str(later[band]):
                later[band] = due.day.isoformat()
    return {"as_of": as_of.isoformat(), "lines": in_order(folded), "next": later}


def last_day(band: str, as_of: date) -> date:
    """The last day that a band looks ahead to."""
    ahead = min(HORIZONS.get(band, 7), (date.max - as_of).days)
    return as_of + timedelta(days=ahead)


def in_order(folded: Mapping[tuple[str, ...], Line]) -> list[Line]:
    """Folded lines in the order of the bands, then by day."""
    order = {band: place for place, band in enumerate(BANDS)}
    return sorted(
        folded.values(),
        key=lambda line: (order[line["band"]], line["day"] or "", line["kind"], line["due"]),
    )


def band_of(due: PendingDue, kind: Kind) -> str:
    """The band of a due: hard ones are law's, a bureau's own the quarter's, the rest theirs."""
    if due.rule.hard:
        return "law"
    return due.rule.band or ("quarter" if kind.subject == "bureau" else "theirs")


def due_line(case: Case, kind: Kind, due: PendingDue, counting: Counting, as_of: date) -> Line:
    """The line of something that is due in a case."""
    unit = due.counted.reckoning.unit
    return {
        "band": band_of(due, kind),
        "kind": kind.id,
        "version": kind.version,
        "due": due.rule.name,
        "what": {"zh": due.rule.words.zh, "en": due.rule.words.en},
        "day": due.day.isoformat(),
        "days_left": counting.left(as_of, due.day, unit),
        "unit": unit,
        "hard": due.rule.hard,
        "late": due.day < as_of,
        "who": due.rule.who or kind.states[case.state].waits,
        "cases": [case.id],
        "number": 1,
        "count": case.remaining,
        "why": due.why(),
        "next_steps": [step.id for step in kind.steps_from(case.state)],
    }


def decision_line(case: Case, kind: Kind) -> Line:
    """The line of a case that waits for a second person."""
    waits = kind.states[case.state].waits
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
        "number": 1,
        "count": case.remaining,
        "why": {"rule": f"waits for {waits}", "basis": kind.basis},
        "next_steps": [step.id for step in kind.steps_from(case.state)],
    }


def fold_line(folded: dict[tuple[str, ...], Line], line: Line) -> None:
    """Put a line with those that are alike."""
    key = (
        *(line["band"], line["kind"], line["version"], line["due"], str(line["day"])),
        *(line["what"]["zh"], str(line["why"].get("rule", "")), ",".join(line["next_steps"])),
    )
    known = folded.get(key)
    if known is None:
        folded[key] = line
    else:
        known["cases"] = [*known["cases"], *line["cases"]][:NAMED]
        known["number"] += line["number"]
        known["count"] += line["count"]
