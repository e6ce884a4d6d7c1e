"""Frames of a few columns, for what looks at no others."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from yaohao.planner.engine.base import FrameRelation
from yaohao.planner.engine.registry import DEFAULT, start
from yaohao.planner.vocabulary.whole_folders import process_folder, unfinished_name

PLAN = """
id = "p"
title = "t"
authority = "a"
as_of = 2027-01-04
window = [2027-01-11, 2027-03-31]
strata = ["tier", "region"]
[scope]
region = ["15", "2201"]
kind = ["enterprise", "individual"]
[rates]
tier = { A = "1%", B = "3%", C = "10%", D = "30%" }
"""
"""A plan of little more than is needed."""


def frame_of(columns: dict[str, list[Any]], engine: str = DEFAULT) -> FrameRelation:
    """A frame with these columns, read from a file that lasts as long as the process."""
    path = process_folder() / f"{unfinished_name()}.parquet"
    pq.write_table(pa.table(columns), path)
    return start(engine).open_frame(path)


def pool_of(cells: dict[str, int], engine: str = DEFAULT) -> FrameRelation:
    """A pool with so many members of each cell, called ``e-<cell>-<number>``."""
    rows = [(member, cell) for cell, size in cells.items() for member in members(cell, size)]
    return frame_of(
        {
            "entity_id": [row[0] for row in rows],
            "standing": ["pool"] * len(rows),
            "cell": [row[1] for row in rows],
        },
        engine,
    )


def members(cell: str, size: int) -> list[str]:
    """The ids of the members of a cell."""
    return [f"e-{cell}-{number}".replace("/", ".") for number in range(size)]
