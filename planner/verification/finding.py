"""Findings: what a check is called, whether it holds, and what was expected and found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from yaohao.planner.vocabulary.held_rows import LISTS
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import catalogue, say


@dataclass(frozen=True)
class Finding:
    """The outcome of one check.

    `ok` is None for a warning: nothing is wrong in the record, but whoever reads it should know.
    `code` (``verify.name``) has its words in both languages, filled by `params`.
    """

    name: str
    ok: bool | None
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def words(self, lang: str | None = None) -> str:
        """The finding as a sentence; notes are in the words that verify.py says too."""
        params = dict(self.params)
        if "round" in params:
            params["round"] = say(f"verdict.round-{params['round']}", lang)
        if "stage" in params:
            params["stage"] = say(f"common.stage-{params['stage']}", lang)
        area, _, name = self.code.partition(".")
        shared = self.ok is None and area == "verify" and name in catalogue("verdict")
        return say(f"verdict.{name}" if shared else self.code, lang, **params)

    def as_json(self) -> dict[str, Any]:
        """The finding as plain JSON values."""
        return {"name": self.name, "ok": self.ok, "code": self.code, "params": dict(self.params)}


def holds(name: str, code: str = "verify.holds", **params: Any) -> Finding:
    """A check that holds."""
    return Finding(name, True, code, params)


def fails(name: str, where: str, expected: Any, found: Any) -> Finding:
    """A check that fails at a place, with what was expected there and what was found."""
    if isinstance(expected, str) and isinstance(found, str):
        expected, found = _near_parting(expected, found)
    elif brief(expected) == brief(found):  # reads like another value, or differs far behind
        expected, found = _near_parting(repr(expected), repr(found))
    return Finding(
        name,
        False,
        "verify.differs",
        {"where": brief(where), "expected": brief(expected), "found": brief(found)},
    )


def compare(name: str, where: str, expected: Any, found: Any) -> Finding:
    """A check that two values are the same, in type as well as in value."""
    if type(expected) is type(found) and expected == found:
        return holds(name)
    return fails(name, where, expected, found)


def first_difference(expected: Any, found: Any, where: str = "") -> tuple[str, Any, Any] | None:
    """The first place at which two JSON documents differ: path, expected, found; or None."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key in sorted(expected.keys() | found.keys()):
            here = f"{where}.{key}" if where else str(key)
            if key not in expected:
                return here, "(nothing)", found[key]
            if key not in found:
                return here, expected[key], "(nothing)"
            deeper = first_difference(expected[key], found[key], here)
            if deeper:
                return deeper
        return None
    if isinstance(expected, LISTS) and isinstance(found, LISTS):
        for place, (one, other) in enumerate(zip(expected, found, strict=False)):
            if repr(one) == repr(other):  # of plain values: the same, and of the same types
                continue
            deeper = first_difference(one, other, f"{where}[{place}]")
            if deeper:
                return deeper
        if len(expected) != len(found):
            return f"{where}: length", len(expected), len(found)
        return None
    if type(expected) is type(found) and expected == found:
        return None
    return where or "document", expected, found


def same(name: str, expected: Any, found: Any, where: str = "") -> Finding:
    """A check that two JSON documents are the same, naming the first place where they are not."""
    difference = first_difference(expected, found, where)
    return fails(name, *difference) if difference else holds(name)


def brief(value: Any) -> str:
    """A value short and harmless enough for a message."""
    return plain(value if isinstance(value, str) else repr(value), _WIDTH)


_WIDTH = 160


def _near_parting(one: str, other: str) -> tuple[str, str]:
    """Two texts cut so that the place where they part is seen."""
    unlike = (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    start = next(unlike, min(len(one), len(other)))
    if start < _WIDTH - 10:
        return one, other
    return f"...{one[start - 20 :]}", f"...{other[start - 20 :]}"
