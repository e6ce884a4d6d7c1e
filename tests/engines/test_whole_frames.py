"""Whole frames on small plans, and each operation on them: every engine does alike.

Beside the engine stand the rules read row by row (`Classification.classify`) and the standard
library's hashes.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
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
from yaohao.planner.engine.base import Engine, EngineChoice, EngineError
from yaohao.planner.engine.registry import start
from yaohao.planner.frame import grouped_frame
from yaohao.planner.frame.eligibility import classification
from yaohao.planner.frame.frame import Frame, classify, classify_to_count
from yaohao.planner.frame.grouped_frame import GroupedRegister, classify_grouped
from yaohao.planner.frame.leads import leads_in_force, leads_table
from yaohao.planner.frame.merkle import merkle_root
from yaohao.planner.frame.prior_draws import table_of
from yaohao.planner.plan.conditions import Column, Constant, Equals, Not
from yaohao.planner.schema.entity import FRAME_FORM
from yaohao.planner.schema.frame import FRAME_COLUMNS, LEAF_COLUMNS
from yaohao.planner.vocabulary import numbered_columns

# whole frames


def leaf(row: dict[str, Any]) -> bytes:
    """The leaf hash of a row, by the protocol and the standard library."""

    def cut(text: str) -> str:
        return sha256(text.encode()).hexdigest()[:32]

    blind = cut(f"{SECRET}|cell|{row['cell']}") if row["standing"] == "pool" else ""
    told = [*(str(row[name]) for name in LEAF_COLUMNS[1:]), blind]
    told += [cut(f"{SECRET}|{row['entity_id']}"), row["name"]]
    inner = sha256("|".join(told).encode()).hexdigest()
    return sha256(b"\0" + f"{row['entity_id']}|{inner}".encode()).digest()


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
    leaves = b"".join(map(leaf, frame.table().to_pylist()))
    assert frame.root(SECRET) == merkle_root(leaves)


def test_leaves_are_those_of_the_protocol(engine: Engine, tmp_path: Path) -> None:
    plan, rows = plan_of("caps"), register_rows(60)
    frame = framed(engine, plan, rows, tmp_path / "s.parquet")
    leaves = [leaf(row) for row in frame.table().to_pylist()]
    assert frame.leaf_hashes(SECRET) == b"".join(leaves)
    assert b"".join(frame.leaf_pieces(SECRET)) == b"".join(leaves)
    nodes = b"".join(
        sha256(b"\1" + leaves[n] + leaves[n + 1]).digest() for n in range(0, len(leaves) - 1, 2)
    )
    assert frame.relation.node_hashes(b"".join(leaves[: len(leaves) // 2 * 2])) == nodes


@pytest.mark.parametrize("leaves", [1, 2, 7, 1000, 16_385, 40_001])
def test_wide_levels_hashed_by_the_engine_give_the_same_root(engine: Engine, leaves: int) -> None:
    columns = {name: [""] * leaves for name in (*LEAF_COLUMNS, "name")}
    columns["entity_id"] = [f"e{n:06d}" for n in range(leaves)]
    frame = Frame(plan_of("least"), frame_of(columns, engine.name))
    assert frame.root(SECRET) == merkle_root(frame.leaf_hashes(SECRET))


@pytest.mark.parametrize("leaves", [0, 1, 5, 8, 9, 24, 100])
def test_trees_are_joined_of_blocks(
    engine: Engine, leaves: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine.name == "duckdb":
        monkeypatch.setattr("yaohao.planner.engine.duckdb_frame._BLOCK", 3)
        monkeypatch.setattr("yaohao.planner.engine.duckdb_frame._WIDE", 2)
    columns = {name: [""] * leaves for name in (*LEAF_COLUMNS, "name")}
    columns["entity_id"] = [f"e{n:06d}" for n in range(leaves)]
    if leaves == 0:
        columns = {name: pa.array([], pa.string()) for name in columns}
    frame = Frame(plan_of("least"), frame_of(columns, engine.name))
    assert frame.root(SECRET) == merkle_root(frame.leaf_hashes(SECRET))
    at = 0
    for height, _ in frame.relation.subtrees(SECRET):
        assert at % (1 << height) == 0
        at += 1 << height
    assert at == leaves


@pytest.mark.parametrize("tail", sorted(TAILS))
def test_a_frame_to_count_counts_as_one_in_memory(
    engine: Engine, tail: str, tmp_path: Path
) -> None:
    plan, rows = plan_of(tail), register_rows(400)
    for row in rows[::7]:
        row["name"] = "a 13912345678 b"
    path = written(rows, tmp_path / "s.parquet")
    made = (plan, path, lead_rows(rows), table_of(prior_rows(rows)), EngineChoice(engine.name))
    held, counted = (
        [
            frame.counts().as_json(),
            frame.cells(),
            frame.drawn_cells(),
            frame.directed_by(),
            frame.leads_outside(),
            frame.by_tier_and_age(),
            frame.by_region(),
            [frame.due_but_capped(rule) for rule in plan.coverage],
        ]
        for frame in (classify(*made), classify_to_count(*made))
    )
    assert counted == held


def test_of_a_frame_to_count_the_engine_holds_nothing(tmp_path: Path) -> None:
    plan, rows = plan_of("caps"), register_rows(400)
    path = written(rows, tmp_path / "s.parquet")
    frame = classify_to_count(plan, path, ())
    assert frame.counts().scope > 100
    path.unlink()
    with pytest.raises(EngineError):
        frame.counts()


@pytest.mark.parametrize("sort", ["sorted", "unsorted"])
@pytest.mark.parametrize("tail", ["least", "caps", "quotas"])
def test_a_lazy_frame_is_written_as_one_in_memory_is(
    engine: Engine, sort: str, tail: str, tmp_path: Path
) -> None:
    plan, rows = plan_of(tail), register_rows(400)
    for row in rows[::7]:
        row["name"] = "a 13912345678 b"
    if sort == "unsorted":
        rows = rows[250:] + rows[:250]
    path = written(rows, tmp_path / "s.parquet")
    pq.write_table(pq.read_table(path), path, row_group_size=13)
    leads, prior = leads_table(plan, lead_rows(rows)), table_of(prior_rows(rows))
    frames = [
        engine.classify(classification(plan), path, leads, prior, lazy=lazy)
        for lazy in (False, True)
    ]
    for number, frame in enumerate(frames):
        likely = frame.names_like("139")
        assert likely == ["a 13912345678 b"]
        frame.rename(dict.fromkeys(likely, "a b"))
        assert frame.names_like("139") == []
        frame.write(tmp_path / f"{number}.parquet")
    held, lazy = (pq.read_table(tmp_path / f"{number}.parquet") for number in (0, 1))
    assert held.equals(lazy)
    ids = held["entity_id"].to_pylist()
    assert len(ids) > 100 and ids == sorted(ids)


def test_one_leaf_is_told_by_its_inner_digest(engine: Engine, tmp_path: Path) -> None:
    frame = framed(engine, plan_of("caps"), register_rows(60), tmp_path / "s.parquet")
    rows = frame.table().to_pylist()
    for index in (0, 17, len(rows) - 1):
        entity_id, inner = frame.relation.leaf(SECRET, index)
        assert entity_id == rows[index]["entity_id"]
        assert sha256(b"\0" + f"{entity_id}|{inner}".encode()).digest() == leaf(rows[index])


def test_names_are_found_and_renamed(engine: Engine, tmp_path: Path) -> None:
    rows = register_rows(60)
    for row, name in zip(rows, ("a 139 b", "a 139 b", "it's 1３9", "140"), strict=False):
        row["name"] = name
    frame = framed(engine, plan_of("least"), rows, tmp_path / "s.parquet")
    before = frame.table()
    pattern = "[1１][3３][9９]"
    likely = frame.relation.names_like(pattern)
    assert sorted(likely) == sorted(
        {n for n in before["name"].to_pylist() if "9" in n and n[:2] in ("a ", "it")}
    )
    frame.relation.rename({name: f"<{name}>" for name in likely})
    after = frame.table()
    assert after.drop_columns(["name"]).equals(before.drop_columns(["name"]))
    assert after["name"].to_pylist() == [
        f"<{name}>" if name in likely else name for name in before["name"].to_pylist()
    ]


def test_sizes_and_doubles(engine: Engine, tmp_path: Path) -> None:
    rows = register_rows(200)
    for n, row in enumerate(rows):
        row["name"], row["address"] = f"n{n % 90}", f"a{n % 45}" if n % 7 else ""
    frame = framed(engine, plan_of("quotas"), rows, tmp_path / "s.parquet")
    held = frame.table("name", "address", "standing").to_pylist()
    conditions = [Equals(Column("standing"), one) for one in ("pool", "out", "nowhere")]
    assert frame.relation.sizes(conditions) == [
        sum(condition.holds(row) for row in held) for condition in conditions
    ]
    assert frame.relation.sizes([]) == []
    alike = Counter((row["name"], row["address"]) for row in held if row["name"] and row["address"])
    assert frame.relation.doubles(("name", "address")) == sum(n - 1 for n in alike.values())
    assert sum(n > 1 for n in alike.values()) > 5


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
    _grouped_counts_alike(engine, tmp_path)


@pytest.mark.parametrize(
    "limits", [{}, {"_MANY": 0}, {"_MANY": 0, "_AT_MOST": 0}, {"_MANY": 0, "_LARGEST": 1 << 8}]
)
def test_grouped_frames_are_counted_block_by_block(
    limits: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many entities a block at a time is sorted, joined with the others now and then."""
    monkeypatch.setattr(numbered_columns, "_AT_ONCE", 37)
    for name, limit in limits.items():
        monkeypatch.setattr(grouped_frame, name, limit)
    _grouped_counts_alike(start(), tmp_path)


