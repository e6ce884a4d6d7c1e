"""Registration numbers and the codes of the entities that had them, as numbers of fixed size.

A number of digits is kept as 64 bits and a code of 18 letters and digits as 96, both exactly: of
100,000,000 that is 2 to 5 GB, where a dictionary of texts takes 25. Other texts, of which there are
few, are in a dictionary.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from secrets import randbits
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Numbers = NDArray[np.uint64]

_FILLED = 0.75
"""Share of the slots in use from which there is a further table. It changes no answer: nearer to 1
looking up takes longer, nearer to 0 more memory."""
_FIRST = 1 << 17  # slots
_DIGITS = 18  # that 64 bits hold, with a one in front that tells how many they are
_CODE, _HEAD = 18, 12  # characters of a code, and those of them in its first 64 bits
_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BASE = len(_CHARACTERS)
_NONE = np.uint64(2**64 - 1)
"""Stands for the code of a number that two entities had."""
_MIX = np.uint64(randbits(64) | 1)  # of this process: nobody can choose numbers that collide
_AT_ONCE = 1 << 16


class Packed(NamedTuple):
    """Texts as numbers: whether each is one that fits, and those that are."""

    fits: NDArray[np.bool_]
    first: Numbers
    second: NDArray[np.uint32]


class NumberBook(Mapping[str, str]):
    """Registration number → the code of the entity that had it; those of two are not in it.

    Every number that was added is found, and no other.
    """

    def __init__(self, pairs: Mapping[str, str] | None = None) -> None:
        self._tables = [_Table(_FIRST)]
        self._other: dict[str, str] = {}
        """What does not fit, or whose code does not; it comes before the tables."""
        if pairs:
            self.put(pairs)

    def add(self, numbers: pa.Array, codes: pa.Array) -> None:
        """Add numbers with the codes beside them; one that was added before is of two."""
        import pyarrow as pa

        if not len(numbers):
            return
        number, code = _packed_numbers(numbers), _packed_codes(codes)
        fits = number.fits & code.fits
        if self._other:
            texts = numbers.filter(pa.array(fits)).to_pylist()
            again = {text: "" for text in texts if text in self._other}
        else:
            again = {}
        keys = number.first[fits[number.fits]]
        there = self._set(keys, np.full(len(keys), _NONE), np.zeros(len(keys), np.uint32))
        keys, heads = keys[~there], code.first[fits[code.fits]][~there]
        tails = code.second[fits[code.fits]][~there]
        keys, index, count = np.unique(keys, return_index=True, return_counts=True)
        self._insert(keys, np.where(count > 1, _NONE, heads[index]), tails[index])
        self.put(again)
        left = pa.array(~fits)
        for text, entity in zip(
            numbers.filter(left).to_pylist(), codes.filter(left).to_pylist(), strict=True
        ):
            self.put({text: "" if self._raw(text) is not None else entity})

    def put(self, pairs: Mapping[str, str]) -> None:
        """Let numbers have these codes from now on; "" for one that two entities had."""
        import pyarrow as pa

        if not pairs:
            return
        numbers, codes = (pa.array(list(one), pa.string()) for one in (pairs, pairs.values()))
        number, code = _packed_numbers(numbers), _packed_codes(codes)
        nobody = np.array([not text for text in pairs.values()], np.bool_)
        fits = number.fits & (code.fits | nobody)
        for text, fit in zip(pairs, fits.tolist(), strict=True):
            if not fit:
                self._other[text] = pairs[text]
            elif self._other:
                self._other.pop(text, None)
        heads = np.full(len(fits), _NONE)
        tails = np.zeros(len(fits), np.uint32)
        heads[code.fits], tails[code.fits] = code.first, code.second
        keys, heads, tails = number.first[fits[number.fits]], heads[fits], tails[fits]
        there = self._set(keys, heads, tails)
        self._insert(keys[~there], heads[~there], tails[~there])

    def among(self, texts: pa.Array) -> dict[str, str]:
        """Those of some texts that are numbers, with their codes; "" for what two entities had."""
        if not self:
            return {}
        packed = _packed_numbers(texts)
        codes: dict[str, str] = {}
        at = np.flatnonzero(packed.fits)
        for table in self._tables:
            slots = table.find(packed.first)
            there = slots >= 0
            if there.any():
                named = texts.take(at[there]).to_pylist()
                codes.update(zip(named, table.codes(slots[there]), strict=True))
        if self._other:
            other = self._other
            codes.update((text, other[text]) for text in texts.to_pylist() if text in other)
        return codes

    def _raw(self, number: str) -> str | None:
        """The code of a number, "" where two entities had it, None for another text."""
        if number in self._other:
            return self._other[number]
        if len(number) > _DIGITS or not (number.isascii() and number.isdigit()):
            return None
        key = int(f"1{number}")
        return next((code for one in self._tables if (code := one.code(key)) is not None), None)

    def __getitem__(self, number: str) -> str:
        code = self._raw(number)
        if not code:
            raise KeyError(number)
        return code

    def __iter__(self) -> Iterator[str]:
        for table in self._tables:
            for first in range(0, len(table), _AT_ONCE):
                part = slice(first, first + _AT_ONCE)
                keys = table.keys[part][(table.keys[part] != 0) & (table.heads[part] != _NONE)]
                for text in (str(key)[1:] for key in keys.tolist()):
                    if text not in self._other:
                        yield text
        yield from (text for text, code in self._other.items() if code)

    def __len__(self) -> int:
        return sum(1 for _ in self) if self else 0

    def __bool__(self) -> bool:
        """Whether anything was ever put in; counting takes a look at all there is."""
        return bool(self._other) or any(table.used for table in self._tables)

    def _set(self, keys: Numbers, heads: Numbers, tails: NDArray[np.uint32]) -> NDArray[np.bool_]:
        """Change the codes of those of some numbers that are in a table; which are."""
        there = np.zeros(len(keys), np.bool_)
        for table in self._tables:
            slots = table.find(keys)
            here = slots >= 0
            table.heads[slots[here]], table.tails[slots[here]] = heads[here], tails[here]
            there |= here
        return there

    def _insert(self, keys: Numbers, heads: Numbers, tails: NDArray[np.uint32]) -> None:
        """Put numbers, each of them once, that are in no table."""
        while len(keys):
            table = self._tables[-1]
            room = int(_FILLED * len(table)) - table.used
            table.insert(keys[:room], heads[:room], tails[:room])
            keys, heads, tails = keys[room:], heads[room:], tails[room:]
            if len(keys):
                self._tables.append(_Table(2 * len(table)))


class _Table:
    """A table with open addresses, looked up by arrays; a power of two of slots of 20 bytes."""

    def __init__(self, slots: int) -> None:
        self.keys = np.zeros(slots, np.uint64)
        """Numbers; 0, which no number is packed as, in slots that are free."""
        self.heads = np.zeros(slots, np.uint64)
        self.tails = np.zeros(slots, np.uint32)
        self.used = 0

    def __len__(self) -> int:
        return len(self.keys)

    def find(self, keys: Numbers) -> NDArray[np.int64]:
        """The slot of each number, -1 for those that are not here."""
        slots = np.full(len(keys), -1, np.int64)
        if not self.used:
            return slots
        left, (at, steps) = np.arange(len(keys)), self._ways(keys)
        while len(left):
            there = self.keys[at]
            here = there == keys[left]
            slots[left[here]] = at[here]
            on = np.flatnonzero(~here & (there != 0))
            left, steps = left[on], steps[on]
            at = (at[on] + steps) & (len(self.keys) - 1)
        return slots

    def insert(self, keys: Numbers, heads: Numbers, tails: NDArray[np.uint32]) -> None:
        """Put numbers, each of them once, that are not here."""
        self.used += len(keys)
        left, (at, steps) = np.arange(len(keys)), self._ways(keys)
        while len(left):
            free = self.keys[at] == 0
            self.keys[at[free]] = keys[left[free]]
            won = self.keys[at] == keys[left]  # or another of these got the slot just now
            self.heads[at[won]], self.tails[at[won]] = heads[left[won]], tails[left[won]]
            left, steps = left[~won], steps[~won]
            at = (at[~won] + steps) & (len(self.keys) - 1)

    def code(self, key: int) -> str | None:
        """As `find` and `codes`, of one number, for which arrays would take ten times as long."""
        most, mixed = len(self.keys) - 1, key * int(_MIX) % 2**64
        at, step = mixed >> 64 - most.bit_length(), mixed >> 16 & most | 1
        while there := self.keys.item(at):
            if there == key:
                head, tail = self.heads.item(at), self.tails.item(at)
                return "" if head == _NONE else _text(head, _HEAD) + _text(tail, _CODE - _HEAD)
            at = at + step & most
        return None

    def codes(self, slots: NDArray[np.int64]) -> list[str]:
        """The codes in some slots; "" for none."""
        heads, tails = self.heads[slots], self.tails[slots].astype(np.uint64)
        texts = np.empty((len(slots), _CODE), np.uint8)
        for first, stop, part in ((0, _HEAD, heads), (_HEAD, _CODE, tails)):
            left = part
            for place in reversed(range(first, stop)):
                left, texts[:, place] = np.divmod(left, np.uint64(_BASE))
        texts += np.where(texts < 10, ord("0"), ord("A") - 10).astype(np.uint8)
        named: list[str] = texts.reshape(-1).view(f"S{_CODE}").astype(str).tolist()
        return ["" if none else text for none, text in zip(heads == _NONE, named, strict=True)]

    def _ways(self, keys: Numbers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The slot at which each number is looked for first, and how far on it goes from there: an
        odd number of slots, so that it comes to all of them.
        """
        mixed = keys * _MIX
        bits = len(self.keys).bit_length() - 1
        first = (mixed >> np.uint64(64 - bits)).astype(np.int64)
        steps = ((mixed >> np.uint64(16)).astype(np.int64) & (len(self.keys) - 1)) | 1
        return first, steps


