"""Changes of a plan's text: exactly what was meant, comments kept, all else byte for byte."""

from __future__ import annotations

import copy
import re
import tomllib
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from helpers.campaign import tried
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.plan.edits import edited
from yaohao.planner.plan.form_rows import form_rows
from yaohao.planner.plan.keys import AMOUNT, COUNT, ENTRY, KEYS, RATE
from yaohao.planner.plan.parse import read_plan
from yaohao.planner.plan.typed_edits import path_of, typed_edits
from yaohao.planner.plan.typed_values import typed_value
from yaohao.planner.schema.plan_edit import Path, PlanEdit
from yaohao.planner.schema.plan_fields import FIELDS, field_at
from yaohao.planner.vocabulary.problems import PlannerError

HEAD = """# 计划 plan
id = "p1"   # the id
title = "A # B"
authority = 'Bureau'
as_of = 2027-01-04
window = [2027-01-11, 2027-03-31] # two days
"""
PARTS = (
    (
        "items = ['REG-01', \"PUB-01\"]  # one line",
        "items = [\n  'REG-01', # first\n  'PUB-01',\n]",
    ),
    ("strata = ['tier', 'region']", ""),
    (
        "\n# who\n[scope]\nkind = ['enterprise'] # k\n# on region\nregion = ['1505']\n# end",
        "scope.kind = ['enterprise']\nscope.region = ['1505']",
        "",
    ),
    (
        "\n# how many\n[rates] # r\ntier = { A = '1%', B = { min = '3%', max = '6%' } } # t\n"
        "  unknown_tier = 'B'",
        "\n[rates.tier]\nA = 0.01 # one\nB = { count = 40 }\n# after tiers",
        "\n[rates]\n  tier.A = '1%'\n  tier.B = '2%' # two",
    ),
    ("\n[tolerance] # new\nyears = 3\n# share\nleave_out = '50%'", ""),
    ("\n[limits]\n\n# a cap\ntotal = 600 # all\n\n\n# before what follows", "", "\n[limits]"),
    (
        "\n[[quota]] # first\nwhere = { region = '150581' }\nmin = 20\n# second\n[[quota]]\n"
        "max = '5% of draw' # few\n[quota.where]\nage = ['new'] # young\n# last",
        "\n[[quota]]\nwhere = {}\nmin = 3",
        "",
    ),
    (
        "\n[seeds]\nselect = [\n  { kind = 'dice', source = 'x' }, # d\n"
        "  { kind = 'other', source = 'y' },\n]\ncrew = 'later'",
        "\n[seeds]\nselect = 'later' # s",
        "",
    ),
    ("\n# the end\n[publication]\ntiers = 'shown'", ""),
)


def parsed(text: str) -> dict[str, Any]:
    return tomllib.loads(text, parse_float=Decimal)


@st.composite
def plans(draw: st.DrawFn) -> str:
    """Texts of plans in many layouts; what stands at the top comes first."""
    chosen = [draw(st.sampled_from(part)) for part in PARTS]
    top = [one for one in chosen if one and not re.search(r"^\s*(?:#[^\n]*\n)?\[", one)]
    rest = [one for one in chosen if one and one not in top]
    text = HEAD + "".join(f"{one}\n" for one in top + rest)
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


LISTS = st.lists(st.sampled_from(["REG-01", "PUB-01", "X-9", "q#r"]), unique=True, max_size=4)
VALUES = st.one_of(
    st.integers(1, 999),
    st.sampled_from(["3%", "B", 'a "quoted" # text', "食品"]),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    st.sampled_from([Decimal("0.03"), Decimal("0.5")]),
    LISTS,
    st.sampled_from([{"count": 4}, {"min": "1%"}]),
)
NEW_KEYS: tuple[Path, ...] = (
    *(("frequency",), ("scope", "status"), ("rates", "tier", "Z"), ("rates", "region", "1505")),
    *(("low_risk", "tiers"), ("limits", "total"), ("crew", "size"), ("quota", 0, "where", "kind")),
    *(("quota", 1, "max"), ("publication", "reserves"), ("rates", "unknown_tier")),
)


def paths_in(value: Any, path: Path = ()) -> list[Path]:
    found = [path] if path else []
    if isinstance(value, dict):
        found += [inner for key in value for inner in paths_in(value[key], (*path, key))]
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        found += [inner for n, one in enumerate(value) for inner in paths_in(one, (*path, n))]
    return found


def at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def meant(data: dict[str, Any], edit: PlanEdit) -> dict[str, Any]:
    """The tables after an edit, told without any text."""
    found: Any = copy.deepcopy(data)
    holder = found
    for part in edit.path[:-1]:
        if isinstance(holder, dict) and isinstance(part, str):
            holder = holder.setdefault(part, {})
        else:
            holder = holder[part]
    last: Any = edit.path[-1]
    if edit.act == "set":
        holder[last] = edit.value
    elif edit.act == "add":
        there = holder.setdefault(last, [])
        if isinstance(there, str):
            there = holder[last] = [{"kind": "other", "source": there}]
        there.append(edit.value)
    else:
        del holder[last]
    return dict(found)


