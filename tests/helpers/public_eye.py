"""What an outsider can compute of firms whose tiers are hidden, and what goes with tiers.

The suite looks at twenty draws, `python -m benchmarks.chances` at more.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from yaohao.planner.operations import proofs
from yaohao.planner.publication.verifier import verify as independent
from yaohao.planner.workspace import Workspace

from helpers.workspace_maker import Shape, entity_rows, inspector_rows, plan_text, write_csv

SHAPE = Shape(
    reserves=2,
    entities=600,
    leads=0,
    rates={"A": '"4%"', "B": '"12%"', "C": '"40%"', "D": '"80%"'},
    rules="",
)
RANKS = {"A": 0, "B": 1, "C": 2, "D": 3}
Json = dict[str, Any]
Pairs = list[tuple[float, float, str]]
"""A tier's rank, what is public beside it, and the region: what its counts tell anyhow is taken
off.
"""


def bureau_in(folder: Path, shape: Shape) -> Workspace:
    """A bureau with its registers and a plan file, and nothing drawn."""
    bureau = Workspace.create(folder / "bureau", "free")
    bureau.import_files("entities", [write_csv(folder / "e.csv", entity_rows(shape))])
    bureau.import_files("inspectors", [write_csv(folder / "i.csv", inspector_rows(shape))])
    items = [{"item_id": one, "name": one} for one in ("REG-01", "FOOD-01")]
    bureau.import_files("items", [write_csv(folder / "t.csv", items)])
    text = plan_text(shape).replace('items = ["REG-01", "FOOD-01"]', 'items = ["REG-01"]')
    text += '[crew]\ndepartment = "监管科"\n'
    (bureau.folder / "plans" / "q1.toml").write_text(text, encoding="utf-8")
    return bureau


def drawn(bureau: Workspace, number: int) -> str:
    """A further draw of the plan, published before its seed; its id."""
    plan = bureau.folder / "plans" / "q1.toml"
    draw: str = bureau.freeze(plan, secret=f"{number + 1:064x}", despite=("again", "unstaffed"))[
        "draw"
    ]
    bureau.draw(draw, " ".join(str(random.Random(number).randrange(10**24)).zfill(24)), "dice")
    return draw


class Seen:
    """What goes with tiers, over draws: by kind of public thing."""

    def __init__(self) -> None:
        self.pairs: dict[str, Pairs] = {}

    def add(
        self, kind: str, entities: Iterable[Mapping[str, Any]], values: Iterable[float]
    ) -> None:
        held = self.pairs.setdefault(kind, [])
        for row, value in zip(entities, values, strict=True):
            held.append((RANKS[row["tier"] or "A"], value, row["region"]))

    def correlation(self, kind: str) -> float:
        """Of rank and value, each less its region's mean."""
        pairs = self.pairs[kind]
        regions = sorted({region for _, _, region in pairs})
        ranks, values = (np.array([pair[side] for pair in pairs], float) for side in (0, 1))
        for region in regions:
            own = np.array([pair[2] == region for pair in pairs])
            for side in (ranks, values):
                side[own] -= side[own].mean()
        return float(np.corrcoef(ranks, values)[0, 1])


def look(seen: Seen, bureau: Workspace, draw: str, rows: Mapping[str, Json]) -> None:
    """Everything that an outsider can compute of each firm, from what is published of one draw."""
    view = bureau.public_view(draw)
    select, visits = view["record"]["select"], view["visits"]
    key = select["key"]
    chosen = [visit for visit in visits if visit["standing"] == "pool" and not visit["reserve"]]
    spare = [visit for visit in visits if visit["reserve"]]
    of = {one["entity_id"]: rows[one["entity_id"]] for one in visits}
    thresholds = sorted(int(cell["threshold"], 16) for cell in select["cells"] if cell["threshold"])

    def hashed(entity: str) -> int:
        return int(sha256(f"{key}|{entity}".encode()).hexdigest(), 16)

    for kind, listed in (("drawn", chosen), ("reserves", spare)):
        entities = [of[visit["entity_id"]] for visit in listed]
        ids = [row["entity_id"] for row in entities]
        seen.add(f"tickets of {kind}", entities, [hashed(one) / 2**256 for one in ids])
        seen.add(f"order of {kind}", entities, [n / len(ids) for n in range(len(ids))])
        under = [sum(hashed(one) <= t for t in thresholds) / len(thresholds) for one in ids]
        seen.add(f"thresholds of {kind}", entities, under)
    everybody = list(rows.values())
    seen.add("tickets of all", everybody, [hashed(row["entity_id"]) / 2**256 for row in everybody])


def look_at_proofs(seen: Seen, bureau: Workspace, draw: str, rows: Mapping[str, Json]) -> None:
    """What the proofs of any five firms show of others: siblings and nodes on their paths."""
    chance = random.Random(draw)
    ids = sorted(rows, key=str.encode)
    prover = proofs.Prover(bureau._workspace, draw)
    told = {entity: json.loads(text) for entity, text in prover.all()}
    for _ in range(12):
        five = chance.sample(sorted(told), 5)
        for one in five:
            proof = told[one]
            place = proof["index"] ^ 1
            if place >= len(ids) or ids[place] in five:
                continue
            other, sibling = rows[ids[place]], proof["path"][0]
            seen.add("proofs", [other], [int(sibling, 16) / 2**256])
            leaf = proof["leaf"]
            for tier in RANKS:  # a neighbour's row cannot be guessed by what the five know
                for borrowed in (told[each]["leaf"] for each in five):
                    guess = {**leaf, **{k: str(v) for k, v in other.items() if k in leaf}}
                    guess |= {"tier": tier, "salt": borrowed["salt"], "blind": borrowed["blind"]}
                    guess["cell"] = f"{tier}/{other['region']}"
                    inner = "|".join(guess[name] for name in independent.INNER)
                    text = f"\0{other['entity_id']}|{sha256(inner.encode()).hexdigest()}"
                    assert sha256(text.encode()).hexdigest() != sibling


def rows_of(bureau: Workspace, draw: str) -> dict[str, Json]:
    frame = bureau._workspace.frozen(bureau._workspace.store.draw(draw)).frame
    rows: list[Json] = frame.table().to_pylist()
    return {row["entity_id"]: row for row in rows}
