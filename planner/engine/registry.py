"""The engines there are, by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from yaohao.planner.engine.base import LOCALLY, Engine, EngineChoice, EngineSettings
from yaohao.planner.vocabulary.problems import refuse


def _duckdb(settings: EngineSettings) -> Engine:
    from yaohao.planner.engine.duckdb_engine import DuckDB

    return DuckDB(settings)


def _spark(settings: EngineSettings) -> Engine:
    from yaohao.planner.engine.spark_engine import Spark

    return Spark(settings)


ENGINES: Mapping[str, Callable[[EngineSettings], Engine]] = {"duckdb": _duckdb, "spark": _spark}
"""How each engine is started; to add one, write its module and its line here."""

DEFAULT = LOCALLY.name

MASTER = re.compile(r"local(\[([1-9]\d*|\*)\])?|spark://[^\s,/]+:\d+(,[^\s,/]+:\d+)*")
"""What names a master of the engine spark: threads of this machine, or a standalone cluster, whose
masters stand in for each other where there are several.
"""


def start(name: str = DEFAULT, settings: EngineSettings | None = None) -> Engine:
    """An engine of its own, with nothing in it; KeyError for a name that is not in `ENGINES`."""
    return ENGINES[name](settings or EngineSettings())


def start_chosen(choice: EngineChoice) -> Engine:
    """The engine that was chosen; PlannerError where what it needs is missing."""
    return start(choice.name, choice.settings)


def chosen(name: str, master: str, usual: tuple[str, str] = ("", "")) -> EngineChoice:
    """The engine that a name and a master ask for; what is empty is as `usual`, else as always.

    A master alone asks for spark. Raises PlannerError for a name or a master that is none, and for
    a master that is given to another engine.
    """
    engine = name or ("spark" if master else usual[0]) or DEFAULT
    check_engine(engine, master)
    if master and engine != "spark":
        raise refuse("engine.master-alone", found=master, engine=engine)
    return EngineChoice(
        engine, EngineSettings(master=(master or usual[1]) if engine == "spark" else "")
    )


def check_engine(name: str, master: str) -> None:
    """PlannerError for a name of an engine or a master that is none; empty ones are none asked."""
    if name and name not in ENGINES:
        raise refuse("engine.unknown", found=name, known=sorted(ENGINES))
    if master and not MASTER.fullmatch(master):
        raise refuse("engine.bad-master", found=master)
