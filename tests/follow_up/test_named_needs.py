"""What a case lacks is told in the words of its kind; programs see ids."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.case_workspace import bureau, penalty
from yaohao.planner.vocabulary.problems import PlannerError, Problem
from yaohao.planner.wording.messages import say_problem
from yaohao.planner.wording.template import leave_ids_out


def lacks(folder: Path) -> list[Problem]:
    """What the first step of a penalty lacks, by a role that may not take it."""
    workspace = bureau(folder)
    case = penalty(workspace)
    with pytest.raises(PlannerError) as raised:
        workspace.cases.step(case, "serve", role="entity", actor="Li")
    return list(raised.value.problems)


def test_ids_have_words_and_stay_ids(tmp_path: Path) -> None:
    problems = lacks(tmp_path)
    assert {one.code for one in problems} >= {"case.need-role", "case.need-document"}
    for one in problems:
        assert json.loads(json.dumps(one.as_json()))["params"]["step"] == "serve"
        assert "Serve both letters (serve)" in say_problem(one, "en")
        assert "（serve）" in say_problem(one, "zh")
    told = " ".join(say_problem(one, "en") for one in problems)
    assert "Penalty decision (decision)" in told and "business (entity)" in told.lower()


def test_screens_tell_words_alone(tmp_path: Path) -> None:
    problems = lacks(tmp_path)
    leave_ids_out(is_on=True)
    try:
        told = " ".join(say_problem(one, lang) for one in problems for lang in ("zh", "en"))
    finally:
        leave_ids_out(is_on=False)
    for raw in ("(serve)", "（serve）", "(decision)", "(clerk)", "need the document decision"):
        assert raw not in told, raw


def test_facts_of_an_opening_and_a_kind_are_named(tmp_path: Path) -> None:
    workspace = bureau(tmp_path)
    with pytest.raises(PlannerError) as raised:
        workspace.cases.open_cohort("annual-report", ["firm-01"], facts={"filing_year": "2026"})
    [problem] = raised.value.problems
    assert problem.params["found"] == "registered_this_year"
    assert "Annual report (annual-report)" in say_problem(problem, "en")
    assert "(registered_this_year)" in say_problem(problem, "en")
