"""Oracles for the lottery: slow, plain, and written apart from what they check."""

import re
from fractions import Fraction
from itertools import product
from math import ceil, floor
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp


def groups_of(names, strata):
    groups = {("", ""): list(range(len(names)))}
    for position, stratum in enumerate(strata):
        for index, name in enumerate(names):
            groups.setdefault((stratum, name.split("/")[position]), []).append(index)
    return groups


def slow_faults(document, strata, quotas=()):
    """Faults of a table by the protocol's words, in fractions, one number at a time."""
    cells, outcomes = document["cells"], document["outcomes"]
    expected = [Fraction(cell["expected"], 1_000_000) for cell in cells]
    chances = [Fraction(outcome["weight"], 1_000_000) for outcome in outcomes]
    faults = []
    if sum(chances) != 1 or min(chances) <= 0:
        faults.append("weights")
    for index, x in enumerate(expected):
        column = [outcome["counts"][index] for outcome in outcomes]
        if sum(p * count for p, count in zip(chances, column, strict=True)) != x:
            faults.append(("mean", index))
        if not set(column) <= {floor(x), ceil(x)}:
            faults.append(("count", index))
    widened = {(w["margin"]["stratum"], w["margin"]["code"]): w["by"] for w in document["widened"]}
    groups = groups_of([cell["cell"] for cell in cells], strata)
    for quota in quotas:
        groups[quota.stratum, quota.code] = quota.members
        for outcome in outcomes:
            total = sum(outcome["counts"][index] for index in quota.members)
            if not quota.least <= total <= quota.most:
                faults.append(("quota", quota.code))
    for key, members in groups.items():
        mean = sum((expected[index] for index in members), Fraction(0))
        below, above = widened.get(key, (0, 0))
        for outcome in outcomes:
            total = sum(outcome["counts"][index] for index in members)
            if not floor(mean) - below <= total <= ceil(mean) + above:
                faults.append(("margin", key))
    return faults


def needs_widening(cells, strata, quotas=None):
    """Whether no mixture of outcomes keeps all margins: a linear program over all outcomes.

    With `quotas`, whether none keeps their bounds, whatever becomes of margins.
    """
    expected = [x for _, _, x in cells]
    free = [index for index, x in enumerate(expected) if x % 1_000_000]
    points = np.array(list(product((0, 1), repeat=len(free))), dtype=np.int64)
    points = points.reshape(2 ** len(free), len(free))
    good = np.ones(len(points), dtype=bool)
    if quotas is None:
        found = groups_of([name for name, _, _ in cells], strata).values()
        bounds = [
            (members, floor(mean), ceil(mean))
            for members in found
            for mean in [sum((Fraction(expected[i], 1_000_000) for i in members), Fraction(0))]
        ]
    else:
        bounds = [(quota.members, quota.least, quota.most) for quota in quotas]
    for members, least, most in bounds:
        inside = [place for place, index in enumerate(free) if index in members]
        sums = points[:, inside].sum(axis=1) + sum(expected[i] // 1_000_000 for i in members)
        good &= (sums >= least) & (sums <= most)
    points = points[good]
    if not len(points):
        return True
    matrix = np.vstack([points.T, np.ones(len(points))])
    target = [expected[index] % 1_000_000 / 1_000_000 for index in free] + [1]
    answer = linprog(np.zeros(len(points)), A_eq=matrix, b_eq=target)
    assert answer.status in (0, 2), answer.message
    return answer.status == 2


def needs_widening_by_columns(cells, strata):
    """`needs_widening` for tables of which not every outcome can be listed: column generation."""
    names, expected = [name for name, _, _ in cells], np.array([x for _, _, x in cells])
    rest = expected % 1_000_000
    groups = list(groups_of(names, strata).values())
    inside = np.array([[index in group for index in range(len(cells))] for group in groups])
    sums = inside.astype(int) @ rest
    keep = LinearConstraint(inside, sums // 1_000_000, -(-sums // 1_000_000))

    def best(prices):
        found = milp(
            -prices, constraints=keep, integrality=np.ones(len(cells)), bounds=Bounds(0, rest > 0)
        )
        return None if found.status else np.round(found.x)

    outcome = best(np.zeros(len(cells)))
    if outcome is None:
        return True
    target = np.append(rest / 1_000_000, 1)
    columns = []
    while True:
        columns.append(np.append(outcome, 1))
        slack = np.eye(len(target))
        matrix = np.hstack([np.array(columns).T, slack, -slack])
        costs = np.append(np.zeros(len(columns)), np.ones(2 * len(target)))
        answer = linprog(costs, A_eq=matrix, b_eq=target)
        if answer.fun < 1e-9:
            return False
        prices = answer.eqlin.marginals
        outcome = best(prices[:-1])
        if prices @ np.append(outcome, 1) < 1e-9:
            return True


def random_cells(sizes, number, seed, step=1):
    """Cells at random places of a table, with expectations of up to three inspections."""
    random = np.random.default_rng(seed)
    places = random.choice(int(np.prod(sizes)), number, replace=False)
    cells = []
    for place in places.tolist():
        name = "/".join(f"{code:03d}" for code in np.unravel_index(place, sizes))
        cells.append((name, 5, int(random.integers(0, 3_000_000 // step)) * step))
    return sorted(cells)


def generic_cells(*dims):
    """Cells with expectations of any millionths, the same everywhere."""
    cells = []
    for place, codes in enumerate(product(*map(range, dims))):
        x = (place * 7_919_317 + 1_234_567) % 9_000_000 + 1
        cells.append(("/".join(f"{code:02d}" for code in codes), 20, x))
    return cells


def correlations(document):
    """Correlations of the counts of every two cells that vary."""
    weights = np.array([outcome["weight"] for outcome in document["outcomes"]]) / 1_000_000
    counts = np.array([outcome["counts"] for outcome in document["outcomes"]], dtype=float)
    spread = (counts - weights @ counts) * np.sqrt(weights)[:, None]
    lengths = np.linalg.norm(spread, axis=0)
    spread = spread[:, lengths > 1e-9] / lengths[lengths > 1e-9]
    return (spread.T @ spread)[np.triu_indices(spread.shape[1], 1)]


def divided(area):
    """The names of an area's problems that the code raises."""
    text = "".join(path.read_text() for path in sorted(Path("planner/draw/lottery").glob("*.py")))
    steps = re.findall(r'_found\(\s*"([a-z-]+)"', text)
    return set(re.findall(rf'"{area}\.([a-z-]+)"', text)) | {f"check-{step}" for step in steps}
