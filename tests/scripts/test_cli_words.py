"""The command line's words: both languages, no missing code, nothing wider than the screen."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from helpers.characters import AMBIGUOUS
from helpers.cli import SEEDS, SOURCE, fill, language_kept, on_terminal, walk, yaohao
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from yaohao.planner.wording.format import millionths, percent, short_percent, tenths
from yaohao.planner.wording.messages import LANGUAGES, catalogue, choose_language
from yaohao.scripts import click_words
from yaohao.scripts.cli import COMMANDS, cli
from yaohao.scripts.command_base import Argument, Group, Option
from yaohao.scripts.output import cut
from yaohao.scripts.typesetting import (
    cells,
    definitions,
    paragraphs,
    wrap,
)


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    with language_kept():
        yield


ROOT = Path(__file__).resolve().parents[2]
PREFIX = {
    "fact": "label-",
    "column": "label-",
    "title": "title-",
    "note": "note-",
    "warn": "warn-",
    "text": "text-",
    "progress": "note-",
}


def codes_used() -> Iterator[tuple[str, str]]:
    """Area and name of every word named literally in `scripts`, or in what these tell with."""
    shared = ROOT / "planner" / "wording" / "format.py"
    for file in [shared, *sorted((ROOT / "scripts").rglob("*.py"))]:
        source = file.read_text(encoding="utf-8")
        yield from re.findall(
            r"[\"'](cli|common|demo|intake|steps|verdict|withdrawal|noted)\.([a-z0-9_-]+)[\"']",
            source,
        )
        for node in ast.walk(ast.parse(source)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
                continue
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                if node.func.id in PREFIX:
                    area, point, name = first.value.partition(".")
                    if not point and PREFIX[node.func.id] + area in catalogue("common"):
                        yield "common", PREFIX[node.func.id] + area
                        continue
                    own = PREFIX[node.func.id] + (name or area)
                    bare = point and own not in catalogue(area)
                    yield area if point else "cli", name if bare else own
                elif node.func.id == "_speak":
                    yield "demo", first.value
                elif node.func.id == "_heading":
                    yield from (("demo", f"{first.value}-{part}") for part in ("title", "text"))


MARKS = str.maketrans("", "", "“”")
SENTENCES = ("help-", "opt-", "note-", "warn-", "text-", "rule-")


def commands(group: click.Group) -> Iterator[tuple[list[str], click.Command]]:
    """Every command below a group, with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield [name], command
        if isinstance(command, click.Group):
            yield from (([name, *rest], below) for rest, below in commands(command))


def test_every_code_has_words() -> None:
    used = set(codes_used())
    assert len(used) > 150
    missing = [code for code in used if code[1] not in catalogue(code[0])]
    assert missing == []


@pytest.mark.parametrize("area", ["cli", "common", "demo", "click", "steps"])
def test_both_languages_with_the_same_parameters(area: str) -> None:
    for name, entry in catalogue(area).items():
        assert set(entry) == set(LANGUAGES), name
        zh, en = (re.findall(r"{(\w+)", entry[lang]) for lang in ("zh", "en"))
        assert set(zh) == set(en) or area == "click", name
        if area != "click":
            words = entry["zh"] + entry["en"]
            # Sentences have quotation marks; labels, headings and tables have none.
            words = words.translate(MARKS) if name.startswith(SENTENCES) else words
            assert not AMBIGUOUS.search(words), name


def test_the_command_line_repeats_no_word_that_is_shared() -> None:
    assert set(catalogue("cli")) & set(catalogue("common")) == set()


def test_no_word_is_left_over() -> None:
    families = ("short-", "help-", "opt-", "meta-", "label-", "title-", "became-")
    used = {name for area, name in codes_used() if area == "cli"}
    left = [name for name in catalogue("cli") if name not in used and not name.startswith(families)]
    assert left == []


AROUND = (
    "output",
    "upkeep",
    "worksheet",
    "config",
    "open",
    "rehearsal",
    "backup",
    "python",
    "learn",
)


@pytest.mark.parametrize("area", AROUND)
def test_no_word_of_an_area_of_its_own_is_left_over_or_odd(area: str) -> None:
    folders = ("planner", "scripts")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    families = "short|help|opt|meta|label|title|note|warn|text"
    built = ("about-", "column-", "standing-", "note-completion-")
    for name, entry in catalogue(area).items():
        bare = re.sub(rf"^({families})-", "", name)
        used = any(f"{area}.{one}" in source for one in (name, bare))
        assert used or name.startswith(built), name
        assert set(entry) == set(LANGUAGES), name
        zh, en = (set(re.findall(r"{(\w+)", entry[lang])) for lang in LANGUAGES)
        assert zh == en, name
        assert not AMBIGUOUS.search(entry["zh"] + entry["en"]), name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_help_is_told_and_fits(lang: str) -> None:
    choose_language(lang)
    found = list(commands(cli))
    assert [words[0] for words, command in found if len(words) == 1] == list(COMMANDS)
    for words, command in [([], cli), *found]:
        result = yaohao(*words, "--help", lang=lang)
        assert result.exit_code == 0
        assert max(map(cell_len, result.stdout.splitlines())) <= 80, words
        assert not re.search(r"(cli|common)\.[a-z]", result.stdout), words
        chinese = re.search("[\u4e00-\u9fff]", result.stdout) is not None
        assert chinese == (lang == "zh"), words
        parameters = [p for p in command.params if isinstance(p, Option | Argument)]
        assert len(parameters) == len(command.params)
        if isinstance(command, Group):
            for _, key in command.told():
                area, point, name = key.partition(".")
                assert f"short-{name or area}" in catalogue(area if point else "cli")


