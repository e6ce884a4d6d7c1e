"""Our verification and the independent one-file verifier agree, and nothing gets past them."""

from __future__ import annotations

import csv
import io
import itertools
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import test_verify_bundle as independent
from helpers import bundle_maker as maker
from helpers.campaign import every
from helpers.workspace_maker import HOSTILE_NAMES, STAGES, Maker, seal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yaohao.planner.publication.verifier import verify as verifier
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.verification.finding import Finding
from yaohao.planner.vocabulary.problems import PlannerError

pytest_plugins = ["helpers.kept_tables", "helpers.workspace_maker"]
pytestmark = pytest.mark.usefixtures("tables_kept")

PROGRAM = Path(verifier.__file__).read_bytes()
SHAPES: dict[str, dict[str, Any]] = {"hidden": {}, "shown": {"tiers": "shown", "reserves": 2}}
WARNINGS = {
    "unwitnessed": "witnessed",
    "source-changed": "source",
    "abandoned": "abandoned",
    "abandoned-earlier": "abandoned",
    "source-unannounced": "source",
    "unfinished": "unfinished",
    "workbook": "workbook",
    "unpublished": "published-first",
    "unpublished-others": "published-first",
    "frozen-again": "frozen-again",
    "unattested": "attested",
    "narrow": "narrow",
    "recused-late": "recusals",
    "few-choices": "choices",
}
Files = maker.Files


def verdict(folder: Path) -> bool:
    """Whether a folder passes; both verifiers must say the same, and give their reasons."""
    theirs = verifier.verify(verifier.read_bundle(folder))
    faults = [fault for result in theirs.results for fault in result.faults]
    assert "broken" not in {fault.what.word for fault in faults}
    ours = verify_bundle(folder)
    for finding in ours:
        check_form(finding)
    failed = [finding for finding in ours if finding.ok is False]
    assert theirs.passed == (not failed), (
        [fault.put("en") for fault in faults[:3]],
        [finding.words("en") for finding in failed[:3]],
    )
    return theirs.passed


def check_form(finding: Finding) -> None:
    """A finding has words in both languages; one that fails names place, expected and found."""
    assert finding.name
    json.dumps(finding.as_json())
    for lang in ("zh", "en"):
        words = finding.words(lang)
        assert words
        assert not words.startswith(finding.code), words
    if finding.ok is False:
        assert finding.name != "audit-broken", finding.params
        assert finding.params["where"] != ""
        assert finding.params["expected"] != finding.params["found"], finding.params
        assert len(finding.words("en")) < 700


def write(folder: Path, files: Files) -> Path:
    """Make `files` all that a folder holds."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def read(folder: Path) -> Files:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def plan_of(tiers: str = "hidden", reserves: int = 1, **changes: Any) -> maker.Json:
    """The maker's plan with its strata as a planner would have written them out."""
    return maker.plan_of(tiers, reserves, **{"strata": ["tier", "region", "key"], **changes})


def record_at(stage: str, tiers: str = "hidden", **options: Any) -> maker.Json:
    return maker.record_of(stage, plan_of(tiers), **options)


def lines_of(files: Files) -> list[maker.Json]:
    return [json.loads(line) for line in files["ledger.jsonl"].splitlines()]


# ------------------------------------------------------------------------------- what is accepted


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("stage", [*STAGES, "abandoned"])
def test_real_bundle_passes_both(shape: str, stage: str, made: Maker) -> None:
    folder = made(**SHAPES[shape]).public[stage]
    assert verdict(folder)
    record = json.loads((folder / "draw.json").read_text(encoding="utf-8"))
    cells = record["select"]["cells"]
    assert (cells is None) == (record["select"]["seed"] is None)
    if cells:
        assert ("size" in cells[0]) == (shape == "shown")
    if stage != "committed":
        standings = {visit["standing"] for visit in record["visits"]}
        assert standings == {"pool", "directed"}
        assert any(visit["reserve"] for visit in record["visits"]) == (shape == "shown")
    assert bool(stage == "dealt") == any(visit["inspectors"] for visit in record["visits"])


def test_codes_beyond_the_basic_plane_pass_both(made: Maker) -> None:
    """RFC 8785 sorts keys by UTF-16 units, Python by characters: unlike for these two."""
    workspace = made(
        rates={"\ue000": '"20%"', "\U0001f600": '"40%"'},
        tiers="shown",
        names=("a",),
        source="",
        witnesses=(),
        abandoned=False,
        entities=60,
    )
    for stage in STAGES:
        assert verdict(workspace.public[stage])
    names = [finding.name for finding in verify_bundle(workspace.public["dealt"])]
    assert names.count("witnessed") == 2


