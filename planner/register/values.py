"""Cells to values: dates, counts, codes, lists; each text is judged once and remembered."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from yaohao.planner.vocabulary import terms
from yaohao.planner.vocabulary.divisions import division_by_name, is_division, is_listed
from yaohao.planner.vocabulary.industries import (
    industry_by_name,
    is_industry,
    section_agrees,
    section_of,
)
from yaohao.planner.vocabulary.text import is_code, tidy

_REMEMBERED = 500_000
FIRST_YEAR = 1900
LAST_DATE = "9999-12-31"
_LATEST_YEAR = 2100  # of what happened to an entity; certificates may run on
_EPOCH = date(1899, 12, 30)  # of Excel's serial numbers, right from 1 March 1900 on

_TIME = r"(?:[T ]*[0-9]{1,2}[:时][0-9]{2}.*)?"
_YMD = re.compile(r"([0-9]{4}) ?[-/.年] ?([0-9]{1,2}) ?[-/.月] ?([0-9]{1,2}) ?日?" + _TIME)
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{6}|\.0+)?")
_SERIAL = re.compile(r"([1-9][0-9]{4})(?:\.[0-9]+)?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})" + _TIME)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COUNT = re.compile(r"([0-9]{1,9})(?:\.0*)?")
_DIGITS = re.compile(r"([0-9]+)(?:\.0*)?")
_BARE_INDUSTRY = re.compile(r"[0-9]{2}|[0-9]{4}")
_SEPARATORS = re.compile(r"[;；,，、\n\r]+")

DATE_ORDERS = ("", "mdy", "dmy")
"""What a date like 03/04/2027 means: not settled, month first, day first."""


class ReadValue(NamedTuple):
    """A cell as read: its value; how it was repaired; why it is refused; what is odd about it."""

    text: str
    repaired: str = ""
    reason: str = ""
    warning: str = ""


Read = Callable[[str], ReadValue]


class Reader(dict[str, str]):
    """The texts of a column, each read once by `read`, after the replacements of `values`."""

    def __init__(self, read: Read, values: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.read = read
        self.replacements = dict(values or {})
        self.reasons: dict[str, str] = {}
        self.repairs: dict[str, str] = {}
        self.warnings: dict[str, str] = {}

    def __missing__(self, text: str) -> str:
        cell = self.read(self.replacements.get(text, self.replacements.get(text.strip(), text)))
        self[text] = cell.text
        for notes, note in (
            (self.reasons, cell.reason),
            (self.repairs, cell.repaired),
            (self.warnings, cell.warning),
        ):
            if note:
                notes[text] = note
        return cell.text

    def read_column(self, column: Any) -> ReadColumn:
        """An Arrow array of texts as read; a refused text stays as it is."""
        import numpy as np
        import pyarrow as pa

        if len(self) > _REMEMBERED:
            for notes in (self, self.reasons, self.repairs, self.warnings):
                notes.clear()
        encoded = column.dictionary_encode()
        indices = encoded.indices
        texts = encoded.dictionary.to_pylist()
        read = list(map(self.__getitem__, texts))
        values = column if read == texts else pa.array(read, pa.string()).take(indices)
        reasons = [self.reasons.get(text, "") for text in texts]
        refused: list[tuple[int, str]] = []
        if any(reasons):
            codes = indices.to_numpy()
            bad = np.flatnonzero(np.array([bool(reason) for reason in reasons])[codes])
            refused = [(index, reasons[codes[index]]) for index in bad.tolist()]
        return ReadColumn(values, refused, indices, texts)

    def note(
        self, column: ReadColumn, keep: Any, repaired: Counter[str], odd: Counter[str]
    ) -> None:
        """Add to the counts of what was repaired and what is odd in a column that was read; `keep`
        is an array of booleans over its rows, or None for all of them.
        """
        for notes, counts in ((self.repairs, repaired), (self.warnings, odd)):
            if not notes or notes.keys().isdisjoint(column.texts):
                continue
            import numpy as np

            codes = column.indices.to_numpy()
            times = np.bincount(codes if keep is None else codes[keep], minlength=len(column.texts))
            for text, count in zip(column.texts, times.tolist(), strict=True):
                if count and text in notes:
                    counts[notes[text]] += count


class ReadColumn(NamedTuple):
    """A column as read: an Arrow array of values; index and reason of refused texts; for each row
    the index of its text in `texts`.
    """

    values: Any
    refused: list[tuple[int, str]]
    indices: Any
    texts: list[str]


def is_blank(text: str) -> bool:
    """Whether a cell says that there is nothing: empty, a dash, 无, N/A …"""
    return not text or text.strip().lower() in terms.BLANKS


def normal(text: str) -> str:
    """NFKC, tidied: the form in which codes, numbers and dates are read."""
    return tidy(unicodedata.normalize("NFKC", text))


def _judged(text: str, value: str, how: str, warning: str = "") -> ReadValue:
    return ReadValue(value, "" if value == text else how, "", warning)


def read_date(order: str = "", latest: int = _LATEST_YEAR) -> Read:
    """A reader of dates: ISO, 20230105, 2023/1/5, 2023年1月5日, with a time of day behind, or an
    Excel serial number of five digits; `order` settles dates that end in the year.
    """

    def read(text: str) -> ReadValue:
        if is_blank(text):
            return ReadValue("")
        plain = normal(text)
        match = _YMD.fullmatch(plain) or _COMPACT.fullmatch(plain)
        if match:
            parts = (int(match[1]), int(match[2]), int(match[3]))
        elif serial := _SERIAL.fullmatch(plain):
            day = _EPOCH + timedelta(days=int(serial[1]))
            parts = (day.year, day.month, day.day)
        elif last := _YEAR_LAST.fullmatch(plain):
            first, second = int(last[1]), int(last[2])
            if not order and first != second and max(first, second) <= 12:
                return ReadValue(text, "", "ambiguous-date")
            month_first = order == "mdy" or (not order and second > 12)
            month, number = (first, second) if month_first else (second, first)
            parts = (int(last[3]), month, number)
        else:
            return ReadValue(text, "", "bad-date")
        try:
            value = date(*parts)
        except ValueError:
            return ReadValue(text, "", "impossible-date")
        if not FIRST_YEAR <= value.year <= latest:
            return ReadValue(text, "", "impossible-date")
        return _judged(text, value.isoformat(), "date-form")

    return read


def read_count(text: str) -> ReadValue:
    """A whole number from 0, as decimal text; nothing is 0."""
    if is_blank(text):
        return ReadValue("0")
    match = _COUNT.fullmatch(normal(text))
    if not match:
        return ReadValue(text, "", "bad-number")
    return _judged(text, str(int(match[1])), "number-form")


def read_term(column: str, default: str = "") -> Read:
    """A reader of a column of `yaohao.planner.vocabulary.terms.TERMS`; nothing is `default`."""

    def read(text: str) -> ReadValue:
        if is_blank(text):
            return ReadValue(default)
        code = terms.code_of(column, text)
        return (
            _judged(text, code, "translated") if code else ReadValue(text, "", "unknown-" + column)
        )

    return read


def read_region(text: str) -> ReadValue:
    """A division (GB/T 2260) by its code or by the name of a listed one."""
    if is_blank(text):
        return ReadValue("")
    plain = normal(text).replace(" ", "")
    digits = _DIGITS.fullmatch(plain)
    if not digits:
        code = division_by_name(plain)
        return ReadValue(code, "translated") if code else ReadValue(text, "", "unknown-division")
    code = digits[1]
    if not is_division(code):
        return ReadValue(text, "", "unknown-division")
    listed = is_listed(code[:6])
    return _judged(text, code, "code-form", "" if listed else "unlisted-division")


def read_industry(text: str) -> ReadValue:
    """An industry (GB/T 4754): letter and digits, bare digits (2 or 4: three may be a number that
    lost its leading zero), or the name of a section.
    """
    if is_blank(text):
        return ReadValue("")
    plain = normal(text).upper().replace(" ", "")
    if is_industry(plain):
        return _judged(
            text, plain, "code-form", "" if section_agrees(plain) else "industry-section"
        )
    if _BARE_INDUSTRY.fullmatch(plain) and section_of(plain):
        return ReadValue(section_of(plain) + plain, "translated")
    name = plain[1:] if plain[1:2] and is_industry(plain[0]) else plain
    letter = industry_by_name(name)
    if letter and (name == plain or letter == plain[0]):
        return ReadValue(letter, "translated")
    return ReadValue(text, "", "unknown-industry")


def read_free(default: str = "", reason: str = "bad-code") -> Read:
    """A reader of any code of the frame's form (`is_code`); nothing is `default`."""

    def read(text: str) -> ReadValue:
        plain = tidy(text)
        if not plain:
            return ReadValue(default)
        return (
            _judged(text, plain, "text-tidied") if is_code(plain) else ReadValue(text, "", reason)
        )

    return read


