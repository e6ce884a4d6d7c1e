"""Places: what divisions are called, their streets, and telephone numbers that nobody has."""

from __future__ import annotations

from dataclasses import dataclass

from yaohao.planner.vocabulary.divisions import division_name, divisions
from yaohao.sample_data import words

_ENDINGS = ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市", "盟", "地区")
_ZONES = "7"
"""Fifth digit of codes that statistics give to functional zones; GB/T 2260 has none of them."""


@dataclass(frozen=True)
class Place:
    """A county and what it lies in: names as addresses and names of firms have them."""

    code: str
    name: str
    short: str
    prefecture: str
    province: str
    streets: tuple[str, ...]
    area_code: str

    @property
    def full(self) -> str:
        """The name with those of the prefecture and the province before it."""
        return self.province + self.prefecture + self.name

    @property
    def names(self) -> tuple[str, ...]:
        """How firms name the place they are at, the usual ways more often."""
        return (
            *[self.prefecture] * 5,
            shortened(self.province),
            self.name,
            self.short,
            self.prefecture + self.name,
        )


def place(code: str) -> Place:
    """The county with a six-digit code."""
    own = words.document("divisions").get(code, {})
    name = division_name(code)
    streets = own.get("streets") or words.words("streets")
    return Place(
        code=code,
        name=name,
        short=own.get("short", name),
        prefecture=division_name(code[:4]),
        province=division_name(code[:2]),
        streets=tuple(streets),
        area_code=words.document("area_codes")[code[:4]],
    )


def counties(area: str) -> list[str]:
    """The codes of the counties in an area, functional zones left out, in ascending order."""
    return sorted(
        code
        for code in divisions().names
        if len(code) == 6 and code.startswith(area) and code[4] != _ZONES
    )


def shortened(name: str) -> str:
    """A division's name without what it is: 内蒙古自治区 is 内蒙古, 通辽市 is 通辽."""
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name
