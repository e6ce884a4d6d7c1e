"""What a check of the lottery or of crews found, as findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yaohao.planner.verification.finding import Finding, brief, holds
from yaohao.planner.vocabulary.problems import Problem
from yaohao.planner.wording.messages import say_problem


def problem_findings(name: str, where: str, problems: Sequence[Problem]) -> Iterator[Finding]:
    """The first problems of a check, or that it holds."""
    if not problems:
        yield holds(name)
    for problem in problems[:5]:
        words = say_problem(problem)
        params = {
            "where": where,
            "problem": words,
            "of": len(problems),
            "expected": brief(problem.params.get("expected", "(nothing)")),
            "found": brief(problem.params.get("found", problem.params.get("inspector", ""))),
        }
        if params["expected"] == params["found"]:  # as many, but not who may
            params["found"] = brief(words)
        yield Finding(name, False, "verify.problem", params)
