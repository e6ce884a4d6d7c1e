"""Reads a plan file: TOML text in, a checked plan out, or every problem at once."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.percentages import number
from yaohao.planner.plan.reader import Source
from yaohao.planner.plan.schema import build_plan
from yaohao.planner.plan.toml_positions import key_lines
from yaohao.planner.vocabulary.problems import PlannerError, refuse
from yaohao.planner.vocabulary.small_files import MOST_BYTES, MOST_PARTS, excess

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")
_QUOTED_OR_COMMENT = re.compile(r"\"[^\"]*\"|'[^']*'|#.*")
_WIDE = re.compile("[“”‘’「」＂＇＝，［］｛｝　]")
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


def read_plan(text: str, file: str = "plan.toml") -> Plan:
    """The plan that a TOML text describes, with all defaults filled in.

    Raises PlannerError with every problem: `file`, `line`, `key` (as ``rates.tier.A``), what was
    found and what is meant. Where the text is no TOML that is the only problem told.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > MOST_BYTES:
        raise refuse("file.too-large", file=file, limit=MOST_BYTES >> 20)
    found = excess(text)  # told alike whatever the limit of recursion is here
    if found is not None and found.what == "deep":
        raise refuse("plan.syntax-deep", file=file, line=found.line)
    if found is not None:
        raise refuse("file.dotted", file=file, line=found.line, limit=MOST_PARTS)
    try:
        data: dict[str, Any] = tomllib.loads(text, parse_float=number)
        lines = key_lines(text)
    except RecursionError:
        raise refuse("plan.syntax-deep", file=file, line=1) from None
    except ValueError as error:
        raise _syntax(text, file, str(error)) from None
    source = Source(file, lines)
    plan = build_plan(source, data)
    source.finish()
    return plan


def _syntax(text: str, file: str, message: str) -> PlannerError:
    rows = text.split("\n")
    place = _PLACE.search(message)
    line = int(place[1]) if place and place[1] else len(rows)
    column = int(place[2]) if place and place[2] else None
    said = _PLACE.sub("", message)
    where = {"file": file, "line": line, "column": column}
    wide = _WIDE.search(_QUOTED_OR_COMMENT.sub("", rows[min(line, len(rows)) - 1]))
    if wide:
        return refuse("plan.syntax-wide", **where, found=wide[0])
    name = next((name for part, name in _SYNTAX if part in said), "syntax")
    return refuse(f"plan.{name}", **where, message=said)
