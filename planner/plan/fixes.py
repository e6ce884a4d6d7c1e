"""Mends: a change that a conflict of rules asks for, made in the plan's text, its comments kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.plan.code_words import CodeReader
from yaohao.planner.plan.parse import Draft, draft_plan, read_plan
from yaohao.planner.plan.slip_fixes import is_slip, key_path, slip_mended
from yaohao.planner.vocabulary.problems import Problem, refuse

_COUNT = ("quota.least-count", "quota.most-count", "quota.too-few", "quota.no-chance")
_RATE = ("quota.least-rate", "quota.most-rate")
_SHARE = ("quota.least-share", "quota.most-share")
_DROP = ("quota.least-count-drop", "quota.least-rate-drop", "quota.least-share-drop")
_GONE = ("quota.empty-group", *_DROP)


def can_mend(problem: Problem) -> bool:
    """Whether a problem names the one change of the plan's text that mends it."""
    known = (*_COUNT, *_RATE, *_SHARE, *_GONE, "frame.count-above-size")
    return is_slip(problem) or (problem.code in known and bool(problem.params.get("key")))


def mended(text: str, problem: Problem, codes: CodeReader | None = None) -> str:
    """The plan's text with the change that a problem asks for; comments and order stay.

    `codes` reads its codes as the workspace does. Raises PlannerError where the text has no such
    key, and where the change would not mend it.
    """
    if not can_mend(problem):
        raise refuse("mend.none", found=problem.code)
    from tomlkit.exceptions import TOMLKitError

    try:
        if is_slip(problem):
            return _without_slip(text, problem, codes)
        changed = _changed(text, problem, codes)
    except (TOMLKitError, KeyError, IndexError, TypeError, ValueError) as error:
        raise refuse("mend.none", found=str(problem.params.get("key", "-"))) from error
    read_plan(changed, codes=codes)
    return changed


def _changed(text: str, problem: Problem, codes: CodeReader | None) -> str:
    """A sound plan's text with a rule changed that stands against others."""
    import tomlkit

    read_plan(text, codes=codes)
    document = tomlkit.parse(text)
    path = _as_written(document, key_path(str(problem.params["key"])), codes)
    if problem.code in _GONE:
        _drop(document, path)
    elif problem.code == "frame.count-above-size":
        _lower(document, path, int(problem.params["size"]))
    else:
        _change(document, path, problem)
    return tomlkit.dumps(document)


def _as_written(document: Any, path: list[str | int], codes: CodeReader | None) -> list[str | int]:
    """The path of a rate by the word that stands in the file for its code."""
    if codes is None or path[0] != "rates" or len(path) < 3:
        return path
    stratum, code = str(path[1]), str(path[2])
    words = [word for word in document["rates"][stratum] if codes.read(stratum, word) == code]
    return [*path[:2], words[0], *path[3:]] if words else path


def _without_slip(text: str, problem: Problem, codes: CodeReader | None) -> str:
    """The text without a slip; it may have other problems, but not this one any more."""
    changed = slip_mended(text, problem)
    before, after = draft_plan(text, codes=codes), draft_plan(changed, codes=codes)
    is_worse = after.plan is None and before.plan is not None
    is_twice = _twice(after) > _twice(before)
    if is_worse or is_twice or any(_is_same(problem, other) for other in after.problems):
        raise refuse("mend.none", found=str(problem.params.get("key", "-")))
    return changed


def _twice(draft: Draft) -> int:
    """How often something stands in a plan that stands there already."""
    codes = [problem.code for problem in draft.problems]
    return codes.count("plan.duplicate") + codes.count("plan_code.rate-twice")


def _is_same(one: Problem, other: Problem) -> bool:
    names = ("line", "key", "found")
    return one.code == other.code and all(
        one.params.get(name) == other.params.get(name) for name in names
    )


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
