"""Pictures of the work: a year's calendar, the load of crews by week, a map of divisions."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from helpers.cli import language_kept, told, yaohao
from helpers.learned import Learned
from yaohao.planner.learning.chart_cells import columns
from yaohao.planner.learning.chart_svg import render as svg_of
from yaohao.planner.learning.chart_text import render
from yaohao.planner.learning.charts import Calendar, Mark, MarkedDay, Tile, Tiles
from yaohao.planner.reports.division_map import MOST, _fitting, _groups, _sentences, _shortened
from yaohao.planner.schema.reports.pictures import MapReport
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import choose_language
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.learned"]

LEGEND: tuple[tuple[Mark, str], ...] = (("draw", "draw"), ("due", "due"), ("visits", "visits"))


def calendar(*days: MarkedDay) -> Calendar:
    rows = tuple((month, 0, month) for month in range(1, 13))
    names = ("一", "二", "三", "四", "五", "六", "日")
    return Calendar("t", 2027, days, names, LEGEND, "月", ("甲", "乙"), rows)


def test_every_day_stands_in_its_week_and_of_several_marks_the_gravest() -> None:
    chart = calendar(
        MarkedDay(date(2027, 1, 1), "draw"),  # a Friday, in the first column
        MarkedDay(date(2027, 1, 4), "visits", 8),
        MarkedDay(date(2027, 1, 5), "due", 2),
        MarkedDay(date(2027, 1, 5), "window"),
        MarkedDay(date(2027, 12, 31), "visits", 1),
    )
    rows = render(chart, 80)[2:9]
    assert rows[4][2:].startswith("D") and rows[4].rstrip()[-1] == "\u2581"
    assert rows[0].endswith(" \u2588") and columns(rows[0]) == 5
    assert rows[1].rstrip().endswith("!")
    plain = "\n".join(render(chart, 80, ascii_only=True))
    assert "8" in plain and not any(ord(mark) in range(0x2580, 0x25A0) for mark in plain)
    assert [line.split() for line in render(chart, 80)[-12:]][6] == ["7", "0", "7"]
    for width in (40, 60, 80, 120, 200):
        assert max(map(columns, render(chart, width))) <= width
    with pytest.raises(PlannerError):
        calendar(MarkedDay(date(2026, 12, 31), "draw"))


def test_a_tile_has_its_name_its_shade_and_its_number() -> None:
    groups = (
        ("North", (Tile("A", 0.5, "1/2"), Tile("B", 0.0, "0/4"))),
        ("", (Tile("C", float("nan"), "0/0"),)),
    )
    lines = render(Tiles("t", groups), 40)
    assert lines[2] == "North"
    assert lines[4].count("\u2588") == 9 and "\u2588" not in lines[-2]
    assert "50.0%" in lines[5] and "0.0%" in lines[5] and lines[-2].strip("-") == ""
    long = Tiles("t", (("", (Tile("very-long-name-" * 4, 1.0),)),))
    svg = ET.fromstring(svg_of(long))
    assert max(len(one.text or "") for one in svg.iter("{http://www.w3.org/2000/svg}text")) <= 18
    assert "very-long-name-" * 4 in (svg.findtext("{http://www.w3.org/2000/svg}desc") or "")
    plain = render(Tiles("t", groups), 40, ascii_only=True)
    assert "@" * 9 in plain[4]
    with pytest.raises(PlannerError):
        Tiles("t", ())


def test_the_calendar_counts_what_was_done_and_what_is_due(learned: Learned) -> None:
    with Workspace(learned.folder) as workspace:
        figures = workspace.reports.calendar(2027, "2027-02-10").figures
        visits = [one for one in workspace.show(learned.draw)["visits"] if not one["reserve"]]
        results = workspace.due(as_of="2027-02-10")["visits"]
    days = {one["day"]: one for one in figures["days"]}
    assert days["2027-02-02"]["visits"] == len({one["entity_id"] for one in results})
    still = days["2027-03-31"]["due"]["visits"]
    assert 0 < still < len(visits)
    due = Counter(one["due_on"] for one in results if one["state"] == "open")
    assert {day: one["due"]["results"] for day, one in days.items() if one["due"].get("results")} \
        == dict(due)  # fmt: skip
    cases = sum(one["due"].get("cases", 0) for one in days.values())
    assert sum(one["due"] for one in figures["months"]) == still + sum(due.values()) + cases
    assert figures["windows"][0]["draw"] == learned.draw


def test_what_is_left_is_spread_over_the_days_on_which_one_is_there(own_learned: Learned) -> None:
    with Workspace(own_learned.folder) as workspace:
        before = workspace.reports.load(as_of="2027-02-10").figures
        who = next(one for one in before["inspectors"] if sum(one["open"]) > 0)
        workspace.note_absence(who["inspector_id"], "2027-02-10", "2027-03-14")
        after = workspace.reports.load(as_of="2027-02-10").figures
        over = workspace.reports.load(as_of="2027-04-01").figures
    assert before["weeks"][0] == "2027-01-11" and before["weeks"][-1] == "2027-03-29"
    at = before["weeks"].index("2027-02-01")
    assert all(sum(one["done"]) == one["done"][at] for one in before["inspectors"])
    assert sum(who["open"][: at + 1]) == 0
    same = next(one for one in after["inspectors"] if one["inspector_id"] == who["inspector_id"])
    assert sum(same["open"]) == pytest.approx(sum(who["open"]), abs=0.01)
    assert sum(same["open"][: before["weeks"].index("2027-03-15")]) == 0
    late = sum(one["late"] for one in over["inspectors"])
    assert late == round(sum(sum(one["open"]) for one in before["inspectors"])) > 0


def test_the_map_has_all_visits_and_entities(learned: Learned) -> None:
    with Workspace(learned.folder) as workspace:
        figures = workspace.reports.map("violations").figures
        with pytest.raises(PlannerError):
            workspace.reports.map("colour")
        with pytest.raises(PlannerError):
            workspace.reports.map(digits=4)
    tiles = [one for group in figures["groups"] for one in group["divisions"]]
    assert [one["code"] for one in tiles] == ["North", "South"]
    assert sum(one["entities"] for one in tiles) == 1200
    assert all(one["visits"] > one["visited"] > one["found"] > 0 for one in tiles)


def test_who_has_no_division_is_counted_for_none() -> None:
    counts = {
        "": Counter(entities=6),
        "150502": Counter(entities=3, visits=2),
        "150521": Counter(entities=1),
    }
    told: MapReport = {
        "by": "rate",
        "digits": 6,
        "draws": ["q1"],
        "groups": _groups(counts, 6),
        "sentences": [],
    }
    words = []
    for lang in ("en", "zh"):
        with language_kept():
            choose_language(lang)
            words.append(_sentences(told))
            # Without a draw there are no visits to tell the number of.
            assert ("no draw yet" if lang == "en" else "尚无抽查") in _sentences(
                {**told, "draws": []}
            )[0]
    assert words[0][0].startswith("2 divisions, 10 entities, 6 of them without a division; 1 draw")
    assert words[1][0].startswith("2 个区划，10 户（其中 6 户无区划）")
    assert words[0][1].startswith("1 division was never visited: ")
    assert "no draw yet" not in words[0][0] and "尚无抽查" not in words[1][0]
    assert "no division" not in words[0][1]


def test_tiles_stand_by_their_codes_and_are_never_too_many() -> None:
    counts = {f"15{a:02d}{b:02d}": Counter(entities=1) for a in range(1, 6) for b in range(1, 60)}
    assert len(counts) > MOST
    digits = _fitting(counts)
    assert digits == 4
    assert [one["code"] for one in _groups(_shortened(counts, 4), 4)] == ["15"]
    groups: list[Any] = _groups(_shortened(counts, 6), 6)
    assert [one["code"] for one in groups] == ["1501", "1502", "1503", "1504", "1505"]
    assert groups[0]["name"] == "呼和浩特市"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["calendar", "load", "map"])
def test_the_command_line_has_them_as_text_json_and_svg(
    learned: Learned, tmp_path: Path, name: str, lang: str
) -> None:
    file = tmp_path / "picture.svg"
    ran = yaohao("--workspace", learned.folder, "report", name, "--svg", file, "--ascii", lang=lang)
    assert ran.exit_code == 0, ran.output
    words = "".join(ran.output.split())  # a long path is folded anywhere
    assert "picture." not in words.replace("picture.svg", "").replace("picture-2.svg", "")
    assert ET.fromstring(file.read_text(encoding="utf-8")).attrib["role"] == "img"
    if lang == "en":
        told_ = told("--workspace", learned.folder, "report", name)
        assert told_["sentences"]


def test_an_empty_workspace_says_so(tmp_path: Path) -> None:
    with (
        language_kept(),
        Workspace.create(tmp_path / "bureau", "free", language="en") as workspace,
    ):
        choose_language("en")
        assert "Nothing is planned" in workspace.reports.calendar(2027).sentences()[0]
        assert "No inspector has visits" in workspace.reports.load().sentences()[0]
        assert workspace.reports.load().charts() == []
        with pytest.raises(PlannerError):
            workspace.reports.map()
