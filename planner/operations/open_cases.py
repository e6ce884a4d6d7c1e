"""Opening cases: one, many of a kind by one act of the ledger, or a cohort over many subjects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from yaohao.planner.follow_up.cohorts import frozen_list
from yaohao.planner.follow_up.kind_model import Kind
from yaohao.planner.follow_up.machine import Outcome, open_case
from yaohao.planner.follow_up.named_needs import kind_named
from yaohao.planner.schema.reports.cases import CaseActReport, RefusedCase
from yaohao.planner.storage.case_acts import (
    COHORT,
    By,
    OnceKeys,
    Subjects,
    act_of,
    act_report,
    day_in_law,
    refused,
)
from yaohao.planner.storage.case_desk import CaseDesk
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.new_cases import PIECE, NewCases
from yaohao.planner.vocabulary.problems import PlannerError, Problem, raise_all, refuse

Opening = tuple[str, Mapping[str, object]]
"""A subject, and the facts of its case."""


# Many parameters: where a case comes from, and what it was opened by.
def open_one(
    workspace: WorkspaceFolder,
    kind: str,
    subject: str,
    by: By,
    *,
    source: str = "person",
    cause: str = "",
    version: str = "",
    dry_run: bool = False,
) -> CaseActReport:
    """Open a case of a kind; nothing where the same was opened before, or may stand only once.

    `source` is what opens it (finding, import, clock, person or case), `cause` the case or draw
    that it comes from. Raises PlannerError with everything that is missing.
    """
    return _open(
        workspace,
        kind,
        [(subject, by.facts)],
        by,
        source=source,
        cause=cause,
        version=version,
        dry_run=dry_run,
        strict=True,
    )


# Many parameters: where cases come from, and what they were opened by.
def open_many(
    workspace: WorkspaceFolder,
    kind: str,
    openings: Iterable[Opening],
    by: By,
    *,
    source: str = "import",
    cause: str = "",
    dry_run: bool = False,
) -> CaseActReport:
    """Open a case for each of many subjects with facts of its own, all or none of them.

    Those that cannot be opened are refused each with its reasons, and the others opened, with a
    line of the ledger for each `PIECE` of them, which alone are in memory at a time.
    """
    return _open(workspace, kind, openings, by, source=source, cause=cause, dry_run=dry_run)


def open_cohort(
    workspace: WorkspaceFolder,
    kind: str,
    subjects: Sequence[str],
    by: By,
    *,
    source: str = "import",
    dry_run: bool = False,
) -> CaseActReport:
    """Open one case over many subjects, with their frozen list and its digest.

    A subject with a case of its own that may stand only once beside it is left out, and refused.
    Raises PlannerError for an empty list, one in which a subject stands twice, and an opening that
    the kind does not have for cohorts.
    """
    day = day_in_law(workspace, by.day)
    with workspace.act("case") as store:
        desk = CaseDesk(workspace)
        own = desk.kinds.on(kind, day)
        openings = tuple(
            replace(one, source=source)
            for one in own.openings
            if one.cohort and one.source in ("clock", source)
        )
        if not openings:
            raise refuse("case.no-cohorts", kind=kind)
        act = act_of(own, by, day)
        members, out = _without_own(desk, own, sorted(subjects), act.facts)
        act = replace(act, members=frozen_list(members))
        shaped = replace(own, openings=openings)
        taken = OnceKeys(store)
        outcome = open_case(shaped, source, COHORT, act, taken=taken)
        raise_all(outcome.unmet)
        changes = desk.new_cases([(event, own) for event in outcome.events], {})
        if not changes or dry_run:
            return act_report(desk, changes, out, unchanged=1 - len(changes), dry_run=dry_run)
        lines = desk.keep(changes)
        store.add_members(changes[0].number, members)
        report = act_report(desk, changes, out)
        report["entries"] = [line.entry for line in lines]
        return report


def _without_own(
    desk: CaseDesk, kind: Kind, subjects: Sequence[str], facts: Mapping[str, object]
) -> tuple[list[str], list[RefusedCase]]:
    """The subjects of a cohort without those that have a case of their own for the same."""
    keys = [
        (subject, "|".join([kind.id, one.once, *_named(one.once_per, subject, facts)]))
        for one in kind.openings
        if one.once_per
        for subject in (subjects if desk.store.has_own_cases(kind.id) else ())
    ]
    taken = desk.store.once_taken(key for _, key in keys)
    gone = {subject for subject, key in keys if key in taken}
    problem = Problem("case.own-case", {"kind": kind_named(kind)})
    return [one for one in subjects if one not in gone], [
        refused("", one, [problem]) for one in sorted(gone)
    ]


def _named(names: Sequence[str], subject: str, facts: Mapping[str, object]) -> list[str]:
    return [subject if name == "subject" else str(facts.get(name, "")) for name in names]


# Many parameters: as `open_one`.
def _open(
    workspace: WorkspaceFolder,
    kind: str,
    openings: Iterable[Opening],
    by: By,
    *,
    source: str,
    cause: str,
    version: str = "",
    dry_run: bool,
    strict: bool = False,
) -> CaseActReport:
    day = day_in_law(workspace, by.day)
    out: list[RefusedCase] = []
    with workspace.act("case"):
        desk = CaseDesk(workspace)
        own = desk.kinds.get(kind, version) if version else desk.kinds.on(kind, day)
        new = NewCases(desk, dry_run=dry_run)
        rest = iter(openings)
        while piece := list(islice(rest, PIECE)):
            outcomes: list[Outcome] = []
            subjects = Subjects(workspace, own.subject, [typed for typed, _ in piece])
            for typed, facts in piece:
                try:
                    subject = subjects.of(typed)
                    act = act_of(own, replace(by, facts=facts), day)
                except PlannerError as error:
                    if strict:
                        raise
                    out.append(refused("", typed, error.problems))
                    continue
                outcome = open_case(own, source, subject, act, cause=cause)
                if outcome.unmet:
                    raise_all(outcome.unmet if strict else ())
                    out.append(refused("", subject, outcome.unmet))
                    continue
                outcomes.append(outcome)
            events = [(event, own) for outcome in outcomes for event in outcome.events]
            new.add(events, subjects.places, len(outcomes))
        report = act_report(desk, new.first, out, unchanged=new.unchanged, dry_run=dry_run)
        report["number"], report["events"] = new.number, new.events
        report["entries"] = new.entries
        return report
