"""Bits turned over in the files of a workspace: how many are found, by the file's name.

    python -m benchmarks.flips [--number 2000] [--seed 1] [--only planner.db]

Status 1 where one was neither found nor harmless.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path


def main() -> int:
    """Make a small workspace, turn bits over, print what came of it."""
    from helpers.bit_flips import flips
    from helpers.cli import fill, walk

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    came: Counter[tuple[str, str]] = Counter()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        workspace = fill(Path(folder))
        walk(workspace)
        trial = Path(folder) / "trial"
        for name, bit, what in flips(
            workspace, trial, given.number, given.seed, "spring", "cafe-07", given.only
        ):
            came[Path(name).name, what if what in ("found", "harmless") else "wrong"] += 1
            if what not in ("found", "harmless"):
                wrong += 1
                print(f"{name} bit {bit}: {what}")
    for (name, what), number in sorted(came.items()):
        print(f"{name:40} {what:10} {number:6,}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
