"""Every check of a kind when it is loaded: one change of a good file, one problem, its line."""

from __future__ import annotations

import pytest
from test_kind_docs import EXAMPLE
from yaohao.planner.follow_up.kinds import read_kind
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import LANGUAGES, say_problem

GOOD = EXAMPLE.read_text(encoding="utf-8")
CHANGES = [
    ('guard = "hygiene"', 'guard = "hygene"', "unknown-fact-near"),
    ('guard = "hygiene"', 'guard = "hygiene and ("', "condition"),
    ('guard = "hygiene"', 'guard = "valid_until"', "fact-type"),
    ('to = "applied"', 'to = "renewed"', "unreachable"),
    ('waits = "reviewer"', "", None),
    ('waits = "entity"', 'waits = "nobody"', "option"),
    ('at = "-$warn(valid_until)"', "", "due-no-day"),
    ('at = "-$warn(valid_until)"', 'at = "-$warm(valid_until)"', "unknown-value-near"),
    ('at = "-$warn(valid_until)"', 'at = "soon"', "unknown-fact"),
    ('at = "-$warn(valid_until)"', 'at = "-60d(valid_until)"', "no-basis"),
    ('by = "entity"', "", "no-actor"),
    ('by = "entity"', 'by = "nobody"', "option"),
    ('zh = "提醒"\n', "", "no-words"),
    ('template = "remind"', 'template = "remember"', "no-template"),
    ('basis = "工作安排：审查时限", ', "", "no-basis"),
    ('value = "20wd"', 'value = "soon"', "not-span"),
    ('warn = [{ from = ""', "warn = [{ from = 2026-01-01", "gap"),
    ('documents = "permit"', 'documents = "permits"', "unknown-document-near"),
    ('message = "remind"', 'message = "sms"', "unknown-message"),
    ('from = "applied"', 'from = "ended"', "closed-step"),
    ('late = "end"', 'late = "renew"', "not-clock"),
    ('state = "applied"\nat', 'state = "renewed"\nat', "closed-due"),
    ('id = "renewed"', 'id = "ended"', "duplicate"),
    ('subject = "entity"', 'subject = "entity"\ncolour = "red"', "unknown-key"),
    ("[kind]", "[kind", "syntax"),
    ("[kind]", "x = " + "[" * 30 + "]" * 30 + "\n[kind]", "deep"),
    ("{name}：", "{phone}：", "unknown-fact"),
    ("two = true", 'two = "yes"', "not-yes"),
    ('once_per = ["subject"]', 'once_per = ["owner"]', "unknown-fact"),
    ('when = "import"', 'when = "clock"', "opening-day"),
]


@pytest.mark.parametrize(("old", "new", "name"), CHANGES)
def test_one_change_is_told_with_its_line(old: str, new: str, name: str | None) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    if name is None:  # a due whose day is sure is enough
        read_kind(text)
        return
    with pytest.raises(PlannerError) as caught:
        read_kind(text)
    problems = caught.value.problems
    assert f"case_kind.{name}" in {problem.code for problem in problems}
    for problem in problems:
        assert problem.params["line"] >= 1
        for language in LANGUAGES:
            assert "case_kind." not in say_problem(problem, language)
