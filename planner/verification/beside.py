"""Findings that are worked out in a thread of their own, while others are."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from types import TracebackType
from typing import Self

from yaohao.planner.verification.finding import Finding

Work = Callable[[Callable[[], bool]], list[Finding]]
"""What works findings out. It is given what tells whether nobody waits for them any longer."""


class Beside:
    """A work that goes on beside that of the block; its findings are there by `result`.

    Without `is_apart` it is carried out when they are asked for. A block that is left by an error
    tells the work to stop, and waits until it has.
    """

    def __init__(self, work: Work, *, is_apart: bool) -> None:
        self._work = work
        self._stopped = Event()
        self._pool = ThreadPoolExecutor(1, "beside") if is_apart else None
        self._later: Future[list[Finding]] | None = None

    def __enter__(self) -> Self:
        if self._pool is not None:
            self._later = self._pool.submit(self._work, self._stopped.is_set)
        return self

    def result(self) -> list[Finding]:
        """The findings, waited for; whatever the work raised."""
        return self._work(self._stopped.is_set) if self._later is None else self._later.result()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._stopped.set()
        if self._pool is not None:
            self._pool.shutdown()
