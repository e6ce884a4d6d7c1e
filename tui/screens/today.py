"""Today: what is to be done on a day, in four bands; from a line to done in three keys.

On the command line: `yaohao today`, `yaohao case clock`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from yaohao.planner.vocabulary.problems import PlannerError, refuse
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.case_words import (
    about_words,
    duty_words,
    in_language,
    left_words,
    party_words,
    what_words,
    why_words,
)
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.actions import Action
from yaohao.tui.case_filter import parsed, typed_for
from yaohao.tui.screens.clock_action import ClockAction
from yaohao.tui.screens.filter_mixin import FilterMixin
from yaohao.tui.screens.pictured import SHOW, Pictured
from yaohao.tui.screens.today_rows import COLUMNS, Line, line_cells, line_texts, listed
from yaohao.tui.table_filter import table_filter
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.ask import Ask
from yaohao.tui.widgets.details import with_details
from yaohao.tui.widgets.dialogs import Reading
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.table import RowTable
from yaohao.tui.widgets.words import Words
from yaohao.tui.work_picture import WorkPicture

BANDS = ("law", "decision", "theirs", "quarter")

KEYS = ("kind", "office", "entity")
"""What the list can be asked for; other words filter what is listed."""


class TodayScreen(Pictured, ClockAction, FilterMixin):
    """The list of the morning."""

    SCREEN_NAME = "today"
    CLICKS: ClassVar = {"status": "day", "why": "why"}
    FILTER_KEYS: ClassVar[Mapping[str, str]] = dict.fromkeys(KEYS, "")
    ACTIONS = (
        Action("open", "open", rank=1, area="tui_cases"),
        Action("step", "step", rank=2, area="tui_cases", when="has_cases"),
        Action("day", "another", rank=3, area="tui_cases"),
        Action("person", "people", rank=4, area="tui_cases"),
        Action("clock", "record", rank=5, area="tui_cases"),
        Action("why", "full-text", area="tui_cases", when="has_line"),
        Action("filter", "filter"),
        Action("copy", "copy", when="has_line"),
        SHOW,
    )

    def __init__(self) -> None:
        super().__init__()
        self.as_of = ""
        self.closed_bands: set[str] = set()
        self.told: Mapping[str, Any] | None = None
        self.has_any = False
        self.refused = ""
        self.shown: list[tuple[str, Line | None]] = []
        self._wanted: tuple[Any, ...] = ()
        self._listed: tuple[Any, ...] = ()
        self._reads = 0
        self._is_looking = False

    def body(self) -> ComposeResult:
        """The day and the duties, the filter, the list, why the marked line is there."""
        yield Words(id="status", classes="lines")
        yield Field("tui_cases.ask-today", self.typed, id="filter")
        yield from with_details(
            RowTable(
                COLUMNS,
                empty="tui_cases.looking",
                moved=self._tell_why,
                called="today",
                banded=True,
                id="rows",
            )
        )
        yield Words(id="why")

    def picture(self) -> WorkPicture:
        """The year."""
        return WorkPicture("calendar", year=int(self.as_of[:4] or 0))

    def read(self) -> None:
        """Note that the list is to be made anew."""
        self._reads += 1

    def fill(self) -> None:
        """Show the list that is known, and have it made anew where something has changed."""
        wanted, _ = parsed(self.typed, KEYS)
        self._wanted = (self._reads, self.as_of, self.yaohao.person, tuple(sorted(wanted.items())))
        self._show()
        if self._listed != self._wanted and not self._is_looking:
            self._is_looking = True
            self.run_worker(self._looking(), exit_on_error=False)

    async def _looking(self) -> None:
        """Make the list in a thread, again where meanwhile another one is wanted."""
        try:
            while self._listed != self._wanted:
                self._listed = wanted = self._wanted

                def look(workspace: Workspace, wanted: tuple[Any, ...] = wanted) -> Any:
                    _, as_of, me, terms = wanted
                    report = workspace.cases.today(as_of, me=me, **dict(terms))
                    return report, bool(workspace.cases.counts())

                try:
                    self.told, self.has_any = await self.looked_up(look)
                    self.refused = ""
                except PlannerError as error:
                    from yaohao.tui.background_job import in_words

                    self.refused = " ".join(in_words(error))
        except Exception as error:
            self.tell_error(error)
        finally:
            self._is_looking = False
        if self.is_mounted:
            self._show()

    def _show(self) -> None:
        table = self.query_one("#rows", RowTable)
        is_first = not len(table.rows)
        table.show(self._rows(), keep=True)
        if is_first:
            table.mark(next((at for at, (_, line) in enumerate(self.shown) if line), 0))
        status = self.query_one("#status", Words)
        status.say("\n".join(folded(self._status(), self.size.width - 2)))
        status.set_class(bool(self.refused), "bad")
        self._tell_why()

    def _status(self) -> str:
        if self.refused:
            return f"! {self.refused}"
        report = self.told
        if report is None:
            return say("tui_cases.looking")
        parts = [say("tui_cases.as-of", day=report["as_of"], size=len(report["lines"]))]
        if self.yaohao.person:
            parts.append(say("tui_cases.person-is", person=plain(self.yaohao.person)))
        parts += [one] if (one := self.told_unknown(COLUMNS)) else []
        parts += [duty_words(duty) for duty in report["duties"]] if self.has_any else []
        if report["clock"]:
            parts.append(say("tui_cases.clock-waits", size=report["clock"]))
        if not self.has_any:
            parts.append(say("tui_cases.teach-today"))
        return "  ".join(parts)

    def is_looking(self) -> bool:
        """Whether the list is still being made, or cannot be made."""
        return self.told is None or self._is_looking or bool(self.refused)

    def is_vacant(self) -> bool:
        """Whether there is nothing that could ever be due: no case, nothing to publish."""
        return self.told is None or not (self.has_any or self.told["lines"])

    def emptiness(self) -> str:
        """Tell a filter that nothing fits from a day on which nothing is; headings always stand."""
        found = super().emptiness()
        if found or self.is_looking() or not self.sought():
            return found
        return "" if any(line for _, line in self.shown) or self.closed_bands else "filter"

    # rows

    def _rows(self) -> list[list[Any]]:
        """The bands with their lines; those of a band that is closed are counted alone."""
        if self.told is None:
            return []
        wanted = table_filter(self.typed, COLUMNS, self.FILTER_KEYS)
        self.shown, rows = [], []
        for band in BANDS:
            lines = [
                one
                for one in self.told["lines"]
                if one["band"] == band
                and wanted.holds(lambda one=one: line_texts(one), lambda one=one: line_cells(one))  # type: ignore[misc]
            ]
            is_closed = band in self.closed_bands
            mark = "+" if is_closed else "-"
            head = f"{mark} {say(f'case.band-{band}')} ({len(lines):,})"
            self.shown.append((band, None))
            rows.append([(head, "strong"), *self._next(band, lines), "", ""])
            if not is_closed:
                self.shown += [(band, one) for one in lines]
                rows += [line_cells(one) for one in lines]
        return rows

    def _next(self, band: str, lines: list[Line]) -> list[Any]:
        """When the next thing is due in a band in which there is nothing now."""
        if lines or self.told is None:
            return ["", ""]
        day = self.told["next"].get(band)
        words = say("tui_cases.next-on") if day else say("tui_cases.nothing")
        return [(words, "dim"), (day or "", "dim")]

    def marked(self) -> tuple[str, Line | None]:
        """The band and the line that are marked; no line on the heading of a band."""
        at = self.query_one("#rows", RowTable).cursor
        return self.shown[at] if at < len(self.shown) else ("", None)

    def _tell_why(self) -> None:
        """Say why the marked line is there, and what can be done."""
        band, line = self.marked()
        if line is None:
            text = say(f"tui_cases.band-{band}") if band else ""
        else:
            text = f"{what_words(line)}: {why_words(line['why'])}"
        room = self.size.width - 2
        self.query_one("#why", Words).say("\n".join(folded(text, room)[:4]), 3)
        self.query_one("#keys").refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Fold the lines anew for another width."""
        if self._is_filled:
            self._show()

    # what can be done

    def has_line(self) -> bool:
        """Whether a line is marked."""
        return self.marked()[1] is not None

    def has_cases(self) -> bool:
        """Whether a line of cases is marked; results of draws have none."""
        line = self.marked()[1]
        return line is not None and bool(line["cases"])

    def filtered(self) -> None:
        """Show what has what is typed."""
        self.fill()

    def on_row_table_chosen(self) -> None:
        """Open what was clicked."""
        self.yaohao.guarded(self.do_open)

    def do_back(self) -> bool:
        """Leave the filter, clear it, go back to the day it is."""
        if self.leave_filter():
            return True
        if not self.as_of:
            return False
        self.as_of = ""
        self.fill()
        return True

    def do_open(self) -> None:
        """Open a line: its case, its cases, the results of its draw; fold or open a band."""
        band, line = self.marked()
        if line is None:
            self.closed_bands ^= {band}
            self._show()
        elif not line["cases"] and not line["subject"]:
            self.yaohao.go("crews")
        elif not line["cases"]:
            self.yaohao.choose_draw(line["subject"])
            self.yaohao.go("results", listed=listed(line))
        elif line["number"] == 1:
            self.yaohao.go("cases", case=line["cases"][0])
        else:
            self.yaohao.go("cases", typed=typed_for(**self._cases_of(line)))

    def _cases_of(self, line: Line) -> dict[str, Any]:
        """What a list of the cases of a folded line asks for."""
        terms, _ = parsed(self.typed, KEYS)
        if line["due"]:
            return {**terms, "kind": line["kind"], "due": line["due"], "due_on": line["day"]}
        return {**terms, "kind": line["kind"], "waits": line["who"]}

    def do_step(self) -> None:
        """Take a step in the case of a line, or in all its cases by one act."""
        _, line = self.marked()
        if line is None:
            return
        wanted = self._cases_of(line)

        def look(workspace: Workspace, _: Any) -> tuple[list[str], dict[str, Any]]:
            first = dict(workspace.cases.show(line["cases"][0], as_of=self.as_of))
            if line["number"] == 1:
                return line["cases"], first
            rows = workspace.cases.list(standing="open", limit=line["number"] * 2, **wanted)
            alike = [
                one["id"]
                for one in rows["cases"]
                if (one["state"], one["version"]) == (first["state"], first["version"])
            ]
            return alike, first

        self.work(say("tui_cases.looking"), look, lambda found: self.take_step(*found))

    def acted(self) -> None:
        """Have the list made anew."""
        self.refill()

    def do_day(self) -> None:
        """Ask for the day of the list."""

        def taken(day: str) -> None:
            try:
                self.as_of = date.fromisoformat(day).isoformat() if day else ""
            except ValueError as error:
                raise refuse("case.bad-day", found=day) from error

        self._ask("day", self.as_of, taken)

    def do_person(self) -> None:
        """Ask who sits here: decisions that they proposed are left out."""

        def taken(person: str) -> None:
            self.yaohao.person = person

        self._ask("person", self.yaohao.person, taken)

    def _ask(self, what: str, value: str, taken: Callable[[str], None]) -> None:
        """Ask for something that the list depends on, and make the list anew."""
        about = f"today-{what}"

        def use(typed: str) -> None:
            taken(typed)
            self.done_with(about)
            self.tell("")
            self.fill()

        def asked(typed: Any) -> None:
            if typed is not None:
                self.yaohao.guarded(lambda: use(typed.strip()))

        title, text = say(f"tui_cases.title-{what}"), say(f"tui_cases.text-{what}")
        ask = Ask(title, text, f"tui_cases.ask-{what}", about=about, values=[value])
        self.app.push_screen(ask, asked)

    def do_why(self) -> None:
        """Read the whole of why a line is there: its arithmetic and basis."""
        _, line = self.marked()
        if line is None:
            return
        steps = say("common.comma").join(line["next_steps"])
        lines = [
            what_words(line),
            about_words(line),
            f"{line['day']}  {left_words(line['days_left'], line['unit'])}".strip(),
            party_words(line["who"]),
            "",
            why_words(line["why"]),
            *([say("tui_cases.next-steps", steps=steps)] if steps else []),
        ]
        width = min(self.size.width * 9 // 10, 100) - 8
        text = "\n".join(part for one in lines for part in (folded(one, width) if one else [""]))
        self.app.push_screen(Reading(say("tui_cases.do-why"), text))

    def do_copy(self) -> None:
        """Copy the marked line."""
        _, line = self.marked()
        if line is None:
            return
        names = ("band", "day", "days_left", "unit", "kind", "what", "subject", "number", "who")
        values = {**line, "what": in_language(line["what"])}
        self.copy([*names, "why"], [*[values[name] for name in names], why_words(line["why"])])
