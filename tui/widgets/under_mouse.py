"""Which widget a click is on: an event that has come up to a screen may name the screen itself."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from textual import events
from textual.errors import NoWidget
from textual.screen import Screen
from textual.widget import Widget


def under_mouse(screen: Screen[Any], event: events.Click) -> Widget | None:
    """The widget of the screen that lies under the mouse; None where there is none."""
    with suppress(NoWidget):
        return screen.get_widget_at(event.screen_x, event.screen_y)[0]
    return None
