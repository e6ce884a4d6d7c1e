"""No sequence of acts on the store loses, doubles or silently reopens a case."""

from __future__ import annotations

import shutil
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from helpers.case_workspace import bureau, papers
from helpers.cli import write_csv
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pytest import MonkeyPatch
from yaohao.planner.follow_up.kind_model import CORRECTED, Kind
from yaohao.planner.storage.case_check import rebuilt
from yaohao.planner.storage.case_desk import CaseDesk
from yaohao.planner.storage.case_lists import CaseFilter
from yaohao.planner.vocabulary.problems import PlannerError

FIRMS = [f"firm-{n:02d}" for n in range(6)]
OPENINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "penalty": ("person", {"decided_on": "2027-01-04", "bare": False, "decision_number": "7"}),
    "abnormal": ("case", {"ground": "late-report", "year": 2025, "verified_on": "2027-01-04"}),
    "guidance": ("person", {"sort": "tip", "cause": "finding"}),
    "suspension": ("import", {"filed_on": "2027-01-04", "ends_on": "2027-06-30"}),
}
VALUES: dict[str, Any] = {"yes": False, "count": 3, "text": "as seen", "day": "2027-01-05"}


def told(kind: Kind, names: list[str]) -> dict[str, Any]:
    """A value for each fact of a kind."""
    facts = {}
    for name in names:
        fact = kind.facts[name]
        facts[name] = fact.options[0] if fact.type == "code" else VALUES.get(fact.type, [])
    return facts


