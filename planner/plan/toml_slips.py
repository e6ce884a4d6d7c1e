"""Slips of the pen that keep a text from being TOML, read around so that the rest is told too.

A day that no calendar has, or that is not written as TOML writes days, is read as a text: whoever
takes the value then says which key it is. Full-width signs are read as the plain ones.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date

from yaohao.planner.plan.percentages import number
from yaohao.planner.vocabulary.problems import Problem

_PARTS = re.compile(
    r'"""[\s\S]*?"""|' + r"'''[\s\S]*?'''|" + r'"(?:\\.|[^"\\\n])*+"?|' + r"'[^'\n]*+'?|#[^\n]*+"
)
"""Strings and comments of a TOML text, in which nothing is a slip; what is not closed ends with its
line, so that no line is looked through twice."""
_DAY = re.compile(
    r"(?<![\w.:+-])([0-9]{4})(?:-([0-9]{1,2})-|/([0-9]{1,2})/|[.]([0-9]{1,2})[.]|年([0-9]{1,2})月)"
    r"([0-9]{1,2})日?(?![\w.:/-])"
)
_WIDE = str.maketrans("“”„‟＂‘’＇＝，［］｛｝　＃", '"""""\'\'\'=,[]{} #')


def readable(text: str, file: str) -> tuple[str, list[Problem]]:
    """A text with its slips read around, line for line, and the problems that they are.

    A text that is TOML as it stands is given back as it is. A bad day is no problem of its own
    here: as a text it is one of its key.
    """
    if _is_toml(text):
        return text, []
    plainer = "".join(
        part if is_apart else _with_days_in_quotes(part) for part, is_apart in _parted(text)
    )
    if _is_toml(plainer):
        return plainer, []
    slips, pieces, line, last = [], [], 1, 0
    for part, is_apart in _parted(plainer):
        for mark in "" if is_apart else part:
            if mark == "\n":
                line += 1
            elif ord(mark) in _WIDE and line != last:
                last = line
                where = {"file": file, "line": line, "found": mark}
                slips.append(Problem("plan.syntax-wide", where))
        line += part.count("\n") if is_apart else 0
        pieces.append(part if is_apart else part.translate(_WIDE))
    # What stood between full-width quotes was no string before, so that days are looked for again.
    narrowed = "".join(pieces) if slips else plainer
    return "".join(
        part if is_apart else _with_days_in_quotes(part) for part, is_apart in _parted(narrowed)
    ), slips


def narrow(text: str) -> str:
    """Plain signs in the place of full-width ones; strings and comments stay as they are."""
    return "".join(part if is_apart else part.translate(_WIDE) for part, is_apart in _parted(text))


def day_meant(text: str) -> str | None:
    """The ISO day that a text such as 2027/1/4 or 2027年1月4日 means; None where it means none."""
    match = _DAY.fullmatch(text.strip())
    if match is None:
        return None
    year, *months, day = match.groups()
    try:
        return date(int(year), int(next(filter(None, months))), int(day)).isoformat()
    except ValueError:
        return None


def _with_days_in_quotes(part: str) -> str:
    return _DAY.sub(lambda match: match[0] if _is_iso(match[0]) else f'"{match[0]}"', part)


def _is_iso(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _parted(text: str) -> list[tuple[str, bool]]:
    """The text in pieces: (piece, whether it is a string or a comment)."""
    pieces, at = [], 0
    for match in _PARTS.finditer(text):
        pieces += [(text[at : match.start()], False), (match[0], True)]
        at = match.end()
    return [*pieces, (text[at:], False)]


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text, parse_float=number)
    except (ValueError, RecursionError):
        return False
    return True
