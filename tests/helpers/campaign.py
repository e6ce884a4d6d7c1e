"""What of many examples stands in `make test`, and what `make campaign` tries besides.

A test is a campaign (``pytest.mark.campaign``) where the number of its examples is what it is
about, and a share of them finds what is usually broken: CI runs all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any, TypeVar

import pytest
from hypothesis import settings

T = TypeVar("T", bound=Callable[..., object])


def across(*axes: Sequence[Any]) -> list[Any]:
    """Every combination of values; those that are not needed to see each value once are campaign.

    The n-th value of each axis stands with the n-th of the others, the shorter axes over again.
    """
    longest = max(len(axis) for axis in axes)
    seen = {tuple(n % len(axis) for axis in axes) for n in range(longest)}
    return [
        pytest.param(
            *(axis[n] for axis, n in zip(axes, places, strict=True)), marks=_marks(is_seen)
        )
        for places in product(*(range(len(axis)) for axis in axes))
        for is_seen in [places in seen]
    ]


def ends(*axes: Sequence[Any]) -> list[Any]:
    """As `across`, but only the first value of each axis together and the last together are needed.

    For what does not hang on the values between, as that a key does the same on a screen of any
    size.
    """
    needed = {tuple(0 for _ in axes), tuple(len(axis) - 1 for axis in axes)}
    return [
        pytest.param(
            *(axis[n] for axis, n in zip(axes, places, strict=True)),
            marks=_marks(places in needed),
        )
        for places in product(*(range(len(axis)) for axis in axes))
    ]


def by_turns(number: int, *axes: Sequence[Any]) -> list[Any]:
    """As `across`, but one combination alone is needed: the `number`-th value of each axis.

    For long ways through the screens: the tests of a file take turns, the shorter axes over again,
    so that in `make test` each file meets every value, and each test one of each.
    """
    needed = tuple(number % len(axis) for axis in axes)
    return [
        pytest.param(
            *(axis[n] for axis, n in zip(axes, places, strict=True)),
            marks=_marks(places == needed),
        )
        for places in product(*(range(len(axis)) for axis in axes))
    ]


def share(values: Iterable[Any], of: int) -> list[Any]:
    """All values, of which every `of`-th one stands in `make test`, from the first on."""
    return [pytest.param(value, marks=_marks(n % of == 0)) for n, value in enumerate(values)]


def every(nth: int) -> list[Any]:
    """Steps through a row of examples: every `nth` of them in make test, all as a campaign."""
    return [
        pytest.param(nth, id="some"),
        pytest.param(1, id="all", marks=pytest.mark.campaign),
    ]


def sizes(whole: int, of: int = 4) -> list[Any]:
    """Numbers of runs of an experiment: a part `of` them in make test, all as a campaign."""
    return [
        pytest.param(-(-whole // of), id="some"),
        pytest.param(whole, id="all", marks=pytest.mark.campaign),
    ]


_asked: list[str] = []
"""Marks that the run asks for, where it asks for any (`note`)."""


def note(markexpr: str) -> None:
    """Say which tests are asked for, before any file of tests is read (tests/conftest.py)."""
    _asked[:] = markexpr.split(" and ")


def is_asked() -> bool:
    """Whether campaigns are asked for."""
    return "campaign" in _asked


def tried(most: int, of: int = 4, **more: Any) -> Callable[[T], T]:
    """A property for hypothesis, tried on `most` examples: as a campaign, else on a part `of` them.

    It goes above ``@given``; where campaigns are asked for it is one. `more` are further settings.
    """
    is_campaign = is_asked()

    def decorate(test: T) -> T:
        examples = most if is_campaign else -(-most // of)
        property_of: T = settings(max_examples=examples, deadline=None, **more)(test)
        return pytest.mark.campaign(property_of) if is_campaign else property_of

    return decorate


def _marks(is_seen: bool) -> tuple[Any, ...]:
    return () if is_seen else (pytest.mark.campaign,)
