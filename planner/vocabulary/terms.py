"""The codes of the register with their words, Chinese and English, and how people write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple


class Term(NamedTuple):
    """A code, its words, and further ways in which it is written."""

    code: str
    zh: str
    en: str
    also: tuple[str, ...] = ()


def _words(words: str) -> tuple[str, ...]:
    return tuple(words.split())


TIERS = (
    Term("A", "低风险", "low risk", _words("a类 a级 信用风险低 信用风险低a类 低")),
    Term("B", "一般风险", "general risk", _words("b类 b级 信用风险一般 信用风险一般b类 一般")),
    Term("C", "较高风险", "fairly high risk", _words("c类 c级 信用风险较高 信用风险较高c类 较高")),
    Term("D", "高风险", "high risk", _words("d类 d级 信用风险高 信用风险高d类 高")),
)
"""Tiers of credit risk (国市监信发〔2022〕6号)."""

KINDS = (
    Term(
        "enterprise",
        "企业",
        "enterprise",
        _words(
            "公司 有限责任公司 股份有限公司 有限公司 企业法人 非公司企业 内资企业 外资企业 "
            "私营企业 国有企业 集体企业 合伙企业 个人独资企业 分公司 分支机构 company "
            "股份制 股份合作制 联营 办事处 集团 事业单位营业 国有事业单位营业 集体事业单位营业 "
            "社团法人营业 国有社团法人营业 集体社团法人营业"
        ),
    ),
    Term("individual", "个体工商户", "individual business", _words("个体 个体户 个体经营")),
    Term(
        "cooperative",
        "农民专业合作社",
        "farmers' cooperative",
        _words(
            "合作社 农合 专业合作社 农民专业合作社联合社 农民专业合作社分支机构 co-operative "
            "农民专业合作经济组织 农专社"
        ),
    ),
    Term(
        "office",
        "代表机构",
        "representative office",
        _words("代表处 常驻代表机构 外国企业常驻代表机构"),
    ),
)
"""Kinds of market entities."""

STATUSES = (
    Term(
        "active",
        "存续",
        "active",
        _words(
            "在业 开业 在营 正常 营业 存续在营开业在册 存续在业 在营开业 在册 "
            "存续在营开业在册状态 open 存续在营开业在业 在营开业企业 在营企业 在业企业 登记成立 "
            "成立 确立 确立登记 设立 存活 筹建 筹建中 经营 经营中 营业中 有效 迁入登记 设立登记 "
            "正常开业 正常经营 正常营业 正常在业 开业在业 在营在册 仍注册 已开业 迁入 "
            # What is listed, or the tax office calls so, is still in the register.
            "非正常户 经营异常 列入经营异常名录"
        ),
    ),
    Term(
        "suspended",
        "歇业",
        "suspended",
        _words("停业 停业中 停业整顿 歇业备案 歇业中 已歇业 歇业登记 已停业"),
    ),
    Term(
        "revoked",
        "吊销",
        "licence revoked",
        _words(
            "吊销未注销 被吊销 已吊销 吊销企业 吊销营业执照 吊销执照 责令关闭 被责令关闭 "
            "已吊销未注销 营业执照被吊销 被吊销营业执照"
        ),
    ),
    Term(
        "deregistered",
        "注销",
        "deregistered",
        _words(
            "已注销 注销企业 被注销 吊销已注销 吊销后注销 吊销并注销 注吊销 强制注销 简易注销 "
            "一般注销 除名 被除名 注销登记 已注销登记 已吊销已注销"
        ),
    ),
    Term(
        "annulled",
        "撤销",
        "registration annulled",
        _words("被撤销 已撤销 撤销登记 被撤销登记 撤销设立 撤销企业"),
    ),
    Term(
        "liquidating",
        "清算",
        "in liquidation",
        _words("清算中 正在清算 破产清算 清算企业 破产"),
    ),
    Term(
        "moved",
        "迁出",
        "moved away",
        _words(
            "已迁出 已迁出企业 迁出企业 市外迁出 迁往市外 迁移异地 迁往外省市 迁往外地 异地迁移 "
            "迁移 异地迁出 迁出外省 迁出外市 迁出登记 迁往外省 跨省迁出 跨市迁出"
        ),
    ),
)
"""Statuses of registration."""

FIELDS = (
    Term(
        "food",
        "食品",
        "food",
        _words("食品安全 食品领域 食品经营 食品生产 食品生产经营 餐饮食品"),
    ),
    Term("drug", "药品", "drugs", _words("药品安全 药品领域 药械 药品经营 药品医疗器械")),
    Term(
        "industrial",
        "工业产品",
        "important industrial products",
        _words("重要工业产品 重要工业品 工业品 工业产品质量 工业产品质量安全"),
    ),
    Term(
        "special",
        "特种设备",
        "special equipment",
        _words("特种设备安全 特设 "),
    ),
)
"""Key fields, never left out by tolerance or tier."""

TRIGGERS = (
    Term("complaint", "投诉举报", "complaint", _words("投诉 举报 12315 12345 信访")),
    Term(
        "monitoring",
        "监测",
        "monitoring",
        _words("数据监测 风险监测 监测发现 大数据监测 网络监测 数据发现 舆情"),
    ),
    Term(
        "transfer",
        "转办",
        "transferred lead",
        _words("移送 交办 转办交办 上级转办 部门移送 案件移送 转办移送"),
    ),
)
"""Triggers of visits for cause; a bureau may have others."""

IMPORTANCE = (
    Term("general", "一般", "general", _words("一般事项 一般检查事项")),
    Term("key", "重点", "key", _words("重点事项 重点检查事项")),
)
"""Importance of an item of inspection."""

METHODS = (
    Term("on-site", "实地", "on site", _words("实地检查 现场检查 现场 实地核查")),
    Term("written", "书面", "in writing", _words("书面检查 书面审查 书面核查")),
    Term("online", "网络监测", "online monitoring", _words("网络检查 网上检查 线上 网络")),
    Term("testing", "检验检测", "testing", _words("抽样检验 抽样检测 检验 检测 抽检")),
    Term("commissioned", "委托专业机构", "commissioned body", _words("委托 第三方机构")),
    Term("administrative", "行政部门结果", "another authority's result", _words("部门结果")),
)
"""Methods of inspection."""

FOLLOW_UPS = (
    Term("none", "无需", "none needed", _words("无需后续处理 不需要")),
    Term(
        "rectify",
        "责令改正",
        "ordered to correct",
        (*_words("责令整改 限期改正 限期整改"), "ordered to mend"),
    ),
    Term(
        "case",
        "移送办案",
        "transferred as a case",
        (*_words("立案查处 立案 移送立案"), "handed over as a case"),
    ),
    Term(
        "copied",
        "抄告其他部门",
        "reported to another authority",
        (*_words("抄告 通报其他部门"), "told to another authority"),
    ),
    Term("abnormal-list", "列入异常名录", "put on the abnormal list", _words("列入经营异常名录")),
    Term("other", "其他", "other"),
)
"""What follows a result."""

RESULTS = (
    Term("0", "待检查", "not yet inspected"),
    Term(
        "1",
        "未发现问题",
        "no problem found",
        _words(
            "正常 合格 通过 符合 符合要求 符合规定 无问题 未见异常 未发现违法行为 "
            "未发现违法违规行为 未发现违法违规问题 未发现异常 无违法行为 无违法违规行为 "
            "未发现本次抽查检查事项的违法行为 未发现本次抽查事项的违法行为 "
            "pass passed satisfactory compliant noviolations noviolationsfound noviolation"
        ),
    ),
    Term(
        "A",
        "发现问题待后续处理",
        "problem found, to be dealt with",
        _words(
            "发现问题 不合格 不符合 不符合要求 不符合规定 责令整改 责令改正 限期整改 限期改正 "
            "责令限期改正 发现问题待后续处置 一般问题 严重问题 立案 移送 立案查处 移送立案 "
            "fail failed unsatisfactory noncompliant non-compliant"
        ),
    ),
    Term(
        "B",
        "未按规定公示应当公示的信息",
        "information not disclosed as required",
        _words("未按规定公示信息 未按规定公示年报 未按规定公示年度报告 未公示年报 未按规定公示"),
    ),
    Term(
        "C",
        "隐瞒真实情况弄虚作假",
        "facts concealed or falsified",
        _words("公示信息隐瞒真实情况弄虚作假 隐瞒真实情况 弄虚作假"),
    ),
    Term(
        "6",
        "通过登记的住所（经营场所）无法联系",
        "not reachable at the registered address",
        _words(
            "通过登记的住所或者经营场所无法联系 通过登记的住所或经营场所无法联系 "
            "通过登记的住所经营场所无法取得联系 通过登记住所无法联系 无法联系 无法取得联系 "
            "通过登记的住所或者经营场所无法取得联系 通过登记的住所或经营场所无法取得联系 "
            "查无下落 失联 下落不明"
        ),
    ),
    Term("D", "发现其他问题", "another problem found", _words("其他问题")),
    Term(
        "E",
        "发现问题经责令已改正",
        "problem found, corrected on order",
        (
            *_words(
                "已改正 已整改 发现问题已责令改正 发现问题已改正 已责令改正 责令改正已改正 "
                "发现问题已责令限期改正 发现问题已责令整改 已责令限期改正 已责令整改"
            ),
            "problem found and mended on order",
        ),
    ),
    Term(
        "F",
        "未发现开展本次抽查涉及的经营活动",
        "none of the activities inspected found",
        _words(
            "未开展经营活动 未开展相关经营活动 未发现开展经营活动 "
            "未开展本次抽查涉及的经营活动 未经营"
        ),
    ),
    Term(
        "7",
        "已关闭停业或正在组织清算",
        "closed, or in liquidation",
        _words("已关闭停业 停业 已停业 关门 关闭 已关闭 关门停业"),
    ),
    Term(
        "8",
        "不配合检查情节严重",
        "refused to cooperate, serious",
        _words("不配合检查 不予配合检查情节严重 不予配合检查 拒不配合检查"),
    ),
    Term("9", "注销", "deregistered", _words("已注销 企业已注销 企业注销 已办理注销登记")),
    Term("10", "被吊销", "licence revoked", _words("吊销 已吊销 营业执照被吊销 被吊销营业执照")),
    Term("11", "被撤销", "registration annulled", _words("撤销 已撤销")),
    Term("12", "迁出", "moved away", _words("已迁出")),
)
"""Results of an inspection, by their codes in the national publicity record."""

NOT_YET = "0"
"""What a visit has as long as nobody made it: no result that is entered."""

GONE = ("7", "9", "10", "11", "12")
"""Results of an entity that turns out to be gone."""

TERMS: Mapping[str, tuple[Term, ...]] = {
    "tier": TIERS, "kind": KINDS, "status": STATUSES, "fields": FIELDS, "trigger": TRIGGERS,
    "importance": IMPORTANCE, "method": METHODS, "follow_up": FOLLOW_UPS, "result": RESULTS,
}  # fmt: skip
"""The terms of each column that has a closed set of them."""

BLANKS = frozenset(
    ("", *_words("- -- --- — —— / \\ 无 空 暂无 不详 未知 未分类 未评定 n/a na null none nan \\n"))
)
"""How registers write that there is nothing (lower case)."""

YES = frozenset(("是", "有", "1", "y", "yes", "true", "t", "√", "✓"))
NO = frozenset(("否", "不是", "0", "n", "no", "false", "f", "×", "✗")) | BLANKS

# Words inside a longer text that settle a kind, in this order (个体 before 企业).
_KIND_PARTS = (
    ("合作社", "cooperative"), ("个体", "individual"), ("代表机构", "office"), ("代表处", "office"),
    ("公司", "enterprise"), ("企业", "enterprise"), ("合伙", "enterprise"), ("独资", "enterprise"),
    ("合作经济组织", "cooperative"), ("所有制", "enterprise"), ("股份", "enterprise"),
    ("联营", "enterprise"), ("经营单位", "enterprise"), ("分支机构", "enterprise"),
    ("集团", "enterprise"),
)  # fmt: skip
# Types of market entities by their codes (the four digits of 企业类型 in the registration system),
# by what they begin with, the longer first: 9100 cooperatives, 9500 individual businesses, 9600
# and 9999 persons in business, 7200 representative offices; 9000 and 9900 are others.
_KIND_CODES = (
    ("91", "cooperative"), ("92", "cooperative"), ("95", "individual"), ("96", "individual"),
    ("9999", "individual"), ("72", "office"),
    *((first, "enterprise") for first in "12345678"),
)  # fmt: skip
_KIND_CODE = re.compile(r"([1-9][0-9]{3})(?![0-9])")
_ALIKE_PARTS = ("status", "tier", "result")
_PARTS = re.compile(r"[()\[\]〔〕【】、,;/|]+")
_MARKS = re.compile(r"[\s()\[\]{}〔〕【】,、;:.。·/|]+")


def key_of(text: str) -> str:
    """`text` as synonyms are looked up: NFKC, lower case, no blanks, brackets or punctuation."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", text).lower())


