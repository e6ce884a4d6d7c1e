"""Both verifiers read hostile folders within bounds, and say which file is beyond them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.workspace_maker import Maker
from yaohao.planner.publication.verifier import verify as verifier
from yaohao.planner.verification.bundle import verify_bundle

pytest_plugins = ["helpers.workspace_maker"]


def _sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "deep draw.json": lambda f: (f / "draw.json").write_bytes(b"[" * 3_000_000),
    "deep objects": lambda f: (f / "draw.json").write_bytes(b'{"a":' * 1_000_000),
    "many lists": lambda f: (f / "draw.json").write_bytes(b"[" + b"[]," * 9_000_000),
    "many lines": lambda f: (f / "ledger.jsonl").write_bytes(b"\n" * 17_000_000),
    "deep line": lambda f: (f / "ledger.jsonl").write_bytes(b"[" * 1_000_000 + b"\n"),
    "many cells": lambda f: (f / "visits.csv").write_bytes(b"," * 17_000_000),
    "long sums": lambda f: (f / "SHA256SUMS").write_bytes(b"0\n" * 2_000_000),
    "large key": lambda f: _sparse(f / "SHA256SUMS.pub", 1 << 29),
    "large stamp": lambda f: _sparse(f / "SHA256SUMS.tsr", 1 << 29),
    "huge draw.json": lambda f: _sparse(f / "draw.json", 1 << 40),
    "huge page": lambda f: _sparse(f / "visits.xlsx", 1 << 29),
    "number": lambda f: (f / "draw.json").write_bytes(b"9" * 5_000_000),
}
_MEASURE = """
import json, resource, sys, time
began = time.process_time()
if sys.argv[1] == "own":
    from yaohao.planner.verification.bundle import verify_bundle
    from pathlib import Path
    found = verify_bundle(Path(sys.argv[2]), None, None)
    failed = [one.words() for one in found if one.ok is False]
else:
    from yaohao.planner.publication.verifier import verify as verifier
    import contextlib, io
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = verifier.main([sys.argv[2], "--lang", "en"])
    failed = [out.getvalue()[:300]] * status
status = open("/proc/self/status").read()
memory = int(status.split("VmHWM:")[1].split()[0]) / 1024
print(json.dumps({"failed": failed, "memory": memory, "seconds": time.process_time() - began}))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured on Linux")
@pytest.mark.parametrize("name", DAMAGES)
@pytest.mark.parametrize("program", ["own", "alone"])
def test_a_hostile_folder_is_told_within_bounds(
    made: Maker, tmp_path: Path, program: str, name: str
) -> None:
    import shutil

    folder = shutil.copytree(made().public["dealt"], tmp_path / "b")
    DAMAGES[name](folder)
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, program, str(folder)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answer = json.loads(done.stdout)
    assert answer["failed"]
    assert answer["memory"] < 500
    assert answer["seconds"] < 8


def test_both_say_that_a_file_is_beyond_bounds(
    made: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yaohao.planner.verification import reading

    folder = made().public["dealt"]
    monkeypatch.setattr(reading, "MOST_VALUES", 10)
    monkeypatch.setattr(verifier, "MOST_VALUES", 10)
    told = [one.words() for one in verify_bundle(folder, None, None) if one.ok is False]
    assert any("more values" in words or "more values" in str(words) for words in told)
    report = verifier.verify(verifier.read_bundle(folder))
    assert not report.passed
    words = {fault.what.word for result in report.results for fault in result.faults}
    assert "too-many" in words
    assert "broken" not in words
