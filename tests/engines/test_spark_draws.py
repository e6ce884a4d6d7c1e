"""Whole draws on Spark, through the door: every file that is shown is the one of DuckDB."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from helpers.engines import needs_spark
from helpers.workspace_maker import (
    ITEMS,
    SECRET,
    SELECT_SEED,
    Shape,
    entity_rows,
    inspector_rows,
    plan_text,
    write_csv,
)
from yaohao.planner.doors.checks import verify_publication
from yaohao.planner.workspace import Workspace

MASTER = "local[2]"
BATCHES = """
[tolerance]
years = 3
leave_out = "40%"
[low_risk]
tiers = ["A"]
leave_out = "50%"
[[coverage]]
where = { fields = ["food"], tier = "B" }
within_years = 2
[[quota]]
where = { fields = ["food"] }
min = 2
[[department]]
name = "食品科"
items = ["FOOD-01"]
[[department]]
name = "监管科"
items = ["REG-01"]
"""
"""Every kind of rule, drawn in two batches by two departments."""


def bureau(folder: Path, shape: Shape) -> Path:
    """A workspace with registers, leads and a plan, and nothing drawn."""
    with Workspace.create(folder / "bureau", "free") as made:
        made.import_files("entities", [write_csv(folder / "e.csv", entity_rows(shape))])
        people = inspector_rows(shape)
        for person in people:
            person["capacity"] = "100000"
        made.import_files("inspectors", [write_csv(folder / "i.csv", people)])
        made.import_files("items", [write_csv(folder / "t.csv", ITEMS)])
        leads = [
            {"entity_id": row["entity_id"], "trigger": "complaint", "opened_on": "2027-01-02"}
            for row in entity_rows(shape)[3::40]
        ]
        made.import_files("leads", [write_csv(folder / "l.csv", leads)])
        text = plan_text(shape)
        if shape.rules == BATCHES:
            text = text.replace("items =", "frequency = 2\nitems =", 1)
        (made.folder / "plans" / "q1.toml").write_text(text, encoding="utf-8")
        return made.folder


@contextmanager
def copied(folder: Path, name: str, engine: str) -> Iterator[Workspace]:
    copy = Path(shutil.copytree(folder, folder.parent / name))
    master = MASTER if engine == "spark" else ""
    with Workspace(copy, engine=engine, master=master) as workspace:
        yield workspace


def shown(folder: Path, engine: str, batches: int) -> dict[str, Any]:
    """All that a draw on an engine shows, without the moments of its acts."""
    told: dict[str, Any] = {}
    with copied(folder, engine, engine) as workspace:
        plan, out = workspace.folder / "plans" / "q1.toml", folder.parent / f"out-{engine}"
        told["preview"] = workspace.preview(plan)
        for batch in range(batches):
            draw = workspace.freeze(plan, SECRET, despite=("unstaffed",))["draw"]
            workspace.publish(draw, out / f"{batch}-committed")
            workspace.draw(draw, f"{SELECT_SEED} {batch}", "dice", ("Zhang San",))
            workspace.publish(draw, out / f"{batch}-public")
            workspace.audit(draw, out / f"{batch}-audit")
            frame = out / f"{batch}-audit" / "frame.parquet"
            entity = pq.read_table(frame)["entity_id"][77].as_py()
            told |= {
                f"frame {batch}": pq.read_table(frame).to_pydict(),
                f"proof {batch}": {**workspace.proof(draw, entity), "published": None},
            }
            for name in ("draw.json", "lottery.json", "visits.json", "plan.json"):
                for kind in ("public", "audit"):
                    path = out / f"{batch}-{kind}" / name
                    if path.exists():
                        told[f"{kind} {batch} {name}"] = timeless(json.loads(path.read_bytes()))
    return told


def timeless(value: Any) -> Any:
    """A document without what hangs on the moments of its acts."""
    if isinstance(value, dict):
        left = {"at", "committed_at", "published_at", "made_at", "ledger", "previous", "entry"}
        return {k: timeless(v) for k, v in value.items() if k not in left and "_at" not in k}
    return [timeless(one) for one in value] if isinstance(value, list) else value


SHAPES = {
    "hidden-20000": Shape(entities=20_000, abandoned=False),
    "shown": Shape(tiers="shown", reserves=2, entities=400, abandoned=False),
    "batches": Shape(entities=400, rules=BATCHES, abandoned=False),
}


@needs_spark
@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SHAPES))
def test_a_draw_on_spark_is_that_of_duckdb(name: str, tmp_path: Path) -> None:
    shape = SHAPES[name]
    folder = bureau(tmp_path, shape)
    batches = 2 if shape.rules == BATCHES else 1
    ours, theirs = (shown(folder, engine, batches) for engine in ("duckdb", "spark"))
    assert ours.keys() == theirs.keys()
    for part, value in ours.items():
        assert theirs[part] == value, part
    for engine in ("duckdb", "spark"):
        out = tmp_path / "out-spark"
        for batch in range(batches):
            found = verify_publication(
                out / f"{batch}-public", out / f"{batch}-audit", engine=engine
            )
            assert {one.name for one in found if one.ok is False} == set()
            assert {"frame-root", "standings", "frame-rows", "selection"} <= {
                one.name for one in found if one.ok
            }
