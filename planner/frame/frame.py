"""The frame (抽样框): a snapshot judged under a plan, its leaves, its root.

Source: the draw protocol, "Freeze: the frame" (docs/protocol.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yaohao.planner.engine import duckdb as engine
from yaohao.planner.frame.allocation.expected_counts import expected_counts
from yaohao.planner.frame.cells import Cell, PoolCell, kept_share
from yaohao.planner.frame.eligibility import (
    EARLIER,
    LEADS,
    LEAF_COLUMNS,
    cell_of,
    frame_query,
    judged_columns,
)
from yaohao.planner.frame.leads import leads_in_force
from yaohao.planner.frame.merkle import WIDTH, merkle_root
from yaohao.planner.plan.model import REFUSE, Plan
from yaohao.planner.vocabulary.digest import KEY_LENGTH
from yaohao.planner.vocabulary.phones import without_phones
from yaohao.planner.vocabulary.problems import refuse


@dataclass(frozen=True)
class Counts:
    """How many entities are where: in scope, in the pool, directed, and out by reason."""

    scope: int
    pool: int
    directed: int
    out: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """As `draw.json` and the ledger show it."""
        return {
            "scope": self.scope,
            "pool": self.pool,
            "directed": self.directed,
            "out": dict(self.out),
        }


class Frame:
    """A judged frame in memory: one row per entity in scope, in ascending bytes of `entity_id`."""

    tally = "count(*)"
    """SQL that counts the entities of rows."""

    def __init__(self, plan: Plan, connection: Any) -> None:
        self.plan = plan
        self.connection = connection

    def arrow(self, columns: str = "*") -> Any:
        """The frame, or some of its columns (SQL), as an Arrow table in frame order."""
        return engine.arrow(self.connection, f"SELECT {columns} FROM frame")

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query over the relation `frame`."""
        return engine.rows(self.connection, sql)

    def row(self, entity_id: str) -> dict[str, Any] | None:
        """The row of an entity by column name, or None."""
        found = self.connection.sql(
            f"SELECT * FROM frame WHERE entity_id = {engine.text(entity_id)}"
        )
        rows = found.fetchall()
        return dict(zip(found.columns, rows[0], strict=True)) if rows else None

    def position(self, entity_id: str) -> int:
        """How many entities of the frame stand before an entity: its leaf's index, from 0."""
        rows = self.query(f"SELECT count(*) FROM frame WHERE entity_id < {engine.text(entity_id)}")
        return int(rows[0][0])

    def described(self, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Name and region of entities of the frame."""
        import pyarrow as pa

        self.connection.register("asked_ids", pa.table({"entity_id": pa.array(ids, pa.string())}))
        rows = self.query(
            "SELECT entity_id, name, region FROM frame SEMI JOIN asked_ids USING (entity_id)"
        )
        self.connection.unregister("asked_ids")
        return {entity_id: (name, region) for entity_id, name, region in rows}

    def counts(self) -> Counts:
        """How many entities are where, counted by the rule that decided."""
        found = self.query(
            f"SELECT standing, reason, {self.tally} FROM frame GROUP BY 1, 2 ORDER BY ALL"
        )
        return Counts(
            scope=sum(row[2] for row in found),
            pool=sum(row[2] for row in found if row[0] == "pool"),
            directed=sum(row[2] for row in found if row[0] == "directed"),
            out={row[1]: row[2] for row in found if row[0] == "out"},
        )

    def cells(
        self, pool: Sequence[PoolCell] | None = None, drawn: Sequence[PoolCell] | None = None
    ) -> list[Cell]:
        """The cells of the pool in ascending bytes of their name, with expected counts.

        `pool` and `drawn` are the `pool_cells` and `drawn_cells` of this frame, where the caller
        has them already.

        Raises PlannerError as `expected_counts` does, and where the plan refuses entities without
        a tier that are in the pool.
        """
        if self.plan.unknown_tier == REFUSE:
            [(unknown,)] = self.query(
                f"SELECT {self.tally} FROM frame WHERE standing = 'pool' AND tier = ''"
            )
            if unknown:
                raise refuse("frame.unknown-tier", size=unknown, key="rates.unknown_tier")
        pool = self.pool_cells() if pool is None else pool
        drawn = self.drawn_cells() if drawn is None else drawn
        return expected_counts(self.plan, pool, drawn)

    def pool_cells(self) -> list[PoolCell]:
        """The cells of the pool in ascending bytes of their name, before any rate."""
        return self._members("standing = 'pool'")

    def drawn_cells(self) -> list[PoolCell]:
        """What earlier batches of the plan drew of the frame, by the cells it would now be in."""
        return self._members("drawn_by_plan > 0") if self.plan.batch > 1 else []

    def _members(self, condition: str) -> list[PoolCell]:
        rows = self.query(
            f"""WITH judged AS (
                    SELECT *, {judged_columns(self.plan)} FROM frame WHERE {condition}
                )
                SELECT {cell_of(self.plan)} AS own_cell, effective_tier, is_new, in_key_field,
                       {self.tally}
                FROM judged GROUP BY 1, 2, 3, 4 ORDER BY ALL"""
        )
        members: dict[str, PoolCell] = {}
        for name, tier, new, key, size in rows:
            kept = kept_share(self.plan, tier, is_new=new, in_key_field=key)
            so_far = members.get(name, PoolCell(tuple(name.split("/")), 0, kept))
            if so_far.kept != kept:
                raise AssertionError(f"cell {name} mixes chances")
            members[name] = PoolCell(so_far.codes, so_far.size + size, kept)
        return [members[name] for name in sorted(members, key=str.encode)]

    def root(self, secret: str) -> str:
        """The frame root under `secret` (64 hex characters)."""
        return frame_root(self.connection, "frame", secret)


def pool_counts(frame: Frame) -> Counts:
    """The counts of a frame that can be drawn from; PlannerError where its pool is empty."""
    counts = frame.counts()
    if not counts.pool:
        raise refuse(
            "frame.empty-pool",
            scope=counts.scope,
            out=sum(counts.out.values()),
            directed=counts.directed,
        )
    return counts


def judge(
    plan: Plan,
    snapshot: Path,
    leads: Iterable[Mapping[str, Any]],
    earlier: Iterable[Sequence[Any]] = (),
) -> Frame:
    """The frame of a register snapshot (Parquet) under a plan.

    `leads` are rows of the leads register, `earlier` rows of what earlier draws did, in the order
    of `standings.EARLIER`. Raises PlannerError where nobody is in scope.
    """
    connection = engine.connect()
    load_leads(connection, plan, leads)
    load_earlier(connection, earlier)
    source = engine.parquet(snapshot)
    connection.execute(f"CREATE TABLE frame AS {frame_query(plan, source, 'leads', 'earlier')}")
    _take_phones_out(connection)
    frame = Frame(plan, connection)
    if not frame.query("SELECT 1 FROM frame LIMIT 1"):
        [(size,)] = engine.rows(connection, f"SELECT count(*) FROM {source}")
        raise refuse("frame.empty-scope", size=size)
    return frame


def _take_phones_out(connection: Any) -> None:
    """Let the frame have names as they are published: the name is a part of the leaf."""
    import pyarrow as pa

    likely = engine.rows(
        connection,
        "SELECT DISTINCT name FROM frame WHERE regexp_matches(name, '[1１][3-9３-９][0-9０-９]')",
    )
    shown = {name: without_phones(name) for (name,) in likely}
    changed = {name: text for name, text in shown.items() if name != text}
    if not changed:
        return
    table = pa.table({"name": list(changed), "shown": list(changed.values())})
    connection.register("shown_names", table)
    connection.execute(
        "CREATE TABLE renamed AS SELECT f.* REPLACE (coalesce(s.shown, f.name) AS name) "
        "FROM frame f LEFT JOIN shown_names s ON f.name = s.name ORDER BY f.entity_id"
    )
    connection.execute("DROP TABLE frame")
    connection.execute("ALTER TABLE renamed RENAME TO frame")
    connection.unregister("shown_names")


def open_frame(plan: Plan, path: Path) -> Frame:
    """A frozen frame (Parquet), read where it is asked for."""
    connection = engine.connect()
    connection.execute(f"CREATE VIEW frame AS SELECT * FROM {engine.parquet(path)}")
    return Frame(plan, connection)


def frame_root(connection: Any, relation: str, secret: str) -> str:
    """The Merkle root of a relation whose rows stand in frame order.

    The engine hashes the wide levels on all its cores; the small ones are done one by one.
    """
    level = leaf_hashes(connection, relation, secret)
    while len(level) > _WIDE * WIDTH:
        level = _wide_level_above(connection, level)
    return merkle_root(level)


_WIDE = 1 << 14


def _wide_level_above(connection: Any, level: bytes) -> bytes:
    """The level above a wide one, hashed by the engine; a last odd node goes up as it is."""
    import pyarrow as pa

    pairs = len(level) // (2 * WIDTH)
    column = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(2 * WIDTH), pairs, [None, pa.py_buffer(level)]
    )
    connection.register("node_pairs", pa.table({"pair": column.cast(pa.binary())}))
    table = engine.arrow(
        connection, "SELECT unhex(sha256('\\x01'::BLOB || pair)) AS h FROM node_pairs"
    )
    connection.unregister("node_pairs")
    return b"".join(map(_joined, table["h"].chunks)) + level[pairs * 2 * WIDTH :]


def salt_sql(secret: str) -> str:
    """SQL for the salt of a row."""
    return f"substr(sha256({engine.text(secret)} || '|' || entity_id), 1, {KEY_LENGTH})"


def blind_sql(secret: str) -> str:
    """SQL for the public name of a row's cell; empty outside the pool."""
    name = f"substr(sha256({engine.text(f'{secret}|cell|')} || cell), 1, {KEY_LENGTH})"
    return f"CASE WHEN standing = 'pool' THEN {name} ELSE '' END"


def inner_sql(secret: str) -> str:
    """SQL for the inner digest of a row: of all that is committed of it but its id."""
    columns = [f"{name}::VARCHAR" for name in LEAF_COLUMNS[1:]]
    parts = [*columns, blind_sql(secret), salt_sql(secret), "name"]
    joined = " || '|' || ".join(parts)
    return f"sha256({joined})"


def leaf_text_sql(secret: str) -> str:
    """SQL for the leaf text of a row: its id, and the digest of all else that is committed."""
    return f"entity_id || '|' || {inner_sql(secret)}"


def leaf_hashes(connection: Any, relation: str, secret: str) -> bytes:
    """The joined 32-byte leaf hashes of a relation whose rows stand in frame order."""
    leaf = f"sha256('\\x00'::BLOB || encode({leaf_text_sql(secret)}))"
    table = engine.arrow(connection, f"SELECT unhex({leaf}) AS h FROM {relation}")
    return b"".join(_joined(chunk) for chunk in table["h"].chunks)


def _joined(hashes: Any) -> bytes:
    """The bytes of an Arrow array of hashes, one after the other, without making each of them."""
    import pyarrow as pa

    width = hashes.cast(pa.binary(WIDTH))
    start = width.offset * WIDTH
    return bytes(memoryview(width.buffers()[1])[start : start + len(width) * WIDTH])


def load_leads(connection: Any, plan: Plan, leads: Iterable[Mapping[str, Any]]) -> None:
    """Give a connection the relation `leads`, of what the leads in force come to."""
    import pyarrow as pa

    found = leads_in_force(leads, plan)
    columns: list[Any] = [pa.array(list(found), pa.string())]
    columns += [
        pa.array([getattr(one, name) for one in found.values()], kind)
        for name, kind in zip(
            LEADS[1:], (pa.string(), pa.string(), pa.bool_(), pa.bool_()), strict=True
        )
    ]
    _load(connection, "leads", pa.table(columns, names=list(LEADS)))


def load_earlier(connection: Any, earlier: Iterable[Sequence[Any]]) -> None:
    """Give a connection the relation `earlier`, of rows in the order of `standings.EARLIER`."""
    import pyarrow as pa

    rows = list(earlier)
    kinds = (pa.string(), pa.int32(), pa.int32(), pa.string(), pa.string())
    columns = [pa.array([row[n] for row in rows], kind) for n, kind in enumerate(kinds)]
    _load(connection, "earlier", pa.table(columns, names=list(EARLIER)))


def _load(connection: Any, name: str, table: Any) -> None:
    connection.register("rows_given", table)
    connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM rows_given")
    connection.unregister("rows_given")
