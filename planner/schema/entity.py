"""The columns of an entity, each told once; what others spell out of them is derived here.

To add a column that stays in the register, add a line to `ENTITY`, with `private`. It counts in the
digest of a register only where some row has a value in it, so that registers that lack it keep
theirs, and registers that were stored without it are read as if it were empty. The columns of a
frame are those of the draw protocol, "Freeze: the frame" (docs/protocol.md), and of the files that
auditors have: a further one there is another version of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["id", "text", "code", "day", "set", "count"]
"""An id; a free text; a code; an ISO 8601 date; codes sorted and joined by commas; a whole number
from 0. All but the last are texts, and empty where not known."""


@dataclass(frozen=True)
class Column:
    """A column of the register of entities, and where its values go."""

    name: str
    kind: Kind
    headings: str
    """Headings that registers have for it besides its name, parted by blanks, the better first."""
    default: str = ""
    """What a cell means that is empty, or a column that is not there."""
    leaf: bool = False
    """Whether it is committed to in the leaves of a frame."""
    private: bool = False
    """Whether it stays in the register: never in a frame, nor in anything that is made from one.
    Registers may have been stored without it."""
    prefix: bool = False
    """Whether a code of it, named in a plan, takes in all that begin with it."""
    published: bool = False
    """Whether the record of a draw has it of every visit."""
    describes: bool = False
    """Whether a text of it that is not understood is left out rather than the row rejected."""

    def __post_init__(self) -> None:
        if self.private and (self.leaf or self.published):
            raise ValueError(f"{self.name}: what is private is neither committed nor published")


_CODE = (
    "统一社会信用代码 社会信用代码 统一信用代码 统一代码 信用代码 统一社会信用代码/注册号 "
    "统一社会信用代码(注册号) 注册号/统一社会信用代码 unified_social_credit_code credit_code uscc"
)

ENTITY = (
    Column("entity_id", "id", _CODE, leaf=True, published=True),
    Column(
        "name", "text",
        "企业名称 主体名称 市场主体名称 经营主体名称 企业(机构)名称 企业机构名称 名称 字号名称 "
        "商户名称 单位名称 当事人名称 检查对象名称 公司名称 企业名 商家名称 门店名称 店铺名称",
        published=True,
    ),
    Column(
        "address", "text",
        "住所 住所(经营场所) 住所/经营场所 经营场所 主要经营场所 地址 注册地址 经营地址 企业住所 "
        "企业地址",
    ),
    Column(
        "tier", "code",
        "信用风险分类 企业信用风险分类 信用风险等级 信用风险类别 风险等级 风险分类 风险类别 "
        "信用风险分级 风险分级 风险分类等级 信用风险 信用分类 分类等级",
        leaf=True,
    ),
    Column(
        "region", "code",
        "行政区划代码 行政区划 区划代码 所属区划 区划 所属旗县区 所属旗县 旗县区 旗县 所在区县 "
        "所属区县 区县 所属地区 所在地区 地区 辖区 所属辖区 管辖区域 所属区域 行政区域 区域 属地",
        leaf=True, prefix=True, published=True, describes=True,
    ),
    Column(
        "industry", "code",
        "行业代码 国民经济行业代码 行业门类代码 行业 行业门类 所属行业 国民经济行业 行业类别 "
        "行业分类",
        leaf=True, prefix=True, describes=True,
    ),
    Column(
        "kind", "code",
        "主体类型 市场主体类型 经营主体类型 主体类别 企业类型 企业(机构)类型 企业机构类型 "
        "市场主体类别 经营主体类别 企业性质 类型",
        default="enterprise", leaf=True, describes=True,
    ),
    Column(
        "status", "code",
        "登记状态 经营状态 企业状态 主体状态 存续状态 市场主体状态 经营主体状态 企业登记状态 "
        "登记状况 经营状况 状态",
        default="active", leaf=True,
    ),
    Column(
        "established_on", "day",
        "成立日期 成立时间 设立日期 设立时间 注册日期 注册时间 开业日期 开业时间",
        leaf=True,
    ),
    Column(
        "inspected_on", "day",
        "上次检查日期 上次检查时间 最近检查日期 最近一次检查日期 上次抽查日期 上次抽查时间 "
        "最近检查时间 最近一次检查时间 最后检查日期 最后检查时间 上次检查 最近检查",
        leaf=True,
    ),
    Column(
        "fields", "set",
        "重点领域 重点领域标识 重点监管领域 监管领域",
        leaf=True,
    ),
    Column(
        "visits_this_year", "count",
        "本年检查次数 本年度检查次数 今年检查次数 本年已检查次数 年内检查次数",
        leaf=True,
    ),
    Column(
        "phone", "text",
        "联系电话 电话 联系方式 联系人电话 企业联系电话 固定电话 手机号码 手机 移动电话",
        private=True,
    ),
    # The number under which it was registered before it got its code: leads, recusals and results
    # that have it are about the same entity.
    Column(
        "registration_number", "text",
        "注册号 工商注册号 营业执照注册号 营业执照号 营业执照编号 reg_no",
        private=True,
    ),
)  # fmt: skip
"""The register's columns, in the order in which it is stored and its digest is taken."""

