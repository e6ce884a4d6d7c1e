#!/usr/bin/env python3
"""Verify the public bundle of a draw (双随机抽查公示核验): python3 verify.py [DIR] [--json].

With --proof FILE also the proof that an entity was given, against the bundle: that it was in the
frame, or that it was not. With --key FILE the bundle must be signed with that key. With --since OLD
its ledger must begin with the whole of an earlier one: a folder, a ledger.jsonl, or a last entry.
With --cosigner FILE, --auditor FILE and --tsa FILE what others signed and stamped counts, if it was
made with those keys, or by that authority (openssl tells that, where it is installed).

One file, Python 3.9 or later, nothing but the standard library. It recomputes from the published
files all that anyone can check: digests, commitments, seeds, keys, the order of visits, counts,
thresholds, crews, the table and the ledger, and tickets where classes are public. It was written
from the draw protocol (yaohao/2) and the description of the bundle, apart from the planner that
drew.
A bundle that was tampered with may hold a verifier that was too: take this file from a place that
you trust, and give it the folder of the bundle.

Exit status: 0 every check passes, 1 a check failed, 2 wrong use.
"""

from __future__ import annotations

import argparse
import base64
import codecs
import csv
import hashlib
import heapq
import io
import json
import marshal
import os
import queue
import re
import shutil
import signal
import stat
import struct
import subprocess
import sys
import tempfile
import unicodedata
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import chain, islice
from json.encoder import encode_basestring
from operator import add, lt, ne
from pathlib import Path
from typing import IO, Any, NoReturn

FORMAT = "yaohao/2"
EARLIER_FORMATS = ("yaohao/1",)
MILLION = 1_000_000
FEW_CHOICES = 3  # inspectors from whom a seat could have been filled
MOST_TOLD = 5  # draws that are named in one warning
LEAST_CORE = 10  # letters and digits by which a seed is told from another
DRAND_CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"  # quicknet
DRAND_GENESIS, DRAND_PERIOD = 1_692_803_367, 3  # the moment of its round 1, in seconds; the beat
MOST_ROUNDS = 1 << 36  # six thousand years of rounds, which every calendar here can tell
LARGEST = 2**53 - 1  # the largest whole number that every reader of JSON keeps exactly
DEEPEST = 32  # no document of ours nests deeper than a dozen levels
READ_LIMIT = 1 << 30
PROOF_LIMIT = 1 << 20
GRAVEST_FIRST = ("8", "C", "A", "D", "B", "6", "E", "F", "7", "12", "11", "10", "9")
FAULTS_KEPT = 20
PLACE_WIDTH = 60  # characters of a code in the name of a margin
MOST_PAIRS = 4_000_000  # of visit and inspector, hashed in a few seconds
SHOWN_WIDTH = 100

NEEDED = ("SHA256SUMS", "draw.json", "ledger.jsonl", "visits.csv")
PROGRAM, WORKBOOK, PAGE = "verify.py", "visits.xlsx", "index.html"
SIGNATURE, PUBLIC, STAMP = "SHA256SUMS.sig", "SHA256SUMS.pub", "SHA256SUMS.tsr"
UNLISTED = ("SHA256SUMS", SIGNATURE, PUBLIC, STAMP)  # what SHA256SUMS cannot list
EVIDENCE = re.compile(  # of others, which SHA256SUMS does not list either
    r"(?:(?:cosign|attest)-[0-9a-f]{16}-[0-9a-f]{16}\.json|stamp-[0-9a-f]{16}\.tsr)\Z"
)
DESCRIPTIONS = ("draw.schema.json", "visits.csv-metadata.json")  # for programs that read the rest
FRAME = "frame.parquet"  # makes a folder one for auditors
ENTITIES = "entities.jsonl"  # the register, read line by line
EARLIER_FILE = "earlier.json"  # whom earlier draws visit, read in pieces too
AUDIT_NEEDED = (ENTITIES, EARLIER_FILE, "leads.json", "lists.json", "lottery.json", "plan.json",
                "secret")  # fmt: skip
IN_PIECES = (FRAME, ENTITIES, EARLIER_FILE)
LINE_LIMIT = 1 << 20
HEAD_LIMIT = 1 << 26  # bytes of what stands around a long list
ROWS_AT_ONCE = 256
MOST_HELD = 1 << 19  # digests of places that are in memory at once, in one process
PLACE_FILES = 64
ALONE_BELOW = 1 << 24  # bytes of a register that one process reads sooner than several
PIECE = 1 << 21  # bytes of a register that a process takes at once
SUBTREE = 1 << 14  # leaves whose root is computed in one go, a power of two
MOST_HELPERS = 8
HELPER = "--helper-of-a-verifier"  # what a process is called with that helps another
SMALL_LIMIT = 1 << 20
FRAME_LIMIT = 1 << 36
MOST_VALUES = 1 << 24  # commas, colons, brackets and lines of a text, each some value to be held
AUDIT_LATER = {
    "visits.json": "draw",
    "roster-before.json": "draw",
    "roster.json": "commitment/crew",
    "crews.json": "crews",
}
AUDIT = (FRAME, *AUDIT_NEEDED, *AUDIT_LATER)
SMALL = (*UNLISTED, "secret", *DESCRIPTIONS)
PUBLIC_ALONE = (PROGRAM, WORKBOOK, PAGE, *DESCRIPTIONS)

STEPS = (
    "freeze",
    "commitment/select",
    "seed/select",
    "draw",
    "commitment/crew",
    "seed/crew",
    "crews",
)
PUBLISHED_AT = {"select": "committed", "crew": "staffed"}  # the stage that a round's seed ends
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
    "register-ok": ("every freeze is of the register imported", "冻结的均为已导入的名录库"),
    "earlier": ("draws that had been drawn and not abandoned", "当时已抽取且未放弃的抽查"),
    "rounds-ok": ("{count} rounds recomputed", "已重算{count}轮"),
    "stage-ok": ("{stage}, in record and ledger", "记录与台账均为 {stage}"),
    "record-ok": ("equal to the ledger in every value", "各值与台账一致"),
    "plan-ok": ("digest, title, authority and date agree", "摘要、标题、机关、基准日一致"),
    "commitment-ok": ("recomputed", "重算一致"),
    "seed-ok": ("long enough, in normal form, later than the commitment; derived key recomputed",
                "长度足够，格式规范，晚于承诺；抽取码重算一致"),
    "tickets-ok": ("{count} recomputed", "已重算{count}个"),
    "tickets-hidden": ("classes are not public, and so no ticket is", "分类不公开，号码亦不公开"),
    "order-visits-ok": ("each once, in the order of the protocol", "无重复，次序符合规程"),
    "since-ok": ("the earlier ledger is the beginning of this one; acts since: {count} ({kinds})",
                 "原台账为本台账的开头部分，此后新增{count}项（{kinds}）"),
    "counts-ok": ("{drawn} drawn of {pool}, {directed} directed, {reserves} reserves",
                  "从{pool}户中抽取{drawn}户，有因检查{directed}户，候补{reserves}户"),
    "cells-ok": ("{count} cells: thresholds and counts agree", "{count}个层的中签线与数量均成立"),
    "cells-hidden": ("{count} cells under blind names, with their thresholds, as committed",
                     "{count}个匿名层及其中签线，与台账所记一致"),
    "visits-ok": ("digest recomputed from {count} visits", "由{count}户重算摘要一致"),
    "withdrawals-ok": ("{count}, as the ledger has them", "共{count}户，与台账一致"),
    "withdrawal": ("entity is not to be visited, or reserve not the next one",
                   "该检查对象不在待检查之列，或候补次序不符"),
    "results-ok": ("{count} results, and every visit's code", "{count}条结果，各户结果代码一致"),
    "crews-ok": ("{count} teams complete, digest recomputed", "{count}组人员齐全，摘要一致"),
    "crews-none": ("not assigned yet, and no inspector named", "尚未派员，未列人员"),
    "abandoned-none": ("not abandoned", "未放弃"),
    "abandoned-ok": ("abandoned at {at}: {reason}", "已于{at}放弃：{reason}"),
    "csv-ok": ("equal to draw.json, {count} rows", "与 draw.json 一致，共{count}行"),
    "proof-ok": ("{size} leaves; the row leads to the published root",
                 "共{size}户，该行到已公示的根值验证一致"),
    "proof-chance-ok": ("{above}/{below}", "{above}/{below}"),
    "proof-chance-none": ("not in the pool", "不在抽取范围内"),
    "proof-drawn": ("drawn, with ticket {ticket}", "已抽中，摇号序号 {ticket}"),
    "proof-reserve": ("in reserve, with ticket {ticket}", "列为候补，摇号序号 {ticket}"),
    "proof-not-drawn": ("not drawn, with ticket {ticket}", "未抽中，摇号序号 {ticket}"),
    "proof-under": ("the ticket is not above {threshold}", "摇号序号不高于 {threshold}"),
    "proof-above": ("the ticket is above {threshold}", "摇号序号高于 {threshold}"),
    "proof-none": ("no entity of its cell was drawn", "该层无人抽中"),
    "proof-absent": ("{entity} is not in the frame: its neighbours are adjacent there",
                     "{entity} 不在抽样框内：其前后两户相邻"),
    "absent-scope": ("according to the bureau, the register has it, outside the plan’s scope "
                     "by {rule}",
                     "机关称：名录中有该户，因 {rule} 不在计划范围内"),
    "absent-register": ("according to the bureau, the register has no such entity",
                        "机关称：名录中没有该户"),
    "signature-ok": ("SHA256SUMS is signed with {key}", "SHA256SUMS 由 {key} 签名"),
    "evidence-ok": ("true statements and stamps of others: {count}",
                    "他方的真实声明与时间戳：{count}份"),
    "evidence": ("statement is of something else", "声明所指不是本次抽查的公示"),
    "evidence-signature": ("statement was not signed with the key that it names",
                           "声明并非由其所载密钥签署"),
    "stamper-fault": ("time stamp was not signed by the authority given, or openssl is missing",
                      "时间戳不是由所给机构签发，或缺少 openssl"),
    "stamp-ok": ("it states that SHA256SUMS existed at {when}", "载明 SHA256SUMS 在 {when} 已存在"),
    "documents-ok": ("plan, visits, roster and crews are those of the record",
                     "计划、名单、人员与派员均与记录一致"),
    "lottery-ok": ("{count} allocations, as committed to; chances exact",
                   "共{count}种分配方案，与承诺一致，概率无误"),
    "earlier-ok": ("{count} earlier draws, as the ledger has them",
                   "此前{count}次抽查，与台账一致"),
    "registers-ok": ("{count} entities, leads and lists, as the ledger has them",
                     "{count}户的名录、线索与清单，与台账一致"),
    "frame-rows-ok": ("{count} rows made anew from the registers lead to the committed root",
                      "由名录等重新生成{count}行，与已承诺的根值一致"),
    "properties-ok": ("chances exact; {count} margins and quotas hold in every allocation",
                      "概率无误，{count}项边际与配额在每种方案中均成立"),
    "expected-ok": ("expected counts of {count} cells are those of the plan’s rates",
                    "{count}层的预计户数与计划比例一致"),
    "expected-bounds-ok": ("expected counts keep the plan’s {count} bounds",
                           "预计户数符合计划的{count}项上下限"),
    "bearing-ok": ("recusals {recused}, absences {absent}, least choice {least_choice}",
                   "回避{recused}对，请假{absent}人，最少可选{least_choice}人"),
    "crews-optimum-ok": ("no other teams of {count} visits have smaller workloads or costs",
                         "{count}户的派员无更优方案"),
    "crews-optimum-not": ("positions, workloads and prices hold", "名额、任务量与价格均成立"),
    "selection-ok": ("{count} drawn: the lowest tickets of every cell, nobody passed over",
                     "抽中{count}户：均为各层最小序号，无遗漏、无插入"),
    "page-ok": ("index.html shows this record, ledger and files",
                "index.html 所载与记录、台账和文件一致"),
    # checks not made
    "not-yet": ("nothing to check at this stage", "现阶段无可核验内容"),
    "blocked": ("not made, because of {names}", "因 {names} 未通过，无法核验"),
    # files
    "file-missing": ("file is missing", "缺少文件"),
    "file-due": ("file is present but should not be, or should be but is not",
                 "文件应有而无或应无而有"),
    "file-unlisted": ("file is not listed in SHA256SUMS", "文件未列入 SHA256SUMS"),
    "file-foreign": ("not a file of a bundle", "不是公示文件夹中的文件"),
    "file-odd": ("file cannot be read", "文件无法读取"),
    "odd-link": ("is a symbolic link", "是符号链接"),
    "odd-kind": ("is not a plain file", "不是普通文件"),
    "odd-size": ("is too large", "文件过大"),
    "odd-closed": ("could not be opened", "无法打开"),
    "sums-line": ("line is not `digest  name`", "该行不是“摘要  文件名”"),
    "sums-twice": ("file is listed twice", "文件重复列出"),
    "sums-form": ("lines not sorted, or last line not ended", "行未排序或末行未换行"),
    "sums-digest": ("digest differs", "摘要不符"),
    # reading
    "utf8": ("is not UTF-8 text", "不是 UTF-8 文本"),
    "no-json": ("is not JSON", "不是 JSON"),
    "older": ("is of the earlier protocol {format}: use the verify.py that the bundle holds",
              "属于旧版规程 {format}：请使用公示包中自带的 verify.py 核验"),
    "json-deep": ("is nested too deeply", "嵌套过深"),
    "too-many": ("has more values than can be read", "所含数据超过可读取的数量"),
    "json-twice": ("key appears twice in one object", "同一对象中名称重复"),
    "json-number": ("number is not a whole number within 2^53", "数字不是 2^53 以内的整数"),
    "json-surrogate": ("contains half a character", "含不完整的字符"),
    "bytes": ("not in the stated form; first difference", "格式不符，首处差异"),
    # forms
    "key-missing": ("key is missing", "缺少该项"),
    "key-unknown": ("key is not documented here", "此处不应有该项"),
    "form": ("value is not of the right form", "值的格式不符"),
    "ledger-empty": ("ledger has no lines", "台账为空"),
    "ledger-end": ("last line is not ended by a line feed", "末行未换行"),
    "act-unknown": ("no such kind of act", "没有这种记录"),
    "kind-object": ("an object", "对象"),
    "kind-list": ("a list", "列表"),
    "kind-length": ("a list of {count}", "{count}项的列表"),
    "kind-text": ("a text", "文本"),
    "kind-name": ("a text that is not empty", "非空文本"),
    "kind-id": ("an entity id", "检查对象编号"),
    "kind-inspector": ("an inspector's id", "检查人员编号"),
    "kind-decimal": ("a whole number as text", "以文本书写的整数"),
    "kind-digest": ("64 hex digits", "64位十六进制数"),
    "kind-key": ("32 hex digits", "32位十六进制数"),
    "kind-time": ("a time such as 2027-01-06T01:02:03Z", "时间，如 2027-01-06T01:02:03Z"),
    "kind-date": ("a date such as 2027-01-06", "日期，如 2027-01-06"),
    "kind-count": ("a whole number from 0", "非负整数"),
    "kind-positive": ("a whole number from 1", "正整数"),
    "kind-share": ("millionths, 0 to 1000000", "百万分数，0 至 1000000"),
    "kind-part": ("millionths, 1 to 1000000", "百万分数，1 至 1000000"),
    "kind-seats": ("1 to 20", "1 至 20"),
    "kind-signature": ("128 hex digits", "128位十六进制数"),
    "kind-beacon": ("96 hex digits", "96位十六进制数"),
    "kind-parts": ("at most {most} parts", "至多{most}部分"),
    "kind-truth": ("true or false", "true 或 false"),
    "kind-one": ("one of: {names}", "其中之一：{names}"),
    "kind-slug": ("1 to 64 letters, digits, - or _", "1至64个字母、数字、- 或 _"),
    "kind-codes": ("distinct codes, {least} or more, each of 1 to {most} plain characters",
                   "互不相同的代码，至少{least}个，每个1至{most}个普通字符"),
    "kind-withheld": ("a column's name and two digests", "列名及两个摘要"),
    "kind-code": ("a code of 1 to {most} plain characters", "1至{most}个普通字符的代码"),
    "kind-version": ("a version: 1 to 64 letters, digits, . + ! _ -",
                     "版本号：1至64个字母、数字或 . + ! _ -"),
    "kind-program": ("a program's name: 1 to 64 small letters, digits, . _ -",
                     "程序名：1至64个小写字母、数字或 . _ -"),
    "kind-tidy": ("a tidy text of {least} to {most} characters", "{least}至{most}个字符的规整文本"),
    "window": ("window ends before it begins", "检查期间止早于起"),
    "tier-rate": ("has no rate of its own", "没有对应的抽查比例"),
    "code-known": ("is not a code allowed here", "此处不可用该代码"),
    "code-twice": ("appears twice", "重复"),
    "age-years": ("rules on age without a tolerance period", "无包容期而有按新旧的规则"),
    "coverage-all": ("covers all entities", "未限定范围"),
    "entries-order": ("entries are not sorted by id", "条目未按编号排序"),
    "crew-both": ("cannot be given together with departments", "与各部门的设置并存"),
    "rates-base": ("the base table of rates is missing", "缺少基本抽查比例表"),
    "bounds-none": ("neither minimum nor maximum", "下限与上限均未写明"),
    "bounds-order": ("minimum is above maximum", "下限高于上限"),
    "bounds-same": ("minimum and maximum are equal, to be written as one rate",
                    "上下限相同，应写作单一比例"),
    "strata-need": ("strata lack what rates, quotas or excluded shares require",
                    "分层缺少比例、配额或不列入比例所需的项"),
    "seats-order": ("positions are not sorted", "名额未排序"),
    "seats-number": ("number of positions of a department", "部门名额数"),
    # ledger
    "entry": ("entry is not the digest of previous and act", "entry 与前项及内容的摘要不符"),
    "previous": ("previous is not the entry of the line before", "previous 与上一行 entry 不符"),
    "head": ("last line of the ledger", "台账末行"),
    "time-back": ("time is before that of the line above", "时间早于上一行"),
    "first-act": ("a ledger begins with one act `workspace`", "台账应以唯一的 workspace 开始"),
    "act-order": ("act out of order in draw {draw}", "抽查 {draw} 的步骤次序不符"),
    "act-after": ("act after the abandonment of draw {draw}", "抽查 {draw} 放弃后仍有步骤"),
    "act-stage": ("publication names another stage of draw {draw}", "抽查 {draw} 公示的阶段不符"),
    "import-sum": ("rows are not the sum of accepted and rejected rows",
                   "行数不等于接收数与待更正数之和"),
    "register": ("frozen register is not the one last imported",
                 "冻结的名录库不是最近导入的名录库"),
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
    "seed-nfc": ("seed is not NFKC-normalised", "种子未作 NFKC 规范化"),
    "parts": ("seed is not the texts of its parts, joined by one space",
              "种子不等于各部分文本以一个空格相连"),
    "part-drand": ("chain, round and signature belong to drand parts, and to these alone",
                   "链、轮次与签名应且仅应出现在 drand 部分"),
    "drand-text": ("text is not the randomness of the signature", "文本不是该签名的随机值"),
    "drand-early": ("round of drand is due before the commitment", "drand 轮次早于承诺"),
    "drand-other": ("another round of drand than announced", "drand 轮次与事先公布的不同"),
    "drand-claimed": ("source names drand, but the part is not a drand part",
                      "来源提到 drand，但该部分并非 drand"),
    "generation": ("act is of another version of the protocol than the draw’s freeze",
                   "该步骤与冻结所依规程的版本不同"),
    "since": ("an earlier ledger is not the beginning of this one", "原台账不是本台账的开头部分"),
    "seed-separator": ("seed contains a bar, a comma or a control character",
                       "种子含有竖线、逗号或控制字符"),
    "seed-digits": ("seed has too few digits", "种子位数不足"),
    "seed-bits": ("seed has less than 64 bits", "种子不足64比特"),
    "seed-early": ("seed is older than the commitment", "种子早于承诺"),
    "seed-known": ("is the seed of {origin}, or part of it, known before the commitment",
                   "与 {origin} 的种子重复（全部或部分），承诺之前已为人知"),
    "seed-new": ("a seed unknown at the commitment", "承诺时尚不为人知的种子"),
    "fresh-ok": ("seeds of {count} rounds, none in the ledger before its commitment",
                 "{count}轮的种子在承诺之前均未见于台账"),
    "at-least": ("at least {least}", "至少 {least}"),
    "at-most": ("at most {most}", "至多 {most}"),
    "between": ("{least} to {most}", "{least} 至 {most}"),
    "above": ("above {least}", "大于 {least}"),
    "nothing": ("nothing", "无"),
    "ticket": ("ticket of {entity}", "{entity} 的摇号序号"),
    "visit-twice": ("entity appears twice", "检查对象重复"),
    "visit-group": ("drawn, then directed, then reserves", "应依次为抽取、有因、候补"),
    "visit-order": ("visits of the group are not in the order of the protocol",
                    "组内次序不符合规程"),
    "visit-reserve": ("a directed visit cannot be a reserve", "有因检查不能为候补"),
    "visit-result": ("code is not what the results come to", "结果代码与各项结果不符"),
    "visit-early": ("visits before the draw", "抽取之前不应有名单"),
    "reserves-none": ("more reserves than the plan allows", "候补多于计划所定"),
    "cell-number": ("cell number", "层号"),
    "cell-blind": ("blind names of cells not distinct and ascending", "层的匿名重复或未升序"),
    "cells-drawn": ("cells with a threshold against entities drawn", "有门槛的层数与抽中户数"),
    "cell-count": ("number drawn in cell {cell}", "第{cell}层抽取数"),
    "cell-size": ("more drawn than cell {cell} contains", "第{cell}层抽取数超过层内户数"),
    "cell-threshold": ("threshold of cell {cell}", "第{cell}层中签线"),
    "cell-reserve": ("reserve ticket in cell {cell}", "第{cell}层候补摇号序号"),
    "cell-reserves": ("reserves in cell {cell}", "第{cell}层候补数"),
    "cell-expected": ("expected count differs within cell {cell}", "第{cell}层预计户数不一"),
    "cell-rounding": ("count of cell {cell} against its expectation", "第{cell}层数量与预计户数"),
    "cell-chance": ("expected count is more than cell {cell} contains",
                    "第{cell}层预计户数超过户数"),
    "crew-early": ("inspectors named before the assignment", "派员之前不应有人员"),
    "crew-reserve": ("inspectors named for a reserve", "候补不应有人员"),
    "crew-size": ("number of inspectors of {entity}", "{entity} 的检查人员数"),
    "crew-order": ("inspectors of {entity} not distinct and sorted", "{entity} 的人员重复或未排序"),
    "csv-cell": ("line {line}, {column}", "第{line}行 {column}"),
    "csv-bytes": ("written in another form, from byte {byte}", "自第{byte}字节起格式不符"),
    "register-order": ("entities not distinct and ascending", "检查对象重复或未升序"),
    "frame-other": ("rows made from the registers lead to another root",
                    "由名录等生成的各行通向另一根值"),
    "selection-drawn": ("among the lowest tickets of its cell, or not", "是否为本层最小序号之列"),
    "selection-directed": ("inspected for cause by the plan, or not", "是否按计划应有因检查"),
    "selection-reserve": ("among the next tickets of its cell, or not", "是否为本层其后的序号"),
    "cell-codes": ("cell has not one code for each stratum", "层名与分层项数不符"),
    "margin": ("margin in every outcome", "边际在各方案中的户数"),
    "margin-unknown": ("no such margin, or stated twice", "没有该边际或重复"),
    "margin-widened": ("margin is widened by more than is used", "边际放宽超过所需"),
    "quota": ("bound of the plan in every outcome", "各方案应符合的计划上下限"),
    "expected-rate": ("no rate of the plan for this cell, or more visits than it has entities",
                      "计划中没有该层的比例，或户数超过层内户数"),
    "expected-own": ("expected count by the plan’s rates", "按计划比例计算的预计户数"),
    "expected-bound": ("expected count of a group against the plan’s bound",
                       "分组的预计户数与计划上下限"),
    "crew-seats": ("crew does not fill the seats", "人员不能占满名额"),
    "crew-able": ("inspector may take no seat here", "该人员不能占此处名额"),
    "crew-load": ("visits of the inspector", "该人员的检查户数"),
    "crew-price": ("price of the inspector", "该人员的价格"),
    "crew-cheaper": ("another inspector would be cheaper", "改派他人更优"),
    "cells-order": ("cells not distinct and ascending", "层重复或未升序"),
    "people-order": ("inspectors not distinct and ascending", "人员重复或未升序"),
    "proof-bar": ("a field of the row holds a bar", "行中字段含有竖线"),
    "proof-cell": ("only entities in the pool have a cell", "仅抽取范围内的检查对象有分层"),
    "proof-count": ("there is a threshold where an entity was drawn", "有人抽中方有中签线"),
    "proof-size": ("cell is larger than what it is part of", "层内户数超过其所属"),
    "proof-root": ("row does not lead to the root", "该行不通向所载的根"),
    "proof-part": ("the list says otherwise", "与名单不符"),
    "proof-blind": ("the list of cells has no such cell", "层的清单中没有该层"),
    "proof-cells-root": ("cell does not lead to the committed root", "该层不通向已承诺的根"),
    "proof-neighbours": ("are not its neighbours in the frame", "不是其在抽样框中的前后相邻户"),
    "proof-threshold": ("ticket against threshold", "摇号序号与中签线"),
    "signature-none": ("not signed", "未签名"),
    "signature-key": ("no Ed25519 public key", "不是 Ed25519 公钥"),
    "signature": ("is not a signature with the key", "不是该密钥的签名"),
    "signature-other": ("signed with another key", "由另一密钥签名"),
    "stamp-form": ("no time stamp that was granted", "不是已签发的时间戳"),
    "stamp": ("is not of this SHA256SUMS", "不是本 SHA256SUMS 的时间戳"),
    "page-data": ("index.html holds no data, or in another form", "index.html 无数据或格式不符"),
    "page-differs": ("index.html shows something else", "index.html 所载不一致"),
    "broken": ("check could not be carried out", "无法完成核验"),
    # warnings, in the words of `yaohao verify`
    "unwitnessed": ("unwitnessed ({round}): the seed has neither a source nor a witness",
                    "无见证（{round}）：种子既无来源也无见证人"),
    "unpublished": ("not published first ({round}): the ledger shows no publication of the "
                    "commitment before its seed. That it came first, only the bureau says",
                    "未先公布（{round}）：台账中没有在种子之前公布承诺值的记录；承诺在先仅为机关自述"),
    "unpublished-others": ("not published first: other draws of the ledger whose seeds came before "
                           "their commitments were public: {draws}",
                           "未先公布：台账中另有抽查，其种子早于承诺值的公布：{draws}"),
    "frozen-again": ("the plan {plan} was frozen more than once; other draws of it in the "
                     "ledger: {draws}",
                     "计划 {plan} 曾多次冻结；台账中该计划的其他抽查：{draws}"),
    "reserve-passed": ("{entity} was withdrawn and its place left empty, although its cell has "
                       "a reserve left: {reserve} is next",
                       "{entity} 终止检查后未递补，而本层尚有候补：应依次为 {reserve}"),
    "source-changed": ("another source than announced ({round}): announced {announced}, used "
                       "{found}",
                       "种子来源与事先公布的不同（{round}）：公布为 {announced}，实为 {fo"
                       "und}"),
    "source-unannounced": ("the source of the seed was not announced before the commitment "
                           "({round}): {found}",
                           "种子来源未在承诺之前公布（{round}）：{found}"),
    "abandoned": ("this draw was abandoned on {at}: {reason}",
                  "本次抽查已于 {at} 放弃：{reason}"),
    "abandoned-earlier": ("an earlier draw, {draw}, was abandoned on {at}: {reason}",
                          "此前的抽查 {draw} 已于 {at} 放弃：{reason}"),
    "unfinished": ("another draw, {draw}, was begun and is neither finished nor abandoned",
                   "另有抽查 {draw} 已开始，既未完成也未放弃"),
    "workbook": ("visits.xlsx has the digest listed, but its cells are not compared: go by "
                 "visits.csv",
                 "visits.xlsx 与所列摘要相符，但未逐格比对，请以 visits.csv 为准"),
    "signer": ("whether {key} is the authority's key is not known here: compare it with the "
               "one that the authority has made known (--key FILE.pub)",
               "此处无法得知 {key} 是否为该机关的密钥：请与该机关公布的密钥比对（--key 文件"
               ".pub）"),
    "stamper": ("who made the time stamp is not checked here: use openssl ts -verify",
                "此处未核验时间戳由谁签发：请用 openssl ts -verify"),
    "page": ("index.html holds the data of this bundle, but its program is not compared",
             "index.html 所载数据与本公示文件夹一致，但其程序未经比对"),
    "audit": ("frame.parquet is not opened here: the frame is made anew from the registers. Not "
              "checked here: that the table of allocations is the one that the program builds "
              "from the cells (`yaohao verify`)",
              "此处未打开 frame.parquet，抽样框由名录等重新生成；未核验：分配表是否即由程序按各层"
              "生成（请用 yaohao verify）"),
    "audit-expected": ("bounds of the plan change the rates. Not checked here: that the expected "
                       "counts, which keep all bounds, are those nearest to the rates (`yaohao "
                       "verify`)",
                       "计划的上下限改变了抽查比例；未核验：符合全部上下限的预计户数是否最接近各"
                       "比例（请用 yaohao verify）"),
    "audit-crews": ("more than {most} pairs of visit and inspector. Not checked here: that no "
                    "other crews are cheaper (`yaohao verify`)",
                    "检查对象与人员的组合超过{most}对；未核验：派员是否最优（请用 yaohao veri"
                    "fy）"),
    "program": ("verify.py in this folder is another verifier than the one that is running or "
                "shipped with it",
                "文件夹中的 verify.py 与所运行或所附的核验程序不同"),
    "beacon": ("the signature of drand round {number} was not checked here and counts for nothing",
               "此处未核验 drand 第 {number} 轮的签名，未计入证据等级"),
    "narrow": ("rules of the plan that apply to fewer than five entities: {narrow_rules}; "
               "entities with chance 1: {certain}; possible double entries: {doubles}",
               "计划中所及不足五户的规则：{narrow_rules} 条；概率为 1 的检查对象：{certain} 户；"
               "可能重复列入：{doubles} 户"),
    "recused-late": ("after the selection: recusals {recused_since}, inspectors recorded absent "
                     "{absent_since}",
                     "抽取之后：回避 {recused_since} 对，登记请假 {absent_since} 人"),
    "few-choices": ("fewest inspectors that could have filled a position: {least_choice}",
                    "可选人数最少的名额，可选检查人员：{least_choice} 名"),
    "attested": (
        "Checked by the auditor with the key {key}, {time}: the audit folder holds.",
        "已由密钥为 {key} 的审计方于 {time} 核验：审计文件夹全部通过。",
    ),
    "cosigner": (
        "cosigned with {key}, which is not known here and counts for nothing: give "
        "the cosigner's public key (--cosigner FILE.pub)",
        "由 {key} 联署，此处不知其为何人，未计入证据等级：请提供联署方公钥（--cosig"
        "ner 文件.pub）",
    ),
    "auditor": (
        "attested with {key}, which is not known here and counts for nothing: give "
        "the auditor's public key (--auditor FILE.pub)",
        "由 {key} 出具核验声明，此处不知其为何人，不作数：请提供审计方公钥（--audit"
        "or 文件.pub）",
    ),
    "own-cosigner": (
        "a statement is signed with {key}, the key of the bureau itself, and "
        "counts for nothing",
        "一份声明由机关自己的密钥 {key} 签署，不作数",
    ),
    "own-auditor": (
        "a statement is signed with {key}, the key of the bureau itself, and "
        "counts for nothing",
        "一份声明由机关自己的密钥 {key} 签署，不作数",
    ),
    "uncosigned": (
        "not cosigned before the seed ({round}): the plan names {name} as a "
        "cosigner, with the key {key}, and there is no signature of this key from "
        "before the seed over the publication of the commitment",
        "种子之前未获联署（{round}）：计划指定 {name} 联署，密钥为 {key}，而此处没有"
        "该密钥在种子之前对承诺值公示的签名",
    ),
    "given-secret": (
        "the secret of this draw was given at its freeze, as for a recomputation: "
        "whoever had it knew what every seed would draw, so that it counts as no "
        "draw",
        "本次抽查冻结时的保密随机值是给定的（用于重算）：持有该值者可预知任何种子的抽取"
        "结果，不能作为正式抽查",
    ),
    "cosigned-late": (
        "the publication of the commitment ({round}) was cosigned after the seed "
        "only, which counts for nothing",
        "承诺值的公示（{round}）在种子之后才获联署，不作数",
    ),
    "stamped-late": (
        "the publication of the commitment ({round}) was not stamped before the "
        "seed, which counts for nothing",
        "承诺值的公示（{round}）的时间戳不早于种子，不作数",
    ),
    "unattested": ("Nobody outside the bureau has checked who was drawn.",
                   "抽取结果尚未经本机关以外的任何人核验。"),
    # the face: how it ended, in the words of `yaohao verify`
    "holds": ("Everything that could be checked holds.",
              "能核验的内容全部通过。"),
    "fails": ("Not everything holds: see the lines marked FAILS.",
              "有核验项不通过：见标明“不通过”的各行。"),
    "round-select": ("selection",
                     "抽取对象"),
    "round-crew": ("assignment",
                   "抽取人员"),
    "mark-pass": ("ok",
                  "通过"),
    "mark-fail": ("FAILS",
                  "不通过"),
    "mark-note": ("note",
                  "提示"),
    "mark-none": ("-", "-"),
    "detail": ("{finding}: expected {expected}, found {found}",
               "{finding}：应为 {expected}，实为 {found}"),
    "no-ledger": ("is not a ledger whose lines are linked to each other",
                  "不是台账，或各行未首尾相连"),
    "more": ("and {count} more", "另有{count}处"),
    "no-file": ("no such file, or it cannot be read", "没有该文件或无法读取"),
    "no-folder": ("no such folder, or it cannot be read", "没有该文件夹或无法读取"),
    "level-0": (
        "Evidence level 0 ({round}), unwitnessed: the seed has neither a source "
        "nor a witness. For level 1: a named source, or witnesses.",
        "证据等级 0（{round}），无见证：种子既无来源也无见证人。达到 1 级需要：写明"
        "来源或见证人。",
    ),
    "level-0-unpublished": (
        "Evidence level 0 ({round}), unpublished: the ledger shows no publication of the "
        "commitment before its seed. For level 1: the commitment published first.",
        "证据等级 0（{round}），未公布：台账中没有在种子之前公布承诺值的记录。"
        "达到 1 级需要：承诺值先于种子公布。",
    ),
    "level-1": (
        "Evidence level 1 ({round}), witnessed: that the commitment came before "
        "the seed rests on people’s word. For level 2: the publication of the "
        "commitment cosigned by others before the seed (--cosigner).",
        "证据等级 1（{round}），有见证：承诺先于种子，以人为证。达到 2 级需要：承诺"
        "值的公示在种子之前由机关以外者联署（--cosigner）。",
    ),
    "level-2": (
        "Evidence level 2 ({round}), cosigned: others than the bureau signed the "
        "publication of the commitment before the seed. For level 3: a time stamp "
        "over it by a trusted authority (--tsa).",
        "证据等级 2（{round}），有联署：机关以外者在种子之前联署了承诺值的公示。达"
        "到 3 级需要：可信机构对该公示的时间戳（--tsa）。",
    ),
    "level-2-plan": (
        "Evidence level 2 ({round}), cosigned: the publication of the commitment "
        "was signed before the seed with keys that the plan named before the draw. "
        "Whose keys they are, the plan alone says: compare them (--cosigner). For "
        "level 3: a time stamp over it by a trusted authority (--tsa).",
        "证据等级 2（{round}），有联署：承诺值的公示在种子之前由计划于抽查前指定的密"
        "钥联署。密钥属于何人，仅为计划所载，请自行比对（--cosigner）。达到 3 级需要"
        "：可信机构对该公示的时间戳（--tsa）。",
    ),
    "level-3": (
        "Evidence level 3 ({round}), stamped: a trusted authority stamped the "
        "publication of the commitment before the seed. For level 4: a seed that "
        "ends in an announced round of drand later than the stamp, its signature "
        "checked.",
        "证据等级 3（{round}），有时间戳：可信机构在种子之前为承诺值的公示加盖了时"
        "间戳。达到 4 级需要：种子以事先公布的、晚于时间戳的 drand 轮次结尾，且其签"
        "名已核验。",
    ),
    "level-4": (
        "Evidence level 4 ({round}), beacon: the commitment was stamped before a "
        "round of drand that it names, and the seed ends in that round. Nobody "
        "need be trusted with the time.",
        "证据等级 4（{round}），信标：承诺值先加盖时间戳，种子以其中指定的 drand 轮"
        "次结尾；时间先后无须信任任何人。",
    ),
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
        if f"round-{self.params.get('round')}" in WORDS:
            shown["round"] = WORDS[f"round-{self.params['round']}"][lang == "zh"]
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


