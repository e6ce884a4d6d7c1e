"""Another clock and another zone of the machine, for what is done in a test."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from importlib import import_module

import pytest

READERS = (
    "vocabulary.clock",
    "storage.ledger_rows",
    "storage.calendar",
)
"""The modules of the planner that ask for the present moment."""

_clocks = {module: import_module(f"yaohao.planner.{module}").now for module in READERS}


def is_moved() -> bool:
    """Whether a test has set the clock of any of them."""
    return any(
        import_module(f"yaohao.planner.{module}").now is not own for module, own in _clocks.items()
    )


Move = Callable[[str], None]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Move:
    """A function that sets the clock to a moment in UTC, and with it the day that is today."""

    def move(moment: str) -> None:
        monkeypatch.delenv("YAOHAO_TODAY", raising=False)
        for module in READERS:
            monkeypatch.setattr(f"yaohao.planner.{module}.now", lambda: moment)

    return move


@pytest.fixture
def machine_in() -> Iterator[Move]:
    """A function that puts the machine into a zone; it is where it was after the test."""
    with pytest.MonkeyPatch.context() as patch:

        def put(zone: str) -> None:
            patch.setenv("TZ", zone)
            time.tzset()

        yield put
    time.tzset()
