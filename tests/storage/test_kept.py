"""What is known by a digest is held against it before anything is made from it."""

from __future__ import annotations

import os
import shutil
import tarfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from helpers.bit_flips import flips
from helpers.campaign import sizes
from helpers.cli import told
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.dealt_spring"]


@pytest.fixture(params=["now", "version-1"])
def workspace(dealt: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A workspace of this program, and one whose database holds no seals."""
    if request.param == "now":
        return Path(shutil.copytree(dealt, tmp_path / "bureau"))
    with tarfile.open(
        Path(__file__).resolve().parents[1] / "workspaces" / "version-1.tar.gz"
    ) as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path / "bureau"


def frame_file(workspace: Path, name: str) -> Path:
    [folder] = (workspace / "frames").iterdir()
    return folder / name


def refused(workspace: Path, file: Path, *words: Any) -> None:
    """The command names the file, what was expected and what is found, and changes nothing."""
    lines = Workspace(workspace).ledger()
    [error] = told("--workspace", workspace, *words, status=2)["errors"]
    assert error["params"]["file"] == str(file)
    assert error["params"]["expected"] != error["params"]["found"]
    assert str(file) in error["message"] and "backup" in error["message"]
    assert Workspace(workspace).ledger() == lines


def test_an_altered_snapshot_is_not_frozen(workspace: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    [path] = (workspace / "register" / "entities").iterdir()
    table = pq.read_table(path)
    at = table.column_names.index("tier")
    altered = table.set_column(at, "tier", pa.array(["A"] * table.num_rows, pa.string()))
    pq.write_table(altered.cast(table.schema), path)
    plan = workspace / "plans" / "spring.toml"
    more = workspace.parent / "more.csv"
    more.write_text("entity_id,name,tier\nnew-1,New,A\n")
    for words in (
        ("freeze", plan, "--again"), ("plan", "preview", plan), ("register",), ("simulate", plan),
        ("register", "entities"), ("register", "entity", "cafe-07"), ("import", "entities", more),
    ):  # fmt: skip
        refused(workspace, path, *words)
    path.unlink()
    refused(workspace, path, "freeze", plan, "--again")
    warnings = told("--workspace", workspace, "status")["warnings"]
    assert [one["file"] for one in warnings if one["kind"] == "missing-file"] == [
        path.relative_to(workspace).as_posix()
    ]


@pytest.mark.parametrize("workspace", ["now"], indirect=True)  # the other makes none
@pytest.mark.parametrize("name", ["secret", "plan.json", "lottery.json", "frame.parquet"])
def test_an_audit_is_not_made_from_another_file(workspace: Path, tmp_path: Path, name: str) -> None:
    path = frame_file(workspace, name)
    whole = path.read_bytes()
    path.chmod(0o600)
    for content in (bytes([whole[0] ^ 1]) + whole[1:], whole[:-2], b""):
        path.write_bytes(content)
        refused(workspace, path, "audit", "spring", "--to", tmp_path / "audit")
        assert not (tmp_path / "audit").exists()
    path.unlink()
    refused(workspace, path, "audit", "spring", "--to", tmp_path / "audit")
    path.write_bytes(whole)
    told("--workspace", workspace, "audit", "spring", "--to", tmp_path / "audit")


@pytest.mark.parametrize("workspace", ["now"], indirect=True)  # the other makes none
@pytest.mark.parametrize("name", ["secret", "frame.parquet"])
def test_a_proof_is_not_made_from_another_file(workspace: Path, tmp_path: Path, name: str) -> None:
    path = frame_file(workspace, name)
    content = path.read_bytes()
    flipped = b"0" if content[:1] != b"0" else b"1"
    path.write_bytes(flipped + content[1:])
    refused(workspace, path, "proof", "spring", "cafe-07")
    refused(workspace, path, "proof", "spring", "--all", "--to", tmp_path / "proofs")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE rosters SET document = replace(document, 'Person 2', 'Person 9')",
         ["register", "entity", "cafe-07"]),
        ("DELETE FROM rosters WHERE id = 'P-3'", ["recuse", "P-1", "cafe-01"]),
        ("UPDATE visits SET result = '1' WHERE place = 2", ["show", "spring"]),
        ("DELETE FROM visits WHERE place = 3", ["publish", "spring", "--to", "TO"]),
        ("UPDATE documents SET text = replace(text, 'P-2', 'P-3')",
         ["audit", "spring", "--to", "TO"]),
        ("UPDATE draws SET record = replace(record, '20 dice', '21 dice')", ["show"]),
        ("UPDATE snapshots SET entities = 61", ["register"]),
        ("UPDATE ledger SET act = replace(act, '20 dice', '21 dice')", ["show", "spring"]),
        ("DELETE FROM ledger WHERE line = (SELECT max(line) FROM ledger)", ["show", "spring"]),
        ("DELETE FROM seals WHERE part = 'draws'", ["show", "spring"]),
        ("UPDATE draws SET record = substr(record, 3)", ["status"]),
        ("UPDATE draws SET plan = '{}'", ["status"]),
        ("UPDATE rosters SET document = '[' WHERE register = 'inspectors'", ["status"]),
    ],
)  # fmt: skip
def test_rows_that_nobody_wrote_are_told(
    dealt: Path, tmp_path: Path, change: str, words: list[str]
) -> None:
    """Under what is changed below the program, by a fault or a hand, nothing is made."""
    import sqlite3

    workspace = Path(shutil.copytree(dealt, tmp_path / "bureau"))
    connection = sqlite3.connect(workspace / "planner.db")
    connection.execute(change)
    connection.commit()
    connection.close()
    asked = [str(tmp_path / "to") if word == "TO" else word for word in words]
    [error] = told("--workspace", workspace, *asked, status=2)["errors"]
    assert error["code"] in ("workspace.rows-changed", "workspace.broken-ledger")
    assert error["params"]["file"] == str(workspace / "planner.db")
    assert not (tmp_path / "to").exists()


@pytest.mark.slow
@pytest.mark.parametrize("number", sizes(int(os.environ.get("YAOHAO_FLIPS", "60")), of=3))
def test_a_bit_turned_over_is_found_by_the_name_of_its_file(
    dealt: Path, tmp_path: Path, number: int
) -> None:
    """YAOHAO_FLIPS=2000 turns over that many; `python -m benchmarks.flips` counts them."""
    came = Counter(
        (what if what in ("found", "harmless") else f"{name} bit {bit}: {what}", name.split("/")[0])
        for name, bit, what in flips(dealt, tmp_path / "trial", number, 7, "spring", "cafe-07")
    )
    assert {what for what, _ in came} <= {"found", "harmless"}, came
    assert {name for what, name in came if what == "harmless"} <= {"planner.db"}
    assert {name for what, name in came if what == "found"} >= {"frames", "register"}
