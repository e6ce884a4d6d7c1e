"""What the clock does, recorded: cases opened by the calendar, dues marked late, ends by law.

The clock never decides. What it does counts on the day that the rule names, so that recording it
daily or once a year comes to the same; lists show it whether it was recorded or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from yaohao.planner.follow_up.case_clock import clock
from yaohao.planner.follow_up.cohorts import frozen_list
from yaohao.planner.follow_up.conditions import FactValue
from yaohao.planner.follow_up.kind_model import Kind, Opening
from yaohao.planner.follow_up.machine import open_case, opened_days
from yaohao.planner.follow_up.named_needs import facts_named, kind_named
from yaohao.planner.follow_up.needs import Act
from yaohao.planner.schema.reports.cases import ClockReport
from yaohao.planner.storage.case_acts import BUREAU, COHORT, OnceKeys, day_in_law
from yaohao.planner.storage.case_desk import CaseDesk, Change
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.snapshot_files import current_table

if TYPE_CHECKING:
    import pyarrow as pa

_AT_ONCE = 20_000  # cases that are read and written at a time
_YEAR = timedelta(days=366)


def record_clock(
    workspace: WorkspaceFolder, day: str = "", *, dry_run: bool = False
) -> ClockReport:
    """Record what the clock has done up to a day, by default today; nothing where that is known."""
    until = day_in_law(workspace, day)
    report: ClockReport = {
        "as_of": until.isoformat(),
        "opened": [],
        "not_opened": [],
        "events": {},
        "cases": 0,
        "entries": [],
        "dry_run": dry_run,
    }
    with workspace.act("case") as store:
        desk = CaseDesk(workspace)
        _open_by_calendar(desk, until, report)
        numbers = store.ticking_cases(until.isoformat())
        for start in range(0, len(numbers), _AT_ONCE):
            _tick(desk, numbers[start : start + _AT_ONCE], until, report)
        if not dry_run and (report["entries"] or store.last_clock() < until.isoformat()):
            store.note_clock(until.isoformat())
    return report


def _tick(desk: CaseDesk, numbers: list[int], until: date, report: ClockReport) -> None:
    changes = []
    for number, one in desk.load_all(numbers).items():
        done = clock(one.case, one.kind, until, desk.counting)
        if not done:
            continue
        events = tuple(event for _, event in done)
        changes.append(Change(number, done[-1][0], one.kind, events, one.row.office))
        for event in events:
            report["events"][event["event"]] = report["events"].get(event["event"], 0) + 1
    report["cases"] += len(changes)
    if changes and not report["dry_run"]:
        report["entries"] += [line.entry for line in desk.keep(changes, batch=True)]


def _open_by_calendar(desk: CaseDesk, until: date, report: ClockReport) -> None:
    """Open what the calendar opens; of what was never recorded the last day of the year alone."""
    known = desk.store.last_clock()
    for kind in desk.kinds:
        for opening in kind.openings:
            if opening.source != "clock":
                continue
            days = opened_days(opening, until - min(_YEAR, until - date.min), until)
            if known:
                days = tuple(day for day in days if day.isoformat() > known)
            for day in days if known else days[-1:]:
                if kind.holds_on(day):
                    _open_on(desk, kind, opening, day, report)


def _open_on(desk: CaseDesk, kind: Kind, opening: Opening, day: date, report: ClockReport) -> None:
    facts = {name: value for name, value in calendar_facts(day).items() if name in kind.facts}
    missing = [name for name in opening.needs if name not in facts]
    subjects: list[str] = []
    if opening.cohort and not missing:
        subjects, missing = _members(desk, kind, opening, facts, day)
        if opening.when is not None:
            facts = {**facts, **dict(_settled(opening, facts, day))}
    if missing or (opening.cohort and not subjects):
        named = facts_named(kind, missing)
        report["not_opened"].append(
            {"kind": kind_named(kind), "day": day.isoformat(), "missing": named}
        )
        return
    members = frozen_list(subjects) if opening.cohort else None
    act = Act(day, "clock", facts=facts, members=members)
    subject = COHORT if opening.cohort else BUREAU if kind.subject == "bureau" else ""
    shaped = replace(kind, openings=(opening,))
    outcome = open_case(shaped, "clock", subject, act, taken=OnceKeys(desk.store))
    changes = desk.new_cases([(event, kind) for event in outcome.events], {})
    if not changes:
        return
    report["opened"].append(
        {
            "kind": kind_named(kind),
            "day": day.isoformat(),
            "case": changes[0].case.id,
            "members": len(subjects) if opening.cohort else None,
        }
    )
    if not report["dry_run"]:
        report["entries"] += [line.entry for line in desk.keep(changes)]
        desk.store.add_members(changes[0].number, subjects)


def calendar_facts(day: date) -> dict[str, FactValue]:
    """The facts that a day itself tells: the year in which to report, and the quarter."""
    quarter = f"{day.year}Q{(day.month + 2) // 3}"
    return {"filing_year": day.year, "year": day.year, "quarter": quarter}


def _members(
    desk: CaseDesk, kind: Kind, opening: Opening, facts: dict[str, FactValue], day: date
) -> tuple[list[str], list[str]]:
    """The entities of the register whose own facts open a case; or the facts that nobody tells.

    Who was deregistered or revoked is not asked for anything; who has a case of their own for the
    same is left out.
    """
    table = current_table(desk.workspace)
    if table is None:
        return [], []
    facts_known = _register_facts(table, day)
    asked = opening.when.facts() if opening.when is not None else ()
    unknown = [name for name in asked if name not in facts_known and name not in facts]
    if unknown:
        return [], unknown
    columns = {name: facts_known[name] for name in asked if name in facts_known}
    values = kind.values_on(day)
    holds: dict[tuple[FactValue, ...], bool] = {}
    names = []
    for entity, present, *own in zip(
        table.column("entity_id").to_pylist(),
        facts_known["present"],
        *columns.values(),
        strict=True,
    ):
        if not present:
            continue
        key = tuple(own)
        if key not in holds:
            mine = {**facts, **dict(zip(columns, own, strict=True))}
            holds[key] = opening.when is None or opening.when.value(mine, day, values) is True
        if holds[key]:
            names.append(entity)
    return sorted(set(names) - desk.store.own_subjects(kind.id, day.year)), []


def _register_facts(table: pa.Table, day: date) -> dict[str, list[Any]]:
    """What the register tells of every entity: whether it is still there, new this year."""
    established = table.column("established_on").to_pylist()
    status = table.column("status").to_pylist()
    year = str(day.year)
    return {
        "registered_this_year": [(one or "")[:4] == year for one in established],
        "present": [one in ("active", "suspended") for one in status],
    }


def _settled(
    opening: Opening, facts: dict[str, FactValue], day: date
) -> Iterator[tuple[str, FactValue]]:
    """The facts of a condition that hold for all members of a cohort alike."""
    assert opening.when is not None  # asked only then
    for part in opening.when.comparisons():
        if part.left.fact not in facts and part.sign == "true":
            truth = opening.when.value({**facts, part.left.fact: True}, day)
            yield part.left.fact, truth is True
