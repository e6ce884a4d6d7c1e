"""First look at a file: its digest, what kind of table it is, and in which encoding."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Literal

from yaohao.planner.register.text_encodings import (
    GUESSED,
    UNDECODABLE,
    is_wide,
    mixed,
    shown,
    utf8_line,
    with_mark,
)
from yaohao.planner.vocabulary.problems import PlannerError, refuse

LONGEST_LINE = 1 << 22
"""Bytes; a file with a longer line is no table, and reading it would not be bounded."""

_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MARKUP = ("<!doctype", "<html", "<?xml", "<table", "<head", "<meta", "<!--")

_XML_SPREADSHEET = ("urn:schemas-microsoft-com:office:spreadsheet", 'progid="Excel.Sheet"')
_DOCUMENTS = {b"%PDF-": "PDF", b"{\\rtf": "RTF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG"}
_OLDER = {
    b"\x09\x00\x04\x00": "Excel 2", b"\x09\x02\x06\x00": "Excel 3", b"\x09\x04\x06\x00": "Excel 4",
    b"\x00\x00\x02\x00": "Lotus 1-2-3", b"\x00\x00\x1a\x00": "Lotus 1-2-3",
}  # fmt: skip
_FEW_ZEROS = 6  # bytes; fewer may stand in a text by a fault
_DBASE = b"\x03\x30\x31\x83\x8b\xf5"

_BLOCK = 1 << 18  # bytes: stays in the processor's cache
_SAMPLE = 20_000  # lines with bytes beyond ASCII that decide between UTF-8 and GB18030

Kind = Literal["delimited", "json", "workbook", "parquet"]


@dataclass(frozen=True)
class FileProbe:
    """What is known of a file before its rows are read.

    `encoding`, `newline` and `lines` are of texts; `dirty` tells that a text holds NUL characters
    or bytes that are no text. `stamp` is size and time, to find a file that changes meanwhile.
    `is_guess` tells that nobody said the encoding, and that it is not one that shows itself.
    """

    path: Path
    digest: str
    kind: Kind
    encoding: str = ""
    newline: str = "\n"
    lines: int = 0
    dirty: bool = False
    stamp: tuple[int, int] = (0, 0)
    is_guess: bool = False

    @property
    def name(self) -> str:
        """The file's name without its folder, as it is shown and stored."""
        return self.path.name

    @property
    def read_as(self) -> str:
        """The encoding of a text as it is told, "" for UTF-8 and for what is no text."""
        return shown(self.encoding)


def unreadable(path: Path, error: BaseException) -> PlannerError:
    """The refusal of a file that a reader could not read."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return refuse("intake.unreadable", file=path.name, error=text[:300])


def survey(path: Path, encoding: str = "", *, guess: bool = True) -> FileProbe:
    """Look at a file: one pass over its bytes.

    A text is read in `encoding`; without one in UTF-8, or, where other bytes may be guessed at, in
    GB18030. Raises PlannerError where the file is missing, no file, empty, or plainly no table.
    """
    try:
        if not path.exists():
            raise refuse("intake.no-file", file=str(path))
        if not path.is_file():
            raise refuse("intake.not-a-file", file=str(path))
        stamp = stamp_of(path)
        with path.open("rb") as file:
            head = file.read(4096)
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from None
    if not head or head in _MARKS:
        raise refuse("intake.empty-file", file=path.name)
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return FileProbe(path, _digest(path), "workbook", stamp=stamp)
    _check_kind(path, head)
    if head.startswith(b"PAR1"):
        return FileProbe(path, _digest(path), "parquet", stamp=stamp)
    wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if encoding:
        encoding = with_mark(encoding, head, path.name)
        guess = False
    elif not wide and (name := _wide_without_mark(head)):
        raise refuse("encoding.no-mark", file=path.name, encoding=name)
    elif not wide and head.count(0) * 4 > len(head):
        raise refuse("intake.not-a-table", file=path.name)
    probe = _survey_text(path, head, encoding or ("utf-16" if wide else "utf-8-sig"))
    if not encoding and not wide and probe.dirty and _guess(path) == GUESSED:
        if not guess:
            raise refuse("encoding.not-utf8", file=path.name, line=_first_broken(path))
        probe = replace(_as_gb18030(probe, head), is_guess=True)
    return replace(probe, stamp=stamp)


def _wide_without_mark(head: bytes) -> str:
    """The form of UTF-16 in which a text without a mark is by its zeros, or "".

    Every other byte of a digit, a comma or a line break is zero there, on one side alone.
    """
    sides = (head[0::2].count(0), head[1::2].count(0))
    # A few characters, such as 一, have a zero on the other side.
    is_one_sided = min(sides) * 8 < max(sides)
    if not is_one_sided or max(sides) < _FEW_ZEROS or max(sides) * 20 < len(head):
        return ""
    name = "utf-16-be" if sides[0] > sides[1] else "utf-16-le"
    try:
        text = head[: len(head) // 2 * 2].decode(name)
    except UnicodeDecodeError:
        return ""
    return name if any(mark in text for mark in ",;\t\n") else ""


def stamp_of(path: Path) -> tuple[int, int]:
    """Size and time of last change of a file."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def check_unchanged(probe: FileProbe) -> None:
    """Raise PlannerError where the file changed since it was surveyed."""
    try:
        same = stamp_of(probe.path) == probe.stamp
    except OSError:
        same = False
    if not same:
        raise refuse("intake.file-changed", file=probe.name)


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                yield block
    except OSError as error:
        raise unreadable(path, error) from None


