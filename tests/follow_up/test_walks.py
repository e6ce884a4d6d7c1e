"""Random walks over every default kind: nothing is lost, doubled or silently reopened."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from helpers.campaign import tried
from hypothesis import given
from hypothesis import strategies as st
from test_cases import COUNTING, digests
from yaohao.planner.follow_up.case import fold
from yaohao.planner.follow_up.case_clock import clock
from yaohao.planner.follow_up.due_days import next_due
from yaohao.planner.follow_up.kind_model import CORRECTED, Fact
from yaohao.planner.follow_up.kinds import default_kinds
from yaohao.planner.follow_up.machine import (
    correct,
    open_case,
    overrule,
    take_step,
)
from yaohao.planner.follow_up.needs import Act
from yaohao.planner.wording.messages import catalogue

KINDS = sorted((one.id, one.version) for one in default_kinds())


def some_value(fact: Fact, day: date, data: st.DataObject) -> object:
    if fact.type == "yes":
        return data.draw(st.booleans())
    if fact.type == "code":
        return data.draw(st.sampled_from(fact.options))
    if fact.type == "count":
        return day.year
    if fact.type == "day":
        return (day + timedelta(data.draw(st.integers(-1200, 400)))).isoformat()
    return [] if fact.type in ("days", "codes") else "text"


@pytest.mark.parametrize("name", KINDS, ids="-".join)
@tried(15, of=3)
@given(data=st.data())
def test_no_sequence_of_acts_breaks_a_case(name: tuple[str, str], data: st.DataObject) -> None:
    own = default_kinds().get(*name)
    day = date(2026, 1, 1) + timedelta(data.draw(st.integers(0, 200)))
    opening = data.draw(st.sampled_from(own.openings))
    facts = {fact.name: some_value(fact, day, data) for fact in own.facts.values()}
    case = open_case(own, opening.source, "e1", Act(day, "clerk", "c", facts)).case
    if case is None:
        return
    for _ in range(data.draw(st.integers(1, 8))):
        day += timedelta(data.draw(st.integers(0, 90)))
        move = data.draw(st.sampled_from(["step", "step", "overrule", "clock", "correct"]))
        before = case
        if move == "clock":
            done = clock(case, own, day, COUNTING)
            case = done[-1][0] if done else case
            assert clock(case, own, day, COUNTING) == []
            events = tuple(event for _, event in done)
        elif move == "correct":
            of = data.draw(st.integers(1, len(case.events)))
            outcome = correct(case, own, of, Act(day, "head", "h", reason="error"))
            case, events = outcome.case, outcome.events
        else:
            step = data.draw(st.sampled_from(list(own.steps.values())))
            role = data.draw(st.sampled_from(step.by))
            known = {one: some_value(own.facts[one], day, data) for one in step.needs}
            papers = digests(step.documents)
            letter = str(len(case.events)) if step.series else ""
            act = Act(day, role, f"{role}-x", known, papers, letter, reason="seen")
            take = take_step if move == "step" else overrule
            outcome = take(case, own, step.id, act, COUNTING)
            assert not (outcome.unmet and outcome.events)
            case, events = outcome.case, outcome.events
            if outcome.events and move == "step":
                assert take(case, own, step.id, act, COUNTING).unchanged
        assert case.events == before.events + events
        assert [one["number"] for one in case.events] == list(range(1, len(case.events) + 1))
        assert fold(case.events, own) == case
        if before.closed and not case.closed:
            assert events[-1]["event"] == "corrected" or events[-1]["step"] == "reopen"
        if case.closed:
            assert next_due(case, own, COUNTING) is None and not case.queued
        else:
            waits = own.states[case.state].waits
            assert waits or next_due(case, own, COUNTING) is not None
        assert case.state == CORRECTED or case.state in own.states


def test_every_word_is_there() -> None:
    folder = Path(__file__).parents[2] / "planner" / "follow_up"
    for file in folder.glob("*.py"):
        for area, word in re.findall(r"\"(case|case_kind)\.([a-z-]+)\"", file.read_text("utf-8")):
            assert word in catalogue(area), (file.name, word)
