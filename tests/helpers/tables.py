"""Small files for imports, and what came of them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from yaohao.planner.register.import_result import ImportResult
from yaohao.planner.register.importer import set_aside_rows
from yaohao.planner.vocabulary import codes
from yaohao.planner.vocabulary.registration_numbers import registration_check_digit


def credit(number: int, division: str = "150502") -> str:
    """A credit code of an enterprise."""
    first = f"91{division}MA{number:06d}"
    first += codes.organisation_check_character(first[8:])
    return first + codes.credit_check_character(first)


def registration(number: int, division: str = "150502") -> str:
    """A registration number."""
    first = f"{division}{number:08d}"
    return first + registration_check_digit(first)


def identity(day: str = "19900101", place: str = "999999", order: int = 1) -> str:
    """The form of an identity number (GB 11643), of nobody: the division does not exist."""
    first = f"{place}{day}{order:03d}"
    total = sum(int(digit) * (2 ** (17 - at) % 11) for at, digit in enumerate(first))
    return first + "10X98765432"[total % 11]


def write(path: Path, headings: Sequence[str], *rows: Sequence[str]) -> Path:
    """A CSV file in UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def aside(found: ImportResult[Any]) -> list[tuple[int, str]]:
    """Line and reason of the rows set aside; every row read is accepted or among them."""
    assert found.rows == len(found.accepted) + found.set_aside.num_rows
    return [(one["line"], one["reason"]) for one in set_aside_rows(found.set_aside)]
