"""The tutorial: its commands work, in their order, in both languages, on a register in Excel."""

from __future__ import annotations

import csv
import re
import shlex
from pathlib import Path

import pytest
from helpers.cli import told, yaohao
from openpyxl import Workbook

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample_data" / "tongliao"
PAGES = {"en": "first-draw.md", "zh": "first-draw.zh-CN.md"}
FILES = ("to-correct.csv", "visits.xlsx", "proof.json", "www/index.html", "forms/notices.html")


def commands(page: str) -> list[list[str]]:
    """The lines of all blocks, as a shell splits them."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.splitlines()]


def prepared(folder: Path) -> None:
    """The three files that one has: a workbook of businesses, two lists."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    with (SAMPLE / "entities.csv").open(encoding="utf-8-sig", newline="") as file:
        for number, row in zip(range(1200), csv.reader(file), strict=False):
            sheet.append([re.sub(r"[\x00-\x1f]", "", cell) for cell in row])
            assert number or row[0] == "entity_id"
    book.save(folder / "register.xlsx")
    for name in ("inspectors.csv", "items.csv"):
        (folder / name).write_bytes((SAMPLE / name).read_bytes())


@pytest.mark.parametrize("lang", sorted(PAGES))
def test_every_command_works(lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("YAOHAO_WORKSPACE", raising=False)
    prepared(tmp_path)
    drawn: list[str] = []
    for words in commands(PAGES[lang]):
        if words[0] == "cd":
            monkeypatch.chdir(words[1])
            continue
        assert words[0] == "yaohao"
        if "ENTITY" in words and not drawn:
            drawn = [one["entity_id"] for one in told("show", "2027q1")["visits"]]
        if words[1] == "results":  # a week later
            monkeypatch.setenv("YAOHAO_TODAY", "2027-01-13")
        result = yaohao(*(drawn[0] if one == "ENTITY" else one for one in words[1:]), lang=lang)
        assert result.exit_code == 0, (words, result.output)
    for name in FILES:
        assert (tmp_path / name).is_file(), name
    stages = sorted(one.name for one in (tmp_path / "www" / "draws" / "2027q1").iterdir())
    assert [one for one in stages if one[:1].isdigit()] == [
        "01-committed", "02-staffed", "03-dealt", "04-dealt",
    ], stages  # fmt: skip


def test_both_languages_say_the_same() -> None:
    """The commands are the same but for what people say in them."""
    plain = [
        [[word for word in words if word.isascii() and " " not in word] for words in commands(page)]
        for page in PAGES.values()
    ]
    assert len(plain[0]) == len(plain[1]) > 25
    for english, chinese in zip(*plain, strict=True):
        assert set(chinese) <= set(english)
        assert [one for one in english if one.startswith("-")] == [
            one for one in chinese if one.startswith("-")
        ]
