"""Ids that were read before: some as texts, the others, of rows in files, as numbers of 32 bits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.uint64]

_FILLED = 0.6
"""Share of the slots in use from which there is a further table. It changes no answer: nearer to 1
looking up takes longer, nearer to 0 more memory."""
_FIRST = 1 << 20  # slots
_MIX = np.uint64(0x9E3779B97F4A7C15)
_AT_ONCE = 1 << 20


class SeenIds:
    """A set of ids, of which those that were put away take some 9 bytes each.

    `confirm` tells which of some ids are among those put away: two texts may look alike.
    """

    def __init__(self, confirm: Callable[[Collection[str]], set[str]]) -> None:
        self._held: set[str] = set()
        self._away: NumberSet | None = None
        self._confirm = confirm

    def among(self, texts: set[str]) -> set[str]:
        """Those of some ids that were added before."""
        if self._away is None:
            return set() if self._held.isdisjoint(texts) else self._held & texts
        seen = self._held & texts
        listed = list(texts)
        likely = self._away.has(_numbers(listed))
        if likely.any():
            seen |= self._confirm({listed[at] for at in np.flatnonzero(likely).tolist()})
        return seen

    def add(self, texts: Iterable[str]) -> None:
        """Add ids."""
        self._held.update(texts)

    def put_away(self) -> None:
        """Keep numbers alone of the ids added so far: their rows are in files now."""
        if self._away is None:
            self._away = NumberSet()
        held = list(self._held)
        self._held = set()
        for first in range(0, len(held), _AT_ONCE):
            self._away.add(_numbers(held[first : first + _AT_ONCE]))


def _numbers(texts: Collection[str]) -> Numbers:
    """A number for each text; Python's hashes have a key that nobody outside the process knows."""
    return np.fromiter(map(hash, texts), np.int64, len(texts)).view(np.uint64)


class NumberSet:
    """A set of 64-bit numbers, of each of which half is kept: what was added is always found, and
    of others hardly one in a thousand million.

    Tables behind one another, each twice as large as the one before: none is ever copied.
    """

    def __init__(self, first: int = _FIRST) -> None:
        self._tables = [_Table(first)]

    def has(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Which of some numbers are in the set, or look like one that is."""
        held = np.zeros(len(numbers), np.bool_)
        for table in self._tables:
            held |= table.has(numbers)
        return held

    def add(self, numbers: Numbers) -> None:
        """Add numbers."""
        while len(numbers):
            room = self._tables[-1].room
            self._tables[-1].add(numbers[:room])
            numbers = numbers[room:]
            if len(numbers):
                self._tables.append(_Table(2 * len(self._tables[-1])))


class _Table:
    """A table with open addresses, looked up by arrays; a power of two of slots."""

    def __init__(self, slots: int) -> None:
        self._slots = np.zeros(slots, np.uint32)
        self.room = int(_FILLED * slots)
        """How many more numbers it takes."""

    def __len__(self) -> int:
        return len(self._slots)

    def has(self, numbers: Numbers) -> NDArray[np.bool_]:
        wanted, held = _marks(numbers), np.zeros(len(numbers), np.bool_)
        left, at = np.arange(len(wanted)), self._home(numbers)
        while len(left):
            there = self._slots[at]
            held[left[there == wanted[left]]] = True
            on = (there != 0) & (there != wanted[left])
            left, at = left[on], (at[on] + 1) & (len(self._slots) - 1)
        return held

    def add(self, numbers: Numbers) -> None:
        self.room -= len(numbers)
        wanted, at = _marks(numbers), self._home(numbers)
        while len(wanted):
            free = self._slots[at] == 0
            self._slots[at[free]] = wanted[free]
            on = self._slots[at] != wanted  # taken before, or by another of these just now
            wanted, at = wanted[on], (at[on] + 1) & (len(self._slots) - 1)

    def _home(self, numbers: Numbers) -> NDArray[np.int64]:
        """The slot at which each number is looked for first; it hangs on all of the number."""
        shift = np.uint64(65 - len(self._slots).bit_length())
        return ((numbers * _MIX) >> shift).astype(np.int64)


def _marks(numbers: Numbers) -> NDArray[np.uint32]:
    """What is kept of numbers, with 1 for 0, which stands for a free slot."""
    marks = numbers.astype(np.uint32)
    marks[marks == 0] = 1
    return marks
