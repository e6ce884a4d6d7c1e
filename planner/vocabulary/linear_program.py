"""Linear programs in floating point, by the dual simplex method of HiGHS.

What comes back only proposes: whoever asks holds the answer against whole numbers. Costs are scaled
by a power of two, and nothing is perturbed or scaled within, so that a network of whole numbers is
solved without a rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import frexp, inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Ints = NDArray[np.int64]

_OPTIONS = {
    "output_flag": False,
    "presolve": "off",
    "solver": "simplex",
    "parallel": "off",
    "threads": 1,
    "simplex_scale_strategy": 0,
    "dual_simplex_cost_perturbation_multiplier": 0.0,
    "primal_simplex_bound_perturbation_multiplier": 0.0,
    "dual_feasibility_tolerance": 1e-9,
    "primal_feasibility_tolerance": 1e-9,
}
_BY_COLUMNS, _LEAST = 1, 1
_LARGEST = 20
"""Bits of the largest scaled cost: with the tolerance above costs of 49 bits are told apart."""


@dataclass(frozen=True)
class Program:
    """Least ``costs · x`` with ``low <= x <= high`` and ``row_low <= A x <= row_high``.

    `A` is by columns: the entries of column j are ``rows[starts[j]:starts[j + 1]]`` with `values`.
    """

    costs: NDArray[Any]
    low: NDArray[Any]
    high: NDArray[Any]
    row_low: NDArray[Any]
    row_high: NDArray[Any]
    starts: Ints
    rows: Ints
    values: NDArray[Any]


@dataclass(frozen=True)
class Vertex:
    """An optimal vertex: the columns' values, and a price for each row."""

    values: Reals
    prices: Reals


@dataclass(frozen=True)
class Ray:
    """There is no solution: a price for each row that shows it, where the solver has one."""

    prices: Reals | None


def solve(program: Program, *, seconds: float | None = None) -> Vertex | Ray | None:
    """An optimal vertex, or what shows that there is none; None where the solver settles neither.

    A program without a least cost counts as unsettled. The answer is the same for the same program.
    """
    import highspy

    solver = _solver()
    largest = float(np.abs(program.costs).max(initial=0.0))
    scale = 2.0 ** (_LARGEST - frexp(largest)[1]) if largest else 1.0
    columns = len(program.costs)
    solver.setOptionValue("time_limit", inf if seconds is None else seconds)
    solver.passModel(
        columns, len(program.row_low), len(program.rows), _BY_COLUMNS, _LEAST, 0.0,
        program.costs * scale, program.low, program.high, program.row_low, program.row_high,
        program.starts, program.rows, program.values, np.zeros(columns, np.int32),
    )  # fmt: skip
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kOptimal:
        solution = solver.getSolution()
        return Vertex(
            np.array(solution.col_value, np.float64),
            np.array(solution.row_dual, np.float64) / scale,
        )
    if status == highspy.HighsModelStatus.kInfeasible:
        ray = solver.getDualRay()
        return Ray(np.array(ray[2], np.float64) if ray[1] else None)
    return None


@cache
def _solver() -> Any:
    import highspy

    solver = highspy.Highs()
    for name, value in _OPTIONS.items():
        if solver.setOptionValue(name, value) != highspy.HighsStatus.kOk:
            raise RuntimeError(f"HiGHS has no option {name} = {value!r}")
    return solver
