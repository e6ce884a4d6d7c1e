"""The auditor has the registers: the frame is what the plan makes of them, by both makes."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers import bundle_maker as maker
from helpers.small_plans import TAILS, joined, lead_rows, plan_of, prior_rows, register_rows
from helpers.workspace_maker import STAGES, Maker, seal
from test_audit import SHOWN, Forgery, failing, first, forged, found_by_audit_alone
from yaohao.planner.frame.eligibility import classification
from yaohao.planner.plan.document import plan_document
from yaohao.planner.plan.model import REFUSE
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.register.snapshot import content_digest
from yaohao.planner.register.snapshot_lines import (
    LinesError,
    read_lines,
    write_lines,
    write_lines_of,
)
from yaohao.planner.schema.entity import schema
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.verification.finding import fails

pytest_plugins = ["helpers.kept_tables", "helpers.workspace_maker"]
pytestmark = pytest.mark.usefixtures("tables_kept")
COLUMNS = independent.COLUMNS
FILES = ("entities.jsonl", "leads.json", "lists.json")


def theirs(folder: Path) -> list[str]:
    report = independent.verify(independent.read_bundle(folder))
    return [result.name for result in report.results if result.status == "fail"]


def found(folder: Path) -> tuple[list[str], list[str]]:
    return failing(verify_bundle(folder)), theirs(folder)


@pytest.mark.parametrize("shape", [{}, SHOWN], ids=["hidden", "shown"])
@pytest.mark.parametrize("stage", [*STAGES, "abandoned"])
def test_the_frame_is_what_the_registers_make(shape: Any, stage: str, made: Maker) -> None:
    folder = made(**shape).audit[stage]
    ours = {finding.name for finding in verify_bundle(folder) if finding.ok}
    assert {"registers", "frame-rows", "lottery-table"} <= ours
    report = independent.verify(independent.read_bundle(folder))
    passed = {result.name for result in report.results if result.status == "pass"}
    assert {"registers", "frame-rows"} <= passed
    assert ("selection" in passed) == (stage != "committed")


def test_later_changes_of_the_registers_are_not_in_the_folder(made: Maker, tmp_path: Path) -> None:
    """What the auditor gets is what the draw was frozen from, whatever is imported since."""
    one = made(entities=40)
    file = tmp_path / "later.csv"
    file.write_text("entity_id,trigger,opened_on\n.E0004,complaint,2027-01-03\n", encoding="utf-8")
    one.workspace.import_files("leads", [file])
    one.workspace.audit(one.draw, tmp_path / "again")
    for name in FILES:
        assert (tmp_path / "again" / name).read_bytes() == (one.audit["dealt"] / name).read_bytes()
    assert found(tmp_path / "again") == ([], [])


# ------------------------------------------------------------------------- one file changed


def rows_of(folder: Path) -> list[Any]:
    return [json.loads(line) for line in (folder / FILES[0]).read_text("utf-8").splitlines()]


def in_rows(change: Callable[[list[Any]], object]) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        rows = rows_of(folder)
        change(rows)
        text = "".join(f"{maker.compact(row)}\n" for row in rows)
        (folder / FILES[0]).write_text(text, encoding="utf-8", newline="\n")

    return act


def in_leads(change: Callable[[list[Any]], object]) -> Callable[[Path], None]:
    def act(folder: Path) -> None:
        leads = json.loads((folder / "leads.json").read_text("utf-8"))
        change(leads)
        (folder / "leads.json").write_text(f"{maker.compact(leads)}\n", encoding="utf-8")

    return act


def write(name: str, data: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes(data)


def spaced(folder: Path) -> None:
    text = (folder / FILES[0]).read_text("utf-8").replace('","', '", "', 1)
    (folder / FILES[0]).write_text(text, encoding="utf-8", newline="\n")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a visit of the register": in_rows(lambda rows: rows[3].__setitem__(9, "2026-12-31")),
    "an address": in_rows(lambda rows: rows[3].__setitem__(2, "elsewhere")),
    "somebody left out": in_rows(lambda rows: rows.pop(5)),
    "somebody more": in_rows(lambda rows: rows.append(["zz", *rows[-1][1:]])),
    "two swapped": in_rows(lambda rows: rows.insert(2, rows.pop(3))),
    "a column left out": in_rows(lambda rows: [row.pop() for row in rows[1:]]),
    "a column of another name": in_rows(lambda rows: rows[0]["columns"].__setitem__(1, "x")),
    "a withheld column": in_rows(lambda rows: rows[0]["withheld"].append(f"phone {'0 ' * 64}")),
    "a withheld column of no digest": in_rows(
        lambda rows: rows[0]["withheld"].append(f"phone {'0' * 64} {'0' * 64}")
    ),
    "no heading": in_rows(lambda rows: rows.pop(0)),
    "a number as a text": in_rows(lambda rows: rows[1].__setitem__(11, "0")),
    "a number below nothing": in_rows(lambda rows: rows[1].__setitem__(11, -1)),
    "nobody": in_rows(lambda rows: rows.__delitem__(slice(1, None))),
    "written otherwise": spaced,
    "no text": write("entities.jsonl", b"\xff\n"),
    "nothing": write("entities.jsonl", b""),
    "an endless line": write("entities.jsonl", b"[" + b"1," * (1 << 20) + b"1]\n"),
    "a lead more": in_leads(lambda leads: leads.append(dict(leads[0], lead_id="zz"))),
    "no lead": in_leads(list.clear),
    "leads of another form": write("leads.json", b"[1]\n"),
    "a list entry": write(
        "lists.json",
        b'[{"content":"","entry_id":"a","item_id":"REG-01","measure":"","trigger":"t"}]\n',
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_register_is_named_by_both(name: str, made: Maker, tmp_path: Path) -> None:
    folder = made().copied(tmp_path / "audit", "dealt", audit=True)
    CHANGES[name](folder)
    assert found(seal(folder)) == (["registers"], ["registers"])


@pytest.mark.parametrize("name", FILES)
def test_a_missing_register_is_named_by_both(name: str, made: Maker, tmp_path: Path) -> None:
    folder = made().copied(tmp_path / "audit", "dealt", audit=True)
    (folder / name).unlink()
    ours, independents = found(seal(folder))
    assert "files" in ours
    assert "files" in independents


# --------------------------------------------------- a frame that the registers do not make


def leave_out(forgery: Forgery) -> None:
    """A firm that is in scope is not in the frame; all counts follow."""
    row = first(forgery.rows)
    forgery.rows.remove(row)
    cell = next(c for c in forgery.lottery["cells"] if c["cell"] == row["cell"])
    cell["size"] -= 1


def visited(forgery: Forgery) -> None:
    """A firm's last visit is another one in the frame than in the register: it decides nothing."""
    first(forgery.rows, "out").update(inspected_on="2026-12-30")