def _grouped_counts_alike(engine: Engine, tmp_path: Path) -> None:
    for tail in TAILS:
        plan, rows = plan_of(tail), register_rows(400)
        frame = framed(engine, plan, rows, tmp_path / "s.parquet")
        register = GroupedRegister(tmp_path / "s.parquet")
        grouped = classify_grouped(
            plan, register, lead_rows(rows), table_of(prior_rows(rows)), engine
        )
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


@pytest.mark.parametrize("secret", [None, SECRET])
def test_tickets(engine: Engine, secret: str | None) -> None:
    frame = pool_of({"A/1": 40, "B/1": 7}, engine.name)

    def ticket(entity_id: str) -> str:
        salt = sha256(f"{secret}|{entity_id}".encode()).hexdigest()[:32]
        salted = f"{KEY}|{entity_id}|{salt}" if secret else f"{KEY}|{entity_id}"
        return sha256(salted.encode()).hexdigest()

    everybody = sorted((ticket(one), one) for one in [*members("A/1", 40), *members("B/1", 7)])
    assert frame.tickets(KEY, Equals(Column("standing"), "pool"), secret) == everybody
    assert frame.tickets(KEY, Not(Equals(Column("standing"), "pool"))) == []
    asked = {"A/1": (5, "g"), "B/1": (9, "g"), "C/1": (2, "g")}
    lowest = frame.lowest_tickets(KEY, asked, secret)
    for cell, number, size in (("A/1", 5, 40), ("B/1", 7, 7)):
        meant = sorted((ticket(one), one) for one in members(cell, size))[:number]
        assert lowest[cell] == meant
    assert set(lowest) == {"A/1", "B/1"}
    bound = lowest["A/1"][2][0]
    assert frame.lowest_tickets(KEY, {"A/1": (5, bound)}, secret) == {"A/1": lowest["A/1"][:2]}


