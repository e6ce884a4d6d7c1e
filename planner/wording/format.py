"""Codes, acts and numbers in words, the same on the command line and on the screens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yaohao.planner.vocabulary.text import plain
from yaohao.planner.vocabulary.units import PPM
from yaohao.planner.wording.messages import catalogue, language, say


def millionths(number: int) -> str:
    """A whole number of millionths as decimal text, exactly."""
    whole, rest = divmod(number, PPM)
    return f"{whole:,}" + (f".{rest:06d}".rstrip("0") if rest else "")


def tenths(number: int) -> str:
    """A whole number of millionths rounded to one decimal at most, for people."""
    whole, rest = divmod((2 * number + PPM // 10) // (PPM // 5), 10)
    return f"{whole:,}" + (f".{rest}" if rest else "")


def percent(above: int, below: int) -> str:
    """A fraction in per cent with up to four decimals, preceded by `~` if it is not exact."""
    scaled, rest = divmod(above * PPM, below)
    shown = f"{scaled // 10_000}.{scaled % 10_000:04d}".rstrip("0").rstrip(".")
    return f"{'~' if rest else ''}{shown}%"


def short_percent(above: int, below: int) -> str:
    """A fraction in per cent with at most one decimal, for people; `<0.1%` if it is less."""
    tenths = (2 * above * 1000 + below) // (2 * below)
    if above and not tenths:
        return "<0.1%"
    return f"{tenths // 10}.{tenths % 10}".removesuffix(".0") + "%"


def chance_words(above: int, below: int) -> str:
    """A chance as a fraction and as a percentage, as both front ends print it."""
    return f"{above:,}/{below:,}  {percent(above, below)}"


def chance_span(least: int, most: int) -> str:
    """The least and the most chance in a group, in millionths, as exact percentages."""
    low, high = percent(least, PPM), percent(most, PPM)
    return low if low == high else f"{low} - {high}"


def code_words(column: str, code: str) -> str:
    """A code of a column with its name, if there is one."""
    if not code:
        return say("common.none")
    known = code_name(column, code)
    return f"{code}  {known}" if known != code else code


def code_name(column: str, code: str) -> str:
    """The name of a code of a column, or the code itself."""
    from yaohao.planner.vocabulary.divisions import divisions
    from yaohao.planner.vocabulary.terms import word

    if _plain_register and column in REGISTERED:
        return code
    if column == "region":
        return divisions().names.get(code, code)
    return word(column, code, language())


REGISTERED = ("tier", "region", "industry", "kind", "status", "fields", "trigger")
"""The columns whose codes are the register's own."""
_plain_register: list[str] = []


def name_codes_of(register: str) -> None:
    """Name codes from now on as in a workspace of this kind of register.

    Only those of ``china`` have words of ours: ward 42 of a free register is not province 42.
    """
    _plain_register[:] = [] if register == "china" else [register]


def reason_words(reason: str) -> str:
    """The reason for which an entity is excluded or inspected for cause, in words."""
    head, _, trigger = reason.partition(":")
    if head == "lead":
        return say("common.reason-lead", trigger=code_name("trigger", trigger))
    if head in ("trigger", "reminder", "trigger-based"):
        return say(f"common.reason-{head}", entry=plain(trigger))
    return (
        say(f"common.reason-{reason}")
        if f"reason-{reason}" in catalogue("common")
        else plain(reason)
    )


def rule_words(reason: str) -> str:
    """The rule that decided the standing of an entity, as a sentence."""
    if not reason:
        return say("common.rule-pool")
    if reason.startswith("lead:"):
        return say("common.rule-lead", trigger=reason_words(reason))
    head, _, entry = reason.partition(":")
    if head in ("trigger", "reminder", "trigger-based"):
        return say(f"common.rule-{head}", entry=plain(entry))
    return (
        say(f"common.rule-{reason}") if f"rule-{reason}" in catalogue("common") else plain(reason)
    )


def span_words(span: Sequence[object]) -> str:
    """Two days, or two numbers, and all that lies between them."""
    first, last = span
    return say("common.span", first=str(first), last=str(last))


