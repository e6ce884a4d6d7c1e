"""What acts were made with: the form is checked, no version is asked for, nothing hangs on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helpers import bundle_maker as maker
from helpers.browser import Browser, with_page, written
from helpers.workspace_maker import Maker
from yaohao.planner import __version__
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.browser", "helpers.workspace_maker"]

SOUND: list[Any] = [
    {},
    {"yaohao": "0.1.0"},
    {"yaohao": "0.1.0", "ortools": "9.14.6206", "a.solver_of-ours": "1!2.0rc1+local-3_x"},
    {"unheard-of": "v" * 64},
]
ODD: list[Any] = [
    None,
    "0.1.0",
    ["0.1.0"],
    {"": "1"},
    {"yaohao": ""},
    {"yaohao": 1},
    {"yaohao": None},
    {"yaohao": "v" * 65},
    {"yaohao": "1.0\n"},
    {"yaohao": "1 0"},
    {"yaohao": "\u4e00"},
    {"Yaohao": "1"},
    {"a b": "1"},
    {"<b>": "1"},
    {"n" * 65: "1"},
    {"yaohao": {"yaohao": "1"}},
]


def bundle(made_with: Any, kind: str = "freeze") -> maker.Files:
    record = maker.record_of("dealt")
    acts = maker.acts_of(record)
    next(act for act in acts if act["act"] == kind)["made_with"] = made_with
    return maker.bundle_of(record, [*maker.opening(), *acts])


def failing(files: maker.Files, folder: Path) -> tuple[set[str], set[str]]:
    written(folder, files)
    ours = {finding.name for finding in verify_bundle(folder) if finding.ok is False}
    report = independent.verify(independent.read_bundle(folder))
    return ours, {result.name for result in report.results if result.status == "fail"}


@pytest.mark.parametrize("kind", ["freeze", "crews"])
def test_any_versions_are_taken_and_odd_forms_are_found(kind: str, tmp_path: Path) -> None:
    for made_with in SOUND:
        assert failing(bundle(made_with, kind), tmp_path) == (set(), set()), made_with
    for made_with in ODD:
        assert failing(bundle(made_with, kind), tmp_path) == ({"acts"}, {"ledger-form"}), made_with


def test_no_other_act_has_it(tmp_path: Path) -> None:
    for kind in ("commitment", "seed", "draw", "publication", "withdrawal"):
        files = bundle({"yaohao": "0.1.0"}, kind)
        assert failing(files, tmp_path) == ({"acts"}, {"ledger-form"})


@pytest.mark.browser
def test_the_page_agrees(browser: Browser, tmp_path: Path) -> None:
    sound = with_page(maker.bundle_of(maker.record_of("dealt")))
    visit = browser.open(written(tmp_path, sound))
    base = maker.sealed({name: data for name, data in sound.items() if name != "index.html"})
    found = visit.check_folders(base, [bundle(one) for one in (*SOUND, *ODD)])
    assert [("acts" in one) for one in found] == [False] * len(SOUND) + [True] * len(ODD)


def test_freeze_and_crews_name_what_made_them_and_commit_to_nothing_of_it(
    made: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = made()
    acts = [line["act"] for line in one.workspace.ledger()]
    told = [act["made_with"] for act in acts if act["act"] in ("freeze", "crews")]
    assert len(told) > 1
    for versions in told:
        assert versions["yaohao"] == __version__
        assert versions.keys() == {"yaohao", "numpy", "highspy"}
    assert not [act for act in acts if act["act"] not in ("freeze", "crews") and "made_with" in act]

    import shutil

    from yaohao.planner.operations import freeze

    space = Workspace(shutil.copytree(one.workspace.folder, tmp_path / "own"))
    plan = space.folder / "plans" / "q1.toml"
    first = space.freeze(plan, secret="7a" * 32, despite=["again"])
    space.abandon(first["draw"], "to be frozen again")
    monkeypatch.setattr(freeze, "versions", lambda: {"yaohao": "99"})
    second = space.freeze(plan, secret="7a" * 32, despite=["again"])
    assert json.dumps(space.ledger()[-2]["act"]["made_with"]) == '{"yaohao": "99"}'
    assert first["commitment"] == second["commitment"]
    space.close()
