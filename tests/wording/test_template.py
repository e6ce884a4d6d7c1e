"""Templates of messages: numbers, lists, presence; the page's JavaScript fills them alike."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from yaohao.planner.wording.template import fill, number_of, parameters, parse

ROOT = Path(__file__).resolve().parents[2]
PLURAL = "{n|one visit|{n} visits}"
COUNT = "{n|No row was|One row was|{n} rows were} read"
CASES: list[tuple[str, dict[str, Any], str]] = [
    ("a {x} c", {"x": "b"}, "a b c"),
    ("{a}{b}", {"a": "1", "b": "2"}, "12"),
    (PLURAL, {"n": 1}, "one visit"),
    (PLURAL, {"n": 2}, "2 visits"),
    (PLURAL, {"n": 0}, "0 visits"),
    (PLURAL, {"n": "1"}, "one visit"),
    (COUNT, {"n": 0}, "No row was read"),
    (COUNT, {"n": "0"}, "No row was read"),
    (COUNT, {"n": 1}, "One row was read"),
    (COUNT, {"n": "1,024"}, "1,024 rows were read"),
    (PLURAL, {"n": "543.4"}, "543.4 visits"),
    (COUNT, {}, "No row was read"),
    ("read{x?, near {x}|, nothing near}.", {"x": "tier"}, "read, near tier."),
    ("read{x?, near {x}|, nothing near}.", {"x": ""}, "read, nothing near."),
    ("read{x?, near {x}}.", {}, "read."),
    ("{a?{b|one|many}|{c?{c}|-}}", {"a": 1, "b": 1, "c": 2}, "one"),
    ("{a?{b|one|many}|{c?{c}|-}}", {"a": 0, "b": 1, "c": "x"}, "x"),
    ("{a?{b|one|many}|{c?{c}|-}}", {"a": 0}, "-"),
    ("{missing}", {}, "{missing}"),
]


@pytest.mark.parametrize(("template", "params", "words"), CASES)
def test_filling(template: str, params: dict[str, Any], words: str) -> None:
    assert fill(parse(template), params, "en") == words


def test_the_page_fills_templates_alike() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node to run the page's JavaScript")
    source = (ROOT / "planner/publication/web_page/dom.js").read_text(encoding="utf-8")
    functions = source[source.index("function putIn(") : source.index("/** Words for a code such")]
    shown = source[source.index("function show(") : source.index("/** A text cut to a width")]
    program = f"{functions}{shown}\nconst cases = {json.dumps(CASES)};"
    program += "console.log(JSON.stringify(cases.map(([text, params]) => putIn(text, params))));"
    told = subprocess.run(
        [node, "-e", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert json.loads(told.stdout) == [words for _, _, words in CASES]


def test_lists_are_joined_and_never_empty() -> None:
    template = parse("{known|nothing|only {known}|one of {known}}; {known}")
    assert fill(template, {"known": []}, "en") == "nothing; none"
    assert fill(template, {"known": ("a",)}, "en") == "only a; a"
    assert fill(template, {"known": ["a", "b"]}, "en") == "one of a, b; a, b"
    assert fill(template, {"known": ["甲", "乙"]}, "zh").endswith("甲、乙")
    assert fill(parse("{x}，{y}，{z}"), {"x": None, "y": "", "z": {1}}, "zh") == "无，“”，1"


def test_forms_of_values() -> None:
    template = parse("{n:,} {text:,} {text:.3} {share:.2f} {{ {n} }}")
    told = fill(template, {"n": 12345, "text": "1,2345", "share": 0.125}, "en")
    assert told == "12,345 1,2345 1,2 0.12 { 12345 }"
    assert fill(parse("{x}"), {"x": "a\x1b[1m"}, "en") == "a\\u001b[1m"
    assert fill(parse("{x}"), {"x": "{y|a|b}"}, "en") == "{y|a|b}"


def test_how_many_there_are() -> None:
    nothing: tuple[Any, ...] = (None, 0, 0.0, "", "0", [], (), set(), False)
    assert {number_of(value) for value in nothing} == {0}
    assert {number_of(value) for value in (1, "1", "word", ["x"], {"x": 1}, True)} == {1}
    assert {number_of(value) for value in (2, -1, 1.0, 0.5, "2", "1,000", ["x", "y"])} == {2}
    assert {number_of(value) for value in ("543.4", "1,086.8", "0.5", "1.0")} == {2}
    assert number_of("0.0") == 0


@pytest.mark.parametrize(
    "text", ["{", "}", "{}", "{a", "{a|b}", "{a|1|2|3|4}", "{a?1|2|3}", "{a:x}", "{a!r}", "a}b"]
)
def test_what_is_not_well_formed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="'"):
        parse(text)


def test_parameters_are_found_in_branches_too() -> None:
    assert list(parameters(parse("{a} {b|{c}|{d?{e}}}"))) == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("+17.3", "points"),
        ("-17.3", "points"),
        ("+1.0", "points"),
        ("+0.0", "points"),
        ("+1", "point"),
        ("-2", "points"),
    ],
)
def test_a_signed_number_is_a_number(number: str, words: str) -> None:
    assert fill(parse("{effect|point|points}"), {"effect": number}, "en") == words