class UnfitError(Exception):
    """A document on which a check cannot go on; carries the fault."""

    def __init__(self, found: Fault) -> None:
        super().__init__(found.where)
        self.fault = found


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


def list_text(rows: Iterable[Any]) -> Iterator[str]:
    """The canonical JSON of a list in pieces, whose rows come one after the other."""
    before = "["
    for row in rows:
        yield before + canonical(row)
        before = ","
    yield "[]" if before == "[" else "]"


def digest_of_rows(rows: Iterable[Any]) -> str:
    """As `digest_of`, of the list of rows that come one after the other."""
    digest = hashlib.sha256()
    for piece in list_text(rows):
        digest.update(piece.encode("utf-8"))
    return digest.hexdigest()


def select_commitment(committed: Mapping[str, Any]) -> str:
    """The commitment of the selection round (protocol, "Rounds: commit, then seed").

    One without a root of cells is of version 1, as it may stand in an older part of a ledger.
    """
    plan, frame, lottery = (committed[name] for name in ("plan", "frame", "lottery"))
    if "cells_root" not in committed:
        return sha(f"yaohao/1|select|{plan}|{frame}|{lottery}")
    return sha(f"yaohao/2|select|{plan}|{frame}|{lottery}|{committed['cells_root']}")


def crew_commitment(select: str, visits: str, roster: str, version: int = 2) -> str:
    """The commitment of the crew round (protocol, "Rounds: commit, then seed")."""
    return sha(f"yaohao/{version}|crew|{select}|{visits}|{roster}")


def round_key(commitment: str, seed: str) -> str:
    """The key of a round (protocol, "Rounds: commit, then seed")."""
    return sha(f"{commitment}|{seed}")[:32]


def ticket_of(key: str, entity_id: str, salt: str = "") -> str:
    """The ticket of an entity under a key (protocol, "Selection"); with its salt where hidden."""
    return sha(f"{key}|{entity_id}|{salt}" if salt else f"{key}|{entity_id}")


def place_of(key: str, entity_id: str) -> str:
    """What a visit stands in order by (protocol, "Crews"); it has nothing to do with its ticket."""
    return sha(f"{key}|visit|{entity_id}")


def text_of(data: bytes) -> str:
    """The text of a file; UnreadableError where it is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError("utf8", f"byte {error.start}") from None


def bounded_text(data: bytes) -> str:
    """As `text_of`; UnreadableError also where it has more values than can be held."""
    text = text_of(data)
    if sum(map(text.count, ",:[{\n")) > MOST_VALUES:
        raise UnreadableError("too-many")
    return text


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
    """An object whose keys are codes, all of one form where there is one, as are the values."""

    form: Any
    key: Any = None


@dataclass(frozen=True)
class Either:
    """The forms an object may have, told apart by their keys, and one for what is no object."""

    members: tuple[dict[str, Any], ...]
    other: Kind


@dataclass(frozen=True)
class Perhaps:
    """The form of a member that an object may have or not."""

    form: Any


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
SLUG = Kind(Say("kind-slug"), matching(r"[0-9A-Za-z_-]{1,64}"))
ENTITY = Kind(Say("kind-id"), matching(r"[0-9A-Za-z._-]{1,64}"))
INSPECTOR = Kind(Say("kind-inspector"), matching(r"[^|,;\x00-\x1f\x7f]+"))
DIGEST = Kind(Say("kind-digest"), matching(r"[0-9a-f]{64}"))
KEY = Kind(Say("kind-key"), matching(r"[0-9a-f]{32}"))
TIME = Kind(Say("kind-time"), is_time)
DAY = Kind(Say("kind-date"), is_day)
COUNT = Kind(Say("kind-count"), whole(0))
POSITIVE = Kind(Say("kind-positive"), whole(1))
SHARE = Kind(Say("kind-share"), whole(0, MILLION))
SEATS = Kind(Say("kind-seats"), whole(1, 20))
TRUTH = Kind(Say("kind-truth"), lambda value: type(value) is bool)
# Characters that change how their neighbours show, or are no text at all.
HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
BARRED = re.compile("[|,/]")


def is_plain(value: Any) -> bool:
    """Whether a text may stand in a row of the frame: NFC, no separator, nothing hidden."""
    return (
        type(value) is str
        and unicodedata.is_normalized("NFC", value)
        and not BARRED.search(value)
        and not HIDDEN.search(value)
    )


def is_code(value: Any, most: int = 64) -> bool:
    """Whether `value` is a code of a plan: plain, not empty, no white space at an end."""
    return is_plain(value) and 0 < len(value) <= most and value == value.strip()


def codes(least: int = 0, most: int = 64) -> Kind:
    """The form of a list of codes, none of which stands twice."""

    def test(value: Any) -> bool:
        return (
            type(value) is list
            and least <= len(value)
            and all(is_code(code, most) for code in value)
            and len(set(value)) == len(value)
        )

    return Kind(Say("kind-codes", {"least": least, "most": most}), test)


def tidy(most: int, least: int = 0) -> Kind:
    """The form of a text for people: NFC, single blanks between words, nothing hidden."""

    def test(value: Any) -> bool:
        return (
            type(value) is str
            and least <= len(value) <= most
            and unicodedata.is_normalized("NFC", value)
            and not HIDDEN.search(value)
            and value == " ".join(value.split())
        )

    return Kind(Say("kind-tidy", {"least": least, "most": most}), test)


def ranged(least: int, most: int) -> Kind:
    """The form of whole numbers within a range."""
    return Kind(Say("between", {"least": least, "most": most}), whole(least, most))


CODE = Kind(Say("kind-code", {"most": 64}), is_code)
CODES, SOME_CODES = codes(), codes(1)
NO_CODE = Kind(Say("kind-code", {"most": 64}), lambda value: value == "" or is_code(value))
SEAT_TEXT = Kind(Say("kind-code", {"most": 64}), is_plain)
PART = Kind(Say("kind-part"), whole(1, MILLION))
MOST_VISITS = 10_000_000
OBJECT = Kind(Say("kind-object"), lambda value: type(value) is dict)
REGISTER = one_of("entities", "inspectors", "items", "leads", "lists")
READ_FROM = one_of("entities", "inspectors", "items", "leads", "lists", "results", "inspections")
ROUND = one_of("select", "crew")
STAGE = one_of("committed", "drawn", "staffed", "dealt", "abandoned")

GONE = one_of("7", "9", "10", "11", "12")
TAKEN_BACK = "0"
GONE_OR_BACK = one_of("7", "9", "10", "11", "12", TAKEN_BACK)
METHOD = one_of("", "on-site", "written", "online", "testing", "commissioned", "administrative")
FOLLOW_UP = one_of("none", "rectify", "case", "copied", "abnormal-list", "other")
DAY_OR_NOTHING = Kind(Say("kind-date"), lambda value: value == "" or is_day(value))
MADE_WITH = Perhaps(
    Named(
        Kind(Say("kind-version"), matching(r"[0-9A-Za-z.+!_-]{1,64}")),
        Kind(Say("kind-program"), matching(r"[0-9a-z._-]{1,64}")),
    )
)
COUNTS = {"scope": COUNT, "pool": COUNT, "directed": COUNT, "out": Named(COUNT)}

PART_KIND = one_of("dice", "lottery", "drand", "other")
BEACON = Kind(Say("kind-beacon"), matching("[0-9a-f]{96}"))
ANNOUNCED = Some({"kind": PART_KIND, "source": tidy(500)}, {"chain": DIGEST, "round": POSITIVE})
GIVEN = Some(
    {"kind": PART_KIND, "source": tidy(500), "text": NAME},
    {"chain": DIGEST, "round": POSITIVE, "signature": BEACON},
)
MOST_PARTS, MOST_COSIGNERS = 10, 20
SELECT_BEARING = {"narrow_rules": COUNT, "certain": COUNT, "doubles": COUNT}
CREW_BEARING = {
    "recused": COUNT,
    "recused_since": COUNT,
    "absent": COUNT,
    "absent_since": COUNT,
    "least_choice": COUNT,
}

STRATA = ("tier", "region", "industry", "kind", "status", "age", "key")
NUMBER = {"count": ranged(1, MOST_VISITS)}
RATE = Either((NUMBER,), PART)
RATES = Named(Either((NUMBER, {"min": Maybe(RATE), "max": Maybe(RATE)}), PART))
AMOUNT = Either((NUMBER, {"share": PART, "of": one_of("group", "draw")}), OBJECT)
WHERE = Some({}, dict.fromkeys([*STRATA, "fields"], SOME_CODES))
MONTHS = ranged(0, 120)

PLAN = {
    "id": SLUG,
    "title": tidy(200, 1),
    "authority": tidy(200, 1),
    "as_of": DAY,
    "window": (DAY, DAY),
    "frequency": ranged(1, 52),
    "batch": POSITIVE,
    "items": CODES,
    "strata": codes(0, 71),
    "scope": {"kind": CODES, "region": CODES, "status": CODES},
    "rates": Some(
        {"unknown_tier": CODE}, {**dict.fromkeys(STRATA, RATES), "base": one_of(*STRATA[1:])}
    ),
    "tolerance": {"years": ranged(0, 100), "leave_out": SHARE},
    "low_risk": {"tiers": CODES, "leave_out": SHARE},
    "key_fields": {"codes": CODES},
    "limits": {
        "visits_per_year": ranged(0, 366),
        "days_between": ranged(0, 3660),
        "total": Maybe(ranged(1, MOST_VISITS)),
    },
    "coverage": [{"where": WHERE, "within_years": ranged(1, 100)}],
    "quota": [{"where": WHERE, "min": Maybe(AMOUNT), "max": Maybe(AMOUNT)}],
    "leads": {"triggers": CODES},
    "trigger_based": {
        "tiers": CODES,
        "observation_months": MONTHS,
        "reminder_months": MONTHS,
        "entries": [
            {
                "entry_id": CODE,
                "item_id": CODE,
                "content": tidy(2000),
                "measure": tidy(2000),
                "trigger": CODE,
            }
        ],
    },
    "department": [{"name": CODE, "items": SOME_CODES, "size": SEATS, "qualifications": CODES}],
    "crew": {
        "size": SEATS,
        "department": NO_CODE,
        "seats": [{"department": SEAT_TEXT, "qualification": SEAT_TEXT}],
    },
    "seeds": {"select": [ANNOUNCED], "crew": [ANNOUNCED]},
    "publication": {
        "tiers": one_of("hidden", "shown"),
        "reserves": ranged(0, 1000),
        "cosigners": Perhaps([{"name": tidy(200, 1), "key": DIGEST}]),
    },
}

SEEDED = {
    "commitment": DIGEST,
    "committed_at": TIME,
    "seed": Maybe(NAME),
    "parts": [GIVEN],
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
        "cells_root": DIGEST,
        "counts": COUNTS,
        "bearing": SELECT_BEARING,
        "earlier": [NAME],
        "given_secret": Perhaps(TRUTH),
        "made_with": MADE_WITH,
    },
    "commitment/select": {
        "draw": NAME,
        "round": ROUND,
        "plan": DIGEST,
        "frame": DIGEST,
        "lottery": DIGEST,
        "cells_root": DIGEST,
        "commitment": DIGEST,
        "parts": [ANNOUNCED],
    },
    "commitment/crew": {
        "draw": NAME,
        "round": ROUND,
        "visits": DIGEST,
        "roster": DIGEST,
        "bearing": CREW_BEARING,
        "commitment": DIGEST,
        "parts": [ANNOUNCED],
    },
    "seed": {
        "draw": NAME,
        "round": ROUND,
        "seed": NAME,
        "parts": [GIVEN],
        "witnesses": DIGEST,
        "witnessed": COUNT,
        "key": KEY,
    },
    "case": {"kind": NAME, "case": NAME, "event": NAME, "content": DIGEST},
    "draw": {
        "draw": NAME,
        "outcome": COUNT,
        "drawn": COUNT,
        "directed": COUNT,
        "reserves": COUNT,
        "visits": DIGEST,
        "cells": Maybe(DIGEST),
        "roster": DIGEST,
    },
    "crews": {"draw": NAME, "crews": DIGEST, "dealt": COUNT, "made_with": MADE_WITH},
    "withdrawal": {
        "draw": NAME,
        "entity_id": ENTITY,
        "result": GONE_OR_BACK,
        "evidence": DIGEST,
        "reserve": Maybe(ENTITY),
    },
    "results": {"draw": NAME, "results": DIGEST, "number": COUNT},
    "publication": {
        "draw": NAME,
        "stage": STAGE,
        "draw_json": DIGEST,
        "visits_csv": DIGEST,
        "sums": DIGEST,
    },
    "abandonment": {"draw": NAME, "reason": NAME},
    "register": {"register": REGISTER, "what": NAME, "content": DIGEST},
    "dismissal": {"register": READ_FROM, "rows": COUNT, "set_aside": DIGEST, "reason": DIGEST},
}
_OF_2 = ("cells_root", "bearing", "given_secret", "parts", "roster")
OLDER: dict[str, dict[str, Any]] = {
    name: {
        **{key: form for key, form in ACTS[name].items() if key not in _OF_2},
        **({} if name in ("freeze", "draw") else {"source": TEXT}),
    }
    for name in ("freeze", "commitment/select", "seed", "draw")
}
OLDER["commitment/crew"] = {**ACTS["commitment/crew"], "source": TEXT}
for _name in ("bearing", "parts"):
    del OLDER["commitment/crew"][_name]
"""Acts of version 1, which an older part of a ledger may hold: without parts and roots of cells."""


def record_form(shown: bool) -> dict[str, Any]:
    """The form of draw.json; `shown` where the plan makes the classes of entities public."""
    visit = {
        "entity_id": ENTITY,
        "name": NAME,
        "region": TEXT,
        "standing": one_of("pool", "directed"),
        "inspectors": [INSPECTOR],
        "reserve": TRUTH,
        "result": NAME,
    }
    select = {"plan": DIGEST, "frame": DIGEST, "lottery": DIGEST, "cells_root": DIGEST, **SEEDED}
    select.update({"outcome": Maybe(COUNT), "counts": COUNTS, "bearing": SELECT_BEARING})
    cell: dict[str, Any] = {"cell": KEY, "threshold": Maybe(DIGEST)}
    if shown:
        cell.update({"number": POSITIVE, "codes": TEXT, "size": POSITIVE, "expected": POSITIVE})
        cell["count"] = COUNT
        visit.update({"cell": Maybe(POSITIVE), "expected": Maybe(COUNT), "ticket": DIGEST})
    select["cells"] = Maybe([cell])
    return {
        "format": one_of(FORMAT),
        "draw": NAME,
        "title": NAME,
        "authority": NAME,
        "as_of": DAY,
        "plan": OBJECT,
        "select": select,
        "crew": Maybe({"visits": DIGEST, "roster": DIGEST, "bearing": CREW_BEARING, **SEEDED}),
        "visits": [visit],
        "withdrawals": [
            {
                "entity_id": ENTITY,
                "result": GONE,
                "evidence": NAME,
                "at": TIME,
                "reserve": Maybe(ENTITY),
            }
        ],
        "results": [
            {
                "entity_id": ENTITY,
                "item_id": TEXT,
                "visited_on": DAY_OR_NOTHING,
                "method": METHOD,
                "result": one_of("1", *GRAVEST_FIRST),
                "follow_up": FOLLOW_UP,
                "follow_up_closed_on": DAY_OR_NOTHING,
            }
        ],
        "abandoned": Maybe({"at": TIME, "reason": NAME}),
        "previous": Maybe(DIGEST),
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
    elif type(value) not in (list, Rows):
        yield fault(where, "form", Say("kind-list"), value)
    elif isinstance(form, tuple) and len(value) != len(form):
        yield fault(where, "form", Say("kind-length", {"count": len(form)}), value)
    else:
        yield from _misfit_items(value, form, where)


def _misfit_items(value: Iterable[Any], form: Any, where: str) -> Iterator[Fault]:
    for index, item in enumerate(value):
        inner = form[index if isinstance(form, tuple) else 0]
        if type(value) is not Rows or not fits_at_once(item, inner):
            yield from misfits(item, inner, f"{where}[{index}]")


def fits_at_once(value: dict[str, Any], form: dict[str, Any]) -> bool:
    """Whether a row is plainly of its form, without looking for what is wrong with it."""
    if value.keys() != form.keys():
        return False
    for key, own in form.items():
        found = value[key]
        if type(own) is Kind:
            if not own.test(found):
                return False
        elif type(own) is list:
            if type(found) is not list or not all(map(own[0].test, found)):
                return False
        elif type(own) is not Maybe or not (found is None or own.form.test(found)):
            return False
    return True


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
        for key in value if form.key else ():
            yield from misfits(key, form.key, f"{lead}{key}")
        form = dict.fromkeys(value, form.form)
    elif value.keys() != form.keys():
        for key in sorted(form.keys() - value.keys()):
            if isinstance(form[key], Perhaps):
                continue
            yield fault(lead + key, "key-missing", key, Say("nothing"))
        for key in sorted(value.keys() - form.keys()):
            yield fault(lead + key, "key-unknown", Say("nothing"), key)
    for key, own in form.items():
        inner = own.form if isinstance(own, Perhaps) else own
        if key not in value or (type(inner) is Kind and inner.test(value[key])):
            continue
        yield from misfits(value[key], inner, lead + key)


# ----------------------------------------------------------------------------------------- rows


class Rows:
    """A long list of objects, each of which takes about as much as its text.

    They are kept in blocks, as bytes that this program writes and reads itself.
    """

    def __init__(self) -> None:
        self.blocks: list[bytes] = []
        self.size = 0

    def add(self, rows: list[Any]) -> None:
        """Put objects behind the others."""
        self.blocks.append(marshal.dumps(rows))
        self.size += len(rows)

    def __len__(self) -> int:
        """The number of objects."""
        return self.size

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The objects one after the other, each of them new."""
        for block in self.blocks:
            yield from marshal.loads(block)


class Each:
    """What is made anew each time it is gone through."""

    def __init__(self, make: Callable[[], Iterator[Any]]) -> None:
        self.make = make

    def __iter__(self) -> Iterator[Any]:
        """One after the other."""
        return self.make()

    def __len__(self) -> int:
        """How many there are, counted by going through them."""
        return sum(1 for _ in self)


class OtherFormError(Exception):
    """A file is not written as it should be; it is read as a whole instead."""


def list_in_rows(file: IO[bytes]) -> Rows:
    """The objects of a list in the form of draw.json, whose first line was read.

    OtherFormError for lines of another form.
    """
    found, lines = Rows(), []
    for line in iter(lambda: file.readline(LINE_LIMIT), b""):
        lines.append(line)
        if len(lines) > ROWS_AT_ONCE * 40:
            raise OtherFormError
        ends = line == b"    }\n"
        if ends or (line == b"    },\n" and len(lines) > ROWS_AT_ONCE * 10):
            text = text_of(b"".join(lines)).rstrip(",\n")
            rows = document_of(f"[{text}]")
            if set(map(type, rows)) != {dict} or f"[\n{text}\n  ]" != readable(rows, True, "\n  "):
                raise OtherFormError
            found.add(rows)
            lines = []
        if ends:
            return found
    raise OtherFormError


def record_in_rows(file: IO[bytes]) -> Any:
    """draw.json with `visits` and `results` as `Rows`; OtherFormError where that cannot be."""
    starts = {b'  "results": [\n': "results", b'  "visits": [\n': "visits"}
    long: dict[str, Rows] = {}
    parts, size = [], 0
    for line in iter(lambda: file.readline(LINE_LIMIT), b""):
        name = starts.pop(line, None)
        if name is not None:
            long[name] = list_in_rows(file)
            end = file.readline(LINE_LIMIT)
            if end not in (b"  ],\n", b"  ]\n"):
                raise OtherFormError
            parts.append(line[:-1] + end[2:])
        else:
            parts.append(line)
        size += len(line)
        if size > HEAD_LIMIT:
            raise OtherFormError
    text = bounded_text(b"".join(parts))
    record = document_of(text)
    forms = (readable(record, by_units) + "\n" for by_units in (True, False))
    if type(record) is not dict or text not in forms:
        raise OtherFormError
    return {**record, **long}


