"""Industries of China (GB/T 4754-2017): section letters, their divisions, groups and classes."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

SECTIONS: dict[str, tuple[str, str]] = {
    "A": ("农、林、牧、渔业", "agriculture, forestry, animal husbandry and fishery"),
    "B": ("采矿业", "mining"),
    "C": ("制造业", "manufacturing"),
    "D": ("电力、热力、燃气及水生产和供应业", "electricity, heat, gas and water"),
    "E": ("建筑业", "construction"),
    "F": ("批发和零售业", "wholesale and retail trade"),
    "G": ("交通运输、仓储和邮政业", "transport, storage and post"),
    "H": ("住宿和餐饮业", "accommodation and catering"),
    "I": ("信息传输、软件和信息技术服务业", "information technology"),
    "J": ("金融业", "finance"),
    "K": ("房地产业", "real estate"),
    "L": ("租赁和商务服务业", "leasing and business services"),
    "M": ("科学研究和技术服务业", "research and technical services"),
    "N": ("水利、环境和公共设施管理业", "water conservancy, environment and public facilities"),
    "O": ("居民服务、修理和其他服务业", "resident services and repair"),
    "P": ("教育", "education"),
    "Q": ("卫生和社会工作", "health and social work"),
    "R": ("文化、体育和娱乐业", "culture, sports and entertainment"),
    "S": ("公共管理、社会保障和社会组织", "public administration"),
    "T": ("国际组织", "international organisations"),
}
"""Section letter → its name, Chinese and English."""

# The first two-digit division of each section.
_FIRST = {
    1: "A", 6: "B", 13: "C", 44: "D", 47: "E", 51: "F", 53: "G", 61: "H", 63: "I", 66: "J",
    70: "K", 71: "L", 73: "M", 76: "N", 80: "O", 83: "P", 84: "Q", 86: "R", 91: "S", 97: "T",
}  # fmt: skip
_FILE = Path(__file__).with_name("industries.txt")
_BEFORE = Path(__file__).with_name("industries_2011.txt")
_DIVISION = 2  # digits of a division
_LED = re.compile(
    r"(?=[A-Ta-t0-9])([A-Ta-t]?)([0-9]{2,4})?[\s.:、_()-]*([^\W\dA-Za-z_].*)", re.DOTALL
)
_CHAIN = re.compile(r"[>/\\|]|--?|—+")
_CODE = re.compile(r"[A-T](?:[0-9]{2,4})?")
_PUNCTUATION = re.compile(r"[\s、，,及与和（）()]+")


def _short(name: str) -> str:
    return _PUNCTUATION.sub("", name).removesuffix("业")


_BY_NAME = {_short(names[0]): letter for letter, names in SECTIONS.items()} | {
    "农林牧渔": "A", "电力热力燃气水生产供应": "D", "批零": "F", "批发零售": "F", "零售": "F",
    "批发": "F", "交通运输仓储邮政": "G", "住宿餐饮": "H", "餐饮": "H", "住宿": "H",
    "居民服务修理其他服务": "O", "居民服务其他服务": "O", "卫生社会保障社会福利": "Q",
    "文化体育娱乐": "R",
}  # fmt: skip


def is_industry(code: str) -> bool:
    """Whether `code` has the form of an industry: a section letter, then no or 2 to 4 digits."""
    return _CODE.fullmatch(code) is not None


def section_of(number: str) -> str:
    """The section letter of a number of 2 to 4 digits, "" where the standard has none."""
    division = int(number[:2])
    starts = [first for first in _FIRST if first <= division]
    return _FIRST[max(starts)] if starts and division <= 97 else ""


def section_agrees(code: str) -> bool:
    """Whether letter and digits of an industry code agree in the 2017 edition."""
    return len(code) == 1 or section_of(code[1:]) == code[0]


def industry_by_name(name: str) -> str:
    """The code of the industry of a Chinese name: a section, division, group or class.

    The name may be led by its code (``F-批发和零售业``, ``5213 便利店零售``) or by the names of the
    industries above it. "" for another text.
    """
    plain = unicodedata.normalize("NFKC", name).strip()
    led = _LED.fullmatch(plain)
    if led:
        letter, digits, rest = led[1].upper(), led[2], led[3]
        code = _of_name(rest)
        if digits:
            # The number tells more than the name; it is right where they do not contradict it.
            section = section_of(digits)
            if section and letter in ("", section) and (not code or code[0] == section):
                return section + digits
        return code if not letter or code[:1] == letter else ""
    return _of_name(plain)


def _of_name(name: str) -> str:
    for part in (name, *reversed(_CHAIN.split(name))):
        short = _short(part)
        code = _BY_NAME.get(short, "") or _by_name().get(short, "")
        if code:
            return code
    return ""


@cache
def _by_name() -> dict[str, str]:
    """Name without punctuation and 业 → code; what several of the same branch are called means
    the branch, and what stands in several branches means none.
    """
    by_name: dict[str, str] = {}
    for code, name in _listed():
        short = _short(name)
        known = by_name.get(short, code)
        while not code.startswith(known):
            known = known[:-1]
        by_name[short] = known if len(known) >= _DIVISION else ""
    for code, name in _listed_before():
        by_name.setdefault(_short(name), code)
    return {
        short: code if code[0] in SECTIONS else section_of(code) + code
        for short, code in by_name.items()
        if code
    }


def is_listed_number(digits: str) -> bool:
    """Whether two to four digits are a division, a group or a class of the standard."""
    return digits in _numbers()


@cache
def _numbers() -> frozenset[str]:
    """The digits of every division, group and class; a group without classes is one itself."""
    listed = {code for code, _ in _listed()}
    groups = {code for code in listed if len(code) == _DIVISION + 1}
    with_classes = {code[:-1] for code in listed if len(code) == _DIVISION + 2}
    return frozenset(listed | {code + "0" for code in groups - with_classes})


def _listed() -> list[tuple[str, str]]:
    """Digits and name of every division, group and class, the wider ones first."""
    listed = []
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        first, *classes = line.split()
        if first.startswith("#"):
            continue
        number, name = _split(first)
        listed.append((number, name))
        listed += [(number + digit, name) for digit, name in map(_split, classes)]
    return sorted(listed, key=lambda one: len(one[0]))


def _listed_before() -> list[tuple[str, str]]:
    """Digits of this edition and a name that the edition before had for them."""
    lines = _BEFORE.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(" ") for line in lines if not line.startswith("#"))
    return [(number, name) for number, _, name in pairs]


def _split(entry: str) -> tuple[str, str]:
    name = entry.lstrip("0123456789")
    return entry[: len(entry) - len(name)], name
