"""Work done ahead on other threads, handed over in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

_MOST = 4


def ahead(make: Callable[[Given], Made], given: Iterable[Given]) -> Iterator[Made]:
    """``map(make, given)``, with a few results made before they are asked for.

    What comes out, and in which order, does not depend on the number of threads.
    """
    workers = min(os.cpu_count() or 1, _MOST)
    todo = iter(given)
    first = [one for _, one in zip(range(2), todo, strict=False)]
    if len(first) < 2 or workers < 2:
        yield from map(make, first)
        yield from map(make, todo)
        return
    from concurrent.futures import Future, ThreadPoolExecutor

    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[Made]] = deque(pool.submit(make, one) for one in first)
        try:
            while waiting:
                for one in todo:
                    waiting.append(pool.submit(make, one))
                    if len(waiting) > workers:
                        break
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
