"""A commitment that was not published before its seed is said to be so, everywhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from helpers import bundle_maker as maker
from helpers.browser import Browser, with_page, written
from helpers.cli import SEEDS, SOURCE, fill, told, walk, yaohao
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.wording.messages import LANGUAGES, choose_language, language
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.browser"]

ROUNDS = {"select": "committed", "crew": "staffed"}


def bundle(unpublished: Sequence[str], stage: str = "dealt") -> maker.Files:
    """A bundle in which the commitments of some rounds were not published before their seeds."""
    record = maker.record_of(stage, maker.plan_of("shown", 2))
    left_out = {ROUNDS[name] for name in unpublished}
    acts = [
        act
        for act in maker.acts_of(record)
        if act["act"] != "publication" or act["stage"] not in left_out
    ]
    return maker.bundle_of(record, [*maker.opening(), *acts])


def said(folder: Path) -> tuple[list[str], list[str]]:
    """The rounds that each make says were not published first; nothing fails."""
    findings = verify_bundle(folder)
    assert not [finding for finding in findings if finding.ok is False]
    ours = [f.params["round"] for f in findings if f.name == "published-first" and f.ok is None]
    report = independent.verify(independent.read_bundle(folder))
    assert report.passed
    theirs = [
        str(warning.params["round"])
        for warning in report.warnings
        if independent.warning_name(warning) == "published-first"
    ]
    return ours, theirs


@pytest.mark.parametrize("rounds", [[], ["select"], ["crew"], ["select", "crew"]])
def test_verifiers_say_which_rounds_were_not_published_first(
    rounds: list[str], tmp_path: Path
) -> None:
    written(tmp_path, bundle(rounds))
    assert said(tmp_path) == (rounds, rounds)
    levels = [{"round": name, "level": int(name not in rounds)} for name in ROUNDS]
    assert told("verify", tmp_path)["levels"] == levels
    for lang in LANGUAGES:
        shown = "".join(yaohao("verify", tmp_path, lang=lang).stdout.split())
        report = independent.verify(independent.read_bundle(tmp_path))
        theirs = json.loads(independent.as_json(report, lang))["levels"]
        assert [{key: one[key] for key in ("round", "level")} for one in theirs] == levels
        ending = independent.verdict(report, lang)
        assert independent.as_text(report, lang).splitlines()[-len(ending) :] == ending
        assert shown.endswith("".join("".join(ending).split()))
        words = {"en": ("unpublished:", "rests on people"), "zh": ("未公布：", "以人为证")}[lang]
        assert [(words[0] in line, words[1] in line) for line in ending[1:3]] == [
            (name in rounds, name not in rounds) for name in ROUNDS
        ]


def test_before_the_seed_nothing_is_said(tmp_path: Path) -> None:
    written(tmp_path, bundle(["select"], "committed"))
    assert said(tmp_path) == ([], [])
    for path in tmp_path.iterdir():
        path.unlink()
    written(tmp_path, bundle(["crew"], "staffed"))
    assert said(tmp_path) == ([], [])


def test_a_publication_after_the_seed_does_not_count(tmp_path: Path) -> None:
    """`drawn` is a stage of its own: only that of the commitment came before the seed."""
    files = bundle(["select"])
    stages = [json.loads(line)["act"].get("stage") for line in files["ledger.jsonl"].splitlines()]
    assert "drawn" in stages
    written(tmp_path, files)
    assert said(tmp_path) == (["select"], ["select"])


def test_unwitnessed_stands_in_the_verdict(tmp_path: Path) -> None:
    record = maker.record_of("dealt", source="", witnesses=())
    written(tmp_path, maker.bundle_of(record))
    report = independent.verify(independent.read_bundle(tmp_path))
    ending = independent.verdict(report, "en")
    assert [line.partition(":")[0] for line in ending[1:3]] == [
        "Evidence level 0 (selection), unwitnessed", "Evidence level 0 (assignment), unwitnessed",
    ]  # fmt: skip
    assert independent.as_text(report, "en").splitlines()[-4:] == ending
    shown = "".join(yaohao("verify", tmp_path).stdout.split())
    assert shown.endswith("".join("".join(ending).split()))


@pytest.mark.browser
def test_the_page_claims_it_only_where_it_is_so(browser: Browser, tmp_path: Path) -> None:
    for number, rounds in enumerate(([], ["select"], ["crew"])):
        path = written(tmp_path / str(number), with_page(bundle(rounds)))
        visit = browser.open(path, "en")
        notes = [name for name, state in visit.states() if state == "open"]
        assert notes.count("published-first") == len(rounds)
        bare = "select" in rounds
        assert ("published before the seed" in visit.text("#code-caption")) != bare
        assert len(visit.page.query_selector_all("#banners .unpublished")) == len(rounds)
        told_of = visit.text("#verdict").splitlines()
        assert ["Evidence level 0, unpublished: the ledger" in line for line in told_of[1:3]] == [
            name in rounds for name in ROUNDS
        ], told_of
        visit.ask("x")
        assert ("not published first" in visit.text("#answer")) == bare
    early = browser.open(written(tmp_path / "early", with_page(bundle([], "committed"))), "en")
    assert "before the seed" not in early.text("#code-caption")


# ------------------------------------------------------------------------------- in the workspace


def test_draw_and_deal_warn_before_and_after_and_listings_say_it(tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    here = ("--workspace", workspace)
    walk(workspace, "freeze")
    result = yaohao(*here, "draw", "spring", "--seed", SEEDS[0], "--source", SOURCE, "--json")
    assert json.loads(result.stdout)["published"] is False
    first, second = (
        result.stderr.index("has not been published"),
        result.stderr.index("no publication"),
    )
    assert first < second
    told(*here, "staff", "spring")
    told(*here, "publish", "spring", "--to", tmp_path / "out")
    result = yaohao(*here, "deal", "spring", "--seed", SEEDS[1], "--source", SOURCE, "--json")
    assert json.loads(result.stdout)["published"] is True
    assert "publi" not in result.stderr.replace("yaohao publish spring", "")
    assert told(*here, "show", "spring")["unpublished"] == ["select"]
    assert told(*here, "show")["draws"][0]["unpublished"] == ["select"]
    shown = yaohao(*here, "show", "spring")
    assert "commitment not published first" in shown.stdout
    assert "no publication of the commitment before the seed (selection)" in " ".join(
        shown.stderr.split()
    )
    status = told(*here, "status")
    [warning] = [one for one in status["warnings"] if one["kind"] == "unpublished"]
    assert (warning["draw"], warning["rounds"]) == ("spring", ["select"])
    assert status["draws"][0]["unpublished"] == ["select"]
    assert "not published before its seed (selection)" in yaohao(*here, "status").stdout
    seeds = [one for one in told(*here, "log")["ledger"] if one["act"]["act"] == "seed"]
    assert [one.get("unpublished", False) for one in seeds] == [True, False]
    assert yaohao(*here, "log").stdout.count("not published first") == 1


def published(folder: Path, first: bool) -> Path:
    """A workspace with a draw that was dealt, its commitments published first or not."""
    workspace = fill(folder)
    walk(workspace, "freeze")
    space = Workspace(workspace)
    for step in (lambda: space.draw("spring", SEEDS[0], SOURCE), lambda: space.staff("spring")):
        if first:
            space.publish("spring", folder / "out")
        step()
    if first:
        space.publish("spring", folder / "out")
    space.deal("spring", SEEDS[1], SOURCE)
    space.close()
    return workspace


@pytest.mark.parametrize("first", [True, False])
def test_forms_slip_and_site_claim_it_only_where_it_is_so(tmp_path: Path, first: bool) -> None:
    kept = language()
    space = Workspace(published(tmp_path, first))
    try:
        choose_language("en")
        space.notices("spring", tmp_path / "forms", language="en")
        notice = (tmp_path / "forms" / "notices.html").read_text(encoding="utf-8")
        assert ("published before the seed:" in notice) == first
        assert ("no publication of it" in notice) != first
        proof = space.proof("spring", space.show("spring")["visits"][0]["entity_id"])
        slip = space.proof_slip(proof).decode("utf-8")
        assert ("not published first" in slip) != first
        space.publish("spring", tmp_path / "www", site=True)
        index = (tmp_path / "www" / "index.html").read_text(encoding="utf-8")
        assert ("\u672a\u5148\u516c\u5e03" in index or "not published first" in index) != first
    finally:
        space.close()
        choose_language(kept)


def test_bulletin_and_workbook_claim_it_only_where_it_is_so(tmp_path: Path) -> None:
    from python_calamine import CalamineWorkbook

    def texts(path: Path) -> str:
        book: Any = CalamineWorkbook.from_path(path)
        sheets = [book.get_sheet_by_index(n).to_python() for n in range(len(book.sheet_names))]
        return " ".join(str(cell) for rows in sheets for row in rows for cell in row)

    for first in (True, False):
        folder = tmp_path / str(first)
        folder.mkdir()
        space = Workspace(published(folder, first))
        space.notices("spring", folder / "forms", ["bulletin"], language="en")
        bulletin = texts(folder / "forms" / "bulletin.xlsx")
        assert ("Commitment, published before the seed" in bulletin) == first
        assert ("not published first" in bulletin) != first
        space.publish("spring", folder / "book", ["xlsx"])
        book = texts(folder / "book" / "visits.xlsx")
        assert ("\u672a\u5148\u516c\u5e03" in book or "not published first" in book) != first
        space.close()


def test_no_sentence_claims_it_by_itself() -> None:
    """Every word that claims it is used where the ledger was asked."""
    from yaohao.planner.wording.messages import areas, catalogue

    claims = {
        f"{area}.{name}"
        for area in areas()
        for name, entry in catalogue(area).items()
        if "published before the seed" in entry["en"] or "published before its seed" in entry["en"]
    }
    assert claims == {
        "cli.help-draw", "forms.notice-commitment-first", "forms.bulletin-commitment",
        "page.code-caption-first", "status.warn-unpublished",
    }  # fmt: skip
