"""Cases listed, one shown whole, and the kinds that a workspace has."""

from __future__ import annotations

from dataclasses import replace

from yaohao.planner.follow_up.case import Case
from yaohao.planner.follow_up.kind_model import PERSONS, Kind, Step
from yaohao.planner.follow_up.needs import Act, unmet_needs
from yaohao.planner.follow_up.view import both, brief, dues_of, events_of, facts_of
from yaohao.planner.schema.reports.case_letters import WaitingMessage
from yaohao.planner.schema.reports.cases import (
    AvailableStep,
    CaseCount,
    CaseKind,
    CaseList,
    CaseMember,
    CaseReport,
    DocumentAsked,
    FactAsked,
    KindOpening,
    StepPapers,
)
from yaohao.planner.storage.calendar import day_given
from yaohao.planner.storage.case_acts import briefs, names_and_places
from yaohao.planner.storage.case_desk import CaseDesk
from yaohao.planner.storage.case_kinds import kinds_of
from yaohao.planner.storage.case_lists import CaseFilter
from yaohao.planner.storage.case_search import case_words, without_cases
from yaohao.planner.storage.entity_lookup import in_register_or_frames
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.problems import refuse

_AT_ONCE = 20_000  # cases that are read at a time


def list_cases(
    workspace: WorkspaceFolder,
    wanted: CaseFilter,
    *,
    limit: int = 100,
    offset: int = 0,
    find: str = "",
) -> CaseList:
    """The cases of a list, those due first, that have the words of `find`; how many there are."""
    desk = CaseDesk(workspace)
    if find.strip():
        wanted = replace(wanted, words=case_words(workspace, find))
    rows = desk.store.cases_like(wanted, limit, offset)
    loaded = desk.load_all([row.number for row in rows])
    number = desk.store.number_like(wanted)
    return {
        "cases": briefs(workspace, list(loaded.values())),
        "number": number,
        "offset": offset,
        "not_found": without_cases(workspace, find, number),
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
        "papers": _papers(one.case, one.kind),
        "letters": list(one.case.letters),
        "queued": len(one.case.queued),
        "cohort": store.cohort_counts(one.row.number, one.case.id) if one.case.members else None,
        "events": events_of(one.case, one.kind, store.case_entries(one.row.number)),
    }  # fmt: skip


def case_members(workspace: WorkspaceFolder, case: str, *, gone: bool = False) -> list[CaseMember]:
    """Who stands in a cohort, in the order of their ids; with `gone` who has left it too.

    Raises PlannerError for a case that is no cohort.
    """
    one = CaseDesk(workspace).load(case)
    if one.case.members is None:
        raise refuse("case.no-cohort", case=one.case.id)
    left_of = workspace.store.members(one.row.number)
    wanted = [subject for subject, left in left_of.items() if gone or left == 0]
    known = names_and_places(workspace, wanted)
    members: list[CaseMember] = []
    for subject in wanted:
        name, region = known.get(subject, ("", ""))
        members.append(
            {
                "entity_id": subject,
                "name": name,
                "region": region,
                "standing": left_of[subject] == 0,
            }
        )
    return members


def checked_kind(workspace: WorkspaceFolder, kind: str) -> str:
    """A kind that a list is of; PlannerError, with those there are, for none of them."""
    kinds = kinds_of(workspace).kinds
    known = sorted({one.id for one in kinds})
    if kind and kind not in known:
        raise refuse("case.no-kind", kind=kind[:40], known=kinds.names(known))
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
        "facts": [_asked(kind, name, known=name in case.facts) for name in wanted],
        "documents": _documents(kind, step),
        "series": kind.series.get(step.series, ""),
        "message": step.message,
        "unmet": [one.as_json() for one in unmet],
    }


def _asked(kind: Kind, name: str, *, known: bool = False) -> FactAsked:
    fact = kind.facts[name]
    return {
        "name": name,
        "words": both(fact.words),
        "type": fact.type,
        "options": list(fact.options),
        "known": known,
    }


def _documents(kind: Kind, step: Step) -> list[DocumentAsked]:
    return [{"name": name, "words": both(kind.documents[name])} for name in step.documents]


def _papers(case: Case, kind: Kind) -> list[StepPapers]:
    """The steps of a kind that have documents, those first that a case can take or has taken."""
    taken = {name for name, _ in case.taken}
    near = taken | {step.id for step in kind.steps_from(case.state)}
    steps = [step for step in kind.steps.values() if step.documents]
    return [
        {
            "step": step.id,
            "words": both(step.words),
            "documents": _documents(kind, step),
            "taken": step.id in taken,
        }
        for step in sorted(steps, key=lambda step: step.id not in near)
    ]


def _openings(kind: Kind) -> list[KindOpening]:
    openings: list[KindOpening] = []
    for opening in kind.openings:
        wanted = dict.fromkeys(opening.needs)
        wanted |= dict.fromkeys(opening.when.facts() if opening.when else ())
        openings.append(
            {
                "source": opening.source,
                "state": opening.state,
                "cohort": opening.cohort,
                "facts": [
                    _asked(kind, name, known=name not in opening.needs)
                    for name in wanted
                    if name in kind.facts and name not in opening.gives
                ],
            }
        )
    return openings


def case_kinds(workspace: WorkspaceFolder) -> list[CaseKind]:
    """Every version of every kind.

    Of an opening `known` facts need not be given. Raises PlannerError with every problem of the
    files of ``cases/``, each with its line.
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
            "openings": _openings(kind),
            "messages": [
                {"id": one.id, "words": both(one.words), "channels": list(one.channels)}
                for one in kind.messages.values()
            ],
            "own": key in desk.in_use.own,
            "changed": key in desk.in_use.changed,
            "cases": counts.get(kind.id, 0),
            "open": open_.get(kind.id, 0),
        }
        for key, kind in desk.kinds.versions.items()
    ]


def case_counts(workspace: WorkspaceFolder) -> list[CaseCount]:
    """By kind and state, how many cases stand there, and how many members they have."""
    return [
        {"kind": kind, "state": state, "cases": cases, "members": members}
        for kind, state, cases, members in workspace.store.case_counts()
    ]


def messages_waiting(workspace: WorkspaceFolder) -> list[WaitingMessage]:
    """The messages that wait to be sent, by kind and message."""
    desk = CaseDesk(workspace)
    waiting: dict[tuple[str, str], WaitingMessage] = {}
    numbers = [one for kind in desk.store.queued_kinds() for one in desk.store.queued_cases(kind)]
    for start in range(0, len(numbers), _AT_ONCE):
        for one in desk.load_all(numbers[start : start + _AT_ONCE]).values():
            for name in one.case.queued.values():
                rule = one.kind.messages[name]
                known = waiting.setdefault(
                    (one.kind.id, name),
                    {
                        "kind": one.kind.id,
                        "kind_words": both(one.kind.words),
                        "message": name,
                        "words": both(rule.words),
                        "channels": list(rule.channels),
                        "cases": 0,
                        "subjects": 0,
                    },
                )
                known["cases"] += 1
                known["subjects"] += one.case.remaining
    return [waiting[key] for key in sorted(waiting)]
