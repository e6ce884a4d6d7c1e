"""Output: data on standard output, notes and warnings on standard error.

Whatever comes from a register or a file is untrusted: it goes through `plain` before it is printed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import contextmanager
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import click
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.format import reason_words
from yaohao.planner.wording.messages import say
from yaohao.scripts.command_base import session, word
from yaohao.scripts.tables import (
    Column,
    bar_column,
    column,
    cut,
    emit,
    headed,
    is_csv,
    is_terminal,
    limit_option,
    most_rows,
    shortened,
    table,
    tabular,
    width,
)
from yaohao.scripts.typesetting import SCREEN, cells, pad, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaohao.planner.workspace import Workspace

__all__ = [
    "Column",
    "bar_column",
    "column",
    "counts_facts",
    "cut",
    "fact",
    "facts",
    "finish",
    "is_csv",
    "limit_option",
    "line",
    "most_rows",
    "note",
    "print_json",
    "progress",
    "prose",
    "shortened",
    "table",
    "tabular",
    "tally",
    "text",
    "title",
    "told_rows",
    "warn",
    "warn_of",
    "warn_unwitnessed",
]

_LONGEST = 4000  # characters of an untrusted text that a list of facts shows on a terminal


def finish(report: Any, show: Callable[[Any], None]) -> None:
    """End a command: print one JSON document if requested, else what `show` prints."""
    if session().json:
        print_json(report)
    else:
        show(report)


def print_json(document: Any) -> None:
    """Print a document as JSON; characters that could change the display are escaped."""
    for row in json.dumps(document, ensure_ascii=False, indent=2, default=str).split("\n"):
        emit(_escaped(row))


def _escaped(text: str) -> str:
    """JSON with harmful characters as JSON escapes; they can only stand within its strings."""
    if text.isascii():
        return text.replace("\x7f", "\\u007f")
    return "".join(
        mark if plain(mark) == mark else json.dumps(mark)[1:-1].replace("\x7f", "\\u007f")
        for mark in text
    )


def line(text: str = "") -> None:
    """Print one line of data."""
    emit(plain(text))


def title(code: str, **params: Any) -> None:
    """Print a heading, an empty line before it."""
    headed(code.rpartition(".")[2])
    emit()
    emit(plain(word("title", code, **params)), bold=True)


def text(code: str, **params: Any) -> None:
    """Print a sentence of data."""
    prose(word("text", code, **params))


def prose(words: str) -> None:
    """Print a sentence that is put into words already, over as many lines as it needs."""
    for row in wrap(plain(words), min(SCREEN, width())):
        line(row)


def note(code: str, **params: Any) -> None:
    """Print a note on standard error, such as the next step; not with --json."""
    if not session().json:
        _tell(word("note", code, **params))


def warn(code: str, **params: Any) -> None:
    """Warn on standard error, also with --json."""
    _tell(say("cli.warning", text=word("warn", code, **params)))


def _tell(words: str) -> None:
    for row in words.split("\n"):
        for part in told_rows(row):
            click.echo(plain(part), err=True)


def told_rows(row: str) -> list[str]:
    """A row as it is told; a command that does not fit stands whole on a line of its own."""
    head, name, command = row.partition("yaohao ")
    if row.startswith(" "):
        return [row]
    if name and head.rstrip().endswith((":", "：")) and cells(row) > SCREEN:
        return [*wrap(head.rstrip(), SCREEN), f"  {name}{command}"]
    return wrap(row, SCREEN)


def fact(code: str, value: Any) -> tuple[str, str]:
    """One value with its label, for `facts`; numbers with thousands separators."""
    shown = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return word("label", code), shown


def facts(pairs: Iterable[tuple[str, str] | None]) -> None:
    """Print labels and values below one another; a terminal folds long values, none is cut."""
    rows = [pair for pair in pairs if pair]
    margin = max((cells(label) for label, _ in rows), default=0) + 2
    for label, value in rows:
        parts = [plain(value)]
        if is_terminal():
            parts = wrap(plain(value[:_LONGEST]), max(width() - margin, 8))
        for first, part in zip_longest([label], parts, fillvalue=""):
            line(f"{pad(first, margin)}{part}".rstrip())


def tally(rows: Iterable[tuple[int, str]]) -> None:
    """Print counts and what they count."""
    for count, words in rows:
        parts = wrap(plain(words), max(width() - 14, 8)) if is_terminal() else [plain(words)]
        for number, part in enumerate(parts):
            line(f"{'':>12}  {part}" if number else f"{count:>12,}  {part}")


def warn_unwitnessed(workspace: Workspace, draw: str) -> None:
    """Warn if a seed of a draw has no source or witness, or was not preceded by publication."""
    for row in workspace.draws():
        if row["draw"] == draw:
            warn_of(row)


def warn_of(row: Mapping[str, Any]) -> None:
    """Warn of missing witnesses or publications of a draw, given by `Workspace.draws`."""
    from yaohao.planner.wording.format import rounds_words

    if row["unpublished"]:
        warn("unpublished", draw=row["draw"], rounds=rounds_words(row["unpublished"]))
    if row["unwitnessed"]:
        warn("unwitnessed", draw=row["draw"])


def counts_facts(counts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Numbers in scope, in the pool, inspected for cause, and excluded by reason."""
    return [
        fact("scope", counts["scope"]),
        fact("pool", counts["pool"]),
        fact("directed", counts["directed"]),
        fact("out", sum(counts["out"].values())),
        *((f"  {reason_words(reason)}", f"{n:,}") for reason, n in counts["out"].items()),
    ]


@contextmanager
def progress(code: str) -> Iterator[Callable[[int, int | None], None] | None]:
    """Show a count on standard error if it is a terminal; yields the function that updates it."""
    if session().json or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, TaskProgressColumn, TextColumn

    # No bar: its characters are as wide as a Chinese one in some terminals.
    bar = Progress(
        TextColumn("{task.description}", markup=False),
        TextColumn("{task.completed:,.0f}"),
        TaskProgressColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task(word("note", code), total=None)

        def move(done: int, total: int | None, /) -> None:
            bar.update(task, completed=done, total=total)

        yield move