def test_names_go_through_without_effect(made: Maker) -> None:
    folder = made(tiers="shown", reserves=2).public["dealt"]
    text = (folder / "visits.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    record = json.loads((folder / "draw.json").read_text(encoding="utf-8"))
    names = [visit["name"] for visit in record["visits"]]
    assert any(name.startswith("=cmd") for name in names)
    assert any(len(name) == 10_000 for name in names)
    assert len(set(names)) > len(HOSTILE_NAMES) // 2
    for row, name in zip(rows, names, strict=True):
        assert not any(ord(character) < 32 or character in "\u202e\u200b" for character in name)
        assert row["name"] == ("'" if name[0] in "=+-@'" else "") + name
        for cell in row.values():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize(("stage", "tiers"), independent.KINDS)
def test_bundle_of_the_other_make_passes_both(stage: str, tiers: str, tmp_path: Path) -> None:
    files = maker.bundle_of(record_at(stage, tiers), program=PROGRAM)
    assert verdict(write(tmp_path / "b", files))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    stage=st.sampled_from(maker.STAGES),
    tiers=st.sampled_from(["hidden", "shown"]),
    names=st.lists(independent.texts, min_size=1, max_size=4),
    witnesses=st.lists(independent.texts, max_size=2),
    reserves=st.integers(0, 3),
    directed=st.integers(0, 3),
    reached=st.sampled_from(["committed", "drawn", "staffed"]),
)
def test_no_valid_bundle_is_refused(
    tmp_path_factory: pytest.TempPathFactory, stage: str, tiers: str, reserves: int, **options: Any
) -> None:
    record = maker.record_of(stage, plan_of(tiers, reserves), **options)
    folder = tmp_path_factory.getbasetemp() / "valid"
    assert verdict(write(folder, maker.bundle_of(record)))


def test_warnings_are_the_same(tmp_path: Path) -> None:
    record = record_at("dealt", source="", witnesses=())
    acts = [*maker.opening(), *maker.acts_of(record_at("drawn", draw="other"))]
    acts = sorted([*acts, *maker.acts_of(record)], key=lambda act: act["at"])
    more = {"visits.xlsx": b"PK", "verify.py": b"print('all is well')\n"}
    files = maker.sealed({**maker.bundle_of(record, acts), **more})
    folder = write(tmp_path / "b", files)
    assert verdict(folder)
    theirs = verifier.verify(verifier.read_bundle(folder)).warnings
    ours = [
        finding
        for finding in verify_bundle(folder)
        if finding.ok is None and finding.name != "level"  # told beside the verdict
    ]
    expected = [(WARNINGS[warning.word], warning.params.get("draw")) for warning in theirs]
    found = [(finding.name, finding.params.get("draw")) for finding in ours]
    assert sorted(map(str, found)) == sorted(map(str, [*expected, ("program", None)]))


def test_another_source_than_announced_is_told(made: Maker) -> None:
    folder = made().public["dealt"]
    (found, _) = (finding for finding in verify_bundle(folder) if finding.name == "source")
    assert found.ok is None
    assert found.params["announced"] == "twenty dice, city hall, 2027-01-06"
    words = [warning.word for warning in verifier.verify(verifier.read_bundle(folder)).warnings]
    assert words.count("source-changed") == 2


# -------------------------------------------------------------- any change in one file is found


@pytest.mark.parametrize("step", every(7))
@pytest.mark.parametrize("stage", ["committed", "dealt", "abandoned"])
def test_every_scalar_of_the_record_is_bound(
    stage: str, step: int, made: Maker, tmp_path: Path
) -> None:
    files = read(made(**SHAPES["shown"]).public[stage])
    record = json.loads(files["draw.json"])
    for path in list(independent.places(record))[::step]:
        holder = record
        for key in path[:-1]:
            holder = holder[key]
        value = holder[path[-1]]
        if isinstance(value, dict | list):
            continue
        holder[path[-1]] = independent.others(value)[0]
        changed = maker.sealed({**files, "draw.json": maker.record_bytes(record)})
        assert not verdict(write(tmp_path / "b", changed)), path
        holder[path[-1]] = value


SMALL = maker.bundle_of(record_at("dealt", "shown"))


# ------------------------------------ changes carried through: what can be found, and what cannot


