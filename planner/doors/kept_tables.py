"""How somebody wants the tables of the screens, and filters kept by name: a file of the user's own.

What lies there is a convenience: a file that is broken reads as an empty one, is put aside when
something is kept next, and stops nothing.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary.problems import PlannerError, refuse
from yaohao.planner.vocabulary.state_folder import state_folder
from yaohao.planner.vocabulary.text import tidy

LONGEST_NAME = 60
"""Characters of the name of a kept filter."""

MOST_FILTERS = 200
"""Filters kept for one table."""

LONGEST_FILTER = 200_000
"""Characters of a kept filter."""

_WIDEST = 400  # columns of the screen that a column of a table may ask for


@dataclass(frozen=True)
class KeptColumns:
    """Which columns of a table are shown how: keys in their order, those hidden, widths asked for.

    `shown` are those that would be hidden if nobody had asked for them.
    """

    order: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    widths: dict[str, int] = field(default_factory=dict)


class KeptTables:
    """The file of tables in a folder, by default the user's (`state_folder`).

    Reading never raises; writing raises PlannerError where the file cannot be written. Where the
    user wants nothing remembered nothing is written, and what is kept lasts as long as this does.
    """

    def __init__(self, folder: Path | None = None) -> None:
        folder = folder or state_folder()
        self.file = folder and folder / "tables.json"
        self._unwritten: dict[str, Any] = {}

    def columns(self, table: str) -> KeptColumns:
        """How the columns of a table are wanted; what is not understood is as at the start."""
        kept = self._of(table)
        widths = kept.get("widths")
        return KeptColumns(
            tuple(_texts(kept.get("order"))),
            frozenset(_texts(kept.get("hidden"))),
            frozenset(_texts(kept.get("shown"))),
            {
                key: wide
                for key, wide in (widths if isinstance(widths, dict) else {}).items()
                if isinstance(wide, int) and not isinstance(wide, bool) and 1 <= wide <= _WIDEST
            },
        )

    def keep_columns(self, table: str, wanted: KeptColumns) -> None:
        """Remember how the columns of a table are wanted; nothing, where they are as at first."""
        columns = {
            "order": list(wanted.order),
            "hidden": sorted(wanted.hidden),
            "shown": sorted(wanted.shown),
            "widths": wanted.widths,
        }
        self._change(table, {name: value or None for name, value in columns.items()})

    def filters(self, table: str) -> dict[str, str]:
        """The filters kept for a table, by name, in the order they were kept."""
        kept = self._of(table).get("filters")
        return {
            name: typed
            for name, typed in (kept if isinstance(kept, dict) else {}).items()
            if isinstance(typed, str) and name and tidy(name)[:LONGEST_NAME] == name
        }

    def all_filters(self) -> dict[str, dict[str, str]]:
        """The filters of every table that keeps some, by table and name."""
        stored = {table: self.filters(table) for table in self._read()}
        return {table: filters for table, filters in stored.items() if filters}

    def keep_filter(self, table: str, name: str, typed: str) -> str:
        """Keep a filter of a table by a name, in place of one of that name; gives the name.

        Raises PlannerError for an empty name or filter, and where there are too many.
        """
        name = tidy(name)[:LONGEST_NAME].strip()
        if not name or not typed.strip():
            raise refuse("output.filter-empty")
        kept = self.filters(table)
        if (len(kept) >= MOST_FILTERS and name not in kept) or len(typed) > LONGEST_FILTER:
            raise refuse("output.filter-many", limit=MOST_FILTERS, length=LONGEST_FILTER)
        self._change(table, {"filters": {**kept, name: typed}})
        return name

    def forget_filter(self, table: str, name: str) -> bool:
        """Forget a kept filter; False where there is none of that name."""
        kept = self.filters(table)
        if name not in kept:
            return False
        del kept[name]
        self._change(table, {"filters": kept or None})
        return True

    # the file

    def _of(self, table: str) -> dict[str, Any]:
        kept = self._read().get(table)
        return kept if isinstance(kept, dict) else {}

    def _read(self) -> dict[str, Any]:
        if self.file is None:
            return self._unwritten
        from yaohao.planner.vocabulary.small_files import read_small_text

        try:
            kept = json.loads(read_small_text(self.file))
        except (OSError, ValueError, RecursionError, PlannerError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def _change(self, table: str, change: dict[str, Any]) -> None:
        from yaohao.planner.vocabulary.whole_folders import write_file

        known = self._read()
        of_table = {**self._of(table), **change}
        known[table] = {name: value for name, value in of_table.items() if value}
        known = {name: value for name, value in known.items() if value}
        if self.file is None:
            self._unwritten = known
            return
        try:
            if not self._read() and self.file.is_file() and self.file.stat().st_size > len("{}\n"):
                with suppress(OSError):  # somebody may want to see what was in it
                    self.file.replace(self.file.with_suffix(".broken"))
            self.file.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(known, ensure_ascii=False, indent=1) + "\n"
            write_file(self.file, text.encode("utf-8", "backslashreplace"), private=True)
        except OSError as error:
            reason = error.strerror or str(error)
            raise refuse("workspace.unwritable", file=str(self.file), found=reason) from error


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
