"""The frame (抽样框): a register classified under a plan, its cells, its root.

Source: the draw protocol, "Freeze: the frame" (docs/protocol.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.engine.base import LOCALLY, EngineChoice, FrameRelation
from yaohao.planner.engine.registry import start_chosen
from yaohao.planner.frame.allocation.expected_counts import expected_counts
from yaohao.planner.frame.cells import Cell, PoolCell, retained_share
from yaohao.planner.frame.eligibility import classification, due_but_capped
from yaohao.planner.frame.leads import leads_table
from yaohao.planner.frame.merkle import root_of_subtrees
from yaohao.planner.frame.prior_draws import table_of
from yaohao.planner.plan.conditions import (
    IN_KEY_FIELD,
    IS_NEW,
    TIER,
    And,
    Column,
    Condition,
    CountIs,
    Equals,
    Not,
    StartsWith,
)
from yaohao.planner.plan.model import REFUSE, Coverage, Plan
from yaohao.planner.schema.ledger_acts import FrameCounts
from yaohao.planner.vocabulary.phones import PRIVATE_LIKE, without_phones
from yaohao.planner.vocabulary.problems import refuse

if TYPE_CHECKING:
    from yaohao.planner.engine.base import Batch, Table

STANDING, REASON, CELL, REGION = map(Column, ("standing", "reason", "cell", "region"))
IN_POOL = Equals(STANDING, "pool")
DIRECTED = Equals(STANDING, "directed")


@dataclass(frozen=True)
class Counts:
    """How many entities are where: in scope, in the pool, directed, and out by reason."""

    scope: int
    pool: int
    directed: int
    out: Mapping[str, int]

    def as_json(self) -> FrameCounts:
        """As `draw.json` and the ledger show it."""
        return {
            "scope": self.scope,
            "pool": self.pool,
            "directed": self.directed,
            "out": dict(self.out),
        }


class Frame:
    """A frame under a plan: one row per entity in scope, in ascending bytes of `entity_id`.

    `relation` is what an engine holds of it. Of a grouped frame a row stands for several entities:
    it can be counted, and nothing else.
    """

    def __init__(self, plan: Plan, relation: FrameRelation) -> None:
        self.plan = plan
        self.relation = relation

    # rows

    def table(self, *columns: str) -> Table:
        """The frame as an Arrow table in frame order, or some of its columns.

        `TIER`, `IS_NEW` and `IN_KEY_FIELD` can be asked for too.
        """
        return self.relation.table(columns)

    def row(self, entity_id: str) -> dict[str, Any] | None:
        """The row of an entity by column name, or None."""
        return self.relation.row(entity_id)

    def position(self, entity_id: str) -> int:
        """How many entities of the frame stand before an entity: its leaf's index, from 0."""
        return self.relation.position(entity_id)

    def described(self, ids: Sequence[str]) -> tuple[list[str], list[str]]:
        """The names and the regions of entities of the frame, in the order of `ids`; empty of whom
        is not in it.
        """
        place = {entity_id: at for at, entity_id in enumerate(ids)}
        names, regions = [""] * len(ids), [""] * len(ids)
        few: dict[str, str] = {}  # thousands have the same region
        for entity_id, name, region in self.relation.lookup(ids, ("entity_id", "name", "region")):
            at = place[entity_id]
            names[at], regions[at] = name, few.setdefault(region, region)
        return names, regions

    def addresses(self, ids: Sequence[str]) -> dict[str, str]:
        """The addresses of entities of the frame."""
        return dict(self.relation.lookup(ids, ("entity_id", "address")))

    def reminders(self) -> list[tuple[str, str, str, str]]:
        """(entity_id, name, region, reason) of whoever is to be reminded first, in frame order."""
        columns = ("entity_id", "name", "region", "reason")
        rows = self.relation.select(columns, StartsWith(REASON, ("reminder:",)))
        return [(entity_id, name, region, reason) for entity_id, name, region, reason in rows]

    def directed_by_leads(self) -> set[str]:
        """The ids of whom a lead directs."""
        by_lead = And((DIRECTED, StartsWith(REASON, ("lead:",))))
        return {row[0] for row in self.relation.select(("entity_id",), by_lead)}

    def batches(self) -> Iterator[Batch]:
        """All rows as the frame's file has them, in its order, some in memory at a time."""
        return self.relation.batches()

    def write(self, path: Path) -> None:
        """Write the frame as Parquet."""
        self.relation.write(path)

    def close(self) -> None:
        """Let go of what the engine holds of the frame."""
        self.relation.close()

    # counts

    def counts(self) -> Counts:
        """How many entities are where, counted by the rule that decided."""
        rows = self.relation.counts((STANDING, REASON))
        return Counts(
            scope=sum(size for _, _, size in rows),
            pool=sum(size for standing, _, size in rows if standing == "pool"),
            directed=sum(size for standing, _, size in rows if standing == "directed"),
            out={reason: size for standing, reason, size in rows if standing == "out"},
        )

    def directed_by(self) -> dict[str, int]:
        """How many are directed by which reason."""
        return dict(self.relation.counts((REASON,), DIRECTED))

    def leads_outside(self) -> int:
        """Entities with a lead in force that are not in scope: somebody else must go."""
        return self.relation.leads_outside()

    def due_but_capped(self, rule: Coverage) -> dict[str, int]:
        """How many are due under a rule of coverage but left out by a cap on visits, by reason."""
        return dict(self.relation.counts((REASON,), due_but_capped(self.plan, rule)))

    def by_tier_and_age(self) -> list[tuple[str, bool, str, str, int]]:
        """(effective tier, is new, standing, cell, entities), ascending."""
        rows = self.relation.counts((TIER, IS_NEW, STANDING, CELL))
        return [(tier, is_new, standing, cell, size) for tier, is_new, standing, cell, size in rows]

    def by_region(self) -> list[tuple[str, str, str, int]]:
        """(region, standing, cell, entities) of all that may be visited, ascending."""
        rows = self.relation.counts((REGION, STANDING, CELL), Not(Equals(STANDING, "out")))
        return [(region, standing, cell, size) for region, standing, cell, size in rows]

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
            without_tier = And((IN_POOL, Equals(Column("tier"), "")))
            [(unknown,)] = self.relation.counts((), without_tier)
            if unknown:
                raise refuse("frame.unknown-tier", size=unknown, key="rates.unknown_tier")
        pool = self.pool_cells() if pool is None else pool
        drawn = self.drawn_cells() if drawn is None else drawn
        return expected_counts(self.plan, pool, drawn)

    def pool_cells(self) -> list[PoolCell]:
        """The cells of the pool in ascending bytes of their name, before any rate."""
        return self._members(IN_POOL)

    def drawn_cells(self) -> list[PoolCell]:
        """What earlier batches of the plan drew of the frame, by the cells it would now be in."""
        if self.plan.batch == 1:
            return []
        return self._members(CountIs(Column("drawn_by_plan"), ">", 0))

    def _members(self, condition: Condition) -> list[PoolCell]:
        by = (classification(self.plan).cell, TIER, IS_NEW, IN_KEY_FIELD)
        members: dict[str, PoolCell] = {}
        for name, tier, is_new, in_key_field, size in self.relation.counts(by, condition):
            retained = retained_share(self.plan, tier, is_new=is_new, in_key_field=in_key_field)
            cell = members.get(name, PoolCell(tuple(name.split("/")), 0, retained))
            if cell.retained_ppm != retained:
                raise AssertionError(f"cell {name} mixes chances")
            members[name] = PoolCell(cell.codes, cell.size + size, retained)
        return [members[name] for name in sorted(members, key=str.encode)]

    # the tree

    def leaf_hashes(self, secret: str) -> bytes:
        """The joined 32-byte leaf hashes under `secret` (64 hex characters), in frame order."""
        return self.relation.leaf_hashes(secret)

    def leaf_pieces(self, secret: str) -> Iterator[bytes]:
        """As `leaf_hashes`, in pieces of whole ones, few of which are in memory at a time."""
        return self.relation.leaf_pieces(secret)

    def root(self, secret: str) -> str:
        """The frame root under `secret` (64 hex characters)."""
        return root_of_subtrees(self.relation.subtrees(secret))


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


