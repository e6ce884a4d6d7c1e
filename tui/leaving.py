"""Leaving when the system says so: what is unsaved is kept, the terminal is as it was before.

SIGTERM, SIGHUP (the terminal is gone, an SSH connection was lost) and SIGINT from outside end the
screens in order. Work that does not end soon is ended with the process, which for the workspace is
what a kill is: acts are whole or not at all.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

GRACE = 1.0
"""Seconds that work going on, and the terminal, have to end."""

SIGNALS = ("SIGTERM", "SIGHUP", "SIGINT")

CODE = 128
"""To which the number of the signal is added for the code the program ends with."""

# Bracketed paste, in-band resizing, focus and mouse reports off; cursor and line wrap on; the keys
# as ever; the alternate screen left.
RESET = (
    "\x1b[?2004l\x1b[?2048l\x1b[?1004l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l"
    "\x1b[?1016l\x1b[?7h\x1b[<u\x1b[?1049l\x1b[?25h"
)


@contextmanager
def leaving(leave: Callable[[int], None]) -> Iterator[None]:
    """While the block runs, a signal to end calls `leave` with the code to end with.

    `leave` is called between two steps of whatever the main thread does, and must be quick. If the
    program has not ended after `GRACE` seconds, it is ended there and then, its terminal restored.
    Does nothing in another than the main thread, which gets no signals.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = _attributes()
    lines: list[int] = []

    def end() -> None:
        _restore(before)
        os._exit(lines[0])

    def handle(number: int, _: Any) -> None:
        if lines:
            return  # it is leaving already
        lines.append(CODE + number)
        last = threading.Timer(GRACE, end)
        last.daemon = True
        last.start()
        leave(lines[0])

    known = [found for name in SIGNALS if (found := getattr(signal, name, None)) is not None]
    kept = {one: signal.signal(one, handle) for one in known}
    try:
        yield
    finally:
        # Once told to end, another signal changes nothing: the timer is running.
        if not lines:
            for one, handler in kept.items():
                signal.signal(one, handler)


def _attributes() -> Any:
    """How the terminal is set; None where there is none."""
    with suppress(Exception):
        import termios

        return termios.tcgetattr(sys.__stdin__.fileno())  # type: ignore[union-attr]
    return None


def _restore(attributes: Any) -> None:
    """Set the terminal as it was; where it is gone, that is of no use to anybody."""
    if attributes is None:
        return
    with suppress(Exception):
        import termios

        termios.tcsetattr(sys.__stdin__.fileno(), termios.TCSANOW, attributes)  # type: ignore[union-attr]
    with suppress(Exception):
        import select

        out = sys.__stdout__.fileno()  # type: ignore[union-attr]
        if select.select([], [out], [], 0.1)[1]:
            os.write(out, RESET.encode())