def _digest(path: Path) -> str:
    digest = sha256()
    for block in _blocks(path):
        digest.update(block)
    return digest.hexdigest()


def _survey_text(path: Path, head: bytes, encoding: str) -> FileProbe:
    """Look at a text as one in an encoding; it is `dirty` where it is not throughout."""
    wide = is_wide(encoding)
    digest = sha256()
    decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder(encoding)()
    feeds = run = 0
    nul = False
    blank = True
    for block in _blocks(path):
        digest.update(block)
        line_feeds = block.count(b"\n")
        feeds += line_feeds
        nul = nul or (not wide and b"\0" in block)
        ends = max(block.rfind(b"\n"), block.rfind(b"\r"))
        run = len(block) - ends if ends >= 0 else run + len(block)
        if run > LONGEST_LINE:
            raise refuse("intake.long-line", file=path.name, limit=LONGEST_LINE >> 20)
        blank = blank and not block.strip()
        if decoder:
            try:
                text = decoder.decode(block)
                nul = nul or (wide and "\0" in text)
            except UnicodeError:
                decoder = None
    if decoder:
        try:
            decoder.decode(b"", True)
        except UnicodeError:
            decoder = None
    if blank:
        raise refuse("intake.empty-file", file=path.name)
    clean = decoder is not None
    returns = 0 if feeds else sum(block.count(b"\r") for block in _blocks(path))
    newline = "\r" if returns else "\n"
    start = _check_markup(path, head, encoding)
    kind: Kind = "json" if start.startswith("{") else "delimited"
    if start.startswith("[") and path.suffix.lower() in (".json", ".jsonl", ".ndjson"):
        raise refuse("intake.json-array", file=path.name)
    return FileProbe(
        path, digest.hexdigest(), kind, encoding, newline,
        lines=returns or feeds, dirty=nul or not clean,
    )  # fmt: skip


def _check_markup(path: Path, head: bytes, encoding: str) -> str:
    """The beginning of a text; PlannerError for what is no table but a page."""
    start = head.decode(encoding, UNDECODABLE).lstrip("\ufeff \t\r\n")
    if start[:16].lower().startswith(_MARKUP):
        book = any(sign in start for sign in _XML_SPREADSHEET)
        raise refuse("sheet.spreadsheet-xml" if book else "intake.markup", file=path.name)
    return start


def _check_kind(path: Path, head: bytes) -> None:
    """Raise PlannerError for a file that is plainly something else, by its name."""
    for begin, kind in _DOCUMENTS.items():
        if head.startswith(begin):
            raise refuse("sheet.document", file=path.name, found=kind)
    if head[:200].lstrip().lower().startswith((b"mime-version:", b"from: <saved by")):
        raise refuse("sheet.web-archive", file=path.name)
    older = next((kind for begin, kind in _OLDER.items() if head.startswith(begin)), "")
    if path.suffix.lower() == ".dbf" and head[0] in _DBASE:
        older = "dBase"
    if older:
        raise refuse("sheet.older", file=path.name, found=older)


def _guess(path: Path) -> str:
    """UTF-8 or GB18030 for a text that is not UTF-8 throughout: what its first line is, which has
    the headings, or else what most of its lines are.

    A line of Chinese in GB18030 is hardly ever valid UTF-8, while one in UTF-8 often is valid
    GB18030; so a few broken lines do not turn a UTF-8 file into GB18030.
    """
    seen = good = 0
    with path.open("rb") as file:
        for number, line in enumerate(file):
            if line.isascii():
                continue
            seen += 1
            good += _is_utf8(line)
            if not number or seen == _SAMPLE:
                break
    return "utf-8-sig" if good * 2 >= seen else GUESSED


def _first_broken(path: Path) -> int:
    """The number of the first line that is not UTF-8."""
    with path.open("rb") as file:
        return next((n for n, line in enumerate(file, 1) if not _is_utf8(line)), 1)


def _as_gb18030(probe: FileProbe, head: bytes) -> FileProbe:
    """What is known of a text that is GB18030, perhaps with lines in UTF-8."""
    _check_markup(probe.path, head, GUESSED)
    end = rest = probe.newline.encode()
    decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder(GUESSED)()
    nul = False
    for block in _blocks(probe.path):
        nul = nul or b"\0" in block
        if decoder:
            try:
                decoder.decode(block)
            except UnicodeError:
                decoder = None
        rest += block
        cut = rest.rfind(end)
        if utf8_line(rest[:cut], end):
            return replace(probe, encoding=mixed(probe.newline))
        rest = rest[cut:]
    if utf8_line(rest, end):
        return replace(probe, encoding=mixed(probe.newline))
    try:
        clean = decoder is not None and decoder.decode(b"", True) is not None
    except UnicodeError:
        clean = False
    return replace(probe, encoding=GUESSED, dirty=nul or not clean)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
