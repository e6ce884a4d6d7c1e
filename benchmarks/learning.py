"""Coverage over many populations, the years of `propose` by rule, and times beside peers.

Run: `python -m benchmarks.learning [times|coverage|years]`; without a word, all of it. Peers are
SciPy, and lifelines and scikit-learn where they are installed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from helpers.simulated import FULL, RULES, THIN, coverage, crossing, draw, lottery, years
from yaohao.planner.learning.crew_severity import crew_severity
from yaohao.planner.learning.estimates import domain_shares, share_of, three_way, total_wrong
from yaohao.planner.learning.evaluation import drawn_effect
from yaohao.planner.learning.history import Visits
from yaohao.planner.learning.redraws import lottery_tested
from yaohao.planner.learning.risk_features import Features, Known
from yaohao.planner.learning.risk_model import fitted
from yaohao.planner.learning.risk_scoring import SavedModel
from yaohao.planner.learning.sample import Cells, Frame, simple_sample
from yaohao.planner.learning.survival import log_rank, survival
from yaohao.planner.learning.tiers import tier_separation

RATES = {"rare": (0.05, 0.1, 0.2, 0.4), "common": (0.15, 0.2, 0.3, 0.5)}
MIDDLE = (THIN[0], np.repeat([1_600_000, 2_900_000, 1_900_000, 3_200_000], 15))


def covered() -> None:
    print("cells        rates   total  share   sd     root of mean variance (2,000 draws each)")
    for name, (sizes, expected) in (("thin", THIN), ("middle", MIDDLE), ("full", FULL)):
        for kind, rates in RATES.items():
            used = rates[:3] if name == "full" else rates
            found = coverage(sizes, expected, used, 2000, seed=len(kind))
            print(f"{name:12} {kind:7} {found.of_total:.3f}  {found.of_share:.3f}  "
                  f"{found.sd:6.0f} {found.se:6.0f}")  # fmt: skip


def crossed() -> None:
    """Three crossing strata, overall and in the tiers of ten visits and more, 2,000 draws."""
    rng = np.random.default_rng(20260512)
    cells, table, hits = crossing(rng)
    truth = sum(int(one.sum()) for one in hits)
    tiers = [int(k) for k in np.unique(cells.tiers) if cells.visits[cells.tiers == k].sum() >= 10]
    shares = {
        k: sum(int(hits[c].sum()) for c in np.flatnonzero(cells.tiers == k))
        / int(cells.sizes[cells.tiers == k].sum())
        for k in tiers
    }
    total, inside = 0, dict.fromkeys(tiers, 0)
    for _ in range(2000):
        sample = draw(rng, cells, table, hits)
        found = total_wrong(sample)
        total += found.interval.low <= truth <= found.interval.high
        for k in tiers:
            one = share_of(sample, sample.wrong, sample.tier == k, cells=cells.tiers == k).interval
            inside[k] += one.low <= shares[k] <= one.high
    told = "  ".join(f"tier {k} {count / 2000:.3f}" for k, count in inside.items())
    print(f"three crossing strata, 80 cells: total {total / 2000:.3f}  {told}")


def played() -> None:
    print("\nrule      finds a year  error  bias (18,000 entities, 48 cells, 8 years, 60 worlds)")
    for rule in RULES:
        finds, error, bias = years(rule, 60)
        print(f"{rule:9} {finds:12.0f}  {error:5.2f}  {bias:+.2f}")


def _seconds(run: Callable[[], Any], times: int = 3) -> float:
    """The best of some runs: by the clock, or by the processor where others keep it busy."""
    best = float("inf")
    for _ in range(times):
        start, begun = time.perf_counter(), time.process_time()
        run()
        best = min(best, time.perf_counter() - start, time.process_time() - begun)
    return best


def _told(name: str, own: float, peers: dict[str, float | None], limit: float = 0.0) -> None:
    """A line: seconds, the limit that is to be kept, and how many times longer peers take."""
    ratios = "  ".join(
        f"{peer} x{other / own:.1f}" if other is not None else f"{peer} not installed"
        for peer, other in peers.items()
    )
    kept = f" (< {limit:g} s{'' if own < limit else ' MISSED'})" if limit else ""
    print(f"{name:58} {own:7.3f} s{kept}  {ratios}")


def timed() -> None:
    """Times at the sizes of a province."""
    _estimates()
    _survival()
    _risk()
    _effects()


def _estimates() -> None:
    rng = np.random.default_rng(1)
    sizes = rng.multinomial(1_000_000, np.ones(1000) / 1000)
    expected = (sizes * 0.02 * 200).astype(int) * 5000
    cells = Cells(sizes, expected, np.repeat(np.arange(4), 250))
    table = lottery(expected, rng)
    cell = np.repeat(np.arange(1000), table.counts[3])
    outcome = np.where(rng.random(len(cell)) < 0.05, 2, rng.random(len(cell)) < 0.1).astype(int)
    group = rng.integers(0, 30, len(cell))

    def run() -> None:
        sample = simple_sample(cells, table, cell, outcome)
        share_of(sample, sample.wrong, sample.reached)
        total_wrong(sample), three_way(sample), tier_separation(sample)
        domain_shares(sample, group)

    _told("estimates: 1e6 entities, 20,000 visits, 30 groups", _seconds(run), {}, 2)


def _survival() -> None:
    from scipy.stats import CensoredData, ecdf, logrank

    rng = np.random.default_rng(2)
    n = 1_000_000
    times, left = np.round(rng.exponential(1500, n)) + 1, rng.random(n) < 0.4
    entry = np.maximum(times - rng.integers(1, 900, n), 0)
    half = (np.arange(n) % 2).astype(int)

    def data(kept: Any) -> CensoredData:
        return CensoredData(times[kept & left], right=times[kept & ~left])

    everybody = np.ones(n, bool)
    peers: dict[str, float | None] = {"scipy": _seconds(lambda: ecdf(data(everybody)).sf)}
    peers["lifelines"] = None
    if find_spec("lifelines"):
        peer = import_module("lifelines")
        peers["lifelines"] = _seconds(lambda: peer.KaplanMeierFitter().fit(times, left), 1)
    _told("survival: 1e6 rows", _seconds(lambda: survival(times, left)), peers, 2)
    _told("survival: 1e6 rows with late entry", _seconds(lambda: survival(times, left, entry)),
          {}, 2)  # fmt: skip
    scipy = _seconds(lambda: logrank(data(half == 0), data(half == 1)), 1)
    _told("log-rank: 1e6 rows, two groups", _seconds(lambda: log_rank(times, left, half)),
          {"scipy": scipy}, 2)  # fmt: skip


def _risk() -> None:
    from scipy.optimize import minimize

    rng = np.random.default_rng(3)
    rows, width = 200_000, 40
    x = rng.normal(0, 1, (rows, width))
    wrong = rng.random(rows) < 1 / (1 + np.exp(2 - x[:, 0]))
    who = rng.integers(0, 100, rows)
    names = [f"x{k}" for k in range(width)]

    def loss(beta: Any) -> tuple[float, Any]:
        z = x @ beta[1:] + beta[0]
        p = 1 / (1 + np.exp(-z))
        value = np.logaddexp(0, z).sum() - wrong @ z + 5 * (beta[1:] @ beta[1:])
        slope = np.concatenate([[(p - wrong).sum()], x.T @ (p - wrong) + 10 * beta[1:]])
        return value, slope

    lbfgs = _seconds(lambda: minimize(loss, np.zeros(width + 1), jac=True, method="L-BFGS-B"), 1)
    peers: dict[str, float | None] = {"scipy (one fit, no inspectors)": lbfgs}
    peers["scikit-learn (one fit, no inspectors)"] = None
    if find_spec("sklearn"):
        peer = import_module("sklearn.linear_model")
        peers["scikit-learn (one fit, no inspectors)"] = _seconds(
            lambda: peer.LogisticRegression(C=0.1).fit(x, wrong), 1
        )
    own = _seconds(lambda: fitted(x, wrong, who, names, penalties=[10.0]), 1)
    _told("risk fit: 2e5 x 40, 100 inspectors, five folds", own, peers, 5)
    size = 1_000_000
    codes = {"kind": ("b", "c"), "industry": tuple("defgh")}
    features = Features(codes)
    visits = Visits(rng.integers(0, size, rows), rng.integers(1, 1000, rows),
                    wrong.astype(int), who)  # fmt: skip
    known = Known(
        rng.integers(1, 1000, size),
        {name: rng.choice(np.array(["a", *own_codes], object), size)
         for name, own_codes in codes.items()},
        visits, rng.integers(0, size, 50_000), rng.integers(1, 1000, 50_000),
    )  # fmt: skip
    count = len(features.names)
    model = SavedModel("", "", features, np.ones(count), np.zeros(count), 0.0, (0.0, 1.0))

    def score() -> None:
        past = features.past(known, 1000)
        for start in range(0, size, 100_000):
            matrix = features.matrix(known, np.arange(start, start + 100_000), 1000, past)
            model.lines(matrix), model.chance(matrix)

    _told("risk score: 1e6 entities, lines and chances", _seconds(score, 1), {}, 2)


def _effects() -> None:
    rng = np.random.default_rng(4)
    sizes = np.full(500, 400)
    expected = np.full(500, 12_000_000)
    frame = Frame(Cells(sizes, expected, np.zeros(500, int)), lottery(expected, rng),
                  np.arange(500), 0)  # fmt: skip
    cell = np.repeat(np.arange(500), sizes)
    drawn = np.tile(np.arange(400) < 12, 500)
    y = (rng.random(len(cell)) < 0.3).astype(float)
    effect = drawn_effect(y, drawn, cell)
    own = _seconds(lambda: lottery_tested(effect, y, drawn, cell, frame, 2000), 1)

    def again(number: int) -> Any:
        order = np.random.default_rng(number).random((500, 400)).argsort(axis=1)
        return (order < 12).ravel()

    long = _seconds(lambda: drawn_effect(y, drawn, cell, again, 100), 1) * 20
    _told("effect of being drawn: 2e5 entities, 2,000 redraws", own, {"drawing each again": long})
    teams = np.stack([np.repeat(np.arange(5000), 2), rng.integers(0, 100, 10_000)], axis=1)
    own = _seconds(
        lambda: crew_severity(rng.random(5000) < 0.3, np.full(5000, 0.3), np.ones(5000), teams)
    )
    _told("severity of 100 inspectors, 5,000 visits of two", own, {})


PARTS = {"coverage": (covered, crossed), "years": (played,), "times": (timed,)}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        for run in PARTS[part]:
            run()
        print()
