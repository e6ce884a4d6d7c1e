"""What the questions of a first plan offer, of a workspace and by themselves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from yaohao.planner.doors.guide import PlanQuestions
from yaohao.planner.storage.calendar import working_days
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.working_days import FILE, Calendar
from yaohao.planner.workspace import Workspace

FORTNIGHT_BEFORE_THE_NATIONAL_DAY = date(2026, 9, 17)


@pytest.mark.parametrize(
    ("calendar", "first"),
    [
        (Calendar(), "2026-10-08"),  # 1 to 7 October are off by the arrangement for 2026
        (Calendar(china=False), "2026-10-01"),  # a Thursday
    ],
)
def test_offered_days_are_working_days(calendar: Calendar, first: str, tmp_path: Path) -> None:
    questions = PlanQuestions(FORTNIGHT_BEFORE_THE_NATIONAL_DAY, tmp_path, calendar=calendar)
    assert questions.offered("first") == first
    assert questions.offered("last", date(2026, 7, 19)) == (
        "2026-10-08" if calendar.china else "2026-10-02"
    )


def test_a_window_that_begins_with_the_last_day_is_offered_an_end(tmp_path: Path) -> None:
    questions = PlanQuestions(FORTNIGHT_BEFORE_THE_NATIONAL_DAY, tmp_path)
    assert questions.offered("last", date.max) == date.max.isoformat()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00broken"])
def test_a_calendar_that_cannot_be_read_stops_no_question(content: bytes, tmp_path: Path) -> None:
    with Workspace.create(tmp_path / "w") as workspace:
        (workspace.folder / FILE).write_bytes(content)
        with pytest.raises(PlannerError):
            working_days(WorkspaceFolder(workspace.folder))
        day = date.fromisoformat(workspace.plan_questions().offered("first"))
        assert Calendar().day(day).working
