"""Correcting a case: an event, and all that followed, as if it had not been; nothing is deleted."""

from __future__ import annotations

from yaohao.planner.follow_up.case import standing
from yaohao.planner.follow_up.machine import correct
from yaohao.planner.schema.reports.cases import CaseActReport
from yaohao.planner.storage.case_acts import By, act_of, act_report, day_in_law
from yaohao.planner.storage.case_desk import CaseDesk, Change
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.problems import raise_all, refuse


def correct_case(
    workspace: WorkspaceFolder, case: str, of: int, by: By, *, dry_run: bool = False
) -> CaseActReport:
    """Correct event number `of` of a case, with a reason; the first one is the whole case.

    What was shown is withdrawn, and messages not yet sent with it. Members of a cohort who had left
    it with a corrected event stand in it again. Raises PlannerError with everything that is
    missing, and where members have cases of their own that are not corrected first.
    """
    day = day_in_law(workspace, by.day)
    with workspace.act("case") as store:
        desk = CaseDesk(workspace)
        one = desk.load(case)
        outcome = correct(one.case, one.kind, of, act_of(one.kind, by, day))
        raise_all(outcome.unmet)
        changes = []
        if outcome.events and outcome.case is not None:
            changes = [
                Change(one.row.number, outcome.case, one.kind, outcome.events, one.row.office)
            ]
        report = act_report(desk, changes, [], 1 - len(changes), dry_run=dry_run)
        if not changes or dry_run:
            return report
        if one.case.members is not None:
            undone = {
                event["number"]
                for event in standing(one.case.events)
                if event["number"] >= of and event["event"] == "some"
            }
            back = [
                name for name, event in store.members(one.row.number).items() if event in undone
            ]
            own = store.own_cases(one.case.id, back)
            if own:
                raise refuse("case.own-cases-first", case=one.case.id, known=own[:5])
            store.members_left(one.row.number, back, 0)
        report["entries"] = [line.entry for line in desk.keep(changes)]
        return report
