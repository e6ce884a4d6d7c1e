"""Short names of divisions, as registers write them: 曲靖, 红河州, 科左中旗, 内蒙古通辽科尔沁."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from yaohao.planner.vocabulary.divisions import division_by_name, divisions, is_generic

_NAMES = (
    "维吾尔族 维吾尔 哈萨克族 哈萨克 柯尔克孜族 柯尔克孜 蒙古族 蒙古 鄂温克族 鄂伦春 达斡尔族 "
    "塔吉克 锡伯 裕固族 土家族 布依族 景颇族 傈僳族 纳西族 拉祜族 哈尼族 仡佬族 毛南族 仫佬族 "
    "撒拉族 保安族 东乡族 朝鲜族 布朗族 普米族 独龙族 壮族 回族 藏族 苗族 侗族 彝族 傣族 羌族 "
    "白族 佤族 怒族 瑶族 黎族 畲族 满族 水族 土族 各族"
)
_PEOPLES = _NAMES.split()
_KIND = re.compile(r"(?:自治)?(?:特别行政区|地区|新区|林区|[省市县区旗州盟])\Z")
_PEOPLE = re.compile(rf"(?:{'|'.join(_PEOPLES)})\Z")
_OFFICE = re.compile(
    r"(?:市场监督管理|市场监管|工商行政管理|工商|行政审批)?(?:和知识产权)?(?:分局|总局|局|所|分所)\Z|辖区\Z|本级\Z"
)
_TOWN = re.compile(r".{1,10}(?:镇|乡|街道|街道办事处|苏木|开发区|园区|农场|牧场|林场|村|社区)\Z")
_BLANKS = re.compile(r"[\s>/\\·,，、-]+")
_LAST = "旗县市区州盟"
_SHORTEST = 2
_COUNTY = 6  # digits of a county or district
_LAST_OF_COUNTY = "县旗区市"
_PREFECTURE = 4  # digits of a prefecture's code
_LONGEST = 30  # characters of what may be the name of a division
_ABBREVIATED = 3  # characters from which on a name may be told by some of its characters


def division_meant(text: str, within: str = "") -> str:
    """The six-digit code of the one division that a text means, "" where none or several are meant.

    Besides what `division_by_name` takes: names without 市, 县, 旗, 州; names led by those of the
    divisions above, long or short; abbreviations that have the first and the last character of one
    name and some between; and the office of a division. Of several alike one within the division
    `within` (that of the bureau) is meant, or one within its prefecture, or its province.
    """
    plain = _BLANKS.sub("", text)
    if len(plain) > _LONGEST:
        return ""
    code = _meant(plain, within)
    if not code and (office := _OFFICE.sub("", plain)) not in ("", plain):
        code = _meant(office, within)
    code = code or _of_town(plain, within)
    return code and code.ljust(6, "0")


def _of_town(text: str, within: str) -> str:
    """The code of the county or district whose whole name leads the name of a town, or "".

    A city alone says too little: its districts have towns of their own.
    """
    for at, character in enumerate(text):
        if character in _LAST_OF_COUNTY and at >= _SHORTEST and _TOWN.fullmatch(text, at + 1):
            code = _meant(text[: at + 1], within)
            if len(code) == _COUNTY and not code.endswith("00"):
                return code
    return ""


def _meant(text: str, within: str) -> str:
    for scope in dict.fromkeys(_scopes(within)):
        code = _in_scope(text, scope)
        if code:
            return code
    return ""


def _scopes(within: str) -> Iterator[str]:
    """Prefixes of codes, the nearest first: the bureau's own division, those above it, all."""
    own = re.sub(r"(?:00)+\Z", "", within[:6])
    while own:
        yield own
        own = own[:-2]
    yield ""


def _in_scope(text: str, scope: str) -> str:
    if not scope and (whole := division_by_name(text)):
        return whole
    match = _single(text, scope)
    if match:
        return match
    # Led by the names of the divisions above it.
    for head, code in _above(text, scope):
        rest = text[len(head) :]
        match = _single(rest, code) or (_in_scope(rest, code) if len(code) == 2 else "")
        if match:
            return match
    return ""


def _single(text: str, scope: str) -> str:
    """The code of the only division below a prefix whose name or short name a text is."""
    if len(text) < _SHORTEST:
        return ""
    for codes in (
        [code for code in _by_name().get(text, ()) if code.startswith(scope)],
        [code for code in _by_short().get(text, ()) if code.startswith(scope)],
    ):
        if codes:
            return codes[0] if len(codes) == 1 else ""
    if len(text) < _ABBREVIATED:
        return ""
    likely = [
        code
        for code, name in _by_ends().get((text[0], text[-1]), ())
        if code.startswith(scope) and _is_within(text, name)
    ]
    return likely[0] if len(likely) == 1 else ""


def _is_within(text: str, name: str) -> bool:
    """Whether the characters of a text stand in a name in this order."""
    rest = iter(name)
    return all(character in rest for character in text)


def _above(text: str, scope: str) -> Iterator[tuple[str, str]]:
    """Provinces and prefectures below a prefix whose name, long or short, leads a text."""
    for head, code in _heads().get(text[:_SHORTEST], ()):
        below = code != scope and code.startswith(scope)
        if below and len(text) > len(head) and text.startswith(head):
            yield head, code


def short_name(name: str) -> str:
    """A name without what it is (市, 县, 自治州 …) and whose; itself where little is left."""
    short = _KIND.sub("", name)
    if len(short) < _SHORTEST:
        return name
    while len(shorter := _PEOPLE.sub("", short)) >= _SHORTEST and shorter != short:
        short = shorter
    return short


@cache
def _by_name() -> dict[str, list[str]]:
    return _index(short=False)


@cache
def _by_short() -> dict[str, list[str]]:
    return _index(short=True)


@cache
def _by_ends() -> dict[tuple[str, str], list[tuple[str, str]]]:
    """First and last character → code and name of the divisions that may be abbreviated."""
    by_ends: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for code, name in divisions().names.items():
        if name[-1] in _LAST and not is_generic(name):
            by_ends.setdefault((name[0], name[-1]), []).append((code, name))
    return by_ends


@cache
def _heads() -> dict[str, list[tuple[str, str]]]:
    """First two characters → name, long or short, and code of provinces and prefectures."""
    by_head: dict[str, list[tuple[str, str]]] = {}
    for code, name in divisions().names.items():
        if len(code) <= _PREFECTURE and not is_generic(name):
            for head in dict.fromkeys((name, short_name(name))):
                by_head.setdefault(head[:_SHORTEST], []).append((head, code))
    return by_head


def _index(*, short: bool) -> dict[str, list[str]]:
    by_name: dict[str, list[str]] = {}
    for code, name in divisions().names.items():
        if not is_generic(name):
            by_name.setdefault(short_name(name) if short else name, []).append(code)
    return by_name
