"""`draw.json` as text in pieces: its long lists are never in memory as a whole.

The form is `readable_json`'s, to the last character (docs/bundle.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from json.encoder import encode_basestring
from typing import Any

from yaohao.planner.publication.record import RESULT_COLUMNS, readable_json, visit_columns

LONG_LISTS = ("results", "visits")
"""The lists of a record that grow with its draw, in the order in which they stand in it."""

AT_ONCE = 1_000
"""Rows of such a list that are text at a time."""

_BETWEEN = "\n    },\n    {\n"


def list_columns(plan: Mapping[str, Any]) -> dict[str, list[str]]:
    """The columns of the long lists of a record, by the lists' names."""
    return {"results": list(RESULT_COLUMNS), "visits": visit_columns(plan)}


def record_text(document: Mapping[str, Any]) -> Iterator[str]:
    """The text of a record, as `readable_json` writes it, in pieces.

    `results` and `visits` may be any iterables of rows that have one form each, of texts, whole
    numbers, truths, None, and lists of texts.
    """
    bare = readable_json({**document, **{name: [] for name in LONG_LISTS}})
    for name in LONG_LISTS:
        mark = f'\n  "{name}": []'
        # No text of JSON has a line feed of its own, and nothing inside stands so far left.
        before, _, bare = bare.partition(mark)
        yield before
        yield from _list_text(name, document[name])
    yield bare


def _list_text(name: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    source = iter(rows)
    first = next(source, None)
    if first is None:
        yield f'\n  "{name}": []'
        return
    write = row_writer(first)
    yield f'\n  "{name}": [\n    {{\n'
    source, before = chain([first], source), ""
    while some := list(islice(source, AT_ONCE)):
        yield before + _BETWEEN.join(map(write, some))
        before = _BETWEEN
    yield "\n    }\n  ]"


def row_writer(columns: Iterable[str]) -> Callable[[Mapping[str, Any]], str]:
    """What writes a row of a long list, without the braces around it."""
    names = sorted(columns)
    heads = [f"      {encode_basestring(name)}: " for name in names]

    def write(row: Mapping[str, Any]) -> str:
        return ",\n".join(
            [
                head + (encode_basestring(value) if type(value) is str else _text(value))
                for head, value in zip(heads, map(row.__getitem__, names), strict=True)
            ]
        )

    return write


def _text(value: Any) -> str:
    """A value other than a text as it stands in a row."""
    if type(value) is list and value:
        inner = ",\n        ".join(map(_item, value))
        return f"[\n        {inner}\n      ]"
    return json.dumps(value)


def _item(value: Any) -> str:
    return encode_basestring(value) if type(value) is str else json.dumps(value)
