"""Letters that were written: which there are of a case, and one of them read and copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from textual import events
from textual.content import Content
from textual.widgets import Static
from yaohao.planner.doors.letter_text import is_to, letter_text
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import say
from yaohao.tui.keys import key_typed, keys_of
from yaohao.tui.screens.written_letters import FOLDER, letters_folder
from yaohao.tui.text_layout import folded
from yaohao.tui.widgets.dialogs import Reading

ENDINGS = (".html", ".docx", ".xlsx", ".txt")
MOST = 200
"""Letters that are listed."""

SHARED = 40
"""Files with letters of several cases that are looked through, the newest ones."""


def letters_in(folder: Path) -> list[Path]:
    """The letters in a folder, the newest first; none where it cannot be read."""
    try:
        files = [
            (file.stat().st_mtime, file)
            for file in folder.iterdir()
            if file.suffix.casefold() in ENDINGS and file.is_file() and not file.is_symlink()
        ]
    except OSError:
        return []
    return [file for _, file in sorted(files, reverse=True)][:MOST]


def letters_of(folder: Path, case: Mapping[str, Any]) -> list[Path]:
    """The letters written for a case, below a workspace's folder: its own, and then the files in
    which it has one among those of others, as far as they lie where the screens write them.
    """
    own = letters_in(folder / letters_folder([case["id"]]))
    shared = letters_in(folder / FOLDER)[:SHARED]
    return [*own, *(file for file in shared if _is_to(file, case))]


def _is_to(file: Path, case: Mapping[str, Any]) -> bool:
    try:
        return file.name.startswith(f"{case['kind']}-") and is_to(file, case["subject"])
    except OSError:
        return False


class LetterReading(Reading):
    """A letter as text, with where it is; a key copies that, as everywhere."""

    def __init__(self, file: Path, width: int) -> None:
        try:
            text = letter_text(file)
        except OSError as error:
            text = say("tui.system", file=str(file), found=str(error.strerror or error))
        self._file = file
        where = folded(say("tui_cases.letter-at", file=plain(str(file), 1000)), width)
        told: Sequence[str] = [say("tui_cases.letter-not-text")]
        if text is not None:
            told = [part for line in text.split("\n") for part in folded(line, width) or [""]]
        super().__init__(plain(file.name, 200), "\n".join([*where, "", *told]))

    def leave_words(self) -> str:
        """How the path is copied, and how one leaves."""
        return f"{say('tui_cases.letter-copy')}  {say('tui.reading-leave')}"

    async def on_key(self, event: events.Key) -> None:
        """Copy where the letter is; all else is done as of any text to read."""
        if key_typed(event.key, event.character) in keys_of("copy"):
            event.stop()
            event.prevent_default()
            app: Any = self.app
            app.copy_text(str(self._file))
            line = self.query(".answer").last(Static)
            line.update(Content(say("tui_cases.letter-copied", file=plain(str(self._file), 1000))))
