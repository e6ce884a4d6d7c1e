"""Register: the entities, filtered while typing, sorted, with a detail pane; rows set aside.

On the command line: `yaohao register entities`, `yaohao register entity`, `yaohao register
set-aside`, `yaohao register undo`, `yaohao register dismiss`, `yaohao register vouch`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.format import entity_facts, intake_words
from yaohao.planner.wording.messages import say
from yaohao.tui.actions import Action
from yaohao.tui.app import HEAD
from yaohao.tui.register_rows import (
    ASIDE,
    COLUMNS,
    AsideRows,
    EntityRows,
    HeadRows,
)
from yaohao.tui.screens.pictured import SHOW, Pictured
from yaohao.tui.screens.register_actions import RegisterActions
from yaohao.tui.screens.start_actions import IMPORT
from yaohao.tui.table_filter import unknown_terms
from yaohao.tui.text_layout import cut, facts_lines
from yaohao.tui.widgets.dialogs import Choice, Choose, Reading
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.table import RowTable
from yaohao.tui.widgets.words import Words
from yaohao.tui.work_picture import WorkPicture

WIDE = 108
"""From so many columns on the details stand beside the table."""

DETAIL = 40
"""Columns of the details, until they are laid out."""

SORTS = ("entity_id", "name", "region", "tier", "kind", "status", "established_on", "inspected_on")


class RegisterScreen(Pictured, RegisterActions):
    """The register of entities, and what was set aside of any register."""

    SCREEN_NAME = "register"
    FOCUS = "#rows"
    ACTIONS = (
        Action("open", "open", rank=1, area="tui_register", when="has_row"),
        Action("filter", "filter", rank=2),
        Action("sort", "order", rank=3, area="tui_register", when="shows_entities"),
        Action("aside", "view", rank=4, area="tui_register"),
        Action("copy", "copy", rank=5, when="has_row"),
        Action("turn", "reverse", area="tui_register", when="shows_entities"),
        Action("howto", "how", area="tui_register"),
        Action("undo", "undo", area="tui_upkeep"),
        Action("mend-row", "mend", rank=3, area="tui_start", when="shows_aside"),
        IMPORT,
        Action("dismiss", "dismiss", rank=6, area="tui_upkeep", when="shows_aside"),
        Action("vouch", "vouch", area="tui_upkeep"),
        SHOW,
    )

    def __init__(self) -> None:
        super().__init__()
        self.entities: Any = None
        self.rows: Any = HeadRows([], 0)
        self.typed = {"entities": "", "aside": ""}
        self.mode = "entities"
        self.sort, self.descending = SORTS[0], False
        self.aside = 0
        self._shown: tuple[str, str, bool] | None = None
        self._is_searching = False
        self._snapshot: Any = None

    def body(self) -> ComposeResult:
        """What is shown, the filter, the rows, and where there is room the details."""
        yield Static(id="status", classes="line")
        yield Field(self._ask(), self.typed[self.mode], id="filter")
        with Horizontal():
            yield RowTable(
                COLUMNS if self.mode == "entities" else ASIDE,
                empty=self._empty(),
                moved=self._tell_story,
                called="register" if self.mode == "entities" else "set-aside",
                id="rows",
            )
            with VerticalScroll(id="detail", classes="side", can_focus=False):
                yield Words(id="story")

    def _ask(self) -> str:
        return "tui_register.ask" if self.mode == "entities" else "tui_register.ask-aside"

    def _empty(self) -> str:
        """What to say where there is no row: nothing fits, or nothing is there at all."""
        if self.mode == "aside":
            return "tui.nothing-found" if self.aside else "tui_register.none-aside"
        is_empty = self.entities is not None and not self.entities.size
        return "tui_register.none" if is_empty else "tui.nothing-found"

    def filter_typed(self) -> str:
        """What the entities are filtered by."""
        return self.typed["entities"]

    def take_filter(self, typed: str) -> None:
        """Show the entities that have this."""
        is_turned, self.mode = self.mode != "entities", "entities"
        self.typed["entities"] = typed
        if self.is_mounted and is_turned:
            self.call_later(self.retell)
        elif self.is_mounted:
            self.query_one("#filter", Field).value = typed
            self._search()

    def picture(self) -> WorkPicture:
        """The divisions of the register, shaded by their entities."""
        return WorkPicture("map", "size")

    # what is shown

    def receive(self, **given: Any) -> None:
        """Show the entities, or the rows set aside, as another screen asks."""
        self.mode = str(given.get("mode", self.mode))
        if self.is_mounted:
            self.run_worker(self.retell(), exit_on_error=False)

    def read(self) -> None:
        """Open the snapshot anew where there is another."""
        self.aside = self.workspace.set_aside_count()
        entities = self.yaohao.entities()
        if entities is not self.entities:
            self.entities, self._shown = entities, None
            self.rows = HeadRows(entities.head, entities.size)

    def fill(self) -> None:
        """Show the rows, and look for them where they are others than those wanted."""
        table = self.query_one("#rows", RowTable)
        self._fit_detail()
        table.empty = self._empty()
        if self.mode == "aside":
            self.rows = AsideRows(self.workspace, self.typed["aside"])
            table.show(self.rows, keep=True)
        else:
            if not isinstance(self.rows, EntityRows | HeadRows):
                self.rows, self._shown = HeadRows([], self.entities.size), None
            table.sorted_by = (self.sort, self.descending)
            table.show(self.rows, keep=True)
            self._search()
        self._tell_status()
        self._tell_story()

    def _search(self) -> None:
        """Find what is wanted in a thread; the newest wish is the one that is fulfilled."""
        if not self._is_searching and self._shown != self._wanted():
            self._is_searching = True
            self.run_worker(self._searching(), exit_on_error=False)

    def _wanted(self) -> tuple[str, str, bool]:
        return (self.typed["entities"], self.sort, self.descending)

    async def _searching(self) -> None:
        try:
            entities = self.entities
            if not entities.is_loaded:
                head = await asyncio.to_thread(entities.first, HEAD)
                if not self.typed["entities"] and self.sort == SORTS[0] and not self.descending:
                    self._show(HeadRows(head, entities.size))
                await asyncio.to_thread(entities.load)
            # Whoever looks at the rows set aside meanwhile searches anew when coming back.
            while self.mode == "entities" and (
                self._shown != self._wanted() or entities is not self.entities
            ):
                wanted, entities = self._wanted(), self.entities
                typed, sort, descending = wanted
                places = await asyncio.to_thread(entities.find, typed, sort, descending=descending)
                if wanted == self._wanted() and entities is self.entities:
                    keep = self._shown is None or wanted[0] == self._shown[0]
                    if self._show(EntityRows(entities, places), keep=keep):
                        self._shown = wanted
        except Exception as error:
            self._shown = self._wanted()
            self.tell_error(error)
        finally:
            self._is_searching = False

    def _show(self, rows: Any, *, keep: bool = True) -> bool:
        """Show other entities; False where rows set aside are looked at by now."""
        if self.mode != "entities":
            return False
        self.rows = rows
        table = self.query_one("#rows", RowTable)
        table.sorted_by = (self.sort, self.descending)
        table.show(rows, keep=keep)
        self._tell_status()
        self._tell_story()
        return True

    def _tell_status(self) -> None:
        if self.mode == "aside":
            text = say(
                "tui_register.status-aside", shown=f"{len(self.rows):,}", size=f"{self.aside:,}"
            )
        elif self.entities.size and not self.entities.is_loaded:
            text = say("tui_register.status-reading", size=f"{self.entities.size:,}")
        else:
            way = "down" if self.descending else "up"
            text = say(
                "tui_register.status",
                shown=f"{len(self.rows):,}",
                size=f"{self.entities.size:,}",
                sort=say(f"tui_register.sort-{self.sort.replace('_', '-')}"),
                way=say(f"tui_register.way-{way}"),
            )
            unknown = self.entities.not_understood(self.typed["entities"])
            if unknown:
                text = unknown_terms(unknown, self.workspace.filter_keys())
        self.query_one("#status", Static).update(Content(cut(text, self.size.width - 2)))

    def on_resize(self, event: events.Resize) -> None:
        """Show the details beside the table where there is room."""
        if self._is_filled:
            self._fit_detail()
            self._tell_story()

    def _fit_detail(self) -> None:
        self.query_one("#detail").display = self.mode == "entities" and self.size.width >= WIDE

    def _tell_story(self) -> None:
        if self.query_one("#detail").display:
            row = self._marked()
            room = self.query_one("#detail").scrollable_content_region
            text = "\n".join(self._story(row, room.width or DETAIL)) if row else ""
            # As high as the room there is, so that most entities need no new layout.
            self.query_one("#story", Words).say(text, at_least=room.height)

    def _marked(self) -> Mapping[str, Any] | None:
        """The marked entity, or row set aside."""
        at = self.query_one("#rows", RowTable).cursor
        if at >= len(self.rows):
            return None
        if isinstance(self.rows, AsideRows):
            found = self.rows.rows(at, at + 1)
            return found[0] if found else None
        found_one: dict[str, Any] | None = self.rows.entity(at)
        return found_one

    def around(self) -> dict[str, str]:
        """The entity that is marked."""
        row = self._marked() if self.mode != "aside" else None
        return {**super().around(), **({"entity": str(row["entity_id"])} if row else {})}

    def marked_aside(self) -> Mapping[str, Any] | None:
        """The rejected row that is marked, if any."""
        return self._marked() if self.mode == "aside" else None

    def _story(self, row: Mapping[str, Any], width: int) -> list[str]:
        """All about one entity, a line a fact."""
        report = {"entity": row, **self.workspace.told_of(row["entity_id"])}
        return facts_lines(entity_facts(report), width)

    def emptiness(self) -> str:
        """Whether nothing was imported yet, or nothing fits."""
        if self.entities is None or self._is_searching:
            return ""
        if self.mode == "entities" and not self.entities.size:
            return "place"
        return "filter" if self.sought() and not len(self.rows) else ""

    def sought(self) -> str:
        """What is typed into the filter."""
        return self.typed[self.mode]

    def clear(self) -> None:
        """Clear the filter, and go on in the rows."""
        self.query_one("#filter", Field).value = ""
        self.query_one("#rows", RowTable).focus()

    # what can be done

    def has_row(self) -> bool:
        """Whether a row is marked."""
        return bool(len(self.rows))

    def shows_entities(self) -> bool:
        """Whether entities are shown, not rows set aside."""
        return self.mode == "entities"

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while typing."""
        if event.value == self.typed[self.mode]:
            return
        self.typed[self.mode] = event.value
        if self.mode == "aside":
            self.fill()
        else:
            self._search()

    def on_input_submitted(self) -> None:
        """Go on in the rows."""
        self.query_one("#rows", RowTable).focus()

    def on_row_table_chosen(self) -> None:
        """Open what was clicked."""
        self.do_open()

    def on_row_table_sorted(self, event: RowTable.Sorted) -> None:
        """Sort by the column clicked; the second click turns the order round."""
        if event.key in SORTS:
            self._sort_by(event.key, not self.descending if event.key == self.sort else False)

    def _sort_by(self, sort: str, descending: bool) -> None:
        self.sort, self.descending = sort, descending
        self._search()

    def do_sort(self) -> None:
        """Choose what to sort by."""
        choices = [
            Choice(name, say(f"tui_register.sort-{name.replace('_', '-')}")) for name in SORTS
        ]

        def chosen(name: Any) -> None:
            if name is not None:
                self._sort_by(name, not self.descending if name == self.sort else False)

        self.app.push_screen(Choose(say("tui_register.sort-title"), choices), chosen)

    def do_turn(self) -> None:
        """Turn the order round."""
        self._sort_by(self.sort, not self.descending)

    async def do_aside(self) -> None:
        """Change between entities and rows set aside."""
        self.mode = "aside" if self.mode == "entities" else "entities"
        await self.retell()

    def do_filter(self) -> None:
        """Type a filter."""
        self.query_one("#filter", Field).focus()

    def do_howto(self) -> None:
        """Tell how filters are typed."""
        self.app.push_screen(Reading(say("tui_register.howto-title"), say("tui_register.howto")))

    async def do_back(self) -> bool:
        """Leave the filter, then clear it, then leave the rows set aside."""
        field = self.query_one("#filter", Field)
        if field.has_focus:
            self.query_one("#rows", RowTable).focus()
        elif field.value:
            field.value = ""
        elif self.mode == "aside":
            await self.do_aside()
        else:
            return False
        return True

    def do_open(self) -> None:
        """Read all about the marked row."""
        row = self._marked()
        if row is None:
            return
        if self.mode == "aside":
            lines = [
                f"{intake_words(row['reason'])}",
                say("tui_register.place", file=row["file"], line=row["line"]),
                "",
                *_raw(row["row"]),
            ]
            self.app.push_screen(Reading(say("tui_register.aside-title"), "\n".join(lines)))
        else:
            story = "\n".join(self._story(row, min(self.size.width * 9 // 10, 100) - 8))
            self.app.push_screen(Reading(say("tui_register.entity-title"), story))

    def do_copy(self) -> None:
        """Copy the marked row."""
        row = self._marked()
        if row is not None:
            shown = {name: value for name, value in row.items() if name != "row"}
            self.copy(list(shown), list(shown.values()))


def _raw(row: Any) -> list[str]:
    """A row as the file had it, a line a cell."""
    pairs = row.items() if isinstance(row, dict) else enumerate(row, 1)
    return [f"{plain(str(name), 40)}: {plain(str(value), 300)}" for name, value in pairs]
