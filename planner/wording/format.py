"""Telling: codes, acts and figures in words, the same on the command line and on the screens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from yaohao.planner.vocabulary.text import plain
from yaohao.planner.vocabulary.units import PPM
from yaohao.planner.wording.messages import catalogue, language, say


def millionths(number: int) -> str:
    """A whole number of millionths as decimal text, exactly."""
    whole, rest = divmod(number, PPM)
    return f"{whole:,}" + (f".{rest:06d}".rstrip("0") if rest else "")


def percent(above: int, below: int) -> str:
    """A fraction in per cent, to four places; `~` before it where that is not exact."""
    scaled, rest = divmod(above * PPM, below)
    shown = f"{scaled // 10_000}.{scaled % 10_000:04d}".rstrip("0").rstrip(".")
    return f"{'~' if rest else ''}{shown}%"


def chance_words(above: int, below: int) -> str:
    """A chance as a fraction and as a percentage, as every face prints it."""
    return f"{above:,}/{below:,}  {percent(above, below)}"


def code_words(column: str, code: str) -> str:
    """A code of a column with the word for it, where there is one."""
    if not code:
        return say("cli.none")
    known = code_name(column, code)
    return f"{code}  {known}" if known != code else code


def code_name(column: str, code: str) -> str:
    """The word for a code of a column, the code itself where there is none."""
    from yaohao.planner.vocabulary.divisions import divisions
    from yaohao.planner.vocabulary.terms import word

    if column == "region":
        return divisions().names.get(code, code)
    return word(column, code, language())


def reason_words(reason: str) -> str:
    """The words for why an entity is out or directed; for a lead, what triggered it."""
    from yaohao.planner.vocabulary.terms import word

    head, _, trigger = reason.partition(":")
    if head == "lead":
        return say("cli.reason-lead", trigger=word("trigger", trigger, language()))
    if head in ("trigger", "reminder", "trigger-based"):
        return say(f"cli.reason-{head}", entry=plain(trigger))
    return say(f"cli.reason-{reason}") if f"reason-{reason}" in catalogue("cli") else plain(reason)


def rule_words(reason: str) -> str:
    """The rule that decided where an entity stands, as a sentence."""
    if not reason:
        return say("cli.rule-pool")
    if reason.startswith("lead:"):
        return say("cli.rule-lead", trigger=reason_words(reason))
    head, _, entry = reason.partition(":")
    if head in ("trigger", "reminder", "trigger-based"):
        return say(f"cli.rule-{head}", entry=plain(entry))
    return say(f"cli.rule-{reason}") if f"rule-{reason}" in catalogue("cli") else plain(reason)


def inspector_notes(row: Mapping[str, Any]) -> str:
    """What keeps an inspector of a draw from visits, in words; "" where nothing does."""
    notes = []
    if not row["certified"]:
        until = row["certificate_until"] or say("cli.none")
        notes.append(say("cli.inspector-certificate", until=until))
    if row["away"]:
        notes.append(say("cli.inspector-away"))
    elif row["absent"]:
        spans = ", ".join(f"{first} .. {last}" for first, last in row["absent"])
        notes.append(say("cli.inspector-absent", spans=spans))
    if row["recused_here"]:
        notes.append(say("cli.inspector-recused", size=len(row["recused_here"])))
    if row["capacity"] is not None:
        notes.append(say("cli.inspector-capacity", capacity=row["capacity"]))
    return "; ".join(notes)


def visit_result_words(visit: Mapping[str, Any]) -> str:
    """What came of a visit, in words; of one that has not all its results, how many there are."""
    if visit["group"] == "not-yet":
        number = len(visit["results"])
        if number:
            return say("cli.result-in-part", number=number, size=visit["items"])
        return say("cli.label-not-yet")
    return say(f"result.{visit['result']}")


def due_words(visit: Mapping[str, Any]) -> str:
    """Whether a visit's results are public or due, with the working days; "" where neither."""
    if visit["state"] is None:
        return ""
    words = say(f"cli.label-due-{visit['state']}")
    days = visit["days_left"]
    return words if days is None else say("cli.due-days", state=words, days=abs(days))


def intake_words(code: str) -> str:
    """The words for a reason, a mending or a warning of the intake."""
    return say(f"intake.{code}", found="?")


def file_words(told: Mapping[str, Any]) -> list[str]:
    """How files were read, where that is not as a matter of course."""
    lines = []
    for one in told["files"]:
        file, others = one["file"], [*one["not_read"], *one["hidden"]]
        if one["encoding"]:
            lines.append(say("encoding.read-as", file=file, encoding=one["encoding"]))
        if len(one["sheets"]) > 1 or others:
            lines.append(say("sheet.read", file=file, sheets=one["sheets"]))
        if one["not_read"]:
            lines.append(say("sheet.not-read", file=file, sheets=one["not_read"]))
        if one["hidden"]:
            lines.append(say("sheet.not-read-hidden", file=file, sheets=one["hidden"]))
    return lines


