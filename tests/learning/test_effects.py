"""Effects of being drawn from a workspace, and the lottery drawn again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.cli import told, write_csv, yaohao
from helpers.learned import Learned
from helpers.simulated import lottery
from yaohao.planner.learning import chart_svg, chart_text
from yaohao.planner.learning.charts import Curves, table
from yaohao.planner.learning.evaluation import drawn_effect
from yaohao.planner.learning.redraws import lottery_tested
from yaohao.planner.learning.sample import Cells, Frame
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.learned"]

SIZES = np.array([120, 60, 40, 25])
EXPECTED = np.array([12_500_000, 9_300_000, 700_000, 11_000_000])


def frame(seed: int = 1) -> Frame:
    cells = Cells(SIZES, EXPECTED, np.arange(4))
    table = lottery(EXPECTED, np.random.default_rng(seed))
    return Frame(cells, table, np.arange(4), 0)


def one_lot(given: Frame, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    counts = given.table.counts[rng.integers(len(given.table.weights))]
    where = np.repeat(np.arange(4), SIZES)
    drawn = np.zeros(len(where), bool)
    for cell, number in enumerate(counts):
        drawn[rng.permutation(np.flatnonzero(where == cell))[:number]] = True
    return where, drawn


def test_planted_effects_come_back_without_bias_and_p_is_even_without_one() -> None:
    """300 lotteries each: yes-or-no outcomes, and numbers."""
    given, rng = frame(), np.random.default_rng(7)
    where = np.repeat(np.arange(4), SIZES)
    base = np.array([0.1, 0.3, 0.5, 0.7])[where]
    early = (rng.random(len(where)) < base).astype(float)
    numbers = rng.normal(base, 1.0)
    ps: dict[str, list[float]] = {"yes-no": [], "number": []}
    found = []
    for turn in range(300):
        _, drawn = one_lot(given, rng)
        for name, y, times in (("yes-no", early, 199), ("number", numbers, 39)):
            effect = drawn_effect(y, drawn, where)
            ps[name].append(lottery_tested(effect, y, drawn, where, given, times, turn).p)
        found.append(drawn_effect(numbers + 0.4 * drawn, drawn, where).value)
    error = np.std(found) / np.sqrt(300)
    assert abs(np.mean(found) - 0.4) < 4 * error
    for name, values in ps.items():
        sorted_p = np.sort(values)
        even = np.arange(1, 301) / 300
        assert np.abs(sorted_p - even).max() < 1.63 / np.sqrt(300), name  # Kolmogorov, 1 %


def test_the_short_way_gives_what_drawing_again_gives() -> None:
    given, rng = frame(), np.random.default_rng(3)
    where, drawn = one_lot(given, rng)
    y = (rng.random(len(where)) < 0.3 + 0.12 * drawn).astype(float)
    effect = drawn_effect(y, drawn, where)
    again = np.random.default_rng(5)
    slow = drawn_effect(y, drawn, where, lambda _: one_lot(given, again)[1], 2000).p
    quick = lottery_tested(effect, y, drawn, where, given, 4000).p
    assert quick == pytest.approx(slow, abs=0.05)


def outcomes(learned: Learned, folder: Path, effect: float, seed: int = 1) -> Path:
    rng = np.random.default_rng(seed)
    with Workspace(learned.folder) as workspace:
        drawn = {one["entity_id"] for one in workspace.show("q1")["visits"] if not one["reserve"]}
    rows = [
        {
            "entity_id": f"firm-{n:05d}",
            "on_time": int(rng.random() < 0.5 + effect * (f"firm-{n:05d}" in drawn)),
            "early": int(rng.random() < 0.5),
        }
        for n in range(1190)
    ]
    return write_csv(folder / "outcomes.csv", rows)


def test_the_command_finds_a_planted_effect_and_says_what_it_is(
    learned: Learned, tmp_path: Path
) -> None:
    file = outcomes(learned, tmp_path, 0.4)
    at = ["--workspace", learned.folder, "evaluate", "q1", "--file", file, "--outcome", "on_time"]
    found = told(*at, "--redraws", "500")
    effect = found["effect"]
    assert effect["interval"]["low"] < 0.4 < effect["interval"]["high"]
    assert effect["p"] < 0.01 and effect["redraws"] == 500
    assert found["visited"]["low"] < 0.45 < found["visited"]["high"]
    assert found["mean_drawn"] - found["mean_others"] == pytest.approx(effect["value"])
    assert found["without_outcome"] > 0
    for lang in ("zh", "en"):
        result = yaohao(*at, lang=lang)
        assert result.exit_code == 0 and "findings." not in result.output


def test_comparisons_without_a_lottery_name_their_assumption(
    learned: Learned, tmp_path: Path
) -> None:
    file = outcomes(learned, tmp_path, 0.0)
    at = ["--workspace", learned.folder, "evaluate", "q1", "--file", file, "--outcome", "on_time"]
    jump = told(*at, "--bandwidth", "10")
    assert jump["kind"] == "age-limit" and jump["jump"]["assumes"] == "continuous"
    assert "assumes" in jump["sentences"][0]
    two = yaohao(*at, "--before", "early", "--group", "region=North")
    assert two.exit_code == 2 and "clusters" in two.stderr  # two regions are no four offices


def test_difference_in_differences_over_six_offices(learned: Learned, tmp_path: Path) -> None:
    from helpers.cli import write_csv as written
    from helpers.learned import SECRET, SEEDS, entity_rows

    rng, folder = np.random.default_rng(2), tmp_path / "bureau"
    rows = entity_rows(900)
    for n, row in enumerate(rows):
        row["region"] = f"R{n % 6}"
    people = [{"inspector_id": "P", "name": "P", "department": "Food"},
              {"inspector_id": "Q", "name": "Q", "department": "Food"}]  # fmt: skip
    items = [{"item_id": f"I-{n}", "name": f"{n}", "department": "Food"} for n in (1, 2)]
    with Workspace.create(folder, "free") as workspace:
        for name, given in (("entities", rows), ("inspectors", people), ("items", items)):
            workspace.import_files(name, [written(tmp_path / f"{name}.csv", given)])
        plan = folder / "plans" / "q1.toml"
        plan.write_text((learned.folder / "plans" / "q1.toml").read_text("utf-8"), "utf-8")
        draw = workspace.freeze(plan, SECRET)["draw"]
        workspace.draw(draw, SEEDS[0], "dice", ["A"])
        workspace.staff(draw)
        workspace.deal(draw, SEEDS[1], "dice", ["A"])
        first = next(one for one in workspace.show(draw)["visits"] if one["standing"] == "pool")
        one = {"entity_id": first["entity_id"], "visited_on": "2027-02-02", "result": "1"}
        workspace.import_results(draw, [written(tmp_path / "results.csv", [one])])
        before = rng.random(len(rows))
        early, long_ago = (before + rng.normal(0.02, 0.05, len(rows)) for _ in range(2))
        apart = early - 0.2 * np.array([row["tier"] == "A" for row in rows])
        after = before + 0.1 + rng.normal(0, 0.05, len(rows))
        after += 0.3 * np.array([row["tier"] == "A" for row in rows])
        file = written(tmp_path / "two.csv", [
            {"entity_id": row["entity_id"], "before": b, "after": a, "early": e, "long": o,
             "apart": p}
            for row, b, a, e, o, p in zip(rows, before, after, early, long_ago, apart, strict=True)
        ])  # fmt: skip
        options: dict[str, Any] = {"outcome": "after", "group": "tier=A", "file": file}
        finding = workspace.evaluate(draw, before=["long", "early", "before"], **options)
        found, picture = finding.document, finding.charts()[0]
        unlike = workspace.evaluate(draw, before=["apart", "before"], **options)
        short = workspace.evaluate(draw, before=["before"], **options)
    assert found["difference"]["value"] == pytest.approx(0.3, abs=0.03)
    assert found["difference"]["assumes"] == "parallel"
    assert found["treated"] > 300
    before_it = found["pre_trend"]
    assert found["times"] == ["long", "early", "before", "after"]
    assert before_it["moved_alike"] is True and len(before_it["steps"]) == 2
    assert all(abs(one["value"]) < 0.05 for one in before_it["steps"])
    # The picture has both groups at every time, and its numbers beside it.
    assert isinstance(picture, Curves) and [len(one.x) for one in picture.series] == [4, 4]
    assert picture.series[1].y == tuple(before_it["treated"])
    assert "after" in "".join(chart_text.render(picture, 100))
    assert "after" in chart_svg.render(picture) and "before" in str(table(picture))
    late = unlike.document["pre_trend"]
    assert late["moved_alike"] is False and late["steps"][0]["value"] == pytest.approx(
        0.2, abs=0.03
    )
    assert short.document["pre_trend"]["moved_alike"] is None and len(short.charts()) == 1
    for answer, word in (
        (finding, "supports"),
        (unlike, "is not valid"),
        (short, "oldest first"),
    ):
        assert word in " ".join(answer.sentences())


@pytest.mark.parametrize(
    "words",
    [
        (),  # nothing was imported since
        ("--outcome", "rich"),
        ("--outcome", "lead", "--redraws", "0"),
        ("--outcome", "lead"),  # nobody had one
        ("--outcome", "lead", "--before", "x"),
        ("--file", "OUT", "--outcome", "nothing"),
        ("--file", "OUT", "--outcome", "on_time", "--group", "colour=red"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(
    learned: Learned, tmp_path: Path, words: tuple[str, ...]
) -> None:
    file = str(outcomes(learned, tmp_path, 0.0))
    given = [file if one == "OUT" else one for one in words]
    for lang in ("zh", "en"):
        result = yaohao("--workspace", learned.folder, "evaluate", "q1", *given, lang=lang)
        assert result.exit_code == 2 and result.stderr.strip(), result.output
        assert "Traceback" not in result.output and "findings." not in result.stderr
