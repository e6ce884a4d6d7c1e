"""The screens' words: both languages, none missing, none left over, none of ambiguous width."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.characters import AMBIGUOUS
from yaohao.planner.wording.messages import LANGUAGES, areas, catalogue
from yaohao.tui.actions import EVERYWHERE, Action
from yaohao.tui.screen_registry import BEHIND, SCREENS
from yaohao.tui.themes import THEMES

ROOT = Path(__file__).resolve().parents[2]
AREAS = [area for area in areas() if area == "tui" or area.startswith("tui_")]
CODE = re.compile(r"[\"'](tui(?:_[a-z]+)?|status)\.([a-z0-9-]+)[\"']")
STATUS = ("step-", "next-", "warn-")
"""Families of words of which the last part is a code."""


def actions() -> Iterator[Action]:
    """Every action of every place."""
    yield from EVERYWHERE
    for place in (*SCREENS, *BEHIND):
        yield from place.make().declared()


def codes_used() -> set[tuple[str, str]]:
    """Area and name of every word named in the screens' code."""
    used: set[tuple[str, str]] = set()
    for file in sorted((ROOT / "tui").rglob("*.py")):
        used.update(CODE.findall(file.read_text(encoding="utf-8")))
    for action in actions():
        used |= {(action.area, f"do-{action.name}"), (action.area, f"about-{action.name}")}
    for place in SCREENS:
        used |= {("tui", f"place-{place.name}"), ("tui", f"about-place-{place.name}")}
    return used | {("tui", f"theme-{theme}") for theme in THEMES}


def test_every_code_has_words_and_none_is_left_over() -> None:
    used = codes_used()
    assert len(used) > 60
    assert sorted(code for code in used if code[1] not in catalogue(code[0])) == []
    known = {(area, name) for area in AREAS for name in catalogue(area)}
    later = {f"{about}place-{name}" for about in ("", "about-") for name in NOT_YET}
    left = {code for code in known - used if code[1] not in later}
    assert not {name for area, name in left if not _family(area, name)}


NOT_YET = {"register", "plan", "draw", "review", "crews", "publish"} - {p.name for p in SCREENS}


def _family(area: str, name: str) -> bool:
    """Whether a word belongs to a family that the code names as ``f"<area>.<family>-{...}"``."""
    head = name.split("-", maxsplit=1)[0]
    pattern = re.compile(rf"f[\"']{area}\.{head}-\{{")
    files = (ROOT / "tui").rglob("*.py")
    return any(pattern.search(file.read_text(encoding="utf-8")) for file in files)


@pytest.mark.parametrize("area", [*AREAS, "status", "browse", "mend"])
def test_both_languages_with_the_same_parameters(area: str) -> None:
    for name, entry in catalogue(area).items():
        assert set(entry) == set(LANGUAGES), name
        zh, en = (re.findall(r"{(\w+)", entry[lang]) for lang in ("zh", "en"))
        assert set(zh) == set(en), name
        assert not AMBIGUOUS.search(entry["zh"] + entry["en"]), name


@pytest.mark.parametrize("area", ["browse", "mend"])
def test_refusals_of_browsing_and_mending_have_words(area: str) -> None:
    code = re.compile(rf'refuse\(\s*"{area}\.([a-z-]+)"')
    files = (ROOT / "planner").rglob("*.py")
    used = {name for file in files for name in code.findall(file.read_text(encoding="utf-8"))}
    assert used == set(catalogue(area))


def test_words_shared_with_the_command_line_are_all_used() -> None:
    from yaohao.planner.reports import attention, overview
    from yaohao.planner.wording.format import URGENCIES

    steps = {f"step-{step}" for step in (*overview.STEPS, "abandoned")}
    following = {"draw", "staff", "deal", "publish", "freeze", "check", "none", "abandoned"}
    following |= {"look", "import"}
    warnings = {f"warn-{kind}" for kind in attention._KINDS}
    warnings |= {f"urgency-{one}" for one in URGENCIES}
    assert set(catalogue("status")) == (
        steps | {f"next-{one}" for one in following} | warnings | {"file-to-import"}
    )


def test_no_two_actions_of_a_place_share_a_key() -> None:
    for place in SCREENS:
        keys = [key for action in (*place.make().declared(), *EVERYWHERE) for key in action.keys]
        keys += [key for other in SCREENS for key in other.keys]
        assert len(keys) == len(set(keys)), place.name
    assert len({place.number for place in SCREENS}) == len(SCREENS)
    assert [place.number for place in SCREENS] == sorted(place.number for place in SCREENS)


def test_every_name_of_an_action_is_written_alike() -> None:
    """In English they begin with a capital, as they stand under each other in lists."""
    small = [
        f"{area}.{name}"
        for area in areas()
        if area == "tui" or area.startswith("tui_")
        for name, entry in catalogue(area).items()
        if name.startswith("do-") and entry["en"][0].islower()
    ]
    assert small == []
