"""Tables without a screen: groups and sums against a plain oracle, columns, filters, pastes."""

from __future__ import annotations

import time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from yaohao.planner.doors.kept_tables import KeptColumns
from yaohao.planner.reports.entities import Entities
from yaohao.planner.vocabulary.filter_words import filter_words, pasted_as_filter
from yaohao.planner.workspace import Workspace
from yaohao.sample_data import Population
from yaohao.tui.pasting import BEGIN, END, PasteParser
from yaohao.tui.register_rows import COLUMNS, EntityRows
from yaohao.tui.table_filter import table_filter
from yaohao.tui.widgets.columns import (
    Column,
    chosen,
    in_order,
    laid_out,
    with_moved,
    with_shown,
    with_width,
)
from yaohao.tui.widgets.rows import ListRows, bare, grouped, ordered, places_of
from yaohao.tui.widgets.table_view import Narrowing, TableView

TABLE = (
    Column("code", "tui_register.col-code", 8, code=True, ident=True),
    Column("kind", "tui_register.col-kind", 8),
    Column("size", "tui_register.col-visits", 8, amount=True, right=True),
)
cells = st.sampled_from(["", "a", "b", ("-", "dim"), ("a", "bad"), "-"])
amounts = st.sampled_from([0, 1, -3, 10**12, "1.5", "2,000.25", "-", "", "x", ("7", "dim")])
tables = st.lists(st.tuples(cells, amounts), max_size=40).map(
    lambda rows: [[f"{at:03d}", *row] for at, row in enumerate(rows)]
)


def amount_of(cell: Any) -> Fraction:
    """The oracle of an amount."""
    text = str(cell[0] if isinstance(cell, tuple) else cell).replace(",", "")
    try:
        return Fraction(text)
    except ValueError:
        return Fraction(0)


@given(tables)
def test_groups_and_sums_are_those_of_a_plain_count(rows: list[list[Any]]) -> None:
    found = grouped(ListRows(rows), 1, TABLE[1], [(2, TABLE[2])])
    oracle: dict[Any, tuple[int, Fraction]] = {}
    for row in rows:
        value = row[1][0] if isinstance(row[1], tuple) else row[1]
        value = None if row[1] == ("-", "dim") else value
        size, total = oracle.get(value, (0, Fraction(0)))
        oracle[value] = size + 1, total + amount_of(row[2])
    assert {
        group.value: (group.size, Fraction(group.sums.get("size", 0))) for group in found
    } == oracle
    for group in found:
        places = places_of(ListRows(rows), 1, TABLE[1], group.value)
        assert len(places) == group.size
        assert {bare(rows[place][1]) for place in places} == {group.value}
    sizes = [group.size for group in found]
    assert sizes == sorted(sizes, reverse=True)


@given(tables, st.booleans(), st.data())
def test_a_view_keeps_its_row_whatever_is_opened_or_ordered(
    rows: list[list[Any]], descending: bool, data: st.DataObject
) -> None:
    if not rows:
        return
    view = TableView(TABLE)
    view.take(ListRows(rows), None)
    view.at = data.draw(st.integers(0, len(rows) - 1))
    row = rows[view.cursor]
    view.turn("size")
    if descending:
        view.turn("size")
    assert rows[view.cursor] is row
    groups = grouped(view.seen, 1, TABLE[1], [])
    group = data.draw(st.sampled_from(groups))
    view.open(Narrowing(TABLE[1], group.value, ""), places_of(view.seen, 1, TABLE[1], group.value))
    assert len(view.seen) == group.size
    assert {bare(one[1]) for one in view.seen.page(0, group.size)} == {group.value}
    inner = grouped(view.seen, 2, TABLE[2], [])
    deep = data.draw(st.sampled_from(inner))
    view.open(Narrowing(TABLE[2], deep.value, ""), places_of(view.seen, 2, TABLE[2], deep.value))
    assert len(view.seen) == deep.size
    marked = rows[view.cursor]
    view.close()
    assert rows[view.cursor] is marked
    view.close()
    assert len(view.seen) == len(rows)
    assert rows[view.cursor] is marked
    more = [["new", "a", 1], *rows]
    view.take(ListRows(more), marked)
    assert more[view.cursor] is marked


@given(tables, st.booleans())
def test_order_is_stable_and_nothing_comes_last(rows: list[list[Any]], descending: bool) -> None:
    places = ordered(ListRows(rows), 2, descending=descending)
    assert sorted(places) == list(range(len(rows)))
    empty = [bare(rows[place][2]) in (None, "") for place in places]
    assert empty == sorted(empty)
    numbers = [
        (amount_of(rows[place][2]) * (-1 if descending else 1), place)
        for place in places
        if isinstance(bare(rows[place][2]), int)
    ]
    assert numbers == sorted(numbers)


