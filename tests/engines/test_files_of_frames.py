"""Files of frames: looked through by people, and checked by auditors."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers.small_plans import (
    KEY,
    SECRET,
    framed,
    plan_of,
    prior_rows,
    register_rows,
)
from yaohao.planner.engine.base import Engine, EngineError
from yaohao.planner.engine.browse import FrameBrowser, Wanted, code_counts
from yaohao.planner.frame.eligibility import classification
from yaohao.planner.frame.frame import Frame
from yaohao.planner.frame.leads import leads_table
from yaohao.planner.frame.prior_draws import table_of
from yaohao.planner.schema.frame import FRAME_COLUMNS

# browsing


def test_browsing(engine: Engine, tmp_path: Path) -> None:
    if "browse" not in engine.capabilities:
        pytest.skip("this engine browses no files")
    plan, rows = plan_of("caps"), register_rows(300)
    frame = framed(engine, plan, rows, tmp_path / "s.parquet")
    frame.write(tmp_path / "f.parquet")
    table = frame.table().to_pylist()
    numbers = {row["entity_id"]: number for number, row in enumerate(table)}
    pool = [row["entity_id"] for row in table if row["standing"] == "pool"]
    visits = {
        pool[9]: {"ordinal": 0, "reserve": False},
        pool[4]: {"ordinal": 1, "reserve": True},
    }
    browser = FrameBrowser(tmp_path / "f.parquet", visits)
    became = {(one, reason): size for one, reason, size in browser.groups()}
    assert became["drawn", ""] == became["reserve", ""] == 1
    assert became["not-drawn", ""] == len(pool) - 2
    assert sum(size for *_, size in browser.tally("tier")) == len(table)
    day = plan.as_of
    in_order = browser.find(Wanted(day)).tolist()
    assert in_order[:2] == [numbers[pool[9]], numbers[pool[4]]]
    assert sorted(in_order) == list(range(len(table)))
    of_cell = browser.find(Wanted(day, cell="B/150502", typed="tier:B")).tolist()
    assert of_cell and {table[n]["cell"] for n in of_cell} == {"B/150502"}
    assert browser.find(Wanted(day, entity_ids=["'", pool[0]])).tolist() == [numbers[pool[0]]]
    assert browser.find(Wanted(day, became="x' OR true --")).tolist() == []
    columns = ("entity_id", "name")
    assert browser.rows([3, 1], columns) == {
        n: {name: table[n][name] for name in columns} for n in (1, 3)
    }
    assert browser.rows([], columns) == {}
    assert set(browser.visited(columns)) == {numbers[one] for one in visits}
    assert browser.row(pool[0]) == table[numbers[pool[0]]] and browser.row("'") is None
    cell = table[numbers[pool[0]]]["cell"]
    ranked = sorted(
        (sha256(f"{KEY}|{row['entity_id']}".encode()).hexdigest(), row["entity_id"])
        for row in table
        if row["standing"] == "pool" and row["cell"] == cell
    )
    rank, beside = browser.neighbours(pool[0], cell, KEY, 1)
    assert ranked[rank - 1][1] == pool[0]
    assert [(ticket, one) for one, _, ticket, _ in beside] == ranked[max(rank - 2, 0) : rank + 1]
    counts = code_counts(tmp_path / "s.parquet", ("kind",), sets=("fields",))
    assert counts["kind"] == Counter(row["kind"] for row in rows)
    fields = Counter(code for row in rows for code in row["fields"].split(",") if code)
    assert counts["fields"] == fields


# files to be checked


def changed(table: pa.Table, index: int, **values: Any) -> pa.Table:
    rows = table.to_pylist()
    rows[index] = {**rows[index], **values}
    return pa.Table.from_pylist(rows, schema=table.schema)


def test_files_are_checked(engine: Engine, tmp_path: Path) -> None:
    if "audit" not in engine.capabilities:
        pytest.skip("this engine checks no files")
    plan, rows = plan_of("lists"), register_rows(300)
    rules = classification(plan)
    frame = framed(engine, plan, rows, tmp_path / "s.parquet")
    table = frame.table()
    triggers, entries = plan.leads.triggers, [one.entry_id for one in plan.trigger_based.entries]
    number = [row["standing"] for row in table.to_pylist()].index("pool")
    entity = table.to_pylist()[number]["entity_id"]

    def file(table: pa.Table) -> Any:
        pq.write_table(table, tmp_path / "f.parquet")
        return engine.frame_file(tmp_path / "f.parquet")

    sound = file(table)
    held = [len(table)] * len(FRAME_COLUMNS)
    assert sound.filled(FRAME_COLUMNS) == (len(table), held)
    assert sound.entities() == len(table)
    assert sound.first_disorder() is None and sound.first_unlike("e[0-9]+") is None
    assert sorted(sound.values("tier")) == sorted({row["tier"] for row in table.to_pylist()})
    assert sound.first_outside(rules.scope) is None
    assert sound.first_misclassified(rules, triggers, entries) is None
    assert sound.first_prior_difference(table_of(prior_rows(rows))) is None
    assert Frame(plan, sound.frame(rules)).root(SECRET) == frame.root(SECRET)

    assert file(changed(table, number, name=None)).filled(["name"])[1] == [len(table) - 1]
    assert file(changed(table, number, entity_id="e'")).first_unlike("e[0-9]+") == "e'"
    assert file(changed(table, 9, entity_id="e")).first_disorder() == "e"
    assert file(changed(table, number, region="9")).first_outside(rules.scope) == entity
    wrong = file(changed(table, number, standing="out", cell="", reason="tolerance"))
    where, meant, told = wrong.first_misclassified(rules, triggers, entries)
    assert where == entity and meant[0] == "pool" and told == ("out", "", "tolerance")
    other = file(changed(table, number, drawn_this_year=7))
    where, before, now = other.first_prior_difference(table_of(prior_rows(rows)))
    assert where == entity and before[0] != 7 and now[0] == 7
    with pytest.raises(EngineError):
        file(table.drop_columns(["cell"])).first_misclassified(rules, triggers, entries)


def test_what_is_no_parquet_is_an_error_of_the_engine(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    path.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(EngineError):
        engine.frame_file(path).form()
    with pytest.raises(EngineError):
        engine.open_frame(path).table()
    with pytest.raises(EngineError):
        engine.classify(
            classification(plan_of("least")),
            path,
            leads_table(plan_of("least"), ()),
            table_of(()),
        )
