"""Whole frames on small plans, and each operation on them: every engine does alike.

Beside the engine stand the rules read row by row (`Classification.classify`), the standard
library's hashes, and roots made before there were engines.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest
from helpers.small_frames import frame_of, members, pool_of
from helpers.small_plans import (
    KEY,
    SECRET,
    TAILS,
    framed,
    joined,
    lead_rows,
    plan_of,
    prior_rows,
    register_rows,
    written,
)
from yaohao.planner.engine.base import Engine
from yaohao.planner.frame.eligibility import classification
from yaohao.planner.frame.frame import Frame
from yaohao.planner.frame.grouped_frame import GroupedRegister, classify_grouped
from yaohao.planner.frame.leads import leads_in_force
from yaohao.planner.frame.merkle import merkle_root
from yaohao.planner.plan.conditions import Column, Constant, Equals, Not
from yaohao.planner.schema.entity import FRAME_FORM
from yaohao.planner.schema.frame import FRAME_COLUMNS, LEAF_COLUMNS

# whole frames

ROOTS = {
    "caps": "16945aab566b6c0447dc0ed18ef5990e54971aacb1d0f575892e53a8faa4c9e0",
    "coverage": "f679c3cb13a0ff7e38674d53e53b064132d7c72770d1e805ff252fe5db234881",
    "least": "8c8e41e682e81ac0e8a956ee9c4c5813eb4de81a9e846f602efaf00af7de71ac",
    "lists": "c713607b85c0630f9dd0685866cf581d15163b17ae5d757dbdfdf60d2cd41e88",
    "quotas": "3896bed6a0ad0536512099b676cd237828e352ef2b1d0ee6a0899923cb568271",
    "shares": "8e37a266dba958e26c1bb6b4c25e44b0b536fd644b0f96985b07519746e6e2ba",
}
"""The roots of these frames at the first version of the seam, made by SQL text alone."""


@pytest.mark.parametrize("tail", sorted(TAILS))
def test_whole_frames(engine: Engine, tail: str, tmp_path: Path) -> None:
    plan, rows = plan_of(tail), register_rows(400)
    frame = framed(engine, plan, rows, tmp_path / "s.parquet")
    rules = classification(plan)
    meant = [
        (row["entity_id"], told.standing, told.reason, told.cell)
        for row in joined(plan, rows)
        if (told := rules.classify(row)) is not None
    ]
    columns = ("entity_id", "standing", "reason", "cell")
    assert [tuple(row.values()) for row in frame.table(*columns).to_pylist()] == meant
    assert len({reason for _, _, reason, _ in meant}) > 1
    counts = frame.counts()
    assert counts.scope == len(meant)
    assert counts.pool == sum(standing == "pool" for _, standing, _, _ in meant)
    assert counts.out == dict(Counter(m[2] for m in sorted(meant) if m[1] == "out"))
    sizes = Counter(cell for _, standing, _, cell in meant if standing == "pool")
    assert {cell.name: cell.size for cell in frame.cells()} == sizes
    assert frame.leads_outside() == len(
        {one for one, lead in leads_in_force(lead_rows(rows), plan).items() if lead.lead}
        - {entity for entity, *_ in meant}
    )
    assert frame.root(SECRET) == ROOTS[tail]


def test_leaves_are_those_of_the_protocol(engine: Engine, tmp_path: Path) -> None:
    plan, rows = plan_of("caps"), register_rows(60)
    frame = framed(engine, plan, rows, tmp_path / "s.parquet")
    leaves = []
    for row in frame.table().to_pylist():
        salt = sha256(f"{SECRET}|{row['entity_id']}".encode()).hexdigest()[:32]
        text = "|".join([*(str(row[name]) for name in LEAF_COLUMNS), salt])
        leaves.append(sha256(b"\0" + text.encode()).digest())
    assert frame.leaf_hashes(SECRET) == b"".join(leaves)
    nodes = b"".join(
        sha256(b"\1" + leaves[n] + leaves[n + 1]).digest() for n in range(0, len(leaves) - 1, 2)
    )
    assert frame.relation.node_hashes(b"".join(leaves[: len(leaves) // 2 * 2])) == nodes


@pytest.mark.parametrize("leaves", [1, 2, 7, 1000, 16_385, 40_001])
def test_wide_levels_hashed_by_the_engine_give_the_same_root(engine: Engine, leaves: int) -> None:
    columns = {name: [""] * leaves for name in LEAF_COLUMNS}
    columns["entity_id"] = [f"e{n:06d}" for n in range(leaves)]
    frame = Frame(plan_of("least"), frame_of(columns, engine.name))
    assert frame.root(SECRET) == merkle_root(frame.leaf_hashes(SECRET))


@pytest.mark.parametrize("name", ["plain", "a[b]", "x*", "key=1", "q'uote"])
def test_a_frame_written_is_the_frame_read(engine: Engine, name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    (tmp_path / "ab").mkdir()
    plan, rows = plan_of("coverage"), register_rows(200)
    written(register_rows(3, 1), tmp_path / "ab" / "s.parquet")
    frame = framed(engine, plan, rows, folder / "s.parquet")
    frame.write(folder / "f.parquet")
    again = Frame(plan, engine.open_frame(folder / "f.parquet", classification(plan)))
    assert again.table().equals(frame.table())
    assert again.table().column_names == list(FRAME_COLUMNS)
    assert again.counts() == frame.counts() and again.cells() == frame.cells()
    assert again.root(SECRET) == frame.root(SECRET)
    assert engine.register_size(folder / "s.parquet") == 200
    assert engine.frame_file(folder / "f.parquet").form() == [f"{n} {k}" for n, k in FRAME_FORM]


def test_grouped_frames_count_alike(engine: Engine, tmp_path: Path) -> None:
    for tail in TAILS:
        plan, rows = plan_of(tail), register_rows(400)
        frame = framed(engine, plan, rows, tmp_path / "s.parquet")
        register = GroupedRegister(tmp_path / "s.parquet")
        grouped = classify_grouped(plan, register, lead_rows(rows), prior_rows(rows), engine)
        for _ in range(2):  # the second time from memory
            assert grouped.counts() == frame.counts()
            assert grouped.cells() == frame.cells()
            assert grouped.by_tier_and_age() == frame.by_tier_and_age()
            assert grouped.by_region() == frame.by_region()
            assert grouped.directed_by() == frame.directed_by()
            assert grouped.leads_outside() == frame.leads_outside()
            for rule in plan.coverage:
                assert grouped.due_but_capped(rule) == frame.due_but_capped(rule)


# tickets


def test_tickets(engine: Engine) -> None:
    frame = pool_of({"A/1": 40, "B/1": 7}, engine.name)

    def ticket(entity_id: str) -> str:
        return sha256(f"{KEY}|{entity_id}".encode()).hexdigest()

    everybody = sorted((ticket(one), one) for one in [*members("A/1", 40), *members("B/1", 7)])
    assert frame.tickets(KEY, Equals(Column("standing"), "pool")) == everybody
    assert frame.tickets(KEY, Not(Equals(Column("standing"), "pool"))) == []
    lowest = frame.lowest_tickets(KEY, {"A/1": (5, "g"), "B/1": (9, "g"), "C/1": (2, "g")})
    for cell, number, size in (("A/1", 5, 40), ("B/1", 7, 7)):
        meant = sorted((ticket(one), one) for one in members(cell, size))[:number]
        assert lowest[cell] == meant
    assert set(lowest) == {"A/1", "B/1"}
    bound = lowest["A/1"][2][0]
    assert frame.lowest_tickets(KEY, {"A/1": (5, bound)}) == {"A/1": lowest["A/1"][:2]}


def test_pair_costs(engine: Engine) -> None:
    fronts, people = [f"{KEY}|e{n}|" for n in range(30)], ["p1", "李", "x'y"]
    costs = engine.pair_costs(fronts, people).tolist()
    assert costs == [
        int(sha256(f"{front}{one}".encode()).hexdigest()[:10], 16)
        for front in fronts
        for one in people
    ]


# rows


def test_look_ups(engine: Engine, tmp_path: Path) -> None:
    plan, rows = plan_of("caps"), register_rows(300)
    frame = framed(engine, plan, rows, tmp_path / "s.parquet")
    table = frame.table().to_pylist()
    for index in (0, 1, len(table) - 1):
        assert frame.row(table[index]["entity_id"]) == table[index]
        assert frame.position(table[index]["entity_id"]) == index
    assert frame.row("x' OR true --") is None
    asked = [table[5]["entity_id"], table[2]["entity_id"], "nobody", "'"]
    assert frame.described(asked) == {
        table[n]["entity_id"]: (table[n]["name"], table[n]["region"]) for n in (2, 5)
    }
    assert frame.described([]) == {}
    assert set(frame.addresses(asked)) == {table[2]["entity_id"], table[5]["entity_id"]}
    led = {row["entity_id"] for row in table if row["reason"].startswith("lead:")}
    assert frame.directed_by_leads() == led and led
    assert frame.reminders() == []
    derived = frame.table("entity_id", "effective_tier", "is_new", "in_key_field").to_pylist()
    rules = classification(plan)
    assert derived == [
        {
            "entity_id": row["entity_id"],
            "effective_tier": rules.tier.value(row),
            "is_new": rules.is_new.holds(row),
            "in_key_field": rules.in_key_field.holds(row),
        }
        for row in table
    ]
    assert frame.relation.counts((Constant("it's"),))[0][0] == "it's"


def test_reminders(engine: Engine, tmp_path: Path) -> None:
    plan, rows = plan_of("lists"), register_rows(400)
    frame = framed(engine, plan, rows, tmp_path / "s.parquet")
    assert frame.reminders() == [
        (row["entity_id"], row["name"], row["region"], row["reason"])
        for row in frame.table().to_pylist()
        if row["reason"].startswith("reminder:")
    ]
    assert frame.reminders()
