"""The columns of a file looked at before it is read: what is shown is what is read."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from helpers.tables import credit, write
from yaohao.planner.register.column_look import look_at_columns, map_columns
from yaohao.planner.register.columns import find_columns, guess_columns
from yaohao.planner.register.templates import write_template
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

HEADINGS = ["代码", "单位名", "等级", "食品", "身份证号"]
ROWS = [
    [credit(1), "甲", "A", "是", "110101199003074578"],
    ["", "无码", "B", "否", ""],
    [credit(2), "甲", "A", "", ""],
]


def test_columns_stand_beside_what_they_are_taken_for(tmp_path: Path) -> None:
    told = look_at_columns("entities", write(tmp_path / "n.csv", HEADINGS, *ROWS), {})
    assert [one["heading"] for one in told["columns"]] == HEADINGS
    assert [one["field"] for one in told["columns"]] == ["", "", "", "flag:food", ""]
    assert told["columns"][1]["samples"] == ["甲", "无码"]
    assert told["lacking"] == ["entity_id", "name"]
    assert "19900307" not in str(told)


def test_a_heading_that_stands_twice_is_told_not_refused(tmp_path: Path) -> None:
    headings = ["企业名称", "统一社会信用代码", "企业名称"]
    file = write(tmp_path / "n.csv", headings, ["甲", credit(1), "乙"])
    told = look_at_columns("entities", file, {})
    assert [one["field"] for one in told["columns"]] == ["name", "entity_id", ""]
    mapping = map_columns("entities", headings, {2: "name", 1: "entity_id"})["mapping"]
    assert mapping == {"name": ("#3",)}
    told = look_at_columns("entities", file, mapping)
    assert [one["field"] for one in told["columns"]] == ["", "entity_id", "name"]
    with Workspace.create(tmp_path / "b") as workspace:
        workspace.import_files("entities", [file], mapping)
        assert workspace.entity(credit(1))["entity"]["name"] == "乙"


def test_nothing_is_mapped_where_a_file_is_understood(tmp_path: Path) -> None:
    file = tmp_path / "t.xlsx"
    write_template("inspectors", file, "zh")
    told = look_at_columns("inspectors", file, {})
    assert told["lacking"] == [] and told["sheet"]
    wanted = {n: one["field"] for n, one in enumerate(told["columns"]) if one["field"]}
    headings = [one["heading"] for one in told["columns"]]
    assert map_columns("inspectors", headings, wanted)["mapping"] == {}


def test_headings_of_which_none_is_known_are_found_below_a_title(tmp_path: Path) -> None:
    rows = [["主体代码", "主体", "风险情况"], [credit(1), "甲", "A"], [credit(2), "乙", "B"]]
    file = write(tmp_path / "n.csv", ["某局企业台账"], *rows)
    told = look_at_columns("entities", file, {})
    assert [one["heading"] for one in told["columns"]] == rows[0]
    assert told["columns"][1]["samples"] == ["甲", "乙"]
    file = write(
        tmp_path / "one.csv", ["某局申报名单", ""], ["统一社会信用代码", ""], [credit(1), "x"]
    )
    assert look_at_columns("filings", file, {})["columns"][0]["field"] == "entity_id"


@pytest.mark.parametrize("seed", range(40))
def test_what_is_wanted_is_what_is_read(seed: int) -> None:
    """Whatever each column is called, and whichever field it is wanted for."""
    dice = random.Random(seed)
    known = [
        "统一社会信用代码",
        "企业名称",
        "信用风险分类",
        "行政区划",
        "行业代码",
        "备注",
        "",
        "X",
        "X",
    ]
    headings = dice.sample(known, dice.randint(3, len(known)))
    fields = ["entity_id", "name", "tier", "region", "industry", "phone"]
    places = dice.sample(range(len(headings)), min(len(headings), dice.randint(2, 5)))
    wanted = dict(zip(places, ["entity_id", "name", *dice.sample(fields[2:], 3)], strict=False))
    mapped = map_columns("entities", headings, wanted)
    mapping = mapped["mapping"]
    assert mapped["fields"] == [wanted.get(place, "") for place in range(len(headings))]
    match, lacking = guess_columns("entities", headings, mapping, "")
    assert {place: name for name, place in match.fields.items()} == wanted
    assert not lacking
    assert find_columns("entities", headings, mapping, "").fields == match.fields


def test_a_sheet_of_a_text_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "n.csv", HEADINGS, *ROWS)
    with pytest.raises(PlannerError, match="--sheet"):
        look_at_columns("entities", file, {}, ["一"])


def test_a_trial_shows_the_rows_it_would_set_aside_and_keeps_nothing(tmp_path: Path) -> None:
    file = write(tmp_path / "n.csv", HEADINGS, *ROWS)
    mapping = {"entity_id": "代码", "name": "单位名", "tier": "等级"}
    with Workspace.create(tmp_path / "b") as workspace:
        before = workspace.version()
        told, aside = workspace.try_import("entities", file, mapping)
        assert (told["accepted"], told["set_aside"]) == (2, 1)
        assert [(one["line"], one["reason"]) for one in aside] == [(3, "missing-id")]
        assert workspace.version() == before
