"""Names of a register by the initials of their signs: a line a name, searched as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import Lock

from yaohao.planner.engine.initials import initials_of

BLOCK = 4096
"""Names that are worked out together: some milliseconds, after which other threads have a turn."""


class NameIndex:
    """The initials of names, worked out as far as they are asked for: some 15 MB and a second a
    million. Safe to use from several threads.
    """

    def __init__(self, size: int, names: Callable[[int, int], Sequence[str]]) -> None:
        """`names` gives the names from a place up to, without, another."""
        self._firsts = range(0, size, BLOCK)
        self._names = names
        self._made: list[str] = []
        self._making = Lock()

    def complete(self) -> None:
        """Work out what is not known yet; a `find` in another thread need not wait for the end."""
        for number in range(len(self._firsts)):
            self._block(number)

    def _block(self, number: int) -> str:
        """The initials of a block, and of all before it, each name behind a line end."""
        with self._making:
            while len(self._made) <= number:
                first = self._firsts[len(self._made)]
                names = self._names(first, first + BLOCK)
                self._made.append("\n" + initials_of(" ".join(one.split("\n")) for one in names))
            return self._made[number]

    def find(self, letters: str, most: int) -> list[int]:
        """The places of at most so many names: those that begin with the letters first."""
        wanted = letters.casefold()
        if not wanted or "\n" in wanted:
            return []
        hits = dict.fromkeys(self._hits("\n" + wanted, most))
        if len(hits) < most:
            hits |= dict.fromkeys(self._hits(wanted, most))
        return list(hits)[:most]

    def _hits(self, text: str, most: int) -> Iterator[int]:
        left = most
        for number in range(len(self._firsts)):
            block = self._block(number)
            at, last = block.find(text), -1
            while at >= 0 and left > 0:
                # Each name has a line end before it; a hit may begin with that of its name.
                place = block.count("\n", 0, at + len(text)) - 1
                if place != last:
                    yield number * BLOCK + place
                    last, left = place, left - 1
                at = block.find(text, at + 1)
            if left <= 0:
                return
