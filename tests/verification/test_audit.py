"""Audit folders and proofs: all holds as it was written, and what was tampered with is named.

A forger here has every file at hand, and makes all that follows from a change follow from it again,
so that only the checks of an auditor can tell.
"""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import itertools
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers import bundle_maker as maker
from helpers.campaign import across, share
from helpers.workspace_maker import STAGES, Made, Maker, sampled, seal
from test_verify_bundle import changed
from yaohao.planner.publication.verifier import verify as verifier
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.verification.finding import Finding
from yaohao.planner.verification.proof import read_proof, verify_proof
from yaohao.planner.verification.public import check_sums
from yaohao.planner.vocabulary.problems import PlannerError

pytest_plugins = ["helpers.kept_tables", "helpers.workspace_maker"]
pytestmark = pytest.mark.usefixtures("tables_kept")

SHOWN: dict[str, Any] = {"tiers": "shown", "reserves": 2}
INNER = (
    "standing", "cell", "reason", "tier", "region", "industry", "kind", "status",
    "established_on", "inspected_on", "fields", "visits_this_year", "drawn_this_year",
    "drawn_by_plan", "drawn_until",
)  # fmt: skip
Row = dict[str, Any]


def failing(findings: list[Finding]) -> list[str]:
    """Names of the checks that fail, each once; every failure must tell place and values."""
    for finding in findings:
        if finding.ok is False:
            assert finding.name != "audit-broken", finding.params
            assert finding.params["where"] != ""
            assert finding.params["expected"] != finding.params["found"], finding.params
            assert finding.words("en") != finding.words("zh")
    return list(dict.fromkeys(finding.name for finding in findings if finding.ok is False))


def deep(folder: Path) -> list[str]:
    return failing(verify_bundle(folder))


