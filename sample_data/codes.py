"""Registration codes that are valid and never repeat: credit codes and 15-digit numbers.

Sources: GB 32100-2015 (credit code), GB 11714-1997 (the organisation code inside it), ISO 7064
MOD 11,10 (registration number).
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from yaohao.sample_data.random_streams import Indices, RandomStreams, Words

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BODIES = 29_791**2
"""Bodies that begin with MA: six free characters of 31, as two halves of three."""
NUMERIC_BODIES = 10_000**2
SEQUENCES = 4_000 * 10_000
"""Sequence numbers of individual businesses: eight digits, the first 6 to 9."""
MOST = BODIES
"""So many entities a population may have at most."""

_BYTES = np.frombuffer(ALPHABET.encode(), dtype=np.uint8)
_IN_36 = np.array([int(c, 36) for c in ALPHABET], dtype=np.int64)
_WEIGHTS_31 = np.array([pow(3, i, 31) for i in range(17)], dtype=np.int64)
_WEIGHTS_11 = np.array([3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int64)
_CHECK_11 = np.array([ALPHABET.index(c) for c in "0123456789X"], dtype=np.int64)
_ORGANISATION = 8
"""Where the organisation code begins; its check character is the 17th of the whole."""


class _Piece(NamedTuple):
    """Every value of a run of characters: their bytes, and what they add to both check sums."""

    characters: NDArray[np.uint8]
    of_11: Indices
    of_31: Indices

    def put(self, texts: NDArray[np.uint8], at: int, index: Indices) -> tuple[Indices, Indices]:
        """Write the characters of `index` into columns from `at` on; what they add."""
        texts[:, at : at + self.characters.shape[1]] = self.characters[index]
        return self.of_11[index], self.of_31[index]


def _piece(values: NDArray[np.int64], at: int) -> _Piece:
    """The piece of these alphabet values (n, width) at a place of the code."""
    end = at + values.shape[1]
    of_31 = values @ _WEIGHTS_31[at:end]
    inside = at >= _ORGANISATION
    none: Indices = np.zeros(len(values), dtype=np.int64)
    weights = _WEIGHTS_11[max(at - _ORGANISATION, 0) : max(end - _ORGANISATION, 0)]
    of_11 = _IN_36[values] @ weights if inside else none
    return _Piece(_BYTES[values], of_11, of_31)


@cache
def _pieces(base: int, width: int, at: int) -> _Piece:
    """Every value of `width` characters of the first `base` of the alphabet."""
    return _piece(digits_of(np.arange(base**width, dtype=np.int64), width, base), at)


def entity_codes(
    streams: RandomStreams,
    rows: Words,
    *,
    prefixes: NDArray[np.int64],
    divisions: tuple[NDArray[np.int64], Indices],
    numeric: NDArray[np.bool_],
    registered: NDArray[np.bool_],
) -> Any:
    """The code of each row as an Arrow array of texts.

    `prefixes` (91, 92, 93) are whole numbers; `divisions` are six-digit ones and which of them each
    row has; `numeric` rows get an organisation code of digits, as before 2015; `registered` ones a
    15-digit registration number. Rows whose number is beyond what such a form has get the usual
    form. Codes differ because their bodies do: every form numbers its rows by a permutation, and no
    two forms share a text.
    """
    numeric = numeric & (rows < NUMERIC_BODIES)
    registered = registered & (rows < SEQUENCES)
    codes, division = divisions
    texts = np.empty((len(rows), 18), dtype=np.uint8)
    _, total = _pieces(10, 2, 0).put(texts, 0, prefixes)
    total = total + _piece(digits_of(codes, 6), 2).put(texts, 2, division)[1]
    start = _piece(np.array([[ALPHABET.index(c) for c in "MA"]]), _ORGANISATION)
    of_11, of_31 = start.put(texts, _ORGANISATION, np.zeros(len(rows), dtype=np.int64))
    halves = np.divmod(streams.permuted("code.body", rows, 29_791, 29_791).astype(np.int64), 29_791)
    for half, at in zip(halves, (10, 13), strict=True):
        more_11, more_31 = _pieces(31, 3, at).put(texts, at, half)
        of_11, of_31 = of_11 + more_11, of_31 + more_31
    if numeric.any():
        plain = streams.permuted("code.digits", rows[numeric], 10_000, 10_000).astype(np.int64)
        block = np.empty((len(plain), 18), dtype=np.uint8)
        high_11, high_31 = _pieces(10, 4, 8).put(block, 8, plain // 10_000)
        low_11, low_31 = _pieces(10, 4, 12).put(block, 12, plain % 10_000)
        texts[numeric, 8:16] = block[:, 8:16]
        of_11[numeric], of_31[numeric] = high_11 + low_11, high_31 + low_31
    inner = _CHECK_11[-of_11 % 11]
    texts[:, 16] = _BYTES[inner]
    texts[:, 17] = _BYTES[-(total + of_31 + _WEIGHTS_31[16] * inner) % 31]
    if registered.any():
        texts[registered, :15] = registration_numbers(
            codes[division[registered]],
            streams.permuted("code.sequence", rows[registered], 4_000, 10_000).astype(np.int64)
            + 60_000_000,
        )
    return _arrow(texts, registered)


def registration_numbers(
    divisions: NDArray[np.int64], sequences: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """15-digit numbers as (n, 15) ASCII bytes: division, eight digits, check digit."""
    digits = np.empty((len(divisions), 15), dtype=np.int64)
    digits[:, 0:6] = digits_of(divisions, 6)
    digits[:, 6:14] = digits_of(sequences, 8)
    check = np.full(len(divisions), 10, dtype=np.int64)
    for place in range(14):
        total = (check + digits[:, place]) % 10
        check = np.where(total == 0, 10, total) * 2 % 11
    digits[:, 14] = (1 - check) % 10
    return np.asarray(digits + ord("0"), dtype=np.uint8)


def digits_of(numbers: NDArray[np.int64], width: int, base: int = 10) -> NDArray[np.int64]:
    """The digits of numbers, the most significant first: an array (n, width)."""
    digits = np.empty((len(numbers), width), dtype=np.int64)
    rest = numbers
    for place in range(width - 1, -1, -1):
        rest, digits[:, place] = np.divmod(rest, base)
    return digits


def fixed(texts: NDArray[np.uint8]) -> Any:
    """Texts of one width, (n, width) ASCII bytes, as an Arrow array."""
    import pyarrow as pa

    count, width = texts.shape
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    return pa.StringArray.from_buffers(
        count, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(texts))
    )


def _arrow(texts: NDArray[np.uint8], short: NDArray[np.bool_]) -> Any:
    import pyarrow as pa

    if not short.any():
        return fixed(texts)
    lengths = np.where(short, 15, 18).astype(np.int32)
    offsets = np.zeros(len(texts) + 1, dtype=np.int32)
    np.cumsum(lengths, out=offsets[1:])
    data = np.ascontiguousarray(texts[np.arange(18) < lengths[:, None]])
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(offsets), pa.py_buffer(data))
