"""What an import does to what is there: columns that lack, empty cells, replacements, counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from helpers.cli import told, yaohao
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

HEADS = "entity_id,name,address,tier,region,industry,kind,status,established_on,inspected_on,fields"
ROWS = [
    f"E{n},Firm {n},Road {n},{'ABCD'[n % 4]},R1,F52,enterprise,{'revoked' if n == 3 else 'active'},"
    f"2015-01-0{n},2024-0{n}-01,{'drug;food' if n < 4 else ''}"
    for n in range(1, 9)
]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace.create(tmp_path / "w", "free")
    take(workspace, HEADS, ROWS)
    return workspace


def take(
    workspace: Workspace,
    heads: str,
    rows: Sequence[str],
    register: str = "entities",
    *,
    file: str = "in.csv",
    **options: Any,
) -> dict[str, Any]:
    path = workspace.folder.parent / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([heads, *rows]) + "\n", encoding="utf-8")
    return dict(workspace.import_files(register, [path], **options))


def entities(workspace: Workspace) -> dict[str, dict[str, Any]]:
    path, content, size = workspace._workspace.snapshot_path()
    rows = pq.read_table(path).to_pylist()
    assert len(rows) == size
    from yaohao.planner.register.snapshot import content_digest

    assert content_digest(pq.read_table(path)) == content
    assert [row["entity_id"] for row in rows] == sorted(row["entity_id"] for row in rows)
    return {row["entity_id"]: row for row in rows}


def test_a_file_that_lacks_columns_changes_nothing_in_them(workspace: Workspace) -> None:
    before = entities(workspace)
    heads = "entity_id,name,上次检查日期"
    rows = [f"E{n},Firm {n},2026-11-01" for n in range(1, 7)]
    trial = take(workspace, heads, rows, dry_run=True)
    came = take(workspace, heads, rows)
    assert trial["effects"] == came["effects"]
    assert came["effects"] == {
        "new": 0, "changed": 6, "same": 0, "gone": 0,
        "fields": {"inspected_on": 6}, "emptied": {}, "kept": {},
    }  # fmt: skip
    after = entities(workspace)
    for name, row in before.items():
        day = "2026-11-01" if name in {f"E{n}" for n in range(1, 7)} else row["inspected_on"]
        assert after[name] == {**row, "inspected_on": day}


def test_every_column_may_lack(workspace: Workspace) -> None:
    before = entities(workspace)
    columns = HEADS.split(",")[2:]
    for lacking in columns:
        heads = [name for name in HEADS.split(",") if name != lacking]
        places = [HEADS.split(",").index(name) for name in heads]
        rows = [",".join(row.split(",")[place] for place in places) for row in ROWS]
        came = take(workspace, ",".join(heads), rows)
        assert came["effects"]["same"] == 8 and not came["changed"], lacking
    assert entities(workspace) == before


def test_files_of_one_import_may_lack_different_columns(workspace: Workspace) -> None:
    before = entities(workspace)
    first, second = workspace.folder.parent / "a.csv", workspace.folder.parent / "b.csv"
    first.write_text("entity_id,name,tier\nE1,Firm 1,D\n", encoding="utf-8")
    second.write_text("entity_id,name,region\nE2,Firm 2,R9\nE9,New,R9\n", encoding="utf-8")
    came = workspace.import_files("entities", [first, second])
    assert came["effects"]["fields"] == {"tier": 1, "region": 1}
    after = entities(workspace)
    assert after["E1"] == {**before["E1"], "tier": "D"}
    assert after["E2"] == {**before["E2"], "region": "R9"}
    assert (after["E9"]["status"], after["E9"]["tier"]) == ("active", "")


def test_an_empty_cell_empties_only_where_that_is_asked(workspace: Workspace) -> None:
    before = entities(workspace)
    heads, rows = "entity_id,name,tier,status,visits_this_year", ["E3,Firm 3,,,"]
    came = take(workspace, heads, rows)
    assert came["effects"]["kept"] == {"tier": 1} and not came["changed"]
    assert entities(workspace) == before
    came = take(workspace, heads, rows, empty=True)
    assert came["effects"]["emptied"] == {"tier": 1}
    assert came["effects"]["fields"] == {"tier": 1, "status": 1}
    assert entities(workspace)["E3"] == {**before["E3"], "tier": "", "status": "active"}


def test_a_count_is_of_the_year_of_the_last_inspection(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w", "free")
    heads = "entity_id,name,inspected_on,visits_this_year"
    take(workspace, heads, [f"E{n},a,2025-05-01,3" for n in range(4)])
    days = ["E0,a,2026-01-01", "E1,a,2025-09-01", "E2,a,2024-09-01"]
    came = take(workspace, "entity_id,name,inspected_on", days)
    assert came["effects"]["fields"] == {"inspected_on": 3, "visits_this_year": 1}
    counts = [row["visits_this_year"] for row in entities(workspace).values()]
    assert counts == [0, 3, 3, 3]
    take(workspace, heads, ["E1,a,2026-09-01,3"])
    assert entities(workspace)["E1"]["visits_this_year"] == 3
    path = tmp_path / "v.csv"
    path.write_text("entity_id,visited_on\nE3,2026-01-01\n", encoding="utf-8")
    workspace.import_inspections([path])
    assert entities(workspace)["E3"]["visits_this_year"] == 1


def test_a_yes_or_no_column_speaks_of_its_field_alone(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w", "free")
    take(workspace, "entity_id,name,fields", ["E1,a,drug;food", "E2,b,drug", "E3,c,"])
    take(workspace, "entity_id,name,is_food", ["E1,a,no", "E2,b,yes", "E3,c,no"])
    fields = {name: row["fields"] for name, row in entities(workspace).items()}
    assert fields == {"E1": "drug", "E2": "drug,food", "E3": ""}


def test_all_is_told(workspace: Workspace) -> None:
    rows = [ROWS[0], ROWS[1].replace("Road", "Lane"), "E20,New,,,,,,,,,"]
    came = take(workspace, HEADS, rows)
    assert came["effects"] == {
        "new": 1, "changed": 1, "same": 1, "gone": 0,
        "fields": {"address": 1}, "emptied": {}, "kept": {},
    }  # fmt: skip
    assert came["size"] == 9 and len(entities(workspace)) == 9
    path = workspace.folder.parent / "in.csv"
    path.write_text(HEADS + "\nE1,Firm 1,Road 1,,,,,,,,\n", encoding="utf-8")
    shown = yaohao("--workspace", workspace.folder, "import", "entities", path).output
    assert "New: 0. Changed: 0. The same as before: 1. Removed: 0." in shown
    assert (
        "Empty cells, existing values kept (--empty would delete them): tier 1, region 1" in shown
    )
    assert yaohao(
        "--workspace", workspace.folder, "import", "entities", path, lang="zh"
    ).output.count("原值保留")


@pytest.mark.parametrize("number", [0, 3])
def test_a_replacement_of_most_is_refused_unless_said_twice(
    workspace: Workspace, number: int
) -> None:
    before, lines = entities(workspace), len(workspace.ledger())
    for dry_run in (True, False):
        with pytest.raises(PlannerError) as error:
            take(workspace, HEADS, ROWS[:number], replace=True, dry_run=dry_run)
        name = "replaces-most" if number else "replaces-all"
        assert [one.code for one in error.value.problems] == [f"effects.{name}"]
    assert entities(workspace) == before and len(workspace.ledger()) == lines
    path = workspace.folder.parent / "in.csv"
    here = ("--workspace", workspace.folder, "import", "entities", path)
    [problem] = told(*here, "--replace", status=2)["errors"]
    assert "--replace twice" in problem["message"]
    came = told(*here, "--replace", "--replace")
    assert came["effects"]["gone"] == 8 - number and came["size"] == number


def test_a_replacement_of_half_goes_and_is_told(workspace: Workspace) -> None:
    came = take(workspace, HEADS, [*ROWS[:4], "E30,x,,,,,,,,,"], replace=True)
    assert (came["effects"]["gone"], came["effects"]["new"], came["size"]) == (4, 1, 5)
    assert set(entities(workspace)) == {"E1", "E2", "E3", "E4", "E30"}


ROSTERS = {
    "inspectors": (
        "inspector_id,name,department,regions,certificate_until,capacity",
        ["P1,Ann,Food,R1;R2,2028-01-01,5", "P2,Bo,Food,R1,2029-01-01,"],
        ("inspector_id,name,department", "P1,Ann,Drugs", "department"),
    ),
    "items": (
        "item_id,name,basis,content,importance",
        ["I1,Signs,Law 1,all,key", "I2,Scales,Law 2,all,general"],
        ("item_id,name,basis", "I1,Signs,Law 3", "basis"),
    ),
    "leads": (
        "lead_id,entity_id,trigger,opened_on,text",
        ["L1,E1,complaint,2026-01-01,bad", "L2,E2,complaint,2026-01-02,worse"],
        ("lead_id,entity_id,trigger,closed_on", "L1,E1,complaint,2026-03-01", "closed_on"),
    ),
    "lists": (
        "entry_id,item_id,content,measure,trigger",
        ["T1,I1,all,call,complaint", "T2,I1,some,visit,monitoring"],
        ("entry_id,item_id,trigger,measure", "T1,I1,complaint,letter", "measure"),
    ),
}


@pytest.mark.parametrize("register", ROSTERS)
def test_other_registers_keep_what_a_file_does_not_say(workspace: Workspace, register: str) -> None:
    heads, rows, (few, one, field) = ROSTERS[register]
    take(workspace, heads, rows, register)
    store = workspace._workspace.store
    before = store.roster(register)
    again = take(workspace, heads, rows, register)
    assert again["effects"]["same"] == 2 and not again["changed"]
    came = take(workspace, few, [one], register)
    assert came["effects"]["fields"] == {field: 1}
    after = store.roster(register)
    assert after[1] == before[1]
    assert {key for key in after[0] if after[0][key] != before[0][key]} == {field}
    with pytest.raises(PlannerError):
        take(workspace, heads, [], register, replace=True)
    gone = take(workspace, heads, rows[:1], register, replace=True)
    assert gone["effects"]["gone"] == 1


def test_empty_cells_of_other_registers(workspace: Workspace) -> None:
    heads, rows, _ = ROSTERS["inspectors"]
    take(workspace, heads, rows, "inspectors")
    store = workspace._workspace.store
    before = store.roster("inspectors")
    came = take(workspace, heads, ["P1,Ann,,,,"], "inspectors")
    assert came["effects"]["kept"] == {
        "capacity": 1, "certificate_until": 1, "department": 1, "regions": 1,
    }  # fmt: skip
    assert store.roster("inspectors") == before
    take(workspace, heads, ["P1,Ann,,,,"], "inspectors", empty=True)
    assert store.roster("inspectors")[0] | {"name": "Ann"} == {
        **before[0], "capacity": None, "certificate_until": "", "department": "", "regions": [""],
    }  # fmt: skip


def test_rows_that_differ_only_in_the_day_are_one_entity(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "f", "free")
    rows = [
        "30075445,FIRST GRILL,BRONX,03/20/2019,10F",
        "30075445,FIRST GRILL,BRONX,01/24/2026,08A",
        "30112340,SECOND CAFE,QUEENS,05/02/2025,04L",
        "30075445,FIRST GRILL,BRONX,06/01/2022,",
        "30075445,FIRST GRILL,BRONX,01/24/2026,02G",
        "30112340,SECOND CAFE LLC,QUEENS,05/02/2026,04L",
    ]
    path = tmp_path / "i.csv"
    path.write_text(
        "CAMIS,DBA,BORO,INSPECTION DATE,VIOLATION CODE\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )
    names = {"entity_id": "CAMIS", "name": "DBA", "region": "BORO"}
    mapping = {**names, "inspected_on": "INSPECTION DATE"}
    came = workspace.import_files("entities", [path], mapping, date_order="mdy")
    assert (came["rows"], came["accepted"], came["set_aside"]) == (6, 5, 1)
    assert came["further"] == 3 and came["reasons"] == {"duplicate": 1}
    assert entities(workspace)["30075445"]["inspected_on"] == "2026-01-24"
    assert entities(workspace)["30112340"]["inspected_on"] == "2025-05-02"
    [act] = [one["act"] for one in lines(workspace) if one["act"]["act"] == "import"]
    assert (act["rows"], act["accepted"], act["set_aside"]) == (6, 5, 1)


def test_further_rows_are_found_in_earlier_parts_and_files(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "f", "free")
    heads, paths = "entity_id,name,inspected_on", []
    for year in (2022, 2026, 2024):
        paths.append(tmp_path / f"{year}.csv")
        rows = [f"E{n:05},n{n},{year}-01-01" for n in range(5000)]
        paths[-1].write_text("\n".join([heads, *rows]) + "\n", encoding="utf-8")
    came = workspace.import_files("entities", paths)
    assert (came["accepted"], came["further"], came["size"]) == (15000, 10000, 5000)
    assert {row["inspected_on"] for row in entities(workspace).values()} == {"2026-01-01"}
    again = workspace.import_files("entities", paths)
    assert not again["changed"] and again["effects"]["same"] == 5000


def test_a_row_that_is_the_same_in_all_is_a_duplicate(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "f", "free")
    row = "E1,a,2026-01-01"
    came = take(workspace, "entity_id,name,inspected_on", [row, row])
    assert came["reasons"] == {"duplicate": 1} and came["further"] == 0


def test_rows_of_one_day_are_further_ones_where_they_differ_in_what_is_not_read(
    tmp_path: Path,
) -> None:
    workspace = Workspace.create(tmp_path / "f", "free")
    rows = [
        "E1,a,2026-01-01,10F",
        "E1,a,2026-01-01,10F",
        "E1,a,2026-01-01,08A",
        "E2,b,,1",
        "E2,b,,2",
    ]
    filler = [f"F{n:06},n,2026-01-01,{n}" for n in range(30_000)]
    for between in ([], filler):
        heads = "entity_id,name,inspected_on,violation"
        came = take(workspace, heads, [rows[0], *between, *rows[1:]], dry_run=True)
        assert (came["further"], came["reasons"]) == (1, {"duplicate": 2})


def lines(workspace: Workspace) -> list[dict[str, Any]]:
    return list(json.loads(json.dumps(workspace.ledger())))
