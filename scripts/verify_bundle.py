#!/usr/bin/env python3
"""Verify the public bundle of a draw (双随机抽查公示核验): python3 verify.py [DIR] [--json].

One file, Python 3.9 or later, nothing but the standard library. It recomputes from the published
files all that anyone can check: digests, commitments, seeds, keys, tickets, the order of visits,
counts, thresholds where classes are public, crews, the table and the ledger. It was written from
the draw protocol (yaohao/1) and the description of the bundle, apart from the planner that drew.
A bundle that was tampered with may hold a verifier that was too: take this file from a place that
you trust, and give it the folder of the bundle.

Exit status: 0 every check passes, 1 a check failed, 2 wrong use.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import os
import re
import stat
import sys
import unicodedata
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from json.encoder import encode_basestring
from operator import ne
from pathlib import Path
from typing import Any

FORMAT = "yaohao/1"
MILLION = 1_000_000
LARGEST = 2**53 - 1  # the largest whole number that every reader of JSON keeps exactly
DEEPEST = 32  # no document of ours nests deeper than a dozen levels
READ_LIMIT = 1 << 30
FAULTS_KEPT = 20
SHOWN_WIDTH = 100

NEEDED = ("SHA256SUMS", "draw.json", "ledger.jsonl", "visits.csv")
PROGRAM, WORKBOOK = "verify.py", "visits.xlsx"
AUDIT = (
    "crews.json",
    "earlier.json",
    "frame.parquet",
    "lottery.json",
    "plan.json",
    "roster.json",
    "secret",
    "visits.json",
)

STEPS = (
    "freeze",
    "commitment/select",
    "seed/select",
    "draw",
    "commitment/crew",
    "seed/crew",
    "crews",
)
# The stage reached after so many steps; between a seed and what it decides there is none.
STAGE_AFTER = (None, None, "committed", None, "drawn", "staffed", None, "dealt")

# ---------------------------------------------------------------------------------------- words

# fmt: off
WORDS = {
    # checks that pass
    "sums-ok": ("{count} files are as listed", "{count}个文件与清单一致"),
    "read-ok": ("can be read", "可以读取"),
    "bytes-ok": ("written in the stated form", "书写格式符合规定"),
    "form-ok": ("every key and type as documented", "各项名称与类型均符合规定"),
    "lines-ok": ("{count} lines, each canonical", "共{count}行，均为规范格式"),
    "chain-ok": ("unbroken over {count} lines", "{count}行首尾相连"),
    "head-ok": ("draw.json names the last line", "draw.json 所记为末行"),
    "times-ok": ("never decrease", "时间未倒退"),
    "order-ok": ("acts of {count} draws in order", "{count}次抽查的各步骤次序正确"),
    "register-ok": ("every freeze is of the register imported", "冻结的均为已导入的名录"),
    "earlier": ("draws that had been drawn and not given up", "当时已抽取且未作废的抽查"),
    "rounds-ok": ("{count} rounds recomputed", "已重算{count}轮"),
    "stage-ok": ("{stage}, in record and ledger", "记录与台账均为 {stage}"),
    "record-ok": ("equal to the ledger in every value", "各值与台账一致"),
    "plan-ok": ("digest, title, authority and date agree", "摘要、标题、机关、基准日一致"),
    "commitment-ok": ("recomputed", "重算一致"),
    "seed-ok": ("long enough, in normal form, later than commitment",
                "长度足够，格式规范，晚于承诺"),
    "key-ok": ("recomputed", "重算一致"),
    "tickets-ok": ("{count} recomputed", "已重算{count}个"),
    "order-visits-ok": ("each once, in ascending order", "无重复，升序排列"),
    "counts-ok": ("{drawn} drawn of {pool}, {directed} directed, {reserves} reserves",
                  "从{pool}户中抽取{drawn}户，有因检查{directed}户，候补{reserves}户"),
    "cells-ok": ("{count} cells: thresholds and counts hold", "{count}个层的门槛与数量均成立"),
    "cells-hidden": ("classes are not public; none are shown", "分类不公开，未列示"),
    "visits-ok": ("digest recomputed from {count} visits", "由{count}户重算摘要一致"),
    "crews-ok": ("{count} crews complete, digest recomputed", "{count}组人员齐全，摘要一致"),
    "crews-none": ("not dealt yet, and nobody named", "尚未派员，未列人员"),
    "abandoned-none": ("not abandoned", "未作废"),
    "abandoned-ok": ("abandoned at {at}: {reason}", "已于{at}作废：{reason}"),
    "csv-ok": ("equal to draw.json, {count} rows", "与 draw.json 一致，共{count}行"),
    # checks not made
    "not-yet": ("nothing to check at this stage", "现阶段无可核验内容"),
    "blocked": ("not made, because of {names}", "因 {names} 未通过，无法核验"),
    # files
    "file-missing": ("file is missing", "缺少文件"),
    "file-unlisted": ("file is not listed in SHA256SUMS", "文件未列入 SHA256SUMS"),
    "file-foreign": ("no file of a bundle", "不是公示包中的文件"),
    "file-odd": ("file cannot be read", "文件无法读取"),
    "odd-link": ("is a symbolic link", "是符号链接"),
    "odd-kind": ("is not a plain file", "不是普通文件"),
    "odd-size": ("is too big", "文件过大"),
    "odd-closed": ("could not be opened", "无法打开"),
    "sums-line": ("line is not `digest  name`", "该行不是“摘要  文件名”"),
    "sums-twice": ("file is listed twice", "文件重复列出"),
    "sums-form": ("lines not sorted, or last line not ended", "行未排序或末行未换行"),
    "sums-digest": ("digest differs", "摘要不符"),
    # reading
    "utf8": ("is not UTF-8 text", "不是 UTF-8 文本"),
    "no-json": ("is not JSON", "不是 JSON"),
    "json-deep": ("is nested too deeply", "嵌套过深"),
    "json-twice": ("key stands twice in one object", "同一对象中键重复"),
    "json-number": ("number is not a whole number within 2^53", "数字不是 2^53 以内的整数"),
    "json-surrogate": ("holds half a character", "含不完整的字符"),
    "bytes": ("not in the stated form; first difference", "格式不符，首处差异"),
    # forms
    "key-missing": ("key is missing", "缺少该键"),
    "key-unknown": ("key is not documented here", "此处不应有该键"),
    "form": ("value is not of the right form", "值的格式不符"),
    "ledger-empty": ("ledger has no lines", "台账为空"),
    "ledger-end": ("last line is not ended by a line feed", "末行未换行"),
    "act-unknown": ("no such kind of act", "没有这种记录"),
    "kind-object": ("an object", "对象"),
    "kind-list": ("a list", "列表"),
    "kind-length": ("a list of {count}", "{count}项的列表"),
    "kind-text": ("a text", "文本"),
    "kind-name": ("a text that is not empty", "非空文本"),
    "kind-id": ("an entity id", "主体编号"),
    "kind-inspector": ("an inspector's id", "检查人员编号"),
    "kind-digest": ("64 hex digits", "64位十六进制数"),
    "kind-key": ("32 hex digits", "32位十六进制数"),
    "kind-time": ("a time like 2027-01-06T01:02:03Z", "时间，如 2027-01-06T01:02:03Z"),
    "kind-date": ("a date like 2027-01-06", "日期，如 2027-01-06"),
    "kind-count": ("a whole number from 0", "非负整数"),
    "kind-positive": ("a whole number from 1", "正整数"),
    "kind-share": ("millionths, 0 to 1000000", "百万分数，0 至 1000000"),
    "kind-seats": ("2 or more", "2 或以上"),
    "kind-truth": ("true or false", "true 或 false"),
    "kind-one": ("one of: {names}", "其中之一：{names}"),
    "kind-names": ("a list of texts, at least one", "非空文本列表"),
    "kind-slug": ("letters, digits, - or _", "字母、数字、- 或 _"),
    "window": ("window ends before it begins", "检查期间止早于起"),
    "tier-rate": ("has no rate of its own", "没有对应的抽查比例"),
    "rates-base": ("no rates for what cells take theirs from", "缺少基本抽查比例表"),
    "bounds-none": ("neither least nor most", "下限与上限均未写明"),
    "bounds-order": ("least is above most", "下限高于上限"),
    "strata-need": ("strata lack what rates or quotas ask for", "分层缺少比例或配额所需的项"),
    "seats-order": ("seats are not sorted", "席位未排序"),
    "seats-number": ("number of seats of a department", "部门席位数"),
    # ledger
    "entry": ("entry is not the digest of previous and act", "entry 与前项及内容的摘要不符"),
    "previous": ("previous is not the entry of the line before", "previous 与上一行 entry 不符"),
    "head": ("last line of the ledger", "台账末行"),
    "time-back": ("time is before that of the line above", "时间早于上一行"),
    "first-act": ("a ledger begins with one act `workspace`", "台账应以唯一的 workspace 开始"),
    "act-order": ("act out of order in draw {draw}", "抽查 {draw} 的步骤次序不符"),
    "act-after": ("act after the abandonment of draw {draw}", "抽查 {draw} 作废后仍有步骤"),
    "act-stage": ("publication names another stage of draw {draw}", "抽查 {draw} 公示的阶段不符"),
    "import-sum": ("rows are not accepted and set aside together", "行数不等于接受数与搁置数之和"),
    "register": ("frozen register is not the one last imported", "冻结的名录不是最近导入的名录"),
    "draw-unknown": ("ledger has no such draw", "台账中没有该次抽查"),
    "seed-alone": ("a seed without what it decides", "有种子而无其结果"),
    "stage": ("record and ledger are at different stages", "记录与台账所处阶段不同"),
    # the record
    "differs": ("differs", "不一致"),
    "differs-ledger": ("differs from the ledger", "与台账不一致"),
    "differs-plan": ("differs from the plan", "与计划不一致"),
    "witnesses": ("names do not have the digest in the ledger", "名单与台账摘要不符"),
    "sum": ("numbers do not add up", "数目不符"),
    "commitment": ("is not what the protocol gives", "与按规程计算的不符"),
    "seed-strip": ("seed has white space at an end", "种子两端有空白"),
    "seed-nfc": ("seed is not NFC-normalised", "种子未作 NFC 规范化"),
    "seed-separator": ("seed holds a bar, a comma or a control character",
                       "种子含有竖线、逗号或控制字符"),
    "seed-digits": ("seed has too few digits", "种子位数不足"),
    "seed-bits": ("seed has less than 64 bits", "种子不足64比特"),
    "seed-early": ("seed is older than the commitment", "种子早于承诺"),
    "at-least": ("at least {least}", "至少 {least}"),
    "at-most": ("at most {most}", "至多 {most}"),
    "between": ("{least} to {most}", "{least} 至 {most}"),
    "above": ("above {least}", "大于 {least}"),
    "nothing": ("nothing", "无"),
    "ticket": ("ticket of {entity}", "{entity} 的号码"),
    "visit-twice": ("entity stands twice", "主体重复"),
    "visit-group": ("drawn, then directed, then reserves", "应依次为抽取、有因、候补"),
    "visit-order": ("tickets of the group do not ascend", "组内号码未升序"),
    "visit-reserve": ("a directed visit cannot be a reserve", "有因检查不能为候补"),
    "visit-result": ("no visit has been made yet", "尚未检查，不应有结果"),
    "visit-early": ("visits before the draw", "抽取之前不应有名单"),
    "reserves-none": ("more reserves than the plan asks for", "候补多于计划所定"),
    "cell-number": ("cell number", "层号"),
    "cell-count": ("number drawn in cell {cell}", "第{cell}层抽取数"),
    "cell-size": ("more drawn than cell {cell} holds", "第{cell}层抽取数超过层内户数"),
    "cell-threshold": ("threshold of cell {cell}", "第{cell}层门槛"),
    "cell-reserve": ("reserve ticket in cell {cell}", "第{cell}层候补号码"),
    "cell-reserves": ("reserves in cell {cell}", "第{cell}层候补数"),
    "cell-expected": ("expected count differs within cell {cell}", "第{cell}层期望数不一"),
    "cell-rounding": ("count of cell {cell} against its expectation", "第{cell}层数量与期望数"),
    "cell-chance": ("expected count is more than cell {cell} holds", "第{cell}层期望数超过户数"),
    "crew-early": ("inspectors named before the deal", "派员之前不应有人员"),
    "crew-reserve": ("inspectors named for a reserve", "候补不应有人员"),
    "crew-size": ("number of inspectors of {entity}", "{entity} 的检查人员数"),
    "crew-order": ("inspectors of {entity} not distinct and sorted", "{entity} 的人员重复或未排序"),
    "csv-cell": ("line {line}, {column}", "第{line}行 {column}"),
    "csv-bytes": ("written in another form, from byte {byte}", "自第{byte}字节起格式不符"),
    "broken": ("check could not be carried out", "无法完成核验"),
    # warnings
    "unwitnessed": ("the seed of the {round} round has neither source nor witness",
                    "{round} 轮种子既无来源也无见证人"),
    "source-changed": ("the seed of the {round} round is of another source than announced: {found}",
                       "{round} 轮种子的来源与事先公布的不同：{found}"),
    "abandoned": ("draw {draw} was abandoned at {at}: {reason}",
                  "抽查 {draw} 已于 {at} 作废：{reason}"),
    "unfinished": ("draw {draw} was begun and is neither finished nor abandoned",
                   "抽查 {draw} 已开始，既未完成也未作废"),
    "workbook": ("visits.xlsx is as listed, but its cells are not compared: go by visits.csv",
                 "visits.xlsx 与清单一致，但未逐格比对，请以 visits.csv 为准"),
    "audit": ("files for auditors are as listed, but only the public checks were made",
              "审计文件与清单一致，但仅作了公开核验"),
    "program": ("verify.py of the folder is another one", "文件夹中的 verify.py 与本程序不同"),
    # the face
    "total": ("{passed} pass, {failed} FAIL, {none} not made",
              "通过{passed}，未通过{failed}，未做{none}"),
    "expected": ("expected", "应为"),
    "found": ("found", "实为"),
    "more": ("and {count} more", "另有{count}处"),
    "warning": ("warning", "注意"),
    "no-folder": ("no such folder, or it cannot be read", "没有该文件夹或无法读取"),
}
# fmt: on


@dataclass(frozen=True)
class Say:
    """Words to be said in the reader's language: a key of WORDS and what fills its braces."""

    word: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def put(self, lang: str) -> str:
        """The words in `lang`, ``en`` or ``zh``."""
        shown = {key: show(value, lang, bare=True) for key, value in self.params.items()}
        return WORDS[self.word][lang == "zh"].format(**shown)