def read_json(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def write_json(folder: Path, name: str, document: Any) -> None:
    (folder / name).write_text(maker.compact(document) + "\n", encoding="utf-8", newline="\n")


def read_frame(folder: Path) -> list[Row]:
    rows: list[Row] = pq.read_table(folder / "frame.parquet").to_pylist()
    return rows


def write_frame(folder: Path, rows: list[Row]) -> None:
    schema = pq.read_schema(folder / "frame.parquet")
    pq.write_table(pa.Table.from_pylist(rows, schema), folder / "frame.parquet")


# --------------------------------------------------------------------------------- all that holds


@pytest.mark.parametrize(("stage", "shape"), across([*STAGES, "abandoned"], [{}, SHOWN]))
def test_everything_holds_at_each_stage(shape: Row, stage: str, made: Maker) -> None:
    workspace = made(**shape)
    alone = verify_bundle(workspace.audit[stage])
    assert failing(alone) == []
    names = {finding.name for finding in alone}
    assert {"frame-root", "standings", "cells-expected", "lottery-properties"} <= names
    drawn = stage != "committed"
    assert {"outcome", "selection", "visits-file"} <= names or not drawn
    assert ("selection-cells" in names) == drawn
    assert ("crews-optimum" in names) == (stage == "dealt")
    both = verify_bundle(workspace.public[stage], workspace.audit[stage])
    assert failing(both) == []
    assert {"same-ledger", "same-record", "audit-files"} <= {finding.name for finding in both}
    independent = verifier.verify(verifier.read_bundle(workspace.audit[stage]))
    assert independent.passed
    assert "audit" in {warning.word for warning in independent.warnings}


@pytest.mark.parametrize(
    ("public", "audit"),
    [("committed", "dealt"), ("dealt", "committed"), ("drawn", "staffed"), ("staffed", "drawn")],
)
def test_different_stages_of_a_draw_agree(public: str, audit: str, made: Maker) -> None:
    workspace = made(**SHOWN)
    assert failing(verify_bundle(workspace.public[public], workspace.audit[audit])) == []


def test_different_draws_do_not_agree(made: Maker) -> None:
    workspace, other = made(**SHOWN), made()
    assert failing(verify_bundle(workspace.public["dealt"], workspace.audit["abandoned"])) == [
        "same-record"
    ]
    assert failing(verify_bundle(workspace.public["dealt"], other.audit["dealt"])) == [
        "same-ledger",
        "same-record",
    ]


def test_another_name_in_the_public_bundle_is_found(made: Maker, tmp_path: Path) -> None:
    """A name is bound by no digest: only the frame and another publication have it."""
    workspace = made(**SHOWN)
    folder = workspace.copied(tmp_path / "public", "drawn")
    record = read_json(folder, "draw.json")
    record["visits"][0]["name"] = "another"
    (folder / "draw.json").write_bytes(maker.record_bytes(record))
    (folder / "visits.csv").write_bytes(maker.table_bytes(maker.table_of(record)))
    assert deep(seal(folder)) == ["page"]
    (folder / "index.html").unlink()
    assert deep(seal(folder)) == []
    assert failing(verify_bundle(folder, workspace.audit["drawn"])) == ["same-record"]
    assert failing(verify_bundle(folder, workspace.audit["dealt"])) == ["same-record"]


# ------------------------------------------------------------- one file changed, SHA256SUMS mended

Change = Callable[[Path], object]


def in_frame(change: Callable[[list[Row]], object]) -> Change:
    """A change of the rows of the frame."""

    def apply(folder: Path) -> None:
        rows = read_frame(folder)
        change(rows)
        write_frame(folder, rows)

    return apply


def in_json(name: str, change: Callable[[Any], object]) -> Change:
    """A change of a JSON document of the folder."""

    def apply(folder: Path) -> None:
        document = read_json(folder, name)
        change(document)
        write_json(folder, name, document)

    return apply


def first(rows: list[Row], standing: str = "pool", **values: str) -> Row:
    """The first row of a standing with these values."""
    return next(
        row
        for row in rows
        if row["standing"] == standing and all(row[key] == value for key, value in values.items())
    )


def rename_drawn(folder: Path) -> None:
    drawn = read_json(folder, "draw.json")["visits"][0]["entity_id"]
    in_frame(lambda rows: first(rows, entity_id=drawn).update(name="another"))(folder)


def swap(items: list[Any], one: int = 0, other: int = 1) -> None:
    items[one], items[other] = items[other], items[one]


def retyped(folder: Path) -> None:
    table = pq.read_table(folder / "frame.parquet")
    place = table.schema.get_field_index("visits_this_year")
    column = table["visits_this_year"].cast(pa.int64())
    pq.write_table(table.set_column(place, "visits_this_year", column), folder / "frame.parquet")


def without_column(folder: Path) -> None:
    table = pq.read_table(folder / "frame.parquet").drop_columns(["fields"])
    pq.write_table(table, folder / "frame.parquet")


def put(name: str, data: bytes) -> Change:
    return lambda folder: (folder / name).write_bytes(data)


def spaced(folder: Path) -> None:
    text = json.dumps(read_json(folder, "lottery.json"), indent=1)
    (folder / "lottery.json").write_text(text, encoding="utf-8")


CHANGES: dict[str, tuple[Change, list[str]]] = {
    "tier": (
        in_frame(lambda rows: first(rows, tier="A").update(tier="D")),
        ["frame-root", "standings", "frame-rows"],
    ),
    "tier of one left out": (
        in_frame(lambda rows: first(rows, "out").update(tier="zz")), ["frame-root", "frame-rows"]),
    "date": (
        in_frame(lambda rows: first(rows).update(inspected_on="2020-01-01")),
        ["frame-root", "frame-rows"],
    ),
    "no date": (
        in_frame(lambda rows: first(rows).update(inspected_on="2020-02-30")), ["frame-form"]),
    "standing": (
        in_frame(lambda rows: first(rows).update(standing="out", cell="", reason="visit-cap")),
        ["frame-root", "frame-counts", "standings", "frame-rows"],
    ),
    "standing of one directed": (
        in_frame(lambda rows: first(rows, "directed").update(standing="pool", reason="")),
        ["frame-root", "frame-counts", "standings", "frame-rows"],
    ),
    "cell": (
        in_frame(lambda rows: first(rows, tier="A", region="150502").update(cell="A/150581")),
        ["frame-root", "standings", "frame-rows"],
    ),
    "bar in a code": (in_frame(lambda rows: rows[0].update(industry="a|b")), ["frame-form"]),
    "fields unsorted": (in_frame(lambda rows: rows[0].update(fields="food,drug")), ["frame-form"]),
    "null": (in_frame(lambda rows: rows[0].update(region=None)), ["frame-form"]),
    "id": (in_frame(lambda rows: rows[0].update(entity_id="!")), ["frame-form"]),
    "name of one drawn": (rename_drawn, ["frame-root", "selection", "frame-rows"]),
    "rows swapped": (in_frame(swap), ["frame-form"]),
    "row put twice": (in_frame(lambda rows: rows.insert(0, rows[0])), ["frame-form"]),
    "row left out": (
        in_frame(lambda rows: rows.pop()),
        ["frame-root", "frame-counts", "cells-expected", "frame-rows"],
    ),
    "out of scope": (
        in_frame(lambda rows: rows[0].update(status="revoked")),
        ["frame-root", "standings", "frame-rows"],
    ),
    "retyped": (retyped, ["frame-form"]),
    "column left out": (without_column, ["frame-form"]),
    "no frame": (put("frame.parquet", b""), ["frame-form"]),
    "another file": (put("frame.parquet", b"PAR1" * 9), ["frame-form"]),
    "secret": (
        put("secret", b"0" * 64 + b"\n"),
        ["frame-root", "lottery", "selection-cells"],
    ),
    "secret of another form": (put("secret", b"0'; --\n"), ["secret-form"]),
    "secret no text": (put("secret", b"\xff"), ["audit-files"]),
    "weights": (
        in_json("lottery.json", lambda d: (
            d["outcomes"][0].update(weight=d["outcomes"][0]["weight"] + 1),
            d["outcomes"][1].update(weight=d["outcomes"][1]["weight"] - 1))),
        ["lottery", "lottery-properties"],
    ),
    "sum of weights": (
        in_json("lottery.json", lambda d: d["outcomes"][0].update(weight=1)),
        ["lottery", "lottery-properties"],
    ),
    "counts": (
        in_json("lottery.json", lambda d: d["outcomes"][0]["counts"].__setitem__(0, 99)),
        ["lottery", "lottery-properties"],
    ),
    "counts of another length": (
        in_json("lottery.json", lambda d: d["outcomes"][0]["counts"].pop()),
        ["lottery", "lottery-properties"],
    ),
    "expected": (
        in_json("lottery.json", lambda d: d["cells"][0].update(
            expected=d["cells"][0]["expected"] + 1)),
        ["lottery", "cells-expected", "lottery-properties"],
    ),
    "size": (
        in_json("lottery.json", lambda d: d["cells"][0].update(size=d["cells"][0]["size"] + 1)),
        ["lottery", "cells-expected"],
    ),
    "widened": (
        in_json("lottery.json", lambda d: d["widened"].append(
            {"margin": {"stratum": "", "code": ""}, "by": [0, 1]})),
        ["lottery", "lottery-properties"],
    ),
    "cells swapped": (
        in_json("lottery.json", lambda d: swap(d["cells"])),
        ["lottery", "cells-expected", "lottery-properties"],
    ),
    "outcomes swapped": (in_json("lottery.json", lambda d: swap(d["outcomes"])),
                         ["lottery", "lottery-table"]),
    "lottery of another form": (put("lottery.json", b"[]\n"), ["lottery"]),
    "lottery written otherwise": (spaced, ["audit-files"]),
    "plan": (in_json("plan.json", lambda d: d.update(title="x")), ["plan-file"]),
    "plan of another form": (put("plan.json", b"[[[1]]]\n"), ["plan-file"]),
    "capacity": (
        in_json("roster.json", lambda d: d[0].update(capacity=1)), ["roster", "crews-optimum"]),
    "recusal": (
        in_json("roster.json", lambda d: d[0]["recused"].append("z")), ["roster"]),
    "recusal taken out": (in_json("roster.json", lambda d: d[0].update(recused=[])),
                          ["roster", "crew-bearing"]),
    "inspector left out": (in_json("roster.json", lambda d: d.pop()), ["roster", "crews-file"]),
    "roster of another form": (put("roster.json", b'{"a":1}\n'), ["roster"]),
    "visits": (in_json("visits.json", lambda d: d[0].update(region="x")), ["visits-file"]),
    "visits swapped": (in_json("visits.json", swap), ["visits-file"]),
    "no visits": (put("visits.json", b"null\n"), ["visits-file"]),
    "crews": (
        in_json("crews.json", lambda d: (swap(d["crews"][0][1]))),
        ["crews-file", "crews-optimum"],
    ),
    "squares": (
        in_json("crews.json", lambda d: d.update(squares=d["squares"] + 1)), ["crews-optimum"]),
    "cost": (
        in_json("crews.json", lambda d: d.update(cost=str(int(d["cost"]) - 1))),
        ["crews-optimum"],
    ),
    "endless cost": (in_json("crews.json", lambda d: d.update(cost="9" * 9999)), ["crews-file"]),
    "potentials": (
        in_json("crews.json", lambda d: next(iter(d["potentials"].values())).__setitem__(0, 999)),
        ["crews-optimum"],
    ),
    "potential of nobody": (
        in_json("crews.json", lambda d: d["potentials"].update(nobody=[0, 0])), ["crews-file"]),
    "potential left out": (
        in_json("crews.json", lambda d: d["potentials"].popitem()),
        ["crews-optimum", "crews-file"],
    ),
    "crews of another form": (put("crews.json", b"{}\n"), ["crews-file"]),
    "deep": (put("crews.json", b"[" * 5000 + b"]" * 5000), ["audit-files"]),
}  # fmt: skip


@pytest.mark.parametrize("name", share(CHANGES, 2))
def test_changed_file_is_named(name: str, made: Maker, tmp_path: Path) -> None:
    change, expected = CHANGES[name]
    folder = made(**SHOWN).copied(tmp_path / "audit", "dealt", audit=True)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    change(folder)
    changed = [name for name, data in before.items() if (folder / name).read_bytes() != data]
    assert len(changed) == 1
    sums = check_sums(folder, audit=True)
    assert (sums.ok, sums.params["where"]) == (False, changed[0])
    assert failing(verify_bundle(made(**SHOWN).public["dealt"], seal(folder))) == expected


@pytest.mark.parametrize(
    "name", ["frame.parquet", "secret", "plan.json", "lottery.json", "roster.json", "crews.json"]
)
def test_missing_file_is_named(name: str, made: Maker, tmp_path: Path) -> None:
    folder = made().copied(tmp_path / "audit", "dealt", audit=True)
    (folder / name).unlink()
    found = verify_bundle(made().public["dealt"], seal(folder))
    assert set(failing(found)) & {"audit-files"}
    assert any(
        name in f"{f.params['where']} {f.params['expected']}" for f in found if f.ok is False
    )


def test_file_before_its_time_is_found(made: Maker, tmp_path: Path) -> None:
    folder = made().copied(tmp_path / "audit", "drawn", audit=True)
    (folder / "roster.json").write_bytes((made().audit["dealt"] / "roster.json").read_bytes())
    assert deep(seal(folder)) == ["audit-files"]


def test_public_bundle_is_no_audit_folder(made: Maker) -> None:
    public = made().public["drawn"]
    assert "audit-files" in failing(verify_bundle(public, public))


def test_flipped_bytes_of_a_frame_are_no_traceback(made: Maker, tmp_path: Path) -> None:
    folder = made().copied(tmp_path / "audit", "drawn", audit=True)
    whole = (folder / "frame.parquet").read_bytes()
    chance = random.Random(3)
    found = 0
    for _ in range(15):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 1, 4))):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        (folder / "frame.parquet").write_bytes(data)
        found += bool(deep(seal(folder)))
    assert found > 4  # what hits an address, or statistics of the file, changes no draw


