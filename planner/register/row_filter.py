"""Rows of a file that are no rows of its table: totals, headings again, examples, empty forms.

And rows with cells that hold a fault instead of a value (#N/A): what they say is not known.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from yaohao.planner.register.cells import is_blank
from yaohao.planner.register.columns import REQUIRED, ColumnMatch
from yaohao.planner.register.delimited import Chunk, Rejected, named
from yaohao.planner.register.headings import heading_key
from yaohao.planner.register.values import offset_range

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

EXAMPLE_MARKS = ("（示例）", "(example)")
"""What the id of an example row of a template begins with."""

NO_VALUE = "#FORMULA!"
"""What stands in a cell whose formula was never worked out."""

FAULTS = frozenset(
    (
        "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
        "#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", NO_VALUE,
    )
)  # fmt: skip
"""What spreadsheet programs write into a cell that has no value."""

_FAULT = re.compile(b"#")

_KEYS = {
    "inspectors": "inspector_id", "items": "item_id", "lists": "item_id",
}  # fmt: skip
_NOT_FILLED = {"results": ("result", "visited_on", "follow_up", "follow_up_closed_on")}
"""Fields all of which are empty in a row of a form that nobody filled in."""

_SERIAL_HEADINGS = frozenset(map(heading_key, ("序号", "编号", "行号", "no", "no.", "#", "number")))
_COUNT = r"[:：]?[(（]?\d*[)）]?(?:户|家|行|条|个|项|人|件|次|rows|entities)?[)）]?"
_TOTAL = re.compile(
    r"(?:(?:grand|sub|page|overall|running|sheet|table)?totals?|sum|totalsum|grandsum"
    r"|(?:本页|本表|全部|以上|各项|总)?(?:合计|总计|小计|共计|累计)数?)" + _COUNT
)
_TOTAL_AT_END = re.compile(r".{0,12}(?:合计|总计|小计|subtotal|total)" + _COUNT)
_JOINTS = re.compile(r"[\s\-_*—–=.]+")
_LONGEST = 60  # bytes of a cell that names a total
# The first two bytes of cells that may name a total or an example. Chinese: of the first character.
_STARTS = frozenset(
    first << 8 | second
    for word in ("to", "gr", "su", "pa", "ov", "ru", "sh", "ta", "(e")
    for first, second in {
        tuple(word.encode()), tuple(word.upper().encode()), tuple(word.capitalize().encode()),
    }
) | frozenset(
    word.encode()[0] << 8 | word.encode()[1]
    for word in ("合", "总", "小", "共", "累", "本", "全", "以", "各", "（", "(示")
)  # fmt: skip
_ODD_STARTS = frozenset(b" \t*-=#\xe3\xef")  # blanks and signs in front, full-width letters


def is_total(text: str) -> bool:
    """Whether a cell says that its row sums up others: Total, Grand-total, 合计, 小计：3户 …"""
    if len(text) > _LONGEST:
        return False
    return bool(_TOTAL.fullmatch(_plain(text)))


def _plain(text: str) -> str:
    return _JOINTS.sub("", unicodedata.normalize("NFKC", text).casefold())


def is_example(text: str) -> bool:
    """Whether an id is marked as that of an example row of a template."""
    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).strip().casefold()
    return plain.startswith(tuple(unicodedata.normalize("NFKC", mark) for mark in EXAMPLE_MARKS))


class RowFilter:
    """Takes the rows out of the chunks of one file that are none of its table."""

    def __init__(self, register: str, headings: Sequence[str], columns: ColumnMatch) -> None:
        self.register = register
        self.headings = tuple(headings)
        self.columns = columns
        self.keys = {heading_key(heading) for heading in headings if heading.strip()}
        key = columns.fields.get(_KEYS.get(register, "entity_id"))
        further = columns.also.get(_KEYS.get(register, "entity_id"), ())
        self.ids = [index for index in (key, *further, columns.second) if index is not None]
        self.names = {index: name for name, index in columns.fields.items()}
        self.names |= {index: name for name, also in columns.also.items() for index in also}
        self.names |= {index: code for code, index in columns.flags.items()}
        if columns.second is not None:
            self.names.setdefault(columns.second, "entity_id")
        self.required = [
            columns.fields[name] for name in REQUIRED[register] if name in columns.fields
        ]

    def sift(self, chunk: Chunk) -> tuple[Chunk, Counter[str]]:
        """A chunk without the rows that are none, which are rejected; those that are left out
        without being set aside, by kind.
        """
        import numpy as np
        import pyarrow as pa

        left: Counter[str] = Counter()
        count = len(chunk.lines)
        if not count:
            return chunk, left
        looked = self._candidates(chunk)
        faults = self._faults(chunk)
        if not looked and not faults:
            return chunk, left
        picked = sorted({*looked, *faults})
        indexes = pa.array(picked, pa.int64())
        texts = [column.take(indexes).to_pylist() for column in chunk.columns]
        keep = np.ones(count, np.bool_)
        rejected = list(chunk.rejected)
        for index, row in zip(picked, zip(*texts, strict=True), strict=True):
            kind = self._kind(row)
            if kind in ("example-row", "not-filled"):
                left[kind] += 1
            elif kind or index in faults:
                reason, shown, column = kind, self._shown(row), ""
                if not kind:
                    shown, at = faults[index]
                    column = self.names[at]
                    reason = "formula-without-value" if shown == NO_VALUE else "error-cell"
                line = chunk.lines[index]
                cells = named(self.headings, row)
                rejected.append(Rejected(line, reason, shown, cells, column))
            else:
                continue
            keep[index] = False
        if keep.all():
            return chunk, left
        mask = pa.array(keep)
        lines = np.asarray(chunk.lines)[keep].tolist()
        columns = [column.filter(mask) for column in chunk.columns]
        return replace(chunk, columns=columns, lines=lines, rejected=rejected), left

    def _candidates(self, chunk: Chunk) -> list[int]:
        """The indexes of rows that are looked at one by one."""
        import numpy as np

        if self.register != "entities":  # small, and read row by row anyway
            return list(range(len(chunk.lines)))
        masks = [_odd(chunk.columns[index]) for index in {0, *self.ids[:1]}]
        masks += [_equal(chunk.columns[index], self.headings[index]) for index in self.ids[:1]]
        candidates: list[int] = np.flatnonzero(np.logical_or.reduce(masks)).tolist()
        return candidates

    def _kind(self, row: Sequence[str]) -> str:
        """What a row is instead of a row of the table, "" for one that is."""
        filled = [index for index, text in enumerate(row) if text.strip()]
        if not filled:
            return ""
        has_id = any(not is_blank(row[index]) for index in self.ids)
        if any(is_example(row[index]) for index in self.ids):
            return "example-row"
        again = sum(heading_key(row[index]) in self.keys for index in filled)
        if again >= min(2, len(self.keys)) and again * 3 >= len(filled) * 2:
            return "repeated-heading"
        if self._is_total(row, filled, has_id):
            return "total"
        if len(filled) == 1 and self._is_serial(row, filled[0]):
            return "not-filled"
        empty = [
            self.columns.fields[name]
            for name in _NOT_FILLED.get(self.register, ())
            if name in self.columns.fields
        ]
        if has_id and empty and all(is_blank(row[index]) for index in empty):
            return "not-filled"
        return ""

    def _is_serial(self, row: Sequence[str], index: int) -> bool:
        return row[index].strip().isdecimal() and (
            heading_key(self.headings[index]) in _SERIAL_HEADINGS
            if index < len(self.headings)
            else False
        )

    def _is_total(self, row: Sequence[str], filled: Sequence[int], has_id: bool) -> bool:
        if any(is_total(row[index]) for index in self.ids):
            return True
        first = filled[0]
        if not has_id:
            return is_total(row[first]) or bool(
                len(row[first]) <= _LONGEST and _TOTAL_AT_END.fullmatch(_plain(row[first]))
            )
        # A firm may be called Total: beside an id that is none of a number it is one.
        if first == self.columns.fields.get("name"):
            ids = "".join(row[index] for index in self.ids)
            return is_total(row[first]) and _plain(ids).replace(",", "").isdecimal()
        return is_total(row[first])

    def _faults(self, chunk: Chunk) -> dict[int, tuple[str, int]]:
        """Rows with a fault in a column that is used: index → what stands there, and where."""
        import pyarrow as pa
        import pyarrow.compute as pc

        first: dict[int, tuple[str, int]] = {}
        known = pa.array(sorted(FAULTS), pa.string())
        for at in self.names:
            column = chunk.columns[at]
            if not _may_fault(column):
                continue
            for index in pc.indices_nonzero(pc.is_in(column, value_set=known)).to_pylist():
                first.setdefault(index, (column[index].as_py(), at))
        return first

    def _shown(self, row: Sequence[str]) -> str:
        return next((row[index] for index in (*self.ids, 0) if row[index].strip()), "")


def _may_fault(column: pa.Array) -> bool:
    """Whether a column has the characters with which faults begin anywhere: a look at its bytes."""
    _, offsets, data = column.buffers()
    if data is None or not len(column):
        return False
    first, last = offset_range(column, offsets)
    return _FAULT.search(memoryview(data)[first:last]) is not None


def _equal(column: pa.Array, text: str) -> NDArray[np.bool_]:
    import pyarrow.compute as pc

    equal: NDArray[np.bool_] = pc.equal(column, text).to_numpy(zero_copy_only=False)
    return equal


def _odd(column: pa.Array) -> NDArray[np.bool_]:
    """Which texts are blank, or begin like the word for a total or the mark of an example."""
    import numpy as np

    count = len(column)
    _, offsets, data = column.buffers()
    if data is None or not data.size or not count:
        return np.ones(count, np.bool_)
    ends = np.frombuffer(offsets, np.int32, count + 1, column.offset * 4)
    starts, lengths = ends[:-1], np.diff(ends)
    view = np.frombuffer(data, np.uint8)
    most = len(view) - 1
    first = view[np.minimum(starts, most)].astype(np.uint16)
    second = view[np.minimum(starts + 1, most)].astype(np.uint16)
    pairs = (first << 8) | second
    table = np.zeros(1 << 16, np.bool_)
    table[list(_STARTS)] = True
    signs = np.zeros(256, np.bool_)
    signs[list(_ODD_STARTS)] = True
    hit: NDArray[np.bool_] = (table[pairs] | signs[first]) & (lengths <= _LONGEST * 3)
    # Dashes and the like, where others would have an id.
    letters = np.zeros(256, np.bool_)
    letters[[byte for byte in range(256) if chr(byte).isascii() and chr(byte).isalnum()]] = True
    hit |= (lengths == 0) | ((lengths <= 3) & ~letters[first])
    return hit