@dataclass(frozen=True)
class Fault:
    """One thing found wrong: where, in what way, what was expected there and what was found."""

    where: str
    what: Say
    expected: Any
    found: Any

    def put(self, lang: str) -> dict[str, str]:
        """The fault in words: finding, expected, found."""
        finding = (
            f"{plain(self.where)}: {self.what.put(lang)}" if self.where else self.what.put(lang)
        )
        shown = {"expected": show(self.expected, lang), "found": show(self.found, lang)}
        return {"finding": finding, **shown}


class NotYetError(Exception):
    """There is nothing to check at this stage of the draw."""


class UnreadableError(Exception):
    """A text is no document of ours; carries what is wrong and what was found."""

    def __init__(self, word: str, found: object = None) -> None:
        super().__init__(word)
        self.word, self.found = word, found


Findings = Generator[Fault, None, Say]


def fault(where: str, word: str, expected: object, found: object, **params: object) -> Fault:
    """A `Fault` in the words of `word`."""
    return Fault(where, Say(word, params), expected, found)


def plain(text: str, width: int = SHOWN_WIDTH) -> str:
    """`text` cut to `width`, with characters that could act on a terminal shown as escapes."""
    if len(text) > width:
        text = text[: width - 3] + "..."
    return "".join(
        f"\\u{ord(c):04x}" if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029" else c
        for c in text
    )


def show(value: object, lang: str, bare: bool = False) -> str:
    """A value as people may see it: texts harmless and cut, lists and objects by their size."""
    if isinstance(value, Say):
        return value.put(lang)
    if isinstance(value, str):
        return plain(value) if bare else f'"{plain(value)}"'
    if isinstance(value, list):
        return f"[{len(value)}]"
    if isinstance(value, dict):
        return f"{{{len(value)}}}"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)


# -------------------------------------------------------------------- texts, digests, documents


def sha(text: str) -> str:
    """Lower-case hex SHA-256 of the UTF-8 bytes of `text`."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


quote: Callable[[str], str] = encode_basestring
"""A text in JSON; the escapes of RFC 8785 §3.2.2.2 are exactly those of this library's encoder."""


@lru_cache(maxsize=1024)
def members(keys: tuple[str, ...], by_units: bool = True) -> list[tuple[str, str]]:
    """The keys of an object in order, each with its JSON.

    RFC 8785 sorts by UTF-16 code units, most programs by code points: unlike only for keys beyond
    the basic plane.
    """
    order: Callable[[str], Any] = (lambda key: key.encode("utf-16-be")) if by_units else str
    return [(key, quote(key)) for key in sorted(keys, key=order)]


def canonical(value: Any) -> str:
    """Canonical JSON (RFC 8785) of texts, whole numbers, truth values, null, lists and objects.

    TypeError for anything else: no document of the protocol holds a fraction.
    """
    kind = type(value)
    if kind is str:
        return quote(value)
    if kind is dict:
        pairs = members(tuple(value))
        return "{" + ",".join([f"{name}:{canonical(value[key])}" for key, name in pairs]) + "}"
    if kind is list:
        return "[" + ",".join(map(canonical, value)) + "]"
    return plain_value(value)


def plain_value(value: Any) -> str:
    """JSON of null, a truth value or a whole number that every reader keeps exactly."""
    if value is None:
        return "null"
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is not int or abs(value) > LARGEST:
        raise TypeError(type(value).__name__)
    return str(value)


def readable(value: Any, by_units: bool, start: str = "\n") -> str:
    """The form of draw.json: sorted keys, indented by two blanks, characters unescaped."""
    kind = type(value)
    if kind is str:
        return quote(value)
    inner = start + "  "
    if kind is dict and value:
        pairs = members(tuple(value), by_units)
        lines = [f"{name}: {readable(value[key], by_units, inner)}" for key, name in pairs]
        return "{" + inner + ("," + inner).join(lines) + start + "}"
    if kind is list and value:
        lines = [readable(item, by_units, inner) for item in value]
        return "[" + inner + ("," + inner).join(lines) + start + "]"
    if kind is dict or kind is list:
        return "{}" if kind is dict else "[]"
    return plain_value(value)


def digest_of(document: Any) -> str:
    """`sha` of the canonical JSON of a document."""
    return sha(canonical(document))


def select_commitment(plan: str, frame: str, lottery: str) -> str:
    """The commitment of the selection round (protocol §2)."""
    return sha(f"yaohao/1|select|{plan}|{frame}|{lottery}")


