"""One term for one thing: words that the glossary has retired stand in no message."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [ROOT / room / "locale" for room in ("planner/wording", "scripts", "tui")]

RETIRED = {
    "en": (
        r"[Ss]et aside", r"[Mm]end(?:s|ed|ing)?", r"(?:[Tt]ake|[Tt]aken|[Tt]aking) (?:\w+ )?back",
        r"[Tt]aken in(?! the)", r"[Cc]rews?", r"[Ff]irms?", r"[Ss]eats?", r"[Rr]isk class(?:es)?",
        r"[Rr]ecuses from", r"[Vv]ouch(?:es|ed)?(?= for)", r"given up", r"the lot",
        r"[Dd]ealt(?! with)", r"for ever", r"whoever (?:would|must|has)", r"came of",
    ),
    "zh": ("缺勤", "席位", "搁置", "检查期(?![间限])", "批次事项", "结案", "签号"),
}  # fmt: skip
"""What rejected rows, imports, teams and so on were called, by language."""

OF_CODE = re.compile(
    r"\{[^{}]*\}"  # a parameter
    r"|\byaohao(?: [\w.-]+)+"  # a command
    r"|--[\w-]+|`[^`]*`|\[\w+\]|\w+\.xlsx"  # an option, a code, a table of a plan, a file
    r"|\"[^\"]*\"|\bor crew\b|\bcrew(?= \(assignment|\.\w)"  # formulas; a round's or a key's name
)
"""What keeps its name whatever the glossary says: contracts with programs."""


@pytest.mark.parametrize("lang", RETIRED)
def test_no_message_has_a_retired_word(lang: str) -> None:
    files = [file for folder in FOLDERS for file in folder.glob("*.toml")]
    assert len(files) > 70
    mark = r"\b" if lang == "en" else ""
    retired = re.compile(mark + "(?:" + "|".join(RETIRED[lang]) + ")" + mark)
    found = {
        f"{file.stem}.{name}: {match[0]}"
        for file in files
        for name, words in tomllib.loads(file.read_text(encoding="utf-8")).items()
        for match in retired.finditer(OF_CODE.sub(" ", words[lang]))
    }
    assert found == set()