def renamed(forgery: Forgery) -> None:
    first(forgery.rows).update(name="another name")


@pytest.mark.parametrize("change", [leave_out, visited, renamed])
def test_a_frame_that_the_registers_do_not_make_is_found_by_both(
    change: Callable[[Forgery], None], made: Maker, tmp_path: Path
) -> None:
    forgery = forged(made(**SHOWN), tmp_path / "audit", "committed")
    change(forgery)
    forgery.commit()
    assert "frame-rows" in found_by_audit_alone(forgery)
    assert "frame-rows" in theirs(forgery.folder)


# ------------------------------------------------------------------------ the same rules twice


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("unknown", ["B", REFUSE])
def test_both_makes_classify_every_row_alike(tail: str, unknown: str) -> None:
    plan = replace(plan_of(tail), unknown_tier=unknown)
    for day in (plan.as_of, date(2028, 2, 29)):
        now = replace(plan, as_of=day, window=(day, date(day.year, 12, 31)), frequency=2)
        rows = register_rows(400, seed=day.year)
        rules = independent.Rules(plan_document(now, []), lead_rows(rows), [])
        rules.prior = {row[0]: (row[1], row[2], row[3], row[4]) for row in prior_rows(rows)}
        ours = classification(now)
        for row, told in zip(rows, joined(now, rows), strict=True):
            meant = ours.classify(told)
            assert rules.in_scope(row) == (meant is not None)
            if meant is not None:
                derived: dict[str, Any] = dict(row)
                rules.join(derived)
                standing = rules.standing_of(derived)
                assert standing == (meant.standing, meant.cell, meant.reason), row


# --------------------------------------------------------------------------- registers as lines


def table(number: int, phone: str = "") -> pa.Table:
    private = {"phone": phone, "registration_number": ""}
    rows = [{**row, **private} for row in register_rows(number)]
    return pa.Table.from_pylist(rows, schema=schema())


@pytest.mark.parametrize("number", [1, 5, (1 << 14) + 1])
@pytest.mark.parametrize("phone", ["", "0475-8888888"])
def test_lines_hold_the_register_and_its_digest(number: int, phone: str, tmp_path: Path) -> None:
    entities = table(number, phone)
    write_lines(entities, tmp_path / FILES[0])
    text = (tmp_path / FILES[0]).read_text("utf-8")
    assert ("0475-8888888" in text) is False  # what is private stays in the register
    again = read_lines(text.splitlines(keepends=True))
    assert again.content == content_digest(entities)
    assert isinstance(again.entities, pa.Table)
    assert again.entities.select(COLUMNS).equals(entities.select(COLUMNS))
    bundle = independent.Bundle({}, {}, {FILES[0]: tmp_path / FILES[0]})
    withheld: list[str] = []
    digests = [independent.ColumnDigest() for _ in independent.COLUMNS]
    for rows in independent.register_rows(independent.Case(bundle), withheld):
        for place, digest in enumerate(digests):
            digest.add(*digest.bytes_of(row[place] for row in rows))
    told = [digest.put(independent.COLUMNS[place]) for place, digest in enumerate(digests)]
    told += [f"{one}\n" for one in withheld]
    assert independent.sha("".join(told)) == content_digest(entities)


