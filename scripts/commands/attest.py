"""`yaohao attest`: an auditor states that an audit folder holds."""

from __future__ import annotations

from yaohao.scripts.command_base import argument, cli_command, option
from yaohao.scripts.commands.cosign import show_statement
from yaohao.scripts.output import finish, note
from yaohao.scripts.passphrases import read_passphrase


@cli_command("attest", words="vouching.attest")
@argument("folder", meta="dir")
@option("--key", words="vouching.key", meta="file", required=True)
@option("--passphrase-file", words="passphrase-file", meta="file", default="")
@option("--to", words="vouching.attest-to", meta="dir", default=".")
def command(folder: str, key: str, passphrase_file: str, to: str) -> None:
    """Check an audit folder, and state so."""
    from yaohao.planner.doors.evidence import attest

    report = attest(folder, key, read_passphrase(passphrase_file), to)
    finish(report, show_statement)
    note("vouching.after-attest", number=len(report["passed"]))
