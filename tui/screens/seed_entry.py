"""The seed of a round: source and witnesses, the dice as they are rolled, confirmed twice."""

from __future__ import annotations

import re
from typing import Any

from textual import events
from textual.widgets import Input
from yaohao.planner.vocabulary.text import narrow, plain
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.ceremony import (
    LACKING,
    LEAST,
    seed_text,
    source_words,
)
from yaohao.tui.screens.rounds import RoundScreen
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.big_text import grouped
from yaohao.tui.widgets.field import Field

MOST = 200
"""Digits that can be typed."""

FORM = ("source", "witnesses")
"""What is asked about the seed, before it."""

TYPED = ("phase", "is_text", "seed", "again", "_other", "_first")
"""What is kept of a round that is left while its seed is typed, beside the form."""

_FRAME = 7
"""Lines that are not for the seed: the bars, the line told, the space around the three parts."""


class SeedEntry(RoundScreen):
    """The phases ``form``, ``dice`` and ``again``, and the round that is held with the seed."""

    def __init__(self) -> None:
        super().__init__()
        self.form = dict.fromkeys(FORM, "")
        self.is_text = False
        self.seed = ""
        self.again = ""
        self._first = dict(self.form)
        self._other = ""
        """The text that was typed while digits are, or the digits."""
        self._kept: dict[tuple[str, str], dict[str, Any]] = {}
        """What was typed for rounds that are not looked at now, by draw and round."""

    def begin_seed(self, announced: str) -> None:
        """Begin with no seed; its source is what was announced."""
        self.seed = self.again = self._other = ""
        self.is_text = False
        self.form = {"source": announced, "witnesses": ""}
        self._first = dict(self.form)

    def put_by(self) -> None:
        """Keep what is typed for the round that is on, to be there when it is come back to."""
        if self.has_typed():
            report = self._told()
            kept = {name: getattr(self, name) for name in TYPED}
            if self.phase not in ("form", "dice", "again"):
                kept["phase"] = "look"
            self._kept[report["draw"], report["round"]] = {**kept, "form": dict(self.form)}

    def fill_fields(self) -> None:
        """Put what was typed for the round into its fields."""
        values = {**self.form, "seed": "", "again": ""}
        if self.is_text:
            values |= {"seed": self.seed, "again": self.again}
        for name, value in values.items():
            self.query_one(f"#{name}", Field).value = value

    def take_up_typed(self, draw: str, round_: str) -> None:
        """Go on with what was typed for a round, if anything was."""
        for name, value in self._kept.pop((draw, round_), {}).items():
            setattr(self, name, value)

    def has_typed(self) -> bool:
        """Whether something is typed for the round that is on, which is not held yet."""
        report = self.told
        if (
            report is None
            or report["abandoned"]
            or report["rounds"][report["round"]]["seed"] is not None
        ):
            return False
        return bool(self.seed or self._other or self.form != self._first)

    def unsaved(self) -> str:
        """The seed and witnesses typed, of every round that has not been held with them."""
        names = [draw for draw, _ in self._kept]
        if self.has_typed():
            names.append(self._told()["draw"])
        return "\n".join(say("tui_draw.unsaved", draw=name) for name in dict.fromkeys(names))

    def fill_seeding(self) -> None:
        """Show what is asked, what is typed, and what comes next."""
        room = self.size.width - 4
        is_form = self.phase == "form"
        round_ = self._round()
        name = say(f"common.title-round-{self.round}")
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
        told = folded(self._seed_told(), room)
        left = self.size.height - _FRAME - len(head) - len(told)
        self._say("digits", "" if is_form else self._digits(left))
        self._say("seed-told", "\n".join(told))

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

    def _digits(self, height: int) -> str:
        """The digits, and where they are typed again those below them, in so many lines."""
        if self.is_text:
            return "" if self.phase == "dice" else f"{plain(self.seed)}\n"
        return seed_text(
            self.seed,
            self.again if self.phase == "again" else None,
            self.size.width - 4,
            height,
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
        """Take digits while dice are rolled; move between the fields on the arrows."""
        if self.phase == "form" and event.key in ("up", "down"):
            self.query_one(f"#{FORM[event.key == 'down']}", Field).focus()
            event.stop()
            event.prevent_default()
            return
        if self.phase not in ("dice", "again") or self.is_text:
            return
        mark = narrow(event.character or "")
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
        self.fill_seeding()

    def on_paste(self, event: events.Paste) -> None:
        """Take digits that are pasted, as typed ones."""
        if self.phase in ("dice", "again") and not self.is_text:
            event.stop()
            for mark in narrow(event.text[: 2 * MOST]):
                if mark in "0123456789":
                    self._type(mark)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Keep what is typed."""
        if event.input.id in FORM:
            self.form[event.input.id] = event.value
        elif event.input.id == "seed" and self.is_text:
            self.seed = event.value
        elif event.input.id == "again" and self.is_text:
            self.again = event.value

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go on to the next field, or to the next step."""
        if event.input.id == FORM[0]:
            self.query_one(f"#{FORM[1]}").focus()
        else:
            self.yaohao.guarded(self.do_on)

    def types_again(self) -> bool:
        """Whether the seed is being confirmed."""
        return self.phase == "again"

    def types_seed(self) -> bool:
        """Whether the seed is being typed."""
        return self.phase == "dice"

    def can_go_on(self) -> bool:
        """Whether there is a next step."""
        return self.told is not None and self.phase != "result" and self._is_due()

    def _is_due(self) -> bool:
        report = self._told()
        return not report["abandoned"] and self._round()["seed"] is None

    def do_on(self) -> None:
        """Go on to the next step of the ceremony."""
        if not self.can_go_on():
            return
        if self.phase == "look":
            self.enter("form")
        elif self.phase == "form":
            self.enter("dice")
        elif self.phase == "dice":
            self.workspace.check_fresh(str(self.draw), self.round, self.seed)
            if not narrow(self.seed).startswith(narrow(self.again)):
                self.again = ""
            if self.is_text:
                self.query_one("#again", Field).value = self.again
            self.enter("again")
        elif narrow(self.again).strip() != narrow(self.seed).strip():
            self.tell(say("tui_draw.not-yet-again"), "bad")
        else:
            self._confirm()

    def do_text(self) -> None:
        """Type another text for a seed than digits, or digits again; neither wipes the other."""
        self.is_text = not self.is_text
        self.seed, self._other = self._other, self.seed
        self.again = ""
        if self.is_text:
            self.query_one("#seed", Field).value = self.seed
        self.enter("dice")

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
        doubts = self.workspace.seed_doubts(str(self.draw), self.round, self.seed, self._source())
        for doubt in doubts:
            lines += ["", say(doubt.code, **doubt.params)]
        self.confirm(
            say(f"common.title-round-{self.round}"),
            "\n".join(lines),
            say(f"tui_draw.confirm-{self.round}"),
            self._hold,
        )

    def _hold(self) -> None:
        """Hold the round."""
        draw, seed, name = str(self.draw), self.seed, self.round
        source, witnesses = self._source(), self._witnesses()

        def job(workspace: Workspace, progress: Any) -> Any:
            act = workspace.draw if name == "select" else workspace.deal
            return act(draw, seed, source, witnesses)

        def done(report: Any) -> None:
            self.falls = self.yaohao.motion
            self.refill()
            self._focus_first()
            lacking = [words for one, words in LACKING.items() if not report[one]]
            if lacking:
                self.tell(" ".join(map(say, lacking)), "bad")

        self.work(say(f"tui_draw.holding-{name}"), job, done)
