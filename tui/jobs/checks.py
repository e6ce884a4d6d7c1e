"""Whether what stands in a field can be: asked at each key, so it looks only at what is at hand."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path

from yaohao.planner.vocabulary.text import narrow
from yaohao.planner.wording.messages import say
from yaohao.tui.jobs.model import PATHS, READ, JobField, is_yes, parts, unquoted
from yaohao.tui.screens.typed_paths import path_below

LONGEST = 9
"""Digits of a number that a field takes."""

Known = Callable[[JobField], Collection[str]]
"""The ids that a field may have; none where that cannot be told at once."""


def fault_of(field: JobField, text: str, folder: Path, known: Known) -> str:
    """What is wrong with what stands in a field, in words; "" where nothing is.

    An empty field is never wrong while it is typed into; `missing` tells which must be filled.
    """
    values = parts(text) if field.is_several else [text.strip()]
    for value in values:
        found = _fault(field, value, folder, known) if value else ""
        if found:
            return found
    return ""


def _fault(field: JobField, value: str, folder: Path, known: Known) -> str:
    kind = field.kind
    if kind == "number" and not (value.isascii() and value.isdecimal() and len(value) <= LONGEST):
        return say("tui_jobs.no-number", found=value)
    if kind == "day" and not _is_day(value):
        return say("tui_jobs.no-day", found=value)
    if kind == "flag" and not (
        is_yes(value) or value.lower() in ("n", "no", "0", say("common.no"))
    ):
        return say("tui_jobs.no-flag", yes=say("common.yes"), no=say("common.no"))
    if kind in READ:
        return _no_path(kind, path_below(folder, value), value)
    if kind in PATHS:
        return ""
    ids = known(field)
    if ids and value not in ids:
        return say("tui_jobs.not-known", found=value)
    return ""


def _no_path(kind: str, path: Path, value: str) -> str:
    try:
        is_there = path.is_dir() if kind == "folder" else path.is_file()
    except OSError:  # a name that cannot be
        is_there = False
    return "" if is_there else say(f"tui_jobs.no-{kind}", found=value)


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def tidied(field: JobField, text: str) -> str:
    """A text as it is taken: full-width digits and signs of dates and numbers as those of ASCII."""
    if field.kind in ("number", "day"):
        return narrow(text).strip().replace("/", "-" if field.kind == "day" else "/")
    if field.kind in PATHS and not field.is_several:
        return unquoted(text.strip())
    return text
