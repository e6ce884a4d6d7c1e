"""Tables for users' own files: CSV that a spreadsheet opens as text, and files of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary.problems import refuse

PathLike = str | Path


def table_csv(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A table as CSV (RFC 4180): UTF-8 with byte order mark, lines end in CR LF.

    No cell works as a formula (docs/bundle.md, "Guard"); headings may be alike.
    """
    from yaohao.planner.publication.visit_tables import table_bytes

    return table_bytes(headings, rows)


def check_new_file(file: PathLike, *, overwrite: bool = False) -> None:
    """PlannerError where a file is there already and may not be replaced, or is no file."""
    path = Path(file)
    if path.is_dir():
        raise refuse("disk.folder", file=str(file))
    if not overwrite and (path.exists() or path.is_symlink()):
        raise refuse("output.exists", file=str(file))


def write_told(file: PathLike, content: bytes, *, overwrite: bool = False) -> None:
    """Write what a command tells into a file that its owner alone reads, whole or not at all.

    Raises PlannerError where it is there and may not be replaced, lies in a publication or a site,
    or cannot be written.
    """
    from yaohao.planner.storage.public_folders import write_private

    check_new_file(file, overwrite=overwrite)
    write_private(Path(file), content)
