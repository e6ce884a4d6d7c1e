"""What was asked for before or after the name of a command: the values of the common options."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from yaohao.planner.vocabulary.problems import refuse

TABLES = ("csv", "xlsx", "parquet")
"""What one table of a command can be written as; JSON has all that the command tells."""


@dataclass
class Session:
    """The values of the common options, given before or after the name of the command."""

    workspace: str = ""
    json: bool = False
    accept_clock: bool = False
    engine: str = ""
    """What frames are made and read with; "" where nobody said."""
    master: str = ""
    """Where the engine spark works; "" where nobody said."""
    lang: str = ""
    format: str = ""
    """What a table is written as: ``table``, ``csv``, ``xlsx``, ``json`` or ``parquet``; "" where
    nobody said."""
    output: str = ""
    """The file that data go to; "" for standard output."""
    overwrite: bool = False
    table: str = ""
    """Which of several tables is written."""
    known: tuple[str, ...] = ()
    """The names of a command's tables, the foremost first."""
    heading: str = ""
    printed: list[str] = field(default_factory=list)
    """Lines for the file."""
    tables: list[Any] = field(default_factory=list)
    """The tables that were to be printed, where one is asked for."""

    def settle(self) -> None:
        """Take the format from the name of the file where none was said.

        Raises PlannerError for two formats, and for options that are of use to a file alone.
        """
        if self.output == "-":  # standard output, as other programs have it
            self.output = ""
        if self.json and self.format not in ("", "json"):
            raise refuse("output.two-formats", found=self.format)
        if self.format or self.json:
            return
        ending = self.output.lower().rpartition(".")[2] if "." in self.output else ""
        if ending in TABLES:
            self.format = ending
        elif self.table:
            self.format = "csv"
        elif ending == "json":
            self.json = True

    @property
    def writes_table(self) -> bool:
        """Whether one table is asked for, not all that the command tells."""
        return self.format in TABLES
