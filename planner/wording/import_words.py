"""What an import did, in words: the same on the command line and on the screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.format import item_words
from yaohao.planner.wording.messages import say

MOST = 6
"""Leads that are named; of more the number is told."""


def effect_words(told: Mapping[str, Any]) -> list[str]:
    """What an import does, or would do, to what is there: sentences, the weightiest first."""
    lines = [*item_words(told), *_ignored(told), *_of_rows(told), *_of_results(told)]
    for one in told.get("aside_gone", ()):
        file = plain(one["file"], 60)
        lines.append(say(f"effects.aside-{one['how']}", file=file, rows=f"{one['rows']:,}"))
    if told.get("dismissed"):
        lines.append(say("effects.dismissed", rows=f"{told['dismissed']:,}"))
    for name in told.get("idle_supersedes", ()):
        known = [plain(file, 60) for file in told["files_aside"]]
        lines.append(say("effects.idle-supersedes", file=plain(name, 60), known=known))
    return lines


def _ignored(told: Mapping[str, Any]) -> list[str]:
    if not told["ignored"]:
        return []
    headings = [plain(heading, 60) for heading in told["ignored"]]
    return [say("effects.ignored", headings=headings)]


def _of_rows(told: Mapping[str, Any]) -> list[str]:
    lines = []
    if told.get("further"):
        name = "further-one" if told["further"] == 1 else "further"
        lines.append(say(f"effects.{name}", rows=f"{told['further']:,}"))
    if "effects" in told:
        effects = told["effects"]
        counts = {name: f"{effects[name]:,}" for name in ("new", "changed", "same", "gone")}
        lines.append(say("effects.rows", **counts))
        lines += [
            say(f"effects.{name}", fields=_fields(effects[name]))
            for name in ("fields", "emptied", "kept")
            if effects[name]
        ]
    if "entities" in told:
        counts = {name: f"{told[name]:,}" for name in ("new", "same", "entities")}
        lines.append(say("effects.visits", **counts))
    if told.get("indicators"):
        names = [plain(name, 60) for name in told["indicators"]]
        lines.append(say("effects.indicators", names=names))
    return lines


def _fields(counts: Mapping[str, int]) -> list[str]:
    return [
        say("effects.field", field=name, number=f"{number:,}") for name, number in counts.items()
    ]


def _of_results(told: Mapping[str, Any]) -> list[str]:
    lines = [
        say(f"effects.{name}", rows=f"{told[name]:,}")
        for name in ("repeated", "older", "inspected")
        if told.get(name)
    ]
    if told.get("leads"):
        lines.append(lead_words(told))
    for name, counts in told.get("cases", {}).items():
        lines += [
            say(f"effects.cases-{name}", kind=kind, number=f"{number:,}")
            for kind, number in counts.items()
        ]
    return lines


def lead_words(told: Mapping[str, Any]) -> str:
    """The leads that the visits of an import answered, and whether they are closed."""
    name = "leads-closed" if told["leads_closed"] else "leads-open"
    return say(f"effects.{name}", leads=_leads(told["leads"]))


def _leads(leads: Sequence[Mapping[str, Any]]) -> str:
    names = [f"{plain(one['lead_id'], 40)} ({one['entity_id']})" for one in leads[:MOST]]
    shown = say("common.comma").join(names)
    if len(leads) <= MOST:
        return shown
    return say("effects.more", leads=shown, rest=len(leads) - MOST)
