"""The page on random changes of public bundles: does it judge them as the planner does?

    python -m benchmarks.page_fuzz [COUNT] [SEED]

The changes are those of `benchmarks.fuzz`; they are given to one open page, in a headless browser,
as folders to be checked. A change is judged alike where both find something, or both nothing; what
the page alone finds, or the planner alone, is told with the number that repeats it, and the exit
status is then 1. Whether a bundle is of the page's own draw is no matter here.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from helpers import fuzz as fuzzed
from helpers.browser import NAMES, Browser
from playwright.sync_api import sync_playwright

CHUNK = 40
OWN_DRAW = {"same-ledger", "same-record"}


def judged(browser: Browser, count: int, seed: int, folder: Path) -> int:
    """Print how so many changes were judged; how many of them otherwise than by the planner."""
    corpus = fuzzed.public_corpus()
    page = fuzzed.write(folder / "page", corpus["page"])
    visit = browser.open(page / "index.html", "en")
    told: Counter[str] = Counter()
    for first in range(0, count, CHUNK):
        verdicts, folders = [], []
        for number in range(first, min(first + CHUNK, count)):
            verdicts.append(fuzzed.judged(corpus, number, seed, folder / "b"))
            folders.append(fuzzed.read(folder / "b"))
        for place, failed in enumerate(visit.check_folders({}, folders)):
            found, ours = failed - OWN_DRAW, bool(verdicts[place].ours)
            told["both" if ours and found else "neither"] += ours == bool(found)
            if ours != bool(found):
                told["one"] += 1
                print(f"{first + place}: {verdicts[place]}, the page: {sorted(found)}")
        print(f"\r{first + CHUNK:,} of {count:,}", end="", file=sys.stderr, flush=True)
    both, neither, one = (told[name] for name in ("both", "neither", "one"))
    print(f"\n{count:,} changes from seed {seed}: both {both:,}, neither {neither:,}, one {one:,}")
    return one


def main(count: int = 1_000, seed: int = 1) -> int:
    """1 where the page judged otherwise, else 0; 2 without a browser."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        print("no Chromium here: make browser", file=sys.stderr)
        return 2
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        options = ["--no-sandbox", "--disable-gpu"]
        chromium = playwright.chromium.launch(executable_path=program, args=options)
        wrong = judged(Browser(chromium), count, seed, Path(folder))
        chromium.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*(int(option.replace("_", "").replace(",", "")) for option in sys.argv[1:3])))
