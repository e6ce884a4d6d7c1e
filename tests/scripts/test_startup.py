"""Start-up: help comes nearly as quickly as that of a bare click program."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.cli import SEEDS, SOURCE, fill, walk

ROOT = Path(__file__).resolve().parents[2]
MOST = 0.150
BARE = """
import click

@click.command()
@click.argument("name")
def hello(name):
    "Say hello."

hello(["--help"])
"""


def seconds(*words: str) -> float:
    """The least processor time of several runs: what else the machine does counts less."""
    found = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *words], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(found)


@pytest.mark.parametrize("words", [["--help"], ["show", "--help"], ["doctor", "--help"]])
def test_help_is_nearly_as_quick_as_a_bare_program(words: list[str]) -> None:
    assert seconds("-m", "yaohao", *words) - seconds("-c", BARE) < MOST


# pandas takes a quarter of a second, and pyarrow loads it at the first list that it is given.

SOLVED = """
import sys
from yaohao.no_pandas import leave_out_pandas
leave_out_pandas()
import pyarrow
assert pyarrow.array(["a"]).to_pylist() == ["a"]
assert "pandas" not in sys.modules
from yaohao.planner.draw.network_flow import minimum_cost_flow
import numpy as np
one = np.ones(1, np.int64)
assert minimum_cost_flow((0 * one, one), one, one, np.array([1, -1])).tolist() == [1]
assert not {"pandas", "scipy", "ortools"} & sys.modules.keys()
"""


def loaded(*words: str) -> set[str]:
    """The modules that a program loads, as Python traces them."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *words],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    lines = done.stderr.splitlines()
    return {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}


def test_an_import_and_its_reader_load_no_pandas(tmp_path: Path) -> None:
    from yaohao.planner.register.sheet_request import SheetRequest
    from yaohao.planner.register.templates import write_template
    from yaohao.planner.workspace import Workspace

    file, workspace = tmp_path / "t.xlsx", tmp_path / "b"
    write_template("inspectors", file, "en")
    Workspace.create(workspace, "free").close()
    found = loaded("-m", "yaohao", "--workspace", str(workspace), "import", "inspectors", str(file))
    assert "pyarrow.lib" in found and "pandas.core" not in found
    request = SheetRequest("inspectors", {}).as_text()
    reader = ("-m", "yaohao.planner.register.reader", "workbook", str(file), str(1 << 30), "9")
    found = loaded(*reader, request)
    assert "pyarrow.lib" in found and "pandas.core" not in found


def test_the_solver_loads_no_pandas_and_writes_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", SOLVED], cwd=ROOT, check=True, capture_output=True)
    assert (done.stdout, done.stderr) == (b"", b"")


def test_a_draw_loads_no_library_of_arrays_or_tables(tmp_path: Path) -> None:
    """A draw is hashing in the engine and whole numbers: numpy and pyarrow are a tenth of it."""
    workspace = fill(tmp_path)
    walk(workspace, "freeze")
    found = loaded(
        "-m", "yaohao", "draw", "spring", "--seed", SEEDS[0], "--source", SOURCE,
        "--workspace", str(workspace),
    )  # fmt: skip
    assert "duckdb" in found
    assert not {"numpy", "pyarrow", "pandas"} & {name.partition(".")[0] for name in found}


_HUGE = Path("/sys/kernel/mm/transparent_hugepage/enabled")
_HELD = """
import sys
sys.argv = ["yaohao", "--version"]
from yaohao.__main__ import main
try:
    main()
except SystemExit:
    pass
import pyarrow
held = pyarrow.allocate_buffer(256 << 20)
memoryview(held).cast("B")[::4096] = bytes(65536)
lines = open("/proc/self/smaps_rollup").read().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("AnonHugePages:")))
"""


@pytest.mark.skipif(
    not _HUGE.exists() or "[never]" in _HUGE.read_text(), reason="a system without huge pages"
)
@pytest.mark.parametrize("given", ["", "1"])
def test_tables_are_not_held_in_huge_pages_unless_it_is_asked_for(given: str) -> None:
    environment = {name: text for name, text in os.environ.items() if "MIMALLOC" not in name}
    if given:
        environment["MIMALLOC_ALLOW_THP"] = given
    told = subprocess.run(
        [sys.executable, "-c", _HELD], env=environment, capture_output=True, text=True, check=True
    )
    kilobytes = int(told.stdout.split()[-1])
    if given:
        if not kilobytes:
            pytest.skip("this system gives no huge pages to anybody")
    elif "[always]" not in _HUGE.read_text():
        assert kilobytes < 64 << 10
