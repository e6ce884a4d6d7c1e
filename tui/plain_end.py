"""An app that looks as was asked, and ends in order: on a signal as on a fault, in plain words."""

from __future__ import annotations

from typing import Any, TypeVar

from rich.text import Text
from textual import events
from textual.app import App
from textual.geometry import Offset
from textual.screen import Screen
from yaohao.tui.background_job import in_words, wants_traceback
from yaohao.tui.leaving import leaving
from yaohao.tui.themes import made

FAULT = 70
"""The code with which an app ends that met a fault of its own."""

Result = TypeVar("Result")


class PlainEnd(App[Result], inherit_bindings=False):
    """Runs until somebody leaves, or the system says so."""

    fault: BaseException | None = None
    ascii_only = False
    _pressed: tuple[Screen[Any], Offset, float] | None = None
    """Where a button of the mouse was pressed last: the screen on top, the place, the time."""
    _is_left_over = False

    def dress(self, *, ascii_only: bool, theme: str) -> None:
        """Look as was asked for, and keep still; nothing is typed into dialogs yet."""
        self.ascii_only = ascii_only
        self.animation_level = "none"
        self.drafts: dict[Any, list[str]] = {}
        """What was typed into dialogs and came to nothing yet, by what it is about."""
        self.title = "yaohao"
        for one in made():
            self.register_theme(one)
        self.theme = theme

    async def on_event(self, event: events.Event) -> None:
        """Take the second half of a double click for what it is: the first one closed what was
        clicked, and what has come to lie below it was not meant.
        """
        if isinstance(event, events.MouseDown | events.MouseUp) and not event.is_forwarded:
            if isinstance(event, events.MouseDown):
                self._is_left_over = self._is_second_half(event)
                self._pressed = (self.screen, event.screen_offset, event.time)
            if self._is_left_over:
                return
        await super().on_event(event)

    def _is_second_half(self, event: events.MouseDown) -> bool:
        if self._pressed is None:
            return False
        screen, offset, time = self._pressed
        is_soon = event.time - time <= self.CLICK_CHAIN_TIME_THRESHOLD
        return is_soon and offset == event.screen_offset and screen is not self.screen

    def run(self, *given: Any, **options: Any) -> Result | None:
        """Run until somebody leaves, or the system says so."""
        with leaving(self._leave_with):
            return super().run(*given, **options)

    def _leave_with(self, code: int) -> None:
        """Leave at once with a code, from within a signal."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(lambda: self.exit(return_code=code))

    def _handle_exception(self, error: Exception) -> None:
        """End with a plain sentence; whoever sets YAOHAO_DEBUG=1 sees the traceback."""
        if wants_traceback():
            super()._handle_exception(error)
            return
        self._return_code = FAULT
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self.fault = error
        if not self._exit_renderables:
            self._exit_renderables.append(Text("\n".join(in_words(error))))
        self._close_messages_no_wait()
