"""Where each key of a TOML text stands: the standard library's parser does not tell."""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field

Path = tuple[str | int, ...]
"""Keys from the top of the file down; a number is the place in an array, from 0."""

_BLANKS = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRINGS = (
    re.compile(r'"""(?:\\[\s\S]|[^\\])*?"""(?:"{0,2})'),
    re.compile(r"'''[\s\S]*?'''(?:'{0,2})"),
    re.compile(r'"(?:\\.|[^"\\\n])*"'),
    re.compile(r"'[^'\n]*'"),
)
_SCALAR = re.compile(r"[^,\]}#\n]+")


Span = tuple[int, int]
"""From the first character up to, without, the last."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A `key = value`: in which table it is written, and where its key and its value stand.

    `is_inline` if it stands within the braces of a table written as a value.
    """

    path: Path
    table: Path
    start: int
    value: Span
    is_inline: bool


@dataclass(frozen=True, slots=True)
class Header:
    """A ``[table]``, or a ``[[table]]`` with the number of its row at the end of the path."""

    path: Path
    at: Span


@dataclass
class Layout:
    """Where everything stands in a TOML text; `values` has list elements too."""

    headers: list[Header] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    values: dict[Path, Span] = field(default_factory=dict)


def layout_of(text: str) -> Layout:
    """Where the tables, keys and values of a valid TOML text stand; ValueError for another text."""
    scanner = _Scanner(text)
    try:
        scanner.run()
    except _LostError as error:
        raise ValueError(scanner.line) from error
    return scanner.layout


def key_lines(text: str) -> dict[Path, int]:
    """The line, from 1, of every table, key and array element of a valid TOML text.

    A table that is only implied by its children has the line of the first of them.
    """
    scanner = _Scanner(text.replace("\r\n", "\n"))
    with suppress(_LostError):
        scanner.run()
    return scanner.lines


class _LostError(Exception):
    """The text is not the TOML this scanner knows; what was found so far stands."""


class _Scanner:
    """Walks a text that the parser has already accepted, so it checks nothing again."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.lines: dict[Path, int] = {}
        self.layout = Layout()
        self._last: dict[Path, int] = {}  # arrays of tables: the index of the newest element

    def run(self) -> None:
        table: Path = ()
        while True:
            self._take(_GAP)
            if self.at >= len(self.text):
                return
            if self._next("[["):
                table = self._header(array=True)
            elif self._next("["):
                table = self._header(array=False)
            else:
                self._pair(table)

    def _header(self, *, array: bool) -> Path:
        start = self.at - (2 if array else 1)
        path = self._header_path(array=array)
        self.layout.headers.append(Header(path, (start, self.at)))
        return path

    def _header_path(self, *, array: bool) -> Path:
        *parents, name = self._key()
        self._step("]]" if array else "]")
        path: Path = ()
        for part in parents:
            self._note((*path, part))
            path = self._newest((*path, part))
        path = (*path, name)
        self._note(path)
        if not array:
            return path
        self._last[path] = self._last.get(path, -1) + 1
        element = self._newest(path)
        self._note(element)
        return element

    def _newest(self, path: Path) -> Path:
        return (*path, self._last[path]) if path in self._last else path

    def _pair(self, table: Path, *, inline: bool = False) -> None:
        path, start = table, self.at
        for part in self._key():
            path = (*path, part)
            self._note(path)
        self._step("=")
        self._value(path)
        self.layout.entries.append(Entry(path, table, start, self.layout.values[path], inline))

    def _key(self) -> list[str]:
        parts = []
        while True:
            self._take(_BLANKS)
            if self.text.startswith(('"', "'"), self.at):
                quoted = self._string()
                parts.append(next(iter(tomllib.loads(f"{quoted} = 0"))))
            else:
                parts.append(self._take(_BARE, needed=True))
            self._take(_BLANKS)
            if not self._next("."):
                return parts

    def _value(self, path: Path) -> None:
        self._take(_BLANKS)
        start = self.at
        self._any_value(path)
        end = start + len(self.text[start : self.at].rstrip())
        self.layout.values[path] = (start, end)

    def _any_value(self, path: Path) -> None:
        if self._next("["):
            self._array(path)
        elif self._next("{"):
            self._inline_table(path)
        elif self.text.startswith(('"', "'"), self.at):
            self._string()
        else:
            self._take(_SCALAR, needed=True)

    def _array(self, path: Path) -> None:
        index = 0
        self._take(_GAP)
        while not self._next("]"):
            self._note((*path, index))
            self._value((*path, index))
            index += 1
            self._comma("]")

    def _inline_table(self, path: Path) -> None:
        self._take(_GAP)
        while not self._next("}"):
            self._pair(path, inline=True)
            self._comma("}")

    def _comma(self, close: str) -> None:
        self._take(_GAP)
        if not self._next(",") and not self.text.startswith(close, self.at):
            raise _LostError
        self._take(_GAP)

    def _string(self) -> str:
        for form in _STRINGS:
            if form.match(self.text, self.at):
                return self._take(form)
        raise _LostError

    def _note(self, path: Path) -> None:
        self.lines.setdefault(path, self.line)

    def _next(self, sign: str) -> bool:
        if not self.text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        return True

    def _step(self, sign: str) -> None:
        if not self._next(sign):
            raise _LostError

    def _take(self, form: re.Pattern[str], *, needed: bool = False) -> str:
        match = form.match(self.text, self.at)
        if match is None:
            if needed:
                raise _LostError
            return ""
        taken = match[0]
        self.line += taken.count("\n")
        self.at = match.end()
        return taken
