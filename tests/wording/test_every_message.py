"""Every message in both languages, with nothing, one and many of each parameter.

No hole where something is missing, no «1 visits», nothing doubled, the same parameters in both
languages, the marks of its script. Every file of every locale folder is found by itself.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from yaohao.planner.wording.messages import LANGUAGES, say
from yaohao.planner.wording.template import Key, Template, Value, fill, parameters, parse

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = [ROOT / room / "locale" for room in ("planner/wording", "scripts", "tui")]
MESSAGES = [
    (path.stem, name, entry)
    for folder in FOLDERS
    for path in sorted(folder.glob("*.toml"))
    for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items()
]
# The messages of click itself: it fills them, as Python's format does.
CLICK = "click"
OURS = [message for message in MESSAGES if message[0] != CLICK]
AREAS = sorted({area for area, _, _ in MESSAGES})
# click names the kind of number in English only; the Chinese sentence does without it.
ENGLISH_ONLY = {"click.not-a-number": {"number_type"}}
# What joins the parts of a sentence, and a line to be filled in by hand.
JOINTS = {"common.comma", "common.semicolon", "forms.colon", "forms.stop", "forms.date-line"}
# Signs of TOML that a message quotes.
QUOTED = ('" = , [ ]', "| , /", "2027-01-12..2027-01-20")

STATES: dict[str, tuple[Any, ...]] = {
    "nothing": (0, [], "", None),
    "one": (1, ["x"], "1", "x"),
    "many": (2, ["x", "y"], "2,000", "x"),
}
HOLES = {
    "en": re.compile(
        r"[:;,]\s*[.;,](?!\.)|\(\s*\)|\s[,.;:](?=\s|$)|::|(?<!\.)\.\.(?!\.)"
        r"|such as none|\(\s|\s\)|\{|\}"
    ),
    "zh": re.compile(r"[：；，、][：；，、。]|。。|（\s*）|如无|（如 无|（\s|\s）|::|\{|\}"),
}
ONE = re.compile(r"(?<![\w.,/:=-])1 (?:more |other )?((?:[a-z]{2,} )?[a-z]{2,})")
_SINGULAR = """
as asks belongs by carries comes contains costs differs does ends exists fits gives goes has holds
inspects is its leads lies lists means names needs recuses remains requires says
shows stands takes tells this waits was
"""
NOT_PLURAL = set(_SINGULAR.split())
"""What follows a parameter and ends in s, or leads over to such a word, without being a plural."""
LEADS_OVER = {"before", "by", "of", "in", "import", "from", "and", "to", "ms", "at", "per"}
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff] ?(?:[,;!](?=\s|$)|:(?=[\s{])|\?$|\.(?=\s|$))")


def plural_of_one(words: str) -> str | None:
    """The first place where one of something is called many; None where there is none."""
    for match in ONE.finditer(words):
        following = match[1].split()
        if following[0] in LEADS_OVER or following[0] in NOT_PLURAL:
            continue
        last = following[-1]
        if {"are", "were", "have"} & set(following) or (
            last.endswith("s") and not last.endswith("ss") and last not in NOT_PLURAL
        ):
            return match[0]
    return None


def combinations(names: list[str]) -> Iterator[dict[str, Any]]:
    """Values for every combination of nothing, one and many; of many names, every pair of states.

    Each state comes as a number, a list and a text.
    """
    if len(names) <= 5:
        told: Iterator[tuple[str, ...]] = itertools.product(STATES, repeat=len(names))
    else:
        told = iter(
            {
                tuple(first if at == place else other for at in range(len(names)))
                for place in range(len(names))
                for first, other in itertools.product(STATES, repeat=2)
            }
        )
    for states in told:
        for kind in range(4):
            yield {name: STATES[state][kind] for name, state in zip(names, states, strict=True)}


def bracketed(template: Template) -> Template:
    """A template with brackets for the braces that it shows, which are no holes."""
    return tuple(
        part.replace("{", "[").replace("}", "]")
        if isinstance(part, str)
        else part
        if isinstance(part, Value | Key)
        else replace(part, branches=tuple(map(bracketed, part.branches)))
        for part in template
    )


def fault_in(words: str, lang: str) -> str | None:
    """What is wrong with a message that has been filled; None where nothing is."""
    for quoted in QUOTED:
        words = words.replace(quoted, "x")
    # Examples of commands stand on lines of their own, keys and numbers of steps before their word.
    lines = [
        line if number == 0 else line.strip()
        for number, line in enumerate(words.strip("\n").split("\n"))
        if not line.startswith("  ")
    ]
    sentence = re.sub(r"^(?:\d+|[a-z]) {2,3}", "", "\n".join(lines))
    hole = HOLES[lang].search(sentence.replace("...", "x"))
    return hole[0] if hole else plural_of_one(sentence) if lang == "en" else None


def of(area: str) -> list[tuple[str, dict[str, str]]]:
    """The messages of one area, each with its full name: one test walks them all.

    A test for each of four thousand messages would spend more time on being a test than on looking.
    """
    return [(f"{where}.{name}", entry) for where, name, entry in MESSAGES if where == area]


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_ask_for_the_same(area: str) -> None:
    different = []
    for name, entry in of(area):
        if set(entry) != set(LANGUAGES):
            different.append((name, sorted(entry)))
            continue
        if area == CLICK:
            zh, en = (
                {one for _, one, _, _ in Formatter().parse(entry[x]) if one} for x in LANGUAGES
            )
            en -= ENGLISH_ONLY.get(name, set())
        else:
            zh, en = (set(parameters(parse(entry[lang]))) for lang in LANGUAGES)
        if zh != en:
            different.append((name, sorted(zh ^ en)))
    assert different == []


@pytest.mark.parametrize("area", [area for area in AREAS if area != CLICK])
def test_no_hole_and_right_plurals(area: str) -> None:
    faults = []
    for name, entry in of(area):
        for lang in LANGUAGES:
            found = None if name in JOINTS else first_fault(entry[lang], lang)
            if found is not None:
                faults.append((name, *found))
    assert faults == []


def first_fault(entry: str, lang: str) -> tuple[str, str, dict[str, Any]] | None:
    """The first filling of a message that reads wrong: what is wrong, the words, the values."""
    template = bracketed(parse(entry))
    for params in combinations(sorted(set(parameters(template)))):
        words = fill(template, params, lang, lambda _: "x")  # a key, whichever it is
        fault = fault_in(words, lang)
        if fault is not None:
            return fault, words, params
    return None


@pytest.mark.parametrize("area", AREAS)
def test_chinese_has_mainland_marks(area: str) -> None:
    faults = []
    for name, entry in of(area):
        sentences = re.sub(r"(?m)^  .*$", "", entry["zh"])
        if set("「」『』") & set(entry["zh"]) or HALF_WIDTH.search(sentences):
            faults.append((name, entry["zh"]))
    assert faults == []


def test_the_page_knows_every_form() -> None:
    """Its JavaScript fills templates too, and knows no formats of numbers."""
    for area, name, entry in OURS:
        if area == "page":
            forms = [one for x in LANGUAGES for one in values(parse(entry[x])) if one.form]
            assert forms == [], name


def values(template: Any) -> Iterator[Value]:
    """All parameters that are put in, those within branches too."""
    for part in template:
        if isinstance(part, Value):
            yield part
        elif not isinstance(part, str):
            for branch in part.branches:
                yield from values(branch)


@pytest.mark.parametrize(
    ("words", "lang"),
    [
        ("Nearest: .", "en"),
        ("visits, such as , have", "en"),
        ("1 visits", "en"),
        ("of 1 draws", "en"),
        ("1 row are rejected", "en"),
        ("1 more are absent", "en"),
        ("plan.toml::3", "en"),
        ("done..", "en"),
        ("none ()", "en"),
        ("现有：。", "zh"),
        ("（）", "zh"),
        ("甲、、乙", "zh"),
        ("{key} is missing", "en"),
    ],
)
def test_what_the_walk_finds(words: str, lang: str) -> None:
    assert fault_in(words, lang) is not None


@pytest.mark.parametrize(
    "words", ["1 visit", "1 of its", "1 has", "1 ms", "1 is", "No row", "1 less"]
)
def test_what_the_walk_lets_pass(words: str) -> None:
    assert fault_in(words, "en") is None


def test_lists_are_joined_as_the_language_joins_them() -> None:
    assert say("quota.unsettled", "zh", places=["甲", "乙"]).count("甲、乙") == 1
    assert say("quota.unsettled", "en", places=["a", "b"]).count("a, b") == 1
