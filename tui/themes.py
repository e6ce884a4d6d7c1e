"""The themes: light, dark, high contrast. No colour ever says something alone."""

from __future__ import annotations

from textual.scrollbar import ScrollBarRender
from textual.theme import Theme

THEMES = ("dark", "light", "contrast")


def made() -> list[Theme]:
    """The three themes, named as in `THEMES`."""
    return [
        Theme(
            name="dark",
            primary="#6cb6e8",
            secondary="#8fa3b8",
            accent="#e2b86b",
            warning="#e2b86b",
            error="#f08a80",
            success="#86c58b",
            foreground="#dde3ea",
            background="#14181d",
            surface="#1b2128",
            panel="#262e37",
            variables={"rule": "#4a5663", "cursor": "#2f5f83", "cursor-text": "#ffffff"},
        ),
        Theme(
            name="light",
            primary="#0a5a96",
            secondary="#4f6272",
            accent="#8a5a00",
            warning="#8a5a00",
            error="#a8201a",
            success="#1f6b34",
            foreground="#1c2329",
            background="#fbfbf8",
            surface="#f1f2ee",
            panel="#e2e5e2",
            dark=False,
            variables={"rule": "#9aa5ad", "cursor": "#0a5a96", "cursor-text": "#ffffff"},
        ),
        Theme(
            name="contrast",
            primary="#ffffff",
            secondary="#ffffff",
            accent="#ffff00",
            warning="#ffff00",
            error="#ff9d9d",
            success="#7dff7d",
            foreground="#ffffff",
            background="#000000",
            surface="#000000",
            panel="#000000",
            variables={"rule": "#ffffff", "cursor": "#ffff00", "cursor-text": "#000000"},
        ),
    ]


class PlainScrollBar(ScrollBarRender):
    """A scroll bar of blanks alone: its ends are in whole lines, no character is ambiguous."""

    VERTICAL_BARS = [" "] * 8
    HORIZONTAL_BARS = [" "] * 8
