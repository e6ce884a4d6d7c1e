"""A maker of small workspaces, through the planner's one door, with a publication at each stage.

One is made in about two seconds, once for all workers of a session; each worker
has a copy of its own (`kept_bureaus`). Tests copy its folders before they touch them. Load it with
``pytest_plugins = ["helpers.workspace_maker"]``; nothing in it asserts (PYTEST_DONT_REWRITE).
"""

from __future__ import annotations

import csv
import hashlib
import random
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from yaohao.planner.workspace import Workspace

from helpers.kept_bureaus import filled

STAGES = ("committed", "drawn", "staffed", "dealt")
SELECT_SEED = "3 1 4 1 5 9 2 6 5 3 5 8 9 7 9 3 2 3 8 4"
ABANDONED_SEED = "2 7 1 8 2 8 1 8 2 8 4 5 9 0 4 5 2 3 5 3"
NEXT_SELECT_SEED = "5 7 7 2 1 5 6 6 4 9 0 1 5 3 2 8 6 0 6 0"
NEXT_CREW_SEED = "6931 4718 0559 9453 0941"
CREW_SEED = "0577 2156 6490 1532 8606"
DRAW = "draw.id"
"""The file beside a workspace that says which draw was made in it."""
SECRET = "5e" * 32
HOSTILE_NAMES = (
    "=cmd()|' /C calc'!A0",
    "+1,2;3",
    "-2+3",
    "@SUM(A1)",
    "'quoted",
    'Say "cheese", Ltd',
    "\x1b[31mred\x1b]0;title\x07",
    "[red]bold[/red]",
    "<script>alert(1)</script>",
    "first\nsecond\r\nthird\u2028fourth",
    "\u202egnp.exe \u200b\ufeff",
    "\t=tab",
    "x" * 10_000,
    "e\u0301 \U0001f9c0",
    "科尔沁区面粉厂",
)
"""What people have put, or might put, where a name should stand."""

_FIELDS = ("", "", "food", "drug,food", "")
_INDUSTRIES = ("C13", "F52", "H62")


@dataclass(frozen=True)
class Shape:
    """What kind of workspace to make; `plan` adds lines to the plan file's own tables."""

    tiers: str = "hidden"
    reserves: int = 0
    entities: int = 120
    regions: Sequence[str] = ("150502", "150581", "220101")
    rates: Mapping[str, str] = field(
        default_factory=lambda: {"A": '"4%"', "B": '"9%"', "C": "{ count = 4 }", "D": '"30%"'}
    )
    names: Sequence[str] = HOSTILE_NAMES
    leads: int = 3
    abandoned: bool = True
    source: str = "ten-sided dice, =hall() \x1b[1m"
    witnesses: Sequence[str] = ("Zhang San", "李四, =x")
    rules: str = '[tolerance]\nyears = 3\nleave_out = "100%"\n[limits]\nvisits_per_year = 2\n'


@dataclass(frozen=True)
class Made:
    """A workspace, and the folders that it published: public and audit, by stage.

    Where the shape asks for an earlier draw, which was drawn and then abandoned, its folders stand
    under ``abandoned``; they were written before the main draw was frozen.
    """

    workspace: Workspace
    draw: str
    public: Mapping[str, Path]
    audit: Mapping[str, Path]

    def copied(self, folder: Path, stage: str, *, audit: bool = False) -> Path:
        """A copy of a published folder, to be tampered with."""
        return Path(shutil.copytree((self.audit if audit else self.public)[stage], folder))


