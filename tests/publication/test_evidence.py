"""Evidence of others: what counts, for whom, and what is false, with both verifiers."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from helpers.browser import Browser
from helpers.cli import SEEDS, SOURCE, fill, told, walk, yaohao
from helpers.time_authority import openssl, replied
from yaohao.planner.doors import evidence
from yaohao.planner.doors.checks import verify_publication
from yaohao.planner.doors.keys import make_key
from yaohao.planner.draw.seed_parts import QUICKNET, beacon_moment
from yaohao.planner.publication.signing import open_key
from yaohao.planner.publication.statements import (
    read_statement,
    signed_statement,
    statement_bytes,
    statement_name,
)
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.verification.levels import level_of
from yaohao.planner.vocabulary.problems import CheckFailed, PlannerError
from yaohao.planner.wording.format import levels_of
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.browser", "helpers.time_authority"]

PASSPHRASE = "correct horse battery"


@dataclass
class Evidenced:
    """A draw that was cosigned, stamped, and attested; keys are those of the tests."""

    folder: Path
    workspace: Path
    keys: dict[str, str]
    authority: Path

    @property
    def bundle(self) -> Path:
        return self.folder / "out"

    def key(self, name: str) -> Path:
        return self.folder / f"{name}.key"


def key_pairs(folder: Path) -> dict[str, str]:
    names = ("bureau", "notary", "auditor", "stranger")
    return {name: make_key(folder / f"{name}.key", PASSPHRASE) for name in names}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory, authority: Path) -> Iterator[Evidenced]:
    folder = tmp_path_factory.mktemp("evidence")
    workspace = fill(folder)
    found = Evidenced(folder, workspace, key_pairs(folder), authority)
    walk(workspace, "freeze")
    with Workspace(workspace) as space:
        signing: dict[str, Any] = {"key": found.key("bureau"), "passphrase": PASSPHRASE}
        space.publish("spring", found.bundle, **signing)
        shutil.copytree(found.bundle, folder / "committed")
        evidence.cosign(found.bundle, found.key("notary"), PASSPHRASE)
        evidence.cosign(found.bundle, found.key("bureau"), PASSPHRASE)
        asked = Path(evidence.request_stamp(found.bundle)["file"])
        reply = folder / "reply.tsr"
        reply.write_bytes(replied(asked, authority))
        evidence.attach_stamp(found.bundle, reply, None, authority / "ca.pem")
        shutil.copytree(found.bundle, folder / "vouched")
        time.sleep(1.2)
        space.draw("spring", SEEDS[0], SOURCE)
        time.sleep(1.2)
        evidence.cosign(folder / "committed", found.key("stranger"), PASSPHRASE)  # too late
        late = next((folder / "committed").glob("cosign-*"))
        space.audit("spring", folder / "audit")
        stated = evidence.attest(folder / "audit", found.key("auditor"), PASSPHRASE, folder)
        space.publish("spring", found.bundle, evidence=[stated["file"], late], **signing)
        space.staff("spring")
        space.publish("spring", found.bundle, **signing)
        space.deal("spring", SEEDS[1], SOURCE)
        space.publish("spring", found.bundle, **signing)
    yield found


def judged(
    folder: Path,
    keys: dict[str, str],
    cosigner: str = "",
    auditor: str = "",
    tsa: Path | None = None,
) -> tuple[dict[str, int], bool, bool]:
    """Levels by round, whether somebody believed has attested, whether all holds; of both makes."""
    cosigners = frozenset(keys[name] for name in cosigner.split())
    auditors = frozenset(keys[name] for name in auditor.split())
    ours = verify_publication(folder, None, None, tsa, cosigners=cosigners, auditors=auditors)
    believed = independent.Believed(cosigners, auditors, tsa)
    theirs = independent.verify(independent.read_bundle(folder), believed=believed)
    assert "broken" not in {fault.what.word for r in theirs.results for fault in r.faults}
    sound = all(one.ok is not False for one in ours)
    assert sound == theirs.passed, ([one for one in ours if one.ok is False], theirs.results)
    levels = {one["round"]: one["level"] for one in levels_of(ours)}
    assert levels == {name: independent.level_number(word) for name, word in theirs.levels.items()}
    attested = any(one.code == "verify.attested" for one in ours)
    assert attested == bool(theirs.attested)
    notes = sorted(one.name for one in ours if one.ok is None and one.name in NOTES)
    warned = (independent.warning_name(one) for one in theirs.warnings)
    assert notes == sorted(one for one in warned if one in NOTES)
    return levels, attested, sound


NOTES = ("cosigner", "auditor", "late", "stamper")


def test_what_is_believed_raises_the_level_and_nothing_else(drawn: Evidenced) -> None:
    keys, bundle, tsa = drawn.keys, drawn.bundle, drawn.authority / "ca.pem"
    assert judged(bundle, keys) == ({"select": 1, "crew": 1}, False, True)
    assert judged(bundle, keys, "notary") == ({"select": 2, "crew": 1}, False, True)
    assert judged(bundle, keys, "bureau")[0]["select"] == 1  # its own key counts for nothing
    assert judged(bundle, keys, "stranger")[0]["select"] == 1  # cosigned after the seed
    assert judged(bundle, keys, "auditor")[0]["select"] == 1
    assert judged(bundle, keys, "notary", "notary") == ({"select": 2, "crew": 1}, False, True)
    assert judged(bundle, keys, tsa=tsa) == ({"select": 3, "crew": 1}, False, True)
    both = judged(bundle, keys, "notary", "auditor", tsa)
    assert both == ({"select": 3, "crew": 1}, True, True)


def test_the_commands_say_it(drawn: Evidenced, capsys: pytest.CaptureFixture[str]) -> None:
    options = [
        "--cosigner",
        f"{drawn.key('notary')}.pub",
        "--auditor",
        f"{drawn.key('auditor')}.pub",
    ]
    result = yaohao("verify", drawn.bundle, *options)
    words = " ".join(result.stdout.split())
    assert result.exit_code == 0, result.output
    assert "Evidence level 2 (selection), cosigned" in words
    assert "Evidence level 1 (assignment)" in words and "For level 2:" in words
    assert "Checked by the auditor with the key" in words and "Nobody outside" not in words
    assert independent.main([str(drawn.bundle), *options, "--lang", "en"]) == 0
    theirs = " ".join(capsys.readouterr().out.split())
    assert theirs.endswith(words[words.index("Everything that") :])
    assert independent.main([str(drawn.bundle), "--cosigner", str(drawn.key("notary"))]) == 2
    assert yaohao("verify", drawn.bundle, "--cosigner", drawn.key("notary")).exit_code == 2


def forged(drawn: Evidenced, name: str, who: str = "notary", **changes: str) -> bytes:
    """A statement of the draw, changed and signed anew."""
    statement = read_statement((drawn.bundle / name).read_bytes())
    told_ = {key: value for key, value in statement.items() if key not in ("key", "signature")}
    key = drawn.key(who)
    signer = open_key(key.read_bytes(), PASSPHRASE, str(key))
    return statement_bytes(signed_statement({**told_, **changes}, signer))


def false_cases(drawn: Evidenced, tmp_path: Path) -> dict[str, tuple[str, bytes]]:
    """What is false about evidence: the file that it is written into, and its content."""
    notary, auditor = drawn.keys["notary"], drawn.keys["auditor"]
    named = {path.name for path in drawn.bundle.iterdir()}
    cosigned = next(n for n in named if n.startswith("cosign-") and notary[:16] in n)
    attested = next(n for n in named if n.startswith("attest-") and auditor[:16] in n)
    stamped = next(n for n in named if n.startswith("stamp-"))
    content = (drawn.bundle / cosigned).read_bytes()
    other = tmp_path / "other"
    other.mkdir()
    (other / "SHA256SUMS").write_bytes(b"another list")
    query = tmp_path / "query"
    openssl("ts", "-query", "-data", other / "SHA256SUMS", "-sha256", "-cert", "-out", query)
    foreign = replied(query, drawn.authority)
    wrong = "0" * 64
    return {
        "another list": ("", forged(drawn, cosigned, sums=wrong)),
        "another head": ("", forged(drawn, cosigned, ledger=wrong)),
        "another stage": ("", forged(drawn, cosigned, stage="staffed")),
        "another draw": ("", forged(drawn, cosigned, draw="autumn")),
        "moved": (cosigned.replace(cosigned[7:11], "ffff"), content),
        "signed by nobody": (cosigned, content.replace(b'"at":"2', b'"at":"1')),
        "no statement": (cosigned, b"{}\n"),
        "no text": (cosigned, b"\xff"),
        "attested another head": ("", forged(drawn, attested, "auditor", ledger=wrong)),
        "attested another plan": ("", forged(drawn, attested, "auditor", commitment=wrong)),
        "stamp of another digest": (stamped, foreign),
        "no stamp": (stamped, b"0"),
    }


def test_false_evidence_fails_everywhere(drawn: Evidenced, tmp_path: Path) -> None:
    cases = false_cases(drawn, tmp_path)
    for name, (known, text) in cases.items():
        folder = Path(shutil.copytree(drawn.bundle, tmp_path / name.replace(" ", "-")))
        file = known or statement_name(read_statement(text))
        (folder / file).write_bytes(text)
        assert not judged(folder, drawn.keys, "notary", "auditor")[2], name


def test_what_belongs_to_another_publication_fails_there(drawn: Evidenced, tmp_path: Path) -> None:
    """A cosignature moved into another draw's folder is none of that draw."""
    place = tmp_path / "second"
    place.mkdir()
    workspace = fill(place)
    walk(workspace, "freeze")
    with Workspace(workspace) as space:
        space.publish("spring", place / "out")
    assert judged(place / "out", drawn.keys, "notary")[2]
    for path in (drawn.folder / "vouched").glob("cosign-*"):
        shutil.copyfile(path, place / "out" / path.name)
        assert not judged(place / "out", drawn.keys, "notary")[2]
        (place / "out" / path.name).unlink()
    with Workspace(workspace) as space, pytest.raises(PlannerError) as refused:
        space.publish("spring", place / "out", evidence=list(drawn.bundle.glob("cosign-*"))[:1])
    assert refused.value.problems[0].code == "evidence.false"
    assert yaohao("verify", place / "out").exit_code == 0


