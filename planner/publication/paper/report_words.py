"""The reports of an entity and of a year in words, in the language in use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yaohao.planner.learning.charts import Bar, Bars
from yaohao.planner.publication.paper.rehearsal import marked
from yaohao.planner.publication.paper.report_page import ReportPage, Section
from yaohao.planner.wording.case_words import in_language
from yaohao.planner.wording.format import chance_words, code_name, reason_words
from yaohao.planner.wording.messages import language, say

COUNTS = ("planned", "drawn", "visited", "in_time", "late", "found", "closed")
PICTURED = ("region", "tier", "office")
"""By what the visits of a year are drawn as pictures."""

_CODED = ("region", "kind", "industry", "status")
_MOST_BARS = 40


def entity_page(record: Mapping[str, Any]) -> ReportPage:
    """The report of what is public of an entity (公共信用信息报告)."""
    entity = record["entity"]
    facts = [
        (say(f"report.entity-{name}"), _entity_value(name, value))
        for name, value in entity.items()
        if value
    ]
    sections = [Section(say("report.entity"), tuple(facts))]
    sections += [_part(part) for part in record["draws"]]
    if not record["draws"]:
        sections.append(Section(say("report.draws"), notes=(say("report.no-draws"),)))
    sections.append(_records(record["records"]))
    return ReportPage(
        _authority(record),
        say("report.entity-title"),
        say("report.as-of", day=record["as_of"]),
        tuple(sections),
        (say("report.entity-note"),),
    )


def _authority(report: Mapping[str, Any]) -> str:
    text = str(report["authority"])
    return marked(text, language()) if report["rehearsal"] else text


def _entity_value(name: str, value: str) -> str:
    return code_name(name, value) if name in _CODED else value


def _part(part: Mapping[str, Any]) -> Section:
    """A draw: window, standing, chance, selection, results, proof."""
    facts = [
        (say("report.draw-id"), part["draw"]),
        (say("report.window"), " - ".join(part["window"])),
        (say("report.stage"), say(f"common.stage-{part['stage']}")),
    ]
    if part["abandoned"]:
        facts.append((say("report.now"), say("common.stage-abandoned")))
    if part["standing"]:
        words = say(f"common.standing-{part['standing']}")
        if part["reason"]:
            reason = reason_words(part["reason"])
            words = say("report.standing-reason", standing=words, reason=reason)
        facts.append((say("report.standing"), words))
    if part["chance"]:
        facts.append((say("report.chance"), chance_words(*part["chance"])))
    if part["ticket"]:
        facts.append((say("report.ticket"), part["ticket"]))
    if part["drawn"] is not None:
        chosen = "withdrawn" if part["withdrawn"] else "yes" if part["drawn"] else "no"
        facts.append((say("report.drawn"), say(f"report.drawn-{chosen}")))
    if part["has_proof"]:
        facts.append((say("report.frame-root"), part["frame"]))
        command = f"yaohao proof {part['draw']} ID"
        facts.append((say("report.proof"), say("report.proof-how", command=command)))
    rows = [
        (
            row["visited_on"],
            f"{row['item_id']} {row['item']}".strip(),
            code_name("result", row["result"]),
            row["published_on"],
        )
        for row in part["results"]
    ]
    names = ("visited-on", "item", "result", "published-on")
    notes = () if part["has_proof"] else (say("report.version-1"),)
    return Section(
        part["title"] or part["draw"],
        tuple(facts),
        tuple(say(f"report.{name}") for name in names) if rows else (),
        tuple(rows),
        notes=notes,
        name=f"results-{part['draw']}",
    )


def _records(records: Sequence[Mapping[str, Any]]) -> Section:
    names = ("record", "state", "opened-on", "shown-on", "letters", "basis")
    rows = tuple(
        (
            in_language(one["kind_words"]),
            in_language(one["state_words"]),
            one["opened_on"],
            one["shown_on"],
            ", ".join(one["letters"]),
            one["basis"],
        )
        for one in records
    )
    headings = tuple(say(f"report.{name}") for name in names) if rows else ()
    notes = () if rows else (say("report.no-records"),)
    return Section(say("report.records"), (), headings, rows, notes=notes, name="records")


def year_page(report: Mapping[str, Any]) -> ReportPage:
    """The report of a year in figures, with pictures."""
    year, total = report["year"], report["total"]
    facts = [(say(f"report.count-{_dashed(name)}"), _number(total[name])) for name in COUNTS]
    facts.append((say("report.abandoned"), f"{report['abandoned']:,}"))
    sections = [Section(say("report.total"), tuple(facts), notes=(say("report.counted"),))]
    sections += [_by(part, rows) for part, rows in report["by"].items()]
    sections.append(_cases(report["cases"]))
    sections.append(_duties(report["duties"]))
    return ReportPage(
        _authority(report),
        say("report.year-title", year=year),
        say("report.as-of", day=report["as_of"]),
        tuple(sections),
        (say("report.no-ranking"),),
    )


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.1f}".removesuffix(".0")


def group_words(part: str, row: Mapping[str, Any]) -> str:
    """What a group of a year is called."""
    code = str(row["code"])
    if part == "rule":
        known = {"lot": "report.rule-lot", "directed": "common.standing-directed"}
        return say(known[code]) if code in known else reason_words(code)
    if not code:
        return say("common.none")
    if part in ("tier", "region"):
        name = code_name(part, code)
        return code if name == code else f"{code} {name}"
    return f"{code} {row['name']}".strip()


def _by(part: str, rows: Sequence[Mapping[str, Any]]) -> Section:
    """A table of a year, its rows by their codes, and its picture."""
    chart = None
    if rows and part in PICTURED:
        shown = rows[:_MOST_BARS]
        bars = tuple(
            Bar(
                group_words(part, row),
                float(row["visited"]),
                note=say("report.of-drawn", drawn=row["drawn"]),
            )
            for row in shown
        )
        chart = Bars(say(f"report.chart-{part}"), bars, "number")
    return Section(
        say(f"report.by-{part}"),
        (),
        (say(f"report.group-{part}"), *(say(f"report.count-{_dashed(name)}") for name in COUNTS)),
        tuple((group_words(part, row), *(_number(row[name]) for name in COUNTS)) for row in rows),
        1,
        chart,
        () if rows else (say("report.nothing"),),
        name=part,
    )


def _cases(rows: Iterable[Mapping[str, Any]]) -> Section:
    names = ("opened", "closed", "open-now", "members")
    return Section(
        say("report.cases"),
        (),
        (say("report.case-kind"), *(say(f"report.cases-{name}") for name in names)),
        tuple(
            (
                in_language(row["words"]),
                *(f"{row[name.replace('-', '_')]:,}" for name in names),
            )
            for row in rows
        ),
        1,
        name="cases",
    )


def _duties(rows: Sequence[Mapping[str, Any]]) -> Section:
    chart = None
    if rows:
        bars = tuple(
            Bar(
                say(f"report.duty-{row['kind']}"),
                float(row["done"]),
                note=say("report.of-target", target=row["target"]),
            )
            for row in rows
        )
        chart = Bars(say("report.chart-duties"), bars, "number")
    names = ("done", "target", "by-now", "behind")
    return Section(
        say("report.duties"),
        (),
        (say("report.duty"), *(say(f"report.duty-{name}") for name in names)) if rows else (),
        tuple(
            (
                say(f"report.duty-{row['kind']}"),
                *(f"{row[name.replace('-', '_')]:,}" for name in names),
            )
            for row in rows
        ),
        1,
        chart,
        () if rows else (say("report.no-duties"),),
        name="duties",
    )
