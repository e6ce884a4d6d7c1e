"""Keys pressed ahead: given to what has come up since, a place, a dialog or a field.

A key is sent to what has the focus when it comes in; those before it may not be done yet.
"""

from __future__ import annotations

from typing import Any

from textual import events
from textual.screen import Screen

MOST = 4
"""How often a key is sent on."""


def send_on(top: Screen[Any], event: events.Key) -> None:
    """Give a key to the screen that is on top now, or to what has the focus there."""
    times = getattr(event, "times_sent_on", 0)
    if times == MOST:
        return  # nobody takes it
    event.stop()
    event.prevent_default()
    again = events.Key(event.key, event.character)
    again.times_sent_on = times + 1  # type: ignore[attr-defined]
    (top.focused or top).post_message(again)
