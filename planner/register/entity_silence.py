"""Gathering of what rows of entities say nothing, part by part of the files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from yaohao.planner.register.importer import Part
from yaohao.planner.register.silence import Silence
from yaohao.planner.register.values import ReadColumn, is_blank
from yaohao.planner.schema.entity import ENTITY

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

_STANDS_FOR = frozenset(
    column.name for column in ENTITY if column.default or column.kind == "count"
)
"""Columns in which an empty cell stands for a value, so that it cannot be told from one later."""


class EntitySilence:
    """Gathers the silence of entities, part by part."""

    def __init__(self, *, empty: bool) -> None:
        self.empty = empty
        self._sizes: list[int] = []
        self._masks: dict[str, dict[int, NDArray[Any] | None]] = {}
        self._codes: dict[int, str] = {}

    def note(
        self, part: Part, read: Mapping[str, ReadColumn], keep: NDArray[Any] | None, rows: int
    ) -> None:
        """Take in a part, `rows` of whose rows are accepted: those of the mask `keep`, or all."""
        import numpy as np

        place = len(self._sizes)
        self._sizes.append(rows)
        for column in ENTITY[1:]:
            name = column.name
            if part.field(name) is None:
                if name == "fields" and part.columns.flags:
                    self._codes[place] = ",".join(sorted(part.columns.flags))
                else:
                    self._masks.setdefault(name, {})[place] = None
            elif name in _STANDS_FOR and not self.empty and name in read:
                blank = [is_blank(text) for text in read[name].texts]
                if any(blank):
                    mask = np.array(blank)[read[name].indices.to_numpy()]
                    self._masks.setdefault(name, {})[place] = mask if keep is None else mask[keep]

    def finish(self) -> Silence:
        """The silence of all parts."""
        return Silence(
            {name: self._whole(masks) for name, masks in self._masks.items()}, self._spoken()
        )

    def _whole(self, masks: Mapping[int, NDArray[Any] | None]) -> pa.Array:
        import numpy as np
        import pyarrow as pa

        parts = []
        for place, rows in enumerate(self._sizes):
            mask = masks[place] if place in masks else np.zeros(rows, np.bool_)
            parts.append(np.ones(rows, np.bool_) if mask is None else mask)
        return pa.array(np.concatenate(parts))

    def _spoken(self) -> pa.Array | None:
        import pyarrow as pa

        if not self._codes:
            return None
        texts: list[str | None] = []
        for place, rows in enumerate(self._sizes):
            texts += [self._codes.get(place)] * rows
        return pa.array(texts, pa.string())
