"""Random changes of bundles, audit folders and plans: both verifiers say the same of each.

A share of `python -m benchmarks.fuzz`, the same every time; what the campaigns found stands below
as tests of its own.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from helpers import bundle_maker as maker
from helpers import changed_values
from helpers import fuzz as fuzzed
from helpers.campaign import share
from helpers.forged_bundles import paged, resealed
from yaohao.planner.plan.document import plan_from_document
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.verification.timestamp_check import stamp_of
from yaohao.planner.vocabulary.problems import PlannerError

pytest_plugins = ["helpers.kept_tables"]
pytestmark = pytest.mark.usefixtures("tables_kept")

Files = maker.Files


@pytest.fixture(scope="module")
def public() -> dict[str, Files]:
    return fuzzed.public_corpus()


@pytest.fixture(scope="module")
def audits() -> dict[str, Files]:
    return fuzzed.audit_corpus(["committed", "dealt"])


def wrong(verdicts: list[fuzzed.Verdict]) -> list[fuzzed.Verdict]:
    return [one for one in verdicts if one.wrong or not one.alike]


def failing(folder: Path, files: Files) -> tuple[str, ...]:
    """The planner's checks that fail; the other make must agree."""
    found = fuzzed.verdict(fuzzed.write(folder, files))
    assert found.agreed, found
    assert not found.broken, found
    return found.ours


# ------------------------------------------------------------------------------------ at random


@pytest.mark.parametrize(
    "levels",
    [("retold",), pytest.param(("listed", "chained"), marks=pytest.mark.campaign)],
    ids=" ".join,
)
def test_sound_corpora_pass_both(
    levels: tuple[str, ...], public: dict[str, Files], audits: dict[str, Files], tmp_path: Path
) -> None:
    for name, files in {**public, **audits}.items():
        assert failing(tmp_path / "b", files) == (), name
        for level in levels:  # who changed nothing is not accused
            same = resealed(files, level, "draw.json", Random(3))
            same.pop("SHA256SUMS.tsr", None)
            if "SHA256SUMS.sig" not in files:
                assert failing(tmp_path / "b", same) == (), (name, level)


@pytest.mark.parametrize("seed", share(range(3), 3))
def test_changes_of_a_public_bundle_are_judged_alike(
    seed: int, public: dict[str, Files], tmp_path: Path
) -> None:
    verdicts = [fuzzed.judged(public, n, seed, tmp_path / "b") for n in range(170)]
    assert wrong(verdicts) == []
    assert {one.level for one in verdicts} == {"as is", "listed", "chained", "retold"}
    assert len({one.kind for one in verdicts}) > 35
    assert len({name for one in verdicts for name in one.theirs}) > 20
    assert 0 < sum(not one.ours for one in verdicts) < len(verdicts) / 5


@pytest.mark.parametrize("changes", [15, pytest.param(45, marks=pytest.mark.campaign)])
def test_changes_of_an_audit_folder_are_judged_alike(
    changes: int, audits: dict[str, Files], tmp_path: Path
) -> None:
    verdicts = [fuzzed.judged(audits, n, 5, tmp_path / "b") for n in range(changes)]
    assert wrong(verdicts) == []
    assert len({name for one in verdicts for name in one.ours}) > changes // 6


def test_the_commands_judge_as_the_functions_do(public: dict[str, Files], tmp_path: Path) -> None:
    found = fuzzed.judged(public, 30, 1, tmp_path / "b")
    assert fuzzed.by_commands(tmp_path / "b") == (found.ours, found.theirs)


VALUES = [kind for name, kind in sorted(changed_values.VALUES.items())]
PLANS = (
    maker.plan_of(),
    maker.plan_of(**maker.RULES),
    maker.plan_of(**fuzzed.JOINT),
    maker.plan_of(frequency=4, batch=2, trigger_based=fuzzed.TRIGGER_BASED),
    maker.plan_of(
        rates={
            "kind": {"shop": {"min": None, "max": {"count": 4}}, "other": 5},
            "age": {"new": {"min": 5, "max": 6}, "old": 7},
            "base": "kind",
            "unknown_tier": "x",
        },
        strata=["kind", "tier", "key", "age"],
    ),
)


