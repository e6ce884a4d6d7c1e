"""A proof as short as can be: digits, for the code on a slip, that the published page makes whole.

What the page has already is left out, digests are bytes, and seven bytes are seventeen digits: a
code of digits alone is the smallest there is. Form: docs/bundle.md, "Proof of one entity".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.schema.frame import LEAF_COLUMNS
from yaohao.planner.vocabulary.digest import canonical
from yaohao.planner.vocabulary.problems import refuse

VERSION = 2
BYTES, DIGITS = 7, 17
"""So many bytes are written as so many digits: 256^7 is below 10^17."""

LEAF = (*LEAF_COLUMNS, "name")
"""The texts of a row in a short proof; its salt and its cell's name stand among the digests."""

CELL = ("size", "expected", "cells", "index", "count")
MARK = "p"
"""What stands before the digits, behind the ``#`` of the page's address."""

_LONGEST = 300  # characters of an address


def short_proof(proof: Mapping[str, Any]) -> str:
    """A proof of a row in the frame as digits."""
    cell = proof["cell"]
    head = [
        VERSION,
        proof["draw"],
        proof["index"],
        len(proof["path"]),
        [proof["leaf"][name] for name in LEAF],
        None if cell is None else [*(cell[name] for name in CELL), len(cell["path"])],
    ]
    digests = [proof["leaf"]["salt"], *proof["path"]]
    if cell is not None:
        digests += [cell["cell"], cell["salt"], *cell["path"]]
    data = canonical(head).encode("utf-8") + b"\0" + bytes.fromhex("".join(digests))
    data += bytes(-len(data) % BYTES)
    pieces = (data[place : place + BYTES] for place in range(0, len(data), BYTES))
    return "".join(f"{int.from_bytes(piece, 'big'):0{DIGITS}d}" for piece in pieces)


def checked_address(address: str) -> str:
    """The address of a page, as it is printed; PlannerError for what is none."""
    text = address.strip()
    sound = text.startswith(("https://", "http://")) and text.isascii() and text.isprintable()
    if text and (not sound or " " in text or "#" in text or len(text) > _LONGEST):
        raise refuse("slip.bad-address", found=address[:_LONGEST])
    return text