keys = st.sampled_from([column.key for column in COLUMNS])


@given(st.lists(st.tuples(keys, st.integers(0, 2), keys, st.integers(-5, 60))), st.integers(1, 220))
def test_columns_stay_within_the_room_and_none_is_lost(
    changes: list[tuple[str, int, str, int]], room: int
) -> None:
    kept = KeptColumns()
    by_key = {column.key: column for column in COLUMNS}
    for key, what, other, width in changes:
        if what == 0:
            kept = with_moved(kept, COLUMNS, key, other)
        elif what == 1:
            kept = with_width(kept, by_key[key], width)
        else:
            kept = with_shown(kept, by_key[key], shown=width % 2 == 0)
    assert sorted(place for place, _ in in_order(COLUMNS, kept)) == list(range(len(COLUMNS)))
    assert chosen(COLUMNS, kept)
    placed = laid_out(COLUMNS, kept, room, Column.heading)
    assert placed
    if len(placed) > 1 and sum(width + 1 for *_, width in placed) + 1 > room:
        assert not any(column.spare or column.code for _, column, _ in placed)


@pytest.fixture(scope="module")
def entities(tmp_path_factory: pytest.TempPathFactory) -> Entities:
    """A register of 3,000 synthetic entities."""
    folder = tmp_path_factory.mktemp("groups")
    Population(3_000, seed=4).write_csv(folder / "entities.csv")
    workspace = Workspace.create(folder / "w")
    workspace.import_files("entities", [folder / "entities.csv"], today="2100-12-31")
    found = workspace.browse()
    workspace.close()
    found.load()
    return found


@pytest.mark.parametrize("typed", ["", "等级:A", "zzzz", "检查:无"])
def test_the_database_groups_as_plain_counting_does(entities: Entities, typed: str) -> None:
    places = entities.find(typed, "name")
    rows = EntityRows(entities, places)
    plain = ListRows(rows.page(0, len(rows)))
    amount = next(column for column in COLUMNS if column.key == "visits_this_year")
    at = COLUMNS.index(amount)
    for place, column in enumerate(COLUMNS):
        if column.amount or column.key in ("entity_id", "name"):
            continue
        found = grouped(rows, place, column, [(at, amount)])
        oracle = grouped(plain, place, column, [(at, amount)])
        told: dict[Any, Any] = {}
        for group in found:
            key = group.words or None
            size, total = told.get(key, (0, 0))
            told[key] = size + group.size, total + group.sums[amount.key]
        assert told == {
            group.words or None: (group.size, group.sums.get(amount.key, 0)) for group in oracle
        }
        for group in found[:5]:
            opened = places_of(rows, place, column, group.value)
            assert len(opened) == group.size, (column.key, group.words)
            inner = rows.subset(opened)
            assert {bare(row[place]) or "" for row in inner.page(0, len(inner))} <= {group.words}


def test_a_row_of_the_register_is_found_where_it_went(entities: Entities) -> None:
    by_name = EntityRows(entities, entities.find("", "name", descending=True))
    for at in (0, 17, 2_999):
        row = by_name.page(at, at + 1)[0]
        assert by_name.place_of((row[0],), [0]) == at
    assert by_name.place_of(("nobody",), [0]) is None


# filters and pastes


def test_codes_pasted_in_any_way_are_all_taken(entities: Entities) -> None:
    ids = [row["entity_id"] for row in entities.rows(np.arange(0, 3_000, 7))]
    for between in ("\n", "\r\n", "\t", ",", "\uff0c", "\u3001", "; ", " ", "\n\n \t"):
        for some in (ids[:2], ids):
            typed = pasted_as_filter(f" {between.join(some)}{between}")
            assert len(entities.find(typed)) == len(some), between
    names = [row["name"] for row in entities.rows(np.arange(3))]
    assert len(entities.find(pasted_as_filter("\n".join(names)))) >= len(set(names))


def test_a_paste_that_is_no_list_stays_what_it_is() -> None:
    assert pasted_as_filter("tier:A region:1505") == "tier:A region:1505"
    assert pasted_as_filter("  宁夏 粉店 ") == "宁夏 粉店"
    assert pasted_as_filter("2027-01 2027-02") == "2027-01 2027-02"
    assert pasted_as_filter("") == ""
    assert pasted_as_filter("-E0117") == '"-E0117"'
    assert [one.turned for one in filter_words(pasted_as_filter("-E0117\n-E0118"))] == [False]
    assert pasted_as_filter("A b\nC d") == '"A b","C d"'


