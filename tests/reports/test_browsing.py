"""Filters of the register against plain Python over the same rows; sorting; rows set aside."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import HOSTILE, fill, language_kept, told, walk, yaohao
from hypothesis import given, settings
from hypothesis import strategies as st
from yaohao.planner.engine.entity_filter import KEYS, condition
from yaohao.planner.vocabulary.clock import years_before
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

TODAY = date(2027, 3, 1)
SORTS = ("entity_id", "name", "region", "tier", "kind", "status", "established_on", "inspected_on")


def rows(count: int = 400) -> list[dict[str, Any]]:
    """Entities of every sort, the same each time."""
    chance = random.Random(5)
    names = ("Dairy Œuvre", "dairy 粉店", "科尔沁区面粉厂", 'O\'Brien "x"', "a:b", *HOSTILE[:6])
    days = ("", "2024-02-29", "2024-03-01", "2026-12-31", "1999-01-01", "2027-02-28", "2000-03-01")
    return [
        {
            "entity_id": f"{chance.choice('aAbB_.')}{number:04d}",
            "name": chance.choice(names),
            "address": chance.choice(("", "Main St 1", "x,y")),
            "tier": chance.choice(("A", "B", "", "Z")),
            "region": chance.choice(("150502", "1505", "150581", "220101", "", "North")),
            "industry": chance.choice(("F52", "F51", "C13", "")),
            "kind": chance.choice(("enterprise", "individual")),
            "status": chance.choice(("active", "revoked")),
            "established_on": chance.choice(days[:5]),
            "inspected_on": chance.choice((days[0], days[3], days[5])),
            "fields": chance.choice(("", "food", "drug,food", "special")),
            "visits_this_year": str(chance.choice((0, 1, 3))),
        }
        for number in range(count)
    ]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace of these entities."""
    from helpers.cli import write_csv

    folder = tmp_path_factory.mktemp("browse")
    made = Workspace.create(folder / "w", "free")
    made.import_files("entities", [write_csv(folder / "e.csv", rows())])
    return made


@pytest.fixture(scope="module")
def everyone(workspace: Workspace) -> Any:
    """Its entities, loaded."""
    entities = workspace.browse(TODAY)
    entities.load()
    return entities


@pytest.fixture(scope="module")
def everybody(everyone: Any) -> list[dict[str, Any]]:
    """The rows of all of them."""
    return list(everyone.rows(range(everyone.size)))


def age(row: dict[str, Any]) -> int | None:
    """Whole years since establishment, counted year by year."""
    if not row["established_on"]:
        return None
    born = date.fromisoformat(row["established_on"])
    years = 0
    while born <= years_before(TODAY, years + 1):
        years += 1
    return years


def compared(value: Any, sign: str, other: Any) -> bool:
    return bool({"<": value < other, ">": value > other, "<=": value <= other,
                 ">=": value >= other, "=": value == other}[sign])  # fmt: skip


def day(column: str, sign: str, other: str) -> Any:
    """Days are compared as far as they are written out."""
    return lambda r: r[column] != "" and compared(r[column][: len(other)], sign, other)


CASES: dict[str, Any] = {
    "dairy": lambda r: "dairy" in r["name"].lower(),
    "DAIRY": lambda r: "dairy" in r["name"].lower(),
    "粉": lambda r: "粉" in r["name"],
    "a00": lambda r: "a00" in r["entity_id"].lower(),
    "O'B": lambda r: "O'B" in r["name"],
    "tier:A": lambda r: r["tier"] == "A",
    "tier:低风险": lambda r: r["tier"] == "A",
    "等级：A，Z": lambda r: r["tier"] in ("A", "Z"),
    "tier:none": lambda r: r["tier"] == "",
    "region:1505": lambda r: r["region"].startswith("1505"),
    "region:科尔沁区": lambda r: r["region"].startswith("150502"),
    "region:none": lambda r: r["region"] == "",
    "region:north": lambda r: r["region"] == "North",
    "industry:f5": lambda r: r["industry"].startswith("F5"),
    "行业:制造业": lambda r: r["industry"].startswith("C"),
    "kind:个体户": lambda r: r["kind"] == "individual",
    "status:revoked": lambda r: r["status"] == "revoked",
    "field:food": lambda r: "food" in r["fields"].split(","),
    "field:食品": lambda r: "food" in r["fields"].split(","),
    "field:none": lambda r: r["fields"] == "",
    "visit:never": lambda r: r["inspected_on"] == "",
    "visits:>=1": lambda r: int(r["visits_this_year"]) >= 1,
    "visits:3": lambda r: int(r["visits_this_year"]) == 3,
    "since:2024-02": lambda r: r["established_on"].startswith("2024-02"),
    "address:Main": lambda r: "Main" in r["address"],
    'name:"科尔沁区面"': lambda r: "科尔沁区面" in r["name"],
    "code:A0": lambda r: "a0" in r["entity_id"].lower(),
    "tier:": lambda r: True,
    "nosuch:x": lambda r: "nosuch:x" in r["name"],
    "a:b": lambda r: r["name"] == "a:b",
    "age:x": lambda r: "age:x" in r["name"],
} | {
    f"age:{sign}{years}": (
        lambda r, s=sign or "=", y=years: age(r) is not None and compared(age(r), s, y)
    )
    for sign in ("", "<", ">", "<=", ">=")
    for years in (0, 2, 3, 27)
} | {
    f"visit:{sign}{other}": day("inspected_on", sign, other)
    for sign in ("<", ">", "<=", ">=")
    for other in ("2026", "2026-12", "2027-02-28")
}  # fmt: skip


