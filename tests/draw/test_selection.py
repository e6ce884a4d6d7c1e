"""Selection: the same draw as a plain reading of the protocol, and chances as stated."""

from __future__ import annotations

import heapq
from collections import Counter
from functools import cache
from hashlib import sha256
from itertools import combinations

import pytest
from helpers.campaign import tried
from helpers.small_frames import members as members_of
from helpers.small_frames import pool_of
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from yaohao.planner.draw import selection
from yaohao.planner.draw.lottery.allocation_lottery import build_lottery
from yaohao.planner.draw.lottery.margins import margins_of
from yaohao.planner.draw.lottery.picked_outcome import pick_outcome
from yaohao.planner.draw.rounds import round_key
from yaohao.planner.draw.visits import crew_rows, crew_texts
from yaohao.planner.schema.lottery import Lottery
from yaohao.planner.schema.visit import Seat
from yaohao.planner.vocabulary.digest import canonical, ticket

KEY = "00112233445566778899aabbccddeeff"


def plain_selection(
    cells: dict[str, list[str]], key: str, counts: dict[str, int], secret: str = ""
) -> set[str]:
    """Section 4 with the standard library alone."""
    drawn: set[str] = set()
    for cell, members in cells.items():
        texts = {one: f"{key}|{one}{salted(secret, one)}" for one in members}
        tickets = [(sha256(text.encode()).hexdigest(), one) for one, text in texts.items()]
        drawn |= {one for _, one in heapq.nsmallest(counts[cell], tickets)}
    return drawn


@cache
def salted(secret: str, entity: str) -> str:
    """What stands behind an entity's id in its ticket where tiers are hidden."""
    return f"|{sha256(f'{secret}|{entity}'.encode()).hexdigest()[:32]}" if secret else ""


@tried(40)
@given(
    shape=st.dictionaries(
        st.sampled_from(["A/1", "A/2", "B/1", "B/2", "C/1"]),
        st.tuples(st.integers(1, 400), st.floats(0, 1)),
        min_size=1,
    ),
    key=st.text("0123456789abcdef", min_size=32, max_size=32),
    reserves=st.integers(0, 3),
)
def test_lowest_tickets_of_each_cell(
    shape: dict[str, tuple[int, float]], key: str, reserves: int
) -> None:
    sizes = {cell: size for cell, (size, _) in shape.items()}
    counts = {cell: round(size * share) for cell, (size, share) in shape.items()}
    drawn = selection.select(pool_of(sizes), key, counts, sizes, reserves)
    members = {cell: members_of(cell, size) for cell, size in sizes.items()}
    taken = {entity.entity_id for entity in drawn if entity.rank <= counts[entity.cell]}
    assert taken == plain_selection(members, key, counts)
    spare = {entity.entity_id for entity in drawn} - taken
    more = {cell: min(count + reserves, sizes[cell]) for cell, count in counts.items()}
    assert spare == plain_selection(members, key, more) - taken
    assert all(entity.ticket == ticket(key, entity.entity_id) for entity in drawn)
    highest = selection.thresholds(drawn, counts)
    for cell, names in members.items():
        for name in names:
            if counts[cell]:
                assert (ticket(key, name) <= highest[cell]) == (name in taken)
            else:
                assert cell not in highest


def test_a_cell_that_comes_up_short_is_done_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes, counts = {"A": 500, "B": 300}, {"A": 200, "B": 10}
    frame = pool_of(sizes)
    right = selection.select(frame, KEY, counts, sizes)
    monkeypatch.setattr(selection, "_bound", lambda number, size: "01")
    assert selection.select(frame, KEY, counts, sizes) == right


def test_bound_leaves_room() -> None:
    assert selection._bound(20, 20) == "g"
    bound = int(selection._bound(100, 100_000), 16) / 2**64
    assert bound == pytest.approx((100 + 55 + 10) / 100_000)


def test_the_visits_of_a_crew_round_are_written_as_their_document_is() -> None:
    visits = [
        selection.DrawnVisit("e2", "pool", "A/1", 1, 5, "0f", False, '甲"', "1505%"),
        selection.DrawnVisit("e1", "pool", "A/1", 1, 5, "1f", True, "乙", "1505"),
        selection.DrawnVisit("e3", "directed", "", None, None, "", False, "丙", ""),
    ]
    seats: list[Seat] = [{"department": "5 %", "qualification": ""}] * 2
    rows = (visit._asdict() for visit in visits)
    assert "".join(crew_texts(visits, seats)) == canonical(list(crew_rows(rows, seats)))


CELLS = [("A/1", 5, 1_250_000), ("A/2", 4, 700_000), ("B/1", 6, 2_050_000), ("B/2", 3, 333_333)]
SECRET = "5e" * 32
SEEDS = [f"{n:020d}" for n in range(20_000)]


