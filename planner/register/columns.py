"""Headings of registers: the known ones, Chinese and English, and which column is which field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache

from yaohao.planner.schema.entity import ENTITY, known_headings
from yaohao.planner.vocabulary.problems import PlannerError, Problem, refuse
from yaohao.planner.vocabulary.terms import FIELDS, key_of

RETRY = ("set_aside_no", "set_aside_line", "set_aside_reason")
"""Columns of an export of set-aside rows; not part of the register."""

_CODE = next(column.headings for column in ENTITY if column.name == "entity_id")
_NUMBER = "注册号 工商注册号 营业执照注册号 营业执照号 营业执照编号 registration_number reg_no"
_REGION = (
    "行政区划代码 行政区划 区划代码 所属区划 区划 所属旗县区 所属旗县 旗县区 旗县 所在区县 "
    "所属区县 区县"
)


def _entity_headings() -> dict[str, str]:
    first, *rest = known_headings().items()
    return dict([first, ("registration_number", _NUMBER), *rest])


# Field → its headings, the better one first. English: the frame's and the roster's own names.
_KNOWN: dict[str, dict[str, str]] = {
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

REQUIRED = {
    "entities": ("entity_id", "name"),
    "inspectors": ("inspector_id", "name"),
    "items": ("item_id", "name"),
    "leads": ("entity_id", "trigger"),
    "lists": ("item_id", "trigger"),
    "results": ("entity_id", "result"),
}
"""Fields without which a file is no such register."""


@dataclass(frozen=True)
class ColumnMatch:
    """Which column holds which field: indexes into the headings.

    `second` is the registration number where the credit code has a column of its own; `flags` are
    yes-or-no columns of key fields by code; `ignored` are headings that mean nothing here;
    `retry` is the column of set-aside numbers.
    """

    fields: dict[str, int]
    second: int | None = None
    flags: dict[str, int] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    retry: int | None = None


def heading_key(text: str) -> str:
    """A heading as it is compared: case, blanks, brackets, hyphens and underscores do not count."""
    return key_of(text).replace("_", "").replace("-", "").removeprefix("'")


def fields_of(register: str) -> tuple[str, ...]:
    """The fields of a register of `REQUIRED`."""
    return tuple(name for name in _KNOWN[register] if name != "registration_number")


def headings_of(register: str, name: str) -> tuple[str, ...]:
    """The headings known for a field of a register, the better ones first."""
    return tuple(_KNOWN[register][name].split())


@cache
def _ranks(register: str) -> dict[str, tuple[str, int]]:
    """Heading key → its field, and how good a heading it is for it (0 is the best)."""
    ranks: dict[str, tuple[str, int]] = {}
    for name, headings in _KNOWN[register].items():
        for rank, heading in enumerate(headings.split()):
            ranks.setdefault(heading_key(heading), (name, rank))
    if register == "entities":
        for term in FIELDS:
            for heading in (term.zh, "是否" + term.zh, "是否" + term.zh + "类", "is_" + term.code):
                ranks.setdefault(heading_key(heading), ("flag:" + term.code, 0))
    return ranks


def count_known(register: str, mapping: Mapping[str, str], row: Sequence[str]) -> int:
    """How many fields of a register the cells of `row` name."""
    named = {heading_key(column): name for name, column in mapping.items()}
    ranks = _ranks(register)
    named_fields = set()
    for cell in row:
        key = heading_key(cell)
        if key in named:
            named_fields.add(named[key])
        elif key in ranks:
            named_fields.add(ranks[key][0])
    return len(named_fields)


def check_mapping(register: str, names: Sequence[str]) -> None:
    """Raise PlannerError, with the nearest known one, for a name that is no field of `register`."""
    fields = fields_of(register)
    problems = [
        Problem(
            "intake.unknown-field",
            {
                "field": name,
                "nearest": get_close_matches(name, fields, 1, 0.4),
                "fields": list(fields),
            },
        )
        for name in names
        if name not in fields
    ]
    if problems:
        raise PlannerError(*problems)


def find_columns(
    register: str, headings: Sequence[str], mapping: Mapping[str, str], file: str
) -> ColumnMatch:
    """Which column is which field, by the mapping first, then by the known headings.

    Raises PlannerError for a required field without a column, a mapped column that is not there,
    and a heading that stands twice.
    """
    keys = [heading_key(heading) for heading in headings]
    mapped = _mapped(headings, keys, mapping, file)
    taken = set(mapped.values())
    best: dict[str, tuple[int, int]] = {}
    for index, key in enumerate(keys):
        name, rank = _ranks(register).get(key, ("", 0))
        if not name or index in taken or name in mapped:
            continue
        if name in best and best[name][0] == rank:
            raise refuse("intake.heading-twice", file=file, heading=headings[index])
        if name not in best or rank < best[name][0]:
            best[name] = (rank, index)
    columns = mapped | {name: index for name, (_, index) in best.items()}
    second = columns.pop("registration_number", None)
    if "entity_id" not in columns and second is not None:
        columns["entity_id"], second = second, None
    _check_required(register, headings, columns, file)
    flags = {
        name.removeprefix("flag:"): columns.pop(name)
        for name in sorted(columns)
        if name.startswith("flag:")
    }
    retry = next((i for i, key in enumerate(keys) if key == heading_key(RETRY[0])), None)
    used = {*columns.values(), *flags.values(), second}
    service = {heading_key(name) for name in RETRY}
    ignored = tuple(
        heading
        for index, heading in enumerate(headings)
        if index not in used and heading.strip() and keys[index] not in service
    )
    return ColumnMatch(columns, second, flags, ignored, retry)


def _mapped(
    headings: Sequence[str], keys: Sequence[str], mapping: Mapping[str, str], file: str
) -> dict[str, int]:
    columns: dict[str, int] = {}
    problems: list[Problem] = []
    for name, column in mapping.items():
        exact = [i for i, heading in enumerate(headings) if heading == column]
        alike = exact or [i for i, key in enumerate(keys) if key == heading_key(column)]
        if len(alike) > 1:
            problems.append(Problem("intake.heading-twice", {"file": file, "heading": column}))
        elif alike:
            columns[name] = alike[0]
        else:
            nearest = get_close_matches(column, headings, 1, 0.4)
            params = {"file": file, "column": column, "field": name, "nearest": nearest}
            problems.append(Problem("intake.no-such-column", params | _shown(headings)))
    if problems:
        raise PlannerError(*problems)
    return columns


def _check_required(
    register: str, headings: Sequence[str], columns: Mapping[str, int], file: str
) -> None:
    problems = []
    for name in REQUIRED[register]:
        if name in columns:
            continue
        known = _KNOWN[register][name].split()
        if name == "entity_id":
            known += _NUMBER.split()
        near = [
            heading
            for heading in headings
            if get_close_matches(heading_key(heading), [heading_key(k) for k in known], 1, 0.5)
        ]
        params = {"file": file, "field": name, "known": known[:6], "nearest": near[:3]}
        problems.append(Problem("intake.missing-heading", params | _shown(headings)))
    if problems:
        raise PlannerError(*problems)


def _shown(headings: Sequence[str]) -> dict[str, list[str]]:
    return {"found": [heading[:40] for heading in headings[:30]]}
