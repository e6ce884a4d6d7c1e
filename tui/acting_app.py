"""What a key is for, doing it, and the lists of what can be done: help, the leader key's panel."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from yaohao.planner.wording.messages import say
from yaohao.tui.actions import EVERYWHERE, Action
from yaohao.tui.job_action import JobAction, jobs_as_actions
from yaohao.tui.keys import (
    LEADER,
    free_letters,
    key_typed,
    key_words,
    meaning_of,
    types_nothing,
)
from yaohao.tui.screen_registry import SCREENS, ScreenEntry, screen_entry
from yaohao.tui.widgets.told_click import key_of
from yaohao.tui.working_app import WorkingApp

if TYPE_CHECKING:
    from yaohao.tui.screens.base import BaseScreen

TRY, TRIES = 0.05, 20
"""Seconds between two looks whether an action can be done by now, and how often one looks."""


class ActingApp(WorkingApp, inherit_bindings=False):
    """Actions by key, by name, from a list; a subclass knows the screens."""

    @property
    def here(self) -> BaseScreen | None:
        """The screen that is shown, below any dialog."""
        raise NotImplementedError

    def go(self, name: str, **given: Any) -> None:
        """Go to a screen."""
        raise NotImplementedError

    def has_dialog(self) -> bool:
        """Whether something is open above the screen."""
        return self.screen is not self.here

    # what can be done

    def action_of(self, key: str, character: str | None = None) -> Action | None:
        """What a key is for where you are."""
        typed = {key, character, key_typed(key, character)}
        return next((one for one in self.all_actions() if typed & set(one.keys)), None)

    def all_actions(self) -> list[Action]:
        """Everything that can be done where you are: of the screen, of the app, the screens."""
        own = self.here.actions() if self.here else []
        return [*own, *EVERYWHERE, *screens_as_actions(), *jobs_as_actions()]

    def footer_actions(self) -> list[Action]:
        """The few that stand in the footer, in their order."""
        ranked = [action for action in self.all_actions() if action.rank and action.keys]
        return sorted(ranked, key=lambda action: action.rank)

    def tell_why_not(self, key: str, character: str | None) -> bool:
        """Say why a key that means something does nothing here; False where it means nothing."""
        name = key_typed(key, character)
        meaning, here = meaning_of(name), self.here
        if meaning is None or here is None:
            return False
        sign = key_words(name)
        declared = [one for one in here.declared() if name in one.keys]
        if declared:
            one = declared[0]
            words = say("tui_keys.not-now", key=sign, what=one.label(), why=here.why_not(one))
        else:
            means = say(f"tui_keys.means-{meaning}")
            place = say(f"tui.place-{here.SCREEN_NAME}")
            words = say("tui_keys.not-here", key=sign, what=means, place=place)
        here.tell_of_key(words)
        return True

    # doing it

    async def perform_named(self, name: str) -> None:
        """Do an action by its name."""
        found = next((one for one in self.all_actions() if one.name == name), None)
        if found is not None and not self.has_dialog():
            await self.perform(found)

    async def perform_clicked(self, name: str) -> None:
        """Do an action by its name, or say why it cannot be done now."""
        here = self.here
        declared = [one for one in here.ACTIONS if one.name == name] if here else []
        if here is not None and declared and not here.can(declared[0]):
            here.tell_of_key(f"{declared[0].label()}: {here.why_not(declared[0])}")
        else:
            await self.perform_named(name)

    async def press_told(self, sign: str) -> None:
        """Press a key that a sentence of a screen names, as it is written there.

        While something is typed it is no letter of that.
        """
        key = key_of(sign)
        action = next((one for one in screens_as_actions() if one.sign() == sign), None)
        if action is None and not types_nothing(key):
            action = self.action_of(key)
        if action is not None:
            await self.perform(action)
        elif types_nothing(key):
            self.simulate_key(key)
        else:
            self.tell_why_not(key, None)

    async def perform_or_say(self, name: str) -> None:
        """Do an action of the screen that is shown, or say why it cannot be done now.

        What the screen looks up when it is gone to may make it possible: that is waited for.
        """
        here = self.here
        found = next((one for one in here.declared() if one.name == name), None) if here else None
        if here is None or found is None:
            return
        for _ in range(TRIES):
            if self.here is not here:
                return
            if here.can(found):
                await self.perform(found)
                return
            await asyncio.sleep(TRY)
        here.tell_of_key(f"{found.label()}: {here.why_not(found)}")

    async def perform(self, action: Action) -> None:
        """Do an action; what goes wrong is told plainly."""
        here = self.here
        if here is not None and action not in EVERYWHERE:
            here.take_back()
        if screen_entry(action.name) is not None:
            self.go(action.name)
            return
        if isinstance(action, JobAction) and here is not None:
            self.guarded(action.run_from(here).begin)
            return
        method = getattr(here, f"do_{action.name.replace('-', '_')}", None)
        if method is None or action in EVERYWHERE:
            method = getattr(self, f"do_{action.name.replace('-', '_')}")
        try:
            found = method()
            if inspect.isawaitable(found):
                await found
        except Exception as error:
            self.tell_error(error)
        self.look_around()

    # lists of what can be done

    def do_help(self) -> None:
        """List the keys of where you are, and do what is chosen."""
        self._choose_action(
            say("tui.help-title"), [one for one in self.all_actions() if one.sign()]
        )

    def _choose_action(self, title: str, actions: Sequence[Action]) -> None:
        from yaohao.tui.widgets.dialogs import Choice, Choose

        if self.has_dialog():
            return
        choices = [Choice(one, one.label(), one.sign(), one.about()) for one in actions]
        self.push_screen(Choose(title, choices), self._do_chosen)

    def _do_chosen(self, chosen: Any) -> None:
        if isinstance(chosen, Action):
            self.call_later(self.perform, chosen)

    def do_leader(self) -> None:
        """Show which letters may follow: the places; the leader again shows what is done here."""
        from yaohao.tui.widgets.which_key import Follower, WhichKey

        if self.has_dialog():
            return
        places = screens_as_actions()
        letters = {one.name: one.letter for one in SCREENS}
        followers = [Follower(letters[one.name], one, one.label()) for one in places]

        def chosen(found: Any) -> None:
            if found == LEADER:
                self._show_acts()
            else:
                self._do_chosen(found)

        panel = WhichKey(say("tui_keys.places-title"), followers, say("tui_keys.acts-here"))
        self.push_screen(panel, chosen)

    def _show_acts(self) -> None:
        """Everything that can be done here, with a letter each; what cannot now is dimmed."""
        from yaohao.tui.widgets.which_key import Follower, WhichKey

        here = self.here
        skipped = {"leader", "back"}
        acts = [
            *(here.declared() if here else ()),
            *(a for a in EVERYWHERE if a.name not in skipped),
        ]
        free = iter(free_letters())
        followers = [
            Follower(
                one.keys[0] if one.keys else next(free, ""),
                one,
                one.label(),
                here is None or here.can(one),
            )
            for one in acts
        ]
        self.push_screen(WhichKey(say("tui_keys.acts-title"), followers), self._do_chosen)


def screens_as_actions() -> list[Action]:
    """The screens, those with a digit by it."""
    return [_ScreenAction(one.name, place=one) for one in SCREENS]


class _ScreenAction(Action):
    """Going to a screen."""

    def __init__(self, name: str, place: ScreenEntry) -> None:
        super().__init__(name)
        object.__setattr__(self, "place", place)

    @property
    def keys(self) -> tuple[str, ...]:
        """Its digit."""
        return self.place.keys  # type: ignore[attr-defined,no-any-return]

    def sign(self) -> str:
        """Its digit, or the leader key and its letter."""
        return self.place.key_words  # type: ignore[attr-defined,no-any-return]

    def label(self) -> str:
        """The screen's name."""
        return say(f"tui.place-{self.name}")

    def about(self) -> str:
        """What is to be seen there."""
        return say(f"tui.about-place-{self.name}")
