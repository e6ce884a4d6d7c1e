"""How much a template of a bureau's own may take: steps, time, sizes of texts and of pages.

The sandbox keeps templates from Python's inside; these bounds keep them from using up the machine,
by mistake or not: loops and calls are counted, texts that grow by multiplication, joining, filling
or formatting are measured before they are made. The bounds are far above what forms need.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from functools import wraps
from typing import Any

from jinja2.exceptions import SecurityError

LONGEST_TEXT = 2_000_000
"""Characters of one text that a template makes."""
LARGEST_PAGE = 400_000_000
"""Characters of one page; the record forms of 20,000 visits have some 60 million."""
LARGEST_NUMBER = 10_000
"""A width, a count, or an exponent."""
MOST_SECONDS = 600.0
_OFTEN = 4096  # steps between two looks at the clock

_WIDE = re.compile(r"\d{5,}")
_HANDED_IN = re.compile(r"\{[^{}]*\{|%[^a-zA-Z%]*\*")
_FILLING = {"center", "ljust", "rjust", "zfill", "expandtabs"}
_COUNTING = {"center", "batch", "slice", "wordwrap", "indent"}
"""Filters that take a width or a number of things to make."""


class Meter:
    """What one page has taken so far; raises `SecurityError` where it is too much."""

    def __init__(self) -> None:
        self._steps = 0
        self._end = time.monotonic() + MOST_SECONDS
        self._size = 0

    def step(self) -> None:
        """Count a turn of a loop or a call."""
        self._steps += 1
        if self._steps % _OFTEN == 0 and time.monotonic() > self._end:
            raise SecurityError(f"it takes more than {MOST_SECONDS:.0f} seconds")

    def written(self, size: int) -> None:
        """Count characters of the page."""
        self._size += size
        if self._size > LARGEST_PAGE:
            raise SecurityError(f"the page has more than {LARGEST_PAGE} characters")
        if time.monotonic() > self._end:
            raise SecurityError(f"it takes more than {MOST_SECONDS:.0f} seconds")


class Counted:
    """An iterable each turn of which is counted; its length is known where that of `items` is."""

    def __init__(self, items: Iterable[Any], meter: Meter) -> None:
        self._items, self._meter = items, meter

    def __iter__(self) -> Iterator[Any]:
        for item in self._items:
            self._meter.step()
            yield item

    def __len__(self) -> int:
        if isinstance(self._items, Sized):
            return len(self._items)
        raise TypeError("the length is not known")


def check_length(size: int) -> None:
    """Raise `SecurityError` for a text or list longer than a form needs."""
    if size > LONGEST_TEXT:
        raise SecurityError(f"a text or list of more than {LONGEST_TEXT} would be made")


def check_binop(operator: str, left: Any, right: Any) -> None:
    """Raise `SecurityError` where ``left operator right`` would make something huge."""
    if operator == "*":
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Sized) and isinstance(other, int):
                check_length(len(one) * max(other, 0))
    elif operator == "+":
        if isinstance(left, Sized) and isinstance(right, Sized):
            check_length(len(left) + len(right))
    elif operator == "**":
        _check_number(right)
        _check_number(left)
    elif operator == "%" and isinstance(left, str):
        check_format(left)


def check_format(template: str) -> None:
    """Raise `SecurityError` for a format with a huge width, or one whose width is handed in."""
    if _WIDE.search(template) or _HANDED_IN.search(template):
        raise SecurityError(f"a width above {LARGEST_NUMBER}, or one that is not written out")


def check_method(called: Any, args: Iterable[Any]) -> None:
    """Raise `SecurityError` where a method of a text would make something huge."""
    # The sandbox wraps `format`; what it wraps knows the text.
    called = getattr(called, "__wrapped__", called)
    own = getattr(called, "__self__", None)
    name = getattr(called, "__name__", "")
    if not isinstance(own, str):
        return
    args = tuple(args)
    if name in _FILLING:
        for width in args[:1]:
            _check_number(width)
    elif name in ("format", "format_map"):
        check_format(own)
    elif name == "replace" and len(args) >= 2:
        check_replace(own, args[0], args[1])
    elif name == "join" and args:
        check_join(own, args[0])
    elif name == "translate":
        raise SecurityError("translate is not for templates")


def check_replace(text: str, old: Any, new: Any) -> None:
    """Raise `SecurityError` where a replacement would make something huge."""
    check_length(len(text) + text.count(str(old)) * len(str(new)))


def check_join(between: str, items: Any) -> None:
    """Raise `SecurityError` where joining would make something huge; iterators are refused."""
    if isinstance(items, Sized) and isinstance(items, Iterable):
        check_length(sum(len(str(item)) + len(between) for item in items))
    else:
        raise SecurityError("what is joined must be a list")


def bounded_filter(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter of Jinja's that refuses huge numbers, and results longer than a form needs."""
    hidden = 1 if hasattr(function, "jinja_pass_arg") else 0

    @wraps(function)
    def bounded(*args: Any, **named: Any) -> Any:
        value, *others = args[hidden:]
        if name in _COUNTING:
            for other in (*others, *named.values()):
                _check_number(other)
        if name == "replace":
            check_replace(str(value), *others[:2])
        elif name == "format":
            check_format(str(value))
        elif name == "indent":
            width = others[0] if others else named.get("width", 4)
            width = len(width) if isinstance(width, str) else width
            check_length(len(str(value)) + (str(value).count("\n") + 1) * width)
        result = function(*args, **named)
        if isinstance(result, Sized):
            check_length(len(result))
        return result

    return bounded


def _check_number(value: Any) -> None:
    if isinstance(value, int | float) and abs(value) > LARGEST_NUMBER:
        raise SecurityError(f"a number above {LARGEST_NUMBER}")
