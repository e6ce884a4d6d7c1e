"""Chunks of files with the places of their fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from yaohao.planner.register.cells import is_blank
from yaohao.planner.register.columns import ColumnMatch
from yaohao.planner.register.delimited import Chunk
from yaohao.planner.vocabulary.terms import BLANKS

if TYPE_CHECKING:
    import pyarrow as pa

_LONGEST_BLANK = 2 + max(len(text.encode("utf-8")) for text in BLANKS)  # bytes


@dataclass(frozen=True)
class Part:
    """A chunk of a file with the places of its fields."""

    file: str
    chunk: Chunk
    columns: ColumnMatch

    def field(self, name: str) -> pa.StringArray | None:
        """The Arrow array of a field's texts, None where the file has no column for it."""
        index = self.columns.fields.get(name)
        if index is None:
            return None
        column = self.chunk.columns[index]
        for other in self.columns.also.get(name, ()):
            column = first_said(column, self.chunk.columns[other])
        return column

    def ids(self, name: str) -> pa.StringArray:
        """The texts of an id; an empty one is taken from the column of registration numbers."""
        column = self.field(name)
        assert column is not None  # a register of entities or about them has it, or is refused
        second = self.second()
        return column if second is None else first_said(column, second)

    def second(self) -> pa.StringArray | None:
        """The texts of the column of registration numbers beside that of codes, where it is."""
        index = self.columns.second
        return None if index is None else self.chunk.columns[index]


def first_said(column: pa.StringArray, other: pa.StringArray) -> pa.StringArray:
    """The texts of a column, and of another where it says nothing."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    short = pc.less_equal(pc.binary_length(pc.utf8_trim_whitespace(column)), _LONGEST_BLANK)
    indexes = np.flatnonzero(np.asarray(short))
    if not len(indexes):
        return column
    texts = column.take(pa.array(indexes)).to_pylist()
    blank = np.zeros(len(column), np.bool_)
    blank[indexes] = [is_blank(text) for text in texts]
    return pc.if_else(pa.array(blank), other, column)