NUMBER = "registration_number"
"""The column of the number that an entity had before it got its code."""

COLUMNS = tuple(column.name for column in ENTITY)
"""The names of all columns."""

LEAF = tuple(column.name for column in ENTITY if column.leaf)
"""The columns that decide a standing, in the order of the leaf text, which ends with the name."""

KEPT = tuple(column.name for column in ENTITY if not column.leaf and not column.private)
"""The columns kept with a frame besides; of them the name alone is committed."""

CODES = tuple(column.name for column in ENTITY if column.leaf and column.kind == "code")
DAYS = tuple(column.name for column in ENTITY if column.leaf and column.kind == "day")
SETS = tuple(column.name for column in ENTITY if column.leaf and column.kind == "set")
COUNTS = tuple(
    column.name for column in ENTITY if column.kind == "count" and column.name in {*LEAF, *KEPT}
)
"""The columns by which plans tell entities apart, by kind; entities that are alike in all of them
are alike to every plan."""

SHOWN = tuple(column.name for column in ENTITY if not column.private)
"""What lists of entities show."""

REPEATING = tuple(column.name for column in ENTITY if column.kind in ("code", "day", "set"))
"""Texts that are the same in many rows: held and stored through a dictionary."""

PREFIXED = tuple(column.name for column in ENTITY if column.prefix)
"""Columns whose codes are prefixes in the rules of a plan."""

PUBLISHED = tuple(column.name for column in ENTITY if column.published)
"""What the record of a draw tells of every visit."""

UNLIKE = tuple(column.name for column in ENTITY if column.kind in ("id", "text"))
"""Columns whose values hardly repeat: no dictionary helps to store them."""

FRAME_FORM = (
    *((name, "VARCHAR") for name in ("entity_id", "standing", "cell", "reason")),
    *((name, "INTEGER" if name in COUNTS else "VARCHAR") for name in LEAF[1:]),
    ("drawn_this_year", "INTEGER"),
    ("drawn_by_plan", "INTEGER"),
    ("drawn_until", "VARCHAR"),
    *((name, "VARCHAR") for name in KEPT),
)
"""Name and SQL type of the columns of a frame's file, as auditors get it."""


def known_headings() -> dict[str, str]:
    """Column → its name and the other headings known for it, the better first."""
    return {column.name: f"{column.name} {column.headings}" for column in ENTITY}


def schema() -> pa.Schema:
    """The Arrow schema of the register: texts, and 32-bit whole numbers for counts."""
    import pyarrow as pa

    return pa.schema(
        [(column.name, pa.int32() if column.kind == "count" else pa.string()) for column in ENTITY]
    )


def completed(table: pa.Table) -> pa.Table:
    """A stored table of entities with all columns of today, in order; private ones that it was
    stored without have their default in every row.

    Raises KeyError for a column that every register has.
    """
    import pyarrow as pa

    for column in ENTITY:
        if column.private and column.name not in table.column_names:
            default = pa.scalar(default_of(column), schema().field(column.name).type)
            table = table.append_column(column.name, pa.repeat(default, table.num_rows))
    return table.select(list(COLUMNS))


def default_of(column: Column) -> str | int:
    """What a row has in a column where nothing is known, as it is stored."""
    return int(column.default or 0) if column.kind == "count" else column.default


def in_digest(table: pa.Table) -> list[str]:
    """The columns that the digest of a register is taken over: all but the private ones in which
    every row has the default, or that it was stored without.
    """
    import pyarrow.compute as pc

    return [
        column.name
        for column in ENTITY
        if not column.private
        or (
            column.name in table.column_names
            and pc.any(pc.not_equal(table.column(column.name), default_of(column))).as_py()
        )
    ]
