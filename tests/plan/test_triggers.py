"""Trigger-based supervision: the four lists, whom they leave out, whom they direct or remind."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers.campaign import tried
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from yaohao.planner.frame.frame import classify
from yaohao.planner.plan.document import plan_document, plan_from_document
from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.parse import read_plan
from yaohao.planner.plan.triggers import with_entries
from yaohao.planner.schema.entity import schema
from yaohao.planner.schema.visit import Seat
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.vocabulary.clock import months_before
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

TEXT = """
id = "t"
title = "t"
authority = "a"
as_of = 2027-03-31
window = [2027-04-05, 2027-06-30]
items = ["REG-01", "PUB-01"]
strata = []
rates.tier = { A = "10%", B = "20%", D = "50%" }
[leads]
triggers = ["complaint", "transfer"]
[trigger_based]
tiers = ["A", "B"]
observation_months = 6
reminder_months = 12
"""


def entry(number: int, item: str, trigger: str) -> dict[str, str]:
    return {
        "entry_id": f"T-{number:02d}",
        "item_id": item,
        "content": f"content {number}",
        "measure": "提醒、现场检查",
        "trigger": trigger,
    }


LISTS = [
    entry(3, "PUB-01", "late-report"),
    entry(2, "REG-01", "complaint"),
    entry(1, "OTHER", "late-report"),
    entry(4, "REG-01", "unreachable"),
    entry(5, "REG-01", "late-report"),
]

DAYS = ["", "2015-01-01", "2025-09-29", "2025-09-30", "2025-10-01", "2027-01-01"]
entities = st.fixed_dictionaries(
    {
        "tier": st.sampled_from(["", "A", "B", "D"]),
        "fields": st.sampled_from(["", "", "food"]),
        "established_on": st.sampled_from(DAYS),
    }
)
leads = st.fixed_dictionaries(
    {
        "trigger": st.sampled_from(["complaint", "transfer", "late-report", "unreachable", "x"]),
        "opened_on": st.sampled_from(["", "2027-01-01", "2027-04-01"]),
        "closed_on": st.sampled_from(["", "", "2027-02-01"]),
        "reminded_on": st.sampled_from(["", "", "2027-01-15", "2027-04-01"]),
    }
)


def plain(plan: Plan, row: dict[str, str], told: list[dict[str, str]]) -> tuple[str, str]:
    """What becomes of an entity, read aloud from the page on the plan file."""
    under = (row["tier"] or "B") in ("A", "B") and row["fields"] != "food"
    open_ones = [
        lead["trigger"]
        for lead in told
        if lead["opened_on"] <= "2027-03-31" and not "" < lead["closed_on"] <= "2027-03-31"
    ]
    entries = {"complaint": "T-02", "unreachable": "T-04", "late-report": "T-03"}
    matched = [trigger for trigger in entries if trigger in open_ones]
    if "complaint" not in matched:
        matched.sort(key=lambda trigger: entries[trigger])
    # Established on 30 September 2025: eighteen months are over on the plan's day.
    early = row["established_on"] > "2025-09-30"
    if under and matched:
        first = matched[0]
        reminded = any(
            lead["trigger"] == first and "" < lead["reminded_on"] <= "2027-03-31" for lead in told
        )
        if first == "complaint" or not early or reminded:
            return "directed", f"trigger:{entries[first]}"
    for trigger in plan.leads.triggers:
        if trigger in open_ones:
            return "directed", f"lead:{trigger}"
    if under and matched:
        return "out", f"reminder:{entries[matched[0]]}"
    return ("out", "trigger-based:T-02") if under else ("pool", "")


@pytest.mark.slow
@tried(80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(entities, min_size=1, max_size=25), data=st.data())
def test_the_lists_decide_as_written(
    tmp_path: Path, rows: list[dict[str, str]], data: st.DataObject
) -> None:
    plan = with_entries(read_plan(TEXT), LISTS)
    assert [one.entry_id for one in plan.trigger_based.entries] == ["T-02", "T-03", "T-04", "T-05"]
    told = [data.draw(st.lists(leads, max_size=3)) for _ in rows]
    blank = dict.fromkeys(schema().names, "") | {"visits_this_year": 0, "status": "active"}
    full = [blank | row | {"entity_id": f"e{n:03d}"} for n, row in enumerate(rows)]
    pq.write_table(pa.Table.from_pylist(full, schema=schema()), tmp_path / "s.parquet")
    register = [{"entity_id": f"e{n:03d}", **lead} for n, own in enumerate(told) for lead in own]
    frame = classify(plan, tmp_path / "s.parquet", register)
    found = [tuple(row.values()) for row in frame.table("standing", "reason").to_pylist()]
    assert found == [plain(plan, row, own) for row, own in zip(rows, told, strict=True)]


def test_where_an_item_is_not_on_the_lists_the_lot_still_decides() -> None:
    assert with_entries(read_plan(TEXT), LISTS[:1]).trigger_based.entries
    from yaohao.planner.plan.triggers import wholly_under

    assert wholly_under(with_entries(read_plan(TEXT), LISTS)) == "T-02"
    assert wholly_under(with_entries(read_plan(TEXT), LISTS[:1])) is None
    assert wholly_under(read_plan(TEXT)) is None


def test_entries_are_committed() -> None:
    plan = with_entries(read_plan(TEXT), LISTS)
    seats: list[Seat] = [{"department": "", "qualification": ""}] * 2
    document = plan_document(plan, seats)
    assert document["trigger_based"]["entries"][0] == {
        "entry_id": "T-02", "item_id": "REG-01", "content": "content 2",
        "measure": "提醒、现场检查", "trigger": "complaint",
    }  # fmt: skip
    assert plan_from_document(document) == plan


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2027, 3, 31), 1, date(2027, 2, 28)),
        (date(2027, 3, 31), 18, date(2025, 9, 30)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2024, 1, 31), -1, date(2024, 2, 29)),
        (date(2024, 12, 1), -1, date(2025, 1, 1)),
        (date(2027, 1, 4), 0, date(2027, 1, 4)),
        (date(1, 1, 4), 3, date.min),
    ],
)
def test_months_before(day: date, months: int, expected: date) -> None:
    assert months_before(day, months) == expected


def bureau_with(folder: Path) -> Workspace:
    rows = "".join(
        f"e{n:03d},n{n},{'ABD'[n % 3]},{'2026-06-01' if n % 5 == 0 else '2012-06-01'},"
        f"{'food' if n % 7 == 0 else ''}\n"
        for n in range(300)
    )
    (folder / "e.csv").write_text("entity_id,name,tier,established_on,fields\n" + rows)
    (folder / "i.csv").write_text("inspector_id,name\na,A\nb,B\nc,C\n")
    (folder / "t.csv").write_text("item_id,name\nREG-01,r\nPUB-01,p\n")
    (folder / "l.csv").write_text(
        "entity_id,trigger,opened_on,reminded_on\n"
        "e001,late-report,2027-03-01,\n"  # old: visited at once
        "e010,late-report,2027-03-01,\n"  # new: reminded first
        "e025,late-report,2027-03-01,2027-03-02\n"  # new, reminded: visited
        "e030,complaint,2027-03-01,\n"
        "e002,late-report,2027-03-01,\n"  # tier D: not under it, and no trigger of the plan
    )
    (folder / "lists.csv").write_text(
        "事项编码,监管内容,监管措施,触发点\nREG-01,登记事项,提醒,late-report\n"
        "PUB-01,公示信息,提醒,late-report\nREG-01,登记事项,检查,投诉举报\n"
    )
    workspace = Workspace.create(folder / "w", "free")
    for register, file in (
        ("entities", "e"), ("inspectors", "i"), ("items", "t"), ("leads", "l"), ("lists", "lists"),
    ):  # fmt: skip
        told = workspace.import_files(register, [folder / f"{file}.csv"])
        assert told["set_aside"] == 0, told
    (folder / "t.toml").write_text(TEXT)
    return workspace


def test_the_whole_road_names_the_entries(tmp_path: Path) -> None:
    workspace = bureau_with(tmp_path)
    assert workspace.register()["registers"]["lists"] == 3
    told = workspace.preview(tmp_path / "t.toml")
    assert told["directed_by"] == {
        "trigger:REG-01.complaint.6cb677": 1, "trigger:PUB-01.late-report.a6a919": 2,
    }  # fmt: skip
    assert told["out"]["reminder:PUB-01.late-report.a6a919"] == 1
    assert told["out"]["trigger-based:REG-01.complaint.6cb677"] > 100
    draw = workspace.freeze(tmp_path / "t.toml")["draw"]
    workspace.draw(draw, "31415926535897932384", "dice")
    reminders = workspace.show(draw)["reminders"]
    assert [(row["entity_id"], row["entry"]) for row in reminders] == [
        ("e010", "PUB-01.late-report.a6a919")
    ]
    assert reminders[0]["measure"] == "提醒"
    why = workspace.why(draw, "e010")
    assert why["reason"] == "reminder:PUB-01.late-report.a6a919"
    assert why["entry"] is not None
    assert why["entry"]["content"] == "公示信息"
    assert workspace.why(draw, "e000")["entry"] is None  # food: never relaxed
    workspace.staff(draw)
    workspace.deal(draw, "27182818284590452353", "dice")
    workspace.publish(draw, tmp_path / "public")
    workspace.audit(draw, tmp_path / "audit")
    findings = verify_bundle(tmp_path / "public", tmp_path / "audit")
    assert [found.words("en") for found in findings if found.ok is False] == []


def test_lists_without_the_plans_items_are_refused(tmp_path: Path) -> None:
    workspace = bureau_with(tmp_path)
    (tmp_path / "o.csv").write_text("item_id,trigger\nOTHER,late-report\n,x\nA,\n")
    told = workspace.import_files("lists", [tmp_path / "o.csv"], replace=True, replace_most=True)
    assert (told["accepted"], told["set_aside"]) == (1, 2)
    with pytest.raises(PlannerError) as caught:
        workspace.freeze(tmp_path / "t.toml")
    assert caught.value.problems[0].code == "frame.no-entries"


def test_nothing_changes_without_the_table(tmp_path: Path) -> None:
    workspace = bureau_with(tmp_path)
    head = TEXT.split("[trigger_based]", maxsplit=1)[0]
    (tmp_path / "plain.toml").write_text(head)
    told = workspace.preview(tmp_path / "plain.toml")
    assert (told["directed_by"], told["out"]) == ({"lead:complaint": 1}, {})
