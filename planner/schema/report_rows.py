"""Lists of rows in reports, which give themselves as Arrow tables to whoever goes on with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    import pyarrow as pa

Row = TypeVar("Row", bound=Mapping[str, Any])
Report = TypeVar("Report", bound=Mapping[str, object])


class ReportRows(list[Row]):
    """A list of rows as any other, with `to_arrow`."""

    def to_arrow(self) -> pa.Table:
        """The rows as a table: a column a key, in the order in which keys first appear.

        A key that a row lacks is null there. Values of one kind keep it (lists and tables within
        rows too); a column of several kinds holds them as JSON texts.
        """
        import pyarrow as pa

        names = list(dict.fromkeys(name for row in self for name in row))
        columns = {name: [row.get(name) for row in self] for name in names}
        return pa.table({name: _column(values) for name, values in columns.items()})


def with_rows(report: Report) -> Report:
    """A report whose lists of rows are `ReportRows`; the rest stays as it is."""
    rows = {
        key: ReportRows(value)
        if isinstance(value, list) and all(isinstance(row, dict) for row in value)
        else value
        for key, value in report.items()
    }
    return cast(Report, rows)


def _column(values: list[Any]) -> pa.Array:
    import pyarrow as pa

    kinds = {type(value) for value in values if value is not None}
    if len(kinds) <= 1 and kinds != {dict}:
        try:
            return pa.array(values)
        except (pa.ArrowException, OverflowError):
            pass
    if kinds == {dict} and _are_alike(values):
        try:
            return pa.array(values)
        except (pa.ArrowException, OverflowError):
            pass
    texts = [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
    return pa.array(texts, pa.string())


def _are_alike(values: list[Any]) -> bool:
    """Whether tables within rows all have the same keys."""
    keys = {tuple(value) for value in values if value is not None}
    return len(keys) == 1 and keys != {()}
