"""Random changes of a value in a JSON document, and of the order of a list; in place."""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

TEXTS = (
    "", " ", "0", "1", "null", "=1+1", "'", "'quoted", "|", ",", "a|b", "\x00", "\x1b[31m", "\n",
    "\u202e", "\u2028", "\ufeff", "e\u0301", "\u00e9", "\u212b", "\uff11", "\u0661", "A" * 300,
    "\U0001f600", "../x", "15", "150502", "tier", "pool", "2027-01-06", "2027-02-30",
    "2027-01-06T01:02:03Z", "2027-01-06T24:00:00Z", "9999-12-31T23:59:60Z", "0" * 64, "f" * 32,
    "constructor", "__proto__",
)  # fmt: skip
LIMITS = (0, 1, 20, 52, 64, 71, 100, 120, 200, 366, 500, 1000, 2000, 3660, 1_000_000, 10_000_000)
NUMBERS = (-1, 2**31, 2**53 - 1, 2**53, *(n + step for n in LIMITS for step in (0, 1)))
LOOKALIKES = {
    "0": "\uff10O\u0660", "1": "\uff11l\u0661", "2": "\uff12", "3": "\uff13", "a": "\u0430\uff41",
    "e": "\u0435", "c": "\u0441", "-": "\u2010", ".": "\uff0e", " ": "\u00a0\u3000", "T": "t",
    "Z": "z",
}  # fmt: skip


class NoChangeError(Exception):
    """The kind has nothing to change in these files."""


def drop(items: list[Any], chance: Random) -> None:
    """Take one item out."""
    del items[chance.randrange(len(items))]


def repeat(items: list[Any], chance: Random) -> None:
    """Put one item in again, behind itself or anywhere."""
    place = chance.randrange(len(items))
    items.insert(chance.choice((place, chance.randrange(len(items) + 1))), items[place])


def exchange(items: list[Any], chance: Random) -> None:
    """Let two items change places."""
    one, other = chance.sample(range(len(items)), 2)
    items[one], items[other] = items[other], items[one]


def move(items: list[Any], chance: Random) -> None:
    """Move one item to another place."""
    items.insert(chance.randrange(len(items)), items.pop(chance.randrange(len(items))))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a document, containers too, the document itself left out."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in inner:
        yield (*path, key)
        if isinstance(item, dict | list):
            yield from places(item, (*path, key))


def at(document: Any, path: tuple[Any, ...]) -> Any:
    """The value at a path."""
    for key in path:
        document = document[key]
    return document


def _put_at(document: Any, path: tuple[Any, ...], value: Any) -> None:
    at(document, path[:-1])[path[-1]] = value


def _path(document: Any, chance: Random, kinds: tuple[type, ...] = ()) -> tuple[Any, ...]:
    """A place at random; half the time one of each kind of place, so that no list crowds out."""
    found = [p for p in places(document) if not kinds or type(at(document, p)) in kinds]
    if chance.random() < 0.5:
        return chance.choice(found)
    shapes = sorted({tuple(k if isinstance(k, str) else 0 for k in p) for p in found}, key=str)
    shape = chance.choice(shapes)
    return chance.choice(
        [p for p in found if tuple(k if isinstance(k, str) else 0 for k in p) == shape]
    )


def other_text(text: str, chance: Random) -> str:
    place = chance.randrange(len(text) + 1)
    near = text[place : place + 1]
    ways = [
        chance.choice(TEXTS),
        text[:place] + text[place + 1 :],
        text[:place] + chance.choice("0aZ=|, \n\x00\u200b'\"") + text[place:],
        text[:place] + chance.choice("0123456789abcdef") + text[place + 1 :],
        text[:place] + chance.choice(LOOKALIKES.get(near, "x")) + text[place + 1 :],
        unicodedata.normalize(chance.choice(("NFC", "NFD", "NFKC")), text + "\u00e9"),
        text.swapcase(),
        text[::-1],
        text + chance.choice((" ", "\n", "\u3000", "0")),
        " " + text,
        text * 2,
        "x" * chance.choice([number for number in NUMBERS if number < 3000]),
    ]
    return chance.choice(ways)


