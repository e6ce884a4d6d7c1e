"""What every engine must do alike: whole frames on small plans, and each named operation.

The suite runs on each engine of the registry. Beside it stand the rules read row by row
(`Classification.classify`), the standard library's hashes, and roots that were published before.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers.condition_trees import rows as tree_rows
from helpers.condition_trees import texts, trees
from helpers.small_frames import PLAN, frame_of, members, pool_of
from hypothesis import HealthCheck, given, settings
from yaohao.planner.engine import statements
from yaohao.planner.engine.base import Engine, EngineError, EngineSettings, FrameRelation
from yaohao.planner.engine.browse import FrameBrowser, Wanted, code_counts
from yaohao.planner.engine.registry import ENGINES, start
from yaohao.planner.frame.eligibility import classification
from yaohao.planner.frame.frame import Frame
from yaohao.planner.frame.grouped_frame import GroupedRegister, classify_grouped
from yaohao.planner.frame.joined_tables import leads_table, prior_table
from yaohao.planner.frame.leads import leads_in_force
from yaohao.planner.frame.merkle import merkle_root
from yaohao.planner.plan.conditions import Column, Condition, Constant, Equals, Not, Text
from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.parse import read_plan
from yaohao.planner.plan.triggers import with_entries
from yaohao.planner.schema.entity import FRAME_FORM, schema
from yaohao.planner.schema.frame import FRAME_COLUMNS, LEAF_COLUMNS

TAILS = {
    "least": "",
    "caps": "[tolerance]\nyears = 3\n[low_risk]\ntiers = ['A']\n[limits]\nvisits_per_year = 2\n"
    "days_between = 60\n",
    "shares": "[tolerance]\nyears = 2\nleave_out = '40%'\n[low_risk]\ntiers = ['A', 'B']\n"
    "leave_out = '50%'\n[leads]\ntriggers = ['transfer']\n",
    "coverage": "[tolerance]\nyears = 3\n[limits]\nvisits_per_year = 2\ndays_between = 60\n"
    "[[coverage]]\nwhere = { fields = ['food', 'toys'], region = '1505' }\nwithin_years = 2\n"
    "[[coverage]]\nwhere = { tier = 'B', age = 'old', key = 'other' }\nwithin_years = 3\n",
    "quotas": "[tolerance]\nyears = 3\nleave_out = '0%'\n"
    "[[quota]]\nwhere = { fields = ['food', \"it's\"], industry = 'F5' }\nmin = 1\n"
    "[[quota]]\nwhere = { age = 'new', key = 'key' }\nmax = '90% of draw'\n",
    "lists": "[trigger_based]\ntiers = ['A', 'B']\nobservation_months = 12\nreminder_months = 6\n",
}
LISTS = [
    {"entry_id": f"T-{n}", "item_id": "i1", "content": "c", "measure": "m", "trigger": trigger}
    for n, trigger in enumerate(("complaint", "rumour"), 1)
]
SECRET = "5e" * 32
DAYS = ("", "2023-12-31", "2024-01-04", "2024-01-05", "2025-03-31", "2025-04-01", "2025-07-05",
        "2026-11-11", "2026-11-12", "2026-11-13", "2027-01-02")  # fmt: skip


def plan_of(tail: str) -> Plan:
    head = PLAN.replace('strata = ["tier"', 'items = ["i1"]\nstrata = ["tier"')
    return with_entries(read_plan(head + TAILS[tail]), LISTS)


def register_rows(number: int, seed: int = 7) -> list[dict[str, Any]]:
    chance = random.Random(seed)
    return [
        {
            "entity_id": f"e{n:05d}",
            "name": f"店{n}'s",
            "address": "",
            "tier": chance.choice(("", "A", "B", "C", "D")),
            "region": chance.choice(("", "150502", "150581", "220101", "220201")),
            "industry": chance.choice(("", "F", "F51", "H6210")),
            "kind": chance.choice(("enterprise", "individual", "cooperative")),
            "status": chance.choice(("active", "active", "active", "revoked")),
            "established_on": chance.choice(DAYS),
            "inspected_on": chance.choice(DAYS),
            "fields": chance.choice(("", "food", "drug,food", "toys", "foodstuff", "it's")),
            "visits_this_year": chance.randrange(4),
        }
        for n in range(number)
    ]


def lead_rows(rows: list[dict[str, Any]], seed: int = 8) -> list[dict[str, Any]]:
    chance = random.Random(seed)
    return [
        {
            "entity_id": row["entity_id"],
            "trigger": chance.choice(("complaint", "transfer", "rumour")),
            "opened_on": chance.choice(("", "2026-12-01", "2027-02-01")),
            "closed_on": "",
            "reminded_on": chance.choice(("", "2026-12-20")),
        }
        for row in chance.sample(rows, len(rows) // 6)
    ] + [{"entity_id": "nobody", "trigger": "complaint", "opened_on": "", "closed_on": ""}]


def prior_rows(rows: list[dict[str, Any]], seed: int = 9) -> list[tuple[Any, ...]]:
    chance = random.Random(seed)
    return [
        (row["entity_id"], chance.randrange(3), 0, "2026-11-12", "2027-01-02")
        for row in chance.sample(rows, len(rows) // 6)
    ]


def joined(plan: Plan, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The register's rows with the leads in force and what earlier draws did, in Python."""
    leads = leads_in_force(lead_rows(rows), plan)
    prior = {row[0]: row for row in prior_rows(rows)}
    found = []
    for row in rows:
        lead = leads.get(row["entity_id"])
        _, year, batch, since, until = prior.get(row["entity_id"], ("", 0, 0, "", ""))
        found.append(
            {
                **row,
                **{
                    name: getattr(lead, name) if lead else None
                    for name in ("lead", "entry", "urgent", "reminded")
                },
                "drawn_this_year": year,
                "drawn_by_plan": batch,
                "drawn_until": until if row["inspected_on"] < since else "",
            }
        )
    return found