def split_list(text: str) -> list[str]:
    """The parts of a list in a cell, tidied, without empty ones; ``;`` ``,`` ``、`` part them."""
    return [part for piece in _SEPARATORS.split(text) if (part := tidy(piece))]


def read_fields(free: bool, values: Mapping[str, str] | None = None) -> Read:
    """A reader of key fields: codes sorted and joined by ``,``; `values` are for single ones."""
    replacements = dict(values or {})

    def read(text: str) -> ReadValue:
        if not free and (is_blank(text) or text.strip().lower() in terms.NO):
            return ReadValue("")
        codes = set()
        parts = split_list(text) if free else split_list(text.replace("/", ";").replace("|", ";"))
        for part in parts:
            plain = replacements.get(part, part)
            code = plain if free else terms.code_of("fields", plain)
            if not code or not is_code(code):
                return ReadValue(text, "", "unknown-fields")
            codes.add(code)
        value = ",".join(sorted(codes))
        return ReadValue(value, "" if codes == set(parts) else "translated")

    return read


def read_flag(text: str) -> ReadValue:
    """A yes-or-no cell: ``1`` or ""."""
    plain = normal(text).lower()
    if plain in terms.YES:
        return ReadValue("1")
    return ReadValue("") if plain in terms.NO else ReadValue(text, "", "bad-flag")