@pytest.mark.parametrize(
    "words",
    [
        ["nosuch"],
        ["show", "x", "y", "z"],
        ["draw", "x"],
        ["draw", "x", "--sed", "1"],
        ["draw", "x", "--seed"],
        ["staff", "x", "y"],
        ["staff", "x", "y", "z"],
        ["show", "--limit", "x"],
        ["show", "--limit", "-1"],
        ["show", "--json=1"],
        ["import", "nothing", "x"],
        ["import"],
        ["plan"],
        ["init", "x", "--register", "y"],
    ],
)
def test_wrong_use_is_told_in_chinese(words: list[str]) -> None:
    """Whatever click says is in our words; only what the user typed and names of options stay."""
    result = yaohao(*words, lang="zh")
    assert result.exit_code == 2
    told = result.stderr
    for stays in ("yaohao", *words, *COMMANDS, "help", "seed", "source", "limit", "json", "china"):
        told = told.replace(stays, "")
    for stays in (
        "free",
        "entities",
        "inspectors",
        "items",
        "leads",
        "lists",
        "results",
        "inspections",
        "register",
        "absent",
        "x>=0",
        "master",  # an option that is near to what was typed
    ):
        told = told.replace(stays, "")
    assert not re.search("[A-Za-z]{2,}", told), result.stderr


def test_messages_of_click_are_messages_of_click() -> None:
    """What we translate is what this click says, or said in a version that we still take."""
    source = "".join(
        (Path(click.__file__).parent / f"{name}.py").read_text(encoding="utf-8")
        for name in ("core", "exceptions", "parser", "types", "formatting")
    )
    said = [
        entry["en"].replace("\n", "\\n").replace("\t", "\\t")
        for entry in catalogue("click").values()
    ]
    known = [text for text in said if f'"{text}"' in source]
    assert len(known) >= 15
    choose_language("zh")
    assert click_words.translated("Missing command.") == "缺少命令。"
    assert click_words.translated("never said") == "never said"
    choose_language("en")
    assert click_words.translated("Missing command.") == "Missing command."


def test_screens_fit_and_have_no_missing_word(tmp_path: Path) -> None:
    workspace = fill(tmp_path, "china", tiers="shown")
    plan = workspace / "plans" / "spring.toml"
    walk(workspace)
    for lang in LANGUAGES:
        for words in (
            ("register",),
            ("register", "set-aside"),
            ("plan", "preview", plan),
            ("show",),
            ("show", "spring"),
            ("why", "spring", told_entity(workspace)),
            ("log",),
            ("log", "--verify"),
            ("import", "entities", tmp_path / "entities.csv"),
        ):
            with on_terminal():
                result = yaohao("--workspace", workspace, *words, lang=lang)
            assert result.exit_code == 0, result.output
            assert max(map(cell_len, result.stdout.splitlines())) <= 80, (words, result.stdout)
            assert not re.search(r"(cli|common|demo)\.[a-z]", result.output), words
            assert not AMBIGUOUS.search(result.stdout), words
            chinese = re.search("[\u4e00-\u9fff]", result.stdout.replace("通辽商行", ""))
            assert bool(chinese) or lang == "en", words


def told_entity(workspace: Path) -> str:
    """The first entity that was drawn."""
    import json

    shown = yaohao("--workspace", workspace, "show", "spring", "--json").stdout
    return str(json.loads(shown)["visits"][0]["entity_id"])


def test_the_language_of_a_refusal(tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    walk(workspace, "draw")
    words = ("draw", "spring", "--seed", SEEDS[1], "--source", SOURCE)
    zh = yaohao("--workspace", workspace, *words, lang="zh").stderr
    assert "已抽对象" in zh
    assert "drawn" not in zh


def test_exact_numbers() -> None:
    assert millionths(8_450_000) == "8.45"
    assert millionths(1_000_000) == "1"
    assert millionths(1) == "0.000001"
    assert millionths(12_345_000_000) == "12,345"
    assert percent(2, 5) == "40%"
    assert percent(1, 96) == "~1.0416%"
    assert percent(1, 1) == "100%"
    told = [tenths(number) for number in (1_049_999, 1_050_000, 1_950_000, 1_234_560_000, 40_000)]
    assert told == ["1", "1.1", "2", "1,234.6", "0"]
    shares = [(3, 200), (1, 3), (1, 1), (0, 5), (1, 3000), (1, 2000), (999, 1000)]
    told = ["1.5%", "33.3%", "100%", "0%", "<0.1%", "0.1%", "99.9%"]
    assert [short_percent(above, below) for above, below in shares] == told


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("ab ，。（店路x-1\u0301"), max_size=200), st.integers(8, 60))
def test_wrapping_keeps_every_character_and_the_width(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cells(line) <= width for line in lines)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.integers(4, 40))
def test_cutting_fits(text: str, width: int) -> None:
    assert cell_len(cut(text, width)) <= width or cell_len(text) <= width


def test_typesetting() -> None:
    assert paragraphs("one\ntwo\n\n  as it is", 20, "  ") == ["  one two", "", "    as it is"]
    assert paragraphs("一二\n三", 20) == ["一二三"]
    assert definitions([("a", "first"), ("表", "second")]) == ["  a   first", "  表  second"]
