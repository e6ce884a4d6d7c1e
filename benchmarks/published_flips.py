"""Bits turned over in files of publications, audit folders and sites: is each found, by name.

python -m benchmarks.published_flips [FLIPS] [SEED]
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from yaohao.planner.verification.site_check import SUMS, is_site, verify


def flips(folders: list[Path], number: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Turn so many bits over, one at a time; how many were found by kind of folder, and the rest.

    A flip is found where a check fails whose words name the file. One in a list of files parts the
    list from a file that it names: which of the two was changed nobody can tell, so that file's
    name does.
    """
    chance = random.Random(seed)
    counts: Counter[str] = Counter()
    missed: list[str] = []
    files = [[path for path in sorted(one.rglob("*")) if path.is_file()] for one in folders]
    for trial in range(number):
        folder = folders[trial % len(folders)]
        path = chance.choice(files[trial % len(folders)])
        before = path.read_bytes()
        place, bit = chance.randrange(len(before)), chance.randrange(8)
        changed = bytearray(before)
        changed[place] ^= 1 << bit
        path.write_bytes(changed)
        try:
            bad = [finding for finding in verify(folder) if finding.ok is False]
        finally:
            path.write_bytes(before)
        kind = "site" if is_site(folder) else "folder"
        names = {path.name}
        if path.name == SUMS:
            names |= {other.name for other in path.parent.iterdir()}
        named = any(one in finding.words("en") for finding in bad for one in names)
        counts[f"{kind}: {'found' if bad and named else 'missed'}"] += 1
        if not bad or not named:
            told = "; ".join(finding.words("en") for finding in bad) or "nothing"
            missed.append(f"{path.relative_to(folder)} byte {place} bit {bit}: {told[:200]}")
    return counts, missed


def main(arguments: list[str]) -> int:
    """Run the campaign and print what it found; the status to exit with."""
    from helpers.workspace_maker import Shape, make

    number = int(arguments[0]) if arguments else 2000
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    with tempfile.TemporaryDirectory() as name:
        made = make(Path(name), Shape(abandoned=False))
        made.workspace.publish("q1", Path(name) / "www", site=True)
        folders = [made.public["dealt"], made.audit["dealt"], Path(name) / "www"]
        counts, missed = flips(folders, number, seed)
    for what, count in sorted(counts.items()):
        print(f"{what}\t{count}")
    for line in missed[:20]:
        print(f"  {line}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
