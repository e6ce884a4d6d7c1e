"""Roots joined of subtrees, wherever the leaves are cut."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yaohao.planner.frame.merkle import WIDTH, merkle_root, root_of_subtrees, tree_levels


def leaves(number: int) -> bytes:
    return b"".join(sha256(str(n).encode()).digest() for n in range(number))


@given(st.integers(0, 300), st.data())
def test_any_cut_into_complete_subtrees_gives_the_root(number: int, data: st.DataObject) -> None:
    joined, at, cut = leaves(number), 0, []
    while at < number:
        highest = (at & -at).bit_length() - 1 if at else 9
        heights = [h for h in range(highest + 1) if at + (1 << h) <= number]
        height = data.draw(st.sampled_from(heights))
        part = joined[at * WIDTH : (at + (1 << height)) * WIDTH]
        cut.append((height, tree_levels(part)[-1]))
        at += 1 << height
    assert root_of_subtrees(cut) == merkle_root(joined)


def test_a_subtree_that_cannot_follow_is_refused() -> None:
    with pytest.raises(ValueError, match="height 1 follows one of 0"):
        root_of_subtrees([(0, leaves(1)), (1, leaves(1))])
