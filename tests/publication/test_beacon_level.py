"""The highest level of evidence, end to end, with a round that drand published in 2023.

The round of quicknet and its signature are real; the clock of the ledger and of the time stamp are
set around it, and the time-stamping authority is one of the tests.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from helpers.browser import Browser
from helpers.cli import fill, told, yaohao
from helpers.forged_bundles import resealed
from helpers.fuzz import write
from helpers.time_authority import past_authority, stamped_at
from yaohao.planner.doors import evidence
from yaohao.planner.doors.checks import verify_publication
from yaohao.planner.draw.drand import checked_round
from yaohao.planner.draw.seed_parts import beacon_moment
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.wording.format import levels_of
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.browser"]

NUMBER = 657413
SIGNATURE = (
    "b713718a38ae728dfd477991af2822e08d2f305e47718cef"
    "9f7848ce4050e7be41076862b98fad56e91a6b85b89cd97b"
)
RANDOMNESS = "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587"
COMMITTED, STAMPED, TOO_LATE, SEEDED = (
    "2023-09-01T00:00:00Z", "20230902000000Z", "20230916000000Z", "2023-10-01T00:00:00Z",
)  # fmt: skip


@dataclass
class Beacon:
    """Bundles of a draw with a round of drand, by when their commitment was stamped."""

    early: Path
    late: Path
    authority: Path


@pytest.fixture(scope="module")
def beacon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beacon]:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    folder = tmp_path_factory.mktemp("beacon")
    authority = past_authority(folder / "authority")
    with pytest.MonkeyPatch.context() as patch:
        clock: list[str] = [COMMITTED]
        patch.setattr("yaohao.planner.storage.ledger_rows.now", lambda: clock[0])
        bundles = [
            _drawn(folder / name, authority, moment, clock)
            for name, moment in (("early", STAMPED), ("late", TOO_LATE))
        ]
    yield Beacon(bundles[0], bundles[1], authority)


def _drawn(folder: Path, authority: Path, moment: str, clock: list[str]) -> Path:
    clock[0] = COMMITTED
    folder.mkdir()
    workspace = fill(folder)
    plan = workspace / "plans" / "spring.toml"
    announced = f'[{{ kind = "dice", source = "d" }}, {{ kind = "drand", round = {NUMBER} }}]'
    text = plan.read_text(encoding="utf-8").replace('"20 dice, 2 March"', announced)
    plan.write_text(text, encoding="utf-8")
    here = ("--workspace", workspace)
    assert yaohao(*here, "freeze", plan).exit_code == 0
    out = folder / "out"
    with Workspace(workspace) as space:
        space.publish("spring", out)
        reply = folder / "reply.tsr"
        reply.write_bytes(stamped_at((out / "SHA256SUMS").read_bytes(), moment, authority))
        evidence.attach_stamp(out, reply, None, authority / "ca.pem")
    clock[0] = SEEDED
    given = ("--seed", "4711", "--source", "d", "--seed-drand", NUMBER, "--signature", SIGNATURE)
    done = yaohao(*here, "draw", "spring", *given)
    assert done.exit_code == 0, done.output
    told(*here, "publish", "spring", "--to", out)
    return out


def test_the_round_is_the_one_that_drand_published() -> None:
    assert checked_round(NUMBER, SIGNATURE).seed == RANDOMNESS
    assert COMMITTED < "2023-09-02" < beacon_moment(NUMBER) < "2023-09-16" < SEEDED


def levels(folder: Path, authority: Path | None) -> tuple[int, int]:
    """The level of the selection by the planner and by verify.py; both must pass."""
    ours = verify_publication(folder, None, None, authority)
    believed = independent.Believed(authority=authority)
    theirs = independent.verify(independent.read_bundle(folder), believed=believed)
    assert [one for one in ours if one.ok is False] == [] and theirs.passed, theirs.results
    assert [one.word for one in theirs.warnings if one.word == "beacon"] == ["beacon"]
    level = independent.level_number(theirs.levels["select"])
    return levels_of(ours)[0]["level"], level


def test_a_stamped_commitment_and_a_later_round_are_level_four(beacon: Beacon) -> None:
    trusted = beacon.authority / "ca.pem"
    assert levels(beacon.early, trusted) == (4, 3)  # verify.py says that it checks no drand
    assert levels(beacon.early, None) == (1, 1)
    assert levels(beacon.late, trusted) == (3, 3)  # the round was there before the stamp
    shown = " ".join(yaohao("verify", beacon.early, "--tsa", trusted).stdout.split())
    assert "Evidence level 4 (selection), beacon" in shown
    assert "Nobody need be trusted with the time." in shown
    found = json.loads(yaohao("verify", beacon.early, "--tsa", trusted, "--json").stdout)
    assert found["levels"] == [{"round": "select", "level": 4}]


def test_without_the_library_the_level_is_shown_without_it(
    beacon: Beacon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "py_ecc.bls.g2_primitives", None)
    ours = verify_publication(beacon.early, None, None, beacon.authority / "ca.pem")
    assert levels_of(ours)[0]["level"] == 3
    assert [one.ok for one in ours if one.name == "beacon"] == [None]


def test_another_signature_fails_though_all_else_follows(beacon: Beacon, tmp_path: Path) -> None:
    """A bureau makes up a signature, and everything that hangs on it: key, order, digests."""
    files = {path.name: path.read_bytes() for path in beacon.early.iterdir()}
    other = SIGNATURE[:-1] + "c"
    randomness = hashlib.sha256(bytes.fromhex(other)).hexdigest()
    forged = dict(files)
    for name in ("draw.json", "ledger.jsonl"):
        text = files[name].decode().replace(SIGNATURE, other).replace(RANDOMNESS, randomness)
        forged[name] = text.encode()
    after = resealed(forged, "retold", "draw.json", _Careful())
    folder = write(tmp_path / "forged", {**after, "verify.py": files["verify.py"]})
    failed = {one.name for one in verify_publication(folder) if one.ok is False}
    assert failed == {"beacon"}
    theirs = independent.verify(independent.read_bundle(folder))
    assert theirs.passed  # it cannot check a pairing, says so, and shows no level for it
    assert "beacon" in [one.word for one in theirs.warnings]
    assert independent.level_number(theirs.levels["select"]) == 1


class _Careful(Random):
    """A source of chance with which nothing is forgotten."""

    def random(self) -> float:
        return 0.0

    def choice(self, options: Any) -> Any:
        return options[0]


@pytest.mark.browser
def test_the_page_says_that_it_did_not_check_the_round(
    beacon: Beacon, browser: Browser, tmp_path: Path
) -> None:
    files = {path.name: path.read_bytes() for path in beacon.early.iterdir()}
    visit = browser.open(beacon.early / "index.html", "en")
    assert visit.check_folder(files) == set()
    shown = " ".join(visit.text("#folder-result").split())
    assert "the signature of drand round" in shown and "was not checked here" in shown
    assert "Evidence level 1, witnessed" in shown
