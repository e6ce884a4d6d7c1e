"""What a reading of files tells besides its rows: fields without a column, words not understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from yaohao.planner.schema.entity import ENTITY
from yaohao.planner.schema.import_report import FieldWithoutColumn, HeadingAlike, WordNotUnderstood

MOST_WORDS = 50
"""Words of a field that a report lists; the others are counted together."""

_TAKEN = {
    "entities": {column.name: column.default for column in ENTITY},
    "inspectors": {"certificate_until": "9999-12-31"},
    "items": {"importance": "general"},
    "results": {"follow_up": "none"},
}
"""Register → field → what an empty cell of it counts as, where that is not nothing."""

# Without these a register is complete: few have them, and nothing is decided by their absence.
_UNTOLD = {
    "inspectors": ("absent", "recused"),
    "items": ("basis", "object", "content", "method", "ratio", "frequency"),
    "leads": ("lead_id", "closed_on", "reminded_on", "text"),
    "lists": ("entry_id", "content", "measure"),
    "inspections": ("inspectors", "item", "item_id", "result", "findings"),
    "filings": ("filed_on",),
    "contacts": ("person", "role", "keep_until"),
    "outcomes": ("sent_on",),
    "results": ("item", "item_id", "method", "follow_up", "follow_up_closed_on"),
}


@dataclass(frozen=True)
class ReadingNotes:
    """`absent`: field without a column → what is taken instead, and for how many rows; `alike`:
    heading that means nothing → the field without a column whose heading it resembles; `unread`:
    field → text that was not understood and left out → how often.
    """

    absent: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    alike: Mapping[str, str] = field(default_factory=dict)
    unread: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def without_column(self) -> list[FieldWithoutColumn]:
        """The fields without a column, as plain values."""
        return [
            {"field": name, "taken": taken, "rows": rows}
            for name, (taken, rows) in self.absent.items()
        ]

    def resembling(self) -> list[HeadingAlike]:
        """The headings that resemble known ones, as plain values."""
        return [{"heading": heading, "field": name} for heading, name in self.alike.items()]

    def not_understood(self) -> list[WordNotUnderstood]:
        """The texts left out by field, the most frequent first; those beyond `MOST_WORDS` of a
        field together, with the text "".
        """
        unread: list[WordNotUnderstood] = []
        for name, words in self.unread.items():
            ranked = sorted(words.items(), key=lambda word: (-word[1], word[0]))
            unread += [{"field": name, "found": text, "n": n} for text, n in ranked[:MOST_WORDS]]
            others = sum(n for _, n in ranked[MOST_WORDS:])
            if others:
                unread.append({"field": name, "found": "", "n": others})
        return unread


def taken_instead(register: str, absent: Mapping[str, int]) -> dict[str, tuple[str, int]]:
    """Field without a column → what is taken instead, and for how many rows."""
    untold = _UNTOLD.get(register, ())
    taken = _TAKEN.get(register, {})
    return {
        name: (taken.get(name, ""), rows) for name, rows in absent.items() if name not in untold
    }