def written(rows: list[dict[str, Any]], path: Path) -> Path:
    pq.write_table(pa.Table.from_pylist(rows, schema=schema()), path)
    return path


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    with start(request.param, EngineSettings(threads=2)) as started:
        yield started


def framed(engine: Engine, plan: Plan, rows: list[dict[str, Any]], path: Path) -> Frame:
    leads, prior = leads_table(plan, lead_rows(rows)), prior_table(prior_rows(rows))
    return Frame(plan, engine.classify(classification(plan), written(rows, path), leads, prior))


# conditions


@pytest.mark.parametrize("name", sorted(ENGINES))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=trees, term=texts)
def test_the_engine_and_the_tree_say_the_same_of_every_row(
    name: str, tree: Condition, term: Text
) -> None:
    frame, rows = known_rows(name)
    entity = Column("entity_id")
    told = {
        entity_id: (holds, value)
        for entity_id, holds, value, _ in frame.counts((entity, tree, term))
    }
    assert told == {row["entity_id"]: (tree.holds(row), term.value(row)) for row in rows}
    chosen = [row["entity_id"] for row in rows if tree.holds(row)]
    assert [row[0] for row in frame.select(("entity_id",), tree)] == chosen
    assert frame.counts((), tree) == [(len(chosen),)]


_KNOWN: dict[str, tuple[FrameRelation, list[dict[str, Any]]]] = {}


def known_rows(name: str) -> tuple[FrameRelation, list[dict[str, Any]]]:
    if name not in _KNOWN:
        rows = tree_rows(150, 5)
        columns = {column: [row[column] for row in rows] for column in rows[0]}
        _KNOWN[name] = frame_of(columns, name), rows
    return _KNOWN[name]


