"""Slips in a plan's text whose mend is known; its comments and its order stay.

A mistyped word, a value in another form, a key in the wrong table.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from yaohao.planner.plan.reader import show
from yaohao.planner.plan.sample import toml_key
from yaohao.planner.plan.toml_slips import day_meant, narrow, readable
from yaohao.planner.vocabulary.problems import Problem

_PART = re.compile(r'"([^"]*)"|\[(\d+)\]|([^.\[\]"]+)')
_HEADER = re.compile(r"[ \t]*\[\[?[^\[\],]+\]\]?[ \t]*(?:#.*)?$")
_KEYS = ("plan.unknown-key-near",)
_NEAR = (
    "plan.choice-near",
    "plan.unknown-item-near",
    "plan_code.unknown-near",
    "plan_check.no-entity-near",
    "plan_check.no-lead-near",
    "plan_check.whole-division",
)


def is_slip(problem: Problem) -> bool:
    """Whether a problem is a slip whose mend is known."""
    if problem.code == "plan.syntax-wide":
        return True
    if not problem.params.get("key"):
        return False
    if problem.code in (*_KEYS, *_NEAR):
        return bool(problem.params.get("near"))
    if problem.code == "plan.not-date":
        return day_meant(str(problem.params["found"])) is not None
    if problem.code == "plan.not-whole":
        return _number(problem) is not None
    if problem.code == "plan.not-list":
        return str(problem.params["found"]).startswith('"')
    if problem.code == "plan.misplaced":
        return not str(problem.params["table"]).startswith("[")
    return problem.code in _VALUES or problem.code == "plan.misplaced-top"


def slip_mended(text: str, problem: Problem) -> str:
    """The text with a slip put right.

    Raises KeyError, IndexError, TypeError, ValueError or a TOMLKitError where there is no such
    slip in the text.
    """
    import tomlkit

    if problem.code == "plan.syntax-wide":
        return narrow(text)
    if problem.code in _KEYS or _names_a_rate(problem):
        return _renamed(text, problem)
    document = tomlkit.parse(text if _is_toml(text) else readable(text, "")[0])
    path = key_path(str(problem.params["key"]))
    if problem.code == "plan.misplaced-top":
        return _at_the_top(document, path)
    change = _VALUES.get(problem.code, _near)
    change(document, path, problem)
    return tomlkit.dumps(document)


def key_path(key: str) -> list[str | int]:
    """``quota[1].min`` as its parts; places in arrays are counted from 1 there, from 0 here."""
    return [
        int(place) - 1 if place else quoted or bare for quoted, place, bare in _PART.findall(key)
    ]


def _is_toml(text: str) -> bool:
    return readable(text, "")[0] == text


def _names_a_rate(problem: Problem) -> bool:
    """Whether what is mistyped is the key of a rate."""
    path = key_path(str(problem.params["key"]))
    value = _found(problem)
    return path[0] == "rates" and len(path) == 3 and str(path[2]) == value


def _found(problem: Problem) -> str:
    value = problem.params.get("found", "")
    return str(value[0] if isinstance(value, list) else value)


def _renamed(text: str, problem: Problem) -> str:
    """The text with a key renamed on the line of the problem; ValueError where it is not there."""
    rows = text.split("\n")
    at = int(problem.params["line"]) - 1
    old, new = _found(problem), toml_key(str(problem.params["near"]))
    name = re.compile(rf"""(?<![\w-])(["']?){re.escape(old)}\1(?=[ \t]*[=.\]])""")
    rows[at], number = name.subn(lambda _: new, rows[at], count=1)
    if not number:
        raise ValueError(old)
    return "\n".join(rows)


def _at(document: Any, path: list[str | int]) -> Any:
    for part in path:
        document = document[part]
    return document


Change = Callable[[Any, list[str | int], Problem], None]


def _put(document: Any, path: list[str | int], problem: Problem, value: Any) -> None:
    """Put a value in the place of the one found: at the path, or within the list there."""
    holder, key = _at(document, path[:-1]), path[-1]
    old = holder[key]
    if isinstance(old, list):
        places = [n for n, one in enumerate(old) if show(_plain(one)) == _found(problem)]
        if value in old:  # the right one stands there already
            del old[places[0]]
        else:
            old[places[0]] = value
    elif old is not None:
        holder[key] = value


def _plain(value: Any) -> Any:
    return value.unwrap() if hasattr(value, "unwrap") else value


def _near(document: Any, path: list[str | int], problem: Problem) -> None:
    _put(document, path, problem, str(problem.params["near"]))


def _day(document: Any, path: list[str | int], problem: Problem) -> None:
    meant = day_meant(_found(problem))
    if meant is None:
        raise ValueError(_found(problem))
    _put(document, path, problem, date.fromisoformat(meant))


def _number(problem: Problem) -> int | None:
    digits = str(problem.params["found"]).strip('"').strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else None


def _whole(document: Any, path: list[str | int], problem: Problem) -> None:
    _at(document, path[:-1])[path[-1]] = _number(problem)


def _percent(document: Any, path: list[str | int], problem: Problem) -> None:
    _at(document, path[:-1])[path[-1]] = f"{_found(problem)}%"


def _as_list(document: Any, path: list[str | int], problem: Problem) -> None:
    holder = _at(document, path[:-1])
    holder[path[-1]] = [_plain(holder[path[-1]])]


def _once(document: Any, path: list[str | int], problem: Problem) -> None:
    """Take a code out of a list: the second of two that are the same, or the one that is there."""
    listed = _at(document, path)
    places = [n for n, one in enumerate(listed) if show(_plain(one)) == _found(problem)]
    del listed[places[-1]]


def _two(document: Any, path: list[str | int], problem: Problem) -> None:
    _at(document, path[:-1])[path[-1]] = 2


def _turned(document: Any, path: list[str | int], problem: Problem) -> None:
    first, last = (_plain(day) for day in document["window"])
    document["window"] = [last, first]


def _no_department(document: Any, path: list[str | int], problem: Problem) -> None:
    del document["crew"]["department"]


def _years(document: Any, path: list[str | int], problem: Problem) -> None:
    """A tolerance period that leaves nobody out, so that there are new entities and old ones."""
    import tomlkit

    if "tolerance" in document:
        document["tolerance"]["years"] = 3
        return
    table = tomlkit.table()
    table["years"] = 3
    table["leave_out"] = "0%"
    document["tolerance"] = table


def _into_table(document: Any, path: list[str | int], problem: Problem) -> None:
    """Put a key into the table to which it belongs."""
    import tomlkit

    table, key = str(problem.params["table"]), path[-1]
    if key in document.get(table, {}):
        raise ValueError(table)
    holder = _at(document, path[:-1])
    value = holder[key]
    del holder[key]
    if table not in document:
        document[table] = tomlkit.table()
    document[table][key] = value


_VALUES: dict[str, Change] = {
    "plan.not-date": _day,
    "plan.not-whole": _whole,
    "plan.rate-bare": _percent,
    "plan.share-bare": _percent,
    "plan.not-list": _as_list,
    "plan.duplicate": _once,
    "plan.item-twice": _once,
    "plan.crew-too-small": _two,
    "plan.window-order": _turned,
    "plan.crew-and-departments": _no_department,
    "plan.age-no-years": _years,
    "plan.misplaced": _into_table,
}


def _at_the_top(document: Any, path: list[str | int]) -> str:
    """The text with a key of a table before the first table; ValueError where it is there too."""
    import tomlkit

    holder, key = _at(document, path[:-1]), path[-1]
    if key in document:
        raise ValueError(key)
    head = tomlkit.document()
    head[str(key)] = _plain(holder[key])
    del holder[key]
    rows = tomlkit.dumps(document).split("\n")
    first = next((n for n, row in enumerate(rows) if _HEADER.match(row)), len(rows))
    return "\n".join([*rows[:first], *tomlkit.dumps(head).rstrip("\n").split("\n"), *rows[first:]])
