"""Where the figures of `test_oracles` come from: run by hand where these libraries are installed.

    python tests/learning/oracles.py

lifelines, scikit-learn and statsmodels are large and are no dependency of the program, nor of its
tests: what they gave is frozen in the tests, beside the versions that gave it.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(__file__).parent / "data"


def cases() -> tuple[np.ndarray, np.ndarray]:
    """Three columns and an outcome by arithmetic alone: the same everywhere."""
    n = np.arange(400)
    columns = [(n * 53 % 97) / 50 - 1, (n * 31 % 89) / 45 - 1, (n * 17 % 61) / 10]
    x = np.stack(columns, axis=1)
    wrong = (n * 71 % 101) / 101 < 1 / (1 + np.exp(-(x[:, 0] - 0.5 * x[:, 1] - 0.2 * x[:, 2])))
    return x, wrong


def lung() -> dict[str, np.ndarray]:
    """The columns of `lung`, as numbers."""
    with (DATA / "lung.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


def scikit_learn() -> None:
    import sklearn
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import brier_score_loss, roc_auc_score

    x, wrong = cases()
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    print("scikit-learn", sklearn.__version__)
    for penalty in (0.5, 20.0):
        model: Any = LogisticRegression(C=1 / penalty, tol=1e-12, max_iter=10_000).fit(z, wrong)
        print(penalty, (model.coef_[0] / x.std(axis=0)).round(6).tolist(),
              round(float(model.intercept_[0]), 6))  # fmt: skip
        score = model.predict_proba(z)[:, 1]
        print(round(roc_auc_score(wrong, score), 8), round(brier_score_loss(wrong, score), 8))


def lifelines() -> None:
    import lifelines as peer
    from lifelines.statistics import multivariate_logrank_test
    from lifelines.utils import restricted_mean_survival_time as restricted

    data = lung()
    times, died = data["time"], data["died"]
    print("lifelines", peer.__version__)
    curve = peer.KaplanMeierFitter().fit(times, died)
    print([round(float(restricted(curve, t)), 4) for t in (365, 1000)])
    hazard = peer.NelsonAalenFitter(nelson_aalen_smoothing=False).fit(times, died)
    print([round(float(hazard.cumulative_hazard_at_times(t).iloc[0]), 6) for t in (180, 365, 730)])
    thirds = np.arange(len(times)) % 3
    test = multivariate_logrank_test(times, thirds, died)
    print(round(test.test_statistic, 6), round(test.p_value, 8))


def statsmodels() -> None:
    import statsmodels
    from statsmodels.stats.proportion import proportion_confint

    print("statsmodels", statsmodels.__version__)
    for hits, visits in ((0, 20), (3, 50), (81, 263), (148, 148)):
        for method in ("wilson", "beta"):
            low, high = proportion_confint(hits, visits, method=method)
            print(hits, visits, method, round(float(low), 8), round(float(high), 8))


if __name__ == "__main__":
    for run in (scikit_learn, lifelines, statsmodels):
        run()
