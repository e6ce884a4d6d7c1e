"""Days of an import: those that mean never, those that have not come yet, their forms."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from helpers.cli import told
from helpers.tables import aside, credit, write
from yaohao.planner.register.dates import read_certificate, read_date
from yaohao.planner.register.entities import read_entities
from yaohao.planner.register.small_registers import read_leads
from yaohao.planner.schema.options import ImportOptions
from yaohao.planner.storage import import_knowledge
from yaohao.planner.workspace import Workspace

HEADINGS = ["统一社会信用代码", "企业名称", "成立日期", "上次检查日期"]


@pytest.mark.parametrize(
    "text",
    ["1900-01-01", "1900/1/1 0:00:00", "1899-12-30", "1899年12月31日", "9999-12-31", "9999-01-01",
     "0001-01-01", "0000-00-00", "0", "1900-01-00", "99991231", "01/01/1900",
     "1900/1/0", "00:00:00", "2999-12-31"],
)  # fmt: skip
def test_a_day_that_means_never_is_none(text: str) -> None:
    value = read_date(today="2026-11-28")(text)
    assert (value.text, value.repaired, value.reason) == ("", "never-day", "")


@pytest.mark.parametrize(
    ("text", "day"),
    [("5 Jan 2023", "2023-01-05"), ("05-JAN-2023", "2023-01-05"), ("Jan 5, 2023", "2023-01-05"),
     ("September 30 2023", "2023-09-30"), ("Sept. 1, 2023", "2023-09-01"),
     ("2023-01-05T00:00:00.000", "2023-01-05"), ("13/01/2023 12:00:00 AM", "2023-01-13")],
)  # fmt: skip
def test_days_with_the_names_of_months(text: str, day: str) -> None:
    assert read_date()(text).text == day


@pytest.mark.parametrize(
    ("text", "day"),
    [("2025年3月1日 星期六", "2025-03-01"), ("2025年3月1日星期六", "2025-03-01"),
     ("2025/3/1 周六", "2025-03-01"), ("2025-03-01（六）", "2025-03-01"),
     ("二〇二五年三月一日", "2025-03-01"), ("二○一九年十二月二十一日", "2019-12-21"),
     ("二零一九年十月三十日", "2019-10-30")],
)  # fmt: skip
def test_days_as_spreadsheets_write_them_in_chinese(text: str, day: str) -> None:
    assert read_date()(text).text == day


@pytest.mark.parametrize(
    "text", ["二〇二五年十三月一日", "二十年十月十十日", "2025年3月 星期六", "星期六"]
)
def test_days_in_chinese_that_are_none(text: str) -> None:
    assert read_date()(text).reason in ("bad-date", "impossible-date")


@pytest.mark.parametrize(
    ("text", "china", "angeles"),
    [("2025-02-28T16:00:00Z", "2025-03-01", "2025-02-28"),
     ("2025-03-01T15:59:59.999Z", "2025-03-01", "2025-03-01"),
     ("2025-03-01 00:00:00+08:00", "2025-03-01", "2025-02-28"),
     ("2025-03-01T02:30:00-0800", "2025-03-01", "2025-03-01"),
     ("2025/3/1 0:00:00", "2025-03-01", "2025-03-01")],
)  # fmt: skip
def test_a_moment_is_the_day_where_the_bureau_is(text: str, china: str, angeles: str) -> None:
    """What programs export as JSON is in UTC: the first of March in China is the day before."""
    assert read_date(zone=ZoneInfo("Asia/Shanghai"))(text).text == china
    assert read_date(zone=ZoneInfo("America/Los_Angeles"))(text).text == angeles


def test_imports_know_where_the_bureau_is(tmp_path: Path) -> None:
    row = [credit(1), "甲", "2020-02-29T16:00:00.000Z", "2025-02-28T16:00:00Z"]
    path = write(tmp_path / "e.csv", HEADINGS, row)
    for register, zone, day in (
        ("china", "", "2025-03-01"), ("free", "America/Los_Angeles", "2025-02-28"),
    ):  # fmt: skip
        with Workspace.create(tmp_path / register, register, timezone=zone) as workspace:
            workspace.import_files("entities", [path])
            assert workspace.entity(credit(1))["entity"]["inspected_on"] == day


@pytest.mark.parametrize("text", ["5 Jam 2023", "31 Feb 2023", "Jan 2023", "2023", "00 Jan 2023"])
def test_days_that_are_none(text: str) -> None:
    assert read_date()(text).reason in ("bad-date", "impossible-date")


@pytest.mark.parametrize(
    ("text", "until"),
    [("2024.1.1-2027.12.31", "2027-12-31"), ("2024-01-01 至 2027-12-31", "2027-12-31"),
     ("有效期：2024年1月1日至2027年12月31日止", "2027-12-31"), ("20240101—20271231", "2027-12-31"),
     ("2024/1/1~2027/12/31", "2027-12-31"), ("至2027-12-31", "2027-12-31"), ("", ""), ("无", ""),
     ("长期", "9999-12-31"), ("2024-01-01至长期", "9999-12-31"), ("9999-12-31", "9999-12-31")],
)  # fmt: skip
def test_certificates_as_periods(text: str, until: str) -> None:
    value = read_certificate()(text)
    assert (value.text, value.reason) == (until, "")


@pytest.mark.parametrize("text", ["2024.1.1-2027.13.31", "见附件", "2024年"])
def test_certificates_that_are_no_days(text: str) -> None:
    assert read_certificate()(text).reason


def test_days_that_have_not_come_are_set_aside_everywhere(tmp_path: Path) -> None:
    options = ImportOptions(today="2026-11-28")
    rows = [
        [credit(1), "甲", "2026-11-28", ""],
        [credit(2), "乙", "2026-11-29", ""],
        [credit(3), "丙", "2020-01-05", "2027/1/4"],
        [credit(4), "丁", "1900-01-01", "9999-12-31"],
    ]
    found = read_entities([write(tmp_path / "e.csv", HEADINGS, *rows)], options=options)
    assert aside(found) == [(3, "future-date"), (4, "future-date")]
    assert found.accepted.column("established_on").to_pylist() == ["2026-11-28", ""]
    assert found.repaired == {"never-day": 2}
    headings = ["信用代码", "触发点", "受理日期", "办结日期", "提醒日期"]
    leads = [
        [credit(1), "投诉", "2026-11-29", "", ""],
        [credit(1), "投诉", "2026-11-01", "2027-01-01", ""],
        [credit(1), "投诉", "2026-11-01", "", "2026-12-01"],
        [credit(1), "投诉", "2026-11-01", "2026-11-28", "2026-11-02"],
    ]
    read = read_leads([write(tmp_path / "l.csv", headings, *leads)], options=options)
    assert aside(read) == [(n, "future-date") for n in (2, 3, 4)]


def test_today_is_the_day_it_is_unless_another_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(import_knowledge.TODAY)
    bureau = tmp_path / "b"
    Workspace.create(bureau, "china", language="en")
    later = date.today() + timedelta(days=3)
    path = write(tmp_path / "e.csv", HEADINGS, [credit(1), "甲", "2020-01-05", later.isoformat()])
    here = ("--workspace", bureau, "import", "entities", path)
    assert told(*here)["reasons"] == {"future-date": 1}
    assert told(*here, "--today", later.isoformat(), "--dry-run")["accepted"] == 1
    monkeypatch.setenv(import_knowledge.TODAY, later.isoformat())
    assert told(*here)["accepted"] == 1
    assert told(*here, "--today", "2020-01-01")["reasons"] == {"future-date": 1}
    told(*here, "--today", "tomorrow", status=2)
