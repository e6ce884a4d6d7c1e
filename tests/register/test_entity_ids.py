"""Codes that are vouched for, identity numbers of persons, firms that had another number before."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from helpers.cli import told as cli_told
from helpers.kill_at import Killer
from helpers.tables import aside, credit, identity, registration, write
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.register.entities import read_entities
from yaohao.planner.register.importer import set_aside_rows
from yaohao.planner.register.result_files import ResultsOf, read_results
from yaohao.planner.register.small_registers import read_inspectors, read_leads
from yaohao.planner.register.snapshot import content_digest, merge_entities
from yaohao.planner.schema.entity import NUMBER
from yaohao.planner.schema.options import ImportOptions
from yaohao.planner.vocabulary import codes, identity_numbers
from yaohao.planner.vocabulary.phones import without_phones
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.registration_numbers import is_registration_number
from yaohao.planner.workspace import Workspace

XIAMEN = "91350200M000AAAC10"  # made up in the form of codes that exist and fail the check
BOUNDED = settings(max_examples=200, deadline=None)
NAMES = ["统一社会信用代码", "企业名称", "住所"]


def run(bureau: Path, *arguments: object) -> Any:
    return cli_told("--workspace", bureau, *arguments)


# identity numbers


def number_that_passes_for_a_code() -> str:
    """The identity number of nobody that passes the check of credit codes: one in 31 does."""
    return next(
        one
        for order in range(1, 400)
        if codes.is_credit_code(one := identity(place="911505", order=order))
    )


@BOUNDED
@given(st.dates(), st.integers(0, 999))
def test_identity_numbers_are_told_by_their_day_and_check(day: Any, order: int) -> None:
    if not 1850 <= day.year < 2100:
        return
    whole = identity(f"{day:%Y%m%d}", order=order)
    assert identity_numbers.is_identity_number(whole)
    wrong = whole[:-1] + ("1" if whole[-1] != "1" else "2")
    assert not identity_numbers.is_identity_number(wrong)
    assert not identity_numbers.is_identity_number(identity(f"{day:%Y}1332", order=order))


@BOUNDED
@given(st.lists(st.text("0123456789X", min_size=18, max_size=18)))
def test_a_column_of_numbers_is_judged_as_each_alone(texts: list[str]) -> None:
    texts += [identity(), identity("19991231"), credit(1)]
    block = np.frombuffer("".join(texts).encode(), np.uint8).reshape(-1, 18)
    alone = [identity_numbers.is_identity_number(text) for text in texts]
    assert identity_numbers.identity_numbers(block).tolist() == alone


@pytest.mark.parametrize("kind", ["china", "free"])
def test_the_number_of_a_person_is_never_an_id(tmp_path: Path, kind: str) -> None:
    number = number_that_passes_for_a_code()
    spaced = f"{number[:6]} {number[6:14]} {number[14:]}"
    rows = [
        [number, "甲", "东街"],
        [spaced, "乙", "东街"],
        [identity().lower(), "丙", "东街"],
        ["", "丁", f"业主证件号{identity()}，东街"],
        [credit(1), "戊", "东街"],
    ]
    found = read_entities([write(tmp_path / "p.csv", NAMES, *rows)], kind)
    reasons = [reason for _, reason in aside(found)]
    assert reasons == ["personal-id"] * 3 + ["missing-id"]
    kept = json.dumps(found.set_aside.to_pylist(), ensure_ascii=False)
    for one in (number, spaced, identity(), number[6:]):
        assert one not in kept
    assert kept.count("*" * 12) == 7  # three as found and in the row, one in an address
    assert set_aside_rows(found.set_aside)[3]["row"]["住所"] == "业主证件号999999************，东街"


OLD_NUMBERS = (
    "150502900101001",
    "152301 491231 123",
    "１１０１０５６００２２９００２",
    "999999-800615-777",
)
"""Identity numbers of fifteen digits, of nobody; the last but one is of a leap day."""


@pytest.mark.parametrize("kind", ["china", "free"])
def test_old_numbers_of_persons_are_never_ids_either(tmp_path: Path, kind: str) -> None:
    rows = [[one, f"n{n}", f"业主{one}"] for n, one in enumerate(OLD_NUMBERS)]
    others = [registration(6000012), registration(90010100), "150502901301001", "987654700101001"]
    rows += [[one, f"o{n}", ""] for n, one in enumerate(others)]
    found = read_entities([write(tmp_path / "o.csv", NAMES, *rows)], kind)
    reasons = [reason for _, reason in aside(found)]
    assert reasons[:4] == ["old-personal-id"] * 4
    # A number with a check is told by it; no such month, no such province: no person.
    assert reasons[4:] == (["bad-check-digit"] * 2 if kind == "china" else [])
    kept = json.dumps(found.set_aside.to_pylist(), ensure_ascii=False)
    assert not any(one in kept for one in ("900101001", "491231", "600229002", "800615"))
    assert kept.count("150502*********") == 3


def test_registration_numbers_that_read_like_a_day_of_birth_stay_what_they_are() -> None:
    """One in twenty has a day in its places 7 to 12; the check digit decides."""
    for number in range(90_010_100, 90_010_400):
        assert not codes.read_code(registration(number)).reason


def test_who_knows_that_it_is_a_firm_vouches_for_its_number(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    rows = [[OLD_NUMBERS[0], "试验商行", "某路1号"]]
    path = write(tmp_path / "v.csv", NAMES, *rows)
    assert workspace.import_files("entities", [path])["accepted"] == 0
    workspace.vouch([OLD_NUMBERS[0]], "an extract of the register, 3 March")
    assert workspace.import_files("entities", [path])["accepted"] == 1


def test_a_column_of_identity_numbers_is_masked_whatever_stands_in_it(tmp_path: Path) -> None:
    """With a slip in it, or passing for a registration number, a number is a person's still."""
    passing = next(
        one for n in range(1000) if is_registration_number(one := f"150502900101{n:03d}")
    )
    headings = ["统一社会信用代码", "企业名称", "负责人身份证号", "经营者证件号码", "联系电话"]
    rows = [["", "甲", passing, identity()[:-2] + "99", "0475-1234567"]]
    found = read_entities([write(tmp_path / "m.csv", headings, *rows)])
    [kept] = set_aside_rows(found.set_aside)
    assert kept["row"]["负责人身份证号"] == "150502" + "*" * 9
    assert kept["row"]["经营者证件号码"] == "999999" + "*" * 12
    assert kept["row"]["联系电话"] == "0475-1234567"


