"""Synthetic populations beside a Faker loop: `python -m benchmarks.sample_data [ROWS] [FEW]`.

The loop makes the same columns with Faker's own Chinese providers and plain code for what they do
not have, and is timed on fewer rows; both are told in rows a second of one run. With
`python -m benchmarks.sample_data province` ten million entities of the province are written.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary import codes
from yaohao.sample_data import Population
from yaohao.sample_data.entities import COLUMNS
from yaohao.sample_data.folder import write_folder

GOAL_SECONDS = 6.0  # for a million entities with all columns to Parquet
GOAL_TIMES = 50
PROVINCE = 10_000_000
GOAL_MEGABYTES = 1_500

DIVISIONS = ("150502", "150521", "150522", "150523", "150524", "150525", "150526", "150581")
TRADES = ("商贸", "餐饮", "建材", "食杂店", "饭店", "种植")
FORMS = ("有限公司", "有限责任公司", "")


def faker_row(fake: Any, as_of: date) -> dict[str, Any]:
    """One entity as a tester's own script makes it: whatever Faker can draw, Faker draws."""
    division = fake.random_element(DIVISIONS)
    inner = fake.lexify("????????", letters=codes.ALPHABET)
    first = f"91{division}{inner}{codes.organisation_check_character(inner)}"
    established = fake.date_between(as_of - timedelta(days=12_000), as_of - timedelta(days=65))
    visited = fake.date_between(established, as_of)
    closed = fake.date_between(established, as_of)
    status = fake.random_element(("active",) * 9 + ("deregistered",))
    trade, form = fake.random_element(TRADES), fake.random_element(FORMS)
    return {
        "entity_id": first + codes.credit_check_character(first),
        "name": f"通辽市{fake.company_prefix()}{trade}{form}",
        "address": f"内蒙古自治区通辽市{fake.street_address()}",
        "tier": fake.random_element(("A", "A", "B", "B", "C", "D")),
        "region": division,
        "industry": fake.random_element(("F52", "H62", "C13", "A01")),
        "kind": fake.random_element(("enterprise", "individual", "cooperative")),
        "status": status,
        "established_on": established.isoformat(),
        "inspected_on": visited.isoformat() if fake.boolean(35) else "",
        "fields": fake.random_element(("", "food", "drug")),
        "visits_this_year": fake.random_int(0, 2),
        "representative": fake.name(),
        "phone": fake.numerify("0475-0######"),
        "registered_capital": fake.random_element((10_000, 100_000, 1_000_000)),
        "annual_report": fake.random_element(("filed", "late", "missing")),
        "closed_on": closed.isoformat() if status != "active" else "",
    }


def faker_loop(path: Path, rows: int) -> None:
    """Entities by a loop, to Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq
    from faker import Faker

    Faker.seed(1)
    fake = Faker("zh_CN")
    table = [faker_row(fake, date(2027, 1, 4)) for _ in range(rows)]
    assert tuple(table[0]) == COLUMNS
    pq.write_table(pa.Table.from_pylist(table), path)


def timed(label: str, work: Any, rows: int) -> float:
    """Seconds of a work, told with rows a second."""
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    print(f"{label:<52} {rows:>10,} rows {seconds:8.2f} s {rows / seconds:>12,.0f} rows/s")
    return seconds


def megabytes() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def province(rows: int = PROVINCE) -> None:
    """A province's entities with truth and results, and the memory it takes."""
    with tempfile.TemporaryDirectory() as folder:
        population = Population(rows, seed=1, profile="province")
        target = Path(folder) / "province"
        timed("province, every part, Parquet",
              lambda: write_folder(population, target, "parquet"), rows)  # fmt: skip
    print(f"peak {megabytes():,.0f} MB (goal {GOAL_MEGABYTES:,})")


def main() -> None:
    if sys.argv[1:2] == ["province"]:
        province(*map(int, sys.argv[2:3]))
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    few = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        ours = timed(
            "entities, all columns, Parquet (start included)",
            lambda: Population(rows, seed=1).write_parquet(place / "ours.parquet"),
            rows,
        )
        theirs = timed(
            "Faker loop, the same columns, Parquet",
            lambda: faker_loop(place / "faker.parquet", few),
            few,
        )
        heavy = Population(rows, seed=1, dirt="heavy")
        timed("heavy dirt, CSV", lambda: heavy.write_csv(place / "heavy.csv"), rows)
        timed(
            "every part (with truth and results), Parquet",
            lambda: write_folder(Population(rows, seed=1), place / "all", "parquet"),
            rows,
        )
    times, million = (theirs / few) / (ours / rows), ours * 1e6 / rows
    print(f"{times:,.0f} times the loop (goal {GOAL_TIMES})")
    print(f"a million takes {million:.1f} s (goal {GOAL_SECONDS:.0f}); peak {megabytes():,.0f} MB")


if __name__ == "__main__":
    main()
