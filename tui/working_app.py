"""An app that does long work in a thread, and says plainly what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.asked_again import AskingApp
from yaohao.tui.background_job import BackgroundJob, Job, Stopped, commands_in, in_words
from yaohao.tui.clipboard import MOST, give_to_tmux, tsv
from yaohao.tui.plain_end import PlainEnd

COPIED = "copied.tsv"

Mend = tuple[str, str, Callable[[], object]]
"""What mends what went wrong: how it is shown, Textual's name of its key, how it is done."""


class WorkingApp(AskingApp, PlainEnd[None], inherit_bindings=False):
    """Long work one at a time, errors in words, rows copied; where it is told is the app's own."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.workspace = workspace
        self._work: BackgroundJob | None = None
        self.copies = ""

    def _tell(self, text: str, kind: str = "") -> None:
        """Show words in the status line; `kind` is ``bad``, ``work`` or nothing."""
        raise NotImplementedError

    def notify(self, *_: Any, **__: Any) -> None:
        """Nothing: these are notices of the library that draws the screens, in words of its own.

        What there is to tell is told above the keys, in the language in use.
        """

    def action_help_quit(self) -> None:
        """Say how one quits, to whoever tries it by a key that copies here."""
        self._tell(say("tui_keys.how-to-quit"))

    def look_around(self) -> None:
        """Take up what was changed meanwhile."""
        raise NotImplementedError

    def guarded(self, then: Callable[[], Any]) -> None:
        """Do something; what goes wrong is told plainly."""
        try:
            then()
        except Exception as error:
            self.tell_error(error)

    def work(self, words: str, job: Job, done: Callable[[Any], None]) -> None:
        """Do long work in a thread; a second one waits for nothing, it is refused."""
        if self._work is not None:
            self._tell(say("tui.still-working", what=self._work.words), "bad")
            return
        one = self._work = BackgroundJob(words, job, done)
        one.asked = self.asked
        self._tell(one.told(), "work")

        def told() -> None:
            if self._work is one and not one.is_stopped:
                self._tell(one.told(), "work")

        def run() -> None:
            try:
                found = one.run(self.workspace.folder, lambda: self.call_from_thread(told))
            except Stopped:
                self.call_from_thread(self._ended, one, None, None)
            except Exception as error:
                self.call_from_thread(self._ended, one, None, error)
            else:
                self.call_from_thread(self._ended, one, found, None)

        self.run_worker(run, thread=True, exit_on_error=False)

    @property
    def is_working(self) -> bool:
        """Whether long work is going on."""
        return self._work is not None

    def _ended(self, one: BackgroundJob, found: Any, error: Exception | None) -> None:
        self._work = None
        self._tell("")
        if one.is_stopped:
            self._tell(say("tui.stopped", what=one.words))
        else:
            with self.answering(one.asked):
                if error is not None:
                    self.tell_error(error)
                else:
                    self.guarded(lambda: one.done(found))
        self.look_around()

    def tell_error(self, error: BaseException) -> None:
        """Say plainly what went wrong: in a line, or where there is more, in a text to read."""
        from yaohao.tui.text_layout import folded
        from yaohao.tui.widgets.bars import MOST_LINES
        from yaohao.tui.widgets.dialogs import Reading

        self.fault = error
        lines = in_words(error)
        mend = self.mend_told(commands_in(error))
        if mend is None and self.ask_again(error):
            return
        if len(lines) == 1 and len(folded(lines[0], self.size.width - 2)) < MOST_LINES:
            self._tell(lines[0], "bad")
            if mend is not None:
                self._offer(*mend)
        else:
            title = say("tui.problems", size=len(lines))
            self._tell(title, "bad")
            self.push_screen(Reading(title, "\n\n".join(lines), mend))

    def mend_told(self, words: str) -> Mend | None:
        """What mends what the words tell: its control, its key, and how it is done."""
        return None

    def _offer(self, control: str, key: str, act: Callable[[], object]) -> None:
        """Show what mends what was told, beside it."""
        raise NotImplementedError

    def copy_text(self, text: str) -> None:
        """Copy a text to the clipboard of the terminal, within tmux by tmux."""
        if not give_to_tmux(text) and len(text.encode()) <= MOST:
            self.copy_to_clipboard(text)

    def copy_rows(self, headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Copy rows as tab-separated text to the clipboard, and save them beside the workspace."""
        from tempfile import mkdtemp

        from yaohao.planner.vocabulary.whole_folders import write_file

        copied = tsv(rows)
        self.copy_text(copied)
        text = "\t".join(map(plain, headings)) + "\n" + copied + "\n"
        file = self.workspace.folder / COPIED
        try:
            write_file(file, text.encode(), private=True)
        except OSError:
            # Everybody may put a link into the folder of temporary files: one of our own in it.
            self.copies = self.copies or mkdtemp(prefix="yaohao-")
            file = type(file)(self.copies) / COPIED
            write_file(file, text.encode(), private=True)
        if len(rows) == 1:
            self._tell(say("tui.copied", file=str(file)))
        else:
            self._tell(say("tui_table.copied-rows", size=len(rows), file=str(file)))