def test_the_certificate_of_an_inspector_is_no_identity_number(tmp_path: Path) -> None:
    rows = [["Z150500012", "", "2030-01-01"], ["15050100234", "甲", "2030-99-01"]]
    for heading in ("执法证件号", "证件号", "执法证号"):
        path = write(tmp_path / "i.csv", [heading, "姓名", "证件有效期"], *rows)
        kept = [one["row"] for one in set_aside_rows(read_inspectors([path]).set_aside)]
        assert [one[heading] for one in kept] == ["Z150500012", "15050100234"]


def test_published_texts_have_no_numbers_of_persons() -> None:
    for one in (identity(), *OLD_NUMBERS):
        told = without_phones(f"经营者{one}，已停业")
        assert one[7:] not in told
        assert told.endswith("*，已停业")
    kept = f"注册号{registration(90010100)}，{credit(7)}，2027-01-05"
    assert without_phones(kept) == kept


def test_inspectors_and_leads_have_no_numbers_of_persons(tmp_path: Path) -> None:
    path = write(tmp_path / "i.csv", ["执法证号", "姓名"], [identity(), "甲"], ["15001", "乙"])
    found = read_inspectors([path])
    assert aside(found) == [(2, "personal-id")]
    path = write(tmp_path / "l.csv", ["信用代码", "触发点"], [identity(), "投诉"])
    assert aside(read_leads([path])) == [(2, "personal-id")]


def test_codes_that_were_never_issued(tmp_path: Path) -> None:
    ids = ["0" * 17, "95150502MA0000001", "91990502MA0000001", "91150502MA0000001"]
    ids = [one + codes.credit_check_character(one) for one in ids]
    rows = [[one, f"n{n}", ""] for n, one in enumerate(ids)]
    found = read_entities([write(tmp_path / "n.csv", NAMES, *rows)])
    assert aside(found) == [(2, "excel-damaged"), (3, "not-issued"), (4, "not-issued")] or (
        aside(found) == [(2, "not-issued"), (3, "not-issued"), (4, "not-issued")]
    )
    for first in ("N2150502", "A1110000", "Y1310000", "12100000", "52660100"):
        whole = first + "MF0000001"
        assert not codes.read_code(whole + codes.credit_check_character(whole)).reason