def crew_commitment(select: str, visits: str, roster: str) -> str:
    """The commitment of the crew round (protocol §2)."""
    return sha(f"yaohao/1|crew|{select}|{visits}|{roster}")


def round_key(commitment: str, seed: str) -> str:
    """The key of a round (protocol §2)."""
    return sha(f"{commitment}|{seed}")[:32]


def ticket_of(key: str, entity_id: str) -> str:
    """The ticket of an entity under a key (protocol §4)."""
    return sha(f"{key}|{entity_id}")


def text_of(data: bytes) -> str:
    """The text of a file; UnreadableError where it is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError("utf8", f"byte {error.start}") from None


def document_of(text: str) -> Any:
    """The JSON document that `text` holds.

    UnreadableError for what is not JSON, keys that stand twice, numbers that are not whole or too
    large, halves of characters, and nesting deeper than any document of ours.
    """
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except RecursionError:
        raise UnreadableError("json-deep") from None
    except ValueError as error:
        raise UnreadableError("no-json", str(error)) from None
    _look_through(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        raise UnreadableError("json-twice", next(n for n in names if names.count(n) > 1))
    return members


def _whole(digits: str) -> int:
    if len(digits) > len(str(LARGEST)) + 1 or abs(int(digits)) > LARGEST:
        raise UnreadableError("json-number", digits)
    return int(digits)


def _no_number(text: str) -> None:
    raise UnreadableError("json-number", text)


def _look_through(value: Any) -> None:
    """UnreadableError where a document is nested too deeply or holds half a surrogate pair."""
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        texts = [item for item in level if type(item) is str]
        inner: list[Any] = []
        for item in level:
            if type(item) is dict:
                texts.extend(item)
                inner.extend(item.values())
            elif type(item) is list:
                inner.extend(item)
        try:
            "".join(texts).encode("utf-8")
        except UnicodeEncodeError:
            raise UnreadableError("json-surrogate") from None
        if not inner:
            return
        level = inner
    raise UnreadableError("json-deep")


# ---------------------------------------------------------------------------------------- forms


@dataclass(frozen=True)
class Kind:
    """The form of a single value: the words for it and its test."""

    say: Say
    test: Callable[[Any], bool]


@dataclass(frozen=True)
class Maybe:
    """A form, or null."""

    form: Any


@dataclass(frozen=True)
class Named:
    """An object whose keys are codes and whose values have one form."""

    form: Any


@dataclass(frozen=True)
class Either:
    """The forms an object may have, told apart by their keys, and one for what is no object."""

    members: tuple[dict[str, Any], ...]
    other: Kind


@dataclass(frozen=True)
class Some:
    """An object with all the keys of `needed` and any of `others`."""

    needed: dict[str, Any]
    others: dict[str, Any]


def matching(pattern: str) -> Callable[[Any], bool]:
    """A test for texts that match `pattern` from end to end."""
    match = re.compile(pattern + r"\Z").match
    return lambda value: type(value) is str and match(value) is not None


def whole(least: int, most: int = LARGEST) -> Callable[[Any], bool]:
    """A test for whole numbers between `least` and `most`."""
    return lambda value: type(value) is int and least <= value <= most


def is_day(value: Any) -> bool:
    """Whether `value` is an ISO date that the calendar has."""
    return DAY_FORM(value) and _on_calendar(value)


def is_time(value: Any) -> bool:
    """Whether `value` is a UTC time to the second, as the ledger writes it."""
    return TIME_FORM(value) and _on_calendar(value[:-1])


def _on_calendar(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


DAY_FORM = matching(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TIME_FORM = matching(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def one_of(*values: str) -> Kind:
    """The form of a text that is one of a few."""
    return Kind(
        Say("kind-one", {"names": ", ".join(values)}),
        lambda value: type(value) is str and value in values,
    )


TEXT = Kind(Say("kind-text"), lambda value: type(value) is str)
NAME = Kind(Say("kind-name"), lambda value: type(value) is str and value != "")
SLUG = Kind(Say("kind-slug"), matching(r"[0-9A-Za-z_-]+"))
ENTITY = Kind(Say("kind-id"), matching(r"[0-9A-Za-z._-]{1,64}"))
INSPECTOR = Kind(Say("kind-inspector"), matching(r"[^|,;\x00-\x1f\x7f]+"))
DIGEST = Kind(Say("kind-digest"), matching(r"[0-9a-f]{64}"))
KEY = Kind(Say("kind-key"), matching(r"[0-9a-f]{32}"))
TIME = Kind(Say("kind-time"), is_time)
DAY = Kind(Say("kind-date"), is_day)
COUNT = Kind(Say("kind-count"), whole(0))
POSITIVE = Kind(Say("kind-positive"), whole(1))
SHARE = Kind(Say("kind-share"), whole(0, MILLION))
SEATS = Kind(Say("kind-seats"), whole(2))
TRUTH = Kind(Say("kind-truth"), lambda value: type(value) is bool)
NAMES = Kind(
    Say("kind-names"),
    lambda value: (
        type(value) is list
        and bool(value)
        and all(type(name) is str and name != "" for name in value)
    ),
)
OBJECT = Kind(Say("kind-object"), lambda value: type(value) is dict)
REGISTER = one_of("entities", "inspectors", "items", "leads", "lists")
ROUND = one_of("select", "crew")
STAGE = one_of("committed", "drawn", "staffed", "dealt", "abandoned")

COUNTS = {"scope": COUNT, "pool": COUNT, "directed": COUNT, "out": Named(COUNT)}

STRATA = ("tier", "region", "industry", "kind", "status", "age", "key")
NUMBER = {"count": POSITIVE}
RATE = Either((NUMBER,), SHARE)
RATES = Named(Either((NUMBER, {"min": Maybe(RATE), "max": Maybe(RATE)}), SHARE))
AMOUNT = Either((NUMBER, {"share": SHARE, "of": one_of("group", "draw")}), OBJECT)
WHERE = Some({}, dict.fromkeys([*STRATA, "fields"], NAMES))

PLAN = {
    "id": SLUG,
    "title": NAME,
    "authority": NAME,
    "as_of": DAY,
    "window": (DAY, DAY),
    "frequency": POSITIVE,
    "batch": POSITIVE,
    "items": [NAME],
    "strata": [NAME],
    "scope": {"kind": [NAME], "region": [NAME], "status": [NAME]},
    "rates": Some(
        {"unknown_tier": NAME}, {**dict.fromkeys(STRATA, RATES), "base": one_of(*STRATA[1:])}
    ),
    "tolerance": {"years": COUNT, "leave_out": SHARE},
    "low_risk": {"tiers": [NAME], "leave_out": SHARE},
    "key_fields": {"codes": [NAME]},
    "limits": {"visits_per_year": COUNT, "days_between": COUNT, "total": Maybe(POSITIVE)},
    "coverage": [{"where": WHERE, "within_years": POSITIVE}],
    "quota": [{"where": WHERE, "min": Maybe(AMOUNT), "max": Maybe(AMOUNT)}],
    "leads": {"triggers": [NAME]},
    "trigger_based": {
        "tiers": [NAME],
        "observation_months": COUNT,
        "reminder_months": COUNT,
        "entries": [
            {"entry_id": NAME, "item_id": NAME, "content": TEXT, "measure": TEXT, "trigger": NAME}
        ],
    },
    "department": [{"name": NAME, "items": NAMES, "size": SEATS, "qualifications": [NAME]}],
    "crew": {
        "size": SEATS,
        "department": TEXT,
        "seats": [{"department": TEXT, "qualification": TEXT}],
    },
    "seeds": {"select": TEXT, "crew": TEXT},
    "publication": {"tiers": one_of("hidden", "shown"), "reserves": COUNT},
}

SEEDED = {
    "commitment": DIGEST,
    "committed_at": TIME,
    "seed": Maybe(NAME),
    "source": TEXT,
    "seeded_at": Maybe(TIME),
    "witnesses": [NAME],
    "key": Maybe(KEY),
}

ACTS: dict[str, dict[str, Any]] = {
    "workspace": {"register": one_of("china", "free")},
    "import": {
        "register": REGISTER,
        "files": [DIGEST],
        "rows": COUNT,
        "accepted": COUNT,
        "set_aside": COUNT,
        "content": DIGEST,
    },
    "freeze": {
        "draw": NAME,
        "content": DIGEST,
        "plan": DIGEST,
        "frame": DIGEST,
        "lottery": DIGEST,
        "counts": COUNTS,
        "earlier": [NAME],
    },
    "commitment/select": {
        "draw": NAME,
        "round": ROUND,
        "plan": DIGEST,
        "frame": DIGEST,
        "lottery": DIGEST,
        "commitment": DIGEST,
        "source": TEXT,
    },
    "commitment/crew": {
        "draw": NAME,
        "round": ROUND,
        "visits": DIGEST,
        "roster": DIGEST,
        "commitment": DIGEST,
        "source": TEXT,
    },
    "seed": {
        "draw": NAME,
        "round": ROUND,
        "seed": NAME,
        "source": TEXT,
        "witnesses": DIGEST,
        "witnessed": COUNT,
        "key": KEY,
    },
    "draw": {
        "draw": NAME,
        "outcome": COUNT,
        "drawn": COUNT,
        "directed": COUNT,
        "reserves": COUNT,
        "visits": DIGEST,
        "cells": Maybe(DIGEST),
    },
    "crews": {"draw": NAME, "crews": DIGEST, "dealt": COUNT},
    "publication": {"draw": NAME, "stage": STAGE, "draw_json": DIGEST, "visits_csv": DIGEST},
    "abandonment": {"draw": NAME, "reason": NAME},
    "register": {"register": REGISTER, "what": NAME, "content": DIGEST},
}


def record_form(shown: bool) -> dict[str, Any]:
    """The form of draw.json; `shown` where the plan makes the classes of entities public."""
    visit = {
        "entity_id": ENTITY,
        "name": NAME,
        "region": TEXT,
        "standing": one_of("pool", "directed"),
        "ticket": DIGEST,
        "inspectors": [INSPECTOR],
        "reserve": TRUTH,
        "result": NAME,
    }
    select = {"plan": DIGEST, "frame": DIGEST, "lottery": DIGEST, **SEEDED}
    select.update({"outcome": Maybe(COUNT), "counts": COUNTS})
    if shown:
        cell = {"cell": POSITIVE, "size": POSITIVE, "count": COUNT, "threshold": Maybe(DIGEST)}
        select["cells"] = Maybe([cell])
        visit.update({"cell": Maybe(POSITIVE), "expected": Maybe(COUNT)})
    return {
        "format": one_of(FORMAT),
        "draw": NAME,
        "title": NAME,
        "authority": NAME,
        "as_of": DAY,
        "plan": OBJECT,
        "select": select,
        "crew": Maybe({"visits": DIGEST, "roster": DIGEST, **SEEDED}),
        "visits": [visit],
        "abandoned": Maybe({"at": TIME, "reason": NAME}),
        "ledger": DIGEST,
    }


def misfits(value: Any, form: Any, where: str) -> Iterator[Fault]:
    """Every place where `value` is not of `form`; `where` is the path to it."""
    if isinstance(form, Maybe):
        if value is None:
            return
        form = form.form
    if isinstance(form, (Either, Some)):
        form = _chosen(form, value)
    if isinstance(form, Kind):
        if not form.test(value):
            yield fault(where, "form", form.say, value)
    elif isinstance(form, (dict, Named)):
        if type(value) is dict:
            yield from _misfit_members(value, form, where)
        else:
            yield fault(where, "form", Say("kind-object"), value)
    elif type(value) is not list:
        yield fault(where, "form", Say("kind-list"), value)
    elif isinstance(form, tuple) and len(value) != len(form):
        yield fault(where, "form", Say("kind-length", {"count": len(form)}), value)
    else:
        for index, item in enumerate(value):
            inner = form[index if isinstance(form, tuple) else 0]
            yield from misfits(item, inner, f"{where}[{index}]")


def _chosen(form: Any, value: Any) -> Any:
    """Of the forms that `value` may have the one it must have by its keys."""
    keys = value.keys() if type(value) is dict else set()
    if isinstance(form, Some):
        return {**form.needed, **{key: form.others[key] for key in form.others if key in keys}}
    if type(value) is not dict:
        return form.other
    return next((kind for kind in form.members if kind.keys() & keys), form.members[0])


def _misfit_members(value: dict[str, Any], form: Any, where: str) -> Iterator[Fault]:
    lead = where + "." if where else ""
    if isinstance(form, Named):
        if "" in value:
            yield fault(where, "key-unknown", Say("kind-name"), "")
        form = dict.fromkeys(value, form.form)
    elif value.keys() != form.keys():
        for key in sorted(form.keys() - value.keys()):
            yield fault(lead + key, "key-missing", key, Say("nothing"))
        for key in sorted(value.keys() - form.keys()):
            yield fault(lead + key, "key-unknown", Say("nothing"), key)
    for key, inner in form.items():
        if key not in value or (type(inner) is Kind and inner.test(value[key])):
            continue
        yield from misfits(value[key], inner, lead + key)


# --------------------------------------------------------------------------------------- bundle


@dataclass
class Bundle:
    """The files of a folder: contents of those that are read, digests of all that are known.

    `odd` holds what could not be read, file name → the words for why; `others` the names of files
    that no bundle has.
    """

    contents: dict[str, bytes]
    digests: dict[str, str]
    odd: dict[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)


def read_bundle(folder: Path) -> Bundle:
    """The files of `folder`, none followed out of it; OSError where the folder cannot be listed."""
    bundle = Bundle({}, {})
    for name in sorted(path.name for path in folder.iterdir()):
        if name not in (*NEEDED, PROGRAM, WORKBOOK, *AUDIT):
            bundle.others.append(name)
            continue
        try:
            _read_file(bundle, folder / name, name)
        except OSError:
            bundle.odd[name] = "odd-closed"
    return bundle


def _read_file(bundle: Bundle, path: Path, name: str) -> None:
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        bundle.odd[name] = "odd-link" if stat.S_ISLNK(status.st_mode) else "odd-kind"
    elif name not in NEEDED:
        digest = hashlib.sha256()
        with path.open("rb") as file:
            for piece in iter(lambda: file.read(1 << 20), b""):
                digest.update(piece)
        bundle.digests[name] = digest.hexdigest()
    elif status.st_size > READ_LIMIT:
        bundle.odd[name] = "odd-size"
    else:
        bundle.contents[name] = path.read_bytes()
        bundle.digests[name] = hashlib.sha256(bundle.contents[name]).hexdigest()


@dataclass
class Case:
    """A bundle under verification, and what the checks so far have read out of it."""

    bundle: Bundle
    record: Any = None
    lines: list[Any] = field(default_factory=list)
    draws: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def acts(self) -> list[dict[str, Any]]:
        """The acts of the ledger."""
        return [line["act"] for line in self.lines]

    @property
    def steps(self) -> dict[str, Any]:
        """The acts of this draw, by the names of STEPS, and its abandonment."""
        return self.draws.get(self.record["draw"], {})

    @property
    def shown(self) -> bool:
        """Whether the classes of entities are public."""
        return bool(self.record["plan"]["publication"]["tiers"] == "shown")

    @property
    def seats(self) -> list[dict[str, str]]:
        """The seats of every visit."""
        seats: list[dict[str, str]] = self.record["plan"]["crew"]["seats"]
        return seats

    @property
    def visits(self) -> list[dict[str, Any]]:
        """The visits of the record, reserves left out."""
        return [visit for visit in self.record["visits"] if not visit["reserve"]]

    def text(self, name: str) -> str:
        """The text of a file of the bundle; UnreadableError where there is none."""
        if name not in self.bundle.contents:
            raise UnreadableError("file-missing")
        return text_of(self.bundle.contents[name])


# --------------------------------------------------------------------------------- checks: files


def check_sums(case: Case) -> Findings:
    """SHA256SUMS lists every file of the folder once, with its digest, and no other."""
    bundle = case.bundle
    for name in bundle.others:
        yield fault(name, "file-foreign", Say("nothing"), name)
    for name, why in bundle.odd.items():
        yield fault(name, "file-odd", name, Say(why))
    try:
        lines = case.text("SHA256SUMS").split("\n")
    except UnreadableError as error:
        yield fault("SHA256SUMS", error.word, "SHA256SUMS", error.found)
        return Say("nothing")
    listed: dict[str, str] = {}
    for number, line in enumerate(lines[:-1], 1):
        match = re.match(r"([0-9a-f]{64})  ([^/\\]+)\Z", line)
        if not match:
            yield fault(f"SHA256SUMS:{number}", "sums-line", "digest  name", line)
        elif match[2] in listed:
            yield fault(f"SHA256SUMS:{number}", "sums-twice", Say("nothing"), match[2])
        else:
            listed[match[2]] = match[1]
    if lines[-1] or list(listed) != sorted(listed):
        yield fault("SHA256SUMS", "sums-form", ", ".join(sorted(listed)), ", ".join(listed))
    present = set(bundle.digests) - {"SHA256SUMS"}
    needed = {*NEEDED, *(() if "frame.parquet" in present else (PROGRAM,))} - {"SHA256SUMS"}
    for name in sorted(needed - present | set(listed) - present):
        yield fault(name, "file-missing", name, Say("nothing"))
    for name in sorted(present):
        if name not in listed:
            yield fault(name, "file-unlisted", name, Say("nothing"))
        elif listed[name] != bundle.digests[name]:
            yield fault(name, "sums-digest", listed[name], bundle.digests[name])
    return Say("sums-ok", {"count": len(listed)})


def check_draw_json(case: Case) -> Findings:
    """draw.json is a JSON document that every reader takes alike."""
    try:
        case.record = document_of(case.text("draw.json"))
    except UnreadableError as error:
        yield fault("draw.json", error.word, "JSON", error.found)
    return Say("read-ok")


def check_draw_bytes(case: Case) -> Findings:
    """draw.json is written in the one form it may have."""
    text = case.text("draw.json")
    expected = readable(case.record, by_units=True) + "\n"
    if text != expected and text != readable(case.record, by_units=False) + "\n":
        yield difference("draw.json", expected, text)
    return Say("bytes-ok")


def difference(where: str, expected: str, found: str) -> Fault:
    """The first place where two texts part, as a fault."""
    start = parting(expected, found)
    line = found.count("\n", 0, start) + 1
    near = slice(max(start - 10, 0), start + 30)
    return fault(f"{where}:{line}", "bytes", expected[near], found[near])


def parting(one: str, other: str) -> int:
    """Where two texts part: the index of the first character that differs."""
    differing = (index for index, unlike in enumerate(map(ne, one, other)) if unlike)
    return next(differing, min(len(one), len(other)))


def check_plan_form(case: Case) -> Findings:
    """The plan has every key, with values of the right form and in their ranges."""
    plan = case.record.get("plan") if type(case.record) is dict else None
    faults = list(misfits(plan, PLAN, "plan"))
    yield from faults
    if plan is None or faults:
        return Say("form-ok")
    if plan["window"][0] > plan["window"][1]:
        yield fault("plan.window", "window", plan["window"][0], plan["window"][1])
    yield from rate_faults(plan["rates"])
    for index, quota in enumerate(plan["quota"]):
        yield from bound_faults(f"plan.quota[{index}]", quota)
    needed = needed_strata(plan)
    if not needed <= set(plan["strata"]):
        lacking = ", ".join(sorted(needed - set(plan["strata"])))
        yield fault("plan.strata", "strata-need", lacking, plan["strata"])
    if plan["batch"] > plan["frequency"]:
        yield fault("plan.batch", "bounds-order", plan["frequency"], plan["batch"])
    yield from seat_faults(plan)
    return Say("form-ok")


def rate_faults(rates: Mapping[str, Any]) -> Iterator[Fault]:
    """The base has rates, the tier that unknown ones count as among them; bounds are in order."""
    base = rates.get("base", "tier")
    if not rates.get(base):
        yield fault(f"plan.rates.{base}", "rates-base", Say("kind-object"), rates.get(base, {}))
    unknown = rates["unknown_tier"]
    if base == "tier" and unknown != "refuse" and unknown not in rates.get("tier", ()):
        names = ", ".join(["refuse", *rates.get("tier", ())])
        yield fault("plan.rates.unknown_tier", "tier-rate", names, unknown)
    for stratum in STRATA:
        for code, rate in rates.get(stratum, {}).items():
            if type(rate) is dict and "count" not in rate:
                yield from bound_faults(f"plan.rates.{stratum}.{code}", rate)


def bound_faults(where: str, bound: Mapping[str, Any]) -> Iterator[Fault]:
    """There is a least or a most, and the least is not above the most where both are alike."""
    least, most = bound["min"], bound["max"]
    if least is None and most is None:
        yield fault(where, "bounds-none", Say("kind-object"), least)
    elif type(least) is int and type(most) is int and least > most:
        yield fault(where, "bounds-order", Say("at-most", {"most": most}), least)
    elif type(least) is dict and type(most) is dict and least.get("of") == most.get("of"):
        key = "share" if "of" in least else "count"
        if least[key] > most[key]:
            yield fault(where, "bounds-order", Say("at-most", {"most": most[key]}), least[key])


def needed_strata(plan: Mapping[str, Any]) -> set[str]:
    """The strata without which members of one cell would be under different rates or quotas."""
    needed = {stratum for stratum in STRATA if stratum in plan["rates"]}
    for quota in plan["quota"]:
        for key, codes in quota["where"].items():
            needed |= {f"fields:{code}" for code in codes} if key == "fields" else {key}
    return needed


def seat_faults(plan: Mapping[str, Any]) -> Iterator[Fault]:
    """Seats sorted; per department its size of them, or one a qualification if those are more."""
    where, seats = "plan.crew.seats", plan["crew"]["seats"]
    sizes = {department["name"]: department["size"] for department in plan["department"]}
    present = {seat["department"] for seat in seats}
    if sizes and present != set(sizes):
        yield fault(where, "seats-number", ", ".join(sorted(sizes)), ", ".join(sorted(present)))
    pairs = [(seat["department"], seat["qualification"]) for seat in seats]
    if pairs != sorted(pairs):
        yield fault(where, "seats-order", ", ".join(map("/".join, sorted(pairs))), seats)
    if not pairs:
        yield fault(where, "seats-number", plan["crew"]["size"], 0)
    for department in sorted({pair[0] for pair in pairs}):
        named = [pair[1] for pair in pairs if pair[0] == department and pair[1]]
        number = sum(pair[0] == department for pair in pairs)
        least = max(sizes.get(department, plan["crew"]["size"]), len(set(named)))
        if number != least or len(named) > len(set(named)):
            yield fault(f"{where} {department}", "seats-number", least, number)


def check_draw_form(case: Case) -> Findings:
    """draw.json has exactly the documented keys, with values of the right form."""
    yield from misfits(case.record, record_form(case.shown), "")
    return Say("form-ok")


# -------------------------------------------------------------------------------- checks: ledger


def check_ledger_lines(case: Case) -> Findings:
    """Each line of the ledger is a canonical JSON document of act, entry and previous."""
    try:
        lines = case.text("ledger.jsonl").split("\n")
    except UnreadableError as error:
        yield fault("ledger.jsonl", error.word, "ledger.jsonl", error.found)
        return Say("nothing")
    if lines[-1]:
        yield fault("ledger.jsonl", "ledger-end", "\n", lines[-1])
    if not lines[:-1]:
        yield fault("ledger.jsonl", "ledger-empty", Say("at-least", {"least": 1}), 0)
    form = {"act": OBJECT, "entry": DIGEST, "previous": DIGEST}
    for number, line in enumerate(lines[:-1], 1):
        where = f"ledger.jsonl:{number}"
        try:
            value = document_of(line)
        except UnreadableError as error:
            yield fault(where, error.word, "JSON", error.found)
            continue
        yield from misfits(value, form, where)
        if canonical(value) != line:
            yield difference(where, canonical(value), line)
        case.lines.append(value)
    return Say("lines-ok", {"count": len(case.lines)})


def check_ledger_chain(case: Case) -> Findings:
    """Every entry is the digest of the entry before and of its act."""
    previous = "0" * 64
    for number, line in enumerate(case.lines, 1):
        where = f"ledger.jsonl:{number}"
        if line["previous"] != previous:
            yield fault(where, "previous", previous, line["previous"])
        entry = sha(line["previous"] + "|" + canonical(line["act"]))
        if line["entry"] != entry:
            yield fault(where, "entry", entry, line["entry"])
        previous = line["entry"]
    return Say("chain-ok", {"count": len(case.lines)})


def check_ledger_head(case: Case) -> Findings:
    """draw.json names the last entry of the ledger."""
    if case.record["ledger"] != case.lines[-1]["entry"]:
        yield fault("ledger", "head", case.lines[-1]["entry"], case.record["ledger"])
    return Say("head-ok")


def check_ledger_form(case: Case) -> Findings:
    """Each act has exactly the documented members."""
    for number, act in enumerate(case.acts, 1):
        where = f"ledger.jsonl:{number}"
        kind, form = act.get("act"), ACTS.get(kind_of(act))
        if form is None:
            yield fault(where, "act-unknown", Say("nothing"), kind)
        else:
            yield from misfits(act, {"act": NAME, "at": TIME, **form}, where)
    return Say("form-ok")


def kind_of(act: Mapping[str, Any]) -> str:
    """What ACTS calls an act: its kind, with the round for a commitment; empty for no kind."""
    kind, part = act.get("act"), act.get("round")
    if kind == "commitment":
        return f"commitment/{part}" if part in ("select", "crew") else ""
    return kind if type(kind) is str and "/" not in kind else ""


def check_ledger_times(case: Case) -> Findings:
    """The times of the ledger never decrease."""
    latest = ""
    for number, act in enumerate(case.acts, 1):
        if act["at"] < latest:
            yield fault(f"ledger.jsonl:{number}", "time-back", latest, act["at"])
        latest = act["at"]
    return Say("times-ok")


def check_ledger_order(case: Case) -> Findings:
    """The acts of each draw follow each other as the protocol has them."""
    for number, act in enumerate(case.acts, 1):
        where = f"ledger.jsonl:{number}"
        if (act["act"] == "workspace") != (number == 1):
            yield fault(
                where, "first-act", "workspace" if number == 1 else Say("nothing"), act["act"]
            )
        if act["act"] == "import" and act["rows"] != act["accepted"] + act["set_aside"]:
            yield fault(where, "import-sum", act["accepted"] + act["set_aside"], act["rows"])
        if act["act"] == "freeze":
            drawn = [
                draw
                for draw, steps in case.draws.items()
                if "draw" in steps and "abandonment" not in steps
            ]
            yield from unequal(f"{where} earlier", "earlier", drawn, act["earlier"])
        if "draw" in act:
            yield from _step_faults(case.draws.setdefault(act["draw"], {}), act, where)
    return Say("order-ok", {"count": len(case.draws)})


def _step_faults(steps: dict[str, Any], act: dict[str, Any], where: str) -> Iterator[Fault]:
    draw, kind = act["draw"], act["act"]
    name = f"{kind}/{act['round']}" if "round" in act else kind
    if kind == "publication":
        if act["stage"] != stage_after(steps):
            stage = stage_after(steps) or Say("nothing")
            yield fault(where, "act-stage", stage, act["stage"], draw=draw)
        return
    done = len(steps)
    if "abandonment" in steps:
        yield fault(where, "act-after", "publication", name, draw=draw)
    elif kind == "abandonment":
        if not 0 < done < len(STEPS):
            yield fault(where, "act-order", (*STEPS, "publication")[done], name, draw=draw)
    elif done == len(STEPS) or name != STEPS[done]:
        yield fault(where, "act-order", (*STEPS, "publication")[done], name, draw=draw)
    steps.setdefault(name, act)


def stage_after(steps: Mapping[str, Any]) -> str | None:
    """The stage that a draw has reached with these acts; None between two stages."""
    return "abandoned" if "abandonment" in steps else STAGE_AFTER[len(steps)]


def check_register(case: Case) -> Findings:
    """What was frozen is the register of entities as it was last imported or changed."""
    content = None
    for number, act in enumerate(case.acts, 1):
        if act["act"] in ("import", "register") and act["register"] == "entities":
            content = act["content"]
        elif act["act"] == "freeze" and act["content"] != content:
            yield fault(f"ledger.jsonl:{number}", "register", content, act["content"])
    return Say("register-ok")


def check_ledger_rounds(case: Case) -> Findings:
    """Counts, commitments, seeds and keys of every draw of the ledger, abandoned ones too."""
    rounds = 0
    for draw, steps in case.draws.items():
        yield from count_faults(steps["freeze"]["counts"], f"{draw} freeze")
        for name in ("select", "crew"):
            if f"commitment/{name}" in steps:
                rounds += 1
                yield from _commitment_faults(steps, name, f"{draw} {name}")
            if f"seed/{name}" in steps:
                seed, key = (steps[f"seed/{name}"][part] for part in ("seed", "key"))
                yield from seed_faults(seed, f"{draw} {name} seed")
                right = round_key(steps[f"commitment/{name}"]["commitment"], seed)
                yield from unequal(f"{draw} {name} key", "commitment", right, key)
        if "draw" in steps:
            yield from _number_faults(steps, draw)
    return Say("rounds-ok", {"count": rounds})


def _number_faults(steps: Mapping[str, Any], draw: str) -> Iterator[Fault]:
    counts, drawn = steps["freeze"]["counts"], steps["draw"]
    yield from unequal(f"{draw} draw directed", "sum", counts["directed"], drawn["directed"])
    taken = drawn["drawn"] + drawn["reserves"]
    if taken > counts["pool"]:
        yield fault(f"{draw} draw", "sum", Say("at-most", {"most": counts["pool"]}), taken)
    if "crews" in steps:
        dealt = drawn["drawn"] + drawn["directed"]
        yield from unequal(f"{draw} crews dealt", "sum", dealt, steps["crews"]["dealt"])


def _commitment_faults(steps: Mapping[str, Any], name: str, where: str) -> Iterator[Fault]:
    act = steps[f"commitment/{name}"]
    if name == "select":
        for key in ("plan", "frame", "lottery"):
            yield from unequal(f"{where} {key}", "differs", steps["freeze"][key], act[key])
        right = select_commitment(act["plan"], act["frame"], act["lottery"])
    else:
        yield from unequal(f"{where} visits", "differs", steps["draw"]["visits"], act["visits"])
        first = steps["commitment/select"]["commitment"]
        right = crew_commitment(first, act["visits"], act["roster"])
    yield from unequal(f"{where} commitment", "commitment", right, act["commitment"])


def unequal(where: str, word: str, expected: Any, found: Any) -> Iterator[Fault]:
    """A fault for each place where two values, of whatever type, are not the same."""
    if type(expected) is dict and type(found) is dict:
        for key in sorted(expected.keys() | found.keys()):
            inner = [side.get(key, Say("nothing")) for side in (expected, found)]
            yield from unequal(f"{where}.{key}", word, *inner)
    elif type(expected) is not type(found) or expected != found:
        yield fault(where, word, expected, found)


def count_faults(counts: Mapping[str, Any], where: str) -> Iterator[Fault]:
    """Everybody in scope is in the pool, directed or left out for a reason."""
    total = counts["pool"] + counts["directed"] + sum(counts["out"].values())
    yield from unequal(f"{where} scope", "sum", total, counts["scope"])


def seed_faults(seed: str, where: str) -> Iterator[Fault]:
    """A seed is stripped, NFC, and of 20 digits, or of 64 bits counted by its characters."""
    if seed != seed.strip():
        yield fault(where, "seed-strip", seed.strip(), seed)
    if not unicodedata.is_normalized("NFC", seed):
        yield fault(where, "seed-nfc", unicodedata.normalize("NFC", seed), seed)
    if any(c in "|," or unicodedata.category(c) in ("Cc", "Cs") for c in seed):
        yield fault(where, "seed-separator", Say("nothing"), seed)
    if re.match(r"[0-9\s-]*\Z", seed):
        digits = sum(character in "0123456789" for character in seed)
        if digits < 20:
            yield fault(where, "seed-digits", Say("at-least", {"least": 20}), digits)
        return
    dense = "".join(seed.split())
    # length * log2(distinct) >= 64 in whole numbers; 64 characters are enough where two differ
    if len(set(dense)) ** min(len(dense), 64) < 2**64:
        yield fault(where, "seed-bits", Say("at-least", {"least": 64}), seed)


# -------------------------------------------------------------------------------- checks: record


def check_stage(case: Case) -> Findings:
    """Record and ledger are at the same stage of the same draw."""
    record, steps = case.record, case.steps
    crew = record["crew"]
    if record["abandoned"] is not None:
        stage = "abandoned"
    elif crew is None:
        stage = "committed" if record["select"]["seed"] is None else "drawn"
    else:
        stage = "staffed" if crew["seed"] is None else "dealt"
    if "commitment/select" not in steps:
        yield fault("draw", "draw-unknown", ", ".join(sorted(case.draws)), record["draw"])
    elif stage_after(steps) is None:
        yield fault("draw", "seed-alone", STEPS[len(steps)], STEPS[len(steps) - 1])
    else:
        yield from unequal("", "stage", stage_after(steps), stage)
    return Say("stage-ok", {"stage": stage})


def check_record(case: Case) -> Findings:
    """Every value of the two rounds is the one that the ledger has; null where it has none."""
    record, steps = case.record, case.steps
    frozen = steps["freeze"]
    expected = {name: frozen[name] for name in ("plan", "frame", "lottery", "counts")}
    expected["outcome"] = steps["draw"]["outcome"] if "draw" in steps else None
    yield from _round_faults(record, steps, "select", expected)
    committed = steps.get("commitment/crew")
    if committed and record["crew"] is not None:
        expected = {name: committed[name] for name in ("visits", "roster")}
        yield from _round_faults(record, steps, "crew", expected)
    elif bool(committed) != (record["crew"] is not None):
        yield fault("crew", "differs-ledger", committed, record["crew"])
    return Say("record-ok")


def _round_faults(
    record: Any, steps: Mapping[str, Any], name: str, expected: dict[str, Any]
) -> Iterator[Fault]:
    committed, seeded = steps[f"commitment/{name}"], steps.get(f"seed/{name}")
    expected.update({"commitment": committed["commitment"], "committed_at": committed["at"]})
    expected.update({"source": (seeded or committed)["source"], "seeded_at": None})
    if seeded:
        expected["seeded_at"] = seeded["at"]
    for key in ("seed", "key"):
        expected[key] = seeded[key] if seeded else None
    found = record[name]
    for key, value in expected.items():
        yield from unequal(f"{name}.{key}", "differs-ledger", value, found[key])
    names = found["witnesses"]
    number = seeded["witnessed"] if seeded else 0
    yield from unequal(f"{name}.witnesses", "differs-ledger", number, len(names))
    if seeded and digest_of(names) != seeded["witnesses"]:
        yield fault(f"{name}.witnesses", "witnesses", seeded["witnesses"], digest_of(names))
    announced = record["plan"]["seeds"][name]
    yield from unequal(f"plan.seeds.{name}", "differs-ledger", committed["source"], announced)


def check_plan(case: Case) -> Findings:
    """The plan is the one committed to, and title, authority and date are its own."""
    record = case.record
    for key in ("title", "authority", "as_of"):
        yield from unequal(key, "differs-plan", record["plan"][key], record[key])
    yield from unequal("plan", "commitment", record["select"]["plan"], digest_of(record["plan"]))
    return Say("plan-ok")


def check_select_commitment(case: Case) -> Findings:
    """The commitment of the selection follows from plan, frame and lottery."""
    select = case.record["select"]
    right = select_commitment(select["plan"], select["frame"], select["lottery"])
    yield from unequal("select.commitment", "commitment", right, select["commitment"])
    return Say("commitment-ok")


def check_crew_commitment(case: Case) -> Findings:
    """The commitment of the crews follows from that of the selection, the visits and the roster."""
    crew = existing(case.record["crew"])
    first = case.record["select"]["commitment"]
    right = crew_commitment(first, crew["visits"], crew["roster"])
    yield from unequal("crew.commitment", "commitment", right, crew["commitment"])
    return Say("commitment-ok")


def existing(value: Any) -> Any:
    """`value`; NotYetError where it is null."""
    if value is None:
        raise NotYetError
    return value


def seed_check(name: str) -> Callable[[Case], Findings]:
    """The check that the seed of a round is strong enough, in normal form and not too early."""

    def check(case: Case) -> Findings:
        part = existing(case.record[name])
        yield from seed_faults(existing(part["seed"]), f"{name}.seed")
        if part["seeded_at"] is None or part["seeded_at"] < part["committed_at"]:
            least = Say("at-least", {"least": part["committed_at"]})
            yield fault(f"{name}.seeded_at", "seed-early", least, part["seeded_at"])
        return Say("seed-ok")

    return check


def key_check(name: str) -> Callable[[Case], Findings]:
    """The check that the key of a round follows from its commitment and its seed."""

    def check(case: Case) -> Findings:
        part = existing(case.record[name])
        right = round_key(part["commitment"], existing(part["seed"]))
        yield from unequal(f"{name}.key", "commitment", right, part["key"])
        return Say("key-ok")

    return check


def check_abandonment(case: Case) -> Findings:
    """The record says of an abandonment what the ledger says."""
    found, act = case.record["abandoned"], case.steps.get("abandonment")
    expected = {"at": act["at"], "reason": act["reason"]} if act else None
    yield from unequal("abandoned", "differs-ledger", expected, found)
    return Say("abandoned-ok", found) if found else Say("abandoned-none")


# -------------------------------------------------------------------------------- checks: visits


def check_tickets(case: Case) -> Findings:
    """Every ticket is the digest of key and entity id."""
    key = existing(case.record["select"]["key"])
    for index, visit in enumerate(case.record["visits"]):
        right = ticket_of(key, visit["entity_id"])
        if visit["ticket"] != right:
            where = f"visits[{index}].ticket"
            yield fault(where, "ticket", right, visit["ticket"], entity=visit["entity_id"])
    return Say("tickets-ok", {"count": len(case.record["visits"])})


def check_visit_order(case: Case) -> Findings:
    """Drawn, then directed, then reserves, each by ascending ticket, and nobody twice."""
    seen: set[str] = set()
    last = (0, "")
    dealt = "crews" in case.steps
    for index, visit in enumerate(case.record["visits"]):
        where = f"visits[{index}]"
        if visit["entity_id"] in seen:
            yield fault(f"{where}.entity_id", "visit-twice", Say("nothing"), visit["entity_id"])
        seen.add(visit["entity_id"])
        group = 2 if visit["reserve"] else int(visit["standing"] == "directed")
        if visit["reserve"] and visit["standing"] == "directed":
            yield fault(f"{where}.reserve", "visit-reserve", False, True)
        if group < last[0]:
            yield fault(where, "visit-group", last[0], group)
        elif group == last[0] and visit["ticket"] <= last[1]:
            above = Say("above", {"least": last[1]})
            yield fault(f"{where}.ticket", "visit-order", above, visit["ticket"])
        last = (group, visit["ticket"])
        if not dealt and visit["result"] != "0":
            yield fault(f"{where}.result", "visit-result", "0", visit["result"])
    return Say("order-visits-ok")


def check_counts(case: Case) -> Findings:
    """Numbers drawn, directed and in reserve are those of the ledger, and fit the pool."""
    record, counts = case.record, case.record["select"]["counts"]
    yield from count_faults(counts, "select.counts")
    visits, act = record["visits"], case.steps.get("draw")
    if act is None:
        if visits:
            yield fault("visits", "visit-early", 0, len(visits))
        raise NotYetError
    reserves = sum(visit["reserve"] for visit in visits)
    directed = sum(not visit["reserve"] and visit["standing"] == "directed" for visit in visits)
    numbers = {"drawn": len(visits) - reserves - directed, "directed": directed}
    numbers["reserves"] = reserves
    for name, number in numbers.items():
        yield from unequal(f"visits {name}", "differs-ledger", act[name], number)
    yield from unequal("visits directed", "differs", counts["directed"], directed)
    if numbers["drawn"] + reserves > counts["pool"]:
        most = Say("at-most", {"most": counts["pool"]})
        yield fault("visits", "sum", most, numbers["drawn"] + reserves)
    if reserves and not record["plan"]["publication"]["reserves"]:
        yield fault("visits reserves", "reserves-none", 0, reserves)
    return Say("counts-ok", {**numbers, "pool": counts["pool"]})


@dataclass
class Group:
    """The visits of one cell: drawn tickets, tickets of reserves, expected counts met with."""

    drawn: list[str] = field(default_factory=list)
    reserves: list[str] = field(default_factory=list)
    expected: set[Any] = field(default_factory=set)


def check_cells(case: Case) -> Findings:
    """Where classes are public: sizes, counts, thresholds and expected counts fit the visits."""
    act, cells = case.steps.get("draw"), case.record["select"].get("cells")
    if act is None:
        yield from unequal("select.cells", "differs-ledger", None, cells)
        raise NotYetError
    digest = None if cells is None else digest_of(cells)
    yield from unequal("select.cells", "differs-ledger", act["cells"], digest)
    if not case.shown:
        return Say("cells-hidden")
    if cells is None:
        yield fault("select.cells", "form", Say("kind-list"), None)
        raise NotYetError
    groups: dict[Any, Group] = {}
    for index, visit in enumerate(case.record["visits"]):
        if visit["standing"] == "directed":
            for key in ("cell", "expected"):
                yield from unequal(f"visits[{index}].{key}", "form", None, visit[key])
            continue
        if visit["cell"] is None or visit["cell"] > len(cells):
            most = Say("between", {"least": 1, "most": len(cells)})
            yield fault(f"visits[{index}].cell", "cell-number", most, visit["cell"])
        group = groups.setdefault(visit["cell"], Group())
        (group.reserves if visit["reserve"] else group.drawn).append(visit["ticket"])
        group.expected.add(visit["expected"])
    for number, cell in enumerate(cells, 1):
        yield from unequal(f"select.cells[{number - 1}].cell", "cell-number", number, cell["cell"])
        yield from cell_faults(cell, groups.get(number, Group()), number, case.record["plan"])
    pool = case.record["select"]["counts"]["pool"]
    yield from unequal("select.cells size", "sum", pool, sum(cell["size"] for cell in cells))
    total = sum(cell["count"] for cell in cells)
    yield from unequal("select.cells count", "sum", act["drawn"], total)
    return Say("cells-ok", {"count": len(cells)})


def cell_faults(cell: Mapping[str, Any], group: Group, number: int, plan: Any) -> Iterator[Fault]:
    """What the visits of one cell must be to its size, count, threshold and expected count."""
    count, size, threshold = cell["count"], cell["size"], cell["threshold"]
    where = f"select.cells[{number - 1}]"

    def bad(word: str, expected: object, found: object) -> Fault:
        return fault(where, word, expected, found, cell=number)

    if len(group.drawn) != count:
        yield bad("cell-count", count, len(group.drawn))
    if count > size:
        yield bad("cell-size", Say("at-most", {"most": size}), count)
    if threshold != max(group.drawn, default=None):
        yield bad("cell-threshold", max(group.drawn, default=None), threshold)
    for ticket in group.drawn:
        if threshold is None or ticket > threshold:
            yield bad("cell-threshold", Say("at-most", {"most": threshold}), ticket)
    for ticket in group.reserves:
        if threshold is not None and ticket <= threshold:
            yield bad("cell-reserve", Say("above", {"least": threshold}), ticket)
    most = min(plan["publication"]["reserves"], max(size - count, 0))
    if len(group.reserves) > most:
        yield bad("cell-reserves", Say("at-most", {"most": most}), len(group.reserves))
    for expected in group.expected:
        if expected is None or len(group.expected) > 1:
            yield bad("cell-expected", 1, len(group.expected))
            return
        least, most = expected // MILLION, -(-expected // MILLION)
        if not least <= count <= most:
            yield bad("cell-rounding", Say("between", {"least": least, "most": most}), count)
        if expected > size * MILLION:
            yield bad("cell-chance", Say("at-most", {"most": size * MILLION}), expected)


def check_visits_digest(case: Case) -> Findings:
    """The visits and the plan's seats make the document that ledger and crew round name."""
    act = existing(case.steps.get("draw"))
    keys = ("entity_id", "standing", "ticket", "region")
    document = [{**{key: visit[key] for key in keys}, "seats": case.seats} for visit in case.visits]
    digest = digest_of(document)
    yield from unequal("visits", "differs-ledger", act["visits"], digest)
    if case.record["crew"] is not None:
        yield from unequal("crew.visits", "commitment", digest, case.record["crew"]["visits"])
    return Say("visits-ok", {"count": len(document)})


