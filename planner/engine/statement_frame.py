"""A frame of which everything is asked by statements (`statements.py`), whatever engine runs them.

An engine of SQL gives `_rows`, `_table` and `_listed`; what it does otherwise it overrides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from yaohao.planner.engine import statements
from yaohao.planner.engine.base import EVERYBODY
from yaohao.planner.plan.classification import Classification
from yaohao.planner.plan.conditions import Column, Condition, Equals, Node
from yaohao.planner.schema.frame import FRAME_COLUMNS

if TYPE_CHECKING:
    from yaohao.planner.engine.base import Table

Columns = Mapping[str, tuple[str, Sequence[Any]]]
"""Lists of values by the name of their column, each with its SQL type."""


class StatementFrame:
    """The relation `frame` of an engine: what of `base.FrameRelation` is said in statements."""

    def __init__(self, rules: Classification | None, *, grouped: bool = False) -> None:
        self._derived = statements.with_derived(rules)
        self._tally = "CAST(coalesce(sum(n), 0) AS BIGINT)" if grouped else "count(*)"
        self._counted: dict[str, list[tuple[Any, ...]]] | None = {} if grouped else None

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query; EngineError where it cannot be carried out."""
        raise NotImplementedError

    def _table(self, query: str) -> Table:
        """The result of a query; EngineError where it cannot be carried out."""
        raise NotImplementedError

    def _listed(self, name: str, columns: Columns) -> AbstractContextManager[None]:
        """Lists as the columns of a relation of this name, as long as the block lasts."""
        raise NotImplementedError

    def _in_frame_order(self, query: str) -> str:
        """A query of rows of the frame that gives them in its order."""
        return query

    def is_empty(self) -> bool:
        """Whether nobody is in the frame."""
        return not self._rows("SELECT 1 FROM frame LIMIT 1")

    def counts(self, by: Sequence[Node], condition: Condition = EVERYBODY) -> list[tuple[Any, ...]]:
        """(value of each of `by`, entities), ascending."""
        return self._remembered(statements.counts(self._derived, by, condition, self._tally))

    def leads_outside(self) -> int:
        """Entities with a lead in force that are not in the frame."""
        return int(self._remembered(statements.leads_outside())[0][0])

    def table(self, columns: Sequence[str] = ()) -> Table:
        """The frame, or some of its columns, in frame order."""
        query = statements.selected(self._derived, columns, EVERYBODY)
        return self._table(self._in_frame_order(query))

    def select(self, columns: Sequence[str], condition: Condition) -> list[tuple[Any, ...]]:
        """Some columns of all rows that a condition holds of, in frame order."""
        query = statements.selected(self._derived, columns, condition)
        return self._rows(self._in_frame_order(query))

    def lookup(self, entity_ids: Sequence[str], columns: Sequence[str]) -> list[tuple[Any, ...]]:
        """Some columns of entities, in no order."""
        with self._listed("asked_ids", {"entity_id": ("VARCHAR", entity_ids)}):
            return self._rows(statements.looked_up(columns))

    def row(self, entity_id: str) -> dict[str, Any] | None:
        """The row of an entity by column name, or None."""
        of_entity = Equals(Column("entity_id"), entity_id)
        rows = self._rows(statements.selected("frame", (), of_entity))
        return dict(zip(FRAME_COLUMNS, rows[0], strict=True)) if rows else None

    def position(self, entity_id: str) -> int:
        """How many entities of the frame stand before an id."""
        return int(self._rows(statements.before(entity_id))[0][0])

    def leaf(self, secret: str, index: int) -> tuple[str, str]:
        """(entity_id, inner digest) of the leaf at an index."""
        [(entity_id, inner)] = self._rows(statements.leaf(secret, index))
        return entity_id, inner

    def names_like(self, pattern: str) -> list[str]:
        """The names of the frame in which a regular expression is found."""
        return [name for (name,) in self._rows(statements.names_like(pattern))]

    def sizes(self, conditions: Sequence[Condition]) -> list[int]:
        """How many entities each of some conditions holds of."""
        return (
            list(self._rows(statements.sizes(self._derived, conditions))[0]) if conditions else []
        )

    def doubles(self, columns: Sequence[str]) -> int:
        """How many entities say the same in some columns as one before."""
        return int(self._rows(statements.doubles(columns))[0][0])

    def tickets(
        self,
        key: str,
        condition: Condition,
        secret: str | None = None,
        columns: Sequence[str] = (),
    ) -> list[tuple[str, ...]]:
        """(ticket, entity_id) of all that a condition holds of, in ascending order of ticket."""
        return self._rows(statements.tickets(key, secret, condition, columns))

    def lowest_tickets(
        self,
        key: str,
        asked: Mapping[str, tuple[int, str]],
        secret: str | None = None,
        columns: Sequence[str] = (),
    ) -> dict[str, list[tuple[str, ...]]]:
        """By cell its lowest `n` (ticket, entity_id) below its bound, ascending."""
        cells: Columns = {
            "cell": ("VARCHAR", list(asked)),
            "n": ("BIGINT", [number for number, _ in asked.values()]),
            "bound": ("VARCHAR", [bound for _, bound in asked.values()]),
        }
        with self._listed("asked_cells", cells):
            drawn = self._rows(self._lowest(key, secret, asked, columns))
        cell, rest = itemgetter(-1), itemgetter(slice(-1))
        return {name: list(map(rest, rows)) for name, rows in groupby(drawn, cell)}

    def _lowest(
        self,
        key: str,
        secret: str | None,
        asked: Mapping[str, tuple[int, str]],
        columns: Sequence[str],
    ) -> str:
        """The statement of the lowest tickets of the relation `asked_cells`."""
        return statements.lowest_tickets(key, secret, columns)

    def _remembered(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query; of a grouped frame those of the first time."""
        if self._counted is None:
            return self._rows(query)
        if query not in self._counted:
            self._counted[query] = self._rows(query)
        return self._counted[query]
