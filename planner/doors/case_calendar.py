"""The list of the morning as a calendar that other programs read, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from yaohao.planner.follow_up.calendar_file import Entry, calendar_file
from yaohao.planner.vocabulary.clock import now
from yaohao.planner.wording.case_words import in_language, why_words
from yaohao.planner.wording.messages import say


def case_calendar(report: Mapping[str, Any]) -> str:
    """The calendar of a report of `Cases.today`: what is late stands on the day it was due."""
    entries = []
    for line in report["lines"]:
        several = line["count"] if line["count"] > 1 else 0
        summary = say(
            "case.calendar-summary",
            what=in_language(line["what"]),
            kind=in_language(line["kind_words"]),
            count=several,
        )
        if line["name"] or line["subject"]:
            summary = f"{summary} {line['name'] or line['subject']}"
        identity = {
            "kind": line["kind"],
            "due": line["due"] or in_language(line["what"]),
            "day": line["day"],
            "case": line["subject"] if line["subject"] else "",
        }
        day = date.fromisoformat(line["day"])
        entries.append(Entry(day, summary, why_words(line["why"]), identity))
    return calendar_file(entries, now(), "-//yaohao//today//")
