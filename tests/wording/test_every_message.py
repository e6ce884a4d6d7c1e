"""Every message in both languages: the same parameters, and the marks of its script."""

import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest
from yaohao.planner.wording.messages import LANGUAGES, say

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [ROOT / room / "locale" for room in ("planner/wording", "scripts", "tui")]
MESSAGES = [
    (path.stem, name, entry)
    for folder in FOLDERS
    for path in sorted(folder.glob("*.toml"))
    for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items()
]
# click names the kind of number in English only; the Chinese sentence does without it.
ENGLISH_ONLY = {"click.not-a-number": {"number_type"}}
NAMES = [f"{area}.{name}" for area, name, _ in MESSAGES]
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff]: \{|[\u4e00-\u9fff][,;?!] ")


def parameters(template: str) -> set[str]:
    """The names of the parameters a template asks for."""
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


@pytest.mark.parametrize(("area", "name", "entry"), MESSAGES, ids=NAMES)
def test_both_languages_ask_for_the_same(area: str, name: str, entry: dict[str, str]) -> None:
    assert set(entry) == set(LANGUAGES)
    spared = ENGLISH_ONLY.get(f"{area}.{name}", set())
    assert parameters(entry["zh"]) == parameters(entry["en"]) - spared


@pytest.mark.parametrize(("area", "name", "entry"), MESSAGES, ids=NAMES)
def test_chinese_has_mainland_marks(area: str, name: str, entry: dict[str, str]) -> None:
    assert not set("「」『』") & set(entry["zh"])
    assert not HALF_WIDTH.search(entry["zh"])


def test_lists_are_joined_as_the_language_joins_them() -> None:
    assert say("quota.unsettled", "zh", places=["甲", "乙"]).count("甲、乙") == 1
    assert say("quota.unsettled", "en", places=["a", "b"]).count("a, b") == 1
