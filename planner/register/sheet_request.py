"""Which sheets of a workbook are asked for, and which of its sheets are a register."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from yaohao.planner.register.columns import Mapped, count_known, find_columns
from yaohao.planner.vocabulary.problems import PlannerError


@dataclass(frozen=True)
class SheetRequest:
    """The register whose headings are looked for, and the sheets asked for: by name, or all."""

    register: str
    mapping: Mapped = field(default_factory=dict)
    sheets: Sequence[str] = ()
    every: bool = False

    def known(self, row: Sequence[str]) -> int:
        """How many of the cells of a row are headings of the register."""
        return count_known(self.register, self.mapping, row)

    def fits(self, headings: Sequence[str]) -> bool:
        """Whether a table with these headings can be this register."""
        try:
            find_columns(self.register, headings, self.mapping, "")
        except PlannerError as error:
            codes = {problem.code for problem in error.problems}
            return not codes & {"intake.missing-heading", "intake.no-such-column"}
        return True

    def as_text(self) -> str:
        """The request as one text, for the process that reads."""
        return json.dumps([self.register, dict(self.mapping), list(self.sheets), self.every])

    @classmethod
    def from_text(cls, text: str) -> SheetRequest:
        """The request that `as_text` gave."""
        return cls(*json.loads(text))


@dataclass(frozen=True)
class SheetSource:
    """The sheet that rows are from, and what else the workbook has.

    `several` tells whether other sheets hold anything; `not_read` and `hidden` are the names of
    those that were passed over, hidden ones apart.
    """

    name: str
    several: bool = False
    not_read: Sequence[str] = ()
    hidden: Sequence[str] = ()


def place_of(file: str, sheet: str = "") -> str:
    """What a file, or a sheet of it, is called where rows are said to be from it."""
    return f"{file} [{sheet}]" if sheet else file


def sheet_of(place: str, file: str) -> str:
    """The sheet of a file that a place is, "" where it is the file itself."""
    return place[len(file) + 2 : -1] if len(place) > len(file) else ""
