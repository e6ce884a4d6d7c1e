"""Cosigners whom a plan names: what three verifiers make of what they sign, and of what lacks."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from helpers.browser import Browser
from helpers.cli import SEEDS, SOURCE, fill, told, yaohao
from yaohao.planner.doors import evidence
from yaohao.planner.doors.checks import verify_publication
from yaohao.planner.doors.keys import make_key
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.verification.finding import Finding
from yaohao.planner.wording.format import levels_of
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.browser"]

PASSPHRASE = "correct horse battery"
NOTES = ("cosigner", "late", "uncosigned", "level")


@dataclass
class Planned:
    """A draw whose plan names the notary, the newspaper and the bureau itself as cosigners.

    Of the selection's commitment the notary and the bureau signed in time, the newspaper too late;
    of the crew round's nobody did.
    """

    workspace: Path
    bundle: Path
    keys: dict[str, str]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planned]:
    folder = tmp_path_factory.mktemp("planned")
    names = ("bureau", "notary", "newspaper")
    keys = {name: make_key(folder / f"{name}.key", PASSPHRASE) for name in names}
    workspace = fill(folder)
    plan = workspace / "plans" / "spring.toml"
    rows = ", ".join(f'{{ name = "The {name}", key = "{key}" }}' for name, key in keys.items())
    text = plan.read_text(encoding="utf-8")
    plan.write_text(f"{text}cosigners = [{rows}]\n", encoding="utf-8")
    frozen = yaohao("--workspace", workspace, "freeze", plan)
    words = " ".join(frozen.stderr.split())
    assert "The plan names cosigners: The bureau, The notary, The newspaper." in words
    out, old = folder / "out", folder / "committed"
    with Workspace(workspace) as space:
        signing: dict[str, Any] = {"key": folder / "bureau.key", "passphrase": PASSPHRASE}
        space.publish("spring", out, **signing)
        for name in ("notary", "bureau"):
            evidence.cosign(out, folder / f"{name}.key", PASSPHRASE)
        shutil.copytree(out, old)
        time.sleep(1.2)
        space.draw("spring", SEEDS[0], SOURCE)
        time.sleep(1.2)
        evidence.cosign(old, folder / "newspaper.key", PASSPHRASE)
        late = next(old.glob(f"cosign-*-{keys['newspaper'][:16]}.json"))
        space.publish("spring", out, evidence=[late], **signing)
        space.staff("spring")
        space.publish("spring", out, **signing)
        space.deal("spring", SEEDS[1], SOURCE)
        space.publish("spring", out, **signing)
    yield Planned(workspace, out, keys)


def both(folder: Path, *cosigners: str) -> list[Finding]:
    """The planner's findings, after verify.py has been seen to say the same."""
    given = frozenset(cosigners)
    ours = verify_publication(folder, None, None, None, cosigners=given)
    believed = independent.Believed(given)
    theirs = independent.verify(independent.read_bundle(folder), believed=believed)
    assert all(one.ok is not False for one in ours) and theirs.passed
    for lang in ("en", "zh"):
        notes = sorted(one.words(lang) for one in ours if one.ok is None and one.name in NOTES)
        warned = [w for w in theirs.warnings if independent.warning_name(w) in NOTES]
        assert notes == sorted(one.put(lang) for one in [*warned, *theirs.levels.values()])
    return ours


def codes(findings: list[Finding], name: str) -> list[tuple[str, Any, Any]]:
    return [
        (one.code.removeprefix("verify."), one.params.get("round"), one.params.get("key"))
        for one in findings
        if one.name == name
    ]