def test_statements_say_only_what_translates() -> None:
    """Each function of the statements is one that sqlglot says in other dialects."""
    plan = plan_of("lists")
    rules = classification(plan)
    by = (rules.cell, rules.tier, rules.is_new, rules.in_key_field)
    texts = [statements.classify(classification(plan_of(tail)), "r", "l", "p") for tail in TAILS]
    texts += [
        statements.counts(statements.with_derived(rules), by, Equals(Column("tier"), "A"), "n"),
        statements.leaf_hashes(SECRET), statements.node_hashes(), statements.leads_outside(),
        statements.lowest_tickets("k"), statements.looked_up(()), statements.before("e"),
    ]  # fmt: skip
    known = {
        "starts_with", "contains", "greatest", "coalesce", "substr", "sha256", "unhex", "encode",
        "count", "row_number", "cast", "in", "not", "and", "or", "when", "select", "from", "as",
        "over", "using", "where", "then", "on", "join",
    }  # fmt: skip
    for text in texts:
        plain = re.sub(r"'(?:[^']|'')*'", "''", text)
        assert {word.lower() for word in re.findall(r"([A-Za-z_0-9]+)\s*\(", plain)} <= known
        assert "::" not in plain and "[" not in plain


# whole frames

ROOTS = {
    "caps": "f25d33ee910fa1e313b7b674e834510912859f71ab6baf8a4ad718e7ef056deb",
    "coverage": "399f2f9ecc6fd31b00b481dbba365bf65b3526c8c9d3d2b7c4c7e26f8256f313",
    "least": "8c8e41e682e81ac0e8a956ee9c4c5813eb4de81a9e846f602efaf00af7de71ac",
    "lists": "c713607b85c0630f9dd0685866cf581d15163b17ae5d757dbdfdf60d2cd41e88",
    "quotas": "3896bed6a0ad0536512099b676cd237828e352ef2b1d0ee6a0899923cb568271",
    "shares": "8e37a266dba958e26c1bb6b4c25e44b0b536fd644b0f96985b07519746e6e2ba",
}
"""The roots of these frames at the first version of the seam, made by SQL text alone."""


@pytest.mark.parametrize("tail", sorted(TAILS))
def test_whole_frames(engine: Engine, tail: str, tmp_path: Path) -> None:
    plan, rows = plan_of(tail), register_rows(400)
    frame = framed(engine, plan, rows, tmp_path / "s.parquet")
    rules = classification(plan)
    meant = [
        (row["entity_id"], told.standing, told.reason, told.cell)
        for row in joined(plan, rows)
        if (told := rules.classify(row)) is not None
    ]
    columns = ("entity_id", "standing", "reason", "cell")
    assert [tuple(row.values()) for row in frame.table(*columns).to_pylist()] == meant
    assert len({reason for _, _, reason, _ in meant}) > 1
    counts = frame.counts()
    assert counts.scope == len(meant)
    assert counts.pool == sum(standing == "pool" for _, standing, _, _ in meant)
    assert counts.out == dict(Counter(m[2] for m in sorted(meant) if m[1] == "out"))
    sizes = Counter(cell for _, standing, _, cell in meant if standing == "pool")
    assert {cell.name: cell.size for cell in frame.cells()} == sizes
    assert frame.leads_outside() == len(
        {one for one, lead in leads_in_force(lead_rows(rows), plan).items() if lead.lead}
        - {entity for entity, *_ in meant}
    )
    assert frame.root(SECRET) == ROOTS[tail]


