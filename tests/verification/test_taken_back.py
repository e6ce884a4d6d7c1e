"""A withdrawal that was taken back: the same to all makes, and only before it was public."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers import bundle_maker as maker
from helpers.browser import Browser, with_page, written
from yaohao.planner.publication.verifier import verify as verifier
from yaohao.planner.verification.bundle import verify_bundle

pytest_plugins = ["helpers.browser"]

Acts = list[maker.Json]


def record() -> maker.Json:
    return maker.record_of("dealt", maker.plan_of("shown", 2))


def acts_with(change: Callable[[Acts, int, maker.Json, maker.Json], None]) -> maker.Files:
    """A bundle whose ledger has more acts behind its withdrawal: another one, and one undone."""
    told = record()
    acts: Acts = [*maker.opening(), *maker.acts_of(told)]
    place = next(n for n, act in enumerate(acts) if act["act"] == "withdrawal")
    other = next(
        v for v in reversed(maker.kept(told)) if v["entity_id"] != acts[place]["entity_id"]
    )
    act = {**copy.deepcopy(acts[place]), "entity_id": other["entity_id"], "reserve": None}
    undone = {**act, "result": "0"}
    change(acts, place + 1, act, undone)
    return maker.bundle_of(told, acts)


def put(*new: str) -> Callable[[Acts, int, maker.Json, maker.Json], None]:
    def change(acts: Acts, place: int, act: maker.Json, undone: maker.Json) -> None:
        first = acts[place - 1]
        published = next(one for one in reversed(acts) if one["act"] == "publication")
        named = {
            "withdraw": act,
            "undo": undone,
            "undo with reserve": {**undone, "reserve": first["reserve"]},
            "undo first": {**undone, "entity_id": first["entity_id"]},
            "undo nobody": {**undone, "entity_id": "nobody"},
            "publish": {**published, "stage": "dealt", "at": first["at"]},
        }
        acts[place:place] = [copy.deepcopy(named[one]) for one in new]

    return change


def late(acts: Acts, place: int, act: maker.Json, undone: maker.Json) -> None:
    """The results came in between."""
    acts.insert(place, act)
    end = next(n for n, one in enumerate(acts) if one["act"] == "results")
    acts.insert(end + 1, {**undone, "at": acts[end]["at"]})


CASES: dict[str, tuple[Callable[..., None], bool]] = {
    "none": (put(), True),
    "one": (put("withdraw", "undo"), True),
    "twice": (put("withdraw", "undo", "withdraw", "undo"), True),
    "after publication of another": (put("publish", "withdraw", "undo"), True),
    "of nothing": (put("undo"), False),
    "twice of one": (put("withdraw", "undo", "undo"), False),
    "after its publication": (put("withdraw", "publish", "undo"), False),
    "not the last": (put("withdraw", "undo first"), False),
    "of a stranger": (put("withdraw", "undo nobody"), False),
    "with a reserve": (put("withdraw", "undo with reserve"), False),
    "after results": (late, False),
}


@pytest.mark.parametrize("name", CASES)
def test_both_makes_tell(name: str, tmp_path: Path) -> None:
    change, holds = CASES[name]
    written(tmp_path, acts_with(change))
    folder = tmp_path
    ours = {found.name for found in verify_bundle(folder) if found.ok is False}
    theirs = verifier.verify(verifier.read_bundle(folder))
    assert (not ours, theirs.passed) == (holds, holds), (ours, theirs)


@pytest.mark.browser
def test_the_page_tells(browser: Browser, tmp_path: Path) -> None:
    sound: Any = with_page(acts_with(put("withdraw", "undo")))
    visit = browser.open(written(tmp_path, sound))
    assert visit.failed() == set()
    base = maker.sealed({name: data for name, data in sound.items() if name != "index.html"})
    folders = [maker.sealed({**base, **acts_with(change)}) for change, _ in CASES.values()]
    for (name, (_, holds)), failed in zip(
        CASES.items(), visit.check_folders(base, folders), strict=True
    ):
        others = {one for one in failed if not one.startswith("same-")}  # as this page shows
        assert (not others) == holds, (name, failed)
