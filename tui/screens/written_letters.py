"""Where letters of cases are written from the screens, so that the step that sends them finds them.

Those of one case have a folder of its own: the same letter to the next firm replaces none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary.file_names import letter_file

FOLDER = "letters"
"""Beside the workspace's own folders, for its owner alone."""

FORMS = ("docx", "html")
"""The forms in which a letter goes out; a workbook is for a mail merge."""


def letters_folder(ids: Sequence[str]) -> str:
    """The folder in which letters of some cases begin, below the workspace."""
    return f"{FOLDER}/{ids[0]}" if len(ids) == 1 else FOLDER


def written_letter(
    folder: Path, case: Mapping[str, Any], step: Mapping[str, Any], document: str
) -> str:
    """The letter of a step that was written for a case, below the workspace; "" for none."""
    one_of = document if len(step["documents"]) > 1 else ""
    names = (letter_file(case["kind"], step["id"], form, one_of) for form in FORMS)
    files = (f"{letters_folder([case['id']])}/{name}" for name in names)
    return next((file for file in files if (folder / file).is_file()), "")
