"""How much a template of a bureau's own may take: steps, time, sizes of texts and of pages.

The sandbox keeps templates from Python's inside; these bounds keep them from using up the machine,
by mistake or not. Three things hold at every step, so that no detour around them is left:

* Whatever a template makes counts against what a page may make (`Meter.made`); so all that it can
  hold at any time is bounded, however it holds it.
* What would be far larger than what it is made of is measured before it is made: products, joined
  texts, formats, fillings, buffers of macros and blocks.
* A list or table that a template makes is bounded as it would be written out (`written_size`), what
  lies in it twice counted twice: writing and comparing it follow every way through it.

The bounds are far above what forms need.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sized
from typing import Any

from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError

LONGEST_TEXT = 2_000_000
"""Characters of one text that a template makes; also parts of a list."""
LONGEST_BLOCK = 50_000_000
"""Characters of what a macro or a block gives."""
LARGEST_PAGE = 400_000_000
"""Characters of one page; the record forms of 20,000 visits have some 60 million."""
LARGEST_LIST = LARGEST_PAGE
"""Characters of a list or table if it were written out; all visits may be sorted and grouped."""
MOST_MADE = 2_000_000_000
"""Bytes of everything that a template makes for one page, kept or not."""
LARGEST_NUMBER = 10_000
"""A width, a count, or an exponent."""
MOST_BITS = 200_000
"""Of a whole number."""
MOST_SECONDS = 600.0

_STEP = 16_000  # what a turn or a call counts as, in bytes made
_LOOK = 1_000_000  # bytes made between two looks at the clock
_FEW = 1_000  # a list of fewer parts is measured anew each time
_FLOAT = 350  # characters of the longest number with a point
_ESCAPED = 6  # characters that one may become in HTML

_NUMBER = re.compile(r"\d+")
_HANDED_IN = re.compile(r"\{[^{}]*\{|%[^a-zA-Z%]*\*")
_FILLING = {"center", "ljust", "rjust", "zfill", "expandtabs"}
_TRIMMING = {"strip", "lstrip", "rstrip"}
_OF_TEXT = {
    *_FILLING, *_TRIMMING, "capitalize", "casefold", "count", "endswith", "escape", "find",
    "format", "format_map", "index", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit",
    "isidentifier", "islower", "isnumeric", "isprintable", "isspace", "istitle", "isupper", "join",
    "lower", "partition", "removeprefix", "removesuffix", "replace", "rfind", "rindex",
    "rpartition", "rsplit", "split", "splitlines", "startswith", "striptags", "swapcase", "title",
    "unescape", "upper",
}  # fmt: skip
_OF_NUMBERS = {"bit_length", "is_integer"}
_VIEWS: tuple[type, ...] = (type({}.keys()), type({}.values()), type({}.items()))
_LISTS: tuple[type, ...] = (list, tuple, set, frozenset, *_VIEWS)


class BeyondBoundsError(SecurityError):
    """A template takes more than it may; the words for `code` are ``forms.bounds-<code>``."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class Meter:
    """What one page has taken so far; raises BeyondBoundsError where it is too much."""

    def __init__(self) -> None:
        self._end = time.monotonic() + MOST_SECONDS
        self._size = 0
        self._made = 0
        self._unseen = 0
        self._known: dict[int, tuple[Any, int]] = {}

    def step(self) -> None:
        """Count a turn of a loop or a call."""
        self._unseen += _STEP
        if self._unseen > _LOOK:
            self._look()

    def made(self, value: Any) -> Any:
        """Count a value that a template has made, and give it back."""
        size = sys.getsizeof(value)
        self._made += size
        self._unseen += size
        if self._made > MOST_MADE:
            raise BeyondBoundsError("made", most=MOST_MADE)
        if self._unseen > _LOOK:
            self._look()
        if isinstance(value, str):
            return value
        if isinstance(value, int):
            check_bits(value.bit_length())
        elif _holds(value):
            check_length(len(value))
            if self.written_size(value) > LARGEST_LIST:
                raise BeyondBoundsError("list", most=LARGEST_LIST)
        return value

    def written(self, size: int) -> None:
        """Count characters of the page."""
        self._size += size
        if self._size > LARGEST_PAGE:
            raise BeyondBoundsError("page", most=LARGEST_PAGE)
        self._look()

    def text_size(self, value: Any) -> int:
        """Characters of a value as a text, about; BeyondBoundsError for what is far too long."""
        if isinstance(value, str):
            return len(value)
        if isinstance(value, TemplateModule):
            raise BeyondBoundsError("imported")
        size = self.written_size(value)
        check_length(size)
        return size

    def written_size(self, value: Any) -> int:
        """Characters of a value if it were written out, about, from what lies in it.

        Raises RecursionError where lists lie in lists without end.
        """
        if isinstance(value, str):
            return len(value)
        if isinstance(value, int):
            return 4 + value.bit_length() // 3
        if not _holds(value):
            return _FLOAT if isinstance(value, float) else 24
        known = self._known.get(id(value))
        if known is not None:
            return known[1]
        parts: Iterable[Any] = (
            (part for pair in value.items() for part in pair) if isinstance(value, dict) else value
        )
        size = 2 + sum(self.written_size(part) + 2 for part in parts)
        if len(value) > _FEW or size > LONGEST_TEXT // _FEW:
            # Kept with the list itself, so that no other one comes to lie in its place.
            self._known[id(value)] = (value, size)
        return size

    def shown(self, text: str) -> str:
        """Count a text that is put into a page, and give it back: as `made`, and quicker."""
        size = len(text)
        self._made += size
        self._unseen += size
        if self._unseen > _LOOK:
            self.made("")
        return text

    def _look(self) -> None:
        self._unseen = 0
        if time.monotonic() > self._end:
            raise BeyondBoundsError("seconds", most=MOST_SECONDS)


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


