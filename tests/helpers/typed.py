"""Whether a JSON document is what a TypedDict says; nothing in it asserts."""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import (
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)


def mismatches(value: Any, kind: Any, where: str = "$") -> Iterator[str]:
    """Every place at which a value is not of a type, with what is wrong there.

    A TypedDict has exactly its keys; a number is never true or false.
    """
    origin = get_origin(kind)
    if kind is Any:
        return
    if is_typeddict(kind):
        yield from _object_mismatches(value, kind, where)
    elif origin is NotRequired:
        yield from mismatches(value, get_args(kind)[0], where)
    elif origin in (list, dict):
        if not isinstance(value, origin):
            yield f"{where}: {value!r} is no {origin.__name__}"
            return
        parts = value.items() if origin is dict else enumerate(value)
        for key, element in parts:
            yield from mismatches(element, get_args(kind)[-1], f"{where}[{key!r}]")
    elif not _is_plainly(value, kind, where):
        yield f"{where}: {value!r} is not {kind}"


def _is_plainly(value: Any, kind: Any, where: str) -> bool:
    """Whether a value is of a union, one of some texts, or of a plain type."""
    if get_origin(kind) in (Union, UnionType):
        return any(not list(mismatches(value, one, where)) for one in get_args(kind))
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    return type(value) is kind


def _object_mismatches(value: Any, kind: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: {value!r} is no object"
        return
    hints = get_type_hints(kind, include_extras=True)
    for key in sorted(value.keys() - hints.keys()):
        yield f"{where}.{key}: not in {kind.__name__}"
    for key, hint in hints.items():
        if key in value:
            yield from mismatches(value[key], hint, f"{where}.{key}")
        elif get_origin(hint) is not NotRequired:
            yield f"{where}.{key}: missing"
