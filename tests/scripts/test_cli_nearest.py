"""The command line helps on: nearest names, plans and draws by path or id, what waits, -h."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from helpers.cli import SEEDS, fill, told, yaohao
from yaohao.planner.vocabulary.shell import shell_word


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    return fill(tmp_path)


@pytest.mark.parametrize(
    ("typed", "near"), [("freez", "freeze"), ("Verfy", "verify"), ("plans", "plan"), ("xyzzy", "")]
)
def test_the_nearest_command_is_named(typed: str, near: str) -> None:
    for lang, words in (("en", f"did you mean {near}?"), ("zh", f"是否要写 {near}？")):
        done = yaohao(typed, lang=lang)
        assert done.exit_code == 2
        assert (words in done.stderr) == bool(near)
        assert typed in done.stderr


def test_the_nearest_command_of_a_group_is_named() -> None:
    done = yaohao("plan", "chek")
    assert done.exit_code == 2
    assert "did you mean check?" in done.stderr


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["import", "entitis", "x.csv"], "entities"),
        (["template", "Result", "--to", "x.csv"], "results"),
        (["register", "set-aside", "--register", "inspektors"], "inspectors"),
        (["synth", "x", "--profile", "countie"], "county"),
        (["import", "zzz", "x.csv"], ""),
    ],
)
def test_the_nearest_choice_is_named(words: list[str], near: str) -> None:
    for lang, said in (("en", f"Did you mean {near}?"), ("zh", f"是否要写 {near}？")):
        done = yaohao(*words, lang=lang)
        assert done.exit_code == 2
        assert (said in done.stderr) == bool(near), done.stderr


def test_what_is_missing_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Click sets choices apart by line breaks and tabs."""
    monkeypatch.setenv("COLUMNS", "30")
    for lang in ("en", "zh"):
        for words in (["import"], ["template"], ["withdraw"], ["publish", "x", "--format"]):
            done = yaohao(*words, lang=lang)
            assert done.exit_code == 2
            assert "\\u" not in done.stderr, done.stderr


@pytest.mark.parametrize("words", [[], ["freeze"], ["plan"], ["plan", "check"]])
def test_a_short_option_shows_the_help(words: list[str]) -> None:
    assert yaohao(*words, "-h").stdout == yaohao(*words, "--help").stdout
    assert "-h, --help" in yaohao(*words, "-h").stdout


def test_draws_are_named_by_themselves_and_by_their_plan(filled: Path) -> None:
    here = ("--workspace", filled)
    assert told(*here, "draw") == {"round": "select", "waiting": []}
    assert told(*here, "freeze", "spring")["draw"] == "spring"
    assert told(*here, "draw")["waiting"] == ["spring"]
    assert "spring" in yaohao(*here, "draw").stdout
    assert "yaohao draw spring --seed" in yaohao(*here, "draw").stderr
    done = yaohao(*here, "draw", "sprng", "--seed", SEEDS[0])
    assert (done.exit_code, "did you mean spring?" in done.stderr) == (2, True)
    done = yaohao(*here, "draw", "--seed", SEEDS[0])
    assert (done.exit_code, "Name the draw before the seed" in done.stderr) == (2, True)
    plan = filled / "plans" / "spring.toml"
    assert told(*here, "draw", plan, "--seed", SEEDS[0])["draw"] == "spring"
    assert told(*here, "draw")["waiting"] == []


def test_the_draw_of_a_plan_that_waits_is_meant(filled: Path) -> None:
    here = ("--workspace", filled)
    for _ in range(2):
        told(*here, "freeze", "spring", "--again")
    told(*here, "draw", "spring-2", "--seed", SEEDS[0])
    plan = filled / "plans" / "spring.toml"
    assert told(*here, "draw", plan, "--seed", SEEDS[1])["draw"] == "spring"


def test_commands_that_are_told_can_be_pasted(filled: Path) -> None:
    path = filled / "plans" / "it's mine; $HOME.toml"
    done = yaohao("--workspace", filled, "plan", "new", path)
    assert done.exit_code == 0, done.output
    command = done.stderr[done.stderr.index("yaohao plan check") :].strip()
    assert shlex.split(command) == ["yaohao", "plan", "check", str(path)]
    assert shell_word("plans/q1.toml") == "plans/q1.toml"
