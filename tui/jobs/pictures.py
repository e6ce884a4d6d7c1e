"""What is told in pictures, and what a plan means for one firm: findings, with files of SVG."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.vocabulary.units import PPM
from yaohao.planner.wording.format import chance_words, rule_words, tenths
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.jobs.model import Job, JobDone, JobField, JobInput, Progress
from yaohao.tui.jobs.page_text import LaidOut, table_lines
from yaohao.tui.text_layout import folded, shown

if TYPE_CHECKING:
    from yaohao.planner.learning.finding import Finding

MEASURES = ("rate", "visits", "violations", "size")
PLAN = JobField("file", "plan", is_needed=True, begins="{plan}", words="plan")
ENTITY = JobField("entity", "entity", is_needed=True, begins="{entity}")
DRAW = JobField("draw", "draw", words="any-draw")
AS_OF = JobField("as_of", "day", words="as-of")
PICTURE = (JobField("svg", "new-file"), JobField("overwrite", "flag"))


def _finding_lines(found: Finding) -> LaidOut:
    """The sentences of a finding, then its charts as wide as there is room."""

    def laid_out(width: int, ascii_only: bool) -> list[str]:
        from yaohao.planner.learning.chart_text import render

        lines = [row for words in found.sentences() for row in folded(words, width)]
        for chart in found.charts():
            lines += ["", *render(chart, width, ascii_only=ascii_only)]
        return lines

    return laid_out


def _told(workspace: Workspace, given: JobInput, found: Finding, name: str) -> JobDone:
    """A finding, and the files into which its pictures were written."""
    svg = given.new("svg")
    files: list[str] = []
    if svg is not None:
        files = workspace.save_pictures(found, svg, overwrite=given.yes("overwrite"))
    said = say("tui_jobs.report-written", files=files) if files else say(f"tui_jobs.job-{name}")
    return JobDone(said, files=[Path(one) for one in files], laid_out=_finding_lines(found))


def _calendar(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    found = workspace.reports.calendar(given.whole("year", 0), given.text("as_of"))
    return _told(workspace, given, found, "report-calendar")


def _load(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    found = workspace.reports.load(given.text("draw"), given.text("as_of"))
    return _told(workspace, given, found, "report-load")


def _map(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    by, digits = given.text("by") or MEASURES[0], given.whole("digits", 0)
    found = workspace.reports.map(by, draw=given.text("draw"), digits=digits)
    return _told(workspace, given, found, "report-map")


def _chance(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    """What a plan means for a firm, and another one beside it."""
    report = workspace.chance(
        given.text("file"), given.text("entity"), given.text("against") or None
    )
    sides = [one for one in (report["before"], report["after"]) if one is not None]
    rows = [_side(one) for one in sides]
    heads = ["", *(str(one["plan"]) for one in sides)]

    def laid_out(width: int, ascii_only: bool) -> list[str]:
        del ascii_only  # it has no bars
        return table_lines(
            heads, [[name, *(row[name] for row in rows)] for name in rows[0]], width, 99
        )

    facts = [
        (say("common.label-entity"), report["entity_id"]),
        (say("common.label-name"), shown(report["name"])),
    ]
    return JobDone(say("tui_jobs.job-plan-chance"), facts, laid_out=laid_out)


def _side(side: Mapping[str, Any]) -> dict[str, str]:
    """What one plan means for a firm, by what is told."""
    is_out, in_pool = side["standing"] == "outside", side["standing"] == "pool"
    standing = "tui_jobs.standing-outside" if is_out else f"common.standing-{side['standing']}"
    return {
        say("tui_jobs.label-standing"): say(standing),
        say("tui_jobs.label-rule"): "-" if is_out else rule_words(side["reason"]),
        say("common.label-chance"): chance_words(side["chance"], PPM),
        say("common.label-cell"): side["cell"] or "-",
        say("common.label-size"): f"{side['size']:,}" if in_pool else "-",
        say("common.label-expected"): tenths(side["expected"]) if in_pool else "-",
    }


JOBS = (
    Job("plan-chance", "plan chance", "plans", _chance,
        (PLAN, ENTITY, JobField("against", "plan")), ("plan", "register")),
    Job("report-calendar", "report calendar", "reports", _calendar,
        (JobField("year", "number"), AS_OF, *PICTURE), ("home", "today")),
    Job("report-load", "report load", "reports", _load, (DRAW, AS_OF, *PICTURE), ("crews",)),
    Job("report-map", "report map", "reports", _map,
        (
            DRAW,
            JobField("by", "pick", begins=MEASURES[0], picks=MEASURES, words="measure"),
            JobField("digits", "number"),
            *PICTURE,
        ),
        ("register",)),
)  # fmt: skip
"""Jobs of pictures, and of one firm under a plan."""
