"""Files of `yaohao case`: filings, openings, contacts, lists of messages and their outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.case_words import id_words, in_language, unmet_words
from yaohao.planner.wording.format import intake_words
from yaohao.planner.wording.messages import say
from yaohao.scripts.command_base import argument, cli_command, open_workspace, option
from yaohao.scripts.output import (
    column,
    fact,
    facts,
    finish,
    is_csv,
    note,
    table,
    tabular,
    text,
    warn,
)

SOURCES = ("person", "case", "finding", "import")
CHANNELS = ("sms", "letter", "phone", "visit", "notice")


@cli_command("import", words="cases.import")
@argument("kind", meta="cases.kind")
@argument("files", meta="file", nargs=-1, required=True)
@option("--fact", "facts", words="cases.fact-of-all", meta="cases.pair", multiple=True)
@option("--source", words="cases.source", type=click.Choice(SOURCES), default="import")
@option("--cause", words="cases.from", meta="cases.case", default="")
@option("--by", "actor", words="cases.by", meta="cases.person", default="")
@option("--day", words="cases.day", meta="day", default="")
@option("--map", "mapping", words="cases.map", meta="map", multiple=True)
@option("--dry-run", words="cases.dry-run", is_flag=True)
@tabular("case-file")
def import_(
    *, kind: str, files: Sequence[str], facts: Sequence[str], mapping: Sequence[str], **how: Any
) -> None:
    """Open a case for each row of files."""
    with open_workspace() as workspace:
        report = workspace.cases.import_openings(
            kind, files, mapping=columns(mapping), facts=pairs("--fact", facts), **how
        )
    _end(report)


@cli_command("filed", words="cases.filed")
@argument("files", meta="file", nargs=-1, required=True)
@option("--year", words="cases.year", meta="number", type=click.IntRange(2000, 2200), default=None)
@option("--day", words="cases.day", meta="day", default="")
@option("--map", "mapping", words="cases.map", meta="map", multiple=True)
@option("--dry-run", words="cases.dry-run", is_flag=True)
@tabular("case-file")
def filed(*, files: Sequence[str], year: int | None, mapping: Sequence[str], **how: Any) -> None:
    """Take in who has filed the annual report."""
    with open_workspace() as workspace:
        report = workspace.cases.import_filings(
            files, year=year or 0, mapping=columns(mapping), **how
        )
    _end(report)


@cli_command("contacts", words="cases.contacts")
@argument("files", meta="file", nargs=-1)
@option("--keep-until", words="cases.keep-until", meta="day", default="")
@option("--show", "entity", words="cases.contacts-show", meta="entity", default="")
@option("--forget", words="cases.contacts-forget", meta="entity", default="")
@option("--map", "mapping", words="cases.map", meta="map", multiple=True)
@option("--dry-run", words="cases.dry-run", is_flag=True)
@tabular("contacts")
def contacts(
    *,
    files: Sequence[str],
    keep_until: str,
    entity: str,
    forget: str,
    mapping: Sequence[str],
    dry_run: bool,
) -> None:
    """Keep the private register of contacts."""
    with open_workspace() as workspace:
        if entity:
            report: Any = {"contacts": workspace.cases.contacts(entity)}
            finish(report, lambda shown: _show_contacts(shown["contacts"]))
        elif files:
            report = workspace.cases.import_contacts(
                files, keep_until, mapping=columns(mapping), dry_run=dry_run
            )
            _end(report)
        else:
            report = workspace.cases.forget_contacts(forget)
            finish(report, lambda shown: facts([fact(f"cases.{key}", shown[key]) for key in shown]))


def _show_contacts(rows: Sequence[Mapping[str, Any]]) -> None:
    table(
        [column("cases.person"), column("cases.phone"), column("cases.role"), column("cases.kept")],
        ((row["person"], row["phone"], row["role"], row["keep_until"]) for row in rows),
        "contacts",
    )


@cli_command("send", words="cases.send")
@argument("kind", meta="cases.kind", required=False)
@option("--channel", words="cases.channel", type=click.Choice(CHANNELS), default=None)
@option("--to", words="cases.list-to", meta="dir", default="")
@option("--message", words="cases.message", meta="cases.message", default="")
@option("--by", "actor", words="cases.by", meta="cases.person", default="")
@option("--day", words="cases.day", meta="day", default="")
@option("--dry-run", words="cases.dry-run", is_flag=True)
@tabular("waiting-messages")
def send(*, kind: str | None, channel: str | None, to: str, **how: Any) -> None:
    """Write the list of messages that wait; without a kind list what waits."""
    if kind and not (channel and to):
        raise refuse("cases.send-how")
    with open_workspace() as workspace:
        if not kind:
            waiting = workspace.cases.waiting_messages()
            finish({"waiting": waiting}, lambda shown: _show_waiting(shown["waiting"]))
            return
        report = workspace.cases.send(kind, channel or "", to, **how)
    finish(
        report,
        lambda shown: facts(
            [
                fact("cases.rows", shown["rows"]),
                fact("file", shown["file"]) if shown["rows"] else None,
                fact("cases.send-from", shown["send_from"]) if shown["rows"] else None,
                fact("cases.without", len(shown["without"])) if shown["without"] else None,
            ]
        ),
    )
    if report["dry_run"]:
        note("dry-run")
    elif report["rows"]:
        note("cases.after-send", file=report["file"])


def _show_waiting(rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows and not is_csv():
        text("cases.none-waits")
        return
    table(
        [
            column("cases.kind"),
            column("cases.message"),
            column("cases.words", flex=True),
            column("cases.channels", flex=True),
            column("cases.all", right=True),
            column("cases.subjects", right=True),
        ],
        (
            (
                row["kind"],
                row["message"],
                in_language(row["words"]),
                ", ".join(row["channels"]),
                row["cases"],
                row["subjects"],
            )
            for row in rows
        ),
        "waiting-messages",
    )


@cli_command("outcomes", words="cases.outcomes")
@argument("files", meta="file", nargs=-1)
@option("--day", words="cases.day", meta="day", default="")
@option("--dry-run", words="cases.dry-run", is_flag=True)
@tabular("sendings")
def outcomes(*, files: Sequence[str], day: str, dry_run: bool) -> None:
    """Take in what became of messages; without a file list what was sent."""
    with open_workspace() as workspace:
        if files:
            _end(workspace.cases.take_outcomes(files, day=day, dry_run=dry_run))
            return
        report = {"sendings": workspace.cases.sendings()}
    finish(report, lambda shown: _show_sendings(shown["sendings"]))


def _cell(value: Any) -> Any:
    """A cell for people, in words; a table for programs keeps ids."""
    return id_words(value) if isinstance(value, str) and value and not is_csv() else value


def _show_sendings(rows: Sequence[Mapping[str, Any]]) -> None:
    names = ("number", "day", "kind", "message", "channel", "rows", "sent", "failed", "waiting")
    table(
        [column(f"cases.{name}", right=name in names[5:]) for name in names],
        ([_cell(row[name]) for name in names] for row in rows),
        "sendings",
    )


@cli_command("told", words="cases.told")
@argument("entity", meta="entity")
@tabular("told")
def told_(entity: str) -> None:
    """Show what a business was told."""
    with open_workspace() as workspace:
        rows = workspace.cases.told(entity)
    names = ("case", "message", "channel", "day", "outcome")
    finish(
        {"told": rows},
        lambda shown: table(
            [column(f"cases.{name}") for name in names],
            ([_cell(row[name]) for name in names] for row in shown["told"]),
            "told",
        ),
    )


@cli_command("letter", words="cases.letter")
@argument("cases", meta="cases.case", nargs=-1, required=True)
@argument("step", meta="cases.step")
@option("--to", words="cases.letter-to", meta="dir", required=True)
@option(
    "--form", "forms", words="cases.form", multiple=True,
    type=click.Choice(("html", "xlsx", "docx")), default=("html",),
)  # fmt: skip
@option("--replace", "overwrite", words="cases.replace", is_flag=True)
def letter(*, cases: Sequence[str], step: str, to: str, **how: Any) -> None:
    """Write the documents of a step."""
    with open_workspace() as workspace:
        report = workspace.cases.write_letters(cases, step, to, **how)
    finish(
        report,
        lambda shown: facts(
            [
                *(fact("file", f"{shown['folder']}/{name}") for name in shown["files"]),
                fact("cases.written", shown["letters"]),
                fact("cases.letters", ", ".join(shown["numbers"])) if shown["numbers"] else None,
            ]
        ),
    )
    note("cases.after-letter", step=step)


@cli_command("letters", words="cases.letters")
@tabular("letters")
def letters() -> None:
    """List the series of letters."""
    with open_workspace() as workspace:
        rows = workspace.cases.letters()
    names = ("mark", "year", "last", "used")
    finish(
        {"letters": rows},
        lambda shown: table(
            [column(f"cases.{name}", right=name != "mark") for name in names],
            ([row[name] for name in names] for row in shown["letters"]),
            "letters",
        ),
    )


def _end(report: Any) -> None:
    finish(report, _show)
    if report["refused"]:
        warn("cases.rows-refused", number=len(report["refused"]))
    if report["dry_run"]:
        note("dry-run")


def _show(report: Mapping[str, Any]) -> None:
    facts(
        [
            *(fact("file", one["file"]) for one in report["files"]),
            fact("rows", report["rows"]),
            *((say(f"case.count-{name}"), f"{n:,}") for name, n in report["counts"].items()),
            fact("cases.further", report["further"]) if report["further"] else None,
            fact("cases.refused", len(report["refused"])) if report["refused"] else None,
            fact("cases.ignored", ", ".join(report["ignored"])) if report["ignored"] else None,
        ]
    )
    if report["refused"]:
        table(
            [column("file", flex=True), column("line", right=True), column("reason", whole=True)],
            (
                (row["file"] or row.get("entity_id", ""), row["line"] or "", _why(row))
                for row in report["refused"]
            ),
            "case-file",
        )
    elif not any(report["counts"].values()):
        text("unchanged")


def _why(row: Mapping[str, Any]) -> str:
    if row["reason"]:
        return intake_words(row["reason"])
    return say("common.semicolon").join(unmet_words(one) for one in row["problems"])


def pairs(option_: str, texts: Sequence[str]) -> dict[str, str]:
    """NAME=VALUE of an option as a mapping; refused where one is none, or a name comes twice."""
    values: dict[str, str] = {}
    for one in texts:
        name, sign, value = one.partition("=")
        if not sign or not name.strip():
            raise refuse("cases.no-pair", option=option_, found=one[:80])
        if name.strip() in values:
            raise refuse("cases.pair-twice", option=option_, found=name.strip())
        values[name.strip()] = value.strip()
    return values


def columns(texts: Sequence[str]) -> dict[str, str]:
    """FIELD=COLUMN of --map as a mapping; refused where one is none."""
    headings = {}
    for one in texts:
        name, sign, heading = one.partition("=")
        if not sign or not name.strip():
            raise refuse("cases.no-pair", option="--map", found=one[:80])
        headings[name.strip()] = heading.strip()
    return headings
