"""Charts on a terminal and as SVG: widths, escapes, and numbers always beside."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from helpers.cli import language_kept
from rich.cells import cell_len
from yaohao.planner.learning import chart_svg, chart_text, pictures
from yaohao.planner.learning.activity import cohort_grid
from yaohao.planner.learning.backtest import back_test
from yaohao.planner.learning.charts import (
    Bar,
    Bars,
    Chart,
    Curves,
    Grid,
    Series,
    shown,
    table,
    thinned,
)
from yaohao.planner.learning.estimates import domain_shares
from yaohao.planner.learning.proposals import frontier, ground
from yaohao.planner.learning.sample import (
    Cells,
    DesignSample,
    Table,
    simple_sample,
)
from yaohao.planner.learning.survival import hazard_by_year, survival
from yaohao.planner.learning.tiers import tier_separation
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import choose_language

M = 1_000_000
HOSTILE = '<script>alert("x")</script>&\x1b[31m\u202e\ufffe'


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    with language_kept():
        choose_language("zh")
        yield


def draw() -> DesignSample:
    rng = np.random.default_rng(1)
    cells = Cells(np.full(4, 1000), np.full(4, 50 * M), np.arange(4))
    cell = np.repeat(np.arange(4), 50)
    outcome = (rng.random(200) < np.array([0.0, 0.1, 0.3, 0.6])[cell]).astype(int)
    return simple_sample(cells, Table(np.array([M]), np.full((1, 4), 50)), cell, outcome)


def every_chart() -> list[Chart]:
    rng = np.random.default_rng(2)
    sample = draw()
    known = ground([1000, 500, 200], [1, 5, 8], [40, 40, 40], [0, 1, 2])
    score = rng.normal(0, 1, 800)
    wrong = rng.random(800) < 1 / (1 + np.exp(1 - 1.5 * score))
    test = back_test(score, wrong, np.arange(800), np.zeros(800), np.zeros(800, np.int64), 100,
                     rounds=20)  # fmt: skip
    life = np.minimum(rng.exponential(4, 500), 6)
    domains = domain_shares(sample, np.arange(200) % 2)
    curves = {"企业": survival(life, life < 6), "个体工商户": survival(life / 2, life < 6)}
    return [
        pictures.rates_by_tier(
            tier_separation(sample), ["低风险", "一般风险", "较高风险", "高风险"]
        ),
        pictures.shares_by_domain(domains, {0: "餐饮业" + HOSTILE, 1: "零售业" * 20}),
        pictures.shares_by_draw(list(domains.values()), ["2026q4" + HOSTILE, "2027q1"]),
        pictures.finds_and_error(frontier(known, 150)),
        pictures.calibration_by_tenths(test.calibration),
        pictures.cumulative_finds(rng.random(800), score, wrong.astype(float)),
        pictures.survival_steps(curves, "年"),
        pictures.hazard_years(hazard_by_year(life, life < 6, years=8)),
        pictures.cohorts(cohort_grid(rng.integers(2018, 2021, 500), life, life < 6, 6)),
        pictures.counts_by_name("案件状态", {"立案": 12, "结案": 1500, "撤销": 0}),
    ]


@pytest.mark.parametrize("width", [50, 80, 120])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_no_line_is_wider_than_the_screen(width: int, ascii_only: bool) -> None:
    for chart in every_chart():
        lines = chart_text.render(chart, width, ascii_only)
        assert max(map(cell_len, lines)) <= width, chart.title
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202e]", "".join(lines))
        drawn = "".join(lines)
        if ascii_only:
            assert not re.search("[\u2580-\u259f\u2800-\u28ff]", drawn)
        assert len(lines) > len(table(chart)[:4])


def test_columns_are_those_of_the_terminal() -> None:
    for text in ("abc", "低风险 A", "e\u0301", "ＡＢ", "一\u200b二", ""):
        assert chart_text.columns(text) == cell_len(text)
        for width in range(8):
            assert cell_len(chart_text.fit(text, width)) == width


def test_bars_tell_value_limits_and_numbers() -> None:
    chart = Bars("t", (Bar("低", 0.25, 0.1, 0.5, "1/4"), Bar("高", 0.5), Bar("none", 0.0)))
    lines = chart_text.render(chart, 80)
    assert lines[0] == "t"
    assert "25.0%  10.0% - 50.0%  1/4" in lines[1]
    bars = lines[1:]
    assert bars[1].count("█") > 1.9 * bars[0].count("█") - 2
    assert bars[0].count("|") == 2
    assert "█" not in bars[2]
    assert "▏" in chart_text.render(Bars("t", (Bar("a", 1e-6), Bar("b", 1.0))), 80)[1]
    plain = chart_text.render(chart, 80, ascii_only=True)
    assert plain[2].count("#") == bars[1].count("█")
    unknown = chart_text.render(Bars("t", (Bar("a", math.nan), Bar("b", 1.0))), 80)
    assert unknown[1].rstrip().endswith("-")


def test_braille_puts_dots_where_they_belong() -> None:
    chart = Curves("t", "x", "", (Series("s", (0.0, 1.0), (0.0, 1.0)),))
    rows = [line.partition("|")[2] for line in chart_text.render(chart, 60)[1:13]]
    assert rows[-1].startswith("\u2840") or rows[-1][0] > "\u2800"
    assert rows[0].rstrip()[-1] > "\u2800"
    first = [len(row) - len(row.lstrip()) for row in rows]
    assert first == sorted(first, reverse=True)
    steps = Curves("t", "x", "", (Series("s", (0.0, 1.0), (1.0, 0.0), "steps"),))
    rows = [line.partition("|")[2] for line in chart_text.render(steps, 60, ascii_only=True)[1:13]]
    assert set(rows[0]) == {"*"}
    assert all(row.strip() == "*" for row in rows[1:])


def test_svg_is_well_formed_and_holds_no_hostile_text() -> None:
    for chart in every_chart():
        text = chart_svg.render(chart)
        root = ET.fromstring(text)
        assert root.attrib["role"] == "img"
        names = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert names <= {"svg", "title", "desc", "rect", "text", "line", "polyline", "polygon",
                         "circle"}  # fmt: skip
        assert not any(name.startswith("on") or "href" in name
                       for element in root.iter() for name in element.attrib)  # fmt: skip
        assert "nan" not in re.sub(">[^<]*<", "><", text)
        told = " ".join(element.text or "" for element in root.iter())
        rows = table(chart)
        for row in (rows[0], rows[-1]):  # curves tell some of their points, ends among them
            assert all(part.strip() in told for part in row[1:] if "\x1b" not in part)
    hostile = chart_svg.render(Bars(HOSTILE, (Bar(HOSTILE, 1.0, note=HOSTILE),), "number"))
    root = ET.fromstring(hostile)
    assert "<script" not in hostile
    assert root.find("{*}title").text.startswith('<script>alert("x")</script>&\\u001b')  # type: ignore[union-attr]
    marked = " ".join(root.itertext())
    assert "\x1b" not in marked
    assert "\u202e" not in marked


def test_numbers_as_people_read_them() -> None:
    assert shown(0.1234, "percent") == "12.3%"
    assert shown(1234567, "number") == "1,234,567"
    assert shown(12.34, "number") == "12.3"
    assert shown(math.nan, "number") == "-"
    long = Series("s", tuple(map(float, range(100))), tuple(map(float, range(100))))
    short = thinned(long, 5)
    assert (short.x[0], short.x[-1], len(short.x)) == (0, 99, 5)
    assert thinned(short, 9) is short


@pytest.mark.parametrize(
    "make",
    [
        lambda: Bars("t", ()),
        lambda: Bars("t", (Bar("a", -1.0),)),
        lambda: Curves("t", "x", "y", ()),
        lambda: Series("s", (1.0,), (1.0, 2.0)),
        lambda: Series("s", (1.0,), (math.nan,)),
        lambda: Grid("t", ("a",), ("b",), ((1.0, 2.0),)),
        lambda: Grid("t", ("a",), ("b",), ((1.5,),)),
    ],
)
def test_a_chart_that_cannot_be_is_refused(make: object) -> None:
    assert callable(make)
    with pytest.raises(PlannerError):
        make()


def test_a_picture_for_the_eye(tmp_path: Path) -> None:
    """Every chart is written in both forms, and neither is empty."""
    for number, chart in enumerate(every_chart()):
        file = tmp_path / f"{number}.svg"
        file.write_text(chart_svg.render(chart), encoding="utf-8")
        assert file.stat().st_size > 800
