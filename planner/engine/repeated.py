"""Rows that say the same as others, found by 64-bit numbers for what they say: to group millions of
texts takes all memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from yaohao.planner.engine.duckdb import Connection, batches, rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_AT_ONCE = 1 << 16
"""Rows of a batch of what is read."""
_MOST = 1 << 25
"""Numbers that are sorted at once, 256 MB. It changes nothing but time and memory: of more rows
each is read, and its number made, several times."""


def repeated(connection: Connection, numbers: str, source: str) -> NDArray[np.uint64]:
    """The numbers that a query gives more than once, each of them once, in ascending order.

    `numbers` is a query of one column `h` of unsigned 64-bit numbers, of as many rows as the
    relation `source` has at most.
    """
    import numpy as np

    [(size,)] = rows(connection, f"SELECT count(*) FROM {source}")
    parts = size // _MOST + 1
    parts_repeated = [_repeated_part(connection, numbers, part, parts) for part in range(parts)]
    again = np.concatenate(parts_repeated)
    again.sort()
    return again


def _repeated_part(
    connection: Connection, numbers: str, part: int, parts: int
) -> NDArray[np.uint64]:
    """Those of `repeated` that leave the rest `part` when they are divided by `parts`."""
    import numpy as np

    among = f"WHERE h % {parts} = {part}" if parts > 1 else ""
    held = [
        batch.column(0).to_numpy()
        for batch in batches(connection, f"SELECT h FROM ({numbers}) {among}", _AT_ONCE)
    ]
    # Piece by piece into one array, and let go of, so that no number is held twice.
    whole, end = np.empty(sum(map(len, held)), np.uint64), 0
    while held:
        piece = held.pop()
        whole[end : end + len(piece)] = piece
        end += len(piece)
    whole.sort()
    return np.unique(whole[1:][whole[1:] == whole[:-1]])
