"""Import of a register, beside a loop over python-stdnum: `python -m benchmarks.intake [ROWS]`."""

from __future__ import annotations

import csv
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from yaohao.planner.register.entities import read_entities
from yaohao.planner.register.snapshot import content_digest, merge_entities
from yaohao.planner.schema.entity import SHOWN
from yaohao.planner.vocabulary import codes
from yaohao.planner.vocabulary.registration_numbers import registration_check_digit

REGIONS = ("150502", "150521", "150522", "150523", "150524", "150525", "150526", "150581")


def write_register(path: Path, rows: int) -> None:
    """A clean register of 12 columns: two credit codes for each registration number."""
    pick = random.Random(1)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(SHOWN)
        for number in range(rows):
            if number % 3:
                inner = "".join(pick.choices(codes.ALPHABET, k=8))
                check = codes.organisation_check_character(inner)
                first = f"91{pick.choice(REGIONS)}{inner}{check}"
                entity = first + codes.credit_check_character(first)
            else:
                first = f"150502{number:08d}"
                entity = first + registration_check_digit(first)
            out.writerow([
                entity, f"通辽市第{number}商贸有限公司", f"科尔沁区建国路{number}号",
                pick.choice("ABCD"), pick.choice(REGIONS), pick.choice(("F52", "H62", "C1310")),
                pick.choice(("enterprise", "individual")), "active",
                f"20{pick.randrange(25):02d}-{pick.randint(1, 12):02d}-{pick.randint(1, 28):02d}",
                pick.choice(("", "2025-03-04")), pick.choice(("", "food", "drug,food")),
                pick.choice("0012"),
            ])  # fmt: skip


def timed(label: str, work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    print(f"{label:<44} {seconds:8.2f} s")
    return result, seconds


def stdnum_loop(path: Path) -> int:
    """What a planner's own script does: csv and python-stdnum, the codes alone."""
    from stdnum.cn import uscc
    from stdnum.iso7064 import mod_11_10

    with path.open(encoding="utf-8-sig", newline="") as file:
        return sum(
            uscc.is_valid(row["entity_id"]) or mod_11_10.is_valid(row["entity_id"])
            for row in csv.DictReader(file)
        )


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "register.csv"
        write_register(path, rows)
        print(f"{rows} rows, {path.stat().st_size / 1e6:.0f} MB")
        found, ours = timed("read and checked, all 12 columns", lambda: read_entities([path]))
        ids = found.accepted.column("entity_id").to_pylist()
        _, checks = timed("  of it: the codes", lambda: codes.check_codes(ids))
        register, _ = timed(
            "merged into an empty register", lambda: merge_entities(None, found.accepted)
        )
        timed("merged into itself", lambda: merge_entities(register, found.accepted))
        timed("content digest", lambda: content_digest(register))
        valid, theirs = timed("python-stdnum in a loop, codes alone", lambda: stdnum_loop(path))
        assert found.rows == found.accepted.num_rows + found.set_aside.num_rows
        print(f"accepted {found.accepted.num_rows}, valid for python-stdnum {valid}")
        print(
            f"loop / read and checked = {theirs / ours:.1f}; loop / codes = {theirs / checks:.0f}"
        )
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
