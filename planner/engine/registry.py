"""The engines there are, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from yaohao.planner.engine.base import Engine, EngineSettings


def _duckdb(settings: EngineSettings) -> Engine:
    from yaohao.planner.engine.duckdb_engine import DuckDB

    return DuckDB(settings)


ENGINES: Mapping[str, Callable[[EngineSettings], Engine]] = {"duckdb": _duckdb}
"""How each engine is started; to add one, write its module and its line here."""

DEFAULT = "duckdb"


def start(name: str = DEFAULT, settings: EngineSettings | None = None) -> Engine:
    """An engine of its own, with nothing in it; KeyError for a name that is not in `ENGINES`."""
    return ENGINES[name](settings or EngineSettings())
