"""Whatever the file holds: rows read = accepted + set aside, and nothing but PlannerError."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers.campaign import tried
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from test_intake import HEADINGS, conserved, credit, registration
from yaohao.planner.register import delimited
from yaohao.planner.register.entities import read_entities
from yaohao.planner.register.file_probe import survey
from yaohao.planner.register.importer import ImportResult, set_aside_rows
from yaohao.planner.register.mend_file import write_set_aside
from yaohao.planner.register.small_registers import read_inspectors, read_items, read_leads
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.text import ENTITY_ID

BOUNDED = tried(80, suppress_health_check=[HealthCheck.function_scoped_fixture])
HEAD = ",".join(HEADINGS)
READERS: list[Callable[..., ImportResult[Any]]] = [
    read_entities,
    read_inspectors,
    read_items,
    read_leads,
]
PREFIXES = [
    b"", b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04", b"PAR1", b"{", b"entity_id,name\n",
    b"entity_id,name,trigger,item_id,inspector_id\n", HEAD.encode() + b"\n",
    HEAD.encode("gb18030") + b"\r\n", ("\ufeff" + HEAD + "\n").encode("utf-16-le"),
    b'{"entity_id": "1", "name": "x"}\n',
]  # fmt: skip

CELLS = st.one_of(
    st.sampled_from([
        "", " ", "-", "A", "D", "高风险", "150502", "990000", "通辽市", "F52", "0111", "个体工商户",
        "注销",
        "2020-01-05", "43835", "2020-02-30", "9.1E+17", "是", "food;drug", "1", "1.0", '"', '""',
        "'", "=1",
        "\\u0000",
        "a\nb", "\0", "\u202e", "\ud800", "９１", "name", "长" * 300, "99999", "0000-00-00",
    ]),
    st.integers(0, 20).map(credit), st.integers(0, 20).map(registration), st.text(max_size=6),
)  # fmt: skip


@BOUNDED
@given(st.sampled_from(PREFIXES), st.binary(max_size=200), st.sampled_from(["china", "free"]))
def test_random_bytes(tmp_path: Path, prefix: bytes, rest: bytes, register: str) -> None:
    path = tmp_path / "random.csv"
    path.write_bytes(prefix + rest)
    for read in READERS:
        try:
            found = read([path], register)
        except PlannerError as error:
            assert str(error)
            continue
        assert conserved(found)
        again = read([path], register)
        assert again.accepted == found.accepted
        assert again.set_aside.equals(found.set_aside)


@BOUNDED
@given(st.lists(st.lists(CELLS, min_size=12, max_size=12), max_size=15), st.booleans())
def test_dirty_tables(tmp_path: Path, rows: list[list[str]], quoted: bool) -> None:
    buffer = io.StringIO()
    style = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(buffer, quoting=style).writerows([HEADINGS, *rows])
    path = tmp_path / "dirty.csv"
    path.write_bytes(buffer.getvalue().encode("utf-8", "surrogatepass"))
    found = read_entities([path])
    assert found.rows == len(rows)
    assert conserved(found)
    table = found.accepted
    ids = table.column("entity_id").to_pylist()
    assert len(set(ids)) == len(ids)
    assert all(ENTITY_ID.match(text) for text in ids)
    assert all(column.null_count == 0 for column in table.columns)
    assert all(table.column("name").to_pylist())
    lines = [one["line"] for one in set_aside_rows(found.set_aside)]
    assert all(line >= 2 for line in lines)
    # The way out and in again changes no row.
    write_set_aside(set_aside_rows(found.set_aside), tmp_path / "aside.csv")
    if lines:
        again = read_entities([tmp_path / "aside.csv"])
        assert again.rows == len(lines)


@BOUNDED
@given(st.lists(st.lists(CELLS, min_size=12, max_size=12), min_size=1, max_size=10))
def test_json_lines(tmp_path: Path, rows: list[list[str]]) -> None:
    path = tmp_path / "rows.jsonl"
    objects = [json.dumps(dict(zip(HEADINGS, cells, strict=True))) for cells in rows]
    path.write_text("\n".join(objects), encoding="utf-8")
    found = read_entities([path])
    assert found.rows == len(rows)
    assert conserved(found)


SHORT_ROWS = st.lists(
    st.lists(st.sampled_from(["a", "b c", "", "1"]), min_size=1, max_size=5), max_size=30
)


@BOUNDED
@given(SHORT_ROWS, st.integers(0, 3), st.integers(10, 60))
def test_pieces_do_not_matter(
    tmp_path: Path, rows: list[list[str]], quotes: int, size: int
) -> None:
    """Read in small pieces or in one: the same rows, lines and rejections."""
    lines = [",".join(cells) for cells in rows]
    for index in range(0, len(lines), 7)[:quotes] if lines else []:
        lines[index] += ',"x\ny"' if index % 2 else ',"x'
    path = tmp_path / "pieces.csv"
    path.write_text("\n".join(["entity_id,name,tier", *lines]), encoding="utf-8")
    whole = read_entities([path], "free")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "_CHUNK", size)
        parts = read_entities([path], "free")
    assert parts.accepted.equals(whole.accepted)
    assert set_aside_rows(parts.set_aside) == set_aside_rows(whole.set_aside)


CLEAN = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8)
GRID = st.lists(st.lists(CLEAN, min_size=3, max_size=3), max_size=12)


@BOUNDED
@given(GRID, st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_the_fast_reader_agrees_with_the_csv_module(
    tmp_path: Path, rows: list[list[str]], delimiter: str, end: str, quoted: bool
) -> None:
    buffer = io.StringIO()
    out = csv.writer(
        buffer, delimiter=delimiter, lineterminator=end, quoting=int(quoted) and csv.QUOTE_ALL
    )
    out.writerows([["entity_id", "name", "tier"], *rows])
    path = tmp_path / "grid.csv"
    path.write_bytes(buffer.getvalue().encode())
    headings = {"entity_id", "name", "tier"}
    found = delimited.read_delimited(survey(path), lambda row: len(headings & set(row)))
    read = [
        cells
        for chunk in found
        for cells in zip(*(column.to_pylist() for column in chunk.columns), strict=True)
    ]
    assert read == [tuple(cells) for cells in rows]