class Pieces:
    """A file that is read mark by mark; OtherFormError wherever it is not as it should be."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.held = b""

    def more(self) -> bool:
        """Read on; whether there was more."""
        if len(self.held) > HEAD_LIMIT:
            raise OtherFormError
        piece = self.file.read(1 << 18)
        self.held += piece
        return bool(piece)

    def is_more(self) -> bool:
        """Whether anything is left."""
        return bool(self.held) or self.more()

    def before(self, mark: bytes) -> bytes:
        """What stands before a mark, behind which reading goes on."""
        return b"".join(self.parts(mark, mark))

    def take(self, mark: bytes) -> bool:
        """Whether these bytes come next; if they do, reading goes on behind them."""
        while len(self.held) < len(mark) and self.more():
            pass
        if not self.held.startswith(mark):
            return False
        self.held = self.held[len(mark) :]
        return True

    def must(self, mark: bytes) -> None:
        """Go on behind bytes that must come next."""
        if not self.take(mark):
            raise OtherFormError

    def parts(self, between: bytes, end: bytes) -> Iterator[bytes]:
        """What stands before an end, behind which reading goes on, some at a time: cut at marks
        between, which are left out.
        """
        while True:
            stop = self.held.find(end)
            cut = self.held.rfind(between) if stop < 0 else stop
            if cut >= 0:
                part = self.held[:cut]
                self.held = self.held[cut + len(between if stop < 0 else end) :]
                yield part
            if stop >= 0:
                return
            if not self.more():
                raise OtherFormError


def document_around(file: Pieces, start: bytes, key: str, part: Iterable[str], end: bytes) -> Any:
    """A canonical JSON document of a file, between two marks, in which an object or a list is left
    out that stands there exactly as `part`: a text that stands nowhere else is in its place.

    Gives the document, that text, and the JSON with it; OtherFormError where anything is otherwise.
    """
    file.before(start)
    lead = f'"{key}":'.encode()
    before = file.before(lead)
    for piece in part:
        file.must(piece.encode("utf-8"))
    behind = file.before(end)
    token = os.urandom(16).hex()
    text = bounded_text(before + lead + f'"{token}"'.encode() + behind)
    document = document_of(text)
    if type(document) is not dict or document.get(key) != token:
        raise OtherFormError
    return document, text


def is_written(file: IO[bytes], pieces: Iterable[str]) -> bool:
    """Whether a file is exactly these texts, one behind the other."""
    for piece in pieces:
        data = piece.encode("utf-8")
        if file.read(len(data)) != data:
            return False
    return not file.read(1)


# --------------------------------------------------------------------------------------- bundle


@dataclass
class Bundle:
    """The files of a folder: contents of those that are small, digests of all that are known.

    `odd` holds what could not be read, file name → the words for why; `others` the names of files
    that no bundle has; `paths` where those are that are read when they are needed.
    """

    contents: dict[str, bytes]
    digests: dict[str, str]
    paths: dict[str, Path] = field(default_factory=dict)
    odd: dict[str, str] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)


def read_bundle(folder: Path) -> Bundle:
    """The files of `folder`, none followed out of it; OSError where the folder cannot be listed."""
    bundle = Bundle({}, {})
    for name in sorted(path.name for path in folder.iterdir()):
        if name not in (*NEEDED, *UNLISTED, *PUBLIC_ALONE, *AUDIT) and not EVIDENCE.match(name):
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
    elif status.st_size > (
        FRAME_LIMIT
        if name in IN_PIECES
        else SMALL_LIMIT
        if name in SMALL or EVIDENCE.match(name)
        else READ_LIMIT
    ):
        bundle.odd[name] = "odd-size"
    elif status.st_size > SMALL_LIMIT or (
        not EVIDENCE.match(name)
        and (name not in (*NEEDED, *UNLISTED, PAGE, *AUDIT) or name in IN_PIECES)
    ):
        digest = hashlib.sha256()
        with path.open("rb") as file:
            for piece in iter(lambda: file.read(1 << 20), b""):
                digest.update(piece)
        bundle.digests[name] = digest.hexdigest()
        bundle.paths[name] = path
    else:
        bundle.contents[name] = path.read_bytes()
        bundle.digests[name] = hashlib.sha256(bundle.contents[name]).hexdigest()


@dataclass
class Followed:
    """What followed a draw: withdrawals, so many before the crews; last results, publication.

    `stages` are those at which it was published. The last withdrawals, `undoable` many, came after
    everything else, so that they may still be taken back.
    """

    withdrawals: list[Any] = field(default_factory=list)
    early: int = 0
    undoable: int = 0
    results: Any = None
    published: Any = None
    stages: set[str] = field(default_factory=set)


@dataclass
class Believed:
    """Whom whoever verifies believes: public keys (hex), and a file of certificates (PEM)."""

    cosigners: frozenset[str] = frozenset()
    auditors: frozenset[str] = frozenset()
    authority: Path | None = None


@dataclass
class Evidence:
    """What others stated truly of this draw: when, by the stage of the publication it is about.

    Only what was made with keys that are believed, or with those that the plan names (`named`: key
    and time); `unknown` are the warnings for all else.
    """

    cosigned: dict[str, list[str]] = field(default_factory=dict)
    named: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    stamped: dict[str, list[str]] = field(default_factory=dict)
    attested: list[Any] = field(default_factory=list)
    unknown: list[Say] = field(default_factory=list)


@dataclass
class Case:
    """A bundle under verification, and what the checks so far have read out of it.

    Where draw.json is written as it should be, its long lists are `in_rows`. `visits_told`
    and `crews_told` are whether visits.json and crews.json are what the record makes. `earlier` is
    what `read_earlier` gives, once it was read.
    `frame` is what the registers of a folder for auditors make, a `Frame`; `unmade` says what of
    such a folder could not be checked. `passed` are the checks that passed so far.
    """

    bundle: Bundle
    record: Any = None
    in_rows: bool = False
    visits_told: bool = False
    crews_told: bool = False
    lines: list[Any] = field(default_factory=list)
    proof: Any = None
    trusted: str | None = None
    since: list[str] | None = None
    believed: Believed = field(default_factory=Believed)
    evidence: Evidence = field(default_factory=Evidence)
    earlier: list[dict[str, Any]] | None = None
    draws: dict[str, dict[str, Any]] = field(default_factory=dict)
    followed: dict[str, Followed] = field(default_factory=dict)
    frame: Any = None
    passed: set[str] = field(default_factory=set)
    unmade: list[Say] = field(default_factory=list)

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
    def visits(self) -> Each:
        """The visits of the record, reserves left out."""
        return Each(lambda: (visit for visit in self.record["visits"] if not visit["reserve"]))

    @property
    def after(self) -> Followed:
        """What followed this draw."""
        return self.followed.get(self.record["draw"], Followed())

    @property
    def crew_visits(self) -> Iterable[dict[str, Any]]:
        """The visits of the crew round: those withdrawn before it out, their reserves in."""
        if not self.after.early:
            return self.visits
        withdrawals = self.record["withdrawals"][: self.after.early]
        return still_made(self.record["visits"], withdrawals, self.record["select"]["key"])

    def rows_of(self, visits: Iterable[Mapping[str, Any]]) -> Each:
        """Visits as the documents of the crew round have them."""
        keys, seats = ("entity_id", "standing", "region"), self.seats
        return Each(lambda: ({**{key: one[key] for key in keys}, "seats": seats} for one in visits))

    def open(self, name: str) -> IO[bytes]:
        """A file of the bundle, to be read in pieces; OtherFormError where there is none."""
        if name in self.bundle.contents:
            return io.BytesIO(self.bundle.contents[name])
        try:
            return self.bundle.paths[name].open("rb")
        except (KeyError, OSError):
            raise OtherFormError from None

    def text(self, name: str) -> str:
        """The text of a file of the bundle; UnreadableError where there is none."""
        data = self.bundle.contents.get(name)
        if data is None:
            try:
                path = self.bundle.paths[name]
                if path.stat().st_size > READ_LIMIT:
                    raise UnreadableError("too-many")
                data = path.read_bytes()
            except (KeyError, OSError):
                raise UnreadableError("file-missing") from None
        return bounded_text(data)


# --------------------------------------------------------------------------------- checks: files


def check_sums(case: Case) -> Findings:
    """SHA256SUMS lists every file of the folder once, with its digest, and no other."""
    bundle = case.bundle
    present = set(bundle.digests) - set(UNLISTED)
    foreign = present.intersection(PUBLIC_ALONE if FRAME in present else AUDIT)
    evidence = {name for name in present if EVIDENCE.match(name)}
    present -= evidence
    foreign |= evidence if FRAME in present else set()
    for name in sorted([*bundle.others, *foreign]):
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
    needed = {*NEEDED, *(AUDIT_NEEDED if FRAME in present else (PROGRAM,))} - {"SHA256SUMS"}
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
        with case.open("draw.json") as file:
            case.record, case.in_rows = record_in_rows(file), True
        return Say("read-ok")
    except (OtherFormError, UnreadableError):
        pass  # what is wrong is told of the whole
    try:
        case.record = document_of(case.text("draw.json"))
    except UnreadableError as error:
        yield fault("draw.json", error.word, "JSON", error.found)
        return Say("nothing")
    older = case.record.get("format") if type(case.record) is dict else None
    if older in EARLIER_FORMATS:
        yield fault("draw.json format", "older", FORMAT, older, format=older)
    return Say("read-ok")


def check_draw_bytes(case: Case) -> Findings:
    """draw.json is written in the one form it may have."""
    if case.in_rows:  # it was compared while it was read
        return Say("bytes-ok")
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
    yield from plan_faults(plan)
    return Say("form-ok")


def plan_faults(plan: Any) -> Iterator[Fault]:
    """Whatever keeps a document from being a plan in full."""
    faults = list(misfits(plan, PLAN, "plan"))
    yield from faults
    if faults:
        return
    days = [plan["as_of"], *plan["window"]]
    if days != sorted(days):
        yield fault("plan.window", "window", ", ".join(sorted(days)), ", ".join(days))
    yield from rate_faults(plan["rates"])
    yield from group_faults(plan)
    needed = needed_strata(plan)
    if not needed <= set(plan["strata"]):
        lacking = ", ".join(sorted(needed - set(plan["strata"])))
        yield fault("plan.strata", "strata-need", lacking, plan["strata"])
    for name in plan["strata"]:
        lead, _, field = name.partition(":")
        if name not in STRATA and (lead != "fields" or not is_code(field) or field == "other"):
            yield fault("plan.strata", "code-known", ", ".join([*STRATA, "fields:..."]), name)
    if plan["batch"] > plan["frequency"]:
        yield fault("plan.batch", "bounds-order", plan["frequency"], plan["batch"])
    ids = [entry["entry_id"] for entry in plan["trigger_based"]["entries"]]
    if ids != sorted(ids):
        where = "plan.trigger_based.entries"
        yield fault(where, "entries-order", ", ".join(sorted(ids)), ", ".join(ids))
    yield from department_faults(plan)
    yield from seat_faults(plan)
    for name in ("select", "crew"):
        yield from part_faults(plan["seeds"][name], f"plan.seeds.{name}")
    yield from cosigner_faults(plan["publication"].get("cosigners"))


def cosigner_faults(cosigners: list[Any] | None) -> Iterator[Fault]:
    """Cosigners that a plan names are a few, each with a key of its own; nobody is no list."""
    if cosigners is None:
        return
    where = "plan.publication.cosigners"
    if not 0 < len(cosigners) <= MOST_COSIGNERS:
        most = Say("between", {"least": 1, "most": MOST_COSIGNERS})
        yield fault(where, "form", most, len(cosigners))
    keys = [one["key"] for one in cosigners]
    for place, key in enumerate(keys):
        if key in keys[:place]:
            yield fault(f"{where}[{place}].key", "code-twice", Say("nothing"), key)


def part_faults(parts: list[Any], where: str) -> Iterator[Fault]:
    """There are not too many parts of a seed; a drand part names chain and round, no other does."""
    if len(parts) > MOST_PARTS:
        yield fault(where, "form", Say("kind-parts", {"most": MOST_PARTS}), len(parts))
    for index, part in enumerate(parts):
        drand = part["kind"] == "drand"
        expected = (
            {"chain", "round", *(("signature",) if "text" in part else ())} if drand else set()
        )
        found = part.keys() - {"kind", "source", "text"}
        if expected != found:
            names = ", ".join(sorted(expected)) or Say("nothing")
            yield fault(f"{where}[{index}]", "part-drand", names, ", ".join(sorted(found)))
        if not drand and "drand" in part["source"].lower():
            yield fault(f"{where}[{index}]", "drand-claimed", "drand", part["kind"])


def rate_faults(rates: Mapping[str, Any]) -> Iterator[Fault]:
    """The base has rates, the tier that unknown ones count as among them; bounds are in order."""
    base = rates.get("base", "tier")
    for stratum in {base: None, **rates}:
        if stratum in (*STRATA, base) and not rates.get(stratum):
            yield fault(f"plan.rates.{stratum}", "rates-base", Say("kind-object"), {})
    unknown = rates["unknown_tier"]
    if base == "tier" and unknown != "refuse" and unknown not in rates.get("tier", ()):
        names = ", ".join(["refuse", *rates.get("tier", ())])
        yield fault("plan.rates.unknown_tier", "tier-rate", names, unknown)
    for stratum in STRATA:
        for code, rate in rates.get(stratum, {}).items():
            where = f"plan.rates.{stratum}.{code}"
            known = {"age": ("new", "old", "other"), "key": ("key", "other")}.get(stratum)
            if not is_code(code) or (stratum, code) == ("tier", "refuse"):
                yield fault(where, "code-known", Say("kind-code", {"most": 64}), code)
            elif known is not None and code not in known:
                yield fault(where, "code-known", ", ".join(known), code)
            if type(rate) is dict and "count" not in rate:
                yield from bound_faults(where, rate)
                if stratum != base and rate["min"] == rate["max"] is not None:
                    yield fault(where, "bounds-same", rate["min"], rate)


GROUP_CODES = {"age": ("new", "old"), "key": ("key", "other")}


def group_faults(plan: Mapping[str, Any]) -> Iterator[Fault]:
    """Rules on groups name codes that there are; none is on an age that nobody has."""
    aged = [("plan.rates", plan["rates"])]
    for name in ("coverage", "quota"):
        for index, rule in enumerate(plan[name]):
            at, where = f"plan.{name}[{index}]", rule["where"]
            aged.append((f"{at}.where", where))
            for key, known in GROUP_CODES.items():
                for code in set(where.get(key, ())) - set(known):
                    yield fault(f"{at}.where.{key}", "code-known", ", ".join(known), code)
            if name == "quota":
                if "other" in where.get("fields", ()):
                    yield fault(f"{at}.where.fields", "code-known", Say("nothing"), "other")
                yield from bound_faults(at, rule)
            elif not where:
                yield fault(f"{at}.where", "coverage-all", Say("at-least", {"least": 1}), 0)
    for at, table in aged:
        if "age" in table and not plan["tolerance"]["years"]:
            yield fault(f"{at}.age", "age-years", Say("nothing"), table["age"])
    low, rates = plan["low_risk"], plan["rates"]
    for tier in low["tiers"] if low["leave_out"] < MILLION and "base" not in rates else ():
        if tier not in rates.get("tier", ()):
            names = ", ".join(rates.get("tier", ()))
            yield fault("plan.low_risk.tiers", "tier-rate", names, tier)


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
    tolerance, low = plan["tolerance"], plan["low_risk"]
    if tolerance["years"] and 0 < tolerance["leave_out"] < MILLION:
        needed |= {"age", "key"}
    if low["tiers"] and 0 < low["leave_out"] < MILLION:
        needed |= {"tier", "key"}
    for quota in plan["quota"]:
        for key, codes in quota["where"].items():
            needed |= {f"fields:{code}" for code in codes} if key == "fields" else {key}
    return needed


def department_faults(plan: Mapping[str, Any]) -> Iterator[Fault]:
    """Departments have names of their own and items of their own, and no other settings beside."""
    named: set[str] = set()
    owned: set[str] = set()
    if plan["department"] and plan["crew"]["department"]:
        yield fault("plan.crew.department", "crew-both", "", plan["crew"]["department"])
    for index, one in enumerate(plan["department"]):
        where = f"plan.department[{index}]"
        if one["name"] in named:
            yield fault(f"{where}.name", "code-twice", Say("nothing"), one["name"])
        for item in sorted(owned.intersection(one["items"])):
            yield fault(f"{where}.items", "code-twice", Say("nothing"), item)
        named.add(one["name"])
        owned.update(one["items"])
    if len(plan["department"]) > 20:
        most = Say("at-most", {"most": 20})
        yield fault("plan.department", "form", most, len(plan["department"]))


def seat_faults(plan: Mapping[str, Any]) -> Iterator[Fault]:
    """Seats sorted; per department its size of them, or one a qualification if those are more."""
    where, seats = "plan.crew.seats", plan["crew"]["seats"]
    sizes = {department["name"]: department["size"] for department in plan["department"]}
    present = {seat["department"] for seat in seats}
    if plan["crew"]["department"] and present != {plan["crew"]["department"]}:
        found = ", ".join(sorted(present))
        yield fault(where, "seats-number", plan["crew"]["department"], found)
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
    faults = list(misfits(case.record, record_form(case.shown), ""))
    yield from faults
    for name in ("select", "crew") if not faults else ():
        if case.record[name] is not None:
            yield from part_faults(case.record[name]["parts"], f"{name}.parts")
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
        kind, form = act.get("act"), form_of(act)
        if form is None:
            yield fault(where, "act-unknown", Say("nothing"), kind)
            continue
        faults = list(misfits(act, {"act": NAME, "at": TIME, **form}, where))
        yield from faults
        if not faults and "parts" in act:
            yield from part_faults(act["parts"], where)
    return Say("form-ok")


def form_of(act: Mapping[str, Any]) -> dict[str, Any] | None:
    """The members that an act must have; None for no kind of act."""
    kind = kind_of(act)
    return OLDER[kind] if kind in OLDER and is_older(act) else ACTS.get(kind)


def is_older(act: Mapping[str, Any]) -> bool:
    """Whether an act of a round is written as version 1 of the protocol had it."""
    own = {"freeze": "cells_root", "draw": "roster"}.get(str(act.get("act")))
    return "source" in act if own is None else own not in act


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


def still_made(visits: Iterable[Any], withdrawals: Iterable[Any], key: str) -> list[Any]:
    """The visits to be made after some withdrawals, in the order of the protocol."""
    told = list(withdrawals)
    gone, used = ({one[key] for one in told} for key in ("entity_id", "reserve"))
    made = [
        visit
        for visit in visits
        if visit["entity_id"] not in gone and (not visit["reserve"] or visit["entity_id"] in used)
    ]
    return sorted(
        made,
        key=lambda visit: (visit["standing"] == "directed", place_of(key, visit["entity_id"])),
    )


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
            steps = case.draws.setdefault(act["draw"], {})
            if act["act"] in ("withdrawal", "results"):
                after = case.followed.setdefault(act["draw"], Followed())
                yield from _follow_faults(steps, after, act, where)
            else:
                told = case.followed.setdefault(act["draw"], Followed())
                told.undoable = 0
                if act["act"] == "publication":
                    told.published = act
                    told.stages.add(act["stage"])
                yield from _step_faults(steps, act, where)
    return Say("order-ok", {"count": len(case.draws)})


def _follow_faults(
    steps: Mapping[str, Any], after: Followed, act: dict[str, Any], where: str
) -> Iterator[Fault]:
    """Withdrawals come after the draw and not between the steps of the crew round; results last."""
    draw = act["draw"]
    if "abandonment" in steps:
        yield fault(where, "act-after", "publication", act["act"], draw=draw)
    if act["act"] == "results":
        after.results, after.undoable = act, 0
        if "crews" not in steps:
            yield fault(where, "act-order", "crews", "results", draw=draw)
        return
    if "draw" not in steps or ("commitment/crew" in steps) != ("crews" in steps):
        yield fault(where, "act-order", "draw, crews", "withdrawal", draw=draw)
    early = "crews" not in steps
    if act["result"] == TAKEN_BACK:
        last = after.withdrawals[-1]["entity_id"] if after.undoable else Say("nothing")
        if act["entity_id"] != last or act["reserve"] is not None:
            yield fault(where, "act-order", last, act["entity_id"], draw=draw)
            return
        after.withdrawals.pop()
        after.undoable -= 1
        after.early -= early
        return
    after.withdrawals.append(act)
    after.undoable += 1
    after.early += early


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
    elif (
        "freeze" in steps  # else that was told where it was due
        and name.partition("/")[0] in ("commitment", "seed", "draw")
        and is_older(act) != is_older(steps["freeze"])
    ):
        yield fault(where, "generation", steps["freeze"]["at"], name)
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
                after = case.followed.get(draw, Followed())
                yield from _commitment_faults(steps, name, f"{draw} {name}", after.early > 0)
            if f"seed/{name}" in steps:
                committed, seeded = (steps[f"{act}/{name}"] for act in ("commitment", "seed"))
                yield from seed_faults(seeded["seed"], f"{draw} {name} seed")
                yield from _made_of_faults(committed, seeded, f"{draw} {name}")
                right = round_key(committed["commitment"], seeded["seed"])
                yield from unequal(f"{draw} {name} key", "commitment", right, seeded["key"])
        if "draw" in steps:
            yield from _number_faults(steps, draw, case.followed.get(draw, Followed()))
    return Say("rounds-ok", {"count": rounds})


def _made_of_faults(
    committed: Mapping[str, Any], seeded: Mapping[str, Any], where: str
) -> Iterator[Fault]:
    """A seed is made of its parts; a drand part is of the announced round, and not too early."""
    if "parts" not in seeded:
        return
    parts, announced = seeded["parts"], committed["parts"]
    made = " ".join(part["text"] for part in parts)
    if made != seeded["seed"] or any(part["text"] != part["text"].strip() for part in parts):
        yield fault(f"{where} parts", "parts", seeded["seed"], made)
    rounds = [(part["chain"], part["round"]) for part in announced if part["kind"] == "drand"]
    for index, part in enumerate(parts):
        if part["kind"] != "drand":
            continue
        at = f"{where} parts[{index}]"
        right = hashlib.sha256(bytes.fromhex(part["signature"])).hexdigest()
        yield from unequal(f"{at}.text", "drand-text", right, part["text"])
        if rounds and (part["chain"], part["round"]) not in rounds:
            yield fault(f"{at}.round", "drand-other", rounds[0][1], part["round"])
        if part["chain"] == DRAND_CHAIN and drand_moment(part["round"]) <= committed["at"]:
            above = Say("above", {"least": committed["at"]})
            yield fault(f"{at}.round", "drand-early", above, drand_moment(part["round"]))


def drand_moment(number: int) -> str:
    """When a round of the chain quicknet is due, as the ledger writes times."""
    seconds = DRAND_GENESIS + DRAND_PERIOD * (min(number, MOST_ROUNDS) - 1)
    moment = datetime(1970, 1, 1) + timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _number_faults(steps: Mapping[str, Any], draw: str, after: Followed) -> Iterator[Fault]:
    counts, drawn = steps["freeze"]["counts"], steps["draw"]
    yield from unequal(f"{draw} draw directed", "sum", counts["directed"], drawn["directed"])
    taken = drawn["drawn"] + drawn["reserves"]
    if taken > counts["pool"]:
        yield fault(f"{draw} draw", "sum", Say("at-most", {"most": counts["pool"]}), taken)
    if "crews" in steps:
        dealt = drawn["drawn"] + drawn["directed"]
        dealt -= sum(one["reserve"] is None for one in after.withdrawals[: after.early])
        yield from unequal(f"{draw} crews dealt", "sum", dealt, steps["crews"]["dealt"])


def _commitment_faults(
    steps: Mapping[str, Any], name: str, where: str, changed: bool
) -> Iterator[Fault]:
    act = steps[f"commitment/{name}"]
    if name == "select":
        for key in ("plan", "frame", "lottery", "cells_root"):
            if key in steps["freeze"]:
                yield from unequal(f"{where} {key}", "differs", steps["freeze"][key], act[key])
        right = select_commitment(act)
    else:
        if not changed:
            yield from unequal(f"{where} visits", "differs", steps["draw"]["visits"], act["visits"])
        first = steps["commitment/select"]["commitment"]
        version = 1 if is_older(act) else 2
        right = crew_commitment(first, act["visits"], act["roster"], version)
        if version == 2:
            for late, all_ in (("recused_since", "recused"), ("absent_since", "absent")):
                if act["bearing"][late] > act["bearing"][all_]:
                    most = Say("at-most", {"most": act["bearing"][all_]})
                    yield fault(f"{where} bearing.{late}", "sum", most, act["bearing"][late])
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
    """A seed is stripped, NFKC, and of 20 digits, or of 64 bits counted by its characters."""
    if seed != seed.strip():
        yield fault(where, "seed-strip", seed.strip(), seed)
    if not unicodedata.is_normalized("NFKC", seed):
        yield fault(where, "seed-nfc", unicodedata.normalize("NFKC", seed), seed)
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
    named = ("plan", "frame", "lottery", "cells_root", "counts", "bearing")
    expected = {name: frozen.get(name) for name in named}
    expected["outcome"] = steps["draw"]["outcome"] if "draw" in steps else None
    before = case.after.published
    yield from unequal(
        "previous", "differs-ledger", before["sums"] if before else None, record["previous"]
    )
    yield from _round_faults(record, steps, "select", expected)
    committed = steps.get("commitment/crew")
    if committed and record["crew"] is not None:
        expected = {name: committed.get(name) for name in ("visits", "roster", "bearing")}
        yield from _round_faults(record, steps, "crew", expected)
    elif bool(committed) != (record["crew"] is not None):
        yield fault("crew", "differs-ledger", committed, record["crew"])
    return Say("record-ok")


def _round_faults(
    record: Any, steps: Mapping[str, Any], name: str, expected: dict[str, Any]
) -> Iterator[Fault]:
    committed, seeded = steps[f"commitment/{name}"], steps.get(f"seed/{name}")
    expected.update({"commitment": committed["commitment"], "committed_at": committed["at"]})
    expected.update({"parts": seeded.get("parts") if seeded else [], "seeded_at": None})
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
    if committed.get("parts") != announced:
        found = parted(committed.get("parts"), announced)
        yield fault(f"plan.seeds.{name}", "differs-ledger", *found)


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
    right = select_commitment(select)
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
    """The check of a round's seed: strong, in normal form, not too early; its key follows."""

    def check(case: Case) -> Findings:
        part = existing(case.record[name])
        yield from seed_faults(existing(part["seed"]), f"{name}.seed")
        if part["seeded_at"] is None or part["seeded_at"] < part["committed_at"]:
            least = Say("at-least", {"least": part["committed_at"]})
            yield fault(f"{name}.seeded_at", "seed-early", least, part["seeded_at"])
        right = round_key(part["commitment"], part["seed"])
        yield from unequal(f"{name}.key", "commitment", right, part["key"])
        return Say("seed-ok")

    return check


def seed_core(seed: str) -> str:
    """What tells a seed from another (protocol, "Rounds"): letters and digits, NFKC, in capitals.

    Where these are fewer than ten, all characters but blanks.
    """
    text = unicodedata.normalize("NFKC", seed).upper()
    kinds = [(mark, unicodedata.category(mark)) for mark in text]
    core = "".join(mark for mark, kind in kinds if kind[0] == "L" or kind == "Nd")
    if len(core) >= LEAST_CORE:
        return core
    return "".join(mark for mark, kind in kinds if kind[0] != "Z" and kind not in ("Cc", "Cf"))


def check_fresh(case: Case) -> Findings:
    """No seed of the draw was in the ledger before its commitment, nor in part, nor as a part."""
    cores: list[tuple[str, Any]] = []
    before: dict[str, int] = {}
    number = 0
    for act in case.acts:
        own = act.get("draw") == case.record["draw"]
        if act["act"] == "commitment" and own:
            before[act["round"]] = len(cores)
        if act["act"] != "seed":
            continue
        core = seed_core(act["seed"])
        for other, known in cores[: before.get(act["round"], 0)] if own else ():
            if core in other or other in core:
                where, origin = f"{act['round']}.seed", f"{known['draw']} {known['round']}"
                yield fault(where, "seed-known", Say("seed-new"), known["seed"], origin=origin)
                break
        number += own
        cores.append((core, act))
    if not number:
        raise NotYetError
    return Say("fresh-ok", {"count": number})


def check_abandonment(case: Case) -> Findings:
    """The record says of an abandonment what the ledger says."""
    found, act = case.record["abandoned"], case.steps.get("abandonment")
    expected = {"at": act["at"], "reason": act["reason"]} if act else None
    yield from unequal("abandoned", "differs-ledger", expected, found)
    return Say("abandoned-ok", found) if found else Say("abandoned-none")


# -------------------------------------------------------------------------------- checks: visits


def check_tickets(case: Case) -> Findings:
    """Where classes are public: every ticket is the digest of key and entity id."""
    key = existing(case.record["select"]["key"])
    if not case.shown:
        return Say("tickets-hidden")
    for index, visit in enumerate(case.record["visits"]):
        right = ticket_of(key, visit["entity_id"])
        if visit["ticket"] != right:
            where = f"visits[{index}].ticket"
            yield fault(where, "ticket", right, visit["ticket"], entity=visit["entity_id"])
    return Say("tickets-ok", {"count": len(case.record["visits"])})


def check_visit_order(case: Case) -> Findings:
    """Drawn, then directed, then reserves, each in the protocol's order, and nobody twice."""
    key = case.record["select"]["key"] or ""
    seen: set[str] = set()
    last = (0, "")
    for index, visit in enumerate(case.record["visits"]):
        where, entity = f"visits[{index}]", visit["entity_id"]
        if entity in seen:
            yield fault(f"{where}.entity_id", "visit-twice", Say("nothing"), entity)
        seen.add(entity)
        group = 2 if visit["reserve"] else int(visit["standing"] == "directed")
        if visit["reserve"] and visit["standing"] == "directed":
            yield fault(f"{where}.reserve", "visit-reserve", False, True)
        by_ticket = group == 2 and case.shown
        place = visit["ticket"] if by_ticket else place_of(key, entity)
        if group < last[0]:
            yield fault(where, "visit-group", last[0], group)
        elif group == last[0] and place <= last[1]:
            above = Say("above", {"least": last[1]})
            yield fault(where, "visit-order", above, place)
        last = (group, place)
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
    if cells is None:
        yield fault("select.cells", "form", Say("kind-list"), None)
        raise NotYetError
    yield from unequal("select.cells", "differs-ledger", act["cells"], digest_of(cells))
    names = [cell["cell"] for cell in cells]
    if (sorted(names) if case.shown else names) != sorted(set(names)):
        yield fault("select.cells", "cell-blind", len(set(names)), len(names))
    with_drawn = sum(cell["threshold"] is not None for cell in cells)
    if with_drawn > act["drawn"] or (act["drawn"] and not with_drawn):
        most = Say("between", {"least": min(act["drawn"], 1), "most": act["drawn"]})
        yield fault("select.cells", "cells-drawn", most, with_drawn)
    if not case.shown:
        return Say("cells-hidden", {"count": len(cells)})
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
        found = cell["number"]
        yield from unequal(f"select.cells[{number - 1}].number", "cell-number", number, found)
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
    expected = cell["expected"]
    for found in group.expected - {expected}:
        yield bad("cell-expected", expected, found)
    least, most = expected // MILLION, -(-expected // MILLION)
    if not least <= count <= most:
        yield bad("cell-rounding", Say("between", {"least": least, "most": most}), count)
    if expected > size * MILLION:
        yield bad("cell-chance", Say("at-most", {"most": size * MILLION}), expected)


def check_visits_digest(case: Case) -> Findings:
    """The visits and the plan's seats make the document that ledger and crew round name."""
    act = existing(case.steps.get("draw"))
    digest = digest_of_rows(case.rows_of(case.visits))
    yield from unequal("visits", "differs-ledger", act["visits"], digest)
    if case.record["crew"] is not None:
        made = digest_of_rows(case.rows_of(case.crew_visits))
        yield from unequal("crew.visits", "commitment", made, case.record["crew"]["visits"])
    return Say("visits-ok", {"count": len(case.visits)})


