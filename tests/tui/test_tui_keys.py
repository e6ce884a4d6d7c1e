"""Keys: one meaning each, in every place and dialog; what is typed wide; why a key does nothing."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from yaohao.planner.wording.messages import LANGUAGES, catalogue
from yaohao.tui import keys
from yaohao.tui.actions import EVERYWHERE, Action
from yaohao.tui.screen_registry import BEHIND, DIGITS, SCREENS
from yaohao.tui.screens.table_actions import TABLE_ACTIONS

ROOT = Path(__file__).resolve().parents[2]


def actions() -> list[tuple[str, Action]]:
    """Every action with the place that it is of."""
    found = [("everywhere", one) for one in (*EVERYWHERE, *TABLE_ACTIONS)]
    places = (*SCREENS, *BEHIND)
    return found + [(place.name, one) for place in places for one in place.make().ACTIONS]


def test_a_key_means_the_same_wherever_it_is_used() -> None:
    means: dict[str, set[str]] = {}
    for _, one in actions():
        for meaning in filter(None, (one.means, one.also)):
            for key in keys.keys_of(meaning):
                means.setdefault(key, set()).add(meaning)
    assert len(means) > 30
    assert {key: found for key, found in means.items() if len(found) > 1} == {}


def test_a_meaning_is_declared_once_in_a_place() -> None:
    for place in SCREENS:
        meanings = [one.means for one in (*place.make().ACTIONS, *EVERYWHERE) if one.means]
        assert len(meanings) == len(set(meanings)), place.name


def test_no_action_brings_a_key_of_its_own() -> None:
    with pytest.raises(TypeError, match=r"tui/keys\.py"):
        Action("sell", ("s",))  # type: ignore[arg-type]
    with pytest.raises(KeyError, match=r"tui/keys\.py"):
        Action("sell", "sell")


def test_digits_and_the_leader_are_of_places_alone() -> None:
    letters = [place.letter for place in SCREENS]
    assert len(set(letters)) == len(letters)
    assert all(len(letter) == 1 and letter.isalpha() for letter in letters)
    assert len([place for place in SCREENS if place.keys]) == DIGITS
    assert not [key for key in "0123456789" if keys.meaning_of(key)]
    assert next(place.name for place in SCREENS) == "today"


def test_what_cannot_be_taken_back_is_no_small_letter() -> None:
    heavy = {"abandon", "withdraw", "correct", "dismiss", "audit", "freeze", "all", "return"}
    found = {one.name: one.keys[0] for _, one in actions() if one.name in heavy}
    assert set(found) == heavy
    assert all(key.isupper() for key in found.values()), found


def test_export_and_step_are_nothing_else() -> None:
    assert keys.meaning_of("x") == "export"
    assert {one.name for _, one in actions() if one.means == "step"} == {"step", "staff"}


def test_no_dialog_and_no_widget_uses_a_letter_that_is_not_in_the_table() -> None:
    """Bindings and the keys that handlers ask for: each is in the table, with that meaning."""
    bound = re.compile(r'Binding\(\s*"([^"]+)"')
    asked = re.compile(r'event\.key (?:==|in) \(?((?:"[^"]+"(?:, )?)+)')
    names: set[str] = set()
    for file in sorted((ROOT / "tui").rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        for found in bound.findall(text):
            names.update(found.split(","))
        for found in asked.findall(text):
            names.update(re.findall(r'"([^"]+)"', found))
    names |= {*keys.ANSWERS, *keys.CLOSES}
    letters = {name.lower() if name in "YN" else name for name in names if len(name) == 1}
    assert letters, "the arrows have letters too"
    assert {one for one in letters if keys.meaning_of(one) is None} == set()


def test_every_meaning_and_every_condition_has_words() -> None:
    known = catalogue("tui_keys")
    wanted = {f"means-{meaning}" for meaning in keys.meanings()}
    wanted |= {f"unless-{one.when.replace('_', '-')}" for _, one in actions() if one.when}
    assert wanted - set(known) == set()
    left = {name for name in known if name.startswith(("means-", "unless-"))} - wanted
    assert left == set()
    assert all(set(known[name]) == set(LANGUAGES) for name in wanted)


@pytest.mark.parametrize(
    ("key", "character", "meant"),
    [
        ("a", "a", "a"),
        ("A", "A", "A"),
        ("\uff41", "\uff41", "a"),
        ("\uff11", "\uff11", "1"),
        ("\uff0c", "\uff0c", "comma"),
        ("\uff0f", "\uff0f", "slash"),
        ("\u3001", "\u3001", "slash"),
        ("\u3002", "\u3002", "full_stop"),
        ("\u3011", "\u3011", "right_square_bracket"),
        ("\uff1f", "\uff1f", "question_mark"),
        ("\u3000", "\u3000", "space"),
        ("question_mark", "?", "question_mark"),
        ("ctrl+p", None, "ctrl+p"),
        ("enter", "\r", "enter"),
        ("\u4e2d", "\u4e2d", "\u4e2d"),
    ],
)
def test_wide_signs_are_keys(key: str, character: str | None, meant: str) -> None:
    assert keys.key_typed(key, character) == meant


def test_actions_are_declared_in_words_not_letters() -> None:
    """Whoever reads a screen sees what a key means there."""
    for place in SCREENS:
        text = inspect.getsource(type(place.make()))
        assert not re.search(r'Action\("[\w-]+", \(', text), place.name
