"""What an import tells of columns and words, in sentences, with the options to write."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.format import code_name
from yaohao.planner.wording.messages import catalogue, say

_LONGEST = 60  # characters of a heading or a word that are shown


def absent_words(report: Mapping[str, Any]) -> Iterator[str]:
    """Which known fields have no column, and what is taken instead.

    Rows that are there keep what a file has no column for, whatever else is asked: only a column
    with empty cells empties it.
    """
    effects = report.get("effects", {})
    known = bool(effects.get("changed") or effects.get("same"))
    empty = []
    for one in report["without_column"]:
        field, rows, own = one["field"], one["rows"], f"absent-{report['register']}-{one['field']}"
        if own in catalogue("columns"):
            yield say(f"columns.{own}-kept" if known else f"columns.{own}")
        elif not one["taken"]:
            empty.append(field)
        else:
            name = "absent-kept" if known else "absent-taken-one" if rows == 1 else "absent-taken"
            taken = code_name(field, one["taken"])
            yield say(f"columns.{name}", field=field, rows=f"{rows:,}", taken=taken)
    if empty:
        yield say(f"columns.{'absent-empty-kept' if known else 'absent-empty'}", fields=empty)


def alike_words(report: Mapping[str, Any]) -> Iterator[str]:
    """Which ignored headings resemble known ones, with the option that maps each."""
    for one in report["alike"]:
        heading, field = one["heading"], one["field"]
        option = f"--map {shlex.quote(f'{field}={heading}')}"
        yield say("columns.alike", heading=heading[:_LONGEST], field=field, option=plain(option))


def unread_words(report: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """How often each word was not understood, and the option that says what it means."""
    for one in report["not_understood"]:
        field, words = one["field"], one["found"]
        if not words:
            yield one["n"], say("columns.words-rare", field=field)
            continue
        option = f"--value {shlex.quote(f'{field}:{words}=' + say('columns.code'))}"
        shown = plain(words, _LONGEST)
        yield one["n"], say("columns.word", field=field, found=shown, option=plain(option))