# ------------------------------------------------------ forged: all that follows was made to follow


class Forgery:
    """An audit folder in a forger's hands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.record = read_json(folder, "draw.json")
        self.plan = self.record["plan"]
        self.rows = read_frame(folder)
        self.lottery = read_json(folder, "lottery.json")
        self.roster = read_json(folder, "roster.json") if self.record["crew"] else None
        lines = (folder / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
        self.acts = [json.loads(line)["act"] for line in lines]
        self.secret = (folder / "secret").read_text().strip()

    def commit(self) -> None:
        """Make plan, frame and lottery, and the commitment over them, follow."""
        select = self.record["select"]
        write_json(self.folder, "plan.json", self.plan)
        write_frame(self.folder, self.rows)
        write_json(self.folder, "lottery.json", self.lottery)
        select["plan"], select["frame"] = maker.digest(self.plan), self._root()
        select["lottery"] = maker.digest(self.lottery)
        select["cells_root"] = self._cells_root()
        names = ("plan", "frame", "lottery", "cells_root")
        texts = ("yaohao/2", "select", *(select[name] for name in names))
        select["commitment"] = maker.sha("|".join(texts))
        certain = [c["size"] for c in self.lottery["cells"] if c["expected"] == c["size"] * 10**6]
        select["bearing"]["certain"] = sum(certain)
        out: dict[str, int] = {}
        for row in self.rows:
            if row["standing"] == "out":
                out[row["reason"]] = out.get(row["reason"], 0) + 1
        standings = [row["standing"] for row in self.rows]
        counts = {name: standings.count(name) for name in ("pool", "directed")}
        select["counts"] = {"scope": len(self.rows), **counts, "out": out}
        if select["seed"] is not None:
            select["key"] = maker.sha(f"{select['commitment']}|{select['seed']}")[:32]

    def _root(self) -> str:
        level = []
        for row in self.rows:
            salt = maker.sha(f"{self.secret}|{row['entity_id']}")[:32]
            blind = self.blind(row["cell"]) if row["standing"] == "pool" else ""
            inner = "|".join([*(str(row[column]) for column in INNER), blind, salt, row["name"]])
            leaf = f"{row['entity_id']}|{maker.sha(inner)}"
            level.append(hashlib.sha256(b"\x00" + leaf.encode()).digest())
        return tree(level)

    def blind(self, cell: str) -> str:
        """The public name of a cell."""
        return maker.sha(f"{self.secret}|cell|{cell}")[:32]

    def _cells_root(self) -> str:
        texts = sorted(
            f"{self.blind(cell['cell'])}|{cell['size']}|{cell['expected']}|"
            + maker.sha(f"{self.secret}|cell-salt|{cell['cell']}")[:32]
            for cell in self.lottery["cells"]
        )
        return tree([hashlib.sha256(b"\x00" + text.encode()).digest() for text in texts])

    def draw(self, outcome: int | None = None) -> None:
        """Select by the protocol, "Selection", by hand."""
        select = self.record["select"]
        key, reserves = select["key"], self.plan["publication"]["reserves"]
        number = int(maker.sha(f"{key}|allocation"), 16)
        weights = itertools.accumulate(o["weight"] for o in self.lottery["outcomes"])
        right = next(n for n, w in enumerate(weights) if w << 256 > number * 1_000_000)
        select["outcome"] = right if outcome is None else outcome
        counts = self.lottery["outcomes"][select["outcome"]]["counts"]
        groups: tuple[list[Row], ...] = ([], [], [])
        for place, (cell, count) in enumerate(zip(self.lottery["cells"], counts, strict=True), 1):
            members = [row for row in self.rows if row["cell"] == cell["cell"]]
            members.sort(key=lambda row: self.ticket(row["entity_id"]))
            for rank, row in enumerate(members[: count + reserves]):
                visit = self.visit(row, rank >= count)
                groups[2 * (rank >= count)].append(
                    {**visit, "cell": place, "expected": cell["expected"]}
                )
        groups[1].extend(
            self.visit(row, False) for row in self.rows if row["standing"] == "directed"
        )
        self.record["visits"] = self.ordered([v for group in groups for v in group])

    def ordered(self, visits: list[Row]) -> list[Row]:
        """Visits in the order of the protocol, where tiers are shown."""
        key = str(self.record["select"]["key"])

        def place(visit: Row) -> tuple[int, str]:
            own = visit["ticket"] if visit["reserve"] else maker.place(key, visit["entity_id"])
            return rank(visit), own

        return sorted(visits, key=place)

    def ticket(self, entity: str) -> str:
        return maker.sha(f"{self.record['select']['key']}|{entity}")

    def visit(self, row: Row, reserve: bool) -> Row:
        kept = {key: row[key] for key in ("entity_id", "name", "region", "standing")}
        more = {"cell": None, "expected": None, "inspectors": [], "result": "0"}
        return {**kept, **more, "ticket": self.ticket(row["entity_id"]), "reserve": reserve}

    def settle(self) -> None:
        """Make all that follows from visits, roster and crews follow, to the ledger's last line."""
        record, select, crew = self.record, self.record["select"], self.record["crew"]
        visits = record["visits"]
        if select["seed"] is not None:
            visits = record["visits"] = self.ordered(visits)
            write_json(self.folder, "visits.json", maker.visits_document(record))
            select["cells"] = [
                {
                    "cell": self.blind(cell["cell"]),
                    "number": number,
                    "codes": cell["cell"],
                    "expected": next(
                        (v["expected"] for v in visits if v["cell"] == number), cell["expected"]
                    ),
                    "size": sum(row["cell"] == cell["cell"] for row in self.rows),
                    "count": len(drawn),
                    "threshold": max(drawn, default=None),
                }
                for number, cell in enumerate(self.lottery["cells"], 1)
                for drawn in [
                    [v["ticket"] for v in visits if v["cell"] == number and not v["reserve"]]
                ]
            ]
        if crew is not None:
            write_json(self.folder, "roster.json", self.roster)
            crew["visits"] = maker.digest(maker.visits_document(record))
            crew["roster"] = maker.digest(self.roster)
            texts = ("yaohao/2", "crew", select["commitment"], crew["visits"], crew["roster"])
            crew["commitment"] = maker.sha("|".join(texts))
            if crew["seed"] is not None:
                crew["key"] = maker.sha(f"{crew['commitment']}|{crew['seed']}")[:32]
                dealt = read_json(self.folder, "crews.json")
                dealt["crews"] = [[v["entity_id"], v["inspectors"]] for v in maker.kept(record)]
                write_json(self.folder, "crews.json", dealt)
        record["plan"] = self.plan
        record.update({key: self.plan[key] for key in ("title", "authority", "as_of")})
        self._publish()

    def _publish(self) -> None:
        own = list(maker.acts_of(self.record, publications=False))
        before = [
            a["roster"]
            for a in self.acts
            if a.get("draw") == self.record["draw"] and "outcome" in a
        ]
        for act in own:
            if act["act"] == "draw":
                act["roster"] = before[0]
        content = [a["content"] for a in self.acts if a.get("register") == "entities"][-1]
        own[0]["content"] = content
        acts = [act for act in self.acts if act.get("draw") != self.record["draw"]]
        lines = maker.chain([*acts, *own])
        self.record.update({"ledger": lines[-1]["entry"], "previous": None})
        (self.folder / "ledger.jsonl").write_bytes(maker.ledger_bytes(lines))
        (self.folder / "draw.json").write_bytes(maker.record_bytes(self.record))
        table = maker.table_bytes(maker.table_of(self.record))
        (self.folder / "visits.csv").write_bytes(table)
        seal(self.folder)


