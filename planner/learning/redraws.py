"""Drawing a committed lottery again: Fisher's test of whether being drawn changed anything.

Under the sharp null outcomes are what they are, whoever is drawn. Of an outcome that is yes or no
nothing but the numbers by cell matters then, and these are hypergeometric: drawing them is drawing
the lottery again, at a fraction of the work.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from yaohao.planner.learning.evaluation import Effect
from yaohao.planner.learning.sample import (
    Bools,
    Floats,
    Frame,
    Ints,
    bools,
    floats,
    ints,
    summed,
)

_ROWS = 200
"""Redraws done at once."""


# Many parameters: arrays of one length each, the frame, and the settings of the test.
def lottery_tested(
    effect: Effect,
    outcome: Any,
    drawn: Any,
    cell: Any,
    frame: Frame,
    redraws: int = 2000,
    seed: int = 0,
) -> Effect:
    """`effect` with p by drawing the lottery of `frame` again, `redraws` times.

    `outcome`, `drawn` and `cell` are those of the entities with a known outcome; the others of each
    cell may be drawn too, and count for nothing.
    """
    y = floats(outcome, "outcome")
    given, where = bools(drawn, "drawn", y.shape), ints(cell, "cell", y.shape)
    rng = np.random.default_rng(seed)
    known = np.bincount(where, minlength=len(frame.cells))
    real = _gaps(
        summed(where[given], y[given], len(known))[None],
        np.bincount(where[given], minlength=len(known))[None],
        summed(where, y, len(known)),
        known,
    )[0]
    binary = bool(np.isin(y, (0.0, 1.0)).all())
    beyond = 1
    for start in range(0, redraws, _ROWS):
        count = min(_ROWS, redraws - start)
        outcomes = rng.choice(len(frame.table.weights), count, p=frame.table.chances)
        taken = rng.hypergeometric(
            known, frame.cells.sizes - known, frame.table.counts[outcomes]
        ).astype(np.int64)
        if binary:
            hits = summed(where, y, len(known)).astype(np.int64)
            sums = rng.hypergeometric(hits, known - hits, taken).astype(np.float64)
        else:
            sums = np.array([_drawn_sums(y, where, row, rng) for row in taken])
        gaps = _gaps(sums, taken, summed(where, y, len(known)), known)
        beyond += int((np.abs(gaps) >= abs(real) - 1e-12).sum())
    return replace(effect, p=beyond / (redraws + 1), redraws=redraws)


def _gaps(sums: Floats, taken: Ints, whole: Floats, known: Ints) -> Floats:
    """Σ M_c (ȳ_1c - ȳ_0c) / Σ M_c over the cells that tell of it, for each row of `taken`."""
    used: Bools = (taken > 0) & (taken < known)
    one = np.divide(sums, taken, out=np.zeros_like(sums), where=used)
    rest = np.divide(whole - sums, known - taken, out=np.zeros_like(sums), where=used)
    weight = (used * known).sum(axis=1)
    gaps: Floats = ((one - rest) * used * known).sum(axis=1) / np.maximum(weight, 1)
    return gaps


def _drawn_sums(y: Floats, where: Ints, taken: Ints, rng: np.random.Generator) -> Floats:
    """The sums of `y` over so many of each cell, by chance."""
    order = np.lexsort((rng.random(len(y)), where))
    counts = np.bincount(where, minlength=len(taken))
    rank = np.arange(len(y)) - np.repeat(np.cumsum(counts) - counts, counts)
    chosen = order[rank < taken[where[order]]]
    return summed(where[chosen], y[chosen], len(taken))