def judged_plan(plan: Any) -> bool:
    """Whether both makes take a document for a plan in full; they must agree."""
    faults = [fault.put("en") for fault in independent.plan_faults(plan)]
    try:
        plan_from_document(copy.deepcopy(plan))
    except PlannerError as error:
        assert faults, [problem.code for problem in error.problems]
        return False
    assert not faults
    return True


def test_changes_of_a_plan_are_judged_alike() -> None:
    taken = []
    for number in range(900):
        chance = Random(number)
        plan = copy.deepcopy(PLANS[number % len(PLANS)])
        for _ in range(chance.choice((1, 1, 2))):
            try:
                chance.choice(VALUES)(plan, chance)
            except (LookupError, ValueError, TypeError, changed_values.NoChangeError):
                continue  # nothing there to which this could be done
        try:
            independent.document_of(independent.canonical(plan))
        except (TypeError, UnicodeError, independent.UnreadableError):
            continue  # no document of any kind
        taken.append(judged_plan(plan))
    assert 0.2 < sum(taken) / len(taken) < 0.6


def test_changed_time_stamps_are_read_alike(public: dict[str, Files]) -> None:
    right = public["stamped"]["SHA256SUMS.tsr"]
    marks = (0, 1, 2, 4, 6, 0x18, 0x2F, 0x30, 0x31, 0x80, 0x81, 0x84, 0xA0, 0xE3)

    def read(by: Callable[[bytes], Any], data: bytes) -> Any:
        try:
            return by(data)
        except (ValueError, LookupError):
            return None

    found = []
    for number in range(4000):
        chance, data = Random(number), bytearray(right)
        place = chance.randrange(len(data))
        if chance.random() < 0.8:
            data[place] = chance.choice((*marks, chance.randrange(256)))
        else:
            data[place : place + chance.randrange(2)] = bytes([chance.choice(marks)])
        found.append(read(stamp_of, bytes(data)))
        assert found[-1] == read(independent.stamp_of, bytes(data)), data.hex()
    assert 0 < found.count(None) < len(found)


# --------------------------------------------------------------------------- what campaigns found


@pytest.mark.parametrize("name", ["roster.json", "crews.json", "secret", "visits.json"])
def test_a_file_for_auditors_is_none_of_a_public_bundle(
    name: str, public: dict[str, Files], tmp_path: Path
) -> None:
    files = maker.sealed({**public["dealt hidden"], name: b"[]\n"})
    assert failing(tmp_path / "b", files) == ("files",)


@pytest.mark.parametrize("name", ["visits.xlsx", "verify.py", "index.html"])
def test_a_public_file_is_none_of_an_audit_folder(
    name: str, audits: dict[str, Files], tmp_path: Path
) -> None:
    files = maker.sealed({**audits["audit committed"], name: b"<html>"})
    assert "files" in failing(tmp_path / "b", files)