def _text_edited(document: Any, chance: Random) -> tuple[Any, ...]:
    path = _path(document, chance, (str,))
    _put_at(document, path, other_text(at(document, path), chance))
    return path


def _number_moved(document: Any, chance: Random) -> tuple[Any, ...]:
    path = _path(document, chance, (int,))
    old = at(document, path)
    step = chance.choice((-1, 1, -1, 1, 10, 1_000_000, -old))
    _put_at(document, path, chance.choice((old + step, old + step, chance.choice(NUMBERS))))
    return path


def _swapped(document: Any, chance: Random) -> tuple[Any, ...]:
    one = _path(document, chance)
    value = at(document, one)
    alike = [
        p for p in places(document)
        if type(at(document, p)) is type(value) and (p[-1] == one[-1] or chance.random() < 0.3)
        and p[: len(one)] != one and one[: len(p)] != p
    ]  # fmt: skip
    other = chance.choice([p for p in alike if at(document, p) != value])
    first, second = copy.deepcopy(value), copy.deepcopy(at(document, other))
    _put_at(document, one, second)
    if chance.random() < 0.8:
        _put_at(document, other, first)
    return one


def _replaced(document: Any, chance: Random) -> tuple[Any, ...]:
    path = _path(document, chance)
    old = at(document, path)
    deep: Any = 0
    for _ in range(chance.choice((3, 31, 32, 40))):
        deep = chance.choice(([deep], {"a": deep}))
    others = (None, [], {}, "", 0, True, False, [old], {"x": old}, str(old), deep, "x", 2**60, 1.5)
    _put_at(document, path, chance.choice(others))
    return path


def _key_changed(document: Any, chance: Random) -> tuple[Any, ...]:
    path = _path(document, chance)
    holder = at(document, path[:-1])
    if not isinstance(holder, dict):
        raise NoChangeError
    key = path[-1]
    match chance.randrange(4):
        case 0:
            del holder[key]
        case 1:
            holder[other_text(key, chance)] = holder.pop(key)
        case 2:
            holder[chance.choice((*TEXTS, "zz", key + "s"))] = copy.deepcopy(holder[key])
        case _:
            others = [p for p in places(document) if isinstance(at(document, p), dict)]
            at(document, chance.choice(others))[key] = holder.pop(key)
    return path


def _listed(change: Callable[[list[Any], Random], object]) -> Any:
    def apply(document: Any, chance: Random) -> tuple[Any, ...]:
        path = _path(document, chance, (list,))
        change(at(document, path), chance)
        return path

    return apply


def _list_added(items: list[Any], chance: Random) -> None:
    new = copy.deepcopy(chance.choice(items)) if items and chance.random() < 0.7 else None
    if isinstance(new, str) or new is None:
        new = chance.choice(TEXTS)
    elif isinstance(new, dict) and new:
        key = chance.choice(sorted(new))
        if isinstance(new[key], str):
            new[key] = other_text(new[key], chance)
    items.insert(chance.randrange(len(items) + 1), new)


def _list_emptied(items: list[Any], chance: Random) -> None:
    del items[chance.randrange(len(items)) :]


VALUES: dict[str, Callable[[Any, Random], tuple[Any, ...]]] = {
    "text edited": _text_edited,
    "number moved": _number_moved,
    "values swapped": _swapped,
    "value replaced": _replaced,
    "key changed": _key_changed,
    "entry dropped": _listed(drop),
    "entry repeated": _listed(repeat),
    "entries exchanged": _listed(exchange),
    "entry moved": _listed(move),
    "entry added": _listed(_list_added),
    "list cut": _listed(_list_emptied),
}
"""Kinds of change of a value in a document, which is changed in place; they give its path."""
