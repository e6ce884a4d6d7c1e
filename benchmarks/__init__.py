"""Benchmarks: times as ratios to a peer in the same run, never as tests."""

from __future__ import annotations

import sys
from pathlib import Path

# Bundles, workspaces and a browser come from what the tests share.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