@cache
def _synonyms(column: str) -> dict[str, str]:
    synonyms: dict[str, str] = {}
    for term in TERMS[column]:
        for text in (term.code, term.zh, term.en, *term.also):
            synonyms[key_of(text)] = term.code
        if column == "tier":  # "A(低风险)", "A类低风险", "低风险(A类)", "信用风险低(A类)"
            for head in (term.code, term.code + "类", term.code + "级"):
                synonyms[key_of(head + term.zh)] = term.code
                synonyms[key_of(term.zh + head)] = term.code
            for whole in (term.code + "类企业", term.zh + "类", term.zh + "企业"):
                synonyms[key_of(whole)] = term.code
    return synonyms


def codes(column: str) -> tuple[str, ...]:
    """The codes of a column of `TERMS`, in their usual order."""
    return tuple(term.code for term in TERMS[column])


def in_usual_order(column: str, some: Iterable[str]) -> list[str]:
    """Some codes of a column as `codes` has them; those that it does not have come last."""
    places = {code: place for place, code in enumerate(codes(column))}
    return sorted(some, key=lambda code: (places.get(code, len(places)), code))


def code_of(column: str, text: str) -> str:
    """The code that `text` means in a column of `TERMS`; "" where it is not known."""
    key = key_of(text)
    synonyms = _synonyms(column)
    meaning = synonyms.get(key) or synonyms.get(key.replace("-", "").replace("—", ""), "")
    if not meaning and column in _ALIKE_PARTS:
        meaning = _of_parts(column, text)
    if meaning or column != "kind":
        return meaning
    if numbered := _KIND_CODE.match(key):
        return next((code for first, code in _KIND_CODES if numbered[1].startswith(first)), "")
    return next((code for part, code in _KIND_PARTS if part in key), "")


def _of_parts(column: str, text: str) -> str:
    """The code of a text of several words that all mean the same: 在业（存续）, 正常/营业."""
    parts = [part for part in _PARTS.split(unicodedata.normalize("NFKC", text)) if part.strip()]
    meant = {_synonyms(column).get(key_of(part), "") for part in parts}
    return meant.pop() if len(parts) > 1 and len(meant) == 1 else ""


def word(column: str, code: str, language: str) -> str:
    """The word for a code in `language` (``zh`` or ``en``), the code itself where it is unknown."""
    for term in TERMS.get(column, ()):
        if term.code == code:
            return term.zh if language == "zh" else term.en
    return code