def test_leaves_are_those_of_the_protocol(engine: Engine, tmp_path: Path) -> None:
    plan, rows = plan_of("caps"), register_rows(60)
    frame = framed(engine, plan, rows, tmp_path / "s.parquet")
    leaves = []
    for row in frame.table().to_pylist():
        salt = sha256(f"{SECRET}|{row['entity_id']}".encode()).hexdigest()[:32]
        text = "|".join([*(str(row[name]) for name in LEAF_COLUMNS), salt])
        leaves.append(sha256(b"\0" + text.encode()).digest())
    assert frame.leaf_hashes(SECRET) == b"".join(leaves)
    nodes = b"".join(
        sha256(b"\1" + leaves[n] + leaves[n + 1]).digest() for n in range(0, len(leaves) - 1, 2)
    )
    assert frame.relation.node_hashes(b"".join(leaves[: len(leaves) // 2 * 2])) == nodes


@pytest.mark.parametrize("leaves", [1, 2, 7, 1000, 16_385, 40_001])
def test_wide_levels_hashed_by_the_engine_give_the_same_root(engine: Engine, leaves: int) -> None:
    columns = {name: [""] * leaves for name in LEAF_COLUMNS}
    columns["entity_id"] = [f"e{n:06d}" for n in range(leaves)]
    frame = Frame(plan_of("least"), frame_of(columns, engine.name))
    assert frame.root(SECRET) == merkle_root(frame.leaf_hashes(SECRET))


@pytest.mark.parametrize("name", ["plain", "a[b]", "x*", "key=1", "q'uote"])
def test_a_frame_written_is_the_frame_read(engine: Engine, name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    (tmp_path / "ab").mkdir()
    plan, rows = plan_of("coverage"), register_rows(200)
    written(register_rows(3, 1), tmp_path / "ab" / "s.parquet")
    frame = framed(engine, plan, rows, folder / "s.parquet")
    frame.write(folder / "f.parquet")
    again = Frame(plan, engine.open_frame(folder / "f.parquet", classification(plan)))
    assert again.table().equals(frame.table())
    assert again.table().column_names == list(FRAME_COLUMNS)
    assert again.counts() == frame.counts() and again.cells() == frame.cells()
    assert again.root(SECRET) == frame.root(SECRET)
    assert engine.register_size(folder / "s.parquet") == 200
    assert engine.frame_file(folder / "f.parquet").form() == [f"{n} {k}" for n, k in FRAME_FORM]


def test_grouped_frames_count_alike(engine: Engine, tmp_path: Path) -> None:
    for tail in TAILS:
        plan, rows = plan_of(tail), register_rows(400)
        frame = framed(engine, plan, rows, tmp_path / "s.parquet")
        register = GroupedRegister(tmp_path / "s.parquet")
        grouped = classify_grouped(plan, register, lead_rows(rows), prior_rows(rows), engine)
        for _ in range(2):  # the second time from memory
            assert grouped.counts() == frame.counts()
            assert grouped.cells() == frame.cells()
            assert grouped.by_tier_and_age() == frame.by_tier_and_age()
            assert grouped.by_region() == frame.by_region()
            assert grouped.directed_by() == frame.directed_by()
            assert grouped.leads_outside() == frame.leads_outside()
            for rule in plan.coverage:
                assert grouped.due_but_capped(rule) == frame.due_but_capped(rule)


# tickets

KEY = "00112233445566778899aabbccddeeff"


def test_tickets(engine: Engine) -> None:
    frame = pool_of({"A/1": 40, "B/1": 7}, engine.name)

    def ticket(entity_id: str) -> str:
        return sha256(f"{KEY}|{entity_id}".encode()).hexdigest()

    everybody = sorted((ticket(one), one) for one in [*members("A/1", 40), *members("B/1", 7)])
    assert frame.tickets(KEY, Equals(Column("standing"), "pool")) == everybody
    assert frame.tickets(KEY, Not(Equals(Column("standing"), "pool"))) == []
    lowest = frame.lowest_tickets(KEY, {"A/1": (5, "g"), "B/1": (9, "g"), "C/1": (2, "g")})
    for cell, number, size in (("A/1", 5, 40), ("B/1", 7, 7)):
        meant = sorted((ticket(one), one) for one in members(cell, size))[:number]
        assert lowest[cell] == meant
    assert set(lowest) == {"A/1", "B/1"}
    bound = lowest["A/1"][2][0]
    assert frame.lowest_tickets(KEY, {"A/1": (5, bound)}) == {"A/1": lowest["A/1"][:2]}


def test_pair_costs(engine: Engine) -> None:
    fronts, people = [f"{KEY}|e{n}|" for n in range(30)], ["p1", "李", "x'y"]
    costs = engine.pair_costs(fronts, people).tolist()
    assert costs == [
        int(sha256(f"{front}{one}".encode()).hexdigest()[:10], 16)
        for front in fronts
        for one in people
    ]


# rows


def test_look_ups(engine: Engine, tmp_path: Path) -> None:
    plan, rows = plan_of("caps"), register_rows(300)
    frame = framed(engine, plan, rows, tmp_path / "s.parquet")
    table = frame.table().to_pylist()
    for index in (0, 1, len(table) - 1):
        assert frame.row(table[index]["entity_id"]) == table[index]
        assert frame.position(table[index]["entity_id"]) == index
    assert frame.row("x' OR true --") is None
    asked = [table[5]["entity_id"], table[2]["entity_id"], "nobody", "'"]
    assert frame.described(asked) == {
        table[n]["entity_id"]: (table[n]["name"], table[n]["region"]) for n in (2, 5)
    }
    assert frame.described([]) == {}
    assert set(frame.addresses(asked)) == {table[2]["entity_id"], table[5]["entity_id"]}
    led = {row["entity_id"] for row in table if row["reason"].startswith("lead:")}
    assert frame.directed_by_leads() == led and led
    assert frame.reminders() == []
    derived = frame.table("entity_id", "effective_tier", "is_new", "in_key_field").to_pylist()
    rules = classification(plan)
    assert derived == [
        {
            "entity_id": row["entity_id"],
            "effective_tier": rules.tier.value(row),
            "is_new": rules.is_new.holds(row),
            "in_key_field": rules.in_key_field.holds(row),
        }
        for row in table
    ]
    assert frame.relation.counts((Constant("it's"),))[0][0] == "it's"


def test_reminders(engine: Engine, tmp_path: Path) -> None:
    plan, rows = plan_of("lists"), register_rows(400)
    frame = framed(engine, plan, rows, tmp_path / "s.parquet")
    assert frame.reminders() == [
        (row["entity_id"], row["name"], row["region"], row["reason"])
        for row in frame.table().to_pylist()
        if row["reason"].startswith("reminder:")
    ]
    assert frame.reminders()


# browsing


def test_browsing(engine: Engine, tmp_path: Path) -> None:
    if "browse" not in engine.capabilities:
        pytest.skip("this engine browses no files")
    plan, rows = plan_of("caps"), register_rows(300)
    frame = framed(engine, plan, rows, tmp_path / "s.parquet")
    frame.write(tmp_path / "f.parquet")
    table = frame.table().to_pylist()
    numbers = {row["entity_id"]: number for number, row in enumerate(table)}
    pool = [row["entity_id"] for row in table if row["standing"] == "pool"]
    visits = {
        pool[9]: {"ordinal": 0, "reserve": False},
        pool[4]: {"ordinal": 1, "reserve": True},
    }
    browser = FrameBrowser(tmp_path / "f.parquet", visits)
    became = {(one, reason): size for one, reason, size in browser.groups()}
    assert became["drawn", ""] == became["reserve", ""] == 1
    assert became["not-drawn", ""] == len(pool) - 2
    assert sum(size for *_, size in browser.tally("tier")) == len(table)
    day = plan.as_of
    in_order = browser.find(Wanted(day)).tolist()
    assert in_order[:2] == [numbers[pool[9]], numbers[pool[4]]]
    assert sorted(in_order) == list(range(len(table)))
    of_cell = browser.find(Wanted(day, cell="B/150502", typed="tier:B")).tolist()
    assert of_cell and {table[n]["cell"] for n in of_cell} == {"B/150502"}
    assert browser.find(Wanted(day, entity_ids=["'", pool[0]])).tolist() == [numbers[pool[0]]]
    assert browser.find(Wanted(day, became="x' OR true --")).tolist() == []
    columns = ("entity_id", "name")
    assert browser.rows([3, 1], columns) == {
        n: {name: table[n][name] for name in columns} for n in (1, 3)
    }
    assert browser.rows([], columns) == {}
    assert set(browser.visited(columns)) == {numbers[one] for one in visits}
    assert browser.row(pool[0]) == table[numbers[pool[0]]] and browser.row("'") is None
    cell = table[numbers[pool[0]]]["cell"]
    ranked = sorted(
        (sha256(f"{KEY}|{row['entity_id']}".encode()).hexdigest(), row["entity_id"])
        for row in table
        if row["standing"] == "pool" and row["cell"] == cell
    )
    rank, beside = browser.neighbours(pool[0], cell, KEY, 1)
    assert ranked[rank - 1][1] == pool[0]
    assert [(ticket, one) for one, _, ticket, _ in beside] == ranked[max(rank - 2, 0) : rank + 1]
    counts = code_counts(tmp_path / "s.parquet", ("kind",), sets=("fields",))
    assert counts["kind"] == Counter(row["kind"] for row in rows)
    fields = Counter(code for row in rows for code in row["fields"].split(",") if code)
    assert counts["fields"] == fields


# files to be checked


def changed(table: pa.Table, index: int, **values: Any) -> pa.Table:
    rows = table.to_pylist()
    rows[index] = {**rows[index], **values}
    return pa.Table.from_pylist(rows, schema=table.schema)


def test_files_are_checked(engine: Engine, tmp_path: Path) -> None:
    if "audit" not in engine.capabilities:
        pytest.skip("this engine checks no files")
    plan, rows = plan_of("lists"), register_rows(300)
    rules = classification(plan)
    frame = framed(engine, plan, rows, tmp_path / "s.parquet")
    table = frame.table()
    triggers, entries = plan.leads.triggers, [one.entry_id for one in plan.trigger_based.entries]
    number = [row["standing"] for row in table.to_pylist()].index("pool")
    entity = table.to_pylist()[number]["entity_id"]

    def file(table: pa.Table) -> Any:
        pq.write_table(table, tmp_path / "f.parquet")
        return engine.frame_file(tmp_path / "f.parquet")

    sound = file(table)
    held = [len(table)] * len(FRAME_COLUMNS)
    assert sound.filled(FRAME_COLUMNS) == (len(table), len(table), held)
    assert sound.first_disorder() is None and sound.first_unlike("e[0-9]+") is None
    assert sorted(sound.values("tier")) == sorted({row["tier"] for row in table.to_pylist()})
    assert sound.first_outside(rules.scope) is None
    assert sound.first_misclassified(rules, triggers, entries) is None
    assert sound.first_prior_difference(prior_table(prior_rows(rows))) is None
    assert Frame(plan, sound.frame(rules)).root(SECRET) == frame.root(SECRET)

    assert file(changed(table, number, name=None)).filled(["name"])[2] == [len(table) - 1]
    assert file(changed(table, number, entity_id="e'")).first_unlike("e[0-9]+") == "e'"
    assert file(changed(table, 9, entity_id="e")).first_disorder() == "e"
    assert file(changed(table, number, region="9")).first_outside(rules.scope) == entity
    wrong = file(changed(table, number, standing="out", cell="", reason="tolerance"))
    where, meant, told = wrong.first_misclassified(rules, triggers, entries)
    assert where == entity and meant[0] == "pool" and told == ("out", "", "tolerance")
    other = file(changed(table, number, drawn_this_year=7))
    where, before, now = other.first_prior_difference(prior_table(prior_rows(rows)))
    assert where == entity and before[0] != 7 and now[0] == 7
    with pytest.raises(EngineError):
        file(table.drop_columns(["cell"])).first_misclassified(rules, triggers, entries)


def test_what_is_no_parquet_is_an_error_of_the_engine(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    path.write_bytes(b"PAR1 and nothing else")
    with pytest.raises(EngineError):
        engine.frame_file(path).form()
    with pytest.raises(EngineError):
        engine.open_frame(path).table()
    with pytest.raises(EngineError):
        engine.classify(
            classification(plan_of("least")),
            path,
            leads_table(plan_of("least"), ()),
            prior_table(()),
        )