def check_withdrawals(case: Case) -> Findings:
    """Who was withdrawn was to be visited, by the ledger's act, and a reserve is used once."""
    record, acts = case.record, case.after.withdrawals
    told = record["withdrawals"]
    named = {one["entity_id"] for one in told}
    concerned = [v for v in record["visits"] if v["reserve"] or v["entity_id"] in named]
    directed = {v["entity_id"] for v in concerned if v["standing"] == "directed"}
    yield from unequal("withdrawals", "differs-ledger", len(acts), len(told))
    for index in range(min(len(told), len(acts))):
        one, act, where = told[index], acts[index], f"withdrawals[{index}]"
        for key in ("entity_id", "result", "at", "reserve"):
            yield from unequal(f"{where}.{key}", "differs-ledger", act[key], one[key])
        digest = sha(one["evidence"])
        yield from unequal(f"{where}.evidence", "differs-ledger", act["evidence"], digest)
        before = told[:index]
        key = record["select"]["key"] or ""
        visited = {visit["entity_id"] for visit in still_made(concerned, before, key)}
        if one["entity_id"] not in visited:
            yield fault(where, "withdrawal", Say("nothing"), one["entity_id"])
            continue
        spare = [visit for visit in concerned if visit["reserve"]]
        if one["entity_id"] in directed:
            spare = []  # it is of no cell
        spare = [v for v in spare if v["entity_id"] not in {other["reserve"] for other in before}]
        if case.shown:
            cells = {visit["entity_id"]: visit["cell"] for visit in concerned}
            cell = cells[one["entity_id"]]
            spare = [v for v in spare if cell is not None and v["cell"] == cell][:1]
        if one["reserve"] is not None and one["reserve"] not in {v["entity_id"] for v in spare}:
            names = ", ".join(v["entity_id"] for v in spare[:5])
            yield fault(f"{where}.reserve", "withdrawal", names or Say("nothing"), one["reserve"])
    return Say("withdrawals-ok", {"count": len(told)})


def passed_reserves(record: Any) -> Iterator[tuple[str, str]]:
    """Where cells are public: who was withdrawn without the reserve that was next, and that one."""
    named = {one["entity_id"] for one in record["withdrawals"]}
    if not named:
        return
    reserves = [visit for visit in record["visits"] if visit["reserve"]]
    cells = {v["entity_id"]: v.get("cell") for v in record["visits"] if v["entity_id"] in named}
    used: set[Any] = set()
    for one in record["withdrawals"]:
        cell = cells.get(one["entity_id"])
        left = (v["entity_id"] for v in reserves if v.get("cell") == cell)
        following = next((entity for entity in left if entity not in used), None)
        if one["reserve"] is None and cell is not None and following is not None:
            yield one["entity_id"], following
        used.add(one["reserve"])


def check_results(case: Case) -> Findings:
    """The results are those of the ledger, and make the code of every visit."""
    record, act = case.record, case.after.results
    results = record["results"]
    if act is None:
        yield from unequal("results", "differs-ledger", 0, len(results))
    else:
        yield from unequal("results", "differs-ledger", act["results"], digest_of_rows(results))
        yield from unequal("results", "differs-ledger", act["number"], len(results))
    plan = record["plan"]
    items = {*plan["items"], *(item for one in plan["department"] for item in one["items"])}
    gone = {one["entity_id"]: one["result"] for one in record["withdrawals"]}
    found: dict[str, dict[str, str]] = {}
    for row in results:
        found.setdefault(row["entity_id"], {})[row["item_id"]] = row["result"]
    for index, visit in enumerate(record["visits"]):
        own = found.pop(visit["entity_id"], {})
        code = gone.get(visit["entity_id"]) or result_of(own, items or {""})
        if visit["result"] != code:
            where = f"visits[{index}].result"
            yield fault(where, "visit-result", code, visit["result"])
    for entity in sorted(found):
        yield fault("results", "withdrawal", Say("nothing"), entity)
    return Say("results-ok", {"count": len(results)})


def result_of(found: Mapping[str, str], items: set[str]) -> str:
    """The gravest finding; 1 where every item was inspected without one; else 0."""
    for code in GRAVEST_FIRST:
        if code in found.values():
            return code
    return "1" if items <= found.keys() else "0"


def check_crews(case: Case) -> Findings:
    """Each visit has as many distinct inspectors as seats, in order, and as the ledger has them."""
    act = case.steps.get("crews")
    dealt = {visit["entity_id"] for visit in case.crew_visits}
    for index, visit in enumerate(case.record["visits"]):
        named, where = visit["inspectors"], f"visits[{index}].inspectors"
        entity = visit["entity_id"]
        if act is None or entity not in dealt:
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
    crews = ([visit["entity_id"], visit["inspectors"]] for visit in case.crew_visits)
    yield from unequal("visits inspectors", "differs-ledger", act["crews"], digest_of_rows(crews))
    number = sum(1 for _ in case.crew_visits)
    yield from unequal("visits", "differs-ledger", act["dealt"], number)
    return Say("crews-ok", {"count": number})


def table_of(record: Any, shown: bool) -> Iterator[list[str]]:
    """The rows of visits.csv, header first, as texts with the guard and before quoting."""
    columns = ["entity_id", "name", "region", "standing"]
    columns += ["cell", "expected", "ticket"] if shown else []
    columns += ["inspectors", "reserve", "result"]
    yield columns
    for visit in record["visits"]:
        yield [table_cell(visit[key]) for key in columns]


def table_cell(value: Any) -> str:
    """One value as a cell of the table; a text that a spreadsheet might run gets a ``'``."""
    if value is None:
        return ""
    text = ";".join(value) if type(value) is list else value
    if type(text) is not str:
        return plain_value(text)
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r", "'") else text


def table_text(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Rows as RFC 4180 has them: quoted only where needed, lines ended by CR LF; led by a BOM."""
    needs_quotes = re.compile('[",\r\n]').search
    yield "\ufeff"
    for row in rows:
        line = ",".join(['"' + c.replace('"', '""') + '"' if needs_quotes(c) else c for c in row])
        yield line + "\r\n"


def check_visits_csv(case: Case) -> Findings:
    """visits.csv has every value of draw.json, and is to the byte what it gives."""
    try:
        with case.open("visits.csv") as file:
            if is_written(file, table_text(table_of(case.record, case.shown))):
                return Say("csv-ok", {"count": len(case.record["visits"])})
    except OtherFormError:
        pass  # what is wrong is told of the whole
    rows = list(table_of(case.record, case.shown))
    expected = "".join(table_text(rows))
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


# ----------------------------------------------------------------------------- checks: signature

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
TWIST = -121665 * pow(121666, -1, PRIME) % PRIME
HALF = pow(2, (PRIME - 1) // 4, PRIME)
Point = tuple[int, int, int, int]
PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----\n([0-9A-Za-z+/]{59}=)\n-----END PUBLIC KEY-----\n\Z")


def public_key(pem: bytes) -> str | None:
    """The Ed25519 key in a PEM file (RFC 8410), hex; None where there is none."""
    match = PEM.match(pem)
    if match is None:
        return None
    raw = base64.b64decode(match[1])
    sound = raw[:12].hex() == "302a300506032b6570032100" and base64.b64encode(raw) == match[1]
    return raw[12:].hex() if sound else None


def is_signed(key: str, signature: bytes, message: bytes) -> bool:
    """Whether a signature holds (RFC 8032 §5.1.7), key in hex."""
    public, scalar = point_of(bytes.fromhex(key)), int.from_bytes(signature[32:], "little")
    if public is None or len(signature) != 64 or scalar >= ORDER:
        return False
    head = signature[:32]
    digest = hashlib.sha512(head + bytes.fromhex(key) + message).digest()
    factor = int.from_bytes(digest, "little") % ORDER
    minus = (PRIME - public[0], public[1], public[2], PRIME - public[3])
    return bytes_of(added(times(scalar, BASE), times(factor, minus))) == head


def point_of(data: bytes) -> Point | None:
    """The point of the curve that 32 bytes stand for, or None."""
    number = int.from_bytes(data, "little")
    y, odd = number & ((1 << 255) - 1), number >> 255
    if y >= PRIME:
        return None
    square = (y * y - 1) * pow(TWIST * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * HALF % PRIME
    if (x * x - square) % PRIME or (x == 0 and odd):
        return None
    if x & 1 != odd:
        x = PRIME - x
    return x, y, 1, x * y % PRIME


def bytes_of(point: Point) -> bytes:
    """A point as 32 bytes."""
    inverse = pow(point[2], -1, PRIME)
    x, y = point[0] * inverse % PRIME, point[1] * inverse % PRIME
    return (y | (x & 1) << 255).to_bytes(32, "little")


def added(one: Point, other: Point) -> Point:
    """The sum of two points (RFC 8032 §5.1.4)."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % PRIME
    b = (one[1] + one[0]) * (other[1] + other[0]) % PRIME
    c = 2 * one[3] * other[3] * TWIST % PRIME
    d = 2 * one[2] * other[2] % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def times(factor: int, point: Point) -> Point:
    """A multiple of a point."""
    found: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            found = added(found, point)
        point = added(point, point)
        factor >>= 1
    return found


_BASE_Y = 4 * pow(5, -1, PRIME) % PRIME
BASE = existing(point_of(_BASE_Y.to_bytes(32, "little")))


def check_signature(case: Case) -> Findings:
    """SHA256SUMS is signed with the key beside it, which is the one asked for if one was."""
    contents = case.bundle.contents
    there = {*case.bundle.digests, *case.bundle.odd}
    if not {SIGNATURE, PUBLIC} & there:
        if case.trusted is None:
            raise NotYetError
        yield fault(SIGNATURE, "signature-none", case.trusted, Say("nothing"))
        return Say("nothing")
    key = public_key(contents.get(PUBLIC, b""))
    if key is None:
        yield fault(PUBLIC, "signature-key", Say("kind-digest"), Say("nothing"))
        return Say("nothing")
    signature, message = contents.get(SIGNATURE, b""), contents.get("SHA256SUMS", b"")
    if not is_signed(key, signature, message):
        yield fault(SIGNATURE, "signature", key, signature[:64].hex())
    if case.trusted not in (None, key):
        yield fault(PUBLIC, "signature-other", case.trusted, key)
    return Say("signature-ok", {"key": key})


# --------------------------------------------------------------------------------- checks: stamp

# What a time stamp is made of, as far as it is read (RFC 3161, RFC 5652, in DER): the marks of the
# elements, each inside the one before or behind it.
HASHES = {
    "608648016503040201": "sha256",
    "608648016503040202": "sha384",
    "608648016503040203": "sha512",
}


def elements(data: bytes) -> list[tuple[int, bytes]]:
    """The elements that `data` is a row of: mark and content; ValueError where it is none."""
    found = []
    while data:
        if len(data) < 2:
            raise ValueError("short")
        size, start = data[1], 2
        if size >= 0x80:
            start = 2 + (size & 0x7F)
            if not 3 <= start <= 6:
                raise ValueError("length")
            size = int.from_bytes(data[2:start], "big")
        if start + size > len(data):
            raise ValueError("long")
        found.append((data[0], data[start : start + size]))
        data = data[start + size :]
    return found


def inside(element: tuple[int, bytes], mark: int) -> list[tuple[int, bytes]]:
    """The elements inside an element of a mark."""
    return elements(content_of(element, mark))


def content_of(element: tuple[int, bytes], mark: int) -> bytes:
    """The content of an element of a mark; ValueError for another mark."""
    if element[0] != mark:
        raise ValueError("mark")
    return element[1]


def stamp_of(response: bytes) -> tuple[str, str, str]:
    """Name of the hash, imprint in hex and moment of a time stamp; ValueError where it is none."""
    (whole_response,) = elements(response)
    status, token = inside(whole_response, 0x30)[:2]
    if inside(status, 0x30)[0][1] not in (b"\x00", b"\x01"):
        raise ValueError("not granted")
    for name, place in (("2a864886f70d010702", 2), ("2a864886f70d0109100104", None)):
        kind, content = inside(token, 0x30)
        (inner,) = inside(content, 0xA0)
        if content_of(kind, 0x06).hex() != name:
            raise ValueError("content")
        token = inner if place is None else inside(inner, 0x30)[place]
    (info,) = inside((0x30, content_of(token, 0x04)), 0x30)
    _, _, imprint, _, moment = inside(info, 0x30)[:5]
    algorithm, digest = inside(imprint, 0x30)
    text = content_of(moment, 0x18).decode("ascii")
    if not re.match(r"[0-9]{14}(\.[0-9]+)?Z\Z", text):
        raise ValueError("time")
    when = f"{text[:4]}-{text[4:6]}-{text[6:8]}T{text[8:10]}:{text[10:12]}:{text[12:14]}Z"
    hash_name = HASHES[inside(algorithm, 0x30)[0][1].hex()]
    return hash_name, content_of(digest, 0x04).hex(), when


def check_stamp(case: Case) -> Findings:
    """A time stamp beside SHA256SUMS is one of it, and of the authority that is asked for."""
    if STAMP not in case.bundle.digests and STAMP not in case.bundle.odd:
        carried = any(name.startswith("stamp-") for name in case.bundle.digests)
        if case.believed.authority is None or carried:
            raise NotYetError
        yield fault(STAMP, "file-missing", STAMP, Say("nothing"))
        return Say("nothing")
    try:
        name, imprint, when = stamp_of(case.bundle.contents.get(STAMP, b""))
    except (ValueError, KeyError, IndexError):
        yield fault(STAMP, "stamp-form", "RFC 3161", Say("nothing"))
        return Say("nothing")
    message = case.bundle.contents.get("SHA256SUMS", b"")
    right = hashlib.new(name, message).hexdigest()
    yield from unequal(STAMP, "stamp", right, imprint)
    if right == imprint:
        yield from stamper_faults(case, STAMP, name, imprint, when)
    return Say("stamp-ok", {"when": when})


def stamper_faults(
    case: Case, file: str, algorithm: str, imprint: str, when: str
) -> Iterator[Fault]:
    """That the authority asked for signed a stamp, as of the moment of the stamp, by openssl."""
    authority = case.believed.authority
    if authority is None:
        return
    at = str(int(datetime.fromisoformat(when.replace("Z", "+00:00")).timestamp()))
    with tempfile.TemporaryDirectory() as folder:  # Windows opens no file twice
        kept = Path(folder) / "stamp"
        kept.write_bytes(case.bundle.contents[file])
        # Never one that lies in the folder in which this runs: it may have come with a bundle.
        program = shutil.which("openssl")
        if program is None or not Path(program).is_absolute():
            yield fault(file, "stamper-fault", "openssl", Say("nothing"))
            return
        command = [program, "ts", "-verify", "-digest", imprint, "-" + algorithm, "-in"]
        command += [str(kept), "-CAfile", str(authority), "-attime", at, "-partial_chain"]
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=60)
        except (OSError, subprocess.TimeoutExpired) as error:
            yield fault(file, "stamper-fault", "openssl", type(error).__name__)
            return
    if done.returncode:
        yield fault(file, "stamper-fault", authority.name, Say("nothing"))


# ------------------------------------------------------------------------------ checks: evidence

COSIGN, ATTEST = "yaohao-cosign/2", "yaohao-attest/2"
CHECK_NAMES = Kind(
    Say("kind-list"),
    lambda value: (
        type(value) is list
        and len(value) <= 500
        and all(type(one) is str and re.match("[a-z-]{1,64}\\Z", one) for one in value)
        and value == sorted(set(value))
    ),
)
STATEMENT = {
    "format": one_of(COSIGN, ATTEST),
    "draw": SLUG,
    "sums": DIGEST,
    "ledger": DIGEST,
    "at": Kind(Say("kind-time"), TIME_FORM),
    "key": DIGEST,
    "signature": Kind(Say("kind-signature"), matching("[0-9a-f]{128}")),
}
STATEMENTS = {
    COSIGN: {**STATEMENT, "stage": STAGE},
    ATTEST: {**STATEMENT, "commitment": DIGEST, "passed": CHECK_NAMES, "unseen": CHECK_NAMES},
}


def check_evidence(case: Case) -> Findings:
    """What others signed or stamped is of a publication of this draw, and theirs; who counts."""
    contents = case.bundle.contents
    names = sorted(name for name in contents if EVIDENCE.match(name))
    known = publications_of(case)
    bureau = public_key(contents.get(PUBLIC, b""))
    for name in names:
        if name.endswith(".tsr"):
            yield from carried_stamp_faults(case, name, known)
        else:
            yield from statement_faults(case, name, known, bureau)
    if STAMP in contents:
        take_stamp(case, STAMP, known)
    if not names:
        raise NotYetError
    return Say("evidence-ok", {"count": len(names)})


def publications_of(case: Case) -> dict[str, tuple[str, str]]:
    """Digest of SHA256SUMS of each publication of this draw: its stage, its ledger's last entry."""
    known = {
        line["act"]["sums"]: (line["act"]["stage"], line["previous"])
        for line in case.lines
        if line["act"]["act"] == "publication" and line["act"]["draw"] == case.record["draw"]
    }
    own = hashlib.sha256(case.bundle.contents.get("SHA256SUMS", b"")).hexdigest()
    known[own] = (existing(stage_of(case)), case.lines[-1]["entry"])
    return known


def stage_of(case: Case) -> str | None:
    """The stage that the record shows."""
    return "abandoned" if "abandonment" in case.steps else stage_after(case.steps)


def statement_faults(
    case: Case, name: str, known: Mapping[str, tuple[str, str]], bureau: str | None
) -> Iterator[Fault]:
    """What is false about a statement; what is true is taken up."""
    try:
        text = text_of(case.bundle.contents[name])
        found = document_of(text)
        faults = list(misfits(found, STATEMENTS.get(found["format"], STATEMENT), name))
        if not faults and canonical(found) + "\n" != text:
            faults = [fault(name, "bytes", canonical(found), text)]
    except (UnreadableError, KeyError, TypeError):
        faults = [fault(name, "no-json", Say("kind-object"), Say("nothing"))]
    if faults:
        yield faults[0]
        return
    cosigned = found["format"] == COSIGN
    about = found["sums" if cosigned else "ledger"]
    right = f"{'cosign' if cosigned else 'attest'}-{about[:16]}-{found['key'][:16]}.json"
    message = canonical({key: value for key, value in found.items() if key != "signature"})
    faults = list(unequal(name, "evidence", right, name))
    if not is_signed(found["key"], bytes.fromhex(found["signature"]), message.encode("utf-8")):
        faults.append(fault(name, "evidence-signature", found["key"], found["signature"]))
    faults += unequal(f"{name} draw", "evidence", case.record["draw"], found["draw"])
    if not cosigned:
        commitment = case.record["select"]["commitment"]
        faults += unequal(f"{name} commitment", "evidence", commitment, found["commitment"])
        entries = [line["entry"] for line in case.lines]
        if about not in entries:
            faults.append(fault(f"{name} ledger", "evidence", Say("nothing"), about))
    elif about not in known:
        faults.append(fault(f"{name} sums", "evidence", Say("nothing"), about))
    else:
        told = (found["stage"], found["ledger"])
        faults += unequal(f"{name} stage", "evidence", known[about][0], told[0])
        faults += unequal(f"{name} ledger", "evidence", known[about][1], told[1])
    yield from faults[:1]
    if not faults:
        take_statement(case, found, known, bureau)


def take_statement(
    case: Case, found: Any, known: Mapping[str, tuple[str, str]], bureau: str | None
) -> None:
    """Take up a statement that is true, if it is of somebody who is believed."""
    key, evidence = found["key"], case.evidence
    cosigned = found["format"] == COSIGN
    believed = case.believed.cosigners if cosigned else case.believed.auditors
    planned = {one["key"] for one in planned_cosigners(case)} if cosigned else set()
    if key == bureau:
        evidence.unknown.append(Say("own-cosigner" if cosigned else "own-auditor", {"key": key}))
        return
    if key in planned:
        evidence.named.setdefault(known[found["sums"]][0], []).append((key, found["at"]))
    elif key not in believed:
        evidence.unknown.append(Say("cosigner" if cosigned else "auditor", {"key": key}))
    if key in believed and cosigned:
        evidence.cosigned.setdefault(known[found["sums"]][0], []).append(found["at"])
    elif key in believed:
        kinds = [(line["act"].get("draw"), line["act"]["act"]) for line in case.lines]
        place = [line["entry"] for line in case.lines].index(found["ledger"])
        if (case.record["draw"], "draw") in kinds[: place + 1]:
            evidence.attested.append(found)


def planned_cosigners(case: Case) -> list[dict[str, str]]:
    """The cosigners that the plan names."""
    found: list[dict[str, str]] = case.record["plan"]["publication"].get("cosigners", [])
    return found


def carried_stamp_faults(
    case: Case, file: str, known: Mapping[str, tuple[str, str]]
) -> Iterator[Fault]:
    """A stamp is of an earlier publication of this draw, and of the authority asked for."""
    try:
        algorithm, imprint, when = stamp_of(case.bundle.contents[file])
    except (ValueError, KeyError, IndexError):
        yield fault(file, "stamp-form", "RFC 3161", Say("nothing"))
        return
    if algorithm != "sha256" or imprint not in known or file != f"stamp-{imprint[:16]}.tsr":
        yield fault(file, "stamp", Say("nothing"), imprint)
        return
    if case.believed.authority is None:
        case.evidence.unknown.append(Say("stamper"))
    faults = list(stamper_faults(case, file, algorithm, imprint, when))
    yield from faults
    if not faults:
        take_stamp(case, file, known)


def take_stamp(case: Case, file: str, known: Mapping[str, tuple[str, str]]) -> None:
    """Take up a stamp that is true, if it is of an authority that is believed."""
    try:
        algorithm, imprint, when = stamp_of(case.bundle.contents[file])
    except (ValueError, KeyError, IndexError):
        return
    if case.believed.authority is None or imprint not in known:
        return
    if file == STAMP and any(stamper_faults(case, file, algorithm, imprint, when)):
        return
    case.evidence.stamped.setdefault(known[imprint][0], []).append(when)


# ---------------------------------------------------------------------------------- checks: page

PAGE_MARKS = (b'<script type="application/json" id="data">', b"</script>")
PAGE_DATA = re.compile(r'<script type="application/json" id="data">([^<]*)</script>')


def check_page(case: Case) -> Findings:
    """index.html holds the record, the ledger and the digests of the other files, and no others."""
    if PAGE not in case.bundle.digests and PAGE not in case.bundle.odd:
        raise NotYetError
    around = page_around(case)
    try:
        match = None if around else PAGE_DATA.search(case.text(PAGE))
        data = around or document_of(match[1] if match else "")
    except UnreadableError as error:
        yield fault(PAGE, "page-data", "JSON", error.found)
        return Say("nothing")
    if not around and (match is None or in_page(canonical(data)) != match[1]):
        yield fault(PAGE, "page-data", Say("kind-object"), data)
        return Say("nothing")
    faults = list(misfits(data, PAGE_FORM, PAGE))
    yield from faults
    if faults:
        return Say("nothing")
    digests = dict(case.bundle.digests)
    for name in (PAGE, *UNLISTED, *filter(EVIDENCE.match, case.bundle.digests)):
        digests.pop(name, None)
    expected = {"format": "yaohao-page/1", "record": case.record, "ledger": case.lines}
    for key, value in {**expected, "files": digests}.items():
        if data[key] is not value and data[key] != with_lists(value):
            yield fault(f"{PAGE} {key}", "page-differs", *parted(with_lists(value), data[key]))
    yield from page_name_faults(case, data)
    yield from page_due_faults(case, data["due"]["by"])
    yield from page_signature_faults(case, data, digests)
    return Say("page-ok")


def with_lists(value: Any) -> Any:
    """A record with its long lists as lists."""
    if type(value) is not dict:
        return value
    return {key: list(one) if type(one) is Rows else one for key, one in value.items()}


def page_around(case: Case) -> Any:
    """The data of a page whose record is that of draw.json, which then stands in it; else None."""
    try:
        with case.open(PAGE) as file:
            decoder = codecs.getincrementaldecoder("utf-8")()
            for piece in iter(lambda: file.read(1 << 20), b""):
                decoder.decode(piece)
            decoder.decode(b"", True)
            file.seek(0)
            record = map(in_page, record_text(case.record))
            marks = PAGE_MARKS
            data, text = document_around(Pieces(file), marks[0], "record", record, marks[1])
    except (OtherFormError, UnreadableError, UnicodeDecodeError, OSError):
        return None
    return {**data, "record": case.record} if in_page(canonical(data)) == text else None


def record_text(record: Mapping[str, Any]) -> Iterator[str]:
    """The canonical JSON of a record in pieces."""
    before = "{"
    for key, name in members(tuple(record)):
        yield f"{before}{name}:"
        before = ","
        if type(record[key]) is Rows:
            yield from list_text(record[key])
        else:
            yield canonical(record[key])
    yield "}"


def page_name_faults(case: Case, data: Any) -> Iterator[Fault]:
    """Items are of the plan, regions of the visits; how they are called stands nowhere else."""
    plan = case.record["plan"]
    items = {*plan["items"], *(item for one in plan["department"] for item in one["items"])}
    for item in data["items"]:
        if item["item_id"] not in items:
            yield fault(f"{PAGE} items", "page-differs", Say("nothing"), item["item_id"])
    china = case.acts[0].get("register") == "china"
    regions = {visit["region"] for visit in case.record["visits"]} if china else set()
    for region in sorted(data["regions"].keys() - regions):
        yield fault(f"{PAGE} regions", "page-differs", Say("nothing"), region)


def page_due_faults(case: Case, due: Mapping[str, Any]) -> Iterator[Fault]:
    """Due days are told of the days that can be asked for, and come after them.

    Which days are working days is no fact of the draw: how many lie between is not counted here.
    """
    visited = {row["visited_on"] for row in case.record["results"]} - {""}
    days = {case.record["plan"]["window"][1], *visited}
    if due.keys() != days:
        yield fault(f"{PAGE} due.by", "page-differs", sorted(days), sorted(due))
    for day, told in due.items():
        if told["day"] <= day:
            yield fault(f"{PAGE} due.by", "page-differs", Say("kind-date"), told["day"])


def page_signature_faults(case: Case, data: Any, digests: Mapping[str, str]) -> Iterator[Fault]:
    """The page is signed where the bundle is, with the same key, over the files that it lists."""
    own, key = data["signature"], public_key(case.bundle.contents.get(PUBLIC, b""))
    where = f"{PAGE} signature"
    if (own["key"] if own else None) != key:
        yield fault(where, "page-differs", key, own["key"] if own else None)
    elif own:
        listed = "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))
        if not is_signed(own["key"], bytes.fromhex(own["signature"]), listed.encode("utf-8")):
            yield fault(where, "signature", own["key"], own["signature"])


PAGE_FORM = {
    "format": TEXT,
    "record": OBJECT,
    "ledger": [OBJECT],
    "files": OBJECT,
    "items": [{"item_id": TEXT, "name": TEXT, "basis": TEXT}],
    "regions": Named(NAME),
    "due": {"days": POSITIVE, "by": Named({"day": DAY, "estimated": [POSITIVE]})},
    "signature": Maybe(
        {"key": DIGEST, "signature": Kind(Say("kind-signature"), matching("[0-9a-f]{128}"))}
    ),
}


def in_page(text: str) -> str:
    """JSON as it stands in a page: what could act in HTML as escapes."""
    return re.sub("[<>&\u2028\u2029]", lambda mark: f"\\u{ord(mark[0]):04x}", text)


def parted(expected: Any, found: Any) -> tuple[Any, Any]:
    """The first values of two documents that differ, or the documents where their kind does."""
    keys: Iterable[Any] = ()
    if type(expected) is dict and type(found) is dict:
        keys = sorted(expected.keys() | found.keys())
        one, other = expected, found
    elif type(expected) is list and type(found) is list:
        keys = range(max(len(expected), len(found)))
        one, other = dict(enumerate(expected)), dict(enumerate(found))
    for key in keys:
        sides = one.get(key, Say("nothing")), other.get(key, Say("nothing"))
        if sides[0] != sides[1]:
            return parted(*sides)
    return expected, found


# --------------------------------------------------------------------------------- checks: audit

LOTTERY = {
    "cells": [{"cell": TEXT, "size": POSITIVE, "expected": COUNT}],
    "outcomes": [{"weight": POSITIVE, "counts": [COUNT]}],
    "widened": [{"margin": {"stratum": TEXT, "code": TEXT}, "by": [COUNT]}],
}
SEAT = {"department": TEXT, "qualification": TEXT}
EARLIER = [{"draw": NAME, "plan": OBJECT, "visits": Maybe([OBJECT])}]
EARLIER_VISIT = {
    "entity_id": ENTITY,
    "standing": one_of("pool", "directed"),
    "region": TEXT,
    "seats": [SEAT],
}
OLDER_VISIT = {**EARLIER_VISIT, "ticket": DIGEST}  # of draws under version 1
ROSTER = [
    {
        "inspector_id": INSPECTOR,
        "department": TEXT,
        "regions": [TEXT],
        "qualifications": [TEXT],
        "certificate_until": DAY_OR_NOTHING,
        "capacity": Maybe(COUNT),
        "absent": [(DAY, DAY)],
        "recused": [NAME],
    }
]
CREWS = {
    "crews": [(ENTITY, [INSPECTOR])],
    "potentials": OBJECT,
    "squares": COUNT,
    "cost": Kind(Say("kind-decimal"), matching("0|[1-9][0-9]{0,99}")),
}


def is_list(value: Any) -> bool:
    """Whether `value` is a list."""
    return type(value) is list


def audit_document(case: Case, name: str, form: Any) -> Any:
    """A document for auditors, canonical and of its form; UnfitError with the first fault."""
    try:
        text = case.text(name)
        value = document_of(text)
    except UnreadableError as error:
        raise UnfitError(fault(name, error.word, "JSON", error.found)) from None
    if canonical(value) + "\n" != text:
        raise UnfitError(difference(name, canonical(value) + "\n", text))
    for found in misfits(value, form, name.partition(".")[0]):
        raise UnfitError(found)
    return value


def secret_of(case: Case) -> str:
    """The secret of an audit folder; UnfitError where it is none."""
    try:
        secret = case.text("secret")
    except UnreadableError as error:
        raise UnfitError(fault("secret", error.word, Say("kind-digest"), error.found)) from None
    if not matching("[0-9a-f]{64}\n")(secret):
        raise UnfitError(fault("secret", "form", Say("kind-digest"), len(secret)))
    return secret.strip()


