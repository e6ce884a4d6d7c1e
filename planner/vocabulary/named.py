"""An id that has words of its own, as those of a bureau's kinds of cases: programs see the id."""

from __future__ import annotations

from typing import Self


class Named(str):
    """An id; people are shown its words, and beside them the id where they may have to type it."""

    zh: str
    en: str
    is_typed: bool

    __slots__ = ("en", "is_typed", "zh")

    def __new__(cls, text: str, zh: str, en: str, *, is_typed: bool = True) -> Self:
        """The id `text` with its words in both languages."""
        made = super().__new__(cls, text)
        made.zh, made.en, made.is_typed = zh, en, is_typed
        return made

    def words(self, lang: str, *, with_id: bool) -> str:
        """Its words in a language, `with_id` the id too where it may be typed."""
        words = self.zh if lang == "zh" else self.en
        if not words:
            return str(self)
        if not with_id or not self.is_typed or words == str(self):
            return words
        return f"{words}（{self!s}）" if lang == "zh" else f"{words} ({self!s})"
