"""Proofs: to everybody its own row, chance and threshold; judged alike by all verifiers."""

from __future__ import annotations

import copy
import hashlib
import html
import json
import random
import re
import stat
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from helpers import bundle_maker as maker
from helpers.browser import Browser, Visit
from helpers.cli import fill, language_kept, told, walk, yaohao
from helpers.workspace_maker import HOSTILE_NAMES, STAGES, Made, Maker, sampled
from test_verify_bundle import changed
from yaohao.planner.frame.merkle import (
    audit_path,
    leaf_hash,
    root_of_path,
    tree_levels,
)
from yaohao.planner.operations import proofs
from yaohao.planner.publication.paper.short_proof import checked_address, short_proof
from yaohao.planner.publication.paper.slip import code_of, slip_bytes
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.verification.proof import verify_proof
from yaohao.planner.vocabulary.digest import canonical
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import choose_language
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.browser", "helpers.kept_tables", "helpers.workspace_maker"]
pytestmark = pytest.mark.usefixtures("tables_kept")

SHAPES: dict[str, dict[str, Any]] = {
    "hidden": {},
    "shown": {"tiers": "shown", "reserves": 2},
}
Json = dict[str, Any]


def rows_of(workspace: Made) -> list[Json]:
    rows: list[Json] = pq.read_table(workspace.audit["dealt"] / "frame.parquet").to_pylist()
    return rows


def planner_fails(document: Any, folder: Path) -> set[str]:
    return {finding.name for finding in verify_proof(document, folder) if finding.ok is False}


def other_fails(document: Any, folder: Path) -> set[str]:
    """What the verifier of the other make finds wrong with a proof; it may not come to grief."""
    content = json.dumps(document).encode("utf-8")
    report = independent.verify(independent.read_bundle(folder), content)
    assert "broken" not in {fault.what.word for r in report.results for fault in r.faults}
    return {r.name for r in report.results if r.status == "fail" and r.name.startswith("proof")}


def page_fails(visit: Visit, document: Any) -> set[str]:
    """What the published page finds wrong with a proof."""
    visit.give("#choose-proof", {"proof.json": json.dumps(document).encode("utf-8")})
    visit.page.wait_for_selector("#answer > *")
    failed = visit.failed("#answer")
    visit.page.evaluate("document.querySelector('#answer').replaceChildren()")
    return failed


# --------------------------------------------------------------------------------- what they tell


@pytest.mark.parametrize("shape", SHAPES)
def test_everybody_can_check_chance_and_threshold(shape: str, made: Maker) -> None:
    """Each entity's own arithmetic: chances sum to what is expected, tickets decide."""
    workspace = made(**SHAPES[shape])
    folder = workspace.public["dealt"]
    record = json.loads((folder / "draw.json").read_text(encoding="utf-8"))
    lottery = json.loads((workspace.audit["dealt"] / "lottery.json").read_text(encoding="utf-8"))
    drawn = {v["entity_id"] for v in record["visits"] if v["standing"] == "pool"}
    drawn -= {v["entity_id"] for v in record["visits"] if v["reserve"]}
    thresholds = {cell["cell"]: cell["threshold"] for cell in record["select"]["cells"]}
    prover = proofs.Prover(workspace.workspace._workspace, workspace.draw)
    chances = Fraction(0)
    for entity, text in prover.all():
        document = json.loads(text)
        cell = document["cell"]
        assert (cell is None) == (document["leaf"]["standing"] != "pool")
        assert planner_fails(document, folder) == set()
        if cell is None:
            continue
        chances += Fraction(cell["expected"], cell["size"] * 1_000_000)
        salt = f"|{document['leaf']['salt']}" if shape == "hidden" else ""
        hashed = f"{record['select']['key']}|{entity}{salt}"
        ticket = hashlib.sha256(hashed.encode()).hexdigest()
        under = thresholds[cell["cell"]] is not None and ticket <= thresholds[cell["cell"]]
        assert under == (entity in drawn)
        own = next(one for one in lottery["cells"] if one["cell"] == document["leaf"]["cell"])
        assert (own["size"], own["expected"]) == (cell["size"], cell["expected"])
    assert chances * 1_000_000 == sum(cell["expected"] for cell in lottery["cells"])


