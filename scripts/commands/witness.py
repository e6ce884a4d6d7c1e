"""`yaohao witness`: cosign a neighbour's publications as they continue, from a timetable."""

from __future__ import annotations

from yaohao.scripts.command_base import argument, cli_command, option
from yaohao.scripts.commands.cosign import show_statement
from yaohao.scripts.output import finish, note
from yaohao.scripts.passphrases import read_passphrase


@cli_command("witness", words="vouching.witness")
@argument("folder", meta="dir")
@option("--key", words="vouching.key", meta="file", required=True)
@option("--passphrase-file", words="passphrase-file", meta="file", default="")
@option("--state", words="vouching.state", meta="file", required=True)
@option("--to", words="vouching.to", meta="dir", default="")
# Many parameters: one for each option.
def command(folder: str, key: str, passphrase_file: str, state: str, to: str) -> None:
    """Check a publication, and that its ledger continues the one seen last; sign it."""
    from yaohao.planner.doors.evidence import witness

    report = witness(folder, key, read_passphrase(passphrase_file), state, to or None)
    finish(report, show_statement)
    note("vouching.after-witness", seen=report["seen"], lines=report["lines"])
