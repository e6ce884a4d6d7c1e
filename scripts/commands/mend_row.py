"""`yaohao register mend`: one row set aside, shown cell by cell or taken in with other texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
from yaohao.planner.vocabulary.problems import refuse
from yaohao.scripts.command_base import argument, cli_command, open_workspace, option
from yaohao.scripts.commands.importing import show_import
from yaohao.scripts.output import column, finish, table


@cli_command("mend", words="register-mend")
@argument("number", meta="number", type=click.IntRange(1))
@option("--cell", "cells", words="mend-cell", meta="cell", multiple=True)
def command(*, number: int, cells: Sequence[str]) -> None:
    """Show the cells of a row set aside, or take it in with the texts given."""
    texts = dict(_cell(one) for one in cells)
    with open_workspace() as workspace:
        if not texts:
            row_cells = workspace.aside_cells(number)
            finish({"number": number, "cells": row_cells}, _show)
            return
        report = workspace.mend_row(number, texts)
    finish(report, show_import)


def _cell(word: str) -> tuple[str, str]:
    heading, sign, text = word.partition("=")
    if not sign or not heading:
        raise refuse("cli.bad-cell", found=word)
    return heading, text


def _show(report: dict[str, Any]) -> None:
    table(
        [column("cell-heading", flex=True), column("cell-field"), column("cell-text", flex=True)],
        ((one["heading"], one["field"], one["text"]) for one in report["cells"]),
    )