def inspector_notes(row: Mapping[str, Any]) -> str:
    """The restrictions of an inspector in a draw, in words; "" if there are none."""
    notes = []
    if not row["certified"]:
        notes.append(say("common.inspector-certificate", until=row["certificate_until"]))
    if row["away"]:
        notes.append(say("common.inspector-away"))
    elif row["absent"]:
        spans = [span_words(span) for span in row["absent"]]
        notes.append(say("common.inspector-absent", spans=spans))
    if row["days_of"]:
        notes.append(say("plan_check.days-there", days=row["days"], total=row["days_of"]))
    if row["recused_here"]:
        notes.append(say("common.inspector-recused", size=len(row["recused_here"])))
    if row["certified"] and not row["away"] and not row["able"]:
        notes.append(say("common.inspector-no-position"))
    if row["capacity"] is not None:
        notes.append(say("common.inspector-capacity", capacity=row["capacity"]))
    return say("common.semicolon").join(notes)


def visit_result_words(visit: Mapping[str, Any]) -> str:
    """The result of a visit in words; if incomplete, how many items have results."""
    if visit["group"] == "not-yet":
        number = len(visit["results"])
        if number:
            return say("common.result-in-part", number=number, size=visit["items"])
        return say("common.label-not-yet")
    return say(f"result.{visit['result']}")


def due_words(visit: Mapping[str, Any]) -> str:
    """The publication status of a visit, with the working days; "" if there is none."""
    if visit["state"] is None:
        return ""
    words = say(f"common.label-due-{visit['state']}")
    days = visit["days_left"]
    return words if days is None else say("common.due-days", state=words, days=abs(days))


def intake_words(code: str) -> str:
    """The words for a reason, a correction or a warning of an import."""
    return say(f"intake.{code}", found="?")


def file_words(report: Mapping[str, Any]) -> list[str]:
    """How files were read, where that is not as a matter of course."""
    lines = []
    for one in report["files"]:
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


def item_words(report: Mapping[str, Any]) -> list[str]:
    """Notes on items in an import of results: rows without an item, and the items of the plan."""
    lines = []
    rows, items = report.get("without_item", 0), report.get("items", [])
    if rows and len(items) > 1:
        name = "all-items-one" if rows == 1 else "all-items"
        lines.append(say(f"intake.{name}", rows=f"{rows:,}", items=len(items)))
    if {"unknown-item", "not-inspected"} & set(report["reasons"]):
        names = [f"{one['item_id']} {plain(one['name'], 60)}".strip() for one in items]
        lines.append(say("intake.items-there", items=names))
    return lines


def rounds_words(rounds: Iterable[str]) -> str:
    """The names of rounds, joined."""
    return say("common.comma").join(say(f"common.round-{name}") for name in rounds)


def check_words(name: str) -> str:
    """The name of a check: in English as published, in Chinese as on the page."""
    if language() == "en":
        return name
    stage, mark, check = name.rpartition(": ")  # of a site, whose stages are told by their folder
    if mark:
        return f"{stage}{mark}{check_words(check)}"
    if f"step-{name}" in catalogue("page"):
        return say(f"page.step-{name}")
    if f"check-{name}" in catalogue("verify"):
        return say(f"verify.check-{name}")
    audited = name.removeprefix("audit-")
    return name if audited == name else say("verify.in-audit", check=check_words(audited))


def levels_of(findings: Iterable[Any]) -> list[dict[str, Any]]:
    """The evidence behind a verified draw: `round` and `level` of each round that has a seed."""
    levels = [one for one in findings if one.ok is None and one.name == "level"]
    return [{"round": one.params["round"], "level": one.params["level"]} for one in levels]


def standing_words(standing: Mapping[str, Any], lang: str | None = None) -> str:
    """The level of a round in words, with what others stated of it that a list cannot check."""
    params = {**standing, "round": say(f"common.round-{standing['round']}", lang)}
    words = say("publication.level", lang, **params)
    more = _unchecked(standing, lang)
    return f"{words}{more}"


def level_words(standing: Mapping[str, Any], lang: str | None = None) -> str:
    """As `standing_words`, of a round that is named beside it."""
    return f"{standing['level']}{_unchecked(standing, lang)}"


def _unchecked(standing: Mapping[str, Any], lang: str | None) -> str:
    kinds = [one for one in ("cosigned", "stamped", "attested") if standing[one]]
    more = [say(f"publication.level-{one}", lang, number=standing[one]) for one in kinds]
    return say("publication.level-more", lang, found=more) if more else ""


def level_cell(levels: Iterable[Mapping[str, Any]]) -> str:
    """The evidence levels of the rounds that have a seed, as a cell of a table."""
    cells = (say(f"common.level-{one['round']}", level=one["level"]) for one in levels)
    return " ".join(cells) or "-"


