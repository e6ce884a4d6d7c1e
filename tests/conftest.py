"""In CI hypothesis tries the same examples every time; at the desk it looks for new ones.

Tests with a real browser are marked `browser` and come last: its driver leaves an event loop
running in the process, in which the tests of the screens could not run theirs.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import settings
from yaohao.planner.engine.base import Engine, EngineSettings
from yaohao.planner.engine.registry import ENGINES, start

settings.register_profile("ci", derandomize=True)
# Registers of the tests are as of days that may lie ahead of the clock.
os.environ.setdefault("YAOHAO_TODAY", "2100-12-31")
if os.environ.get("CI"):
    settings.load_profile("ci")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use the browser, and put them behind all others."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each column engine there is, one after the other."""
    started = start(request.param, EngineSettings(threads=2))
    request.addfinalizer(started.close)
    return started
