"""The engines that tests go through, and why one of them may be left out."""

from __future__ import annotations

import os
from typing import Any

import pytest
from yaohao.planner.engine.registry import ENGINES
from yaohao.planner.engine.spark_needs import missing

LACKING = ", ".join(missing())
"""Why no test runs on Spark; "" where they do."""

if LACKING and os.environ.get("YAOHAO_SPARK"):  # `make spark` has asked for it
    raise RuntimeError(f"no Spark here: {LACKING} missing")

_SKIPPED = pytest.mark.skipif(bool(LACKING), reason=f"no Spark here: {LACKING} missing")


def needs_spark(test: Any) -> Any:
    """Mark a test that is about Spark alone; where there is none it is skipped, and says so."""
    return pytest.mark.spark(_SKIPPED(test))


def engine_names() -> list[object]:
    """The engines by name, as parameters of a test; that of Spark is marked as `needs_spark`."""
    return [
        pytest.param(name, marks=[_SKIPPED, pytest.mark.spark] if name == "spark" else [])
        for name in sorted(ENGINES)
    ]
