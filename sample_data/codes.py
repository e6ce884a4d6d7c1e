"""Registration codes that are valid and never repeat: credit codes and 15-digit numbers.

Sources: GB 32100-2015 (credit code), GB 11714-1997 (the organisation code inside it), ISO 7064
MOD 11,10 (registration number).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sample_data.streams import Streams, Words

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
_M, _A = ALPHABET.index("M"), ALPHABET.index("A")


def entity_codes(
    streams: Streams,
    rows: Words,
    *,
    prefixes: NDArray[np.int64],
    divisions: NDArray[np.int64],
    numeric: NDArray[np.bool_],
    registered: NDArray[np.bool_],
) -> Any:
    """The code of each row as an Arrow array of texts.

    `prefixes` (91, 92, 93) and six-digit `divisions` are whole numbers; `numeric` rows get an
    organisation code of digits, as before 2015; `registered` ones a 15-digit registration number.
    Rows whose number is beyond what such a form has get the usual form. Codes differ because their
    bodies do: every form numbers its rows by a permutation, and no two forms share a text.
    """
    numeric = numeric & (rows < NUMERIC_BODIES)
    registered = registered & (rows < SEQUENCES)
    values = np.empty((18, len(rows)), dtype=np.int64)
    _digits(values[0:2], prefixes)
    _digits(values[2:8], divisions)
    body = streams.permuted("code.body", rows, 29_791, 29_791).astype(np.int64)
    values[8], values[9] = _M, _A
    _digits(values[10:16], body, 31)
    if numeric.any():
        plain = streams.permuted("code.digits", rows[numeric], 10_000, 10_000).astype(np.int64)
        block = np.empty((8, len(plain)), dtype=np.int64)
        _digits(block, plain)
        values[8:16, numeric] = block
    values[16] = _CHECK_11[-(_WEIGHTS_11 @ _IN_36[values[8:16]]) % 11]
    values[17] = -(_WEIGHTS_31 @ values[:17]) % 31
    texts = np.ascontiguousarray(_BYTES[values].T)
    if registered.any():
        texts[registered, :15] = registration_numbers(
            divisions[registered],
            streams.permuted("code.sequence", rows[registered], 4_000, 10_000).astype(np.int64)
            + 60_000_000,
        )
    return _arrow(texts, registered)


def registration_numbers(
    divisions: NDArray[np.int64], sequences: NDArray[np.int64]
) -> NDArray[np.uint8]:
    """15-digit numbers as (n, 15) ASCII bytes: division, eight digits, check digit."""
    digits = np.empty((15, len(divisions)), dtype=np.int64)
    _digits(digits[0:6], divisions)
    _digits(digits[6:14], sequences)
    check = np.full(len(divisions), 10, dtype=np.int64)
    for row in digits[:14]:
        total = (check + row) % 10
        check = np.where(total == 0, 10, total) * 2 % 11
    digits[14] = (1 - check) % 10
    return np.asarray(digits.T + ord("0"), dtype=np.uint8)


def _digits(into: NDArray[np.int64], numbers: NDArray[np.int64], base: int = 10) -> None:
    rest = numbers
    for place in range(len(into) - 1, -1, -1):
        rest, into[place] = np.divmod(rest, base)


def _arrow(texts: NDArray[np.uint8], short: NDArray[np.bool_]) -> Any:
    import pyarrow as pa

    lengths = np.where(short, 15, 18).astype(np.int32)
    offsets = np.zeros(len(texts) + 1, dtype=np.int32)
    np.cumsum(lengths, out=offsets[1:])
    used = np.arange(18) < lengths[:, None] if short.any() else slice(None)
    data = np.ascontiguousarray(texts[used])
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(offsets), pa.py_buffer(data))
