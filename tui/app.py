"""The app: the screens, the actions, the language, the themes, long work, what went wrong."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, ClassVar, TypeVar, cast

from textual import events
from textual.scrollbar import ScrollBar
from yaohao.planner.wording.messages import (
    LANGUAGES,
    choose_language,
    language,
    say,
)
from yaohao.planner.wording.moments import choose_zone
from yaohao.planner.workspace import Workspace
from yaohao.tui.draw_choice import DrawChoice
from yaohao.tui.gc_pause import IdleCollector
from yaohao.tui.screen_registry import FIRST, ScreenEntry, screen_entry
from yaohao.tui.screens.base import BaseScreen
from yaohao.tui.session_state import Session, remember, remembered
from yaohao.tui.themes import THEMES, PlainScrollBar
from yaohao.tui.told_keys import screen_words
from yaohao.tui.undo_app import UndoingApp
from yaohao.tui.working_app import Mend

Found = TypeVar("Found")

HEAD = 100
"""Entities read from the head of the snapshot before all of it is there."""

SOON = 0.4
"""Seconds after the first screen when what is needed next is read ahead."""

QUIET = 2.0
"""Seconds between two looks whether somebody else has changed the workspace."""


class YaohaoApp(UndoingApp, DrawChoice, inherit_bindings=False):
    """The screens of a workspace."""

    CSS_PATH = "style.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[Any]] = []
    ESCAPE_TO_MINIMIZE = False

    # How it looks, and where one begins: as the command line says each by an option.
    def __init__(
        self,
        workspace: Workspace,
        *,
        ascii_only: bool = False,
        theme: str = "dark",
        motion: bool = True,
        start: str = FIRST,
        resume: bool = False,
        guided: bool = False,
    ) -> None:
        super().__init__(workspace)
        choose_zone(workspace.zone)
        self.dress(ascii_only=ascii_only, theme=theme)
        self.motion = motion and not os.environ.get("SSH_CONNECTION")
        """Whether something may move that need not."""
        self._screens_made: dict[str, BaseScreen] = {}
        self._trail: list[str] = []
        self._entities: tuple[Any, Any] | None = None
        self._start = start
        self._resumes = resume
        self._at = ""
        self._left = remembered(workspace.folder) if resume else Session()
        """Where one was the last time, where that is to be taken up."""
        self.person = self._left.person
        """Who sits here, as last said: steps of cases need the name of whoever takes them."""
        self._is_guided = guided
        self.following = ""
        """The folder of the workspace to go on with once this one is left; mostly none."""
        self._garbage = IdleCollector()

    # screens

    def on_mount(self) -> None:
        """Show the first screen, and watch quietly for what others do."""
        ScrollBar.renderer = PlainScrollBar
        screen_words(is_on=True)
        self.push_screen(self._going_to(self._take_up_session()))
        self._garbage.begin()
        self.set_interval(QUIET, self._be_quiet)
        self.set_timer(SOON, self._warm)

    def _take_up_session(self) -> ScreenEntry:
        """Where one begins: where one left, else with the day's work where there is any.

        The guided start goes on where it was left, whatever else was looked at meanwhile.
        """
        begun = screen_entry(self._start) or _first()
        if self._is_guided and self._is_new():
            return screen_entry("guide") or begun
        if not self._resumes:
            return begun
        with suppress(Exception):  # a broken workspace is told of by the screen that reads it
            draws = {str(row["draw"]) for row in self.workspace.draws()}
            self.chosen_draw = self._left.draw if self._left.draw in draws else None
            begun = screen_entry("today" if draws else self._start) or begun
        return screen_entry(self._left.place) or begun

    def _is_new(self) -> bool:
        """Whether the guided start is to be gone on with; what is damaged is told on Home."""
        from yaohao.tui.first_steps import is_begun

        with suppress(Exception):
            return not is_begun(self.workspace)
        return False

    def _remember_session(self) -> None:
        """Keep where one is for the next time."""
        if self._resumes and self._at:
            filters = {**self._left.filters}
            filters |= {name: one.filter_typed() for name, one in self._screens_made.items()}
            kept = {**self._left.kept, **{name: s.kept() for name, s in self._screens_made.items()}}
            draw = self.chosen_draw or ""
            remember(self.workspace.folder, Session(self._at, draw, filters, kept, self.person))

    def on_unmount(self) -> None:
        """Leave the process as it was found; what nobody has given up is kept."""
        self._garbage.end()
        self.keep_unsaved()
        screen_words(is_on=False)

    def run(self, *given: Any, **options: Any) -> None:
        """Run until somebody leaves, or the system says so."""
        from yaohao.tui.pasting import read_pastes_whole

        read_pastes_whole(self.driver_class)
        super().run(*given, **options)

    def _leave_with(self, code: int) -> None:
        """Leave at once with a code, from within a signal."""
        self.keep_unsaved()
        if self._work is not None:
            self._work.stop()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(lambda: self.exit(return_code=code))

    def keep_unsaved(self) -> None:
        """Have every screen keep what it can of what is not saved; it may be the last moment."""
        with suppress(Exception):
            self._remember_session()
        for screen in self._screens_made.values():
            with suppress(Exception):  # one that fails keeps no other from keeping its own
                screen.keep_unsaved()

    def _be_quiet(self) -> None:
        """What is done every now and then, none of which paints anything by itself."""
        self.look_around()
        self._garbage.tick()

    def _warm(self) -> None:
        """Read the head of the register ahead, so that it is there when it is gone to."""
        self.run_worker(lambda: self.entities().first(HEAD), thread=True, exit_on_error=False)

    def entities(self) -> Any:
        """The current snapshot of the register; the same one as long as it is current."""
        version = self.version
        if self._entities is None or self._entities[0] != version:
            found = Workspace(self.workspace.folder)
            try:
                entities = found.browse()
            finally:
                found.close()
            if self._entities is not None and self._entities[1].path == entities.path:
                entities = self._entities[1]
            self._entities = (version, entities)
        return self._entities[1]

    def screens_made(self) -> Iterable[BaseScreen]:
        """The screens that there are by now."""
        return self._screens_made.values()

    def _screen_of(self, one: ScreenEntry) -> BaseScreen:
        if one.name not in self._screens_made:
            screen = self._screens_made[one.name] = cast(BaseScreen, one.make())
            self.install_screen(screen, one.name)
            if typed := self._left.filters.get(one.name):
                screen.take_filter(typed)
            screen.take_kept(self._left.kept.get(one.name, {}))
        return self._screens_made[one.name]

    def _going_to(self, one: ScreenEntry) -> BaseScreen:
        """The screen of an entry, noted as the one where one is."""
        self._at = one.name
        return self._screen_of(one)

    @property
    def here(self) -> BaseScreen | None:
        """The screen that is shown, below any dialog."""
        found = [screen for screen in self.screen_stack if isinstance(screen, BaseScreen)]
        return found[-1] if found else None

    def go(self, name: str, **given: Any) -> None:
        """Go to a screen, and hand it what it is asked to show (its `receive`)."""
        one = screen_entry(name)
        if one is None:
            return
        here = self.here
        screen = self._screen_of(one)
        if here is not None and here is not screen:
            screen.come_from(here)
        if given:
            screen.receive(**given)
            if screen.is_mounted:
                screen.refill()
        if here is not None and name != here.SCREEN_NAME:
            self._trail.append(here.SCREEN_NAME)
            self.switch_screen(self._going_to(one))

    def follow(self, folder: str) -> None:
        """Leave, and go on with the workspace in another folder; what is unsaved is asked about."""
        self._quit(folder)

    def title_words(self) -> str:
        """Whose workspace it is."""
        return self.workspace.settings.authority or self.workspace.folder.absolute().name

    # actions

    def do_palette(self) -> None:
        """Find anything in the program, and go there or do it."""
        from yaohao.tui.palette_sources import acts, cases_of, firms, of_workspace, pages
        from yaohao.tui.ranking import Target
        from yaohao.tui.widgets.palette import Palette

        if self.has_dialog():
            return
        here = self.here.SCREEN_NAME if self.here else ""
        at_hand = [*acts(here, self.all_actions()), *pages()]

        def known() -> list[Target]:
            return self._with_own_workspace(of_workspace)

        def look(typed: str) -> list[Target]:
            cases = self._with_own_workspace(lambda workspace: cases_of(workspace, typed))
            return [*cases, *firms(self.entities(), typed)]

        # Whoever types the first letters of a firm should not wait for the register to be read.
        self.run_worker(
            self.entities().make_ready, thread=True, group="firms", exclusive=True,
            exit_on_error=False,
        )  # fmt: skip
        self.push_screen(Palette(at_hand, known, look), self._go_to_target)

    def _with_own_workspace(self, look: Callable[[Workspace], Found]) -> Found:
        """What a look finds, in the thread that calls."""
        workspace = Workspace(self.workspace.folder)
        try:
            return look(workspace)
        finally:
            workspace.close()

    def _go_to_target(self, value: Any) -> None:
        """Go to what was chosen in the palette, or do it."""
        from yaohao.tui.palette_sources import Going, Page
        from yaohao.tui.widgets.dialogs import Reading

        if isinstance(value, Going):
            self.guarded(lambda: self._go_to(value))
        elif isinstance(value, Page):
            self.push_screen(Reading(value.title, value.text))
        else:
            self._do_chosen(value)

    def _go_to(self, going: Any) -> None:
        if going.draw:
            self.choose_draw(going.draw)
        self.go(going.place, **going.given)
        if going.typed is not None:
            self._screen_of(cast(ScreenEntry, screen_entry(going.place))).take_filter(going.typed)
        if going.act:
            act = self.perform_or_say(going.act)
            self.call_after_refresh(self.run_worker, act, exit_on_error=False)

    async def do_back(self) -> None:
        """Stop what is going on, else leave what is open, else go back to the screen before."""
        if self._work is not None and not self._work.is_stopped:
            self._work.stop()
            self._tell(say("tui.stopping", what=self._work.words), "work")
            return
        here = self.here
        if here is None:
            return
        is_left = here.do_back()
        if await is_left if inspect.isawaitable(is_left) else is_left:
            return
        while self._trail:
            name = self._trail.pop()
            if name != here.SCREEN_NAME:
                self.switch_screen(self._going_to(cast(ScreenEntry, screen_entry(name))))
                return
        if here.SCREEN_NAME != FIRST:
            self.switch_screen(self._going_to(_first()))

    def do_again(self) -> None:
        """Read everything again."""
        self.version = self.workspace.version()
        if self.here is not None:
            self.here.refill()
            self.here.tell(say("tui.read-again"))

    async def do_language(self) -> None:
        """Speak the other language from now on."""
        other = LANGUAGES[(LANGUAGES.index(language()) + 1) % len(LANGUAGES)]
        choose_language(other)
        for screen in self._screens_made.values():
            if screen.is_mounted:
                await screen.retell()

    def do_theme(self) -> None:
        """Take the next theme."""
        self.theme = THEMES[(THEMES.index(self.theme) + 1) % len(THEMES)]
        self._tell(say("tui.theme-now", theme=say(f"tui.theme-{self.theme}")))

    def do_quit(self) -> None:
        """Leave, unless an act is going on."""
        self._quit("")

    def _quit(self, following: str) -> None:
        """Leave, for nothing or for another workspace, unless an act is going on."""
        self.following = following
        if self._work is not None:
            self._tell(say("tui.still-working", what=self._work.words), "bad")
            return
        lost = [words for screen in self._screens_made.values() if (words := screen.unsaved())]
        lost += [words for screen in self.screen_stack if (words := typed_words(screen))]
        if lost and self.here is not None:
            text = "\n".join([*lost, say("tui.quit-unsaved")])
            self.here.confirm(say("tui.quit-title"), text, say("tui.quit-yes"), self._give_up)
            return
        self.exit()

    async def action_quit(self) -> None:
        """Leave as the key does: Textual's own way of leaving asks nobody."""
        self.do_quit()

    def _give_up(self) -> None:
        for screen in self._screens_made.values():
            screen.give_up()
        self.exit()

    # what others do

    def look_around(self) -> None:
        """Take up what was changed elsewhere; nothing is repainted where nothing was."""
        try:
            version = self.workspace.version()
        except Exception:  # the workspace may be gone for a moment: whoever reads it says so
            return
        if version != self.version:
            self.version = version
            if self.here is not None:
                self.here.take_up()

    async def on_event(self, event: events.Event) -> None:
        """Look around whenever somebody comes back to the window or presses a key."""
        is_sign = isinstance(event, events.Key | events.AppFocus) and not event.is_forwarded
        if isinstance(event, events.Key | events.MouseEvent):
            self._garbage.touch()
        await super().on_event(event)
        if is_sign:
            self.look_around()

    # telling

    def mend_told(self, words: str) -> Mend | None:
        """What mends what the words tell: the place or the action that they are about."""
        from yaohao.tui.mends import mend_of

        step = mend_of(words)
        return self.here.mend(step) if step is not None and self.here is not None else None

    def _offer(self, control: str, key: str, act: Callable[[], object]) -> None:
        if self.here is not None and self.here.is_mounted:
            self.here.offer(control, act)

    def _tell(self, text: str, kind: str = "") -> None:
        if self.here is not None and self.here.is_mounted:
            self.here.tell(text, kind)


def typed_words(screen: Any) -> str:
    """What is typed into a dialog and not sent yet, in words."""
    from yaohao.tui.widgets.dialogs import Dialog

    return screen.unsaved() if isinstance(screen, Dialog) else ""


def _first() -> ScreenEntry:
    return cast(ScreenEntry, screen_entry(FIRST))
