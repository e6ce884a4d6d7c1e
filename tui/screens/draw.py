"""Draw: the public ceremony of a round, from its commitment to what was drawn.

On the command line: `yaohao commitment`, `yaohao draw`, `yaohao deal`, `yaohao abandon`.
"""

from __future__ import annotations

from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.tui.actions import Action
from yaohao.tui.ceremony import NARROW, commitment_lines
from yaohao.tui.screens.draw_base import no_draw
from yaohao.tui.screens.outcome import DRAWN, LARGE_FROM, Outcome
from yaohao.tui.screens.seed_entry import FORM, SeedEntry
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.big_text import grouped, large_lines, large_width
from yaohao.tui.widgets.code import Code, CodeAlone
from yaohao.tui.widgets.falling_tickets import FallingTickets
from yaohao.tui.widgets.field import Field
from yaohao.tui.widgets.table import RowTable
from yaohao.tui.widgets.words import Words


class DrawScreen(SeedEntry, Outcome):
    """One round of a draw, held in public."""

    SCREEN_NAME = "draw"
    FOCUS = "#drawn"
    ACTIONS = (
        Action("on", "open", rank=1, area="tui_draw", when="can_go_on"),
        Action("readback", "record", rank=2, area="tui_draw", when="types_again"),
        Action("text", "edit", rank=3, area="tui_draw", when="types_seed"),
        Action("code", "full-text", rank=3, area="tui_draw", when="has_commitment"),
        Action("commitment", "view", rank=4, area="tui_draw", when="has_result"),
        Action("other", "another", rank=4, area="tui_draw", when="has_other"),
        Action("copy", "copy", rank=5, when="has_commitment"),
        Action("replay", "how", area="tui_draw", when="has_result"),
        Action("save", "write", area="tui_draw", when="has_commitment"),
        Action("abandon", "abandon", area="tui_draw", when="can_abandon"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.modules: list[str] = []
        self._state: tuple[Any, ...] = ()
        self._notice = ""
        self._is_fresh = True

    def receive(self, **given: Any) -> None:
        """Take what is to be told here of something done elsewhere."""
        self._notice = str(given.get("told", ""))

    def body(self) -> ComposeResult:
        """One pane for each phase; one of them is shown."""
        with Horizontal(id="look"):
            yield Code(self.modules, ascii_only=self.yaohao.ascii_only, id="code")
            with VerticalScroll(id="words", can_focus=False):
                yield Words(id="headline")
                yield Words(id="number")
                yield Words(id="facts")
                yield Words(id="next")
        with VerticalScroll(id="seeding", can_focus=False):
            yield Words(id="seed-head")
            for name in FORM:
                yield Static(Content(say(f"tui_draw.label-{name}")), classes=f"label of-{name}")
                asked, shown_with = f"tui_draw.ask-{name}", f"of-{name}"
                yield Field(asked, self.form[name], replaces=True, id=name, classes=shown_with)
            yield Field("tui_draw.ask-seed", self.seed, id="seed")
            yield Field("tui_draw.ask-again", self.again, id="again")
            yield Words(id="digits")
            yield Words(id="seed-told")
        with Vertical(id="outcome"):
            yield Words(id="outcome-head")
            yield Words(id="unwitnessed", classes="bad")
            yield Words(id="line")
            yield Words(id="final")
            yield FallingTickets(id="fall")
            yield RowTable(DRAWN, empty="tui_draw.nothing-drawn", called="drawn", id="drawn")

    # state

    def emptiness(self) -> str:
        """Whether there is no draw yet."""
        return "place" if self.told is None else ""

    def read(self) -> None:
        """Take the draw; a round that was held elsewhere meanwhile is seen as held."""
        draw = self.read_draws()
        if self.told is not None and self.told["draw"] != draw:
            self.put_by()
        if draw is None:
            self.told, self._state = None, ()
            return
        report = self.told = self.workspace.ceremony(draw)
        rounds = report["rounds"]
        state = (
            draw,
            report["round"],
            rounds[report["round"]]["seed"],
            report["abandoned"] is not None,
        )
        if state != self._state:
            self._state = state
            self._begin(report["round"])
        self.modules = self.workspace.commitment(draw, self.round)["modules"]

    def _begin(self, round_: str) -> None:
        """Be about another round, or about this one anew."""
        self.round = round_
        is_held = self._round()["seed"] is not None
        self.phase = ("fall" if self.falls else "result") if is_held else "look"
        self.falls = False
        self.outcome = None
        self.begin_seed("" if is_held else self._told()["asked"][round_])
        if not is_held and not self._told()["abandoned"]:
            self.take_up_typed(self._told()["draw"], round_)
        self._kept.pop((self._told()["draw"], round_), None)
        self._is_fresh = True

    def fill(self) -> None:
        """Show the phase."""
        phase = self.phase if self.told else "look"
        if self._is_fresh:
            self._is_fresh = False
            self.fill_fields()
        self.query_one("#look").display = phase == "look"
        self.query_one("#seeding").display = phase in ("form", "dice", "again")
        self.query_one("#outcome").display = phase in ("fall", "result")
        self.query_one("#fall").display = phase == "fall"
        self.query_one("#drawn").display = phase == "result"
        if phase == "look":
            self._fill_look()
        elif phase in ("form", "dice", "again"):
            self.fill_seeding()
        else:
            self.fill_outcome()
        if self._notice:
            self.tell(self._notice)
            self._notice = ""
        self.query_one("#keys").refresh()

    def enter(self, phase: str) -> None:
        """Go to a phase, and to where it is typed."""
        self.phase = phase
        if phase == "form":
            for name in FORM:
                self.query_one(f"#{name}", Field).value = self.form[name]
        self.tell("")
        self.fill()
        self._focus_first()

    def _focus_first(self) -> None:
        wanted = {"form": "#source", "result": "#drawn"}.get(self.phase)
        if self.phase in ("dice", "again") and self.is_text:
            wanted = "#seed" if self.phase == "dice" else "#again"
        if wanted is None or self.told is None:
            self.set_focus(None)
        else:
            self.query_one(wanted).focus()

    async def retell(self) -> None:
        """Say it in the language now in use; what fell has landed."""
        if self.phase == "fall":
            self.phase = "result"
        await super().retell()

    def on_resize(self, event: events.Resize) -> None:
        """Set everything anew in the new room."""
        if self._is_filled:
            self.call_after_refresh(self.fill)

    # the commitment

    def _fill_look(self) -> None:
        code = self.query_one("#code", Code)
        if self.told is None:
            code.display = False
            for name in ("headline", "number", "facts"):
                self._say(name, "")
            self._say("next", no_draw())
            return
        told, round_ = self.told, self._round()
        code.show(self.modules)
        height = self.size.height - 3
        taken = code.fits(self.size.width - 30, height)
        code.display = bool(taken)
        if taken:
            code.styles.width = taken
        room = self.size.width - taken - 4
        self._say("headline", self._headline(room))
        lines = grouped(round_["commitment"], 4, 4)
        if self.size.width >= LARGE_FROM and room >= large_width(lines[0]):
            number = large_lines(lines, ascii_only=self.yaohao.ascii_only)
        else:
            number = "\n".join(lines)
        gap = "\n\n" if room >= NARROW else "\n"
        self._say("number", say("tui_draw.commitment") + gap + number)
        is_narrow = room < NARROW
        self._say("facts", "\n".join(commitment_lines(told, self.round, room)))
        self._say("next", "\n".join(folded(self._what_next(is_narrow=is_narrow), room)))

    def _headline(self, room: int) -> str:
        report = self._told()
        name = say(f"common.title-round-{self.round}")
        return "\n".join(
            [*folded(plain(report["title"], 200), room)[:2], f"{report['draw']}   {name}"]
        )

    def _what_next(self, *, is_narrow: bool) -> str:
        report = self._told()
        if report["abandoned"]:
            return say("tui_draw.abandoned", **report["abandoned"])
        if self._round()["seed"] is not None:
            return say("tui_draw.held")
        if not self._round()["published"]:
            return say("tui_steps.publish-first")
        return say("tui_draw.before-seed-short" if is_narrow else "tui_draw.before-seed")

    # what can be done

    def has_other(self) -> bool:
        """Whether there is another round to look at."""
        return self.has_commitment() and len(self._told()["rounds"]) > 1

    def can_abandon(self) -> bool:
        """Whether the draw can still be given up."""
        return self.told is not None and self.told["stage"] not in ("dealt", "abandoned")

    def do_code(self) -> None:
        """Show the code alone."""
        self.app.push_screen(CodeAlone(self.modules, ascii_only=self.yaohao.ascii_only))

    def do_commitment(self) -> None:
        """Look at the commitment of a round that has been held, and back."""
        self.enter("result" if self.phase == "look" else "look")

    def do_other(self) -> None:
        """Look at the other round."""
        rounds = self._told()["rounds"]
        self.round = next(name for name in rounds if name != self.round)
        held = self._round()["seed"] is not None
        self.modules = self.workspace.commitment(str(self.draw), self.round)["modules"]
        self.enter("result" if held else "look")

    def do_save(self) -> None:
        """Save the code as a picture."""
        file = self.workspace.save_code(str(self.draw), self.round)
        self.tell(say("tui_draw.saved", file=file))

    def do_back(self) -> bool:
        """Go one step back; digits that were typed stay."""
        before = {"form": "look", "dice": "form", "again": "dice"}.get(self.phase)
        if before is None or self.told is None:
            return False
        self.enter(before)
        return True

    def do_copy(self) -> None:
        """Copy the commitment, or the marked visit."""
        if self.phase == "look":
            round_ = self._round()
            self.copy(
                ("draw", "round", "commitment", "committed_at"),
                [self.draw, self.round, round_["commitment"], round_["committed_at"]],
            )
            return
        visits = self._told()["visits"]
        if visits:
            visit = visits[self.query_one("#drawn", RowTable).cursor]
            names = ("entity_id", "name", "region", "standing", "mark", "inspectors")
            values = {**visit, "inspectors": ";".join(visit["inspectors"])}
            self.copy(names, [values[name] for name in names])
