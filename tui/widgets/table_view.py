"""What of a table's rows is seen and in which order, which row is marked, which are picked."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from yaohao.tui.widgets.columns import Column
from yaohao.tui.widgets.rows import (
    ListRows,
    Row,
    Rows,
    every_row,
    known,
    ordered,
    places_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

AT_ONCE = 20_000
"""Rows that are read from end to end without anybody waiting for it."""

MOST_PICKED = 100_000
"""Rows that can be picked at once."""


@dataclass(frozen=True)
class Narrowing:
    """A group that was opened: only its rows are seen."""

    column: Column
    value: Any
    words: str


class TableView:
    """The rows of a table as they are seen.

    `cursor` is the place of the marked row among all `rows`, however they are seen. A row that is
    known (`Column.ident`) stays marked, and picked, when others come, go or move.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = tuple(columns)
        self.rows: Rows = ListRows([])
        self.seen: Rows = self.rows
        self.at = 0
        self.narrowings: list[Narrowing] = []
        self.order: tuple[str, bool] | None = None
        self.picks: dict[Any, Row] = {}
        self.scope: Hashable = None
        self._places: NDArray[Any] | None = None

    # where the mark is

    @property
    def cursor(self) -> int:
        """The place of the marked row among all rows; nobody's where none is seen."""
        if self._places is None:
            return self.at
        return int(self._places[self.at]) if self.at < len(self._places) else len(self.rows)

    def seen_at(self, place: int) -> int | None:
        """Where a row is seen, of those that are; None where it is not."""
        if self._places is None:
            return place
        import numpy as np

        found = np.flatnonzero(self._places == place)
        return int(found[0]) if len(found) else None

    @property
    def ident(self) -> list[int]:
        """The places of the columns by which a row is known again."""
        return [place for place, column in enumerate(self.columns) if column.ident]

    def known_by(self, row: Row) -> Any:
        """What a row is known by."""
        return known(row, self.ident)

    # other rows

    def take(self, rows: Rows, kept: Row | None) -> None:
        """See other rows; the mark goes to the row `kept` where it is still there.

        A group that was opened stays open where its rows can be told at once.
        """
        self.rows = rows
        self._look()
        if kept is not None and len(rows):
            by = self.known_by(kept)
            here = self.seen.page(self.at, self.at + 1) if self.at < len(self.seen) else ()
            if not (here and self.known_by(here[0]) == by):
                place = rows.place_of(by, self.ident)
                found = None if place is None else self.seen_at(place)
                self.at = self.at if found is None else found
        self.at = min(self.at, max(len(self.seen) - 1, 0))

    def have(self, columns: Sequence[Column]) -> None:
        """Have other columns, and so no rows yet; what was seen of the others is forgotten.

        Where they are the same in another form, everything stays as it is.
        """
        is_same = [one.key for one in columns] == [one.key for one in self.columns]
        self.columns = tuple(columns)
        if is_same:
            return
        self.rows = self.seen = ListRows([])
        self.narrowings, self.order, self._places = [], None, None
        self.picks = {}

    def about(self, scope: Hashable) -> None:
        """Be about something, as a draw: what was picked or opened of another is forgotten."""
        if scope != self.scope:
            self.scope, self.picks, self.narrowings = scope, {}, []

    def place(self, key: str) -> int:
        """The place of a column in a row."""
        return next(at for at, column in enumerate(self.columns) if column.key == key)

    def _look(self) -> None:
        """Work out anew what is seen, as far as it can be told at once.

        Groups that are empty by now are closed, so that nothing is seen only where nothing is.
        """
        places = self._narrowed()
        if places is not None and not len(places):
            self.narrowings, places = [], None
        if self.order is not None:
            key, descending = self.order
            source = self.rows if places is None else self.rows.subset(places)
            if len(source) <= AT_ONCE:
                found = ordered(source, self.place(key), descending=descending)
                places = found if places is None else places[found]
            else:
                self.order = None
        self.see(places)

    def _narrowed(self) -> NDArray[Any] | None:
        """The places of the rows of the groups that are open, each within the one before."""
        places = None
        for number, one in enumerate(self.narrowings):
            source = self.rows if places is None else self.rows.subset(places)
            found = source.narrowed(one.column, one.value)
            if found is None and len(source) > AT_ONCE:
                del self.narrowings[number:]
                break
            if found is None:
                found = places_of(source, self.place(one.column.key), one.column, one.value)
            places = found if places is None else places[found]
        return places

    def see(self, places: NDArray[Any] | None) -> None:
        """See the rows at these places, all of them for None."""
        self._places = places
        self.seen = self.rows if places is None else self.rows.subset(places)

    def open(self, narrowing: Narrowing, places: NDArray[Any]) -> None:
        """See the rows of a group of those seen alone, which are at `places` among them."""
        self.narrowings.append(narrowing)
        self.see(places if self._places is None else self._places[places])
        self.at = 0

    def close(self) -> None:
        """See again what was seen before the last group was opened; the mark stays on its row."""
        before = self.cursor
        self.narrowings = self.narrowings[:-1]
        self._look()
        self.at = min(self.seen_at(before) or 0, max(len(self.seen) - 1, 0))

    def turn(self, key: str) -> bool:
        """Order by a column; the second time the other way round, the third time as they came.

        False where there are too many rows to be ordered here.
        """
        before = self.cursor
        was = self.order
        if was is None or was[0] != key:
            self.order = (key, False)
        else:
            self.order = (key, True) if not was[1] else None
        wanted = self.order
        self._look()
        found = self.seen_at(before)
        self.at = 0 if found is None else found
        return self.order == wanted

    def go_on(self, other: TableView) -> None:
        """Go on where another view of the same columns was: what is picked, the order.

        Words of an opened group may be of another language by now: it is closed.
        """
        if [one.key for one in other.columns] == [one.key for one in self.columns]:
            self.scope, self.order = other.scope, other.order
            self.picks = dict(other.picks) if self.ident else {}

    # several rows

    def pick(self, rows: Iterable[Row], *, picked: bool | None = None) -> None:
        """Pick rows, or let go of them; with `picked` None each that is not, and the others not."""
        for row in rows:
            by = self.known_by(row)
            if picked or (picked is None and by not in self.picks):
                self.picks[by] = row
            else:
                self.picks.pop(by, None)

    def pick_all(self) -> bool:
        """Pick all that are seen, or where anything is picked let go of it; False for too many."""
        if self.picks:
            self.picks = {}
        elif len(self.seen) > MOST_PICKED:
            return False
        else:
            self.pick(every_row(self.seen), picked=True)
        return True

    def renew(self, rows: Iterable[Row]) -> None:
        """Keep what is picked as it is shown by now."""
        if self.picks:
            for row in rows:
                by = self.known_by(row)
                if by in self.picks:
                    self.picks[by] = row

    def wanted(self) -> Rows:
        """What an act on rows is about: those that are picked, else all that are seen."""
        return ListRows(list(self.picks.values())) if self.picks else self.seen