def _text(value: int, length: int) -> str:
    """The last characters of a code, as many as asked for, of their number."""
    text = ""
    for _ in range(length):
        value, digit = divmod(value, _BASE)
        text = _CHARACTERS[digit] + text
    return text


def _packed_numbers(texts: pa.Array) -> Packed:
    """Texts of digits as numbers, a one before the digits."""
    fits = np.zeros(len(texts), np.bool_)
    values = np.zeros(len(texts), np.uint64)
    lengths, starts, data = _bytes_of(texts)
    for length in np.unique(lengths).tolist():
        if not 0 < length <= _DIGITS:
            continue
        at = np.flatnonzero(lengths == length)
        value = np.ones(len(at), np.uint64)
        good = np.ones(len(at), np.bool_)
        for place in range(length):
            digit = data[starts[at] + place] - np.uint8(ord("0"))  # others come out above nine
            good &= digit < 10
            value = value * np.uint64(10) + digit
        fits[at], values[at] = good, value
    return Packed(fits, values[fits], np.zeros(0, np.uint32))


def _packed_codes(texts: pa.Array) -> Packed:
    """Codes of digits and capital letters as two numbers."""
    lengths, starts, data = _bytes_of(texts)
    at = np.flatnonzero(lengths == _CODE)
    good = np.ones(len(at), np.bool_)
    parts = [np.zeros(len(at), np.uint64) for _ in range(2)]
    for place in range(_CODE):
        digit = _VALUES[data[starts[at] + place]]
        good &= digit < _BASE
        part = int(place >= _HEAD)
        parts[part] = parts[part] * np.uint64(_BASE) + digit
    fits = np.zeros(len(texts), np.bool_)
    fits[at] = good
    return Packed(fits, parts[0][good], parts[1][good].astype(np.uint32))


def _values() -> NDArray[np.uint8]:
    """Byte → its value as a character of a code, 255 for others."""
    table = np.full(256, 255, np.uint8)
    table[np.frombuffer(_CHARACTERS.encode("ascii"), np.uint8)] = np.arange(_BASE)
    return table


_VALUES = _values()


def _bytes_of(texts: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
    """Lengths and starts of texts, none of them null, in bytes, and the bytes."""
    _, offsets, data = texts.buffers()
    if offsets is None or not len(texts):
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.uint8)
    ends = np.frombuffer(offsets, np.int32, len(texts) + 1, texts.offset * 4).astype(np.int64)
    held = np.zeros(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)
    return np.diff(ends), ends[:-1], held
