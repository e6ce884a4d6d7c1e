"""Output: data on standard output, notes and warnings on standard error.

Whatever comes from a register or a file is untrusted: it goes through `plain` before it is printed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import click
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.format import reason_words
from yaohao.planner.wording.messages import catalogue, say
from yaohao.scripts.command_base import session
from yaohao.scripts.typesetting import (
    BAR,
    SCREEN,
    cells,
    pad,
    wrap,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaohao.planner.workspace import Workspace

_LONGEST = 400  # characters of an untrusted text that are looked at at all
_LEAST = 6  # columns that a column keeps


def _code(family: str, name: str) -> str:
    """The code of the message `family`-`name`: the command line's own, else the shared one."""
    own = f"{family}-{name}"
    return f"cli.{own}" if own in catalogue("cli") else f"common.{own}"


def finish(told: Any, show: Callable[[Any], None]) -> None:
    """End a command: print one JSON document if requested, else what `show` prints."""
    if session().json:
        print_json(told)
    else:
        show(told)


def print_json(document: Any) -> None:
    """Print a document as JSON; characters that could change the display are escaped."""
    for row in json.dumps(document, ensure_ascii=False, indent=2, default=str).split("\n"):
        click.echo(_escaped(row))


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
    click.echo(plain(text))


def title(code: str, **params: Any) -> None:
    """Print a heading, an empty line before it."""
    text = plain(say(_code("title", code), **params))
    click.echo()
    click.echo(click.style(text, bold=True))


def text(code: str, **params: Any) -> None:
    """Print a sentence of data."""
    for row in wrap(say(_code("text", code), **params), SCREEN):
        line(row)


def note(code: str, **params: Any) -> None:
    """Print a note on standard error, such as the next step; not with --json."""
    if not session().json:
        _tell(say(_code("note", code), **params))


def warn(code: str, **params: Any) -> None:
    """Warn on standard error, also with --json."""
    _tell(say("cli.warning", text=say(_code("warn", code), **params)))


def _tell(words: str) -> None:
    for row in words.split("\n"):
        for part in wrap(row, SCREEN) if not row.startswith(" ") else [row]:
            click.echo(plain(part), err=True)


def fact(code: str, value: Any) -> tuple[str, str]:
    """One value with its label, for `facts`; numbers with thousands separators."""
    shown = f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return say(_code("label", code)), shown


def facts(pairs: Iterable[tuple[str, str] | None]) -> None:
    """Print labels and values below one another; long values are wrapped, not cut."""
    rows = [pair for pair in pairs if pair]
    margin = max((cells(label) for label, _ in rows), default=0) + 2
    for label, value in rows:
        shown = plain(value[: _LONGEST * 10])
        for first, part in zip_longest([label], wrap(shown, SCREEN - margin), fillvalue=""):
            line(f"{pad(first, margin)}{part}".rstrip())


def tally(rows: Iterable[tuple[int, str]]) -> None:
    """Print counts and what they count."""
    for count, words in rows:
        for number, part in enumerate(wrap(plain(words), SCREEN - 14)):
            line(
                f"{count if not number else '':>12}  {part}" if number else f"{count:>12,}  {part}"
            )


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, whether right-aligned, whether it is shortened first."""

    heading: str
    right: bool = False
    flex: bool = False


def column(code: str, *, right: bool = False, flex: bool = False) -> Column:
    """A column headed by the label `code`."""
    return Column(say(_code("label", code)), right, flex)


def bar_column() -> Column:
    """A column without a heading, wide enough for double-width bars."""
    return Column(" " * 2 * BAR)


def table(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table that fits the screen; texts that do not fit are cut and end in three dots."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = [[_cell(value) for value in row] for row in rows]
    widths = _widths(columns, shown)
    rule = "    \n    \n -- \n    \n    \n    \n    \n    \n"
    grid = Table(
        box=box.Box(rule, ascii=True),
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
    )
    for one, width in zip(columns, widths, strict=True):
        justify: Any = "right" if one.right else "left"
        grid.add_column(Text(cut(one.heading, width)), justify=justify, width=width, no_wrap=True)
    for row in shown:
        grid.add_row(*(Text(cut(cell, width)) for cell, width in zip(row, widths, strict=True)))
    terminal = sys.stdout.isatty()
    console = Console(
        file=sys.stdout,
        width=SCREEN + 2,
        color_system="standard" if terminal else None,
        force_terminal=terminal,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    with console.capture() as capture:
        console.print(grid)
    click.echo("\n".join(row.rstrip() for row in capture.get().splitlines()))


def _cell(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return "" if not value else say("common.yes")
    return f"{value:,}" if isinstance(value, int) else plain(str(value), _LONGEST)


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[int]:
    """The widths of columns: as wide as they need, the giving ones less, until all fit."""
    from rich.cells import cell_len

    widths = [
        max([cell_len(one.heading), *(cell_len(row[place]) for row in rows)])
        for place, one in enumerate(columns)
    ]
    room = SCREEN - 2 * (len(columns) - 1)
    for giving in ([one.flex for one in columns], [True] * len(columns)):
        while sum(widths) > room:
            widest = max(
                (place for place, gives in enumerate(giving) if gives),
                key=lambda place: widths[place],
                default=-1,
            )
            least = _LEAST * 2 if giving != [True] * len(columns) else _LEAST
            if widest < 0 or widths[widest] <= least:
                break
            widths[widest] = max(least, widths[widest] - (sum(widths) - room), widths[widest] // 2)
    return widths


def cut(words: str, width: int) -> str:
    """`words` cut to `width` columns, ending in three dots if it was cut."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(words) <= width:
        return words
    return set_cell_size(words, max(width - 3, 0)).rstrip() + "..."[:width]


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
        task = bar.add_task(say(_code("note", code)), total=None)

        def move(done: int, total: int | None, /) -> None:
            bar.update(task, completed=done, total=total)

        yield move
