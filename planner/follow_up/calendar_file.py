"""The list of the morning as an iCalendar file (RFC 5545): a whole day for each thing to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from yaohao.planner.vocabulary.digest import document_digest

_FOLD = 73  # octets of a line before it is folded; the standard allows 75


class Entry(NamedTuple):
    """A day of the calendar: what `identity` is the same for is one entry, also when it moves."""

    day: date
    summary: str
    description: str
    identity: Mapping[str, str]


def calendar_file(entries: Iterable[Entry], moment: str, product: str) -> str:
    """The text of the file; `moment` is when it was made, ``2027-01-06T01:02:03Z``."""
    stamp = moment.replace("-", "").replace(":", "")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_escaped(product)}", "METHOD:PUBLISH"]
    for entry in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{document_digest(dict(entry.identity))[:32]}@yaohao",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(entry.summary)}",
            f"DESCRIPTION:{_escaped(entry.description)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _escaped(text: str) -> str:
    """A text as a value: no mark of it has a meaning, and it has no line of its own."""
    plain = "".join(mark if mark.isprintable() else " " for mark in text)
    for mark in ("\\", ";", ","):
        plain = plain.replace(mark, f"\\{mark}")
    return plain


def _folded(line: str) -> Iterable[str]:
    """A line in parts of so many octets, no character torn apart."""
    part = ""
    for mark in line:
        if len((part + mark).encode("utf-8")) > _FOLD:
            yield part
            part = " "
        part += mark
    yield part
