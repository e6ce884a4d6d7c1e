"""Canonical JSON and the other texts that hashes are taken of."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from yaohao.planner.vocabulary import digest

NAMES = ("entity_id", "region", "standing", "share, %s")

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_same_as_the_reference(document: object) -> None:
    assert digest.canonical(document) == rfc8785.dumps(document).decode()


@given(st.dictionaries(st.text('ab\x00\x1f\x7f"\\/\n é€\U0001f600\u2028'), st.text()))
def test_escapes_and_order(document: dict[str, str]) -> None:
    assert digest.canonical(document) == rfc8785.dumps(document).decode()


@pytest.mark.parametrize("document", [2**53, [-(2**53)], {"a": float("nan")}, {"a": "\ud800"}])
def test_what_json_cannot_carry_is_refused(document: object) -> None:
    with pytest.raises((rfc8785.CanonicalizationError, UnicodeEncodeError)):
        digest.canonical(document)


@given(
    st.lists(st.lists(st.text(), min_size=len(NAMES), max_size=len(NAMES)), max_size=5),
    st.dictionaries(st.sampled_from(["%d", "seats", "a"]), values),
)
def test_rows_of_texts_are_written_as_documents_are(
    rows: list[list[str]], same: dict[str, object]
) -> None:
    columns = {name: [row[place] for row in rows] for place, name in enumerate(NAMES)}
    meant = [{**dict(zip(NAMES, row, strict=True)), **same} for row in rows]
    assert "".join(digest.canonical_texts(columns, same)) == digest.canonical(meant)


def test_a_text_that_no_file_can_hold_is_refused_among_rows_too() -> None:
    with pytest.raises((rfc8785.CanonicalizationError, UnicodeEncodeError)):
        list(digest.canonical_texts({"a": ["x", "\ud800"]}, {}))


@given(st.text("0123456789abcdef", min_size=32, max_size=32), st.lists(st.text()))
def test_places_of_many_visits(key: str, ids: list[str]) -> None:
    place = digest.visit_places(key)
    assert list(map(place, ids)) == [digest.visit_place(key, one) for one in ids]
