"""Initials of Chinese words at the public door."""

from __future__ import annotations


def initials(text: str) -> str:
    """`text` in small letters with each Chinese sign as the initial of its sound in pinyin."""
    from yaohao.planner.engine import initials as engine

    return engine.initials(text)
