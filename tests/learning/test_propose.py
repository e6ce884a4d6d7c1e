"""Proposed rates as a plan file: comments kept, floors kept, and worth having in most years."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.cli import told, yaohao
from helpers.learned import Learned
from yaohao.planner.learning.proposals import enough, ground, kept, rates_by
from yaohao.planner.plan.model import Count
from yaohao.planner.plan.parse import read_plan
from yaohao.planner.plan.proposed_rates import with_rates
from yaohao.planner.vocabulary.problems import PlannerError

pytest_plugins = ["helpers.learned"]


def test_a_changed_plan_file_with_its_comments(own_learned: Learned, tmp_path: Path) -> None:
    at = ["--workspace", own_learned.folder, "propose", "q1"]
    file = tmp_path / "next.toml"
    found = told(*at, "--to", file, "--id", "q2")
    before = (own_learned.folder / "plans" / "q1.toml").read_text("utf-8")
    after = file.read_text("utf-8")
    assert "# Written by hand: this stays." in after and "# by risk" in after
    changed = [
        (one, two)
        for one, two in zip(before.splitlines(), after.splitlines(), strict=True)
        if one != two
    ]
    assert [one.split(" ")[0] for one, _ in changed] == ["id", "tier"]
    assert found["proposal"]["finds"] > found["now"]["finds"]
    assert found["as_planned"]["visits"] == pytest.approx(found["visits"], rel=0.02)
    assert [row["code"] for row in found["rates"]] == ["A", "B", "C", "D"]
    total = sum(row["visits"] for row in found["rates"])
    assert total == pytest.approx(found["visits"])
    assert all(row["visits"] >= 0.005 * row["entities"] - 1e-6 for row in found["rates"])
    checked = yaohao("--workspace", own_learned.folder, "plan", "check", file)
    assert checked.exit_code == 0, checked.output
    assert len(found["frontier"]) == 6
    for lang in ("zh", "en"):
        result = yaohao(*at, lang=lang)
        assert result.exit_code == 0 and "findings.p" not in result.output
    assert yaohao(*at, "--to", file).exit_code == 2


def test_equal_rates_and_most_findings_are_the_ends(learned: Learned) -> None:
    at = ["--workspace", learned.folder, "propose", "q1"]
    equal, most = told(*at, "--alpha", "0"), told(*at, "--alpha", "inf")
    rates = {round(row["visits"] / row["entities"], 4) for row in equal["rates"]}
    assert len(rates) == 1
    assert most["proposal"]["finds"] > equal["proposal"]["finds"]
    law = told(*at, "--law", "3")
    assert all(row["visits"] >= 0.03 * row["entities"] - 1e-6 for row in law["rates"])


@pytest.mark.parametrize(
    "words",
    [("--floor", "50"), ("--alpha", "much"), ("--alpha", "-1"), ("--visits", "5000"),
     ("--from", "q9"), ("--to", "x.txt")],
)  # fmt: skip
def test_what_cannot_be_proposed_is_refused(learned: Learned, words: tuple[str, ...]) -> None:
    for lang in ("zh", "en"):
        result = yaohao("--workspace", learned.folder, "propose", "q1", *words, lang=lang)
        assert result.exit_code == 2 and result.stderr.strip()
        assert "Traceback" not in result.output


TEXT = """\
id = "p"
title = "p"
authority = "a"
as_of = 2027-01-04
window = [2027-01-11, 2027-03-31]
items = ["I"]
[seeds]
select = "dice"
crew = "dice"
[rates]
# First the low ones.
tier = { A = "1%", B = { count = 40 }, C = { min = "10%" } }
unknown_tier = "A"  # as ever
"""


def test_rates_of_any_form_are_replaced_and_other_text_stays() -> None:
    found = with_rates(TEXT, {"A": 12_300, "B": Count(50), "C": 250_000}, id="q")
    plan = read_plan(found)
    assert plan.id == "q"
    assert plan.rates == {"A": 12_300, "B": Count(50), "C": 250_000}
    assert "# First the low ones." in found and "# as ever" in found
    with pytest.raises(PlannerError):
        with_rates(TEXT, {"Z": 10_000})
    with pytest.raises(PlannerError):
        with_rates("id = ", {"A": 10_000})


def test_words_of_china_stay_the_words() -> None:
    from yaohao.planner.plan.code_words import CodeReader
    from yaohao.planner.register.code_systems import code_system

    text = TEXT.replace('A = "1%"', '"低风险" = "1%"')
    found = with_rates(text, {"A": 20_000}, CodeReader(code_system("china")))
    assert '"低风险" = "2%"' in found


@pytest.mark.parametrize("worlds", [25, pytest.param(100, marks=pytest.mark.campaign)])
@pytest.mark.parametrize(
    ("risk", "rates_now", "least"),
    [
        ((0.02, 0.05, 0.12, 0.3), (0.01, 0.02, 0.10, 0.30), 0.95),
        # Rates far steeper than the risk find about as much as can be found.
        ((0.05, 0.08, 0.12, 0.18), (0.005, 0.01, 0.1, 0.6), 0.8),
    ],
    ids=["as-usual", "steeper-than-the-risk"],
)
def test_it_finds_at_least_as_much_in_95_of_100_years_and_stays_unbiased(
    risk: tuple[float, ...], rates_now: tuple[float, ...], least: float, worlds: int
) -> None:
    """Many worlds: four years at some rates, then eight at the rates proposed from them."""
    better, errors, drawn_error = 0, [], []
    for world in range(worlds):
        rng = np.random.default_rng(world)
        tiers = np.repeat(np.arange(4), 12)
        shares = np.array([0.55, 0.3, 0.12, 0.03])
        sizes = np.maximum(rng.multinomial(18_000, np.repeat(shares / 12, 12)), 5)
        rates = np.array(risk)[tiers] * np.exp(rng.normal(-0.125, 0.5, 48))
        wrong = rng.binomial(sizes, np.clip(rates, 0, 0.9))
        now = np.array(rates_now)[tiers]
        hits, seen = np.zeros(48, np.int64), np.zeros(48, np.int64)
        for _ in range(4):
            found, visits = year(sizes, wrong, now, rng)
            hits, seen = hits + found, seen + visits
        known, total = ground(sizes, hits, seen, tiers), float(sizes @ now)
        alpha = enough(known, total, kept(known, now).finds)
        choice = rates_by(known, total, alpha)
        assert (choice >= 0.005 - 1e-12).all()
        assert float(sizes @ choice) == pytest.approx(float(sizes @ now))
        finds, kept_finds, totals = [], [], []
        for _ in range(8):
            found, _ = year(sizes, wrong, choice, rng)
            finds.append(found.sum())
            kept_finds.append(year(sizes, wrong, now, rng)[0].sum())
            totals.append((found / choice).sum() / wrong.sum())
        better += np.mean(finds) >= np.mean(kept_finds)
        errors.append(np.mean(totals) - 1)
        drawn_error.append(np.std(totals))
    # Of few worlds two standard deviations fewer are still what chance may do.
    chance = 2 * np.sqrt(worlds * least * (1 - least)) if worlds < 100 else 0
    assert better >= least * worlds - chance
    assert abs(np.mean(errors)) < 0.2 / np.sqrt(worlds)
    assert np.mean(drawn_error) < 0.4


def year(
    sizes: np.ndarray, wrong: np.ndarray, rates: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Findings and visits of each cell in a year at some rates."""
    x = sizes * rates
    visits = np.minimum(np.floor(x).astype(int) + (rng.random(len(sizes)) < x % 1), sizes)
    return rng.hypergeometric(wrong, sizes - wrong, visits), visits
