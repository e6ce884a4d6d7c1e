"""The figures of docs/trust.md on what twelve draws tell are those that the arithmetic gives."""

from __future__ import annotations

import re
from math import comb
from pathlib import Path

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "trust.md").read_text(encoding="utf-8")
SHARES, RATES = (0.60, 0.25, 0.10, 0.05), (0.01, 0.03, 0.10, 0.30)


def weights(draws: int, times: int) -> list[float]:
    """By class the chance that a firm is of it and was drawn so often."""
    number = comb(draws, times)
    return [
        share * number * rate**times * (1 - rate) ** (draws - times)
        for share, rate in zip(SHARES, RATES, strict=True)
    ]


def highest(draws: int, times: int) -> float:
    """The chance that a firm drawn so often is of the highest class, in per cent."""
    told = weights(draws, times)
    return 100 * told[-1] / sum(told)


def test_the_table_is_what_the_arithmetic_gives() -> None:
    shares = ", ".join(f"{100 * share:.0f}" for share in SHARES[:-1])
    assert f"{shares} and {100 * SHARES[-1]:.0f} %" in TEXT
    rates = ", ".join(f"{100 * rate:.0f}" for rate in RATES[:-1])
    assert f"{rates} and {100 * RATES[-1]:.0f} %" in TEXT
    rows = {
        "drawn in the only draw so far": (1, 1),
        "never drawn in twelve draws": (12, 0),
        "drawn twice in twelve": (12, 2),
        "drawn three times in twelve": (12, 3),
        "drawn four times in twelve": (12, 4),
        "drawn five times in twelve": (12, 5),
    }
    for row, (draws, times) in rows.items():
        found = re.search(rf"\| {row} \| ([\d.]+) % \|", TEXT)
        assert found is not None, row
        digits = len(found[1].partition(".")[2])
        assert f"{highest(draws, times):.{digits}f}" == found[1], row


def test_three_times_names_three_quarters_of_the_highest_class() -> None:
    of_class = sum(weights(12, times)[-1] for times in range(3, 13))
    named = sum(sum(weights(12, times)) for times in range(3, 13))
    assert round(of_class / SHARES[-1], 2) == round(of_class / named, 2) == 0.75
