"""Tables: as wide as the terminal, whole in files, or as data where that is asked for.

On a terminal a cell that does not fit is wrapped, and a long list ends after `MOST` rows. In a
file or a pipe nothing is cut, neither cells nor rows, and no line is wrapped.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import click
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.scripts.command_base import (
    Function,
    Option,
    option,
    remember,
    session,
    word,
)
from yaohao.scripts.session import Session
from yaohao.scripts.typesetting import BAR, SCREEN, cells, pad, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 20
"""Rows shown on a terminal of a list that may be long, unless more are asked for."""

FORMATS = ("table", "csv", "xlsx", "json", "parquet")

_LONGEST = 400  # characters of an untrusted text that a terminal shows at all
_MOST_LINES = 3  # lines of a terminal that a name may take; reasons take what they need
_LEAST = 6  # columns that a column keeps
_PADDED = 60  # columns in a file up to which the next column is kept in line
_NARROWEST = 20


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, and whether it is of numbers, or gives way first.

    The cells of one that is `whole` are wrapped into as many lines as they need.
    """

    heading: str
    right: bool = False
    flex: bool = False
    whole: bool = False
    drawn: bool = False
    """Whether it has bars, which are for the eye alone."""


@dataclass(frozen=True)
class Collected:
    """A table that was to be printed, kept to be written as data."""

    name: str
    headings: list[str]
    rows: list[list[Any]]


def column(code: str, *, right: bool = False, flex: bool = False, whole: bool = False) -> Column:
    """A column headed by the label `code`."""
    return Column(word("label", code), right, flex, whole)


def bar_column() -> Column:
    """A column without a heading, wide enough for bars also where they are drawn wide."""
    return Column(" " * 2 * BAR, drawn=True)


def current() -> Session | None:
    """The session of the command that runs; None outside of one."""
    return session() if click.get_current_context(silent=True) else None


def is_terminal() -> bool:
    """Whether what is printed is looked at on a terminal, not kept in a file or read by another."""
    now = current()
    if now is not None and (now.output or now.writes_table):
        return False
    return sys.stdout.isatty()


def is_csv() -> bool:
    """Whether the command was asked for one table as data: CSV, a workbook or Parquet."""
    now = current()
    return now is not None and now.writes_table


def width() -> int:
    """Columns of the terminal; those of an ordinary screen where there is none."""
    if not is_terminal():
        return SCREEN
    return max(shutil.get_terminal_size((SCREEN, 24)).columns, _NARROWEST)


def most_rows() -> int:
    """How many rows of a long list are shown where nobody said."""
    return MOST if is_terminal() else sys.maxsize


def emit(text: str = "", *, bold: bool = False) -> None:
    """Print a line of data, or keep it for the file that is asked for; not where one table is."""
    now = current()
    if now is not None and now.writes_table:
        return
    if now is not None and now.output:
        now.printed.append(text)
    else:
        click.echo(click.style(text, bold=True) if bold else text)


def headed(name: str) -> None:
    """Note the code of a heading: the table that follows is known by it."""
    now = current()
    if now is not None:
        now.heading = name


def table(columns: Sequence[Column], rows: Iterable[Sequence[Any]], name: str = "") -> None:
    """Print a table; `name` is what --table knows it by, the heading before it where that is "".

    It fits the terminal: what does not fit is wrapped, and a name of more than three lines cut.
    """
    if is_csv():
        _collect(columns, rows, name)
        return
    on_terminal = is_terminal()
    longest = _LONGEST if on_terminal else None
    shown = [[_cell(value, longest) for value in row] for row in rows]
    widths = _widths(columns, shown, width()) if on_terminal else _needed(columns, shown, _PADDED)
    headings = [[one.heading] for one in columns]
    if on_terminal:
        headings = [wrap(one.heading, size) for one, size in zip(columns, widths, strict=True)]
    for line in _lines(columns, headings, widths):
        emit(line, bold=True)
    emit("-" * (sum(widths) + 2 * (len(widths) - 1)))
    for row in shown:
        parts = [[cell] for cell in row]
        if on_terminal:
            parts = [
                _folded(cell, size, whole=one.whole)
                for one, cell, size in zip(columns, row, widths, strict=True)
            ]
        for line in _lines(columns, parts, widths):
            emit(line)


def _collect(columns: Sequence[Column], rows: Iterable[Sequence[Any]], name: str) -> None:
    now = session()
    kept = [place for place, one in enumerate(columns) if not one.drawn]
    now.tables.append(
        Collected(
            name or now.heading,
            [columns[place].heading.strip() for place in kept],
            [[_bare(row[place]) for place in kept] for row in rows],
        )
    )


def _bare(value: Any) -> Any:
    """A value as CSV has it: no mark for nothing, no commas in numbers."""
    if value is None or value == "-" or value is False:
        return ""
    return say("common.yes") if value is True else value


def _cell(value: Any, longest: int | None) -> str:
    if isinstance(value, bool) or value is None:
        return "" if not value else say("common.yes")
    return f"{value:,}" if isinstance(value, int) else plain(str(value), longest)


def _lines(
    columns: Sequence[Column], parts: Sequence[Sequence[str]], widths: Sequence[int]
) -> Iterable[str]:
    """The lines of a row whose cells take several."""
    for line in zip_longest(*parts, fillvalue=""):
        yield "  ".join(
            " " * max(size - cells(text), 0) + text if one.right else pad(text, size)
            for one, text, size in zip(columns, line, widths, strict=True)
        ).rstrip()


