"""Review: who was drawn and who was not, counted and listed, and one entity's whole story.

On the command line: `yaohao review`, `yaohao why`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input

from planner.vocabulary.telling import code_name, millionths, percent, reason_words
from planner.vocabulary.words import say
from planner.workspace import Workspace
from tui.actions import Action
from tui.cells import bar
from tui.screens.of_draw import CHOOSE, DrawPlace, no_draw
from tui.story import story_lines
from tui.widgets.dialogs import Choice, Choose, Reading
from tui.widgets.field import Field
from tui.widgets.table import Column, Rows, Table
from tui.widgets.words import Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDE = 108
"""From so many columns on the story stands beside the rows."""

STORY = 46
BY = ("tier", "region", "industry", "kind", "cell", "crew")
VISITED = (
    Column("entity", "tui_review.col-entity", 18),
    Column("name", "tui_review.col-name", 16, grow=2),
    Column("tier", "tui_review.col-tier", 4),
    Column("region", "tui_review.col-region", 14, spare=1),
    Column("industry", "tui_review.col-industry", 8, spare=4),
    Column("ticket", "tui_review.col-ticket", 12, spare=3),
    Column("crew", "tui_review.col-crew", 14, grow=1, spare=5),
)
LEFT = (
    Column("entity", "tui_review.col-entity", 18),
    Column("name", "tui_review.col-name", 16, grow=2),
    Column("tier", "tui_review.col-tier", 4),
    Column("region", "tui_review.col-region", 14, spare=1),
    Column("industry", "tui_review.col-industry", 8, spare=4),
    Column("became", "tui_review.col-became", 12, grow=1, spare=2),
    Column("visit", "tui_review.col-visit", 10, spare=3),
)
COUNTED = (
    Column("code", "tui_review.col-code", 16, grow=1),
    Column("frame", "tui_review.col-frame", 9, right=True, spare=3),
    Column("pool", "tui_review.col-pool", 9, right=True, spare=1),
    Column("expected", "tui_review.col-expected", 10, right=True),
    Column("drawn", "tui_review.col-drawn", 7, right=True),
    Column("directed", "tui_review.col-directed", 9, right=True, spare=4),
    Column("bar", "tui_review.col-bar", 18, spare=2),
)
CELLS = (
    Column("code", "tui_review.col-code", 16, grow=1),
    Column("size", "tui_review.col-size", 8, right=True),
    Column("expected", "tui_review.col-expected", 12, right=True),
    Column("chance", "tui_review.col-chance", 9, right=True, spare=1),
    Column("drawn", "tui_review.col-drawn", 7, right=True),
    Column("threshold", "tui_review.col-threshold", 12, spare=2),
)
CREWS = (
    Column("code", "tui_review.col-code", 16),
    Column("name", "tui_review.col-name", 16, grow=1),
    Column("visits", "tui_review.col-visits", 7, right=True),
    Column("bar", "tui_review.col-bar", 24, spare=1),
)


@dataclass(frozen=True)
class Wanted:
    """What is to be listed: a group, a filter, a cell, an inspector."""

    standing: str = "drawn"
    reason: str = ""
    typed: str = ""
    cell: str = ""
    crew: str = ""


class ReviewRows(Rows):
    """The rows of a group, read when they are asked for."""

    def __init__(self, review: Any, places: NDArray[Any]) -> None:
        self.review, self.places = review, places
        self.is_left = False

    def __len__(self) -> int:
        return len(self.places)

    def page(self, first: int, last: int) -> list[list[Any]]:
        """Some of them."""
        return [self._cells(row) for row in self.review.rows(self.places[first:last])]

    def entity(self, at: int) -> dict[str, Any]:
        """One of them, by column."""
        found: dict[str, Any] = self.review.rows(self.places[at : at + 1])[0]
        return found

    def _cells(self, row: Mapping[str, Any]) -> list[Any]:
        cells: list[Any] = [
            row["entity_id"],
            (row["name"], "strong"),
            row["tier"] or ("-", "dim"),
            code_name("region", row["region"]),
            (row["industry"], "dim"),
        ]
        if self.is_left:
            became = reason_words(row["reason"]) if row["reason"] else ""
            became = became or say(f"tui_review.became-{row['became']}")
            return [*cells, became, row["inspected_on"] or ("-", "dim")]
        names = self.review.names
        crew = ", ".join(names.get(one) or one for one in row["inspectors"])
        return [*cells, ((row["ticket"] or "")[:12], "dim"), crew]


class ReviewScreen(DrawPlace):
    """A draw, looked through by the bureau's own eyes."""

    PLACE = "review"
    FOCUS = "#rows"
    ACTIONS = (
        Action("open", ("enter",), rank=1, area="tui_review", when="has_row"),
        Action("group", ("g",), rank=2, area="tui_review", when="is_open"),
        Action("by", ("b",), rank=3, area="tui_review", when="is_open"),
        Action("filter", ("slash",), rank=4, when="is_open"),
        Action("copy", ("y",), rank=5, when="has_row"),
        Action("find", ("f",), area="tui_review", when="has_draws"),
        CHOOSE,
    )

    def __init__(self) -> None:
        super().__init__()
        self.review: Any = None
        self.wanted = Wanted()
        self.by = ""
        self.groups: list[dict[str, Any]] = []
        self.tallies: list[dict[str, Any]] = []
        self.rows: ReviewRows | None = None
        self.story: dict[str, Any] | None = None
        self.asked = ""
        self._open: tuple[Any, ...] = ()
        self._shown: tuple[Any, ...] | None = None
        self._is_searching = False
        self._is_telling = False
        self._visits: tuple[Any, dict[str, Any]] = (None, {})

    def receive(self, **given: Any) -> None:
        """Take an entity whose story is to be told."""
        self.asked = str(given.get("entity", ""))

    def body(self) -> ComposeResult:
        """What is shown, the filter, the rows, and where there is room the story."""
        yield Words(id="status", classes="line")
        yield Field("tui_review.ask", self.wanted.typed, id="filter")
        with Horizontal():
            yield Table(self._columns(), empty="tui.nothing-found", id="rows")
            with VerticalScroll(id="detail", classes="side", can_focus=False):
                yield Words(id="story")

    def _columns(self) -> Sequence[Column]:
        if self.by:
            return {"cell": CELLS, "crew": CREWS}.get(self.by, COUNTED)
        return LEFT if self.wanted.standing in ("", "out", "not-drawn", "directed") else VISITED

    # what is shown

    def read(self) -> None:
        """Note which draw it is, and at which stage: another one is opened anew."""
        draw = self.read_draws()
        stage = next((row["stage"] for row in self.draws if row["draw"] == draw), "")
        if (draw, stage) != self._open:
            if self._open[:1] != (draw,):
                standing = "drawn" if stage in ("drawn", "staffed", "dealt") else ""
                self.wanted, self.by = Wanted(standing), ""
            self._open = (draw, stage)
            self.review, self.rows, self._shown, self.story = None, None, None, None
            self.groups, self.tallies = [], []

    def fill(self) -> None:
        """Show what there is, and look for what is wanted."""
        self._fit()
        table = self.query_one("#rows", Table)
        table.set_columns(self._columns())
        if self.draw is None or self.review is None:
            table.empty = "tui_review.waiting" if self.draw else "tui_draw.no-draw"
            table.show([])
        elif self.by and self._shown == self._goal():
            table.show(self._tally_rows(), keep=True)
        elif self.rows is not None and not self.by:
            self.rows.is_left = self._columns() is LEFT
            table.show(self.rows, keep=True)
        self._tell_status()
        self._tell_story()
        self._search()
        if self.asked:
            self._ask_for(self.asked)
        self.query_one("#keys").refresh()

    def _goal(self) -> tuple[Any, ...]:
        return (*self._open, self.by) if self.by else (*self._open, self.wanted)

    def _search(self) -> None:
        if not self._is_searching and self.draw is not None and self._shown != self._goal():
            self._is_searching = True
            self.run_worker(self._searching(), exit_on_error=False)

    async def _searching(self) -> None:
        goal = self._goal()
        try:
            while self._shown != self._goal():
                goal = self._goal()
                review = self.review
                if review is None:
                    review = await asyncio.to_thread(self._opened, goal[0])
                    groups = await asyncio.to_thread(review.groups)
                    if goal[:2] != self._open:
                        continue
                    self.review, self.groups = review, groups
                if self.by:
                    found: Any = await asyncio.to_thread(review.tally, self.by)
                else:
                    one = self.wanted
                    found = await asyncio.to_thread(
                        review.find,
                        one.standing,
                        one.reason,
                        one.typed,
                        cell=one.cell,
                        crew=one.crew,
                    )
                if goal == self._goal():
                    self._show(found)
        except Exception as error:
            self._shown = goal
            self.tell_error(error)
        finally:
            self._is_searching = False
        if self.asked and self.review is not None:
            await self._tell_asked()

    def _opened(self, draw: str) -> Any:
        bureau = Workspace(self.bureau.folder)
        try:
            return bureau.review(draw)
        finally:
            bureau.close()

    def _show(self, found: Any) -> None:
        table = self.query_one("#rows", Table)
        keep = self._shown is not None and self._shown == self._goal()
        self._shown = self._goal()
        table.empty = "tui.nothing-found"
        table.set_columns(self._columns())
        if self.by:
            self.tallies = found
            table.show(self._tally_rows(), keep=keep)
        else:
            self.rows = ReviewRows(self.review, found)
            self.rows.is_left = self._columns() is LEFT
            table.show(self.rows, keep=keep)
        self._tell_status()
        self._tell_story()
        self.query_one("#keys").refresh()

    def _tally_rows(self) -> list[list[Any]]:
        if self.by == "cell":
            return [
                [
                    (one["code"], "strong"),
                    one["size"],
                    millionths(one["expected"]),
                    percent(*one["chance"]),
                    "-" if one["drawn"] is None else one["drawn"],
                    ((one["threshold"] or "-")[:12], "dim"),
                ]
                for one in self.tallies
            ]
        name = "visits" if self.by == "crew" else "drawn"
        most = max((one[name] for one in self.tallies), default=0)
        ascii_only = self.yaohao.ascii_only
        if self.by == "crew":
            return [
                [
                    one["code"],
                    (one["name"], "strong"),
                    one["visits"],
                    (bar(one["visits"], most, 24, ascii_only=ascii_only), "good"),
                ]
                for one in self.tallies
            ]
        return [
            [
                (_coded(self.by, one["code"]), "strong"),
                one["frame"],
                one["pool"],
                millionths(one["expected"] // 1000 * 1000),
                one["drawn"],
                one["directed"],
                (bar(one["drawn"], most, 18, ascii_only=ascii_only), "good"),
            ]
            for one in self.tallies
        ]

    def _tell_status(self) -> None:
        if self.draw is None:
            text = no_draw()
        elif self.review is None:
            text = say("tui_review.opening", draw=self.draw)
        elif self.by:
            text = say("tui_review.status-by", draw=self.draw, by=say(f"tui_review.by-{self.by}"))
        else:
            size = f"{len(self.rows):,}" if self.rows is not None else "-"
            text = say("tui_review.status", draw=self.draw, size=size, group=self._group_words())
        self.query_one("#status", Words).say(text)

    def _group_words(self) -> str:
        one = self.wanted
        parts = [say(f"tui_review.became-{one.standing or 'all'}")]
        if one.reason:
            parts.append(reason_words(one.reason))
        if one.cell:
            parts.append(one.cell)
        if one.crew:
            parts.append(self.review.names.get(one.crew) or one.crew)
        return ": ".join(parts)

    def on_resize(self, event: events.Resize) -> None:
        """Show the story beside the rows where there is room."""
        if self._is_filled:
            self._fit()
            self._tell_story()

    def _fit(self) -> None:
        self.query_one("#detail").display = not self.by and self.size.width >= WIDE

    # one entity

    def _marked(self) -> str:
        at = self.query_one("#rows", Table).cursor
        if self.by or self.rows is None or at >= len(self.rows):
            return ""
        return str(self.rows.entity(at)["entity_id"])

    def _tell_story(self) -> None:
        """Tell the marked entity's story beside the rows, looked up in a thread."""
        if not self.query_one("#detail").display:
            return
        marked = self._marked()
        told = self.story
        if told is None or told["entity"]["entity_id"] != marked:
            if marked and not self._is_telling:
                self._is_telling = True
                self.run_worker(self._telling(), exit_on_error=False)
            if not marked:
                self.query_one("#story", Words).say("")
            return
        width = self.query_one("#detail").scrollable_content_region.width or STORY
        self.query_one("#story", Words).say("\n".join(self._lines(told, width)))

    async def _telling(self) -> None:
        try:
            while (marked := self._marked()) and (
                self.story is None or self.story["entity"]["entity_id"] != marked
            ):
                self.story = await self._story_of(marked)
        except Exception as error:
            self.tell_error(error)
            return
        finally:
            self._is_telling = False
        self._tell_story()

    async def _story_of(self, entity: str) -> dict[str, Any]:
        """An entity's story, with what came of its visit as `visit`."""
        version = (self._open, self.yaohao.version)
        if self._visits[0] != version:
            draw = str(self.draw)
            found = await self.looked_up(lambda bureau: bureau.results(draw))
            self._visits = (version, {one["entity_id"]: one for one in found["visits"]})
        told = await asyncio.to_thread(self.review.story, entity)
        return {**told, "visit": self._visits[1].get(entity)}

    def _lines(self, told: Mapping[str, Any], width: int) -> list[str]:
        names, ascii_only = self.review.names, self.yaohao.ascii_only
        return story_lines(told, names, width, ascii_only=ascii_only, visit=told["visit"])

    def _ask_for(self, entity: str) -> None:
        """Tell an entity's story as soon as the frame is open."""
        self.asked = entity
        if self.review is not None:
            self.run_worker(self._tell_asked(), exit_on_error=False)

    async def _tell_asked(self) -> None:
        """Tell the story that another place, or somebody who typed a code, asked for."""
        asked, self.asked = self.asked, ""
        try:
            told = await self._story_of(asked)
        except Exception as error:
            self.tell_error(error)
            return
        self._read(told)

    def _read(self, told: Mapping[str, Any]) -> None:
        width = min(self.size.width * 9 // 10, 100) - 8
        title = say("tui_review.story-title", draw=self.draw)
        self.app.push_screen(Reading(title, "\n".join(self._lines(told, width))))

    # what can be done

    def is_open(self) -> bool:
        """Whether a draw is open."""
        return self.review is not None

    def has_row(self) -> bool:
        """Whether a row is marked."""
        if self.by:
            return bool(self.tallies) and self._shown == self._goal()
        return self.rows is not None and len(self.rows) > 0

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter while typing."""
        if event.value != self.wanted.typed:
            self.wanted = replace(self.wanted, typed=event.value)
            self.by = ""
            self._search()

    def on_input_submitted(self) -> None:
        """Go on in the rows."""
        self.query_one("#rows", Table).focus()

    def on_table_moved(self) -> None:
        """Tell of the marked entity."""
        self._tell_story()

    def on_table_chosen(self) -> None:
        """Open what was clicked."""
        self.yaohao.guarded(self.do_open)

    def do_filter(self) -> None:
        """Type what the rows must have."""
        self.query_one("#filter", Field).focus()

    def do_open(self) -> None:
        """Read the marked entity's story; of a count, list those that were counted."""
        if self.by:
            self._list(self.tallies[self.query_one("#rows", Table).cursor])
        elif marked := self._marked():
            self._ask_for(marked)

    def _list(self, counted: Mapping[str, Any]) -> None:
        standing = self.wanted.standing
        code = counted["code"]
        if self.by in ("cell", "crew"):
            self.wanted = replace(Wanted(standing), **{self.by: code})
        else:
            self.wanted = Wanted(standing, typed=f"{self.by}:{code or 'none'}")
        self.by = ""
        self.query_one("#filter", Field).value = self.wanted.typed
        self.fill()

    def do_group(self) -> None:
        """Choose which group is listed."""
        sums: dict[str, int] = {}
        for one in self.groups:
            sums[one["standing"]] = sums.get(one["standing"], 0) + one["size"]
        choices = [
            Choice((standing, ""), say(f"tui_review.became-{standing}"), "", f"{size:,}")
            for standing, size in sums.items()
        ]
        choices += [
            Choice(
                (one["standing"], one["reason"]),
                reason_words(one["reason"]),
                "",
                f"{one['size']:,}   " + say(f"tui_review.became-{one['standing']}"),
            )
            for one in self.groups
            if one["reason"]
        ]
        choices.append(
            Choice(("", ""), say("tui_review.became-all"), "", f"{sum(sums.values()):,}")
        )

        def chosen(group: Any) -> None:
            if group is not None:
                self.wanted = replace(Wanted(*group), typed=self.wanted.typed)
                self.by = ""
                self.fill()

        self.app.push_screen(Choose(say("tui_review.group-title"), choices), chosen)

    def do_by(self) -> None:
        """Count by another column, and at last list again."""
        ways = ["", *BY]
        self.by = ways[(ways.index(self.by) + 1) % len(ways)]
        self.fill()

    def do_find(self) -> None:
        """Tell the story of an entity whose code is typed or pasted."""
        from tui.widgets.ask import Ask

        def asked(code: Any) -> None:
            if code and code.strip():
                self._ask_for(code.strip())

        title = say("tui_review.find-title")
        self.app.push_screen(Ask(title, say("tui_review.find-text"), "tui_review.find-ask"), asked)

    def do_back(self) -> bool:
        """Leave the filter, the count, the cell, the filter's words, one after the other."""
        field = self.query_one("#filter", Field)
        if field.has_focus:
            self.query_one("#rows", Table).focus()
        elif self.by:
            self.by = ""
            self.fill()
        elif self.wanted.cell or self.wanted.crew:
            self.wanted = replace(self.wanted, cell="", crew="")
            self.fill()
        elif field.value:
            field.value = ""
        else:
            return False
        return True

    def do_copy(self) -> None:
        """Copy the marked row."""
        at = self.query_one("#rows", Table).cursor
        row = self.tallies[at] if self.by else self.rows.entity(at) if self.rows else {}
        if self.by == "cell":
            row = {**row, "chance": "/".join(map(str, row["chance"]))}
        elif not self.by:
            row = {**row, "inspectors": ";".join(row["inspectors"])}
        self.copy(list(row), list(row.values()))


def _coded(by: str, code: str) -> str:
    if not code:
        return say("cli.none")
    name = code_name(by, code)
    return f"{code} {name}" if name != code else code