def check_crews(case: Case) -> Findings:
    """Each visit has as many distinct inspectors as seats, in order, and as the ledger has them."""
    act = case.steps.get("crews")
    for index, visit in enumerate(case.record["visits"]):
        named, where = visit["inspectors"], f"visits[{index}].inspectors"
        entity = visit["entity_id"]
        if act is None or visit["reserve"]:
            if named:
                word = "crew-early" if act is None else "crew-reserve"
                yield fault(where, word, Say("nothing"), ", ".join(named))
            continue
        if len(named) != len(case.seats):
            yield fault(where, "crew-size", len(case.seats), len(named), entity=entity)
        right = sorted(set(named))
        if named != right:
            yield fault(where, "crew-order", ", ".join(right), ", ".join(named), entity=entity)
    if act is None:
        return Say("crews-none")
    crews = [[visit["entity_id"], visit["inspectors"]] for visit in case.visits]
    yield from unequal("visits inspectors", "differs-ledger", act["crews"], digest_of(crews))
    yield from unequal("visits", "differs-ledger", act["dealt"], len(crews))
    return Say("crews-ok", {"count": len(crews)})


def table_of(record: Any, shown: bool) -> list[list[str]]:
    """The rows of visits.csv, header first, as texts with the guard and before quoting."""
    columns = ["entity_id", "name", "region", "standing", *(["cell", "expected"] if shown else [])]
    columns += ["ticket", "inspectors", "reserve", "result"]
    return [columns, *([table_cell(visit[key]) for key in columns] for visit in record["visits"])]


