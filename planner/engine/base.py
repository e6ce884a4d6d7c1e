"""What a column engine does: named operations on frames of millions of rows, never SQL.

An engine is a module beside `duckdb.py` with a row in `registry.py`; `tests/engines` is the suite
that it has to pass. Whatever an operation computes is the same to the last bit on every engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

from yaohao.planner.plan.conditions import Always, Condition, Node

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray
    from yaohao.planner.plan.classification import Classification

    Table: TypeAlias = pa.Table
    """An Arrow table. pyarrow has no types of its own: to mypy it is Any, and is so here alone."""
    Batch: TypeAlias = pa.RecordBatch
    """Rows of an Arrow table, each column in one piece."""
    Ints: TypeAlias = NDArray[np.int64]

Capability = Literal["classify", "audit", "browse"]
"""`classify`: frames are made. `audit`: files of unknown origin are checked (`FrameFile`).
`browse`: the engine reads local Parquet for eyes (`browse.py`), by page and filter."""

EVERYBODY = Always()


class EngineError(Exception):
    """What an engine raises for a file or a query that it cannot carry out, in its own words."""


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """How an engine is started. Without `threads` it takes all cores for each operation."""

    threads: int | None = None
    master: str = ""
    """Of Spark: ``local[4]`` or ``spark://host:port``; "" for all cores of this machine."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Further settings of the engine, by its own names for them."""


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """Which engine is asked for, by its name in `registry.ENGINES`, and how it is started."""

    name: str = "duckdb"
    settings: EngineSettings = EngineSettings()


LOCALLY = EngineChoice()
"""The engine of this process and this machine, which is there wherever the program is."""


class FrameRelation(Protocol):
    """A frame: a row per entity in scope with the columns of `schema/frame.py`, in ascending bytes
    of `entity_id`.

    Of a grouped frame a row stands for several alike entities: it can be counted, and nothing else;
    what was counted is remembered. Conditions and terms may read what is derived of a row by the
    frame's classification, where it was made or opened with one.
    """

    def is_empty(self) -> bool:
        """Whether nobody is in the frame."""

    def counts(self, by: Sequence[Node], condition: Condition = EVERYBODY) -> list[tuple[Any, ...]]:
        """(value of each of `by`, entities) for each combination there is, ascending.

        Without `by` there is one row, of all that the condition holds of.
        """

    def leads_outside(self) -> int:
        """Entities with a lead in force that are not in the frame, where it was made from leads."""

    def table(self, columns: Sequence[str] = ()) -> Table:
        """The frame, or some of its columns and of what is derived, in frame order."""

    def select(self, columns: Sequence[str], condition: Condition) -> list[tuple[Any, ...]]:
        """Some columns of all rows that a condition holds of, in frame order."""

    def lookup(self, entity_ids: Sequence[str], columns: Sequence[str]) -> list[tuple[Any, ...]]:
        """Some columns of entities, in no order; whoever is not in the frame is left out."""

    def row(self, entity_id: str) -> dict[str, Any] | None:
        """The row of an entity by column name, or None."""

    def position(self, entity_id: str) -> int:
        """How many entities of the frame stand before an id."""

    def leaf_hashes(self, secret: str) -> bytes:
        """The joined 32-byte leaf hashes, in frame order (docs/protocol.md)."""

    def leaf_pieces(self, secret: str) -> Iterator[bytes]:
        """As `leaf_hashes`, in pieces of whole hashes, as an engine has them."""

    def subtrees(self, secret: str) -> Iterator[tuple[int, bytes]]:
        """(height, node) of complete subtrees of the Merkle tree, which cover the leaves from left
        to right. One of 2^h leaves begins at a multiple of 2^h.
        """

    def leaf(self, secret: str, index: int) -> tuple[str, str]:
        """(entity_id, inner digest) of the leaf at an index, from 0, that the frame has."""

    def node_hashes(self, pairs: bytes) -> bytes:
        """The joined nodes of a Merkle tree above joined pairs of nodes."""

    def tickets(
        self,
        key: str,
        condition: Condition,
        secret: str | None = None,
        columns: Sequence[str] = (),
    ) -> list[tuple[str, ...]]:
        """(ticket, entity_id) of all that a condition holds of, in ascending order of ticket, each
        with some more columns of texts.

        With a `secret` (64 hex characters) every ticket has the salt that it gives.
        """

    def lowest_tickets(
        self,
        key: str,
        asked: Mapping[str, tuple[int, str]],
        secret: str | None = None,
        columns: Sequence[str] = (),
    ) -> dict[str, list[tuple[str, ...]]]:
        """By cell its lowest `n` (ticket, entity_id) below its bound, ascending, each with some
        more columns of texts.

        `asked` has `n` and the bound of each cell; only the pool is looked at. With a `secret`
        every ticket has the salt that it gives.
        """

    def names_like(self, pattern: str) -> list[str]:
        """The names of the frame in which a regular expression is found, in no order."""

    def rename(self, shown: Mapping[str, str]) -> None:
        """Let every row with a name of these have the other instead; the frame was classified, not
        opened.
        """

    def sizes(self, conditions: Sequence[Condition]) -> list[int]:
        """How many entities each of some conditions holds of, counted in one pass."""

    def doubles(self, columns: Sequence[str]) -> int:
        """How many entities say the same in some columns, none of them empty, as one before."""

    def batches(self) -> Iterator[Batch]:
        """All columns of the frame, in frame order, some rows in memory at a time."""

    def write(self, path: Path) -> None:
        """Write the frame as Parquet, in frame order, a row group of it in memory at a time."""

    def close(self) -> None:
        """Let go of what the frame holds."""


