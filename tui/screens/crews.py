"""Crews: who visits whom, the load of each inspector; recusals and absences before staffing closes.

On the command line: `yaohao staff --dry-run`, `yaohao recuse`, `yaohao absent`, `yaohao staff`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar

from textual.app import ComposeResult
from yaohao.planner.schema.reports.ceremony import StaffingReport
from yaohao.planner.vocabulary.problems import Problem
from yaohao.planner.wording.format import code_name, inspector_notes, span_words
from yaohao.planner.wording.messages import say, say_problem
from yaohao.planner.workspace import Workspace
from yaohao.tui.actions import Action
from yaohao.tui.screens.draw_base import no_draw
from yaohao.tui.screens.filter_mixin import FilterMixin
from yaohao.tui.screens.pictured import SHOW, Pictured
from yaohao.tui.screens.staffing import Staffing
from yaohao.tui.table_filter import table_filter
from yaohao.tui.text_layout import (
    bar,
    facts_lines,
    folded,
    shown,
)
from yaohao.tui.widgets.details import with_details
from yaohao.tui.widgets.dialogs import Reading
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.table import Column, RowTable
from yaohao.tui.widgets.words import Words
from yaohao.tui.work_picture import WorkPicture

BAR = 10
PEOPLE = (
    Column("inspector", "tui_crews.col-inspector", 14, code=True, ident=True),
    Column("name", "tui_crews.col-name", 10, grow=1),
    Column("department", "tui_crews.col-department", 12, spare=2),
    Column("load", "tui_crews.col-load", 5, right=True, amount=True),
    Column("bar", "tui_crews.col-bar", BAR, spare=1, drawn=True),
    Column("notes", "tui_crews.col-notes", 24, grow=2),
)
STAFFED = tuple(
    Column("load", "tui_crews.col-may", 8, right=True, amount=True)
    if column.key == "load"
    else column
    for column in PEOPLE
)
"""Before the crews are dealt: how many visits each may take."""

VISITS = (
    Column("place", "tui_crews.col-place", 5, right=True),
    Column("entity", "tui_crews.col-entity", 18, code=True, ident=True),
    Column("name", "tui_crews.col-visited", 16, grow=2),
    Column("region", "tui_crews.col-region", 14, spare=1),
    Column("crew", "tui_crews.col-crew", 16, grow=1),
)
NAMED = 5
"""Inspectors that a warning names."""


class CrewsScreen(Pictured, Staffing, FilterMixin):
    """The visits of a draw and those who make them."""

    SCREEN_NAME = "crews"
    CLICKS: ClassVar = {"warning": "told", "status": "choose"}
    ACTIONS = (
        Action("open", "open", rank=1, area="tui_crews", when="has_row"),
        Action("staff", "step", rank=2, area="tui_crews", when="is_open"),
        Action("recuse", "record", rank=3, area="tui_crews", when="can_note"),
        Action("absent", "people", rank=4, area="tui_crews", when="can_absent"),
        Action("turn", "view", rank=5, area="tui_crews", when="has_told"),
        Action("told", "problems", rank=6, area="tui_crews", when="has_problems"),
        Action("filter", "filter"),
        Action("copy", "copy", when="has_row"),
        SHOW,
    )

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, str] = {}
        self.shown: list[dict[str, Any]] = []

    def body(self) -> ComposeResult:
        """How it stands, what stands against it, the filter, the rows."""
        yield Words(id="status", classes="line")
        yield Words(id="warning", classes="line bad")
        yield Field("tui_crews.ask", self.typed, id="filter")
        yield from with_details(
            RowTable(
                self._columns(), empty="tui_crews.none", called=f"crews-{self.view}", id="rows"
            )
        )

    def _columns(self) -> Sequence[Column]:
        if self.view == "visits":
            return VISITS
        return PEOPLE if self.stage == "dealt" else STAFFED

    def picture(self) -> WorkPicture:
        """The load of this draw's crews by week; of all draws until they are dealt."""
        return WorkPicture("load", draw=self.draw or "" if self.stage == "dealt" else "")

    def read(self) -> None:
        """Take the visits; who may make them is looked up in a thread."""
        draw = self.read_draws()
        if draw is None:
            self.visits, self.stage = [], ""
            return
        shown_draw = self.workspace.ceremony(draw)
        self.stage = shown_draw["stage"]
        self.visits = [visit for visit in shown_draw["visits"] if not visit["reserve"]]
        self.names = shown_draw["names"]

    def look(self, workspace: Workspace, draw: str) -> StaffingReport:
        """Who may go where, and what stands against it."""
        return workspace.staffing(draw)

    def fill(self) -> None:
        """Show what is known, and look up the rest."""
        table = self.query_one("#rows", RowTable)
        table.set_columns(self._columns(), f"crews-{self.view}")
        is_looking = self.draw is not None and self.told is None
        table.empty = "tui.waiting" if is_looking else "tui_crews.none"
        table.show(self._rows(), keep=True)
        self._tell_status()
        self.look_again()
        self.query_one("#keys").refresh()

    def _tell_status(self) -> None:
        report = self.told
        warning = ""
        if self.draw is None:
            text = no_draw()
        elif report is None:
            text = say("tui_crews.looking", draw=self.draw)
        else:
            is_dealt = report["stage"] == "dealt"
            able = [
                one for one in report["inspectors"] if (one["load"] if is_dealt else one["able"])
            ]
            text = say(
                f"tui_crews.status-{report['stage']}",
                draw=self.draw,
                visits=f"{report['visits']:,}",
                seats=f"{report['seats']:,}",
                able=len(able),
                inspectors=len(report["inspectors"]),
            )
            warning = self.told_unknown(self._columns()) or self._warning(report)
        self.query_one("#status", Words).say(text)
        self.query_one("#warning").display = bool(warning)
        self.query_one("#warning", Words).say(warning)

    def _warning(self, report: Mapping[str, Any]) -> str:
        if report["shortfalls"]:
            short = sum(one["params"].get("short", 0) for one in report["shortfalls"])
            return "! " + say("tui_crews.short", short=f"{short:,}", seats=f"{report['seats']:,}")
        if report["conflicts"]:
            named = dict.fromkeys(one["inspector_id"] for one in report["conflicts"])
            names = ", ".join([*named][:NAMED])
            size = len(report["conflicts"])
            return "! " + say("tui_crews.conflicts", size=size, names=names)
        return ""

    def is_looking(self) -> bool:
        """Whether it is still being looked up who may go where."""
        return self.draw is not None and self.told is None

    def is_vacant(self) -> bool:
        """Whether nobody is drawn yet who is to be visited, or nobody is there to visit them."""
        return self.told is None or not self.visits or not self.told["inspectors"]

    # rows

    def _rows(self) -> list[list[Any]]:
        wanted = table_filter(self.typed, self._columns())
        if self.view == "people":
            people = [] if self.told is None else self.told["inspectors"]
            is_dealt = any(one["load"] is not None for one in people)
            most = max((self._load(one) for one in people), default=0)

            cells: Callable[[Mapping[str, Any]], list[Any]] = partial(
                self._person, most=most, is_dealt=is_dealt
            )
            texts: Callable[[Mapping[str, Any]], tuple[str, ...]] = self._person_texts
            rows: list[dict[str, Any]] = people
        else:
            rows = [{**visit, "place": place} for place, visit in enumerate(self.visits, 1)]
            cells, texts = self._visit, self._visit_texts
        self.shown = [
            one
            for one in rows
            if wanted.holds(lambda one=one: texts(one), lambda one=one: cells(one))  # type: ignore[misc]
        ]
        return [cells(one) for one in self.shown]

    def _visit(self, visit: Mapping[str, Any]) -> list[Any]:
        return [
            (visit["place"], "dim"),
            visit["entity_id"],
            (visit["name"], "strong"),
            (code_name("region", visit["region"]), "dim"),
            self._crew(visit) or (say("tui_crews.not-dealt"), "dim"),
        ]

    def _load(self, one: Mapping[str, Any]) -> int:
        """The visits dealt to an inspector; before that, those that they may take."""
        return int(one["may"] if one["load"] is None else one["load"])

    def _person(self, one: Mapping[str, Any], most: int, *, is_dealt: bool) -> list[Any]:
        is_out = not one["able"]
        load = self._load(one)
        return [
            one["inspector_id"],
            (one["name"], "dim" if is_out else "strong"),
            (one["department"], "dim"),
            load,
            (
                bar(load, most, BAR, ascii_only=self.yaohao.ascii_only),
                "good" if is_dealt else "dim",
            ),
            (inspector_notes(one), "warn" if is_out else ""),
        ]

    def _person_texts(self, one: Mapping[str, Any]) -> tuple[str, ...]:
        return one["inspector_id"], one["name"], one["department"], inspector_notes(one)

    def _visit_texts(self, visit: Mapping[str, Any]) -> tuple[str, ...]:
        region = code_name("region", visit["region"])
        ids = " ".join(visit["inspectors"])
        return visit["entity_id"], visit["name"], visit["region"], region, self._crew(visit), ids

    def _crew(self, visit: Mapping[str, Any]) -> str:
        return ", ".join(self.names.get(one) or one for one in visit["inspectors"])

    def marked(self) -> dict[str, Any] | None:
        """The marked inspector or visit."""
        at = self.query_one("#rows", RowTable).cursor
        return self.shown[at] if at < len(self.shown) else None

    # what can be done

    def has_told(self) -> bool:
        """Whether there is a draw to look at."""
        return self.draw is not None

    def has_row(self) -> bool:
        """Whether a row is marked."""
        return bool(self.shown)

    def has_problems(self) -> bool:
        """Whether something stands against the crews."""
        return self.told is not None and bool(self.told["shortfalls"] or self.told["conflicts"])

    def filtered(self) -> None:
        """Show the rows that have what is typed."""
        self.query_one("#rows", RowTable).show(self._rows())
        self._tell_status()

    def on_row_table_chosen(self) -> None:
        """Open what was clicked."""
        self.yaohao.guarded(self.do_open)

    def do_back(self) -> bool:
        """Leave the filter, clear it, go back to the inspectors."""
        if self.leave_filter():
            return True
        if self.view == "people":
            return False
        self.do_turn()
        return True

    def do_turn(self) -> None:
        """From the inspectors to the visits, and back."""
        self.view = "visits" if self.view == "people" else "people"
        self.fill()

    def do_open(self) -> None:
        """All about the marked inspector; of a visit the entity's whole story."""
        marked = self.marked()
        if marked is None:
            return
        if self.view == "visits":
            self.yaohao.go("review", entity=marked["entity_id"])
            return
        width = min(self.size.width * 9 // 10, 100) - 8
        text = "\n".join(self._about(marked, width))
        self.app.push_screen(Reading(shown(marked["name"]) or marked["inspector_id"], text))

    def _about(self, one: Mapping[str, Any], width: int) -> list[str]:
        none = say("common.none")
        facts = [
            (say("common.label-inspector"), one["inspector_id"]),
            (say("tui_crews.col-department"), one["department"] or none),
            (say("tui_crews.regions"), ", ".join(one["regions"]) or say("tui_crews.everywhere")),
            (say("tui_crews.qualifications"), ", ".join(one["qualifications"]) or none),
            (say("tui_crews.certificate"), one["certificate_until"] or none),
            (
                say("common.label-absent"),
                say("common.comma").join(span_words(span) for span in one["absent"]) or none,
            ),
            (say("common.label-recused"), ", ".join(one["recused"]) or none),
            (say("common.label-may"), f"{one['may']:,}"),
        ]
        lines = facts_lines(facts, width)
        own = [visit for visit in self.visits if one["inspector_id"] in visit["inspectors"]]
        if own:
            lines += ["", say("tui_crews.own-visits", size=len(own))]
            lines += [f"  {visit['entity_id']}  {shown(visit['name'])}" for visit in own]
        return lines

    def do_told(self) -> None:
        """Read what stands against the crews."""
        if self.told is None:
            return
        width = min(self.size.width * 9 // 10, 100) - 8
        parts = [say("tui_crews.too-late")] if self.told["conflicts"] else []
        parts += [
            say_problem(Problem(one["code"], one["params"])) for one in self.told["shortfalls"]
        ]
        parts += [say(f"common.conflict-{one['kind']}", **one) for one in self.told["conflicts"]]
        lines = [line for part in parts for line in (*folded(part, width), "")]
        self.app.push_screen(Reading(say("tui_crews.told-title"), "\n".join(lines)))

    def do_copy(self) -> None:
        """Copy the marked row."""
        marked = self.marked()
        if marked is None:
            return
        values = [_text(value) for value in marked.values()]
        self.copy(list(marked), values)


def _text(value: Any) -> Any:
    if isinstance(value, list):
        return ";".join(" .. ".join(one) if isinstance(one, list) else str(one) for one in value)
    return value
