"""Solves in tiles and in halves of the bits: the same bits as the plain statement of each."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.vocabulary import reproducible_math
from yaohao.planner.vocabulary.reproducible_math import (
    Floats,
    factor,
    ordered_sum,
    whole_gram,
)


def plain_factor(matrix: Floats) -> Floats:
    """Column by column, each taken off all that is left."""
    rest, found = matrix.copy(), np.zeros_like(matrix)
    least = 1e-15 * np.abs(np.diagonal(matrix))
    for step in range(len(matrix)):
        if rest[step, step] > least[step]:
            column = rest[step:, step] / np.sqrt(rest[step, step])
            found[step:, step] = column
            rest[step + 1 :, step + 1 :] -= column[1:, None] * column[None, 1:]
    return found


@settings(max_examples=60, deadline=None)
@given(
    size=st.integers(1, 70),
    rank=st.integers(1, 70),
    panel=st.integers(1, 24),
    tile=st.integers(1, 40),
    seed=st.integers(0, 2**32 - 1),
)
def test_factor_is_the_same_in_any_tiles(
    size: int, rank: int, panel: int, tile: int, seed: int
) -> None:
    """Singular matrices too, of which columns vanish."""
    random = np.random.default_rng(seed)
    rows = random.integers(0, 2, (rank, size)) * random.random((rank, 1))
    matrix = rows.T @ rows
    matrix = (matrix + matrix.T) / 2
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reproducible_math, "_PANEL", panel)
        patch.setattr(reproducible_math, "_TILE", tile)
        assert factor(matrix).tobytes() == plain_factor(matrix).tobytes()


@given(
    shape=st.tuples(st.integers(1, 40), st.integers(1, 12)),
    top=st.sampled_from([1, 1000, 1 << 22, 1 << 24, 1 << 40]),
    seed=st.integers(0, 2**32 - 1),
)
def test_products_of_whole_numbers_are_exact(shape: tuple[int, int], top: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = random.integers(0, 2, shape)
    weights = random.integers(0, top + 1, shape[0]) * random.integers(0, 2, shape[0])
    meant = rows.T.astype(object) @ (weights.astype(object)[:, None] * rows.astype(object))
    found = whole_gram(rows.astype(np.float64), weights.astype(np.float64))
    assert (found.astype(object) == meant).all()


@given(st.lists(st.lists(st.floats(-1e9, 1e9), min_size=3, max_size=3), min_size=1, max_size=30))
def test_sums_run_in_order(rows: list[list[float]]) -> None:
    matrix = np.array(rows)
    assert ordered_sum(matrix).tobytes() == np.cumsum(matrix, axis=0)[-1].tobytes()
    assert (matrix == np.array(rows)).all()