def levels_told(levels: Iterable[Mapping[str, Any]]) -> str:
    """The evidence levels of the rounds that have a seed, each with its round, in a line."""
    rounds = (
        say("common.level-of", round=say(f"common.round-{one['round']}"), level=one["level"])
        for one in levels
    )
    return say("common.levels", rounds=list(rounds))


def verdict_lines(findings: Iterable[Any]) -> list[str]:
    """The verdict of a verification: its end, the level of evidence, and who has checked it."""
    every = list(findings)
    if any(one.ok is False for one in every):
        return [say("verdict.fails")]
    behind = [one.words() for one in every if one.ok is None and one.name in ("level", "attested")]
    return [say("verdict.holds"), *behind]


def act_words(entry: Mapping[str, Any], *, unpublished: bool = False) -> str:
    """One act of the ledger in words, or its kind if there are none.

    `unpublished` where it is a seed whose commitment had not been published before it.
    """
    kind = str(entry.get("act", ""))
    if f"act-{kind}" not in catalogue("common"):
        return kind
    values = dict(entry)
    if kind in ("import", "register", "dismissal"):
        values["register"] = say(f"common.register-{entry['register']}")
    if "round" in entry:
        values["round"] = say(f"common.round-{entry['round']}")
    if "stage" in entry:
        values["stage"] = say(f"common.stage-{entry['stage']}")
    if kind == "freeze":
        values |= {"scope": entry["counts"]["scope"], "pool": entry["counts"]["pool"]}
    if kind == "register":
        # Of codes that are vouched for the act tells how many there are, and their digest.
        head, *rest = str(entry["what"]).split(" ")
        area = "noted" if head.endswith("-undone") else "common"
        values["what"] = say(f"{area}.change-{head}", number=rest[0] if rest else "")
    if kind == "case":
        values["event"] = say(f"case.event-{entry['event']}")
    undone = kind == "withdrawal" and entry.get("result") == "0"
    words = say("withdrawal.act-undone" if undone else f"common.act-{kind}", **values)
    return say("common.act-unpublished", words=words) if unpublished else words


URGENCIES = ("broken", "overdue", "soon", "waiting", "information")
"""How urgent a notice of an overview is, the most urgent first: broken; overdue by law; due within
days; an act is awaited; to know."""

THOROUGH = ("broken-ledger", "broken-calendar", "overdue", "due-soon")
"""The kinds of notices that only a thorough overview has."""


def warning_words(warning: Mapping[str, Any]) -> str:
    """One warning of an overview in words."""
    values = {name: value for name, value in warning.items() if name not in ("kind", "words")}
    if "stage" in values:
        values["stage"] = say(f"common.stage-{values['stage']}")
    if "rounds" in values:
        values["rounds"] = rounds_words(values["rounds"])
    if "register" in values:
        values["name"] = values["register"]
        values["register"] = say(f"common.register-{values['register']}")
    return say(f"status.warn-{warning['kind']}", **values)


_INSPECTIONS = 6
"""Rows of the history of visits, the last ones, that are told of an entity."""


def entity_facts(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Everything the workspace knows of one entity, as labels and values in words."""
    row = record["entity"]
    facts = [("entity", row["entity_id"]), ("name", row["name"]), ("address", row["address"])]
    facts += [
        (f"stratum-{name}", code_words(name, row[name]))
        for name in ("tier", "region", "industry", "kind", "status")
    ]
    fields = [code_words("fields", code) for code in row["fields"].split(",") if code]
    facts += [
        ("fields", say("common.comma").join(fields)),
        ("established", row["established_on"]),
        ("inspected", row["inspected_on"]),
        ("visits-this-year", str(row["visits_this_year"])),
    ]
    for lead in record["leads"]:
        closed = say("common.lead-closed", day=lead["closed_on"]) if lead.get("closed_on") else ""
        opened = lead.get("opened_on") or "-"
        facts.append(
            ("lead", f"{opened} {code_name('trigger', lead['trigger'])} {closed}".rstrip())
        )
    facts += [("recused", one["name"] or one["inspector_id"]) for one in record["recused"]]
    for one in record["visits"]:
        role = (
            say("common.reserve") if one["reserve"] else say(f"common.standing-{one['standing']}")
        )
        facts.append(("draw", say("common.with-note", text=one["draw"], note=role)))
    for one in record["inspections"][-_INSPECTIONS:]:
        result = say(f"result.{one['result']}") if one["result"] else ""
        parts = [one["visited_on"], one["item"], result]
        facts.append(("inspection", " ".join(filter(None, parts))))
    return [
        (say(f"common.label-{name}"), plain(value or say("common.none"), 400))
        for name, value in facts
    ]
