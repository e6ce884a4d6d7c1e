"""Results: what came of each visit so far, entered, reviewed, and by when it must be public.

On the command line: `yaohao results` (list, enter, review, return), `yaohao import results`,
`yaohao due`, `yaohao withdraw`, `yaohao notices`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from yaohao.planner.wording.format import code_name, due_words, visit_result_words
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.actions import Action
from yaohao.tui.screens.draw_base import no_draw
from yaohao.tui.screens.entry_actions import EntryActions
from yaohao.tui.screens.filter_mixin import FilterMixin
from yaohao.tui.screens.pictured import SHOW, ShowsPicture
from yaohao.tui.table_filter import table_filter
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.details import with_details
from yaohao.tui.widgets.dialogs import Choice, Choose
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.table import Column, RowTable
from yaohao.tui.widgets.words import Words
from yaohao.tui.work_picture import WorkPicture

Visit = Mapping[str, Any]

WIDE = 108
"""From so many columns on results are told in full."""

COLUMNS = (
    Column("place", "tui_results.col-place", 4, right=True, spare=5),
    Column("entity", "tui_results.col-entity", 18, code=True, ident=True),
    Column("name", "tui_results.col-name", 14, grow=3),
    Column("result", "tui_results.col-result", 13, grow=1),
    Column("visited", "tui_results.col-visited", 10, spare=3),
    Column("due", "tui_results.col-due", 10, spare=1),
    Column("state", "tui_results.col-state", 14),
    Column("region", "tui_results.col-region", 12, spare=6),
    Column("crew", "tui_results.col-crew", 14, spare=4),
)
BROAD = tuple(
    replace(column, width=22, grow=2) if column.key == "result" else column for column in COLUMNS
)
"""Where results are told in full."""

LISTED: dict[str, Callable[[Visit], bool]] = {
    "all": lambda visit: True,
    "waiting": lambda visit: bool(visit["waiting"]),
    "returned": lambda visit: bool(visit["returned"]),
    "not-yet": lambda visit: visit["group"] == "not-yet",
    "missed": lambda visit: visit["state"] == "missed",
    "overdue": lambda visit: visit["state"] == "overdue",
    "open": lambda visit: visit["state"] == "open",
    "no-day": lambda visit: visit["state"] == "no-day",
    "passed": lambda visit: visit["group"] == "passed",
    "problems": lambda visit: visit["group"] == "problems",
    "not-found": lambda visit: visit["group"] == "not-found",
    "withdrawn": lambda visit: visit["withdrawal"] is not None,
    "reserve": lambda visit: visit["instead_of"] is not None,
}
"""The groups of visits that can be listed."""


TONES = {
    "overdue": "bad",
    "missed": "warn",
    "returned": "warn",
    "published": "good",
    "late": "dim",
}
MARKED = ("overdue", "missed")
"""States that are marked by ``!`` before their words as well."""


class ResultsScreen(EntryActions, FilterMixin, ShowsPicture):
    """The visits of a draw after it was drawn."""

    SCREEN_NAME = "results"
    CLICKS: ClassVar = {"status": "group"}
    ACTIONS = (
        Action("open", "open", rank=1, area="tui_results", when="has_row"),
        Action("enter", "edit", rank=2, area="tui_results", when="can_enter"),
        Action("check", "check", rank=3, area="tui_results", when="can_review"),
        Action("return", "return", area="tui_results", when="can_return"),
        Action("next-visit", "next", area="tui_results", when="can_enter"),
        Action("case", "case", rank=8, area="tui_results", when="has_row"),
        Action("next-crew", "next-part", area="tui_results", when="can_enter"),
        Action("import", "import", rank=4, area="tui_results", when="can_import"),
        Action("withdraw", "withdraw", rank=5, area="tui_results", when="can_withdraw"),
        Action("back-in", "undo", area="tui_results", when="is_withdrawn"),
        Action("forms", "files", rank=6, area="tui_results", when="has_forms"),
        Action("group", "which-list", rank=7, area="tui_results", when="has_told"),
        Action("filter", "filter"),
        Action("copy", "copy", when="has_row"),
        SHOW,
    )

    def __init__(self) -> None:
        super().__init__()
        self.listed = "all"
        self.is_asked = False
        """Whether another screen asked for what is listed."""
        self.shown: list[dict[str, Any]] = []

    def body(self) -> ComposeResult:
        """How it stands, what is due, the filter, the visits."""
        yield Words(id="status", classes="lines")
        yield Words(id="due", classes="lines")
        yield Field("tui_results.ask", self.typed, id="filter")
        yield from with_details(
            RowTable(
                self._columns(),
                empty="tui.nothing-found",
                moved=self._offer,
                called="results",
                id="rows",
            )
        )

    def _columns(self) -> Sequence[Column]:
        return BROAD if self.size.width >= WIDE else COLUMNS

    def receive(self, **given: Any) -> None:
        """Take which visits are to be listed."""
        self.listed = str(given.get("listed", "all"))
        self.goal = str(given.get("entity", ""))
        self.is_asked = True

    def take_listed(self, listed: str) -> None:
        """List these visits, whichever draw is looked at first."""
        if listed in LISTED:
            self.listed, self.is_asked = listed, True

    def picture(self) -> WorkPicture:
        """What is left of this draw's visits, by inspector and week."""
        return WorkPicture("load", draw=self.draw or "")

    def read(self) -> None:
        """Note which draw it is; its visits are looked up in a thread."""
        before = self.draw
        if self.read_draws() != before and not self.is_asked:
            self.listed = "all"
        self.is_asked = False

    def look(self, workspace: Workspace, draw: str) -> dict[str, Any]:
        """The visits with their results and due days."""
        report = workspace.results(draw)
        held = workspace.results_to_enter(draw)
        visits = [
            {
                **visit,
                "waiting": held["waiting"].get(visit["entity_id"], 0),
                "returned": held["returned"].get(visit["entity_id"], ""),
            }
            for visit in report["visits"]
        ]
        return {**report, **held, "visits": visits}

    def fill(self) -> None:
        """Show what is known, and look up the rest."""
        table = self.query_one("#rows", RowTable)
        table.empty = self._empty()
        table.set_columns(self._columns())
        table.show(self._rows(), keep=True)
        self._mark_goal()
        self._tell_status()
        self.look_again()
        self.query_one("#keys").refresh()

    def _mark_goal(self) -> None:
        """Go on to the next visit, now that what was entered has been read."""
        if (self.goal or self.said) and self._told_of == self._read:
            self.go_on()

    def _empty(self) -> str:
        if self.told is None:
            return "tui_draw.no-draw" if self.draw is None else "tui.waiting"
        return "tui.nothing-found" if self.told["visits"] else "tui_results.not-drawn"

    def _tell_status(self) -> None:
        room = self.size.width - 2
        status, due = self._status()
        self.query_one("#status", Words).say("\n".join(folded(status, room)))
        found = self.query_one("#due", Words)
        found.display = bool(due)
        found.say("\n".join(folded(due, room)))
        found.set_class(due.startswith("!"), "bad")

    def _status(self) -> tuple[str, str]:
        report = self.told
        if self.draw is None:
            return no_draw(), ""
        if report is None:
            return say("tui_results.looking", draw=self.draw), ""
        if not report["visits"]:
            is_out = report["stage"] == "abandoned"
            name = "tui_crews.status-abandoned" if is_out else "tui_results.status-none"
            return say(name, draw=self.draw), ""
        counts = {name.replace("-", "_"): f"{size:,}" for name, size in report["counts"].items()}
        status = say("tui_results.status", draw=self.draw, **counts)
        if report["stage"] == "abandoned":
            return status, say("tui_crews.status-abandoned", draw=self.draw)
        return status, self._due_told(report)

    def _due_told(self, report: Mapping[str, Any]) -> str:
        """What must be public by when, what was not visited in time; ``!`` before what presses."""
        due, counts = report["due"], report["counts"]
        sizes = {
            **{name: due[name] for name in ("overdue", "open", "late", "published", "no-day")},
            "missed": counts["missed"],
            "spare": report["reserves"],
        }
        parts = [
            say(f"tui_results.due-{name}", size=f"{sizes[name]:,}")
            for name in ("overdue", "missed", "open", "no-day", "published", "late", "spare")
            if sizes[name]
        ]
        parts.append(say("tui_results.window", last=report["window"][1]))
        text = say("tui_results.as-of", day=report["as_of"]) + say("tui_results.comma").join(parts)
        if self.listed != "all":
            listed = say(f"tui_results.listed-{self.listed}")
            text += "   " + say("tui_results.listed", listed=listed, size=f"{len(self.shown):,}")
        if unknown := self.told_unknown(COLUMNS):
            return unknown
        return f"! {text}" if any(sizes[name] for name in MARKED) else text

    def on_resize(self, event: events.Resize) -> None:
        """Set the lines above the rows anew in the new room."""
        if self._is_filled:
            self.fill()

    def is_looking(self) -> bool:
        """Whether the visits are still being looked up."""
        return self.draw is not None and self.told is None

    def is_vacant(self) -> bool:
        """Whether nobody is to be visited yet."""
        return self.told is None or not self.told["visits"]

    # rows

    def _rows(self) -> list[list[Any]]:
        wanted = table_filter(self.typed, COLUMNS)
        visits = self.told["visits"] if self.told else []
        is_listed = LISTED[self.listed]
        self.shown = [
            visit
            for visit in visits
            if is_listed(visit)
            and wanted.holds(lambda v=visit: self._texts(v), lambda v=visit: self._cells(v))  # type: ignore[misc]
        ]
        if self.listed in ("overdue", "open"):
            self.shown.sort(key=lambda visit: visit["due_on"])
        return [self._cells(visit) for visit in self.shown]

    def _cells(self, visit: Visit) -> list[Any]:
        is_open = visit["group"] == "not-yet"
        tone = {"problems": "warn", "passed": "good"}.get(visit["group"], "")
        return [
            (visit["place"], "dim"),
            visit["entity_id"],
            (visit["name"], "strong"),
            (self._result(visit), "dim" if is_open else tone),
            (visit["visited_on"] or "-", "dim"),
            visit["due_on"] or ("-", "dim"),
            (_state(visit), TONES.get("returned" if visit["returned"] else visit["state"], "")),
            (code_name("region", visit["region"]), "dim"),
            (self._crew(visit), "dim"),
        ]

    def _result(self, visit: Visit) -> str:
        """What came of a visit; in little room the group to which what it found belongs."""
        is_found = visit["group"] != "not-yet" and visit["withdrawal"] is None
        if self.size.width >= WIDE or not is_found:
            return visit_result_words(visit)
        return say(f"common.label-{visit['group']}")

    def _crew(self, visit: Visit) -> str:
        names = self.told["names"] if self.told else {}
        return ", ".join(names.get(one) or one for one in visit["inspectors"])

    def _texts(self, visit: Visit) -> Iterable[str]:
        yield from (visit["entity_id"], visit["name"], visit["region"], visit["visited_on"])
        yield from (code_name("region", visit["region"]), visit_result_words(visit))
        yield self._result(visit)
        yield from (visit["due_on"] or "", _state(visit), self._crew(visit), *visit["inspectors"])

    def marked(self) -> dict[str, Any] | None:
        """The marked visit."""
        at = self.query_one("#rows", RowTable).cursor
        return self.shown[at] if at < len(self.shown) else None

    # what can be done

    def has_told(self) -> bool:
        """Whether there are visits."""
        return self.told is not None and bool(self.told["visits"])

    def has_row(self) -> bool:
        """Whether a visit is marked."""
        return bool(self.shown)

    def filtered(self) -> None:
        """Show the visits that have what is typed."""
        self.query_one("#rows", RowTable).show(self._rows())
        self._tell_status()
        self.query_one("#keys").refresh()

    def _offer(self) -> None:
        """Offer what can be done with the marked visit."""
        marked = self.marked()
        self.at = str(marked["entity_id"]) if marked is not None else self.at
        self.query_one("#keys").refresh()

    def on_row_table_chosen(self) -> None:
        """Open what was clicked."""
        self.yaohao.guarded(self.do_open)

    def do_open(self) -> None:
        """Tell the marked visit's whole story."""
        marked = self.marked()
        if marked is not None:
            self.yaohao.go("review", entity=marked["entity_id"])

    def do_group(self) -> None:
        """Choose which visits are listed."""
        visits = self.told["visits"] if self.told else []
        sizes = {name: sum(map(test, visits)) for name, test in LISTED.items()}
        choices = [
            Choice(name, say(f"tui_results.listed-{name}"), "", f"{size:,}")
            for name, size in sizes.items()
            if size or name == "all"
        ]

        def chosen(name: Any) -> None:
            if name is not None:
                self.listed = name
                self.filtered()

        self.app.push_screen(Choose(say("tui_results.group-title"), choices), chosen)

    def do_back(self) -> bool:
        """Leave the filter, clear it, list all visits again."""
        if self.leave_filter():
            return True
        if self.listed == "all":
            return False
        self.listed = "all"
        self.filtered()
        return True

    def do_copy(self) -> None:
        """Copy the marked visit."""
        marked = self.marked()
        if marked is None:
            return
        names = (
            "entity_id", "name", "region", "standing", "result", "visited_on", "due_on", "state",
            "published_on", "instead_of", "inspectors",
        )  # fmt: skip
        values = {**marked, "inspectors": ";".join(marked["inspectors"])}
        self.copy(names, [values[name] for name in names])


def _state(visit: Visit) -> str:
    """Whether its results are due, or what became of the visit where none are."""
    words = due_words(visit)
    if visit["returned"]:
        return say("tui_results.state-returned")
    if visit["waiting"] and visit["state"] not in MARKED:
        return say("tui_results.state-waiting")
    if words:
        return f"! {words}" if visit["state"] in MARKED else words
    if visit["withdrawal"] is not None:
        return say("tui_results.state-withdrawn")
    return say("tui_results.state-reserve") if visit["instead_of"] else "-"