def test_tickets_come_with_other_columns(engine: Engine, tmp_path: Path) -> None:
    frame = framed(engine, plan_of("caps"), register_rows(300), tmp_path / "s.parquet").relation
    columns, pool = ("region", "name"), Equals(Column("standing"), "pool")
    said = {row[0]: row[1:] for row in frame.select(("entity_id", *columns), pool)}
    cells = {row[0] for row in frame.counts((Column("cell"),), pool)}
    bare, rows = frame.tickets(KEY, pool), frame.tickets(KEY, pool, None, columns)
    assert rows == [(ticket, one, *said[one]) for ticket, one in bare] and len(rows) > 20
    asked = dict.fromkeys(cells, (2, "g"))
    lowest = frame.lowest_tickets(KEY, asked, SECRET, columns)
    for cell, few in frame.lowest_tickets(KEY, asked, SECRET).items():
        assert lowest[cell] == [(ticket, one, *said[one]) for ticket, one in few]
    assert set(lowest) == cells and len(cells) > 1


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
    names, regions = frame.described(asked)
    assert names == [table[5]["name"], table[2]["name"], "", ""]
    assert regions == [table[5]["region"], table[2]["region"], "", ""]
    assert frame.described([]) == ([], [])
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


@pytest.mark.parametrize(("many", "largest"), [(0, 9), (1 << 24, 1 << 62)])
def test_a_register_grouped_in_pieces_has_each_entity_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int, largest: int
) -> None:
    for name, value in (("_IDS_AT_ONCE", 7), ("_MANY", many), ("_LARGEST", largest)):
        monkeypatch.setattr(f"yaohao.planner.frame.grouped_frame.{name}", value)
    rows = register_rows(60)
    written(rows, tmp_path / "s.parquet")
    held = pq.read_table(tmp_path / "s.parquet").to_pylist()
    register = GroupedRegister(tmp_path / "s.parquet")
    days = {row[name] for row in held for name in ("established_on", "inspected_on")} - {""}
    told = ("tier", "region", "industry", "kind", "status", "fields", "established_on",
            "inspected_on", "visits_this_year")  # fmt: skip
    alone = {held[3]["entity_id"], held[41]["entity_id"], "nobody"}
    for by_industry in (True, False):
        apart = pa.chunked_array([sorted(alone)], pa.string())
        grouped = register.rows(days, apart, by_industry=by_industry).to_pylist()
        own = {row["entity_id"] for row in grouped if not row["entity_id"].startswith("#")}
        assert own == alone - {"nobody"}
        counted: Counter[tuple[Any, ...]] = Counter()
        for row in grouped:
            counted[tuple(row[name] for name in told)] += row["n"]
        assert counted == Counter(
            tuple("" if name == "industry" and not by_industry else row[name] for name in told)
            for row in held
        )
        rest = [row for row in grouped if row["entity_id"].startswith("#")]
        assert len({tuple(row[name] for name in told) for row in rest}) == len(rest)