def table_cell(value: Any) -> str:
    """One value as a cell of the table; a text that a spreadsheet might run gets a ``'``."""
    if value is None:
        return ""
    text = ";".join(value) if type(value) is list else value
    if type(text) is not str:
        return plain_value(text)
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r", "'") else text


def table_text(rows: Iterable[Iterable[str]]) -> str:
    """Rows as RFC 4180 has them: quoted only where needed, lines ended by CR LF; led by a BOM."""
    needs_quotes = re.compile('[",\r\n]').search
    lines = (
        ",".join('"' + c.replace('"', '""') + '"' if needs_quotes(c) else c for c in row)
        for row in rows
    )
    return "\ufeff" + "".join(line + "\r\n" for line in lines)


def check_visits_csv(case: Case) -> Findings:
    """visits.csv has every value of draw.json, and is to the byte what it gives."""
    rows = table_of(case.record, case.shown)
    expected = table_text(rows)
    try:
        found = case.text("visits.csv")
    except UnreadableError as error:
        yield fault("visits.csv", error.word, "visits.csv", error.found)
        return Say("nothing")
    if found != expected:
        yield table_difference(rows, expected, found)
    return Say("csv-ok", {"count": len(rows) - 1})


def table_difference(rows: list[list[str]], expected: str, found: str) -> Fault:
    """The first cell in which visits.csv differs, or the first byte where its values are equal."""
    try:
        read = list(csv.reader(io.StringIO(found.lstrip("\ufeff"), newline="")))
    except csv.Error:
        read = rows
    for number in range(max(len(rows), len(read))):
        right = rows[number] if number < len(rows) else []
        given = read[number] if number < len(read) else []
        for place in range(max(len(right), len(given))):
            cell = right[place] if place < len(right) else Say("nothing")
            other = given[place] if place < len(given) else Say("nothing")
            if cell != other:
                column = rows[0][place] if place < len(rows[0]) else place + 1
                return fault("visits.csv", "csv-cell", cell, other, line=number + 1, column=column)
    start = parting(expected, found)
    near = slice(max(start - 10, 0), start + 30)
    byte = len(found[:start].encode("utf-8"))
    return fault("visits.csv", "csv-bytes", expected[near], found[near], byte=byte)


