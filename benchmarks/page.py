"""The page of a draw with 20,000 visits: its size, and how long it takes to verify itself.

    python -m benchmarks.page [VISITS]

In headless Chromium, opened from a file; the goal is less than 3 seconds from the opening to the
end of the checks. Also without WebCrypto, where the page's own SHA-256 does all the work. The page
says how long its checks took; beside them stand the time from the opening, the longest time for
which it answered nobody, and what of the processor it took, which tells more where others are at
work too.

The peer is `verify.py`, which checks the same bundle outside a browser: it runs before each
opening, and the last column is the page's processor time over the peer's.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from helpers import bundle_maker as maker
from helpers.browser import NAMES, with_page, written

RUNS = 3
NO_WEBCRYPTO = "Object.defineProperty(globalThis, 'crypto', {value: undefined});"
WATCH = """globalThis.longest = 0;
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) { longest = Math.max(longest, task.duration); }
}).observe({ type: "longtask", buffered: true });"""
PROGRAM = (
    Path(__file__).resolve().parent.parent / "planner" / "publication" / "verifier" / "verify.py"
)


def peer(folder: Path) -> float:
    """Processor seconds that the other verifier takes for a bundle."""
    begun = os.times()
    done = subprocess.run([sys.executable, PROGRAM, folder], capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(done.stdout.decode())
    ended = os.times()
    return ended.children_user + ended.children_system - begun.children_user - begun.children_system


def main(visits: int = 20_000) -> None:
    """Print a line a way."""
    import shutil

    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        raise SystemExit("no Chromium here: make browser")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        cells = [(2 * visits, visits, visits * 1_000_000)]
        names = [f"通辽市第{n}号商贸有限责任公司" for n in range(997)]
        record = maker.record_of("dealt", maker.plan_of("shown", 0), cells=cells, names=names)
        begun = time.perf_counter()
        files = with_page(maker.bundle_of(record))
        print(f"{visits:,} visits; bundle and page made in {time.perf_counter() - begun:.1f} s")
        path = written(Path(folder) / "b", files)
        print(f"index.html {path.stat().st_size / 1e6:.1f} MB")
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for name, script in (("WebCrypto", ""), ("own SHA-256 alone", NO_WEBCRYPTO)):
            for _ in range(RUNS):
                other = peer(path.parent)
                page = chromium.new_page()
                page.add_init_script(script + WATCH)
                watch = page.context.new_cdp_session(page)
                watch.send("Performance.enable", {"timeDomain": "threadTicks"})
                begun = time.perf_counter()
                page.goto(path.as_uri())
                page.wait_for_selector("body[data-checked]", timeout=120_000)
                whole = time.perf_counter() - begun
                state = page.get_attribute("body", "data-state")
                metrics = watch.send("Performance.getMetrics")["metrics"]
                busy = next(one["value"] for one in metrics if one["name"] == "TaskDuration")
                own = int(str(page.get_attribute("body", "data-milliseconds"))) / 1000
                print(
                    f"{name:18} {state}: checks {own:5.2f} s, from opening {whole:5.2f} s, "
                    f"longest task {page.evaluate('longest') / 1000:5.2f} s, "
                    f"processor {busy:5.2f} s; verify.py {other:5.2f} s, ratio {busy / other:5.2f}"
                )
                page.close()
        chromium.close()


if __name__ == "__main__":
    main(*(int(argument.replace("_", "")) for argument in sys.argv[1:]))