@pytest.mark.parametrize(("key", "value"), [("codes", "A/9"), ("expected", 400_001), ("size", 5)])
def test_what_is_shown_of_a_cell_is_bound(key: str, value: Any, tmp_path: Path) -> None:
    """Of a cell of which nobody was drawn no other file tells anything but the ledger's digest."""
    files = maker.bundle_of(record_at("drawn", "shown"))
    record = json.loads(files["draw.json"])
    assert record["select"]["cells"][1]["count"] == 0
    record["select"]["cells"][1][key] = value
    forged = maker.sealed({**files, "draw.json": maker.record_bytes(record)})
    assert not verdict(write(tmp_path, forged))
    assert {one.name for one in verify_bundle(tmp_path) if one.ok is False} == {"cells"}


@pytest.mark.parametrize("name", independent.LIES)
def test_lie_that_agrees_with_itself_is_found(name: str, tmp_path: Path) -> None:
    record = record_at("dealt", "shown")
    independent.LIES[name][0](record)
    if record["crew"]["visits"] != "0" * 64 and "0" * 32 not in json.dumps(record):
        independent.again(record)
    assert not verdict(write(tmp_path / "b", maker.bundle_of(record)))


@pytest.mark.parametrize("name", independent.LEDGERS)
def test_ledger_that_tells_another_story_is_found(name: str, tmp_path: Path) -> None:
    record = record_at("dealt", "shown")
    acts = independent.acts_with(record, independent.LEDGERS[name][0])
    assert not verdict(write(tmp_path / "b", maker.bundle_of(record, acts)))


@pytest.mark.parametrize("seed", ["12345678901234567890", "1234567890123456789", " 1 ", "a,b" * 30])
def test_seed_form_is_judged_alike(seed: str, tmp_path: Path) -> None:
    for part in ("select", "crew"):
        record = record_at("dealt", **{f"{part}_seed": seed})
        right = verdict(write(tmp_path / "b", maker.bundle_of(record)))
        assert right == (seed == "12345678901234567890")


def test_seed_without_what_it_decides_is_found_unless_abandoned(tmp_path: Path) -> None:
    for stage, right in (("drawn", False), ("abandoned", True)):
        record = record_at(stage)
        record["visits"] = []
        record["select"].update(outcome=None, cells=None)
        acts = [act for act in maker.acts_of(record, publications=False) if act["act"] != "draw"]
        files = maker.bundle_of(record, [*maker.opening(), *acts])
        assert verdict(write(tmp_path / "b", files)) == right


# ------------------------------------------------------------------------------ files and folders


@pytest.mark.parametrize("name", independent.FOLDERS)
def test_folder_that_is_no_bundle_is_found(name: str, tmp_path: Path) -> None:
    files = maker.bundle_of(record_at("drawn"))
    independent.FOLDERS[name][0](files)
    assert not verdict(write(tmp_path / "b", files))


def test_files_that_are_no_files_are_not_followed(made: Maker, tmp_path: Path) -> None:
    for name, link in itertools.product(("draw.json", "SHA256SUMS", "verify.py"), (True, False)):
        folder = made().copied(tmp_path / f"{name}-{link}", "drawn")
        (folder / name).rename(tmp_path / "aside")
        if link:
            (folder / name).symlink_to(tmp_path / "aside")
        else:
            (folder / name).mkdir()
        assert not verdict(folder)


def test_name_that_is_no_text_is_found(made: Maker, tmp_path: Path) -> None:
    folder = made().copied(tmp_path / "b", "drawn")
    try:
        (folder / "\udcff\x1b[31m").write_bytes(b"")
    except OSError:
        pytest.skip("this file system takes only texts")
    assert not verdict(folder)


@pytest.mark.parametrize("name", ["draw.json", "ledger.jsonl", "visits.csv", "SHA256SUMS"])
def test_hostile_file_is_a_finding(name: str, tmp_path: Path) -> None:
    for data in independent.HOSTILE:
        files = {**SMALL, name: data}
        files = files if name == "SHA256SUMS" else maker.sealed(files)
        assert not verdict(write(tmp_path / "b", files)), data[:40]


