"""What a visit found, from the codes of its results in the national publicity record."""

from __future__ import annotations

from collections.abc import Sequence

from yaohao.planner.learning.sample import (
    NO_RESULT,
    NOT_FOUND,
    RIGHT,
    WRONG,
)
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.terms import GONE

RIGHT_CODES = ("1",)
WRONG_CODES = ("A", "B", "C", "D", "E", "8")
"""Problems, also those mended on the spot (E) and refusals to cooperate (8): leniency does not
turn wrong into right."""
NOT_FOUND_CODES = ("6", "F", *GONE)
PENDING_CODE = "0"


def outcome_of(results: Sequence[str], items: int) -> int:
    """The outcome of a visit of `items` items whose results so far have these codes.

    One wrong item makes the visit wrong, whatever else is still to come. It is right where all
    results are there and one item at least could be inspected; not found where none could. A
    refusal for codes that do not exist.
    """
    known = {*RIGHT_CODES, *WRONG_CODES, *NOT_FOUND_CODES, PENDING_CODE}
    strange = sorted(set(results) - known)
    if strange:
        raise refuse("learning.result-code", found=strange)
    given = [one for one in results if one != PENDING_CODE]
    if set(given) & set(WRONG_CODES):
        return WRONG
    if len(given) < items or not given:
        return NO_RESULT
    return RIGHT if set(given) & set(RIGHT_CODES) else NOT_FOUND
