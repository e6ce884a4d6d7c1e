"""`yaohao show`: all draws, or one draw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.vocabulary.terms import in_usual_order
from yaohao.planner.wording.format import level_cell, span_words, standing_words, tenths
from yaohao.planner.wording.messages import say
from yaohao.planner.wording.moments import local_moment
from yaohao.scripts.command_base import (
    argument,
    cli_command,
    open_workspace,
)
from yaohao.scripts.output import (
    column,
    counts_facts,
    fact,
    facts,
    finish,
    limit_option,
    note,
    shortened,
    table,
    tabular,
    tally,
    title,
    warn_of,
    warn_unwitnessed,
)


@cli_command("show")
@argument("draw", meta="draw", required=False)
@limit_option()
@tabular("visits", "cells", "loads", "withdrawals", "reminders", "draws")
def command(draw: str | None, limit: int) -> None:
    """Show the draws, or one draw."""
    with open_workspace() as workspace:
        if draw is None:
            finish({"draws": workspace.draws()}, lambda told: _show_all(told["draws"]))
            return
        finish(workspace.show(draw), lambda told: show_draw(told, limit))
        warn_unwitnessed(workspace, draw)


def _show_all(draws: Sequence[Mapping[str, Any]]) -> None:
    columns = [
        column("draw", flex=True),
        column("plan", flex=True),
        column("stage"),
        column("vouching.level"),
        column("next"),
    ]
    rows = [
        (
            row["draw"],
            row["plan_id"],
            _stage(row),
            level_cell(row["levels"]),
            f"yaohao {row['next']}" if row["next"] else "-",
        )
        for row in draws
    ]
    table(columns, rows, "draws")
    if not draws:
        note("no-draws")
    for row in draws:
        warn_of(row)


def _stage(report: Mapping[str, Any]) -> str:
    words = say(f"common.stage-{report['stage']}")
    lacking = {"unpublished": "common.unpublished", "unwitnessed": "common.unwitnessed"}
    marks = [say(code) for name, code in lacking.items() if report[name]]
    return say("common.with-note", text=words, note=marks) if marks else words


def show_draw(report: Mapping[str, Any], limit: int) -> None:
    """Print a draw: its stage, rounds, cells, first visits and workloads."""
    following = f"yaohao {report['next']} {report['draw']}" if report["next"] else "-"
    abandoned = report["abandoned"]
    facts(
        [
            fact("draw", report["draw"]),
            fact("title", report["title"]),
            fact("authority", report["authority"]),
            fact("window", span_words(report["window"])),
            fact("stage", _stage(report)),
            *(fact("vouching.level", standing_words(one)) for one in report["levels"]),
            fact("reason", abandoned["reason"]) if abandoned else None,
            fact("next", following),
            *counts_facts(report["select"]["counts"]),
        ]
    )
    for name in ("select", "crew"):
        if report[name]:
            title(f"round-{name}")
            _show_round(report[name])
    if report["cells"]:
        title("cells")
        _show_cells(report["cells"], limit)
    if report["reminders"]:
        title("reminders")
        _show_reminders(report["reminders"], limit)
    if report["withdrawals"]:
        title("withdrawals")
        _show_withdrawals(report["withdrawals"], limit)
    if report["results"]:
        title("results", number=len(report["results"]))
        found = Counter(v["result"] for v in report["visits"] if not v["reserve"])
        tally(
            (found[code], f"{code}  {say('result.' + code)}")
            for code in in_usual_order("result", found)
        )
    if report["visits"]:
        title("visits", size=len(report["visits"]))
        show_visits(report["visits"][:limit])
        if len(report["visits"]) > limit:
            note("more", shown=limit, size=len(report["visits"]))
    if report["loads"]:
        title("loads")
        _show_loads(report["loads"], report["names"], limit)


def _show_round(round_: Mapping[str, Any]) -> None:
    seeded = round_["seed"] is not None
    facts(
        [
            fact("commitment", round_["commitment"]),
            fact("committed-at", local_moment(round_["committed_at"])),
            fact("seed", round_["seed"] if seeded else "-"),
            fact("source", round_["source"] or "-"),
            fact("witnesses", ", ".join(round_["witnesses"])) if round_["witnesses"] else None,
            fact("seeded-at", local_moment(round_["seeded_at"])) if seeded else None,
            fact("key", round_["key"]) if seeded else None,
        ]
    )


def _show_cells(cells: Sequence[Mapping[str, Any]], limit: int) -> None:
    columns = [
        column("number", right=True),
        column("cell", flex=True),
        column("size", right=True),
        column("expected", right=True),
        column("drawn", right=True),
        column("threshold"),
    ]
    rows = [
        (
            cell["cell"],
            cell["name"],
            cell["size"],
            tenths(cell["expected"]),
            cell["count"],
            shortened(cell["threshold"] or "-", 12),
        )
        for cell in cells[:limit]
    ]
    table(columns, rows)
    if len(cells) > limit:
        note("more", shown=limit, size=len(cells))


def _show_reminders(reminders: Sequence[Mapping[str, Any]], limit: int) -> None:
    columns = [column("entity"), column("name", flex=True), column("entry"), column("measure")]
    rows = (
        (row["entity_id"], row["name"], row["entry"], row["measure"]) for row in reminders[:limit]
    )
    table(columns, rows)
    if len(reminders) > limit:
        note("more", shown=limit, size=len(reminders))


def _show_withdrawals(withdrawals: Sequence[Mapping[str, Any]], limit: int) -> None:
    columns = [column("entity"), column("result"), column("evidence", flex=True), column("reserve")]
    rows = (
        (row["entity_id"], row["result"], row["evidence"], row["reserve"] or "-")
        for row in withdrawals[:limit]
    )
    table(columns, rows)
    if len(withdrawals) > limit:
        note("more", shown=limit, size=len(withdrawals))


def show_visits(visits: Sequence[Mapping[str, Any]]) -> None:
    """Print visits as a table, with inspectors once they are assigned, else with regions."""
    dealt = any(visit["inspectors"] for visit in visits)
    columns = [
        column("entity"),
        column("name", flex=True),
        column("standing"),
        column("inspectors") if dealt else column("region"),
    ]
    table(
        columns,
        (
            (
                visit["entity_id"],
                visit["name"],
                say(
                    "common.reserve" if visit["reserve"] else f"common.standing-{visit['standing']}"
                ),
                ", ".join(visit["inspectors"]) or "-" if dealt else visit["region"],
            )
            for visit in visits
        ),
    )


def _show_loads(loads: Mapping[str, int], names: Mapping[str, str], limit: int) -> None:
    ranked = sorted(loads.items(), key=lambda item: (-item[1], item[0]))
    columns = [column("inspector"), column("name", flex=True), column("visits", right=True)]
    table(columns, ((key, names.get(key, ""), load) for key, load in ranked[:limit]))
    if len(ranked) > limit:
        note("more", shown=limit, size=len(ranked))
