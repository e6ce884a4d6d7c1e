"""The names in the scripts of the page: none is used that is not there where it is used."""

from __future__ import annotations

from functools import cache

import pytest
from helpers.script_names import Fault, faults
from yaohao.planner.publication.web_page import build

LANGUAGE = {
    *("Array", "ArrayBuffer", "BigInt", "Boolean", "DataView", "Date", "Error", "Infinity"),
    *("Int32Array", "Intl", "JSON", "Map", "Math", "Number", "Object", "Promise", "RangeError"),
    *("RegExp", "Set", "String", "TypeError", "Uint8Array", "globalThis", "parseInt"),
}
BROWSER = {
    *("MessageChannel", "Node", "TextDecoder", "TextEncoder", "atob", "document", "performance"),
}
"""What the page may take from its browser. Not all that there is: `name`, `status`, `event`,
`length`, `find`, `open`, `top` are there as well, and hide the want of a declaration."""

KINDS = {"undeclared", "early", "twice", "unused"}


def place(line: int) -> str:
    """The module of the page and its line, where a line of the joined program comes from."""
    line -= 2  # the program opens with "use strict" and a function
    for name in build.PROGRAM:
        lines = build._part(name).count("\n") + 1
        if line <= lines:
            return f"{name}:{line}"
        line -= lines
    return "the end"


def told(program: str, kinds: set[str]) -> list[str]:
    """The faults of some kinds in the program of the page, with their places."""
    found = faults_of_page(program)
    return [f"{place(one.line)} {one.fault} {one.name}" for one in found if one.fault in kinds]


@cache
def faults_of_page(program: str) -> list[Fault]:
    """The faults of a program in a browser."""
    return faults(program, LANGUAGE | BROWSER)


def of_text(text: str) -> set[tuple[str, str]]:
    """The faults of a text, and the names they are about."""
    return {(one.fault, one.name) for one in faults(text, {"say"})}


def test_names_of_the_page_are_declared_where_they_are_used():
    assert told(build._program(), {"undeclared", "early", "twice"}) == []


def test_every_function_and_constant_of_the_page_is_used():
    assert told(build._program(), {"unused"}) == []


def test_every_global_of_the_list_is_used():
    used = {one.name for one in faults(build._program(), ())}
    assert (LANGUAGE | BROWSER) - used == set()


def test_a_planted_name_is_found_in_every_module():
    program = build._program()
    for number, name in enumerate(build.PROGRAM):
        part = build._part(name)
        own = f"function planted{number}() {{ return [planted{number}, wordParam{number}]; }}"
        program = program.replace(part, f"{own} {part}")
    assert told(program, KINDS) == [
        f"{name}:1 {fault}{number}"
        for number, name in enumerate(build.PROGRAM)
        for fault in ("unused planted", "undeclared wordParam")
    ]


def test_a_name_is_not_known_outside_of_its_block():
    part = build._part("steps.js")
    assert "  const state = " in part
    program = build._program().replace(
        part, f"function other() {{ return state; }} other(); {part}"
    )
    assert told(program, KINDS) == ["steps.js:1 undeclared state"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("if (say) { const a = 1; say(a); } say(a);", "a"),
        ("{ function a() {} a(); } say(a);", "a"),
        ("for (const a of say()) { say(a); } say(a);", "a"),
        ("for (const a of a) { say(a); }", "a"),
        ("for (let a = 0; a < 2; a += 1) { say(a); } say(a);", "a"),
        ("try { say(); } catch (a) { say(a); } say(a);", "a"),
        ("switch (say()) { case 1: { let a = 1; say(a); } default: say(a); }", "a"),
        ("say(class a { b() { return [a, b]; } }, a);", "a b"),
        ("say(function a() { return a; }, a);", "a"),
        ("say((a, { b, c: [d], ...e }, f = a) => [a, b, c, d, e, f], b);", "b c"),
        ("say((a = b) => { const b = 1; return [a, b]; });", "b"),
        ("say({ a: 1, [b]: 2, c, d() {} }, say.e, say?.f, `${g}`);", "b c g"),
        ("[a, say.b] = [1, 2]; ({ c, d: e } = say());", "a c e"),
        ("for (a of say()) { say(); } b += 1; c = 2; typeof d;", "a b c d"),
        ("say(() => arguments, function () { return arguments; });", "arguments"),
        ("say(/a/u, 'b', undefined, null, this); // c", ""),
        ("d: for (;;) { break d; }", ""),
        ("say(function () { if (say) { var a = 1; } return a; });", ""),
        ("say(a); function a() { return b; } const b = 1;", ""),
        ("class A { static c = 1; #d = A; e() { return this.#d; } } say(A.c);", ""),
    ],
)
def test_undeclared(text, names):
    assert {name for fault, name in of_text(text) if fault == "undeclared"} == set(names.split())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("say(a); const a = 1;", {("early", "a")}),
        ("const a = a + 1; say(a);", {("early", "a")}),
        ("say(new A()); class A {}", {("early", "A")}),
        ("let a = 1; { say(a); let a = 2; } say(a);", {("early", "a")}),
        ("const { a, b = a } = say(); say(b);", set()),
        ("const a = () => a; say(a);", set()),
        ("function a() {} function a() {} a();", {("twice", "a")}),
        ("const a = 1; function b(a) { return a; } b(a);", set()),
        ("function a() { return a(); }", {("unused", "a")}),
        ("(() => { const a = 1; function b(c) {} b(); })();", {("unused", "a")}),
    ],
)
def test_early_twice_and_unused(text, found):
    assert of_text(text) == found


def test_a_script_that_cannot_be_parsed_is_refused():
    with pytest.raises(ValueError, match="syntax"):
        faults("const = 1;", ())