@given(st.text(max_size=60))
def test_no_filter_breaks(typed: str) -> None:
    for word in filter_words(typed):
        assert word.typed
    found = table_filter(typed, TABLE)
    found.holds(lambda: ["a", "b"], lambda: ["a", "b", 3])


def test_a_minus_with_nothing_behind_it_hides_nothing() -> None:
    for typed in ("-", "-,", '-""', "-kind:"):
        assert table_filter(typed, TABLE).holds(lambda: ["-a", "b"], lambda: ["-a", "b", 3]), typed


def test_columns_are_asked_for_by_key_and_by_name() -> None:
    row = ["E1", ("个体", "dim"), 12]

    def holds(typed: str) -> bool:
        return table_filter(typed, TABLE).holds(lambda: ["E1", "个体"], lambda: row)

    for typed in ("kind:个体", "size:>10", "size:>=12", "size:<13", "-size:<3", "e1", "kind:x,个"):
        assert holds(typed), typed
    for typed in ("kind:x", "size:>12", "size:none", "-e1", "-kind:个体", "kind:个体 size:7,3"):
        assert not holds(typed), typed
    assert table_filter("sizes:3 12:30 size:3", TABLE).unknown == ("sizes:3",)


text = st.text(
    st.one_of(
        st.sampled_from(["\x1b", "[", "A", "2", "0", "1", "~", "q", "\r", "\n", "\t", "字"]),
        st.characters(exclude_categories=["Cs"], exclude_characters=["\x00"]),
    ),
    max_size=200,
).filter(lambda one: END not in one and not END.startswith(one[-5:] or "."))


@settings(max_examples=200)
@given(text, st.integers(1, 30))
def test_what_is_pasted_is_one_text_however_it_comes(pasted: str, size: int) -> None:
    parser = PasteParser()
    sent = f"a{BEGIN}{pasted}{END}b"
    found: list[Any] = []
    for at in range(0, len(sent), size):
        found += parser.feed(sent[at : at + size])
    kinds = [type(event) for event in found]
    assert kinds == [events.Key, events.Paste, events.Key]
    paste = found[1].text
    assert len(paste) == len(pasted)
    assert "\x1b" not in paste
    assert [one for one in paste if one.isalnum()] == [one for one in pasted if one.isalnum()]


def test_a_mark_parted_between_two_pieces_is_one() -> None:
    for at in range(1, len(BEGIN)):
        parser = PasteParser()
        found = [*parser.feed(f"a{BEGIN[:at]}"), *parser.feed(f"{BEGIN[at:]}\x1b[Ax{END}")]
        assert [type(one) for one in found] == [events.Key, events.Paste]


def test_what_begins_like_a_mark_stays_a_key() -> None:
    """Escape, an arrow and F12, a character at a time; and Escape alone, once its time is up."""
    for sent, key in (("\x1b[A", "up"), ("\x1b[24~", "f12")):
        parser = PasteParser()
        found = [event for sign in sent for event in parser.feed(sign)]
        assert [one.key for one in found if isinstance(one, events.Key)] == [key]
    parser = PasteParser()
    assert not list(parser.feed("\x1b"))
    parser._timeout_time = 0.0  # as if the time had gone by
    assert [one.key for one in parser.tick() if isinstance(one, events.Key)] == ["escape"]
    assert [type(one) for one in parser.feed("[200~x")] == [events.Key] * 6


def test_a_hundred_thousand_characters_are_read_at_once() -> None:
    parser = PasteParser()
    sent = f"{BEGIN}{'9115050000MA0X0001,' * 5_300}{END}"
    begun = time.process_time()
    found = [
        event for at in range(0, len(sent), 4096) for event in parser.feed(sent[at : at + 4096])
    ]
    assert len(found) == 1
    assert time.process_time() - begun < 0.5


def test_sums_are_exact() -> None:
    rows = ListRows([["a", "k", "0.1"]] * 10)
    assert grouped(rows, 1, TABLE[1], [(2, TABLE[2])])[0].sums == {"size": Decimal(1)}


def test_a_pasted_list_is_found_soon(entities: Entities, tmp_path: Path) -> None:
    ids = [f"9115050000MA0X{number:05d}" for number in range(5_000)]
    begun = time.process_time()
    entities.find(pasted_as_filter("\n".join(ids)))
    assert time.process_time() - begun < 1


def test_a_key_being_typed_hides_nobody(entities: Entities) -> None:
    for typed in ("等级:", "-等级:", "-", "-,"):
        assert len(entities.find(typed)) in (0, 3_000)
    assert len(entities.find("-等级:")) == 3_000
