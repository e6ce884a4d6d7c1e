"""Bundles and audit folders of many kinds, changed at random and put before both verifiers.

`judged` is what the suite and `python -m benchmarks.fuzz` share: one change, one verdict. The two
makes must agree; what was changed without its ledger must be found; and nothing may break either.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.verification.evidence import Vouchers
from yaohao.planner.verification.finding import Finding
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.public_keys import public_pem

from helpers import bundle_maker as maker
from helpers import workspace_maker
from helpers.browser import with_page
from helpers.forged_bundles import PRIVATE, paged, resealed
from helpers.kept_bureaus import kept
from helpers.mutations import DIGESTS_ALONE, changed
from helpers.vouched_bundles import EVIDENCE, KEYS, WHERE, stamp, vouched

Files = maker.Files

UNMADE = {
    "audit": {
        "frame-earlier", "frame-form", "frame-root", "frame-rows", "frame-counts", "standings",
        "lottery-table", "selection", "selection-cells", "reserves",
    },
    "audit-expected": {"cells-expected"},
    "audit-crews": {"crews-optimum"},
}  # fmt: skip
"""Notes by which verify.py says what it has not checked, each with the planner's checks of that: of
the frame's file (one file of Python reads no Parquet), of what the program alone can build."""

STEPS = {
    "files": {"files"},
    "form": {"draw-json", "draw-bytes", "plan-form", "draw-form", "ledger-lines"},
    "ledger": {"ledger-lines", "ledger-chain", "ledger-times"},
    "head": {"head"},
    "acts": {"ledger-form", "ledger-order", "register", "stage"},
    "rounds": {"rounds"},
    "plan": {"plan", "record"},
    "record": {"record", "stage", "plan", "abandonment"},
    "table": {"table"},
    "commitment-select": {"commitment-select"},
    "commitment-crew": {"commitment-crew"},
    "seed-select": {"seed-select"},
    "seed-crew": {"seed-crew"},
    "seed-fresh": {"seed-fresh"},
    "tickets": {"tickets"},
    "order": {"order"},
    "numbers": {"numbers"},
    "visits": {"visits"},
    "withdrawals": {"withdrawals"},
    "results": {"results"},
    "crews": {"crews"},
    "cells": {"cells"},
    "page": {"page"},
    "signature": {"signature"},
    "stamp": {"stamp", "evidence"},
    "evidence": {"evidence"},
    "audit-files": {"documents", "lottery", "earlier"},
    "plan-file": {"documents"},
    "secret-form": {"documents"},
    "visits-file": {"documents"},
    "roster": {"documents"},
    "crews-file": {"documents"},
    "lottery": {"lottery"},
    "outcome": {"lottery"},
    "earlier": {"earlier"},
    "registers": {"registers"},
    "frame-rows": {"frame-rows"},
    "frame-bearing": {"frame-rows"},
    "frame-counts": {"frame-rows"},
    "frame-root": {"frame-rows"},
    "selection": {"selection"},
    "selection-cells": {"selection", "cells"},
    "reserves": {"selection", "withdrawals"},
    "standings": {"frame-rows"},
    "cells-expected": {"cells-expected", "frame-rows", "lottery-properties"},
    "lottery-properties": {"lottery", "lottery-properties"},
    "crew-bearing": {"crew-bearing"},
    "crews-optimum": {"crews-optimum"},
    "roster-before": {"documents"},
}
"""The planner's checks, each with the checks of the other make that look at the same."""


_CODES = re.compile(r"draw\.json\.select\.cells\.\d+\.codes")
"""What a cell is called where tiers are shown: no digest that is public has it."""


OF_CELLS = {"cells-expected", "lottery-properties", "frame-bearing"}
"""What the planner computes from the cells of the frame's file, the other from the registers."""


