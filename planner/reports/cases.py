"""Cases listed, one shown whole, and the kinds that a workspace has."""

from __future__ import annotations

from typing import Any, TypedDict

from yaohao.planner.follow_up.case import Case
from yaohao.planner.follow_up.kind_model import PERSONS, Kind, Step
from yaohao.planner.follow_up.needs import Act, unmet_needs
from yaohao.planner.follow_up.view import (
    CaseBrief,
    CaseDue,
    CaseEventView,
    CaseFact,
    both,
    brief,
    dues_of,
    events_of,
    facts_of,
)
from yaohao.planner.storage.calendar import day_given
from yaohao.planner.storage.case_acts import briefs, names_and_places
from yaohao.planner.storage.case_desk import CaseDesk
from yaohao.planner.storage.case_kinds import kinds_of
from yaohao.planner.storage.case_lists import CaseFilter
from yaohao.planner.storage.entity_lookup import in_register_or_frames
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.problems import ProblemReport, refuse


class CaseList(TypedDict):
    """Cases that a list has, the first of them; `number` counts all."""

    cases: list[CaseBrief]
    number: int
    offset: int


class AvailableStep(TypedDict):
    """A step out of where a case stands, and what it still needs."""

    id: str
    words: dict[str, str]
    by: list[str]
    to: str
    two: bool
    facts: list[dict[str, Any]]
    documents: list[dict[str, Any]]
    series: str
    message: str
    unmet: list[ProblemReport]


class CaseReport(CaseBrief):
    """A case whole: what is known, due, possible, and what happened."""

    about: dict[str, str]
    basis: str
    cause: str
    causes: list[CaseBrief]
    proposer: str
    published: str
    rules_on: str
    facts: list[CaseFact]
    dues: list[CaseDue]
    steps: list[AvailableStep]
    letters: list[str]
    queued: int
    cohort: dict[str, int] | None
    events: list[CaseEventView]


def list_cases(
    workspace: WorkspaceFolder, wanted: CaseFilter, *, limit: int = 100, offset: int = 0
) -> CaseList:
    """The cases of a list, those due first; how many there are in all."""
    desk = CaseDesk(workspace)
    rows = desk.store.cases_like(wanted, limit, offset)
    loaded = desk.load_all([row.number for row in rows])
    return {
        "cases": briefs(workspace, list(loaded.values())),
        "number": desk.store.number_like(wanted),
        "offset": offset,
    }


def show_case(
    workspace: WorkspaceFolder, case: str, *, as_of: str = "", role: str = "", actor: str = ""
) -> CaseReport:
    """A case with everything that is known of it; the steps as they are open to a role on a day.

    Without a role the steps of a clerk, reviewer or head are judged each for the first that may
    take it. Raises PlannerError for a case that there is not.
    """
    desk = CaseDesk(workspace)
    day = day_given(workspace, as_of or None)
    one = desk.load(case)
    names = names_and_places(workspace, [one.case.subject])
    store = desk.store
    caused = [row.number for row in store.cases_like(CaseFilter(cause=one.case.id), 100)]
    return {
        **brief(one.case, one.kind, one.row.next_due, names.get(one.case.subject, ("", ""))[0]),
        "about": both(one.kind.about),
        "basis": one.kind.basis,
        "cause": one.case.cause,
        "causes": briefs(workspace, list(desk.load_all(caused).values())),
        "proposer": one.case.proposer,
        "published": one.case.published,
        "rules_on": one.case.rules_on.isoformat(),
        "facts": facts_of(one.case, one.kind),
        "dues": dues_of(one.case, one.kind, desk.counting, day.isoformat()),
        "steps": [_step(desk, one.case, one.kind, step, Act(day, role, actor))
                  for step in _steps(one.case, one.kind)],
        "letters": list(one.case.letters),
        "queued": len(one.case.queued),
        "cohort": store.cohort_counts(one.row.number, one.case.id) if one.case.members else None,
        "events": events_of(one.case, one.kind, store.case_entries(one.row.number)),
    }  # fmt: skip


def checked_kind(workspace: WorkspaceFolder, kind: str) -> str:
    """A kind that a list is of; PlannerError, with those there are, for none of them."""
    known = sorted({one.id for one in kinds_of(workspace).kinds})
    if kind and kind not in known:
        raise refuse("case.no-kind", kind=kind[:40], known=known)
    return kind


def case_entity(workspace: WorkspaceFolder, typed: str) -> str:
    """The id of the entity that is meant in a list of cases."""
    return in_register_or_frames(workspace, typed)


def _steps(case: Case, kind: Kind) -> list[Step]:
    """The steps out of where a case stands; none where it was corrected as a whole."""
    return list(kind.steps_from(case.state))


def _step(desk: CaseDesk, case: Case, kind: Kind, step: Step, act: Act) -> AvailableStep:
    role = act.role or next((one for one in step.by if one in PERSONS), step.by[0])
    tried = Act(act.day, role, act.actor or "-")
    unmet = unmet_needs(case, kind, step, tried, desk.counting)
    wanted = dict.fromkeys(step.needs)
    for condition in (step.when, step.guard):
        wanted |= dict.fromkeys(condition.facts() if condition else ())
    return {
        "id": step.id,
        "words": both(step.words),
        "by": list(step.by),
        "to": step.leads(case.state),
        "two": step.two,
        "facts": [
            {
                "name": name,
                "words": both(kind.facts[name].words),
                "type": kind.facts[name].type,
                "options": list(kind.facts[name].options),
                "known": name in case.facts,
            }
            for name in wanted
        ],
        "documents": [
            {"name": name, "words": both(kind.documents[name])} for name in step.documents
        ],
        "series": kind.series.get(step.series, ""),
        "message": step.message,
        "unmet": [one.as_json() for one in unmet],
    }


def case_kinds(workspace: WorkspaceFolder) -> list[dict[str, Any]]:
    """Every version of every kind: words, days in force, basis, and how many cases it has.

    `own` says that its file lies in the workspace, `changed` that its file says something else
    since cases were opened: these keep the rules as they were. Raises PlannerError with every
    problem of the files of ``cases/``, each with its line.
    """
    desk = CaseDesk(workspace)
    counts: dict[str, int] = {}
    open_: dict[str, int] = {}
    for kind, state, cases, _ in desk.store.case_counts():
        counts[kind] = counts.get(kind, 0) + cases
        known = [one for one in desk.kinds if one.id == kind]
        if not known[0].is_closed(state):
            open_[kind] = open_.get(kind, 0) + cases
    today = day_given(workspace, None)
    return [
        {
            "kind": kind.id,
            "version": kind.version,
            "words": both(kind.words),
            "about": both(kind.about),
            "subject": kind.subject,
            "two": kind.two,
            "draft": kind.draft,
            "in_force": [day.isoformat() if day else "" for day in kind.in_force],
            "holds": kind.holds_on(today),
            "basis": kind.basis,
            "opens": sorted({opening.source for opening in kind.openings}),
            "own": key in desk.in_use.own,
            "changed": key in desk.in_use.changed,
            "cases": counts.get(kind.id, 0),
            "open": open_.get(kind.id, 0),
        }
        for key, kind in desk.kinds.versions.items()
    ]


def case_counts(workspace: WorkspaceFolder) -> list[dict[str, Any]]:
    """By kind and state, how many cases stand there, and how many members they have."""
    return [
        {"kind": kind, "state": state, "cases": cases, "members": members}
        for kind, state, cases, members in workspace.store.case_counts()
    ]