def classify(
    plan: Plan,
    snapshot: Path | Table,
    leads: Iterable[Mapping[str, Any]],
    prior: Table | None = None,
    engine: EngineChoice = LOCALLY,
) -> Frame:
    """The frame of a register snapshot, a Parquet file or a table in memory, under a plan.

    `leads` are rows of the leads register, `prior` what earlier draws did, by
    `prior_draws.prior_table`. Raises PlannerError where nobody is in scope.
    """
    return Frame(plan, _classified(plan, snapshot, leads, prior, engine))


# Many parameters: those of `classify`, and a file.
def classify_into(
    plan: Plan,
    snapshot: Path,
    leads: Iterable[Mapping[str, Any]],
    prior: Table | None,
    path: Path,
    engine: EngineChoice = LOCALLY,
) -> Frame:
    """As `classify`, for a register that need not fit into memory: the frame is written to `path`
    in one pass, as `Frame.write` does, and read there where it is asked for.
    """
    with closing(classify_to_read(plan, snapshot, leads, prior, engine)) as frame:
        frame.write(path)
    return open_frame(plan, path, engine)


def classify_to_read(
    plan: Plan,
    snapshot: Path,
    leads: Iterable[Mapping[str, Any]],
    prior: Table | None,
    engine: EngineChoice = LOCALLY,
) -> Frame:
    """As `classify`, of a frame that is gone through once: the engine holds nothing of it."""
    return Frame(plan, _classified(plan, snapshot, leads, prior, engine, lazy=True))


def classify_to_count(
    plan: Plan,
    snapshot: Path,
    leads: Iterable[Mapping[str, Any]],
    prior: Table | None = None,
    engine: EngineChoice = LOCALLY,
) -> Frame:
    """As `classify`, of a frame that is only counted: the engine goes through the register for each
    count and holds nothing of it. Its names are as the register has them.
    """
    return Frame(plan, _classified(plan, snapshot, leads, prior, engine, lazy=True, named=False))


# Many parameters: those of `classify`.
def _classified(
    plan: Plan,
    snapshot: Path | Table,
    leads: Iterable[Mapping[str, Any]],
    prior: Table | None,
    engine: EngineChoice,
    *,
    lazy: bool = False,
    named: bool = True,
) -> FrameRelation:
    started = start_chosen(engine)
    tables = leads_table(plan, leads), table_of(()) if prior is None else prior
    relation = started.classify(classification(plan), snapshot, *tables, lazy=lazy)
    if relation.is_empty():
        size = started.register_size(snapshot) if isinstance(snapshot, Path) else len(snapshot)
        raise refuse("frame.empty-scope", size=size)
    if named:
        _take_phones_out(relation)
    return relation


def _take_phones_out(relation: FrameRelation) -> None:
    """Let the frame have names as they are published: the name is a part of the leaf."""
    likely = relation.names_like(PRIVATE_LIKE)
    shown = {name: without_phones(name) for name in likely}
    changed = {name: text for name, text in shown.items() if name != text}
    if changed:
        relation.rename(changed)


def open_frame(plan: Plan, path: Path, engine: EngineChoice = LOCALLY) -> Frame:
    """A frozen frame (Parquet), read where it is asked for."""
    return Frame(plan, start_chosen(engine).open_frame(path, classification(plan)))