@dataclass(frozen=True)
class Verdict:
    """What became of one change: its kind and place, and the checks that fail with each make."""

    kind: str
    level: str
    where: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    broken: str
    unmade: frozenset[str] = frozenset()
    """The planner's checks of which verify.py says that it has not made them."""

    @property
    def agreed(self) -> bool:
        """Whether both say the same; the planner may find alone what the other says it did not."""
        if bool(self.ours) == bool(self.theirs):
            return True
        unmade = self.unmade | (OF_CELLS if self.where == "frame.parquet" else set())
        return bool(self.ours) and set(self.ours) <= unmade

    @property
    def alike(self) -> bool:
        """Whether both name a step that looks at the same."""
        steps = set().union(*(STEPS.get(name, {name}) for name in self.ours))
        return self.agreed and (not self.theirs or bool(steps & set(self.theirs)))

    @property
    def missed(self) -> bool:
        """Whether a change passed that must be found: nothing that hangs on it was changed too."""
        return not self.ours and self.level in ("as is", "listed") and not self._only_digests

    @property
    def _only_digests(self) -> bool:
        """What a file says that nothing else says is known by its digest alone."""
        if self.where == WHERE or (self.kind == "file dropped" and EVIDENCE.fullmatch(self.where)):
            return True  # others may vouch for it, or not
        if any(name.startswith("stamp-") for name in self.where.split(", ")):
            return True  # most of a stamp is for those who know its maker
        if self.level == "as is":
            return self.where == "SHA256SUMS.tsr"
        if _CODES.fullmatch(self.where):
            return True  # a firm's proof has them, and the auditor's table
        alone = (*DIGESTS_ALONE, "index.html", "frame.parquet", "crews.json.potentials")
        return any(name in alone for name in self.where.split(", "))

    @property
    def wrong(self) -> str:
        """What is wrong with the verifiers, in a word, if anything is."""
        if self.broken:
            return "broken"
        return "missed" if self.missed else "" if self.agreed else "disagreed"


