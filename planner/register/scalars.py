"""Values of cells as texts, whatever kind of file they come from."""

from __future__ import annotations

from datetime import date, datetime, time
from math import isfinite
from typing import Any

_EXACT = 10**15  # beyond it a float no longer holds every whole number that a sheet may show


def cell_text(value: Any) -> str:
    """The text of a cell: whole floats without a point, dates in ISO form, lists joined by ``;``.

    A float too large to be exact keeps its form as a float, so that a code which went through
    one is recognised as damaged. Raises TypeError for a value that is no scalar or list.
    """
    text: str
    match value:
        case str():
            text = value
        case None:
            text = ""
        case bool():
            text = "true" if value else "false"
        case float():
            text = _float_text(value)
        case datetime():
            midnight = value.time() == time()
            text = value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
        case date():
            text = value.isoformat()
        case list() | tuple():
            text = ";".join(_item_text(item) for item in value)
        case dict():
            raise TypeError("dict")
        case _:
            text = str(value)
    return text


def _float_text(value: float) -> str:
    if not isfinite(value):
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)


def _item_text(item: Any) -> str:
    """An item of a list; a pair, as a period of absence, becomes ``from..to``."""
    if isinstance(item, list | tuple) and len(item) == 2:
        if any(isinstance(end, list | tuple | dict) for end in item):
            raise TypeError(type(item).__name__)
        return "..".join(cell_text(end) for end in item)
    if isinstance(item, list | tuple | dict):
        raise TypeError(type(item).__name__)
    return cell_text(item)