def without_empty(value: Any) -> Any:
    """Tables without those that hold nothing, which no plan can tell from those left out."""
    if isinstance(value, list):
        return [without_empty(one) for one in value]
    if not isinstance(value, dict):
        return value
    inner = {key: without_empty(one) for key, one in value.items()}
    return {key: one for key, one in inner.items() if one not in ({}, [])}


def comments(text: str) -> Counter[str]:
    bare = re.sub(r"\"[^\"\n]*\"|'[^'\n]*'", "", text)
    return Counter(one.strip() for one in re.findall(r"#[^\n]*", bare))


def gone(old: str, new: str) -> list[str]:
    """The lines of a text that another has not."""
    return list((Counter(old.splitlines(True)) - Counter(new.splitlines(True))).elements())


@st.composite
def edits(draw: st.DrawFn, data: dict[str, Any]) -> PlanEdit:
    there = [path for path in paths_in(data) if not isinstance(at(data, path), dict | list)]
    there += [("items",)]
    act = draw(st.sampled_from(["set", "set", "new", "unset", "add"]))
    if act == "add":
        path = draw(st.sampled_from([("quota",), ("coverage",), ("seeds", "select")]))
        value = draw(st.sampled_from([{"min": 3}, {"where": {"age": "new"}, "max": "9%"}]))
        return PlanEdit(path, value, "add")
    if act == "unset":
        return PlanEdit(draw(st.sampled_from(paths_in(data))), act="unset")
    path = draw(st.sampled_from(there if act == "set" else NEW_KEYS))
    value = draw(LISTS if path == ("items",) else VALUES)
    return PlanEdit(path, value)


@tried(300)
@given(st.data())
def test_any_series_of_edits_leads_to_what_was_meant(given_data: st.DataObject) -> None:
    text = given_data.draw(plans())
    for _ in range(given_data.draw(st.integers(1, 6))):
        data = parsed(text)
        edit = given_data.draw(edits(data))
        try:
            wanted = meant(data, edit)
        except (KeyError, IndexError, TypeError, AttributeError):
            with pytest.raises(PlannerError):
                edited(text, [edit])
            continue
        try:
            new = edited(text, [edit])
        except PlannerError as error:
            # Only a table of its own is left to the text where a value should stand in its place.
            assert error.problems[0].code == "plan_edit.by-hand"
            assert edit.act == "set" and isinstance(at(data, edit.path), dict | list)
            continue
        if edit.act == "unset":
            assert without_empty(parsed(new)) == without_empty(wanted)
        else:
            assert parsed(new) == wanted
        assert ("\r\n" in new) == ("\r\n" in text) and new.count("\r\n") in (0, new.count("\n"))
        if edit.act != "unset":
            lost = comments(text) - comments(new)
            whole = re.search(r"# d", "".join(lost))  # of a part of a seed that is replaced
            assert not lost or (whole and edit.path == ("seeds", "select"))
            key = next(str(part) for part in reversed(edit.path) if isinstance(part, str))
            for line in gone(text, new):
                assert key in line or edit.path[0] in ("items", "seeds", "rates", "quota"), line
        else:
            assert all(line in text for line in gone(new, text)) or len(gone(new, text)) == 1
        text = new


def test_a_value_is_replaced_and_not_a_byte_around_it() -> None:
    text = HEAD + "[limits]\n\ttotal  =  600   # what we can\n# next\n[crew]\nsize = 2"
    new = edited(text, [PlanEdit(("limits", "total"), 70)])
    assert new == text.replace("600", "70")
    assert edited("\ufeff" + text, [PlanEdit(("id",), "q")]).startswith("\ufeff# 计划")


def test_the_comment_of_the_next_table_stays_with_it() -> None:
    text = HEAD + "[limits]\ntotal = 6\n\n# on crews\n[crew]\nsize = 2\n"
    new = edited(text, [PlanEdit(("limits", "days_between"), 60)])
    assert "total = 6\ndays_between = 60\n\n# on crews\n[crew]" in new
    new = edited(text, [PlanEdit(("limits",), act="unset")])
    assert "# on crews\n[crew]" in new and "total" not in new
    new = edited(text, [PlanEdit(("quota",), {"min": 3}, "add"), PlanEdit(("quota", 0, "max"), 9)])
    assert new == text + "\n[[quota]]\nmin = 3\nmax = 9\n"


def test_lists_keep_their_lines_and_comments() -> None:
    text = HEAD + "items = [\n  'A', # first\n  'B',\n  'C', # third\n]\n"
    new = edited(text, [PlanEdit(("items",), ["A", "C", "D"])])
    assert parsed(new)["items"] == ["A", "C", "D"]
    assert "'A', # first" in new and "# third" in new and "'B'" not in new
    new = edited(text, [PlanEdit(("items",), ["D", "A"])])
    assert parsed(new)["items"] == ["D", "A"] and "# first" in new and "# third" in new