def write(folder: Path, files: Files) -> Path:
    """Make `files` all that a folder holds."""
    folder.mkdir(exist_ok=True, parents=True)
    for path in folder.iterdir():
        if path.name not in files:
            path.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def read(folder: Path) -> Files:
    """The files of a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def verdict(folder: Path, kind: str = "", level: str = "", where: str = "") -> Verdict:
    """What both makes say of a folder."""
    broken = ""
    found: list[Finding] = []
    given, auditors = (frozenset({KEYS[name]}) for name in ("given", "auditor"))
    try:
        found = verify_bundle(folder, believed=Vouchers(given, auditors))
        ours = [finding for finding in found if finding.ok is False]
        broken = next((str(dict(f.params)) for f in ours if f.name == "audit-broken"), "")
        names = [finding.name for finding in ours]
        broken = broken or next(filter(None, map(_speechless, ours)), "")
    except Exception as error:
        names, broken = ["broken"], f"planner: {type(error).__name__}: {error}"
    believed = independent.Believed(given, auditors)
    report = independent.verify(independent.read_bundle(folder), believed=believed)
    failed = [result for result in report.results if result.status == "fail"]
    for result in failed:
        for fault in result.faults:
            if fault.what.word == "broken":
                broken = broken or f"verify.py: {result.name}: {fault.found}"
    for lang in ("zh", "en") if failed else ():
        independent.as_text(report, lang)
    if not (broken or names or failed):
        broken = _told_otherwise(found, report)
    theirs = tuple(result.name for result in failed)
    unmade = frozenset().union(*(UNMADE.get(note.word, ()) for note in report.warnings))
    return Verdict(kind, level, where, tuple(dict.fromkeys(names)), theirs, broken, unmade)


NOTED = (
    "level", "late", "cosigner", "auditor", "uncosigned", "attested", "published-first",
    "witnessed", "source", "narrow", "recusals", "choices", "given-secret", "beacon", "abandoned",
    "unfinished", "frozen-again", "reserve-passed",
)  # fmt: skip
"""Notes that both verifiers have, the level of each round among them."""


def _told_otherwise(found: Sequence[Finding], report: independent.Report) -> str:
    """The first note in the words of one of the verifiers alone, where both pass."""
    ours = Counter(one.name for one in found if one.ok is None and one.name in NOTED)
    theirs = Counter(independent.warning_name(one) for one in report.warnings)
    theirs.update({"attested": len(report.attested), "level": len(report.levels)})
    numbers = {name for name in NOTED if ours[name] != theirs[name]}
    levels = {one.params["round"]: one.params["level"] for one in found if one.name == "level"}
    same = levels == {name: independent.level_number(one) for name, one in report.levels.items()}
    unlike = sorted(numbers if same else {*numbers, "level"})
    return f"notes differ: {', '.join(unlike)}" if unlike else ""


def _speechless(finding: Finding) -> str:
    """What a finding that fails does not tell: it names place, expected and found."""
    told = finding.params
    if told["where"] == "" or told["expected"] == told["found"]:
        return f"planner: {finding.name} tells nothing: {dict(told)}"
    return "" if finding.words("en") != finding.words("zh") else f"{finding.name} has no words"


def judged(corpus: Mapping[str, Files], number: int, seed: int, folder: Path) -> Verdict:
    """The change of a number, resealed to some level, and what both makes say of it.

    It hangs on the corpus, the seed and the number alone; `folder` holds it afterwards.
    """
    names = sorted(corpus)
    files, chance = corpus[names[number % len(names)]], Random(f"{seed} {number}")
    after = files
    while after == files:  # what is sealed again may be as it was
        kind, where, after = changed(files, chance)
        level = chance.choice(LEVELS_TRIED)
        if "SHA256SUMS" in where:
            level = "as is"  # to seal it again would undo it
        after = resealed(after, level, where, chance)
    if where.startswith("crews.json") and _proves_alike(files, after):
        where = "crews.json.potentials"
    if EVIDENCE.fullmatch(where) and where not in after:
        where = WHERE  # what was changed was taken away with the list that it was of
    return verdict(write(folder, after), kind, level, where)


def _proves_alike(files: Files, after: Files) -> bool:
    """Whether the crews are the same but for the prices that prove them best; others may too."""
    try:
        one, other = (json.loads(side["crews.json"]) for side in (files, after))
        return bool({**one, "potentials": 0} == {**other, "potentials": 0})
    except (KeyError, ValueError, TypeError):
        return False


LEVELS_TRIED = ("as is", "listed", "chained", "chained", "retold", "retold", "retold")


def by_commands(folder: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the checks that fail by the two commands, each in a process of its own."""
    found = []
    for program in (["-m", "yaohao", "verify"], ["-I", str(independent.__file__)]):
        command = [sys.executable, *program, str(folder), "--json"]
        done = subprocess.run(command, capture_output=True, check=False, text=True)
        report = json.loads(done.stdout)
        checks = report.get("findings") or report["checks"]
        failed = [c["name"] for c in checks if c.get("ok", c.get("status")) in (False, "fail")]
        assert (done.returncode, done.stderr) == (bool(failed), ""), (command, done)
        found.append(tuple(dict.fromkeys(failed)))
    return found[0], found[1]


# --------------------------------------------------------------------------------------- corpora

_DRAND = "drand quicknet 30000000: " + "8f" * 32
JOINT: maker.Json = {
    "department": [
        {"name": "fire", "items": ["FIRE-01"], "size": 3, "qualifications": ["alarm"]},
        {"name": "market", "items": ["PUB-01", "REG-01"], "size": 2, "qualifications": []},
    ],
    "items": [],
    "crew": {
        "size": 2,
        "department": "",
        "seats": [
            {"department": "fire", "qualification": ""},
            {"department": "fire", "qualification": ""},
            {"department": "fire", "qualification": "alarm"},
            {"department": "market", "qualification": ""},
            {"department": "market", "qualification": ""},
        ],
    },
}
TRIGGER_BASED: maker.Json = {
    "tiers": ["A"],
    "observation_months": 6,
    "reminder_months": 12,
    "entries": [
        {
            "entry_id": f"L{n}",
            "item_id": "REG-01",
            "content": f"c{n}",
            "measure": "",
            "trigger": "t",
        }
        for n in (1, 2)
    ],
}


def public_corpus() -> dict[str, Files]:
    """Bundles of the other maker, of every kind that the documentation knows."""
    return _kept_corpus(lambda _: _public_corpus(), "public")


