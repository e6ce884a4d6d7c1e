"""When an app has nothing left to do: known from its event loop rather than guessed from a clock.

Textual's pilot sleeps 20 ms at a time until the process has used next to no time of the processor,
twice for each key, and before that sends a message to every widget and waits for all of them. Here
it waits until no callback is ready in the loop, and what a screen puts off until it is drawn next
(sixty times a second) is done at once. Only what threads do is waited for as Textual does it.
"""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop, BaseEventLoop
from time import monotonic, process_time
from typing import Any
from weakref import WeakKeyDictionary

import textual.app
import textual.pilot
from textual._context import active_app
from textual.app import App
from textual.pilot import Pilot

GRAIN = 1 / 200
"""Seconds between two looks at what threads do: a quarter of what Textual waits."""

AT_REST = 1 / 2500
"""Seconds of the processor in such a time below which threads do nothing, or wait themselves."""

_in_threads: WeakKeyDictionary[AbstractEventLoop, set[asyncio.Future[Any]]] = WeakKeyDictionary()
_run_in_executor = BaseEventLoop.run_in_executor


def wait_for_what_is_left() -> None:
    """Have Textual's pilot wait as this module does, in this process."""
    textual.app.wait_for_idle = textual.pilot.wait_for_idle = wait_for_idle
    Pilot._wait_for_screen = _wait_for_screen  # type: ignore[method-assign]
    BaseEventLoop.run_in_executor = _noted  # type: ignore[assignment, method-assign]


async def wait_for_idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Wait until nothing is left to do, at least and at most as long as that (seconds)."""
    begun = monotonic()
    threads = _in_threads.get(asyncio.get_running_loop(), ())
    while True:
        spent = process_time()
        is_at_rest = await _nothing_ready(active_app.get(), begun + max_sleep)
        if threads:
            await asyncio.sleep(GRAIN)
            is_at_rest = is_at_rest and process_time() - spent < AT_REST
        elapsed = monotonic() - begun
        if elapsed >= max_sleep or (is_at_rest and elapsed >= min_sleep):
            return
        if not threads:
            await asyncio.sleep(max(0.0, min_sleep - elapsed))


async def _nothing_ready(app: App[Any], until: float) -> bool:
    """Let everything be done that can be done now; whether that came to an end by a moment."""
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    while monotonic() < until:
        await asyncio.sleep(0)  # those before this one have had their turn
        if ready:
            continue
        if app._resize_timer is not None:  # what a terminal of another size brings, 8 ms later
            await asyncio.sleep(GRAIN / 2)
            continue
        due = [one for one in app._screen_stack if one._update_timer._active.is_set()]
        if not due:
            return True
        for one in due:
            one._on_timer_update()
    return False


async def _wait_for_screen(self: Pilot[Any], timeout: float = 30.0) -> bool:
    return await _nothing_ready(self.app, monotonic() + timeout)


def _noted(self: BaseEventLoop, *what: Any) -> asyncio.Future[Any]:
    """Hand something to a thread, and remember it until that is done."""
    future: asyncio.Future[Any] = _run_in_executor(self, *what)
    running = _in_threads.setdefault(self, set())
    running.add(future)
    future.add_done_callback(running.discard)
    return future
