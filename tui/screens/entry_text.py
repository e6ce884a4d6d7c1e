"""What is typed for a visit, read: results by item, findings by item, lists."""

from __future__ import annotations

import re
from typing import Any


def typed_results(text: str, findings: str, each: dict[str, str]) -> list[dict[str, Any]]:
    """The results in a text such as ``1`` or ``1 REG-02=A``, with what was found.

    A result without an item is that of all the others. Findings stand behind their item,
    ``REG-02=expired; REG-03=none there``, or are those of all. `each` is what every row has.
    """
    pieces = [piece for piece in re.split(r"[\s,，;；、]+", text) if piece]
    pairs = [_pair(piece.replace("＝", "=")) for piece in pieces]
    names = {name for name, _ in pairs}
    of_items: dict[str, str] = {}
    rest: list[str] = []
    for part in re.split("[;；]", findings.replace("＝", "=")):
        name, sign, words = part.partition("=")
        if sign and name.strip() in names - {""}:
            of_items[name.strip()] = words.strip()
        elif part.strip():
            rest.append(part.strip())
    common = "; ".join(rest)
    return [
        {**each, "item_id": name, "result": code, "finding": of_items.get(name, common)}
        for name, code in pairs
    ]


def _pair(piece: str) -> tuple[str, str]:
    """The item and its result; the item is "" where none is named."""
    name, sign, code = piece.partition("=")
    return (name, code) if sign else ("", name)


def parts(text: str) -> list[str]:
    """The parts of a list that is typed, parted by commas or semicolons."""
    return [part.strip() for part in re.split("[,，;；]", text) if part.strip()]
