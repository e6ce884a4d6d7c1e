"""The tables and keys of a kind's file, and the type of each value."""

from __future__ import annotations

from typing import NamedTuple

from yaohao.planner.follow_up.counting import ROLLS
from yaohao.planner.follow_up.kind_model import (
    BANDS,
    CLASSES,
    FACT_TYPES,
    LINKS,
    PARTIES,
    ROLES,
    SOURCES,
    TELLS,
)

LARGEST = 64
"""Entries of one kind of table at most (states, steps, dues …)."""
LONGEST_FILE = 200_000
"""Characters of a kind's file at most."""


class Key(NamedTuple):
    """One key: the type of its value, whether it must stand there, and the words it may be."""

    type: str
    needed: bool = False
    options: tuple[str, ...] = ()


_WORDS = {"zh": Key("words", True), "en": Key("words", True)}

SCHEMA: dict[str, dict[str, Key]] = {
    "kind": {
        "id": Key("name", True),
        **_WORDS,
        "about_zh": Key("words", True),
        "about_en": Key("words", True),
        "version": Key("text", True),
        "subject": Key("text", True, ("entity", "bureau")),
        "two": Key("yes"),
        "draft": Key("yes"),
        "in_force": Key("period"),
        "basis": Key("text", True),
        "old_cases": Key("text", False, ("old", "new")),
    },
    "facts": {**_WORDS, "type": Key("text", True, FACT_TYPES), "of": Key("texts")},
    "values": {
        "from": Key("start", True),
        "value": Key("scalar", True),
        "basis": Key("text"),
        "setting": Key("yes"),
    },
    "opens": {
        "when": Key("text", True, SOURCES),
        "state": Key("name", True),
        "where": Key("condition"),
        "needs": Key("names"),
        "gives": Key("scalars"),
        "once_per": Key("names"),
        "once": Key("text", False, ("open", "ever")),
        "cohort": Key("yes"),
        "on": Key("month-days"),
    },
    "state": {
        "id": Key("name", True),
        **_WORDS,
        "class": Key("text", True, CLASSES),
        "waits": Key("text", False, PARTIES),
        "ends": Key("text"),
    },
    "step": {
        "id": Key("name", True),
        **_WORDS,
        "from": Key("names", True),
        "to": Key("name", True),
        "by": Key("names", False, ROLES),
        "needs": Key("names"),
        "when": Key("condition"),
        "guard": Key("condition"),
        "not_before": Key("day-rule"),
        "not_after": Key("day-rule"),
        "roll": Key("text", False, ROLLS),
        "documents": Key("names"),
        "number_series": Key("name"),
        "message": Key("name"),
        "tells": Key("text", False, TELLS),
        "undo": Key("name"),
        "stamps": Key("name"),
        "gives": Key("scalars"),
        "two": Key("yes"),
        "firm": Key("yes"),
        "basis": Key("text"),
    },
    "due": {
        "name": Key("name", True),
        **_WORDS,
        "state": Key("names", True),
        "at": Key("day-rule"),
        "roll": Key("text", False, ROLLS),
        "hard": Key("yes"),
        "late": Key("name"),
        "then": Key("name"),
        "done_by": Key("names"),
        "when": Key("condition"),
        "band": Key("text", False, BANDS),
        "who": Key("text", False, PARTIES),
        "basis": Key("text"),
    },
    "message": {
        "id": Key("name", True),
        **_WORDS,
        "to": Key("text", True, ("owner", "contact", "entity")),
        "channels": Key("names", True),
        "gap_days": Key("whole"),
        "most": Key("whole"),
        "hours": Key("hours"),
        "working_days_only": Key("yes"),
        "template": Key("name", True),
    },
    "documents": {**_WORDS, "apart": Key("yes")},
    "series": {"mark": Key("text", True)},
    "templates": dict(_WORDS),
    "draw": {
        "link": Key("text", True, LINKS),
        "state": Key("names"),
        "trigger": Key("text"),
        "direction": Key("text", False, ("+", "-")),
        "note_zh": Key("words", True),
        "note_en": Key("words", True),
    },
}
"""By table; ``facts``, ``documents``, ``series`` and ``templates`` are tables of such tables."""

NAMED = ("facts", "documents", "series", "templates")
"""Tables whose entries are named by their key."""
LISTED = ("opens", "state", "step", "due", "message", "draw")
"""Tables that are written ``[[…]]``."""
TOP = ("kind", "values", *NAMED, *LISTED)