def test_proof_made_before_the_draw_holds_at_every_stage(tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    walk(workspace, "freeze")
    early = told("--workspace", workspace, "proof", "spring", "cafe-03")
    assert early["cell"]["count"] is None
    assert early["cell"]["expected"] > 0
    walk_on = ("draw", "spring", "--seed", "47119028365510482937", "--source", "dice")
    assert yaohao("--workspace", workspace, *walk_on).exit_code == 0
    out = tmp_path / "out"
    told("--workspace", workspace, "publish", "spring", "--to", out)
    findings = {f.name: f for f in verify_proof(early, out)}
    assert findings["proof-threshold"].ok is True  # the threshold is the published one
    assert all(finding.ok is not False for finding in findings.values())
    assert other_fails(early, out) == set()
    late = told("--workspace", workspace, "proof", "spring", "cafe-03")
    assert isinstance(late["cell"]["count"], int)
    assert {f.name: f.ok for f in verify_proof(late, out)}["proof-threshold"] is True


@pytest.mark.parametrize("shape", SHAPES)
def test_a_list_picked_by_hand_is_shown_up_by_proofs_alone(
    shape: str, made: Maker, tmp_path: Path
) -> None:
    """Whoever is wrongly listed, or wrongly left out, sees it with the public folder alone.

    The bureau makes everything else follow: numbers, visits, ledger, table.
    """
    workspace = made(**SHAPES[shape])
    files = {path.name: path.read_bytes() for path in workspace.public["drawn"].iterdir()}
    record = json.loads(files["draw.json"])
    listed = {visit["entity_id"] for visit in record["visits"]}
    out = next(v for v in record["visits"] if v["standing"] == "pool" and not v["reserve"])
    cell_of = {row["entity_id"]: row["cell"] for row in rows_of(workspace)}
    slipped = next(
        row
        for row in rows_of(workspace)
        if row["entity_id"] not in listed and row["cell"] == cell_of[out["entity_id"]]
    )
    gone = out["entity_id"]
    out.update({key: slipped[key] for key in ("entity_id", "name", "region")})
    key = record["select"]["key"]
    if shape == "shown":
        out["ticket"] = maker.ticket(key, out["entity_id"], True)
    record["visits"].sort(
        key=lambda v: (
            v["reserve"],
            v["standing"] != "pool",
            v["ticket"] if shape == "shown" and v["reserve"] else maker.place(key, v["entity_id"]),
        )
    )
    acts = [json.loads(line)["act"] for line in files["ledger.jsonl"].splitlines()]
    for act in acts:
        if act["act"] == "draw" and act["draw"] == record["draw"]:
            act["visits"] = maker.digest(maker.visits_document(record))
    folder = tmp_path / "picked"
    folder.mkdir()
    for name, data in maker.bundle_of(record, acts, files["verify.py"]).items():
        (folder / name).write_bytes(data)
    public = independent.verify(independent.read_bundle(folder))
    failed = {result.name for result in public.results if result.status == "fail"}
    # where tiers are shown the threshold that nobody bears, or a ticket above it, tells everybody
    assert failed <= ({"cells"} if shape == "shown" else set())
    for entity in (gone, slipped["entity_id"]):
        document = workspace.workspace.proof(workspace.draw, entity)
        assert planner_fails(document, workspace.public["drawn"]) == set()
        assert "proof-threshold" in planner_fails(document, folder)
        assert "proof-threshold" in other_fails(document, folder) or shape == "shown"


def test_who_is_not_in_the_frame_is_shown_its_neighbours(made: Maker) -> None:
    workspace = made()
    folder = workspace.public["drawn"]
    ids = sorted((row["entity_id"] for row in rows_of(workspace)), key=str.encode)
    for absent in ("-", ids[3] + "0", "zzzz", ids[0][:-1]):
        if absent in ids:
            continue
        document = workspace.workspace.absence_proof(workspace.draw, absent)
        assert planner_fails(document, folder) == other_fails(document, folder) == set()
        place = sum(one.encode() < document["entity_id"].encode() for one in ids)
        sides = [document["before"], document["after"]]
        assert [side and side["entity_id"] for side in sides] == [
            ids[place - 1] if place else None,
            ids[place] if place < len(ids) else None,
        ]
        for other in sampled(lambda one=document: changed(one), 40):
            ours, theirs = planner_fails(other, folder), other_fails(other, folder)
            assert bool(ours) == bool(theirs), other
    with pytest.raises(PlannerError) as refused:
        workspace.workspace.absence_proof(workspace.draw, ids[3])
    assert refused.value.problems[0].code == "draw.is-in-frame"


def test_three_ways_up_the_tree_agree() -> None:
    """RFC 9162's own algorithm, the levels it was made from, and the halving from the top."""
    for size in range(1, 40):
        leaves = [f"leaf {n}".encode() for n in range(size)]
        levels = tree_levels(b"".join(map(leaf_hash, leaves)))
        for index, leaf in enumerate(leaves):
            path = audit_path(levels, index)
            document = {"size": size, "index": index, "path": path}
            root = levels[-1].hex()
            assert root_of_path(leaf, index, size, path) == root
            assert independent.path_root(leaf.decode(), document) == root
            longer = {**document, "path": [*path, "00" * 32]}
            assert independent.path_root(leaf.decode(), longer) is None
            assert root_of_path(leaf, index, size, longer["path"]) is None
            beyond = {**document, "index": size}
            assert independent.path_root(leaf.decode(), beyond) is None


# -------------------------------------------------------------------------- judged alike by all


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_changed_proofs_are_judged_alike(shape: str, made: Maker, browser: Browser) -> None:
    workspace = made(**SHAPES[shape])
    folder = workspace.public["dealt"]
    record = json.loads((folder / "draw.json").read_text(encoding="utf-8"))
    known = {v["entity_id"]: v for v in record["visits"]}
    rows = rows_of(workspace)
    kinds = {
        row["standing"] + ("-listed" if row["entity_id"] in known else ""): row["entity_id"]
        for row in rows
    }
    assert set(kinds) == {"pool", "pool-listed", "out", "directed-listed"}
    visit = browser.open(folder / "index.html")
    found = unlike = 0
    for entity in kinds.values():
        document = workspace.workspace.proof(workspace.draw, entity)
        right = copy.deepcopy(document)
        judged = [(document, set[str]())]
        for other in sampled(lambda one=document: changed(one), 60):
            ours, theirs = planner_fails(other, folder), other_fails(other, folder)
            assert bool(ours) == bool(theirs), other
            judged.append((copy.deepcopy(other), ours))
            found += bool(ours)
            unlike += 1
        assert document == right
        assert visit.check_proofs([one for one, _ in judged]) == [ours for _, ours in judged]
    # a proof need not tell how many were drawn of its cell; all else of it is bound
    assert found > unlike * 0.95


@pytest.mark.parametrize("stage", STAGES)
def test_page_shows_a_proof_with_row_chance_and_threshold(
    stage: str, made: Maker, browser: Browser
) -> None:
    workspace = made()
    rows = {row["standing"]: row for row in rows_of(workspace)}
    record = json.loads((workspace.public[stage] / "draw.json").read_text(encoding="utf-8"))
    thresholds = {one["cell"]: one["threshold"] for one in record["select"]["cells"] or ()}
    visit = browser.open(workspace.public[stage] / "index.html", "en")
    kind = "early" if stage == "committed" else None
    for standing, answer in (("out", "out"), ("pool", None), ("directed", "directed")):
        row = rows[standing]
        document = workspace.workspace.proof(workspace.draw, row["entity_id"])
        assert page_fails(visit, document) == set()
        visit.give("#choose-proof", {"mine.json": json.dumps(document).encode()})
        visit.page.wait_for_selector("#answer [data-answer]")
        found = visit.page.get_attribute("#answer .answer", "data-answer")
        assert found == (kind or answer or found)
        text = visit.text("#answer")
        assert row["entity_id"] in text
        assert "Its row of the frame" in text
        # The workspace is a free one: its codes are its own, and are shown as they are.
        assert not row["tier"] or f"Risk tier\n{row['tier']}\n" in text
        assert not any(name in text for name in ("Credit risk", "low risk", "high risk"))
        if standing == "out":
            assert stage == "committed" or "excluded by rule" in text
        if standing == "pool":
            cell = document["cell"]
            chance = Fraction(cell["expected"], cell["size"] * 1_000_000)
            assert f"{chance.numerator}/{chance.denominator}" in text
            threshold = thresholds.get(cell["cell"])
            assert not threshold or threshold in text
    visit.page.click("[data-language=zh]")
    assert "抽样框中的记录" in visit.text("#answer")
    # a proof that does not hold shows its steps and nothing of its row
    broken = {**document, "index": document["index"] + 1}
    assert page_fails(visit, broken) == {"proof-root"}
    visit.give("#choose-proof", {"mine.json": json.dumps(broken).encode()})
    visit.page.wait_for_selector("#answer [data-answer]")
    assert "抽样框中的记录" not in visit.text("#answer")


def test_text_of_a_slip_can_be_pasted(made: Maker, browser: Browser) -> None:
    workspace = made()
    entity = rows_of(workspace)[0]["entity_id"]
    text = canonical(workspace.workspace.proof(workspace.draw, entity))
    visit = browser.open(workspace.public["dealt"] / "index.html", "en")
    visit.page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData('text', text);
            document.getElementById('entity').dispatchEvent(
                new ClipboardEvent('paste', {clipboardData: data, cancelable: true}));
        }""",
        text,
    )
    assert visit.page.input_value("#entity") == entity
    assert visit.failed("#answer") == set()
    assert "proof-root" in {name for name, _ in visit.states("#answer")}
    for bad in (b"", b"[]", b"null", b"{", b'{"leaf": 3}', b'{"leaf": {"entity_id": "x"}}'):
        visit.give("#choose-proof", {"bad.json": bad})
        visit.page.wait_for_timeout(30)
        assert visit.noises == []


@pytest.mark.parametrize("shape", SHAPES)
def test_a_short_proof_is_made_whole_by_the_page(shape: str, made: Maker, browser: Browser) -> None:
    """The code of a slip is the page's address with the proof behind it, in digits."""
    workspace = made(**SHAPES[shape])
    page = workspace.public["dealt"] / "index.html"
    visit = browser.open(page, "en")

    def follow(digits: str) -> str | None:
        """The kind of answer that the page gives to the address with these digits."""
        visit.page.evaluate("document.querySelector('#answer').replaceChildren()")
        visit.page.evaluate("hash => { location.hash = hash; }", f"p{digits}")
        visit.page.wait_for_timeout(20)
        found = visit.page.query_selector("#answer .answer")
        return found and str(found.get_attribute("data-answer"))

    for row in {row["standing"]: row for row in rows_of(workspace)}.values():
        document = workspace.workspace.proof(workspace.draw, row["entity_id"])
        digits = short_proof(document)
        assert digits.isdecimal()
        assert follow(digits) not in (None, "bad-proof")
        assert visit.page.input_value("#entity") == row["entity_id"]
        assert visit.failed("#answer") == set()
        assert {"proof-root", "proof-draw"} <= {name for name, _ in visit.states("#answer")}
    chance = random.Random(4)
    for _ in range(40):
        place = chance.randrange(len(digits))
        other = f"{digits[:place]}{(int(digits[place]) + 1) % 10}{digits[place + 1 :]}"
        other = digits[: 17 * chance.randrange(len(digits) // 17)] if place % 4 == 0 else other
        assert follow(other) in (None, "bad-proof"), other
    assert visit.noises == []


def test_a_phone_reads_the_code_of_a_slip(made: Maker) -> None:
    """What a reader of codes finds on the slip is the address of the page with the proof."""
    import numpy as np
    import zxingcpp

    workspace = made()
    address = "https://bureau.example/draws/q1/"
    document = workspace.workspace.proof(workspace.draw, rows_of(workspace)[0]["entity_id"])
    slip = workspace.workspace.proof_slip(document, address).decode("utf-8")
    assert slip.count(address) == 1
    size = int(slip.split('viewBox="0 0 ', 1)[1].split(" ", 1)[0])
    picture = np.full((size, size), 255, np.uint8)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", slip):
        picture[int(y), int(x) : int(x) + int(width)] = 0
    [code] = zxingcpp.read_barcodes(picture.repeat(3, 0).repeat(3, 1))
    assert code.text == f"{address}#p{short_proof(document)}"


@pytest.mark.parametrize(
    "address",
    ["bureau.example", "javascript:alert(1)", "https://a b", "https://a#b", "https://\u4e2d"],
)
def test_an_address_is_that_of_a_page(address: str) -> None:
    assert checked_address(" https://a.example/x ") == "https://a.example/x"
    assert checked_address("") == ""
    with pytest.raises(PlannerError) as refused:
        checked_address(address)
    assert refused.value.problems[0].code == "slip.bad-address"


def test_hostile_files_are_no_proofs_to_the_other_verifier(
    made: Maker, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = made().public["dealt"]
    for data in (b"", b"\xff", b"[]", b"[" * 9999, b'{"a": 1, "a": 1}', b'"\\ud800"', b"1.5"):
        (tmp_path / "proof.json").write_bytes(data)
        words = [str(folder), "--proof", str(tmp_path / "proof.json"), "--json"]
        assert independent.main(words) == 1
        checks = json.loads(capsys.readouterr().out)["checks"]
        assert [c["name"] for c in checks if c["status"] == "fail"] == ["proof-form"]
    assert independent.main([str(folder), "--proof", str(tmp_path / "none.json")]) == 2


# ------------------------------------------------------------------------------- proofs for all


@pytest.mark.slow
def test_proofs_of_all_are_those_of_each(
    made: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = made(**SHAPES["shown"])
    monkeypatch.setattr(proofs, "_HELD", 9_000)  # many small writes instead of one
    monkeypatch.setattr(proofs, "_PER_FILE", 2)
    seen: list[tuple[int, int | None]] = []
    told_ = workspace.workspace.proofs(
        workspace.draw, tmp_path / "p", lambda done, total: seen.append((done, total))
    )
    rows = rows_of(workspace)
    assert told_["proofs"] == len(rows)
    assert len(seen) > 5
    assert seen == sorted(seen)
    index = json.loads((tmp_path / "p" / "proofs.json").read_text())
    assert (index["size"], index["digits"]) == (len(rows), 2)
    lines = [
        line for path in (tmp_path / "p").glob("*.jsonl") for line in path.read_text().splitlines()
    ]
    assert len(lines) == len(rows)
    for row in rows:
        entity = row["entity_id"]
        document = Workspace.proof_from(tmp_path / "p", workspace.draw, entity)
        assert document == workspace.workspace.proof(workspace.draw, entity)
        name = hashlib.sha256(entity.encode()).hexdigest()[:2]
        assert any(f'"{entity}"' in line for line in (tmp_path / "p" / f"{name}.jsonl").open())
    for path in [tmp_path / "p", *(tmp_path / "p").iterdir()]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "p").iterdir()}
    workspace.workspace.proofs(workspace.draw, tmp_path / "p")
    assert before == {path.name: path.read_bytes() for path in (tmp_path / "p").iterdir()}


def test_folders_that_are_none_of_ours_are_refused(made: Maker, tmp_path: Path) -> None:
    workspace = made()
    (tmp_path / "x").write_text("precious")
    with pytest.raises(PlannerError) as refused:
        workspace.workspace.proofs(workspace.draw, tmp_path)
    assert refused.value.problems[0].code == "publication.not-proofs"
    assert (tmp_path / "x").read_text() == "precious"
    for text in ("", "[]", "{}", '{"format": "yaohao-proofs/2"}'):
        (tmp_path / "proofs.json").write_text(text)
        with pytest.raises(PlannerError) as refused:
            Workspace.proof_from(tmp_path, workspace.draw, "x")
        assert refused.value.problems[0].code == "publication.no-proofs"
    workspace.workspace.proofs(workspace.draw, tmp_path / "p")
    for entity in ("nobody", "../x", "", '"'):
        with pytest.raises(PlannerError) as refused:
            Workspace.proof_from(tmp_path / "p", workspace.draw, entity)
        assert refused.value.problems[0].code == "draw.no-entity"


# ------------------------------------------------------------------------------------ on paper


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_slip_names_the_codes_of_china_alone(lang: str, made: Maker) -> None:
    """A tier A of a free register may be the worst; its complaint is a code of its own too."""
    workspace = made()
    record = json.loads((workspace.public["dealt"] / "draw.json").read_text(encoding="utf-8"))
    document = workspace.workspace.proof(workspace.draw, rows_of(workspace)[0]["entity_id"])
    document["leaf"] |= {"tier": "A", "reason": "lead:complaint", "standing": "directed"}
    names = {
        "zh": ("低风险", "信用风险分类", "投诉举报"),
        "en": ("low risk", "redit risk", "mplaint,"),
    }
    china, free = (
        slip_bytes(document, record, "n", "r", lang, register=one).decode("utf-8")
        for one in ("china", "free")
    )
    with language_kept():
        choose_language(lang)
        own = workspace.workspace.proof_slip(document).decode("utf-8")
    for name in names[lang][:2]:
        assert name in china
        assert name not in free
        assert name not in own
    assert ": A</p>" in own
    assert ("lead: complaint<" in own) if lang == "en" else ("complaint" in own)


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_slip_tells_what_the_proof_tells(lang: str, made: Maker) -> None:
    import segno

    workspace = made()
    folder = workspace.public["dealt"]
    record = json.loads((folder / "draw.json").read_text(encoding="utf-8"))
    thresholds = {one["cell"]: one["threshold"] for one in record["select"]["cells"]}
    for row in rows_of(workspace)[::9]:
        document = workspace.workspace.proof(workspace.draw, row["entity_id"])
        text = slip_bytes(document, record, row["name"], row["region"], lang).decode("utf-8")
        assert (
            re.search(r"<script|<img|\son\w+=|http:", text.replace("http://www.w3.org", "")) is None
        )
        assert html.escape(row["entity_id"]) in text
        assert "default-src 'none'" in text
        if document["cell"]:
            chance = Fraction(document["cell"]["expected"], document["cell"]["size"] * 1_000_000)
            assert f"({chance.numerator}/{chance.denominator})" in text
            assert (thresholds[document["cell"]["cell"]] or "")[:12] in text
            size, count = document["cell"]["size"], document["cell"]["count"]
            meant = f"{size} in the same cell, {count} drawn"
            assert (meant if lang == "en" else f"同组 {size} 户抽 {count} 户") in text
        image, word = code_of(document)
        assert image in text
        if len(row["name"]) > 1_000:
            assert word == "slip.code-digest"
            continue
        assert word == "slip.scan-text"
        parts = ["#p", short_proof(document)]
        matrix = segno.make(parts, error="l", boost_error=False, micro=False).matrix  # type: ignore[arg-type]
        assert f"0 0 {len(matrix) + 8} {len(matrix) + 8}" in image
        assert image.count("h") > len(matrix)
        assert len(matrix) < 120  # what a phone reads from a hand's breadth of paper
    for name in HOSTILE_NAMES:
        text = slip_bytes(document, record, name, "<b>", lang).decode("utf-8")
        assert "<script" not in text
        assert "<b>" not in text
        assert "\x1b" not in text
        assert "\u202e" not in text
    long = {**document, "path": document["path"] * 30}
    assert code_of(long)[1] == "slip.code-digest"


def test_command_writes_proofs_slips_and_all(tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    walk(workspace, "draw")
    space = ("--workspace", workspace, "proof", "spring")
    shown = told(*space, "cafe-03")
    told_ = told(*space, "cafe-03", "--slip", tmp_path / "s.html", "--to", tmp_path / "p.json")
    assert set(told_) == {"draw", "entity", "slip", "file"}
    assert json.loads((tmp_path / "p.json").read_text()) == shown
    assert yaohao(*space, "cafe-03", "--slip", tmp_path / "s.svg").exit_code == 0
    assert (tmp_path / "s.svg").read_text().startswith("<svg")
    for name in ("s.html", "s.svg", "p.json"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    result = yaohao(*space, "--all", "--to", tmp_path / "all")
    assert result.exit_code == 0
    assert "never publish" in result.stderr
    assert told("proof", "spring", "cafe-03", "--from", tmp_path / "all") == shown
    for words in (
        (),
        ("--all",),
        ("cafe-03", "--all", "--to", "x"),
        ("cafe-03", "--slip", "x.pdf"),
    ):
        assert yaohao(*space, *words).exit_code == 2
    unwitnessed = yaohao(*space, "cafe-03", "--slip", tmp_path / "zh.html", lang="zh")
    assert unwitnessed.exit_code == 0
    assert "抽查证明单" in (tmp_path / "zh.html").read_text(encoding="utf-8")


def test_slip_of_an_unwitnessed_draw_says_so(made: Maker) -> None:
    workspace = made(source="", witnesses=(), abandoned=False)
    entity = rows_of(workspace)[0]["entity_id"]
    document = workspace.workspace.proof(workspace.draw, entity)
    assert "无见证" in workspace.workspace.proof_slip(document).decode("utf-8") or (
        "Unwitnessed" in workspace.workspace.proof_slip(document).decode("utf-8")
    )
    fine = made()
    document = fine.workspace.proof(fine.draw, entity)
    text = fine.workspace.proof_slip(document).decode("utf-8")
    assert "无见证" not in text
    assert "Unwitnessed" not in text
