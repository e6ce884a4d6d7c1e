"""Places with a picture of the work: below their rows where there is room, in full on a key."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from yaohao.planner.wording.messages import say
from yaohao.tui.actions import Action
from yaohao.tui.screens.base import BaseScreen
from yaohao.tui.widgets.dialogs import Choice, Choose
from yaohao.tui.widgets.picture_pane import PicturePane
from yaohao.tui.widgets.picture_view import PictureView
from yaohao.tui.work_picture import WorkPicture, every_picture

SHOW = Action("picture", "picture", area="tui_picture")


class ShowsPicture(BaseScreen):
    """A place from which a picture is shown in full."""

    def picture(self) -> WorkPicture:
        """The picture that belongs here."""
        raise NotImplementedError

    def do_picture(self) -> None:
        """Show the picture in full."""
        self.app.push_screen(PictureView(self.picture()))


class Pictured(ShowsPicture):
    """A place with its picture below the rows."""

    def below(self) -> ComposeResult:
        """The picture below the rows."""
        yield PicturePane(self.picture(), id="picture", classes="lines")

    def refill(self) -> None:
        """Fill anew, the picture too."""
        super().refill()
        self._look_at_picture()

    async def on_event(self, event: events.Event) -> None:
        """Make room for the picture, or take it away, when the screen is another."""
        await super().on_event(event)
        if isinstance(event, events.Resize) and self._is_filled:
            self._look_at_picture()

    def _look_at_picture(self) -> None:
        for pane in self.query(PicturePane):
            pane.look(self.picture())


class ChoosesPicture(BaseScreen):
    """A place from which all pictures are chosen."""

    def do_picture(self) -> None:
        """Choose a picture, and show it in full."""
        choices = [Choice(one, one.title(), "", one.about()) for one in every_picture()]

        def chosen(picture: WorkPicture | None) -> None:
            if picture is not None:
                self.app.push_screen(PictureView(picture))

        self.app.push_screen(Choose(say("tui_picture.which"), choices), chosen)