def _kept_corpus(make: Callable[[Path], dict[str, Files]], what: str) -> dict[str, Files]:
    """Bundles as they were made once for all workers of a run."""

    def written(place: Path) -> None:
        for number, (name, files) in enumerate(make(place / "work").items()):
            write(place / "corpus" / f"{number:02d} {name}", files)

    folders = sorted((kept(written, ("corpus", what)) / "corpus").iterdir())
    return {folder.name[3:]: read(folder) for folder in folders}


def _public_corpus() -> dict[str, Files]:
    plan = maker.plan_of
    records = {
        f"{stage} {tiers}": maker.record_of(stage, plan(tiers, 2))
        for stage in maker.STAGES
        for tiers in ("hidden", "shown")
    }
    records["joint"] = maker.record_of("dealt", plan("shown", **JOINT))
    records["rules"] = maker.record_of("dealt", plan("hidden", **maker.RULES))
    records["triggers"] = maker.record_of("staffed", plan(trigger_based=TRIGGER_BASED))
    records["drand"] = maker.record_of("dealt", plan(), select_seed=_DRAND, source="")
    records["nobody"] = maker.record_of("dealt", plan("shown", 0), cells=(), directed=0)
    records["unwitnessed"] = maker.record_of(
        "dealt", plan(), source="", witnesses=(), followed=False
    )
    found = {name: maker.bundle_of(record) for name, record in records.items()}
    found["batch"] = _second_batch()
    found["page"] = with_page(found["dealt hidden"])
    found["signed"] = _signed(found["joint"])
    found["signed page"] = _signed(with_page(found["drawn shown"]))
    stamped, sums = found["staffed hidden"], found["staffed hidden"]["SHA256SUMS"]
    found["stamped"] = {**stamped, "SHA256SUMS.tsr": stamp(hashlib.sha256(sums).hexdigest())}
    for stage, tiers in (("dealt", "hidden"), ("staffed", "shown"), ("drawn", "hidden")):
        found[f"vouched {stage}"] = vouched(stage, tiers)
    return found


def _second_batch() -> Files:
    """A draw that looks back at another, which was carried through."""
    one = maker.record_of(
        "dealt", maker.plan_of(frequency=4), draw="2027q1-0",
        select_seed=maker.EARLIER_SEED, crew_seed=maker.EARLIER_SEED[::-1],
    )  # fmt: skip
    plan = maker.plan_of("shown", 2, frequency=4, batch=2, id="2027q2")
    other = maker.record_of("dealt", plan, names=("a", "b"))
    acts = [*maker.opening(earlier=False), *maker.acts_of(one)]
    latest = max(act["at"] for act in acts)
    own = list(maker.acts_of(other))
    own[0]["earlier"] = ["2027q1-0"]
    for act in own:  # the same days a year later, in record and ledger
        act["at"] = act["at"].replace("2027", "2028", 1)
    for part in (other["select"], other["crew"]):
        for key in ("committed_at", "seeded_at"):
            part[key] = part[key].replace("2027", "2028", 1)
    for withdrawal in other["withdrawals"]:
        withdrawal["at"] = withdrawal["at"].replace("2027", "2028", 1)
    assert own[0]["at"] > latest
    return maker.bundle_of(other, [*acts, *own])


def _signed(files: Files) -> Files:
    """The files with a signature, and the page signed too."""
    key = PRIVATE.public_key().public_bytes_raw().hex()
    if "index.html" in files:
        own = f'"signature":{{"key":"{key}","signature":"{"0" * 128}"}}'.encode()
        files = paged(
            {**files, "index.html": files["index.html"].replace(b'"signature":null', own)}
        )
    sealed = maker.sealed(files)
    signature = PRIVATE.sign(sealed["SHA256SUMS"])
    return {**sealed, "SHA256SUMS.sig": signature, "SHA256SUMS.pub": public_pem(key)}


def audit_corpus(stages: Sequence[str] = workspace_maker.STAGES) -> dict[str, Files]:
    """Audit folders of the planner's, of a workspace in which much has happened."""
    found = _kept_corpus(_audit_corpus, "audit")
    others = {f"audit {stage}" for stage in workspace_maker.STAGES if stage not in stages}
    return {name: files for name, files in found.items() if name not in others}


