"""Jobs as actions: without a key, found in the palette from every place."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from yaohao.planner.wording.messages import say
from yaohao.tui.actions import Action

if TYPE_CHECKING:
    from yaohao.tui.screens.base import BaseScreen
    from yaohao.tui.screens.job_actions import JobRun

HEAD = "job-"


class JobAction(Action):
    """Doing a job over the place where one is."""

    def label(self) -> str:
        """The job's name."""
        return say(f"tui_jobs.{self.name}")

    def about(self) -> str:
        """What it does."""
        return say(f"tui_jobs.about-{self.name.removeprefix(HEAD)}")

    def run_from(self, here: BaseScreen) -> JobRun:
        """The job, to be begun from a place."""
        from yaohao.tui.jobs.registry import job_named
        from yaohao.tui.screens.job_actions import JobRun

        job = job_named(self.name.removeprefix(HEAD))
        assert job is not None
        return JobRun(here, job)


@cache
def jobs_as_actions() -> tuple[Action, ...]:
    """The jobs that have no place of their own."""
    from yaohao.tui.jobs.registry import JOBS

    return tuple(JobAction(f"{HEAD}{one.name}", area="tui_jobs") for one in JOBS)
