"""Audit paths of the leaves of a large tree, of which neither all leaves nor all nodes are held.

The leaves come once, piece by piece, and go to a file where they are many. Above each block of them
one node is kept: a path is one within its block, then one above the blocks.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from pathlib import Path
from tempfile import SpooledTemporaryFile

from yaohao.planner.frame.merkle import WIDTH, audit_path, tree_levels
from yaohao.planner.vocabulary.faults import disk_problems

_HEIGHT = 16
"""A block has 2^16 leaves. It changes no path: one higher, a path that is not in the last block
takes twice as long, and half as many nodes are kept."""
_HELD = 64 << 20
"""Bytes of leaves up to which they stay in memory."""


class AuditPaths:
    """The paths of leaves to their root (RFC 9162 §2.1.3.1)."""

    def __init__(self, leaves: Iterable[bytes], folder: Path) -> None:
        """Take in joined 32-byte leaf hashes, in pieces of whole ones; many go to a `folder`.

        Raises PlannerError where they do not fit there.
        """
        self._leaves = SpooledTemporaryFile(max_size=_HELD, dir=str(folder))  # noqa: SIM115
        weakref.finalize(self, self._leaves.close)
        block, held, tops = WIDTH << _HEIGHT, bytearray(), bytearray()
        self.size = 0
        """How many leaves there are."""
        for piece in leaves:
            with disk_problems(folder, len(piece)):
                self._leaves.write(piece)
            self.size += len(piece) // WIDTH
            held += piece
            while len(held) >= block:
                tops += tree_levels(bytes(held[:block]))[-1]
                del held[:block]
        if held:
            tops += tree_levels(bytes(held))[-1]
        self._above = tree_levels(bytes(tops))
        self._number, self._within = -1, list[bytes]()

    def path(self, index: int) -> list[str]:
        """The path of a leaf (from 0), hex, from the leaf up; IndexError where there is none.

        Quick for leaves of the block that was asked for last.
        """
        if not 0 <= index < self.size:
            raise IndexError(index)
        number = index >> _HEIGHT
        if number != self._number:
            self._leaves.seek(number * (WIDTH << _HEIGHT))
            self._within = tree_levels(self._leaves.read(WIDTH << _HEIGHT))
            self._number = number
        # The last block may be smaller: its top goes up as it is, as an odd node does.
        return audit_path(self._within, index - (number << _HEIGHT)) + audit_path(
            self._above, number
        )