# --------------------------------------------------------------------------------------- the run

Check = Callable[[Case], Findings]
_BOTH = ("draw-form", "ledger-order", "stage")
CHECKS: tuple[tuple[str, tuple[str, ...], Check], ...] = (
    ("sums", (), check_sums),
    ("draw-json", (), check_draw_json),
    ("draw-bytes", ("draw-json",), check_draw_bytes),
    ("plan-form", ("draw-json",), check_plan_form),
    ("draw-form", ("plan-form",), check_draw_form),
    ("ledger-lines", (), check_ledger_lines),
    ("ledger-chain", ("ledger-lines",), check_ledger_chain),
    ("ledger-head", ("ledger-lines", "draw-form"), check_ledger_head),
    ("ledger-form", ("ledger-lines",), check_ledger_form),
    ("ledger-times", ("ledger-form",), check_ledger_times),
    ("ledger-order", ("ledger-form",), check_ledger_order),
    ("register", ("ledger-form",), check_register),
    ("ledger-rounds", ("ledger-order",), check_ledger_rounds),
    ("stage", ("draw-form", "ledger-order"), check_stage),
    ("record", _BOTH, check_record),
    ("abandonment", _BOTH, check_abandonment),
    ("plan", ("draw-form",), check_plan),
    ("select-commitment", ("draw-form",), check_select_commitment),
    ("select-seed", ("draw-form",), seed_check("select")),
    ("select-key", ("draw-form",), key_check("select")),
    ("tickets", ("draw-form",), check_tickets),
    ("visit-order", _BOTH, check_visit_order),
    ("counts", _BOTH, check_counts),
    ("cells", _BOTH, check_cells),
    ("visits-digest", _BOTH, check_visits_digest),
    ("crew-commitment", ("draw-form",), check_crew_commitment),
    ("crew-seed", ("draw-form",), seed_check("crew")),
    ("crew-key", ("draw-form",), key_check("crew")),
    ("crews", _BOTH, check_crews),
    ("visits-csv", ("draw-form",), check_visits_csv),
)
"""Name, the checks it builds on, and the check: in the order in which they are made and shown."""


