"""Cells to values: counts, codes, lists; each text is judged once and remembered."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from yaohao.planner.register.cells import Read, ReadValue, is_blank, judged
from yaohao.planner.vocabulary import terms
from yaohao.planner.vocabulary.text import is_code, tidy

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

_REMEMBERED = 500_000
_COUNT = re.compile(r"([0-9]{1,9})(?:\.0*)?")
_SEPARATORS = re.compile(r"[;；,，、|｜\n\r]+")
_IN_CODE = re.compile(r"\s*[|,/｜，／]+\s*")
_UNREAD = 10_000  # different texts that were not understood which are counted each


class Reader(dict[str, str]):
    """The texts of a column, each read once by `read`, after the replacements of `values`."""

    def __init__(self, read: Read, values: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.read = read
        self.replacements = dict(values or {})
        self.reasons: dict[str, str] = {}
        self.repairs: dict[str, str] = {}
        self.warnings: dict[str, str] = {}
        self.unread: dict[str, str] = {}
        """Texts that were not understood, and are taken for nothing."""

    def __missing__(self, text: str) -> str:
        cell = self.read(self.replacements.get(text, self.replacements.get(text.strip(), text)))
        self[text] = cell.text
        for notes, note in (
            (self.reasons, cell.reason),
            (self.repairs, cell.repaired),
            (self.warnings, cell.warning),
            (self.unread, text if cell.unread else ""),
        ):
            if note:
                notes[text] = note
        return cell.text

    def read_column(self, column: pa.Array) -> ReadColumn:
        """An Arrow array of texts as read; a refused text stays as it is."""
        import numpy as np
        import pyarrow as pa

        if len(self) > _REMEMBERED:
            for notes in (self, self.reasons, self.repairs, self.warnings, self.unread):
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

    def note(self, column: ReadColumn, keep: NDArray[np.bool_] | None, counts: ReadCounts) -> None:
        """Add to the counts of what was repaired, is odd and was not understood in a column that
        was read; `keep` is an array of booleans over its rows, or None for all of them.
        """
        noted = (
            (self.repairs, counts.repaired),
            (self.warnings, counts.warnings),
            (self.unread, counts.unread),
        )
        for notes, numbers in noted:
            if not notes or notes.keys().isdisjoint(column.texts):
                continue
            import numpy as np

            codes = column.indices.to_numpy()
            times = np.bincount(codes if keep is None else codes[keep], minlength=len(column.texts))
            for text, count in zip(column.texts, times.tolist(), strict=True):
                if count and text in notes and (text in numbers or len(numbers) < _UNREAD):
                    numbers[notes[text]] += count


class ReadCounts(NamedTuple):
    """How often cells were repaired, were odd, by how; and which texts were not understood."""

    repaired: Counter[str]
    warnings: Counter[str]
    unread: Counter[str]


class ReadColumn(NamedTuple):
    """A column as read: an Arrow array of values; index and reason of refused texts; for each row
    the index of its text in `texts`.
    """

    values: pa.Array
    refused: list[tuple[int, str]]
    indices: pa.Array
    texts: list[str]


def normal(text: str) -> str:
    """NFKC, tidied: the form in which codes, numbers and dates are read."""
    return tidy(unicodedata.normalize("NFKC", text))


def read_count(text: str) -> ReadValue:
    """A whole number from 0, as decimal text; nothing is 0."""
    if is_blank(text):
        return ReadValue("0")
    match = _COUNT.fullmatch(normal(text))
    if not match:
        return ReadValue(text, "", "bad-number")
    return judged(text, str(int(match[1])), "number-form")


def read_term(column: str, default: str = "") -> Read:
    """A reader of a column of `yaohao.planner.vocabulary.terms.TERMS`; nothing is `default`."""

    def read(text: str) -> ReadValue:
        if is_blank(text):
            return ReadValue(default)
        code = terms.code_of(column, text)
        return (
            judged(text, code, "translated") if code else ReadValue(text, "", "unknown-" + column)
        )

    return read


def read_free(default: str = "", reason: str = "bad-code") -> Read:
    """A reader of any code of the frame's form (`is_code`); nothing is `default`.

    ``|``, ``,`` and ``/`` in it become a hyphen: a frame parts its codes by them.
    """

    def read(text: str) -> ReadValue:
        plain = tidy(text)
        if not is_code(plain):
            fit = _IN_CODE.sub("-", plain).strip("-")
            if not is_code(fit):
                return ReadValue(text, "", reason)
            return ReadValue(fit or default, "separators-replaced")
        return judged(text, plain, "text-tidied") if plain else ReadValue(default)

    return read


def lenient(read: Read) -> Read:
    """As `read`, but what it refuses is taken for nothing, and noted as not understood."""

    def read_or_leave(text: str) -> ReadValue:
        value = read(text)
        return ReadValue("", unread=True) if value.reason else value

    return read_or_leave


def split_list(text: str) -> list[str]:
    """The parts of a list in a cell, tidied, without empty ones; ``;`` ``,`` ``、`` ``|`` part."""
    return [part for piece in _SEPARATORS.split(text) if (part := tidy(piece))]


def split_codes(text: str) -> list[str]:
    """As `split_list`, also at ``/``, which no code holds and every period may."""
    return split_list(text.replace("/", ";").replace("／", ";"))


def read_fields(free: bool, values: Mapping[str, str] | None = None) -> Read:
    """A reader of key fields: codes sorted and joined by ``,``; `values` are for single ones."""
    replacements = dict(values or {})

    def read(text: str) -> ReadValue:
        if not free and (is_blank(text) or text.strip().lower() in terms.NO):
            return ReadValue("")
        codes = set()
        parts = split_codes(text)
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


def tidy_column(column: pa.Array) -> tuple[pa.Array, list[int]]:
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


def offset_range(column: pa.Array, offsets: pa.Buffer) -> tuple[int, int]:
    """Where in its data buffer the texts of an Arrow array begin and end."""
    ends = memoryview(offsets).cast("i")
    return ends[column.offset], ends[column.offset + len(column)]
