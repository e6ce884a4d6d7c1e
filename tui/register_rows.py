"""The rows of the register on the screen: entities, those read first, rows set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from yaohao.planner.wording.format import code_name, intake_words
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.widgets.columns import Column
from yaohao.tui.widgets.rows import Group, Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from yaohao.planner.schema.import_report import SetAsideRow
    from yaohao.tui.widgets.rows import Places

COLUMNS = (
    Column("entity_id", "tui_register.col-code", 18, sortable=True, code=True, ident=True),
    Column("name", "tui_register.col-name", 24, grow=1, sortable=True),
    Column("region", "tui_register.col-region", 12, sortable=True, spare=1),
    Column("tier", "tui_register.col-tier", 4, sortable=True),
    Column("kind", "tui_register.col-kind", 10, sortable=True, spare=3),
    Column("established_on", "tui_register.col-since", 10, sortable=True, spare=4),
    Column("inspected_on", "tui_register.col-visit", 10, sortable=True, spare=2),
    Column("fields", "tui_register.col-fields", 12, spare=5),
    Column("industry", "tui_register.col-industry", 8, spare=6, off=True),
    Column("status", "tui_register.col-status", 10, sortable=True, spare=6, off=True),
    Column(
        "visits_this_year",
        "tui_register.col-visits",
        8,
        right=True,
        spare=6,
        off=True,
        amount=True,
    ),
)
ASIDE = (
    Column("reason", "tui_register.col-reason", 30, grow=2),
    Column("line", "tui_register.col-line", 7, right=True),
    Column("register", "tui_register.col-register", 10, spare=1),
    Column("file", "tui_register.col-file", 14, spare=2),
    Column("field", "tui_register.col-field", 12, spare=3),
    Column("found", "tui_register.col-found", 14, grow=1),
    Column("number", "tui_register.col-number", 7, right=True, spare=4, ident=True, off=True),
)


def _cells(row: Mapping[str, Any]) -> list[Any]:
    return [
        row["entity_id"],
        (row["name"], "strong"),
        code_name("region", row["region"]),
        row["tier"] or ("-", "dim"),
        (code_name("kind", row["kind"]), "dim"),
        (row["established_on"], "dim"),
        row["inspected_on"] or ("-", "dim"),
        ", ".join(code_name("fields", code) for code in row["fields"].split(",") if code),
        (row["industry"], "dim"),
        (code_name("status", row["status"]), "dim"),
        row["visits_this_year"],
    ]


class EntityRows(Rows):
    """The entities that a filter found, read when they are asked for."""

    def __init__(self, entities: Any, places: NDArray[Any]) -> None:
        self.entities, self.places = entities, places

    def __len__(self) -> int:
        return len(self.places)

    def page(self, first: int, last: int) -> list[list[Any]]:
        """Some of them."""
        return self._rows(self.places[first:last])

    def picked(self, places: Places) -> list[list[Any]]:
        """Those at these places."""
        return self._rows(self.places[places])

    def _rows(self, places: NDArray[Any]) -> list[list[Any]]:
        return [_cells(row) for row in self.entities.rows(places)]

    def subset(self, places: NDArray[Any]) -> EntityRows:
        """Those at these places."""
        return EntityRows(self.entities, self.places[places])

    def place_of(self, known_by: Any, ident: Sequence[int]) -> int | None:
        """The place of the entity of that id."""
        import numpy as np

        number = self.entities.number_of(known_by[0])
        if number is None:
            return None
        found = np.flatnonzero(self.places == number)
        return int(found[0]) if len(found) else None

    def groups(self, column: Column, amounts: Sequence[Column]) -> list[Group]:
        """How many have which code, and the sums of the amounts, by the database."""
        keys = [one.key for one in amounts]
        return [
            Group(code, _words(column.key, code), size, dict(zip(keys, sums, strict=True)))
            for code, size, sums in self.entities.groups(column.key, self.places, keys)
        ]

    def narrowed(self, column: Column, value: Any) -> NDArray[Any]:
        """The places of those that have a code."""
        found: NDArray[Any] = self.entities.having(column.key, value, self.places)
        return found

    def entity(self, at: int) -> dict[str, Any]:
        """One of them, by column."""
        found: dict[str, Any] = self.entities.rows(self.places[at : at + 1])[0]
        return found


def _words(column: str, code: Any) -> str:
    """The words for the code of a column, as its cells have them."""
    if column == "fields":
        return ", ".join(code_name("fields", one) for one in code.split(",") if one)
    if column in ("region", "kind", "status"):
        return code_name(column, code)
    return "" if code is None else str(code)


class HeadRows(Rows):
    """The first entities of the register while the others are still being read."""

    def __init__(self, head: Sequence[Mapping[str, Any]], size: int) -> None:
        self.head, self.size = head, size

    def __len__(self) -> int:
        return self.size

    def page(self, first: int, last: int) -> list[list[Any]]:
        """Some of them; blanks for those that are not there yet."""
        blank = [[""] * len(COLUMNS)]
        missing = max(min(last, self.size) - max(first, len(self.head)), 0)
        return [_cells(row) for row in self.head[first:last]] + blank * missing

    def entity(self, at: int) -> dict[str, Any] | None:
        """One of them, by column; None where it is not there yet."""
        return dict(self.head[at]) if at < len(self.head) else None


class AsideRows(Rows):
    """The rows set aside that have the words typed, read when they are asked for."""

    def __init__(self, workspace: Workspace, typed: str) -> None:
        self.workspace, self.typed = workspace, typed
        self.size = workspace.set_aside_count(typed=typed)

    def __len__(self) -> int:
        return self.size

    def page(self, first: int, last: int) -> list[list[Any]]:
        """Some of them."""
        return [
            [
                intake_words(row["reason"]),
                row["line"],
                say(f"common.register-{row['register']}"),
                (row["file"], "dim"),
                row["field"],
                row["found"],
                row["number"],
            ]
            for row in self.rows(first, last)
        ]

    def rows(self, first: int, last: int) -> list[SetAsideRow]:
        """Some of them, by column."""
        return self.workspace.set_aside_page("", self.typed, first, last - first)

    def elsewhere(self, workspace: Workspace) -> AsideRows:
        """The same rows for another thread."""
        return AsideRows(workspace, self.typed)
