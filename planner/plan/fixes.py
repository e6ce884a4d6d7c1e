"""Mends: a change that a conflict of rules asks for, made in the plan's text, its comments kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from yaohao.planner.plan.parse import read_plan
from yaohao.planner.vocabulary.problems import Problem, refuse

_COUNT = ("quota.least-count", "quota.most-count", "quota.too-few", "quota.no-chance")
_RATE = ("quota.least-rate", "quota.most-rate")
_SHARE = ("quota.least-share", "quota.most-share")
_DROP = ("quota.least-count-drop", "quota.least-rate-drop", "quota.least-share-drop")
_GONE = ("quota.empty-group", *_DROP)
_PART = re.compile(r'"([^"]*)"|\[(\d+)\]|([^.\[\]"]+)')


def can_mend(problem: Problem) -> bool:
    """Whether a problem names the one change of the plan's text that mends it."""
    known = (*_COUNT, *_RATE, *_SHARE, *_GONE, "frame.count-above-size")
    return problem.code in known and bool(problem.params.get("key"))


def mended(text: str, problem: Problem) -> str:
    """The plan's text with the change that a problem asks for; comments and order stay.

    Raises PlannerError where the text is no sound plan, before or after, or has no such key.
    """
    if not can_mend(problem):
        raise refuse("mend.none", found=problem.code)
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    read_plan(text)
    path = key_path(str(problem.params["key"]))
    try:
        document = tomlkit.parse(text)
        if problem.code in _GONE:
            _drop(document, path)
        elif problem.code == "frame.count-above-size":
            _lower(document, path, int(problem.params["size"]))
        else:
            _change(document, path, problem)
        found = tomlkit.dumps(document)
    except (TOMLKitError, KeyError, IndexError, TypeError) as error:
        raise refuse("mend.none", found=str(problem.params["key"])) from error
    read_plan(found)
    return found


def key_path(key: str) -> list[str | int]:
    """``quota[1].min`` as its parts; places in arrays are counted from 1 there, from 0 here."""
    return [
        int(place) - 1 if place else quoted or bare for quoted, place, bare in _PART.findall(key)
    ]


def _at(document: Any, path: list[str | int]) -> Any:
    for part in path:
        document = document[part]
    return document


def _set(document: Any, path: list[str | int], value: Any) -> None:
    _at(document, path[:-1])[path[-1]] = value


def _lower(document: Any, path: list[str | int], most: int) -> None:
    """Lower a rate's numbers of visits to the most that there can be."""
    value = _at(document, path)
    for place in ([], ["min"], ["max"]):
        table = _at(value, list(place)) if all(part in value for part in place) else None
        if isinstance(table, Mapping) and table.get("count", 0) > most:
            _set(document, [*path, *place, "count"], most)


def _change(document: Any, path: list[str | int], problem: Problem) -> None:
    """Put the value that would do in the place of the one that is there, in its own form."""
    mend = problem.params["mend"]
    value = _at(document, path)
    if isinstance(value, Mapping):
        inner = [part for part in ("min", "max") if part in value]
        if "count" in value:
            _set(document, [*path, "count"], int(mend))
            return
        if len(inner) != 1:
            raise KeyError(path[-1])
        _change(document, [*path, inner[0]], problem)
    elif problem.code in _SHARE:
        _set(document, path, f"{mend} of draw")
    elif isinstance(mend, int) and path[0] == "rates":
        import tomlkit

        table = tomlkit.inline_table()
        table["count"] = mend
        _set(document, path, table)
    else:
        _set(document, path, mend)


def _drop(document: Any, path: list[str | int]) -> None:
    """Take a rule out; what would be empty without it goes with it."""
    holder = _at(document, path[:-1])
    if path[-1] not in ("min", "max"):
        del holder[path[-1]]
        return
    value = holder[path[-1]]
    del holder[path[-1]]
    if "min" in holder or "max" in holder:
        return
    if path[0] == "quota":
        quotas = document["quota"]
        del quotas[path[1]]
        if not len(quotas):
            del document["quota"]
    elif path[0] == "rates" and _is_base(document, path):
        _set(document, path[:-1], value)  # its own rate stays, as a rate without a bound
    else:
        del _at(document, path[:-2])[path[-2]]


def _is_base(document: Any, path: list[str | int]) -> bool:
    from yaohao.planner.plan.model import STRATA

    return next((name for name in document["rates"] if name in STRATA), "") == path[1]
