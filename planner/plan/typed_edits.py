"""Changes of a plan as they are typed: ``limits.total=600``, ``quota[+].min=20``.

Keys are written as the messages about plans name them. ``[+]`` is a new row of an array, the same
in all changes that are made together.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.plan.keys import nearest
from yaohao.planner.plan.percentages import number
from yaohao.planner.plan.toml_values import value_at
from yaohao.planner.plan.typed_values import typed_value
from yaohao.planner.schema.plan_edit import Path, PlanEdit
from yaohao.planner.schema.plan_fields import ANY, ARRAYS, FIELDS, ROW, field_at
from yaohao.planner.vocabulary.problems import refuse

_CHANGE = re.compile(r"""((?:"[^"]*"|[^="])+?)\s*(\+=|-=|=)\s*(.*)""", re.DOTALL)
_PART = re.compile(r'\s*(?:"([^"]*)"|\[(\d+|\+)\]|([^.\[\]"]+))\s*(?:\.(?=.)|(?=\[)|$)')


def typed_edits(text: str, changes: Sequence[str], unset: Sequence[str] = ()) -> list[PlanEdit]:
    """The edits of a plan's text that are typed; those taken out come last, the last row first.

    Raises PlannerError for what is no change, and for a key that no plan has.
    """
    data = _read(text)
    edits: list[PlanEdit] = []
    new: dict[Path, int] = {}
    for change in changes:
        match = _CHANGE.fullmatch(change.strip())
        if match is None:
            raise refuse("plan_edit.no-change", found=change)
        key, sign, value = match.groups()
        edits += _typed(data, key.strip(), sign, value, new)
    paths = [path_of(key) for key in unset]
    for key, path in zip(unset, paths, strict=True):
        if "+" in path:
            raise refuse("plan_edit.no-change", found=key)
    order = sorted(paths, key=lambda path: [(isinstance(p, int), p) for p in path], reverse=True)
    return edits + [PlanEdit(path, act="unset") for path in order]


def path_of(key: str) -> Path:
    """``quota[1].min`` as ``("quota", 0, "min")``; a new row as ``+``."""
    parts: list[str | int] = []
    at = 0
    while at < len(key):
        match = _PART.match(key, at)
        if match is None:
            raise refuse("plan_edit.bad-key", key=key)
        quoted, place, bare = match.groups()
        if place is None:
            parts.append(quoted if quoted is not None else bare.strip())
        elif place == "0":
            raise refuse("plan_edit.bad-key", key=key)
        else:
            parts.append("+" if place == "+" else int(place) - 1)
        at = match.end()
    return tuple(parts)


def _read(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text.removeprefix("\ufeff"), parse_float=number)
    except (ValueError, RecursionError):
        return {}  # the edit itself tells what is wrong with the text


def _typed(
    data: Mapping[str, Any], key: str, sign: str, text: str, new: dict[Path, int]
) -> list[PlanEdit]:
    path, edits = path_of(key), []
    if "+" in path:
        place = path.index("+")
        array = path[:place]
        if array not in ARRAYS:
            raise refuse("plan_edit.no-array", key=key)
        if array not in new:
            new[array] = _size(data, array)
            edits.append(PlanEdit(array, {}, "add"))
        path = (*array, new[array], *path[place + 1 :])
        if path == (*array, new[array]):
            raise refuse("plan_edit.bad-key", key=key)
    field = field_at(path)
    if field is None:
        raise _unknown(key, path)
    value = typed_value(field, text)
    if sign != "=":
        value = _changed_list(value_at(data, path), value, key, sign)
    return _joined(edits, PlanEdit(path, value))


def _joined(edits: list[PlanEdit], edit: PlanEdit) -> list[PlanEdit]:
    """A row that is added has its first key at once: an empty one would be no row in a list."""
    if not edits:
        return [edit]
    row = edits[0]
    value = edit.value
    for part in reversed(edit.path[len(row.path) + 1 :]):
        value = {part: value}
    return [PlanEdit(row.path, value, "add")]


def _size(data: Mapping[str, Any], array: Path) -> int:
    there = value_at(data, array)
    return 1 if isinstance(there, str) else len(there or ())


def _changed_list(there: Any, value: Any, key: str, sign: str) -> list[Any]:
    """A list with some codes more or fewer."""
    codes = value if isinstance(value, list) else [value]
    before = there if isinstance(there, list) else [] if there is None else [there]
    if sign == "+=":
        return [*before, *(one for one in codes if one not in before)]
    missing = [one for one in codes if one not in before]
    if missing:
        raise refuse("plan_edit.not-in-list", key=key, found=[str(one) for one in missing])
    return [one for one in before if one not in codes]


def _unknown(key: str, path: Path) -> Exception:
    """A key that no plan has, with the nearest one that plans have."""
    known = {
        "".join(
            f"[{place}]" if part == ROW else part if not n else f".{part}"
            for n, part in enumerate(one.path)
        )
        for one in FIELDS
        if ANY not in one.path
        for place in [next((str(p + 1) for p in path if isinstance(p, int)), "1")]
    }
    near = nearest(key, tuple(sorted(known)))
    return refuse(f"plan_edit.unknown-key{'-near' if near else ''}", key=key, near=near)
