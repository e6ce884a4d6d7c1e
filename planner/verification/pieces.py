"""A file that is read in pieces, as long as it is written as it should be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO

_AT_ONCE = 1 << 18
_LONGEST = 1 << 24
"""Bytes in which whatever is read up to a mark must end."""
BETWEEN_ROWS = b"\n    },\n    {\n"
_OPENING = b"\n    {\n"
_END = b"\n    }\n  ]"


class OtherFormError(Exception):
    """A file is not written as it should be, or is not what it should be."""


class Source:
    """What of a file was not read yet; every method raises OtherFormError for another form."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._held = b""

    def _more(self) -> bool:
        """Read on; whether there was more."""
        if len(self._held) > _LONGEST:
            raise OtherFormError
        piece = self._file.read(_AT_ONCE)
        self._held += piece
        return bool(piece)

    def before(self, mark: bytes) -> bytes:
        """What stands before a mark, behind which reading goes on."""
        while (at := self._held.find(mark)) < 0:
            if not self._more():
                raise OtherFormError
        piece, self._held = self._held[:at], self._held[at + len(mark) :]
        return piece

    def follow(self, pieces: Iterable[bytes]) -> None:
        """Read on over exactly these bytes."""
        for piece in pieces:
            while len(self._held) < len(piece) and self._more():
                pass
            if not self._held.startswith(piece):
                raise OtherFormError
            self._held = self._held[len(piece) :]

    def rows(self) -> Iterator[bytes]:
        """The rows of a list of readable JSON that was opened, without the braces around them, some
        at a time.
        """
        while len(self._held) < len(_OPENING) and self._more():
            pass
        if self._held.startswith(b"]"):
            self.follow([b"]"])
            return
        self.follow([_OPENING])
        yield from self.parts(BETWEEN_ROWS, _END)

    def parts(self, between: bytes, end: bytes) -> Iterator[bytes]:
        """What stands before the first `end`, some at a time: cut at a `between`, which is left
        out. Reading goes on behind the end.
        """
        while True:
            stop = self._held.find(end)
            cut = self._held.rfind(between) if stop < 0 else stop
            if cut >= 0:
                whole = self._held[:cut]
                self._held = self._held[cut + len(between if stop < 0 else end) :]
                yield whole
            if stop >= 0:
                return
            if not self._more():
                raise OtherFormError

    def take(self, mark: bytes) -> bool:
        """Whether these bytes come next; reading goes on behind them if they do."""
        while len(self._held) < len(mark) and self._more():
            pass
        if not self._held.startswith(mark):
            return False
        self._held = self._held[len(mark) :]
        return True

    def rest(self) -> bytes:
        """What is left of the file."""
        while self._more():
            pass
        return self._held
