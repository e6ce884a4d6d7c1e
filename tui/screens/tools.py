"""Tools: every job that has no place of its own, those of the place one came from first.

On the command line: the commands of `tui/faces.py` that are jobs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from textual.app import ComposeResult
from yaohao.planner.wording.messages import say
from yaohao.tui.actions import Action
from yaohao.tui.jobs.model import Job
from yaohao.tui.jobs.registry import job_named, jobs_from
from yaohao.tui.screens.base import BaseScreen
from yaohao.tui.screens.filter_mixin import FilterMixin
from yaohao.tui.screens.job_actions import JobRun
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.table import Column, RowTable
from yaohao.tui.widgets.words import Words


class ToolsScreen(FilterMixin):
    """The jobs, each with its form."""

    SCREEN_NAME = "tools"
    FOCUS = "#jobs"
    ACTIONS = (
        Action("open", "open", rank=1, area="tui_jobs", when="has_row"),
        Action("filter", "filter", rank=2),
        Action("copy", "copy", rank=5, when="has_row"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.place = ""
        self.known: Mapping[str, str] = {}
        self.shown: list[Job] = []
        self._wanted: tuple[str, Mapping[str, str]] | None = None

    def body(self) -> ComposeResult:
        """Where one came from, the filter, the jobs."""
        yield Words(id="status", classes="line")
        yield Field("tui_jobs.ask", self.typed, id="filter")
        yield RowTable(
            [
                Column("job", "tui_jobs.col-job", 24),
                Column("group", "tui_jobs.col-group", 10, spare=1),
                Column("about", "tui_jobs.col-about", 20, grow=1),
            ],
            empty="tui.nothing-found",
            called="tools",
            id="jobs",
        )

    def come_from(self, other: BaseScreen) -> None:
        """Take what the place is about from which one comes."""
        if not isinstance(other, ToolsScreen):
            self.place, self.known = other.SCREEN_NAME, other.around()
            if self.is_mounted:
                self.fill()

    def receive(self, job: str = "", begins: Mapping[str, str] | None = None, **_: Any) -> None:
        """Begin a job as soon as this place is shown."""
        self._wanted = (job, begins or {})

    def around(self) -> dict[str, str]:
        """What the place is about from which one came."""
        return {**super().around(), **self.known}

    def fill(self) -> None:
        """Show the jobs that have what is typed."""
        words = self.typed.casefold().split()
        self.shown = [
            one for one in jobs_from(self.place) if all(word in _searched(one) for word in words)
        ]
        about = " ".join(self.known.get(name, "") for name in ("draw", "entity", "plan")).strip()
        has_own = any(self.place in one.places for one in self.shown)
        place = say(f"tui.place-{self.place}") if has_own else ""
        text = say("tui_jobs.status", size=len(self.shown), place=place, about=about)
        self.query_one("#status", Words).say(text)
        self.query_one("#jobs", RowTable).show(
            [
                [
                    (one.label(), "strong" if self.place in one.places else ""),
                    (one.group_label(), "dim"),
                    (one.about(), "dim"),
                ]
                for one in self.shown
            ],
            keep=True,
        )
        if self._wanted is not None:
            (name, begins), self._wanted = self._wanted, None
            job = job_named(name)
            if job is not None:
                self.call_after_refresh(JobRun(self, job, begins=begins).begin)

    # what can be done

    def has_row(self) -> bool:
        """Whether a job is marked."""
        return bool(self.shown)

    def marked_job(self) -> Job | None:
        """The marked job."""
        at = self.query_one("#jobs", RowTable).cursor
        return self.shown[at] if at < len(self.shown) else None

    def on_row_table_chosen(self) -> None:
        """Begin what was clicked."""
        self.yaohao.guarded(self.do_open)

    def do_open(self) -> None:
        """Begin the marked job."""
        job = self.marked_job()
        if job is not None:
            JobRun(self, job).begin()

    def do_back(self) -> bool:
        """Leave the filter, then clear it."""
        return self.leave_filter()

    def do_copy(self) -> None:
        """Copy the marked job, with the command that does the same."""
        job = self.marked_job()
        if job is not None:
            names = ("job", "about", "command")
            self.copy(names, [job.label(), job.about(), f"yaohao {job.command}"])


def _searched(job: Job) -> str:
    return f"{job.label()} {job.group_label()} {job.about()} {job.command}".casefold()
