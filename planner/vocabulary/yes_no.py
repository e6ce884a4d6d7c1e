"""Texts that mean yes and no, in small letters: the same wherever a column of values is read."""

from __future__ import annotations

YES = frozenset(("1", "yes", "y", "true", "是", "有", "√"))
NO = frozenset(("0", "no", "n", "false", "否", "无", "×"))
