"""Chunks of files with the places of their fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from yaohao.planner.register.cells import is_blank
from yaohao.planner.register.columns import ColumnMatch
from yaohao.planner.register.delimited import Chunk

if TYPE_CHECKING:
    import pyarrow as pa


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
    import pyarrow as pa

    pairs = zip(column.to_pylist(), other.to_pylist(), strict=True)
    return pa.array([b if is_blank(a) else a for a, b in pairs], pa.string())
