"""Problems: what is wrong, as a code and parameters; words come at the face."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict


class ProblemReport(TypedDict):
    """A problem or a warning as JSON; every language has its own words for the code."""

    code: str
    params: dict[str, Any]
    """What the words name: `file`, `line` and `key` say where, the others what was found."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    `code` is ``area.name`` and has its words, zh and en, in ``locale/<area>.toml``; `params` fill
    them. By convention `file`, `line`, `row`, `column` and `key` say where.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> ProblemReport:
        """The problem as plain JSON values, for programs."""
        return {"code": self.code, "params": dict(self.params)}


class PlannerError(Exception):
    """Wrong use, or input that cannot be accepted; carries every problem found, not only the first.

    Faces end with exit status `status`.
    """

    status = 2

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems: tuple[Problem, ...] = problems

    def __str__(self) -> str:
        return "\n".join(_wording[-1](problem) for problem in self.problems)


def _bare(problem: Problem) -> str:
    """A problem without words: its code and parameters."""
    return f"{problem.code} {dict(problem.params)}" if problem.params else problem.code


_wording: list[Callable[[Problem], str]] = [_bare]


def put_into_words_by(wording: Callable[[Problem], str]) -> None:
    """Let `str()` of an error be put into words by `wording`; codes alone until this is called.

    The words live in a room above this one, which registers itself here when it is loaded.
    """
    _wording[:] = [wording]


class CheckFailed(PlannerError):
    """A check that was asked for ran, and failed."""

    status = 1


def refuse(code: str, **params: Any) -> PlannerError:
    """A `PlannerError` with a single problem, to be raised."""
    return PlannerError(Problem(code, params))


def raise_all(problems: Iterable[Problem]) -> None:
    """Raise `PlannerError` with all of `problems`; do nothing where there are none."""
    every = tuple(problems)
    if every:
        raise PlannerError(*every)
