"""Cases: how long the list of the morning takes over many open cases."""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta

from yaohao.planner.follow_up.counting import Counting
from yaohao.planner.follow_up.kinds import default_kinds
from yaohao.planner.follow_up.machine import open_case
from yaohao.planner.follow_up.needs import Act
from yaohao.planner.follow_up.today import today_list
from yaohao.planner.vocabulary.working_days import Calendar


def main(count: int = 20_000) -> None:
    kinds, counting = default_kinds(), Counting(Calendar())
    kind = kinds.on("penalty", date(2026, 3, 2))
    start = time.perf_counter()
    cases = []
    for number in range(count):
        day = date(2026, 1, 5) + timedelta(number % 250)
        facts = {"decided_on": day.isoformat(), "bare": False, "decision_number": str(number)}
        case = open_case(kind, "import", f"e{number}", Act(day, "import", facts=facts)).case
        assert case is not None
        cases.append(case)
    opened = time.perf_counter()
    lines = today_list(cases, kinds, counting, date(2026, 6, 1))["lines"]
    listed = time.perf_counter()
    print(f"{count} cases: opened in {opened - start:.2f} s, listed in {listed - opened:.2f} s")
    print(f"{len(lines)} lines")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
