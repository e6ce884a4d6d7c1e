"""Taking a step in cases: one or many by one act, and by members of a cohort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from yaohao.planner.follow_up.cohorts import Cohort, single_out, step_for_some
from yaohao.planner.follow_up.events import Event
from yaohao.planner.follow_up.kind_model import Kind
from yaohao.planner.follow_up.letters import LetterNumber
from yaohao.planner.follow_up.machine import Outcome, note_facts, overrule, take_step
from yaohao.planner.follow_up.needs import Act
from yaohao.planner.schema.reports.cases import CaseActReport
from yaohao.planner.storage.case_acts import (
    By,
    act_of,
    act_report,
    day_in_law,
    letters_for,
    of_one_kind,
    refused,
    step_of,
)
from yaohao.planner.storage.case_desk import CaseDesk, Change, StoredCase
from yaohao.planner.storage.entity_lookup import in_register_or_frames
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.problems import Problem, raise_all, refuse


@dataclass(frozen=True)
class _Tried:
    """A case and what came of its step; `letters` those that it used."""

    stored: StoredCase
    outcome: Outcome
    letter: str = ""


# Many parameters: how a step is taken, each a keyword for users' own Python.
def step_cases(
    workspace: WorkspaceFolder,
    cases: Sequence[str],
    step: str,
    by: By,
    *,
    overruling: bool = False,
    only_possible: bool = False,
    dry_run: bool = False,
) -> CaseActReport:
    """Take a step in cases, all of one kind; several are one act of the ledger.

    Nothing is done where any case lacks anything, unless `only_possible`: then those are refused
    each with its reasons. The same step on the same day with the same facts changes nothing. With
    `overruling` the step is taken against its conditions or days, with a reason. The letter
    ``auto`` is the next of its series; several cases have sub-numbers of one letter.

    Raises PlannerError with everything that is missing.
    """
    day = day_in_law(workspace, by.day)
    with workspace.act("case") as store:
        desk = CaseDesk(workspace)
        loaded, kind = of_one_kind(desk, cases)
        act = act_of(kind, by, day)
        letters = _letters(desk, kind, step, act, len(loaded))
        tried = []
        for number, one in enumerate(loaded):
            letter = letters[min(number, len(letters) - 1)] if letters else ""
            own = replace(act, letter=str(letter))
            take = overrule if overruling else take_step
            tried.append(_Tried(one, take(one.case, kind, step, own, desk.counting), str(letter)))
        out = [
            refused(one.stored.case.id, one.stored.case.subject, one.outcome.unmet)
            for one in tried
            if one.outcome.unmet
        ]
        if out and not only_possible:
            raise_all(problem for one in tried for problem in one.outcome.unmet)
        done = [one for one in tried if one.outcome.events]
        changes = [_change(one.stored, one.outcome) for one in done]
        report = act_report(desk, changes, out, len(tried) - len(done) - len(out), dry_run=dry_run)
        if not changes or dry_run:
            return report
        used = [(one.stored.row.number, one.letter) for one in done if one.letter]
        store.add_letters(
            (letter.mark, letter.year, letter.number, letter.part, number)
            for (number, text) in used
            for letter in letters
            if str(letter) == text
        )
        lines = desk.keep(changes, batch=len(changes) > 1)
        report["letters"] = [text for _, text in used]
        report["entries"] = [line.entry for line in lines]
        return report


def note_case(workspace: WorkspaceFolder, case: str, by: By) -> CaseActReport:
    """Note facts that came to be known of a case, without a step."""
    day = day_in_law(workspace, by.day)
    with workspace.act("case"):
        desk = CaseDesk(workspace)
        one = desk.load(case)
        outcome = note_facts(one.case, one.kind, act_of(one.kind, by, day))
        raise_all(outcome.unmet)
        changes = [_change(one, outcome)] if outcome.events else []
        report = act_report(desk, changes, [], 1 - len(changes))
        report["entries"] = [line.entry for line in desk.keep(changes)]
        return report


# Many parameters: as `step_cases`.
def step_members(
    workspace: WorkspaceFolder,
    cohort: str,
    step: str,
    subjects: Sequence[str],
    by: By,
    *,
    only_possible: bool = False,
    dry_run: bool = False,
) -> CaseActReport:
    """Let some members of a cohort take a step: one event over their list, by which they leave it.

    A step that does not end the case gives each of them a case of its own first. Members who are
    not in the cohort are refused, the others too unless `only_possible`.
    """
    day = day_in_law(workspace, by.day)
    with workspace.act("case") as store:
        desk = CaseDesk(workspace)
        one = desk.load(cohort)
        if one.case.members is None:
            raise refuse("case.no-cohort", case=one.case.id)
        chosen = step_of(one.kind, step)
        names = dict.fromkeys(in_register_or_frames(workspace, name) for name in subjects)
        there = store.members_among(one.row.number, names)
        out = [
            refused(one.case.id, name, [Problem("case.not-member", {"found": name})])
            for name in names
            if there.get(name, 1) > 0
        ]
        standing = [name for name in names if there.get(name) == 0]
        if (out and not only_possible) or not standing:
            raise_all(
                Problem("case.not-members", {"count": len(out), "found": row["subject"]})
                for row in out[:1]
            )
            raise refuse("case.no-members")
        act = act_of(one.kind, by, day)
        members = Cohort(one.case, frozenset(standing))
        if one.kind.is_closed(chosen.leads(one.case.state)):
            changes = [_some(desk, members, one, step, act, standing)]
        else:
            changes = _singled(desk, members, one, step, act, standing)
        report = act_report(desk, changes, out, 0, dry_run=dry_run)
        if dry_run:
            return report
        lines = desk.keep(changes, batch=len(changes) > 1)
        numbers = {
            event["number"]: event for event in changes[0].events if event["event"] == "some"
        }
        if len(numbers) == 1:
            store.members_left(one.row.number, standing, next(iter(numbers)))
        else:  # one event for each who was singled out, in the order of the list
            for number, name in zip(numbers, standing, strict=True):
                store.members_left(one.row.number, [name], number)
        report["entries"] = [line.entry for line in lines]
        return report


def _some(
    desk: CaseDesk, cohort: Cohort, one: StoredCase, step: str, act: Act, names: Sequence[str]
) -> Change:
    after, events, unmet = step_for_some(cohort, one.kind, step, act, names, desk.counting)
    raise_all(unmet)
    return Change(one.row.number, after.case, one.kind, events, one.row.office)


def _singled(
    desk: CaseDesk, cohort: Cohort, one: StoredCase, step: str, act: Act, names: Sequence[str]
) -> list[Change]:
    """The cohort without its members, and a case of its own for each with the step taken."""
    kind, number = one.kind, desk.store.next_case_number()
    left: list[Event] = []
    changes: list[Change] = []
    for name in names:
        cohort, outcome, gone = single_out(cohort, kind, name, act)
        raise_all(outcome.unmet)
        left += gone
        first = desk.keyed(outcome.events[0])
        stepped = take_step(desk.opened(first, kind), kind, step, act, desk.counting)
        raise_all(stepped.unmet)
        assert stepped.case is not None  # it was stepped
        events = (first, *stepped.events)
        changes.append(Change(number + len(changes), stepped.case, kind, events))
    own = Change(one.row.number, cohort.case, kind, tuple(left), one.row.office)
    return [own, *changes]


def _letters(desk: CaseDesk, kind: Kind, step: str, act: Act, count: int) -> list[LetterNumber]:
    series = kind.steps[step].series if step in kind.steps else ""
    return (
        letters_for(desk, kind, series, act.letter, act.day, count) if series and act.letter else []
    )


def _change(stored: StoredCase, outcome: Outcome) -> Change:
    assert outcome.case is not None  # it has events
    return Change(stored.row.number, outcome.case, stored.kind, outcome.events, stored.row.office)