def test_what_cannot_be_changed_is_said() -> None:
    for edit, code in (
        (PlanEdit(("limits", "total"), act="unset"), "none"),
        (PlanEdit(("quota", 3, "min"), 3), "no-row"),
        (PlanEdit(("rates",), "3%"), "by-hand"),
    ):
        with pytest.raises(PlannerError) as raised:
            edited(HEAD + "[rates]\ntier = { A = '1%' }\n", [edit])
        assert raised.value.problems[0].code == f"plan_edit.{code}"
    with pytest.raises(PlannerError) as raised:
        edited("id = ", [PlanEdit(("id",), "x")])
    assert raised.value.problems[0].code == "plan_edit.not-toml"


def test_the_table_of_fields_has_every_key_of_a_plan() -> None:
    fronts = {
        "where": "quota.#.where",
        "part": "seeds.select.#",
        "cosigner": "publication.cosigners.#",
        **{name: f"{name}.#" for name in ("coverage", "quota", "department")},
    }
    known = {".".join(one.path) for one in FIELDS}
    for table, keys in KEYS.items():
        front = fronts.get(table, table)
        for key in keys if table not in (RATE, COUNT, AMOUNT, ENTRY) else ():
            name = f"{front}.{key}" if front else key
            assert any(one == name or one.startswith(f"{name}.") for one in known), name
    keys_known = {part for keys in KEYS.values() for part in keys} | {"*", "#"}
    assert {part for one in FIELDS for part in one.path} <= keys_known | set(KEYS)


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("as_of", "2027年1月4日", date(2027, 1, 4)),
        ("window", "2027-01-11 - 2027/3/31", [date(2027, 1, 11), date(2027, 3, 31)]),
        ("items", "REG-01，PUB-01、X", ["REG-01", "PUB-01", "X"]),
        ("rates.tier.A", "２%", "2%"),
        ("rates.tier.A", "40 户", {"count": 40}),
        ("rates.tier.A", '{ min = "1%" }', {"min": "1%"}),
        ("rates.tier.A", "0.03", Decimal("0.03")),
        ("limits.total", "-3", -3),
        ("limits.total", "many", "many"),
        ("quota[1].where.tier", "A", "A"),
        ("quota[1].where.tier", "A,B", ["A", "B"]),
        ("title", "3,4", "3,4"),
        ("title", "[x", "[x"),
    ],
)
def test_typed_values(key: str, typed: str, value: Any) -> None:
    field = field_at(path_of(key))
    assert field is not None
    assert typed_value(field, typed) == value


def test_typed_changes() -> None:
    text = HEAD + "items = ['A']\n[rates]\ntier = { A = '1%' }\n[[quota]]\nmin = 3\n"
    changes = ["items+=B", "quota[+].where.region=1505", "quota[+].max=9", 'rates.region."15 x"=2%']
    new = edited(text, typed_edits(text, changes, ["quota[1]"]))
    data = parsed(new)
    assert data["items"] == ["A", "B"]
    assert data["quota"] == [{"where": {"region": "1505"}, "max": 9}]
    assert data["rates"]["region"] == {"15 x": "2%"}
    for change, code in (
        ("limits.totl=3", "unknown-key-near"),
        ("x", "no-change"),
        ("items-=Z", "not-in-list"),
        ("limits[+].total=3", "no-array"),
        ("quota[0].min=3", "bad-key"),
        ("quota[+]=3", "bad-key"),
    ):
        with pytest.raises(PlannerError) as raised:
            typed_edits(text, [change])
        assert raised.value.problems[0].code == f"plan_edit.{code}"


@settings(max_examples=60, deadline=None)
@given(plans())
def test_rows_of_the_form_are_those_of_the_text(text: str) -> None:
    data = parsed(text)
    rows = form_rows(text)
    shown = {row.path for row in rows if row.what == "field" and row.given}
    for row in rows:
        if row.given and row.path:
            assert row.value == at(data, row.path)
            assert row.line is not None
        if row.what == "field":
            assert row.field is not None and field_at(row.path) == row.field
    leaves = [path for path in paths_in(data) if not isinstance(at(data, path), dict)]
    for path in leaves:
        if not any(path[:n] in shown for n in range(1, len(path) + 1)):
            assert isinstance(at(data, path), list) and isinstance(at(data, path)[0], dict), path


def test_a_sound_plan_stays_one() -> None:
    text = HEAD + "[rates]\ntier = { A = '1%', B = '3%' }\n"
    new = edited(text, typed_edits(text, ["rates.tier.A=5%", "tolerance.years=2"]))
    plan = read_plan(new)
    assert plan.rates["A"] == 50_000 and plan.tolerance.years == 2
