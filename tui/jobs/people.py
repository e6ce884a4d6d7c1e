"""Recusals and absences of inspectors: noted with a reason, listed, taken back."""

from __future__ import annotations

from collections.abc import Sequence

from yaohao.planner.wording.format import span_words
from yaohao.planner.wording.messages import say
from yaohao.planner.wording.moments import local_moment
from yaohao.planner.workspace import Workspace
from yaohao.tui.jobs.model import Job, JobDone, JobField, JobInput, JobTable, Progress
from yaohao.tui.text_layout import shown

INSPECTOR = JobField("inspector", "inspector", is_needed=True, begins="{inspector}")
ENTITY = JobField("entity", "entity", is_needed=True, begins="{entity}")
FIRST = JobField("first", "day", is_needed=True, words="first-day")
LAST = JobField("last", "day", is_needed=True, words="last-day")


def _noted(report: object, words: str) -> JobDone:
    row = report["inspector"]  # type: ignore[index]
    changed = report["changed"]  # type: ignore[index]
    facts = [
        (say("common.label-inspector"), f"{row['inspector_id']}  {shown(row['name'])}"),
        (say("common.label-recused"), ", ".join(row["recused"]) or say("common.none")),
        (
            say("common.label-absent"),
            say("common.comma").join(span_words(span) for span in row["absent"])
            or say("common.none"),
        ),
    ]
    return JobDone(words if changed else say("common.text-unchanged"), facts)


def _recuse(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    inspector, entity = given.text("inspector"), given.text("entity")
    report = workspace.recuse(inspector, entity, given.text("reason"))
    return _noted(report, say("tui_jobs.recused", inspector=inspector, entity=entity))


def _undo_recusal(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    inspector, entity = given.text("inspector"), given.text("entity")
    report = workspace.undo_recusal(inspector, entity)
    return _noted(report, say("tui_jobs.unrecused", inspector=inspector, entity=entity))


def _recusals(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    found = workspace.recusals(given.text("inspector"))
    rows: Sequence[Sequence[object]] = [
        [
            row["inspector_id"],
            (shown(row["name"]), "strong"),
            row["entity_id"],
            shown(row["entity_name"] or "-"),
            shown(row["reason"] or "-"),
            (local_moment(row["noted_at"]) if row["noted_at"] else "-", "dim"),
        ]
        for row in found
    ]
    headings = tuple(
        f"tui_jobs.col-{name}"
        for name in ("inspector", "name", "entity", "firm", "reason", "noted")
    )
    table = JobTable(headings, rows, (9, 10, 12, 10, 10, 16), 4)
    return JobDone(say("tui_jobs.recusals", size=len(rows)), table=table)


def _absent(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    inspector, first, last = (given.text(name) for name in ("inspector", "first", "last"))
    report = workspace.note_absence(inspector, first, last)
    return _noted(report, say("tui_jobs.absent", inspector=inspector, first=first, last=last))


def _undo_absence(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    inspector, first, last = (given.text(name) for name in ("inspector", "first", "last"))
    report = workspace.undo_absence(inspector, first, last)
    return _noted(report, say("tui_jobs.unabsent", inspector=inspector, first=first, last=last))


def _absences(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    found = workspace.absences(given.text("inspector"))
    rows = [
        [row["inspector_id"], (shown(row["name"]), "strong"), row["first"], row["last"]]
        for row in found
    ]
    headings = tuple(f"tui_jobs.col-{name}" for name in ("inspector", "name", "first", "last"))
    table = JobTable(headings, rows, (9, 14, 10, 10), 1)
    return JobDone(say("tui_jobs.absences", size=len(rows)), table=table)


ANYBODY = JobField("inspector", "inspector", begins="{inspector}", words="anybody")
NOTED = {"undo": False, "listed": False}
UNDONE = {"undo": True, "listed": False}
LISTED = {"undo": False, "listed": True}
PLACES = ("crews",)

NOTE_RECUSAL = Job(
    "recuse",
    "recuse",
    "people",
    _recuse,
    (INSPECTOR, ENTITY, JobField("reason", is_needed=True)),
    PLACES,
    NOTED,
)

JOBS = (
    NOTE_RECUSAL,
    Job("recuse-undo", "recuse", "people", _undo_recusal, (INSPECTOR, ENTITY), PLACES,
        {**UNDONE, "reason": ""}, asks=True),
    Job("recusals", "recuse", "people", _recusals, (ANYBODY,), PLACES,
        {**LISTED, "entity": None, "reason": ""}),
    Job("absent", "absent", "people", _absent, (INSPECTOR, FIRST, LAST), PLACES, NOTED),
    Job("absent-undo", "absent", "people", _undo_absence, (INSPECTOR, FIRST, LAST), PLACES, UNDONE,
        asks=True),
    Job("absences", "absent", "people", _absences, (ANYBODY,), PLACES,
        {**LISTED, "first": None, "last": None}),
)  # fmt: skip
"""Jobs of inspectors."""
