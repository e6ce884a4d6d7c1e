"""`yaohao register`: content of the registers, and rejected rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any

import click
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.format import code_words, intake_words
from yaohao.planner.wording.messages import say
from yaohao.scripts.command_base import (
    Group,
    cli_command,
    open_workspace,
    option,
)
from yaohao.scripts.commands.importing import INSPECTIONS, REGISTERS, RESULTS
from yaohao.scripts.commands.rosters import inspectors, items
from yaohao.scripts.output import (
    column,
    fact,
    facts,
    finish,
    is_csv,
    limit_option,
    most_rows,
    note,
    table,
    tabular,
    tally,
    text,
    title,
)
from yaohao.scripts.told_commands import import_line


@cli_command("set-aside", words="set-aside")
@option(
    "--register",
    words="set-aside-register",
    type=click.Choice((*REGISTERS, RESULTS, INSPECTIONS)),
    default=None,
)
@option("--export", words="set-aside-export", meta="file", default="")
@option("--dismissed", words="set-aside-dismissed", is_flag=True)
@limit_option()
@tabular("set-aside")
def set_aside(*, register: str | None, export: str, dismissed: bool, limit: int) -> None:
    """List the rows set aside, or write them to a file; or list those that were dismissed."""

    def show(rows: list[dict[str, Any]]) -> None:
        _show_rows(rows, limit, one_register=register is not None)

    with open_workspace() as workspace:
        if dismissed:
            gone = workspace.dismissed(register or "")
            finish({"dismissed": gone}, lambda told: show(told["dismissed"]))
            return
        rows = workspace.set_aside(register or "")
        if export:
            report = _export(workspace, rows, register, export)
            finish(report, _show_export)
            read = workspace.read_with(report["register"])
            again = import_line(report["register"], [report["file"]], read)
            note("after-export", command=again)
            return
    finish({"set_aside": rows}, lambda told: show(told["set_aside"]))


def _export(workspace: Any, rows: Any, register: str | None, export: str) -> dict[str, Any]:
    registers = sorted({row["register"] for row in rows})
    if register is None and len(registers) > 1:
        raise refuse("cli.which-register", known=registers)
    if not _may_write(Path(export)):
        raise refuse("cli.exists", file=export)
    asked = register or (registers[0] if registers else REGISTERS[0])
    written = workspace.export_set_aside(asked, export)
    return {"register": asked, "file": export, "rows": written}


def _may_write(file: Path) -> bool:
    """Whether there is no such file, or it is an earlier export: nothing else is overwritten."""
    from yaohao.planner.doors.register_files import is_mend_file

    return not file.exists() or is_mend_file(file)


def _show_export(report: dict[str, Any]) -> None:
    facts([fact(name, report[name]) for name in ("register", "file", "rows")])


def _show_rows(rows: list[dict[str, Any]], limit: int, *, one_register: bool) -> None:
    if not rows and not is_csv():
        text("none-set-aside")
        return
    names = _told_apart({(row["file"], row["source"]) for row in rows})
    columns = [
        column("number", right=True) if one_register else column("register"),
        column("file", flex=True),
        column("line", right=True),
        column("field"),
        column("found", flex=True),
        column("reason", flex=True, whole=True),
    ]
    table(
        columns,
        (
            (
                row["number"] if one_register else say(f"common.register-{row['register']}"),
                names[row["file"], row["source"]],
                row["line"],
                row["field"],
                row["found"],
                row.get("why") or intake_words(row["reason"]),
            )
            for row in rows[:limit]
        ),
        "set-aside",
    )
    if len(rows) > limit:
        note("more", shown=limit, size=len(rows))


def _told_apart(files: Collection[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Name and path of files → what they are called; those of one name with their folder."""
    times = Counter(name for name, _ in files)
    return {
        (name, source): "/".join(Path(source).parts[-2:]) if source and times[name] > 1 else name
        for name, source in files
    }


@tabular("registers")
def _register() -> None:
    """Show the registers, unless a command below this one was called."""
    if click.get_current_context().invoked_subcommand:
        return
    with open_workspace() as workspace:
        report = workspace.register()
    finish(report, _show)


def _show(report: dict[str, Any]) -> None:
    aside: dict[str, int] = {}
    for row in report["set_aside"]:
        aside[row["register"]] = aside.get(row["register"], 0) + row["n"]
    table(
        [column("register"), column("holds", right=True), column("set-aside", right=True)],
        (
            (say(f"common.register-{name}"), size, aside.get(name, 0))
            for name, size in report["registers"].items()
        ),
        "registers",
    )
    for name, counts in report["entities"].items():
        if not counts:
            continue
        title(f"by-{name}")
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        tally((count, code_words(name, code)) for code, count in ranked[: most_rows()])
        if len(ranked) > most_rows():
            note("more", shown=most_rows(), size=len(ranked))
    if report["set_aside"]:
        title("reasons")
        tally((row["n"], intake_words(row["reason"])) for row in report["set_aside"])


command = Group(
    "register",
    "register",
    callback=_register,
    members={
        "entities": ("entities", "yaohao.scripts.commands.entities"),
        "entity": ("entity", "yaohao.scripts.commands.entity"),
        "inspectors": ("rosters.inspectors", inspectors),
        "items": ("rosters.items", items),
        "filters": ("rosters.filters", "yaohao.scripts.commands.kept_filters"),
        "set-aside": ("set-aside", set_aside),
        "mend": ("register-mend", "yaohao.scripts.commands.mend_row"),
        "dismiss": ("dismiss", "yaohao.scripts.commands.dismiss"),
        "undo": ("undo", "yaohao.scripts.commands.undo"),
        "vouch": ("vouch", "yaohao.scripts.commands.vouching"),
    },
)
