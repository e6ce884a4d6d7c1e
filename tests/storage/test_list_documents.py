"""Lists of rows are read in pieces, wherever these are cut."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yaohao.planner.storage.list_documents import crew_visits, rows_of
from yaohao.planner.vocabulary.digest import canonical

SEATS = [[{"department": "市场监管局", "qualification": q}] for q in ("", "特种设备")]
VISITS = st.lists(
    st.fixed_dictionaries(
        {
            "entity_id": st.text(max_size=4),
            "region": st.sampled_from(["150102", "]}", "},{"]),
            "standing": st.sampled_from(["pool", "directed"]),
            "seats": st.sampled_from(SEATS),
        }
    ),
    max_size=6,
)


@given(visits=VISITS, size=st.integers(1, 400))
def test_visits_come_out_however_they_are_cut(visits: Any, size: int) -> None:
    data = canonical(visits).encode("utf-8")
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert list(rows_of(pieces)) == visits
    found = crew_visits(pieces)
    assert found == visits
    assert len({id(one["seats"]) for one in found}) == len({json.dumps(s["seats"]) for s in visits})


@pytest.mark.parametrize(
    "text", ["", "[", "{}", "[{}", "[{},", '[{"a":1}', '[{"a":', "[1]", "nothing"]
)
def test_another_document_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no list of rows"):
        list(rows_of([text.encode()]))
