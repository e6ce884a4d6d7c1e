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
        told = (
            workspace.review(draw).story(entity, neighbours)
            if neighbours
            else workspace.why(draw, entity)
        )
        finish(told, show_why)
        warn_unwitnessed(workspace, draw)


def show_why(told: Mapping[str, Any]) -> None:
    """Print the entity, the rule that decided, its chance, its ticket, and its inspectors."""
    row = told["entity"]
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
            fact("standing", say(f"common.standing-{told['standing']}")),
            fact("rule", rule_words(told["reason"])),
        ]
    )
    if told["entry"]:
        parts = ("entry", "content", "measure")
        facts([fact(name, told["entry"][name]) for name in parts if told["entry"][name]])
    if told["cell"]:
        _show_chance(told["cell"], *told["chance"])
    title("draw")
    facts(_drawn(told))
    if told.get("neighbours"):
        title("neighbours", rank=f"{told['rank']:,}", size=f"{told['cell']['size']:,}")
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
            for one in told["neighbours"]
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


def _drawn(told: Mapping[str, Any]) -> list[tuple[str, str] | None]:
    if told["ticket"] is None:
        return [fact("drawn", say("cli.not-yet"))]
    verdict = say(
        "common.reserve" if told["reserve"] else "common.yes" if told["drawn"] else "common.no"
    )
    crew = ", ".join(told["inspectors"]) or say("cli.not-yet")
    return [
        fact("ticket", told["ticket"]),
        fact("threshold", told["threshold"] or "-") if told["cell"] else None,
        fact("count", told["count"]) if told["cell"] else None,
        fact("drawn", verdict),
        fact("inspectors", crew) if told["drawn"] else None,
        fact("result", _result(told["result"])) if told["result"] is not None else None,
    ]


def _result(code: str) -> str:
    """A result's code and what it means."""
    return f"{code}  {say(f'result.{code}')}"
