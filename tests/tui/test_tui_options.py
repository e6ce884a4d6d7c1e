"""What messages name as options of the command line is told on the screens as what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from helpers.cli import language_kept
from yaohao.planner.wording import messages
from yaohao.planner.wording.messages import LANGUAGES, catalogue, choose_language, say
from yaohao.tui.told_keys import screen_words, with_keys

from yaohao import tui

OPTION = re.compile(r"(?<![\w-])--([a-z][a-z-]*)")

FOLDERS = [Path(str(one.__file__)).parent / "locale" for one in (messages, tui)]
"""The words of the core and of the screens; those of the command line are its own."""

OF_COMMAND_LINE = {
    # help, notes and refusals of commands
    "output.everywhere", "output.no-such-table", "output.no-terminal", "output.opt-format",
    "output.two-formats",
    "open.help-open", "upkeep.completion-other", "upkeep.completion-unwritten",
    "upkeep.help-backup", "upkeep.help-completion", "upkeep.note-after-backup",
    "upkeep.opt-backup-passphrase", "upkeep.to-or-check", "vouch.for-registers",
    "worksheet.to-or-output", "workspace.no-workspace", "plan_check.bad-today",
    # how the program itself is begun or installed
    "doctor.blocks-do", "doctor.extra-serve-do", "doctor.extra-spark-do", "doctor.packages-do",
    "engine.master-alone", "engine.unseen-file", "tui_draw.no-motion",
    "workspace.clock-ahead", "workspace.clock-behind",
    # what no field of the screens asks for
    "effects.for-results", "effects.idle-supersedes", "effects.inspections-added",
    "effects.kept", "effects.no-rows", "effects.older", "effects.replaces-all",
    "effects.replaces-most", "effects.results-stay",
}  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_message_of_the_screens_names_an_option(lang: str) -> None:
    left = set()
    with language_kept():
        choose_language(lang)
        for area in (file.stem for folder in FOLDERS for file in folder.glob("*.toml")):
            for name, words in catalogue(area).items():
                if OPTION.search(with_keys(words[lang])):
                    left.add(f"{area}.{name}")
    assert left <= OF_COMMAND_LINE, left - OF_COMMAND_LINE


def test_the_verdict_names_the_field_of_the_screens() -> None:
    with language_kept():
        choose_language("zh")
        told = {"round": "抽取对象", "key": "ab"}
        assert "--cosigner" in say("verdict.level-1", **told)
        screen_words(is_on=True)
        try:
            for name in ("level-1", "level-2", "level-2-plan", "cosigner", "auditor", "signer"):
                words = say(f"verdict.{name}", **told)
                assert "--" not in words and '"核验"' in words, words
        finally:
            screen_words(is_on=False)
