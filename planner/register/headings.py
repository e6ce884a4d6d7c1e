"""The headings of registers, Chinese and English, and the forms in which they are found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from yaohao.planner.schema.entity import ENTITY, NUMBER, known_headings
from yaohao.planner.vocabulary.terms import FIELDS, key_of

FLAG = "flag:"
"""What begins the name of a yes-or-no column of a key field."""

WORSE = 100
"""How much worse a heading is that is only known without its qualifiers."""

_CODE = next(column.headings for column in ENTITY if column.name == "entity_id")
_NUMBER = known_headings()[NUMBER]
_REGION = (
    "行政区划代码 行政区划 区划代码 所属区划 区划 所属旗县区 所属旗县 旗县区 旗县 所在区县 "
    "所属区县 区县"
)


def _entity_headings() -> dict[str, str]:
    """The number comes behind the code: a heading of both means the code."""
    known = known_headings()
    first, *rest = known
    return {name: known[name] for name in (first, NUMBER, *(n for n in rest if n != NUMBER))}


# Field → its headings, the better one first. English: the frame's and the roster's own names.
KNOWN: dict[str, dict[str, str]] = {
    "entities": _entity_headings(),
    "inspectors": {
        "inspector_id": (
            "inspector_id 执法证号 执法证号码 执法证件号 执法证件号码 执法证编号 "
            "行政执法证号 证件号 证件编号 人员编号 工号 编号"
        ),
        "name": "name 姓名 执法人员姓名 执法人员 检查人员 人员姓名",
        "department": (
            "department 部门 所属部门 单位 所属单位 工作单位 执法单位 所属机构 单位名称 科室"
        ),
        "regions": "regions region 执法区域 管辖区域 检查区域 辖区 区域 " + _REGION,
        "qualifications": (
            "qualifications 资质 执法资质 专业资质 专长 业务专长 专业领域 专业 资格"
        ),
        "certificate_until": (
            "certificate_until 证件有效期 证件有效期至 执法证有效期 执法证有效期至 有效期至 "
            "有效期止 有效期 证件到期日"
        ),
        "capacity": "capacity 名额 检查上限 任务上限 最大任务数 上限",
        "absent": "absent 请假 请假时间 请假日期 缺勤 不在岗",
        "recused": "recused 回避 回避对象 回避企业 回避主体 需回避对象",
    },
    "items": {
        "item_id": (
            "item_id 事项编码 事项编号 事项代码 抽查事项编码 抽查事项编号 检查事项编码 编号 "
            "编码 序号"
        ),
        "name": "name 事项名称 抽查事项名称 检查事项名称 抽查事项 检查事项 事项",
        "basis": "basis 依据 检查依据 抽查依据 法律依据 设定依据 法律法规依据",
        "department": "department 检查主体 抽查主体 实施主体 检查机关 主体 部门 牵头部门",
        "object": "object 检查对象 抽查对象 事项对象 对象",
        "content": "content 检查内容 抽查内容 内容",
        "method": "method 检查方式 抽查方式 检查方法 方式",
        "ratio": "ratio 比例 抽查比例 检查比例",
        "frequency": "frequency 频次 抽查频次 检查频次",
        "importance": "importance 重要性 事项类别 事项类型 事项性质 类别",
        "qualification": "qualification 资质 所需资质 资质要求 人员资质",
    },
    "leads": {
        "lead_id": "lead_id 线索编号 线索编码 线索号 工单编号 工单号 编号 序号",
        "entity_id": "entity_id " + _CODE,
        "registration_number": _NUMBER,
        "trigger": "trigger 触发点 触发 触发类型 线索来源 线索类型 来源 类型",
        "opened_on": (
            "opened_on 受理日期 受理时间 登记日期 登记时间 线索日期 发现日期 收到日期 发生日期 日期"
        ),
        "closed_on": "closed_on 办结日期 办结时间 结案日期 结案时间",
        "reminded_on": "reminded_on 提醒日期 提醒时间 提示日期 提示时间",
        "text": "text 线索内容 内容 具体内容 说明 描述 情况 摘要 备注",
    },
    "results": {
        "entity_id": "entity_id " + _CODE,
        "registration_number": _NUMBER,
        "item_id": ("item_id 事项编码 事项编号 事项代码 抽查事项编码 抽查事项编号 检查事项编码"),
        "item": (
            "item item_name 抽查事项 检查事项 抽查检查事项 事项名称 抽查事项名称 检查事项名称 "
            "抽查检查事项名称 事项"
        ),
        "visited_on": "visited_on 检查日期 检查时间 抽查日期 检查完成日期 完成日期",
        "method": "method 检查方式 抽查方式 检查方法 方式",
        "result": "result 检查结果 抽查结果 抽查检查结果 结果",
        "follow_up": "follow_up 后续处理 后续处置 处理方式 处理措施",
        "follow_up_closed_on": "follow_up_closed_on 处理完成日期 办结日期 整改完成日期",
    },
    "inspections": {
        "entity_id": "entity_id " + _CODE,
        "registration_number": _NUMBER,
        "visited_on": (
            "visited_on inspection_date date_of_inspection 检查日期 检查时间 抽查日期 抽查时间 "
            "检查完成日期"
        ),
        "inspectors": (
            "inspectors inspector inspector_name 检查人员 执法人员 检查人 执法检查人员 检查人员姓名"
        ),
        "item_id": "item_id 事项编码 事项编号 事项代码 抽查事项编码 抽查事项编号 检查事项编码",
        "item": (
            "item item_name 抽查事项 检查事项 抽查检查事项 事项名称 抽查事项名称 检查事项名称 事项"
        ),
        "result": "result 检查结果 抽查结果 抽查检查结果 结果",
        "findings": "findings violations violation_count 问题数 发现问题数 问题数量 违法行为数",
    },
    "filings": {
        "entity_id": "entity_id " + _CODE,
        "registration_number": _NUMBER,
        "filed_on": "filed_on 报送日期 年报日期 申报日期 填报日期 提交日期 报送时间 年报时间",
    },
    "openings": {"entity_id": "entity_id " + _CODE, "registration_number": _NUMBER},
    "contacts": {
        "entity_id": "entity_id " + _CODE,
        "registration_number": _NUMBER,
        "person": "person 联系人 联络员 联络员姓名 联系人姓名 姓名 法定代表人 经营者",
        "phone": "phone 联系电话 电话 手机 手机号码 移动电话 联络员电话 联系人电话",
        "role": "role 联系人类型 身份 职务",
        "keep_until": "keep_until 保存期限 保存至",
    },
    "outcomes": {
        "ref": "ref 发送编号 编号 回执编号",
        "outcome": "outcome 发送结果 结果 状态 发送状态",
        "sent_on": "sent_on 发送日期 发送时间 日期 时间",
    },
    "lists": {
        "entry_id": "entry_id 清单编号 条目编号 编号 序号",
        "item_id": (
            "item_id 事项编码 事项编号 事项代码 抽查事项编码 抽查事项编号 检查事项编码 监管事项编码"
        ),
        "content": "content 监管内容 检查内容 内容清单 内容",
        "measure": "measure 监管措施 措施清单 处置措施 措施",
        "trigger": "trigger 触发点 触发点清单 触发条件 触发",
    },
}

# What stands before and behind the words of a heading without changing what it is about.
_BRACKETS = re.compile(r"[(\[【〔<].*?[)\]】〕>]|[*#＊※]+|[:：]\s*\Z")
_BEFORE = re.compile(
    "(?:被检查|被抽查|检查对象|抽查对象|市场主体|经营主体|企业|单位|主体|当事人|商户|所在|所属|"
    "当前|现|实际|是否)"
)
_BEHIND = re.compile("(?:名称|中文|代码|编码|情况|信息|说明|描述|标识|必填|选填)$")


def heading_key(text: str) -> str:
    """A heading as it is compared: case, blanks, brackets, hyphens and underscores do not count."""
    return key_of(text).replace("_", "").replace("-", "").removeprefix("'")


def heading_forms(text: str) -> Iterator[str]:
    """The keys under which a heading may be known, the nearest first: as it stands, without what
    is in brackets, and without words before and behind that many registers add.
    """
    yield heading_key(text)
    plain = _BRACKETS.sub("", unicodedata.normalize("NFKC", text).splitlines()[0] if text else "")
    key = heading_key(plain)
    yield key
    shorter = _BEHIND.sub("", key)
    yield shorter
    for whole in (key, shorter):
        less = _BEFORE.match(whole)
        if less:
            yield whole[less.end() :]


@cache
def heading_ranks(register: str) -> dict[str, tuple[str, int]]:
    """Heading key → its field, and how good a heading it is for it (0 is the best)."""
    ranks: dict[str, tuple[str, int]] = {}
    for name, headings in KNOWN[register].items():
        for rank, heading in enumerate(headings.split()):
            ranks.setdefault(heading_key(heading), (name, rank))
    if register == "entities":
        for term in FIELDS:
            for heading in (term.zh, "是否" + term.zh, "是否" + term.zh + "类", "is_" + term.code):
                ranks.setdefault(heading_key(heading), (FLAG + term.code, 0))
    return ranks


def field_of_heading(register: str, heading: str) -> tuple[str, int]:
    """The field that a heading names, and how good a heading it is for it; "" where it names none.

    A heading that is known only without its qualifiers is worse than all that are known whole.
    """
    ranks = heading_ranks(register)
    for worse, key in enumerate(heading_forms(heading)):
        ranked = ranks.get(key) if key else None
        # A single word of a longer heading says too little for a flag.
        if ranked and not (worse and ranked[0].startswith(FLAG)):
            return ranked[0], ranked[1] + (WORSE * worse)
    return "", 0
