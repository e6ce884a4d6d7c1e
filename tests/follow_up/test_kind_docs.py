"""The committed page equals what the kinds make, and its example works from end to end."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from test_cases import COUNTING, DIGEST
from yaohao.planner.follow_up.case_clock import clock
from yaohao.planner.follow_up.kind_docs import page
from yaohao.planner.follow_up.kinds import (
    FOLDER,
    default_kinds,
    read_kind,
    read_kinds,
)
from yaohao.planner.follow_up.machine import open_case, take_step
from yaohao.planner.follow_up.needs import Act

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = DOCS / "examples" / "food-truck.toml"


@pytest.mark.parametrize(("lang", "name"), [("en", "cases.md"), ("zh", "cases.zh-CN.md")])
def test_the_page_is_up_to_date(lang: str, name: str) -> None:
    text = page(default_kinds(), EXAMPLE.read_text(encoding="utf-8"), lang)
    assert (DOCS / name).read_text(encoding="utf-8") == text


def test_a_kind_of_ones_own_needs_no_code() -> None:
    kinds = read_kinds(FOLDER, EXAMPLE.parent)
    own = kinds.on("food-truck", date(2026, 3, 2))
    assert own == read_kind(EXAMPLE.read_text(encoding="utf-8"), EXAMPLE.name)
    act = Act(date(2026, 3, 2), "import", facts={"valid_until": "2026-06-30"})
    case = open_case(own, "import", "e1", act).case
    assert clock(case, own, date(2026, 7, 1), COUNTING)[-1][0].state == "ended"
    paper = Act(date(2026, 5, 6), "entity", documents={"application": DIGEST})
    case = take_step(case, own, "apply", paper, COUNTING).case
    day, permit = date(2026, 5, 11), {"permit": DIGEST}
    refused = take_step(case, own, "renew", Act(day, "head", "h", documents=permit), COUNTING)
    assert [one.params["found"] for one in refused.unmet] == ["hygiene"]
    good = Act(day, "head", "h", {"hygiene": True}, permit)
    assert take_step(case, own, "renew", good, COUNTING).case.closed
