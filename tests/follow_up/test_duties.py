"""The pace of a year's duties."""

from __future__ import annotations

from datetime import date

from test_cases import kind, step
from yaohao.planner.follow_up.duties import TARGETS, duty_pace
from yaohao.planner.follow_up.machine import open_case
from yaohao.planner.follow_up.needs import Act


def test_teaching_is_counted_by_businesses_and_brings_no_result() -> None:
    day, own = date(2026, 7, 1), kind("teaching")
    facts = {"theme": "年报", "planned_on": "2026-07-01"}
    case = open_case(own, "person", "bureau", Act(day, "clerk", "c", facts)).case
    finding = step(case, "do", day, facts={"entities": 30, "form": "visit", "result": "1"})
    assert [one.code for one in finding.unmet] == ["case.unknown-fact"]
    done = step(case, "do", day, facts={"entities": 30, "form": "visit"}).case
    pace = duty_pace("teaching", [case, done], day, TARGETS["teaching"])
    assert (pace.done, pace.by_now, pace.behind) == (30, 49, 19)
