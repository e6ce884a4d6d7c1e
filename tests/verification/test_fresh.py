"""Fresh seeds: what was known when a round was committed is refused, and found by all three."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from helpers import bundle_maker as maker
from helpers.browser import Browser, with_page, written
from helpers.cli import SEEDS, SOURCE, fill, told, walk, yaohao
from helpers.workspace_maker import ITEMS, Shape, entity_rows, inspector_rows, plan_text, write_csv
from hypothesis import given
from hypothesis import strategies as st
from yaohao.planner.draw.rounds import known_seed, seed_core
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.publication.web_page import build
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.browser"]

ONE = "3141 5926 5358 9793 2380"
FACES = "\u2680\u2681\u2682\u2683\u2684\u2685" * 5
KNOWN = {
    "the same": ONE,
    "other blanks": "31415926535897932380",
    "hyphens": "31-41-59-26-53-58-97-93-23-80",
    "full width": "".join(chr(ord(mark) + 0xFEE0) if mark.isdigit() else mark for mark in ONE),
    "with more behind": f"{ONE} 6264 3383",
    "with more before": f"0288 4197 {ONE}",
    "within words": f"dice {ONE} of the mayor",
}
FRESH = {
    "other digits": "5772 1566 4901 5328 6060",
    "one digit off": "3141 5926 5358 9793 2381",
    "words": "the lottery of the eighth of January: 03 08 17 21 24 31 + 12",
    "faces of dice": FACES,
}


def both(files: maker.Files, folder: Path) -> tuple[set[str], set[str]]:
    """The checks that fail with the planner and with verify.py."""
    written(folder, files)
    ours = {finding.name for finding in verify_bundle(folder) if finding.ok is False}
    report = independent.verify(independent.read_bundle(folder))
    return ours, {result.name for result in report.results if result.status == "fail"}


# --------------------------------------------------------------------------------------- the rule


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_seed_is_known_however_it_is_written(name: str) -> None:
    core, other = seed_core(ONE), seed_core(KNOWN[name])
    assert core in other or other in core


@pytest.mark.parametrize("name", FRESH)
def test_another_seed_is_another(name: str) -> None:
    core, other = seed_core(ONE), seed_core(FRESH[name])
    assert core not in other
    assert other not in core


def test_case_and_forms_of_letters_make_no_other_seed() -> None:
    assert seed_core("Ab cDe-fghij\u00df \uff11") == seed_core("aBCDEFGHIJSS1") == "ABCDEFGHIJSS1"
    assert seed_core(FACES) == seed_core(" ".join(FACES)) == FACES
    assert seed_core("! 1 a \u200b\t") == "!1A"


@given(st.text(max_size=40))
def test_both_makes_take_the_same_of_a_seed(text: str) -> None:
    assert seed_core(text) == independent.seed_core(text)


def test_only_what_came_before_the_commitment_counts() -> None:
    acts: list[dict[str, Any]] = [
        {"act": "commitment", "draw": "a", "round": "select"},
        {"act": "commitment", "draw": "b", "round": "select"},
        {"act": "seed", "draw": "a", "round": "select", "seed": ONE},
        {"act": "commitment", "draw": "a", "round": "crew"},
    ]
    assert known_seed(acts, "b", "select", ONE) is None
    assert known_seed(acts, "a", "select", ONE) is None
    found = known_seed(acts, "a", "crew", KNOWN["full width"])
    assert found is not None
    assert (found["draw"], found["round"]) == ("a", "select")
    assert known_seed(acts, "a", "crew", FRESH["one digit off"]) is None


# -------------------------------------------------------------------------------- the acts refuse


def bureau_at(folder: Path, plans: Sequence[str]) -> Workspace:
    workspace = Workspace.create(folder / "bureau", "free")
    shape = Shape()
    workspace.import_files("entities", [write_csv(folder / "e.csv", entity_rows(shape))])
    workspace.import_files("inspectors", [write_csv(folder / "i.csv", inspector_rows(shape))])
    workspace.import_files("items", [write_csv(folder / "t.csv", ITEMS)])
    for plan in plans:
        text = plan_text(shape).replace('id = "q1"', f'id = "{plan}"')
        (workspace.folder / "plans" / f"{plan}.toml").write_text(text, encoding="utf-8")
    return workspace


def refused(act: Any, *arguments: Any) -> dict[str, Any]:
    with pytest.raises(PlannerError) as error:
        act(*arguments)
    [problem] = error.value.problems
    return {"code": problem.code, **problem.params}


def test_draw_and_deal_refuse_what_was_known_and_say_whose_it_is(tmp_path: Path) -> None:
    workspace = bureau_at(tmp_path, ["q1", "q2", "q3"])
    for plan in ("q1", "q2"):
        workspace.freeze(workspace.folder / "plans" / f"{plan}.toml")
    workspace.draw("q1", ONE, "dice")
    workspace.draw("q2", ONE, "dice")  # committed before the same event
    workspace.staff("q1")
    lines = workspace.ledger()
    for seed in KNOWN.values():
        told = refused(workspace.deal, "q1", seed, "dice")
        assert (told["code"], told["draw"]) == ("round.seed-known-select", "q1"), seed
        assert refused(workspace.check_fresh, "q1", "crew", seed)["code"] == told["code"]
    assert workspace.ledger() == lines
    workspace.deal("q1", FRESH["other digits"], "dice")
    workspace.freeze(workspace.folder / "plans" / "q3.toml")
    told = refused(workspace.draw, "q3", FRESH["other digits"] + "0", "dice")
    assert (told["code"], told["draw"]) == ("round.seed-known-crew", "q1")
    assert refused(workspace.draw, "q3", ONE)["code"] == "round.seed-known-select"
    workspace.draw("q3", FACES, "dice")
    workspace.close()


def test_a_part_of_a_known_seed_is_refused(tmp_path: Path) -> None:
    workspace = bureau_at(tmp_path, ["q1"])
    workspace.freeze(workspace.folder / "plans" / "q1.toml")
    workspace.draw("q1", f"{ONE} {FRESH['other digits']}", "dice")
    workspace.staff("q1")
    for part in (ONE, FRESH["other digits"]):
        assert refused(workspace.deal, "q1", part, "dice")["code"] == "round.seed-known-select"
    workspace.close()


def test_the_command_refuses_with_two(tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    walk(workspace, "staff")
    here = ("--workspace", workspace)
    again = " ".join(SEEDS[0])
    report = told(*here, "deal", "spring", "--seed", again, "--source", SOURCE, status=2)
    assert report["errors"][0]["code"] == "round.seed-known-select"
    said = yaohao(*here, "deal", "spring", "--seed", again, "--source", SOURCE).stderr
    assert "spring" in said


# -------------------------------------------------------------------------------- the verifiers


def dealt(**seeds: str) -> maker.Files:
    return maker.bundle_of(maker.record_of("dealt", maker.plan_of("shown", 2), **seeds))


@pytest.mark.parametrize("name", KNOWN)
def test_both_verifiers_find_a_crew_seed_that_was_known(name: str, tmp_path: Path) -> None:
    seeds = {"select_seed": ONE, "crew_seed": KNOWN[name]}
    ours, theirs = both(dealt(**seeds), tmp_path)
    assert "seed-fresh" in ours & theirs
    if name != "full width":  # which is no form of a published seed
        assert (ours, theirs) == ({"seed-fresh"}, {"seed-fresh"})


def test_both_verifiers_find_the_seed_of_an_earlier_draw(tmp_path: Path) -> None:
    files = dealt(select_seed=maker.EARLIER_SEED.replace(" ", ""))
    assert both(files, tmp_path) == ({"seed-fresh"}, {"seed-fresh"})
    [fault] = [
        fault
        for result in independent.verify(independent.read_bundle(tmp_path)).results
        for fault in result.faults
    ]
    assert "2027q1-0 select" in fault.put("en")["finding"]


@pytest.mark.parametrize("name", FRESH)
def test_both_verifiers_take_fresh_seeds(name: str, tmp_path: Path) -> None:
    files = dealt(select_seed=ONE, crew_seed=FRESH[name].replace(":", ""))
    assert "seed-fresh" not in set().union(*both(files, tmp_path))


def test_draws_committed_before_one_event_may_share_its_seed(tmp_path: Path) -> None:
    """The other draw's seed comes after this one's commitment, and before this one's seed."""
    record = maker.record_of("drawn", select_seed=ONE)
    other = maker.record_of("drawn", draw="another", select_seed=ONE)
    own, theirs = maker.acts_of(record), maker.acts_of(other)
    acts = [*maker.opening(), theirs[0], theirs[1], own[0], own[1], *theirs[3:5], *own[3:5]]
    assert both(maker.bundle_of(record, acts), tmp_path) == (set(), set())
    acts = [*maker.opening(), *theirs[:5], own[0], own[1], *own[3:5]]
    for act in (own[0], own[1], own[3], own[4]):
        act["at"] = act["at"].replace("2027-01-0", "2027-01-1")
    own[0]["earlier"] = ["another"]
    record["select"].update(committed_at=own[1]["at"], seeded_at=own[3]["at"])
    found = both(maker.bundle_of(record, acts), tmp_path)
    assert found == ({"seed-fresh"}, {"seed-fresh"})


