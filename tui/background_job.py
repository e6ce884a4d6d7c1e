"""Long work: in a thread, with a workspace of its own, with progress, and it can be stopped."""

from __future__ import annotations

import ctypes
import os
import threading
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from yaohao.planner.vocabulary.problems import PlannerError, Problem
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say, say_problem
from yaohao.planner.workspace import Workspace

Job = Callable[[Workspace, Callable[[int, "int | None"], None]], Any]
"""Work to do: given a workspace of its own thread, and what to tell progress to."""

PAUSE = 0.25
"""Seconds between two repaints of the progress."""


class Stopped(BaseException):
    """Somebody stopped the work."""


class BackgroundJob:
    """One piece of long work. `done` is called with its result, in the app's thread.

    An act that is stopped is rolled back whole: acts change a workspace wholly or not at all.
    """

    def __init__(self, words: str, job: Job, done: Callable[[Any], None]) -> None:
        self.words, self.job, self.done = words, job, done
        self.progress: tuple[int, int | None] = (0, None)
        self.is_stopped = False
        self.asked: Any = None
        """The form whose answer it acts on (`tui.asked_again`)."""
        self._thread = 0
        self._told = 0.0
        self._ends = threading.Lock()

    def stop(self) -> None:
        """Stop it where it is; what it waits for outside Python ends first."""
        self.is_stopped = True
        with self._ends:
            if self._thread:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(self._thread), ctypes.py_object(Stopped)
                )

    def run(self, folder: Any, tell: Callable[[], None]) -> Any:
        """Do it, in the thread that calls; raises `Stopped` if it was stopped.

        `tell` is called now and then when there is progress to show.
        """

        def move(done: int, total: int | None, /) -> None:
            if self.is_stopped:
                raise Stopped
            self.progress = (done, total)
            now = time.monotonic()
            if now - self._told >= PAUSE:
                self._told = now
                tell()

        with self._ends:
            if self.is_stopped:
                raise Stopped
            self._thread = threading.get_ident()
        try:
            workspace = Workspace(folder)
            try:
                found = self.job(workspace, move)
            finally:
                workspace.close()
        finally:
            with self._ends:
                self._thread = 0
        if self.is_stopped:
            raise Stopped
        return found

    def told(self) -> str:
        """What is being done, and how far it is."""
        done, total = self.progress
        if not done:
            return say("tui.working", what=self.words)
        shown = f"{done:,} / {total:,}" if total else f"{done:,}"
        return say("tui.working-so-far", what=self.words, shown=shown)


class Outcome(NamedTuple):
    """What came of work that may be refused: its result, or why there is none."""

    found: Any
    refused: str = ""

    def go_on(self, done: Callable[[Any], None], again: Callable[[str], None]) -> None:
        """Go on with the result, or ask again."""
        if self.refused:
            again(self.refused)
        else:
            done(self.found)


def refusable(job: Job) -> Job:
    """The same work, in which a refusal is an outcome, in words."""

    def guarded(workspace: Workspace, progress: Callable[[int, int | None], None]) -> Outcome:
        try:
            return Outcome(job(workspace, progress))
        except (PlannerError, OSError) as error:
            return Outcome(None, "\n".join(in_words(error)))

    return guarded


def in_words(error: BaseException) -> list[str]:
    """What went wrong, in plain sentences; never a traceback."""
    if isinstance(error, PlannerError):
        return [plain(say_problem(shown(problem)), 1200) for problem in error.problems]
    if isinstance(error, OSError):
        file = plain(str(error.filename), 300) if error.filename else "-"
        return [say("tui.system", file=file, found=plain(f"{error.strerror or error}", 300))]
    return [say("tui.fault", found=plain(f"{type(error).__name__}: {error}", 300))]


def commands_in(error: BaseException) -> str:
    """What went wrong in words that name commands, by which it is known what mends it.

    In a language by its name: so commands stand in them, whatever a face tells in their stead.
    """
    problems = error.problems if isinstance(error, PlannerError) else ()
    return " ".join(say_problem(problem, "en") for problem in problems)


def shown(problem: Problem) -> Problem:
    """A problem in which the stage of a draw is a word too."""
    if "stage" not in problem.params:
        return problem
    stage = say(f"common.stage-{problem.params['stage']}")
    return Problem(problem.code, {**problem.params, "stage": stage})


def wants_traceback() -> bool:
    """Whether whoever runs the program wants to see where it broke."""
    return os.environ.get("YAOHAO_DEBUG") == "1"
