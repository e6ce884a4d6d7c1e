"""Pasted text is text: whatever bytes are in it, none of them is taken for a key.

Textual reads what lies between the marks of a bracketed paste character by character, and takes
sequences of Escape within it for keys. Here the marks are looked for first.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator

from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

BEGIN, END = "\x1b[200~", "\x1b[201~"
_CONTROL = re.compile("[\x01-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]")  # but for ends of lines
_LEAST_HELD = 3
"""Characters of the mark by which a piece that ends within it is held: fewer may be a key."""


class PasteParser(XTermParser):
    """Reads what the terminal sends; what is pasted comes as one event, however it comes."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._pasted: str | None = None
        self._held = ""
        self._begun = ""

    def feed(self, data: str) -> Iterable[Message]:
        """The events of a piece of what the terminal sends."""
        if not data:  # the end
            return super().feed(data)
        data, self._held = self._held + data, ""
        return list(self._events(self._after_begun(data)))

    def tick(self) -> Iterable[Message]:
        """The key of an Escape that nothing followed; none while a mark is on its way."""
        return () if self._held else super().tick()

    def _after_begun(self, data: str) -> str:
        """What is still to be read where a mark was begun in a piece that may have been a key.

        The first two characters of the mark are Escape and a bracket, which are given on at once:
        what waits for them is told that an empty paste came, and the mark counts from its start.
        """
        begun, self._begun = self._begun if self._timeout_time is not None else "", ""
        whole = begun + data
        if not begun or not (whole.startswith(BEGIN) or BEGIN.startswith(whole)):
            return data
        if len(whole) < len(BEGIN):
            if len(whole) < _LEAST_HELD:  # given on: nothing is known of it yet
                self._begun = begun
                return data
            self._begun, self._held = begun, data
            return ""
        list(super().feed(BEGIN[len(begun) :] + END))
        return whole

    def _events(self, data: str) -> Iterator[Message]:
        while data:
            if self._pasted is not None:
                # The mark may be parted between two pieces: look a little before this one too.
                seam = max(len(self._pasted) - len(END), 0)
                self._pasted += data
                ends = self._pasted.find(END, seam)
                if ends < 0:
                    return
                text, data = self._pasted[:ends], self._pasted[ends + len(END) :]
                self._pasted = None
                yield events.Paste(_CONTROL.sub("\ufffd", text.replace("\x00", "")))
                continue
            begins = data.find(BEGIN)
            before = data if begins < 0 else data[:begins]
            if begins < 0:
                before, self._held = _parted(data)
            if before:
                yield from super().feed(before)
                self._begun = _begun(self._begun + before)
            if begins < 0:
                return
            self._pasted, data = "", data[begins + len(BEGIN) :]


def _parted(data: str) -> tuple[str, str]:
    """A piece without the beginning of the mark that it ends in, and that beginning."""
    for size in range(len(BEGIN) - 1, _LEAST_HELD - 1, -1):
        if data.endswith(BEGIN[:size]):
            return data[:-size], data[-size:]
    return data, ""


def _begun(given: str) -> str:
    """The beginning of the mark that what was given on ends in, too short to be held."""
    return next((BEGIN[:n] for n in range(_LEAST_HELD - 1, 0, -1) if given.endswith(BEGIN[:n])), "")


def read_pastes_whole(driver: type) -> None:
    """Let a driver of the terminal read with this, from now on; one without a terminal does not."""
    module = sys.modules[driver.__module__]
    if getattr(module, "XTermParser", None) is XTermParser:
        vars(module)["XTermParser"] = PasteParser