@pytest.mark.browser
def test_the_page_agrees(browser: Browser, tmp_path: Path) -> None:
    sound = with_page(dealt(select_seed=ONE))
    visit = browser.open(written(tmp_path, sound))
    assert ("seed-fresh", "pass") in visit.states()
    base = {name: data for name, data in sound.items() if name != "index.html"}
    base = maker.sealed(base)
    known = [dealt(select_seed=ONE, crew_seed=seed) for seed in KNOWN.values()]
    known.append(dealt(select_seed=maker.EARLIER_SEED))
    fresh = [dealt(select_seed=ONE, crew_seed=seed.replace(":", "")) for seed in FRESH.values()]
    found = visit.check_folders(base, [*known, *fresh])
    names = [sorted(one - {"same-record", "same-ledger"}) for one in found]
    # a seed in full width is no form of a published seed either
    odd = {"full width": ["rounds", "seed-crew", "seed-fresh"]}
    expected = [odd.get(name, ["seed-fresh"]) for name in (*KNOWN, "of an earlier draw")]
    assert names == expected + [[]] * len(fresh)
    texts = [
        "Ab cDe-fghij\u00df \uff11", FACES, "! 1 a \u200b\t", "\u0130stanbul \u01c6 \ufb03 0123",
        "\u03a3\u03c3\u03c2 abcdefghij", "\u2460\u0660 abcdefghijk", "\u5f00\u5956 \uff10\uff11",
    ]  # fmt: skip
    program = (Path(build.__file__).parent / "rounds.js").read_text(encoding="utf-8")
    cores = visit.page.evaluate(f"texts => {{ {program} return texts.map(seedCore); }}", texts)
    assert cores == [seed_core(text) for text in texts]
    assert json.dumps(cores) == json.dumps([independent.seed_core(text) for text in texts])
