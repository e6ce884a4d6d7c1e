"""`yaohao template`: a workbook to fill in for a register."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from yaohao.planner.wording.messages import language, say
from yaohao.scripts.command_base import argument, cli_command, option
from yaohao.scripts.commands.importing import INSPECTIONS, REGISTERS, RESULTS
from yaohao.scripts.output import fact, facts, finish, note
from yaohao.scripts.told_commands import command_line


@cli_command("template")
@argument("register", meta="import-register", type=click.Choice((*REGISTERS, RESULTS, INSPECTIONS)))
@option("--to", "file", words="template-to", meta="file", required=True)
def command(register: str, file: str) -> None:
    """Write the template, with headings in the language in use."""
    from yaohao.planner.doors.register_files import write_template

    headings = write_template(register, Path(file), language())
    finish({"register": register, "file": file, "headings": headings}, _show)
    note("after-template", command=command_line("import", register, file))


def _show(report: dict[str, Any]) -> None:
    facts(
        [
            fact("register", say(f"common.register-{report['register']}")),
            fact("file", report["file"]),
            fact("headings", ", ".join(report["headings"].values())),
        ]
    )
