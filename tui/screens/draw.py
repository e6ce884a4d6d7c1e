"""Draw: the public ceremony of a round, from its commitment to what was drawn.

On the command line: `yaohao commitment`, `yaohao draw`, `yaohao deal`, `yaohao abandon`.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from planner.vocabulary.text import plain
from planner.vocabulary.words import say
from planner.workspace import Workspace
from tui.actions import Action
from tui.cells import folded
from tui.ceremony import (
    LEAST,
    NARROW,
    commitment_lines,
    fall_groups,
    held_lines,
    list_rows,
    outcome_lines,
    seed_text,
    source_words,
)
from tui.screens.of_draw import CHOOSE, DrawPlace, no_draw
from tui.widgets.code import Code, CodeAlone
from tui.widgets.fall import Fall
from tui.widgets.field import Field
from tui.widgets.large import grouped, large_lines, large_width
from tui.widgets.table import Column, Table
from tui.widgets.words import Words

MOST = 200
"""Digits that can be typed."""

LARGE_FROM = 110
"""From so many columns on the commitment stands in large letters beside its code."""

DRAWN = (
    Column("place", "tui_draw.col-place", 5, right=True),
    Column("ticket", "tui_draw.col-ticket", 12, spare=1),
    Column("entity", "tui_draw.col-entity", 18),
    Column("name", "tui_draw.col-name", 16, grow=1),
    Column("region", "tui_draw.col-region", 14, spare=3),
    Column("standing", "tui_draw.col-standing", 9, spare=2),
)
DEALT = (
    Column("place", "tui_draw.col-place", 5, right=True),
    Column("entity", "tui_draw.col-entity", 18),
    Column("name", "tui_draw.col-name", 16, grow=2),
    Column("region", "tui_draw.col-region", 14, spare=1),
    Column("crew", "tui_draw.col-crew", 20, grow=1),
)
"""The list after either round."""

FORM = ("source", "witnesses")
"""What is asked about the seed, before it."""


class DrawScreen(DrawPlace):
    """One round of a draw, held in public.

    `phase` goes from ``look`` (the commitment) over ``form`` (source and witnesses), ``dice`` (the
    seed typed), ``again`` (typed again, or read back) and ``fall`` to ``result``.
    """

    PLACE = "draw"
    FOCUS = "#drawn"
    ACTIONS = (
        Action("on", ("enter",), rank=1, area="tui_draw", when="can_go_on"),
        Action("readback", ("r",), rank=2, area="tui_draw", when="types_again"),
        Action("text", ("t",), rank=3, area="tui_draw", when="types_seed"),
        Action("code", ("c",), rank=3, area="tui_draw", when="has_commitment"),
        Action("commitment", ("m",), rank=4, area="tui_draw", when="has_result"),
        Action("other", ("o",), rank=4, area="tui_draw", when="has_other"),
        Action("copy", ("y",), rank=5, when="has_commitment"),
        CHOOSE,
        Action("replay", ("g",), area="tui_draw", when="has_result"),
        Action("save", ("w",), area="tui_draw", when="has_commitment"),
        Action("abandon", ("x",), area="tui_draw", when="can_abandon"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[str, Any] | None = None
        self.round = "select"
        self.phase = "look"
        self.form = dict.fromkeys(FORM, "")
        self.is_text = False
        self.seed = ""
        self.again = ""
        self.modules: list[str] = []
        self.outcome: dict[str, Any] | None = None
        self._state: tuple[Any, ...] = ()
        self._falls = False
        self._notice = ""

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
                yield Field(f"tui_draw.ask-{name}", self.form[name], id=name, classes=f"of-{name}")
            yield Field("tui_draw.ask-seed", self.seed, id="seed")
            yield Field("tui_draw.ask-again", self.again, id="again")
            yield Words(id="digits")
            yield Words(id="seed-told")
        with Vertical(id="outcome"):
            yield Words(id="outcome-head")
            yield Words(id="unwitnessed", classes="bad")
            yield Words(id="line")
            yield Words(id="final")
            yield Fall(id="fall")
            yield Table(
                DRAWN,
                empty="tui_draw.nothing-drawn",
                id="drawn",
            )

    # state

    def read(self) -> None:
        """Take the draw; a round that was held elsewhere meanwhile is seen as held."""
        draw = self.read_draws()
        if draw is None:
            self.told, self._state = None, ()
            return
        told = self.told = self.bureau.ceremony(draw)
        rounds = told["rounds"]
        state = (draw, told["round"], rounds[told["round"]]["seed"], told["abandoned"] is not None)
        if state != self._state:
            self._state = state
            self._begin(told["round"])
        self.modules = self.bureau.commitment(draw, self.round)["modules"]

    def _begin(self, round_: str) -> None:
        """Be about another round, or about this one anew."""
        self.round = round_
        is_held = self._round()["seed"] is not None
        self.phase = ("fall" if self._falls else "result") if is_held else "look"
        self._falls = False
        self.outcome = None
        self.seed = self.again = ""
        self.is_text = False
        self.form = {
            "source": "" if is_held else self._told()["announced"][round_],
            "witnesses": "",
        }

    def _told(self) -> dict[str, Any]:
        assert self.told is not None
        return self.told

    def _round(self) -> dict[str, Any]:
        found: dict[str, Any] = self._told()["rounds"][self.round]
        return found

    def fill(self) -> None:
        """Show the phase."""
        phase = self.phase if self.told else "look"
        self.query_one("#look").display = phase == "look"
        self.query_one("#seeding").display = phase in ("form", "dice", "again")
        self.query_one("#outcome").display = phase in ("fall", "result")
        self.query_one("#fall").display = phase == "fall"
        self.query_one("#drawn").display = phase == "result"
        if phase == "look":
            self._fill_look()
        elif phase in ("form", "dice", "again"):
            self._fill_seeding()
        else:
            self._fill_outcome()
        if self._notice:
            self.tell(self._notice)
            self._notice = ""
        self.query_one("#keys").refresh()

    def _enter(self, phase: str) -> None:
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
        told = self._told()
        name = say(f"cli.title-round-{self.round}")
        return "\n".join([*folded(plain(told["title"], 200), room)[:2], f"{told['draw']}   {name}"])

    def _what_next(self, *, is_narrow: bool) -> str:
        told = self._told()
        if told["abandoned"]:
            return say("tui_draw.abandoned", **told["abandoned"])
        if self._round()["seed"] is not None:
            return say("tui_draw.held")
        return say("tui_draw.before-seed-short" if is_narrow else "tui_draw.before-seed")

    # the seed

    def _fill_seeding(self) -> None:
        room = self.size.width - 4
        is_form = self.phase == "form"
        round_ = self._round()
        name = say(f"cli.title-round-{self.round}")
        head = [f"{self._told()['draw']}   {name}", " ".join(grouped(round_["commitment"], 8, 8))]
        if not is_form:
            head += ["", *folded(self._told_source(), room)]
        self._say("seed-head", "\n".join(head))
        for one in FORM:
            for widget in self.query(f".of-{one}"):
                widget.display = is_form
        self.query_one("#seed").display = self.is_text and self.phase == "dice"
        self.query_one("#again").display = self.is_text and self.phase == "again"
        self.query_one("#digits").display = not is_form
        self._say("digits", "" if is_form else self._digits())
        self._say("seed-told", "\n".join(folded(self._seed_told(), room)))

    def _told_source(self) -> str:
        source, witnesses = self._source(), self._witnesses()
        if not source and not witnesses:
            return say("tui_draw.will-be-unwitnessed")
        return source_words(source, witnesses)

    def _source(self) -> str:
        return " ".join(self.form["source"].split())

    def _witnesses(self) -> list[str]:
        found = re.split("[,;，；、]", self.form["witnesses"])
        return [" ".join(one.split()) for one in found if one.strip()]

    def _digits(self) -> str:
        """The digits, and where they are typed again those below them."""
        if self.is_text:
            return "" if self.phase == "dice" else f"{plain(self.seed)}\n"
        return seed_text(
            self.seed,
            self.again if self.phase == "again" else None,
            self.size.width - 4,
            self.size.height - 15,
            ascii_only=self.yaohao.ascii_only,
        )

    def _seed_told(self) -> str:
        if self.phase == "form":
            return say("tui_draw.form-told")
        if self.is_text:
            return say("tui_draw.text-told" if self.phase == "dice" else "tui_draw.text-again")
        if self.phase == "dice":
            enough = len(self.seed) >= LEAST
            return say(
                "tui_draw.enough" if enough else "tui_draw.dice-told",
                typed=len(self.seed),
                least=LEAST,
            )
        return say("tui_draw.again-told", typed=len(self.again), size=len(self.seed))

    async def on_key(self, event: events.Key) -> None:
        """Take digits while dice are rolled; skip what falls on any key."""
        if self.phase == "fall":
            event.stop()
            event.prevent_default()
            self.query_one("#fall", Fall).end()
            return
        if self.phase not in ("dice", "again") or self.is_text:
            return
        mark = event.character or ""
        is_digit = len(mark) == 1 and mark in "0123456789"
        if self.yaohao.is_working and is_digit:
            pass  # the round is being held with the digits that were confirmed
        elif event.key in ("backspace", "delete"):
            self._type(None)
        elif is_digit:
            self._type(mark)
        elif event.key != "space":  # people type blanks between the groups
            return
        event.stop()
        event.prevent_default()

    def _type(self, mark: str | None) -> None:
        """One more digit, or without a mark one less."""
        name, most = ("seed", MOST) if self.phase == "dice" else ("again", len(self.seed))
        typed = getattr(self, name)
        self.tell("")
        if mark is None:
            typed = typed[:-1]
        elif len(typed) < most:
            typed += mark
        if self.phase == "again" and not self.seed.startswith(typed):
            place = len(typed)
            self.tell(say("tui_draw.differs", place=place, first=self.seed[place - 1]), "bad")
            typed = typed[:-1]
        setattr(self, name, typed)
        self._fill_seeding()

    def on_paste(self, event: events.Paste) -> None:
        """Take digits that are pasted, as typed ones."""
        if self.phase in ("dice", "again") and not self.is_text:
            event.stop()
            for mark in event.text[: 2 * MOST]:
                if mark in "0123456789":
                    self._type(mark)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep what is typed."""
        if event.input.id in FORM:
            self.form[event.input.id] = event.value
        elif event.input.id == "seed":
            self.seed = event.value
        elif event.input.id == "again":
            self.again = event.value

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on to the next field, or to the next step."""
        if event.input.id == FORM[0]:
            self.query_one(f"#{FORM[1]}").focus()
        else:
            self.yaohao.guarded(self.do_on)

    # what was drawn

    def _fill_outcome(self) -> None:
        told, round_ = self._told(), self._round()
        room, ascii_only = self.size.width - 2, self.yaohao.ascii_only
        head = held_lines(told, self.round, room, self.size.height, ascii_only=ascii_only)
        self._say("outcome-head", "\n".join(head))
        self.query_one("#unwitnessed").display = not round_["witnessed"]
        self._say("unwitnessed", "\n".join(folded(say("tui_draw.unwitnessed"), room)))
        self._fill_line()
        final = say("tui_draw.final")
        if told["abandoned"]:
            final = say("tui_draw.abandoned", **told["abandoned"])
        elif self.phase == "fall":
            final = say("tui_draw.skip")
        self._say("final", "\n".join(folded(final, room)))
        if self.phase == "result":
            table = self.query_one("#drawn", Table)
            table.set_columns(DRAWN if self.round == "select" else DEALT)
            table.show(list_rows(told, self.round), keep=True)
        elif not self.query_one("#fall", Fall).is_falling:
            self.call_after_refresh(self._start_fall)

    def _fill_line(self) -> None:
        """The line of outcomes, with the point of the lot on it."""
        line = self.query_one("#line", Words)
        line.display = self.round == "select"
        if not line.display:
            return
        if self.outcome is None:
            line.say("\n\n")
            self.run_worker(self._find_outcome(str(self.draw)), exit_on_error=False)
            return
        width, ascii_only = self.size.width - 2, self.yaohao.ascii_only
        line.say("\n".join(outcome_lines(self.outcome, width, ascii_only=ascii_only)))

    async def _find_outcome(self, draw: str) -> None:
        def look() -> dict[str, Any] | None:
            bureau = Workspace(self.bureau.folder)
            try:
                return bureau.outcome(draw)
            finally:
                bureau.close()

        try:
            found = await asyncio.to_thread(look)
        except Exception as error:
            self.tell_error(error)
            return
        if found is not None and draw == self.draw and self.is_mounted:
            self.outcome = found
            if self.phase in ("fall", "result"):
                self._fill_line()

    def _start_fall(self) -> None:
        if self.phase == "fall":
            groups = fall_groups(
                self._told(), self.round, 16 if self.size.width < LARGE_FROM else 32
            )
            self.query_one("#fall", Fall).start(groups, lambda: self._enter("result"))

    def _say(self, name: str, text: str) -> None:
        self.query_one(f"#{name}", Words).say(text)

    # what can be done

    def can_go_on(self) -> bool:
        """Whether there is a next step."""
        return self.told is not None and self.phase != "result" and self._is_due()

    def _is_due(self) -> bool:
        told = self._told()
        return not told["abandoned"] and self._round()["seed"] is None

    def types_again(self) -> bool:
        """Whether the seed is being confirmed."""
        return self.phase == "again"

    def types_seed(self) -> bool:
        """Whether the seed is being typed."""
        return self.phase == "dice"

    def has_commitment(self) -> bool:
        """Whether a commitment, or what came of it, is shown."""
        return self.told is not None and self.phase in ("look", "result")

    def has_result(self) -> bool:
        """Whether the round shown has its seed."""
        return self.has_commitment() and self._round()["seed"] is not None

    def has_other(self) -> bool:
        """Whether there is another round to look at."""
        return self.has_commitment() and len(self._told()["rounds"]) > 1

    def can_abandon(self) -> bool:
        """Whether the draw can still be given up."""
        return self.told is not None and self.told["stage"] not in ("dealt", "abandoned")

    def do_on(self) -> None:
        """Go on to the next step of the ceremony."""
        if not self.can_go_on():
            return
        if self.phase == "look":
            self._enter("form")
        elif self.phase == "form":
            self._enter("dice")
        elif self.phase == "dice":
            self.bureau.check_seed(self.seed)
            self.again = ""
            if self.is_text:
                self.query_one("#again", Field).value = ""
            self._enter("again")
        elif self.again != self.seed:
            self.tell(say("tui_draw.not-yet-again"), "bad")
        else:
            self._confirm()

    def do_text(self) -> None:
        """Type another text for a seed than digits, or digits again."""
        self.is_text = not self.is_text
        self.seed = ""
        self.query_one("#seed", Field).value = ""
        self._enter("dice")

    def do_readback(self) -> None:
        """Have the seed read back aloud in place of typing it again."""
        text = "\n".join(grouped(self.seed, 5, 4)) if self.seed.isdigit() else self.seed
        self.confirm(
            say("tui_draw.readback-title"),
            say("tui_draw.readback", seed=text).replace("\\u000a", "\n"),
            say("tui_draw.readback-yes"),
            self._confirm,
        )

    def _confirm(self) -> None:
        """Ask for the last time; after this there is nothing left to choose."""
        lines = [
            say("tui_draw.confirm", draw=self.draw),
            "",
            *(grouped(self.seed, 5, 4) if self.seed.isdigit() else [self.seed]),
            "",
            self._told_source(),
        ]
        if not self._round()["published"]:
            lines += ["", say("tui_draw.unpublished")]
        self.confirm(
            say(f"cli.title-round-{self.round}"),
            "\n".join(lines),
            say(f"tui_draw.confirm-{self.round}"),
            self._hold,
        )

    def _hold(self) -> None:
        """Hold the round."""
        draw, seed, name = str(self.draw), self.seed, self.round
        source, witnesses = self._source(), self._witnesses()

        def job(bureau: Workspace, progress: Any) -> Any:
            act = bureau.draw if name == "select" else bureau.deal
            return act(draw, seed, source, witnesses)

        def done(told: Any) -> None:
            self._falls = self.yaohao.motion
            self.refill()
            self._focus_first()
            if not told["witnessed"]:
                self.tell(say("tui_draw.unwitnessed"), "bad")

        self.work(say(f"tui_draw.holding-{name}"), job, done)

    def do_code(self) -> None:
        """Show the code alone."""
        self.app.push_screen(CodeAlone(self.modules, ascii_only=self.yaohao.ascii_only))

    def do_commitment(self) -> None:
        """Look at the commitment of a round that has been held, and back."""
        self._enter("result" if self.phase == "look" else "look")

    def do_other(self) -> None:
        """Look at the other round."""
        rounds = self._told()["rounds"]
        self.round = next(name for name in rounds if name != self.round)
        held = self._round()["seed"] is not None
        self.modules = self.bureau.commitment(str(self.draw), self.round)["modules"]
        self._enter("result" if held else "look")

    def do_replay(self) -> None:
        """Let what was drawn fall once more; nothing is drawn anew."""
        if self.yaohao.motion:
            self._enter("fall")
        else:
            self.tell(say("tui_draw.no-motion"))

    def do_save(self) -> None:
        """Save the code as a picture."""
        file = self.bureau.save_code(str(self.draw), self.round)
        self.tell(say("tui_draw.saved", file=file))

    def do_back(self) -> bool:
        """Go one step back; digits that were typed stay."""
        before = {"form": "look", "dice": "form", "again": "dice"}.get(self.phase)
        if before is None or self.told is None:
            return False
        self._enter(before)
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
            visit = visits[self.query_one("#drawn", Table).cursor]
            names = ("entity_id", "name", "region", "standing", "ticket", "inspectors")
            values = {**visit, "inspectors": ";".join(visit["inspectors"])}
            self.copy(names, [values[name] for name in names])