# vouching


def test_a_code_that_breaks_the_rule_can_be_vouched_for(tmp_path: Path) -> None:
    rows = [[XIAMEN, "试验贸易有限公司", "某路1号"], [XIAMEN[:-1] + "1", "乙", ""]]
    path = write(tmp_path / "x.csv", NAMES, *rows)
    assert aside(read_entities([path])) == [(2, "bad-check-digit"), (3, "bad-check-digit")]
    options = ImportOptions(vouched=frozenset([XIAMEN]))
    found = read_entities([path], options=options)
    assert aside(found) == [(3, "bad-check-digit")]
    assert found.warnings == {"organisation-digit": 0, "vouched-code": 1} or (
        found.warnings["vouched-code"] == 1
    )
    assert found.repaired == {}
    leads = write(tmp_path / "l.csv", ["信用代码", "触发点"], [XIAMEN.lower(), "投诉"])
    read = read_leads([leads], options=options)
    assert (aside(read), read.accepted[0]["entity_id"]) == ([], XIAMEN)
    assert read.warnings == {"vouched-code": 1}


def test_vouching_stands_in_the_ledger_as_a_count_and_a_digest(tmp_path: Path) -> None:
    bureau = tmp_path / "b"
    Workspace.create(bureau, "china", language="en")
    path = write(tmp_path / "x.csv", NAMES, [XIAMEN, "试验贸易有限公司", "某路1号"])
    told = run(bureau, "import", "entities", path)
    assert (told["accepted"], told["reasons"]) == (0, {"bad-check-digit": 1})
    told = run(bureau, "register", "vouch", XIAMEN, "--evidence", "licence of 2015, seen")
    assert told == {"codes": [XIAMEN], "changed": True, "size": 1}
    assert run(bureau, "register", "vouch", XIAMEN, "--evidence", "again")["changed"] is False
    told = run(bureau, "import", "entities", path)
    assert (told["accepted"], told["warnings"]["vouched-code"], told["size"]) == (1, 1, 1)
    ledger = Workspace(bureau)._workspace.store.ledger_texts()
    act = next(line.act for line in ledger if "vouched" in line.act)
    assert json.loads(act)["what"].split(" ")[:2] == ["vouched", "1"]
    assert all(XIAMEN not in line.act and "2015" not in line.act for line in ledger)


def test_files_of_codes_to_vouch_for(tmp_path: Path) -> None:
    bureau = tmp_path / "b"
    workspace = Workspace.create(bureau, "china", language="en")
    path = write(tmp_path / "x.csv", NAMES, [XIAMEN, "甲", ""])
    listed = tmp_path / "codes.txt"
    listed.write_text(f"# seen in 2026\n\n{XIAMEN}\n", encoding="utf-8")
    told = run(bureau, "import", "entities", path, "--vouch", listed, "--dry-run")
    assert told["accepted"] == 1
    assert run(bureau, "import", "entities", path)["accepted"] == 0  # a trial keeps nothing
    assert run(bureau, "import", "entities", path, "--vouch", listed)["accepted"] == 1
    assert run(bureau, "import", "entities", path)["accepted"] == 1
    for text in (credit(1), identity(), "12345"):
        listed.write_text(f"{XIAMEN}\n{text}\n", encoding="utf-8")
        with pytest.raises(PlannerError) as refused:
            workspace.import_files("entities", [path], vouch=[listed])
        (problem,) = refused.value.problems
        assert problem.code in ("vouch.not-needed", "vouch.cannot")
        assert problem.params["line"] == 2
        assert identity() not in str(refused.value)
    with pytest.raises(PlannerError, match=r"evidence|shows"):
        workspace.vouch([XIAMEN], "  ")
    free = Workspace.create(tmp_path / "f", "free", language="en")
    with pytest.raises(PlannerError):
        free.vouch(["A-1"], "seen")


