"""Names of a register by the initials of their signs: a line a name, searched as text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from yaohao.planner.engine.initials import initials_of

BLOCK = 4096
"""Names that are worked out together: some milliseconds, after which other threads have a turn."""


class NameIndex:
    """The initials of all names, made once: some 15 MB and a second a million."""

    def __init__(self, size: int, names: Callable[[int, int], Sequence[str]]) -> None:
        """`names` gives the names from a place up to, without, another."""
        self._blocks = [
            "\n" + initials_of(" ".join(name.split("\n")) for name in names(first, first + BLOCK))
            for first in range(0, size, BLOCK)
        ]

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
        for number, block in enumerate(self._blocks):
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
