"""Points, fitted risks and back-tests: exact lines, planted signals, and refusals."""

from __future__ import annotations

import itertools
import tomllib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.learning.auc import (
    area,
    area_within,
    gain,
    midranks,
)
from yaohao.planner.learning.backtest import (
    back_test,
    cumulative,
    require,
    rolling_scores,
)
from yaohao.planner.learning.history import (
    NAMES,
    Visits,
    history,
    usual_rates,
)
from yaohao.planner.learning.risk import (
    Events,
    has_sensitive,
    scheme_from,
    scored,
    without,
)
from yaohao.planner.learning.risk_model import calibration, fitted
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import say_problem

SCHEME = """
opinion_cap = 10
[class]
A = 0
B = 20
C = 40
D = 60
[[indicator]]
code = "penalty"
source = "daily"
transform = "count"
points = 15
months = 36
half_life = 365
cap = 30
[[indicator]]
code = "listed"
source = "register"
transform = "yes-no"
points = 5
veto = "D"
[[indicator]]
code = "complaint"
source = "complaint"
transform = "days-since"
points = 20
half_life = 180
[[indicator]]
code = "opinion"
source = "opinion"
transform = "count"
points = 8
sensitive = true
basis = "Notice 12, article 3"
"""
TODAY = 740_000


def scheme(text: str = SCHEME) -> Any:
    return scheme_from(tomllib.loads(text))


def events(*rows: tuple[int, int, int]) -> Events:
    """Rows (entity, days ago, repaired days ago or 0), known on the day itself."""
    entity, ago, mended = (np.array(column) for column in zip(*rows, strict=True))
    day = TODAY - ago
    return Events(entity, day, day, np.where(mended > 0, TODAY - mended, 0))


def test_points_are_lines_that_sum() -> None:
    known = {
        "penalty": events((0, 0, 0), (0, 365, 0), (0, 2000, 0), (1, 1, 0), (1, 2, 0), (1, 3, 0)),
        "listed": events((2, 10, 0)),
        "complaint": events((0, 180, 0), (0, 500, 0)),
        "opinion": events((0, 1, 0), (0, 2, 0), (3, 1, 0)),
    }
    found = scored(scheme(), known, 5, TODAY)
    assert found.lines[0].tolist() == [2250, 0, 1000, 1600]
    assert found.score[0] == 2250 + 1000 + 1000
    assert (found.opinion[0], found.cut[0]) == (1000, 600)
    assert found.lines[1, 0] == 3000  # capped
    assert [found.class_name(entity) for entity in range(5)] == ["C", "B", "D", "A", "A"]
    assert found.vetoed.tolist() == [False, False, True, False, False]
    told = found.explanation(0)
    assert [line.indicator.code for line in told] == ["penalty", "opinion", "complaint"]
    assert sum(line.hundredths for line in told) - found.cut[0] == found.score[0]
    assert (told[0].events, told[0].last) == (2, TODAY)
    assert found.explanation(4) == ()
    assert has_sensitive(scheme()) == ("opinion",)


def test_a_repair_removes_the_line() -> None:
    before = events((0, 30, 0), (0, 60, 0))
    known = {"penalty": before, "listed": events((0, 10, 5))}
    found = scored(scheme(), known, 1, TODAY)
    assert [line.indicator.code for line in found.explanation(0)] == ["penalty"]
    after = scored(scheme(), {"penalty": without(before, [0, 1], TODAY - 1)}, 1, TODAY)
    assert after.score[0] == 0
    assert after.explanation(0) == ()


def test_nothing_later_than_the_day_is_looked_at() -> None:
    rng = np.random.default_rng(1)
    entity, day = rng.integers(0, 50, 400), rng.integers(TODAY - 900, TODAY + 900, 400)
    known = day + rng.integers(0, 100, 400)
    repaired = np.where(rng.random(400) < 0.3, known + rng.integers(1, 400, 400), 0)
    whole = Events(entity, day, known, repaired)
    past = known <= TODAY
    kept = Events(entity[past], day[past], known[past],
                  np.where(repaired[past] <= TODAY, repaired[past], 0))  # fmt: skip
    names = ("penalty", "listed", "complaint", "opinion")
    one, two = (scored(scheme(), dict.fromkeys(names, what), 50, TODAY) for what in (whole, kept))
    assert (one.lines == two.lines).all()
    assert (one.classes == two.classes).all()
    assert one.score.max() > 0
    assert (scored(scheme(), {"penalty": whole}, 50, TODAY + 900).score != one.score).any()


