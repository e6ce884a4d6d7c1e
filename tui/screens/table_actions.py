"""What can be done with every table: columns, groups, several rows, kept filters, export, copies.

On the command line: `--output` and `--format` of every command that prints a table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.screen import Screen
from textual.widgets import Input
from yaohao.planner.doors.tables import write_table_file
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.actions import Action
from yaohao.tui.background_job import Job
from yaohao.tui.text_layout import shown
from yaohao.tui.widgets.columns import Column
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.rows import Group, ListRows, Row, Rows, bare, every_row, grouped, places_of
from yaohao.tui.widgets.table import RowTable
from yaohao.tui.widgets.table_view import AT_ONCE, MOST_PICKED, Narrowing

if TYPE_CHECKING:
    from yaohao.tui.shell import Shell

TABLE_ACTIONS = (
    Action("mark-row", "mark", area="tui_table", when="has_table_row"),
    Action("mark-all", "mark-all", area="tui_table", when="has_table_row"),
    Action("copy", "copy", when="has_table_row"),
    Action("copy-cell", "copy-part", area="tui_table", when="has_table_row"),
    Action("export", "export", area="tui_table", when="has_table_row"),
    Action("order-by", "order", area="tui_table", when="has_table_row"),
    Action("group-by", "count-by", area="tui_table", when="has_table_row"),
    Action("filters", "kept-filters", area="tui_table", when="has_filter"),
    Action("columns", "columns", area="tui_table", when="has_table"),
)
"""What can be done with every table, unless its screen has something of its own for it."""

_TOLD = 40
"""Characters of a copied value that are told."""


class TableActions(Screen[Any]):
    """A screen with tables; what it does with them is about `table`."""

    FOCUS: ClassVar[str] = ""

    if TYPE_CHECKING:

        @property
        def yaohao(self) -> Shell:
            """The app."""

        def tell(self, text: str, kind: str = "") -> None:
            """Say something in the line above the keys."""

        def work(self, words: str, job: Job, done: Callable[[Any], None]) -> None:
            """Do long work in a thread."""

        def confirm(self, title: str, text: str, yes: str, then: Callable[[], None]) -> None:
            """Ask before what cannot be undone."""

    @property
    def table(self) -> RowTable | None:
        """The table that is looked at: the one with the focus, else the one it begins with."""
        tables = [one for one in self.query(RowTable) if one.called and one.is_on_screen]
        focused = [one for one in tables if one.has_focus]
        first = [one for one in tables if f"#{one.id}" == self.FOCUS]
        return next(iter([*focused, *first, *tables]), None)

    @property
    def table_scope(self) -> Any:
        """What its tables are about: rows picked of another are let go of."""
        return ""

    # whether there is anything to act on

    def has_table(self) -> bool:
        """Whether there is a table."""
        return self.table is not None

    def has_table_row(self) -> bool:
        """Whether there is a table with a row in it."""
        table = self.table
        return table is not None and len(table.view.seen) > 0

    def has_filter(self) -> bool:
        """Whether there is a filter to be kept."""
        return self.query_one_optional("#filter") is not None and self.table is not None

    # several rows

    def picked_rows(self) -> list[Row]:
        """The rows that are picked in the table looked at."""
        table = self.table
        return list(table.view.picks.values()) if table is not None else []

    def picked_values(self, key: str) -> list[Any]:
        """The values that the picked rows have in a column, in the order they were picked."""
        table = self.table
        if table is None:
            return []
        place = table.view.place(key)
        return [bare(row[place]) for row in table.view.picks.values()]

    def let_go(self) -> None:
        """Let go of the picked rows: what was to be done with them is done."""
        table = self.table
        if table is not None:
            table.let_go()

    def do_mark_row(self) -> None:
        """Pick the marked row, or let go of it."""
        if self.table is not None:
            self.table.pick()

    def do_mark_all(self) -> None:
        """Pick all rows that are seen, or let go of all."""
        if self.table is not None and not self.table.pick_all():
            self.tell(say("tui_table.too-many-to-mark", limit=MOST_PICKED), "bad")

    # copies

    def do_copy(self) -> None:
        """Copy the picked rows, else the marked one, with the columns that are shown."""
        table = self.table
        if table is None:
            return
        rows, columns = self.picked_rows(), table.chosen_columns()
        if not rows:
            marked = table.marked()
            rows = [marked] if marked is not None else []
        kept = [(place, column) for place, column in columns if not column.drawn]
        values = [[bare(row[place]) for place, _ in kept] for row in rows]
        if values:
            self.yaohao.copy_rows([column.heading() for _, column in kept], values)

    def do_copy_cell(self) -> None:
        """Choose which value of the marked row is copied."""
        from yaohao.tui.widgets.dialogs import Choice, Choose

        table = self.table
        row = table.marked() if table is not None else None
        if table is None or row is None:
            return
        choices = []
        for place, column in table.chosen_columns():
            text = "" if (value := bare(row[place])) is None else str(value)
            if not column.drawn and column.words:
                choices.append(Choice(text, column.heading(), "", shown(text)))

        def chosen(text: Any) -> None:
            if text is not None:
                self.yaohao.copy_text(plain(text))
                self.tell(say("tui_table.copied-cell", text=plain(text, _TOLD)))

        self.app.push_screen(Choose(say("tui_table.copy-cell-title"), choices), chosen)

    # columns

    def do_columns(self) -> None:
        """Choose the columns of the table, their order and widths."""
        from yaohao.tui.widgets.column_panel import ColumnPanel

        if self.table is not None:
            self.app.push_screen(ColumnPanel(self.table))

    def on_row_table_asked(self, event: RowTable.Asked) -> None:
        """Choose the columns of the table whose headings were clicked with the right button."""
        from yaohao.tui.widgets.column_panel import ColumnPanel

        if event.table.called:
            self.app.push_screen(ColumnPanel(event.table))

    def do_order_by(self) -> None:
        """Choose the column that the rows are ordered by; the same one again turns the order."""
        from yaohao.tui.widgets.dialogs import Choice, Choose

        table = self.table
        if table is None:
            return
        columns = [one for _, one in table.chosen_columns() if not one.drawn and one.words]
        choices = [Choice(one.key, one.heading()) for one in columns]

        def chosen(key: Any) -> None:
            if key is not None:
                table.turn(key)

        self.app.push_screen(Choose(say("tui_table.order-title"), choices), chosen)

    # groups

    def do_group_by(self) -> None:
        """Choose the column by which rows are counted and summed."""
        from yaohao.tui.widgets.dialogs import Choice, Choose

        table = self.table
        if table is None:
            return
        if table.is_banded:
            self.tell(say("tui_table.cannot-group"), "bad")
            return
        columns = [
            (place, column)
            for place, column in table.chosen_columns()
            if not column.drawn and not column.amount and column.words
        ]
        choices = [Choice(one, one[1].heading()) for one in columns]

        def chosen(one: Any) -> None:
            if one is not None:
                self._group(table, *one)

        self.app.push_screen(Choose(say("tui_table.group-title"), choices), chosen)

    def _group(self, table: RowTable, place: int, column: Column) -> None:
        amounts = [
            (at, one) for at, one in enumerate(table.columns) if one.amount and one != column
        ]
        seen = table.view.seen

        def count(rows: Rows, moved: Any = None) -> list[Group]:
            return grouped(rows, place, column, amounts, moved)

        def told(groups: list[Group]) -> None:
            self._show_groups(table, seen, (place, column), [one for _, one in amounts], groups)

        self._with_rows(say("tui_table.grouping"), seen, count, told)

    def _show_groups(
        self,
        table: RowTable,
        seen: Rows,
        by: tuple[int, Column],
        amounts: Sequence[Column],
        groups: list[Group],
    ) -> None:
        from yaohao.tui.widgets.group_panel import GroupPanel

        place, column = by
        panel = GroupPanel(column, amounts, groups)

        def opened(group: Group, places: Any) -> None:
            if table.view.seen is seen:  # else other rows have come: what was counted is gone
                table.open_group(Narrowing(column, group.value, group.words), places)
                table.focus()

        def answered(found: Any) -> None:
            if found == "export":
                columns = [one for one in panel.columns() if not one.drawn]
                self._ask_export(
                    f"{table.called}-{column.key}", list(enumerate(columns)),
                    ListRows(panel.rows()), picked=False,
                )  # fmt: skip
            elif isinstance(found, Group):
                self._with_rows(
                    say("tui_table.opening-group"), seen,
                    lambda rows, moved=None: places_of(rows, place, column, found.value, moved),
                    lambda places: opened(found, places),
                )  # fmt: skip

        self.app.push_screen(panel, answered)

    def _with_rows(
        self, words: str, rows: Rows, act: Callable[..., Any], done: Callable[[Any], None]
    ) -> None:
        """Do something with all rows: at once where they are few, else in a thread."""
        if len(rows) <= AT_ONCE:
            self.yaohao.guarded(lambda: done(act(rows)))
            return

        def job(workspace: Workspace, moved: Callable[[int, int | None], None]) -> Any:
            return act(rows.elsewhere(workspace), moved)

        self.work(words, job, done)

    # filters

    def do_filters(self) -> None:
        """Keep what is typed into the filter by a name, or take one that is kept."""
        from yaohao.tui.widgets.filter_panel import FilterPanel

        table, field = self.table, self.query_one("#filter", Input)
        if table is None:
            return

        def taken(typed: Any) -> None:
            if typed is not None:
                field.value = typed
                self.tell(say("tui_table.filter-taken", typed=plain(typed, 2 * _TOLD)))
                table.focus()

        self.app.push_screen(FilterPanel(table.called, field.value), taken)

    def on_paste(self, event: events.Paste) -> None:
        """Filter by what is pasted while the rows are looked at."""
        fields = [one for one in self.query("#filter").results(Field) if one.is_on_screen]
        if fields and self.table is not None:
            event.stop()
            fields[0].value = ""
            fields[0].take_pasted(event.text)

    # export

    def do_export(self) -> None:
        """Write the picked rows, else those that are seen, with the columns that are shown."""
        table = self.table
        if table is not None:
            columns = [one for one in table.chosen_columns() if not one[1].drawn]
            picked = bool(table.view.picks)
            self._ask_export(table.called, columns, table.view.wanted(), picked=picked)

    def _ask_export(
        self, name: str, columns: Sequence[tuple[int, Column]], rows: Rows, *, picked: bool
    ) -> None:
        from yaohao.tui.widgets.export_panel import ExportPanel

        what = "picked" if picked else "shown"
        text = say(f"tui_table.export-{what}", size=len(rows), columns=len(columns))

        def asked(file: Any) -> None:
            if file:
                path = _path(file)
                self._export(path, name, columns, rows, overwrite=False)

        panel = ExportPanel(_free_name(Path.cwd(), name), text)
        self.app.push_screen(panel, asked)

    def _export(
        self,
        file: Path,
        name: str,
        columns: Sequence[tuple[int, Column]],
        rows: Rows,
        *,
        overwrite: bool,
    ) -> None:
        fields = [(column.key, column.heading() or column.key) for _, column in columns]
        places = [place for place, _ in columns]

        def job(workspace: Workspace, moved: Callable[[int, int | None], None]) -> int | None:
            source = every_row(rows.elsewhere(workspace), moved)
            values = ([bare(row[place]) for place in places] for row in source)
            try:
                return write_table_file(file, name, fields, values, overwrite=overwrite)
            except PlannerError as error:
                if [one.code for one in error.problems] == ["output.exists"]:
                    return None  # asked about below
                raise

        def again() -> None:
            self._export(file, name, columns, rows, overwrite=True)

        def done(size: int | None) -> None:
            if size is None:
                self.confirm(
                    say("tui_table.replace-title"),
                    say("tui_table.replace-text", file=str(file)),
                    say("tui_table.replace-yes"),
                    again,
                )
            else:
                where = str(file.parent)
                self.tell(say("tui_table.exported", size=size, file=file.name, folder=where))

        self.work(say("tui_table.exporting", file=file.name), job, done)


def _path(typed: str) -> Path:
    """A path as it was typed: below where the program was begun, unless it is a whole one."""
    if len(typed) > 1 and typed[0] == typed[-1] and typed[0] in "'\"":
        typed = typed[1:-1]
    return Path.cwd() / Path(typed).expanduser()


def _free_name(folder: Path, name: str) -> Path:
    """A name for a new file, numbered where the first is there already."""
    stem = name.replace(".", "-")
    number, file = 1, folder / f"{stem}.csv"
    while any(file.with_suffix(f".{one}").exists() for one in ("csv", "xlsx", "json", "parquet")):
        number += 1
        file = folder / f"{stem}-{number}.csv"
    return file


def with_table_actions(own: Sequence[Action]) -> list[Action]:
    """The actions of a screen, and behind them those of every table that it does not have."""
    means = {action.means for action in own}
    return [*own, *(action for action in TABLE_ACTIONS if action.means not in means)]
