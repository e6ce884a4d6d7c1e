"""What came of reading files into a register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

from yaohao.planner.register.notes import ReadingNotes
from yaohao.planner.register.silence import Silence

if TYPE_CHECKING:
    import pyarrow as pa

T_co = TypeVar("T_co", covariant=True)

SET_ASIDE_COLUMNS = ("file", "line", "reason", "column", "found", "row", "source")
"""Columns of the table of rows set aside: file name; line; reason code; field and text that gave
the reason, where there is one; the row as a JSON object from heading to text; the file's path.
"""


@dataclass(frozen=True)
class FileRead:
    """How a file was read: the encoding of a text that is not UTF-8, or which sheets of a workbook
    were read, and which, with rows, were not, hidden ones apart.
    """

    encoding: str = ""
    sheets: Sequence[str] = ()
    not_read: Sequence[str] = ()
    hidden: Sequence[str] = ()


@dataclass(frozen=True)
class ImportResult(Generic[T_co]):
    """What came of reading files: ``rows == taken + set_aside.num_rows``, always.

    `set_aside` is an Arrow table of `SET_ASIDE_COLUMNS`; `repaired` and `warnings` are counts by
    kind; `files` are names and digests, `sources` their paths, `read_as` how each was read;
    `ignored` are headings that mean nothing here; `retried` are the numbers of set-aside rows that
    came back repaired (see `write_set_aside`). `further` rows say nothing that an earlier one does
    not but a day, and are one with it in `accepted`. `mended` are digests of texts of
    `ImportOptions.waiting` that were accepted; `silence` is of what the accepted rows do not speak;
    `notes` are of columns and words.
    """

    accepted: T_co
    set_aside: pa.Table
    rows: int
    repaired: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)
    files: list[tuple[str, str]] = field(default_factory=list)
    read_as: list[FileRead] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    retried: list[int] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    further: int = 0
    mended: frozenset[str] = frozenset()
    silence: Silence = field(default_factory=Silence)
    notes: ReadingNotes = field(default_factory=ReadingNotes)

    @property
    def taken(self) -> int:
        """How many rows were accepted."""
        return len(self.accepted) + self.further  # type: ignore[arg-type]  # tables, lists

    def reasons(self) -> dict[str, int]:
        """How many rows were set aside for each reason, the most frequent first."""
        counts = Counter(self.set_aside.column("reason").to_pylist())
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