def _folded(text: str, size: int, *, whole: bool) -> list[str]:
    lines = wrap(text, size)
    if whole or len(lines) <= _MOST_LINES:
        return lines
    return [*lines[: _MOST_LINES - 1], cut("".join(lines[_MOST_LINES - 1 :]), size)]


def _needed(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], most: int = sys.maxsize
) -> list[int]:
    """The widths that columns need, but no more than `most`."""
    return [
        min(most, max([cells(one.heading), *(cells(row[place]) for row in rows)]))
        for place, one in enumerate(columns)
    ]


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[str]], total: int) -> list[int]:
    """The widths of columns: as wide as they need, the giving ones less, until all fit.

    Those that may give way do so first, then all but numbers, then all.
    """
    widths = _needed(columns, rows)
    room = total - 2 * (len(columns) - 1)
    steps = (
        ([one.flex for one in columns], 2 * _LEAST),
        ([not one.right for one in columns], _LEAST),
        ([True] * len(columns), 1),
    )
    for giving, least in steps:
        while sum(widths) > room:
            widest = max(
                (place for place, gives in enumerate(giving) if gives),
                key=lambda place: widths[place],
                default=-1,
            )
            if widest < 0 or widths[widest] <= least:
                break
            widths[widest] = max(least, widths[widest] - (sum(widths) - room), widths[widest] // 2)
    return widths


def shortened(text: str, size: int) -> str:
    """The first characters of a digest or a long text on a terminal; the whole text elsewhere."""
    return text[:size] if is_terminal() else text


def cut(words: str, size: int) -> str:
    """`words` cut to `size` columns, with three dots where something is missing."""
    if cells(words) <= size:
        return words
    kept, room = "", max(size - 3, 0)
    for mark in words:
        if cells(kept + mark) > room:
            break
        kept += mark
    return kept.rstrip() + "..."[:size]


# the options


def limit_option() -> Callable[[Function], Function]:
    """The option --limit: how many rows are shown; 20 on a terminal, all in files."""

    def settle(ctx: click.Context, parameter: click.Parameter, value: int | None) -> int:
        return most_rows() if value is None else value

    return option(
        "--limit", words="output.limit", meta="number", type=click.IntRange(0), default=None,
        callback=settle,
    )  # fmt: skip


class _TableOption(Option):
    """The option --table, whose help names the tables."""

    def __init__(self, names: Sequence[str], keep: Callable[..., None]) -> None:
        choice = click.Choice(names)
        super().__init__(
            "--table", words="output.table", meta="output.table", type=choice, callback=keep,
            expose_value=False,
        )  # fmt: skip
        self.names = list(names)

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        """The option and what it means, with the names."""
        return f"--table {self.make_metavar(ctx)}", word("opt", self.words, names=self.names)


def tabular(*names: str) -> Callable[[Function], Function]:
    """The options of a command that prints tables, known by `names`, the foremost first."""

    def keep(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
        if not value or not parameter.name:
            return
        now = ctx.find_root().ensure_object(Session)
        setattr(now, parameter.name, value)
        if now.format == "json":
            now.json = True

    def told(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
        ctx.find_root().ensure_object(Session).known = names
        keep(ctx, parameter, value)

    def give(function: Function) -> Function:
        shared: dict[str, Any] = {"expose_value": False}
        options = [
            Option("--format", words="output.format", type=click.Choice(FORMATS), callback=told,
                   **shared),
            Option("--output", words="output.output", meta="file", callback=keep, **shared),
            Option("--overwrite", words="output.overwrite", is_flag=True, callback=keep, **shared),
        ]  # fmt: skip
        if len(names) > 1:
            options.append(_TableOption(names, keep))
        remember(function, *options, behind=True)
        return function

    return give


def deliver() -> None:
    """Write what the command was asked to write into a file or as one table, at its end.

    Raises PlannerError where there is no such table, for a file that may not be written, and for
    what a terminal cannot show.
    """
    now = session()
    if now.writes_table:
        if now.format != "csv" and not now.output and sys.stdout.isatty():
            raise refuse("output.no-terminal", found=now.format)
        content = _table(now)
    elif now.output:
        content = "".join(f"{line}\n" for line in now.printed).encode("utf-8", "backslashreplace")
    else:
        return
    if now.output:
        from yaohao.planner.doors.tables import write_told

        write_told(now.output, content, overwrite=now.overwrite)
        if not now.json:
            click.echo(plain(say("output.written", file=now.output)), err=True)
        return
    if sys.stdout.isatty():  # no byte order mark, and the ends of lines of a terminal
        click.echo(plain_csv(content), nl=False)
    else:
        click.echo(content, nl=False)


def plain_csv(content: bytes) -> str:
    """A table as CSV for a terminal; what could change how it shows stands as escapes."""
    text = content.decode("utf-8-sig")
    return "".join(f"{plain(line)}\n" for line in text.split("\r\n")[:-1])


def _table(now: Session) -> bytes:
    from yaohao.planner.doors.tables import table_bytes

    names = [one.name for one in now.tables]
    wanted = now.table or next((name for name in now.known if name in names), "")
    table = next((one for one in now.tables if one.name == wanted), None)
    if table is None and not now.table and now.tables:
        table = now.tables[0]
    if table is None:
        code = "output.no-such-table" if names else "output.no-table"
        raise refuse(code, found=wanted, known=sorted(set(names)))
    fields = [(heading, heading) for heading in table.headings]
    return table_bytes(now.format, table.name or table.headings[0], fields, table.rows)