def key_of(seed: str) -> str:
    return round_key("c" * 64, seed)


@pytest.mark.parametrize("secret", ["", SECRET], ids=["shown", "hidden"])
def test_chances_are_as_stated_over_many_seeds(secret: str) -> None:
    seeds = SEEDS[: 6_000 if secret else None]
    lottery = build_lottery(CELLS, margins_of([name for name, _, _ in CELLS], ["tier", "region"]))
    members = {name: members_of(name, size) for name, size, _ in CELLS}
    names = [name for name, _, _ in CELLS]
    found: Counter[str] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    outcomes: Counter[int] = Counter()
    for seed in seeds:
        key = key_of(seed)
        outcome = pick_outcome(key, lottery["outcomes"])
        outcomes[outcome] += 1
        counts = dict(zip(names, lottery["outcomes"][outcome]["counts"], strict=True))
        drawn = plain_selection(members, key, counts, secret)
        found.update(drawn)
        together.update(combinations(sorted(drawn), 2))
    number = len(seeds)
    weights = [outcome["weight"] / 1_000_000 for outcome in lottery["outcomes"]]
    observed = [outcomes[place] for place in range(len(weights))]
    assert stats.chisquare(observed, [w * number for w in weights]).pvalue > 0.001
    for name, size, expected in CELLS:
        chance = expected / 1_000_000 / size
        times = [found[one] for one in members[name]]
        # Each entity against its stated chance.
        for hits in times:
            assert stats.binomtest(hits, number, chance).pvalue > 1e-4
        # And the members of a cell against each other. Their counts hang together (without
        # replacement), so the statistic is divided by the variance that such draws have.
        mean = sum(times) / size
        spread = sum((hits - mean) ** 2 for hits in times) / (number * chance * (1 - chance))
        assert spread < stats.chi2.ppf(0.999, size - 1) * size / (size - 1)

    for (one, other), chance in chances_of_pairs(members, lottery).items():
        hits = together[one, other]
        assert stats.binomtest(hits, number, chance).pvalue > 1e-5 if chance else hits == 0


def chances_of_pairs(
    members: dict[str, list[str]], lottery: Lottery
) -> dict[tuple[str, str], float]:
    """Of every two entities the chance that both are drawn, by the table alone."""
    cell_of = {one: place for place, cell in enumerate(members) for one in members[cell]}
    sizes = [len(inside) for inside in members.values()]
    chances: dict[tuple[str, str], float] = {}
    for one, other in combinations(sorted(cell_of), 2):
        here, there = cell_of[one], cell_of[other]
        total = 0.0
        for outcome in lottery["outcomes"]:
            count, more = outcome["counts"][here], outcome["counts"][there] - (here == there)
            total += outcome["weight"] * count * more
        chances[one, other] = total / (10**6 * sizes[here] * (sizes[there] - (here == there)))
    return chances


@pytest.mark.parametrize("secret", ["", SECRET], ids=["shown", "hidden"])
def test_the_engine_draws_what_the_protocol_says_over_many_seeds(secret: str) -> None:
    sizes = {name: size for name, size, _ in CELLS}
    frame = pool_of(sizes)
    members = {name: members_of(name, size) for name, size, _ in CELLS}
    counts = {"A/1": 1, "A/2": 1, "B/1": 2, "B/2": 0}
    for seed in SEEDS[:100]:
        drawn = selection.select(frame, key_of(seed), counts, sizes, 0, secret or None)
        assert {entity.entity_id for entity in drawn} == plain_selection(
            members, key_of(seed), counts, secret
        )


def test_the_draw_its_audit_and_a_simulation_assemble_it_in_one_place() -> None:
    """Nobody but `drawn_visits` picks an outcome and takes tickets of a frame."""
    import ast
    import re
    from pathlib import Path

    root = Path(__file__).resolve().parents[2] / "planner"
    told = {}
    for file in root.rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        names = {
            alias.name
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("yaohao")
            for alias in node.names
        }
        place = file.relative_to(root).as_posix()
        told[place] = names & {"drawn_visits", "pick_outcome", "thresholds"}
        told[place] |= {"tickets"} if re.search(r"\.(lowest_)?tickets\(", text) else set()
    callers = {place for place, names in told.items() if "drawn_visits" in names}
    assert callers == {
        "operations/rounds.py", "reports/simulation.py", "verification/audit.py"
    }  # fmt: skip
    others = {
        place: names
        for place, names in told.items()
        if names - {"drawn_visits"}
        and not place.startswith(("engine/", "publication/verifier/"))  # it shares no code
    }
    assert others == {"draw/selection.py": {"pick_outcome", "tickets"}}
