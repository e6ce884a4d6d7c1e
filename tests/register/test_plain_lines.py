"""Lines read as columns by Arrow: what is taken is canonical JSON, and nothing else is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.register.plain_lines import plain_columns

KINDS = (str, str, int, str)
MOST = 1000
TEXTS = st.text(max_size=5) | st.sampled_from(
    ["", ",", "]", "[", "'", "],[", "面粉厂", "a b", "\x7f"]
)
ROWS = st.lists(st.tuples(TEXTS, TEXTS, st.integers(0, MOST), TEXTS), min_size=1, max_size=5)


def written(rows: list[Any]) -> bytes:
    lines = [json.dumps(list(row), ensure_ascii=False, separators=(",", ":")) for row in rows]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")


def told(block: bytes) -> list[list[Any]] | None:
    columns = plain_columns(block, KINDS, MOST)
    if columns is None:
        return None
    return [list(row) for row in zip(*(one.to_pylist() for one in columns), strict=True)]


@settings(deadline=None)  # Arrow is loaded by the first one
@given(rows=ROWS)
def test_rows_without_escapes_are_read(rows: list[Any]) -> None:
    block = written(rows)
    try:
        has_escapes = "\\" in block.decode("utf-8")
    except UnicodeDecodeError:
        has_escapes = True
    assert told(block) == (None if has_escapes else [list(row) for row in rows])


CHANGES = st.sampled_from(
    [
        b'"',
        b",",
        b"[",
        b"]",
        b"\n",
        b" ",
        b"0",
        b"-",
        b"\\",
        b"\t",
        b"\r",
        b"\xff",
        b"",
        b'","',
        b"]\n[",
    ]
)


@settings(deadline=None)
@given(rows=ROWS, place=st.integers(0, 200), length=st.integers(0, 3), change=CHANGES)
def test_what_is_read_is_the_canonical_form_of_its_rows(
    rows: list[Any], place: int, length: int, change: bytes
) -> None:
    block = written(rows)
    place %= len(block)
    block = block[:place] + change + block[place + length :]
    found = told(block)
    if found is not None:
        assert written(found) == block
        assert [json.loads(line) for line in block.decode("utf-8").split("\n")[:-1]] == found


@pytest.mark.parametrize(
    "line",
    [
        '["a","b",01,"c"]', '["a","b",-1,"c"]', '["a","b",1001,"c"]', '["a","b",1.0,"c"]',
        '["a","b","1","c"]', '["a","b",1,2]', '["a","b",1]', '["a","b",1,"c","d"]', "", "[]",
        '["a", "b",1,"c"]', '"a","b",1,"c"', '["a","b",1,"c"]]', '[["a","b",1,"c"]',
        '["a","b",,"c"]',
        '["a","b",null,"c"]', '["a","b",+1,"c"]', '["a","b", 1,"c"]', '["a"x,"b",1,"c"]',
        '["a","b",9999999999999999999999,"c"]', '["a""b",1,"c"]', "['a','b',1,'c']",
    ],
)  # fmt: skip
def test_other_lines_are_not_read(line: str) -> None:
    sound = '["a","b",1,"c"]\n'
    assert told(sound.encode()) == [["a", "b", 1, "c"]]
    for block in (
        f"{line}\n",
        f"{sound}{line}\n",
        f"{line}\n{sound}",
        sound[:-1],
        f"{sound}{line}",
    ):
        if block != sound:
            assert told(block.encode()) is None, block
