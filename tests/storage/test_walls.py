"""SQL over the database of a workspace stands in its own folder; who asks calls a named method."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STORAGE = ROOT / "planner" / "storage"
OUTSIDE = sorted(
    file
    for folder in ("planner", "tui", "scripts", "sample_data")
    for file in (ROOT / folder).rglob("*.py")
    if STORAGE not in file.parents
)
TABLES = re.compile(
    r"\b(FROM|JOIN|INTO|UPDATE|TABLE)\s+"
    r"(ledger|snapshots|rosters|imports|set_aside|draws|visits|documents|seals)\b"
)
DUCKDB = {"planner/engine/browse.py": "its own table of visits, beside the frame"}
"""Files that ask DuckDB for a table of the same name, and why."""

INSIDE = {"connection", "_rows", "_column", "_number", "_insert", "_change"}


def faults(source: str) -> list[str]:
    """What a file says that only the storage may say: SQL of its tables, a way past its methods."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found += [match[0] for match in TABLES.finditer(node.value)]
        elif isinstance(node, ast.Attribute) and node.attr in INSIDE:
            owner = node.value
            name = getattr(owner, "attr", getattr(owner, "id", ""))
            found += [f"{name}.{node.attr}"] if name in ("store", "_store") else []
    return found


def test_no_sql_of_the_database_stands_outside_the_storage() -> None:
    assert len(OUTSIDE) > 200
    told = {file.relative_to(ROOT).as_posix(): faults(file.read_text("utf-8")) for file in OUTSIDE}
    assert {name for name, one in told.items() if one} == set(DUCKDB), told
    assert all(one.startswith("JOIN ") for name in DUCKDB for one in told[name])


@pytest.mark.parametrize(
    "source",
    [
        "rows = workspace.store.connection.execute('x')",
        "rows = store._rows('x')",
        'text = f"SELECT draw FROM draws WHERE {one}"',
        'text = "UPDATE visits SET result = ?"',
    ],
)
def test_what_may_not_stand_there_is_found(source: str) -> None:
    assert faults(source)
