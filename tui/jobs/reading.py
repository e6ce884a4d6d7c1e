"""How a file on its way into a register is read: the options of `yaohao import`, as a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.jobs.model import Job, JobDone, JobField, JobInput, Progress

OF_VISITS = ("results", "inspections")
"""What is read from files like a register, and is none."""

_ALWAYS = (
    JobField("date_order", "pick", picks=("mdy", "dmy")),
    JobField("today", "day", words="latest-day"),
)
_EMPTY = JobField("empty", "flag", words="empty-cells")
_REPLACE = (
    JobField("replace", "flag", words="replaces-register"),
    JobField("replace_most", "flag", words="replaces-most"),
    JobField("vouch", "file", is_several=True, words="vouched-codes"),
)
_RESULTS = (
    JobField("correct", "flag", words="correct-results"),
    JobField("close_leads", "flag"),
)
_SHEETS = JobField("all_sheets", "flag")
_ENCODING = JobField("encoding")


def reading(register: str, sheets: Sequence[str], aside: Sequence[str]) -> Job:
    """The form for a register: of a workbook with these `sheets` (none for other files), where rows
    of the files `aside` stand set aside.

    A name with a comma in it, which parts several of them, is left out of its list.
    """
    of_file = [_several("sheets", sheets), _SHEETS] if sheets else [_ENCODING]
    fields = [*of_file, *_ALWAYS, *((_EMPTY,) if register != "inspections" else ())]
    fields += _RESULTS if register == "results" else ()
    fields += _REPLACE if register not in OF_VISITS else ()
    if aside:
        fields.append(_several("supersedes", aside))
    return Job("reading", "import", "results", _none, tuple(fields))


def _several(name: str, values: Sequence[str]) -> JobField:
    picks = tuple(one for one in values if "," not in one and "，" not in one)
    return JobField(name, "pick", picks=picks, is_several=True)


def _none(workspace: Workspace, given: JobInput, progress: Progress) -> JobDone:
    raise NotImplementedError("what is read is read by the place that asks")


def as_typed(job: Job, how: Mapping[str, Any]) -> dict[str, str]:
    """What the fields of the form begin with, of the options `how`."""
    typed = {}
    for one in job.fields:
        value = how.get(one.name)
        if one.kind == "flag":
            typed[one.name] = say("common.yes") if value else ""
        elif one.is_several:
            listed = list(map(str, value or ()))
            is_shown = not one.picks or set(listed) <= set(one.picks)
            typed[one.name] = ",".join(listed) if is_shown else ""
        else:
            typed[one.name] = str(value or "")
    return typed


def as_options(job: Job, given: JobInput) -> dict[str, Any]:
    """The keywords of `take_in` that the form says; those that say nothing are left out."""
    how: dict[str, Any] = {}
    for one in job.fields:
        value: Any = given.text(one.name)
        if one.kind == "flag":
            value = given.yes(one.name)
        elif one.kind == "file":
            value = given.paths(one.name)
        elif one.is_several:
            value = given.parts(one.name)
        if value:
            how[one.name] = value
    if how.get("all_sheets"):
        how.pop("sheets", None)
    return how
