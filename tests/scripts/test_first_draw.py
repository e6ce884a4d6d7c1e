"""The tutorial: its commands work, in their order, in both languages, on a register in Excel."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.document_commands import DOCS, Walk, blocks, bring_files, commands

PAGES = {"en": "first-draw.md", "zh": "first-draw.zh-CN.md"}
FILES = ("to-correct.csv", "visits.xlsx", "proof.json", "www/index.html", "forms/notices.html")


@pytest.mark.parametrize("lang", sorted(PAGES))
def test_every_command_works(lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_files(tmp_path, rows=1200)
    walk = Walk(tmp_path, lang, monkeypatch)
    for block in blocks((DOCS / PAGES[lang]).read_text(encoding="utf-8")):
        for words in commands(block):
            if words[1] == "results":  # a week later
                monkeypatch.setenv("YAOHAO_TODAY", "2027-01-13")
            walk.run(words)
    for name in FILES:
        assert (tmp_path / name).is_file(), name
    stages = sorted(one.name for one in (tmp_path / "www" / "draws" / "2027q1").iterdir())
    assert [one for one in stages if one[:1].isdigit()] == [
        "01-committed", "02-staffed", "03-dealt", "04-dealt",
    ], stages  # fmt: skip