def test_a_scheme_is_refused_with_all_that_is_wrong() -> None:
    text = SCHEME.replace('"count"', '"sum"').replace('veto = "D"', 'veto = "E"')
    text = text.replace("half_life = 180", "").replace('basis = "Notice 12, article 3"', "")
    with pytest.raises(PlannerError) as told:
        scheme(text.replace("B = 20", "B = 70"))
    problems = told.value.problems
    assert [one.code.partition(".")[2] for one in problems] == [
        *["risk-key"] * 3,
        "risk-classes",
        "risk-veto",
    ]
    assert problems[0].params["names"] == ["transform"]
    assert problems[2].params["names"] == ["transform", "basis"]
    with pytest.raises(PlannerError, match="E"):
        scheme(SCHEME.replace('veto = "D"', 'veto = "E"'))
    with pytest.raises(PlannerError, match="twice"):
        scheme(SCHEME.replace('"listed"', '"penalty"'))
    with pytest.raises(PlannerError):
        Events([0], [TODAY], [TODAY - 1], [0])
    with pytest.raises(PlannerError):
        scored(scheme(), {"penalty": events((9, 1, 0))}, 5, TODAY)


def english(error: PlannerError) -> list[str]:
    return [say_problem(one, "en") for one in error.problems]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3)
    | st.sampled_from(["daily", "count", "A", "code", "points"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(
        st.sampled_from(["code", "source", "transform", "points", "veto", "cap", "A", "x"]), inner
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(["indicator", "class", "opinion_cap"]), VALUES))
def test_any_document_is_read_or_refused_in_words(document: dict[str, Any]) -> None:
    try:
        scheme_from(document)
    except PlannerError as error:
        assert {one.code for one in error.problems} <= {
            f"learning.risk-{name}" for name in ("key", "doubled", "classes", "veto")
        }
        assert all(line.startswith(("indicator", "classes")) for line in english(error))


def test_auc_by_its_definition() -> None:
    rng = np.random.default_rng(2)
    score, wrong = np.round(rng.normal(0, 1, 60), 1), rng.random(60) < 0.4
    pairs = [(a > b) + (a == b) / 2 for a, b in itertools.product(score[wrong], score[~wrong])]
    found = area(score, wrong)
    assert found.value == pytest.approx(np.mean(pairs))
    assert midranks(np.array([3.0, 1, 3, 2])).tolist() == [3.5, 1, 3.5, 2]
    assert gain(score, -score, wrong).value == pytest.approx(2 * found.value - 1)
    assert area(-score, wrong).se == pytest.approx(found.se)
    with pytest.raises(PlannerError):
        area(score, np.arange(60) == 0)


def test_delong_s_interval_covers() -> None:
    rng = np.random.default_rng(3)
    inside = gains = 0
    for _ in range(400):
        wrong = np.arange(150) < 50
        score = rng.normal(0, 1, 150) + wrong
        found = area(score, wrong)
        inside += found.interval.low <= 0.760250 <= found.interval.high  # Φ(1/√2)
        other = rng.normal(0, 1, 150) + wrong
        gains += abs(gain(score, other, wrong).value) <= 1.96 * gain(score, other, wrong).se
    assert 0.92 <= inside / 400 <= 0.98
    assert 0.92 <= gains / 400 <= 0.98


def world(
    rng: np.random.Generator, visits: int, firm: float, crew: float, inspectors: int = 20
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features (three, the first two tell of the firm by `firm`), results, inspectors dealt."""
    x = rng.normal(0, 1, (visits, 3))
    who = rng.integers(0, inspectors, visits)
    severity = rng.normal(0, crew, inspectors)
    z = -1 + firm * (x[:, 0] - 0.5 * x[:, 1]) + severity[who]
    return x, rng.random(visits) < 1 / (1 + np.exp(-z)), who


def test_planted_coefficients_are_recovered_with_inspectors_apart() -> None:
    rng = np.random.default_rng(4)
    x, y, who = world(rng, 6000, 1.0, 1.2)
    model = fitted(x * [1, 10, 1], y, who, ["a", "b", "c"])
    assert model.coefficients * [1, 10, 1] == pytest.approx([1.0, -0.5, 0.0], abs=0.12)
    assert model.inspector_spread == pytest.approx(1.2, rel=0.4)
    found = np.bincount(who, y) / np.bincount(who)
    assert np.corrcoef(model.inspector_effects, found)[0, 1] > 0.9
    alone = fitted(x * [1, 10, 1], y, np.zeros(6000, np.int64), ["a", "b", "c"])
    assert alone.coefficients[0] < model.coefficients[0]  # unseen differences water it down
    assert alone.inspector_spread == 0
    assert model.points()["a"] == pytest.approx(20 / np.log(2) * model.coefficients[0])
    assert np.corrcoef(model.chance(x * [1, 10, 1]), model.score(x * [1, 10, 1]))[0, 1] > 0.9


def test_newton_meets_its_own_equations() -> None:
    rng = np.random.default_rng(5)
    x, y, _ = world(rng, 800, 0.8, 0.0)
    model = fitted(x, y, np.zeros(800, np.int64), ["a", "b", "c"], penalties=[7.0])
    residual = y - 1 / (1 + np.exp(-model.score(x)))
    scaled = model.coefficients * x.std(axis=0)
    slope = ((x - x.mean(axis=0)) / x.std(axis=0)).T @ residual
    assert slope == pytest.approx(7.0 * scaled, abs=1e-3)
    assert residual.sum() == pytest.approx(0, abs=1e-3)
    assert model.penalty == 7.0


def test_without_a_penalty_it_is_the_logistic_regression_of_statsmodels() -> None:
    n = np.arange(200)
    x, z = (n * 53 % 97) / 50 - 1, (n * 31 % 89) / 45 - 1
    y = (n * 71 % 101) / 101 < 1 / (1 + np.exp(-(x - 0.5 * z)))
    pair = np.stack([x, z], axis=1)
    model = fitted(pair, y, np.zeros(200, np.int64), ["x", "z"], penalties=[1e-9])
    told = (model.intercept, *model.coefficients)
    assert told == pytest.approx((0.04810919, 0.86854962, -0.55355295), abs=1e-7)


def test_signs_are_held() -> None:
    rng = np.random.default_rng(6)
    x, y, who = world(rng, 1500, 1.0, 0.5)
    free = fitted(x, y, who, ["a", "b", "c"])
    model = fitted(x, y, who, ["a", "b", "c"], signs=[1, 1, 0])
    assert free.coefficients[1] < 0
    assert model.coefficients[1] == 0
    assert model.held.tolist() == [False, True, False]
    assert fitted(x, y, who, ["a", "b", "c"], signs=[1, -1, 0]).coefficients == pytest.approx(
        free.coefficients
    )


def test_noise_is_shrunk_away() -> None:
    rng = np.random.default_rng(7)
    x = rng.normal(0, 1, (400, 30))
    y = rng.random(400) < 0.3
    model = fitted(x, y, np.zeros(400, np.int64), [f"x{k}" for k in range(30)])
    wild = fitted(x, y, np.zeros(400, np.int64), [f"x{k}" for k in range(30)], penalties=[0.01])
    assert model.penalty >= 100
    assert np.abs(model.coefficients).max() < 0.4 * np.abs(wild.coefficients).max()


def test_a_model_is_refused_without_ground() -> None:
    rng = np.random.default_rng(8)
    x = rng.normal(0, 1, (100, 2))
    who = np.zeros(100, np.int64)
    with pytest.raises(PlannerError, match="20"):
        fitted(x, np.arange(100) < 19, who, ["a", "b"])
    with pytest.raises(PlannerError, match="40"):
        fitted(rng.normal(0, 1, (100, 41)), np.arange(100) < 50, who, ["x"] * 41)
    with pytest.raises(PlannerError):
        fitted(x, np.arange(100) < 50, who, ["a", "b"], weights=np.zeros(100))
    with pytest.raises(PlannerError):
        fitted(x, np.arange(100) < 50, who, ["a", "b"]).score(x[:, :1])


def test_weights_calibrate_and_do_not_rank() -> None:
    rng = np.random.default_rng(9)
    x, y, who = world(rng, 4000, 1.0, 0.0)
    weights = np.where(y, 0.25, 1.0)  # wrong ones were drawn four times as often
    plain, weighted = (fitted(x, y, who, ["a", "b", "c"], weights=w) for w in (None, weights))
    assert plain.coefficients == pytest.approx(weighted.coefficients)
    assert weighted.calibration[0] == pytest.approx(plain.calibration[0] - np.log(4), abs=0.1)
    score = x[:, 0] * 2
    assert calibration(score, np.asarray(y, float), np.ones(4000))[1] == pytest.approx(
        0.45, abs=0.1
    )
    assert calibration(np.zeros(4000), np.asarray(y, float), np.ones(4000))[1] == 1


def test_history_counts_a_fault_by_who_found_it() -> None:
    # Inspector 0 finds something nearly always, inspector 1 hardly ever.
    rng = np.random.default_rng(10)
    who = np.tile([0, 1], 200)
    wrong = (rng.random(400) < np.where(who == 0, 0.9, 0.1)).astype(int)
    entity = np.arange(400) // 2 + 2
    visits = Visits(
        np.concatenate([[0, 1], entity]), np.full(402, TODAY - 10),
        np.concatenate([[1, 1], wrong]), np.concatenate([[0, 1], who]),
    )  # fmt: skip
    found = history(visits, 300, TODAY)
    excess = dict(zip(NAMES, found.T, strict=True))["excess"]
    assert excess[1] > 3 * excess[0] > 0
    assert found[0, 1:].tolist() == [1, 1, 10]
    assert found[299].tolist() == [0, 0, 0, 3650]
    assert usual_rates(visits, TODAY, 2)[0] > 0.8


def test_history_as_excess_orders_better_than_plain_counts() -> None:
    """Firms differ, inspectors differ more, and each visit is dealt at random."""
    rng = np.random.default_rng(21)
    firm, severity = rng.normal(0, 0.8, 4000), rng.normal(0, 1.5, 30)
    entity = np.tile(np.arange(4000), 3)
    who = rng.integers(0, 30, 12_000)
    wrong = rng.random(12_000) < 1 / (1 + np.exp(1 - firm[entity] - severity[who]))
    past = history(Visits(entity, np.full(12_000, TODAY - 5), wrong.astype(int), who), 4000, TODAY)
    next_one = rng.integers(0, 30, 4000)
    again = rng.random(4000) < 1 / (1 + np.exp(1 - firm - severity[next_one]))
    excess, counts = (
        area_within(past[:, NAMES.index(name)], again, next_one).value
        for name in ("excess", "wrong")
    )
    assert excess > counts + 0.01 > 0.56


def test_history_does_not_look_ahead() -> None:
    rng = np.random.default_rng(11)
    visits = Visits(
        rng.integers(0, 40, 500), TODAY + rng.integers(-500, 500, 500),
        rng.integers(0, 2, 500), rng.integers(0, 5, 500),
    )  # fmt: skip
    later = visits.known >= TODAY
    other = Visits(
        visits.entity, visits.known, np.where(later, 1 - visits.wrong, visits.wrong),
        visits.inspector,
    )  # fmt: skip
    assert (history(visits, 40, TODAY) == history(other, 40, TODAY)).all()
    assert (history(visits, 40, TODAY + 100) != history(other, 40, TODAY + 100)).any()
    assert usual_rates(visits, TODAY - 501, 5).tolist() == [0] * 5


def judged(firm: float, crew: float, seed: int, visits: int = 4000) -> Any:
    """A rolling back-test of a model with planted effects of firms and of inspectors."""
    rng = np.random.default_rng(seed)
    x, y, who = world(rng, visits, firm, crew)
    day = np.sort(rng.integers(0, 1000, visits))
    names = ["a", "b", "c"]

    def fit(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        model = fitted(x[train], y[train], who[train], names, penalties=[1.0, 10.0, 100.0])
        return model.score(x[test])

    rows, scores = rolling_scores(day, [500, 700, 900], fit)
    tiers = (x[rows, 0] > 1).astype(int) if firm else rng.integers(0, 4, len(rows))
    return back_test(
        scores, y[rows], day[rows], tiers, who[rows], 300, {"size": rng.integers(0, 3, len(rows))},
        rounds=200,
    )  # fmt: skip


def test_a_score_of_use_is_found_to_be_one() -> None:
    found = judged(1.0, 0.5, 12)
    assert found.problems == ()
    require(found)
    assert found.gain.low > 0.05
    assert found.within is not None
    assert found.within.interval.low > 0.6
    first = found.first
    assert first.high < first.by_score <= first.best
    assert first.by_tiers < first.by_score
    assert found.earlier.gain > 30
    assert found.earlier.p == pytest.approx(1 / 201)
    assert abs(found.earlier.random) < 10
    assert found.earlier_within.gain > 20
    assert found.calibration.slope == pytest.approx(1, abs=0.25)
    assert found.calibration.brier < found.calibration.brier_of_base
    assert sum(one.visits for one in found.calibration.tenths) == found.visits
    assert sum(gap.first for gap in found.gaps["size"].values()) == 300


def test_a_model_that_knows_the_inspector_alone_may_not_rank() -> None:
    found = judged(0.0, 1.5, 13)
    assert {one.code for one in found.problems} == {"learning.no-better", "learning.no-order"}
    with pytest.raises(PlannerError, match="not used for ranking"):
        require(found)
    assert found.within is not None
    assert abs(found.within.value - 0.5) < 0.06


def test_inspectors_disguised_as_firms_are_seen_through() -> None:
    """A score that is the inspector's severity orders all visits well, and within crews nothing."""
    rng = np.random.default_rng(14)
    who = rng.integers(0, 20, 3000)
    severity = np.linspace(-2, 2, 20)
    wrong = rng.random(3000) < 1 / (1 + np.exp(-severity[who]))
    score = severity[who] + rng.normal(0, 0.01, 3000)
    day = rng.integers(0, 300, 3000)
    found = back_test(score, wrong, day, rng.integers(0, 4, 3000), who, 300, rounds=100)
    assert found.area.value > 0.75
    assert found.gain.low > 0.1
    assert [one.code for one in found.problems] == ["learning.no-order"]
    assert abs(found.earlier_within.gain) < 15 < found.earlier.gain


def test_a_back_test_is_refused_without_hits() -> None:
    rng = np.random.default_rng(15)
    wrong = np.arange(400) < 49
    visits = (rng.normal(0, 1, 400), wrong, np.arange(400), np.zeros(400), np.zeros(400, np.int64))
    with pytest.raises(PlannerError, match="50"):
        back_test(*visits, 100)
    wrong[49] = True
    assert back_test(*visits, 100, rounds=50).hits == 50
    with pytest.raises(PlannerError):
        back_test(*visits, 401)
    with pytest.raises(PlannerError):
        rolling_scores(np.arange(10), [20], lambda train, test: np.zeros(len(test)))


def test_rolling_learns_from_the_past_alone() -> None:
    seen = []

    def fit(train: np.ndarray, test: np.ndarray) -> np.ndarray:
        seen.append((train.tolist(), test.tolist()))
        return np.zeros(len(test))

    rows, _ = rolling_scores(np.array([5, 1, 9, 3, 7]), [4, 8], fit)
    assert seen == [([1, 3], [0, 4]), ([0, 1, 3, 4], [2])]
    assert rows.tolist() == [0, 4, 2]


def test_cumulative_finds() -> None:
    assert cumulative([0.1, 0.9, 0.5], [1, 0, 1]).tolist() == [0, 1, 2]
