"""`yaohao cosign`: a notary, another bureau or a newspaper signs a publication."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.wording.messages import say
from yaohao.planner.wording.moments import local_moment
from yaohao.scripts.command_base import argument, cli_command, option
from yaohao.scripts.output import fact, facts, finish, note
from yaohao.scripts.passphrases import read_passphrase


@cli_command("cosign", words="vouching.cosign")
@argument("folder", meta="dir")
@option("--key", words="vouching.key", meta="file", required=True)
@option("--passphrase-file", words="passphrase-file", meta="file", default="")
@option("--to", words="vouching.to", meta="dir", default="")
def command(folder: str, key: str, passphrase_file: str, to: str) -> None:
    """Check a publication, and sign it."""
    from yaohao.planner.doors.evidence import cosign

    report = cosign(folder, key, read_passphrase(passphrase_file), to or None)
    finish(report, show_statement)
    note("vouching.after-statement" if report["new"] else "vouching.known-statement")


def show_statement(report: Mapping[str, Any]) -> None:
    """Print a statement: what it is about, when and with which key it was made."""
    stage = report.get("stage")
    facts(
        [
            fact("draw", report["draw"]),
            fact("stage", say(f"common.stage-{stage}")) if stage else None,
            fact("vouching.sums", report["sums"]),
            fact("vouching.head", report["ledger"]),
            fact("vouching.at", local_moment(report["at"])),
            fact("signing-key", report["key"]),
            fact("file", report["file"]),
        ]
    )