# two numbers

OLD = ["注册号", "企业名称", "住所", "成立日期"]
BOTH = ["统一社会信用代码", *OLD]


def firm(number: int, *, both: bool = True) -> list[str]:
    row = [registration(number), f"某某商行{number}", f"某路{number}号", "2010-01-01"]
    return [credit(number), *row] if both else row


def held(workspace: Workspace) -> list[str]:
    return [row["entity_id"] for row in workspace.browse().first(50)]


def test_a_firm_goes_from_its_number_to_its_code(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "b", "china", language="en")
    old = write(tmp_path / "old.csv", OLD, *(firm(n, both=False) for n in range(1, 5)))
    workspace.import_files("entities", [old])
    leads = ["注册号", "触发点", "受理日期"]
    workspace.import_files(
        "leads", [write(tmp_path / "l1.csv", leads, [registration(1), "投诉", "2026-01-05"])]
    )
    people = ["执法证号", "姓名", "回避"]
    roster = write(tmp_path / "p.csv", people, ["1", "甲", registration(2)], ["2", "乙", ""])
    workspace.import_files("inspectors", [roster])
    told = workspace.import_files(
        "entities", [write(tmp_path / "new.csv", BOTH, *(firm(n) for n in range(1, 4)))]
    )
    assert told["warnings"]["number-to-code"] == 3
    assert told["warnings"]["number-followed"] == 2
    assert told["size"] == 4
    assert held(workspace) == sorted([*(credit(n) for n in (1, 2, 3)), registration(4)])
    assert [one["trigger"] for one in workspace.entity(credit(1))["leads"]] == ["complaint"]
    assert workspace.entity(registration(1))["entity"]["entity_id"] == credit(1)
    assert [one["inspector_id"] for one in workspace.entity(credit(2))["recused"]] == ["1"]
    # What comes later by the old number is about the same entity.
    lead = write(tmp_path / "l2.csv", leads, [registration(3), "投诉", "2026-01-05"])
    told = workspace.import_files("leads", [lead])
    assert told["mended"]["number-of-known"] == 1
    assert len(workspace.entity(credit(3))["leads"]) == 1
    roster = write(tmp_path / "p2.csv", people, ["2", "乙", registration(3)])
    assert "recused-unknown" not in workspace.import_files("inspectors", [roster])["warnings"]
    assert [one["inspector_id"] for one in workspace.entity(credit(3))["recused"]] == ["2"]
    told = workspace.import_files("entities", [old])
    assert (told["size"], told["mended"]["number-of-known"]) == (4, 3)
    assert workspace.entity(registration(1))["entity"]["entity_id"] == credit(1)
    # A later file without the column does not make it forgotten.
    plain = write(tmp_path / "plain.csv", NAMES, [credit(1), "某某商行1", "某路1号"])
    workspace.import_files("entities", [plain])
    assert workspace.entity(registration(1))["entity"]["entity_id"] == credit(1)


@pytest.mark.parametrize("first", [0, 1])
def test_a_firm_under_two_numbers_within_one_file(tmp_path: Path, first: int) -> None:
    rows = [["", *firm(1, both=False)], firm(1), firm(2)]
    rows[:2] = [rows[first], rows[1 - first]]
    workspace = Workspace.create(tmp_path / "b", "china", language="en")
    told = workspace.import_files("entities", [write(tmp_path / "one.csv", BOTH, *rows)])
    assert told["rows"] == told["accepted"] + told["set_aside"] == 3
    assert held(workspace) == [credit(1), credit(2)]
    if first == 0:  # the row with both takes the place of the one before it
        assert told["warnings"]["number-to-code"] == 1
    else:
        assert told["reasons"] == {"duplicate": 1}


def test_a_number_of_two_firms_is_the_number_of_none(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "b", "china", language="en")
    rows = [firm(1), [credit(2), registration(1), "乙", "", ""], [credit(3), "15050", "丙", "", ""]]
    told = workspace.import_files("entities", [write(tmp_path / "two.csv", BOTH, *rows)])
    assert (told["accepted"], told["warnings"]["number-not-read"]) == (3, 1)
    with pytest.raises(PlannerError):
        workspace.entity(registration(1))