class FrameFile(Protocol):
    """A frame's file of which nothing is known, to be checked; the capability `audit`.

    Every operation raises EngineError for what is no Parquet, or lacks a column.
    """

    def form(self) -> list[str]:
        """Name and SQL type of each column."""

    def filled(self, columns: Sequence[str]) -> tuple[int, list[int]]:
        """Rows, and of each column the rows in which it is not null."""

    def entities(self) -> int:
        """How many different ids there are; it takes the memory of all of them."""

    def first_disorder(self) -> str | None:
        """The first id that is not behind the one before it."""

    def first_unlike(self, pattern: str) -> str | None:
        """An id that a regular expression does not match whole."""

    def values(self, column: str) -> list[str]:
        """The values that stand in a column."""

    def first_outside(self, scope: Condition) -> str | None:
        """An entity that a scope does not hold of."""

    def first_misclassified(
        self, rules: Classification, triggers: Sequence[str], entries: Sequence[str]
    ) -> tuple[str, tuple[str, str, str], tuple[str, str, str]] | None:
        """The first entity that rules classify otherwise: its id, then standing, cell and reason by
        the rules, and as the file has them.

        Whether a lead was open stands in no frame: a row directed by a lead, or of which a reminder
        is due, is taken to have had it if its trigger or entry is one of these.
        """

    def first_prior_difference(self, prior: Table) -> tuple[str, list[Any], list[Any]] | None:
        """The first entity of which earlier draws (`schema.frame.PRIOR`) are told otherwise: its
        id, then `drawn_this_year`, `drawn_by_plan` and `drawn_until` by them, and as the file has
        them.
        """

    def first_row_difference(self, meant: Table) -> tuple[str, str, Any, Any] | None:
        """The first entity whose row in a frame `meant` is another: its id, the column, and what
        stands there in `meant` and in the file, None for a row that is not there.
        """

    def frame(self, rules: Classification) -> FrameRelation:
        """The file as a frame."""


class Engine(Protocol):
    """A column engine, which holds what it works on until it is closed."""

    name: str
    capabilities: frozenset[Capability]

    # Many parameters: the tables that a frame is made from, and how.
    def classify(
        self,
        rules: Classification,
        register: Path | Table,
        leads: Table,
        prior: Table,
        *,
        grouped: bool = False,
        lazy: bool = False,
    ) -> FrameRelation:
        """The frame of a register: a Parquet file, or a table in memory.

        `leads` and `prior` have the columns of `schema.frame`. A `grouped` register has a column
        `n`, of how many entities a row stands for. A `lazy` frame of a file need not be held: it is
        only counted, renamed and written, and an engine may make it anew for each of these.
        """

    def open_frame(self, path: Path, rules: Classification | None = None) -> FrameRelation:
        """A frame's Parquet file, which stays on disk and is read when it is asked."""

    def frame_file(self, path: Path) -> FrameFile:
        """A frame's Parquet file, to be checked."""

    def register_size(self, path: Path) -> int:
        """The rows of a register's Parquet file."""

    def pair_costs(self, fronts: Sequence[str], inspector_ids: Sequence[str]) -> Ints:
        """40 bits of the hash of every front with every inspector's id, in the order of both.

        Safe to be called from several threads.
        """

    def close(self) -> None:
        """Let go of everything."""

    def __enter__(self) -> Engine: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
