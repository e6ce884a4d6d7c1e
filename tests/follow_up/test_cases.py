"""Kinds, counting, the machine and the list of the morning."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from hashlib import sha256

import pytest
from yaohao.planner.follow_up.case import Case, fold
from yaohao.planner.follow_up.case_clock import clock
from yaohao.planner.follow_up.conditions import ConditionError, parse_condition
from yaohao.planner.follow_up.counting import Counting, Hours, Span
from yaohao.planner.follow_up.draw_effects import opened_by_result
from yaohao.planner.follow_up.due_days import next_due, pending_dues
from yaohao.planner.follow_up.events import ledger_act
from yaohao.planner.follow_up.kind_model import Kind
from yaohao.planner.follow_up.kinds import FOLDER, default_kinds, read_kind
from yaohao.planner.follow_up.letters import (
    LetterNumber,
    batch_letters,
    next_letter,
    parse_letter,
)
from yaohao.planner.follow_up.machine import (
    correct,
    open_case,
    overrule,
    take_step,
)
from yaohao.planner.follow_up.needs import Act
from yaohao.planner.follow_up.today import today_list
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.working_days import Calendar
from yaohao.planner.wording.messages import catalogue

COUNTING = Counting(Calendar())
DIGEST = "a" * 64


def digests(names: Iterable[str]) -> dict[str, str]:
    """A digest of its own for each document."""
    return {name: sha256(name.encode()).hexdigest() for name in names}


def kind(name: str, day: date = date(2026, 3, 2)) -> Kind:
    return default_kinds().on(name, day)


def step(case: Case, name: str, day: date, role: str = "clerk", actor: str = "c", **more: object):
    own = kind(case.kind, max(day, date(2025, 12, 31)))
    docs = digests(own.steps[name].documents) | dict(more.pop("docs", {}))  # type: ignore
    act = Act(day, role, actor, documents=docs, **more)  # type: ignore[arg-type]
    return take_step(case, own, name, act, COUNTING)


def penalty(decided: date) -> Case:
    facts = {"decided_on": decided.isoformat(), "bare": False, "decision_number": "1"}
    case = open_case(kind("penalty"), "person", "e1", Act(decided, "clerk", "c", facts)).case
    assert case is not None
    return case


def shown(decided: date, record: str = "general") -> Case:
    case = step(penalty(decided), "serve", decided).case
    case = step(case, "show", decided).case
    facts = {"class": record, "special": False}
    outcome = step(case, "class", decided, "reviewer", "r", facts=facts)
    assert not outcome.unmet
    return outcome.case


def test_working_days_equal_holidays_on_every_day() -> None:
    import holidays

    for year in range(2018, 2027):
        table = holidays.country_holidays("CN", years=year)
        for number in range((date(year + 1, 1, 1) - date(year, 1, 1)).days):
            day = date(year, 1, 1) + timedelta(number)
            end = COUNTING.reckon(day - timedelta(1), [Span(1, "wd")]).day
            assert (end == day) == table.is_working_day(day), day


def test_months_rolls_and_hours() -> None:
    assert COUNTING.reckon(date(2026, 1, 31), [Span(1, "m")], "none").day == date(2026, 2, 28)
    assert COUNTING.reckon(date(2024, 2, 29), [Span(1, "y")], "none").day == date(2025, 2, 28)
    back = COUNTING.reckon(date(2027, 6, 30), [Span(-60, "d")])
    assert (back.unrolled, back.estimated_years) == (date(2027, 5, 1), (2027,))
    assert COUNTING.sending_time(datetime(2026, 9, 30, 18), Hours()) == datetime(2026, 10, 8, 9)


def test_a_condition_says_what_it_can() -> None:
    tree = parse_condition('not repeated and count_in(before, 24) < 1 or result = "C"')
    day = date(2026, 1, 5)
    assert tree.value({}, day) is None
    assert tree.value({"result": "C"}, day) is True
    assert tree.value({"repeated": True, "result": "1"}, day) is False
    with pytest.raises(ConditionError):
        parse_condition("(" * 20 + "a" + ")" * 20)


def test_the_default_kinds_load_and_every_problem_is_told_at_once() -> None:
    assert {one.id for one in default_kinds()} >= {"penalty", "abnormal", "cap", "leniency"}
    text = (FOLDER / "penalty.toml").read_text(encoding="utf-8")
    bad = text.replace('needs = ["class", "special"]', 'needs = "klass"').replace(
        'by = "clerk"\nguard = "not bare"', 'guard = "not beare"', 1
    )
    with pytest.raises(PlannerError) as caught:
        read_kind(bad)
    codes = {problem.code for problem in caught.value.problems}
    assert {"case_kind.unknown-fact-near", "case_kind.no-actor"} <= codes
    assert all(problem.params["line"] > 1 for problem in caught.value.problems)


def test_two_letters_are_never_one() -> None:
    case = penalty(date(2026, 3, 2))
    act = Act(date(2026, 3, 3), "clerk", "c", documents={"decision": DIGEST, "receipt": DIGEST})
    outcome = take_step(case, kind("penalty"), "serve", act, COUNTING)
    assert [(one.code, one.params["found"]) for one in outcome.unmet] == [
        ("case.need-document", "repair_notice")
    ]
    assert outcome.events == ()


def test_old_dates_count_by_old_rules() -> None:
    own = kind("penalty")
    old, new = shown(date(2024, 3, 4)), shown(date(2026, 3, 4))

    def days(case: Case) -> dict[str, date]:
        return {due.rule.name: due.day for due in pending_dues(case, own, COUNTING)}

    assert days(old)["end-general"] == date(2027, 3, 4)
    assert days(old)["may-apply"] == date(2024, 9, 4)
    assert days(new)["end-general"] == date(2027, 3, 4)
    assert days(new)["may-apply"] == date(2026, 6, 4)
    names = [event["event"] for _, event in clock(old, own, date(2025, 12, 25), COUNTING)]
    assert names[0] == "rules"
    assert clock(old, own, date(2025, 12, 26), COUNTING)[-1][0].closed


def test_second_person_idempotence_and_correction() -> None:
    facts = {"ground": "late-report", "year": 2025, "verified_on": "2026-07-02"}
    own, day = kind("abnormal"), date(2026, 7, 2)
    case = open_case(own, "case", "e1", Act(day, "clerk", "c", facts)).case
    case = step(case, "propose", day).case
    same = step(case, "propose", day)
    assert same.unchanged and not same.events
    refused = step(case, "list", day, "reviewer", "c", letter="x")
    assert [one.code for one in refused.unmet] == ["case.need-second"]
    listed = step(case, "list", day, "reviewer", "r", letter="x").case
    wrong = step(listed, "mend", day, "entity", "", facts={"mend": "moved"})
    assert [one.code for one in wrong.unmet] == ["case.need-guard"]
    undone = correct(listed, own, 3, Act(day, "head", "h", reason="wrong firm"))
    assert undone.case.state == "proposed" and undone.case.published == "withdraw"
    whole = correct(listed, own, 1, Act(day, "head", "h", reason="wrong firm")).case
    assert whole.closed and next_due(whole, own, COUNTING) is None
    assert fold(whole.events, own) == whole
    assert len(ledger_act(whole.events[0])["content"]) == 64


def test_a_bottom_line_cannot_be_overruled() -> None:
    facts = {"matter": "minor", "proposed": "no-penalty", "bottom_line": True, "intent": False}
    facts |= {"danger": False, "emergency": False, "repeated": False}
    own, day = kind("leniency"), date(2026, 3, 2)
    case = open_case(own, "person", "e1", Act(day, "clerk", "c", facts)).case
    case = step(case, "mended-already", day).case
    act = Act(day, "head", "h", documents={"approval": DIGEST}, reason="kind")
    outcome = overrule(case, own, "no-case", act, COUNTING)
    assert [one.code for one in outcome.unmet] == ["case.need-guard"]


def test_a_hard_due_stands_in_the_list_before_it_passes() -> None:
    cases = [penalty(date(2026, 3, 2))]
    due = next_due(cases[0], kind("penalty"), COUNTING)
    lines = today_list(cases, default_kinds(), COUNTING, due)["lines"]
    assert next((one["due"], one["late"]) for one in lines if one["band"] == "law") == (
        "serve",
        False,
    )


def test_letters_and_results() -> None:
    letter = next_letter(None, "通市监异入", 2027)
    assert next_letter(letter, "通市监异入", 2027).number == 2
    assert next_letter(letter, "通市监异入", 2028).number == 1
    assert parse_letter(str(batch_letters(letter, 2)[1])) == LetterNumber("通市监异入", 2027, 1, 2)
    assert opened_by_result(default_kinds(), "6", date(2026, 3, 2)) == ("abnormal", "leniency")


@pytest.mark.parametrize("area", ["case", "case_kind"])
def test_words_stand_in_both_languages(area: str) -> None:
    assert all(set(entry) == {"zh", "en"} for entry in catalogue(area).values())


def test_what_a_step_makes_so_does_not_bar_it() -> None:
    day = date(2026, 4, 2)
    facts = {"record": "general", "may_from": "2026-03-02", "applied_on": day.isoformat()}
    case = open_case(kind("repair", day), "person", "e1", Act(day, "clerk", "c", facts)).case
    assert case is not None
    if case.state != "applied":
        case = step(case, "apply", day, "entity").case
    asked = step(case, "ask", day)  # once: its guard is that nothing was asked before
    assert not asked.unmet and asked.case.state == "incomplete"
    again = step(step(asked.case, "complete", day, "entity").case, "ask", day + timedelta(1))
    assert [one.code for one in again.unmet] == ["case.need-guard"]


def test_what_was_done_before_its_day_is_done() -> None:
    """A summary sent to the other province in time is not late; a reminder a week early counts."""
    day = date(2026, 3, 2)
    facts = {"decided_on": "2026-03-02", "bare": False, "decision_number": "1",
             "other_province": True}  # fmt: skip
    case = open_case(kind("penalty"), "person", "e1", Act(day, "clerk", "c", facts)).case
    assert case is not None
    case = step(case, "serve", day).case
    assert case is not None
    assert "send" in {due.rule.name for due in pending_dues(case, kind("penalty"), COUNTING)}
    sent = step(case, "send", date(2026, 3, 4)).case
    assert sent is not None
    assert "send" not in {due.rule.name for due in pending_dues(sent, kind("penalty"), COUNTING)}
    own = kind("annual-report")
    report = open_case(own, "import", "e1", Act(date(2026, 1, 5), "import", facts={
        "filing_year": 2026, "registered_this_year": False})).case  # fmt: skip
    assert report is not None
    first = min(due.day for due in pending_dues(report, own, COUNTING))
    for before, is_met in ((7, True), (8, False)):
        act = Act(first - timedelta(before), "clerk", "c")
        after = take_step(report, own, "remind", act, COUNTING).case
        assert after is not None
        names = [due.rule.name for due in pending_dues(after, own, COUNTING)]
        assert ("remind-first" not in names) == is_met, names
        assert "remind-second" in names


def test_one_file_is_not_two_letters() -> None:
    day = date(2026, 3, 2)
    case, own = penalty(day), kind("penalty")
    both = digests(own.steps["serve"].documents)
    for name in ("decision", "receipt"):
        act = Act(day, "clerk", "c", documents={**both, "repair_notice": both[name]})
        outcome = take_step(case, own, "serve", act, COUNTING)
        assert [one.code for one in outcome.unmet] == ["case.same-document"]
        against = Act(day, "head", "h", documents=act.documents, reason="in a hurry")
        refused = overrule(case, own, "serve", against, COUNTING).unmet
        assert "case.same-document" in [one.code for one in refused]
    assert step(case, "serve", day).events
