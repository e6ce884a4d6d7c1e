"""The table of an entity's columns: what is derived from it, and that a line in it is enough."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from yaohao.planner.schema import entity
from yaohao.planner.schema.entity import Column
from yaohao.sample_data.entities import REGISTER

ROOT = Path(__file__).resolve().parents[2]

# Run in a process of its own, whose table of columns has one line more than the program's, or none
# more: a whole draw, through every stage, of a register that has the column or lacks it.
PROGRAM = """
import importlib.util, json, sys
from yaohao.no_pandas import leave_out_pandas
leave_out_pandas()
from pathlib import Path

line, folder, filled = sys.argv[1], Path(sys.argv[2]), sys.argv[3] == "filled"
import yaohao.planner.schema as room
spec = importlib.util.find_spec("yaohao.planner.schema.entity")
text = Path(spec.origin).read_text(encoding="utf-8")
mark = ")  # fmt: skip\\n\\"\\"\\"The register's columns"
assert text.count(mark) == 1
module = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = room.entity = module
exec(compile(text.replace(mark, line + mark), spec.origin, "exec"), module.__dict__)

from helpers import workspace_maker
rows = workspace_maker.entity_rows
workspace_maker.entity_rows = lambda shape: [
    {**row, **({"传真": f"1390000{n:04d}"} if filled else {})}
    for n, row in enumerate(rows(shape))
]
made = workspace_maker.make(folder, workspace_maker.Shape(entities=60, abandoned=False))
import pyarrow.parquet as pq
path, content, _ = made.workspace._workspace.snapshot_path()
columns = pq.read_schema(path).names
record = json.loads((made.public["dealt"] / "draw.json").read_text(encoding="utf-8"))
held = pq.read_table(path).to_pylist()[5].get("fax")
ledger = [line.act for line in made.workspace._workspace.store.ledger_texts()]
print(json.dumps([columns, content, record["select"]["frame"], held, ledger]))
"""
LINE = '    Column("fax", "text", "传真", private=True),\n'


def contents(path: Path) -> Iterator[bytes]:
    """What a file holds, and if it is a workbook what its parts hold."""
    yield path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            yield from map(parts.read, parts.namelist())


def whole_draw(folder: Path, line: str, *, filled: bool) -> list[object]:
    """Columns and digest of the register, root of the frame, a fax number, the ledger's acts."""
    folder.mkdir()
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, line, str(folder), "filled" if filled else "empty"],
        check=False,
        capture_output=True,
        cwd=ROOT / "tests",
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PYTHONIOENCODING": "utf-8"},
    )
    assert result.returncode == 0, result.stderr.decode()[-2000:]
    told: list[object] = json.loads(result.stdout.decode().splitlines()[-1])
    return told


def test_a_private_column_is_one_line_and_never_leaves_the_register(tmp_path: Path) -> None:
    columns, content, root, held, _ = whole_draw(tmp_path / "before", "", filled=False)
    assert columns == list(entity.COLUMNS) and held is None
    lacking = whole_draw(tmp_path / "lacking", LINE, filled=False)
    assert lacking[:4] == [[*entity.COLUMNS, "fax"], content, root, ""]
    having = whole_draw(tmp_path / "having", LINE, filled=True)
    assert str(having[3]).startswith("1390000")  # it was read and is kept
    assert having[1] != content  # the register is another one, and the ledger's digest tells so
    assert having[2] == root  # the frame is not
    assert "1390000" not in json.dumps(having[4])
    seen = 0
    for path in sorted((tmp_path / "having").rglob("*")):
        if path.is_file() and path.name != "e.csv" and path.parent.name != "entities":
            seen += 1
            for content_of in contents(path):
                assert b"1390000" not in content_of, path
            assert path.suffix != ".parquet" or not {"phone", "fax"} & set(
                pq.read_schema(path).names
            ), path
    assert seen > 40


def test_what_is_private_is_neither_committed_nor_published() -> None:
    for flag in ("leaf", "published"):
        with pytest.raises(ValueError, match="private"):
            Column("phone", "text", "电话", private=True, **{flag: True})  # type: ignore[arg-type]


def test_what_is_derived_is_what_the_protocol_says() -> None:
    assert entity.LEAF == (
        "entity_id", "tier", "region", "industry", "kind", "status",
        "established_on", "inspected_on", "fields", "visits_this_year",
    )  # fmt: skip
    assert entity.KEPT == ("name", "address")
    assert entity.PUBLISHED == ("entity_id", "name", "region")
    assert entity.PREFIXED == ("region", "industry")
    assert [name for name, kind in entity.FRAME_FORM if kind == "INTEGER"] == [
        "visits_this_year",
        "drawn_this_year",
        "drawn_by_plan",
    ]


def test_synthetic_registers_have_the_columns_that_are_in_frames() -> None:
    assert tuple(REGISTER) == entity.SHOWN


def test_a_register_stored_before_a_column_was_there_is_read_as_without_it() -> None:
    old = entity.schema().empty_table()
    assert entity.completed(old).schema == entity.schema()
    with pytest.raises(KeyError):
        entity.completed(old.drop_columns(["tier"]))
