"""`yaohao today`: what is to be done, in four bands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.wording.case_words import (
    about_words,
    duty_words,
    left_words,
    party_words,
    what_words,
    why_words,
)
from yaohao.planner.wording.messages import say
from yaohao.scripts.command_base import cli_command, open_workspace, option
from yaohao.scripts.output import (
    column,
    finish,
    is_csv,
    line,
    note,
    prose,
    table,
    tabular,
    title,
    warn,
)
from yaohao.scripts.tables import emit

BANDS = ("law", "decision", "theirs", "quarter")


@cli_command("today", words="cases.today")
@option("--as-of", words="cases.as-of", meta="day", default="")
@option("--me", words="cases.me", meta="cases.person", default="")
@option("--office", words="cases.office", meta="code", default="")
@option("--kind", words="cases.kind", meta="cases.kind", default="")
@option("--entity", words="cases.entity", meta="entity", default="")
@option("--ics", words="cases.ics", is_flag=True)
@option("--print", "for_paper", words="cases.print", is_flag=True)
@tabular("today")
def command(*, as_of: str, ics: bool, for_paper: bool, **wanted: str) -> None:
    """Show what is to be done today."""
    with open_workspace() as workspace:
        if ics:
            for row in workspace.cases.calendar(as_of, **wanted).split("\r\n")[:-1]:
                emit(row + "\r")
            return
        report = workspace.cases.today(as_of, **wanted)
    finish(report, _show_for_paper if for_paper else _show)
    if report["clock"] and not as_of:
        note("cases.clock-waits", number=report["clock"])
    years = sorted({year for one in report["lines"] for year in one["estimated_years"]})
    if years:
        warn("estimated", years=years)


def _show(report: Mapping[str, Any]) -> None:
    if is_csv():
        _table(report["lines"], with_band=True)
        return
    for band in BANDS:
        lines = [one for one in report["lines"] if one["band"] == band]
        title(f"cases.{band}")
        if lines:
            _table(lines)
        elif band != "decision" and report["next"].get(band):
            prose(say("case.next-on", day=report["next"][band]))
        else:
            prose(say("case.nothing"))
    for duty in report["duties"]:
        prose(duty_words(duty))


def _table(lines: list[Mapping[str, Any]], *, with_band: bool = False) -> None:
    table(
        [
            *([column("cases.band")] if with_band else []),
            column("cases.day"),
            column("cases.left"),
            column("cases.what", flex=True),
            column("cases.about", flex=True),
            column("cases.who"),
            column("cases.next", flex=True),
            column("cases.why", flex=True, whole=True),
        ],
        (
            (
                *([one["band"]] if with_band else []),
                one["day"],
                left_words(one["days_left"], one["unit"]),
                what_words(one),
                about_words(one),
                party_words(one["who"]),
                ", ".join(one["next_steps"][:3]),
                why_words(one["why"]),
            )
            for one in lines
        ),
        "today",
    )


def _show_for_paper(report: Mapping[str, Any]) -> None:
    """The list to be printed: a box to tick before each line, nothing cut."""
    line(say("cases.paper-head", day=report["as_of"]))
    for band in BANDS:
        lines = [one for one in report["lines"] if one["band"] == band]
        line()
        line(say(f"case.band-{band}"))
        for one in lines:
            left = left_words(one["days_left"], one["unit"])
            what = what_words(one)
            line(f"[ ] {one['day']}  {left}  {what}  {about_words(one)}")
            line(f"    {why_words(one['why'])}")
        if not lines:
            line(say("case.nothing"))
