"""Paths are names and never patterns: whole roads in folders with strange names, decoys beside."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from helpers.campaign import share
from helpers.cli import fill, told, walk, write_csv
from yaohao.planner.engine import duckdb as engine

NAMES = [
    "a[b]", "a*", "a?b", "a'b", "a b", "a%20b", "a;b", "a{1,2}", "a\nb", "区局", "tier=A", "a\\b",
    "a\\[b", "[!x]\\*", "**", "#a", "~", "http:", '"a"', "-a", "$HOME",
]  # fmt: skip
DECOYS = ["ab", "ax", "axb", "a1", "a2", "a", "b", "x*"]


def table(path: Path, value: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path.parent.mkdir(exist_ok=True)
    pq.write_table(pa.table({"tier": [value]}), path)


@pytest.mark.parametrize("name", [*NAMES, os.fsdecode(b"a\xff")])
def test_the_engine_reads_the_one_file(tmp_path: Path, name: str) -> None:
    for decoy in DECOYS:
        table(tmp_path / decoy / "x.parquet", "decoy")
    table(tmp_path / "fine.parquet", "own")
    (tmp_path / name).mkdir()
    path = tmp_path / name / "x.parquet"
    (tmp_path / "fine.parquet").rename(path)
    rows = engine.rows(engine.connect(), f"SELECT * FROM {engine.parquet(path)}")
    assert rows == [("own",)]


@pytest.fixture(scope="module")
def neighbour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with more entities than the others have."""
    folder = tmp_path_factory.mktemp("neighbour")
    workspace = fill(folder)
    others = [{"entity_id": f"other-{n}", "name": f"Other {n}", "tier": "A"} for n in range(90)]
    file = write_csv(folder / "others.csv", others)
    told("--workspace", workspace, "import", "entities", file)
    return workspace


@pytest.mark.parametrize("name", share(NAMES, 4))
def test_the_whole_road_below_a_strange_name(tmp_path: Path, neighbour: Path, name: str) -> None:
    """Import to verify, with a neighbour whose name the folder's would match as a pattern."""
    decoy = shutil.copytree(neighbour, tmp_path / "ab" / "bureau")
    (tmp_path / name).mkdir()
    workspace = fill(tmp_path / name)
    for upper in ("frames", "register"):
        for path in (decoy / upper).rglob("*.parquet"):  # the same names below the neighbours
            for beside in ("ax", "axb", "a1"):
                copy = tmp_path / beside / "bureau" / path.relative_to(decoy)
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(path.read_bytes())
    walk(workspace)
    assert told("--workspace", workspace, "register")["registers"]["entities"] == 60
    counts = told("--workspace", workspace, "show", "spring")["select"]["counts"]
    assert counts["scope"] == 60
    public, audit = tmp_path / name / "public", tmp_path / name / "audit"
    told("--workspace", workspace, "publish", "spring", "--to", public)
    told("--workspace", workspace, "audit", "spring", "--to", audit)
    told("--workspace", workspace, "proof", "spring", "cafe-07")
    told("--workspace", workspace, "why", "spring", "cafe-07")
    told("--workspace", workspace, "review", "spring")
    told("--workspace", workspace, "plan", "preview", workspace / "plans" / "spring.toml")
    told("verify", public)
    told("verify", public, "--audit", audit)
