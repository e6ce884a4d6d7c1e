"""Numbers of letters: one running series per authority, kind of letter and year."""

from __future__ import annotations

import re
from typing import NamedTuple

from yaohao.planner.vocabulary.problems import refuse

FORM = "通科市监异入〔2027〕12号-3"
_NUMBER = re.compile(r"(\S{1,40})〔(\d{4})〕(\d{1,6})号(?:-(\d{1,6}))?")


class LetterNumber(NamedTuple):
    """A number: the authority's mark with that of the series, year, running number, sub-number."""

    mark: str
    year: int
    number: int
    part: int = 0

    def __str__(self) -> str:
        part = f"-{self.part}" if self.part else ""
        return f"{self.mark}〔{self.year}〕{self.number}号{part}"


def parse_letter(text: str) -> LetterNumber:
    """A number from its text; PlannerError ``case.bad-letter`` where it is none."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise refuse("case.bad-letter", found=text, form=FORM)
    return LetterNumber(match[1], int(match[2]), int(match[3]), int(match[4] or 0))


def next_letter(last: LetterNumber | None, mark: str, year: int) -> LetterNumber:
    """The number after `last` in the series `mark`; the first of a year, or of a series, is 1."""
    same = last is not None and (last.mark, last.year) == (mark, year)
    return LetterNumber(mark, year, last.number + 1 if same and last is not None else 1)


def batch_letters(letter: LetterNumber, count: int) -> list[LetterNumber]:
    """The sub-numbers -1, -2 … of the letters of a batch, which has one number."""
    return [letter._replace(part=part) for part in range(1, count + 1)]