class Cases(RuleBasedStateMachine):
    """Acts at random, by four persons, over days that only go on."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.patch = MonkeyPatch()
        self.day = date(2027, 1, 5)
        self.patch.setenv("YAOHAO_TODAY", self.day.isoformat())
        self.workspace = bureau(self.folder)
        self.cases = self.workspace.cases
        self.first: dict[str, frozenset[str]] = {}
        self.closed: dict[str, str] = {}
        self.events: dict[str, int] = {}
        self.letters: set[str] = set()

    def teardown(self) -> None:
        self.workspace.close()
        self.patch.undo()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ids(self) -> list[str]:
        return [one["id"] for one in self.cases.list(limit=1000)["cases"]]

    def may_refuse(self, act: Any, *arguments: Any, **named: Any) -> Any:
        """Do an act; where it is refused nothing has changed."""
        lines = len(self.workspace.ledger())
        try:
            return act(*arguments, **named)
        except PlannerError:
            assert len(self.workspace.ledger()) == lines
            return None

    @rule(days=st.integers(1, 60))
    def time_goes_on(self, days: int) -> None:
        self.day += timedelta(days)
        self.patch.setenv("YAOHAO_TODAY", self.day.isoformat())

    @rule(kind=st.sampled_from(sorted(OPENINGS)), firm=st.sampled_from(FIRMS))
    def open_one(self, kind: str, firm: str) -> None:
        source, facts = OPENINGS[kind]
        before = len(self.ids())
        report = self.may_refuse(
            self.cases.open, kind, firm, facts=facts, source=source, actor="Li", day="2027-01-05"
        )
        assert len(self.ids()) == before + (report["number"] if report else 0)
        again = self.may_refuse(
            self.cases.open, kind, firm, facts=facts, source=source, actor="Li", day="2027-01-05"
        )
        assert again is None or again["number"] == 0  # said twice it is one

    @rule(
        which=st.integers(0, 30), step=st.integers(0, 12), actor=st.sampled_from("abcd"),
        role=st.sampled_from(["clerk", "reviewer", "head", "entity", "import"]),
        overrule=st.booleans(), give=st.booleans(),
    )  # fmt: skip
    def take_a_step(
        self, which: int, step: int, actor: str, role: str, overrule: bool, give: bool
    ) -> None:
        ids = self.ids()
        if not ids:
            return
        case = ids[which % len(ids)]
        shown = self.cases.show(case)
        if not shown["steps"]:
            return
        chosen = shown["steps"][step % len(shown["steps"])]
        kind = self.kind_of(shown)
        named = {
            "facts": told(kind, [one["name"] for one in chosen["facts"]]) if give else {},
            "documents": papers(*(one["name"] for one in chosen["documents"])),
            "letter": "auto" if chosen["series"] else "",
            "role": role if overrule else chosen["by"][0] if chosen["by"][0] != "clock" else role,
            "actor": actor,
            "reason": "as seen",
            "overrule": overrule,
        }
        report = self.may_refuse(self.cases.step, case, chosen["id"], **named)
        if report:
            assert not self.letters & set(report["letters"])  # no number is used twice
            self.letters |= set(report["letters"])
            again = self.may_refuse(self.cases.step, case, chosen["id"], **named)
            if report["number"] and not chosen["series"]:
                assert again is None or again["number"] == 0 or again["unchanged"] == 0

    @rule(which=st.integers(0, 30), event=st.integers(1, 6), actor=st.sampled_from("abcd"))
    def correct(self, which: int, event: int, actor: str) -> None:
        ids = self.ids()
        if ids:
            case = ids[which % len(ids)]
            report = self.may_refuse(
                self.cases.correct, case, event, "wrong", role="head", actor=actor
            )
            if report and report["number"]:
                self.closed.pop(case, None)  # said aloud: with a reason, by a second person

    @rule()
    def clock(self) -> None:
        self.cases.clock()
        again = self.cases.clock()
        assert again["entries"] == [] and again["opened"] == []

    @rule(firms=st.lists(st.sampled_from(FIRMS), min_size=1, max_size=4, unique=True))
    def some_file(self, firms: list[str]) -> None:
        file = write_csv(self.folder / "filed.csv", [{"entity_id": firm} for firm in firms])
        report = self.may_refuse(self.cases.import_filings, [file], year=2027)
        if report:
            assert report["rows"] == sum(report["counts"].values()) + len(report["refused"])

    @rule(firm=st.sampled_from(FIRMS))
    def single_out(self, firm: str) -> None:
        for case in self.cohorts():
            self.may_refuse(self.cases.step, case, "remind", actor="a", entities=[firm])

    @rule()
    def send_and_hear(self) -> None:
        people = [{"entity_id": firm, "phone": f"1380013800{n}"} for n, firm in enumerate(FIRMS)]
        self.cases.import_contacts([write_csv(self.folder / "c.csv", people)], "2035-12-31")
        report = self.may_refuse(self.cases.send, "annual-report", "sms", self.folder / "sent")
        if report and report["rows"]:
            number = report["sending"]
            rows = [
                {"ref": f"S{number}-{row}", "outcome": "failed" if row % 3 else "sent"}
                for row in range(1, report["rows"] + 1)
            ]
            taken = self.cases.take_outcomes([write_csv(self.folder / "o.csv", rows)])
            counts = taken["counts"]
            assert counts["sent"] + counts["failed"] == report["rows"] == taken["rows"]

    def cohorts(self) -> list[str]:
        rows = self.cases.list(kind="annual-report", limit=1000)["cases"]
        return [one["id"] for one in rows if one["members"] is not None]

    def kind_of(self, shown: Any) -> Kind:
        desk = CaseDesk(self.workspace._workspace)
        return desk.kinds.get(shown["kind"], shown["version"])

    @precondition(lambda self: hasattr(self, "workspace"))
    @invariant()
    def nothing_is_lost_doubled_or_reopened(self) -> None:
        desk = CaseDesk(self.workspace._workspace)
        assert rebuilt(desk) == []
        rows = desk.store.cases_like(CaseFilter(), 10_000)
        assert len({row.id for row in rows}) == len(rows)
        assert set(self.events) <= {row.id for row in rows}  # none is lost
        once = [row.once for row in rows if row.once and not row.closed]
        assert len(once) == len(set(once))
        for number, one in desk.load_all([row.number for row in rows]).items():
            row, case = one.row, one.case
            assert row.events >= self.events.get(row.id, 0)  # nothing is taken away
            self.events[row.id] = row.events
            if row.id in self.closed:
                assert row.closed, row.id
            if row.closed and row.state != CORRECTED:
                self.closed[row.id] = row.state
            due = desk.store.dues_of([number]).get(number, [])
            if row.closed:
                assert due == [] and not case.queued and row.next_due == row.clock_on == ""
            elif row.members:
                assert due or row.waits, row  # it is somebody's turn, or a day is set
            if case.members is not None:
                self.check_cohort(desk, number, one)

    def check_cohort(self, desk: CaseDesk, number: int, one: Any) -> None:
        members = desk.store.members(number)
        first = self.first.setdefault(one.row.id, frozenset(members))
        assert frozenset(members) == first  # the list at first is never rewritten
        counts = desk.store.cohort_counts(number, one.row.id)
        assert counts["first"] == counts["remaining"] + counts["gone"]
        assert one.case.remaining == counts["remaining"]
        own = desk.store.cases_like(CaseFilter(cause=one.row.id), 10_000)
        standing = [row.subject for row in own if row.state != CORRECTED]
        assert len(standing) == len(set(standing))
        assert not {name for name, left in members.items() if left == 0} & set(standing)

    @precondition(lambda self: hasattr(self, "workspace"))
    @invariant()
    def every_hard_due_stands_in_the_list_before_it_passes(self) -> None:
        desk = CaseDesk(self.workspace._workspace)
        lines = self.cases.today()["lines"]
        laws = {(line["kind"], line["due"], line["day"]) for line in lines if line["hard"]}
        until = (self.day + timedelta(7)).isoformat()
        for row in desk.store.cases_like(CaseFilter(standing="open"), 10_000):
            if row.moves_on and row.moves_on <= self.day.isoformat():
                continue  # the clock takes it on; the list shows where it stands then
            for due in desk.store.dues_of([row.number]).get(row.number, []):
                if due.hard and due.day <= until:
                    assert (due.kind, due.name, due.day) in laws

    @precondition(lambda self: hasattr(self, "workspace"))
    @invariant()
    def the_ledger_holds(self) -> None:
        assert self.workspace.verify_ledger()


TestCases = Cases.TestCase
TestCases.settings = settings(
    max_examples=12,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
