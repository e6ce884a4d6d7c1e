"""Entities of files of the register and of frames, asked for by an id, a number or a name.

For ids and names that people type: the files are local, and of a million entities each question
takes a fraction of a second. What an id in its right form is, and which answer is meant, is told
elsewhere (`yaohao.planner.storage.entity_lookup`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from yaohao.planner.engine.duckdb import connect, parquet, rows
from yaohao.planner.engine.duckdb import text as literal
from yaohao.planner.schema.entity import NUMBER
from yaohao.planner.vocabulary.text import NARROW, WIDE

_CORE, _ID = "core", "lower(entity_id)"
_END = 4  # characters at the end of an id, and before them the rest, one of which is taken as right


class KnownEntities:
    """The entities of some Parquet files with `entity_id` and `name`; of no file there are none."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = list(paths)

    @cached_property
    def _ids(self) -> str:
        """All ids as an SQL relation."""
        parts = (f"SELECT entity_id FROM {parquet(path)}" for path in self._paths)
        return f"({' UNION ALL '.join(parts)})"

    @cached_property
    def _names(self) -> str:
        """Ids and names as an SQL relation, each name with its core (`vocabulary.text`)."""
        parts = (f"SELECT entity_id, name FROM {parquet(path)}" for path in self._paths)
        narrow = f"translate(name, {literal(WIDE)}, {literal(NARROW)})"
        core = f"regexp_replace(lower({narrow}), '\\s', '', 'g')"
        return f"(SELECT entity_id, name, {core} AS core FROM ({' UNION '.join(parts)}))"

    def _column(self, query: str) -> list[str]:
        with connect() as connection:
            return [str(row[0]) for row in rows(connection, query)]

    def has(self, entity_id: str) -> bool:
        """Whether one has this very id."""
        if not self._paths:
            return False
        wanted = literal(entity_id)
        return bool(self._column(f"SELECT 1 FROM {self._ids} WHERE entity_id = {wanted} LIMIT 1"))

    def alike(self, entity_id: str) -> list[str]:
        """Ids that differ from this one in nothing but case: at most two."""
        if not self._paths:
            return []
        return self._column(
            f"""SELECT DISTINCT entity_id FROM {self._ids}
                WHERE lower(entity_id) = lower({literal(entity_id)}) LIMIT 2"""
        )

    def numbered(self, number: str) -> str | None:
        """The only one that had a registration number before its code; None for none or several.

        Files without a column of numbers, as frames are, have none.
        """
        import pyarrow.parquet as pq

        for path in self._paths:
            if NUMBER not in pq.read_schema(path).names:
                continue
            ids = self._column(
                f"SELECT entity_id FROM {parquet(path)} WHERE {NUMBER} = {literal(number)} LIMIT 2"
            )
            if len(ids) == 1:
                return ids[0]
        return None

    def numbered_among(self, numbers: Sequence[str]) -> list[str]:
        """The ids of those that had one of some registration numbers before their codes."""
        import pyarrow.parquet as pq

        wanted = ", ".join(literal(one) for one in numbers if one)
        found: list[str] = []
        for path in self._paths if wanted else ():
            if NUMBER in pq.read_schema(path).names:
                found += self._column(
                    f"SELECT entity_id FROM {parquet(path)} WHERE {NUMBER} IN ({wanted})"
                )
        return found

    def named(self, core: str, most: int) -> list[str]:
        """The ids of those whose name has this core, ascending, at most so many."""
        if not self._paths:
            return []
        return self._column(
            f"""SELECT DISTINCT entity_id FROM {self._names} WHERE core = {literal(core)}
                ORDER BY entity_id LIMIT {most}"""
        )

    def holding(self, cores: Sequence[str], most: int, among: Sequence[str] = ()) -> list[str]:
        """The ids of those whose name or id holds one of some cores, at most so many; 0 for all.

        Only those of `among`, where any are given.
        """
        if not self._paths or not cores:
            return []
        parts = [(f"contains({of}, {literal(one)})") for one in cores for of in (_CORE, _ID)]
        holds = " OR ".join(parts)
        query = f"SELECT DISTINCT entity_id FROM {self._names} WHERE ({holds})"
        if not among:
            return self._column(f"{query} LIMIT {most}" if most else query)
        import pyarrow as pa

        with connect() as connection:
            connection.register("asked", pa.table({"id": pa.array(among, pa.string())}))
            query = f"{query} AND entity_id IN (SELECT id FROM asked)"
            return [str(row[0]) for row in rows(connection, query)]

    def ids_named(self, cores: Sequence[str]) -> dict[str, list[str]]:
        """The ids of those whose name has just this core, by core; the other cores are left out."""
        if not self._paths or not cores:
            return {}
        import pyarrow as pa

        found: dict[str, list[str]] = {}
        with connect() as connection:
            connection.register("asked", pa.table({"core": pa.array(cores, pa.string())}))
            query = f"SELECT core, entity_id FROM {self._names} JOIN asked USING (core)"
            for core, entity in rows(connection, query):
                found.setdefault(str(core), []).append(str(entity))
        return found

    def named_like(self, core: str, alike: float, most: int) -> list[tuple[str, str]]:
        """Names like one, each with an id that has it, the most alike first, at most so many.

        They hold the core, or are `alike` it or more (of 1, by Jaro and Winkler).
        """
        if not self._paths:
            return []
        with connect() as connection:
            near = rows(
                connection,
                f"""SELECT name, min(entity_id) FROM (
                        SELECT *, jaro_winkler_similarity(core, {literal(core)}) AS alike
                        FROM {self._names})
                    WHERE alike >= {alike} OR contains(core, {literal(core)})
                    GROUP BY name ORDER BY max(alike) DESC, name LIMIT {most}""",
            )
        return [(str(name), str(entity_id)) for name, entity_id in near]

    def missing(self, ids: Sequence[str], *, any_case: bool) -> dict[str, str]:
        """Which of some ids nobody has; with `any_case` the only id that differs in case, or ""."""
        import pyarrow as pa

        if not self._paths or not ids:
            return dict.fromkeys(ids, "")
        with connect() as connection:
            connection.register("asked", pa.table({"id": pa.array(ids, pa.string())}))
            known = f"{self._ids} AS known"
            query = f"SELECT id FROM asked ANTI JOIN {known} ON id = known.entity_id"
            missing = {str(row[0]): "" for row in rows(connection, query)}
            if missing and any_case:
                pairs = rows(
                    connection,
                    f"""SELECT id, min(entity_id) FROM asked JOIN {known}
                        ON lower(id) = lower(entity_id)
                        GROUP BY id HAVING count(DISTINCT entity_id) = 1""",
                )
                missing |= {typed: entity for typed, entity in pairs if typed in missing}
        return missing

    def nearest(self, entity_id: str, far: int, most: int) -> list[str]:
        """The ids nearest to a text, case aside: at most so many, the nearest first.

        At most `far` characters are wrong, too many or missing. Ids as long as the text are
        compared character by character; of others only those that have its end, or all that stands
        before it, so that a million take a fraction of a second.
        """
        if not self._paths:
            return []
        upper = entity_id.upper()
        text, first, last = literal(upper), literal(upper[: -_END - 1]), literal(upper[-_END:])
        same = f"""SELECT DISTINCT entity_id, hamming(upper(entity_id), {text}) AS far
            FROM {self._ids} WHERE strlen(upper(entity_id)) = strlen({text})"""
        low, high = len(entity_id) - far, len(entity_id) + far
        other = f"""SELECT DISTINCT entity_id, levenshtein(upper(entity_id), {text}) AS far
            FROM {self._ids} WHERE length(entity_id) BETWEEN {low} AND {high}
            AND (ends_with(upper(entity_id), {last})
                 OR ({first} <> '' AND starts_with(upper(entity_id), {first})))"""
        for query in (same, other):
            ids = self._column(
                f"""SELECT entity_id FROM ({query}) WHERE far <= {far}
                    ORDER BY far, entity_id LIMIT {most}"""
            )
            if ids:
                return ids
        return []
