"""Code systems: what ids, regions, industries and other codes of a register are, and mean."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from yaohao.planner.register.code_systems.base import CodeSystem
from yaohao.planner.schema.code_system import MODULES
from yaohao.planner.vocabulary.problems import refuse


@cache
def _loaded(module: str) -> CodeSystem:
    system: CodeSystem = import_module(module).SYSTEM
    return system


def code_system(name: str) -> CodeSystem:
    """The code system of this name; PlannerError where there is none."""
    if name not in MODULES:
        raise refuse("intake.unknown-register", found=name, known=sorted(MODULES))
    return _loaded(MODULES[name])
