"""In CI hypothesis tries the same examples every time; at the desk it looks for new ones.

Tests with a real browser are marked `browser` and come first: while one process waits for it
the other has work of its own, and the last tests are short ones.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from helpers import campaign, cheap_passphrases, kept_bureaus, kept_lotteries, one_thread
from helpers.cli import language_kept
from helpers.engines import engine_names
from helpers.kill_at import Killer
from hypothesis import HealthCheck, settings
from yaohao.planner.engine.base import Engine, EngineSettings
from yaohao.planner.engine.registry import start
from yaohao.planner.storage import import_knowledge
from yaohao.tui import gc_pause

# Plans of the tests are of the first months of 2027, whatever year it is.
os.environ["YAOHAO_TODAY"] = "2027-01-05"

# What is imported has days of the whole year: leads and results of those plans too.
import_knowledge.TODAY = "YAOHAO_TODAY_OF_IMPORTS"
os.environ["YAOHAO_TODAY_OF_IMPORTS"] = "2100-12-31"

# Whoever runs the tests may have settings of their own.
os.environ["YAOHAO_CONFIG"] = os.devnull
os.environ["YAOHAO_STATE"] = ""  # nothing is remembered of what a test did in the screens

cheap_passphrases.work_out_quickly()

# No clock: beside many others a test takes as long as it takes.
settings.register_profile("desk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("desk")
settings.register_profile("ci", settings.get_profile("desk"), derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture(autouse=True)
def _names_of_codes() -> Iterator[None]:
    """Codes are named as at the start: no test is told by the register, the language of another."""
    from yaohao.planner.wording.format import name_codes_of

    name_codes_of("china")
    with language_kept():
        yield


os.environ["TZ"] = "UTC"  # days and moments are those of the machine where nothing says otherwise
if hasattr(time, "tzset"):
    time.tzset()


# Six thousand tests are a million objects, none of which goes before the end: collecting
# garbage walks over all of them again and again, so they are set aside once they are there.
gc.disable()

# Nor do the screens collect in a test while nobody does anything: all that would come back.
gc_pause.REST = 1e9


def pytest_configure(config: pytest.Config) -> None:
    """Tell the files of tests, before they are read, whether campaigns are asked for."""
    campaign.note(config.option.markexpr)
    if not campaign.is_asked():
        one_thread.query_in_one_thread()


def pytest_collection_finish() -> None:
    """Look for garbage among what the tests make, from now on; and keep lotteries."""
    gc.freeze()  # with what garbage there is: to look for it takes longer than it is worth
    # Nearly all that tests make goes without it, and a look at the young costs a tenth of the whole
    # run if it is taken as often as Python takes it by itself.
    gc.set_threshold(10_000_000, 10, 20)
    gc.enable()
    kept_lotteries.keep()  # tests of the lotteries have the builder itself by now


_most_open = [150]
"""Files that may be open before somebody looks who holds them: macOS lets a process have 256."""


def pytest_runtest_logfinish() -> None:
    """Look for garbage where it holds many files, as frames of errors do that tests expected."""
    if _open_files() > _most_open[0]:
        gc.collect()
        _most_open[0] = _open_files() + 100


def _open_files() -> int:
    """The lowest number that is free for a file, which is about how many are open."""
    free = os.dup(2)
    os.close(free)
    return free


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Look for garbage no more: at its end pytest would do it five times, some seconds long."""
    gc.freeze()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Read no file without tests in a browser where only those are asked for."""
    asked = config.option.markexpr.split(" and ")
    if collection_path.suffix != ".py" or "browser" not in asked or _has_browser(collection_path):
        return None
    return True


@cache
def _has_browser(file: Path) -> bool:
    """Whether tests of a file may use the browser: its fixture comes by the helper of that name."""
    return b"helpers.browser" in file.read_bytes()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use the browser, and put them before all others.

    Then come the files that hold slow ones: none of those is what everybody waits for at the end.
    """
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            assert _has_browser(item.path), f"{item.path} does not name helpers.browser"
            item.add_marker(pytest.mark.browser)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (item.get_closest_marker("browser") is None, item.path not in slow))


@pytest.fixture(scope="session", autouse=True)
def _bureaus_of_all_workers(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What one worker makes for many tests the others copy."""
    base = tmp_path_factory.getbasetemp()
    kept_bureaus.share((base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "bureaus")


@pytest.fixture(scope="session")
def killer() -> Iterator[Killer]:
    """What kills acts on their way: one process that starts the others."""
    started = Killer()
    yield started
    started.close()


@pytest.fixture(params=engine_names())
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each column engine there is, one after the other."""
    started = start(request.param, EngineSettings(threads=2))
    request.addfinalizer(started.close)
    return started
