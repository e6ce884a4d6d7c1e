"""What is typed into the filter of a table whose rows are all there: words, and columns by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yaohao.planner.vocabulary.filter_words import FilterWord, filter_words
from yaohao.planner.wording.messages import LANGUAGES, say
from yaohao.tui.widgets.columns import Column
from yaohao.tui.widgets.rows import Row, bare, number_of, order_key

FEW = 20
"""Alternatives of which each may be part of a text; of more, each is a whole one."""

NOTHING = frozenset(("none", "never", "-", "无", "空", "从未"))
"""How people ask for what is not there."""

_COMPARED = re.compile(r"(<=|>=|<|>|=)(.+)", re.DOTALL)
_TIME = re.compile(r"\d+")


def column_names(columns: Sequence[Column]) -> dict[str, int]:
    """What the columns of a table can be asked for by: their keys and headings, both languages."""
    names: dict[str, int] = {}
    for place, column in enumerate(columns):
        if column.words and not column.drawn:
            headings = [say(column.words, lang) for lang in LANGUAGES]
            for name in (column.key, *headings):
                names.setdefault("".join(name.split()).casefold(), place)
    return names


@dataclass(frozen=True)
class TableFilter:
    """The words of a filter, of which each has to hold; `unknown` are those that are not known."""

    words: tuple[tuple[FilterWord, int | None], ...]
    unknown: tuple[str, ...]

    def holds(self, texts: Callable[[], Iterable[str]], row: Callable[[], Row]) -> bool:
        """Whether a row has all that is asked for: anywhere in its texts, or in a column."""
        told: str | None = None
        pieces: list[str] = []
        for word, place in self.words:
            if not word.values:
                continue  # somebody in the middle of typing
            if place is not None:
                found = any(_is_in(row()[place], value) for value in word.values)
            else:
                if told is None:
                    pieces = [text.casefold() for text in texts()]
                    told = " ".join(pieces)
                found = _is_part(word, told, pieces)
            if found is word.turned:
                return False
        return True


def table_filter(
    typed: str, columns: Sequence[Column], also: Mapping[str, Any] | None = None
) -> TableFilter:
    """The filter typed, over the columns of a table; words of the keys `also` are another's."""
    names = column_names(columns)
    words: list[tuple[FilterWord, int | None]] = []
    unknown: list[str] = []
    for word in filter_words(typed):
        key = word.key.casefold()
        if also is not None and key in also:
            continue
        place = names.get(key) if key else None
        if place is None and not word.key:
            words.append((_as_it_stands(word), None))
        elif place is None:
            words.append((FilterWord(word.typed, "", (word.alone,), word.turned), None))
            if not _TIME.fullmatch(key):
                unknown.append(word.typed)
        else:
            words.append((word, place))
    return TableFilter(tuple(words), tuple(unknown))


def _as_it_stands(word: FilterWord) -> FilterWord:
    """A word that asks for no column, with the minus before it: codes may begin with one."""
    if not word.turned:
        return word
    first = word.values[:1]
    values = (*(f"-{one}" for one in first), *word.values[1:])
    return FilterWord(word.typed, "", values, turned=False)


def unknown_words(found: Sequence[str], columns: Sequence[Column]) -> str:
    """What to say of words that a filter does not know; nothing where it knows all."""
    if not found:
        return ""
    return unknown_terms(found, [one.heading() for one in columns if one.words and not one.drawn])


def unknown_terms(found: Sequence[str], known: Sequence[str]) -> str:
    """What to say of terms of a filter that are not known, beside what can be asked for."""
    return "! " + say("tui_table.no-column", words=list(found), known=list(known)) if found else ""


def _is_part(word: FilterWord, words: str, pieces: Sequence[str]) -> bool:
    if len(word.values) > FEW:
        wanted = _folded(word.values)
        return any(piece in wanted for piece in pieces)
    return any(value.casefold() in words for value in word.values)


_last: tuple[tuple[str, ...], frozenset[str]] = ((), frozenset())


def _folded(values: tuple[str, ...]) -> frozenset[str]:
    """Values in small letters; those asked for last are kept, since every row asks for them."""
    global _last  # noqa: PLW0603
    if _last[0] is not values:
        _last = (values, frozenset(value.casefold() for value in values))
    return _last[1]


def _is_in(cell: Any, value: str) -> bool:
    """Whether a cell has a value: as part of its text, or before or after it (``<``, ``>=``)."""
    told = bare(cell)
    text = "" if told is None else str(told).strip().casefold()
    if value.casefold() in NOTHING:
        return text in ("", "-")
    compared = _COMPARED.fullmatch(value)
    if compared is None:
        return value.casefold() in text
    sign, wanted = compared[1], compared[2]
    if sign == "=":
        return text == wanted.casefold()
    if not text or (number_of(wanted) is None) != (number_of(told) is None):
        return False
    one, other = order_key(told), order_key(wanted)
    if number_of(wanted) is None and sign in ("<=", ">"):  # all of a month is not after the month
        other = (other[0], other[1], other[2] + "~")
    return {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[sign]
