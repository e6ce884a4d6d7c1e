"""Two files of frames compared row by row, beside the engine's own join of them."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from yaohao.planner.engine.base import EngineError
from yaohao.planner.engine.registry import start
from yaohao.planner.frame.file_difference import first_row_difference, rows_of
from yaohao.planner.schema.entity import FRAME_FORM


def frame(rows: list[dict[str, Any]], path: Path, group: int) -> Path:
    form = pa.schema([(n, pa.int32() if k == "INTEGER" else pa.string()) for n, k in FRAME_FORM])
    table = pa.Table.from_pylist(rows, form)
    pq.write_table(table, path, row_group_size=group)
    return path


def some_rows(ids: list[int]) -> list[dict[str, Any]]:
    blank = {name: 0 if kind == "INTEGER" else "x" for name, kind in FRAME_FORM}
    return [{**blank, "entity_id": f"e{n:03d}", "name": f"n{n}"} for n in ids]


@pytest.mark.parametrize("seed", range(60))
def test_the_first_difference_is_that_of_a_join(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yaohao.planner.frame.file_difference._AT_ONCE", 4)
    chance = random.Random(seed)
    ids = sorted(chance.sample(range(40), 17))
    ours, theirs = some_rows(ids), some_rows(ids)
    for _ in range(seed % 3):
        kind, side = chance.randrange(3), chance.choice((ours, theirs))
        at = chance.randrange(len(side))
        if kind == 0:
            side[at]["tier"] = "other"
        elif kind == 1:
            del side[at]
        else:
            side.append(some_rows([chance.choice([n for n in range(40) if n not in ids])])[0])
            side.sort(key=lambda row: row["entity_id"])
    meant = frame(ours, tmp_path / "m.parquet", 5)
    held = frame(theirs, tmp_path / "h.parquet", 3)
    found = first_row_difference(rows_of(meant), held)
    assert found == start().frame_file(held).first_row_difference(pq.read_table(meant))
    assert (found is None) == (ours == theirs)


def test_what_is_no_frame_is_told(tmp_path: Path) -> None:
    meant = frame(some_rows([1]), tmp_path / "m.parquet", 5)
    (tmp_path / "no.parquet").write_bytes(b"PAR1 no PAR1")
    with pytest.raises(EngineError):
        first_row_difference(rows_of(meant), tmp_path / "no.parquet")
    pq.write_table(pa.table({"entity_id": ["a"]}), tmp_path / "few.parquet")
    with pytest.raises(EngineError):
        first_row_difference(rows_of(meant), tmp_path / "few.parquet")
