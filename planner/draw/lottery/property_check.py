"""Checking a committed lottery: properties 1 to 4, in whole numbers and without a solver.

Source: the draw protocol, "The allocation lottery" (docs/protocol.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from yaohao.planner.draw.lottery.margins import (
    Ints,
    Margin,
    margins_of,
)
from yaohao.planner.vocabulary.problems import PlannerError, Problem
from yaohao.planner.vocabulary.units import PPM

_MOST_SIZE = 10**9
"""The largest size of a cell that a document may claim: sums over a table then fit in 64 bits."""
_SHOWN = 20
"""Failures of one kind that are reported; a forged table may have millions."""


def lottery_problems(
    document: Any, strata: Sequence[str], quotas: Sequence[Margin] = ()
) -> list[Problem]:
    """What is wrong with a lottery document; empty where it has all properties.

    Each problem names the step, the place, what was expected there and what was found; of each
    step no more than twenty are listed. A document of a wrong form is told as such, and no more.
    """
    problems = _form_problems(document)
    if problems:
        return problems[:_SHOWN]
    cells = document["cells"]
    names = [cell["cell"] for cell in cells]
    try:
        margins = [*margins_of(names, strata), *quotas]
    except PlannerError as error:
        return list(error.problems)
    expected = np.array([cell["expected"] for cell in cells], dtype=np.int64)
    rows = [outcome["counts"] for outcome in document["outcomes"]]
    counts = np.array(rows, dtype=np.int64).reshape(len(rows), len(cells))
    weights = np.array([outcome["weight"] for outcome in document["outcomes"]], dtype=np.int64)
    if int(weights.sum()) != PPM:
        problems.append(_found("weights", "", PPM, int(weights.sum())))
    problems += _mean_problems(names, expected, counts, weights)
    problems += _rounding_problems(names, expected, counts)
    problems += _margin_problems(document["widened"], margins, expected, counts)
    return problems


def _found(step: str, place: str, expected: Any, actual: Any) -> Problem:
    return Problem(f"lottery.check-{step}", {"place": place, "expected": expected, "found": actual})


def _is_whole(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def _form_problems(document: Any) -> list[Problem]:
    """Departures from the form of the document that leave nothing to compute with."""
    keys = {"cells", "outcomes", "widened"}
    if not isinstance(document, dict) or set(document) != keys:
        actual = (
            sorted(map(str, document)) if isinstance(document, dict) else type(document).__name__
        )
        return [_found("form", "lottery", sorted(keys), actual)]
    for key in sorted(keys):
        if not isinstance(document[key], list):
            return [_found("form", key, "a list", type(document[key]).__name__)]
    return [
        *_cell_form(document["cells"]),
        *_outcome_form(document["outcomes"], len(document["cells"])),
        *_widened_form(document["widened"]),
    ]


def _cell_form(cells: list[Any]) -> list[Problem]:
    problems: list[Problem] = []
    before: bytes | None = None
    for position, cell in enumerate(cells, 1):
        if not isinstance(cell, dict) or set(cell) != {"cell", "size", "expected"}:
            wanted = "cell, size, expected"
            return [*problems, _found("form", f"cells {position}", wanted, repr(cell)[:80])]
        name = cell["cell"]
        if not isinstance(name, str):
            return [*problems, _found("form", f"cells {position}", "a name", repr(name)[:80])]
        if not _is_whole(cell["size"], 0, _MOST_SIZE):
            problems.append(_found("form", name, f"0-{_MOST_SIZE}", repr(cell["size"])[:80]))
        elif not _is_whole(cell["expected"], 0, cell["size"] * PPM):
            most = cell["size"] * PPM
            problems.append(_found("form", name, f"0-{most}", repr(cell["expected"])[:80]))
        key = name.encode("utf-8", "surrogatepass")
        if before is not None and before >= key:
            problems.append(_found("order", name, "ascending", position))
        before = key
    return problems


def _outcome_form(outcomes: list[Any], cells: int) -> list[Problem]:
    problems: list[Problem] = []
    if not outcomes:
        return [_found("form", "outcomes", ">= 1", 0)]
    for position, outcome in enumerate(outcomes, 1):
        place = f"outcomes {position}"
        if not isinstance(outcome, dict) or set(outcome) != {"weight", "counts"}:
            problems.append(_found("form", place, "weight, counts", repr(outcome)[:80]))
            continue
        if not _is_whole(outcome["weight"], 1, PPM):
            problems.append(_found("form", place, f"1-{PPM}", repr(outcome["weight"])[:80]))
        counts = outcome["counts"]
        if not isinstance(counts, list) or len(counts) != cells:
            number = len(counts) if isinstance(counts, list) else type(counts).__name__
            problems.append(_found("form", place, cells, number))
        elif set(map(type, counts)) - {int} or (
            counts and not 0 <= min(counts) <= max(counts) <= _MOST_SIZE
        ):
            bad = next(count for count in counts if not _is_whole(count, 0, _MOST_SIZE))
            problems.append(_found("form", place, f"0-{_MOST_SIZE}", repr(bad)[:80]))
    return problems


def _widened_form(widened: list[Any]) -> list[Problem]:
    problems = []
    seen = set()
    for position, entry in enumerate(widened, 1):
        margin = entry.get("margin") if isinstance(entry, dict) else None
        by = entry.get("by") if isinstance(entry, dict) else None
        good = (
            isinstance(entry, dict)
            and set(entry) == {"margin", "by"}
            and isinstance(margin, dict)
            and set(margin) == {"stratum", "code"}
            and all(isinstance(text, str) for text in margin.values())
            and isinstance(by, list)
            and len(by) == 2
            and all(_is_whole(amount, 0, _MOST_SIZE) for amount in by)
            and any(by)
        )
        if not good or margin is None:
            wanted = '{"margin": {"stratum", "code"}, "by": [below, above]}'
            problems.append(_found("form", f"widened {position}", wanted, repr(entry)[:120]))
            continue
        key = (margin["stratum"], margin["code"])
        if key in seen:
            problems.append(_found("widened", "=".join(key), 1, 2))
        seen.add(key)
    return problems


def _mean_problems(names: list[str], expected: Ints, counts: Ints, weights: Ints) -> list[Problem]:
    """Property 1: chances are exact."""
    means = weights @ counts
    wrong = np.flatnonzero(means != expected)[:_SHOWN]
    return [_found("mean", names[i], int(expected[i]), int(means[i])) for i in wrong]


def _rounding_problems(names: list[str], expected: Ints, counts: Ints) -> list[Problem]:
    """Property 2: every count is its expectation rounded down or up."""
    low, high = expected // PPM, -(-expected // PPM)
    wrong = np.argwhere((counts < low) | (counts > high))[:_SHOWN]
    return [
        _found(
            "count",
            f"{names[cell]} (outcomes {outcome + 1})",
            _between(int(low[cell]), int(high[cell])),
            int(counts[outcome, cell]),
        )
        for outcome, cell in wrong.tolist()
    ]


def _margin_problems(
    widened: list[Any], margins: Sequence[Margin], expected: Ints, counts: Ints
) -> list[Problem]:
    """Properties 3 and 4: quotas hold; margins are rounded down or up, or listed as widened."""
    stated = {
        (entry["margin"]["stratum"], entry["margin"]["code"]): entry["by"] for entry in widened
    }
    unknown = set(stated) - {(margin.stratum, margin.code) for margin in margins}
    problems = [_found("widened", "=".join(key), "-", stated[key]) for key in sorted(unknown)]
    broken = []
    for margin in margins:
        members = np.array(margin.members, dtype=np.int64)
        sums = counts[:, members].sum(axis=1)
        least, most = int(sums.min()), int(sums.max())
        mean = sum(expected[members].tolist())
        floor, ceiling = mean // PPM, -(-mean // PPM)
        below, above = stated.get((margin.stratum, margin.code), (0, 0))
        if least < floor - below or most > ceiling + above:
            wanted = _between(floor - below, ceiling + above)
            broken.append(_found("margin", margin.name, wanted, _between(least, most)))
        used = [max(0, floor - least), max(0, most - ceiling)]
        if used[0] < below or used[1] < above:
            broken.append(_found("widened", margin.name, used, [below, above]))
        low = margin.least is not None and least < margin.least
        if low or (margin.most is not None and most > margin.most):
            wanted = _between(margin.least, margin.most)
            broken.append(_found("quota", margin.name, wanted, _between(least, most)))
    return problems + broken[:_SHOWN]


def _between(least: int | None, most: int | None) -> str:
    if least == most:
        return str(least)
    return f"{'' if least is None else least}-{'' if most is None else most}"
