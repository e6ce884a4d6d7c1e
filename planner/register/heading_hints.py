"""Words of headings that tell what a column may be: hints for who maps it, never taken.

Registers name columns in many ways (Business ID, Ward, Risk Category, 是否存续): none of these is
read as a field unless `--map` says so, but the message that asks for it can write the option.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

# Field → words of which one tells of it, the more telling fields first.
_HINTS = (
    ("phone", "phone telephone tel mobile"),
    ("address", "address street addr"),
    ("visited_on", "visited visit inspected inspection"),
    ("inspected_on", "inspected inspection visited visit"),
    ("established_on", "opened established registered opening founded started"),
    ("tier", "risk tier rating grade"),
    ("findings", "findings violations"),
    ("result", "result outcome"),
    ("status", "status state"),
    ("certificate_until", "expires expiry valid certificate"),
    ("department", "department unit office"),
    ("entity_id", "id identifier number no ref reference licence license permit camis uprn code"),
    ("inspector_id", "id identifier number no ref badge code"),
    ("item_id", "id identifier number no ref code"),
    ("kind", "kind type category"),
    ("name", "name dba business premises company facility establishment title"),
    ("inspectors", "inspector inspectors officer"),
    ("region", "region ward borough district area county town city zone municipality boro"),
    ("regions", "region ward borough district area county town city zone"),
    ("industry", "industry sector naics sic"),
)
_WORDS = tuple((field, frozenset(words.split())) for field, words in _HINTS)
# The same of Chinese headings, which have no blanks between words.
_CHINESE = (
    ("phone", "电话 手机 联系方式"),
    ("address", "地址 住所 场所 坐落"),
    ("visited_on", "检查日期 检查时间 检查日"),
    ("inspected_on", "检查日期 检查时间 检查日"),
    ("established_on", "成立 设立 开业 注册日 登记日"),
    ("certificate_until", "有效 到期 截止"),
    ("tier", "风险 等级 级别 评级"),
    ("result", "结果 结论"),
    ("status", "存续 在营 营业情况 经营情况 注销 吊销 状态"),
    ("region", "区划 旗县 区县 街道 乡镇 辖区"),
    ("regions", "区划 旗县 区县 辖区"),
    ("industry", "行业 业态"),
    ("fields", "领域"),
    ("qualifications", "资格 资质 专业"),
    ("department", "部门 科室 单位"),
    ("kind", "类型 性质"),
    ("entity_id", "信用代码 注册号 证照号 许可证号"),
    ("inspector_id", "证号 工号"),
    ("name", "名称 字号 姓名 项目"),
)
_CHINESE_WORDS = tuple((field, tuple(words.split())) for field, words in _CHINESE)
_OF_DAYS = frozenset(("visited_on", "inspected_on", "established_on"))
_NO_DAY = frozenset(("type", "id", "result", "number", "score", "status", "outcome"))


def hinted_field(heading: str, fields: Collection[str]) -> str:
    """Which of some fields a heading may well be, by a word of it; "" where none is told of."""
    words = {word.lower() for word in _WORD.findall(heading)}
    for field, known in _WORDS:
        if field in fields and words & known and not (field in _OF_DAYS and words & _NO_DAY):
            return field
    for field, parts in _CHINESE_WORDS:
        if field in fields and any(word in heading for word in parts):
            return field
    return ""
