"""All jobs, in the order in which they are listed; found by name, and by where they belong."""

from __future__ import annotations

from yaohao.tui.jobs.keeping import JOBS as KEEPING
from yaohao.tui.jobs.looking import JOBS as LOOKING
from yaohao.tui.jobs.model import Job
from yaohao.tui.jobs.people import JOBS as PEOPLE
from yaohao.tui.jobs.pictures import JOBS as PICTURES
from yaohao.tui.jobs.publishing import JOBS as PUBLISHING
from yaohao.tui.jobs.vouching import JOBS as VOUCHING

GROUPS = ("publishing", "results", "plans", "people", "reports", "checking", "keys", "upkeep")
"""The kinds of jobs in the order in which they are listed."""

_ALL = (*PUBLISHING, *LOOKING, *PEOPLE, *VOUCHING, *KEEPING, *PICTURES)
JOBS: tuple[Job, ...] = tuple(sorted(_ALL, key=lambda job: GROUPS.index(job.group)))


def job_named(name: str) -> Job | None:
    """The job of that name, if there is one."""
    return next((job for job in JOBS if job.name == name), None)


def jobs_from(place: str) -> list[Job]:
    """All jobs, those that belong to a place first."""
    return sorted(JOBS, key=lambda job: place not in job.places)
