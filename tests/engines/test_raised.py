"""Whatever the library raises over a broken file is an error of the engine, never another."""

from __future__ import annotations

from typing import Any

import pytest
from yaohao.planner.engine import duckdb
from yaohao.planner.engine.base import EngineError


@pytest.mark.parametrize(
    "raised",
    [
        RuntimeError("str(): conversion error!"),  # what it had to say was no text
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    ],
)
def test_what_cannot_be_said_is_an_error_of_the_engine_too(raised: Exception) -> None:
    class Broken:
        def sql(self, query: str) -> Any:
            raise raised

    with pytest.raises(EngineError):
        duckdb.rows(Broken(), "SELECT 1")  # type: ignore[arg-type]


def test_other_errors_stay_what_they_are() -> None:
    with pytest.raises(KeyError), duckdb.errors():
        raise KeyError("x")
