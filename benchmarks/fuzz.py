"""Both verifiers on random changes of public bundles and of audit folders: do they agree?

    python -m benchmarks.fuzz [COUNT] [SEED] [public | audit]

COUNT changes of each (10,000 is the promise; those of audit folders take far longer), made by
`tests/helpers/mutations.py`, resealed by `tests/helpers/forged_bundles.py` as a dishonest bureau
would, and judged by
`tests/helpers/fuzz.py`. A table tells for each kind of change how many were found by both, by the
planner
alone (what needs the frame), by neither (what hangs on nothing else, or was carried through to all
that hangs on it), and how often both name a step that looks at the same. Whatever is wrong is told
with the number that repeats it, and the exit status is then 1. A sample goes through the two
commands as processes of their own too.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path

from helpers import fuzz as fuzzed

JOBS = 2
CHUNK = 50
SAMPLE = 20
"""Changes of each campaign that the commands judge too."""


def corpus_of(which: str, folder: Path) -> dict[str, fuzzed.Files]:
    """The bundles or audit folders that are changed; the same every time."""
    if which == "audit":
        return fuzzed.audit_corpus()
    return {**fuzzed.public_corpus(), **fuzzed.planner_corpus(folder)}


@cache
def _kept(which: str, folder: str) -> dict[str, fuzzed.Files]:
    return {place.name: fuzzed.read(place) for place in sorted((Path(folder) / which).iterdir())}


def _chunk(which: str, folder: str, numbers: Sequence[int], seed: int) -> list[fuzzed.Verdict]:
    with tempfile.TemporaryDirectory() as place:
        corpus = _kept(which, folder)
        return [fuzzed.judged(corpus, number, seed, Path(place) / "b") for number in numbers]


def campaign(which: str, count: int, seed: int, folder: Path) -> Iterator[fuzzed.Verdict]:
    """The verdicts on so many changes, in the order of their numbers."""
    for name, files in corpus_of(which, folder / "workspace").items():
        fuzzed.write(folder / which / name, files)
        sound = fuzzed.verdict(folder / which / name)
        assert not (sound.ours or sound.theirs), (name, sound)
    with ProcessPoolExecutor(JOBS) as pool:
        chunks = [range(n, min(n + CHUNK, count)) for n in range(0, count, CHUNK)]
        waiting = [pool.submit(_chunk, which, str(folder), numbers, seed) for numbers in chunks]
        for numbers, found in zip(chunks, waiting, strict=True):
            yield from found.result()
            print(f"\r{which}: {numbers.stop:,} of {count:,}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def sample(which: str, count: int, seed: int, folder: Path) -> int:
    """How many of a sample the commands judge otherwise than the functions do."""
    wrong, place = 0, folder / "sample"
    for number in range(0, count, max(count // SAMPLE, 1)):
        found = fuzzed.judged(_kept(which, str(folder)), number, seed, place)
        wrong += fuzzed.by_commands(place) != (found.ours, found.theirs)
    return wrong


def main(count: int = 1_000, seed: int = 1, which: str = "") -> int:
    """Print a table a campaign; 1 where anything is wrong, else 0."""
    wrong = 0
    for name in [which] if which else ["public", "audit"]:
        with tempfile.TemporaryDirectory() as folder:
            begun = time.perf_counter()
            verdicts = list(campaign(name, count, seed, Path(folder)))
            each = (time.perf_counter() - begun) / count
            print(f"\n{name}: {count:,} changes from seed {seed}, {1000 * each:.0f} ms each")
            print(fuzzed.table(verdicts))
            for number, one in enumerate(verdicts):
                if one.wrong:
                    wrong += 1
                    print(f"{number}: {one.wrong}: {one}")
            unlike = sample(name, count, seed, Path(folder))
            wrong += unlike
            print(f"of a sample through the commands {unlike} are judged otherwise")
    return 1 if wrong else 0


if __name__ == "__main__":
    options = sys.argv[1:]
    numbers = [int(option.replace("_", "").replace(",", "")) for option in options[:2]]
    sys.exit(main(*numbers, which="".join(options[2:3])))
