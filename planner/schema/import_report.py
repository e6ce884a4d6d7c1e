"""What comes of an import: its report, and the rows that it rejected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from yaohao.planner.schema.reports.cases import BothWords


class ImportedFile(TypedDict):
    """A file that was read."""

    file: str
    sha256: str
    encoding: str
    """The encoding that a text was read in, "" for UTF-8 and for other files."""
    sheets: list[str]
    """The sheets of a workbook that were read."""
    not_read: list[str]
    """Its sheets with rows that were not."""
    hidden: list[str]
    """And those of them that are hidden."""


class FieldWithoutColumn(TypedDict):
    """A known field for which the files have no column."""

    field: str
    taken: str
    """What every row has instead, "" for nothing."""
    rows: int


class HeadingAlike(TypedDict):
    """A heading that means nothing, and resembles that of a field without a column."""

    heading: str
    field: str


class WordNotUnderstood(TypedDict):
    """A text of a descriptive column that was not understood: its row has nothing there."""

    field: str
    found: str
    """The text, "" for all the rarer ones together."""
    n: int


class FileColumn(TypedDict):
    """A column of a file, and what it is taken for."""

    heading: str
    field: str
    """The field of the register, ``flag:CODE`` for a yes-or-no column of a key field,
    ``indicator.NAME`` for a further column of a file of visits that is kept, "" for none."""
    alike: str
    """The field without a column that a heading that means nothing resembles, "" for none."""
    indicator: str
    """The name under which a further column of a file of visits may be kept, "" for others."""
    samples: list[str]
    """The first texts in it that differ, three at most, without numbers of persons."""


class MappedColumns(TypedDict):
    """Columns as they were asked to be read, and as they would be."""

    mapping: dict[str, str | Sequence[str]]
    """The `mapping` of the import."""
    fields: list[str]
    """The field of each column, in the order of the headings, "" for none."""
    lacking: list[str]
    """The required fields without a column."""


class ColumnsReport(TypedDict):
    """The columns of a file as they would be read, before anything is."""

    file: str
    sheet: str
    """The sheet of a workbook that is looked at, "" for other files."""
    sheets: list[str]
    """Its sheets with rows that are not read."""
    columns: list[FileColumn]
    lacking: list[str]
    """The required fields without a column."""
    fields: list[str]
    """The fields of the register, in order."""


class ImportCounts(TypedDict):
    """Result of reading files: ``rows == accepted + set_aside``, always."""

    register: str
    files: list[ImportedFile]
    rows: int
    accepted: int
    further: int
    """Rows accepted that say of an entity only a further day of inspection: one with another."""
    set_aside: int
    reasons: dict[str, int]
    """Rejected rows by reason, the most frequent first."""
    mended: dict[str, int]
    """Cells that were repaired, by how."""
    warnings: dict[str, int]
    ignored: list[str]
    """Headings that mean nothing in this register, those first that resemble known ones."""
    alike: list[HeadingAlike]
    without_column: list[FieldWithoutColumn]
    not_understood: list[WordNotUnderstood]
    """Texts left out, by field, the most frequent first."""
    dry_run: bool


class AsideGone(TypedDict):
    """Rows that were rejected before, and are no longer because of an import."""

    file: str
    """The name of the file of which they were."""
    how: str
    """``returned``: they came back in a file of corrections; ``mended``: a row of the same id, or
    of the same text, was accepted; ``again``: their file came again; ``superseded``: another took
    its place; ``replaced``: the whole register was replaced."""
    rows: int


class ImportEffects(TypedDict):
    """What an import does to the rows of a register."""

    new: int
    changed: int
    """Rows that were there and become others."""
    same: int
    gone: int
    """Rows that were there and are not any more."""
    fields: dict[str, int]
    """Field → how many rows it changes in."""
    emptied: dict[str, int]
    """Field → in how many rows it is emptied; it was asked for."""
    kept: dict[str, int]
    """Field → how many rows keep it although their cell is empty."""


class StoredCounts(ImportCounts):
    """Result of reading files, and of the rows rejected before."""

    aside_gone: list[AsideGone]
    dismissed: int
    """Rejected rows that had been dismissed before, and stay so."""
    idle_supersedes: list[str]
    """Files given to be superseded from which no row was rejected."""
    files_aside: list[str]
    """Files from which rows were rejected before, listed if one of the former was given."""


class ImportReport(StoredCounts):
    """`yaohao import`: what an import did to a register."""

    effects: ImportEffects

    changed: bool
    """Whether the register or the rejected rows changed."""
    size: int
    """Rows of the register now."""


class NamedItem(TypedDict):
    """An item of a plan and what the register calls it, "" where it has no such item."""

    item_id: str
    name: str


class LeadOfVisit(TypedDict):
    """An open lead about an entity that was visited since."""

    lead_id: str
    entity_id: str
    trigger: str
    opened_on: str
    visited_on: str


class CasesOfResults(TypedDict):
    """Cases by kind, how many: opened by results, closed because the business is gone, and those
    that a person may open once further facts are known.
    """

    opened: dict[str, int]
    closed: dict[str, int]
    possible: dict[str, int]
    words: dict[str, BothWords]
    """What each of these kinds is called."""
    ids: list[str]
    """The first of the cases that were opened."""


class ResultsReport(StoredCounts):
    """`yaohao import results`: what an import of results did to a draw."""

    draw: str
    without_item: int
    """Rows accepted that name no item: they are counted for all of the plan's."""
    items: list[NamedItem]
    repeated: int
    """Rows accepted about a firm and item of which a row of a later day stands in the files."""
    older: int
    """Rows accepted that are not taken: a result of a later day is there."""
    leads: list[LeadOfVisit]
    """The leads that the visits have answered: closed where that was asked for."""
    leads_closed: bool
    inspected: int
    """Entities of the register whose last inspection is a later day now."""
    cases: CasesOfResults
    changed: bool
    open: int
    """Visits that have no result yet."""


