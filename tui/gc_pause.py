"""Garbage collected while nobody is doing anything: a full collection takes long enough to be felt.

With a million entities and the libraries loaded it is 50 to 100 ms, which a key would wait for.
"""

from __future__ import annotations

import gc
import time

REST = 1.0
"""Seconds without a key or the mouse after which nobody is doing anything."""

DUE = 10
"""Collections of the middle generation after which Python would do a full one."""

NEVER = 1_000_000_000


class IdleCollector:
    """Puts full collections off until nobody is doing anything."""

    def __init__(self) -> None:
        self._thresholds = gc.get_threshold()
        self._touched = time.monotonic()
        self._is_frozen = False

    def begin(self) -> None:
        """From now on full collections are done in `tick` alone."""
        young, middle, _ = self._thresholds
        gc.set_threshold(young, middle, NEVER)

    def touch(self) -> None:
        """Somebody is doing something."""
        self._touched = time.monotonic()

    def tick(self) -> None:
        """Collect if it is due and nobody is doing anything; what is there at the first stays."""
        if time.monotonic() - self._touched < REST:
            return
        if not self._is_frozen:
            gc.collect()
            gc.freeze()
            self._is_frozen = True
        elif gc.get_count()[2] >= DUE:
            gc.collect()

    def end(self) -> None:
        """Leave collecting to Python again."""
        gc.set_threshold(*self._thresholds)
        if self._is_frozen:
            gc.unfreeze()
