"""Conduct: the hidden propensity of each entity to violate what an item asks for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from yaohao.sample_data import words
from yaohao.sample_data.profile import FIELDS, Profile
from yaohao.sample_data.random_streams import (
    Choice,
    Indices,
    RandomStreams,
    Words,
    in_bands,
)

MOST = 900_000
"""No propensity is greater, in millionths."""


class Items:
    """The items of inspection as the generator sees them: whom they fit, how often taken up."""

    def __init__(self, profile: Profile) -> None:
        known = words.document("items")
        self.ids: tuple[str, ...] = tuple(item["item_id"] for item in known)
        self.base = np.array([profile.conduct.base[item] for item in self.ids], dtype=np.int64)
        self.taken = np.array([profile.conduct.taken[item] for item in self.ids], dtype=np.int64)
        self._bits = [FIELDS.index(item["field"]) if item["field"] else -1 for item in known]
        self._lines = np.array(
            [
                [not item["sections"] or line.industry[0] in item["sections"] for item in known]
                for line in profile.lines
            ]
        )

    def fit(self, item: int, line: Indices, fields: Indices) -> NDArray[np.bool_]:
        """Which entities an item fits, by line of business and bits of key fields."""
        fits = self._lines[line, item]
        bit = self._bits[item]
        return fits if bit < 0 else np.asarray(fits & (fields >> bit & 1).astype(np.bool_))


class TrueRisks:
    """Draws conduct and propensities."""

    def __init__(self, profile: Profile) -> None:
        shape = profile.conduct
        self.items = Items(profile)
        self._band = Choice(*shape.weights)
        self._edges = np.array(shape.factors, dtype=np.int64)
        self._risk = np.array([shape.risk[line.risk] for line in profile.lines], dtype=np.int64)
        self._item_band = Choice(shape.item_weights)
        self._item_edges = np.array(shape.item_factors, dtype=np.int64)

    def bands(self, streams: RandomStreams, rows: Words, tier: Indices) -> Indices:
        """The band of conduct of each row, from best to worst."""
        return self._band.pick(streams, "conduct.band", rows, tier)

    def factors(self, streams: RandomStreams, rows: Words, band: Indices, line: Indices) -> Indices:
        """Conduct as a factor in thousandths: even within the band, times the line's risk."""
        own = in_bands(streams, "conduct", rows, band, self._edges)
        return own * self._risk[line] // 1000

    def propensity(
        self, streams: RandomStreams, rows: Words, item: int, factors: Indices
    ) -> Indices:
        """The chance, in millionths, that a visit finds a violation of an item that fits."""
        name = self.items.ids[item]
        band = self._item_band.pick(streams, f"conduct.{name}.band", rows)
        own = in_bands(streams, f"conduct.{name}", rows, band, self._item_edges)
        chance = self.items.base[item] * factors // 1000 * own // 1000
        return np.asarray(np.minimum(chance, MOST))

    def truth(
        self,
        streams: RandomStreams,
        rows: Words,
        factors: Indices,
        line: Indices,
        fields: Indices,
    ) -> dict[str, Any]:
        """Columns of the hidden truth: `conduct`, and by item the propensity, 0 where none fits."""
        import pyarrow as pa

        columns = {"conduct": pa.array(factors.astype(np.int32))}
        for item, name in enumerate(self.items.ids):
            chance = self.propensity(streams, rows, item, factors)
            fits = self.items.fit(item, line, fields)
            columns[name] = pa.array(np.where(fits, chance, 0).astype(np.int32))
        return columns
