"""Rows and trees of conditions over them, for hypothesis."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import strategies as st
from yaohao.planner.plan.conditions import (
    Always,
    And,
    Choice,
    Column,
    Condition,
    Constant,
    CountIs,
    DayIs,
    Equals,
    FirstKnown,
    Flag,
    HasAny,
    IsTold,
    Joined,
    Latest,
    Never,
    Not,
    OneOf,
    Or,
    StartsWith,
    Text,
    VisitsInYear,
)

CODES = ("", "A", "B", "15", "1505", "it's", "a\\b", "100%", "_", "食品", "é", "x,y")
"""Codes that begin alike, that are marks of SQL or of patterns, or of several bytes."""
DAYS = ("", "1999-12-31", "2024-02-29", "2026-12-31", "2027-01-01", "2027-12-31", "2028-01-01")
TEXTS = ("tier", "region", "kind")
DAY_COLUMNS = ("established_on", "inspected_on", "drawn_until")


def rows(number: int, seed: int) -> list[dict[str, Any]]:
    """Rows of the columns that the trees read, with every value of each."""
    chance = random.Random(seed)
    sets = ("", "A", "A,B", "B,it's", "食品", "15,1505", "100%,_", "x", "x,y", "foodstuff")
    return [
        {
            "entity_id": f"e{n:05d}",
            **{name: chance.choice(CODES) for name in TEXTS},
            "fields": chance.choice(sets),
            **{name: chance.choice(DAYS) for name in DAY_COLUMNS},
            "visits_this_year": chance.randrange(4),
            "drawn_this_year": chance.randrange(3),
            "lead": chance.choice((None, "", "complaint")),
            "urgent": chance.choice((None, True, False)),
            "standing": chance.choice(("pool", "out", "directed")),
            "reason": chance.choice(("", "visit-cap", "lead:complaint")),
            "cell": chance.choice(("A/15", "B/15")),
        }
        for n in range(number)
    ]


_codes = st.lists(st.sampled_from(CODES), max_size=3).map(tuple)
_compared = st.sampled_from(("<=", ">", ">="))
_text_columns = st.sampled_from(TEXTS).map(Column)
_day_columns = st.sampled_from(DAY_COLUMNS).map(Column)
_few_days = st.lists(_day_columns, min_size=1, max_size=3).map(tuple)
_day_terms = st.one_of(
    _day_columns,
    _few_days.map(Latest),
    st.tuples(_few_days.map(Latest), _day_columns).map(FirstKnown),
)
_counts = st.one_of(
    st.sampled_from(("visits_this_year", "drawn_this_year")).map(Column),
    st.sampled_from(("2026", "2027")).map(VisitsInYear),
)


def _texts(conditions: st.SearchStrategy[Condition]) -> st.SearchStrategy[Text]:
    plain: st.SearchStrategy[Text] = st.one_of(
        _text_columns,
        st.sampled_from(CODES).map(Constant),
        st.builds(Choice, conditions, st.sampled_from(CODES), st.sampled_from(CODES)),
    )
    few = st.lists(plain, max_size=3).map(tuple)
    return st.one_of(plain, few.map(FirstKnown), few.map(Joined))


def _leaves(texts: st.SearchStrategy[Text]) -> st.SearchStrategy[Condition]:
    return st.one_of(
        st.just(Always()),
        st.just(Never()),
        st.builds(Equals, texts, st.sampled_from(CODES)),
        st.builds(OneOf, texts, _codes),
        st.builds(StartsWith, texts, _codes),
        st.builds(HasAny, st.just(Column("fields")), _codes),
        st.builds(DayIs, _day_terms, _compared, st.sampled_from(DAYS)),
        st.builds(CountIs, _counts, _compared, st.integers(0, 3)),
        st.just(Flag(Column("urgent"))),
        st.just(IsTold(Column("lead"))),
    )


_simple = _leaves(_text_columns)
trees: st.SearchStrategy[Condition] = st.recursive(
    _leaves(_texts(_simple)),
    lambda below: st.one_of(
        st.lists(below, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(below, max_size=3).map(lambda parts: Or(tuple(parts))),
        below.map(Not),
    ),
    max_leaves=8,
)
"""Conditions of every kind, over `rows`."""

texts: st.SearchStrategy[Text] = st.one_of(_texts(_simple), _day_terms)
"""Terms of every kind that are texts."""
