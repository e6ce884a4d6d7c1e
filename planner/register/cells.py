"""What a cell comes to when it is read, and whether it says anything at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from yaohao.planner.vocabulary import terms


class ReadValue(NamedTuple):
    """A cell as read: its value; how it was repaired; why it is refused; what is odd about it.

    `unread` tells that the text was not understood, and that the cell is taken for an empty one.
    """

    text: str
    repaired: str = ""
    reason: str = ""
    warning: str = ""
    unread: bool = False


Read = Callable[[str], ReadValue]


def is_blank(text: str) -> bool:
    """Whether a cell says that there is nothing: empty, a dash, 无, N/A …"""
    return not text or text.strip().lower() in terms.BLANKS


def judged(text: str, value: str, how: str, warning: str = "") -> ReadValue:
    """A cell read as `value`, which was repaired (`how`) where that is not the text itself."""
    return ReadValue(value, "" if value == text else how, "", warning)
