"""`yaohao review`: entities drawn and not drawn, by group, tier, region, cell or inspector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click
from yaohao.planner.wording.format import (
    code_name,
    percent,
    reason_words,
    tenths,
)
from yaohao.planner.wording.messages import say
from yaohao.scripts.command_base import (
    argument,
    cli_command,
    open_workspace,
    option,
)
from yaohao.scripts.output import (
    Column,
    column,
    finish,
    limit_option,
    note,
    shortened,
    table,
    tabular,
    title,
    warn_unwitnessed,
)

STANDINGS = ("drawn", "directed", "reserve", "not-drawn", "out")
BY = ("tier", "region", "industry", "kind", "cell", "crew")


@cli_command("review")
@argument("draw", meta="draw")
@option("--of", "standing", words="review-of", type=click.Choice(STANDINGS), default=None)
@option("--reason", words="review-reason", meta="code", default="")
@option("--filter", "typed", words="review-filter", default="")
@option("--cell", words="review-cell", default="")
@option("--crew", words="review-crew", meta="inspector", default="")
@option("--by", words="review-by", type=click.Choice(BY), default=None)
@option("--skip", words="skip", meta="number", type=click.IntRange(0), default=0)
@limit_option()
@tabular("review", "outcome")
def command(
    draw: str,
    standing: str | None,
    reason: str,
    typed: str,
    cell: str,
    crew: str,
    by: str | None,
    skip: int,
    limit: int,
) -> None:
    """Count the groups of a draw, count by a column, or list a group page by page."""
    with open_workspace() as workspace:
        review = workspace.review(draw)
        report: dict[str, Any] = {"draw": draw, "stage": review.stage}
        if by is not None:
            report |= {"by": by, "tally": review.tally(by)}
        elif standing or reason or typed or cell or crew:
            matching = review.find(standing or "", reason, typed, cell=cell, crew=crew)
            rows = review.rows(matching[skip : skip + limit])
            report |= {"found": len(matching), "skip": skip, "rows": rows}
        else:
            report |= {"groups": review.groups(), "outcome": workspace.outcome(draw)}
        finish(report, show_review)
        warn_unwitnessed(workspace, draw)


def show_review(report: Mapping[str, Any]) -> None:
    """Print the counts or the list."""
    if "tally" in report:
        _show_tally(report["by"], report["tally"])
    elif "rows" in report:
        _show_rows(report)
    else:
        title("groups")
        table(
            [
                column("standing"),
                column("reason", flex=True, whole=True),
                column("size", right=True),
            ],
            [
                (
                    say(f"cli.became-{one['standing']}"),
                    reason_words(one["reason"]) if one["reason"] else "",
                    one["size"],
                )
                for one in report["groups"]
            ],
            "review",
        )
        if report["outcome"] is not None:
            line = report["outcome"]
            title("outcome")
            table(
                [
                    column("outcome", right=True),
                    column("outcomes", right=True),
                    column("point"),
                    column("from"),
                    column("to"),
                ],
                [
                    (
                        line["outcome"] + 1,
                        line["outcomes"],
                        *(f"{line[key] / 1e6:.6f}" for key in ("point", "first", "last")),
                    )
                ],
            )


def _show_tally(by: str, tally: Sequence[Mapping[str, Any]]) -> None:
    columns: list[Column]
    rows: list[tuple[Any, ...]]
    if by == "crew":
        columns = [column("inspector"), column("name", flex=True), column("visits", right=True)]
        rows = [(one["code"], one["name"], one["visits"]) for one in tally]
    elif by == "cell":
        columns = [
            column("number", right=True),
            column("cell", flex=True),
            column("size", right=True),
            column("expected", right=True),
            column("chance", right=True),
            column("drawn", right=True),
            column("threshold"),
        ]
        rows = [
            (
                one["number"],
                one["code"],
                one["size"],
                tenths(one["expected"]),
                percent(*one["chance"]),
                "-" if one["drawn"] is None else one["drawn"],
                shortened(one["threshold"] or "-", 12),
            )
            for one in tally
        ]
    else:
        columns = [
            column(f"stratum-{by}", flex=True),
            column("scope", right=True),
            column("pool", right=True),
            column("expected", right=True),
            column("drawn", right=True),
            column("directed", right=True),
            column("out", right=True),
        ]
        rows = [
            (
                code_name(by, one["code"]) or say("common.none"),
                one["frame"],
                one["pool"],
                tenths(one["expected"]),
                one["drawn"],
                one["directed"],
                one["out"],
            )
            for one in tally
        ]
    table(columns, rows, "review")


def _show_rows(report: Mapping[str, Any]) -> None:
    rows = report["rows"]
    table(
        [
            column("entity"),
            column("name", flex=True),
            column("stratum-tier"),
            column("region"),
            column("standing"),
            column("reason", flex=True, whole=True),
        ],
        [
            (
                one["entity_id"],
                one["name"],
                one["tier"] or "-",
                one["region"],
                say(f"cli.became-{one['became']}"),
                reason_words(one["reason"]) if one["reason"] else "-",
            )
            for one in rows
        ],
        "review",
    )
    if report["found"] > len(rows):
        note(
            "page", first=report["skip"] + 1, last=report["skip"] + len(rows), size=report["found"]
        )