def test_a_stamp_is_what_was_asked_for(drawn: Evidenced, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(drawn.folder / "vouched", tmp_path / "b"))
    (folder / "SHA256SUMS.tsr").unlink()
    asked = told("stamp", "request", folder)
    query = Path(asked["file"])
    assert query == tmp_path / "b.tsq"
    shown = openssl("ts", "-query", "-in", query, "-text").decode()
    assert "Hash Algorithm: sha256" in shown and asked["nonce"].upper() in shown
    assert "Certificate required: yes" in shown
    reply, other = tmp_path / "reply.tsr", tmp_path / "other.tsr"
    reply.write_bytes(replied(query, drawn.authority))
    told("stamp", "request", folder, "--to", tmp_path / "second.tsq")
    other.write_bytes(replied(tmp_path / "second.tsq", drawn.authority))
    result = yaohao("stamp", "attach", folder, other)
    assert result.exit_code == 1 and "answers another request" in " ".join(result.stderr.split())
    (tmp_path / "no.tsr").write_bytes(b"0")
    assert yaohao("stamp", "attach", folder, tmp_path / "no.tsr").exit_code == 1
    elsewhere = yaohao("stamp", "attach", drawn.bundle, reply)
    assert elsewhere.exit_code == 1 and "not of the list of this publication" in " ".join(
        elsewhere.stderr.split()
    )
    more = ("-newkey", "rsa:2048", "-nodes", "-config", drawn.authority / "settings")
    openssl("req", "-x509", *more, "-keyout", tmp_path / "k.pem", "-out", tmp_path / "c.pem")
    assert yaohao("stamp", "attach", folder, reply, "--tsa", tmp_path / "c.pem").exit_code == 1
    assert not (folder / "SHA256SUMS.tsr").exists()
    done = yaohao("stamp", "attach", folder, reply, "--tsa", drawn.authority / "ca.pem")
    assert done.exit_code == 0 and (folder / "SHA256SUMS.tsr").read_bytes() == reply.read_bytes()
    assert yaohao("verify", folder, "--tsa", drawn.authority / "ca.pem").exit_code == 0
    assert (
        yaohao("stamp", "attach", folder, other, "--request", tmp_path / "second.tsq").exit_code
        == 2
    )


