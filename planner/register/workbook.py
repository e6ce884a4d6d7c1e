"""The rows of a workbook: of its first sheet that has any, as texts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from yaohao.planner.register.delimited import text_arrays
from yaohao.planner.register.file_probe import unreadable
from yaohao.planner.register.headings import HEADING_ROWS
from yaohao.planner.register.limits import MOST_CELLS
from yaohao.planner.register.scalars import cell_text
from yaohao.planner.vocabulary.problems import refuse

_ROWS = 32_768  # rows of a chunk

Part = tuple[list[str], list[Any], list[int], list[Any]]


def read_rows(path: Path) -> Iterator[Part]:
    """The rows of a workbook that are not blank, with the sheet's own row numbers.

    The first part has no more rows than may stand above the table. Raises PlannerError where the
    file cannot be read or has no rows.
    """
    import python_calamine

    try:
        with path.open("rb") as file:
            book = python_calamine.CalamineWorkbook.from_filelike(file)
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                if sheet.height:
                    yield from _parts(sheet.iter_rows())
                    return
    except (OSError, ValueError, python_calamine.CalamineError) as error:
        raise unreadable(path, error) from None
    except BaseException as error:
        # The reader's Rust code panics on some broken files; a panic is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise unreadable(path, error) from None
    raise refuse("intake.empty-file", file=path.name)


def _parts(source: Iterator[list[Any]]) -> Iterator[Part]:
    rows = ([cell_text(cell) for cell in row] for row in source)
    filled = (item for item in enumerate(rows, 1) if any(cell.strip() for cell in item[1]))
    size = HEADING_ROWS
    while part := list(islice(filled, size)):
        width = len(part[0][1])
        yield (
            [""] * width,
            text_arrays([row for _, row in part], width),
            [line for line, _ in part],
            [],
        )
        size = max(min(_ROWS, MOST_CELLS // max(width, 1)), 1)
