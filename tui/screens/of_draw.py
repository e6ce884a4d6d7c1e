"""What the places of a draw have in common: which draw they are about, and choosing another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planner.vocabulary.words import say
from planner.workspace import Workspace
from tui.actions import Action
from tui.screens.place import PlaceScreen
from tui.widgets.ask import Ask
from tui.widgets.dialogs import Choice, Choose
from tui.widgets.table import Table

CHOOSE = Action("choose", ("d",), area="tui_draw", when="has_draws")


class DrawPlace(PlaceScreen):
    """A place that is about one draw: the one chosen, else the newest."""

    AUTO_FOCUS = ""  # `FOCUS` says what is typed into first; a filter before it is not meant

    def __init__(self) -> None:
        super().__init__()
        self.draws: Sequence[Mapping[str, Any]] = ()
        self.draw: str | None = None

    def read_draws(self) -> str | None:
        """Take the draws, and which one this is about; None where there is none yet."""
        self.draws = self.bureau.draws()
        known = [str(row["draw"]) for row in self.draws]
        chosen = self.yaohao.chosen_draw
        self.draw = chosen if chosen in known else known[-1] if known else None
        return self.draw

    async def retell(self) -> None:
        """Say everything in the language now in use; marks stay where they are."""
        marks = {table.id: table.cursor for table in self.query(Table)}
        await super().retell()
        for table in self.query(Table):
            table.mark(marks.get(table.id, 0))

    def has_draws(self) -> bool:
        """Whether there is a draw."""
        return bool(self.draws)

    def do_choose(self) -> None:
        """Choose the draw that the places of a draw are about."""
        choices = [
            Choice(row["draw"], row["draw"], "", say(f"cli.stage-{row['stage']}"))
            for row in reversed(self.draws)
        ]

        def chosen(draw: Any) -> None:
            if draw is not None:
                self.yaohao.choose_draw(draw)
                self.refill()

        self.app.push_screen(Choose(say("tui_draw.choose-title"), choices), chosen)

    def do_abandon(self) -> None:
        """Give the draw up: a reason, and a question."""
        draw = str(self.draw)

        def asked(reason: Any) -> None:
            if not reason or not reason.strip():
                self.tell(say("tui_draw.not-abandoned"))
                return

            def job(bureau: Workspace, progress: Any) -> Any:
                return bureau.abandon(draw, reason)

            self.confirm(
                say("tui_draw.abandon-title", draw=draw),
                say("tui_draw.abandon-text", reason=reason),
                say("tui_draw.abandon-yes"),
                lambda: self.work(
                    say("tui_draw.abandoning"),
                    job,
                    lambda told: self.tell(say("tui_draw.was-abandoned", draw=draw)),
                ),
            )

        ask = Ask(
            say("tui_draw.abandon-title", draw=draw),
            say("tui_draw.abandon-ask"),
            "tui_draw.abandon-reason",
        )
        self.app.push_screen(ask, asked)


def no_draw() -> str:
    """What to say where there is no draw yet."""
    return say("tui_draw.no-draw")
