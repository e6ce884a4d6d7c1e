"""`yaohao verify`: every check of a bundle, a site, an audit folder, or one entity's proof."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.format import check_words, levels_of, verdict_lines
from yaohao.planner.wording.messages import say
from yaohao.planner.wording.moments import choose_zone
from yaohao.scripts.command_base import (
    argument,
    cli_command,
    option,
    session,
)
from yaohao.scripts.output import (
    column,
    is_csv,
    line,
    print_json,
    prose,
    table,
    tabular,
)
from yaohao.scripts.tables import width
from yaohao.scripts.typesetting import SCREEN, cells, wrap


@cli_command("verify")
@argument("folder", meta="dir", required=False)
@option("--audit", words="verify-audit", meta="dir", default="")
@option("--proof", words="verify-proof", meta="file", default="")
@option("--key", words="verify-key", meta="file", default="")
@option("--tsa", words="verify-tsa", meta="file", default="")
@option("--cosigner", "cosigners", words="vouching.cosigner", meta="file", multiple=True)
@option("--auditor", "auditors", words="vouching.auditor", meta="file", multiple=True)
@option("--since", words="verify-since", meta="old", default="")
@option("--verbose", words="steps.verify-verbose", is_flag=True)
@tabular("checks")
# Many parameters: one for each option.
def command(
    folder: str | None,
    audit: str,
    proof: str,
    key: str,
    tsa: str,
    cosigners: Sequence[str],
    auditors: Sequence[str],
    since: str,
    *,
    verbose: bool,
) -> None:
    """Verify, and end with 1 where a check fails."""
    if not folder and not proof:
        raise refuse("cli.nothing-to-verify")
    if audit and not folder:
        raise refuse("cli.audit-needs-bundle")
    findings: list[Any] = []
    others = (*cosigners, *auditors)
    if (key or tsa or since or others) and not folder:
        raise refuse("cli.key-needs-bundle")
    if folder and (audit or key or tsa or since or others or not proof):
        from yaohao.planner.doors.checks import read_public_key, verify_publication

        trusted = read_public_key(key) if key else None
        findings += verify_publication(
            folder,
            audit or None,
            trusted,
            tsa or None,
            cosigners=map(read_public_key, cosigners),
            auditors=map(read_public_key, auditors),
            engine=session().engine,
            master=session().master,
        )
    if folder and since:
        from yaohao.planner.doors.checks import verify_since

        findings.append(verify_since(folder, since))
    if proof:
        from yaohao.planner.doors.checks import verify_entity_proof

        findings += verify_entity_proof(proof, folder or None)
    sound = all(finding.ok is not False for finding in findings)
    if session().json:
        rows = [finding.as_json() for finding in findings]
        print_json({"ok": sound, "levels": levels_of(findings), "findings": rows})
    else:
        if folder:
            from yaohao.planner.doors.checks import bundle_zone

            choose_zone(bundle_zone(folder))
        every = verbose or is_csv()
        beside = ("level", "attested")  # told with the verdict
        show_findings([one for one in findings if every or not (one.ok or one.name in beside)])
        for words in verdict_lines(findings):
            prose(words)
    if not sound:
        click.get_current_context().exit(1)


def show_findings(findings: Sequence[Any]) -> None:
    """Print one line a check: its mark, its name, and its finding in words."""
    names = {True: "pass", False: "fail", None: "note"}
    marks = {ok: say(f"verdict.mark-{name}") for ok, name in names.items()}
    if is_csv():
        columns = [column("state"), column("output.check"), column("found")]
        table(columns, ((marks[one.ok], one.name, one.words()) for one in findings), "checks")
        return
    margin = max(map(cells, marks.values())) + 2
    for finding in findings:
        mark = marks[finding.ok]
        head = mark + " " * (margin - cells(mark))
        sentence = say("verify.line", check=check_words(finding.name), finding=finding.words())
        for part in wrap(sentence, min(SCREEN, width()) - margin):
            line(f"{head}{part}")
            head = " " * margin
