"""`yaohao publish`: write the public bundle of a draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.shell import shell_word
from yaohao.planner.wording.messages import say
from yaohao.scripts.command_base import (
    argument,
    cli_command,
    open_workspace,
    option,
)
from yaohao.scripts.output import (
    fact,
    facts,
    finish,
    limit_option,
    note,
    title,
    warn,
    warn_unwitnessed,
)
from yaohao.scripts.passphrases import read_passphrase
from yaohao.scripts.told_commands import command_line


@cli_command("publish")
@argument("draw", meta="draw")
@option("--to", words="publish-to", meta="dir", default="")
@option(
    "--format",
    "forms",
    words="publish-format",
    type=click.Choice(("csv", "json", "xlsx")),
    multiple=True,
)
@option("--site", words="publish-site", meta="dir", default="")
@option("--sign", words="publish-sign", meta="file", default="")
@option("--passphrase-file", words="passphrase-file", meta="file", default="")
@option("--evidence", words="vouching.evidence", meta="file", multiple=True)
@option("--dry-run", words="publish-dry-run", is_flag=True)
@limit_option()
def command(
    *,
    draw: str,
    to: str,
    forms: Sequence[str],
    site: str,
    sign: str,
    passphrase_file: str,
    evidence: Sequence[str],
    limit: int,
    dry_run: bool,
) -> None:
    """Write the bundle, or show its public content."""
    if to and site:
        raise refuse("cli.to-or-site")
    with open_workspace() as workspace:
        kept = None if site or to else workspace.site_folder()
        site = site or str(kept or "")
        folder = site or to or workspace.folder / "publications" / draw
        if kept is not None:
            note("publish-site-kept", folder=shell_word(kept))
        if dry_run:
            if sign:
                _warn_weak(Path(sign))
            trial = workspace.publish_trial(
                draw, folder, forms, signed=bool(sign), site=bool(site), evidence=evidence
            )
            finish(trial, lambda found: _show_trial(found, limit))
            note("dry-run")
            return
        passphrase = read_passphrase(passphrase_file) if sign else ""
        report = workspace.publish(
            draw,
            folder,
            forms,
            key=sign,
            passphrase=passphrase,
            site=bool(site),
            evidence=evidence,
        )
        finish(report, show_folder)
        warn_unwitnessed(workspace, draw)
        if sign:
            _warn_weak(Path(sign))
        is_news = bool(site) and workspace.remember_site(site)
        step = next(row["next"] for row in workspace.draws() if row["draw"] == report["draw"])
    if is_news:
        note("publish-site-remembered", command=command_line("config", "set", "site", ""))
    note("after-publish", folder=shell_word(report["folder"]))
    if step:
        note("publish-next", command=command_line(step, report["draw"]))


def _warn_weak(key: Path) -> None:
    """Say that a key made by an earlier version is easier to guess than it need be."""
    from yaohao.planner.doors.keys import weak_key_rounds

    rounds = weak_key_rounds(key)
    if rounds is not None:
        warn("weak-key", file=shell_word(key), rounds=f"{rounds:,}")


def _show_trial(report: Mapping[str, Any], limit: int) -> None:
    """Print what would be written where, then what the public would see."""
    where = report["would_write"]
    facts(
        [
            fact("would-write", where["folder"]),
            fact("files", ", ".join(where["files"])),
            fact("would-replace", say("common.yes")) if where["replaces"] else None,
            fact("would-renew", ", ".join(where["site"])) if where["site"] else None,
        ]
    )
    show_public(report, limit)


def show_public(report: Mapping[str, Any], limit: int) -> None:
    """Print the public content: published and withheld columns, the first visits."""
    from yaohao.scripts.commands.show import show_visits

    facts(
        [
            fact("draw", report["draw"]),
            fact("stage", say(f"common.stage-{report['stage']}")),
            fact("columns", ", ".join(report["columns"])),
            fact("hidden", ", ".join(report["hidden"]) or "-"),
        ]
    )
    if report["visits"]:
        title("visits", size=len(report["visits"]))
        show_visits(report["visits"][:limit])
        if len(report["visits"]) > limit:
            note("more", shown=limit, size=len(report["visits"]))


def show_folder(report: Mapping[str, Any]) -> None:
    """Print what was written, and where."""
    facts(
        [
            fact("draw", report["draw"]),
            fact("stage", say(f"common.stage-{report['stage']}")),
            fact("folder", report["folder"]),
            fact("files", ", ".join(report["files"])),
            fact("signing-key", report["key"]) if report.get("key") else None,
            fact("vouching.carried", ", ".join(report["evidence"]))
            if report.get("evidence")
            else None,
        ]
    )
