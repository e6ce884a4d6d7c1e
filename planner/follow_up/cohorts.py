"""Cohorts: one act over many subjects with a frozen list and its digest.

A single case is written only for a subject that needs an act of its own. Of a batch, those listed
at first are always those still valid and those later corrected.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from yaohao.planner.follow_up.case import Case, advance
from yaohao.planner.follow_up.counting import Counting
from yaohao.planner.follow_up.events import Event, Members, case_id
from yaohao.planner.follow_up.kind_model import Kind
from yaohao.planner.follow_up.machine import Outcome, take_step
from yaohao.planner.follow_up.needs import Act
from yaohao.planner.vocabulary.digest import document_digest
from yaohao.planner.vocabulary.problems import Problem, refuse


@dataclass(frozen=True)
class Cohort:
    """The members of a cohort's case: frozen at first, gone their own way, corrected since."""

    case: Case
    first: frozenset[str]
    gone: frozenset[str] = frozenset()
    corrected: frozenset[str] = frozenset()

    @property
    def remaining(self) -> frozenset[str]:
        """Who still stands in the cohort."""
        return self.first - self.gone

    @property
    def valid(self) -> frozenset[str]:
        """Of whom the act still holds, in the cohort or in a case of their own."""
        return self.first - self.corrected


def frozen_list(subjects: Iterable[str]) -> Members:
    """The count and digest of a list of subjects, sorted.

    Raises:
        PlannerError: where it is empty, or one is in it twice.
    """
    names = sorted(subjects)
    if not names:
        raise refuse("case.no-members")
    for one, other in pairwise(names):
        if one == other:
            raise refuse("case.members-twice", found=one)
    return {"count": len(names), "digest": document_digest(names)}


def step_for_some(
    cohort: Cohort, kind: Kind, step_id: str, act: Act, subjects: Iterable[str], counting: Counting
) -> tuple[Cohort, tuple[Event, ...], tuple[Problem, ...]]:
    """Some members take a step: one event with their frozen list; they leave the cohort.

    The step must be possible for the cohort as it stands.
    """
    names = frozenset(subjects)
    strangers = sorted(names - cohort.remaining)
    if strangers:
        problem = Problem("case.not-members", {"count": len(strangers), "found": strangers[0]})
        return cohort, (), (problem,)
    members = frozen_list(names)
    tried = take_step(cohort.case, kind, step_id, act, counting)
    if tried.unmet or not tried.events:
        return cohort, (), tried.unmet
    *before, taken = tried.events
    case = cohort.case
    for event in before:
        case = advance(case, event, kind)
    event = {**taken, "event": "some", "to": case.state, "members": members}
    after = replace(cohort, case=advance(case, event, kind), gone=cohort.gone | names)
    return after, (*before, event), ()


def single_out(
    cohort: Cohort, kind: Kind, subject: str, act: Act, letter: str = ""
) -> tuple[Cohort, Outcome, tuple[Event, ...]]:
    """A case of its own for a member, where the cohort stands and with its facts."""
    if subject not in cohort.remaining:
        problem = Problem("case.not-members", {"count": 1, "found": subject})
        return cohort, Outcome(None, unmet=(problem,)), ()
    case = cohort.case
    opening = {"subject": subject, "cause": case.id, "facts": dict(case.facts)}
    first: Event = {
        **case.events[0],
        "case": case_id(kind.id, opening),
        "number": 1,
        "to": case.state,
        "day": act.day.isoformat(),
        "role": act.role,
        "actor": act.actor,
        "facts": dict(case.facts),
        "letter": letter,
        "subject": subject,
        "cause": case.id,
        "once": "",
        "tells": case.published,
        "rules_on": case.rules_on.isoformat(),
        "proposer": case.proposer,
    }
    first.pop("members", None)
    own = advance(None, first, kind)
    left: Event = {
        **first,
        "case": case.id,
        "number": case.number(),
        "event": "some",
        "members": frozen_list([subject]),
    }
    after = replace(cohort, case=advance(case, left, kind), gone=cohort.gone | {subject})
    return after, Outcome(own, (first,)), (left,)


def note_corrected(cohort: Cohort, subject: str) -> Cohort:
    """The cohort after the act was corrected for one member; the list at first is unchanged."""
    if subject not in cohort.first:
        raise refuse("case.not-members", count=1, found=subject)
    return replace(cohort, corrected=cohort.corrected | {subject})
