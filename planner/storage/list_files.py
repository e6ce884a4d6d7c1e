"""Lists as workbooks: every cell a text, none a formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.publication.visit_tables import write_workbook
from yaohao.planner.vocabulary.whole_folders import process_folder, unfinished_name


def list_workbook(
    title: str,
    headings: Sequence[str],
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    notes: Sequence[str] = (),
) -> bytes:
    """The bytes of a workbook with one list."""
    path = process_folder() / unfinished_name()
    try:
        write_workbook(path, title, notes, headings, columns, rows)
        return path.read_bytes()
    finally:
        path.unlink(missing_ok=True)
