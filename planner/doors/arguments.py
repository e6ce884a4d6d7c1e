"""What users' own Python hands in: a single text where a list is wanted is no list of letters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from os import PathLike
from typing import Any, TypeVar

from yaohao.planner.vocabulary.problems import refuse

Item = TypeVar("Item")


def listed(name: str, values: Iterable[Item]) -> list[Item]:
    """The values of an iterable, which may be used up by it.

    Raises PlannerError that names the parameter for a single text or path, and for what is none.
    """
    if isinstance(values, str | bytes | PathLike):
        raise refuse("python.list-wanted", name=name, found=repr(values)[:80])
    if not isinstance(values, Iterable):
        raise refuse("python.no-list", name=name, found=repr(values)[:80])
    return list(values)


def mapped(name: str, values: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """A mapping, empty where it is None; PlannerError that names the parameter for another."""
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        raise refuse("python.mapping-wanted", name=name, found=repr(values)[:80])
    return values
