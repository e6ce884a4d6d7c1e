"""Two verifiers say one thing in the same words: how it ended, what fails, what to know."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from helpers import bundle_maker as maker
from helpers.browser import written
from helpers.cli import yaohao
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.wording.messages import LANGUAGES, catalogue

pytest_plugins = ["helpers.browser"]


def test_the_shared_words_are_the_same() -> None:
    shared = catalogue("verdict")
    assert len(shared) > 20
    for name, words in shared.items():
        assert independent.WORDS[name] == (words["en"], words["zh"]), name


BUNDLES: dict[str, Any] = {
    "sound": {},
    "unwitnessed": {"source": "", "witnesses": ()},
    "another source": {"source": "another lottery"},
}


def bundle(name: str) -> maker.Files:
    return maker.bundle_of(maker.record_of("dealt", **BUNDLES[name]))


def lines(folder: Path, lang: str, *options: str) -> list[str]:
    """What `yaohao verify` says, as one line for each finding."""
    found: list[str] = []
    marks = [catalogue("verdict")[f"mark-{one}"][lang] for one in ("pass", "fail", "note")]
    told = ("holds", "fails", "level-0", "level-1", "unattested")
    ends = tuple(catalogue("verdict")[one][lang][:5] for one in told)
    for row in yaohao("verify", folder, *options, lang=lang).stdout.splitlines():
        if row.startswith((*(f"{mark} " for mark in marks), *ends)):
            found.append(row)
        else:
            found[-1] += " " + row.strip()
    return ["".join(row.split()) for row in found]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", BUNDLES)
def test_notes_and_verdict_are_the_same_lines(name: str, lang: str, tmp_path: Path) -> None:
    written(tmp_path, bundle(name))
    report = independent.verify(independent.read_bundle(tmp_path))
    theirs = ["".join(row.split()) for row in independent.as_text(report, lang).splitlines()]
    ours = lines(tmp_path, lang)
    assert ours[-1] == theirs[-1]
    # The program of the page, and verify.py itself, only one of them can compare.
    alone = ["page-program:", "program:", "description:"]
    if lang == "zh":
        known = catalogue("verify") | catalogue("page")
        alone += [
            known[name][lang] + "："
            for one in alone
            for name in (f"check-{one[:-1]}", f"step-{one[:-1]}")
            if name in known
        ]
    kept = [
        [row for row in rows if not any(one in row for one in alone)] for rows in (ours, theirs)
    ]
    # The names of checks are codes in the one; the other has Chinese words for them.
    if lang == "zh":
        kept = [[re.sub("^(通过|不通过|提示)[^:：]+[:：]", r"\1", one) for one in k] for k in kept]
    assert sorted(kept[0]) == sorted(kept[1])


def test_failures_are_named_and_the_rest_only_when_asked_for(tmp_path: Path) -> None:
    record = maker.record_of("dealt", maker.plan_of("shown"))
    record["visits"][3]["ticket"] = record["visits"][3]["ticket"][::-1]
    written(tmp_path, maker.bundle_of(record))
    report = independent.verify(independent.read_bundle(tmp_path))
    brief, whole = (independent.as_text(report, "en", verbose=v) for v in (False, True))
    assert "FAILS  tickets: " in brief and "ok " not in brief
    assert "ok     files: " in whole and len(whole.splitlines()) > len(brief.splitlines()) + 20
    ours, all_ours = yaohao("verify", tmp_path), yaohao("verify", tmp_path, "--verbose")
    assert ours.exit_code == all_ours.exit_code == 1
    assert "FAILS  tickets: " in ours.stdout and "\nok " not in f"\n{ours.stdout}"
    assert "ok     files: " in all_ours.stdout
    assert brief.splitlines()[-1] == ours.stdout.splitlines()[-1]


def test_moments_are_those_of_the_register(tmp_path: Path) -> None:
    record = maker.record_of("abandoned")
    written(tmp_path, maker.bundle_of(record))
    at = record["abandoned"]["at"]
    shown = independent.moment(at, independent.Case(independent.read_bundle(tmp_path)))
    assert shown.endswith("(UTC)")
    words = " ".join(yaohao("verify", tmp_path).stdout.split())
    report = independent.verify(independent.read_bundle(tmp_path))
    assert "(UTC+8)" in independent.as_text(report, "en") and "(UTC+8)" in words
    assert json.loads(independent.as_json(report, "en"))["passed"]