DOCUMENTS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "plan.json": (lambda d: d.update(title="x"), "plan-file"),
    "lottery.json": (lambda d: d["outcomes"][0].update(weight=1), "lottery"),
    "visits.json": (lambda d: d.pop(), "visits-file"),
    "roster.json": (lambda d: d[0].update(capacity=1), "roster"),
    "crews.json": (lambda d: d["crews"].pop(), "crews-file"),
    "earlier.json": (lambda d: d[0]["visits"].pop(), "earlier"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_changed_document_of_an_audit_folder_is_found_by_both(
    name: str, audits: dict[str, Files], tmp_path: Path
) -> None:
    change, check = DOCUMENTS[name]
    files = dict(audits["audit followed"])
    document = json.loads(files[name])
    change(document)
    files[name] = f"{maker.compact(document)}\n".encode()
    assert check in failing(tmp_path / "b", maker.sealed(files))
    theirs = independent.verify(independent.read_bundle(tmp_path / "b"))
    assert not theirs.passed
    files[name] = f"{json.dumps(json.loads(audits['audit followed'][name]), indent=1)}\n".encode()
    assert failing(tmp_path / "b", maker.sealed(files))  # the same, but not canonical


def test_a_roster_of_another_form_is_found_though_committed_to(
    audits: dict[str, Files], tmp_path: Path
) -> None:
    for change in (
        lambda roster: roster[0].update(extra=1),
        lambda roster: roster[0].update(absent=[["2027-01-01"]]),
        lambda roster: roster.reverse(),
        lambda roster: roster.clear(),
    ):
        files = dict(audits["audit dealt"])
        roster = json.loads(files["roster.json"])
        change(roster)
        files["roster.json"] = f"{maker.compact(roster)}\n".encode()
        files = resealed(files, "retold", "roster.json", Random(1))
        assert "roster" in failing(tmp_path / "b", files)


def test_a_text_that_reads_like_another_value_is_told_from_it(
    audits: dict[str, Files], tmp_path: Path
) -> None:
    files = dict(audits["audit committed"])
    plan = json.loads(files["plan.json"])
    assert plan["limits"]["total"] is None
    plan["limits"]["total"] = "None"
    files["plan.json"] = f"{maker.compact(plan)}\n".encode()
    assert failing(tmp_path / "b", maker.sealed(files)) == ("plan-file",)


def test_an_unreadable_frame_is_named(audits: dict[str, Files], tmp_path: Path) -> None:
    files = dict(audits["audit committed"])
    middle = len(files["frame.parquet"]) // 3
    files["frame.parquet"] = files["frame.parquet"][:middle] + files["frame.parquet"][middle + 1 :]
    assert failing(tmp_path / "b", maker.sealed(files)) == ("frame-form",)


def test_a_text_of_one_letter_is_no_list_of_one() -> None:
    plan = maker.plan_of(quota=[{"where": {"region": ["x"]}, "min": {"count": 1}, "max": None}])
    assert judged_plan(plan)
    plan["quota"][0]["where"]["region"] = "x"
    assert not judged_plan(plan)


def with_data(files: Files, **changed: Any) -> Files:
    """The files with other data in the page, sealed."""
    text = files["index.html"].decode()
    before, rest = text.split('id="data">', 1)
    data, after = rest.split("</script>", 1)
    told = {**json.loads(data), **changed}
    text = f'{before}id="data">{independent.in_page(maker.compact(told))}</script>{after}'
    return maker.sealed(paged({**files, "index.html": text.encode()}))


def test_names_in_a_page_are_told_of_and_keys_are_known(
    public: dict[str, Files], tmp_path: Path
) -> None:
    """How items and regions are called stands in no other file: a warning, and with both."""
    page = public["page"]
    assert failing(tmp_path / "b", with_data(page, regions={"150502": "another"})) == ()
    told = [one.code for one in verify_bundle(tmp_path / "b") if one.ok is None]
    assert "verify.page-program" in told
    item = {"item_id": "REG-01", "name": "another", "basis": ""}
    assert failing(tmp_path / "b", with_data(page, items=[item])) == ()
    for change in (
        {"regions": {"999999": "nowhere"}},
        {"regions": {"150502": 1}},
        {"items": [{**item, "item_id": "none of the plan's"}]},
        {"items": [{"item_id": "REG-01"}]},
        {"extra": 1},
        {"format": "yaohao-page/2"},
    ):
        assert failing(tmp_path / "b", with_data(page, **change)) == ("page",), change


def test_due_days_in_a_page_are_those_that_can_be_asked_for(
    public: dict[str, Files], tmp_path: Path
) -> None:
    """Which days are working days is no fact of the draw: their form and order alone are held."""
    page = public["page"]
    data = page["index.html"].decode().split('id="data">', 1)[1].split("</script>", 1)[0]
    due = json.loads(data)["due"]
    last = json.loads(page["draw.json"])["plan"]["window"][1]
    told = due["by"][last]
    later = {**due["by"], last: {**told, "day": "2099-01-01"}}
    assert failing(tmp_path / "b", with_data(page, due={**due, "by": later})) == ()
    for change in (
        {},
        {**due, "days": 0},
        {**due, "by": {}},
        {**due, "by": {**due["by"], "2027-01-01": told}},
        {**due, "by": {**due["by"], last: {**told, "day": last}}},
        {**due, "by": {**due["by"], last: {**told, "day": "soon"}}},
        {**due, "by": {**due["by"], last: {**told, "estimated": ["2028"]}}},
    ):
        assert failing(tmp_path / "b", with_data(page, due=change)) == ("page",), change
