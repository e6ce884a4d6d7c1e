"""Registration numbers of entities that have a code: stored ones, and those of rows read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from yaohao.planner.register.number_book import NumberBook

if TYPE_CHECKING:
    import pyarrow as pa


class KnownNumbers:
    """Which entity a registration number is of, while files are read part by part."""

    def __init__(self, stored: Mapping[str, str]) -> None:
        self._stored = stored if isinstance(stored, NumberBook) else NumberBook(stored)
        self._read = NumberBook()
        """Numbers of rows read, "" for those of two entities; they come before the stored ones."""

    def translate(self, ids: pa.StringArray, numbers: pa.StringArray) -> dict[int, str]:
        """Index of a row whose id is the number of an entity before it → that entity's code;
        `numbers` are those beside the ids, which are known from now on. A number of two means none.
        """
        codes = self._codes(ids) | self._codes(numbers)
        if not codes and self._noted(ids, numbers):
            return {}
        texts, beside = ids.to_pylist(), numbers.to_pylist()
        fresh = dict(zip(beside, texts, strict=True))
        fresh.pop("", None)
        known, named = codes.keys(), len(beside) - beside.count("")
        if (
            len(fresh) == named
            and (known.isdisjoint(fresh) or fresh.items() <= codes.items())
            and known.isdisjoint(texts)
            and fresh.keys().isdisjoint(texts)
        ):  # files that come again: the numbers are known as they are
            self._read.put(dict(fresh.items() - codes.items()))
            return {}
        before = dict(codes)
        code_of: dict[int, str] = {}
        pairs = zip(texts, beside, strict=True)
        for index, (text, number) in enumerate(pairs):
            if code := codes.get(text):
                code_of[index] = code
            elif number and codes.setdefault(number, text) != text:
                codes[number] = ""
        self._read.put(dict(codes.items() - before.items()))
        return code_of

    def _noted(self, ids: pa.StringArray, numbers: pa.StringArray) -> bool:
        """Note numbers of which none is known, if each is one entity's and no row is by it alone:
        whether that is so, as nearly always.
        """
        import pyarrow.compute as pc

        having = pc.not_equal(numbers, "")
        beside = numbers.filter(having)
        if pc.count_distinct(beside).as_py() < len(beside):
            return False
        if len(beside) and pc.any(pc.is_in(ids, value_set=beside)).as_py():
            return False
        self._read.add(beside, ids.filter(having))
        return True

    def _codes(self, texts: pa.StringArray) -> dict[str, str]:
        """Those of some texts that are known numbers, with their codes; "" for those of two."""
        stored = {one: code for one, code in self._stored.among(texts).items() if code}
        return stored | self._read.among(texts)