def test_nothing_is_signed_that_does_not_hold(drawn: Evidenced, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(drawn.bundle, tmp_path / "b"))
    text = (folder / "visits.csv").read_text(encoding="utf-8")
    (folder / "visits.csv").write_text(text + " ", encoding="utf-8")
    before = sorted(path.name for path in folder.iterdir())
    for act in (
        lambda: evidence.cosign(folder, drawn.key("stranger"), PASSPHRASE),
        lambda: evidence.witness(folder, drawn.key("stranger"), PASSPHRASE, tmp_path / "state"),
        lambda: evidence.request_stamp(folder),
    ):
        with pytest.raises(CheckFailed):
            act()
    assert sorted(path.name for path in folder.iterdir()) == before
    assert not (tmp_path / "state").exists()
    audit = Path(shutil.copytree(drawn.folder / "audit", tmp_path / "audit"))
    (audit / "secret").write_text("0" * 64 + "\n")
    with pytest.raises(CheckFailed):
        evidence.attest(audit, drawn.key("auditor"), PASSPHRASE, tmp_path)
    with pytest.raises(PlannerError):
        evidence.attest(drawn.bundle, drawn.key("auditor"), PASSPHRASE, tmp_path)
    with pytest.raises(PlannerError):
        evidence.cosign(drawn.folder / "audit", drawn.key("notary"), PASSPHRASE)
    assert not list(tmp_path.glob("attest-*"))


