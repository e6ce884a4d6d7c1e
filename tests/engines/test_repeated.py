"""Numbers that come more than once, in one part or in several."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.engine import repeated as module
from yaohao.planner.engine.duckdb import connect, named_rows
from yaohao.planner.engine.repeated import repeated

NUMBERS = st.lists(st.integers(0, 12) | st.integers(2**64 - 4, 2**64 - 1), max_size=60)


@settings(max_examples=40, deadline=None)
@given(numbers=NUMBERS, most=st.integers(1, 70))
def test_numbers_that_come_again(numbers: list[int], most: int) -> None:
    meant = sorted(one for one, times in Counter(numbers).items() if times > 1)
    with pytest.MonkeyPatch.context() as patch, connect() as connection:
        patch.setattr(module, "_MOST", most)
        patch.setattr(module, "_AT_ONCE", 7)
        table = pa.table({"h": pa.array(np.array(numbers, np.uint64))})
        with named_rows(connection, "some_numbers", table):
            found = repeated(connection, "SELECT h FROM some_numbers", "some_numbers")
    assert found.tolist() == meant
