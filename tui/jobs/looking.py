"""What is looked at and written for people: simulations, due days, cohorts, reports, calendars."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from yaohao.planner.wording.format import code_name, due_words, span_words
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.jobs.model import Job, JobDone, JobField, JobInput, JobTable, Progress, parts
from yaohao.tui.jobs.page_text import page_lines
from yaohao.tui.jobs.simulation_text import simulation_lines
from yaohao.tui.text_layout import shown

AS_OF = JobField("as_of", "day", words="as-of")
FILES = JobField("files", "new-file", is_several=True, words="report-files")
WAITING = ("overdue", "open", "no-day")
TONES = {"overdue": "bad", "open": "warn"}


def _simulate(workspace: Workspace, given: JobInput, progress: Progress) -> JobDone:
    report = workspace.simulate(
        given.text("file"), given.whole("years", 10), given.whole("seed", 1), progress
    )
    facts = [
        (say("tui_jobs.label-plan"), f"{report['plan']}  {shown(report['title'])}"),
        (
            say("simulate.label-years"),
            f"{report['years']}  ({span_words(report['span'])})",
        ),
        (say("simulate.label-entities"), f"{report['entities']:,}"),
        (say("tui_jobs.field-seed"), str(report["seed"])),
    ]
    return JobDone(
        say("tui_jobs.simulated", years=report["years"]), facts, laid_out=simulation_lines(report)
    )


def _due(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    """The visits whose results are not public yet, the most urgent first; Enter goes to them."""
    report = workspace.due(given.text("draw"), given.text("as_of"))
    waiting = [row for row in report["visits"] if row["state"] in WAITING]
    waiting.sort(key=lambda row: (row["due_on"] or "9999", row["draw"], row["entity_id"]))
    rows = [
        [
            (row["due_on"] or "-", TONES.get(row["state"], "")),
            (due_words(row), TONES.get(row["state"], "")),
            row["draw"],
            row["entity_id"],
            (shown(row["name"]), "strong"),
            row["visited_on"] or "-",
        ]
        for row in waiting
    ]
    facts = [
        (say(f"common.label-due-{state}"), f"{number:,}")
        for state, number in report["counts"].items()
        if number
    ]
    lines = []
    if report["estimated_years"]:
        lines.append(say("tui_jobs.estimated", years=report["estimated_years"]))
    headings = tuple(
        f"tui_jobs.col-{name}" for name in ("due", "left", "draw", "entity", "firm", "visited")
    )
    table = JobTable(
        headings,
        rows,
        (10, 10, 8, 14, 10, 10),
        4,
        [("results", {"draw": row["draw"], "entity": row["entity_id"]}) for row in waiting],
    )
    told_words = say("tui_jobs.due", size=len(rows), day=report["as_of"])
    return JobDone(told_words, facts, lines, table=table)


def _members(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    """Who stands in a cohort; Enter tells of the marked one."""
    found = workspace.cases.members(given.text("case"), gone=given.yes("gone"))
    rows = [
        [row["entity_id"], (shown(row["name"]), "strong"), code_name("region", row["region"])]
        for row in found
    ]
    headings = tuple(f"tui_jobs.col-{name}" for name in ("entity", "firm", "region"))
    goes = [
        ("tools", {"job": "report-entity", "begins": {"entity": row["entity_id"]}}) for row in found
    ]
    table = JobTable(headings, rows, (20, 20, 16), 1, goes)
    return JobDone(say("tui_jobs.members", size=len(rows)), table=table)


def _report(workspace: Workspace, given: JobInput, report: Any) -> JobDone:
    paths = [given.folder.absolute() / Path(one).expanduser() for one in parts(given.text("files"))]
    written = workspace.reports.write(report, paths, overwrite=given.yes("overwrite"))
    page = workspace.reports.page(report)
    said = (
        say("tui_jobs.report-written", files=written)
        if written
        else say("tui_jobs.report", title=page.title)
    )
    return JobDone(said, files=[Path(one) for one in written], laid_out=page_lines(page))


def _report_entity(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    report = workspace.reports.entity(given.text("entity"), given.text("as_of"))
    return _report(workspace, given, report)


def _report_year(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    report = workspace.reports.year(given.whole("year", 0), given.text("as_of"))
    return _report(workspace, given, report)


def _checklist(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    report = workspace.reports.checklist(
        given.text("first"),
        given.text("last"),
        least=given.whole("least", 2),
        most=given.whole("most", 10),
    )
    return _report(workspace, given, report)


def _calendar(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    """What is to be done as a calendar file that other programs read."""
    from yaohao.planner.vocabulary.problems import refuse
    from yaohao.planner.vocabulary.whole_folders import write_file

    file = given.new_needed("output")
    if file.exists() and not given.yes("overwrite"):
        raise refuse("output.exists", file=str(file))
    wanted = {name: given.text(name) for name in ("me", "office", "kind", "entity")}
    text = workspace.cases.calendar(given.text("as_of"), **wanted)
    write_file(file, text.encode(), private=True)
    size = text.count("BEGIN:VEVENT")
    return JobDone(say("tui_jobs.calendar", size=size, file=str(file)), files=[file])


JOBS = (
    Job("simulate", "simulate", "plans", _simulate,
        (
            JobField("file", "plan", is_needed=True, begins="{plan}", words="plan"),
            JobField("years", "number", begins="10"),
            JobField("seed", "number", begins="1"),
        ),
        ("plan", "home")),
    Job("due", "due", "results", _due,
        (JobField("draw", "draw", words="any-draw"), AS_OF), ("results", "today", "home")),
    Job("calendar", "today", "results", _calendar,
        (
            JobField("output", "new-file", is_needed=True, begins="today.ics", words="calendar"),
            AS_OF,
            JobField("me"),
            JobField("office"),
            JobField("kind", words="case-kind"),
            JobField("entity", "entity", words="only-entity"),
            JobField("overwrite", "flag"),
        ),
        ("today",), {"ics": True, "for_paper": False}),
    Job("case-members", "case members", "results", _members,
        (JobField("case", is_needed=True, begins="{case}"), JobField("gone", "flag")), ("cases",)),
    Job("report-entity", "report entity", "reports", _report_entity,
        (
            JobField("entity", "entity", is_needed=True, begins="{entity}"), AS_OF, FILES,
            JobField("overwrite", "flag"),
        ),
        ("register", "review")),
    Job("report-year", "report year", "reports", _report_year,
        (JobField("year", "number"), AS_OF, FILES, JobField("overwrite", "flag")), ("home",)),
    Job("report-checklist", "report checklist", "reports", _checklist,
        (
            JobField("first", "day", words="first-day"),
            JobField("last", "day", words="last-day"),
            JobField("least", "number", begins="2"),
            JobField("most", "number", begins="10"),
            FILES,
            JobField("overwrite", "flag"),
        ),
        ("results",)),
)  # fmt: skip
"""Jobs of looking."""
