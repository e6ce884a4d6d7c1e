"""`yaohao verify`: every check of a bundle, a site, an audit folder, or one entity's proof."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.format import check_words, lacking, verdict_words
from yaohao.planner.wording.messages import say
from yaohao.scripts.command_base import (
    argument,
    cli_command,
    option,
    session,
)
from yaohao.scripts.output import line, print_json
from yaohao.scripts.typesetting import SCREEN, cells, wrap


@cli_command("verify")
@argument("folder", meta="dir", required=False)
@option("--audit", words="verify-audit", meta="dir", default="")
@option("--proof", words="verify-proof", meta="file", default="")
@option("--key", words="verify-key", meta="file", default="")
@option("--tsa", words="verify-tsa", meta="file", default="")
def command(folder: str | None, audit: str, proof: str, key: str, tsa: str) -> None:
    """Verify; exit with 1 if a check fails."""
    if not folder and not proof:
        raise refuse("cli.nothing-to-verify")
    if audit and not folder:
        raise refuse("cli.audit-needs-bundle")
    findings: list[Any] = []
    if (key or tsa) and not folder:
        raise refuse("cli.key-needs-bundle")
    if folder and (audit or key or tsa or not proof):
        from yaohao.planner.doors.checks import read_public_key, verify_publication

        trusted = read_public_key(key) if key else None
        findings += verify_publication(folder, audit or None, trusted, tsa or None)
    if proof:
        from yaohao.planner.doors.checks import verify_entity_proof

        findings += verify_entity_proof(proof, folder or None)
    sound = all(finding.ok is not False for finding in findings)
    if session().json:
        rows = [finding.as_json() for finding in findings]
        print_json({"ok": sound, "lacking": lacking(findings), "findings": rows})
    else:
        show_findings(findings)
        for part in wrap(verdict_words(findings), SCREEN):
            line(part)
    if not sound:
        click.get_current_context().exit(1)


def show_findings(findings: Sequence[Any]) -> None:
    """Print one line per check: its result, its name, and the finding in words."""
    marks = {
        True: say("common.mark-ok"),
        False: say("common.mark-failed"),
        None: say("common.mark-open"),
    }
    margin = max(map(cells, marks.values())) + 2
    for finding in findings:
        mark = marks[finding.ok]
        head = mark + " " * (margin - cells(mark))
        for part in wrap(
            say("verify.line", check=check_words(finding.name), finding=finding.words()),
            SCREEN - margin,
        ):
            line(f"{head}{part}")
            head = " " * margin
