"""Cohorts, leniency, every edge of every kind, and a year in which no hard due is missed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from helpers.campaign import sizes
from test_cases import COUNTING, DIGEST, kind, penalty, step
from yaohao.planner.follow_up.case import fold
from yaohao.planner.follow_up.case_clock import clock
from yaohao.planner.follow_up.cohorts import (
    Cohort,
    frozen_list,
    note_corrected,
    single_out,
    step_for_some,
)
from yaohao.planner.follow_up.due_days import next_due, pending_dues
from yaohao.planner.follow_up.kinds import default_kinds
from yaohao.planner.follow_up.leniency import propose, read_rules
from yaohao.planner.follow_up.machine import open_case
from yaohao.planner.follow_up.needs import Act
from yaohao.planner.follow_up.today import today_list
from yaohao.planner.vocabulary.problems import PlannerError

CLEAR = dict.fromkeys(("bottom_line", "intent", "danger", "emergency", "repeated"), False)


def test_a_cohort_loses_and_doubles_nobody() -> None:
    own, day = kind("annual-report"), date(2026, 1, 1)
    names = [f"e{n}" for n in range(20)]
    facts = {"filing_year": 2026, "registered_this_year": False}
    act = Act(day, "clock", facts=facts, members=frozen_list(names))
    case = open_case(own, "clock", "cohort", act).case
    cohort = Cohort(case, frozenset(names))
    filed = Act(date(2026, 3, 2), "import")
    cohort, events, _ = step_for_some(cohort, own, "file", filed, names[:5], COUNTING)
    assert events[-1]["members"]["count"] == 5 and cohort.case.remaining == 15
    again = step_for_some(cohort, own, "file", filed, names[:5], COUNTING)
    assert again[2][0].code == "case.not-members"
    cohort, outcome, _ = single_out(cohort, own, "e9", Act(date(2026, 3, 3), "clerk", "c"))
    assert fold(outcome.events, own) == outcome.case
    assert outcome.case.subject == "e9" and outcome.case.members is None
    cohort = note_corrected(cohort, "e9")
    assert len(cohort.first) == len(cohort.valid) + len(cohort.corrected)
    assert cohort.case.remaining == len(cohort.remaining) == 14
    with pytest.raises(PlannerError):
        frozen_list(["a", "a"])


@pytest.mark.parametrize("fact", CLEAR)
def test_nothing_is_proposed_at_a_bottom_line_or_before_it_is_known(fact: str) -> None:
    today = date(2026, 3, 2)
    good = {**CLEAR, "minor": True, "mended": True, "harm": False}
    assert propose(good, today).measure == "no-penalty"
    assert propose({**good, fact: True}, today).never
    unknown = {name: value for name, value in good.items() if name != fact}
    assert propose(unknown, today).missing == (fact,)
    assert all(basis for *_, basis in read_rules().rules)


@pytest.mark.parametrize("one", list(default_kinds()), ids=lambda one: f"{one.id}-{one.version}")
def test_every_state_leads_to_an_end(one) -> None:  # type: ignore[no-untyped-def]
    ends = {name for name in one.states if one.is_closed(name)}
    while fresh := {
        name
        for name in set(one.states) - ends
        if any(step.leads(name) in ends for step in one.steps_from(name))
    }:
        ends |= fresh
    assert ends == set(one.states)


@pytest.mark.parametrize("number_of_cases", sizes(300))
def test_no_hard_due_is_missed_if_the_list_is_cleared_daily(number_of_cases: int) -> None:
    own, missed = kind("penalty"), 0
    cases = {}
    for n in range(number_of_cases):
        # Over all 250 days, however many cases there are: 7 has no part in common with 250.
        case = penalty(date(2026, 1, 5) + timedelta(n * 7 % 250))
        cases[f"{n}"] = case
    for number in range(300):
        today = date(2026, 1, 5) + timedelta(number)
        if not COUNTING.day(today).working:
            continue
        for key, case in list(cases.items()):
            due = next_due(case, own, COUNTING)
            if case.opened_on > today or due is None or due > today + timedelta(7):
                continue
            for _, event in clock(case, own, today, COUNTING):
                missed += event["event"] == "late" and own.dues[event["step"]].hard
            lines = today_list([case], default_kinds(), COUNTING, today)["lines"]
            laws = {line["due"] for line in lines if line["band"] == "law"}
            hard = {d.rule.name for d in pending_dues(case, own, COUNTING) if d.rule.hard}
            near = {d.rule.name for d in pending_dues(case, own, COUNTING) if d.day <= today}
            assert hard & near <= laws
            if case.state in ("decided", "served"):
                name = "serve" if case.state == "decided" else "show"
                cases[key] = step(case, name, today).case
    assert missed == 0
    assert {case.state for case in cases.values()} == {"shown"}
    assert len(DIGEST) == 64
