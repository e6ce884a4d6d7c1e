"""Shares as people write them ("1%", "2‰", 0.01), as whole millionths and exactly."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, localcontext
from typing import Any

from yaohao.planner.vocabulary.units import PPM

_FORM = re.compile(r"([0-9]{1,40}(?:\.[0-9]{1,40})?) ?([%‰]?)")
_SIGNS = {"%": 100, "‰": 1000}


class ShareError(ValueError):
    """A share that cannot be taken; `name` is `form`, `bare`, `above` or `fine`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def percent(share: int) -> str:
    """Millionths as people write them: 12_500 is ``1.25%``."""
    return f"{(Decimal(share) / (PPM // 100)).normalize():f}%"


def number(text: str) -> Decimal:
    """A TOML float as an exact decimal; NaN for what no decimal can hold."""
    try:
        return Decimal(text.replace("_", ""))
    except ArithmeticError:
        return Decimal("NaN")


def millionths(value: Any) -> int:
    """The whole millionths, 0 to 1,000,000, of a share; ShareError says what is wrong with it.

    A bare number of one or more is refused: 3 could be meant as 3 %, and so could 1.
    """
    sign = ""
    if isinstance(value, str):
        match = _FORM.fullmatch(unicodedata.normalize("NFKC", value).strip())
        if match is None:
            raise ShareError("form")
        value, sign = Decimal(match[1]), match[2]
    elif isinstance(value, int) and not isinstance(value, bool):
        value = Decimal(value)
    if not isinstance(value, Decimal) or not value.is_finite() or value < 0:
        raise ShareError("form")
    unit = _SIGNS.get(sign, 1)
    if not sign and 1 <= value <= 100:
        raise ShareError("bare")
    if value > unit:
        raise ShareError("above")
    if value and (value.adjusted() < -20 or len(value.as_tuple().digits) > 100):
        raise ShareError("fine")
    with localcontext() as context:
        context.prec = 200
        exact = value * (PPM // unit)
        if exact != exact.to_integral_value():
            raise ShareError("fine")
        return int(exact)
