"""How much a file that comes in may ask of the machine, and what is looked at before it is read.

Registers are large, so the limits are wide (a Parquet file may have hundreds of millions of rows);
what they stop is a small file that makes much of itself: archives that unpack without end, false
lengths, cells at the far corner of a sheet.
"""

from __future__ import annotations

import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path

from yaohao.planner.vocabulary.problems import refuse

MEGABYTE = 1 << 20

MOST_COLUMNS = 16_384
"""Columns of a table: as many as a sheet of a workbook can have."""

MOST_EXTRA = 100
"""Cells beyond the headings that a row set aside names one by one."""

MOST_CELLS = 1 << 22
"""Cells of a part of JSON Lines, in which a key that one line has is a column of every line."""

ENTRIES = 4_096
"""Parts of the archive that a workbook is."""

UNPACKED = 4 << 30
"""Bytes that a workbook may unpack to; 1,048,576 rows of 20 columns are about 1 GB."""

RATIO = 60
"""So many times its packed size a workbook may unpack to; real ones come to 10 or 20."""

FREE = 32 * MEGABYTE
"""Bytes below which no ratio is looked at."""

FOOTER = 64 * MEGABYTE
"""Bytes of the footer of a Parquet file."""

ROWS_A_BYTE = 64
"""Rows of a Parquet file for each of its bytes: a table with an id a row has less than one."""

TEXT_RATIO = 100
"""Bytes of text that come out of a file for each of its bytes, beyond twice `FREE`."""

_BASE = 192 * MEGABYTE
_DIRECTORY = 1 << 20  # bytes of an archive's directory: 4,096 entries are about a third of it
_WORKBOOK_PARTS = ("[content_types].xml", "mimetype", "content.xml", "xl/workbook.xml")
_DOCUMENTS = {
    "word/document.xml": "Word", "ppt/presentation.xml": "PowerPoint",
    "index/document.iwa": "Apple iWork",
}  # fmt: skip
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Allowance:
    """What the process that reads one file may use: bytes of memory, seconds of processor time."""

    memory: int
    seconds: int


def workbook_allowance(path: Path) -> Allowance:
    """Look at a workbook without unpacking it, and say what reading it may take.

    Raises PlannerError for an archive that is no workbook, is encrypted or broken, or unpacks to
    far more than it holds.
    """
    with path.open("rb") as file:
        head = file.read(4)
    size = path.stat().st_size
    if head == _OLD_WORKBOOK:
        _check_not_encrypted(path)
        return Allowance(_BASE + 10 * size, 4 + 2 * size // MEGABYTE)
    unpacked = _unpacked(path)
    return Allowance(_BASE + 8 * unpacked, 4 + unpacked // MEGABYTE)


def _check_not_encrypted(path: Path) -> None:
    """Raise PlannerError for the container in which an encrypted workbook lies."""
    tail = b""
    with path.open("rb") as file:
        while block := file.read(MEGABYTE):
            if _ENCRYPTED in tail + block:
                raise refuse("intake.encrypted", file=path.name)
            tail = block[-len(_ENCRYPTED) :]


def _unpacked(path: Path) -> int:
    """Bytes that an archive says it unpacks to."""
    _check_directory(path)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise refuse("intake.broken-archive", file=path.name, error=str(error)[:200]) from None
    if len(entries) > ENTRIES:
        raise refuse("intake.many-parts", file=path.name, found=len(entries), limit=ENTRIES)
    names = {entry.filename.lower() for entry in entries}
    document = next((kind for part, kind in _DOCUMENTS.items() if part in names), "")
    if document:
        raise refuse("sheet.document", file=path.name, found=document)
    if names.isdisjoint(_WORKBOOK_PARTS):
        raise refuse("intake.archive", file=path.name)
    if any(entry.flag_bits & 1 for entry in entries):
        raise refuse("intake.encrypted", file=path.name)
    packed = sum(entry.compress_size for entry in entries)
    unpacked = sum(entry.file_size for entry in entries)
    # Entries may overlap, so what they say they take together can be more than there is.
    if unpacked > min(UNPACKED, FREE + RATIO * min(packed, path.stat().st_size)):
        raise refuse(
            "intake.unpacks",
            file=path.name,
            found=unpacked // MEGABYTE,
            limit=min(UNPACKED, FREE + RATIO * packed) // MEGABYTE,
        )
    return unpacked


def _check_directory(path: Path) -> None:
    """Raise PlannerError for an archive whose directory is too long to be read into memory."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(size - (1 << 16) - 22, 0))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 20:
        raise refuse("intake.broken-archive", file=path.name, error="no central directory")
    number, length = struct.unpack_from("<HI", tail, at + 10)
    if tail.rfind(b"PK\x06\x06") >= 0:  # ZIP64 has its own, wider, numbers
        wide = tail.rfind(b"PK\x06\x06")
        if len(tail) >= wide + 48:
            number, length = struct.unpack_from("<QQ", tail, wide + 32)
    if number > ENTRIES or length > _DIRECTORY:
        raise refuse("intake.many-parts", file=path.name, found=number, limit=ENTRIES)


def parquet_allowance(path: Path) -> Allowance:
    """Look at the footer of a Parquet file, and say what reading it may take.

    Raises PlannerError for a footer with a false length, and for more columns or rows than a file
    of this size can hold.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(size - 8, 0))
        length, mark = int.from_bytes(file.read(4), "little"), file.read(4)
    if mark != b"PAR1" or length > size - 12 or length > FOOTER:
        raise refuse("intake.parquet-footer", file=path.name, found=length, limit=max(size - 12, 0))
    try:
        footer = pq.read_metadata(path)
        columns, rows = footer.num_columns, footer.num_rows
        groups = [footer.row_group(index) for index in range(footer.num_row_groups)]
        largest = max((group.total_byte_size for group in groups), default=0)
    except (OSError, ValueError, pa.ArrowException, OverflowError) as error:
        raise refuse("intake.unreadable", file=path.name, error=str(error)[:300]) from None
    if columns > MOST_COLUMNS:
        raise refuse("intake.many-columns", file=path.name, found=columns, limit=MOST_COLUMNS)
    if not 0 <= rows <= ROWS_A_BYTE * size:
        raise refuse("intake.many-rows", file=path.name, found=rows, limit=ROWS_A_BYTE * size)
    # What a group says of its size may be false: what it can be is bounded by the file itself.
    return Allowance(_BASE + 2 * max(min(largest, TEXT_RATIO * size), 0), 0)
