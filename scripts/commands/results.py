"""`yaohao results`: results of the visits of a draw, listed, entered and reviewed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from yaohao.planner.wording.format import due_words, visit_result_words
from yaohao.scripts.command_base import (
    Group,
    argument,
    cli_command,
    open_workspace,
    option,
)
from yaohao.scripts.commands.result_entry import enter, items, return_, review
from yaohao.scripts.output import (
    column,
    fact,
    facts,
    finish,
    limit_option,
    note,
    table,
    tabular,
    warn,
)

GROUPS = ("not-yet", "missed", "overdue", "passed", "problems", "not-found")
"""What can be asked for: a group of visits, or a state that asks for something."""


@cli_command("list", words="results")
@argument("draw", meta="draw")
@option("--group", words="results-group", type=click.Choice(GROUPS), default=None)
@option("--as-of", words="due-as-of", meta="day", default="")
@limit_option()
@tabular("results")
def list_(draw: str, group: str | None, as_of: str, limit: int) -> None:
    """Show the visits with their results so far."""
    with open_workspace() as workspace:
        report = workspace.results(draw, as_of)
    if group:
        wanted = [one for one in report["visits"] if group in (one["group"], one["state"])]
        report = {**report, "visits": wanted}
    finish(report, lambda shown: show_results(shown, limit))
    if report["due"]["overdue"]:
        warn("overdue", number=report["due"]["overdue"], day=report["as_of"])


def show_results(report: Mapping[str, Any], limit: int) -> None:
    """Print the counts, then the visits in the order of the draw."""
    counts, waiting = report["counts"], ("overdue", "open")
    facts(
        [
            fact("as-of", report["as_of"]),
            *(fact(name, counts[name]) for name in ("visits", "checked")),
            *(fact(name, counts[name]) for name in ("passed", "problems", "not-found", "not-yet")),
            fact("missed", counts["missed"]) if counts["missed"] else None,
            *(fact(f"due-{name}", report["due"][name]) for name in waiting if report["due"][name]),
            fact("spare", report["reserves"]) if report["reserves"] else None,
        ]
    )
    rows = report["visits"][:limit]
    table(
        [
            column("place", right=True),
            column("entity"),
            column("name", flex=True),
            column("result"),
            column("due-on"),
            column("state"),
        ],
        [
            (
                one["place"],
                one["entity_id"],
                one["name"],
                visit_result_words(one),
                one["due_on"] or "-",
                due_words(one) or "-",
            )
            for one in rows
        ],
    )
    if len(report["visits"]) > limit:
        note("more", shown=limit, size=len(report["visits"]))
    if not report["visits"]:
        note("no-visits")


_FLAGS = ("--json", "--accept-clock")
_VALUED = ("--workspace", "--lang")


class _Results(Group):
    """The commands of results; what names none of them is the draw that is to be listed."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the arguments; `list` is called where no command is named."""
        place = 0
        while place < len(args) and args[place].partition("=")[0] in (*_FLAGS, *_VALUED):
            place += 2 if args[place] in _VALUED else 1
        named = args[place] if place < len(args) else ""
        if named not in (*self.members, "-h", "--help"):
            args = [*args[:place], "list", *args[place:]]
        return super().parse_args(ctx, args)


command = _Results(
    "results",
    "entering.results",
    members={
        "list": ("results", list_),
        "items": ("entering.items", items),
        "enter": ("entering.enter", enter),
        "review": ("entering.review", review),
        "return": ("entering.return", return_),
    },
)
