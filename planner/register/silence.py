"""Of what the rows of a file say nothing: it stays as it is in a row that is there already."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


@dataclass
class Silence:
    """Of what accepted rows say nothing.

    Nothing is said of a field without a column, nor by an empty cell of one that stands for
    something else (a kind, a status, a count) unless it is to empty what is there.
    """

    fields: dict[str, pa.Array] = field(default_factory=dict)
    """Of entities: field → an Arrow array of booleans, true in the rows that say nothing of it."""
    key_fields: pa.Array | None = None
    """Of entities: an Arrow array of the codes, joined by commas, of which alone rows with
    yes-or-no columns speak; null in those that speak of all."""
    rows: list[frozenset[str]] = field(default_factory=list)
    """Of other registers: for each row the fields of which it says nothing."""
    blank: list[frozenset[str]] = field(default_factory=list)
    """Of other registers: for each row the fields whose cell is empty."""

    def of_rows(self, keep: NDArray[np.bool_]) -> Silence:
        """The silence of some of the rows of entities: those of the mask `keep`."""
        import pyarrow as pa

        mask = pa.array(keep)
        fields = {name: silent.filter(mask) for name, silent in self.fields.items()}
        codes = None if self.key_fields is None else self.key_fields.filter(mask)
        return Silence(fields, codes)
