"""A fitted risk: ridge logistic regression in which inspectors are nuisance.

Inspectors enter training as penalised effects of their own (random intercepts) and scoring at
zero, so that a score speaks of the firm alone. Signs can be held where the law says so. Newton
steps (le Cessie & van Houwelingen 1992); the inspectors' variance by the EM update of a
generalised mixed model (Breslow & Clayton 1993); weights 1/π calibrate, they do not rank.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from yaohao.planner.learning.sample import (
    Bools,
    Floats,
    Ints,
    bools,
    floats,
    ints,
)
from yaohao.planner.vocabulary.problems import refuse

MOST_COLUMNS = 40
LEAST_HITS = 20
FOLDS = 5
PENALTIES = tuple(float(10**power) for power in np.arange(-1.0, 4.1, 0.5))
POINTS_TO_DOUBLE = 20
_STEPS = 60
_FIRST_PENALTY = 10.0
_MOST_UPDATES = 12
_MOST_ROWS = 50_000
"""Rows by which the variance between inspectors is found; more change its third digit."""
_PRECISE, _ROUGH = 1e-9, 1e-6
"""When steps end, by what they still lower the loss; penalties are told apart by less."""
_BLOCK = 256
"""Rows multiplied at once: small products need no threads, which wait for each other."""


@dataclass(frozen=True)
class RiskModel:
    """Coefficients of features as they are (not standardised), and how they were found.

    `inspector_effects` are on the scale of log odds, `inspector_spread` their standard deviation.
    `held` marks features kept at zero because their sign would have been against the law's.
    `calibration` is (intercept, slope) by which a weighted fit turns scores into chances for the
    whole pool. `losses` are the mean log losses of the penalties tried.
    """

    names: tuple[str, ...]
    intercept: float
    coefficients: Floats
    penalty: float
    inspector_effects: Floats
    inspector_spread: float
    held: Bools
    calibration: tuple[float, float]
    losses: tuple[tuple[float, float], ...]
    rows: int
    hits: int

    def score(self, features: Any) -> Floats:
        """The log odds of the firm's part alone, for ranking."""
        values = floats(features, "features")
        if values.ndim != 2 or values.shape[1] != len(self.names):
            raise refuse(
                "learning.shape",
                what="features",
                found=list(values.shape),
                expected=[len(values), len(self.names)],
            )
        log_odds: Floats = self.intercept + values @ self.coefficients
        return log_odds

    def chance(self, features: Any) -> Floats:
        """The chance of being found wrong by an average inspector, calibrated to the pool."""
        intercept, slope = self.calibration
        return _expit(intercept + slope * self.score(features))

    def points(self) -> dict[str, float]:
        """Points for one unit of each feature: twenty points double the odds."""
        factor = POINTS_TO_DOUBLE / math.log(2)
        return {
            name: float(value) * factor
            for name, value in zip(self.names, self.coefficients, strict=True)
        }


