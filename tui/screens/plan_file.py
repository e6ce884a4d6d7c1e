"""The plan file: opened, saved as it is written with its comments; another one chosen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from yaohao.planner.schema.reports.plans import PreviewReport
from yaohao.planner.vocabulary.problems import PlannerError, refuse
from yaohao.planner.vocabulary.small_files import like_before, read_small_text
from yaohao.planner.vocabulary.whole_folders import write_file
from yaohao.planner.wording.messages import say
from yaohao.tui.screens.base import BaseScreen
from yaohao.tui.widgets.dialogs import Choice, Choose, Reading
from yaohao.tui.widgets.editor import PlanEditor

KEEP = 3.0
"""Seconds between two times that a text that is not saved is kept."""


class PlanFile(BaseScreen):
    """A screen with one plan file open.

    `text` is what is written, `saved` what the file holds, `told` what the text would do (None
    while that is not known), `before` what the saved one does, `looked` the text `told` is of.
    """

    def __init__(self) -> None:
        super().__init__()
        self.file = ""
        self.saved = ""
        self.text = ""
        self.told: PreviewReport | None = None
        self.before: PreviewReport | None = None
        self.looked: str | None = None
        self._kept: str | None = None
        """The text that was kept last, for the next time the program is begun."""
        self._found: str | None = None
        """A text of this plan found unsaved, which nobody has yet said what to do with."""
        self._is_asked = False
        self._wanted = ""
        """The file to go on with once it is decided what becomes of this one."""

    def tell_plan(self) -> None:
        """Show what is known of the text by now."""
        raise NotImplementedError

    def files(self) -> list[str]:
        """The plan files of the workspace."""
        folder = self.workspace.folder / "plans"
        return [str(Path("plans") / path.name) for path in sorted(folder.glob("*.toml"))]

    def path(self) -> Path:
        """Where the open file is."""
        return self.workspace.folder / self.file

    def open_file(self, file: str) -> None:
        """Read a file, unless it is open and as it was; PlannerError where it cannot be read."""
        path = self.yaohao.workspace.folder / file
        try:
            text = read_small_text(path)
        except (OSError, UnicodeDecodeError) as error:
            found = getattr(error, "strerror", None) or str(error)
            raise refuse("workspace.unreadable", file=str(path), found=found) from error
        if file != self.file or text != self.saved:
            self.file, self.saved, self.text = file, text, text
            self.told, self.before, self.looked = None, None, None
            found = self.workspace.unsaved(path)
            self._kept, self._found = None, found if found != text else None
            self._is_asked = False
            if found == text:
                self.workspace.drop_unsaved(path)

    # what is not saved

    async def retell(self) -> None:
        """Say it in the language now in use; the cursor, and what can be undone, stay."""
        found = self.query("#editor")
        before = found.first(PlanEditor) if found else None
        await super().retell()
        if before is not None:
            self.query_one("#editor", PlanEditor).go_on_from(before)

    def on_mount(self) -> None:
        """Keep what is not saved now and then."""
        self.set_interval(KEEP, self._keep_now_and_then)

    def on_screen_resume(self) -> None:
        """Ask what waits to be asked, once the screen is looked at."""
        self.call_after_refresh(self.ask_what_waits)

    def _keep_now_and_then(self) -> None:
        try:
            self._keep()
        except OSError as error:
            self.tell_error(error)

    def _keep(self) -> None:
        if self.is_changed() and self.text != self._kept and self._found is None:
            self.workspace.keep_unsaved(self.path(), self.text)
            self._kept = self.text
        elif not self.is_changed() and self._kept is not None:
            self._forget()

    def keep_unsaved(self) -> None:
        """Keep the text beside the plan: the program may end at any moment."""
        self._keep()

    def give_up(self) -> None:
        """Forget the text: somebody has said so. One that was found and not decided on stays."""
        self.text = self.saved
        self._forget()

    def _forget(self) -> None:
        self._kept = None
        if self._found is None and self.file:
            self.workspace.drop_unsaved(self.path())

    def ask_what_waits(self) -> None:
        """Ask about a text found unsaved, once, or about this one where another is wanted."""
        if self.yaohao.screen is not self:
            return
        if self._found is not None and not self._is_asked:
            self.ask_found()
        elif self._found is None and self._wanted:
            self._go_on_with(self._wanted)

    def ask_found(self) -> None:
        """Ask what becomes of the text found unsaved."""
        self._is_asked = True
        choices = [
            Choice(name, say(f"tui_plan.found-{name}"), "", say(f"tui_plan.finding-{name}"))
            for name in ("recover", "look", "discard")
        ]

        def chosen(name: Any) -> None:
            found = self._found
            if found is None:
                return
            if name == "look":
                title = say("tui_plan.differs", file=self.file)
                reading = Reading(title, _difference(self.saved, found))
                self.app.push_screen(reading, lambda _: self.ask_found())
            elif name is None:
                self.tell(say("tui_plan.found", file=self.file), "bad")
            else:
                self._found, self._kept = None, found
                self.query_one("#editor", PlanEditor).read_only = False
                if name == "recover":
                    self.query_one("#editor", PlanEditor).put(found)
                else:
                    self._forget()
                self.tell(say(f"tui_plan.was-{name}", file=self.file))
                self.call_after_refresh(self.ask_what_waits)

        self.app.push_screen(Choose(say("tui_plan.found", file=self.file), choices), chosen)

    def _go_on_with(self, file: str) -> None:
        """Open another plan, once it is decided what becomes of this one."""
        self._wanted = ""

        def opened() -> None:
            self.open_file(file)
            self.fill()
            self.ask_what_waits()

        if file == self.file:
            return
        if not self.is_changed():
            self.yaohao.guarded(opened)
            return
        choices = [
            Choice(name, say(f"tui_plan.leave-{name}"), "", say(f"tui_plan.parting-{name}"))
            for name in ("save", "discard", "stay")
        ]

        def chosen(name: Any) -> None:
            if name == "save":
                self.do_save(opened)
            elif name == "discard":
                self.give_up()
                self.yaohao.guarded(opened)

        self.app.push_screen(Choose(self.unsaved(), choices), chosen)

    def has_file(self) -> bool:
        """Whether a plan is open."""
        return bool(self.file)

    def is_decided(self) -> bool:
        """Whether a plan is open, and no text found unsaved waits to be decided on."""
        return bool(self.file) and self._found is None

    def is_changed(self) -> bool:
        """Whether the text is not what the file holds."""
        return self.text != self.saved

    def unsaved(self) -> str:
        """The plan, where it is not saved."""
        return say("tui_plan.unsaved", file=self.file) if self.is_changed() else ""

    def do_save(self, then: Callable[[], None] | None = None) -> None:
        """Write the text into the plan file; ask where somebody else has changed it meanwhile.

        `then` is done once it is written.
        """

        def save() -> None:
            self._save()
            if then is not None:
                then()

        try:
            there = read_small_text(self.path())
        except (OSError, UnicodeDecodeError):
            there = self.saved
        except PlannerError:  # far larger than any plan: somebody else has put it there
            there = ""
        if there not in (self.saved, self.text):
            self.confirm(
                say("tui_plan.changed-title"),
                say("tui_plan.changed-text", file=self.file),
                say("tui_plan.changed-yes"),
                save,
            )
        else:
            save()

    def _save(self) -> None:
        write_file(self.path(), like_before(self.path(), self.text))
        self.saved = self.text
        self._forget()
        self.before = self.told
        self.tell(say("tui_plan.saved", file=self.file))
        self.tell_plan()

    def do_revert(self) -> None:
        """Take back everything that is not saved."""
        self.confirm(
            say("tui_plan.revert-title"),
            say("tui_plan.unsaved", file=self.file),
            say("tui_plan.revert-yes"),
            self._revert,
        )

    def _revert(self) -> None:
        self.query_one("#editor", PlanEditor).put(self.saved)
        self._forget()

    def do_other(self) -> None:
        """Choose another plan file."""
        choices = [Choice(file, file) for file in self.files()]

        def chosen(file: Any) -> None:
            if file is not None:
                self._go_on_with(file)

        self.app.push_screen(Choose(say("tui_plan.other-title"), choices), chosen)


def _difference(saved: str, found: str) -> str:
    """What an unsaved text has that the saved one has not, and the other way round, by lines."""
    from difflib import unified_diff

    lines = unified_diff(saved.split("\n"), found.split("\n"), lineterm="", n=1)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++")))