def entity_rows(shape: Shape) -> list[dict[str, str]]:
    """Entities of all tiers, regions and ages, with names that mean harm."""
    tiers = [*shape.rates, ""]
    return [
        {
            "entity_id": f"{'.-_x'[n % 4]}E{n:04d}",
            "name": shape.names[n % len(shape.names)],
            "address": f"={n} Street",
            "tier": tiers[(n * 7 + n // 15) % len(tiers)],
            "region": shape.regions[n % len(shape.regions)],
            "industry": _INDUSTRIES[n % len(_INDUSTRIES)],
            "kind": ("enterprise", "individual")[n % 2],
            "status": "revoked" if n % 29 == 28 else "active",
            "established_on": f"{2010 + n % 17}-03-0{1 + n % 9}",
            "inspected_on": f"2026-0{1 + n % 9}-15" if n % 6 == 5 else "",
            "fields": _FIELDS[n % len(_FIELDS)],
            "visits_this_year": str(n % 4 if n % 6 == 5 else 0),
        }
        for n in range(shape.entities)
    ]


def inspector_rows(shape: Shape) -> list[dict[str, str]]:
    """Two departments; some qualified, recused, absent, or for one region only."""
    rows = []
    for n in range(12):
        # xE0003 has a lead, and so is visited whatever the lot says
        recused = "xE0003" if n == 0 else f".E{4 * (n % 5):04d}" if n % 3 == 0 else ""
        rows.append(
            {
                "inspector_id": f"{'=@'[n % 2]}i{n:02d}",
                "name": f"Inspector {n}",
                "department": "监管科" if n < 6 else "食品科",
                "regions": shape.regions[0][:2] if n == 5 else "",
                "qualifications": "food" if n in (7, 8, 9) else "",
                "certificate_until": "2027-02-01" if n == 11 else "2030-12-31",
                "capacity": "9" if n == 1 else "",
                "absent": "2027-01-01/2027-12-31" if n == 10 else "",
                "recused": recused,
            }
        )
    return rows


ITEMS = (
    {"item_id": "REG-01", "name": "登记事项", "department": "监管科", "qualification": ""},
    {"item_id": "FOOD-01", "name": "=food()", "department": "食品科", "qualification": "food"},
)


def plan_text(shape: Shape) -> str:
    """The plan file of a shape."""
    rates = ", ".join(f'"{tier}" = {rate}' for tier, rate in shape.rates.items())
    return f"""
id = "q1"
title = "2027年第一季度抽查 =sum() <b>"
authority = "通辽市市场监督管理局"
as_of = 2027-01-04
window = [2027-01-11, 2027-03-31]
items = ["REG-01", "FOOD-01"]
strata = ["tier", "region"]
[rates]
tier = {{ {rates} }}
unknown_tier = "{next(iter(shape.rates))}"
{shape.rules}
[seeds]
select = "twenty dice, city hall, 2027-01-06"
crew = "lottery of 2027-01-08"
[publication]
tiers = "{shape.tiers}"
reserves = {shape.reserves}
"""


def write_csv(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    """A table as CSV, nothing guarded."""
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def make(folder: Path, shape: Shape) -> Made:
    """A workspace of which one draw was taken through every stage; see `kept_bureaus`."""
    workspace = filled(folder, partial(_make, shape=shape), ("stages", repr(shape)))
    public: dict[str, Path] = {}
    audit: dict[str, Path] = {}
    for stage in (*STAGES, *["abandoned"][: shape.abandoned]):
        public[stage], audit[stage] = folder / f"public-{stage}", folder / f"audit-{stage}"
    draw = (folder / DRAW).read_text(encoding="utf-8")
    return Made(Workspace(workspace), draw, public, audit)


def _make(folder: Path, shape: Shape) -> Path:
    bureau = Workspace.create(folder / "bureau", "free")
    bureau.import_files("entities", [write_csv(folder / "e.csv", entity_rows(shape))])
    bureau.import_files("inspectors", [write_csv(folder / "i.csv", inspector_rows(shape))])
    bureau.import_files("items", [write_csv(folder / "t.csv", ITEMS)])
    leads = [
        {"entity_id": row["entity_id"], "trigger": "complaint", "opened_on": "2027-01-02"}
        for row in entity_rows(shape)[3 :: shape.entities // (shape.leads + 1)][: shape.leads]
    ]
    if leads:
        bureau.import_files("leads", [write_csv(folder / "l.csv", leads)])
    bureau.recuse("=i02", ".E0004")
    plan = bureau.folder / "plans" / "q1.toml"
    plan.write_text(plan_text(shape), encoding="utf-8")

    def put_out(stage: str, draw: str) -> None:
        bureau.publish(draw, folder / f"public-{stage}")
        bureau.audit(draw, folder / f"audit-{stage}")

    seeded = {"source": shape.source, "witnesses": list(shape.witnesses)}
    if shape.abandoned:
        first = bureau.freeze(plan, secret="a0" * 32)["draw"]
        bureau.draw(first, ABANDONED_SEED, **seeded)
        bureau.abandon(first, "the dice were \x1b[31mloaded\n=x()")
        put_out("abandoned", first)
    draw = bureau.freeze(plan, secret=SECRET)["draw"]
    put_out("committed", draw)
    bureau.draw(draw, SELECT_SEED, **seeded)
    put_out("drawn", draw)
    bureau.staff(draw)
    put_out("staffed", draw)
    bureau.deal(draw, CREW_SEED, **seeded)
    put_out("dealt", draw)
    bureau.close()
    (folder / DRAW).write_text(draw, encoding="utf-8")
    return bureau.folder


def seal(folder: Path) -> Path:
    """Mend SHA256SUMS of a folder that was tampered with."""
    names = sorted(path.name for path in folder.iterdir() if path.name != "SHA256SUMS")
    digests = ((hashlib.sha256((folder / name).read_bytes()).hexdigest(), name) for name in names)
    text = "".join(f"{digest}  {name}\n" for digest, name in digests)
    (folder / "SHA256SUMS").write_text(text, encoding="utf-8", newline="\n")
    return folder


def sampled(documents: Callable[[], Iterable[Any]], number: int, seed: int = 1) -> Iterator[Any]:
    """So many of the documents that a generator walks through, spread over all of it.

    The generator changes one document in place; what comes here must be used before the next.
    """
    total = sum(1 for _ in documents())
    wanted = set(random.Random(seed).sample(range(total), min(number, total)))
    return (one for place, one in enumerate(documents()) if place in wanted)


Maker = Callable[..., Made]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Maker:
    """Workspaces by shape: ``made(tiers="shown", reserves=2)``; each shape is made once."""
    known: dict[str, Made] = {}

    def get(**changes: Any) -> Made:
        shape = Shape(**changes)
        if repr(shape) not in known:
            own = tmp_path_factory.mktemp("bureau") / "b"
            own.mkdir()
            known[repr(shape)] = make(own, shape)
        return known[repr(shape)]

    return get
