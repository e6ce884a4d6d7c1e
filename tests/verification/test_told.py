"""What bears on a draw is told by every make: plans frozen again, draws that nobody saw begin."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from helpers import bundle_maker as maker
from helpers import fuzz as fuzzed
from helpers.browser import Browser, with_page, written
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.verification.bundle import verify_bundle

pytest_plugins = ["helpers.browser"]
NAMES = ("frozen-again", "published-first")


def bundle(others: list[tuple[str, maker.Json]], *, public: bool, **plan: Any) -> maker.Files:
    """A bundle whose ledger has other draws, given up, before its own; published first or not."""
    acts = maker.opening(earlier=False)
    for number, (draw, changes) in enumerate(others):
        seed = f"{number}{maker.EARLIER_SEED}"
        other = maker.record_of(
            "abandoned", maker.plan_of(**changes), draw=draw, names=["x"], select_seed=seed
        )
        day = f"2027-01-03T0{number}"
        times = {"committed_at": f"{day}:00:00Z", "seeded_at": f"{day}:10:00Z"}
        other["select"].update(times)
        other["abandoned"] = {"at": f"{day}:20:00Z", "reason": "not liked"}
        acts += maker.acts_of(other, publications=public)
    record = maker.record_of("dealt", maker.plan_of(**plan), draw="2027q1")
    return maker.bundle_of(record, [*acts, *maker.acts_of(record)])


OTHER = {"title": "another title"}
CASES = {
    "nothing": (bundle([], public=True), []),
    "the same plan": (bundle([("b", {})], public=True), [("frozen-again", "b")]),
    "another plan": (bundle([("b", {"id": "b"})], public=True), []),
    "of its name": (bundle([("2027q1-2", OTHER)], public=True), [("frozen-again", "2027q1-2")]),
    "of a name like it": (bundle([("2027q1-02", OTHER), ("2027q1-9", OTHER)], public=True), []),
    "a batch": (bundle([("2027q1-2", OTHER)], public=True, frequency=4), []),
    "never public": (bundle([("b", {"id": "b"})], public=False), [("published-first", "b")]),
    "many": (
        bundle([(f"d{n}", {}) for n in range(7)], public=False),
        [
            ("frozen-again", "d0, d1, d2, d3, d4 (+2)"),
            ("published-first", "d0, d1, d2, d3, d4 (+2)"),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_other_draws_are_told_alike(name: str, tmp_path: Path, browser: Browser) -> None:
    files, expected = CASES[name]
    folder = written(tmp_path / "b", with_page(files)).parent
    found = verify_bundle(folder)
    assert [one.name for one in found if one.ok is False] == []
    notes = [one for one in found if one.ok is None and one.name in NAMES]
    assert [(one.name, one.params["draws"]) for one in notes] == expected
    report = independent.verify(independent.read_bundle(folder))
    assert report.passed
    theirs = [one for one in report.warnings if independent.warning_name(one) in NAMES]
    for lang in ("en", "zh"):
        assert [one.words(lang) for one in notes] == [one.put(lang) for one in theirs]
    visit = browser.open(folder / "index.html")
    told = [step for step, state in visit.states() if state == "open" and step in NAMES]
    assert told == [one.name for one in notes]
    words = visit.text("#own-steps")
    assert all(draws in words for _, draws in expected)


def test_acts_in_any_order_break_no_verifier(tmp_path: Path) -> None:
    """An act of a draw that stands before its freeze is named; nothing breaks off over it."""
    record = maker.record_of("dealt")
    acts = [*maker.opening(), *maker.acts_of(record)]
    for one, other in list(itertools.combinations(range(6, len(acts)), 2))[::3]:
        moved = list(acts)
        moved[one], moved[other] = moved[other], moved[one]
        folder = tmp_path / f"{one}-{other}"
        fuzzed.write(folder, maker.bundle_of(record, moved))
        found = fuzzed.verdict(folder)
        assert found.broken == ""
        assert found.agreed
        assert set(found.theirs) & {"ledger-order", "ledger-times", "stage"} or not found.theirs
