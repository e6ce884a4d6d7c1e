"""Cells that describe an entity: its division (GB/T 2260) and its industry (GB/T 4754)."""

from __future__ import annotations

import re

from yaohao.planner.register.cells import Read, ReadValue, is_blank, judged
from yaohao.planner.register.values import normal
from yaohao.planner.vocabulary.division_names import division_meant
from yaohao.planner.vocabulary.divisions import is_division, is_listed
from yaohao.planner.vocabulary.industries import (
    industry_by_name,
    is_industry,
    is_listed_number,
    section_agrees,
    section_of,
)

_DIGITS = re.compile(r"([0-9]+)(?:\.0*)?")
_BARE_INDUSTRY = re.compile(r"([0-9]{2,4})(?:\.0*)?")
_LOST_ZERO = 3  # digits of a group, and of a class that lost its leading zero


def read_region(within: str = "") -> Read:
    """A reader of divisions by their codes or their names.

    Of several with a name that within `within`, the bureau's own division, is meant.
    """

    def read(text: str) -> ReadValue:
        if is_blank(text):
            return ReadValue("")
        plain = normal(text).replace(" ", "")
        digits = _DIGITS.fullmatch(plain)
        if not digits:
            code = division_meant(plain, within)
            return (
                ReadValue(code, "translated") if code else ReadValue(text, "", "unknown-division")
            )
        code = digits[1]
        if not is_division(code):
            return ReadValue(text, "", "unknown-division")
        listed = is_listed(code[:6])
        return judged(text, code, "code-form", "" if listed else "unlisted-division")

    return read


def read_industry(text: str) -> ReadValue:
    """An industry: letter and digits, bare digits, or the name of a section, division, group or
    class. Three digits are a group, with a warning where they may be a class that lost its zero.
    """
    if is_blank(text):
        return ReadValue("")
    plain = normal(text).upper().replace(" ", "")
    if is_industry(plain):
        return judged(text, plain, "code-form", "" if section_agrees(plain) else "industry-section")
    if bare := _BARE_INDUSTRY.fullmatch(plain):
        digits = bare[1]
        three = len(digits) == _LOST_ZERO
        if section_of(digits) and not (three and not is_listed_number(digits)):
            lost = three and is_listed_number("0" + digits)
            code = section_of(digits) + digits
            return ReadValue(code, "translated", "", "industry-group" if lost else "")
        return ReadValue(text, "", "unknown-industry")
    code = industry_by_name(normal(text))
    return ReadValue(code, "translated") if code else ReadValue(text, "", "unknown-industry")