def test_a_key_of_the_plan_is_believed_and_told_apart(planned: Planned) -> None:
    keys, found = planned.keys, both(planned.bundle)
    assert codes(found, "level") == [("level-2-plan", "select", None), ("level-1", "crew", None)]
    assert levels_of(found) == [{"round": "select", "level": 2}, {"round": "crew", "level": 1}]
    assert codes(found, "cosigner") == [("own-cosigner", None, keys["bureau"])]
    missing = [("select", "bureau"), ("select", "newspaper")]
    missing += [("crew", name) for name in ("bureau", "notary", "newspaper")]
    assert codes(found, "uncosigned") == [("uncosigned", r, keys[name]) for r, name in missing]
    given = both(planned.bundle, keys["notary"])
    assert codes(given, "level")[0] == ("level-2", "select", None)
    assert codes(given, "uncosigned") == codes(found, "uncosigned")
    shown = " ".join(yaohao("verify", planned.bundle).stdout.split())
    assert "with keys that the plan named before the draw" in shown
    assert "The newspaper" in shown


def test_a_signature_of_the_plan_that_is_taken_away_or_late_is_missed(
    planned: Planned, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(planned.bundle, tmp_path / "b"))
    next(folder.glob(f"cosign-*-{planned.keys['notary'][:16]}.json")).unlink()
    found = both(folder)
    assert levels_of(found)[0]["level"] == 1
    assert codes(found, "late") == [("cosigned-late", "select", None)]
    assert ("uncosigned", "select", planned.keys["notary"]) in codes(found, "uncosigned")


def test_listings_count_the_keys_of_the_plan(planned: Planned) -> None:
    here = ("--workspace", planned.workspace)
    levels = told(*here, "show", "spring")["levels"]
    assert [one["level"] for one in levels] == [2, 1]
    assert [one["cosigned"] for one in levels] == [0, 0]
    preview = told(*here, "plan", "preview", planned.workspace / "plans" / "spring.toml")
    assert [one["key"] for one in preview["cosigners"]] == list(planned.keys.values())
    text = yaohao(*here, "plan", "preview", planned.workspace / "plans" / "spring.toml").stdout
    assert "The notary" in text


@pytest.mark.browser
def test_the_page_checks_the_keys_of_the_plan(
    planned: Planned, browser: Browser, tmp_path: Path
) -> None:
    files = {path.name: path.read_bytes() for path in planned.bundle.iterdir()}
    visit = browser.open(planned.bundle / "index.html", "en")
    own = " ".join(visit.text("#own-steps").split())
    assert "the plan names as cosigners: The bureau, The notary, The newspaper" in own
    assert visit.check_folder(files) == set(), visit.text("#folder-result")
    shown = " ".join(visit.text("#folder-result").split())
    assert "selection of entities: Evidence level 2, cosigned" in shown
    missing = "not cosigned before the seed (selection of entities): the plan names The newspaper"
    assert missing in shown and "Evidence level 1, witnessed" in shown  # of the crew round
    assert "the key of the bureau itself" in shown
    notary = next(n for n in files if planned.keys["notary"][:16] in n)
    assert visit.check_folder({n: c for n, c in files.items() if n != notary}) == set()
    shown = " ".join(visit.text("#folder-result").split())
    assert "Evidence level 2" not in shown and "was cosigned after the seed only" in shown
    states = dict(visit.states("#folder-result"))
    assert states["late"] == states["uncosigned"] == "open"


@pytest.mark.browser
def test_a_browser_without_ed25519_says_what_it_did_not_check(
    planned: Planned, browser: Browser
) -> None:
    script = """
      const real = crypto.subtle.importKey.bind(crypto.subtle);
      crypto.subtle.importKey = (...given) => given[2] === "Ed25519"
        ? Promise.reject(new DOMException("no", "NotSupportedError")) : real(...given);
    """
    files = {path.name: path.read_bytes() for path in planned.bundle.iterdir()}
    visit = browser.open(planned.bundle / "index.html", "en", script=script)
    assert visit.check_folder(files) == set()
    shown = " ".join(visit.text("#folder-result").split())
    assert "Evidence level 2" not in shown
    assert planned.keys["notary"] in shown and "this browser cannot verify Ed25519" in shown
    missing = "(selection of entities): the plan names The "
    assert f"{missing}newspaper" in shown and f"{missing}notary" not in shown