def read_period(text: str) -> list[str] | None:
    """First and last day of an absence as ISO dates, ``2027-01-12..2027-01-20`` or one day; ``/``,
    ``至``, ``~`` and ``to`` separate too where they do not belong to a date. None if unreadable.
    """
    day = read_date("", 9999)
    for mark in ("..", "至", "到", "~", "～", "—", " to ", " - ", "/"):
        first, separator, last = text.partition(mark)
        if separator:
            days = [day(first.strip()), day(last.strip())]
            if all(cell.text and not cell.reason for cell in days):
                return [cell.text for cell in days] if days[0].text <= days[1].text else None
    one = day(text)
    return None if one.reason or not one.text else [one.text, one.text]


def tidy_column(column: Any) -> tuple[Any, list[int]]:
    """An Arrow array of texts, every one tidied, and the indexes of those that this changed.

    A whole column is looked through at once before any text is looked at alone: texts that are
    printable, composed and without blanks at an end or in pairs are tidy.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    _, offsets, data = column.buffers()
    if data is None or not len(column):
        return column, []
    first, last = offset_range(column, offsets)
    joined = bytes(memoryview(data)[first:last]).decode("utf-8")
    if _looks_tidy(joined) and pc.utf8_trim_whitespace(column).equals(column):
        return column, []
    texts = column.to_pylist()
    changed = []
    for index, text in enumerate(texts):
        if _looks_tidy(text) and text[:1] != " " and text[-1:] != " ":
            continue
        clean = tidy(text)
        if clean != text:
            texts[index] = clean
            changed.append(index)
    return (pa.array(texts, pa.string()), changed) if changed else (column, [])


def _looks_tidy(text: str) -> bool:
    return text.isprintable() and "  " not in text and unicodedata.is_normalized("NFC", text)


def offset_range(column: Any, offsets: Any) -> tuple[int, int]:
    """Where in its data buffer the texts of an Arrow array begin and end."""
    ends = memoryview(offsets).cast("i")
    return ends[column.offset], ends[column.offset + len(column)]