def test_the_same_name_and_address_under_two_ids_is_counted(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "b", "china", language="en")
    old = write(tmp_path / "old.csv", OLD, *(firm(n, both=False) for n in range(1, 4)))
    assert "same-firm" not in workspace.import_files("entities", [old])["warnings"]
    rows = [[credit(n), f"某某商行{n}", f"某路{n}号"] for n in (1, 2)]
    rows += [[credit(8), "某某商行3", "别处"], [credit(9), "某某商行3", ""]]
    told = workspace.import_files("entities", [write(tmp_path / "new.csv", NAMES, *rows)])
    assert told["warnings"]["same-firm"] == 2
    other = write(tmp_path / "other.csv", NAMES, [credit(7), "另一家", "某路1号"])
    assert "same-firm" not in workspace.import_files("entities", [other])["warnings"]


@pytest.mark.slow
def test_killed_on_its_way_to_the_code_a_firm_is_under_one_number(
    tmp_path: Path, killer: Killer
) -> None:
    """Entities, leads and recusals go over together: a kill leaves all before it or all after."""
    before = tmp_path / "before"
    workspace = Workspace.create(before, "china", language="en")
    old = write(tmp_path / "old.csv", OLD, firm(1, both=False))
    workspace.import_files("entities", [old])
    lead = ["注册号", "触发点", "受理日期"]
    leads = write(tmp_path / "l.csv", lead, [registration(1), "投诉", "2026-01-05"])
    workspace.import_files("leads", [leads])
    roster = write(tmp_path / "p.csv", ["执法证号", "姓名", "回避"], ["1", "甲", registration(1)])
    workspace.import_files("inspectors", [roster])
    workspace.close()
    both = write(tmp_path / "new.csv", BOTH, firm(1))

    def found(folder: Path) -> list[list[str]]:
        opened = Workspace(folder)
        store = opened._workspace.store
        ids = [held(opened), [row["entity_id"] for row in store.roster("leads")]]
        ids += [row["recused"] for row in store.roster("inspectors")]
        opened.verify_ledger()
        opened.close()
        return ids

    whole, trial = (shutil.copytree(before, tmp_path / name) for name in ("whole", "trial"))
    act = "import_files", ["entities", [str(both)]]
    run = killer.run(whole, 0, *act)
    assert run.returncode == 0, run.stderr
    number, code = registration(1), credit(1)
    after, points = found(whole), int(run.stdout)
    assert after == [[code], [code], sorted([number, code])]
    for point in killer.each_left(trial, {1, points // 2, points - 1, points}, *act):
        ids = found(trial)
        assert ids in (after, [[number], [number], [number]]), (point, points)


@pytest.mark.parametrize("by_code", [True, False])
def test_results_reach_the_visit_by_either_number(tmp_path: Path, by_code: bool) -> None:
    """A draw has the entity as its register had it when it was frozen."""
    visited = credit(1) if by_code else registration(1)
    headings = ["统一社会信用代码/注册号", "检查日期", "检查结果"]
    rows = [
        [credit(1), "2026-03-01", "未发现问题"],
        [registration(1), "2026-03-02", "未发现问题"],
        [credit(2), "2026-03-01", "未发现问题"],
    ]
    draw = ResultsOf(frozenset([visited]), {"A-1": "检查"}, "2026-01-01")
    options = ImportOptions(numbers={registration(1): credit(1)})
    found = read_results([write(tmp_path / "r.csv", headings, *rows)], draw, "china", options)
    assert aside(found) == [(4, "not-visited")]
    assert [row["entity_id"] for row in found.accepted] == [visited, visited]


def test_a_register_stored_without_the_numbers_is_what_it_was(tmp_path: Path) -> None:
    path = write(tmp_path / "e.csv", BOTH, firm(1), firm(2))
    accepted = read_entities([path]).accepted
    plain = accepted.set_column(
        accepted.column_names.index(NUMBER), NUMBER, pa.array(["", ""], pa.string())
    )
    without = plain.drop_columns([NUMBER])
    assert content_digest(without) == content_digest(plain) != content_digest(accepted)
    assert merge_entities(without, accepted.slice(0, 1)).column(NUMBER).to_pylist() == [
        registration(1), "",
    ]  # fmt: skip