@dataclass
class Result:
    """The result of one check: ``pass``, ``fail`` or ``none`` (not made), with its finding."""

    name: str
    status: str
    finding: Say
    faults: list[Fault] = field(default_factory=list)
    more: int = 0


@dataclass
class Report:
    """All results for a bundle, in order, and the warnings, which fail nothing."""

    draw: str | None
    stage: str | None
    results: list[Result]
    warnings: list[Say]

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return all(result.status != "fail" for result in self.results)


def verify(bundle: Bundle) -> Report:
    """Make every check on a bundle; never raises, whatever the files hold."""
    case = Case(bundle)
    results = list(results_of(case))
    status = {result.name: result.status for result in results}
    sound = status["stage"] == "pass"
    return Report(
        case.record["draw"] if sound else None,
        stage_after(case.steps) if sound else None,
        results,
        list(warnings_of(case, sound, status["ledger-order"] == "pass")),
    )


def results_of(case: Case) -> Iterator[Result]:
    """The checks on a bundle, one after the other, as they are made."""
    passed = set()
    for name, needs, check in CHECKS:
        unmet = [need for need in needs if need not in passed]
        if unmet:
            yield Result(name, "none", Say("blocked", {"names": ", ".join(unmet)}))
            continue
        result = make_check(name, check, case)
        if result.status == "pass":
            passed.add(name)
        yield result


