"""Reading `draw.json`: its long lists row by row, where they are written as they should be.

Whatever else stands there is read as a whole, within the limits of reading, so that what is found
wrong is told in the same words; a list may then be a list of Python, otherwise it is `HeldRows`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from yaohao.planner.plan.document import plan_from_document
from yaohao.planner.publication.record import EARLIER_FORMATS, FORMAT, readable_json
from yaohao.planner.publication.record_text import LONG_LISTS, list_columns, row_writer
from yaohao.planner.verification.pieces import BETWEEN_ROWS, OtherFormError, Source
from yaohao.planner.verification.reading import (
    MOST_BYTES,
    ReadingError,
    as_text,
    opened,
    parse_json,
    read_text,
)
from yaohao.planner.verification.schemas import (
    RECORD,
    ROWS_OF_RECORD,
    Shape,
    first_mismatch,
    parts_of_record,
)
from yaohao.planner.verification.seed_part_form import misfit_parts
from yaohao.planner.vocabulary.held_rows import HeldRows
from yaohao.planner.vocabulary.problems import PlannerError

FILE = "draw.json"


def read_record(folder: Path) -> dict[str, Any]:
    """draw.json, if every value in it has its place and its form; else ReadingError."""
    try:
        return _in_rows(folder)
    except OtherFormError:
        return _whole(folder)


def _whole(folder: Path) -> dict[str, Any]:
    text = read_text(folder, FILE)
    document = parse_json(FILE, text)
    _check_form(document)
    if not _is_readable(text, document):
        wrong = ("draw.json", "the stated form (sorted keys, two blanks)", "another form")
        raise ReadingError(f"draw.json: {wrong[0]}", wrong[2], wrong[1])
    return dict(document)


def _check_form(document: Any) -> None:
    """ReadingError for the first value of a record that has not its form."""
    older = document.get("format") if isinstance(document, dict) else None
    if older in EARLIER_FORMATS:
        expected = f"a bundle of {FORMAT}; use the verify.py that this one holds"
        raise ReadingError("draw.json: format", older, expected)
    wrong = first_mismatch(document, RECORD)
    if wrong is None:
        try:
            plan_from_document(document["plan"], "draw.json")
        except PlannerError as error:
            raise ReadingError("draw.json: plan", str(error), "a plan in full") from error
        for part, shape in parts_of_record(document["plan"]).items():
            wrong = wrong or first_mismatch(document[part], shape, part)
        for name in ("select", "crew"):
            if wrong is None and document[name] is not None:
                wrong = misfit_parts(document[name]["parts"], f"{name}.parts")
    if wrong is not None:
        raise ReadingError(f"draw.json: {wrong[0]}", wrong[2], wrong[1])


def _is_readable(text: str, document: Any) -> bool:
    return text in (readable_json(document), _by_units(document))


def _by_units(document: Any) -> str:
    """The readable form with keys in the order of RFC 8785: by UTF-16 units, not by characters.

    docs/bundle.md asks for sorted keys and leaves open which of the two orders that is.
    """

    def ordered(value: Any) -> Any:
        if isinstance(value, dict):
            keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
            return {key: ordered(value[key]) for key in keys}
        return [ordered(one) for one in value] if isinstance(value, list) else value

    return json.dumps(ordered(document), ensure_ascii=False, indent=2) + "\n"


def _in_rows(folder: Path) -> dict[str, Any]:
    """The record, its long lists as `HeldRows`; OtherFormError where it is not as it should be."""
    lists: dict[str, HeldRows] = {}
    with opened(folder, FILE, MOST_BYTES) as file:
        source = Source(file)
        parts = []
        for name in LONG_LISTS:
            head = f'\n  "{name}": ['
            parts += [source.before(head.encode()), head.encode(), b"]"]
            lists[name] = HeldRows((), ())
            for rows in source.rows():
                _take(lists, name, rows)
        parts.append(source.rest())
    try:
        text = as_text(FILE, b"".join(parts))
        document = parse_json(FILE, text)
        _check_form(document)
    except ReadingError as error:
        raise OtherFormError from error
    meant = list_columns(document["plan"])
    unlike = any(
        rows and sorted(rows.columns) != sorted(meant[name]) for name, rows in lists.items()
    )
    if unlike or not _is_readable(text, document):
        raise OtherFormError
    return {**document, **lists}


def _take(lists: dict[str, HeldRows], name: str, written: bytes) -> None:
    """Put rows, as they are written, behind those of a list."""
    try:
        text = written.decode("utf-8")
        rows = json.loads(f"[{{{text}}}]")
        if not lists[name]:
            lists[name] = HeldRows(sorted(rows[0]))
        write = row_writer(lists[name].columns)
        sound = BETWEEN_ROWS.decode().join(map(write, rows)) == text
        if not sound or not _fit(rows, ROWS_OF_RECORD[name], lists[name].columns):
            raise OtherFormError
        lists[name].extend(rows)
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError) as error:
        raise OtherFormError from error


def _fit(
    rows: Sequence[Mapping[str, Any]], shapes: Mapping[str, Shape], columns: Sequence[str]
) -> bool:
    """Whether all values of rows have the shape of their column; each of them is looked at once."""
    for column in columns:
        values, shape = [row[column] for row in rows], shapes[column]
        if isinstance(shape, list):
            if set(map(type, values)) != {list}:
                return False
            values, shape = list(chain.from_iterable(values)), shape[0]
        # 1 and true are one value in a set.
        if len(set(map(type, values)) - {type(None)}) > 1:
            return False
        if any(first_mismatch(value, shape) is not None for value in set(values)):
            return False
    return True
