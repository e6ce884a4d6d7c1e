"""A frame's file of unknown origin, checked by statements, whatever engine runs them.

An engine of SQL gives `_rows` and `_named`, and what is no statement: the form of the file, the
order of its rows, the file as a frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from yaohao.planner.engine import statements
from yaohao.planner.engine.compile import expression, literal
from yaohao.planner.plan.classification import Classification
from yaohao.planner.plan.conditions import Column, Condition, Not, StartsWith
from yaohao.planner.schema.frame import FRAME_COLUMNS, PRIOR_COLUMNS

if TYPE_CHECKING:
    from yaohao.planner.engine.base import Table

_CLASSIFIED = ("standing", "cell", "reason")
_REGISTER = tuple(name for name in FRAME_COLUMNS if name not in {*_CLASSIFIED, *PRIOR_COLUMNS})
"""The columns of a frame that are those of the register."""
_ENTRY = """CASE WHEN starts_with(reason, 'trigger:') THEN substr(reason, 9)
                 WHEN starts_with(reason, 'reminder:') THEN substr(reason, 10) ELSE '' END"""
"""The entry of the four lists that a reason names."""


class StatementFrameFile:
    """A Parquet file as the relation `source`: what of `base.FrameFile` is said in statements."""

    def __init__(self, source: str) -> None:
        self._source = source

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query; EngineError where it cannot be carried out."""
        raise NotImplementedError

    def _named(self, name: str, table: Table) -> AbstractContextManager[None]:
        """Rows in memory as a relation of this name, as long as the block lasts."""
        raise NotImplementedError

    def filled(self, columns: Sequence[str]) -> tuple[int, list[int]]:
        """Rows, and of each column the rows in which it is not null."""
        held = ", ".join(f"count({column})" for column in columns)
        [(total, *numbers)] = self._rows(f"SELECT count(*), {held} FROM {self._source}")
        return total, numbers

    def entities(self) -> int:
        """How many different ids there are."""
        return int(self._rows(f"SELECT count(DISTINCT entity_id) FROM {self._source}")[0][0])

    def first_unlike(self, pattern: str) -> str | None:
        """An id that a regular expression does not match whole."""
        whole = literal(rf"\A(?:{pattern})\z")
        return self._first(
            f"""SELECT entity_id FROM {self._source}
                WHERE NOT regexp_matches(entity_id, {whole}) LIMIT 1"""
        )

    def values(self, column: str) -> list[str]:
        """The values that stand in a column."""
        return [row[0] for row in self._rows(f"SELECT DISTINCT {column} FROM {self._source}")]

    def first_outside(self, scope: Condition) -> str | None:
        """An entity that a scope does not hold of."""
        outside = expression(Not(scope))
        return self._first(f"SELECT entity_id FROM {self._source} WHERE {outside} LIMIT 1")

    def first_misclassified(
        self, rules: Classification, triggers: Sequence[str], entries: Sequence[str]
    ) -> tuple[str, tuple[str, str, str], tuple[str, str, str]] | None:
        """The first entity that rules classify otherwise, by them and as the file has it."""
        by_lead = expression(StartsWith(Column("reason"), ("lead:",)))
        # The file is read once, and nothing is joined: all that is joined to a register to make a
        # frame stands in the row itself, or is taken from its reason.
        held = f"""(SELECT {", ".join([*_REGISTER, *PRIOR_COLUMNS])},
                {", ".join(f"{name} AS held_{name}" for name in _CLASSIFIED)},
                CASE WHEN {by_lead} AND {_is_among("substr(reason, 6)", triggers)}
                     THEN substr(reason, 6) END AS lead,
                CASE WHEN {_is_among(_ENTRY, entries)} THEN {_ENTRY} END AS entry,
                false AS urgent, starts_with(reason, 'trigger:') AS reminded
                FROM {self._source})"""
        different = self._rows(f"{statements.reclassified(rules, held)} LIMIT 1")
        if not different:
            return None
        entity_id, *values = different[0]
        return entity_id, (values[0], values[1], values[2]), (values[3], values[4], values[5])

    def first_prior_difference(self, prior: Table) -> tuple[str, list[Any], list[Any]] | None:
        """The first entity of which earlier draws are told otherwise, by them and as the file."""
        meant = [
            "coalesce(e.drawn_this_year, 0)",
            "coalesce(e.drawn_by_plan, 0)",
            "CASE WHEN f.inspected_on < e.drawn_since THEN e.drawn_until ELSE '' END",
        ]
        held = [f"f.{name}" for name in PRIOR_COLUMNS]
        unlike = " OR ".join(f"{one} <> {other}" for one, other in zip(meant, held, strict=True))
        with self._named("prior", prior):
            different = self._rows(
                f"""SELECT f.entity_id, {", ".join(meant)}, {", ".join(held)}
                    FROM {self._source} f LEFT JOIN prior e ON f.entity_id = e.entity_id
                    WHERE {unlike} ORDER BY f.entity_id LIMIT 1"""
            )
        if not different:
            return None
        entity_id, *values = different[0]
        return entity_id, values[:3], values[3:]

    def first_row_difference(self, meant: Table) -> tuple[str, str, Any, Any] | None:
        """The first entity whose row in a frame `meant` is another, and where."""
        others = FRAME_COLUMNS[1:]
        unlike = " OR ".join(f"m.{name} IS DISTINCT FROM f.{name}" for name in others)
        sides = [f"{side}.{name}" for side in "mf" for name in FRAME_COLUMNS]
        with self._named("meant", meant):
            different = self._rows(
                f"""SELECT {", ".join(sides)} FROM meant m
                    FULL JOIN {self._source} f ON m.entity_id = f.entity_id
                    WHERE m.entity_id IS NULL OR f.entity_id IS NULL OR {unlike}
                    ORDER BY coalesce(m.entity_id, f.entity_id) LIMIT 1"""
            )
        if not different:
            return None
        width = len(FRAME_COLUMNS)
        ours, theirs = different[0][:width], different[0][width:]
        place = next(n for n in range(width) if ours[n] != theirs[n])
        return ours[0] or theirs[0], FRAME_COLUMNS[place], ours[place], theirs[place]

    def _first(self, query: str) -> str | None:
        matches = self._rows(query)
        return matches[0][0] if matches else None


def _is_among(text: str, values: Iterable[str]) -> str:
    listed = ", ".join(literal(value) for value in values)
    return f"({text}) IN ({listed})" if listed else "false"