class InspectionsReport(StoredCounts):
    """`yaohao import inspections`: what an import of visits did."""

    new: int
    """Rows that the history did not have."""
    same: int
    entities: int
    """Entities of which the files tell."""
    inspected: int
    """Entities of the register whose last inspection is a later day now."""
    indicators: list[str]
    """Names of the further columns that are kept, dated by the visit."""
    new_indicators: int
    """Rows of which these say what was not there yet."""
    changed: bool
    size: int
    """Rows of the history now."""


class UndoReport(TypedDict):
    """`yaohao register undo`: what taking the last import back did."""

    register: str
    at: str
    """When the import was done."""
    files: list[str]
    """The digests of its files."""
    removed: int
    """Rows that came with it and are gone."""
    restored: int
    """Rows that it took away and are back."""
    reset: int
    """Rows that it changed and are as before."""
    stays: int
    """Rows of it that were changed since: what was changed stays."""
    aside_removed: int
    aside_restored: int
    draws: list[str]
    """Draws frozen since: their frames stay as they are."""
    size: int
    dry_run: bool


class DismissReport(TypedDict):
    """`yaohao register dismiss`: rejected rows that were removed from the list."""

    register: str
    rows: int
    reason: str
    entry: str
    """The entry of the ledger that tells of it, "" in a trial."""
    dry_run: bool


class ReadAside(TypedDict):
    """A rejected row, as a reader of files has it."""

    file: str
    line: int
    reason: str
    column: str
    """The field whose text was the reason, "" where it is the row itself."""
    found: str
    row: dict[str, str]
    """The row from heading to text."""
    source: str
    """The path of the file."""


class AsideCell(TypedDict):
    """A cell of a rejected row."""

    heading: str
    text: str
    field: str
    """What it is read as: a field, ``flag:CODE`` for a yes-or-no column, "" for nothing."""


class SetAsideRow(TypedDict):
    """A rejected row, as a workspace keeps it."""

    number: int
    register: str
    file: str
    line: int
    reason: str
    field: str
    found: str
    row: dict[str, str]
    source: str
    """The path of the file as it was read, "" where that is not known."""


class DismissedRow(SetAsideRow):
    """A rejected row that was dismissed."""

    why: str
