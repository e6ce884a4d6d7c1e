"""Run every benchmark, one after the other: `python -m benchmarks`."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from pathlib import Path

for module in sorted(found.name for found in pkgutil.iter_modules([str(Path(__file__).parent)])):
    if module not in ("__main__", "gate"):  # the gate is `make bench-check`
        print(f"\n== {module}", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{module}"], check=True)
