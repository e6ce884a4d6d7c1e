"""The codes of a register by column, against counting one by one."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from unittest.mock import patch

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.engine.alike import twins
from yaohao.planner.register.code_columns import CodeColumns
from yaohao.planner.schema.entity import CODES, SETS, schema
from yaohao.planner.vocabulary import numbered_columns

REGIONS = ("", "15", "150502", "1505", "220102")
FIELDS = ("", "food", "drug", "drug,food")
DAYS = ("", "2026-12-31", "2027-01-01", "2027-06-30")
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "tier": st.sampled_from(("", "A", "B")),
            "region": st.sampled_from(REGIONS),
            "fields": st.sampled_from(FIELDS),
            "established_on": st.sampled_from(DAYS),
        }
    ),
    max_size=40,
)


def written(folder: Path, rows: list[dict[str, str]], size: int = 7) -> Path:
    """A snapshot of rows in groups of so many; what a row does not have is empty."""
    columns = {
        field.name: pa.array(
            [row.get(field.name, 0 if field.name == "visits_this_year" else "") for row in rows],
            field.type,
        )
        for field in schema()
    }
    pq.write_table(pa.table(columns), folder / "s.parquet", row_group_size=size)
    return folder / "s.parquet"


@given(ROWS, st.sampled_from(DAYS[1:]), st.sampled_from((1, 3, 1 << 20)))
@settings(max_examples=60, deadline=None)
def test_columns_are_counted_as_row_by_row(
    rows: list[dict[str, str]], day: str, at_once: int
) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(numbered_columns, "_AT_ONCE", at_once),
    ):
        found = CodeColumns(written(Path(folder), rows))
        assert found.size == len(rows)
        for column in (*CODES, *SETS):
            met = Counter(code for row in rows for code in row.get(column, "").split(",") if code)
            assert found.counts(column) == met
        later = sum(row["established_on"] > day for row in rows)
        assert found.later_than("established_on", day) == later
        assert found.later_than("inspected_on", day) == 0
        for tiers, prefixes, fields in (
            (("A",), ("1505",), ()),
            ((), ("15", "22"), ("food",)),
            (("", "B"), ("",), ("drug", "food")),
            ((), (), ()),
        ):
            number = sum(
                (not tiers or row["tier"] in tiers)
                and (not prefixes or any(_begins(row["region"], one) for one in prefixes))
                and (not fields or not set(row["fields"].split(",")).isdisjoint(fields))
                for row in rows
            )
            asked = {"tier": tiers, "region": prefixes}
            assert found.count(asked, {"fields": fields}) == number


def _begins(region: str, prefix: str) -> bool:
    """An empty code asks for those without a region."""
    return region.startswith(prefix) if prefix else not region


@pytest.mark.parametrize(("status", "groups"), [((), 2), (("active",), 1), (("gone",), 0)])
def test_twins_have_one_name_and_address(
    status: tuple[str, ...], groups: int, tmp_path: Path
) -> None:
    rows = [
        {"entity_id": "1", "name": "n", "address": "a", "status": "active"},
        {"entity_id": "2", "name": "n", "address": "a", "status": "active"},
        {"entity_id": "3", "name": "n", "address": "b", "status": "active"},
        {"entity_id": "4", "name": "m", "address": "", "status": "active"},
        {"entity_id": "5", "name": "m", "address": "", "status": "active"},
        {"entity_id": "6", "name": "o", "address": "c", "status": "gone"},
        {"entity_id": "7", "name": "o", "address": "c", "status": "active"},
    ]
    found = twins(written(tmp_path, rows), status)
    assert len(found) == groups
    assert not groups or found[0] == ("n", "a", ["1", "2"])


def test_numbers_grow_with_the_texts(tmp_path: Path) -> None:
    """A column of more texts than a byte numbers, in groups of rows that know few each."""
    rows = [{"region": f"{n % 700:06d}", "tier": "ABC"[n % 3]} for n in range(2000)]
    read = CodeColumns(written(tmp_path, rows, size=90))
    assert read.counts("region") == Counter(row["region"] for row in rows)
    assert read.count({"region": ("0006",)}, {"tier": ("A",)}) == sum(
        row["region"].startswith("0006") and row["tier"] == "A" for row in rows
    )
