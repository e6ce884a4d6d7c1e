"""Home: every draw with what comes next, the registers at a glance, what needs attention.

On the command line: `yaohao status`, `yaohao backup`, `yaohao doctor`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.format import THOROUGH, URGENCIES, level_cell, span_words, warning_words
from yaohao.planner.wording.messages import say
from yaohao.tui.actions import Action
from yaohao.tui.background_job import BackgroundJob, Stopped
from yaohao.tui.screens.pictured import SHOW, Pictured
from yaohao.tui.screens.start_actions import GUIDE, NEW_WORKSPACE, StartActions
from yaohao.tui.screens.upkeep_actions import UpkeepActions
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.road import Road
from yaohao.tui.widgets.table import Column, RowTable
from yaohao.tui.widgets.words import Words
from yaohao.tui.work_picture import WorkPicture

STEPS = ("planned", "frozen", "committed", "drawn", "staffed", "dealt", "published")
GOES_ON = {"draw": "draw", "staff": "crews", "deal": "draw", "publish": "publish"}
"""In which screen each step is taken."""


class HomeScreen(Pictured, StartActions, UpkeepActions):
    """The first screen."""

    SCREEN_NAME = "home"
    CLICKS: ClassVar = {"registers": "register"}
    FOCUS = "#draws"
    ACTIONS = (
        Action("open", "open", rank=1, area="tui_home", when="has_row"),
        Action("copy", "copy", rank=5, when="has_row"),
        Action("backup", "backup", rank=6, area="tui_upkeep"),
        Action("doctor", "check", rank=7, area="tui_upkeep"),
        GUIDE,
        NEW_WORKSPACE,
        SHOW,
    )

    def __init__(self) -> None:
        super().__init__()
        self.told: Mapping[str, Any] = {}
        self._wanted = 0
        self._is_looking = False
        self._look: BackgroundJob | None = None
        """What is looked up in a thread now."""

    def body(self) -> ComposeResult:
        """The road, the draws, the registers, the warnings."""
        yield Road(self._step_clicked, id="road", classes="line")
        yield Static(Content(say("tui_home.draws")), classes="heading")
        yield RowTable(
            [
                Column("draw", "tui_home.col-draw", 12, grow=1, ident=True),
                Column("title", "tui_home.col-title", 16, grow=3, spare=1),
                Column("window", "tui_home.col-window", 24, spare=3),
                Column("steps", "tui_home.col-steps", 7, spare=2, drawn=True),
                Column("stage", "tui_home.col-stage", 9),
                Column("level", "tui_home.col-level", 12),
                Column("next", "tui_home.col-next", 13),
            ],
            empty="tui_home.empty",
            called="draws",
            id="draws",
        )
        yield Static(Content(say("tui_home.registers")), classes="heading")
        yield Words(id="registers", classes="lines")
        yield Static(id="attention", classes="heading")
        yield RowTable(
            [
                Column("urgency", "tui_home.col-urgency", 8),
                Column("words", "tui_home.col-words", 60, grow=1),
                Column("day", "tui_home.col-day", 10, spare=1),
                Column("place", "tui_home.col-place", 8),
            ],
            empty="tui_home.calm",
            moved=self._tell_notice,
            called="notices",
            id="warnings",
        )
        yield Words(id="notice", classes="lines")

    def picture(self) -> WorkPicture:
        """The year."""
        return WorkPicture("calendar")

    def read(self) -> None:
        """Take the overview; what takes longer is looked up in a thread, until then as it was."""
        told = self.workspace.overview(thorough=False)
        slow = [one for one in self.told.get("warnings", ()) if one["kind"] in THOROUGH]
        known = {one["draw"] for one in told["draws"]}
        told["warnings"] = _in_order(
            [*told["warnings"], *(one for one in slow if one.get("draw") in {None, *known})]
        )
        self.told = told
        self._look_again()

    def _look_again(self) -> None:
        """Check the ledger and count due days in a thread, for the newest state there is."""
        self._wanted += 1
        if not self._is_looking:
            self._is_looking = True
            # What is there already is painted first: two threads would only wait for each other.
            self.call_after_refresh(self.run_worker, self._looking, exit_on_error=False)

    async def _looking(self) -> None:
        try:
            done = -1
            while done != self._wanted:
                done = self._wanted
                look = BackgroundJob("", lambda workspace, _: workspace.overview(), lambda _: None)
                self._look = look
                told = await asyncio.to_thread(look.run, self.workspace.folder, lambda: None)
            told["warnings"] = _in_order(told["warnings"])
            self.told = told
        except Stopped:  # the screens are left
            return
        except Exception as error:
            self.tell_error(error)
            return
        finally:
            self._is_looking = False
        self.fill()

    def on_unmount(self) -> None:
        """Look no further: whoever leaves does not wait until a province is counted."""
        if self._look is not None:
            self._look.stop()

    def fill(self) -> None:
        """Show it; nothing where it could not be taken, of which the line of errors tells."""
        if not self.told:
            return
        self.query_one("#road", Road).show(self._road())
        self.query_one("#draws", RowTable).show(self._rows(), keep=True)
        self._fill_registers()
        notices = self.told["warnings"]
        heading = say("tui_home.attention", size=len(notices))
        self.query_one("#attention", Static).update(Content(heading))
        table = self.query_one("#warnings", RowTable)
        table.empty = "tui.waiting" if self._is_looking else "tui_home.calm"
        table.styles.height = min(max(len(notices), 2), self._notices_shown()) + 1
        table.show([_notice_row(one) for one in notices], keep=True)
        self._tell_notice()

    def _notices_shown(self) -> int:
        """How many notices are on the screen at once; the others are scrolled to."""
        return 4 if self.size.height < 30 else 9

    def _tell_notice(self) -> None:
        """Tell the marked notice in full: a row may have no room for all of it."""
        table, notices = self.query_one("#warnings", RowTable), self.told["warnings"]
        words = warning_words(notices[table.cursor]) if notices else ""
        self.query_one("#notice", Words).say("\n".join(folded(plain(words), self.size.width - 2)))

    def _road(self) -> list[tuple[str, str, int]]:
        counts = dict.fromkeys(STEPS, 0)
        for step in self._steps_of_rows():
            if step:
                counts[step] += 1
        # Freezing commits too: no draw stays at the step before.
        return [
            (step, say(f"status.step-{step}"), counts[step]) for step in STEPS if step != "frozen"
        ]

    def _steps_of_rows(self) -> list[str]:
        """The step at which each row of the table stands; nothing for a draw that was given up."""
        draws = [
            "" if row["stage"] == "abandoned" else STEPS[row["steps"] - 1]
            for row in self.told["draws"]
        ]
        return [*draws, *["planned"] * len(self.told["plans"])]

    def _step_clicked(self, step: str) -> None:
        """Mark the next draw or plan that stands at a step."""
        table = self.query_one("#draws", RowTable)
        places = [at for at, one in enumerate(self._steps_of_rows()) if one == step]
        table.focus()
        if places:
            table.mark(next((at for at in places if at > table.cursor), places[0]))

    def _rows(self) -> list[list[Any]]:
        rows: list[list[Any]] = []
        for row in self.told["draws"]:
            is_out = row["stage"] == "abandoned"
            tone = "dim" if is_out else ""
            stage = "abandoned" if is_out else STEPS[row["steps"] - 1]
            following = row["next"] or ("abandoned" if is_out else "none")
            rows.append(
                [
                    (row["draw"], tone or "strong"),
                    (row["title"], tone),
                    (span_words(row["window"]), "dim"),
                    (_steps(row["steps"]), tone),
                    (say(f"status.step-{stage}"), tone),
                    (level_cell(row["levels"]), tone or ("warn" if is_bare(row) else "")),
                    (say(f"status.next-{following}"), tone or ("" if row["next"] else "good")),
                ]
            )
        for row in self.told["plans"]:
            following = row["next"]
            rows.append(
                [
                    (row["plan"], ""),
                    (row["title"] or row["file"], ""),
                    ("", ""),
                    (_steps(1), ""),
                    (say("status.step-planned"), ""),
                    ("-", "dim"),
                    (say(f"status.next-{following}"), "warn" if row["problems"] else ""),
                ]
            )
        return rows

    def _fill_registers(self) -> None:
        """The registers with what each holds, none of them broken between two lines."""
        lines = [""]
        for name, counts in self.told.get("registers", {}).items():
            text = f"{say(f'common.register-{name}')} {counts['size']:,}"
            if counts["set_aside"]:
                text += " " + say("tui_home.aside", size=f"{counts['set_aside']:,}")
            longer = f"{lines[-1]}   {text}" if lines[-1] else text
            if cell_len(longer) <= self.size.width - 2 or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(text)
        self.query_one("#registers", Words).say("\n".join(lines))

    def on_resize(self, event: events.Resize) -> None:
        """Set the registers anew in the new room."""
        if self._is_filled:
            self._fill_registers()
            self.call_after_refresh(self.fill)

    def emptiness(self) -> str:
        """Whether no draw was made yet."""
        return "place" if self.told and not self.told["draws"] else ""

    # what can be done

    def has_row(self) -> bool:
        """Whether there is a draw or a plan, or a notice is marked."""
        told = self.told
        return bool(told and (told["draws"] or told["plans"] or self._notice() is not None))

    def _notice(self) -> dict[str, Any] | None:
        """The notice that is marked while the notices are looked through."""
        table, notices = self.query_one("#warnings", RowTable), self.told["warnings"]
        return notices[table.cursor] if table.has_focus and notices else None

    def _marked(self) -> tuple[Mapping[str, Any], bool]:
        at = self.query_one("#draws", RowTable).cursor
        draws = self.told["draws"]
        return (
            (draws[at], True) if at < len(draws) else (self.told["plans"][at - len(draws)], False)
        )

    def on_row_table_chosen(self) -> None:
        """Open what was clicked."""
        self.do_open()

    def do_open(self) -> None:
        """Go to where the marked draw or plan goes on, or where what a notice tells is mended."""
        notice = self._notice()
        if notice is not None:
            if notice.get("draw"):
                self.yaohao.choose_draw(notice["draw"])
            is_plan = notice["place"] == "plan"
            self.yaohao.go(notice["place"], **({"file": notice["file"]} if is_plan else {}))
            return
        row, is_draw = self._marked()
        if is_draw:
            self.yaohao.choose_draw(row["draw"])
            done = "results" if row["stage"] == "dealt" else "review"
            name = GOES_ON.get(row["next"] or "", done)
            given: dict[str, Any] = {}
        elif row["next"] == "import":
            self.yaohao.go("intake", register=row["register"])
            return
        else:
            name, given = "plan", {"file": row["file"]}
        self.yaohao.go(name, **given)

    def do_copy(self) -> None:
        """Copy the marked draw or plan, or the marked notice."""
        notice = self._notice()
        if notice is not None:
            columns = ("urgency", "day", "kind", "words")
            told = {**notice, "words": warning_words(notice)}
            self.copy(columns, [told[name] for name in columns])
            return
        row, is_draw = self._marked()
        names = (
            ("draw", "plan_id", "title", "stage", "next") if is_draw else ("plan", "title", "file")
        )
        self.copy(names, [row[name] for name in names])


def is_bare(row: Mapping[str, Any]) -> bool:
    """Whether nobody at all stands behind a round of a draw."""
    return any(one["level"] == 0 for one in row["levels"])


def _in_order(notices: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Notices by urgency, and in one order whether what takes longer was looked up by now."""

    def rank(one: Mapping[str, Any]) -> tuple[int, bool]:
        return URGENCIES.index(one["urgency"]), one["kind"] not in THOROUGH

    return sorted(notices, key=rank)


def _notice_row(notice: Mapping[str, Any]) -> list[Any]:
    tone = {"broken": "bad", "overdue": "bad", "soon": "warn"}.get(notice["urgency"], "")
    return [
        (say(f"status.urgency-{notice['urgency']}"), tone),
        (warning_words(notice), tone),
        (notice["day"], "dim"),
        (say(f"tui.place-{notice['place']}"), "dim"),
    ]


def _steps(reached: int) -> str:
    return "#" * reached + "." * (len(STEPS) - reached)