def check_documents(case: Case) -> Findings:
    """Plan, visits, roster and crews of an audit folder are those of the record, as far as due."""
    record, steps = case.record, case.steps
    present = {*case.bundle.digests, *case.bundle.odd}
    for name, step in AUDIT_LATER.items():
        if (name in present) != (step in steps):
            found = name if name in present else Say("nothing")
            yield fault(name, "file-due", step, found)
    secret_of(case)
    plan = audit_document(case, "plan.json", OBJECT)
    yield from unequal("plan.json", "differs", record["plan"], plan)
    if "draw" not in steps:
        return Say("documents-ok")
    made = case.rows_of(case.crew_visits)
    try:
        with case.open("visits.json") as file:
            case.visits_told = is_written(file, chain(list_text(made), ["\n"]))
    except OtherFormError:
        case.visits_told = False
    if not case.visits_told:
        visits = audit_document(case, "visits.json", Kind(Say("kind-list"), is_list))
        if visits != list(made):
            yield fault("visits.json", "differs", *parted(list(made), visits))
    before = audit_document(case, "roster-before.json", ROSTER)
    right = steps["draw"]["roster"]
    yield from unequal("roster-before.json", "differs-ledger", right, digest_of(before))
    if record["crew"] is None:
        return Say("documents-ok")
    roster = audit_document(case, "roster.json", ROSTER)
    yield from unequal("roster.json", "commitment", record["crew"]["roster"], digest_of(roster))
    people = [person["inspector_id"] for person in roster]
    if people != sorted(set(people)) or (not people and len(made)):
        yield fault("roster.json", "people-order", ", ".join(sorted(set(people))), people)
    if "crews" in steps:
        dealt, crews = crews_of(case), crew_rows(case)
        case.crews_told = type(dealt["crews"]) is Each
        if type(dealt["crews"]) is list and list(crews) != dealt["crews"]:
            yield fault("crews.json crews", "differs", *parted(list(crews), dealt["crews"]))
        if sorted(people) != sorted(dealt["potentials"]):
            yield fault("crews.json potentials", "differs", people, sorted(dealt["potentials"]))
    return Say("documents-ok")


def crew_rows(case: Case) -> Each:
    """The published crews, as crews.json should have them."""
    return Each(lambda: ([one["entity_id"], one["inspectors"]] for one in case.crew_visits))


def crews_of(case: Case) -> Any:
    """crews.json; its crews are `crew_rows` where they are the published ones."""
    crews = crew_rows(case)
    try:
        with case.open("crews.json") as file:
            source = Pieces(file)
            dealt, text = document_around(source, b"", "crews", list_text(crews), b"\n")
            if (
                canonical(dealt) != text
                or source.is_more()
                or any(misfits({**dealt, "crews": []}, CREWS, ""))
            ):
                raise OtherFormError
            return {**dealt, "crews": crews}
    except (OtherFormError, UnreadableError):
        return audit_document(case, "crews.json", CREWS)


def crew_round_visits(case: Case) -> Iterable[Any]:
    """visits.json, which may have been found to be what the record makes."""
    if case.visits_told:
        return case.rows_of(case.crew_visits)
    visits: list[Any] = audit_document(case, "visits.json", [EARLIER_VISIT])
    return visits


def check_lottery(case: Case) -> Findings:
    """The table of outcomes and the cells are the committed ones, and the key picks the outcome."""
    select = case.record["select"]
    table = audit_document(case, "lottery.json", LOTTERY)
    yield from unequal("lottery.json", "commitment", select["lottery"], digest_of(table))
    cells, outcomes = table["cells"], table["outcomes"]
    names = [cell["cell"].encode("utf-8") for cell in cells]
    if names != sorted(set(names)):
        yield fault("lottery.json cells", "cells-order", Say("kind-list"), cells)
    weights = sum(outcome["weight"] for outcome in outcomes)
    yield from unequal("lottery.json weights", "sum", MILLION, weights)
    sizes = sum(cell["size"] for cell in cells)
    yield from unequal("lottery.json sizes", "sum", select["counts"]["pool"], sizes)
    for index, outcome in enumerate(outcomes):
        if len(outcome["counts"]) != len(cells):
            where = f"lottery.json outcomes[{index}]"
            yield fault(where, "sum", len(cells), len(outcome["counts"]))
            return Say("nothing")
    if "draw" in case.steps and weights == MILLION:
        right = outcome_of(existing(select["key"]), outcomes)
        yield from unequal("select.outcome", "commitment", right, select["outcome"])
        taken = sum(outcomes[right]["counts"])
        yield from unequal("lottery.json counts", "sum", case.steps["draw"]["drawn"], taken)
        yield from published_cell_faults(case, cells, outcomes[right]["counts"])
    root = tree_root([cell_text(*cell) for cell in blind_cells(secret_of(case), cells)])
    yield from unequal("select.cells_root", "commitment", root, select["cells_root"])
    return Say("lottery-ok", {"count": len(outcomes)})


