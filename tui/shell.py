"""What a screen and its bars need of the app they are in, said without knowing the app."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from textual.screen import Screen
from yaohao.planner.workspace import Workspace
from yaohao.tui.actions import Action
from yaohao.tui.background_job import Job


class Shell(Protocol):
    """The app as the screens see it."""

    workspace: Workspace
    ascii_only: bool
    motion: bool
    """Whether something may move that need not."""
    version: Any
    """Another value whenever the workspace was changed."""
    chosen_draw: str | None
    person: str
    """Who sits here, as last said; empty until then."""
    drafts: dict[Any, list[str]]
    """What was typed into dialogs and came to nothing yet, by what it is about."""

    @property
    def screen(self) -> Screen[Any]:
        """The screen on top, a dialog too."""

    @property
    def here(self) -> Any:
        """The screen that is shown, below any dialog; None before the first."""

    @property
    def is_working(self) -> bool:
        """Whether long work is going on."""

    def entities(self) -> Any:
        """The current snapshot of the register."""

    def go(self, name: str, **given: Any) -> None:
        """Go to a screen, and hand it what it is asked to show."""

    def follow(self, folder: str) -> None:
        """Leave, and go on with the workspace in another folder."""

    def choose_draw(self, draw: str | None) -> None:
        """Let the screens of a draw be about this one."""

    def draw_now(self) -> str | None:
        """The draw that the screens are about."""

    def tell_why_not(self, key: str, character: str | None) -> bool:
        """Say why a key does nothing here; False where it means nothing."""

    def title_words(self) -> str:
        """Whose workspace it is."""

    def action_of(self, key: str, character: str | None = None) -> Action | None:
        """What a key is for where you are."""

    def all_actions(self) -> list[Action]:
        """Everything that can be done where you are."""

    def footer_actions(self) -> list[Action]:
        """The few that stand in the footer, in their order."""

    def perform_named(self, name: str) -> Awaitable[None]:
        """Do an action by its name."""

    def perform_clicked(self, name: str) -> Awaitable[None]:
        """Do an action by its name, or say why it cannot be done now."""

    def press_told(self, sign: str) -> Awaitable[None]:
        """Press a key that a sentence names, as it is written there."""

    def perform(self, action: Action) -> Awaitable[None]:
        """Do an action."""

    def guarded(self, then: Callable[[], Any]) -> None:
        """Do something; what goes wrong is told plainly."""

    def work(self, words: str, job: Job, done: Callable[[Any], None]) -> None:
        """Do long work in a thread."""

    def tell_error(self, error: BaseException) -> None:
        """Say plainly what went wrong."""

    def copy_rows(self, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Copy rows to the clipboard and beside the workspace."""

    def copy_text(self, text: str) -> None:
        """Copy a text to the clipboard of the terminal."""


class Framed(Protocol):
    """A numbered screen, which the bars stand around."""

    SCREEN_NAME: str

    def is_typing(self) -> bool:
        """Whether letters are typed into something."""

    def typing_keys(self) -> list[tuple[str, str]]:
        """The keys that matter while something is typed, each with what it does."""
