"""Which of a plan's items a text of a results file means: by its id, its name, or both together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from yaohao.planner.vocabulary.terms import key_of

_IN_FRONT = re.compile(
    r"\s*([A-Za-z0-9][A-Za-z0-9_-]*)\s*(?:[.．。、:：)）\]】]|\s)\s*(\S.*)", re.DOTALL
)
_BEHIND = re.compile(r"(\S.*?)\s*[(（\[【]\s*([A-Za-z0-9][A-Za-z0-9_-]*)\s*[)）\]】]\s*", re.DOTALL)
_KIND = re.compile("(?:的?(?:监督|情况)?(?:抽查检查|检查|抽查)(?:事项)?|事项)$")


class ItemNames:
    """The items of a plan, to be found by what people write for them."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """`names` are the items' names by id, "" where none is known."""
        self.names = dict(names)
        self._ids = _single((key_of(item), item) for item in names)
        self._names = _single((key_of(name), item) for item, name in names.items() if name)
        self._stems = _single((_stem(name), item) for item, name in names.items() if name)

    def find(self, text: str) -> str:
        """The id of the item that a text means, "" where it means none or may mean several.

        A text is an id, a name (whether it says 检查 or 抽查 at its end does not matter), or a name
        with a code in front or in brackets behind it. The code may be another register's; where it
        is an item's id, the name must not be another's.
        """
        whole = self._id(text) or self._name(text)
        if whole:
            return whole
        match = _IN_FRONT.fullmatch(text)
        if match:
            code, name = match[1], match[2]
        else:
            match = _BEHIND.fullmatch(text)
            if not match:
                return ""
            name, code = match[1], match[2]
        by_code, by_name = self._id(code), self._name(name)
        if by_code and by_name and by_code != by_name:
            return ""
        return by_code or by_name

    def _id(self, text: str) -> str:
        return text if text in self.names else self._ids.get(key_of(text), "")

    def _name(self, text: str) -> str:
        key = key_of(text)
        return self._names.get(key, "") or self._stems.get(_stem(text), "") if key else ""

    def told(self) -> list[dict[str, str]]:
        """The items as plain values: `item_id` and `name`."""
        return [{"item_id": item, "name": name} for item, name in self.names.items()]


def _stem(name: str) -> str:
    """A name without what only says that it is inspected; itself where nothing is left."""
    key = key_of(name)
    return _KIND.sub("", key) or key


def _single(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Keys and the only value that each has; those with several values mean none."""
    values_of: dict[str, set[str]] = {}
    for key, value in pairs:
        values_of.setdefault(key, set()).add(value)
    return {
        key: next(iter(values)) for key, values in values_of.items() if len(values) == 1 and key
    }
