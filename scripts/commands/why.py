"""`yaohao why`: explain the outcome for one entity in a draw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from yaohao.planner.wording.format import (
    chance_words,
    code_words,
    millionths,
    rule_words,
)
from yaohao.planner.wording.messages import say
from yaohao.scripts.command_base import (
    argument,
    cli_command,
    open_workspace,
    option,
)
from yaohao.scripts.output import (
    column,
    fact,
    facts,
    finish,
    shortened,
    table,
    tabular,
    title,
    warn_unwitnessed,
)


@cli_command("why")
@argument("draw", meta="draw")
@argument("entity", meta="entity")
@option("--neighbours", words="neighbours", meta="number", type=click.IntRange(0), default=0)
@tabular("neighbours")
def command(draw: str, entity: str, neighbours: int) -> None:
    """Explain the outcome for one entity."""
    with open_workspace() as workspace:
        report = (
            workspace.review(draw).story(entity, neighbours)
            if neighbours
            else workspace.why(draw, entity)
        )
        finish(report, show_why)
        warn_unwitnessed(workspace, draw)


def show_why(report: Mapping[str, Any]) -> None:
    """Print the entity, the rule that decided, its chance, its ticket, and its inspectors."""
    row = report["entity"]
    facts(
        [
            fact("entity", row["entity_id"]),
            fact("name", shortened(str(row["name"]), 200)),
            *(
                fact(f"stratum-{name}", code_words(name, row[name]))
                for name in ("tier", "region", "industry", "kind", "status")
                if row[name]
            ),
            fact("fields", row["fields"]) if row["fields"] else None,
            fact("established", row["established_on"]) if row["established_on"] else None,
            fact("inspected", row["inspected_on"]) if row["inspected_on"] else None,
        ]
    )
    title("standing")
    facts(
        [
            fact("standing", say(f"common.standing-{report['standing']}")),
            fact("rule", rule_words(report["reason"])),
        ]
    )
    if report["entry"]:
        parts = ("entry", "content", "measure")
        facts([fact(name, report["entry"][name]) for name in parts if report["entry"][name]])
    if report["cell"]:
        _show_chance(report["cell"], *report["chance"])
    title("draw")
    facts(_drawn(report))
    if report.get("neighbours"):
        title("neighbours", rank=f"{report['rank']:,}", size=f"{report['cell']['size']:,}")
        columns = [
            column("place", right=True),
            column("ticket"),
            column("entity"),
            column("name", flex=True),
            column("drawn"),
        ]
        rows = [
            (
                one["rank"],
                shortened(one["ticket"], 16),
                one["entity_id"],
                one["name"],
                say("common.yes" if one["drawn"] else "common.no"),
            )
            for one in report["neighbours"]
        ]
        table(columns, rows)


def _show_chance(cell: Mapping[str, Any], above: int, below: int) -> None:
    title("chance")
    facts(
        [
            fact("cell", f"{cell['cell']} ({cell['number']})"),
            fact("size", cell["size"]),
            fact("expected", millionths(cell["expected"])),
            fact("chance", chance_words(above, below)),
        ]
    )


def _drawn(report: Mapping[str, Any]) -> list[tuple[str, str] | None]:
    if report["ticket"] is None:
        return [fact("drawn", say("cli.not-yet"))]
    verdict = say(
        "common.reserve" if report["reserve"] else "common.yes" if report["drawn"] else "common.no"
    )
    crew = ", ".join(report["inspectors"]) or say("cli.not-yet")
    return [
        fact("ticket", report["ticket"]),
        fact("threshold", report["threshold"] or "-") if report["cell"] else None,
        fact("count", report["count"]) if report["cell"] else None,
        fact("drawn", verdict),
        fact("inspectors", crew) if report["drawn"] else None,
        fact("result", _result(report["result"])) if report["result"] is not None else None,
    ]


def _result(code: str) -> str:
    """A result's code and what it means."""
    return f"{code}  {say(f'result.{code}')}"
