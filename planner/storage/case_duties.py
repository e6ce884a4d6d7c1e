"""How far the yearly duties of a bureau are on a day."""

from __future__ import annotations

from datetime import date

from yaohao.planner.follow_up.duties import TARGETS, duty_pace
from yaohao.planner.schema.reports.today import Duty
from yaohao.planner.storage.case_desk import CaseDesk


def duties_on(desk: CaseDesk, day: date) -> list[Duty]:
    """How far the yearly duties of the bureau are on a day: done, asked for, and by now."""
    duties: list[Duty] = []
    for kind, target in TARGETS.items():
        numbers = desk.store.numbers_of(kind, opened_since=f"{day.year - 1}-01-01")
        cases = [one.case for one in desk.load_all(numbers).values()]
        pace = duty_pace(kind, cases, day, target)
        duties.append(
            {
                "kind": kind,
                "done": pace.done,
                "target": pace.target,
                "by_now": pace.by_now,
                "behind": pace.behind,
            }
        )
    return duties