def tree(level: list[bytes]) -> str:
    """The root over hashes of leaves."""
    while len(level) > 1:
        pairs = [b"".join(level[n : n + 2]) for n in range(0, len(level), 2)]
        level = [p if len(p) == 32 else hashlib.sha256(b"\x01" + p).digest() for p in pairs]
    return level[0].hex()


def rank(visit: Row) -> int:
    return 2 if visit["reserve"] else int(visit["standing"] == "directed")


def forged(made: Made, folder: Path, stage: str) -> Forgery:
    return Forgery(made.copied(folder, stage, audit=True))


def found_by_audit_alone(forgery: Forgery) -> list[str]:
    """What the auditor's checks find, where all that the public can check holds."""
    forgery.settle()
    report = verifier.verify(verifier.read_bundle(forgery.folder))
    failed = {result.name for result in report.results if result.status == "fail"}
    assert failed <= {name for name, _, _ in verifier.AUDIT_CHECKS}
    return deep(forgery.folder)


@pytest.mark.parametrize("stage", ["committed", "drawn", "staffed", "dealt"])
def test_forger_who_changes_nothing_is_not_accused(stage: str, made: Maker, tmp_path: Path) -> None:
    """And the selection by hand is the planner's: two makes, one draw."""
    forgery = forged(made(**SHOWN), tmp_path / "audit", stage)
    before = copy.deepcopy(forgery.record)
    forgery.commit()
    if stage == "drawn":
        forgery.draw()
    assert found_by_audit_alone(forgery) == []
    bare = {"ledger": "", "previous": None}
    assert {**forgery.record, **bare} == {**before, **bare}