def test_deep_and_half_characters_are_no_traceback(tmp_path: Path) -> None:
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    for value in (deep, "\ud800", {"\udfff": 1}):
        record = json.loads(SMALL["draw.json"])
        record["plan"]["coverage"] = value
        data = json.dumps(record, sort_keys=True, indent=2).encode()
        assert not verdict(write(tmp_path / "b", maker.sealed({**SMALL, "draw.json": data})))
        acts = [{**line["act"], "what": value} for line in lines_of(SMALL)]
        ledger = "".join(
            json.dumps({"act": act, "entry": "0" * 64, "previous": "0" * 64}) + "\n" for act in acts
        )
        files = maker.sealed({**SMALL, "ledger.jsonl": ledger.encode()})
        assert not verdict(write(tmp_path / "b", files))


def test_entries_left_out_put_twice_or_swapped_are_found(made: Maker, tmp_path: Path) -> None:
    workspace = made(**SHAPES["shown"])
    files = read(workspace.public["dealt"])
    record = json.loads(files["draw.json"])
    visits = record["visits"]
    for change in (
        lambda v: v[1:],
        lambda v: [*v, v[-1]],
        lambda v: [v[0], *v],
        lambda v: [v[1], v[0], *v[2:]],
        lambda v: v[::-1],
        lambda v: [],
    ):
        # carried through to the table, so that only ledger and tickets tell
        lie = {**record, "visits": change(visits)}
        table = maker.table_bytes(maker.table_of(lie))
        data = {**files, "draw.json": maker.record_bytes(lie), "visits.csv": table}
        assert not verdict(write(tmp_path / "b", maker.sealed(data)))


def doubled(visits: list[maker.Json]) -> list[maker.Json]:
    """A reserve that is one of the drawn."""
    spare = {**visits[0], "reserve": True}
    rest = [visit for visit in visits if not visit["reserve"]]
    spares = [visit for visit in visits if visit["reserve"]]
    spares[0] = spare
    return [*rest, *spares]


ONLY: dict[str, tuple[Callable[[list[maker.Json]], list[maker.Json]], str]] = {
    "swapped": (lambda v: [v[1], v[0], *v[2:]], "order"),
    "reserves first": (lambda v: sorted(v, key=lambda visit: not visit["reserve"]), "order"),
    "reserve is drawn": (doubled, "order"),
    "reserve left out": (lambda v: v[:-1], "numbers"),
    "no reserves": (lambda v: [visit for visit in v if not visit["reserve"]], "numbers"),
    "drawn left out": (lambda v: v[1:], "numbers"),
    "region": (lambda v: [{**v[0], "region": "x"}, *v[1:]], "visits"),
    "result": (lambda v: [{**v[0], "result": "1"}, *v[1:]], "results"),
    "inspectors": (lambda v: [{**v[0], "inspectors": ["a", "b"]}, *v[1:]], "crews"),
}


@pytest.mark.parametrize("name", ONLY)
def test_change_carried_through_the_table_is_named(name: str, tmp_path: Path) -> None:
    change, expected = ONLY[name]
    record = record_at("drawn")
    acts = [*maker.opening(), *maker.acts_of(record)]
    files = maker.bundle_of({**record, "visits": change(record["visits"])}, acts)
    folder = write(tmp_path / "b", files)
    assert not verdict(folder)
    names = [finding.name for finding in verify_bundle(folder) if finding.ok is False]
    assert names[0] == expected


def test_reserves_where_the_plan_asks_for_none_are_found(tmp_path: Path) -> None:
    record = record_at("drawn")
    record["plan"]["publication"]["reserves"] = 0
    select = record["select"]
    select["plan"] = maker.digest(record["plan"])
    names = ("plan", "frame", "lottery", "cells_root")
    parts = ("yaohao/2", "select", *(select[name] for name in names))
    select["commitment"] = maker.sha("|".join(parts))
    select["key"] = maker.sha(f"{select['commitment']}|{select['seed']}")[:32]
    key = select["key"]
    record["visits"].sort(
        key=lambda visit: (independent.rank(visit), maker.place(key, visit["entity_id"]))
    )
    folder = write(tmp_path / "b", maker.bundle_of(record))
    assert not verdict(folder)
    assert [f.name for f in verify_bundle(folder) if f.ok is False] == ["numbers"]


def test_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlannerError) as refused:
        verify_bundle(tmp_path / "none")
    assert refused.value.problems[0].code == "verify.no-folder"


def test_sums_are_mended_as_they_are_written(made: Maker, tmp_path: Path) -> None:
    folder = made().copied(tmp_path / "b", "dealt")
    before = (folder / "SHA256SUMS").read_bytes()
    assert (seal(folder) / "SHA256SUMS").read_bytes() == before
    shutil.rmtree(folder)
