"""Gathering of what rows of entities say nothing, part by part of the files."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import TYPE_CHECKING, Any

from yaohao.planner.register.cells import is_blank
from yaohao.planner.register.parts import Part
from yaohao.planner.register.silence import Silence
from yaohao.planner.register.values import ReadColumn
from yaohao.planner.schema.entity import ENTITY, NUMBER

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
        self,
        part: Part,
        read: Mapping[str, ReadColumn],
        keep: NDArray[Any] | None,
        unread: Mapping[str, Container[str]],
    ) -> None:
        """Take in a part, of whose rows those of the mask `keep` are accepted, or all.

        `unread` are the texts by field that were not understood: they say nothing either.
        """
        import numpy as np

        place = len(self._sizes)
        self._sizes.append(len(part.chunk.lines) if keep is None else int(keep.sum()))
        for column in ENTITY[1:]:
            name = column.name
            if name == NUMBER:  # an empty one says nothing, wherever it comes from
                continue
            if part.field(name) is None:
                if name == "fields" and part.columns.flags:
                    self._codes[place] = ",".join(sorted(part.columns.flags))
                else:
                    self._masks.setdefault(name, {})[place] = None
            elif name in read:
                stands = name in _STANDS_FOR and not self.empty
                strange = unread.get(name, ())
                silent = [
                    (stands and is_blank(text)) or text in strange for text in read[name].texts
                ]
                if any(silent):
                    mask = np.array(silent)[read[name].indices.to_numpy()]
                    self._masks.setdefault(name, {})[place] = mask if keep is None else mask[keep]

    def take(self) -> Silence:
        """The silence of all parts since it was taken last."""
        silence = Silence(
            {name: self._whole(masks) for name, masks in self._masks.items()}, self._spoken()
        )
        self._sizes, self._masks, self._codes = [], {}, {}
        return silence

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
