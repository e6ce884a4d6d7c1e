"""A first plan from a few questions: whom, how many, whom to leave out, how many inspectors."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from yaohao.planner.doors.guide import QUESTIONS, PlanQuestions, plan_answers
from yaohao.planner.vocabulary.problems import PlannerError, Problem
from yaohao.planner.wording.format import tenths
from yaohao.scripts.plan_preview import show_preview, show_warnings
from yaohao.scripts.questions import ask_until, chosen, chosen_several, tell, tell_problems

if TYPE_CHECKING:
    from yaohao.planner.workspace import Workspace


def first_plan(workspace: Workspace) -> Path | None:
    """Ask what a plan needs, show what it would do, and write it; None where it has problems.

    Nothing is written before its effect was shown; the file is new.
    """
    today, folder = workspace.day(), workspace.folder / "plans"
    questions = workspace.plan_questions()
    taken: dict[str, Any] = {}

    def ask(name: str, **params: Any) -> None:
        taken[name] = ask_until(
            _WORDS.get(name, f"start.{name}"),
            lambda typed: questions.take(name, typed, taken.get("first")),
            questions.offered(name, taken.get("first")),
            **params,
        )

    for name in QUESTIONS[:-1]:
        if name == "items":
            taken[name] = _items(workspace)
        elif name == "department":
            named = [one for one in workspace.items() if one["item_id"] in taken["items"]]
            taken[name] = _department(questions) if questions.asks(name, named) else ""
        else:
            ask(name)
    taken["total"] = None

    def write(file: Path) -> Path:
        workspace.new_plan(file, **plan_answers(taken).as_keys(today))
        return file

    file = folder / f"{taken['id']}.toml"
    try:
        with TemporaryDirectory() as scratch:
            report = workspace.preview(write(Path(scratch) / "before.toml"))
            ask("total", expected=tenths(report["expected"]))
            if taken["total"] is not None:
                report = workspace.preview(write(Path(scratch) / "after.toml"))
    except PlannerError as error:
        tell_problems(PlannerError(*(_of(file, one) for one in error.problems)))
        # What was answered is not lost: the plan can be corrected, or the registers.
        tell("start.plan-kept", file=str(write(file)))
        return None
    write(file)
    show_preview(report)
    warnings = [Problem(one["code"], one["params"]) for one in report["warnings"]]
    show_warnings([_of(file, one).as_json() for one in warnings])
    return file


def _of(file: Path, problem: Problem) -> Problem:
    """A problem of the plan, which was looked at elsewhere, as one of its own file."""
    if "file" not in problem.params:
        return problem
    return Problem(problem.code, {**problem.params, "file": str(file)})


_WORDS = {
    "id": "start.plan-id",
    "title": "start.plan-title",
    "first": "start.first-day",
    "last": "start.last-day",
}
"""What a question is asked with, where it is not called by its own name."""


def _department(questions: PlanQuestions) -> str:
    """The department that inspects, where neither items nor inspectors tell."""
    known = [one for one in questions.departments if one]
    place = chosen("start.department", known)
    return known[(place or 1) - 1]


def _items(workspace: Workspace) -> list[str]:
    """The ids of the items that are to be inspected."""
    items = workspace.items()
    places = chosen_several("start.items", [f"{one['item_id']}  {one['name']}" for one in items])
    return [items[place - 1]["item_id"] for place in places]
