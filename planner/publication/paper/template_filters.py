"""The filters that templates of a bureau's own can name, each with its bounds.

A filter that walks through what it is given counts its turns; one that makes a text measures what
it is given; what any of them gives counts as made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

from jinja2.filters import make_attrgetter
from yaohao.planner.publication.paper.template_bounds import (
    BeyondBoundsError,
    Meter,
    check_format,
    check_join,
    check_length,
    check_number,
    check_replace,
    check_slow,
    check_trimmed,
    counted,
)

_WALKING = {
    "batch", "groupby", "list", "map", "max", "min", "reject", "rejectattr", "select",
    "selectattr", "slice", "sort", "sum", "unique",
}  # fmt: skip
"""They take their input item by item, whatever it is."""
_WRITING = {
    "capitalize", "center", "e", "escape", "forceescape", "format", "indent", "lower", "replace",
    "string", "striptags", "title", "tojson", "trim", "truncate", "upper", "urlencode",
    "wordcount", "wordwrap",
}  # fmt: skip
"""They take their input as a text."""
_PICKING = {"d", "default", "first", "last", "max", "min"}
"""They make nothing: what they give was there."""
_OTHERS = {
    "abs", "count", "dictsort", "float", "int", "items", "join", "length", "reverse", "round",
    "safe",
}  # fmt: skip
NAMES = sorted(_WALKING | _WRITING | _PICKING | _OTHERS)
_COUNTING = {"batch", "center", "indent", "slice", "truncate", "wordwrap"}
"""They take a width, or a number of things to make."""
_MOST_PLACES = 100  # of a rounded number
_MOST_INDENT = 16
_MOST_INDENTED = 10_000  # characters of what is written with an indent


def bounded_filter(
    name: str, function: Callable[..., Any], meter: Callable[[], Meter]
) -> Callable[..., Any]:
    """A filter of Jinja's within bounds; `meter` gives that of the page being made."""
    hidden = 1 if hasattr(function, "jinja_pass_arg") else 0

    @wraps(function)
    def bounded(*args: Any, **named: Any) -> Any:
        here = meter()
        here.step()
        before, (value, *others) = args[:hidden], args[hidden:]
        if name in _COUNTING:
            for other in (*others, *named.values()):
                check_number(other)
        if name in _WRITING:
            here.text_size(value)
        check = _CHECKS.get(name)
        if check is not None:
            check(here, value, others, named)
        if name in _WALKING and not isinstance(value, str) and isinstance(value, Iterable):
            value = counted(value, here)
        result = function(*before, value, *others, **named)
        return result if name in _PICKING else here.made(result)

    return bounded


def join_filter(join: Callable[..., Any], meter: Callable[[], Meter]) -> Callable[..., Any]:
    """The filter `join`: what it joins is looked up and measured first."""

    def joined(context: Any, value: Any, d: str = "", attribute: Any = None) -> Any:
        here = meter()
        items = list(counted(value, here))
        if attribute is not None:
            items = list(map(make_attrgetter(context.environment, attribute), items))
        check_join(here, str(d), items)
        return here.made(join(context, items, d))

    joined.jinja_pass_arg = join.jinja_pass_arg  # type: ignore[attr-defined]
    return joined


_Check = Callable[[Meter, Any, list[Any], Mapping[str, Any]], None]


def _given(others: list[Any], named: Mapping[str, Any], at: int, name: str, usual: Any) -> Any:
    return others[at] if at < len(others) else named.get(name, usual)


def _replace(meter: Meter, value: Any, others: list[Any], named: Mapping[str, Any]) -> None:
    old, new = _given(others, named, 0, "old", ""), _given(others, named, 1, "new", "")
    check_replace(str(value), old, new)


def _format(meter: Meter, value: Any, others: list[Any], named: Mapping[str, Any]) -> None:
    check_format(meter, str(value), (*others, *named.values()))


def _indent(meter: Meter, value: Any, others: list[Any], named: Mapping[str, Any]) -> None:
    width = _given(others, named, 0, "width", 4)
    width = len(width) if isinstance(width, str) else width
    # Lines end in more ways than one.
    check_length(meter.text_size(value) + (len(str(value).splitlines()) + 1) * width)


def _tojson(meter: Meter, value: Any, others: list[Any], named: Mapping[str, Any]) -> None:
    indent = _given(others, named, 0, "indent", None)
    if indent is not None:
        check_number(len(indent) if isinstance(indent, str) else indent, _MOST_INDENT)
        check_length(meter.text_size(value), _MOST_INDENTED)


def _round(meter: Meter, value: Any, others: list[Any], named: Mapping[str, Any]) -> None:
    check_number(_given(others, named, 0, "precision", 0), _MOST_PLACES)


def _sum(meter: Meter, value: Any, others: list[Any], named: Mapping[str, Any]) -> None:
    if not isinstance(_given(others, named, 1, "start", 0), int | float):
        raise BeyondBoundsError("sum")


def _wordwrap(meter: Meter, value: Any, others: list[Any], named: Mapping[str, Any]) -> None:
    check_slow(str(value))
    check_length(len(str(_given(others, named, 2, "wrapstring", "") or "")), 100)


def _striptags(meter: Meter, value: Any, others: list[Any], named: Mapping[str, Any]) -> None:
    check_slow(str(value))


def _trim(meter: Meter, value: Any, others: list[Any], named: Mapping[str, Any]) -> None:
    check_trimmed(_given(others, named, 0, "chars", None))


_CHECKS: dict[str, _Check] = {
    "format": _format,
    "indent": _indent,
    "replace": _replace,
    "round": _round,
    "striptags": _striptags,
    "sum": _sum,
    "tojson": _tojson,
    "trim": _trim,
    "wordwrap": _wordwrap,
}
