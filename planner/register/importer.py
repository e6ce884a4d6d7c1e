"""Intake of registers: every row read is accepted, or set aside with its line and its reason."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from yaohao.planner.register.code_systems import code_system
from yaohao.planner.register.columns import (
    ColumnMatch,
    check_mapping,
    find_columns,
)
from yaohao.planner.register.dates import DATE_ORDERS
from yaohao.planner.register.delimited import Rejected, named
from yaohao.planner.register.file_probe import FileProbe, survey
from yaohao.planner.register.file_readers import estimate, read_sheet
from yaohao.planner.register.import_result import SET_ASIDE_COLUMNS, FileRead, ImportResult
from yaohao.planner.register.mend_file import returned
from yaohao.planner.register.notes import ReadingNotes, taken_instead
from yaohao.planner.register.parts import Part
from yaohao.planner.register.row_filter import RowFilter
from yaohao.planner.register.sheet_request import SheetRequest, SheetSource, place_of
from yaohao.planner.register.silence import Silence
from yaohao.planner.register.text_encodings import OTHER, encoding_named
from yaohao.planner.schema.import_report import ReadAside
from yaohao.planner.schema.options import DEFAULTS, ImportOptions
from yaohao.planner.vocabulary.digest import sha
from yaohao.planner.vocabulary.identity_numbers import mask
from yaohao.planner.vocabulary.problems import PlannerError, Problem, refuse
from yaohao.planner.wording.messages import say

if TYPE_CHECKING:
    import pyarrow as pa

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")

REASONS = (
    "missing-id", "missing-name", "missing-trigger", "bad-check-digit", "not-issued",
    "personal-id", "old-personal-id", "bad-length", "future-date",
    "bad-characters",
    "bad-id", "bad-code", "excel-damaged", "unknown-division", "unknown-industry", "unknown-tier",
    "unknown-kind", "unknown-status", "unknown-fields", "unknown-importance", "bad-flag",
    "bad-date",
    "ambiguous-date", "impossible-date", "inspected-before-established", "closed-before-opened",
    "bad-number", "bad-period", "bad-recusal", "duplicate", "ragged", "stray-quote", "malformed",
    "nul", "undecodable", "bad-json", "nested-value", "unknown-method", "unknown-follow_up",
    "unknown-result", "not-visited", "not-inspected", "unknown-item", "no-result", "before-window",
    "unknown-name", "closed-before-visit", "no-day", "not-in-register",
    "closed-before-visit", "total", "repeated-heading", "error-cell", "formula-without-value",
    "other-encoding", "bad-phone", "unknown-outcome",
)  # fmt: skip
"""Every reason why a row is set aside; its words are ``intake.<reason>``."""

_MOST_ASIDE = 100_000  # rows set aside, where they are nine of ten, with which reading goes on
_ODD = ("hidden-rows",)  # counts of what is odd but was not changed
_FOUND = 200  # characters of the offending text that are kept beside the whole row
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_JSON = json.JSONEncoder(ensure_ascii=False).encode


class Progress(Protocol):
    """Told now and then how many rows are done, of how many (None where that is not known)."""

    def __call__(self, done: int, total: int | None, /) -> object:
        """Take note."""


class ReadRegister(Protocol[T_co]):
    """A reader of files of a register: all of them are called alike."""

    def __call__(
        self,
        paths: Iterable[str | Path],
        register: str = "china",
        options: ImportOptions = DEFAULTS,
        progress: Progress | None = None,
    ) -> ImportResult[T_co]:
        """Read and check files under the rules of a code system; PlannerError for other files."""


class FileImport:
    """One reading of files: hands out their parts and keeps the counts."""

    def __init__(
        self,
        register: str,
        paths: Iterable[str | Path],
        options: ImportOptions,
        progress: Progress | None,
        system: str = "china",
    ) -> None:
        check_mapping(register, [*options.mapping, *options.values])
        if options.date_order not in DATE_ORDERS:
            raise refuse("intake.unknown-date-order", found=options.date_order)
        self.register = register
        self.mapping = options.mapping
        self.values = options.values
        self.earlier = options.earlier
        self.request = SheetRequest(register, options.mapping, options.sheets, options.all_sheets)
        self._sheets: dict[Path, FileRead] = {}
        self.progress = progress
        self.surveys = _surveyed(paths, options, code_system(system).guesses_gb18030)
        self.rows = 0
        self.repaired: Counter[str] = Counter()
        self.warnings: Counter[str] = Counter()
        self.unread: dict[str, Counter[str]] = {}
        """Field → text that was not understood and left out → how often."""
        self._absent: Counter[str] = Counter()
        self._alike: dict[str, str] = {}
        self._ignored: dict[str, None] = {}
        self._retried: set[int] = set()
        self._source = ""
        self.further = 0
        self.silence = Silence()
        self.waiting = options.waiting
        self.mended: set[str] = set()
        self._aside: list[tuple[str, int, str, str, str, str, str]] = []
        self._reasons: Counter[str] = Counter()
        self._examples: dict[str, tuple[str, str]] = {}
        self._batches: list[pa.RecordBatch] = []

    def parts(self) -> Iterator[Part]:
        """The parts of all files in order; rows that cannot be read as such are set aside."""
        guesses = [estimate(probe) for probe in self.surveys]
        total = None if None in guesses else sum(guess or 0 for guess in guesses)
        for probe in self.surveys:
            yield from self._file_parts(probe, total)
        if self.progress:
            self.progress(self.rows, self.rows)

    def _file_parts(self, probe: FileProbe, total: int | None) -> Iterator[Part]:
        columns: ColumnMatch | None = None
        headings: tuple[str, ...] = ()
        self._source = source_of(probe.path)
        rows: RowFilter | None = None
        place = probe.name
        for raw in _ahead(read_sheet(probe, self.request)):
            back = returned(raw)
            self._retried.update(number for number in back.numbers if number is not None)
            chunk = back.chunk
            self.counted(chunk.counts)
            if chunk.source:
                place = self._note_sheet(probe, chunk.source)
            if chunk.headings and (columns is None or chunk.headings != headings):
                headings = chunk.headings
                columns = self._columns(headings, place, probe)
                rows = RowFilter(self.register, headings, columns)
                self._ignored |= dict.fromkeys(columns.ignored)
                self._alike |= columns.alike
            if rows and columns:
                chunk, mended = back.restored(columns, self.earlier)
                self.repaired["id-from-set-aside"] += mended
                chunk, left = rows.sift(chunk)
                self.warnings += left
            for one in chunk.rejected:
                self.set_aside(place, one, one.column)
            self.rows += len(chunk.lines) + len(chunk.rejected)
            if columns and chunk.lines:
                for name in columns.absent:
                    self._absent[name] += len(chunk.lines)
                yield Part(place, chunk, columns)
            self._flush()
            self._check_hope(probe)
            if self.progress:
                self.progress(self.rows, None if total is None else max(total, self.rows))
        if columns is None:
            if probe.kind == "json" and not headings:
                raise refuse("intake.no-json", file=probe.name)
            self._columns(headings, place, probe)

    def _columns(self, headings: Sequence[str], place: str, probe: FileProbe) -> ColumnMatch:
        """The columns of a file; where they are not found, that its encoding was a guess too."""
        try:
            return find_columns(self.register, headings, self.mapping, place)
        except PlannerError as error:
            if not probe.is_guess:
                raise
            guess = Problem("encoding.guess", {"file": probe.name, "encoding": probe.read_as})
            raise PlannerError(*error.problems, guess) from error

    def counted(self, counts: Mapping[str, int]) -> None:
        """Add to the counts of what was done to cells, or is odd of rows, while they were read."""
        for kind, count in counts.items():
            (self.warnings if kind in _ODD else self.repaired)[kind] += count

    def _note_sheet(self, probe: FileProbe, source: SheetSource) -> str:
        """Remember that a sheet was read; what it is called in rows set aside."""
        read = self._sheets.setdefault(probe.path, FileRead())
        if source.name not in read.sheets:
            self._sheets[probe.path] = FileRead(
                "", [*read.sheets, source.name], source.not_read, source.hidden
            )
        return place_of(probe.name, source.name if source.several else "")

    def _check_hope(self, probe: FileProbe) -> None:
        """Raise PlannerError where so many rows are set aside that nobody will look at them."""
        aside = self._reasons.total()
        if aside <= _MOST_ASIDE or aside * 10 < self.rows * 9:
            return
        reason, number = self._reasons.most_common(1)[0]
        column, shown = self._examples[reason]
        raise refuse(
            "intake.hopeless",
            file=probe.name,
            found=aside,
            rows=self.rows,
            number=number,
            reason=say(f"intake.{reason}", None, column=column, found=shown),
        )

    def set_aside(self, file: str, one: Rejected, column: str = "") -> None:
        """Set one row aside, for the text of field `column` where that is the reason.

        What is no text (NUL, undecodable bytes) is kept as U+FFFD.
        """
        row = _kept(one.row)
        shown = _as_text(mask(one.found)[:_FOUND])
        self._reasons[one.reason] += 1
        self._examples.setdefault(one.reason, (column, shown))
        text = (_as_text(file), one.line, one.reason, column, shown, _JSON(row), self._source)
        self._aside.append(text)

    def set_part_aside(self, part: Part, bad: Mapping[int, tuple[str, str, str]]) -> None:
        """Set rows of a part aside: index → reason, field, text that gave the reason."""
        import pyarrow as pa

        if not bad:
            return
        indexes = sorted(bad)
        picked = pa.array(indexes, pa.int64())
        columns = [column.take(picked).to_pylist() for column in part.chunk.columns]
        for index, texts in zip(indexes, zip(*columns, strict=True), strict=True):
            reason, column, text = bad[index]
            row = named(part.chunk.headings, texts)
            rejected = Rejected(part.chunk.lines[index], reason, text, row)
            self.set_aside(part.file, rejected, column)

    def note_accepted(self, part: Part, indexes: Sequence[int]) -> None:
        """Note which of the accepted rows of a part have a text that was set aside before."""
        if not self.waiting:
            return
        columns = [column.to_pylist() for column in part.chunk.columns]
        for index in indexes:
            row = _kept(named(part.chunk.headings, [column[index] for column in columns]))
            self.mended |= {sha(_JSON(row))} & self.waiting

    def _flush(self) -> None:
        if self._aside:
            import pyarrow as pa

            self._aside.sort(key=lambda one: one[1])  # by line: what is flushed is of one chunk
            arrays = [
                pa.array(list(values), pa.int64() if name == "line" else pa.string())
                for name, values in zip(
                    SET_ASIDE_COLUMNS, zip(*self._aside, strict=True), strict=True
                )
            ]
            self._batches.append(pa.record_batch(arrays, names=list(SET_ASIDE_COLUMNS)))
            self._aside.clear()

    def keep_headings(self, headings: Iterable[str]) -> None:
        """Take headings off those that mean nothing here: their columns are kept."""
        for heading in headings:
            self._ignored.pop(heading, None)

    def finish(self, accepted: T) -> ImportResult[T]:
        """The whole of the reading."""
        import pyarrow as pa

        self._flush()
        schema = pa.schema(
            [(name, pa.int64() if name == "line" else pa.string()) for name in SET_ASIDE_COLUMNS]
        )
        return ImportResult(
            accepted,
            pa.Table.from_batches(self._batches, schema=schema),
            self.rows,
            dict(sorted((+self.repaired).items())),
            dict(sorted((+self.warnings).items())),
            [(probe.name, probe.digest) for probe in self.surveys],
            [self._sheets.get(probe.path, FileRead(probe.read_as)) for probe in self.surveys],
            sorted(self._ignored, key=lambda heading: heading not in self._alike),
            sorted(self._retried),
            [source_of(probe.path) for probe in self.surveys],
            self.further,
            frozenset(self.mended),
            self.silence,
            ReadingNotes(
                taken_instead(self.register, self._absent),
                self._alike,
                {name: dict(texts.most_common()) for name, texts in self.unread.items() if texts},
            ),
        )


def source_of(path: Path) -> str:
    """The path of a file as it tells its rows set aside from those of others of its name."""
    return _as_text(str(path.absolute()))


def _surveyed(paths: Iterable[str | Path], options: ImportOptions, guess: bool) -> list[FileProbe]:
    encoding = encoding_named(options.encoding) if options.encoding else ""
    probes = [survey(Path(path), encoding, guess=guess) for path in paths]
    if not probes:
        raise refuse("intake.no-files")
    if encoding and not any(probe.encoding for probe in probes):
        raise refuse("encoding.no-text")
    books = any(probe.kind == "workbook" for probe in probes)
    if (options.sheets or options.all_sheets) and not books:
        raise refuse("sheet.no-workbook")
    return probes


def _ahead(items: Iterator[U]) -> Iterator[U]:
    """The items, the next of which is made in another thread while one is used."""
    with ThreadPoolExecutor(1) as other:
        following = other.submit(next, items, None)
        while (item := following.result()) is not None:
            following = other.submit(next, items, None)
            yield item


def _kept(row: Mapping[str, str]) -> dict[str, str]:
    """A row as it is kept where it is set aside: without numbers of persons and what is no text."""
    kept = {name: mask(text, name) for name, text in row.items()}
    if any(map(_NO_TEXT.search, kept.values())) or any(map(_NO_TEXT.search, kept)):
        kept = {_as_text(name): _as_text(text) for name, text in kept.items()}
    return kept


def _as_text(text: str) -> str:
    return _NO_TEXT.sub("\ufffd", text.replace(OTHER, ""))


def set_aside_rows(table: pa.Table) -> list[ReadAside]:
    """The rows of a table of set-aside rows as dictionaries, `row` as a mapping."""
    return [record | {"row": json.loads(record["row"])} for record in table.to_pylist()]


MOST_SHOWN = 500
"""Rows set aside that a trial shows; all of them are kept once the file is taken in."""


def first_aside(intake: ImportResult[Any]) -> list[ReadAside]:
    """The first rows that a reading of files set aside, to be shown."""
    return set_aside_rows(intake.set_aside.slice(0, MOST_SHOWN))
