"""Items of inspection (随机抽查事项清单), as a bureau of market regulation has them."""

from __future__ import annotations

from yaohao.sample_data import words

COLUMNS = (
    "item_id", "name", "basis", "department", "object", "content", "method", "ratio", "frequency",
    "importance", "qualification",
)  # fmt: skip


def items() -> list[dict[str, str]]:
    """The items, the same in every population; all inspected by the one bureau."""
    return [{name: item.get(name, "") for name in COLUMNS} for item in words.document("items")]