@pytest.mark.parametrize("typed", CASES)
def test_one_word_finds_what_plain_python_finds(
    everyone: Any, everybody: list[dict[str, Any]], typed: str
) -> None:
    found = {row["entity_id"] for row in everyone.rows(everyone.find(typed))}
    assert found == {row["entity_id"] for row in everybody if CASES[typed](row)}


@settings(max_examples=40, deadline=None)
@given(
    words=st.lists(st.tuples(st.booleans(), st.sampled_from(sorted(CASES))), max_size=4),
    sort=st.sampled_from(SORTS),
    descending=st.booleans(),
)
def test_words_together_and_turned_round(
    everyone: Any,
    everybody: list[dict[str, Any]],
    words: list[tuple[bool, str]],
    sort: str,
    descending: bool,
) -> None:
    typed = " ".join(f"{'-' if turned else ''}{word}" for turned, word in words)
    wanted = [
        row
        for row in everybody
        # A key with nothing behind it is being typed: it hides nobody, turned round or not.
        if all(bool(CASES[word](row)) != turned for turned, word in words if word != "tier:")
    ]
    wanted.sort(key=lambda row: (str(row[sort]).encode(), row["entity_id"].encode()))
    if descending:
        wanted.reverse()
    assert everyone.rows(everyone.find(typed, sort, descending=descending)) == wanted


@settings(max_examples=75, deadline=None)
@given(typed=st.text(max_size=30) | st.lists(
    st.sampled_from([*(f"{names[0]}:" for names in KEYS.values()), "'", '"', "<", "%", "-", ";--",
                     "9" * 12, "0", " ", ",", "：", "\0", "\ud800", "年限:"]), max_size=6
).map("".join))  # fmt: skip
def test_nothing_typed_is_wrong(everyone: Any, typed: str) -> None:
    try:
        typed.encode()
    except UnicodeEncodeError:
        return
    assert 0 <= len(everyone.find(typed)) <= everyone.size
    assert condition("", TODAY) == "true"


def test_head_and_pages_are_the_same_rows(workspace: Workspace, everyone: Any) -> None:
    fresh = workspace.browse(TODAY)
    assert fresh.first(7) == everyone.rows(range(7)) == fresh.head
    assert not fresh.is_loaded
    assert everyone.rows([]) == []
    with pytest.raises(PlannerError, match="shoe size"):
        everyone.find("", "shoe size")


def test_an_empty_register_can_be_browsed(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w", "free")
    entities = workspace.browse()
    assert (entities.first(5), list(entities.find("x", "name")), entities.size) == ([], [], 0)
    workspace.close()


def test_rows_set_aside_page_by_page(tmp_path: Path) -> None:
    with language_kept():
        folder = fill(tmp_path, "china")
    workspace = Workspace(folder)
    everything = workspace.set_aside()
    assert workspace.set_aside_count() == len(everything) == 1
    assert workspace.set_aside_page() == everything
    assert workspace.set_aside_page(first=1) == []
    for typed in ("check", "校验", "91150502MA0N00040", "entities.csv 商行40"):
        assert workspace.set_aside_count(typed=typed) == 1, typed
    assert workspace.set_aside_count("leads") == workspace.set_aside_count(typed="zebra") == 0
    workspace.close()


def test_the_command_line_tells_the_same(tmp_path: Path) -> None:
    with language_kept():
        folder = fill(tmp_path)
        walk(folder)
    told_all = told("--workspace", folder, "register", "entities", "--filter", "cafe region:North")
    assert told_all["found"] == len(told_all["entities"]) < told_all["size"] == 60
    shown = yaohao("--workspace", folder, "register", "entities", "--limit", 3, "--sort", "name")
    assert shown.exit_code == 0 and "60" in shown.stderr
    bad = yaohao("--workspace", folder, "register", "entities", "--today", "soon")
    assert bad.exit_code == 2
    story = told("--workspace", folder, "register", "entity", "cafe-07")
    assert story["leads"][0]["lead_id"] == "L-1"
    assert story["visits"][0]["standing"] == "directed"
    missing = yaohao("--workspace", folder, "register", "entity", "cafe-99")
    assert missing.exit_code == 2 and "cafe-99" in missing.stderr
    for lang in ("zh", "en"):
        one = yaohao("--workspace", folder, "register", "entity", "cafe-59", lang=lang)
        assert one.exit_code == 0 and "\x1b" not in one.stdout
