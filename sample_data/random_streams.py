"""Counter-based random whole numbers: a value depends on seed, column and row, on nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray
from yaohao.sample_data import VERSION

Words = NDArray[np.uint64]
"""Rows, or random words: 64 bits each."""
Indices = NDArray[np.int64]

_GAMMA = np.array([0x9E3779B97F4A7C15], dtype=np.uint64)
_MIX_1 = np.array([0xBF58476D1CE4E5B9], dtype=np.uint64)
_MIX_2 = np.array([0x94D049BB133111EB], dtype=np.uint64)
_HALF = np.uint64(32)
_ROUNDS = 4


class RandomStreams:
    """A stream of random words for each named column of a population.

    Source: SplitMix64 (Steele, Lea, Flood 2014) read at any place: word i is the mix of
    key + (i + 1) * gamma, the key being the first 64 bits of SHA-256 over version, seed and column.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._keys: dict[str, Words] = {}

    def _key(self, column: str) -> Words:
        if column not in self._keys:
            digest = sha256(f"yaohao synth|{VERSION}|{self.seed}|{column}".encode()).digest()
            self._keys[column] = np.array([int.from_bytes(digest[:8], "big")], dtype=np.uint64)
        return self._keys[column]

    def words(self, column: str, rows: Words) -> Words:
        """Random 64-bit words of a column, one for each of `rows`."""
        return mix(rows * _GAMMA + (self._key(column) + _GAMMA))

    def below(self, column: str, rows: Words, limit: int | Words) -> Indices:
        """Random whole numbers from 0 to below `limit` (at most 2**32, one for all or one a row).

        The upper 32 bits are multiplied up; the bias is below limit / 2**32.
        """
        bound = np.asarray(limit, dtype=np.uint64)
        return (((self.words(column, rows) >> _HALF) * bound) >> _HALF).astype(np.int64)

    def one(self, column: str, row: int, limit: int) -> int:
        """A single random whole number from 0 to below `limit`."""
        return int(self.below(column, np.array([row], dtype=np.uint64), limit)[0])

    def permuted(self, column: str, rows: Words, left: int, right: int) -> Words:
        """Rows from 0 to below left * right in an order of their own: each gets another number.

        An alternating Feistel network over Z_left x Z_right, so nothing is drawn twice and nothing
        needs to be remembered.
        """
        key = self._key(column)
        high, low = rows // np.uint64(right), rows % np.uint64(right)
        for step in range(_ROUNDS):
            turn = key + _GAMMA * np.array([2 * step + 1], dtype=np.uint64)
            high = (high + mix(low + turn) % np.uint64(left)) % np.uint64(left)
            low = (low + mix(high + turn + _GAMMA) % np.uint64(right)) % np.uint64(right)
        return high * np.uint64(right) + low


def mix(words: Words) -> Words:
    """The output function of SplitMix64, on an array."""
    z = (words ^ (words >> np.uint64(30))) * _MIX_1
    z = (z ^ (z >> np.uint64(27))) * _MIX_2
    return np.asarray(z ^ (z >> np.uint64(31)))


class Choice:
    """A choice among outcomes with whole weights, a row of weights for each group.

    Every group's weights are laid out as a table of outcomes, so a choice is one look-up and its
    chances are exactly weight / sum.
    """

    def __init__(self, *weights: Sequence[int]) -> None:
        self.weights = [list(row) for row in weights]
        self.totals = np.array([sum(row) for row in weights], dtype=np.uint64)
        self._starts = (np.cumsum(self.totals) - self.totals).astype(np.int64)
        self._table = np.concatenate([np.repeat(np.arange(len(row)), row) for row in weights])

    def pick(
        self, streams: RandomStreams, column: str, rows: Words, group: NDArray[Any] | None = None
    ) -> Indices:
        """The outcome of each row, of the row's group (of the only group without one)."""
        if group is None:
            return np.asarray(self._table[streams.below(column, rows, int(self.totals[0]))])
        places = streams.below(column, rows, self.totals[group])
        return np.asarray(self._table[self._starts[group] + places])


def in_bands(
    streams: RandomStreams, column: str, rows: Words, band: Indices, edges: NDArray[np.int64]
) -> Indices:
    """Whole numbers, even within each row's band; `edges` bound the bands."""
    widths = np.diff(edges).astype(np.uint64)
    return edges[band] + streams.below(f"{column}.within", rows, widths[band])
