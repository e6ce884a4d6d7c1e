"""Files that move cases: who has filed an annual report, and what opens cases of a kind."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import date
from pathlib import Path

from yaohao.planner.follow_up.cohorts import Cohort, step_for_some
from yaohao.planner.follow_up.conditions import FactValue
from yaohao.planner.follow_up.events import Event
from yaohao.planner.follow_up.fact_values import read_facts
from yaohao.planner.follow_up.machine import open_case, take_step
from yaohao.planner.follow_up.needs import Act
from yaohao.planner.register.case_files import CaseRowsRead, read_filings, read_openings
from yaohao.planner.schema.case_files import CaseFileReport
from yaohao.planner.schema.options import DEFAULTS, ImportOptions
from yaohao.planner.storage.case_acts import day_in_law, names_and_places
from yaohao.planner.storage.case_desk import CaseDesk, Change, StoredCase
from yaohao.planner.storage.entity_lookup import not_known
from yaohao.planner.storage.folder import Progress, WorkspaceFolder
from yaohao.planner.storage.import_knowledge import as_known
from yaohao.planner.storage.new_cases import PIECE, NewCases
from yaohao.planner.vocabulary.problems import PlannerError, refuse

REPORT = "annual-report"
"""The kind of which filings are taken in."""

_STEPS = ("file", "file-in-time", "file-late")


def import_filings(
    workspace: WorkspaceFolder,
    files: Sequence[Path],
    year: int = 0,
    day: str = "",
    options: ImportOptions = DEFAULTS,
    progress: Progress | None = None,
) -> CaseFileReport:
    """Take in who has filed: members leave the cohort of a year, those with a case end it.

    `year` is the one in which to report, by default that of the day. Who filed by 30 June has filed
    in time, also where the list comes after; of a row without a day the day of the list counts.
    Every row is counted: `filed`, `in_time` (told after the deadline), `late`, `already`, and
    `not_asked` for those from whom no report is due, and `ended` for those of a batch that was
    passed on for listing as a whole: their cases of their own are mended. Raises PlannerError where
    no case of the year is there.
    """
    known = as_known(workspace, "filings", options)
    on = day_in_law(workspace, day)
    year = year or on.year
    read = read_filings(
        files,
        workspace.settings.register,
        known,
        lambda ids: not_known(workspace, ids, in_frames=False),
        progress,
    )
    filed = {row["entity_id"]: row["filed_on"] or on.isoformat() for row in read.accepted}
    counts = dict.fromkeys(("filed", "in_time", "late", "already", "ended", "not_asked"), 0)
    names = dict(zip(_STEPS, ("filed", "in_time", "late"), strict=True))
    with workspace.act("case") as store:
        desk = CaseDesk(workspace)
        cases = _of_year(desk, year, filed)
        if not cases:
            raise refuse("case.no-cohort-of-year", year=year)
        digests = [digest for _, digest in read.files]
        changes: list[Change] = []
        left: list[tuple[int, list[str], int]] = []
        done: set[str] = set()
        for one in cases:
            if one.case.members is None:
                subject = one.case.subject
                if subject in filed and subject not in done:
                    done.add(subject)
                    change, step = _own(desk, one, filed[subject], year, on, digests)
                    counts[names.get(step, "already")] += 1
                    changes += [change] if change else []
                continue
            # Who has a case of their own was counted with that.
            there = store.members_among(one.row.number, filed.keys() - done)
            done |= set(there)
            counts["already"] += sum(event > 0 for event in there.values())
            standing = sorted(name for name, event in there.items() if event == 0)
            if one.case.closed:
                counts["ended"] += len(standing)
                continue
            case, events = one.case, list[Event]()
            for step, members in _by_step(one, filed, standing, year, on).items():
                act = Act(on, "import", documents=_lists(digests))
                cohort = Cohort(case, frozenset(members))
                after, new, unmet = step_for_some(
                    cohort, one.kind, step, act, members, desk.counting
                )
                if unmet:
                    raise PlannerError(*unmet)
                case, events = after.case, [*events, *new]
                left.append((one.row.number, members, new[-1]["number"]))
                counts[names[step]] += len(members)
            if events:
                changes.append(
                    Change(one.row.number, case, one.kind, tuple(events), one.row.office)
                )
        counts["not_asked"] = len(filed) - len(done)
        again = len(read.accepted) - len(filed)
        report = _report(read, counts, again, options)
        if not options.dry_run and changes:
            lines = desk.keep(changes, batch=True)
            for number, members, event in left:
                store.members_left(number, members, event)
            report["entries"] = [line.entry for line in lines]
    return report


def _of_year(desk: CaseDesk, year: int, filed: Container[str]) -> list[StoredCase]:
    """The cohorts of a year, and before them the cases of those who filed that are their own."""
    rows = desk.store.cases_of_year(REPORT, year)
    wanted = [number for number, subject, cohort in rows if cohort or subject in filed]
    loaded = desk.load_all(wanted).values()
    return sorted(loaded, key=lambda one: (one.case.members is not None, one.row.number))


def _lists(digests: Sequence[str]) -> dict[str, str]:
    return {"filing_list": digests[0]} if digests else {}


def _by_step(
    one: StoredCase, filed: dict[str, str], names: Sequence[str], year: int, on: date
) -> dict[str, list[str]]:
    """The members by the step that they take."""
    parts: dict[str, list[str]] = {}
    for name in names:
        parts.setdefault(_step_for(one.case.state, filed[name], year, on), []).append(name)
    return parts


def _step_for(state: str, filed_on: str, year: int, on: date) -> str:
    """The step of who filed on a day: in time, in time but told after the deadline, or late."""
    deadline = date(year, 6, 30).isoformat()
    if state == "due" and on.isoformat() <= deadline:
        return _STEPS[0]
    # The clock takes what still stands as due to late with the step.
    return _STEPS[2] if filed_on > deadline else _STEPS[1]


# Many parameters: a case, and what a row says of it.
def _own(
    desk: CaseDesk, one: StoredCase, filed_on: str, year: int, on: date, digests: Sequence[str]
) -> tuple[Change | None, str]:
    """A case of its own after the step that its row asks for; none where it has ended already."""
    if one.case.closed:
        return None, ""
    step = _step_for(one.case.state, filed_on, year, on)
    act = Act(on, "import", documents=_lists(digests))
    outcome = take_step(one.case, one.kind, step, act, desk.counting)
    if outcome.unmet:
        raise PlannerError(*outcome.unmet)
    assert outcome.case is not None  # it was stepped
    return (
        Change(one.row.number, outcome.case, one.kind, outcome.events, one.row.office),
        step,
    )


# Many parameters: what files say, and what opens the cases.
def import_openings(
    workspace: WorkspaceFolder,
    kind: str,
    files: Sequence[Path],
    day: str = "",
    actor: str = "",
    options: ImportOptions = DEFAULTS,
    progress: Progress | None = None,
    *,
    source: str = "import",
    cause: str = "",
    facts: Mapping[str, object] | None = None,
) -> CaseFileReport:
    """Open a case of a kind for each row of files, by one act of the ledger.

    A column is a fact of the kind, by its id or its name in either language; `facts` are those of
    all rows that say nothing else. `source` is what opens the cases, as of `open_one`, and `cause`
    the case or draw that they come from. The counts are
    `opened` and `unchanged`; rows whose facts open no case stand among the refused ones with what
    is missing.
    """
    known = as_known(workspace, "openings", options)
    on = day_in_law(workspace, day)
    with workspace.act("case"):
        desk = CaseDesk(workspace)
        own = desk.kinds.on(kind, on)
        shared = dict(facts or {})
        read_facts(own, shared)  # what is wrong in them is wrong in every row
        cause = desk.load(cause).case.id if cause else ""
        role = "import" if source == "import" else "clerk"
        read = read_openings(
            files,
            workspace.settings.register,
            known,
            lambda ids: not_known(workspace, ids, in_frames=False),
            {name: (name, *fact.words) for name, fact in own.facts.items()},
            progress,
        )
        new = NewCases(desk, dry_run=options.dry_run)
        unfit = []
        for start in range(0, len(read.accepted), PIECE):
            fresh = []
            for row in read.accepted[start : start + PIECE]:
                try:
                    known_facts: dict[str, FactValue] = read_facts(own, {**shared, **row["facts"]})
                except PlannerError as error:
                    unfit.append((row["entity_id"], error.problems))
                    continue
                act = Act(on, role, actor, known_facts)
                outcome = open_case(own, source, row["entity_id"], act, cause=cause)
                if outcome.unmet:
                    unfit.append((row["entity_id"], outcome.unmet))
                fresh += [(event, own) for event in outcome.events]
            places = names_and_places(workspace, [event["subject"] for event, _ in fresh])
            new.add(fresh, {one: place for one, (_, place) in places.items()}, len(fresh))
        counts = {"opened": new.number, "unchanged": new.unchanged}
        report = _report(read, counts, 0, options)
        report["refused"] += [
            {"file": "", "line": 0, "reason": "", "field": "", "entity_id": entity,
             "problems": [one.as_json() for one in problems]}
            for entity, problems in unfit
        ]  # fmt: skip
        report["entries"] = new.entries
    return report


def _report(
    read: CaseRowsRead, counts: dict[str, int], again: int, options: ImportOptions
) -> CaseFileReport:
    return {
        "files": [{"file": name, "sha256": digest} for name, digest in read.files],
        "rows": read.rows,
        "counts": counts,
        "further": read.further + again,
        "refused": [dict(row) for row in read.refused],
        "ignored": read.ignored,
        "entries": [],
        "dry_run": options.dry_run,
    }