# Many parameters: arrays of one length each, and the settings of the fit.
def fitted(
    features: Any,
    wrong: Any,
    inspector: Any,
    names: Sequence[str],
    weights: Any | None = None,
    signs: Any | None = None,
    entity: Any | None = None,
    penalties: Sequence[float] = PENALTIES,
    seed: int = 0,
) -> RiskModel:
    """A model of `wrong` (0/1) by `features` (rows are visits), inspectors apart.

    `inspector` is the number of who led each visit. `signs` holds 1 (never lowers), -1 or 0 for
    each feature. `entity` keeps the visits of a firm in one fold. Refused with more than forty
    columns, or fewer than twenty wrong or twenty right ones.
    """
    raw = floats(features, "features")
    y = bools(wrong, "wrong", (len(raw),)).astype(np.float64)
    who = ints(inspector, "inspector", y.shape)
    if raw.ndim != 2 or raw.shape[1] != len(names) or raw.shape[1] > MOST_COLUMNS:
        raise refuse("learning.columns", found=raw.shape[-1], most=MOST_COLUMNS)
    hits = int(y.sum())
    if min(hits, len(y) - hits) < LEAST_HITS:
        raise refuse("learning.few-hits", found=min(hits, len(y) - hits), least=LEAST_HITS)
    sign = np.zeros(len(names), np.int64) if signs is None else ints(signs, "signs", (len(names),))
    centre, scale = raw.mean(axis=0), raw.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    order = np.argsort(who, kind="stable")
    data = _Data((raw[order] - centre) / scale, y[order], who[order], int(who.max()) + 1, sign)
    # Rows stand by inspector, so that every so many of them are of all inspectors alike.
    some = np.arange(len(y)) % -(-len(y) // _MOST_ROWS) == 0
    spread, start = _inspector_variance(data if some.all() else data.rows(some))
    groups = np.arange(len(y)) if entity is None else np.unique(entity, return_inverse=True)[1]
    folds = np.random.default_rng(seed).permutation(int(groups.max()) + 1)[groups] % FOLDS
    losses = tuple((one, _loss(data, folds[order], one, spread, start)) for one in penalties)
    penalty = min(losses, key=lambda pair: pair[1])[0]
    fit = _fit(data, penalty, spread, start)
    coefficients = fit.coefficients / scale
    intercept = fit.intercept - float(coefficients @ centre)
    given = np.ones(len(y)) if weights is None else floats(weights, "weights", y.shape)
    if (given <= 0).any():
        raise refuse("learning.finite", what="weights")
    return RiskModel(
        tuple(names),
        intercept,
        coefficients,
        penalty,
        fit.effects,
        math.sqrt(spread),
        fit.held,
        calibration(intercept + raw @ coefficients, y, given),
        losses,
        len(y),
        hits,
    )


@dataclass(frozen=True)
class _Data:
    """Standardised features, results and inspectors of visits, in the order of inspectors."""

    x: Floats
    y: Floats
    who: Ints
    inspectors: int
    signs: Ints

    @cached_property
    def design(self) -> Floats:
        """The features with a column of ones before them."""
        return np.concatenate([np.ones((len(self.y), 1)), self.x], axis=1)

    def by_inspector(self, values: Floats) -> Floats:
        """The sums of rows of `values` by inspector: rows of one inspector stand together."""
        sums = np.zeros((self.inspectors, values.shape[1]))
        starts = np.flatnonzero(np.diff(self.who, prepend=-1))
        sums[self.who[starts]] = np.add.reduceat(values, starts, axis=0)
        return sums

    def rows(self, kept: Bools) -> _Data:
        """The same for some of the rows."""
        return _Data(self.x[kept], self.y[kept], self.who[kept], self.inspectors, self.signs)


@dataclass(frozen=True)
class _Fit:
    intercept: float
    coefficients: Floats
    effects: Floats
    held: Bools
    effect_variances: Floats


def _fit(data: _Data, penalty: float, spread: float, start: _Fit, within: float = _PRECISE) -> _Fit:
    """The penalised fit with signs held.

    Features against their sign are put to zero; one that would then move the right way is let in
    again (an active set, of a convex function). `start` is any fit to much the same rows.
    """
    held = np.zeros(data.x.shape[1], np.bool_)
    fit = start
    for _ in range(2 * len(held) + 1):
        fit = _newton(data, penalty, spread, held, fit, within)
        against = ~held & (fit.coefficients * data.signs < 0)
        if against.any():
            held = held | against
            continue
        slope = data.x.T @ (data.y - _expit(_linear(data, fit)))
        free = held & (slope * data.signs > 1e-6)
        if not free.any():
            return fit
        held = held.copy()
        held[int(np.argmax(np.where(free, np.abs(slope), -1.0)))] = False
    while against.any():
        held = held | against
        fit = _newton(data, penalty, spread, held)
        against = ~held & (fit.coefficients * data.signs < 0)
    return fit


def _linear(data: _Data, fit: _Fit) -> Floats:
    linear: Floats = fit.intercept + data.x @ fit.coefficients + fit.effects[data.who]
    return linear


def _newton(
    data: _Data,
    penalty: float,
    spread: float,
    held: Bools,
    start: _Fit | None = None,
    within: float = _PRECISE,
) -> _Fit:
    """Newton steps with halving, over the intercept, the free features and the inspectors.

    The inspectors' block of the second derivatives is diagonal: their columns are never laid out.
    A fit to the same rows to `start` from saves steps.
    """
    free = np.flatnonzero(~held)
    x = data.design if not held.any() else data.design[:, np.concatenate([[0], free + 1])]
    ridge = np.concatenate([[0.0], np.full(len(free), penalty)])
    beta, u = np.zeros(x.shape[1]), np.zeros(data.inspectors)
    own = 1 / spread if spread > 0 else math.inf
    rate = data.y.mean()
    if start is not None:
        beta, u = np.concatenate([[start.intercept], start.coefficients[free]]), start.effects
    elif 0 < rate < 1:
        beta[0] = math.log(rate / (1 - rate))

    def objective(b: Floats, e: Floats) -> float:
        z = x @ b + e[data.who]
        loss = float(np.logaddexp(0, z).sum() - data.y @ z)
        return loss + float(ridge @ b**2) / 2 + (own * float(e @ e) / 2 if spread > 0 else 0.0)

    value = objective(beta, u)
    spreads = np.zeros(data.inspectors)
    for _ in range(_STEPS):
        p = _expit(x @ beta + u[data.who])
        w = np.maximum(p * (1 - p), 1e-10)
        slope = x.T @ (data.y - p) - ridge * beta
        weighted = x * w[:, None]
        inner = _crossed(x, weighted) + np.diag(ridge)
        if spread > 0:
            own_slope = np.bincount(data.who, data.y - p, minlength=data.inspectors) - own * u
            diagonal = np.bincount(data.who, w, minlength=data.inspectors) + own
            mixed = data.by_inspector(weighted).T
            bridge = mixed / diagonal
            schur = inner - bridge @ mixed.T
            step = np.linalg.solve(schur, slope - bridge @ own_slope)
            own_step = (own_slope - mixed.T @ step) / diagonal
            spreads = 1 / diagonal + (bridge * np.linalg.solve(schur, bridge)).sum(axis=0)
        else:
            step, own_step = np.linalg.solve(inner, slope), np.zeros(data.inspectors)
        size, before = 1.0, value
        while (value := objective(beta + size * step, u + size * own_step)) > before:
            if size <= 1e-4:
                break
            size /= 2
        beta, u = beta + size * step, u + size * own_step
        if before - value < within * (1 + abs(value)):
            break
    coefficients = np.zeros(data.x.shape[1])
    coefficients[free] = beta[1:]
    return _Fit(float(beta[0]), coefficients, u, held, spreads)


def _crossed(x: Floats, weighted: Floats) -> Floats:
    """X'WX of all rows, from `x` and its rows times their weights."""
    whole, width = len(x) // _BLOCK * _BLOCK, x.shape[1]
    left = x[:whole].reshape(-1, _BLOCK, width).transpose(0, 2, 1)
    product: Floats = np.matmul(left, weighted[:whole].reshape(-1, _BLOCK, width)).sum(axis=0)
    return product + x[whole:].T @ weighted[whole:]


def _inspector_variance(data: _Data) -> tuple[float, _Fit]:
    """σ² of the inspectors by EM, the mean of u² and its prediction variance, and the last fit.

    0 where there are not two of them.
    """
    free = np.zeros(data.x.shape[1], np.bool_)
    seen = np.bincount(data.who, minlength=data.inspectors) > 0
    if seen.sum() < 2:
        return 0.0, _newton(data, _FIRST_PENALTY, 0.0, free)
    spread = 0.25
    fit = _newton(data, _FIRST_PENALTY, spread, free, within=_ROUGH)
    for _ in range(_MOST_UPDATES):
        fresh = float((fit.effects[seen] ** 2 + fit.effect_variances[seen]).mean())
        is_near = abs(fresh - spread) < 0.02 * spread
        spread = max(fresh, 1e-4)
        if is_near:
            break
        fit = _newton(data, _FIRST_PENALTY, spread, free, fit, _ROUGH)
    return spread, fit


def _loss(data: _Data, folds: Ints, penalty: float, spread: float, start: _Fit) -> float:
    """The mean log loss over the folds, each predicted by a fit to the others."""
    total = 0.0
    for fold in range(FOLDS):
        out = folds == fold
        if not out.any():
            continue
        fit = _fit(data.rows(~out), penalty, spread, start, _ROUGH)
        z = fit.intercept + data.x[out] @ fit.coefficients + fit.effects[data.who[out]]
        total += float(np.logaddexp(0, z).sum() - data.y[out] @ z)
    return total / len(data.y)


def calibration(score: Floats, wrong: Floats, weights: Floats) -> tuple[float, float]:
    """Intercept and slope of a weighted logistic regression of `wrong` on `score`.

    (0, 1) is a score whose log odds are right. Where all scores are alike the slope is 1.
    """
    weight = weights / weights.mean()
    spread = float(score.std())
    rate = float(np.clip(weight @ wrong / weight.sum(), 1e-6, 1 - 1e-6))
    a, b = math.log(rate / (1 - rate)), 0.0
    if spread < 1e-12:
        return a - float(score.mean()), 1.0
    z = (score - score.mean()) / spread
    x = np.stack([np.ones(len(z)), z], axis=1)
    beta = np.array([a, b])
    for _ in range(_STEPS):
        p = _expit(x @ beta)
        inner = x.T @ (x * (weight * np.maximum(p * (1 - p), 1e-10))[:, None])
        # A touch of ridge keeps the slope finite where the score parts right from wrong fully.
        step = np.linalg.solve(inner + 1e-6 * np.eye(2), x.T @ (weight * (wrong - p)))
        beta = beta + np.clip(step, -2, 2)
        if float(np.abs(step).max()) < 1e-10:
            break
    slope = float(beta[1]) / spread
    return float(beta[0]) - slope * float(score.mean()), slope


def _expit(z: Floats) -> Floats:
    probability: Floats = 0.5 * (1 + np.tanh(z / 2))
    return probability
