"""Rows that are held as bytes are the rows that were put in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yaohao.planner.vocabulary.digest import (
    canonical,
    canonical_rows,
    document_digest,
    rows_digest,
)
from yaohao.planner.vocabulary.held_rows import HeldRows, MadeRows

VALUES = (
    st.none()
    | st.booleans()
    | st.integers(0, 1 << 50)
    | st.text()
    | st.lists(st.text(), max_size=3)
)
ROWS = st.lists(st.fixed_dictionaries({"a": VALUES, "b": VALUES}), max_size=9)


@given(rows=ROWS, times=st.sampled_from([1, 60, 300]))
def test_rows_come_out_as_they_went_in(rows: list[dict[str, object]], times: int) -> None:
    rows = rows * times
    held = HeldRows(["a", "b"], rows[:1])
    held.extend(rows[1:])
    assert list(held) == rows
    assert len(held) == len(rows)
    assert held[:7] == rows[:7]
    for place in {0, len(rows) // 2, len(rows) - 1, -1}:
        if rows:
            assert held[place] == rows[place]
    for one, row in zip(held, rows, strict=True):
        assert {key: repr(one[key]) for key in one} == {key: repr(row[key]) for key in row}


def test_a_row_given_out_changes_nothing() -> None:
    held = HeldRows(["a"], [{"a": ["x"]}])
    held[0]["a"] = ["y"]
    next(iter(held))["a"] = ["z"]
    assert held[0] == {"a": ["x"]} == next(iter(held))
    with pytest.raises(IndexError):
        held[1]
    with pytest.raises(KeyError):
        held.extend([{"b": 1}])


@given(rows=ROWS, times=st.sampled_from([0, 1, 400]))
def test_rows_have_the_digest_of_their_list(rows: list[dict[str, object]], times: int) -> None:
    rows = rows * times
    made = MadeRows(len(rows), lambda: iter(rows))
    assert "".join(canonical_rows(made)) == canonical(rows)
    assert rows_digest(made) == document_digest(rows)
    assert len(made) == len(rows)
    assert list(made) == list(made) == rows
