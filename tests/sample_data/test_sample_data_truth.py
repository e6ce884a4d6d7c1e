"""Hidden truth, results, closings and details: shaped as their profile says."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from scipy.stats import chisquare, kstest, spearmanr
from yaohao.sample_data import Population, words
from yaohao.sample_data.closures import Closing, months
from yaohao.sample_data.entities import REPORTS
from yaohao.sample_data.profile import (
    AGES,
    ENDED,
    KINDS,
    TIERS,
    load,
    names,
)
from yaohao.sample_data.results import CODES, COLUMNS, VIOLATIONS
from yaohao.sample_data.true_risk import MOST

SIZE = 60_000
SURE = 1e-4


@pytest.fixture(scope="module")
def population() -> Population:
    return Population(SIZE, seed=12)


@pytest.fixture(scope="module")
def page(population: Population) -> Any:
    return population.page(np.arange(SIZE, dtype=np.uint64))


@pytest.fixture(scope="module")
def results(population: Population) -> list[dict[str, str]]:
    found: list[dict[str, str]] = population.results().to_pylist()
    return found


# Closing.


def test_closings_follow_the_hazards(population: Population, page: Any) -> None:
    """Observed against expected closings by kind and age, where the hazards themselves say."""
    closures = population.profile.closures
    found = page.attributes
    age = population.entities.as_of - found.established
    first, exposed = population.entities.closing.exposure(age)
    start = months(first)
    for kind, name in enumerate(KINDS):
        for low, high in zip((0, *AGE_CUTS), (*AGE_CUTS, 10_000), strict=True):
            mine = (found.kind == kind) & (start >= low) & (start < high)
            if mine.sum() < 300:
                continue
            chance = np.array(
                [
                    survival(closures.years, closures.hazards[kind], int(a), int(m))
                    for a, m in zip(start[mine], exposed[mine], strict=True)
                ]
            )
            dead = (found.closed[mine] >= 0).sum()
            spread = np.sqrt((chance * (1 - chance)).sum())
            assert abs(dead - chance.sum()) < 4.5 * spread + 1, (name, low)


AGE_CUTS = (12, 36, 60, 96, 144)


def survival(years: tuple[int, ...], hazards: tuple[int, ...], start: int, span: int) -> float:
    """The chance to close within a span of months from an age on, by floating point."""
    alive = 1.0
    for month in range(start, start + span):
        band = max(index for index, year in enumerate(years) if 12 * year <= month)
        alive *= 1 - hazards[band] / 12_000
    return 1 - alive


def test_months_are_whole() -> None:
    closing = Closing(load("tongliao").closures, 5_000)
    assert closing.chances.shape[1:] == (months(5_000) + 2, 25)
    assert (np.diff(closing.chances.astype(np.int64), axis=2) > 0).all()
    assert months(1461) == 48 and months(30) == 0 and months(31) == 1


# Conduct.


def test_conduct_by_tier(population: Population, page: Any) -> None:
    """The factor of conduct before the risk of the line: its distribution function is known."""
    shape = population.profile.conduct
    edges = np.array(shape.factors, dtype=float)
    risk = np.array([shape.risk[line.risk] for line in population.profile.lines])[
        page.attributes.line
    ]
    own = page.entities.conducts.factors(
        population.streams, page.rows, page.band, np.full(SIZE, MID_LINE(population))
    )
    for tier, name in enumerate(TIERS):
        weights = np.array(shape.weights[tier], dtype=float)
        heights = np.concatenate([[0], np.cumsum(weights) / weights.sum()])
        mine = own[page.attributes.tier == tier].astype(float) + 0.5

        def share(x: Any, heights: Any = heights) -> Any:
            return np.interp(x, edges, heights)

        assert kstest(mine, share).pvalue > SURE, name
    assert (page.conduct == own * risk // 1000).all()
    # The average of a whole register is about one.
    assert 0.8 < page.conduct.mean() / 1000 < 1.2


def MID_LINE(population: Population) -> int:  # noqa: N802
    """A line of business whose risk multiplies by one."""
    return next(i for i, line in enumerate(population.profile.lines) if line.risk == 1)


def test_a_wrong_distribution_would_be_found(population: Population, page: Any) -> None:
    mine = page.conduct[page.attributes.tier == 0].astype(float)
    assert kstest(mine, "uniform", args=(50, 7_950)).pvalue < SURE


def test_truth_holds_where_an_item_fits(population: Population, page: Any) -> None:
    truth = page.truth().to_pylist()
    items = {item["item_id"]: item for item in words.document("items")}
    fields = page.table(("fields", "industry")).to_pylist()
    for row, known in zip(truth[:20_000], fields, strict=False):
        for item, told in items.items():
            fits = not told["field"] or told["field"] in known["fields"].split(",")
            fits &= not told["sections"] or known["industry"][0] in told["sections"]
            assert (row[item] > 0) == fits
            assert row[item] <= MOST
    assert set(truth[0]) == {"entity_id", "conduct", *items}


# Results.


def test_results_are_drawn_from_the_truth(
    population: Population, results: list[dict[str, str]]
) -> None:
    """By item: violations against the sum of their chances; and chances are told apart."""
    truth = {row["entity_id"]: row for row in population.truth().to_pylist()}
    gone = set(words.document("outcomes")["gone"].values())
    for item in (told["item_id"] for told in words.document("items")):
        mine = [row for row in results if row["item_id"] == item and row["result"] not in gone]
        chance = np.array([truth[row["entity_id"]][item] for row in mine]) / 1e6
        bad = np.array([row["result"] in VIOLATIONS for row in mine])
        assert (chance > 0).all() and len(mine) > 30
        spread = np.sqrt((chance * (1 - chance)).sum())
        assert abs(bad.sum() - chance.sum()) < 4.5 * spread, item
        halves = chance > np.median(chance)
        if chance.sum() > 200:
            assert bad[halves].mean() > 1.5 * bad[~halves].mean(), item


def test_results_are_of_the_visits_of_the_register(
    population: Population, results: list[dict[str, str]]
) -> None:
    rows = {row["entity_id"]: row for row in population.table().to_pylist()}
    last: dict[str, str] = {}
    seen = set()
    order = []
    for row in results:
        entity = rows[row["entity_id"]]
        assert set(row) == set(COLUMNS) and row["result"] in CODES
        assert entity["established_on"] < row["visited_on"] < "2027-01-04"
        assert row["plan_id"][:4] == row["visited_on"][:4]
        assert (row["visited_on"], row["entity_id"], row["item_id"]) not in seen
        seen.add((row["visited_on"], row["entity_id"], row["item_id"]))
        if row["item_id"] == "REG-01":  # every visit takes it up
            order.append((row["entity_id"], row["visited_on"]))
            last[row["entity_id"]] = max(last.get(row["entity_id"], ""), row["visited_on"])
        if row["follow_up_closed_on"]:
            assert row["visited_on"] < row["follow_up_closed_on"] <= "2027-01-04"
            assert row["follow_up"] != "无需"
        closed = entity["closed_on"]
        found_gone = row["result"] in ("7", "9", "10", "11", "12")
        assert found_gone == bool(closed and closed <= row["visited_on"])
    assert last == {i: r["inspected_on"] for i, r in rows.items() if r["inspected_on"]}
    days: dict[str, list[str]] = {}
    for entity, day in order:
        days.setdefault(entity, []).append(day)
    assert all(visits == sorted(set(visits)) for visits in days.values())
    counts = Counter(len(visits) for visits in days.values())
    assert set(counts) == {1, 2, 3, 4}
    assert {row["result"] for row in results} == set(CODES)


def test_visits_of_the_year_are_those_of_the_results() -> None:
    from datetime import date

    population = Population(4_000, seed=5, as_of=date(2026, 11, 30))
    counted: Counter[str] = Counter()
    for row in population.results().to_pylist():
        if row["item_id"] == "REG-01" and row["visited_on"] >= "2026-01-01":
            counted[row["entity_id"]] += 1
    for row in population.table().to_pylist():
        assert counted[row["entity_id"]] == row["visits_this_year"]
    assert len(counted) > 300


def test_tiers_tell_something_of_conduct(page: Any) -> None:
    rated = page.attributes.tier < 4
    found = spearmanr(page.attributes.tier[rated], page.conduct[rated])
    assert 0.3 < found.statistic < 0.7


# Details.


def test_capital_and_reports(population: Population, page: Any) -> None:
    details = population.profile.details
    table = page.table(("registered_capital", "annual_report"))
    capital = table.column("registered_capital").to_numpy() // 10_000
    lines = [line.id in details.heavy_lines for line in population.profile.lines]
    heavy = np.array(lines)[page.attributes.line] & (page.attributes.kind == 0)
    for group, weights in enumerate(details.capital):
        mine = heavy if group == len(KINDS) else (page.attributes.kind == group) & ~heavy
        counts = [(capital[mine] == amount).sum() for amount in details.amounts]
        assert sum(counts) == mine.sum() > 0
        assert fits(counts, weights) > SURE, group
    reports = np.array(table.column("annual_report").to_pylist())
    due = reports != "not-due"
    for band, weights in enumerate(details.report_weights):
        mine = due & (page.band == band)
        counts = [(reports[mine] == code).sum() for code in details.reports]
        assert fits(counts, weights) > SURE, band
    assert set(reports.tolist()) == set(REPORTS)
    assert tuple(REPORTS[:3]) == details.reports
    young = page.attributes.established >= population.entities.reported_before
    assert (reports[young] == "not-due").all() and young.any()


def fits(counts: Any, weights: Any) -> float:
    """The chance of counts as far from the weights as these, by chi-square."""
    counts, share = np.array(counts), np.array(weights) / sum(weights)
    assert not counts[share == 0].any()
    kept = share > 0
    return (
        float(chisquare(counts[kept], share[kept] * counts.sum()).pvalue) if kept.sum() > 1 else 1.0
    )


def test_people_by_the_shares_of_family_names(population: Population, page: Any) -> None:
    families, weights = words.family_names()
    named = page.people.family[page.people.family >= 0]
    counts = np.bincount(named, minlength=len(families))
    often = np.argsort(weights)[::-1][:40]
    rest = [counts.sum() - counts[often].sum()]
    shares = np.array(weights)
    expected = [*shares[often], shares.sum() - shares[often].sum()]
    assert fits([*counts[often], *rest], expected) > SURE
    assert abs(len(named) / SIZE - 0.7) < 0.01


def test_owners_give_their_names_to_shops(page: Any) -> None:
    rows = page.table(("name", "representative", "kind")).to_pylist()
    shops = [row for row in rows if row["kind"] == "individual"]
    named = [row for row in shops if row["representative"] in row["name"]]
    assert 0.18 < len(named) / len(shops) < 0.35
    assert not [r for r in rows if r["kind"] == "enterprise" and r["representative"] in r["name"]][
        3:
    ]


# Profiles.


@pytest.mark.parametrize("name", names())
def test_every_profile_is_whole(name: str) -> None:
    profile = load(name)
    assert len(profile.tier_weights) == 3 * len(AGES)
    assert len(profile.closures.ended) == len(AGES)
    assert all(len(row) == len(ENDED) for row in profile.closures.ended)
    assert {item["item_id"] for item in words.document("items")} == set(profile.conduct.base)
    assert set(profile.conduct.base) == set(profile.conduct.taken)
    found = Population(3_000, profile=name)
    rows = found.table().to_pylist()
    assert len({row["entity_id"] for row in rows}) == 3_000
    assert {row["region"] for row in rows} <= set(found.divisions[0])
    assert all(row["region"].startswith(profile.division) for row in rows)


def test_the_province_has_its_residents_share() -> None:
    """Source: the census; a prefecture's counties together have its share."""
    profile = load("province")
    residents = {"1501": 3446, "1502": 2709, "1504": 4036, "1505": 2873, "1529": 262}
    total = 24_048
    weights: Counter[str] = Counter()
    for code, weight in zip(profile.divisions, profile.division_weights, strict=True):
        weights[code[:4]] += weight
    for code, people in residents.items():
        assert abs(weights[code] / sum(weights.values()) - people / total) < 0.001
    drawn = Population(50_000, seed=1, profile="province").entities.attributes(
        np.arange(50_000, dtype=np.uint64)
    )
    counts = np.bincount(drawn.division, minlength=len(profile.divisions))
    assert len(profile.divisions) == 103
    assert fits(counts, profile.division_weights) > SURE
    codes = (
        Population(2_000, seed=1, profile="province").table(("entity_id", "address")).to_pylist()
    )
    assert all(row["address"].startswith("内蒙古自治区") for row in codes)


def test_a_county_is_shops() -> None:
    county, city = Population(20_000, profile="county"), Population(20_000)
    share = [
        sum(r["industry"] in ("F52", "H62") for r in p.table(("industry",)).to_pylist()) / 20_000
        for p in (county, city)
    ]
    assert share[0] > share[1] + 0.08
    assert set(county.table(("region",)).column("region").to_pylist()) == {"150523"}
