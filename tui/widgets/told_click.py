"""A key that a sentence names is pressed by a click on it: «press v», «z: all of it», «Esc closes».

Keys stand in messages as plain signs, among words of both languages and untrusted names. What is
taken for one is what messages write: a named key (Enter, F4, Ctrl+S), or a single sign that is said
to be pressed, or that begins what it does. Digits and the letters of tiers need the word before
them, since they also count and name.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from rich.cells import cell_len
from textual import events
from textual.geometry import Region
from textual.screen import Screen
from textual.widgets import Input, Static, TextArea
from yaohao.tui.keys import LEADER, key_words, keys_of, meanings, types_nothing
from yaohao.tui.widgets.under_mouse import under_mouse

_NAMED = {
    "Enter": "enter",
    "\u56de\u8f66": "enter",
    "Esc": "escape",
    "Space": "space",
    "\u7a7a\u683c": "space",
    "Del": "delete",
    "PgUp": "pageup",
    "PgDn": "pagedown",
}
"""Keys that messages write as words."""

_SAID = r"(?:[\u6309\u952e]\s?|\b(?:[Pp]ress|[Kk]ey)\s)"
"""What stands before a key that is to be pressed."""

_BEGINS = (
    r"(?:^\s*|[\u3002\uff1b\uff0c\u3001\uff1a;,:.(\uff08]\s?|\s{2,}|\b(?:or|and|then) "
    r"|[\u6216\u548c]\s?)"
)
"""What stands before a key by which a sentence, or a part of it, begins."""

_ALONE = r"(?=[.:)\u3002\uff1a\uff09]|\s+[^\W\d]|[\u4e00-\u9fff])"
"""What stands after such a key: what it does."""

_PARTS = re.compile(r"[\u3002\uff1b\uff0c\u3001;,]|\.\s|\s{3,}")
"""Between two parts of a sentence, each with a key of its own."""

_SENTENCES = re.compile(r"[\u3002\uff1b;]|\.\s|\s{3,}")

_SOON = 24
"""Characters after the key of a place in which the next one is told of that place."""

_TIERS = frozenset("abABCD")
"""Letters that also count or name: a tier, the article."""


@cache
def _signs() -> dict[str, str]:
    """Every key as it is written, by Textual's name of it."""
    keys = [key for meaning in meanings() for key in keys_of(meaning)]
    return {**{key_words(key): key for key in keys}, **_NAMED}


@cache
def _named(*, only_said: bool) -> re.Pattern[str]:
    """The keys of a line; with `only_said` single signs only where one is told to press them."""
    signs = sorted(_signs(), key=len, reverse=True)
    words = "|".join(re.escape(one) for one in signs if len(one) > 1)
    letters = "".join(one for one in signs if len(one) == 1 and one.isalpha())
    begin = re.escape("".join(one for one in letters if one not in _TIERS) + "*[]")
    leader = re.escape(key_words(LEADER))
    all_single = "".join(re.escape(one) for one in signs if len(one) == 1)
    said = rf"{_SAID}(?P<said>{leader}[a-z]|[{all_single}0-9])(?![A-Za-z0-9+])"
    word = rf"(?<![A-Za-z+])(?P<word>{words})(?![A-Za-z+])(?! (?:the|an?|your|its|what|which)\b)"
    begun = rf"(?:{_BEGINS})(?P<begun>[{begin}]){_ALONE}"
    return re.compile("|".join([said, word] if only_said else [said, word, begun]))


def _is_place(sign: str) -> bool:
    return sign.isdigit() or (len(sign) == 2 and sign.startswith(key_words(LEADER)))


def sign_at(text: str, x: int, *, only_said: bool = False) -> str:
    """The key as written that a click on a line is for, `x` in columns; nothing where none is.

    A key is told for the part of the sentence that it stands in. Soon after one that goes to a
    place, what follows in the sentence is done there: it is the place that is gone to.
    """
    found: list[tuple[int, int, str]] = []
    for one in _named(only_said=only_said).finditer(text):
        kind = one.lastgroup or ""
        found.append((one.start(kind), one.end(kind), one[kind]))
    if not found or x >= cell_len(text.rstrip()):
        return ""
    at = next((n for n in range(len(text)) if cell_len(text[: n + 1]) > x), len(text))
    begins, ends = _around(_PARTS, text, at, found)
    here = [one for one in found if begins <= one[0] < ends]
    if not here:
        return ""
    begun, _, sign = min(here, key=lambda one: max(one[0] - at, at - one[1] + 1, 0))
    first, _ = _around(_SENTENCES, text, begun, found)
    places = [
        one[2] for one in found if first <= one[0] < begun <= one[1] + _SOON and _is_place(one[2])
    ]
    return sign if _is_place(sign) or not places else places[-1]


def _around(
    parts: re.Pattern[str], text: str, at: int, keys: list[tuple[int, int, str]]
) -> tuple[int, int]:
    """Where the part of a text that holds a place begins and ends; a key is no end of a part."""
    inner = [
        one
        for one in parts.finditer(text)
        if not any(start <= one.start() < end for start, end, _ in keys)
    ]
    begins = max((one.end() for one in inner if one.end() <= at), default=0)
    ends = min((one.start() for one in inner if one.start() >= at), default=len(text))
    return begins, ends


def key_of(sign: str) -> str:
    """Textual's name of a key as written; of a place its sign."""
    return sign if _is_place(sign) else _signs().get(sign, "")


def sign_under(screen: Screen[Any], event: events.Click, *, only_said: bool = False) -> str:
    """The key that is told where the screen was clicked, as written; nothing where none is.

    Words that do something of their own when they are clicked are left to it.
    """
    widget = under_mouse(screen, event)
    if not isinstance(widget, Static) or hasattr(widget, "on_click"):
        return ""
    x, y = event.screen_x - widget.region.x, event.screen_y - widget.region.y
    strips = widget.render_lines(Region(0, int(y), widget.outer_size.width, 1))
    text = "".join(strip.text for strip in strips)
    return sign_at(text, int(x), only_said=only_said)


def press_in_dialog(dialog: Screen[Any], sign: str) -> None:
    """Press a key that the words of a dialog name: what types nothing goes to what has the focus,
    as it would; what would be typed into a field is for the dialog itself.
    """
    key = key_of(sign)
    is_typing = isinstance(dialog.focused, Input | TextArea)
    if types_nothing(key) or (key == "space" and not is_typing):
        dialog.app.simulate_key(key)
    else:
        dialog.post_message(events.Key(key, sign if len(sign) == 1 else None))
