"""What comes of an import: its report, and the rows that it set aside."""

from __future__ import annotations

from typing import TypedDict


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


class ImportCounts(TypedDict):
    """What came of reading files: ``rows == accepted + set_aside``, always."""

    register: str
    files: list[ImportedFile]
    rows: int
    accepted: int
    set_aside: int
    reasons: dict[str, int]
    """Rows set aside by reason, the most frequent first."""
    mended: dict[str, int]
    """Cells that were repaired, by how."""
    warnings: dict[str, int]
    ignored: list[str]
    """Headings that mean nothing in this register."""
    dry_run: bool


class ImportReport(ImportCounts):
    """What an import did to a register."""

    changed: bool
    """Whether the register or the rows set aside are others than before."""
    size: int
    """Rows of the register now."""


class NamedItem(TypedDict):
    """An item of a plan and what the register calls it, "" where it has no such item."""

    item_id: str
    name: str


class ResultsReport(ImportCounts):
    """What an import of results did to a draw."""

    draw: str
    without_item: int
    """Rows accepted that name no item: they are counted for all of the plan's."""
    items: list[NamedItem]
    changed: bool
    open: int
    """Visits that have no result yet."""


class ReadAside(TypedDict):
    """A row set aside, as a reader of files has it."""

    file: str
    line: int
    reason: str
    column: str
    """The field whose text was the reason, "" where it is the row itself."""
    found: str
    row: dict[str, str]
    """The row from heading to text."""


class SetAsideRow(TypedDict):
    """A row set aside, as a workspace keeps it."""

    number: int
    register: str
    file: str
    line: int
    reason: str
    field: str
    found: str
    row: dict[str, str]
