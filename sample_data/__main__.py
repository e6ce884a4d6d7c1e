"""``python -m sample_data DIR``: write a synthetic sample; by default the committed one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from planner.vocabulary.problems import PlannerError


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the sample that the arguments ask for; returns the exit status."""
    from sample_data.dirt import LEVELS
    from sample_data.folder import FORMATS, write_folder
    from sample_data.population import AS_OF, Population

    parser = argparse.ArgumentParser(
        prog="python -m sample_data",
        description="Write a synthetic sample: entities, inspectors, items, leads, a plan.",
        epilog="Without options it is the committed sample, sample_data/tongliao, to the byte.",
    )
    parser.add_argument("folder", metavar="DIR", type=Path)
    parser.add_argument("--entities", type=int, default=20_000, metavar="N")
    parser.add_argument("--seed", type=int, default=2027, metavar="S")
    parser.add_argument("--division", default="1505", metavar="CODE")
    parser.add_argument("--profile", default="tongliao", metavar="NAME")
    parser.add_argument("--as-of", type=_day, default=AS_OF, metavar="DATE", dest="as_of")
    parser.add_argument("--dirt", choices=LEVELS, default="light")
    parser.add_argument("--format", choices=FORMATS, default="csv")
    asked = parser.parse_args(arguments)
    try:
        population = Population(
            asked.entities, asked.seed, asked.division, asked.profile, asked.as_of, asked.dirt
        )
        rows = write_folder(population, asked.folder, asked.format)
    except PlannerError as error:
        print(error, file=sys.stderr)
        return error.status
    print(*(f"{name}\t{count}" for name, count in rows.items()), sep="\n")
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a date like 2027-01-04: {text}") from None


if __name__ == "__main__":
    sys.exit(main())
