"""Keys inside sentences come from the table of keys, in messages and in the documents."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from yaohao.planner.wording.messages import LANGUAGES, areas, catalogue, say
from yaohao.planner.wording.template import key_meanings, parse
from yaohao.tui import keys
from yaohao.tui.actions import EVERYWHERE
from yaohao.tui.screen_registry import SCREENS, screen_entry
from yaohao.tui.screens.table_actions import TABLE_ACTIONS
from yaohao.tui.told_signs import sign_of

ROOT = Path(__file__).resolve().parents[2]
AREAS = [area for area in areas() if area == "tui" or area.startswith("tui_")]

BY_HAND = {
    "letter": re.compile(r"(?<![\w'.:=<>~/\"&{-])[b-zB-HJ-Z](?![\w'.=-])(?!类|级)", re.A),
    "after": re.compile(
        r"(?:\b(?:[Kk]eys?|[Pp]ress) |按 ?)([A-Za-z0-9?,.*|+-]|/|[][])(?!\w)", re.A
    ),
    "before": re.compile(r"(?<![\w'])[aA](?=: |[)）：])", re.A),
    "sign": re.compile(r"(?:^|(?<= ))[][](?= )"),
    "digit": re.compile(r"(?<=[(（])[0-9](?=[)）])"),
    "function": re.compile(r"\bF(?:1[0-2]|[1-9])\b|\bCtrl\b", re.A),
}
"""How a key that is written by hand is told from the words around it."""

DATA = {
    "tui_register.howto": {"B"},  # tiers
    "tui_start.make": {"[", "]"},  # drawn as a button
}
"""Signs that are no keys, by the message they stand in."""


def written_by_hand(text: str) -> set[str]:
    """The keys in a message that do not come from the table."""
    text = re.sub(r"\{key:[a-z-]+\}", "{}", text)
    return {found.group().split()[-1] for one in BY_HAND.values() for found in one.finditer(text)}


def test_a_key_by_hand_is_found() -> None:
    for text in ("press x", "v shows them", "all of it (z)", "a: all or none", "key 8, then", "F4",
                 "按 v 查看", "[ and ] move", "Ctrl+S: make", "按r", "{size} rows, u undoes",
                 "this (7),", "承诺值（7）；", "Go on (G)"):  # fmt: skip
        assert written_by_hand(text), text
    for text in ("a name and I", "tier:A region:1505", "F52", "it's {x|row|rows}", "PDF", "keys do",
                 "press {key:view}", "1 ITEM=A", "按姓名", "按 {key:view} 看"):  # fmt: skip
        assert not written_by_hand(text), text


@pytest.mark.parametrize("area", AREAS)
def test_no_sentence_names_a_key_by_hand(area: str) -> None:
    found = {
        (f"{area}.{name}", lang): left
        for name, entry in catalogue(area).items()
        for lang in LANGUAGES
        if (left := written_by_hand(entry[lang]) - DATA.get(f"{area}.{name}", set()))
    }
    assert found == {}, "name the meaning of the key instead: {key:meaning} (tui/told_signs.py)"


def test_every_key_in_a_sentence_is_known_and_the_same_in_both_languages() -> None:
    used: set[str] = set()
    for area in areas():
        for name, entry in catalogue(area).items():
            if area not in AREAS:
                assert not any("{key:" in words for words in entry.values()), f"{area}.{name}"
                continue
            zh, en = (sorted(key_meanings(parse(entry[lang]))) for lang in LANGUAGES)
            assert zh == en, f"{area}.{name}"
            used.update(zh)
    assert len(used) > 20
    assert all(sign_of(one) for one in used)  # an unknown one raises
    kinds = ("place-", "typing-", "answer-", "editor-")
    assert not [one for one in keys.meanings() if one.startswith(kinds)]


@pytest.mark.parametrize("name", ["sell", "place-shop", "place-guide", "typing-freeze", "answer-x"])
def test_what_nothing_means_is_refused(name: str) -> None:
    with pytest.raises(KeyError):
        sign_of(name)


def test_a_changed_letter_changes_the_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ", F there" in say("tui_start.next-home", "en")
    assert "按 F 冻结" in say("tui_start.next-home", "zh")
    letters = {("J" if key == "F" else key): one for key, one in keys._LETTERS.items()}
    monkeypatch.setattr(keys, "_LETTERS", letters)
    assert ", J there" in say("tui_start.next-home", "en")
    assert "按 J 冻结" in say("tui_start.next-home", "zh")


def test_the_editor_has_the_keys_that_are_told_of_it() -> None:
    from textual.binding import Binding
    from textual.widgets import TextArea

    bound = {
        key: one.action
        for one in TextArea.BINDINGS
        if isinstance(one, Binding)
        for key in one.key.split(",")
    }
    assert {act: bound[key] for act, key in keys.EDITING.items()} == {"undo": "undo"}


def test_the_help_of_the_command_names_keys_that_there_are() -> None:
    for lang in LANGUAGES:
        text = catalogue("cli")["help-tui"][lang]
        named = re.findall(r"(?<![\w-])([a-zA-Z?])(?= lists| quits| 列出| 退出)", text)
        assert [keys.meaning_of({"?": "question_mark"}.get(one, one)) for one in named] == [
            "help",
            "quit",
        ]


# documents

TOLD: dict[str, dict[str, tuple[str, ...]]] = {
    "other-systems": {"x": ("everywhere:export",)},
    "architecture": {",": ("everywhere:leader",)},
    "first-draw": {
        "z": ("intake:details",),
        "v": ("intake:means", "register:aside"),
        "i": ("intake:take-in", "register:import"),
        ".": ("register:mend-row",),
        "N": ("plan:new-plan",),
        "G": ("home:guide",),
        "F": ("plan:freeze",),
        "o": ("publish:folder",),
        "w": ("publish:write",),
        "s": ("crews:staff",),
    },
    "forms": {
        "e": ("results:enter",),
        "n": ("results:next-visit",),
        "]": ("results:next-crew",),
        "c": ("results:check",),
    },
    "learning": {
        ",": ("everywhere:leader",),
        "a": ("place:learn",),
        "g": ("learn:which",),
        "]": ("learn:following",),
        "[": ("learn:before",),
        "o": ("learn:otherwise",),
        "w": ("learn:pictures",),
    },
    "plan": {
        "+": ("plan:raise",),
        "-": ("plan:lower",),
        "u": ("plan:undo",),
        "T": ("plan:text",),
        "v": ("plan:view",),
        "C": ("plan:chance",),
    },
}
"""By document and key, what the document says that it does: ``place:action``."""

NO_KEYS = {
    "plan": set("|,/"),
    "cases": set("="),
    "sample-data": set("ABCDEF"),
}
"""Single signs that documents have in backticks and that are no keys: data, and TOML."""

GENERATED = ("json", "commands", "bundle", "protocol")
"""Documents without keys: references that are generated, or tell of formats."""

SIGN = re.compile(r"(?<!`)`([!-_a-~])`(?!`)")


def documents() -> list[Path]:
    """The documents that may tell of keys, English and Chinese."""
    found = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("README*.md")]
    return sorted(one for one in found if stem(one) not in GENERATED)


def is_key(sign: str) -> bool:
    """Whether a sign is a key of the screens, or a letter or digit, which could be one."""
    return sign.isalpha() or keys.meaning_of(keys.key_typed("", sign)) is not None


def stem(file: Path) -> str:
    """The name of a document, the same in both languages."""
    return file.name.split(".")[0]


def keys_of_action(told: str) -> tuple[str, ...]:
    """The keys of ``place:action``, as they are written."""
    place, _, name = told.partition(":")
    if place == "place":
        entry = screen_entry(name)
        assert entry is not None, told
        return (entry.letter, *entry.keys)
    entry = screen_entry(place)
    own = (*EVERYWHERE, *TABLE_ACTIONS) if entry is None else tuple(entry.make().declared())
    [action] = [one for one in own if one.name == name]
    return tuple(keys.key_words(key) for key in action.keys)


def test_documents_name_keys_as_the_table_has_them() -> None:
    seen: dict[str, set[str]] = {}
    for file in documents():
        named = {one for one in SIGN.findall(file.read_text(encoding="utf-8")) if is_key(one)}
        known = TOLD.get(stem(file), {})
        strange = named - set(known) - NO_KEYS.get(stem(file), set())
        assert not strange, f"{file.name}: say in TOLD what {strange} does, or in NO_KEYS that not"
        seen.setdefault(stem(file), set()).update(named)
    wrong = [
        (name, key, told)
        for name, known in TOLD.items()
        for key, acts in known.items()
        for told in acts
        if key not in keys_of_action(told) or key not in seen[name]
    ]
    assert wrong == []


def test_named_keys_of_documents_are_in_the_table() -> None:
    """``Ctrl+Y makes again``, ``(F2)``: keys with names, and the places by their digits."""
    meant = {"F1": "help", "F2": "language", "F3": "theme", "F4": "view", "Ctrl+P": "palette",
             "Ctrl+S": "save", "Ctrl+T": "mend", "Ctrl+Y": "redo"}  # fmt: skip
    named = re.compile(r"\b(?:Ctrl\+[A-Z]|F[1-9])\b", re.A)
    seen = set()
    for file in documents():
        for found in named.findall(file.read_text(encoding="utf-8")):
            if found == "Ctrl+C":  # it stops a command
                continue
            assert found.lower() in keys.keys_of(meant[found]), (file.name, found)
            seen.add(found)
    assert {"F2", "Ctrl+Y"} <= seen
    for name, key in re.findall(
        r"\*\*(\w+)\*\* (?:is )?key (\d)", (ROOT / "docs/cases.md").read_text(encoding="utf-8")
    ):
        assert [one.key_words for one in SCREENS if one.name == name.lower()] == [key]


ROWS = {
    "Enter": ("open", "open"),
    "s": ("step", "step"),
    "S": ("", "all"),
    "+": ("", "new"),
    "l": ("", "letter"),
    "f": ("", "files"),
    "e": ("", "note"),
    "E": ("", "correct"),
    "z": ("why", "read"),
    "o": ("day", ""),
    "m": ("person", ""),
    "r": ("clock", ""),
    "/": ("filter", "filter"),
    "g": ("", "group"),
}
"""The table of keys in the document on cases: what each does in Today, and in Cases."""


def test_the_table_of_keys_of_cases() -> None:
    text = (ROOT / "docs/cases.md").read_text(encoding="utf-8")
    table = text[text.index("| key | Today | Cases |") :].split("\n\n")[0].splitlines()[2:]
    told = {key for line in table for key in line.split("|")[1].strip().split(", ")}
    assert told == set(ROWS)
    for key, acts in ROWS.items():
        for place, name in zip(("today", "cases"), acts, strict=True):
            if name:
                assert key in keys_of_action(f"{place}:{name}"), (key, place, name)
