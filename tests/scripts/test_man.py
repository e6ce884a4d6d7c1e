"""The manual page: of every command, in both languages, and sound for the typesetter."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from helpers.cli import language_kept
from yaohao.scripts.cli import COMMANDS
from yaohao.scripts.make_man import PLACES, _line, pages


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    with language_kept():
        found = pages()
    return {path.as_posix().rpartition("/docs/man/")[2]: text for path, text in found.items()}


def test_both_are_committed_and_up_to_date(made: dict[str, str]) -> None:
    assert list(made) == ["man1/yaohao.1", "zh_CN/man1/yaohao.1"]
    with language_kept():
        found = pages()
    for path, text in found.items():
        assert path.read_text(encoding="utf-8") == text, "python scripts/make_docs.py"


def test_every_command_is_in_it(made: dict[str, str]) -> None:
    for text in made.values():
        heads = {line[5:-1] for line in text.splitlines() if line.startswith('.SS "')}
        assert {f"yaohao {name}".replace("-", r"\-") for name in COMMANDS} <= heads
        assert text.count(".nf\n") == text.count(".fi\n")
    assert ".SH \"ENVIRONMENT\"" in made["man1/yaohao.1"]  # fmt: skip
    assert "环境变量" in made["zh_CN/man1/yaohao.1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".so /etc/passwd", r"\&.so /etc/passwd"),
        ("'ig", r"\(aqig"),
        (r"\n(.l", r"\en(.l"),
        ('a "b" --c', r"a \(dqb\(dq \-\-c"),
    ],
)
def test_no_text_is_an_instruction(text: str, expected: str) -> None:
    assert _line(text) == expected


@pytest.mark.skipif(shutil.which("groff") is None, reason="needs groff")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_typesetter_has_nothing_to_complain_of(language: str) -> None:
    words = ["groff", "-k", "-man", "-Tutf8", "-ww", "-b", str(PLACES[language])]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "yaohao freeze" in done.stdout and "--workspace" in done.stdout
