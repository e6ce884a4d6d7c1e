"""Canonical JSON and the other texts that hashes are taken of."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from yaohao.planner.vocabulary import digest

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
