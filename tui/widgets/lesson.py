"""What an empty place says, above the keys: what it is for and what to do first, as a control."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from textual.widgets import Static
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.words import Words


@dataclass(frozen=True)
class Lesson:
    """Sentences, and what is to be done: its key, its words, and how it is done."""

    sentences: tuple[str, ...]
    control: str
    act: Callable[[], object]


class LessonLines(Words):
    """The sentences."""


class LessonControl(Static):
    """The one thing to do, done by a click as by its key."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.act: Callable[[], object] | None = None

    def on_click(self) -> None:
        """Do it."""
        if self.act is not None:
            self.act()


def lesson_lines(lesson: Lesson, width: int) -> list[str]:
    """The sentences in lines of the screen."""
    return [row for words in lesson.sentences for row in folded(words, width)]