def test_a_witness_remembers_and_signs_only_what_continues(
    drawn: Evidenced, tmp_path: Path
) -> None:
    state, out = tmp_path / "state.json", tmp_path / "signed"
    out.mkdir()
    key = drawn.key("stranger")
    first = evidence.witness(drawn.folder / "vouched", key, PASSPHRASE, state, out)
    assert first["new"] and first["seen"] == 0
    kept = state.read_bytes()
    again = evidence.witness(drawn.folder / "vouched", key, PASSPHRASE, state, out)
    assert not again["new"] and again["seen"] == first["lines"] and state.read_bytes() == kept
    later = evidence.witness(drawn.bundle, key, PASSPHRASE, state, out)
    assert later["new"] and later["seen"] == first["lines"] < later["lines"]
    with pytest.raises(CheckFailed) as refused:
        evidence.witness(drawn.folder / "vouched", key, PASSPHRASE, state, out)
    assert refused.value.problems[0].code == "evidence.shorter"
    remembered = json.loads(state.read_text())
    state.write_text(json.dumps({**remembered, "head": "0" * 64}))
    with pytest.raises(CheckFailed) as refused:
        evidence.witness(drawn.bundle, key, PASSPHRASE, state, out)
    assert refused.value.problems[0].code == "evidence.another-ledger"
    state.write_text("{}")
    with pytest.raises(PlannerError):
        evidence.witness(drawn.bundle, key, PASSPHRASE, state, out)
    assert len(list(out.iterdir())) == 2


