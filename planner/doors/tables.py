"""Tables for users' own files: CSV, workbooks, JSON and Parquet, none of which is public."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary.problems import refuse

PathLike = str | Path

TABLE_FORMATS = ("csv", "xlsx", "json", "parquet")
"""What a table can be written as; each is also the ending of such a file's name."""


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


def table_bytes(
    form: str, title: str, fields: Sequence[tuple[str, str]], rows: Iterable[Sequence[Any]]
) -> bytes:
    """A table as the content of a file, one of `TABLE_FORMATS`; see `write_table_file`."""
    from yaohao.planner.publication.table_files import Field, write_table

    file = io.BytesIO()
    write_table(file, form, title, [Field(*one) for one in fields], rows)
    return file.getvalue()


def write_table_file(
    file: PathLike,
    title: str,
    fields: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[Any]],
    *,
    overwrite: bool = False,
) -> int:
    """Write a table into a file that its owner alone reads, whole or not at all, as its rows come.

    The ending of the name says as what (`TABLE_FORMATS`). `fields` are (name for programs, heading
    for people); values are texts, numbers, truths, None or lists of texts. Gives the number of
    rows. Raises PlannerError where the ending is none of these, the file is there and may not be
    replaced, lies in a publication or a site, or cannot be written.
    """
    from yaohao.planner.publication.table_files import Field, write_table
    from yaohao.planner.storage.public_folders import keep_private
    from yaohao.planner.vocabulary.whole_folders import open_private

    path = Path(file)
    form = path.suffix.lower().removeprefix(".")
    if form not in TABLE_FORMATS:
        raise refuse("output.unknown-ending", file=str(file), known=list(TABLE_FORMATS))
    check_new_file(path, overwrite=overwrite)
    keep_private(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open_private(path) as opened:
            return write_table(opened, form, title, [Field(*one) for one in fields], rows)
    except OSError as error:
        reason = error.strerror or str(error)
        raise refuse("workspace.unwritable", file=str(path), found=reason) from error