def _audit_corpus(folder: Path) -> dict[str, Files]:
    shape = workspace_maker.Shape(tiers="shown", reserves=2, entities=48, leads=2)
    made = workspace_maker.make(folder, shape)
    found = {f"audit {stage}": read(folder) for stage, folder in made.audit.items()}
    found["audit followed"] = read(_followed(folder, made, shape))
    shutil.rmtree(folder, ignore_errors=True)
    hidden = workspace_maker.Shape(reserves=2, entities=48, leads=1, abandoned=False)
    made = workspace_maker.make(folder, hidden)
    found["audit followed hidden"] = read(_followed(folder, made, hidden))
    shutil.rmtree(folder, ignore_errors=True)
    return found


def _followed(folder: Path, made: workspace_maker.Made, shape: workspace_maker.Shape) -> Path:
    """A second draw, with withdrawals before and after its crews, results, and a stage before."""
    workspace = made.workspace
    path = workspace.folder / "plans" / "q2.toml"
    text = workspace_maker.plan_text(shape).replace('id = "q1"', 'id = "q2"')
    path.write_text(text, encoding="utf-8")
    draw = workspace.freeze(path, secret="77" * 32)["draw"]
    workspace.draw(draw, "1 4 1 5 9 2 6 5 3 5 8 9 7 9 3 2 3 8 4 6", "dice")

    def withdraw(result: str, evidence: str) -> None:
        """Withdraw the first entity that has a reserve whom its crew, or one, may visit."""
        shown = workspace.show(draw)
        cells = {v.get("cell") for v in shown["visits"] if v["reserve"]}
        gone = {one["entity_id"] for one in shown["withdrawals"]}
        for visit in shown["visits"]:
            entity = str(visit["entity_id"])
            if visit["reserve"] or visit.get("cell") not in cells or entity in gone:
                continue
            try:
                workspace.withdraw(draw, entity, result, evidence)
            except PlannerError:
                continue
            return
        raise AssertionError("nobody can be withdrawn")

    withdraw("9", "early evidence")
    workspace.publish(draw, folder / "before")
    workspace.staff(draw)
    workspace.deal(draw, "1 6 1 8 0 3 3 9 8 8 7 4 9 8 9 4 8 4 8 2", "dice")
    withdraw("7", "late evidence")
    still = [v for v in workspace.show(draw)["visits"] if v["result"] == "0" and not v["reserve"]]
    rows = "".join(f"{v['entity_id']},{'1A'[n % 2]}\n" for n, v in enumerate(still[:4]))
    (folder / "r.csv").write_text("entity_id,result\n" + rows)
    workspace.import_results(draw, [folder / "r.csv"])
    workspace.publish(draw, folder / "public-followed")
    workspace.audit(draw, folder / "audit-followed")
    return folder / "audit-followed"


def planner_corpus(folder: Path) -> dict[str, Files]:
    """Public bundles of the planner's, with all that it publishes beside."""
    shape = workspace_maker.Shape(entities=48, leads=2, reserves=1)
    made = workspace_maker.make(folder, shape)
    found = {f"planner {stage}": read(made.public[stage]) for stage in ("drawn", "dealt")}
    _followed(folder, made, shape)
    found["planner followed"] = read(folder / "public-followed")
    shutil.rmtree(folder, ignore_errors=True)
    return found


def table(verdicts: Sequence[Verdict]) -> str:
    """Numbers of a campaign in lines: by kind and by level, and all together."""
    rows = {"kind": _COLUMNS, "": ()}
    for one in verdicts:
        for name in (one.kind, f"({one.level})", "all"):
            row = rows.setdefault(name, [0] * len(_COLUMNS))
            finders = {(True, True): 1, (True, False): 2, (False, True): 2, (False, False): 3}
            row[0] += 1
            row[finders[bool(one.ours), bool(one.theirs)]] += 1
            row[4] += one.alike
            row[5] += bool(one.wrong)
    order = sorted(
        rows, key=lambda name: (name == "all", name.startswith("("), name != "kind", name)
    )
    return "\n".join(
        f"{name:18}" + "".join(f"{cell:>10}" for cell in rows[name]) for name in order if name
    )


_COLUMNS = ("changed", "by both", "by one", "by none", "alike", "wrong")
