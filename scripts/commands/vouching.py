"""`yaohao register vouch`: a code exists though it breaks the rule of its check character."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from yaohao.scripts.command_base import argument, cli_command, open_workspace, option
from yaohao.scripts.output import fact, facts, finish, note, text


@cli_command("vouch", words="vouch")
@argument("codes", meta="code", nargs=-1, required=True)
@option("--evidence", words="vouch-evidence", required=True)
def command(codes: Sequence[str], evidence: str) -> None:
    """Vouch for codes."""
    with open_workspace() as workspace:
        finish(workspace.vouch(codes, evidence), _show)


def _show(report: dict[str, Any]) -> None:
    facts([fact("code", code) for code in report["codes"]])
    if not report["changed"]:
        text("unchanged")
    note("after-vouch")