def check_lottery_properties(case: Case) -> Findings:
    """Chances are exact, counts and margins rounded, and every quota holds in every outcome.

    Source: protocol, "The allocation lottery", 1 to 4.
    """
    table, plan = audit_document(case, "lottery.json", LOTTERY), case.record["plan"]
    cells, outcomes = table["cells"], table["outcomes"]
    for number, cell in enumerate(cells):
        x, where = cell["expected"], f"lottery.json cells[{number}]"
        mean = sum(one["weight"] * one["counts"][number] for one in outcomes)
        yield from unequal(where, "sum", x, mean)
        if x > cell["size"] * MILLION:
            most = Say("at-most", {"most": cell["size"] * MILLION})
            yield fault(where, "cell-chance", most, x, cell=number + 1)
        counts = {outcome["counts"][number] for outcome in outcomes}
        for count in sorted(counts - {x // MILLION, -(-x // MILLION)}):
            between = Say("between", {"least": x // MILLION, "most": -(-x // MILLION)})
            yield fault(where, "cell-rounding", between, count, cell=number + 1)
    codes = [codes_of(plan, cell["cell"]) for cell in cells]
    for number, found in enumerate(codes):
        if len(found) != len(plan["strata"]):
            where = f"lottery.json cells[{number}]"
            yield fault(where, "cell-codes", len(plan["strata"]), cells[number]["cell"])
            return Say("nothing")
    margins: dict[tuple[str, str], list[int]] = {("", ""): list(range(len(cells)))}
    for place, stratum in enumerate(plan["strata"]):
        for number, found in enumerate(codes):
            margins.setdefault((stratum, found[place]), []).append(number)
    yield from group_count_faults(plan, table, margins)
    return Say("properties-ok", {"count": len(margins)})


def group_count_faults(
    plan: Mapping[str, Any], table: Mapping[str, Any], margins: dict[tuple[str, str], list[int]]
) -> Iterator[Fault]:
    """What every outcome owes to groups of cells: margins, and the quotas of the plan."""
    cells = table["cells"]
    bounds = [one for one in bounds_of(plan, cells, []) if one.kind != "rate"]
    margins.update({("rule", one.place): one.members for one in bounds})
    widened: dict[tuple[str, str], list[int]] = {}
    for index, entry in enumerate(table["widened"]):
        margin = (entry["margin"]["stratum"], entry["margin"]["code"])
        if (
            margin not in margins
            or margin in widened
            or len(entry["by"]) != 2
            or not any(entry["by"])
        ):
            where = f"lottery.json widened[{index}]"
            yield fault(where, "margin-unknown", Say("nothing"), "=".join(margin))
            return
        widened[margin] = entry["by"]
    sums = {}
    for margin, members in margins.items():
        totals = [sum(map(one["counts"].__getitem__, members)) for one in table["outcomes"]]
        sums[margin] = (min(totals), max(totals))
        mean = sum(cells[number]["expected"] for number in members)
        yield from margin_faults(margin, mean, sums[margin], widened.get(margin, [0, 0]))
    total = sum(cell["expected"] for cell in cells)
    for bound in bounds:
        scale = total if bound.kind == "draw" else MILLION
        yield from quota_faults(bound, scale, sums["rule", bound.place])


def margin_faults(
    margin: tuple[str, str], mean: int, found: tuple[int, int], by: list[int]
) -> Iterator[Fault]:
    """A margin is its expectation rounded in every outcome, or widened by just so much."""
    floor, ceiling = mean // MILLION, -(-mean // MILLION)
    where, (least, most) = f"lottery.json {'='.join(margin)}", found
    if least < floor - by[0] or most > ceiling + by[1]:
        between = Say("between", {"least": floor - by[0], "most": ceiling + by[1]})
        yield fault(where, "margin", between, f"{least}-{most}")
    used = [max(0, floor - least), max(0, most - ceiling)]
    if used[0] < by[0] or used[1] < by[1]:
        yield fault(where, "margin-widened", used, by)


def quota_faults(bound: Bounded, scale: int, found: tuple[int, int]) -> Iterator[Fault]:
    """Every outcome keeps a quota; a share of the draw to the whole inspection outward."""
    where, (least, most) = f"lottery.json {bound.place}", found
    if bound.least is not None and least < bound.least * scale // MILLION**2:
        lowest = Say("at-least", {"least": bound.least * scale // MILLION**2})
        yield fault(where, "quota", lowest, least)
    if bound.most is not None and most > -(-bound.most * scale // MILLION**2):
        highest = Say("at-most", {"most": -(-bound.most * scale // MILLION**2)})
        yield fault(where, "quota", highest, most)


@dataclass
class Bounded:
    """A bound of a plan on the cells at some places: millionths of a visit, or of the draw.

    `kind` is `count` (whole visits, in every outcome), `draw` (a share of the draw) or `rate` (in
    expectation alone).
    """

    place: str
    members: list[int]
    least: int | None
    most: int | None
    kind: str


def codes_of(plan: Mapping[str, Any], cell: str) -> list[str]:
    """The codes in the name of a cell; none where the plan has no strata."""
    return cell.split("/") if plan["strata"] else []


def cell_row(plan: Mapping[str, Any], codes: list[str]) -> dict[str, str]:
    """What the codes of a cell say of each of its members, as conditions ask for it."""
    row = {name: codes[place] for place, name in enumerate(plan["strata"])}
    held = [name[7:] for name in row if name[:7] == "fields:" and row[name] == name[7:]]
    return {**row, "fields": ",".join(held), "effective_tier": row.get("tier", "")}


def written_code(stratum: str, code: str, table: Iterable[str]) -> str | None:
    """The code of a table of rates that stands for a code: itself, its longest prefix, or other."""
    tries = [code]
    if stratum in ("region", "industry"):
        tries += [code[:length] for length in range(len(code) - 1, 0, -1)]
    tries += ["other"] if stratum != "tier" else []
    return next((one for one in tries if one in table), None)


def place_of_key(stratum: str, code: str) -> str:
    """The place of a rate in a plan file: a code that is no bare key stands in quotes."""
    code = code if len(code) <= PLACE_WIDTH else code[: PLACE_WIDTH - 3] + "..."
    bare = re.fullmatch("[^\\s.\"']+", code)
    return f"rates.{stratum}.{code}" if bare else f'rates.{stratum}."{code}"'


def bounds_of(
    plan: Mapping[str, Any], cells: list[dict[str, Any]], drawn: list[tuple[list[str], int]]
) -> list[Bounded]:
    """The bounds of a plan (rates, total, quotas) on cells; `drawn` are codes and sizes of those
    that earlier batches drew (docs/plan.md, "Rates", "Groups", "Batches")."""
    codes = [codes_of(plan, cell["cell"]) for cell in cells]
    found, base = [], plan["rates"].get("base", "tier")
    for stratum in [name for name in STRATA if name in plan["rates"]]:
        table, place = plan["rates"][stratum], plan["strata"].index(stratum)
        written = [written_code(stratum, one[place], table) for one in codes]
        before = [(written_code(stratum, one[place], table), size) for one, size in drawn]
        for code, rate in table.items():
            members = [number for number, one in enumerate(written) if one == code]
            taken = sum(size for one, size in before if one == code)
            name = place_of_key(stratum, code)
            if type(rate) is dict and "count" not in rate:
                ends = [(f"{name}.min", rate["min"], None), (f"{name}.max", None, rate["max"])]
            else:
                ends = [] if stratum == base else [(name, rate, rate)]
            for name, least, most in ends:
                if (least, most) != (None, None):
                    found.append(rate_bound(plan, cells, taken, name, members, least, most))
    if plan["limits"]["total"] is not None:
        everybody, most = list(range(len(cells))), plan["limits"]["total"] * MILLION
        found.append(Bounded("limits.total", everybody, None, most, "count"))
    rules = Rules(plan, [], [])
    rows = [cell_row(plan, one) for one in codes] if plan["quota"] else []
    for index, quota in enumerate(plan["quota"], 1):
        members = [n for n, row in enumerate(rows) if rules.meets(quota["where"], row)]
        size = sum(cells[number]["size"] for number in members)
        for end in ("min", "max"):
            if (amount := quota[end]) is not None:
                of_draw = amount.get("of") == "draw"
                value = amount["share"] if of_draw else amount_of(amount, size, end == "min")
                least, most = (value, None) if end == "min" else (None, value)
                kind = "draw" if of_draw else "count"
                found.append(Bounded(f"quota[{index}].{end}", members, least, most, kind))
    return found


def amount_of(amount: Any, size: int, up: bool) -> int:
    """A bound in millionths of a visit: a number of visits, or a share of so many entities."""
    if type(amount) is int:
        return amount * size
    if "count" in amount:
        return int(amount["count"]) * MILLION
    share: int = amount["share"] * size
    return (-(-share // MILLION) if up else share // MILLION) * MILLION


def rate_bound(
    plan: Mapping[str, Any],
    cells: list[dict[str, Any]],
    taken: int,
    place: str,
    members: list[int],
    least: Any,
    most: Any,
) -> Bounded:
    """A bound that stands among the rates; in batches the part of it that this batch has."""
    size = sum(cells[number]["size"] for number in members)
    kind = "rate" if type(least if least is not None else most) is int else "count"
    if plan["frequency"] == 1:
        low = None if least is None else amount_of(least, size, True)
        return Bounded(
            place, members, low, None if most is None else amount_of(most, size, False), kind
        )
    left = plan["frequency"] - plan["batch"] + 1
    low = high = None
    if least is not None:
        still = max(amount_of(least, size + taken, True) - taken * MILLION, 0)
        low = min(-(-still // left), size * MILLION)
    if most is not None:
        still = max(amount_of(most, size + taken, False) - taken * MILLION, 0)
        high = max(still // left, len(members), low or 0)
    return Bounded(place, members, low, high, "rate")


def check_cells_expected(case: Case) -> Findings:
    """Expected counts are those of the plan's rates; where bounds forbid these, within all bounds.

    Of all counts within the bounds the plan asks for the nearest to its rates: that they are is not
    checked here, and said.
    """
    plan, cells = case.record["plan"], audit_document(case, "lottery.json", LOTTERY)["cells"]
    drawn = [(codes_of(plan, name), size) for name, size in sorted(case.frame.drawn.items())]
    own = list(own_counts(plan, cells, drawn))
    for number, count in enumerate(own):
        if count is None:
            where = f"lottery.json cells[{number}]"
            yield fault(where, "expected-rate", Say("nothing"), cells[number]["cell"])
    if None in own:
        return Say("nothing")
    found, bounds = [cell["expected"] for cell in cells], bounds_of(plan, cells, drawn)
    if not list(broken_bounds(bounds, own)):
        for number, right in enumerate(own):
            where = f"lottery.json cells[{number}].expected"
            yield from unequal(where, "expected-own", right, found[number])
        return Say("expected-ok", {"count": len(cells)})
    case.unmade.append(Say("audit-expected"))
    for number, cell in enumerate(cells):
        if not 0 < cell["expected"] <= cell["size"] * MILLION:
            between = Say("between", {"least": 1, "most": cell["size"] * MILLION})
            yield fault(f"lottery.json cells[{number}]", "expected-own", between, cell["expected"])
    for bound in broken_bounds(bounds, found):
        here = sum(found[number] for number in bound.members)
        limits = f"{'' if bound.least is None else bound.least}-{bound.most or ''}"
        yield fault(f"lottery.json {bound.place}", "expected-bound", limits, here)
    return Say("expected-bounds-ok", {"count": len(bounds)})


def own_counts(
    plan: Mapping[str, Any], cells: list[dict[str, Any]], drawn: list[tuple[list[str], int]]
) -> list[int | None]:
    """Expected counts by the plan's own rates, in millionths; None where there is no rate."""
    base = plan["rates"].get("base", "tier")
    table, place = plan["rates"][base], plan["strata"].index(base)
    codes = [codes_of(plan, cell["cell"]) for cell in cells]
    weights = [cell["size"] * retained(plan, codes[n]) for n, cell in enumerate(cells)]
    written = [written_code(base, one[place], table) for one in codes]
    found: list[int | None] = [None] * len(cells)
    for code, told in table.items():
        rate = told
        if type(told) is dict and "count" not in told:
            rate = told["max"] if told["min"] is None else told["min"]
        members = [number for number, one in enumerate(written) if one == code]
        before = [(o, size) for o, size in drawn if written_code(base, o[place], table) == code]
        if plan["frequency"] > 1:
            whole = sum(weights[number] for number in members)
            whole += sum(size * retained(plan, one) for one, size in before)
            year = rounded(rate * whole) if type(rate) is int else rate["count"] * MILLION
            still = max(year - sum(size for _, size in before) * MILLION, 0)
            most = sum(cells[number]["size"] for number in members) * MILLION
            total = min(still // (plan["frequency"] - plan["batch"] + 1), most)
        elif type(rate) is int:
            for number in members:
                found[number] = max(rounded(rate * weights[number]), 1)
            continue
        else:
            total = rate["count"] * MILLION
            if total > sum(cells[number]["size"] for number in members) * MILLION:
                continue  # more visits than entities
        shares = shared_out(total, {n: (cells[n]["size"], weights[n]) for n in members})
        found = [max(shares[n], 1) if n in shares else one for n, one in enumerate(found)]
    return found


def rounded(value: int) -> int:
    """Millionths of millionths as millionths, the half up."""
    return (2 * value + MILLION) // (2 * MILLION)


def retained(plan: Mapping[str, Any], codes: list[str]) -> int:
    """Millionths of its rate that a cell keeps where the lot leaves a share out."""
    row, tolerance, low = cell_row(plan, codes), plan["tolerance"], plan["low_risk"]
    left_out = 0
    if row.get("key") == "other":
        if tolerance["years"] and 0 < tolerance["leave_out"] < MILLION and row["age"] == "new":
            left_out = tolerance["leave_out"]
        if 0 < low["leave_out"] < MILLION and row.get("tier") in low["tiers"]:
            left_out = max(left_out, low["leave_out"])
    return MILLION - left_out


def shared_out(total: int, cells: dict[int, tuple[int, int]]) -> dict[int, int]:
    """So many millionths over cells (size, weight) by weight, no chance above one; what is left of
    the division goes to the largest fractions, the earlier cell first."""
    found: dict[int, int] = {}
    waiting = dict(cells)
    while waiting:
        whole = sum(weight for _, weight in waiting.values())
        full = [
            n for n, (size, weight) in waiting.items() if total * weight > size * MILLION * whole
        ]
        if not full:
            parts = {n: divmod(total * weight, whole) for n, (_, weight) in waiting.items()}
            left = total - sum(count for count, _ in parts.values())
            first = sorted(parts, key=lambda n: (-parts[n][1], n))[:left]
            return {**found, **{n: parts[n][0] + (n in first) for n in parts}}
        for number in full:
            found[number] = cells[number][0] * MILLION
            del waiting[number]
        total -= sum(found[number] for number in full)
    return found


def broken_bounds(bounds: list[Bounded], counts: list[Any]) -> Iterator[Bounded]:
    """The bounds that expected counts do not keep; exactly."""
    total = sum(counts)
    for bound in bounds:
        here = sum(counts[number] for number in bound.members)
        value, scale = (here * MILLION, total) if bound.kind == "draw" else (here, 1)
        low = bound.least is not None and value < bound.least * scale
        if low or (bound.most is not None and value > bound.most * scale):
            yield bound


def published_cell_faults(
    case: Case, cells: list[dict[str, Any]], counts: list[int]
) -> Iterator[Fault]:
    """The published cells are those of the table, under the names that the secret gives them."""
    secret, published = secret_of(case), case.record["select"]["cells"]
    keys: tuple[str, ...] = ("cell",)
    if case.shown:
        keys = ("cell", "number", "codes", "size", "expected", "count")
    right = [
        {
            "cell": blind_name(secret, cell["cell"]),
            "number": number,
            "codes": cell["cell"],
            "size": cell["size"],
            "expected": cell["expected"],
            "count": counts[number - 1],
        }
        for number, cell in enumerate(cells, 1)
    ]
    if not case.shown:
        right.sort(key=lambda cell: cell["cell"])
    expected = [{key: cell[key] for key in keys} for cell in right]
    found = [{key: cell[key] for key in keys} for cell in published or ()]
    if expected != found:
        yield fault("select.cells", "differs", *parted(expected, found))


def blind_name(secret: str, cell: str) -> str:
    """The public name of a cell (protocol, "Freeze: the frame")."""
    return sha(f"{secret}|cell|{cell}")[:32]


def blind_cells(secret: str, cells: Iterable[Mapping[str, Any]]) -> list[tuple[str, int, int, str]]:
    """Blind name, size, expected count and salt of every cell, in the order of their tree."""
    return sorted(
        (
            blind_name(secret, cell["cell"]),
            cell["size"],
            cell["expected"],
            sha(f"{secret}|cell-salt|{cell['cell']}")[:32],
        )
        for cell in cells
    )


def cell_text(name: str, size: int, expected: int, salt: str) -> str:
    """The text of a cell as it is committed."""
    return f"{name}|{size}|{expected}|{salt}"


def tree_root(texts: list[str]) -> str:
    """The Merkle tree hash of texts (RFC 9162 §2.1.1)."""
    root = Root()
    for text in texts:
        root.add(hashlib.sha256(b"\x00" + text.encode("utf-8")).digest())
    return root.text()


def outcome_of(key: str, outcomes: Iterable[Mapping[str, Any]]) -> int:
    """The outcome that a key picks (protocol, "Selection"): whole numbers throughout."""
    number, reached = int(sha(f"{key}|allocation"), 16), 0
    for index, outcome in enumerate(outcomes):
        reached += outcome["weight"]
        if reached << 256 > number * MILLION:
            return index
    raise ValueError("weights")


def read_earlier(case: Case) -> list[dict[str, Any]]:
    """The draws of earlier.json; UnfitError where the file is not of its form.

    Of each `draw`, `plan`, and of its visits `ids`, one a line, and `by_lot`, a byte each, 1 where
    the lot drew it; `digest`, that of the document; and the `faults` of its form. The first three
    are None where there are no visits. A file that is written as it should be is read in pieces.
    """
    if case.earlier is None:
        try:
            with case.open(EARLIER_FILE) as file:
                case.earlier = list(earlier_in_pieces(case, Pieces(file)))
        except (OtherFormError, UnreadableError, OSError):
            case.earlier = list(earlier_as_a_whole(case))
    return case.earlier


def visit_form(case: Case, draw: str) -> dict[str, Any]:
    """The form of a visit of an earlier draw."""
    frozen = case.draws.get(draw, {}).get("freeze")
    return OLDER_VISIT if frozen and is_older(frozen) else EARLIER_VISIT


def earlier_as_a_whole(case: Case) -> Iterator[dict[str, Any]]:
    """As `read_earlier`, of a file in any form that is one; UnfitError for another."""
    for index, one in enumerate(audit_document(case, EARLIER_FILE, EARLIER)):
        draw, visits = one["draw"], one["visits"]
        entry = {"draw": draw, "plan": one["plan"], "faults": []}
        if visits is None:
            yield {**entry, "ids": None, "by_lot": None, "digest": None}
            continue
        where = f"earlier.json[{index}].visits"
        entry["faults"] = list(misfits(visits, [visit_form(case, draw)], where))
        kept = [] if entry["faults"] else visits
        yield {**entry, **whom(kept), "digest": digest_of(visits)}


def whom(visits: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The ids of visits, and of each whether it is one of the lot."""
    ids, by_lot = [], bytearray()
    for visit in visits:
        ids.append(visit["entity_id"])
        by_lot.append(visit["standing"] == "pool")
    return {"ids": "\n".join(ids), "by_lot": bytes(by_lot)}


def earlier_in_pieces(case: Case, file: Pieces) -> Iterator[dict[str, Any]]:
    """As `read_earlier`; OtherFormError for a file that is not written as it should be."""
    more = not file.take(b"[]\n")
    if more:
        file.must(b"[")
    while more:
        text = bounded_text(file.before(b',"visits":') + b"}")
        one = document_of(text)
        if type(one) is not dict or canonical(one) != text:
            raise OtherFormError
        if misfits_any({**one, "visits": None}, EARLIER[0]):
            raise OtherFormError
        entry = {"draw": one["draw"], "plan": one["plan"], "faults": []}
        if file.take(b"null}"):
            yield {**entry, "ids": None, "by_lot": None, "digest": None}
        elif file.take(b"[]}"):
            yield {**entry, **whom([]), "digest": digest_of([])}
        else:
            digest = hashlib.sha256()
            visits = earlier_visits(file, visit_form(case, one["draw"]), digest)
            yield {**entry, **whom(visits), "digest": digest.hexdigest()}
        more = file.take(b",")
        if not more:
            file.must(b"]\n")
    if file.is_more():
        raise OtherFormError


def earlier_visits(file: Pieces, form: dict[str, Any], digest: Any) -> Iterator[dict[str, Any]]:
    """The visits of a list up to its end, which go into a digest; OtherFormError as above."""
    start, between = b'{"entity_id":', b'},{"entity_id":'
    file.must(b"[" + start)
    before, light = b"[" + start, {**form, "seats": Kind(Say("kind-list"), is_list)}
    for part in file.parts(between, b"}]}"):
        digest.update(before + part)
        before = between
        text = text_of(start + part + b"}")
        try:
            rows = json.loads(f"[{text}]")
            # Of such rows this is the canonical JSON: keys and values are texts.
            again = json.dumps(rows, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        except (ValueError, RecursionError):
            raise OtherFormError from None
        if again != f"[{text}]":
            raise OtherFormError
        seats: set[str] = set()  # all visits of a draw have the same few
        for row in rows:
            own = repr(row.get("seats"))
            if not fits_at_once(row, light) or (
                own not in seats and misfits_any(row["seats"], form["seats"])
            ):
                raise OtherFormError
            seats.add(own)
        yield from rows
    digest.update(b"}]")


def check_earlier(case: Case) -> Findings:
    """Earlier draws have the plans and visits of the ledger; those that count are told in full."""
    plan = case.record["plan"]
    told = read_earlier(case)
    named = [one["draw"] for one in told]
    if named != case.steps["freeze"]["earlier"]:
        expected = ", ".join(case.steps["freeze"]["earlier"])
        yield fault(EARLIER_FILE, "earlier", expected, ", ".join(named))
    batch = 1
    for index, one in enumerate(told):
        where, steps = f"earlier.json[{index}]", case.draws.get(one["draw"], {})
        if "draw" not in steps:
            yield fault(where, "draw-unknown", Say("nothing"), one["draw"])
            return Say("nothing")
        found = digest_of(one["plan"])
        yield from unequal(f"{where}.plan", "differs-ledger", steps["freeze"]["plan"], found)
        for wrong in plan_faults(in_new_form(one["plan"], steps["freeze"])):
            yield fault(f"{where} {wrong.where}", wrong.what.word, wrong.expected, wrong.found)
            return Say("nothing")
        if one["ids"] is None:
            if counts_in(plan, one["plan"]):
                yield fault(f"{where}.visits", "form", Say("kind-list"), None)
            continue
        right = steps["draw"]["visits"]
        yield from unequal(f"{where}.visits", "differs-ledger", right, one["digest"])
        yield from one["faults"]
        same_year = one["plan"]["window"][1][:4] == plan["as_of"][:4]
        batch += one["plan"]["id"] == plan["id"] and same_year
    if plan["frequency"] > 1:
        yield from unequal("plan.batch", "differs", batch, plan["batch"])
    return Say("earlier-ok", {"count": len(told)})


def in_new_form(plan: Any, frozen: Mapping[str, Any]) -> Any:
    """A plan that was frozen under version 1, with seeds announced as texts, as one of now."""
    seeds = plan.get("seeds") if type(plan) is dict else None
    if not is_older(frozen) or misfits_any(seeds, {"select": tidy(500), "crew": tidy(500)}):
        return plan
    return {**plan, "seeds": {"select": [], "crew": []}}


def misfits_any(value: Any, form: Any) -> bool:
    """Whether a value is not of a form."""
    return next(misfits(value, form, ""), None) is not None


def counts_in(plan: Mapping[str, Any], earlier: Mapping[str, Any]) -> bool:
    """Whether visits under an earlier plan count in a later one: of its year, or too near to it."""
    closes = date.fromisoformat(earlier["window"][1])
    near = date.fromisoformat(plan["window"][0]) - closes
    between: int = plan["limits"]["days_between"]
    return earlier["window"][1][:4] == plan["as_of"][:4] or near.days < between


# ------------------------------------------------------------------------ checks: the frame anew

COLUMNS = ("entity_id", "name", "address", "tier", "region", "industry", "kind", "status",
           "established_on", "inspected_on", "fields", "visits_this_year")  # fmt: skip
KINDS = [*[str] * (len(COLUMNS) - 1), int]
PRIVATE = ("phone", "registration_number")
REGISTER_HEAD = {
    "columns": [TEXT],
    "withheld": [Kind(Say("kind-withheld"), matching("[a-z_]+ [0-9a-f]{64} [0-9a-f]{64}"))],
}
MAYBE_TEXT = Maybe(TEXT)
LEADS = [
    Some(
        {"entity_id": TEXT, "trigger": TEXT},
        dict.fromkeys(("lead_id", "opened_on", "closed_on", "reminded_on", "text"), MAYBE_TEXT),
    )
]
LISTS = [dict.fromkeys(("entry_id", "item_id", "content", "measure", "trigger"), TEXT)]
NO_VISITS = (0, 0, "", "")
FEW = 5  # entities below which a rule is told of
AT_ONCE = 1 << 14
FRAME_NEEDS = ("registers", "documents", "lottery", "earlier")  # what must have passed before it
EDGE = "[0-9A-Za-z\uff10-\uff19]"
PHONE = re.compile(
    f"(?<!{EDGE})(?:[+\uff0b]?(?:86|\uff18\uff16)[-\uff0d ]?)?"
    rf"[1\uff11][3-9\uff13-\uff19]\d(?:[-\uff0d ]?\d{{4}}){{2}}(?!{EDGE})"
)

PHONE_LIKE = re.compile(r"[1\uff11][3-9\uff13-\uff19]\d").search  # a part of every such number


class ColumnDigest:
    """The digest of one column of the register: the lengths of its values, and the values."""

    def __init__(self) -> None:
        self.lengths, self.values = hashlib.sha256(), hashlib.sha256()

    @staticmethod
    def bytes_of(values: Iterable[Any]) -> tuple[bytes, bytes]:
        """What is digested of values, whole numbers as decimal texts: lengths, and texts."""
        texts = list(map(str, values))
        joined = "".join(texts)
        sizes = texts if joined.isascii() else [text.encode("utf-8") for text in texts]
        return struct.pack(f"<{len(sizes)}I", *map(len, sizes)), joined.encode("utf-8")

    def add(self, lengths: bytes, values: bytes) -> None:
        """Take in more values, behind the others."""
        self.lengths.update(lengths)
        self.values.update(values)

    def put(self, name: str) -> str:
        """The line that tells of the column."""
        return f"{name} {self.lengths.hexdigest()} {self.values.hexdigest()}\n"


def register_rows(case: Case, withheld: list[str]) -> Iterator[Sequence[list[Any]]]:
    """The rows of the register of entities, many at once; UnfitError for a line of another form.

    `withheld` is filled with what the first line tells of the columns that are not shown.
    """
    if ENTITIES not in case.bundle.paths:
        raise UnfitError(fault(ENTITIES, "file-missing", ENTITIES, Say("nothing")))
    with case.bundle.paths[ENTITIES].open("rb") as file:
        lines = iter(lambda: file.readline(LINE_LIMIT), b"")
        for line in islice(lines, 1):
            withheld += withheld_of(line)
        number, last = 2, ""
        while some := list(islice(lines, AT_ONCE)):
            rows = plain_rows(some, last) or rows_one_by_one(some, number, last)
            yield rows
            number, last = number + len(some), rows[-1][0]


def withheld_of(line: bytes) -> list[str]:
    """What the first line of a register tells of the columns that are not shown."""
    where = f"{ENTITIES}:1"
    text, head = register_line(line, where)
    for wrong in misfits(head, REGISTER_HEAD, where):
        raise UnfitError(wrong)
    withheld: list[str] = head["withheld"]
    names = [one.partition(" ")[0] for one in withheld]
    known = [name for name in PRIVATE if name in names]
    if (head["columns"], names) != ([*COLUMNS], known):
        raise UnfitError(fault(where, "differs", ", ".join(COLUMNS), text))
    return withheld


def register_line(line: bytes, where: str) -> tuple[str, Any]:
    """The text of a line and its document; UnfitError where it is not in the one form there is."""
    try:
        text = text_of(line)
        document = document_of(text)
    except UnreadableError as error:
        raise UnfitError(fault(where, error.word, "JSON", error.found)) from None
    if canonical(document) + "\n" != text:
        raise UnfitError(fault(where, "bytes", Say("kind-list"), text))
    return text, document


def plain_rows(lines: Sequence[bytes], last: str) -> list[list[Any]] | None:
    """The rows of lines that are all as they should be, read in one go; None for others.

    No text in JSON holds a line feed: so lines end between its signs, and where each begins and
    ends with a bracket, no row holds another, and there are as many rows as lines, each is a row.
    """
    if not all(line[:1] == b"[" and line[-2:] == b"]\n" for line in lines):
        return None
    try:
        text = b",".join(lines).decode("utf-8")
        rows: list[list[Any]] = json.loads(f"[{text}]")
    except (ValueError, RecursionError):
        return None
    if len(rows) != len(lines) or any(type(row) is not list for row in rows):
        return None
    if set(map(len, rows)) != {len(COLUMNS)}:
        return None
    columns = list(zip(*rows))  # noqa: B905 (Python 3.9)
    if any(set(map(type, column)) != {KINDS[place]} for place, column in enumerate(columns)):
        return None
    # Of texts and whole numbers the library writes what `canonical` does.
    if not 0 <= min(columns[-1]) <= max(columns[-1]) < 1 << 31 or ROWS_AS_JSON(rows) != (
        "[" + text.replace("\n", "") + "]"
    ):
        return None
    ids = columns[0]
    return rows if last < ids[0] and all(map(lt, ids, ids[1:])) else None


ROWS_AS_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def rows_one_by_one(lines: Sequence[bytes], first: int, last: str) -> list[list[Any]]:
    """The rows of lines; UnfitError for the first that is not as it should be."""
    rows: list[list[Any]] = []
    for number, line in enumerate(lines, first):
        where = f"{ENTITIES}:{number}"
        text, row = register_line(line, where)
        sound = type(row) is list and [type(value) for value in row] == KINDS
        if not sound or not 0 <= row[-1] < 1 << 31:
            raise UnfitError(fault(where, "form", Say("kind-list"), text))
        if row[0] <= last:
            raise UnfitError(fault(where, "register-order", last, row[0]))
        last = row[0]
        rows.append(row)
    return rows


def register_at_freeze(case: Case, register: str) -> str:
    """The digest that the ledger has of a register of rows at the freeze of the draw."""
    held = digest_of([])
    for act in case.acts:
        if act["act"] == "freeze" and act["draw"] == case.record["draw"]:
            break
        if act["act"] in ("import", "register") and act["register"] == register:
            held = act["content"]
    return held


def check_registers(case: Case) -> Findings:
    """The registers are those that the ledger has the digests of, and the plan's entries theirs."""
    read = read_register(case)
    yield from unequal(ENTITIES, "differs-ledger", case.steps["freeze"]["content"], read.put())
    for register, form in (("leads", LEADS), ("lists", LISTS)):
        rows = audit_document(case, f"{register}.json", form)
        right = register_at_freeze(case, register)
        yield from unequal(f"{register}.json", "differs-ledger", right, digest_of(rows))
    plan, lists = case.record["plan"], audit_document(case, "lists.json", LISTS)
    items = items_of(plan) if plan["trigger_based"]["tiers"] else ()
    entries = [one for one in lists if one["item_id"] in items]
    entries.sort(key=lambda one: one["entry_id"])
    if entries != plan["trigger_based"]["entries"]:
        told = parted(entries, plan["trigger_based"]["entries"])
        yield fault("plan trigger_based.entries", "differs", *told)
    case.frame = read.frame
    return Say("registers-ok", {"count": read.total})


def items_of(plan: Mapping[str, Any]) -> list[str]:
    """The items that a visit inspects: the plan's own, then those of its departments."""
    return [*plan["items"], *(item for one in plan["department"] for item in one["items"])]


class Rules:
    """What a plan makes of a register: who is in scope, where they stand, in which cell.

    Built from the plan document, the leads and the earlier draws of the folder (docs/plan.md, "Who
    is where": the first rule that applies decides).
    """

    def __init__(self, plan: Mapping[str, Any], leads: list[Any], earlier: list[Any]) -> None:
        self.plan = plan
        self.year = plan["as_of"][:4]
        self.fields = set(plan["key_fields"]["codes"])
        self.unknown = plan["rates"]["unknown_tier"]
        self.new_after = years_before(plan["as_of"], plan["tolerance"]["years"])
        self.covered_by = [
            (rule["where"], years_before(plan["window"][1], rule["within_years"]))
            for rule in plan["coverage"]
        ]
        between = plan["limits"]["days_between"]
        self.recent = earlier_day(plan["window"][0], between) if between else ""
        self.prior = prior_visits(plan, earlier)
        self.entries = plan["trigger_based"]["entries"]
        self.leads = self.leads_in_force(leads)
        months = sum(
            plan["trigger_based"][f"{name}_months"] for name in ("observation", "reminder")
        )
        self.observed_after = months_before(plan["as_of"], months)
        of_item: dict[str, str] = {}
        for entry in self.entries:
            of_item.setdefault(entry["item_id"], entry["entry_id"])
        items = items_of(plan)
        self.wholly = of_item[items[0]] if items and set(items) <= set(of_item) else None
        # The first that applies decides; those that can apply to nobody are not asked.
        capped = plan["frequency"] > 1 or plan["limits"]["visits_per_year"] or self.recent
        self.in_turn: list[Callable[[Mapping[str, Any]], tuple[str, str] | None]] = [
            *([self._for_cause] if self.leads else []),
            *([self._capped] if capped else []),
            *([self._due] if self.covered_by else []),
            self._left_out,
        ]

    def leads_in_force(self, leads: list[Any]) -> dict[str, tuple[str, str, bool, bool]]:
        """Entity → trigger of a lead, entry matched, whether it is urgent, whether reminded of."""
        triggers = self.plan["leads"]["triggers"]
        entry_of: dict[str, str] = {}
        for entry in self.entries:
            entry_of.setdefault(entry["trigger"], entry["entry_id"])
        day = self.plan["as_of"]
        opened: dict[str, set[str]] = {}
        reminded: set[tuple[str, str]] = set()
        for lead in leads:
            trigger, entity = lead["trigger"], lead["entity_id"]
            if trigger not in triggers and trigger not in entry_of:
                continue
            if "" < (lead.get("reminded_on") or "") <= day:
                reminded.add((entity, trigger))
            closed = lead.get("closed_on") or ""
            if (lead.get("opened_on") or "") <= day and not (closed and closed <= day):
                opened.setdefault(entity, set()).add(trigger)
        found = {}
        for entity, held in opened.items():
            named = [trigger for trigger in triggers if trigger in held]
            matched = [trigger for trigger in named if trigger in entry_of]
            others = [one for one in held if one not in triggers and one in entry_of]
            others.sort(key=lambda trigger: entry_of[trigger])
            first = (matched + others)[:1]
            found[entity] = (
                named[0] if named else "",
                entry_of[first[0]] if first else "",
                bool(matched),
                bool(first) and (entity, first[0]) in reminded,
            )
        return found

    def join(self, row: dict[str, Any]) -> None:
        """Put to a row of the register what earlier draws did and what the plan derives."""
        year, batch, since, until = self.prior.get(row["entity_id"], NO_VISITS)
        row["drawn_this_year"], row["drawn_by_plan"] = year, batch
        row["drawn_until"] = until if row["inspected_on"] < since else ""
        row["effective_tier"] = row["tier"] or (self.unknown if self.unknown != "refuse" else "")
        row["age"] = "new" if row["established_on"] > self.new_after else "old"
        is_key = not self.fields.isdisjoint(row["fields"].split(","))
        row["key"] = "key" if is_key else "other"

    def in_scope(self, row: Mapping[str, Any]) -> bool:
        """Whether the plan is about an entity."""
        scope = self.plan["scope"]
        return (
            (not scope["kind"] or row["kind"] in scope["kind"])
            and (not scope["status"] or row["status"] in scope["status"])
            and (not scope["region"] or row["region"].startswith(tuple(scope["region"])))
        )

    def meets(self, where: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
        """Whether the conditions of a rule hold of a joined row."""
        for key, codes in where.items():
            if key in ("region", "industry"):
                holding = row[key].startswith(tuple(codes))
            elif key == "fields":
                holding = bool(set(codes) & set(row[key].split(",")))
            else:
                holding = row["effective_tier" if key == "tier" else key] in codes
            if not holding:
                return False
        return True

    def standing_of(self, row: Mapping[str, Any]) -> tuple[str, str, str]:
        """Standing, cell and reason of a joined row."""
        for rule in self.in_turn:
            found = rule(row)
            if found is not None:
                return found[0], "", found[1]
        return "pool", self.cell_of(row), ""

    def cell_of(self, row: Mapping[str, Any]) -> str:
        """The cell that a joined row is in, or would be."""
        return "/".join(self.code_of(name, row) for name in self.plan["strata"])

    def _is_under(self, row: Mapping[str, Any]) -> bool:
        """Whether a row is under trigger-based supervision."""
        tiers = self.plan["trigger_based"]["tiers"]
        return row["key"] == "other" and row["effective_tier"] in tiers

    def _for_cause(self, row: Mapping[str, Any]) -> tuple[str, str] | None:
        lead, entry, urgent, reminded = self.leads.get(row["entity_id"], ("", "", False, False))
        matched = entry if self._is_under(row) else ""
        if matched and (urgent or reminded or row["established_on"] <= self.observed_after):
            return "directed", f"trigger:{matched}"
        if lead:
            return "directed", f"lead:{lead}"
        return ("out", f"reminder:{matched}") if matched else None

    def _capped(self, row: Mapping[str, Any]) -> tuple[str, str] | None:
        most = self.plan["limits"]["visits_per_year"]
        if self.plan["frequency"] > 1 and row["drawn_by_plan"]:
            return "out", "batch"
        if most and self.visits_of(row) >= most:
            return "out", "visit-cap"
        if self.recent and max(row["inspected_on"], row["drawn_until"]) > self.recent:
            return "out", "recent-visit"
        return None

    def _due(self, row: Mapping[str, Any]) -> tuple[str, str] | None:
        last = max(row["inspected_on"], row["drawn_until"]) or row["established_on"]
        due = any(last <= day and self.meets(where, row) for where, day in self.covered_by)
        return ("directed", "coverage") if due else None

    def _left_out(self, row: Mapping[str, Any]) -> tuple[str, str] | None:
        tolerance, low = self.plan["tolerance"], self.plan["low_risk"]
        if row["key"] == "key":
            return None
        if self.wholly is not None and self._is_under(row):
            return "out", f"trigger-based:{self.wholly}"
        spared = tolerance["years"] and tolerance["leave_out"] == MILLION
        if spared and row["age"] == "new":
            return "out", "tolerance"
        if low["leave_out"] == MILLION and row["effective_tier"] in low["tiers"]:
            return "out", "low-risk"
        return None

    def visits_of(self, row: Mapping[str, Any]) -> int:
        """Inspections in the year of the plan's day, finished or drawn; none is counted twice."""
        last: str = row["inspected_on"][:4]
        count: int = row["visits_this_year"]
        drawn: int = row["drawn_this_year"]
        if last == self.year:
            count = max(count, 1)
        elif last and last < self.year:
            count = 0
        return max(count, drawn)

    @staticmethod
    def code_of(stratum: str, row: Mapping[str, Any]) -> str:
        """The code of a joined row in a stratum."""
        if stratum.startswith("fields:"):
            code = stratum[len("fields:") :]
            return code if code in row["fields"].split(",") else "other"
        return str(row["effective_tier" if stratum == "tier" else stratum])


def years_before(day: str, years: int) -> str:
    """The same day so many years before; empty where no calendar has it."""
    there = date.fromisoformat(day)
    if there.year <= years:
        return ""
    try:
        return there.replace(year=there.year - years).isoformat()
    except ValueError:
        return there.replace(year=there.year - years, day=28).isoformat()


def months_before(day: str, months: int) -> str:
    """The same day so many months before, or the last of that month; at least the first of all."""
    there = date.fromisoformat(day)
    year, month = divmod(there.year * 12 + there.month - 1 - months, 12)
    if year < 1:
        return date.min.isoformat()
    while True:
        try:
            return date(year, month + 1, there.day).isoformat()
        except ValueError:
            there = there.replace(day=there.day - 1)


def earlier_day(day: str, days: int) -> str:
    """The day so many days before."""
    return (date.fromisoformat(day) - timedelta(days=days)).isoformat()


def prior_visits(
    plan: Mapping[str, Any], earlier: list[Any]
) -> dict[str, tuple[int, int, str, str]]:
    """Entity → how often drawn this year, and by this plan; the window of its last such visit."""
    found: dict[str, tuple[int, int, str, str]] = {}
    alike: dict[tuple[int, int, str, str], tuple[int, int, str, str]] = {}
    for draw in earlier:
        document = draw["plan"]
        if not draw["ids"] or not counts_in(plan, document):
            continue
        in_year = document["window"][1][:4] == plan["as_of"][:4]
        in_plan = plan["frequency"] > 1 and document["id"] == plan["id"] and in_year
        since, until = document["window"]
        # As many lines as bytes: no id has a line feed in it.
        for entity, drawn in zip(draw["ids"].split("\n"), draw["by_lot"]):  # noqa: B905 (Python 3.9)
            year, batch, first, last = found.get(entity, (0, 0, "", ""))
            window = (since, until) if until > last else (first, last)
            one = (year + (drawn and in_year), batch + (drawn and in_plan), *window)
            found[entity] = alike.setdefault(one, one)
    return found


class Root:
    """The root above leaf hashes (RFC 9162 §2.1.1), which come one after the other.

    Of the leaves so far only the roots of whole subtrees are held, the largest first.
    """

    def __init__(self) -> None:
        self.size = 0
        self.whole: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Put a leaf behind the others."""
        self.size += 1
        below = self.size
        while not below & 1:
            leaf = hashlib.sha256(b"\x01" + self.whole.pop() + leaf).digest()
            below >>= 1
        self.whole.append(leaf)

    def text(self, more: Sequence[bytes] = ()) -> str:
        """The root of all leaves so far, in hex; with `more` of leaves fewer than each of these
        stands for, where they are roots themselves.
        """
        if more:
            last = Root()
            for leaf in more:
                last.add(leaf)
            whole = Root()
            whole.whole = self.whole + last.whole
            return whole.text()
        if not self.whole:
            return hashlib.sha256(b"").hexdigest()
        root = self.whole[-1]
        for subtree in reversed(self.whole[:-1]):
            root = hashlib.sha256(b"\x01" + subtree + root).digest()
        return root.hex()


def subtree_root(leaves: bytes) -> bytes:
    """The root above leaf hashes that follow one another, a power of two of them."""
    sha256 = hashlib.sha256
    while len(leaves) > 32:
        pairs = range(0, len(leaves), 64)
        leaves = b"".join([sha256(b"\x01" + leaves[at : at + 64]).digest() for at in pairs])
    return leaves


class Repeated:
    """How many of many digests were there before: in memory, or beyond some number in files.

    The files are in a `folder`, where one is given, under the `name` of whoever writes them: those
    of several can be counted together (`different_in`).
    """

    def __init__(self, folder: str = "", name: str = "") -> None:
        self.held: set[bytes] = set()
        self.size = 0
        self.place, self.name = folder, name
        self.folder: Any = None
        self.files: list[IO[bytes]] = []

    def add(self, digest: bytes) -> None:
        """Take in a digest of 16 bytes."""
        self.size += 1
        self.held.add(digest)
        if len(self.held) >= MOST_HELD:
            self.put_down()

    def put_down(self) -> None:
        """Write what is in memory to the files."""
        if not self.files:
            if not self.place:
                self.folder = tempfile.TemporaryDirectory()
                self.place = self.folder.name
            # They are closed in `close`.
            paths = (Path(self.place) / f"{part:02x}{self.name}" for part in range(PLACE_FILES))
            self.files = [path.open("wb") for path in paths]
        parts: list[list[bytes]] = [[] for _ in self.files]
        for digest in self.held:
            parts[digest[0] % PLACE_FILES].append(digest)
        for number, file in enumerate(self.files):
            file.write(b"".join(parts[number]))
        self.held = set()

    def close(self) -> None:
        """Close the files, with all that was put down."""
        for file in self.files:
            file.close()

    def number(self) -> int:
        """How many of the digests there were that stood there before; the last thing asked."""
        if not self.files:
            return self.size - len(self.held)
        self.put_down()
        self.close()
        different = sum(different_in(self.place, part) for part in range(PLACE_FILES))
        if self.folder is not None:
            self.folder.cleanup()
        return self.size - different


def different_in(folder: str, part: int) -> int:
    """How many different digests there are in one part of what was put down in a folder."""
    different: set[bytes] = set()
    for path in Path(folder).glob(f"{part:02x}*"):
        with path.open("rb") as file:
            for block in iter(lambda file=file: file.read(1 << 20), b""):  # type: ignore[misc]
                different.update([block[at : at + 16] for at in range(0, len(block), 16)])
    return len(different)


class Lowest:
    """The lowest tickets of a cell, so many, and how many entities it has."""

    def __init__(self, most: int) -> None:
        self.most, self.size = most, 0
        self.heap: list[tuple[int, str]] = []
        self.highest = ""  # of those that are held; above it none counts any more

    def add(self, ticket: str, entity: str) -> None:
        """Take in an entity with its ticket."""
        self.size += 1
        if len(self.heap) < self.most:
            self._hold((-int(ticket, 16), entity))
        elif ticket <= self.highest:
            self._replace((-int(ticket, 16), entity))

    def join(self, size: int, heap: Iterable[tuple[int, str]]) -> None:
        """Take in what another has of the same cell."""
        self.size += size
        for one in heap:
            if len(self.heap) < self.most:
                self._hold(one)
            else:
                self._replace(one)

    def _hold(self, one: tuple[int, str]) -> None:
        heapq.heappush(self.heap, one)
        if len(self.heap) == self.most:
            self.highest = f"{-self.heap[0][0]:064x}"

    def _replace(self, one: tuple[int, str]) -> None:
        if self.most and one > self.heap[0]:
            heapq.heapreplace(self.heap, one)
            self.highest = f"{-self.heap[0][0]:064x}"

    def tickets(self) -> list[tuple[str, str]]:
        """The tickets in ascending order, each with its entity."""
        return sorted((f"{-number:064x}", entity) for number, entity in self.heap)


class Frame:
    """The frame that a plan makes of the registers, row by row: leaves, counts and cells.

    `pool` has the lowest tickets of each cell, as many as are `wanted` of it under the key, and
    `directed` those inspected for cause; `told` names and regions of those in `listed`, `cells` the
    cells of those that were withdrawn. `leaves` are the hashes of those above which there is no
    root yet: `whole_subtrees` takes out what there can be one of. What several made of parts of the
    rows is put together with `join`.
    """

    # Many parameters: what the rows are judged by, and what of them is wanted.
    def __init__(
        self,
        rules: Rules,
        secret: str,
        listed: set[str],
        gone: set[str],
        key: str,
        wanted: Mapping[str, int],
        salted: bool,
        places: Repeated | None = None,
    ) -> None:
        self.rules, self.secret, self.listed, self.gone = rules, secret, listed, gone
        self.key, self.wanted, self.salted = key, wanted, salted
        self.root = Root()
        self.leaves = bytearray()
        self.cells: dict[str, str] = {}
        self.counts: dict[str, Any] = {"scope": 0, "pool": 0, "directed": 0, "out": {}}
        self.pool: dict[str, Lowest] = {}
        self.directed: list[str] = []
        self.told: dict[str, tuple[str, str]] = {}
        self.blinds: dict[str, str] = {"": ""}
        self.drawn: dict[str, int] = {}  # by earlier batches, by the cells they would now be in
        self.places = Repeated() if places is None else places
        self.doubles: int | None = None  # where others have counted them
        self.narrow = NarrowRules(rules)

    def add(self, rows: Iterable[list[Any]]) -> None:
        """Take in rows of the register, in ascending order of their ids."""
        rules, sha256, secret = self.rules, hashlib.sha256, f"{self.secret}|"
        batch = rules.plan["batch"] > 1
        leaves = []
        for values in rows:
            row: dict[str, Any] = dict(zip(COLUMNS, values))  # noqa: B905 (Python 3.9)
            if not rules.in_scope(row):
                continue
            rules.join(row)
            entity, name = row["entity_id"], row["name"]
            if PHONE_LIKE(name):
                name = PHONE.sub("***", name)
            standing, cell, reason = rules.standing_of(row)
            salt = sha256((secret + entity).encode("utf-8")).hexdigest()[:32]
            self._count(entity, standing, cell, reason, salt)
            if batch and row["drawn_by_plan"]:
                would = rules.cell_of(row)
                self.drawn[would] = self.drawn.get(would, 0) + 1
            if entity in self.listed:
                self.told[entity] = (name, row["region"])
            if standing == "pool" and cell not in self.blinds:
                self.blinds[cell] = blind_name(self.secret, cell)
            # The order of a leaf is that of INNER.
            inner = (
                f"{standing}|{cell}|{reason}|{'|'.join(values[3:11])}|{values[11]}|"
                f"{row['drawn_this_year']}|{row['drawn_by_plan']}|{row['drawn_until']}|"
                f"{self.blinds[cell]}|{salt}|{name}"
            )
            leaf = f"\0{entity}|{sha256(inner.encode('utf-8')).hexdigest()}"
            leaves.append(sha256(leaf.encode("utf-8")).digest())
            if self.narrow.few:
                self.narrow.count(row)
            if name and row["address"]:
                self.places.add(sha256(f"{name}\n{row['address']}".encode()).digest()[:16])
        self.leaves += b"".join(leaves)

    def _count(self, entity: str, standing: str, cell: str, reason: str, salt: str) -> None:
        self.counts["scope"] += 1
        if standing == "out":
            self.counts["out"][reason] = self.counts["out"].get(reason, 0) + 1
            return
        self.counts[standing] += 1
        if standing == "pool":
            self.lowest_of(cell).add(
                ticket_of(self.key, entity, salt if self.salted else ""), entity
            )
            if entity in self.gone:
                self.cells[entity] = cell
        else:
            self.directed.append(entity)

    def lowest_of(self, cell: str) -> Lowest:
        """The lowest tickets of a cell."""
        lowest = self.pool.get(cell)
        if lowest is None:
            lowest = self.pool[cell] = Lowest(self.wanted.get(cell, 0))
        return lowest

    def add_to_root(self, rows: Iterable[list[Any]]) -> None:
        """As `add`, with the roots above what there can be one of."""
        self.add(rows)
        for leaves in self.whole_subtrees():
            self.root.add(subtree_root(leaves))

    def whole_subtrees(self) -> Iterator[bytes]:
        """The leaves so far, `SUBTREE` at a time; the rest of them stays."""
        size = SUBTREE * 32
        while len(self.leaves) >= size:
            yield bytes(self.leaves[:size])
            del self.leaves[:size]

    def root_text(self) -> str:
        """The root of all leaves, in hex."""
        some = range(0, len(self.leaves), 32)
        return self.root.text([bytes(self.leaves[at : at + 32]) for at in some])

    def state(self) -> dict[str, Any]:
        """All that was counted and kept but leaves and places, in plain types."""
        return {
            "counts": self.counts,
            "cells": self.cells,
            "pool": {cell: (one.size, one.heap) for cell, one in self.pool.items()},
            "directed": self.directed,
            "told": self.told,
            "drawn": self.drawn,
            "narrow": self.narrow.met,
        }

    def join(self, state: Mapping[str, Any]) -> None:
        """Take in what another frame of the same plan, of other rows, has counted and kept."""
        for name in ("scope", "pool", "directed"):
            self.counts[name] += state["counts"][name]
        for found, held in (
            (self.counts["out"], state["counts"]["out"]),
            (self.drawn, state["drawn"]),
        ):
            for name, number in held.items():
                found[name] = found.get(name, 0) + number
        self.cells.update(state["cells"])
        self.told.update(state["told"])
        self.directed += state["directed"]
        for cell, (size, heap) in state["pool"].items():
            self.lowest_of(cell).join(size, heap)
        self.narrow.join(state["narrow"])


class ReadRegister:
    """What going through the register of entities gives: digests, how many, and the frame.

    `frame` is None where it was not to be made, or could not be.
    """

    def __init__(self, frame: Frame | None) -> None:
        self.frame = frame
        self.withheld: list[str] = []
        self.digests = [ColumnDigest() for _ in COLUMNS]
        self.total = 0

    def put(self) -> str:
        """The digest of the register."""
        lines = [digest.put(COLUMNS[place]) for place, digest in enumerate(self.digests)]
        return sha("".join([*lines, *(f"{one}\n" for one in self.withheld)]))

    def add(self, size: int, columns: Iterable[tuple[bytes, bytes]]) -> None:
        """Take in the columns of so many rows."""
        self.total += size
        for place, column in enumerate(columns):
            self.digests[place].add(*column)


def columns_of(rows: Sequence[list[Any]]) -> list[tuple[bytes, bytes]]:
    """What is digested of the columns of some rows."""
    return [ColumnDigest.bytes_of(column) for column in zip(*rows)]  # noqa: B905 (Python 3.9)


def frame_asked(case: Case) -> dict[str, Any]:
    """What a frame is made by, in plain types."""
    leads = audit_document(case, "leads.json", LEADS)
    # What is told of an earlier draw goes to other processes: in plain types, without faults.
    earlier = [{**one, "faults": []} for one in read_earlier(case)]
    table = audit_document(case, "lottery.json", LOTTERY)
    return {
        "plan": case.record["plan"],
        "leads": leads,
        "earlier": earlier,
        "secret": secret_of(case),
        "listed": {visit["entity_id"] for visit in case.record["visits"]},
        "gone": {one["entity_id"] for one in case.record["withdrawals"]},
        "key": case.record["select"]["key"] or "",
        "wanted": {name: count + more for name, count, more in counts_drawn(case, table)},
        "salted": not case.shown,
    }


def frame_of(asked: Mapping[str, Any], places: Repeated | None = None) -> Frame:
    """A frame without rows, as it was asked for."""
    rules = Rules(asked["plan"], asked["leads"], asked["earlier"])
    names = ("secret", "listed", "gone", "key", "wanted", "salted")
    return Frame(rules, **{name: asked[name] for name in names}, places=places)


def read_register(case: Case) -> ReadRegister:
    """Go through the register once: its digests, and the frame if what it hangs on has passed.

    UnfitError for a line of another form. Several processes share a large register; where they
    cannot be had, or one of them is lost, this one does it all: what is told is the same.
    """
    asked: dict[str, Any] | None = None
    if set(FRAME_NEEDS) <= {*case.passed, "registers"}:
        try:
            asked = frame_asked(case)
        except Exception:  # it is told of where the frame is checked
            asked = None
    helpers = helpers_for(case)
    if helpers > 1:
        try:
            return read_together(case, asked, helpers)
        except LostError:
            pass
    return read_alone(case, asked)


def frame_or_none(asked: Mapping[str, Any] | None, places: Repeated | None = None) -> Frame | None:
    """A frame without rows; None where there is none to be made."""
    try:
        return None if asked is None else frame_of(asked, places)
    except Exception:  # it is told of where the frame is checked
        return None


def read_alone(case: Case, asked: Mapping[str, Any] | None) -> ReadRegister:
    """Go through the register in this process."""
    register = ReadRegister(frame_or_none(asked))
    for rows in register_rows(case, register.withheld):
        register.add(len(rows), columns_of(rows))
        if register.frame is not None:
            try:
                register.frame.add_to_root(rows)
            except Exception:  # it is told of where the frame is checked
                register.frame = None
    return register


# ------------------------------------------------------------------- the frame: several processes


class LostError(Exception):
    """A process that helped is lost, or could not be started."""


def helpers_for(case: Case) -> int:
    """How many processes share the register: 1 where it is small, or none can be started."""
    try:
        if case.bundle.paths[ENTITIES].stat().st_size < ALONE_BELOW:
            return 1
        if not sys.executable or not Path(__file__).is_file():
            return 1
        if hasattr(os, "sched_getaffinity"):
            return min(len(os.sched_getaffinity(0)), MOST_HELPERS)
    except (KeyError, OSError):
        return 1
    return min(os.cpu_count() or 1, MOST_HELPERS)


def send(stream: IO[bytes], message: Any) -> None:
    """Write a message between two of these processes."""
    data = marshal.dumps(message)
    stream.write(struct.pack("<Q", len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Read a message between two of these processes; EOFError where there is none."""
    head = stream.read(8)
    data = stream.read(struct.unpack("<Q", head)[0]) if len(head) == 8 else b""
    if not data:
        raise EOFError
    return marshal.loads(data)


class Helpers:
    """Some processes of this program that do what they are asked, each one thing at a time.

    They end when what they read from does: with this process, however that ends.
    """

    def __init__(self, number: int, setting: Mapping[str, Any]) -> None:
        self.processes: list[subprocess.Popen[bytes]] = []
        self.idle: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()
        self.number = number
        self.threads = ThreadPoolExecutor(number)
        command = [sys.executable, "-I", "-S", "-B", str(Path(__file__).absolute()), HELPER]
        try:
            for place in range(number):
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                )
                self.processes.append(process)
                self._ask(process, ("begin", {**setting, "name": f"-{place}"}))
                self.idle.put(process)
        except (OSError, LostError):
            self.close()
            raise LostError from None

    def _ask(self, process: subprocess.Popen[bytes], request: Any) -> Any:
        assert process.stdin is not None and process.stdout is not None
        try:
            send(process.stdin, request)
            return receive(process.stdout)
        except (OSError, ValueError, EOFError, struct.error):
            raise LostError from None

    def _ask_any(self, request: Any) -> Any:
        process = self.idle.get()
        try:
            return self._ask(process, request)
        finally:
            self.idle.put(process)

    def ask(self, *request: Any) -> Future[Any]:
        """What one of them will answer; LostError with it where it is lost."""
        return self.threads.submit(self._ask_any, request)

    def ask_all(self, *request: Any) -> list[Any]:
        """What each of them answers, when nothing else is asked of them."""
        return [self._ask(process, request) for process in self.processes]

    def close(self) -> None:
        """End them, whatever they are doing."""
        for process in self.processes:
            process.kill()
        self.threads.shutdown(cancel_futures=True)
        for process in self.processes:
            process.wait()
            for stream in (process.stdin, process.stdout):
                try:
                    assert stream is not None
                    stream.close()
                except OSError:
                    pass


def pieces_of(file: IO[bytes]) -> Iterator[tuple[int, int]]:
    """Where pieces of whole lines of a file begin, and their bytes, from where it stands on."""
    start, end = file.tell(), file.seek(0, os.SEEK_END)
    while start < end:
        file.seek(start + PIECE)
        file.readline(LINE_LIMIT)
        stop = min(file.tell(), end)
        yield start, stop - start
        start = stop


def lines_of(path: str, start: int, size: int) -> list[bytes]:
    """The lines of so many bytes of a file, as they are read when all of it is."""
    with Path(path).open("rb") as file:
        file.seek(start)
        piece = io.BytesIO(file.read(size))
    return list(iter(lambda: piece.readline(LINE_LIMIT), b""))


def read_together(case: Case, asked: Mapping[str, Any] | None, number: int) -> ReadRegister:
    """Go through the register in pieces, with so many processes; LostError where one is lost."""
    path = case.bundle.paths[ENTITIES].absolute()
    register = ReadRegister(frame_or_none(asked))
    with tempfile.TemporaryDirectory() as folder, path.open("rb") as file:
        for line in islice(iter(lambda: file.readline(LINE_LIMIT), b""), 1):
            register.withheld += withheld_of(line)
        helpers = Helpers(number, {"path": str(path), "asked": asked, "folder": folder})
        try:
            take_pieces(register, helpers, path, pieces_of(file))
            join_helpers(register, helpers)
        finally:
            helpers.close()
    return register


def take_pieces(
    register: ReadRegister, helpers: Helpers, path: Path, pieces: Iterator[tuple[int, int]]
) -> None:
    """Take in, in order, what the helpers make of pieces of the register."""
    last = ""
    roots: deque[Future[Any]] = deque()
    for start, size, answer in in_order(helpers, pieces):
        if answer is None or answer["first"] <= last:
            raise_unfit(path, start, size, register.total + 2, last)
        last = answer["last"]
        register.add(answer["size"], answer["columns"])
        if register.frame is None:
            continue
        register.frame.leaves += answer["leaves"]
        roots += [helpers.ask("root", leaves) for leaves in register.frame.whole_subtrees()]
        while roots and (roots[0].done() or len(roots) > 2 * helpers.number):
            register.frame.root.add(roots.popleft().result())
    for root in roots:
        assert register.frame is not None
        register.frame.root.add(root.result())


def in_order(
    helpers: Helpers, pieces: Iterator[tuple[int, int]]
) -> Iterator[tuple[int, int, dict[str, Any] | None]]:
    """Pieces of the register with what helpers make of them, few of which are held at a time."""
    asked: deque[tuple[int, int, Future[Any]]] = deque()
    for start, size in pieces:
        asked.append((start, size, helpers.ask("rows", start, size)))
        if len(asked) > 2 * helpers.number:
            yield answered(asked.popleft())
    yield from map(answered, asked)


def answered(one: tuple[int, int, Future[Any]]) -> tuple[int, int, dict[str, Any] | None]:
    """A piece of the register with what a helper made of it."""
    return one[0], one[1], one[2].result()


def raise_unfit(path: Path, start: int, size: int, number: int, last: str) -> NoReturn:
    """Tell of the first line of a piece that is not as it should be, as one process does."""
    rows_one_by_one(lines_of(str(path), start, size), number, last)
    raise LostError  # the line was sound: something else went wrong


def join_helpers(register: ReadRegister, helpers: Helpers) -> None:
    """Put together what each helper has counted and kept; no frame where one of them has none."""
    states = helpers.ask_all("state")
    if register.frame is None or None in states:
        register.frame = None
        return
    for state in states:
        register.frame.join(state)
    parts = [helpers.ask("different", part) for part in range(PLACE_FILES)]
    different = sum(part.result() for part in parts)
    register.frame.doubles = sum(state["places"] for state in states) - different


class Helper:
    """What a process that helps another does: it answers requests, each named as a method here."""

    def __init__(self, setting: Mapping[str, Any]) -> None:
        self.folder = setting["folder"]
        self.path = setting["path"]
        self.places = Repeated(self.folder, setting["name"])
        self.frame = frame_or_none(setting["asked"], self.places)

    def rows(self, start: int, size: int) -> dict[str, Any] | None:
        """What there is to a piece of the register; None where a line is not as it should be."""
        try:
            lines = lines_of(self.path, start, size)
            rows = plain_rows(lines, "") or rows_one_by_one(lines, 0, "")
            columns = columns_of(rows)
        except Exception:  # whoever asks finds out what is wrong
            return None
        leaves = b""
        if self.frame is not None:
            try:
                self.frame.add(rows)
                leaves = bytes(self.frame.leaves)
                self.frame.leaves.clear()
            except Exception:  # likewise
                self.frame = None
        ends = {"first": rows[0][0], "last": rows[-1][0], "size": len(rows)}
        return {**ends, "columns": columns, "leaves": leaves}

    def root(self, leaves: bytes) -> bytes:
        """The root above some leaves, a power of two of them."""
        return subtree_root(leaves)

    def state(self) -> dict[str, Any] | None:
        """All that its frame has counted and kept; digests of places are in files then."""
        if self.frame is None:
            return None
        self.places.put_down()
        self.places.close()
        return {**self.frame.state(), "places": self.places.size}

    def different(self, part: int) -> int:
        """How many different digests there are in one part of those that all have put down."""
        return different_in(self.folder, part)


def help_another() -> int:
    """Do what another process of this program asks, until it asks no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks ends it
    helper: Any = None
    try:
        while True:
            name, *words = receive(sys.stdin.buffer)
            if name == "begin":
                helper = Helper(*words)
                send(sys.stdout.buffer, True)
            else:
                send(sys.stdout.buffer, getattr(helper, name)(*words))
    except (EOFError, OSError):
        return 0


# ------------------------------------------------------------------------ checks: the frame made


def check_frame_rows(case: Case) -> Findings:
    """The plan makes of the registers the frame that was committed to: root, counts, cells."""
    select = case.record["select"]
    table = audit_document(case, "lottery.json", LOTTERY)
    frame = case.frame
    if frame is None:  # it could not be made: what was in the way is told again
        frame = frame_of(frame_asked(case))
        for rows in register_rows(case, []):
            frame.add_to_root(rows)
    yield from unequal("select.frame", "frame-other", select["frame"], frame.root_text())
    if frame.counts != select["counts"]:
        yield fault("select.counts", "differs", *parted(frame.counts, select["counts"]))
    cells = table["cells"]
    sizes = {cell["cell"]: cell["size"] for cell in cells}
    found = {cell: frame.pool[cell].size for cell in sorted(frame.pool)}
    if sizes != found:
        yield fault("lottery.json cells", "differs", *parted(found, sizes))
    certain = sum(c["size"] for c in cells if c["expected"] == c["size"] * MILLION)
    doubles = frame.places.number() if frame.doubles is None else frame.doubles
    bearing = {"narrow_rules": frame.narrow.number(), "certain": certain, "doubles": doubles}
    if bearing != select["bearing"]:
        yield fault("select.bearing", "differs", *parted(bearing, select["bearing"]))
    case.frame = frame
    return Say("frame-rows-ok", {"count": frame.counts["scope"]})


class NarrowRules:
    """How many entities each condition holds of that a plan names, so far as that may be few."""

    def __init__(self, rules: Rules) -> None:
        self.rules, plan = rules, rules.plan
        wheres = [rule["where"] for rule in (*plan["coverage"], *plan["quota"])]
        named = [(key, plan["scope"][key]) for key in ("kind", "region", "status")]
        named += [("fields", plan["key_fields"]["codes"]), ("tier", plan["low_risk"]["tiers"])]
        named += [(key, list(plan["rates"][key])) for key in STRATA if key in plan["rates"]]
        wheres += [{key: [code]} for key, codes in named for code in codes]
        told = {canonical([[key, where[key]] for key in where]): where for where in wheres if where}
        self.few: list[tuple[int, Any]] = list(enumerate(told.values()))
        self.met = [0] * len(self.few)

    def count(self, row: Mapping[str, Any]) -> None:
        """Count a joined row, under the conditions that few were met by so far."""
        many = False
        for place, where in self.few:
            if self.rules.meets(where, row):
                self.met[place] += 1
                many = many or self.met[place] >= FEW
        if many:
            self.few = [one for one in self.few if self.met[one[0]] < FEW]

    def join(self, met: Sequence[int]) -> None:
        """Take in how many of other rows met each condition, told as far as they are few."""
        self.met = list(map(add, self.met, met))

    def number(self) -> int:
        """Of how many conditions there were some entities, but fewer than five."""
        return sum(0 < met < FEW for met in self.met)


def counts_drawn(case: Case, table: Mapping[str, Any]) -> Iterator[tuple[str, int, int]]:
    """Each cell with its count of the outcome that the key picks and the number of its reserves;
    none before the draw.
    """
    if "draw" not in case.steps:
        return
    counts = table["outcomes"][outcome_of(case.record["select"]["key"], table["outcomes"])][
        "counts"
    ]
    more = case.record["plan"]["publication"]["reserves"]
    for place, cell in enumerate(table["cells"]):
        yield cell["cell"], counts[place], more


def check_selection(case: Case) -> Findings:
    """Nobody was passed over or put in: the lowest tickets of every cell, and the next as reserves.

    The cells have the counts of the outcome that the key picks, and the thresholds published.
    """
    if "draw" not in case.steps:
        raise NotYetError
    select, frame = case.record["select"], case.frame
    table = audit_document(case, "lottery.json", LOTTERY)
    right: dict[str, set[str]] = {"drawn": set(), "directed": set(frame.directed)}
    reserves, thresholds = {}, {}
    for name, count, more in counts_drawn(case, table):
        tickets = frame.pool[name].tickets()
        right["drawn"].update(one for _, one in tickets[:count])
        reserves[name] = [one for _, one in tickets[count : count + more]]
        thresholds[blind_name(frame.secret, name)] = tickets[count - 1][0] if count else None
    published = {cell["cell"]: cell["threshold"] for cell in select["cells"] or ()}
    if thresholds != published:
        yield fault("select.cells", "differs", *parted(thresholds, published))
    right["reserve"] = {one for listed in reserves.values() for one in listed}
    yield from _list_faults(case, right)
    yield from _reserve_faults(case, reserves)
    return Say("selection-ok", {"count": len(right["drawn"])})


def _list_faults(case: Case, right: Mapping[str, set[str]]) -> Iterator[Fault]:
    """Whoever is listed and should not be, or the other way round; names and regions."""
    rows = case.record["visits"]
    words = {
        "drawn": "selection-drawn",
        "directed": "selection-directed",
        "reserve": "selection-reserve",
    }
    for group, entities in right.items():
        found = {one["entity_id"] for one in rows if group_of(one) == group}
        for entity in sorted(entities - found):
            yield fault("visits", words[group], entity, Say("nothing"))
        for entity in sorted(found - entities):
            yield fault("visits", words[group], Say("nothing"), entity)
    for one in rows:
        name, region = case.frame.told.get(one["entity_id"], (one["name"], one["region"]))
        where = f"visits {one['entity_id']}"
        yield from unequal(where, "differs", name, one["name"])
        yield from unequal(where, "differs", region, one["region"])


def group_of(visit: Mapping[str, Any]) -> str:
    """Whether a visit is drawn, directed or a reserve."""
    if visit["reserve"]:
        return "reserve"
    return "drawn" if visit["standing"] == "pool" else "directed"


def _reserve_faults(case: Case, reserves: Mapping[str, list[str]]) -> Iterator[Fault]:
    """Whoever replaces a withdrawn entity is the next reserve of its own cell."""
    cell_of = case.frame.cells
    used: set[str] = set()
    for number, one in enumerate(case.record["withdrawals"]):
        left = [r for r in reserves.get(cell_of.get(one["entity_id"], ""), ()) if r not in used]
        if one["reserve"] is not None and one["reserve"] != (left[0] if left else None):
            right = left[0] if left else Say("nothing")
            yield fault(f"withdrawals[{number}].reserve", "withdrawal", right, one["reserve"])
        used.add(one["reserve"])


# ---------------------------------------------------------------------------- checks: crews anew


NOBODY: frozenset[str] = frozenset()


class Staff:
    """Who may take which seat (protocol, "Crews"): a roster and the window of the visits."""

    def __init__(self, roster: list[dict[str, Any]], window: list[str]) -> None:
        first, last = window
        self.people = [
            one
            for one in roster
            if one["certificate_until"] >= last
            and not is_away(one["absent"], first, last)
            and one["capacity"] != 0
        ]
        self.seen: dict[Any, list[Pool]] = {}
        # Places in `people`, by department and prefix of regions, and who is barred from where.
        self.near: dict[tuple[str, str], list[int]] = {}
        barred: dict[str, list[str]] = {}
        for place, one in enumerate(self.people):
            for prefix in set(one["regions"]):
                self.near.setdefault((one["department"], prefix), []).append(place)
            for entity in one["recused"]:
                barred.setdefault(entity, []).append(one["inspector_id"])
        self.barred = {entity: frozenset(people) for entity, people in barred.items()}

    def pools(self, visit: Mapping[str, Any]) -> list[Pool]:
        """For each department of a visit its seats, and who may take one of them."""
        entity, region = visit["entity_id"], visit["region"]
        seats = sorted((seat["department"], seat["qualification"]) for seat in visit["seats"])
        barred = self.barred.get(entity, NOBODY)
        asked = (region, tuple(seats), barred)
        if asked not in self.seen:
            self.seen[asked] = [
                self._pool(
                    department, [need for at, need in seats if at == department], *asked[::2]
                )
                for department in sorted({department for department, _ in seats})
            ]
        return self.seen[asked]

    def _pool(self, department: str, needs: list[str], region: str, barred: frozenset[str]) -> Pool:
        able = {}
        near: set[int] = set()
        for end in range(len(region) + 1):
            near.update(self.near.get((department, region[:end]), ()))
        for one in (self.people[place] for place in sorted(near)):
            if one["inspector_id"] in barred:
                continue
            held = tuple(not need or need in one["qualifications"] for need in needs)
            if any(held):
                able[one["inspector_id"]] = held
        return Pool(department, tuple(needs), able)


@dataclass(frozen=True)
class Pool:
    """The seats of one department at a visit, and of each inspector who may take which."""

    department: str
    needs: tuple[str, ...]
    able: dict[str, tuple[bool, ...]]


def is_away(absent: list[list[str]], first: str, last: str) -> bool:
    """Whether absences together cover every day from the first to the last."""
    day = first
    for start, end in sorted(absent):
        if start > day:
            break
        if end >= last:
            return True
        if end >= day:
            day = (date.fromisoformat(end) + timedelta(days=1)).isoformat()
    return False


@lru_cache(maxsize=1 << 16)
def fills(members: tuple[tuple[bool, ...], ...], seats: int) -> bool:
    """Whether members, each told by the seats that they may take, fill all of so many seats."""
    if len(members) != seats:
        return False
    holder: list[int | None] = [None] * seats

    def seat(member: int, tried: set[int]) -> bool:
        for at in range(seats):
            if members[member][at] and at not in tried:
                tried.add(at)
                holding = holder[at]
                if holding is None or seat(holding, tried):
                    holder[at] = member
                    return True
        return False

    return all(seat(member, set()) for member in range(len(members)))


def check_crew_bearing(case: Case) -> Findings:
    """Recusals, absences and the least choice are as many as the rosters say."""
    if "commitment/crew" not in case.steps:
        raise NotYetError
    window = case.record["plan"]["window"]
    visits = crew_round_visits(case)
    rosters = [audit_document(case, name, ROSTER) for name in ("roster.json", "roster-before.json")]
    asked = {entity for roster in rosters for one in roster for entity in one["recused"]}
    visited = {visit["entity_id"] for visit in visits if visit["entity_id"] in asked}
    recused, absent = [], []
    for roster in rosters:
        pairs = [(one["inspector_id"], entity) for one in roster for entity in one["recused"]]
        recused.append({pair for pair in pairs if pair[1] in visited})
        absent.append({
            one["inspector_id"]
            for one in roster
            if any(start <= window[1] and end >= window[0] for start, end in one["absent"])
        })  # fmt: skip
    staff = Staff(rosters[0], window)
    for visit in visits:
        staff.pools(visit)
    choices = {
        sum(held[place] for held in pool.able.values())
        for pools in staff.seen.values()
        for pool in pools
        for place in range(len(pool.needs))
    }
    right = {
        "recused": len(recused[0]),
        "recused_since": len(recused[0] - recused[1]),
        "absent": len(absent[0]),
        "absent_since": len(absent[0] - absent[1]),
        "least_choice": min(choices, default=0),
    }
    if right != case.record["crew"]["bearing"]:
        yield fault("crew.bearing", "differs", *parted(right, case.record["crew"]["bearing"]))
    return Say("bearing-ok", right)


Price = tuple[int, int]


def check_crews_optimum(case: Case) -> Findings:
    """No other crews fill all seats at less: the prices in crews.json prove it (docs/bundle.md)."""
    if "crews" not in case.steps:
        raise NotYetError
    roster = audit_document(case, "roster.json", ROSTER)
    told, key = case.crews_told, case.record["crew"]["key"]
    dealt = crews_of(case) if told else audit_document(case, "crews.json", CREWS)
    visits = crew_round_visits(case)
    number = sum(1 for _ in visits)
    loads = {one["inspector_id"]: 0 for one in roster}
    limits = {
        one["inspector_id"]: number if one["capacity"] is None else one["capacity"]
        for one in roster
    }
    for _, crew in dealt["crews"]:
        for one in set(crew) & loads.keys():
            loads[one] += 1
    staff = Staff(roster, case.record["plan"]["window"])
    seated = Each(lambda: seated_of(staff, visits, dealt["crews"]))
    faults = list(seat_faults_of(seated, loads, limits))
    faults += price_faults(dealt["potentials"], loads, limits)
    squares = sum(load * load for load in loads.values())
    faults += unequal("crews.json squares", "sum", squares, dealt["squares"])
    yield from faults
    if faults:  # the rest is about crews that could be
        return Say("nothing")
    if sum(len(one.pool.able) for one in seated) > MOST_PAIRS:
        case.unmade.append(Say("audit-crews", {"most": MOST_PAIRS}))
        return Say("crews-optimum-not")
    prices = {one: (price[0], price[1]) for one, price in dealt["potentials"].items()}
    total = 0
    for one in seated:
        start = hashlib.sha256(f"{key}|{one.entity}|".encode())
        costs = {member: cost_of(start, member) for member in one.crew}
        total += sum(costs.values())
        yield from cheaper_faults(one, costs, prices, start)
    yield from unequal("crews.json cost", "sum", str(total), dealt["cost"])
    return Say("crews-optimum-ok", {"count": number})


@dataclass(frozen=True)
class Seated:
    """A visit's seats of one department, and who of the crew has them."""

    entity: str
    pool: Pool
    crew: list[str]


def seated_of(staff: Staff, visits: Iterable[Any], crews: Iterable[Any]) -> Iterator[Seated]:
    """Every crew by departments; whoever may sit nowhere is told with the last of them."""
    dealt = iter(crews)  # as many as visits: they were compared
    for visit in visits:
        pools, left = staff.pools(visit), list(next(dealt)[1])
        for place, pool in enumerate(pools, 1):
            here = [one for one in left if one in pool.able]
            left = [one for one in left if one not in pool.able]
            yield Seated(visit["entity_id"], pool, here + (left if place == len(pools) else []))


def seat_faults_of(
    seated: Iterable[Seated], loads: Mapping[str, int], limits: Mapping[str, int]
) -> Iterator[Fault]:
    """Crews that do not fill their seats, or of whoever may not sit there, or too often."""
    for one in seated:
        where = f"crews.json {one.entity}"
        strange = [member for member in one.crew if member not in one.pool.able]
        for member in strange:
            yield fault(where, "crew-able", Say("nothing"), member)
        sorts = tuple(sorted(one.pool.able[member] for member in one.crew if member not in strange))
        if not fills(sorts, len(one.pool.needs)):
            yield fault(where, "crew-seats", ", ".join(one.pool.needs), ", ".join(one.crew))
    for member, load in loads.items():
        if load > limits[member]:
            most = Say("at-most", {"most": limits[member]})
            yield fault(f"crews.json {member}", "crew-load", most, load)


def price_faults(
    potentials: Mapping[str, Any], loads: Mapping[str, int], limits: Mapping[str, int]
) -> Iterator[Fault]:
    """Prices of inspectors that are none, or do not fit their loads."""
    for one, load in loads.items():
        price, where = potentials.get(one), f"crews.json potentials.{one}"
        if type(price) is not list or [type(part) for part in price] != [int, int]:
            yield fault(where, "crew-price", Say("kind-length", {"count": 2}), price)
            continue
        low, high = [2 * load - 1, 0], [2 * load + 1, 0]
        if load and price < low:
            yield fault(where, "crew-price", Say("at-least", {"least": low}), price)
        elif load < limits[one] and price > high:
            yield fault(where, "crew-price", Say("at-most", {"most": high}), price)


def cost_of(start: Any, inspector: str) -> int:
    """What a pair of visit and inspector costs: 40 bits of its hash, of which `start` is begun."""
    digest = start.copy()
    digest.update(inspector.encode("utf-8"))
    return int.from_bytes(digest.digest()[:5], "big")


def cheaper_faults(
    seated: Seated, costs: Mapping[str, int], prices: Mapping[str, Price], start: Any
) -> Iterator[Fault]:
    """Whoever is not in the crew and would be cheaper than a member whose place they could take."""
    if not costs:
        return
    able, seats = seated.pool.able, len(seated.pool.needs)
    highest = max(prices[one][0] for one in costs)
    others: dict[tuple[bool, ...], tuple[Price, str]] = {}  # the cheapest of each sort
    for one, held in able.items():
        if one in costs or prices[one][0] > highest:
            continue
        price = (prices[one][0], prices[one][1] + cost_of(start, one))
        others[held] = min(others.get(held, (price, one)), (price, one))
    for member, cost in costs.items():
        price = (prices[member][0], prices[member][1] + cost)
        kept = [able[one] for one in costs if one != member]
        for held, (other, name) in others.items():
            if price > other and fills(tuple(sorted([*kept, held])), seats):
                where = f"crews.json {seated.entity}"
                yield fault(where, "crew-cheaper", f"{name} {other}", f"{member} {price}")


# --------------------------------------------------------------------------------- checks: proof

INNER = ("standing", "cell", "reason", "tier", "region", "industry", "kind", "status",
         "established_on", "inspected_on", "fields", "visits_this_year", "drawn_this_year",
         "drawn_by_plan", "drawn_until", "blind", "salt", "name")  # fmt: skip
LEAF = ("entity_id", *INNER)
NUMBER_TEXT = Kind(Say("kind-decimal"), matching("0|[1-9][0-9]{0,9}"))
PLACED = {"draw": NAME, "frame": DIGEST, "size": POSITIVE}
PROOF = {
    "format": one_of("yaohao-proof/2"),
    **PLACED,
    "index": COUNT,
    "leaf": {
        **dict.fromkeys(LEAF, TEXT),
        "entity_id": ENTITY,
        "standing": one_of("pool", "out", "directed"),
        **dict.fromkeys(("visits_this_year", "drawn_this_year", "drawn_by_plan"), NUMBER_TEXT),
        "blind": Kind(Say("kind-key"), lambda value: value == "" or KEY.test(value)),
        "salt": KEY,
    },
    "path": [DIGEST],
    "cell": Maybe(
        {
            "cell": KEY,
            "size": POSITIVE,
            "expected": POSITIVE,
            "salt": KEY,
            "cells": POSITIVE,
            "index": COUNT,
            "path": [DIGEST],
            "count": Maybe(COUNT),
        }
    ),
}
NEIGHBOUR = Maybe({"index": COUNT, "entity_id": ENTITY, "inner": DIGEST, "path": [DIGEST]})
ABSENCE = {
    "format": one_of("yaohao-absence/2"),
    **PLACED,
    "entity_id": ENTITY,
    "why": one_of("register", "scope"),
    "rule": TEXT,
    "before": NEIGHBOUR,
    "after": NEIGHBOUR,
}


def is_absence(proof: Any) -> bool:
    """Whether a proof is one that an entity is not in the frame."""
    return type(proof) is dict and str(proof.get("format")).startswith("yaohao-absence/")


def check_proof_form(case: Case) -> Findings:
    """A proof has every key of the right form; its cell is there where the lot decided."""
    proof = case.proof
    if isinstance(proof, UnreadableError):
        yield fault("proof", proof.word, "JSON", proof.found)
        return Say("nothing")
    if type(proof) is dict and proof.get("format") == "yaohao-proof/1":
        yield fault("proof format", "older", "yaohao-proof/2", proof["format"], format=FORMAT)
        return Say("nothing")
    faults = list(misfits(proof, ABSENCE if is_absence(proof) else PROOF, ""))
    yield from faults
    if faults:
        return Say("nothing")
    if is_absence(proof):
        if proof["before"] is None and proof["after"] is None:
            yield fault("before", "proof-neighbours", Say("kind-object"), None)
        if (proof["why"] == "scope") != (proof["rule"] != ""):
            yield fault("rule", "form", Say("kind-name"), proof["rule"])
        return Say("form-ok")
    leaf, cell = proof["leaf"], proof["cell"]
    for name in LEAF[:-1]:
        if "|" in leaf[name]:
            yield fault(f"leaf.{name}", "proof-bar", Say("nothing"), leaf[name])
    pool = leaf["standing"] == "pool"
    for name in ("cell", "blind"):
        if (leaf[name] != "") != pool:
            yield fault(f"leaf.{name}", "proof-cell", leaf["standing"], leaf[name])
    if (cell is not None) != pool:
        yield fault("cell", "proof-cell", leaf["standing"], leaf["cell"])
    elif cell is not None:
        yield from unequal("cell.cell", "proof-cell", leaf["blind"], cell["cell"])
    return Say("form-ok")


def check_proof_root(case: Case) -> Findings:
    """The row leads to the root, which is the published one, of as many leaves as published."""
    proof, select = case.proof, case.record["select"]
    yield from unequal("draw", "differs", case.record["draw"], proof["draw"])
    yield from unequal("frame", "differs", select["frame"], proof["frame"])
    yield from unequal("size", "differs", select["counts"]["scope"], proof["size"])
    if is_absence(proof):
        yield from neighbour_faults(proof)
        return Say("proof-absent", {"entity": proof["entity_id"]})
    leaf = proof["leaf"]
    inner = sha("|".join(leaf[name] for name in INNER))
    root = path_root(f"{leaf['entity_id']}|{inner}", proof)
    if root != proof["frame"]:
        yield fault("frame", "proof-root", proof["frame"], root)
    return Say("proof-ok", {"size": proof["size"]})


def neighbour_faults(proof: Mapping[str, Any]) -> Iterator[Fault]:
    """Two leaves that stand side by side, and between whose ids that of the entity would stand."""
    size, entity = proof["size"], proof["entity_id"].encode("utf-8")
    before, after = proof["before"], proof["after"]
    for name in ("before", "after"):
        one = proof[name]
        if one is None:
            continue
        root = path_root(f"{one['entity_id']}|{one['inner']}", {**one, "size": size})
        if root != proof["frame"]:
            yield fault(f"{name}.path", "proof-root", proof["frame"], root)
        own = one["entity_id"].encode("utf-8")
        if not (own < entity if name == "before" else own > entity):
            yield fault(
                f"{name}.entity_id", "proof-neighbours", proof["entity_id"], one["entity_id"]
            )
    place = before["index"] + 1 if before else 0
    found = after["index"] if after else size
    if place != found:
        yield fault("after.index", "proof-neighbours", place, found)


def path_root(leaf: str, proof: Mapping[str, Any]) -> str | None:
    """The root that a leaf and its path lead to; None where a tree of the size has no such path.

    Reckoned from the top: the part of the tree that holds the leaf is halved at the largest power
    of two below its size, and the path read from its end (RFC 9162 §2.1.1, §2.1.3.1).
    """
    start, size, index = 0, proof["size"], proof["index"]
    if index >= size:
        return None
    sides = []
    while size > 1:
        half = 1 << (size - 1).bit_length() - 1
        right = index >= start + half
        sides.append(right)
        start, size = (start + half, size - half) if right else (start, half)
    if len(sides) != len(proof["path"]):
        return None
    node = hashlib.sha256(b"\x00" + leaf.encode("utf-8")).digest()
    for place, right in enumerate(reversed(sides)):
        other = bytes.fromhex(proof["path"][place])
        node = hashlib.sha256(b"\x01" + (other + node if right else node + other)).digest()
    return node.hex()


def check_proof_chance(case: Case) -> Findings:
    """The cell was committed; its expected count fits, and the number drawn is it, rounded."""
    if is_absence(case.proof):
        raise NotYetError
    cell = case.proof["cell"]
    if cell is None:
        return Say("proof-chance-none")
    select = case.record["select"]
    size, expected, count = cell["size"], cell["expected"], cell["count"]
    text = cell_text(cell["cell"], size, expected, cell["salt"])
    root = path_root(text, {**cell, "size": cell["cells"]})
    if root != select["cells_root"]:
        yield fault("cell.path", "proof-cells-root", select["cells_root"], root)
    pool = select["counts"]["pool"]
    if size > pool:
        yield fault("cell.size", "proof-size", Say("at-most", {"most": pool}), size)
    if expected > size * MILLION:
        most = Say("at-most", {"most": size * MILLION})
        yield fault("cell.expected", "cell-chance", most, expected, cell=cell["cell"])
    least, most = expected // MILLION, -(-expected // MILLION)
    if count is not None and not least <= count <= most:
        between = Say("between", {"least": least, "most": most})
        yield fault("cell.count", "cell-rounding", between, count, cell=cell["cell"])
    above, below = expected, size * MILLION
    while below:
        above, below = below, above % below
    return Say("proof-chance-ok", {"above": expected // above, "below": size * MILLION // above})


def check_proof_part(case: Case) -> Findings:
    """The entity stands in the list as its row has it, or is not in it."""
    proof = case.proof
    if is_absence(proof):
        if visit_of(case, proof["entity_id"]) is not None:
            yield fault("visits", "proof-part", Say("nothing"), proof["entity_id"])
        word = "absent-scope" if proof["why"] == "scope" else "absent-register"
        return Say(word, {"rule": proof["rule"]})
    key = existing(case.record["select"]["key"])
    leaf = proof["leaf"]
    right = own_ticket(case, key)
    visit = visit_of(case, leaf["entity_id"])
    if visit is None:
        if leaf["standing"] == "directed":
            yield fault("visits", "proof-part", leaf["entity_id"], Say("nothing"))
        return Say("proof-not-drawn", {"ticket": right})
    expected = {name: leaf[name] for name in ("standing", "region", "name")}
    if case.shown:
        expected["ticket"] = right
    for name, value in expected.items():
        yield from unequal(f"visits {name}", "proof-part", value, visit[name])
    return Say("proof-reserve" if visit["reserve"] else "proof-drawn", {"ticket": right})


def own_ticket(case: Case, key: str) -> str:
    """The ticket of the entity of the proof, which has its salt where classes are not public."""
    leaf = case.proof["leaf"]
    return ticket_of(key, leaf["entity_id"], "" if case.shown else leaf["salt"])


def visit_of(case: Case, entity: str) -> Any:
    """The visit of an entity, or None."""
    return next((v for v in case.record["visits"] if v["entity_id"] == entity), None)


def check_proof_threshold(case: Case) -> Findings:
    """Drawn exactly if the ticket is not above the published threshold of the entity's cell."""
    if is_absence(case.proof):
        raise NotYetError
    key = existing(case.record["select"]["key"])
    cell = existing(case.proof["cell"])
    entity, count = case.proof["leaf"]["entity_id"], cell["count"]
    published = {one["cell"]: one for one in existing(case.record["select"]["cells"])}
    yield from unequal("select.cells", "sum", cell["cells"], len(published))
    if cell["cell"] not in published:
        yield fault("select.cells", "proof-blind", cell["cell"], Say("nothing"))
        return Say("nothing")
    own = published[cell["cell"]]
    threshold = own["threshold"]
    if count is not None and (count > 0) != (threshold is not None):
        yield fault("cell.count", "proof-count", threshold, count)
    if case.shown:
        told = {"size": cell["size"], "expected": cell["expected"]}
        if count is not None:
            told["count"] = count
        for name, value in {**told, "codes": case.proof["leaf"]["cell"]}.items():
            yield from unequal(f"select.cells {name}", "differs", own[name], value)
    drawn = {v["entity_id"] for v in case.visits if v["standing"] == "pool"}
    right = own_ticket(case, key)
    under = threshold is not None and right <= threshold
    if under != (entity in drawn):
        yield fault("ticket", "proof-threshold", threshold, right)
    if threshold is None:
        return Say("proof-none")
    return Say("proof-under" if under else "proof-above", {"threshold": threshold})


# --------------------------------------------------------------------------------- checks: since


def check_since(case: Case) -> Findings:
    """The ledger begins with the whole of an earlier one (protocol, "The ledger")."""
    earlier = existing(case.since)
    entries = [line["entry"] for line in case.lines]
    if len(earlier) == 1 and earlier[0] in entries:  # a last entry alone was written down
        return since_then(case, entries.index(earlier[0]) + 1)
    for number, entry in enumerate(earlier):
        found = entries[number] if number < len(entries) else Say("nothing")
        if entry != found:
            yield fault(f"ledger.jsonl:{number + 1}", "since", entry, found)
            return Say("nothing")
    return since_then(case, len(earlier))


def since_then(case: Case, number: int) -> Say:
    """What came after so many lines of the ledger, by kind of act."""
    acts = [str(act.get("act")) for act in case.acts[number:]]
    kinds = ", ".join(f"{kind} {acts.count(kind)}" for kind in sorted(set(acts)))
    return Say("since-ok", {"count": len(acts), "kinds": kinds or "-"})


def entries_of(data: bytes) -> list[str] | None:
    """The entries of an earlier ledger, or the one entry that was written down; None for neither.

    Its chain is checked, so that no earlier ledger is claimed that never was one.
    """
    try:
        text = text_of(data)
        if DIGEST.test(text.strip()):
            return [text.strip()]
        entries, previous = [], "0" * 64
        for line in text.splitlines():
            value = document_of(line)
            entry = sha(previous + "|" + canonical(value["act"]))
            if value["previous"] != previous or value["entry"] != entry:
                return None
            entries.append(entry)
            previous = entry
    except (UnreadableError, KeyError, TypeError):
        return None
    return entries or None


# --------------------------------------------------------------------------------- levels


LEVELS = ("level-1", "level-2-plan", "level-2", "level-3", "level-4")
"""The levels of a round that was published first, the lowest first; the last is not told here."""


def level_of(case: Case, name: str) -> Say:
    """What stands behind the times of a round (protocol, "Who can check what").

    The highest level is not reached here: the signatures of drand are not checked.
    """
    seeded, stage = case.steps[f"seed/{name}"], PUBLISHED_AT[name]
    if stage not in case.after.stages:
        return Say("level-0-unpublished", {"round": name})
    if not source_of(seeded["parts"]) and not seeded["witnessed"]:
        return Say("level-0", {"round": name})
    level = LEVELS[0]
    if any(at < seeded["at"] for _, at in case.evidence.named.get(stage, ())):
        level = LEVELS[1]
    if any(at < seeded["at"] for at in case.evidence.cosigned.get(stage, ())):
        level = LEVELS[2]
    if any(at < seeded["at"] for at in case.evidence.stamped.get(stage, ())):
        level = LEVELS[3]
    return Say(level, {"round": name})


def evidence_warnings(case: Case, steps: Mapping[str, Any]) -> Iterator[Say]:
    """Statements of others that count for nothing, and cosignatures that the plan promised."""
    yield from case.evidence.unknown
    for name, stage in PUBLISHED_AT.items():
        if f"seed/{name}" not in steps:
            continue
        at = steps[f"seed/{name}"]["at"]
        named = case.evidence.named.get(stage, [])
        cosigned = [*case.evidence.cosigned.get(stage, ()), *(when for _, when in named)]
        stamped = case.evidence.stamped.get(stage, ())
        if cosigned and min(cosigned) >= at:
            yield Say("cosigned-late", {"round": name})
        in_time = {key for key, when in named if when < at}
        for one in planned_cosigners(case):
            if one["key"] not in in_time:
                yield Say("uncosigned", {"round": name, **one})
        if stamped and min(stamped) >= at:
            yield Say("stamped-late", {"round": name})


# --------------------------------------------------------------------------------------- the run

Check = Callable[[Case], Findings]
_BOTH = ("draw-form", "ledger-order", "stage")
CHECKS: tuple[tuple[str, tuple[str, ...], Check], ...] = (
    ("files", (), check_sums),
    ("signature", (), check_signature),
    ("stamp", (), check_stamp),
    ("draw-json", (), check_draw_json),
    ("draw-bytes", ("draw-json",), check_draw_bytes),
    ("plan-form", ("draw-json",), check_plan_form),
    ("draw-form", ("plan-form",), check_draw_form),
    ("ledger-lines", (), check_ledger_lines),
    ("ledger-chain", ("ledger-lines",), check_ledger_chain),
    ("head", ("ledger-lines", "draw-form"), check_ledger_head),
    ("ledger-form", ("ledger-lines",), check_ledger_form),
    ("ledger-times", ("ledger-form",), check_ledger_times),
    ("ledger-order", ("ledger-form",), check_ledger_order),
    ("register", ("ledger-form",), check_register),
    ("rounds", ("ledger-order",), check_ledger_rounds),
    ("stage", ("draw-form", "ledger-order"), check_stage),
    ("record", _BOTH, check_record),
    ("abandonment", _BOTH, check_abandonment),
    ("plan", ("draw-form",), check_plan),
    ("commitment-select", ("draw-form",), check_select_commitment),
    ("seed-select", ("draw-form",), seed_check("select")),
    ("tickets", ("draw-form",), check_tickets),
    ("order", _BOTH, check_visit_order),
    ("numbers", _BOTH, check_counts),
    ("cells", _BOTH, check_cells),
    ("visits", _BOTH, check_visits_digest),
    ("commitment-crew", ("draw-form",), check_crew_commitment),
    ("seed-crew", ("draw-form",), seed_check("crew")),
    ("seed-fresh", _BOTH, check_fresh),
    ("crews", _BOTH, check_crews),
    ("withdrawals", _BOTH, check_withdrawals),
    ("results", _BOTH, check_results),
    ("table", ("draw-form",), check_visits_csv),
    ("page", ("draw-form", "ledger-lines"), check_page),
    ("evidence", _BOTH, check_evidence),
)
"""Name, the checks it builds on, and the check: in the order in which they are made and shown."""

SINCE_CHECKS: tuple[tuple[str, tuple[str, ...], Check], ...] = (
    ("since", ("ledger-lines",), check_since),
)
"""The same where an earlier ledger is given."""

AUDIT_CHECKS: tuple[tuple[str, tuple[str, ...], Check], ...] = (
    ("documents", _BOTH, check_documents),
    ("lottery", _BOTH, check_lottery),
    ("earlier", _BOTH, check_earlier),
    ("registers", _BOTH, check_registers),
    ("lottery-properties", ("lottery",), check_lottery_properties),
    ("frame-rows", FRAME_NEEDS, check_frame_rows),
    ("cells-expected", ("frame-rows",), check_cells_expected),
    ("selection", ("frame-rows",), check_selection),
    ("crew-bearing", ("documents",), check_crew_bearing),
    ("crews-optimum", ("documents", "crews"), check_crews_optimum),
)
"""The same for a folder for auditors."""

PROOF_CHECKS: tuple[tuple[str, tuple[str, ...], Check], ...] = (
    ("proof-form", (), check_proof_form),
    ("proof-root", ("proof-form", "draw-form"), check_proof_root),
    ("proof-chance", ("proof-form", "draw-form"), check_proof_chance),
    ("proof-part", ("proof-form", "draw-form"), check_proof_part),
    ("proof-threshold", ("proof-form", "draw-form"), check_proof_threshold),
)
"""The same for a proof, after the checks of the bundle."""


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
    levels: dict[str, Say] = field(default_factory=dict)
    attested: list[Say] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether no check failed."""
        return all(result.status != "fail" for result in self.results)


def verify(
    bundle: Bundle,
    proof: bytes | None = None,
    trusted: str | None = None,
    since: list[str] | None = None,
    believed: Believed | None = None,
) -> Report:
    """Make every check on a bundle, and on a proof where one is given.

    `trusted` is the public key (hex) with which the bundle must be signed, if it must; `since` has
    the entries of an earlier ledger, or its last one; `believed` are the keys and the authority
    whose statements count.

    Never raises, whatever the files hold.
    """
    case = Case(bundle, trusted=trusted, since=since, believed=believed or Believed())
    if proof is not None:
        try:
            case.proof = document_of(text_of(proof))
        except UnreadableError as error:
            case.proof = error
    checks = CHECKS + (AUDIT_CHECKS if FRAME in bundle.digests else ())
    checks += SINCE_CHECKS if since is not None else ()
    results = list(results_of(case, checks if proof is None else checks + PROOF_CHECKS))
    status = {result.name: result.status for result in results}
    sound = status["stage"] == "pass" and not is_older(case.steps["freeze"])
    return Report(
        case.record["draw"] if sound else None,
        stage_after(case.steps) if sound else None,
        results,
        list(warnings_of(case, sound, status)),
        {
            name: level_of(case, name)
            for name in ("select", "crew")
            if sound and f"seed/{name}" in case.steps
        },
        [
            Say("attested", {"key": one["key"], "time": moment(one["at"], case)})
            for one in (case.evidence.attested if sound else ())
        ],
    )


def results_of(
    case: Case, checks: tuple[tuple[str, tuple[str, ...], Check], ...] = CHECKS
) -> Iterator[Result]:
    """The checks on a bundle, one after the other, as they are made."""
    for name, needs, check in checks:
        unmet = [need for need in needs if need not in case.passed]
        if unmet:
            yield Result(name, "none", Say("blocked", {"names": ", ".join(unmet)}))
            continue
        result = make_check(name, check, case)
        if result.status == "pass":
            case.passed.add(name)
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
    except UnfitError as unfit:
        result.faults.append(unfit.fault)
    except Exception as error:  # a file that outwits a check is a finding, never a traceback
        result.faults.append(fault("", "broken", Say("nothing"), type(error).__name__))
    if result.faults:
        result.status = "fail"
    return result


def warnings_of(case: Case, sound: bool, status: Mapping[str, str]) -> Iterator[Say]:
    """What a reader should know although it fails no check."""
    steps = case.steps if sound else {}
    yield from seed_warnings(case, steps)
    yield from bearing_warnings(case, steps)
    yield from evidence_warnings(case, steps)
    yield from ledger_warnings(case, steps if status["ledger-order"] == "pass" else {})
    for entity, reserve in passed_reserves(case.record) if status["withdrawals"] == "pass" else ():
        yield Say("reserve-passed", {"entity": entity, "reserve": reserve})
    for draw, acts in case.draws.items() if status["ledger-order"] == "pass" else ():
        if "abandonment" in acts:
            end = acts["abandonment"]
            told = {"at": moment(end["at"], case), "reason": end["reason"]}
            if acts is steps:
                yield Say("abandoned", told)
            else:
                yield Say("abandoned-earlier", {"draw": draw, **told})
        elif acts is not steps and "crews" not in acts:
            yield Say("unfinished", {"draw": draw})
    key = public_key(case.bundle.contents.get(PUBLIC, b""))
    unseen = {
        "workbook": WORKBOOK in case.bundle.digests,
        "page": PAGE in case.bundle.digests,
        "stamper": status["stamp"] == "pass" and case.believed.authority is None,
        "signer": status["signature"] == "pass" and case.trusted is None,
        "audit": FRAME in case.bundle.digests,
    }
    yield from (Say(word, {"key": key}) for word, holding in unseen.items() if holding)
    yield from case.unmade


def seed_warnings(case: Case, steps: Mapping[str, Any]) -> Iterator[Say]:
    """What stands behind the seeds of a draw, and what does not."""
    if steps and steps["freeze"].get("given_secret"):
        yield Say("given-secret")
    for name in ("select", "crew"):
        seeded = steps.get(f"seed/{name}")
        if not seeded:
            continue
        if PUBLISHED_AT[name] not in case.after.stages:
            yield Say("unpublished", {"round": name})
        announced = steps[f"commitment/{name}"]["parts"]
        if not source_of(seeded["parts"]) and not seeded["witnessed"]:
            yield Say("unwitnessed", {"round": name})
        elif told_of(seeded["parts"]) != told_of(announced):
            told = {"announced": source_of(announced), "found": source_of(seeded["parts"])}
            word = "source-changed" if told["announced"] else "source-unannounced"
            yield Say(word, {"round": name, **told})
        for part in seeded["parts"]:
            if part["kind"] == "drand":
                yield Say("beacon", {"number": part["round"]})
    if "seed/select" in steps and not case.evidence.attested:
        yield Say("unattested")


def bearing_warnings(case: Case, steps: Mapping[str, Any]) -> Iterator[Say]:
    """What bears on who is drawn and who inspects whom, so far as it is out of the ordinary."""
    if steps and any(steps["freeze"]["bearing"].values()):
        yield Say("narrow", steps["freeze"]["bearing"])
    late = steps["commitment/crew"]["bearing"] if "commitment/crew" in steps else {}
    if late and late["recused_since"] + late["absent_since"] > max(2, len(case.visits) // 10):
        yield Say("recused-late", late)
    if late and late["least_choice"] < FEW_CHOICES:
        yield Say("few-choices", late)


def ledger_warnings(case: Case, steps: Mapping[str, Any]) -> Iterator[Say]:
    """Draws of the same plan, and draws whose commitment was not public before its seed."""
    others = {draw: acts for draw, acts in case.draws.items() if acts is not steps}
    if not steps or not others:
        return
    plan, digest = case.record["plan"], steps["freeze"]["plan"]
    names = {plan["id"], *(f"{plan['id']}-{number}" for number in range(2, len(others) + 2))}
    again = [draw for draw in others if draw in names or others[draw]["freeze"]["plan"] == digest]
    if again and plan["frequency"] == 1:
        yield Say("frozen-again", {"plan": plan["id"], "draws": some_of(again)})
    unseen = [
        draw
        for draw, acts in others.items()
        for name in [name for name in PUBLISHED_AT if f"seed/{name}" in acts]
        if PUBLISHED_AT[name] not in case.followed[draw].stages
    ]
    if unseen:
        yield Say("unpublished-others", {"draws": some_of(list(dict.fromkeys(unseen)))})


def some_of(draws: list[str]) -> str:
    """The first of some draws, and how many more there are."""
    more = f" (+{len(draws) - MOST_TOLD})" if len(draws) > MOST_TOLD else ""
    return ", ".join(draws[:MOST_TOLD]) + more


def told_of(parts: Iterable[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """What was said of each part of a seed, before it or with it."""
    return [tuple(part.get(key) for key in ("kind", "source", "chain", "round")) for part in parts]


def source_of(parts: Iterable[Mapping[str, Any]]) -> str:
    """Where the parts of a seed come from, in words; of drand its chain and round."""
    told = []
    for part in parts:
        words = part["source"]
        if part["kind"] == "drand":
            chain = "quicknet" if part["chain"] == DRAND_CHAIN else part["chain"]
            words = f"drand {chain} round {part['round']}" + (f" ({words})" if words else "")
        if words:
            told.append(words)
    return "; ".join(dict.fromkeys(told))


def moment(text: str, case: Case) -> str:
    """A moment of the ledger for people: in China's time in a Chinese register, else in UTC."""
    hours = 8 if case.acts and case.acts[0].get("register") == "china" else 0
    try:
        there = datetime.fromisoformat(text.replace("Z", "+00:00")) + timedelta(hours=hours)
    except (ValueError, OverflowError):
        return text
    return there.strftime("%Y-%m-%d %H:%M") + (f" (UTC+{hours})" if hours else " (UTC)")


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
    warnings = [
        {"name": warning_name(warning), "finding": warning.put(lang)} for warning in report.warnings
    ]
    levels = [
        {"round": name, "level": level_number(level), "finding": level.put(lang)}
        for name, level in report.levels.items()
    ]
    verdict = {"draw": report.draw, "stage": report.stage, "passed": report.passed}
    lists = {"levels": levels, "checks": checks, "warnings": warnings}
    return json.dumps({**verdict, **lists}, indent=2)


def level_number(level: Say) -> int:
    """A level as a number."""
    return int(level.word.split("-")[1])


WARNING_NAMES = {
    "unpublished": "published-first",
    "unpublished-others": "published-first",
    "unwitnessed": "witnessed",
    "source-changed": "source",
    "source-unannounced": "source",
    "audit-expected": "audit",
    "audit-crews": "audit",
    "abandoned-earlier": "abandoned",
    "page": "page-program",
    "unattested": "attested",
    "recused-late": "recusals",
    "few-choices": "choices",
    "own-cosigner": "cosigner",
    "own-auditor": "auditor",
    "cosigned-late": "late",
    "stamped-late": "late",
}
"""What a warning is called, where its words have another name."""


def warning_name(warning: Say) -> str:
    """The name of a warning, the same with every verifier."""
    return WARNING_NAMES.get(warning.word, warning.word)


def verdict(report: Report, lang: str) -> list[str]:
    """How the verification ended, the level of evidence of each round, and who has checked it."""
    if not report.passed:
        return [say("fails", lang)]
    levels = [level.put(lang) for level in report.levels.values()]
    return [say("holds", lang), *levels, *checked_by(report, lang)]


def checked_by(report: Report, lang: str) -> list[str]:
    """Who has checked the selection."""
    told = [one.put(lang) for one in report.attested]
    return told or ([say("unattested", lang)] if report.levels else [])


def headline(result: Result, lang: str) -> str:
    """The finding of a check: the first fault where there is one."""
    return result.faults[0].put(lang)["finding"] if result.faults else result.finding.put(lang)


def as_text(report: Report, lang: str, *, verbose: bool = False) -> str:
    """The report in lines: what fails, notes, the verdict; with `verbose` every other check too."""
    lines = []
    for result in report.results:
        if result.status != "fail" and not verbose:
            continue
        finding = headline(result, lang)
        if result.faults:
            finding = WORDS["detail"][lang == "zh"].format(**result.faults[0].put(lang))
        others = len(result.faults) + result.more - 1
        if others > 0:
            finding += f" ({Say('more', {'count': others}).put(lang)})"
        lines.append((result.status, result.name, finding))
    notes = [one for one in report.warnings if one.word != "unattested"]  # the verdict says it
    lines += [("note", warning_name(one), one.put(lang)) for one in notes]
    shown = [(say(f"mark-{status}", lang), name, finding) for status, name, finding in lines]
    wide = max((width(mark) for mark, _, _ in shown), default=0)
    rows = [
        f"{mark}{' ' * (wide - width(mark))}  {name}: {finding}" for mark, name, finding in shown
    ]
    return "\n".join([*rows, *verdict(report, lang)])


def width(text: str) -> int:
    """The columns that a text takes in a terminal."""
    return sum(2 if unicodedata.east_asian_width(mark) in "WF" else 1 for mark in text)


def say(word: str, lang: str) -> str:
    """Words that nothing fills."""
    return Say(word).put(lang)


def default_language() -> str:
    """``zh`` where the user's settings ask for Chinese, else ``en``."""
    for name in ("YAOHAO_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(name):
            return "zh" if os.environ[name].lower().startswith("zh") else "en"
    return "en"


def key_in(file: str) -> str | None:
    """The public key in a file, hex; None where there is none."""
    try:
        with Path(file).open("rb") as opened:
            return public_key(opened.read(PROOF_LIMIT))
    except (OSError, ValueError):
        return None


def believed_in(options: argparse.Namespace) -> Believed:
    """Whom the options name; UnreadableError for a file that is no key, or not there."""
    keys: dict[str, set[str]] = {"cosigner": set(), "auditor": set()}
    for name, found in keys.items():
        for file in getattr(options, name):
            key = key_in(file)
            if key is None:
                raise UnreadableError("signature-key", file)
            found.add(key)
    if options.tsa is not None and not Path(options.tsa).is_file():
        raise UnreadableError("no-file", options.tsa)
    authority = None if options.tsa is None else Path(options.tsa)
    return Believed(frozenset(keys["cosigner"]), frozenset(keys["auditor"]), authority)


def parser_of() -> argparse.ArgumentParser:
    """The options of the command."""
    parser = argparse.ArgumentParser(
        description="Verify the public bundle of a draw. 核验一次抽查的公示包。",
        epilog="Exit status: 0 all pass, 1 a check failed, 2 wrong use. "
        "退出码：0 通过，1 未通过，2 用法有误。",
    )
    parser.add_argument("folder", nargs="?", metavar="DIR", help="the bundle 公示包 (own folder)")
    parser.add_argument("--proof", metavar="FILE", help="an entity's proof 抽查证明")
    parser.add_argument("--key", metavar="FILE", help="the authority's public key 机关公钥")
    parser.add_argument("--since", metavar="OLD", help="an earlier ledger 此前的台账")
    parser.add_argument("--tsa", metavar="FILE", help="a time-stamping authority 时间戳机构证书")
    for name, help_ in (
        ("--cosigner", "a cosigner's public key 联署方公钥"),
        ("--auditor", "an auditor's public key 审计方公钥"),
    ):
        parser.add_argument(name, metavar="FILE", action="append", default=[], help=help_)
    parser.add_argument("--verbose", action="store_true", help="every check 列出全部核验项")
    parser.add_argument("--json", action="store_true", help="one JSON document 输出 JSON")
    parser.add_argument("--lang", choices=("zh", "en"), help="language 语言")
    return parser


def steady_streams() -> None:
    """Let the streams print any text, escapes where they cannot."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def main(argv: list[str] | None = None) -> int:
    """The command; the exit status is 0, 1 or 2 as told at the top of this file."""
    steady_streams()
    options = parser_of().parse_args(argv)
    lang = options.lang or default_language()
    folder = Path(__file__).parent if options.folder is None else Path(options.folder)
    try:
        bundle = read_bundle(folder)
    except (OSError, ValueError):
        print(f"{plain(str(folder), 1000)}: {say('no-folder', lang)}", file=sys.stderr)
        return 2
    given: dict[str, bytes | None] = {"proof": None, "key": None, "since": None}
    for name in given:
        file = getattr(options, name)
        if file is None:
            continue
        if name == "since" and DIGEST.test(file):
            given[name] = file.encode()
            continue
        if name == "since" and Path(file).is_dir():
            file = str(Path(file) / "ledger.jsonl")
        try:
            with Path(file).open("rb") as opened:
                given[name] = opened.read(READ_LIMIT if name == "since" else PROOF_LIMIT)
        except (OSError, ValueError):
            print(f"{plain(file, 1000)}: {say('no-file', lang)}", file=sys.stderr)
            return 2
    trusted = public_key(given["key"] or b"")
    if options.key is not None and trusted is None:
        print(f"{plain(options.key, 1000)}: {say('signature-key', lang)}", file=sys.stderr)
        return 2
    since = None if given["since"] is None else entries_of(given["since"])
    if given["since"] is not None and since is None:
        print(f"{plain(options.since, 1000)}: {say('no-ledger', lang)}", file=sys.stderr)
        return 2
    try:
        believed = believed_in(options)
    except UnreadableError as error:
        print(f"{plain(str(error.found), 1000)}: {say(error.word, lang)}", file=sys.stderr)
        return 2
    report = verify(bundle, given["proof"], trusted, since, believed)
    own = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    if bundle.digests.get(PROGRAM, own) != own:
        report.warnings.append(Say("program"))
    try:
        text = as_text(report, lang, verbose=options.verbose)
        print(as_json(report, lang) if options.json else text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0 if report.passed else 1


if __name__ == "__main__":
    sys.exit(help_another() if sys.argv[1:] == [HELPER] else main())
