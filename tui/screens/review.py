"""Review: who was drawn and who was not, counted and listed, and one entity's whole story.

On the command line: `yaohao review`, `yaohao why`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input
from yaohao.planner.wording.format import reason_words
from yaohao.planner.wording.messages import say
from yaohao.tui.actions import Action
from yaohao.tui.review_rows import (
    CELLS,
    COUNTED,
    CREWS,
    LEFT,
    VISITED,
    ReviewRows,
    tally_rows,
)
from yaohao.tui.screens.draw_base import no_draw
from yaohao.tui.screens.explanation_mixin import ExplanationMixin
from yaohao.tui.screens.pictured import SHOW, ShowsPicture
from yaohao.tui.table_filter import unknown_terms
from yaohao.tui.text_layout import cut
from yaohao.tui.widgets.dialogs import Choice, Choose
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.table import Column, RowTable
from yaohao.tui.widgets.words import Words
from yaohao.tui.work_picture import WorkPicture

WIDE = 108
"""From so many columns on the story stands beside the rows."""

BY = ("tier", "region", "industry", "kind", "cell", "crew")


@dataclass(frozen=True)
class Wanted:
    """What is to be listed: a group, a filter, a cell, an inspector."""

    standing: str = "drawn"
    reason: str = ""
    typed: str = ""
    cell: str = ""
    crew: str = ""


class ReviewScreen(ExplanationMixin, ShowsPicture):
    """A draw, looked through by the bureau's own eyes."""

    SCREEN_NAME = "review"
    CLICKS: ClassVar = {"status": "group"}
    FOCUS = "#rows"
    ACTIONS = (
        Action("open", "open", rank=1, area="tui_review", when="has_row"),
        Action("group", "which-list", rank=2, area="tui_review", when="is_open"),
        Action("by", "count-by", rank=3, area="tui_review", when="is_open"),
        Action("filter", "filter", rank=4, when="is_open"),
        Action("copy", "copy", rank=5, when="has_row"),
        Action("find", "by-code", area="tui_review", when="has_draws"),
        SHOW,
    )

    def __init__(self) -> None:
        super().__init__()
        self.wanted = Wanted()
        self.by = ""
        self.groups: list[dict[str, Any]] = []
        self.tallies: list[dict[str, Any]] = []
        self.rows: ReviewRows | None = None
        self._open: tuple[Any, ...] = ()
        self._shown: tuple[Any, ...] | None = None
        self._is_searching = False

    def receive(self, **given: Any) -> None:
        """Take an entity whose story is to be told."""
        self.asked = str(given.get("entity", ""))

    def marked_ids(self) -> dict[str, str]:
        """The entity that is marked."""
        marked = self.marked()
        return {"entity": marked} if marked else {}

    def body(self) -> ComposeResult:
        """What is shown, the filter, the rows, and where there is room the story."""
        yield Words(id="status", classes="line")
        yield Field("tui_review.ask", self.wanted.typed, id="filter")
        with Horizontal():
            yield RowTable(
                self._columns(),
                empty="tui.nothing-found",
                moved=self.tell_story,
                called=self._called(),
                id="rows",
            )
            with VerticalScroll(id="detail", classes="side", can_focus=False):
                yield Words(id="story")

    def _columns(self) -> Sequence[Column]:
        if self.by:
            return {"cell": CELLS, "crew": CREWS}.get(self.by, COUNTED)
        return LEFT if self.wanted.standing in ("", "out", "not-drawn", "directed") else VISITED

    def _called(self) -> str:
        """What the table is called: each of its forms has columns of its own."""
        if self.by:
            return f"review-{self.by}"
        return "review-left" if self._columns() is LEFT else "review-visited"

    # what is shown

    def picture(self) -> WorkPicture:
        """Where this draw goes, by division."""
        return WorkPicture("map", draw=self.draw or "")

    def read(self) -> None:
        """Note which draw it is, and at which stage: another one is opened anew."""
        draw = self.read_draws()
        stage = next((row["stage"] for row in self.draws if row["draw"] == draw), "")
        if (draw, stage) != self._open:
            if self._open[:1] != (draw,):
                standing = "drawn" if stage in ("drawn", "staffed", "dealt") else ""
                self.wanted, self.by = Wanted(standing), ""
            self._open = (draw, stage)
            self.review, self.rows, self._shown = None, None, None
            self.groups, self.tallies = [], []
        self.story = None  # results may have come in since

    def fill(self) -> None:
        """Show what there is, and look for what is wanted."""
        self._fit()
        table = self.query_one("#rows", RowTable)
        table.set_columns(self._columns(), self._called())
        if self.draw is None or self.review is None:
            table.empty = "tui.waiting" if self.draw else "tui_draw.no-draw"
            table.show([])
        elif self.by and self._shown == self._goal():
            table.show(self._tally_rows(), keep=True)
        elif self.rows is not None and not self.by:
            self.rows.is_left = self._columns() is LEFT
            table.show(self.rows, keep=True)
        self._tell_status()
        self.tell_story()
        self._search()
        if self.asked:
            self.ask_for(self.asked)
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
                    review = await self.looked_up(
                        lambda workspace: workspace.review(str(self.draw))
                    )
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
            await self.tell_asked()

    def _show(self, found: Any) -> None:
        table = self.query_one("#rows", RowTable)
        keep = self._shown is not None and self._shown == self._goal()
        self._shown = self._goal()
        table.empty = "tui.nothing-found"
        table.set_columns(self._columns(), self._called())
        if self.by:
            self.tallies = found
            table.show(self._tally_rows(), keep=keep)
        else:
            self.rows = ReviewRows(self.review, found)
            self.rows.is_left = self._columns() is LEFT
            table.show(self.rows, keep=keep)
        self._tell_status()
        self.tell_story()
        self.query_one("#keys").refresh()

    def _tally_rows(self) -> list[list[Any]]:
        return tally_rows(self.by, self.tallies, ascii_only=self.yaohao.ascii_only)

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
            if unknown := self.review.not_understood(self.wanted.typed):
                report = unknown_terms(unknown, self.workspace.filter_keys())
                text = cut(report, self.size.width - 2)
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
            self.tell_story()

    def _fit(self) -> None:
        self.query_one("#detail").display = not self.by and self.size.width >= WIDE

    # one entity

    def marked(self) -> str:
        """The marked entity; nothing where none is, or counts are shown."""
        at = self.query_one("#rows", RowTable).cursor
        if self.by or self.rows is None or at >= len(self.rows):
            return ""
        return str(self.rows.entity(at)["entity_id"])

    def emptiness(self) -> str:
        """Whether there is no draw yet, or nobody fits."""
        if self.draw is None:
            return "place"
        is_known = not self._is_searching and self._shown == self._goal() and not self.by
        return "filter" if is_known and self.sought() and not self.has_row() else ""

    def sought(self) -> str:
        """What is typed into the filter."""
        return self.wanted.typed

    def clear(self) -> None:
        """Clear the filter, and go on in the rows."""
        self.query_one("#filter", Field).value = ""
        self.query_one("#rows", RowTable).focus()

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
        self.query_one("#rows", RowTable).focus()

    def on_row_table_chosen(self) -> None:
        """Open what was clicked."""
        self.yaohao.guarded(self.do_open)

    def do_filter(self) -> None:
        """Type what the rows must have."""
        self.query_one("#filter", Field).focus()

    def do_open(self) -> None:
        """Read the marked entity's story; of a count, list those that were counted."""
        if self.by:
            self._list(self.tallies[self.query_one("#rows", RowTable).cursor])
        elif marked := self.marked():
            self.ask_for(marked)

    def _list(self, counted: Mapping[str, Any]) -> None:
        """List those that the first figure of a count counted: all of a cell, of a code."""
        code = counted["code"]
        if self.by in ("cell", "crew"):
            self.wanted = replace(Wanted(""), **{self.by: code})
        else:
            is_prefix = self.by in ("region", "industry")  # such a code alone asks for all below it
            wanted = f"={code}" if is_prefix else code
            self.wanted = Wanted("", typed=f"{self.by}:{wanted if code else 'none'}")
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

    def do_back(self) -> bool:
        """Leave the filter, the count, the cell, the filter's words, one after the other."""
        field = self.query_one("#filter", Field)
        if field.has_focus:
            self.query_one("#rows", RowTable).focus()
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
        at = self.query_one("#rows", RowTable).cursor
        row = self.tallies[at] if self.by else self.rows.entity(at) if self.rows else {}
        if self.by == "cell":
            row = {**row, "chance": "/".join(map(str, row["chance"]))}
        elif not self.by:
            row = {**row, "inspectors": ";".join(row["inspectors"])}
        self.copy(list(row), list(row.values()))
