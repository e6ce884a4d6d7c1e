"""Administrative divisions of China (GB/T 2260): their codes and their names."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

LENGTHS = (2, 4, 6, 9, 12)
"""Digits of a code: province, prefecture, county, township, village."""

_FILE = Path(__file__).with_name("divisions.txt")
_GENERIC = re.compile(r"市辖区|县|市|林区|[省自治区]+直辖.*行政(?:区划|单位)")


class Divisions(NamedTuple):
    """`names` by code as listed (2, 4 or 6 digits); `prefixes` of provinces and prefectures, the
    retired ones too; `codes` by every name or chain of names that means one division only.
    """

    names: dict[str, str]
    prefixes: frozenset[str]
    codes: dict[str, str]


@cache
def divisions() -> Divisions:
    """All divisions known here, read once."""
    names: dict[str, str] = {}
    retired: list[str] = []
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        code, _, name = line.partition(" ")
        if code.startswith("-"):
            retired.append(code[1:])
        else:
            names[code] = name
    prefixes = frozenset([code for code in names if len(code) < 6] + retired)
    chains: dict[str, set[str]] = {}
    for code, name in names.items():
        if _GENERIC.fullmatch(name):
            continue
        for chain in _chains(code, names):
            chains.setdefault(chain, set()).add(code)
    codes = {chain: min(where) for chain, where in chains.items() if len(where) == 1}
    return Divisions(names, prefixes, codes)


def is_generic(name: str) -> bool:
    """Whether a name is no name of its own: 市辖区, 县, 自治区直辖县级行政区划."""
    return _GENERIC.fullmatch(name) is not None


def _chains(code: str, names: dict[str, str]) -> list[str]:
    """The name alone, and behind those of its prefecture, its province, and both."""
    name, province = names[code], names.get(code[:2], "")
    if len(code) == 2:
        return [name]
    if len(code) == 4:
        return [name, province + name]
    prefecture = names.get(code[:4], "")
    if _GENERIC.fullmatch(prefecture):
        return [name, province + name, province + prefecture + name]
    return [name, prefecture + name, province + name, province + prefecture + name]


def is_listed(code: str) -> bool:
    """Whether `code` is in the list, also written out to six digits (``150500`` for ``1505``)."""
    names = divisions().names
    return code in names or (
        len(code) == 6 and code.endswith("00") and code.rstrip("0").ljust(2, "0") in names
    )


def is_division(code: str) -> bool:
    """Whether `code` is a listed division, or has 6, 9 or 12 digits below a known prefecture.

    County codes change every year and functional zones have codes of their own, so below a
    prefecture (a retired one too) the list is not taken for complete.
    """
    if len(code) not in LENGTHS or not (code.isascii() and code.isdigit()):
        return False
    return is_listed(code) or (len(code) >= 6 and code[:4] in divisions().prefixes)


def division_name(code: str) -> str:
    """The name of a listed division, "" for another."""
    names = divisions().names
    if code in names:
        return names[code]
    return names.get(code.rstrip("0").ljust(2, "0"), "") if is_listed(code) else ""


def division_by_name(name: str) -> str:
    """The code of the one division of this name, six digits; "" where none or several have it.

    Names may be led by those of the divisions above: ``通辽市科尔沁区``.
    """
    code = divisions().codes.get(re.sub(r"[\s>/\\-]+", "", name), "")
    return code and code.ljust(6, "0")
