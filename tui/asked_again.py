"""A form that is refused comes back, with what was typed and the reason at its field.

Whatever a form's callback does, at once, in a thread, or once a question is answered, is the form's
doing: what goes wrong with it goes back to the form. An act knows nothing of this.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from textual.app import App
from yaohao.planner.vocabulary.problems import PlannerError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaohao.tui.widgets.ask import Ask


class Asked(NamedTuple):
    """A form that was answered, what is done with the answer, and the place that asked."""

    form: Ask
    callback: Callable[[Any], Any]
    place: object


class AskingApp(App[None], inherit_bindings=False):
    """An app that knows which form led to what is being done."""

    asked: Asked | None = None
    """The form whose answer is being acted on."""

    @property
    def asking_place(self) -> object:
        """The place that asks now, below any dialog."""
        return getattr(self, "here", None)

    @contextmanager
    def answering(self, asked: Asked | None) -> Iterator[None]:
        """While what is done is done because of a form."""
        before, self.asked = self.asked, asked
        try:
            yield
        finally:
            self.asked = before

    def push_screen(self, screen: Any, callback: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Push a screen; what its answer leads to is known to be of a form."""
        from yaohao.tui.widgets.ask import Ask

        if callback is None:
            return super().push_screen(screen, callback, *args, **kwargs)
        is_form = isinstance(screen, Ask)
        asked = Asked(screen, callback, self.asking_place) if is_form else self.asked

        def answered(result: Any) -> Any:
            with self.answering(asked if result is not None else None):
                try:
                    return callback(result)
                except (PlannerError, OSError) as error:
                    if self.ask_again(error):
                        return None
                    raise

        return super().push_screen(screen, answered, *args, **kwargs)

    def ask_again(self, error: BaseException) -> bool:
        """Bring the form back whose answer was refused; False where there is none to bring back."""
        asked = self.asked
        if asked is None or not isinstance(error, PlannerError | OSError):
            return False
        is_open = self.screen in (asked.place, asked.form)  # its own dialog may still be closing
        if self.asking_place is not asked.place or not is_open:
            return False
        self.asked = None
        self.call_later(self.push_screen, asked.form.again(error), asked.callback)
        return True