def test_random_lines_are_refused_or_read_never_more(tmp_path: Path) -> None:
    write_lines(table(20), tmp_path / FILES[0])
    text = (tmp_path / FILES[0]).read_text("utf-8")
    chance = random.Random(5)
    refused = 0
    for _ in range(200):
        place = chance.randrange(len(text))
        changed = text[:place] + chance.choice('"[],\\x0\n{') + text[place + chance.randrange(2) :]
        try:
            read_lines(iter(changed.splitlines(keepends=True)))
        except LinesError as error:
            assert error.expected != error.found
            refused += 1
    assert refused > 100


def test_lines_read_together_are_read_as_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And those that go to a file hold what those in memory hold."""
    from yaohao.planner.register import snapshot_lines

    write_lines(table(30), tmp_path / FILES[0])
    pq.write_table(table(30), tmp_path / "register.parquet", row_group_size=7)
    write_lines_of(tmp_path / "register.parquet", tmp_path / "again.jsonl")
    text = (tmp_path / FILES[0]).read_text("utf-8")
    assert (tmp_path / "again.jsonl").read_text("utf-8") == text
    monkeypatch.setattr(snapshot_lines, "_AT_ONCE", 8)

    def told(lines: list[str], into: Path | None = None) -> Any:
        try:
            found = read_lines(iter(lines), into)
        except (LinesError, UnicodeEncodeError) as error:
            return repr(error)
        held: Any = pq.read_table(into) if into else found.entities
        return found.content, held.to_pylist()

    chance = random.Random(7)
    odd = [
        '"',
        "[",
        "]",
        "],[",
        ",",
        "\\",
        "\n",
        "x",
        "0",
        "-0",
        "1.0",
        "\ud800",
        "\\ud800",
        " ",
        "é",
    ]
    for number in range(300):
        changed = text
        if number:
            place = chance.randrange(len(text))
            changed = text[:place] + chance.choice(odd) + text[place + chance.randrange(2) :]
        lines = changed.splitlines(keepends=True)
        together = told(lines)
        with monkeypatch.context() as patched:
            patched.setattr(snapshot_lines, "_plainly", lambda *_: None)
            assert told(lines) == together
        if number % 20 == 0:
            assert told(lines, tmp_path / "into.parquet") == together


def test_a_list_that_differs_far_behind_says_where() -> None:
    """An audit folder has so many files that their list is cut before a missing one."""
    names = [f"file-{n:03d}.json" for n in range(40)]
    told = fails("files", "SHA256SUMS", names, names[:-1]).params
    assert told["expected"] != told["found"]
    assert "file-039.json" in told["expected"]


LINE = '["a","n","","","","","","","","","",0]\n'


@pytest.mark.parametrize(
    "lines",
    [
        [LINE, LINE.replace('"a"', '"b"')],
        [LINE, LINE],
        [LINE.replace("0]", "0 ]")],
        [LINE.replace("0]", "-0]")],
        [LINE.replace("0]", "2147483648]")],
        [LINE.replace("0]", f"{'9' * 5000}]")],
        [LINE.replace("0]", "true]")],
        [LINE.replace("0]", "1e1]")],
        [LINE.replace('"n"', '"\\ud800"')],
        [LINE.replace('"n"', '"\\u0041"')],
        [LINE.replace('"n"', "[]")],
        [LINE.replace("\n", "")],
        ["[" * 3000 + "]" * 3000 + "\n"],
        # Two lines of which the first holds a row and a half, or half a row with a false end.
        [f"{LINE[:-1]},{LINE[:9]}]\n", f"[{LINE[9:]}"],
        ['["a]\n', '[b","","","","","","","","","","",0],["c","","","","","","","","","","",0]\n'],
        [f"{LINE[:-1]},{LINE[:-1].replace('a', 'b')}\n", "[]\n"],
    ],
)
def test_lines_read_in_one_go_are_those_read_one_by_one(
    lines: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`verify.py` takes the quick way only where the slow one gives the same rows."""
    write_lines(table(3), tmp_path / FILES[0])
    head = (tmp_path / FILES[0]).read_text("utf-8").splitlines(keepends=True)[0]
    (tmp_path / FILES[0]).write_text("".join([head, *lines]), encoding="utf-8", newline="\n")
    case = independent.Case(independent.Bundle({}, {}, {FILES[0]: tmp_path / FILES[0]}))

    def told() -> object:
        try:
            return [row for rows in independent.register_rows(case, []) for row in rows]
        except independent.UnfitError as error:
            return repr(error.args)

    quick = told()
    monkeypatch.setattr(independent, "plain_rows", lambda *_: None)
    assert quick == told()
    assert isinstance(quick, list) == (lines == [LINE, LINE.replace('"a"', '"b"')])
