"""Registration numbers as numbers of fixed size say what a dictionary of texts does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pytest
from helpers.campaign import tried
from hypothesis import given
from hypothesis import strategies as st
from yaohao.planner.register import number_book
from yaohao.planner.register.known_numbers import KnownNumbers
from yaohao.planner.register.number_book import NumberBook

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXYZ"
TEXTS = st.one_of(
    st.sampled_from(["", "0", "00", "000", "1", "10", "01", "999999999999999999", "9" * 19]),
    st.text("01", max_size=4),
    st.text("0123456789", min_size=13, max_size=19),
    st.sampled_from(["A", "1A", "١٢٣", "12 ", " 12", "1\0", "〇", "150502000000007"]),
)
CODES = st.one_of(
    st.text(ALPHABET, min_size=18, max_size=18),
    st.sampled_from(["Z" * 18, "0" * 18, "9" * 18, "a" * 18, "A" * 17, "A" * 19, "é" * 9, "1"]),
)
PAIRS = st.lists(st.tuples(TEXTS.filter(bool), CODES), max_size=12)


@pytest.fixture(autouse=True, scope="module")
def small_tables() -> object:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(number_book, "_FIRST", 4)
        yield


def texts(values: Sequence[str]) -> pa.Array:
    """An Arrow array that begins in the middle of its buffers."""
    return pa.array(["before", *values], pa.string()).slice(1)


def held(book: NumberBook, meant: Mapping[str, str], asked: Sequence[str]) -> None:
    """Whether a book says what a dictionary does, "" in it being what two had."""
    every = [*meant, *asked]
    assert book.among(texts(every)) == {one: meant[one] for one in every if one in meant}
    one = {number: code for number, code in meant.items() if code}
    assert dict(book) == one
    assert len(book) == len(one)
    assert bool(book) == bool(meant)
    assert {text: book.get(text) for text in every} == {text: one.get(text) for text in every}


@tried(300)
@given(st.lists(st.tuples(st.booleans(), PAIRS), max_size=6), st.lists(TEXTS, max_size=8))
def test_a_book_says_what_a_dictionary_does(
    parts: list[tuple[bool, list[tuple[str, str]]]], asked: list[str]
) -> None:
    book, meant = NumberBook(), dict[str, str]()
    for adding, pairs in parts:
        if adding:
            book.add(texts([one for one, _ in pairs]), texts([code for _, code in pairs]))
            for number, code in pairs:
                meant[number] = "" if number in meant else code
        else:
            changed = dict(pairs) | {number: "" for number, _ in pairs[::3]}
            book.put(changed)
            meant |= changed
        held(book, meant, asked)


class PlainNumbers:
    """What `KnownNumbers` is to be, row by row and with a dictionary."""

    def __init__(self, stored: Mapping[str, str]) -> None:
        self.codes = dict(stored)

    def translate(self, ids: Sequence[str], numbers: Sequence[str]) -> dict[int, str]:
        found: dict[int, str] = {}
        for index, (text, number) in enumerate(zip(ids, numbers, strict=True)):
            if code := self.codes.get(text):
                found[index] = code
            elif number and self.codes.setdefault(number, text) != text:
                self.codes[number] = ""
        return found


FEW_NUMBERS = st.sampled_from(["", "", "1505020000001", "1505020000002", "1505020000003", "X1"])
FEW_IDS = st.sampled_from(["1505020000001", "1505020000002", "A" * 18, "B" * 18, "C" * 18, "D"])
ROWS = st.lists(st.tuples(FEW_IDS, FEW_NUMBERS), max_size=6)


@tried(300)
@given(
    st.dictionaries(FEW_NUMBERS.filter(bool), FEW_IDS, max_size=4),
    st.lists(ROWS, max_size=5),
    st.booleans(),
)
def test_numbers_are_known_as_row_by_row(
    stored: dict[str, str], parts: list[list[tuple[str, str]]], as_book: bool
) -> None:
    known = KnownNumbers(NumberBook(stored) if as_book else stored)
    plain = PlainNumbers(stored)
    for rows in parts:
        ids, numbers = [one for one, _ in rows], [number for _, number in rows]
        assert known.translate(texts(ids), texts(numbers)) == plain.translate(ids, numbers)


def test_numbers_take_few_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dictionary of these takes some 250 bytes of each."""
    monkeypatch.setattr(number_book, "_FIRST", 1 << 14)
    book, size = NumberBook(), 200_000
    for first in range(0, size, 20_000):
        these = range(first, first + 20_000)
        book.add(
            texts([f"1505{one * 7919:011d}" for one in these]),
            texts([f"91150502MA{one:08d}" for one in these]),
        )
    assert len(book) == size
    assert not book._other
    tables = [(one.keys, one.heads, one.tails) for one in book._tables]
    assert sum(part.nbytes for table in tables for part in table) <= 60 * size
    assert book["150500000007919"] == "91150502MA00000001"
