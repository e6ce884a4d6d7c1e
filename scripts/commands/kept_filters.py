"""`yaohao register filters`: the filters that the screens keep by name, listed, kept, forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.doors.kept_tables import KeptTables
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.shell import shell_word
from yaohao.scripts.command_base import cli_command, option
from yaohao.scripts.output import column, finish, is_csv, note, table, tabular, text

REGISTER = "register"
"""The table of the screens whose filters `register entities` takes."""


@cli_command("filters", words="rosters.filters")
@option("--keep", words="rosters.keep", meta="name", default="")
@option("--filter", "typed", words="rosters.keep-filter", default="")
@option("--forget", words="rosters.forget", meta="name", default="")
@tabular("filters")
def command(*, keep: str, typed: str, forget: str) -> None:
    """List the kept filters, after one was kept or forgotten."""
    kept = KeptTables()
    if typed and not keep:
        raise refuse("rosters.keep-needs-name")
    if keep:
        name = kept.keep_filter(REGISTER, keep, typed)
        note("rosters.kept", name=shell_word(name))
    if forget and not kept.forget_filter(REGISTER, forget):
        raise refuse("output.no-such-filter", found=forget, known=list(kept.filters(REGISTER)))
    rows = [
        {"table": of, "name": name, "filter": words}
        for of, filters in kept.all_filters().items()
        for name, words in filters.items()
    ]
    finish({"filters": rows}, _show)


def _show(report: Mapping[str, Any]) -> None:
    rows = report["filters"]
    if not rows and not is_csv():
        text("rosters.no-filters")
        return
    columns = [column("rosters.table"), column("name"), column("rosters.filter", flex=True)]
    table(columns, [(one["table"], one["name"], one["filter"]) for one in rows], "filters")
