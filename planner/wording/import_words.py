"""What an import did, in words: the same on the command line and on the screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.format import item_words
from yaohao.planner.wording.messages import language, say

MOST = 6
"""Leads that are named; of more the number is told."""


def effect_words(report: Mapping[str, Any]) -> list[str]:
    """What an import does, or would do, to what is there: sentences, the weightiest first."""
    lines = [*item_words(report), *_ignored(report), *_of_rows(report), *_of_results(report)]
    for one in report.get("aside_gone", ()):
        file = plain(one["file"], 60)
        lines.append(say(f"effects.aside-{one['how']}", file=file, rows=f"{one['rows']:,}"))
    if report.get("dismissed"):
        lines.append(say("effects.dismissed", rows=f"{report['dismissed']:,}"))
    for name in report.get("idle_supersedes", ()):
        known = [plain(file, 60) for file in report["files_aside"]]
        lines.append(say("effects.idle-supersedes", file=plain(name, 60), known=known))
    return lines


def _ignored(report: Mapping[str, Any]) -> list[str]:
    if not report["ignored"]:
        return []
    headings = [plain(heading, 60) for heading in report["ignored"]]
    return [say("effects.ignored", headings=headings)]


def _of_rows(report: Mapping[str, Any]) -> list[str]:
    lines = []
    if report.get("further"):
        name = "further-one" if report["further"] == 1 else "further"
        lines.append(say(f"effects.{name}", rows=f"{report['further']:,}"))
    if "effects" in report:
        effects = report["effects"]
        counts = {name: f"{effects[name]:,}" for name in ("new", "changed", "same", "gone")}
        lines.append(say("effects.rows", **counts))
        lines += [
            say(f"effects.{name}", fields=_fields(effects[name]))
            for name in ("fields", "emptied", "kept")
            if effects[name]
        ]
    if "entities" in report:
        counts = {name: f"{report[name]:,}" for name in ("new", "same", "entities")}
        lines.append(say("effects.visits", **counts))
    if report.get("indicators"):
        names = [plain(name, 60) for name in report["indicators"]]
        lines.append(say("effects.indicators", names=names))
    return lines


def _fields(counts: Mapping[str, int]) -> list[str]:
    return [
        say("effects.field", field=name, number=f"{number:,}") for name, number in counts.items()
    ]


def _of_results(report: Mapping[str, Any]) -> list[str]:
    lines = [
        say(f"effects.{name}", rows=f"{report[name]:,}")
        for name in ("repeated", "older", "inspected")
        if report.get(name)
    ]
    if report.get("leads"):
        lines.append(lead_words(report))
    return [*lines, *cases_words(report["cases"])] if "cases" in report else lines


def cases_words(cases: Mapping[str, Any]) -> list[str]:
    """What results opened and closed, and what they may open, a line for each kind of case."""
    return [
        say(f"effects.cases-{name}", kind=cases["words"][kind][language()], number=f"{number:,}")
        for name in ("opened", "closed", "possible")
        for kind, number in cases[name].items()
    ]


def lead_words(report: Mapping[str, Any]) -> str:
    """The leads that the visits of an import answered, and whether they are closed."""
    name = "leads-closed" if report["leads_closed"] else "leads-open"
    return say(f"effects.{name}", leads=_leads(report["leads"]))


def _leads(leads: Sequence[Mapping[str, Any]]) -> str:
    names = [f"{plain(one['lead_id'], 40)} ({one['entity_id']})" for one in leads[:MOST]]
    shown = say("common.comma").join(names)
    if len(leads) <= MOST:
        return shown
    return say("effects.more", leads=shown, rest=len(leads) - MOST)