def test_cosigning_by_command_needs_its_passphrase(
    drawn: Evidenced, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("cosign", drawn.bundle, "--key", drawn.key("notary"), "--to", tmp_path)
    monkeypatch.delenv("YAOHAO_PASSPHRASE", raising=False)
    assert yaohao(*words).exit_code == 2
    monkeypatch.setenv("YAOHAO_PASSPHRASE", "not the passphrase")
    assert yaohao(*words).exit_code == 2 and not list(tmp_path.iterdir())
    monkeypatch.setenv("YAOHAO_PASSPHRASE", PASSPHRASE)
    assert told(*words)["new"] and not told(*words)["new"]


def test_listings_show_the_level_and_what_is_kept(drawn: Evidenced, tmp_path: Path) -> None:
    here = ("--workspace", drawn.workspace)
    select, crew = told(*here, "show", "spring")["levels"]
    kept = {"cosigned": 2, "stamped": 1, "attested": 1}  # the bureau's own cosignature too
    assert select == {"round": "select", "level": 1, **kept}
    assert crew == {"round": "crew", "level": 1, "cosigned": 0, "stamped": 0, "attested": 1}
    assert told(*here, "show")["draws"][0]["levels"] == [select, crew]
    assert told(*here, "status")["draws"][0]["levels"] == [select, crew]
    assert "Evidence level 1 (selection); not checked here" in " ".join(
        yaohao(*here, "show", "spring").stdout.split()
    )
    with Workspace(drawn.workspace) as space:
        space.publish("spring", tmp_path / "www", site=True)
    index = (tmp_path / "www" / "index.html").read_text(encoding="utf-8")
    assert "证据等级 1" in index or "Evidence level 1" in index
    site = yaohao("verify", tmp_path / "www", "--cosigner", f"{drawn.key('notary')}.pub")
    assert site.exit_code == 0, site.stdout


def test_what_others_signed_is_news_for_a_site(drawn: Evidenced, tmp_path: Path) -> None:
    """Once inspectors are assigned nothing of the draw changes; what vouches for it may come."""
    workspace = Path(shutil.copytree(drawn.workspace, tmp_path / "bureau"))
    site = tmp_path / "www"
    with Workspace(workspace) as space:
        first = space.publish("spring", site, site=True)
        space.audit("spring", tmp_path / "audit")
        stated = evidence.attest(tmp_path / "audit", drawn.key("stranger"), PASSPHRASE, tmp_path)[
            "file"
        ]
        name = Path(stated).name
        assert name not in first["evidence"]
        with pytest.raises(PlannerError) as refused:
            space.publish("spring", site, site=True)
        assert refused.value.problems[0].code == "draw.nothing-new"
    words = ("--workspace", workspace, "publish", "spring", "--site", site)
    tried = told(*words, "--evidence", stated, "--dry-run")["would_write"]
    assert name in tried["files"] and not Path(tried["folder"]).exists()
    stage = told(*words, "--evidence", stated)
    assert name in stage["evidence"] and stage["folder"] == tried["folder"]
    assert yaohao(*words, "--evidence", stated).exit_code == 2  # it is there by now
    # So is a file that the last stage has not: a workbook, a signature.
    signed: Any = {"key": drawn.key("bureau"), "passphrase": PASSPHRASE}
    with Workspace(workspace) as space:
        assert space.publish("spring", site, ["xlsx"], site=True)["folder"].endswith("03-dealt")
        assert space.publish("spring", site, ["xlsx"], site=True, **signed)["key"]
        with pytest.raises(PlannerError):
            space.publish("spring", site, ["xlsx"], site=True, **signed)
    # What an auditor put beside an earlier stage comes along, and is news of its own.
    late = evidence.attest(tmp_path / "audit", drawn.key("notary"), PASSPHRASE, stage["folder"])
    assert Path(late["file"]).name in told(*words)["evidence"]
    assert yaohao(*words).exit_code == 2
    assert yaohao("verify", site).exit_code == 0


def test_a_draw_is_recomputed_with_its_secret_and_the_ledger_says_so(
    drawn: Evidenced, tmp_path: Path
) -> None:
    workspace = Path(shutil.copytree(drawn.workspace, tmp_path / "bureau"))
    plan = workspace / "plans" / "spring.toml"
    here = ("--workspace", workspace, "freeze", plan, "--again")
    (tmp_path / "wrong").write_text("7A" * 32)
    refused = yaohao(*here, "--secret-file", tmp_path / "wrong")
    assert refused.exit_code == 2 and "hex digits" in refused.stderr
    done = yaohao(*here, "--secret-file", drawn.folder / "audit" / "secret")
    assert done.exit_code == 0 and "no draw to be held" in " ".join(done.stderr.split())
    assert yaohao(*here).exit_code == 0
    with Workspace(workspace) as space:
        frozen = [one["act"] for one in space.ledger() if one["act"]["act"] == "freeze"]
    assert [one.get("given_secret") for one in frozen] == [None, True, None]
    secret = (drawn.folder / "audit" / "secret").read_text().strip()
    assert not any(secret in json.dumps(one) for one in frozen)
    options = {one for command in (done.stdout, done.stderr) for one in command.split()}
    assert secret not in options


@pytest.mark.browser
def test_every_verifier_says_that_a_secret_was_given(
    drawn: Evidenced, browser: Browser, tmp_path: Path
) -> None:
    workspace = Path(shutil.copytree(drawn.workspace, tmp_path / "bureau"))
    plan = workspace / "plans" / "spring.toml"
    options = ("--again", "--secret-file", drawn.folder / "audit" / "secret")
    draw = told("--workspace", workspace, "freeze", plan, *options)["draw"]
    with Workspace(workspace) as space:
        space.publish(draw, tmp_path / "out")
    words = "the secret of this draw was given at its freeze"
    ours = verify_publication(tmp_path / "out", None, None, None)
    theirs = independent.verify(independent.read_bundle(tmp_path / "out"))
    assert [one.ok for one in ours if one.name == "given-secret"] == [None]
    assert [one.word for one in theirs.warnings if one.word == "given-secret"]
    assert words in " ".join(yaohao("verify", tmp_path / "out").stdout.split())
    visit = browser.open(tmp_path / "out" / "index.html", "en")
    assert words in " ".join(visit.text("#own-steps").split())
    before = browser.open(drawn.bundle / "index.html", "en")
    assert words not in " ".join(before.text("#own-steps").split())
    assert not [one for one in verify_publication(drawn.bundle) if one.name == "given-secret"]


def test_a_beacon_counts_where_it_is_announced_checked_and_after_the_stamp() -> None:
    number = 35107012
    part = {"kind": "drand", "chain": QUICKNET, "round": number, "source": ""}
    announced = [{"kind": "dice", "source": "dice"}, part]
    given = [{"kind": "dice", "source": "dice", "text": "4"}, {**part, "text": "x"}]
    due = beacon_moment(number)
    act: dict[str, Any] = {"parts": given, "witnessed": 0, "at": "2027-03-01T00:00:00Z"}

    def level(stamp: str, **changes: Any) -> int:
        told_: dict[str, Any] = {"announced": announced, "beacons": {number}, "act": act, **changes}
        return level_of(
            told_["announced"],
            told_["act"],
            ([], [stamp], []),
            is_published=True,
            beacons=told_["beacons"],
        )[0]

    early = "2026-01-01T00:00:00Z"
    assert early < due < act["at"]
    assert level(early) == 4
    assert level(due) == 3  # the round was there already
    assert level(early, beacons=set()) == 3  # its signature was not checked
    assert level(early, announced=announced[:1]) == 3
    assert level(early, act={**act, "parts": given[::-1]}) == 3  # it does not end in the round
    assert level("2027-03-01T00:00:00Z") == 1  # stamped after the seed


@pytest.mark.browser
def test_the_page_finds_the_same_false_evidence(
    drawn: Evidenced, browser: Browser, tmp_path: Path
) -> None:
    files = {path.name: path.read_bytes() for path in drawn.bundle.iterdir()}
    visit = browser.open(drawn.bundle / "index.html", "en")
    assert visit.check_folder(files) == set(), visit.text("#folder-result")
    shown = " ".join(visit.text("#folder-result").split())
    assert drawn.keys["notary"] in shown and "counts for nothing" in shown
    assert "Evidence level 1, witnessed" in shown and "existed at" in shown
    cases = false_cases(drawn, tmp_path)
    changed = [
        {**files, known or statement_name(read_statement(text)): text}
        for known, text in cases.values()
    ]
    for name, failed in zip(cases, visit.check_folders(files, changed), strict=True):
        assert failed == {"stamp" if "stamp" in name else "evidence"}, name
