"""What is typed into the filter of cases: ``kind:penalty due:serve``, words, codes of firms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from yaohao.planner.vocabulary.filter_words import filter_words

STANDINGS = ("open", "closed", "all")

KEYS = (
    "kind",
    "state",
    "office",
    "entity",
    "waits",
    "due",
    "due_on",
    "due_by",
    "cause",
    "standing",
)
"""What a list can be asked for, as the public API names it."""


def parsed(typed: str, keys: Iterable[str] = KEYS) -> tuple[dict[str, str], list[str]]:
    """The terms ``key:value`` of a filter, and the other words; empty terms are left out."""
    known = set(keys)
    wanted: dict[str, str] = {}
    words: list[str] = []
    for word in filter_words(typed):
        part = word.typed
        key, colon, value = part.replace("\uff1a", ":").partition(":")
        if colon and key.casefold() in known:
            if value:
                wanted[key.casefold()] = value.replace('"', "")
        else:
            words.append(part)
    return wanted, words


def unknown(typed: str, keys: Iterable[str] = KEYS) -> list[str]:
    """The terms of a filter whose key is not known; they are looked for as they stand."""
    _, words = parsed(typed, keys)
    terms = [word.replace("\uff1a", ":") for word in words]
    return [word for word in terms if ":" in word and not word.partition(":")[0].isdigit()]


def typed_for(**wanted: str) -> str:
    """The text of a filter that asks for this; what is empty is left out."""
    return " ".join(f"{key}:{value}" for key, value in wanted.items() if value)


def as_list(typed: str, kinds: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What `workspace.cases.list` is asked for; open cases unless something else is said.

    A word that is part of the name of just one kind asks for that kind; any other must stand in
    the number of a case, or in the code or name of its firm, and of several parted by commas one.
    """
    wanted, words = parsed(typed)
    sought = []
    for word in words:
        found = _kinds_named(word, kinds)
        if len(found) == 1:
            wanted["kind"] = found[0]
        else:
            sought.append(word)
    if sought:
        wanted["find"] = " ".join(sought)
    standing = wanted.get("standing", "open")
    return {**wanted, "standing": "" if standing == "all" else standing}


def _kinds_named(word: str, kinds: Iterable[Mapping[str, Any]]) -> list[str]:
    """The kinds of which a word is the id, else part of the names."""
    word = word.casefold()
    rows = list(kinds)
    exact = [one["kind"] for one in rows if one["kind"] == word]
    named = [
        one["kind"]
        for one in rows
        if word in f"{one['kind']} {one['words']['zh']} {one['words']['en']}".casefold()
    ]
    return list(dict.fromkeys(exact or named))
