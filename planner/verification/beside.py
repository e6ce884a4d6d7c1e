"""Findings that are worked out in a thread of their own, while others are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

from yaohao.planner.verification.finding import Finding

Work = Callable[[Callable[[], bool]], list[Finding]]
"""What works findings out. It is given what tells whether nobody waits for them any longer."""


@contextmanager
def beside(work: Work, *, is_apart: bool) -> Iterator[Callable[[], list[Finding]]]:
    """A work that goes on beside that of the block; what waits for its findings, and raises what
    the work raised.

    Without `is_apart` it is carried out when they are asked for. A block that is left by an error
    tells the work to stop, and waits until it has.
    """
    stopped = Event()
    if not is_apart:
        yield lambda: work(stopped.is_set)
        return
    with ThreadPoolExecutor(1, "beside") as pool:
        later = pool.submit(work, stopped.is_set)
        try:
            yield later.result
        except BaseException:
            stopped.set()
            raise
