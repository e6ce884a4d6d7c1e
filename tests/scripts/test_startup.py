"""Start-up: help comes nearly as quickly as that of a bare click program."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

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
