"""`yaohao results enter`, `review` and `items`: results by person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.import_words import cases_words
from yaohao.planner.wording.messages import say
from yaohao.scripts.command_base import argument, cli_command, open_workspace, option
from yaohao.scripts.output import column, fact, facts, finish, limit_option, note, table, tabular

STATES = ("entered", "returned", "reviewed", "published")


@cli_command("enter", words="entering.enter")
@argument("draw", meta="draw")
@argument("entity", meta="entity")
@option("--item", "items", words="entering.item", meta="entering.item", multiple=True)
@option("--all-items", words="entering.all-items", is_flag=True)
@option("--result", words="entering.result", meta="code", default="")
@option("--method", words="entering.method", meta="code", default="")
@option("--finding", "findings", words="entering.finding", meta="entering.finding", multiple=True)
@option("--follow-up", words="entering.follow-up", meta="code", default="")
@option("--closed-on", words="entering.closed-on", meta="day", default="")
@option("--on", words="entering.on", meta="day", default="")
@option("--officer", "officers", words="entering.officer", meta="inspector", multiple=True)
@option("--evidence", words="entering.evidence", meta="file", multiple=True)
@option("--statement", words="entering.statement", default="")
@option("--reason", words="entering.reason", default="")
@option("--by", words="entering.by", meta="entering.person", default="")
@option("--dry-run", words="entering.dry-run", is_flag=True)
@tabular("result-items")
def enter(
    *,
    draw: str,
    entity: str,
    items: Sequence[str],
    result: str,
    method: str,
    findings: Sequence[str],
    follow_up: str,
    closed_on: str,
    **how: Any,
) -> None:
    """Enter what a visit found."""
    each = {"method": method, "follow_up": follow_up, "follow_up_closed_on": closed_on}
    of_items, rest = _findings(findings, items)
    rows = []
    for text in items:
        item, _, own = text.partition("=")
        finding = of_items.get(item.strip(), rest)
        rows.append({**each, "item_id": item.strip(), "result": own or result, "finding": finding})
    if how["all_items"] or not items:
        rows.append({**each, "result": result, "finding": rest})
    with open_workspace() as workspace:
        report = workspace.enter_results(draw, entity, rows, **how)
    finish(report, _show_entered)
    _after(report, dry_run=how["dry_run"])


def _findings(texts: Sequence[str], items: Sequence[str]) -> tuple[dict[str, str], str]:
    """The findings by item, and that of all others; refused where two are of the same."""
    names = {item.partition("=")[0].strip() for item in items}
    results: dict[str, str] = {}
    for text in texts:
        name, sign, words = text.partition("=")
        is_named = bool(sign) and name.strip() in names
        key = name.strip() if is_named else ""
        if key in results:
            raise refuse("entering.finding-twice", item=key or "-")
        results[key] = words if is_named else text
    return results, results.pop("", "")


@cli_command("review", words="entering.review")
@argument("draw", meta="draw")
@argument("entities", meta="entity", nargs=-1, required=False)
@option("--all", "every", words="entering.all", is_flag=True)
@option("--by", words="entering.reviewer", meta="entering.person", default="")
@option("--dry-run", words="entering.dry-run", is_flag=True)
@tabular("result-items")
def review(*, draw: str, entities: Sequence[str], every: bool, by: str, dry_run: bool) -> None:
    """Review results that another person entered."""
    with open_workspace() as workspace:
        report = workspace.review_results(draw, entities, by=by, every=every, dry_run=dry_run)
    finish(report, _show_entered)
    if report["unchanged"]:
        note("entering.own", number=report["unchanged"])
    _after(report, dry_run=dry_run)


@cli_command("return", words="entering.return")
@argument("draw", meta="draw")
@argument("entities", meta="entity", nargs=-1, required=False)
@option("--item", "items", words="entering.return-item", meta="entering.one-item", multiple=True)
@option("--reason", words="entering.return-reason", default="")
@option("--by", words="entering.reviewer", meta="entering.person", default="")
@option("--dry-run", words="entering.dry-run", is_flag=True)
@tabular("result-items")
def return_(*, draw: str, entities: Sequence[str], dry_run: bool, **how: Any) -> None:
    """Send results back to who entered them."""
    with open_workspace() as workspace:
        report = workspace.return_results(draw, entities, dry_run=dry_run, **how)
    finish(report, _show_entered)
    _after(report, dry_run=dry_run)


@cli_command("items", words="entering.items")
@argument("draw", meta="draw")
@option("--state", "states", words="entering.state", type=click.Choice(STATES), multiple=True)
@option("--entity", words="entering.entity", meta="entity", default="")
@limit_option()
@tabular("result-items")
def items(*, draw: str, states: Sequence[str], entity: str, limit: int) -> None:
    """List the results item by item."""
    with open_workspace() as workspace:
        report = workspace.result_items(draw, states, entity)
    finish(report, lambda shown: _show_items(shown, limit))
    if len(report["results"]) > limit:
        note("more", shown=limit, size=len(report["results"]))


def _show_items(report: Mapping[str, Any], limit: int) -> None:
    facts([fact(f"entering.state-{name}", size) for name, size in report["counts"].items()])
    _table(report["results"][:limit])


def _show(report: Mapping[str, Any]) -> None:
    facts(
        [
            fact("entering.waiting", report["waiting"]),
            fact("entering.returned", report["returned"]) if report["returned"] else None,
            fact("entering.open", report["open"]),
        ]
    )
    _table(report["results"])


def _show_entered(report: Mapping[str, Any]) -> None:
    _show(report)
    facts([("", line) for line in cases_words(report["cases"])])


def _table(rows: Sequence[Mapping[str, Any]]) -> None:
    table(
        [
            column("entity"),
            column("name", flex=True),
            column("entering.item"),
            column("result"),
            column("entering.visited"),
            column("entering.finding", flex=True),
            column("state"),
            column("entering.person"),
            column("entering.reason", flex=True),
        ],
        (
            (
                row["entity_id"],
                row["name"],
                row["item_id"] or "-",
                f"{row['result']} {say('result.' + row['result'])}",
                row["visited_on"] or "-",
                row["finding"] or "-",
                say(f"entering.label-state-{row['state']}"),
                row["person"] or "-",
                row["reason"] or "-",
            )
            for row in rows
        ),
    )


def _after(report: Mapping[str, Any], *, dry_run: bool) -> None:
    if dry_run:
        note("dry-run")
    elif not report["changed"]:
        note("entering.unchanged")
    elif report["next"]:
        note("entering.next", entity=report["next"])