def item_words(told: Mapping[str, Any]) -> list[str]:
    """What an import of results says of items: how many rows name none, and which there are."""
    lines = []
    rows, items = told.get("without_item", 0), told.get("items", [])
    if rows and len(items) > 1:
        name = "all-items-one" if rows == 1 else "all-items"
        lines.append(say(f"intake.{name}", rows=f"{rows:,}", items=len(items)))
    if {"unknown-item", "not-inspected"} & set(told["reasons"]):
        names = [f"{one['item_id']} {plain(one['name'], 60)}".strip() for one in items]
        lines.append(say("intake.items-there", items=names))
    return lines


def rounds_words(rounds: Iterable[str]) -> str:
    """The names of rounds in a row."""
    return say("cli.comma").join(say(f"cli.round-{name}") for name in rounds)


LACKING = {"published-first": "cli.unpublished", "witnessed": "cli.unwitnessed"}
"""Notes of a verification that stand beside its verdict: what nobody else vouches for."""


def lacking(findings: Iterable[Any]) -> list[dict[str, str]]:
    """The notes of a verification that stand beside its verdict: `name` and `round` of each."""
    found = [one for one in findings if one.ok is None and one.name in LACKING]
    return [{"name": one.name, "round": one.params["round"]} for one in found]


def verdict_words(findings: Iterable[Any]) -> str:
    """How a verification ended, and what nobody else vouches for."""
    told = list(findings)
    if any(one.ok is False for one in told):
        return say("cli.text-not-verified")
    notes = lacking(told)
    if not notes:
        return say("cli.text-verified")
    parts = []
    for name, code in LACKING.items():
        rounds = [one["round"] for one in notes if one["name"] == name]
        parts += [f"{say(code)} ({rounds_words(rounds)})"] if rounds else []
    return say("cli.text-verified-but", lacking=say("cli.semicolon").join(parts))


def act_words(entry: Mapping[str, Any], *, unpublished: bool = False) -> str:
    """One act of the ledger in words; its kind where it has none.

    `unpublished` where it is a seed whose commitment had not been published before it.
    """
    kind = str(entry.get("act", ""))
    if f"act-{kind}" not in catalogue("cli"):
        return kind
    values = dict(entry)
    if kind in ("import", "register", "dismissal"):
        values["register"] = say(f"cli.register-{entry['register']}")
    if "round" in entry:
        values["round"] = say(f"cli.round-{entry['round']}")
    if "stage" in entry:
        values["stage"] = say(f"cli.stage-{entry['stage']}")
    if kind == "freeze":
        values |= {"scope": entry["counts"]["scope"], "pool": entry["counts"]["pool"]}
    if kind == "register":
        # Of codes that are vouched for the act tells how many there are, and their digest.
        head, *rest = str(entry["what"]).split(" ")
        values["what"] = say(f"cli.change-{head}", number=rest[0] if rest else "")
    words = say(f"cli.act-{kind}", **values)
    return say("cli.act-unpublished", words=words) if unpublished else words


URGENCIES = ("broken", "overdue", "soon", "waiting", "information")
"""How urgent a notice of an overview is, the most urgent first: broken; overdue by law; due within
days; an act is awaited; to know."""

THOROUGH = ("broken-ledger", "broken-calendar", "overdue", "due-soon")
"""The kinds of notices that only a thorough overview has."""


def warning_words(warning: Mapping[str, Any]) -> str:
    """One warning of an overview in words."""
    values = {name: value for name, value in warning.items() if name not in ("kind", "words")}
    if "stage" in values:
        values["stage"] = say(f"cli.stage-{values['stage']}")
    if "rounds" in values:
        values["rounds"] = rounds_words(values["rounds"])
    if "register" in values:
        values["command"] = f"yaohao import {values['register']}"
        values["register"] = say(f"cli.register-{values['register']}")
    return say(f"status.warn-{warning['kind']}", **values)


_INSPECTIONS = 6
"""Rows of the history of visits, the last ones, that are told of an entity."""


def entity_facts(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """All the workspace knows of one entity, as labels and values in words."""
    row = told["entity"]
    facts = [("entity", row["entity_id"]), ("name", row["name"]), ("address", row["address"])]
    facts += [
        (f"stratum-{name}", code_words(name, row[name]))
        for name in ("tier", "region", "industry", "kind", "status")
    ]
    fields = [code_words("fields", code) for code in row["fields"].split(",") if code]
    facts += [
        ("fields", ", ".join(fields)),
        ("established", row["established_on"]),
        ("inspected", row["inspected_on"]),
        ("visits-this-year", str(row["visits_this_year"])),
    ]
    for lead in told["leads"]:
        closed = say("cli.lead-closed", day=lead["closed_on"]) if lead.get("closed_on") else ""
        opened = lead.get("opened_on") or "-"
        facts.append(
            ("lead", f"{opened} {code_name('trigger', lead['trigger'])} {closed}".rstrip())
        )
    facts += [("recused", one["name"] or one["inspector_id"]) for one in told["recused"]]
    for one in told["visits"]:
        role = say("cli.reserve") if one["reserve"] else say(f"cli.standing-{one['standing']}")
        facts.append(("draw", f"{one['draw']} ({role})"))
    for one in told["inspections"][-_INSPECTIONS:]:
        result = say(f"result.{one['result']}") if one["result"] else ""
        parts = [one["visited_on"], one["item"], result]
        facts.append(("inspection", " ".join(filter(None, parts))))
    return [
        (say(f"cli.label-{name}"), plain(value or say("cli.none"), 400)) for name, value in facts
    ]