def put_out(forgery: Forgery) -> None:
    """Somebody is left out by a rule that does not apply to them."""
    first(forgery.rows, tier="B").update(standing="out", cell="", reason="visit-cap")


def retier(forgery: Forgery) -> None:
    """Somebody's tier is changed, and everything but their cell with it."""
    first(forgery.rows, tier="D").update(tier="A")


def move(forgery: Forgery) -> None:
    """Somebody's tier and cell are changed; the lottery is as it was."""
    first(forgery.rows, tier="A", region="150502").update(tier="B", cell="B/150502")


def direct(forgery: Forgery) -> None:
    """Somebody is directed for a reason that the plan does not know."""
    first(forgery.rows).update(standing="directed", cell="", reason="lead:envy")


def raise_rate(forgery: Forgery) -> None:
    """The plan's rate is another, its lottery the old one."""
    forgery.plan["rates"]["tier"]["A"] += 10_000


def scope(forgery: Forgery) -> None:
    forgery.plan["scope"]["region"] = ["15"]


def shift_weight(forgery: Forgery) -> None:
    one, other = forgery.lottery["outcomes"][:2]
    one["weight"], other["weight"] = one["weight"] + 1, other["weight"] - 1


def cap(forgery: Forgery) -> None:
    """A single outcome, each count its expectation rounded up."""
    counts = [-(-cell["expected"] // 1_000_000) for cell in forgery.lottery["cells"]]
    forgery.lottery["outcomes"] = [{"weight": 1_000_000, "counts": counts}]


def expect_more(forgery: Forgery) -> None:
    forgery.lottery["cells"][0]["expected"] += 1


def widen(forgery: Forgery) -> None:
    forgery.lottery["widened"] = [{"margin": {"stratum": "", "code": ""}, "by": [1, 0]}]


COMMITTED: dict[str, tuple[Callable[[Forgery], None], list[str]]] = {
    "left out": (put_out, ["standings", "frame-rows"]),
    "tier": (retier, ["standings", "frame-rows"]),
    "tier and cell": (move, ["cells-expected", "frame-rows"]),
    "directed": (direct, ["standings", "frame-rows"]),
    "rate": (raise_rate, ["cells-expected"]),
    "scope": (scope, ["standings", "frame-rows"]),
    "weight": (shift_weight, ["lottery-properties"]),
    "single outcome": (cap, ["lottery-properties"]),
    "expected": (expect_more, ["cells-expected", "lottery-properties"]),
    "widened": (widen, ["lottery-properties"]),
}


@pytest.mark.parametrize(("name", "stage"), across(list(COMMITTED), ["committed", "drawn"]))
def test_forged_commitment_is_found_by_the_audit(
    name: str, stage: str, made: Maker, tmp_path: Path
) -> None:
    change, expected = COMMITTED[name]
    forgery = forged(made(**SHOWN), tmp_path / "audit", stage)
    change(forgery)
    forgery.commit()
    if stage == "drawn":
        sizes = [
            sum(r["cell"] == c["cell"] for r in forgery.rows) for c in forgery.lottery["cells"]
        ]
        for cell, size in zip(forgery.lottery["cells"], sizes, strict=True):
            cell["size"] = size
        forgery.commit()
        forgery.draw()
    assert found_by_audit_alone(forgery)[: len(expected)] == expected


def pass_over(forgery: Forgery) -> None:
    """The lowest ticket of a cell goes, and its first reserve comes in."""
    visits = forgery.record["visits"]
    low, spare = next(
        (low, spare)
        for low, spare in itertools.product(visits, visits)
        if low["cell"] == spare["cell"] and (rank(low), rank(spare)) == (0, 2)
    )
    visits.remove(low)
    spare["reserve"] = False


def slip_in(forgery: Forgery) -> None:
    """A drawn entity gives way to one of its cell that the lot left alone, told as a low one."""
    visits = forgery.record["visits"]
    known = {visit["entity_id"] for visit in visits}
    for visit in visits:
        cell = forgery.lottery["cells"][(visit["cell"] or 1) - 1]["cell"]
        threshold = [v["ticket"] for v in visits if v["cell"] == visit["cell"] and v["reserve"]]
        for row in forgery.rows:
            own = forgery.ticket(row["entity_id"])
            if rank(visit) == 0 and row["cell"] == cell and row["entity_id"] not in known:
                new = forgery.visit(row, False)
                visit.update({key: new[key] for key in ("entity_id", "name", "region", "ticket")})
                # with it the cell's reserves must go, or their tickets would tell anybody
                forgery.record["visits"] = [v for v in visits if v["ticket"] not in threshold]
                assert own == visit["ticket"]
                return


def drop_reserves(forgery: Forgery) -> None:
    forgery.record["visits"] = [v for v in forgery.record["visits"] if not v["reserve"]]


def expect_otherwise(forgery: Forgery) -> None:
    """The chance told of a cell is another, within what its count allows."""
    number = next(v["cell"] for v in forgery.record["visits"] if v["expected"] % 1_000_000)
    for visit in forgery.record["visits"]:
        if visit["cell"] == number:
            visit["expected"] += -1 if visit["expected"] % 1_000_000 > 1 else 1


def rename(forgery: Forgery) -> None:
    forgery.record["visits"][0]["name"] = "another"


def relocate(forgery: Forgery) -> None:
    forgery.record["visits"][0]["region"] = "999999"


def choose(forgery: Forgery) -> None:
    """Another line of the table than the key says."""
    outcomes = forgery.lottery["outcomes"]
    now = forgery.record["select"]["outcome"]
    other = next(n for n, o in enumerate(outcomes) if o["counts"] != outcomes[now]["counts"])
    forgery.draw(other)


DRAWN: dict[str, tuple[Callable[[Forgery], None], list[str]]] = {
    "lowest passed over": (pass_over, ["selection", "selection-cells"]),
    "slipped in": (slip_in, ["selection", "selection-cells"]),
    "no reserves": (drop_reserves, ["selection"]),
    "chance": (expect_otherwise, ["selection", "selection-cells"]),
    "name": (rename, ["selection"]),
    "region": (relocate, ["selection"]),
    "outcome": (choose, ["outcome", "selection", "selection-cells"]),
}


@pytest.mark.parametrize("name", DRAWN)
def test_forged_selection_is_found_by_the_audit(name: str, made: Maker, tmp_path: Path) -> None:
    change, expected = DRAWN[name]
    forgery = forged(made(**SHOWN), tmp_path / "audit", "drawn")
    change(forgery)
    found = found_by_audit_alone(forgery)
    assert found[0] == expected[0]
    assert set(found) <= set(expected)


def test_visits_where_nobody_is_to_be_drawn_are_found(
    made: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that is published slipped in then: there is nothing to hold it to but an empty list."""
    from yaohao.planner.draw import selection

    drawn = selection.drawn_visits

    def nobody(*given: Any, **more: Any) -> selection.Selection:
        return dataclasses.replace(drawn(*given, **more), visits=[])

    workspace = made(**SHOWN)
    monkeypatch.setattr(selection, "drawn_visits", nobody)
    assert failing(verify_bundle(workspace.audit["drawn"])) == ["selection"]


def swap_crews(forgery: Forgery) -> None:
    """Two crews change places: loads are the same, costs are not."""
    visits = maker.kept(forgery.record)
    one, other = next(
        (a, b) for a, b in itertools.combinations(visits, 2) if a["inspectors"] != b["inspectors"]
    )
    one["inspectors"], other["inspectors"] = other["inspectors"], one["inspectors"]


def put_recused(forgery: Forgery) -> None:
    """One who recused takes the place of a colleague."""
    for person in forgery.roster:
        for visit in maker.kept(forgery.record):
            if visit["entity_id"] in person["recused"]:
                others = [name for name in visit["inspectors"] if name != person["inspector_id"]]
                same = {p["inspector_id"]: p["department"] for p in forgery.roster}
                out = next(name for name in others if same[name] == person["department"])
                crew = {*visit["inspectors"], person["inspector_id"]} - {out}
                visit["inspectors"] = sorted(crew)
                return
    raise AssertionError("nobody recused from a visit")


def unknown_inspector(forgery: Forgery) -> None:
    visit = maker.kept(forgery.record)[0]
    visit["inspectors"] = sorted([*visit["inspectors"][1:], "nobody"])


def uncapped(forgery: Forgery) -> None:
    """The roster was another when the round was committed: so was the key, and so the crews."""
    next(p for p in forgery.roster if p["capacity"] is not None)["capacity"] = None


def recusal_forgotten(forgery: Forgery) -> None:
    next(p for p in forgery.roster if p["recused"])["recused"] = []


@pytest.mark.parametrize(
    "change", [swap_crews, put_recused, unknown_inspector, uncapped, recusal_forgotten]
)
def test_forged_crews_are_found_by_the_audit(
    change: Callable[[Forgery], None], made: Maker, tmp_path: Path
) -> None:
    forgery = forged(made(**SHOWN), tmp_path / "audit", "dealt")
    change(forgery)
    bearing = ["crew-bearing"] if change is recusal_forgotten else []
    assert found_by_audit_alone(forgery) == [*bearing, "crews-optimum"]


# ------------------------------------------------------------------------------------------ proofs


def ids_by_standing(made: Made) -> dict[str, str]:
    """An entity of each standing, one drawn and one reserve."""
    rows = read_frame(made.audit["dealt"])
    visits = read_json(made.public["dealt"], "draw.json")["visits"]
    found = {row["standing"]: row["entity_id"] for row in rows}
    found["drawn"] = visits[0]["entity_id"]
    found["reserve"] = visits[-1]["entity_id"]
    known = {visit["entity_id"] for visit in visits}
    found["pool"] = next(
        r["entity_id"] for r in rows if r["standing"] == "pool" and r["entity_id"] not in known
    )
    return found


PARTS = {
    "pool": "verify.not-drawn",
    "out": "verify.not-drawn",
    "directed": "verify.drawn",
    "drawn": "verify.drawn",
    "reserve": "verify.reserve",
}


@pytest.mark.parametrize("kind", PARTS)
def test_proof_verifies_alone_and_against_the_bundle(
    kind: str, made: Maker, tmp_path: Path
) -> None:
    workspace = made(**SHOWN)
    entity = ids_by_standing(workspace)[kind]
    document = workspace.workspace.proof(workspace.draw, entity)
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert read_proof(path) == document
    alone = ["proof-form", "proof-root", *(["proof-chance"] if document["cell"] else [])]
    # and a note that it was held against nothing
    assert [finding.name for finding in verify_proof(document)] == [*alone, "proof-alone"]
    assert failing(verify_proof(document)) == []
    for stage in STAGES:
        found = verify_proof(document, workspace.public[stage])
        assert failing(found) == []
        parts = [finding.code for finding in found if finding.name == "proof-part"]
        assert parts == ([] if stage == "committed" else [PARTS[kind]])


@pytest.mark.parametrize("kind", ["pool", "out", "directed"])
def test_any_change_of_a_proof_is_found(kind: str, made: Maker) -> None:
    workspace = made(**SHOWN)
    document = workspace.workspace.proof(workspace.draw, ids_by_standing(workspace)[kind])
    number = 0
    right = copy.deepcopy(document)
    for other in sampled(lambda: changed(document), 90):
        assert failing(verify_proof(other, workspace.public["dealt"])), other
        if all(other.get(key) == right[key] for key in ("draw", "size", "cell")):
            assert failing(verify_proof(other)), other
        number += 1
    assert document == right
    assert number > 60


def test_proof_of_another_is_found(made: Maker) -> None:
    workspace = made(**SHOWN)
    known = ids_by_standing(workspace)
    document = workspace.workspace.proof(workspace.draw, known["pool"])
    other = workspace.workspace.proof(workspace.draw, known["out"])
    for key in ("leaf", "index", "path"):
        found = failing(verify_proof({**document, key: other[key]}))
        # the other one was left out, and so has no cell
        assert found == (["proof-form"] if key == "leaf" else ["proof-root"])
    abandoned = verify_proof(document, workspace.public["abandoned"])
    assert failing(abandoned)[:2] == ["proof-draw", "proof-frame"]


def test_bundle_that_hides_an_entity_is_found_by_its_proof(made: Maker, tmp_path: Path) -> None:
    """A directed entity that is not visited, and one left out that is."""
    workspace = made(**SHOWN)
    known = ids_by_standing(workspace)
    folder = workspace.copied(tmp_path / "public", "dealt")
    record = read_json(folder, "draw.json")
    visits = record["visits"]
    record["visits"] = [v for v in visits if v["entity_id"] != known["directed"]]
    record["visits"][0].update(entity_id=known["out"])
    record["visits"][1].update(region="x")
    (folder / "draw.json").write_bytes(maker.record_bytes(record))
    for entity in (known["directed"], known["out"], record["visits"][1]["entity_id"]):
        document = workspace.workspace.proof(workspace.draw, entity)
        assert failing(verify_proof(document, folder)) == ["proof-part"]


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"{", b"[" * 9999, b'{"a": 1, "a": 1}', b'"\\ud800"', b"1.5"]
)
def test_file_that_is_no_proof_is_refused(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "proof.json").write_bytes(data)
    with pytest.raises(PlannerError) as refused:
        read_proof(tmp_path / "proof.json")
    assert refused.value.problems[0].code == "verify.bad-proof"
    with pytest.raises(PlannerError):
        read_proof(tmp_path / "none.json")


@pytest.mark.parametrize("data", [b"[]", b"null", b'"x"', b"{}", b'{"format": "yaohao-proof/2"}'])
def test_document_that_is_no_proof_is_a_finding(data: bytes, made: Maker, tmp_path: Path) -> None:
    (tmp_path / "proof.json").write_bytes(data)
    document = read_proof(tmp_path / "proof.json")
    assert failing(verify_proof(document, made().public["dealt"])) == ["proof-form"]
    sound = made().workspace.proof(made().draw, ids_by_standing(made(**SHOWN))["pool"])
    for record in (b"", b"[]", b"{}", b'{"select": 1}', b'{"select": {}, "visits": [1]}'):
        (tmp_path / "draw.json").write_bytes(record)
        assert failing(verify_proof(sound, tmp_path)) == ["proof-draw"]
