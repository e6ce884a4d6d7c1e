"""Home: every draw with what comes next, the registers at a glance, what needs attention.

On the command line: `yaohao status`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from planner.vocabulary.telling import warning_words
from planner.vocabulary.text import plain
from planner.vocabulary.words import say
from tui.actions import Action
from tui.places import place
from tui.screens.place import PlaceScreen
from tui.widgets.table import Column, Table
from tui.widgets.words import Words

STEPS = ("planned", "frozen", "committed", "drawn", "staffed", "dealt", "published")
GOES_ON = {"draw": "draw", "staff": "crews", "deal": "crews", "publish": "publish"}
"""In which place each step is taken."""


class HomeScreen(PlaceScreen):
    """The first screen."""

    PLACE = "home"
    FOCUS = "#draws"
    ACTIONS = (
        Action("open", ("enter",), rank=1, area="tui_home", when="has_row"),
        Action("copy", ("y",), rank=5, when="has_row"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[str, Any] = {}

    def body(self) -> ComposeResult:
        """The road, the draws, the registers, the warnings."""
        yield Static(id="road", classes="line")
        yield Static(Content(say("tui_home.draws")), classes="heading")
        yield Table(
            [
                Column("draw", "tui_home.col-draw", 12, grow=1),
                Column("title", "tui_home.col-title", 16, grow=3, spare=1),
                Column("window", "tui_home.col-window", 24, spare=3),
                Column("steps", "tui_home.col-steps", 7, spare=2),
                Column("stage", "tui_home.col-stage", 9),
                Column("next", "tui_home.col-next", 13),
            ],
            empty="tui_home.empty",
            id="draws",
        )
        yield Static(Content(say("tui_home.registers")), classes="heading")
        yield Words(id="registers", classes="lines")
        yield Static(Content(say("tui_home.attention")), classes="heading")
        with VerticalScroll(id="attention", classes="pane", can_focus=False):
            yield Static(id="warnings")

    def read(self) -> None:
        """Take the overview."""
        self.told = self.bureau.overview()

    def fill(self) -> None:
        """Show it; nothing where it could not be taken, of which the line of errors tells."""
        if not self.told:
            return
        self.query_one("#road", Static).update(Content(self._road()))
        self.query_one("#draws", Table).show(self._rows(), keep=True)
        self._fill_registers()
        lines = [f"! {plain(warning_words(one))}" for one in self.told["warnings"]]
        self.query_one("#warnings", Static).update(
            Content("\n".join(lines) or say("tui_home.calm"))
        )

    def _road(self) -> str:
        counts = dict.fromkeys(STEPS, 0)
        for row in self.told["draws"]:
            if row["stage"] != "abandoned":
                counts[STEPS[row["steps"] - 1]] += 1
        counts["planned"] += len(self.told["plans"])
        # Freezing commits too: no draw stays at the step before.
        return " > ".join(
            f"{say(f'status.step-{step}')} {counts[step]}" for step in STEPS if step != "frozen"
        )

    def _rows(self) -> list[list[Any]]:
        rows: list[list[Any]] = []
        for row in self.told["draws"]:
            is_out = row["stage"] == "abandoned"
            tone = "dim" if is_out else ""
            stage = "abandoned" if is_out else STEPS[row["steps"] - 1]
            following = "abandoned" if is_out else row["next"] or "none"
            rows.append(
                [
                    (row["draw"], tone or "strong"),
                    (row["title"], tone),
                    (" .. ".join(row["window"]), "dim"),
                    (_steps(row["steps"]), tone),
                    (say(f"status.step-{stage}"), tone),
                    (say(f"status.next-{following}"), tone or ("" if row["next"] else "good")),
                ]
            )
        for row in self.told["plans"]:
            following = "check" if row["problems"] else "freeze"
            rows.append(
                [
                    (row["plan"], ""),
                    (row["title"] or row["file"], ""),
                    ("", ""),
                    (_steps(1), ""),
                    (say("status.step-planned"), ""),
                    (say(f"status.next-{following}"), "warn" if row["problems"] else ""),
                ]
            )
        return rows

    def _fill_registers(self) -> None:
        """The registers with what each holds, none of them broken between two lines."""
        lines = [""]
        for name, counts in self.told.get("registers", {}).items():
            text = f"{say(f'cli.register-{name}')} {counts['size']:,}"
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

    # what can be done

    def has_row(self) -> bool:
        """Whether there is a draw or a plan."""
        return bool(self.told and (self.told["draws"] or self.told["plans"]))

    def _marked(self) -> tuple[Mapping[str, Any], bool]:
        at = self.query_one("#draws", Table).cursor
        draws = self.told["draws"]
        return (
            (draws[at], True) if at < len(draws) else (self.told["plans"][at - len(draws)], False)
        )

    def on_table_chosen(self) -> None:
        """Open what was clicked."""
        self.do_open()

    def do_open(self) -> None:
        """Go to where the marked draw or plan goes on."""
        row, is_draw = self._marked()
        if is_draw:
            self.yaohao.choose_draw(row["draw"])
            done = "results" if row["stage"] == "dealt" else "review"
            name = GOES_ON.get(row["next"] or "", done)
            command = f"yaohao show {row['draw']}"
            given: dict[str, Any] = {}
        else:
            name, command = "plan", f"yaohao plan preview {row['file']}"
            given = {"file": row["file"]}
        if place(name) is None:
            self.tell(say("tui_home.no-place", command=command))
        else:
            self.yaohao.go(name, **given)

    def do_copy(self) -> None:
        """Copy the marked draw or plan."""
        row, is_draw = self._marked()
        names = (
            ("draw", "plan_id", "title", "stage", "next") if is_draw else ("plan", "title", "file")
        )
        self.copy(names, [row[name] for name in names])


def _steps(reached: int) -> str:
    return "#" * reached + "." * (len(STEPS) - reached)