def make_check(name: str, check: Check, case: Case) -> Result:
    """Run one check to its end, or until it has nothing more to check."""
    result = Result(name, "pass", Say("not-yet"))
    findings = check(case)
    try:
        while True:
            found = next(findings)
            if len(result.faults) < FAULTS_KEPT:
                result.faults.append(found)
            else:
                result.more += 1
    except StopIteration as end:
        result.finding = end.value
    except NotYetError:
        result.status = "none"
    except Exception as error:  # a file that outwits a check is a finding, never a traceback
        result.faults.append(fault("", "broken", Say("nothing"), type(error).__name__))
    if result.faults:
        result.status = "fail"
    return result


def warnings_of(case: Case, sound: bool, ordered: bool) -> Iterator[Say]:
    """What a reader should know although it fails no check."""
    steps = case.steps if sound else {}
    for name in ("select", "crew"):
        seeded = steps.get(f"seed/{name}")
        if not seeded:
            continue
        if not seeded["source"].strip() and not seeded["witnessed"]:
            yield Say("unwitnessed", {"round": name})
        elif seeded["source"] != steps[f"commitment/{name}"]["source"]:
            yield Say("source-changed", {"round": name, "found": seeded["source"]})
    for draw, acts in case.draws.items() if ordered else ():
        if acts is steps:
            continue
        if "abandonment" in acts:
            yield Say("abandoned", {"draw": draw, **acts["abandonment"]})
        elif "crews" not in acts:
            yield Say("unfinished", {"draw": draw})
    if WORKBOOK in case.bundle.digests:
        yield Say("workbook")
    if set(AUDIT) & case.bundle.digests.keys():
        yield Say("audit")


# -------------------------------------------------------------------------------------- the face


def as_json(report: Report, lang: str) -> str:
    """The report as one JSON document."""
    checks = [
        {
            "name": result.name,
            "status": result.status,
            "finding": headline(result, lang),
            "faults": [found.put(lang) for found in result.faults],
            "more": result.more,
        }
        for result in report.results
    ]
    warnings = [{"name": warning.word, "finding": warning.put(lang)} for warning in report.warnings]
    document = {"draw": report.draw, "stage": report.stage, "passed": report.passed}
    return json.dumps({**document, "checks": checks, "warnings": warnings}, indent=2)


def headline(result: Result, lang: str) -> str:
    """The finding of a check: the first fault where there is one."""
    return result.faults[0].put(lang)["finding"] if result.faults else result.finding.put(lang)


def as_text(report: Report, lang: str) -> str:
    """The report in lines: name, pass or FAIL, finding; then warnings and the total."""
    marks = {"pass": "pass", "fail": "FAIL", "none": "-"}
    lines = []
    for result in report.results:
        finding = headline(result, lang)
        if result.faults:
            first = result.faults[0].put(lang)
            finding += "".join(f"; {say(key, lang)} {first[key]}" for key in ("expected", "found"))
        others = len(result.faults) + result.more - 1
        if others > 0:
            finding += f" ({Say('more', {'count': others}).put(lang)})"
        lines.append(f"{result.name:<18} {marks[result.status]:<4} {finding}")
    lines += [f"{say('warning', lang)}: {warning.put(lang)}" for warning in report.warnings]
    tally = [result.status for result in report.results]
    numbers = {"passed": "pass", "failed": "fail", "none": "none"}
    total = Say("total", {key: tally.count(status) for key, status in numbers.items()})
    return "\n".join([*lines, total.put(lang)])


def say(word: str, lang: str) -> str:
    """Words that nothing fills."""
    return Say(word).put(lang)


def default_language() -> str:
    """``zh`` where the user's settings ask for Chinese, else ``en``."""
    for name in ("YAOHAO_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return "zh" if os.environ[name].lower().startswith("zh") else "en"
    return "en"


def main(argv: list[str] | None = None) -> int:
    """The command; the exit status is 0, 1 or 2 as told at the top of this file."""
    parser = argparse.ArgumentParser(
        description="Verify the public bundle of a draw. 核验一次抽查的公示包。",
        epilog="Exit status: 0 all pass, 1 a check failed, 2 wrong use. "
        "退出码：0 通过，1 未通过，2 用法有误。",
    )
    parser.add_argument("folder", nargs="?", metavar="DIR", help="the bundle 公示包 (own folder)")
    parser.add_argument("--json", action="store_true", help="one JSON document 输出 JSON")
    parser.add_argument("--lang", choices=("zh", "en"), help="language 语言")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    options = parser.parse_args(argv)
    lang = options.lang or default_language()
    folder = Path(__file__).parent if options.folder is None else Path(options.folder)
    try:
        bundle = read_bundle(folder)
    except (OSError, ValueError):
        print(f"{plain(str(folder), 1000)}: {say('no-folder', lang)}", file=sys.stderr)
        return 2
    report = verify(bundle)
    own = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    if bundle.digests.get(PROGRAM, own) != own:
        report.warnings.append(Say("program"))
    try:
        print(as_json(report, lang) if options.json else as_text(report, lang), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0 if report.passed else 1


if __name__ == "__main__":
    sys.exit(main())
