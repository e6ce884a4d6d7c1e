"""The forms of the documents of a publication, as docs/bundle.md has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from yaohao.planner.draw.withdrawals import TAKEN_BACK
from yaohao.planner.publication.disclosure import tiers_shown
from yaohao.planner.publication.record import FORMAT, visit_columns
from yaohao.planner.schema.code_system import PUBLISHED
from yaohao.planner.vocabulary.terms import GONE, codes
from yaohao.planner.vocabulary.text import tidy

Shape = Any
"""What a document should look like; see `misshapen`."""

_LARGEST = (1 << 53) - 1


@dataclass(frozen=True)
class Schema:
    """The form of a single value: what it is called, and whether a value has it."""

    name: str
    fits: Callable[[Any], bool]


@dataclass(frozen=True)
class Named:
    """An object whose keys are codes, of which none is empty, and whose values have one shape.

    Every key matches `pattern` from end to end, where there is one.
    """

    shape: Shape
    pattern: str = ""


@dataclass(frozen=True)
class Perhaps:
    """The shape of a member that an object may have or not."""

    shape: Shape


def matching(name: str, pattern: str) -> Schema:
    """The form of texts that match a pattern from end to end."""
    form = re.compile(pattern)
    return Schema(name, lambda value: isinstance(value, str) and form.fullmatch(value) is not None)


def whole(least: int) -> Schema:
    """The form of whole numbers from `least` up."""
    return Schema(
        f"a whole number from {least}", lambda v: type(v) is int and least <= v <= _LARGEST
    )


def is_day(text: Any) -> bool:
    """Whether `text` is an ISO date of the calendar."""
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_TIME_FORM = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z", re.ASCII)


def is_time(text: Any) -> bool:
    """Whether `text` is a UTC time to the second of the calendar and the clock."""
    match = _TIME_FORM.fullmatch(text) if isinstance(text, str) else None
    try:
        return match is not None and bool(datetime(*map(int, match.groups())))  # type: ignore[arg-type]
    except ValueError:
        return False


TEXT = Schema("a text", lambda value: isinstance(value, str))
NAME = Schema("a text that is not empty", lambda value: isinstance(value, str) and value != "")
DIGEST = matching("64 hex digits", "[0-9a-f]{64}")
KEY = matching("32 hex digits", "[0-9a-f]{32}")
ENTITY = matching("an entity id", r"[0-9A-Za-z._-]{1,64}")
INSPECTOR = matching("an inspector's id", r"[^|,;\x00-\x1f\x7f]+")
TIME = Schema("a time like 2027-01-06T01:02:03Z", is_time)
DAY = Schema("a date like 2027-01-06", is_day)
COUNT, POSITIVE = whole(0), whole(1)
DAY_OR_NOTHING = Schema("a date or nothing", lambda value: value == "" or is_day(value))
TRUTH = Schema("true or false", lambda value: isinstance(value, bool))
MADE_WITH = Perhaps(Named(matching("a version", r"[0-9A-Za-z.+!_-]{1,64}"), "[0-9a-z._-]{1,64}"))
"""Versions of programs by their names."""
_REGISTER = frozenset({"entities", "inspectors", "items", "leads", "lists"})
_PART_KIND = frozenset({"dice", "lottery", "drand", "other"})
_SOURCE = Schema(
    "a tidy text of at most 500 characters",
    lambda value: isinstance(value, str) and len(value) <= 500 and tidy(value) == value,
)
ANNOUNCED = {
    "kind": _PART_KIND,
    "source": _SOURCE,
    "chain": Perhaps(DIGEST),
    "round": Perhaps(POSITIVE),
}
"""A part of a seed as it is announced."""
GIVEN = {**ANNOUNCED, "text": NAME, "signature": Perhaps(matching("96 hex digits", "[0-9a-f]{96}"))}
"""A part of a seed as it was given."""
SELECT_BEARING = {"narrow_rules": COUNT, "certain": COUNT, "doubles": COUNT}
CREW_BEARING = dict.fromkeys(
    ("recused", "recused_since", "absent", "absent_since", "least_choice"), COUNT
)
_COUNTS = {"scope": COUNT, "pool": COUNT, "directed": COUNT, "out": Named(COUNT)}


def first_mismatch(document: Any, shape: Shape, where: str = "") -> tuple[str, str, str] | None:
    """The first place at which a document does not have a shape: path, expected, found.

    A shape is a `Form`; None; a tuple of shapes of which one must fit; a mapping from every key to
    its shape (no other keys; those of a `Perhaps` may be missing); a `Named`; a list with the shape
    of each element; a type; or a set of allowed texts.
    """
    if isinstance(shape, Mapping | Named):
        return _misshapen_object(document, shape, where)
    if isinstance(shape, list):
        if not isinstance(document, list):
            return where, "list", _kind(document)
        for place, element in enumerate(document):
            mismatch = first_mismatch(element, shape[0], f"{where}[{place}]")
            if mismatch:
                return mismatch
        return None
    if isinstance(shape, tuple):
        tried = [first_mismatch(document, one, where) for one in shape]
        # The last shape is the fullest: what it misses tells most.
        return None if None in tried else tried[-1]
    if isinstance(shape, Schema):
        return None if shape.fits(document) else (where, shape.name, _kind(document))
    if isinstance(shape, frozenset):
        fits = isinstance(document, str) and document in shape
        return None if fits else (where, " | ".join(sorted(shape)), _kind(document))
    if shape is None:
        return None if document is None else (where, "null", _kind(document))
    return None if type(document) is shape else (where, shape.__name__, _kind(document))


def _misshapen_object(
    document: Any, shape: Mapping[str, Shape] | Named, where: str
) -> tuple[str, str, str] | None:
    if not isinstance(document, dict):
        return where, "object", _kind(document)
    if isinstance(shape, Named):
        if "" in document:
            return where, "keys that are not empty", '""'
        odd = (key for key in document if shape.pattern and not re.fullmatch(shape.pattern, key))
        if (key := next(odd, None)) is not None:
            return where, f"keys of the form {shape.pattern}", _kind(key)
        shape = dict.fromkeys(document, shape.shape)
    for key in sorted(shape.keys() | document.keys()):
        here = f"{where}.{key}" if where else str(key)
        if key not in shape:
            return here, "(nothing)", _kind(document[key])
        form = shape[key]
        if key not in document:
            if isinstance(form, Perhaps):
                continue
            return here, "a value", "(nothing)"
        mismatch = first_mismatch(
            document[key], form.shape if isinstance(form, Perhaps) else form, here
        )
        if mismatch:
            return mismatch
    return None


def _kind(value: Any) -> str:
    """A value as it is told of: texts and numbers themselves, anything else by its type."""
    if isinstance(value, str):
        return f'"{value[:80]}"'
    if isinstance(value, bool | int):
        return str(value)
    return "null" if value is None else type(value).__name__


# ------------------------------------------------------------------------------------ draw.json

_ROUND = {
    "commitment": DIGEST,
    "committed_at": TIME,
    "seed": (None, NAME),
    "parts": [GIVEN],
    "seeded_at": (None, TIME),
    "witnesses": [NAME],
    "key": (None, KEY),
}
_SELECT = {
    "plan": DIGEST,
    "frame": DIGEST,
    "lottery": DIGEST,
    "cells_root": DIGEST,
    **_ROUND,
    "outcome": (None, COUNT),
    "counts": _COUNTS,
    "bearing": SELECT_BEARING,
}
_BLIND = {"cell": KEY, "threshold": (None, DIGEST)}
_CELL = {
    **_BLIND,
    "number": POSITIVE,
    "codes": TEXT,
    "size": POSITIVE,
    "expected": POSITIVE,
    "count": COUNT,
}
_VISIT = {
    "entity_id": ENTITY,
    "name": NAME,
    "region": TEXT,
    "standing": frozenset({"pool", "directed"}),
    "cell": (None, POSITIVE),
    "expected": (None, COUNT),
    "ticket": DIGEST,
    "inspectors": [INSPECTOR],
    "reserve": TRUTH,
    "result": NAME,
}

_WITHDRAWAL = {
    "entity_id": ENTITY,
    "result": frozenset(GONE),
    "evidence": NAME,
    "at": TIME,
    "reserve": (None, ENTITY),
}
_RESULT = {
    "entity_id": ENTITY,
    "item_id": TEXT,
    "visited_on": DAY_OR_NOTHING,
    "method": frozenset({"", *codes("method")}),
    "result": frozenset(codes("result")) - {"0"},
    "follow_up": frozenset(codes("follow_up")),
    "follow_up_closed_on": DAY_OR_NOTHING,
}

RECORD = {
    "format": frozenset({FORMAT}),
    "draw": NAME,
    "title": NAME,
    "authority": NAME,
    "as_of": DAY,
    "plan": dict,
    "select": dict,
    "crew": (None, {"visits": DIGEST, "roster": DIGEST, "bearing": CREW_BEARING, **_ROUND}),
    "visits": list,
    "withdrawals": [_WITHDRAWAL],
    "results": [_RESULT],
    "abandoned": (None, {"at": TIME, "reason": NAME}),
    "previous": (None, DIGEST),
    "ledger": DIGEST,
}
"""draw.json, as far as it does not hang on its plan."""


ROWS_OF_RECORD: dict[str, Mapping[str, Shape]] = {"results": _RESULT, "visits": _VISIT}
"""The columns that rows of the long lists of a record may have, and their shapes."""


def parts_of_record(plan: Mapping[str, Any]) -> dict[str, Shape]:
    """The shapes of `select` and `visits`, which hang on whether the plan shows tiers."""
    return {
        "select": {**_SELECT, "cells": (None, [_CELL if tiers_shown(plan) else _BLIND])},
        "visits": [{column: _VISIT[column] for column in visit_columns(plan)}],
    }


# --------------------------------------------------------------------------------- ledger.jsonl

LINE = {"previous": DIGEST, "act": dict, "entry": DIGEST}
_COMMON = {"act": NAME, "at": TIME}
_OF_DRAW = {**_COMMON, "draw": NAME}
_ACTS: dict[str, dict[str, Shape]] = {
    "workspace": {**_COMMON, "register": PUBLISHED},
    "import": {
        **_COMMON,
        "register": _REGISTER,
        "files": [DIGEST],
        "rows": COUNT,
        "accepted": COUNT,
        "set_aside": COUNT,
        "content": DIGEST,
    },
    "register": {**_COMMON, "register": _REGISTER, "what": NAME, "content": DIGEST},
    "dismissal": {
        **_COMMON,
        "register": _REGISTER | {"results", "inspections"},
        "rows": COUNT,
        "set_aside": DIGEST,
        "reason": DIGEST,
    },
    "freeze": {
        **_OF_DRAW,
        "content": DIGEST,
        "plan": DIGEST,
        "frame": DIGEST,
        "lottery": DIGEST,
        "cells_root": DIGEST,
        "counts": _COUNTS,
        "bearing": SELECT_BEARING,
        "earlier": [NAME],
        "given_secret": Perhaps(TRUTH),
        "made_with": MADE_WITH,
    },
    "case": {**_COMMON, "kind": NAME, "case": NAME, "event": NAME, "content": DIGEST},
    "withdrawal": {
        **_OF_DRAW,
        "entity_id": ENTITY,
        "result": frozenset({*GONE, TAKEN_BACK}),
        "evidence": DIGEST,
        "reserve": (None, ENTITY),
    },
    "results": {**_OF_DRAW, "results": DIGEST, "number": COUNT},
    "seed": {
        **_OF_DRAW,
        "round": frozenset({"select", "crew"}),
        "seed": NAME,
        "parts": [GIVEN],
        "witnesses": DIGEST,
        "witnessed": COUNT,
        "key": KEY,
    },
    "draw": {
        **_OF_DRAW,
        "outcome": COUNT,
        "drawn": COUNT,
        "directed": COUNT,
        "reserves": COUNT,
        "visits": DIGEST,
        "cells": (None, DIGEST),
        "roster": DIGEST,
    },
    "crews": {**_OF_DRAW, "crews": DIGEST, "dealt": COUNT, "made_with": MADE_WITH},
    "publication": {
        **_OF_DRAW,
        "stage": frozenset({"committed", "drawn", "staffed", "dealt", "abandoned"}),
        "draw_json": DIGEST,
        "visits_csv": DIGEST,
        "sums": DIGEST,
    },
    "abandonment": {**_OF_DRAW, "reason": NAME},
}
_COMMITMENT = {**_OF_DRAW, "commitment": DIGEST, "parts": [ANNOUNCED]}
_COMMITMENTS = {
    "select": {
        **_COMMITMENT,
        "round": frozenset({"select"}),
        "plan": DIGEST,
        "frame": DIGEST,
        "lottery": DIGEST,
        "cells_root": DIGEST,
    },
    "crew": {
        **_COMMITMENT,
        "round": frozenset({"crew"}),
        "visits": DIGEST,
        "roster": DIGEST,
        "bearing": CREW_BEARING,
    },
}
_OF_2 = ("cells_root", "bearing", "given_secret", "parts", "roster")


def act_shape(act: Mapping[str, Any]) -> Shape:
    """The shape that an act of its kind has; of an unknown kind, one that it does not have."""
    kind = act.get("act")
    if kind == "commitment":
        round_ = act.get("round")
        shape = _COMMITMENTS["crew" if round_ == "crew" else "select"]
        return _older(shape, round_ == "crew") if is_older(act) else shape
    own = _ACTS.get(kind) if isinstance(kind, str) else None
    if own is None:
        return {"act": frozenset({*_ACTS, "commitment"})}
    return _older(own, False) if kind in ("freeze", "seed", "draw") and is_older(act) else own


def is_older(act: Mapping[str, Any]) -> bool:
    """Whether an act of a draw is written as version 1 of the protocol had it."""
    own = {"freeze": "cells_root", "draw": "roster"}.get(str(act.get("act")))
    return "source" in act if own is None else own not in act


def _older(shape: Mapping[str, Shape], is_crew: bool) -> Shape:
    """The shape of an act of version 1, which an older part of a ledger may hold."""
    kept = {
        key: one for key, one in shape.items() if key not in _OF_2 or (is_crew and key == "roster")
    }
    return {**kept, "source": TEXT} if "parts" in shape else kept
