"""`yaohao case`: what follows a draw, and what is due without one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.case_words import in_language
from yaohao.scripts.command_base import Group, argument, cli_command, open_workspace, option
from yaohao.scripts.commands.case_files import (
    SOURCES,
    contacts,
    filed,
    import_,
    letter,
    letters,
    outcomes,
    pairs,
    send,
    told_,
)
from yaohao.scripts.commands.case_output import (
    show_act,
    show_brief,
    show_clock,
    show_effects,
    show_whole,
)
from yaohao.scripts.output import (
    column,
    facts,
    finish,
    is_csv,
    limit_option,
    note,
    table,
    tabular,
    warn,
)

ROLES = ("clerk", "reviewer", "head", "entity", "import")


@cli_command("list", words="cases.list")
@option("--kind", words="cases.kind", meta="cases.kind", default="")
@option("--state", words="cases.state", meta="cases.state", default="")
@option("--entity", words="cases.entity", meta="entity", default="")
@option("--office", words="cases.office", meta="code", default="")
@option("--waits", words="cases.waits", type=click.Choice(("clerk", "reviewer", "head", "entity")))
@option("--due", words="cases.due", meta="cases.due", default="")
@option("--due-on", words="cases.due-on", meta="day", default="")
@option("--due-by", words="cases.due-by", meta="day", default="")
@option("--cause", words="cases.cause", meta="cases.case", default="")
@option("--find", words="cases.find", meta="text", default="")
@option("--open", "standing", words="cases.only-open", flag_value="open", default="")
@option("--closed", "standing", words="cases.only-closed", flag_value="closed")
@option("--skip", words="cases.skip", meta="number", type=click.IntRange(0), default=0)
@limit_option()
@tabular("cases")
def list_(*, waits: str | None, skip: int, limit: int, **wanted: str) -> None:
    """List cases, those due first."""
    wanted["standing"] = wanted["standing"] or ""
    with open_workspace() as workspace:
        report = workspace.cases.list(
            waits=waits or "", limit=min(limit, 1_000_000), offset=skip, **wanted
        )
    finish(report, lambda shown: show_brief(shown["cases"]))
    if report["not_found"]:
        warn("cases.not-found", words=report["not_found"])
    if report["number"] > skip + len(report["cases"]):
        note("more", shown=len(report["cases"]), size=report["number"])


@cli_command("show", words="cases.show")
@argument("case", meta="cases.case")
@option("--as-of", words="cases.as-of", meta="day", default="")
@tabular("case-dues", "case-steps", "case-events", "case-facts")
def show(case: str, as_of: str) -> None:
    """Show a case whole."""
    with open_workspace() as workspace:
        report = workspace.cases.show(case, as_of=as_of)
    finish(report, show_whole)


def acting(function: Any) -> Any:
    """The options of every act: who, in what role, when, and what is known."""
    for give in reversed(
        (
            option("--fact", "facts", words="cases.fact", meta="cases.pair", multiple=True),
            option("--role", words="cases.role", type=click.Choice(ROLES), default="clerk"),
            option("--by", "actor", words="cases.by", meta="cases.person", default=""),
            option("--day", words="cases.day", meta="day", default=""),
            option("--basis", words="cases.basis", default=""),
            option("--reason", words="cases.reason", default=""),
            option("--dry-run", words="cases.dry-run", is_flag=True),
        )
    ):
        function = give(function)
    return function


@cli_command("open", words="cases.open")
@argument("kind", meta="cases.kind")
@argument("entity", meta="entity", required=False)
@acting
@option(
    "--source",
    words="cases.source",
    type=click.Choice(SOURCES),
    default="person",
)
@option("--cause", words="cases.from", meta="cases.case", default="")
def open_(*, kind: str, entity: str | None, facts: Sequence[str], **how: Any) -> None:
    """Open a case."""
    with open_workspace() as workspace:
        report = workspace.cases.open(kind, entity or "", facts=pairs("--fact", facts), **how)
    _end(report, dry_run=how["dry_run"])


@cli_command("step", words="cases.step")
@argument("cases", meta="cases.case", nargs=-1, required=True)
@argument("step", meta="cases.step")
@acting
@option("--document", "documents", words="cases.document", meta="cases.document", multiple=True)
@option("--letter", words="cases.letter", meta="cases.letter", default="")
@option("--entity", "entities", words="cases.members", meta="entity", multiple=True)
@option("--overrule", words="cases.overrule", is_flag=True)
@option("--only-possible", words="cases.only-possible", is_flag=True)
def step(
    *,
    cases: Sequence[str],
    step: str,
    facts: Sequence[str],
    documents: Sequence[str],
    **how: Any,
) -> None:
    """Take a step in one case or several."""
    if how["entities"] and len(cases) > 1:
        raise refuse("cases.one-cohort")
    with open_workspace() as workspace:
        report = workspace.cases.step(
            list(cases),
            step,
            facts=pairs("--fact", facts),
            documents=pairs("--document", documents),
            **how,
        )
    _end(report, dry_run=how["dry_run"])


@cli_command("note", words="cases.note")
@argument("case", meta="cases.case")
@option("--fact", "facts", words="cases.fact", meta="cases.pair", multiple=True, required=True)
@option("--role", words="cases.role", type=click.Choice(ROLES), default="clerk")
@option("--by", "actor", words="cases.by", meta="cases.person", default="")
@option("--day", words="cases.day", meta="day", default="")
def note_(*, case: str, facts: Sequence[str], **how: Any) -> None:
    """Note facts of a case."""
    with open_workspace() as workspace:
        report = workspace.cases.note(case, pairs("--fact", facts), **how)
    _end(report)


@cli_command("correct", words="cases.correct")
@argument("case", meta="cases.case")
@argument("event", meta="number", type=click.IntRange(1))
@option("--reason", words="cases.reason", default="")
@option("--role", words="cases.role", type=click.Choice(("reviewer", "head")), default="reviewer")
@option("--by", "actor", words="cases.by", meta="cases.person", default="")
@option("--day", words="cases.day", meta="day", default="")
@option("--dry-run", words="cases.dry-run", is_flag=True)
def correct(*, case: str, event: int, reason: str, **how: Any) -> None:
    """Correct an event of a case and all that followed it."""
    with open_workspace() as workspace:
        report = workspace.cases.correct(case, event, reason, **how)
    _end(report, dry_run=how["dry_run"])


@cli_command("clock", words="cases.clock")
@option("--day", words="cases.clock-day", meta="day", default="")
@option("--dry-run", words="cases.dry-run", is_flag=True)
def clock(*, day: str, dry_run: bool) -> None:
    """Record what the clock has done."""
    with open_workspace() as workspace:
        report = workspace.cases.clock(day, dry_run=dry_run)
    finish(report, show_clock)
    if dry_run:
        note("dry-run")


@cli_command("kinds", words="cases.kinds")
@tabular("case-kinds")
def kinds() -> None:
    """List the kinds of cases."""
    with open_workspace() as workspace:
        report = {"kinds": workspace.cases.kinds()}
    finish(report, lambda shown: _show_kinds(shown["kinds"]))
    for one in report["kinds"]:
        if one["changed"]:
            warn("cases.kind-changed", kind=one["kind"], version=one["version"])


def _show_kinds(rows: Sequence[Mapping[str, Any]]) -> None:
    table(
        [
            column("cases.kind"),
            column("cases.version"),
            column("cases.words", flex=True),
            column("cases.in-force"),
            column("cases.open", right=True),
            column("cases.all", right=True),
            column("cases.basis", flex=True, whole=True),
        ],
        (
            (
                row["kind"],
                row["version"],
                in_language(row["words"]),
                "" if row["draft"] else " ".join(day for day in row["in_force"] if day),
                row["open"],
                row["cases"],
                row["basis"],
            )
            for row in rows
        ),
        "case-kinds",
    )


@cli_command("members", words="cases.members-of")
@argument("case", meta="cases.case")
@option("--gone", words="cases.gone", is_flag=True)
@limit_option()
@tabular("members")
def members(*, case: str, gone: bool, limit: int) -> None:
    """List who stands in a cohort."""
    with open_workspace() as workspace:
        report = {"case": case, "members": workspace.cases.members(case, gone=gone)}
    finish(report, lambda shown: _show_members(shown["members"][: None if is_csv() else limit]))
    if len(report["members"]) > limit and not is_csv():
        note("more", shown=limit, size=len(report["members"]))


def _show_members(rows: Sequence[Mapping[str, Any]]) -> None:
    names = ("entity_id", "name", "region")
    table(
        [column("cases.entity_id"), column("name", flex=True), column("region")],
        ([row[name] for name in names] for row in rows),
        "members",
    )


@cli_command("effects", words="cases.effects")
@option("--to", words="cases.effects-to", meta="dir", default="")
@option("--replace", "overwrite", words="cases.replace", is_flag=True)
@tabular("cases")
def effects(*, to: str, overwrite: bool) -> None:
    """Show what cases do to a draw, or write it as files."""
    with open_workspace() as workspace:
        if to:
            written = workspace.cases.write_effects(to, overwrite=overwrite)
            finish(written, lambda shown: facts([(f, f"{n:,}") for f, n in shown["files"].items()]))
            note("cases.after-effects", folder=to)
            return
        report = {"effects": workspace.cases.effects()}
    finish(report, lambda shown: show_effects(shown["effects"]))


def _end(report: Any, *, dry_run: bool = False) -> None:
    finish(report, show_act)
    if dry_run:
        note("dry-run")


command = Group(
    "case",
    "cases.case",
    members={
        "list": ("cases.list", list_),
        "show": ("cases.show", show),
        "open": ("cases.open", open_),
        "step": ("cases.step", step),
        "note": ("cases.note", note_),
        "correct": ("cases.correct", correct),
        "clock": ("cases.clock", clock),
        "import": ("cases.import", import_),
        "filed": ("cases.filed", filed),
        "contacts": ("cases.contacts", contacts),
        "send": ("cases.send", send),
        "outcomes": ("cases.outcomes", outcomes),
        "told": ("cases.told", told_),
        "members": ("cases.members-of", members),
        "letter": ("cases.letter", letter),
        "letters": ("cases.letters", letters),
        "effects": ("cases.effects", effects),
        "kinds": ("cases.kinds", kinds),
    },
)
