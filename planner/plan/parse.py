"""Reads a plan file: TOML text in, a checked plan out, or every problem at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yaohao.planner.plan.code_words import CodeReader, in_codes
from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.percentages import number
from yaohao.planner.plan.reader import Source
from yaohao.planner.plan.schema import build_plan
from yaohao.planner.plan.toml_positions import Path, key_lines
from yaohao.planner.plan.toml_slips import readable
from yaohao.planner.vocabulary.problems import Problem, raise_all
from yaohao.planner.vocabulary.small_files import MOST_BYTES, MOST_PARTS, excess

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")
_SYNTAX = (
    ("Expected '='", "syntax-equals"),
    ("Invalid date", "syntax-day"),
    ("Unclosed", "syntax-open"),
    ("Unterminated", "syntax-open"),
    ("Illegal character '\\n'", "syntax-open"),
    ("overwrite", "syntax-twice"),
    ("twice", "syntax-twice"),
    ("Duplicate", "syntax-twice"),
    ("Cannot mutate", "syntax-twice"),
    ("Invalid value", "syntax-value"),
)
"""What tomllib says, in part, and the words for it; anything else is told as tomllib says it."""


@dataclass(frozen=True)
class Draft:
    """A plan file as read: `problems` are all that is wrong with it, in the order of the file.

    `plan` holds stand-ins where there are problems, and is None where the text could not be read as
    TOML to its end. `data` are its tables, with codes in the place of words.
    """

    plan: Plan | None
    problems: list[Problem]
    data: Mapping[str, Any]
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int | None:
        """The line of a key, or of the nearest thing around it that stands in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def read_plan(text: str, file: str = "plan.toml", codes: CodeReader | None = None) -> Plan:
    """The plan that a TOML text describes, with all defaults filled in.

    `codes` reads the codes of a workspace's register; without it they are taken as they stand.
    Raises PlannerError with every problem: `file`, `line`, `key` (as ``rates.tier.A``), what was
    found and what is meant. Where the text is no TOML the reading ends there.
    """
    draft = draft_plan(text, file, codes)
    raise_all(draft.problems)
    assert draft.plan is not None
    return draft.plan


def draft_plan(text: str, file: str = "plan.toml", codes: CodeReader | None = None) -> Draft:
    """What can be read of a plan's text, and everything that is wrong with it.

    A day that no calendar has and full-width signs are read around, so that what stands behind
    them is told too.
    """
    text = text.removeprefix("\ufeff")
    problem = _excess(text, file)
    if problem is not None:
        return Draft(None, [problem], {}, {})
    text, noted = readable(text, file)
    try:
        data: dict[str, Any] = tomllib.loads(text, parse_float=number)
        lines = key_lines(text)
    except RecursionError:
        deep = Problem("plan.syntax-deep", {"file": file, "line": 1})
        return Draft(None, [*noted, deep], {}, {})
    except ValueError as error:
        return Draft(None, [*noted, _syntax(text, file, str(error))], {}, {})
    source = Source(file, lines)
    source.problems += noted
    if codes is not None:
        source.least_crew = codes.least_crew
        data = in_codes(source, data, codes)
    plan = build_plan(source, data)
    return Draft(plan, source.in_order(), data, lines)


def _excess(text: str, file: str) -> Problem | None:
    """What keeps a text from being read at all: it is too large, or nested too deeply."""
    if len(text) > MOST_BYTES:
        return Problem("file.too-large", {"file": file, "limit": MOST_BYTES >> 20})
    beyond = excess(text)  # told alike whatever the limit of recursion is here
    if beyond is None:
        return None
    if beyond.what == "deep":
        return Problem("plan.syntax-deep", {"file": file, "line": beyond.line})
    return Problem("file.dotted", {"file": file, "line": beyond.line, "limit": MOST_PARTS})


def _syntax(text: str, file: str, message: str) -> Problem:
    rows = text.split("\n")
    place = _PLACE.search(message)
    line = int(place[1]) if place and place[1] else len(rows)
    column = int(place[2]) if place and place[2] else None
    said = _PLACE.sub("", message)
    where = {"file": file, "line": line, "column": column}
    name = next((name for part, name in _SYNTAX if part in said), "syntax")
    return Problem(f"plan.{name}", {**where, "message": said})