def _holds(value: Any) -> bool:
    """Whether a value is a list or table whose parts are written out with it."""
    return isinstance(value, (*_LISTS, dict))


def counted(items: Iterable[Any], meter: Meter) -> Iterable[Any]:
    """The same items, each turn counted; what has no length is an iterator still."""
    return Counted(items, meter) if isinstance(items, Sized) else iter(Counted(items, meter))


def check_length(size: int, most: int = LONGEST_TEXT) -> None:
    """Raise BeyondBoundsError for a text or list longer than a form needs."""
    if size > most:
        raise BeyondBoundsError("length", most=most)


def check_bits(bits: int) -> None:
    """Raise BeyondBoundsError for a whole number with more digits than a form needs."""
    if bits > MOST_BITS:
        raise BeyondBoundsError("bits", most=MOST_BITS)


def check_number(value: Any, most: int = LARGEST_NUMBER) -> None:
    """Raise BeyondBoundsError for a width, count or exponent larger than a form needs."""
    if isinstance(value, int | float) and abs(value) > most:
        raise BeyondBoundsError("number", most=most)


def check_binop(meter: Meter, operator: str, left: Any, right: Any) -> None:
    """Raise BeyondBoundsError where ``left operator right`` would make something huge."""
    if operator == "*":
        if isinstance(left, int) and isinstance(right, int):
            check_bits(left.bit_length() + right.bit_length())
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Sized) and isinstance(other, int):
                check_length(len(one) * max(other, 0))
    elif operator == "+":
        if isinstance(left, Sized) and isinstance(right, Sized):
            check_length(len(left) + len(right))
    elif operator == "**":
        check_number(right)
        check_number(left)
    elif operator == "%" and isinstance(left, str):
        check_format(meter, left, right if isinstance(right, tuple) else (right,))


def check_format(meter: Meter, template: str, values: Iterable[Any]) -> None:
    """Raise BeyondBoundsError for a format that would make something huge.

    Each of its places can become as long as the longest value or the largest width in it; a width
    that is handed in is refused.
    """
    numbers = [
        int(digits) if len(digits) < 9 else sys.maxsize for digits in _NUMBER.findall(template)
    ]
    if _HANDED_IN.search(template):
        raise BeyondBoundsError("width")
    widest = max(numbers, default=0)
    check_number(widest)
    longest = max((_ESCAPED * meter.text_size(value) for value in values), default=0)
    places = template.count("%") + template.count("{")
    check_length(len(template) + places * max(longest, widest, _FLOAT))


def check_method(
    meter: Meter, called: Any, args: tuple[Any, ...], named: Mapping[str, Any]
) -> None:
    """Raise BeyondBoundsError for a method that would make something huge, or is not allowed."""
    # The sandbox wraps `format`; what it wraps knows the text.
    called = getattr(called, "__wrapped__", called)
    own = getattr(called, "__self__", None)
    name = getattr(called, "__name__", "")
    if not _is_for_templates(own, name):
        raise BeyondBoundsError("method", name=name)
    if not isinstance(own, str):
        return
    if name in _FILLING:
        for width in (*args[:1], *named.values()):
            check_number(width)
        if name == "expandtabs":
            tab = args[0] if args else named.get("tabsize", 8)
            check_length(len(own) + own.count("\t") * int(tab))
    elif name in _TRIMMING and args:
        check_trimmed(args[0])
    elif name in ("format", "format_map"):
        values: tuple[Any, ...] = (*args, *named.values())
        check_format(meter, own, values)
    elif name == "replace" and len(args) >= 2:
        check_replace(own, args[0], args[1])
    elif name == "join" and args:
        check_join(meter, own, args[0])
    elif name == "striptags":
        check_slow(own)


def _is_for_templates(own: Any, name: str) -> bool:
    """Whether templates may call a method: of texts and numbers those whose measure is known."""
    if isinstance(own, str):
        return name in _OF_TEXT
    if isinstance(own, type):
        return not issubclass(own, int | float | bytes) and (
            not issubclass(own, str) or name == "escape"
        )
    return not isinstance(own, int | float | complex | bytes | bytearray) or name in _OF_NUMBERS


def check_trimmed(characters: Any) -> None:
    """Raise BeyondBoundsError for more characters to trim than there are kinds of."""
    if isinstance(characters, str):
        check_length(len(characters), 1_000)


def check_slow(text: str) -> None:
    """Raise BeyondBoundsError for a text too long for what takes its length squared."""
    check_length(len(text), 100_000)


def check_replace(text: str, old: Any, new: Any) -> None:
    """Raise BeyondBoundsError where a replacement would make something huge."""
    times = text.count(str(old)) if isinstance(old, str) else len(text) + 1
    check_length(len(text) + times * _ESCAPED * len(str(new)))


def check_join(meter: Meter, between: str, items: Any) -> None:
    """Raise BeyondBoundsError where joining would make something huge; iterators are refused."""
    if isinstance(items, Sized) and isinstance(items, Iterable):
        size = sum(meter.text_size(item) + len(between) for item in items)
        check_length(size)
    else:
        raise BeyondBoundsError("joined")
