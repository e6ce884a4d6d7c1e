"""The plan file: opened, saved as it is written with its comments; another one chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from planner.vocabulary.problems import refuse
from planner.vocabulary.whole_folders import write_file
from planner.vocabulary.words import say
from tui.screens.place import PlaceScreen
from tui.widgets.dialogs import Choice, Choose
from tui.widgets.editor import PlanEditor


class PlanFile(PlaceScreen):
    """A place with one plan file open.

    `text` is what is written, `saved` what the file holds, `told` what the text would do (None
    while that is not known), `before` what the saved one does, `looked` the text `told` is of.
    """

    def __init__(self) -> None:
        super().__init__()
        self.file = ""
        self.saved = ""
        self.text = ""
        self.told: dict[str, Any] | None = None
        self.before: dict[str, Any] | None = None
        self.looked: str | None = None

    def tell_plan(self) -> None:
        """Show what is known of the text by now."""
        raise NotImplementedError

    def files(self) -> list[str]:
        """The plan files of the workspace."""
        folder = self.bureau.folder / "plans"
        return [str(Path("plans") / path.name) for path in sorted(folder.glob("*.toml"))]

    def path(self) -> Path:
        """Where the open file is."""
        return self.bureau.folder / self.file

    def open_file(self, file: str) -> None:
        """Read a file, unless it is open and as it was; PlannerError where it cannot be read."""
        path = self.yaohao.bureau.folder / file
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            found = getattr(error, "strerror", None) or str(error)
            raise refuse("workspace.unreadable", file=str(path), found=found) from error
        if file != self.file or text != self.saved:
            self.file, self.saved, self.text = file, text, text
            self.told, self.before, self.looked = None, None, None

    def has_file(self) -> bool:
        """Whether a plan is open."""
        return bool(self.file)

    def is_changed(self) -> bool:
        """Whether the text is not what the file holds."""
        return self.text != self.saved

    def unsaved(self) -> str:
        """The plan, where it is not saved."""
        return say("tui_plan.unsaved", file=self.file) if self.is_changed() else ""

    def do_save(self) -> None:
        """Write the text into the plan file; ask where somebody else has changed it meanwhile."""
        try:
            there = self.path().read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            there = self.saved
        if there not in (self.saved, self.text):
            self.confirm(
                say("tui_plan.changed-title"),
                say("tui_plan.changed-text", file=self.file),
                say("tui_plan.changed-yes"),
                self._save,
            )
        else:
            self._save()

    def _save(self) -> None:
        write_file(self.path(), self.text.encode())
        self.saved = self.text
        self.before = self.told
        self.tell(say("tui_plan.saved", file=self.file))
        self.tell_plan()

    def do_revert(self) -> None:
        """Take back everything that is not saved."""
        self.confirm(
            say("tui_plan.revert-title"),
            say("tui_plan.unsaved", file=self.file),
            say("tui_plan.revert-yes"),
            lambda: self.query_one("#editor", PlanEditor).put(self.saved),
        )

    def do_other(self) -> None:
        """Choose another plan file."""
        if self.is_changed():
            self.tell(say("tui_plan.unsaved", file=self.file), "bad")
            return
        choices = [Choice(file, file) for file in self.files()]

        def chosen(file: Any) -> None:
            if file is not None:
                self.yaohao.guarded(lambda: self.open_file(file))
                self.fill()

        self.app.push_screen(Choose(say("tui_plan.other-title"), choices), chosen)
