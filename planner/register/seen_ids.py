"""Ids that were read before: some as texts, the others, of rows in files, as numbers of 64 bits."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.uint64]

_FILLED = 0.6
"""Share of the slots in use from which the table doubles. It changes no answer: nearer to 1 looking
up takes longer, nearer to 0 more memory."""
_FIRST = 1 << 20  # slots
_MIX = np.uint64(0x9E3779B97F4A7C15)
_AT_ONCE = 1 << 20


class SeenIds:
    """A set of ids, of which those that were put away take some 14 bytes each.

    `confirm` tells which of some ids are among those put away: two texts may have one number.
    """

    def __init__(self, confirm: Callable[[Collection[str]], set[str]]) -> None:
        self._held: set[str] = set()
        self._away: NumberSet | None = None
        self._confirm = confirm

    def among(self, texts: set[str]) -> set[str]:
        """Those of some ids that were added before."""
        if self._away is None:
            return set() if self._held.isdisjoint(texts) else self._held & texts
        found = self._held & texts
        listed = list(texts)
        likely = self._away.has(_numbers(listed))
        if likely.any():
            found |= self._confirm({listed[at] for at in np.flatnonzero(likely).tolist()})
        return found

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
    """A set of 64-bit numbers: a table with open addresses, looked up by arrays."""

    def __init__(self) -> None:
        self._slots: Numbers = np.zeros(_FIRST, np.uint64)
        self._used = 0

    def has(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Which of some numbers are in the set."""
        wanted, found = _not_zero(numbers), np.zeros(len(numbers), np.bool_)
        left, at = np.arange(len(wanted)), self._home(wanted)
        while len(left):
            there = self._slots[at]
            found[left[there == wanted[left]]] = True
            on = (there != 0) & (there != wanted[left])
            left, at = left[on], (at[on] + 1) & (len(self._slots) - 1)
        return found

    def add(self, numbers: Numbers) -> None:
        """Add numbers."""
        if self._used + len(numbers) > _FILLED * len(self._slots):
            self._grow(self._used + len(numbers))
        self._put(_not_zero(numbers))
        self._used += len(numbers)

    def _put(self, wanted: Numbers) -> None:
        at = self._home(wanted)
        while len(wanted):
            free = self._slots[at] == 0
            self._slots[at[free]] = wanted[free]
            on = self._slots[at] != wanted  # taken before, or by another of these just now
            wanted, at = wanted[on], (at[on] + 1) & (len(self._slots) - 1)

    def _grow(self, number: int) -> None:
        before, size = self._slots, len(self._slots)
        while number > _FILLED * size:
            size *= 2
        self._slots = np.zeros(size, np.uint64)
        for first in range(0, len(before), _AT_ONCE):
            piece = before[first : first + _AT_ONCE]
            self._put(piece[piece != 0])

    def _home(self, numbers: Numbers) -> NDArray[np.int64]:
        """The slot at which each number is looked for first."""
        shift = np.uint64(65 - len(self._slots).bit_length())
        return ((numbers * _MIX) >> shift).astype(np.int64)


def _not_zero(numbers: Numbers) -> Numbers:
    """The numbers, with 1 for 0, which stands for a free slot."""
    return np.where(numbers == 0, np.uint64(1), numbers)
