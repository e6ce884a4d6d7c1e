"""However the program starts, what lies in the working folder is not run."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ENTRY = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]


def starts() -> list[list[str]]:
    """The ways in: the module, and what the console script of an installation runs."""
    module, function = ENTRY["yaohao"].split(":")
    script = f"import sys; from {module} import {function}; sys.exit({function}())"
    return [["-m", "yaohao"], ["-c", script]]


@pytest.mark.parametrize("start", starts(), ids=["module", "console script"])
def test_nothing_in_the_working_folder_is_run(tmp_path: Path, start: list[str]) -> None:
    for name in ("click", "tomllib", "json", "pathlib"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('run from here')\n", "utf-8")
    result = subprocess.run(
        [sys.executable, *start, "--version"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "run from here" not in result.stdout + result.stderr
    assert "yaohao" in result.stdout
