"""verify.py shares a large register among processes: what it tells is what one process tells."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from helpers import fuzz
from helpers.bundle_maker import Files
from helpers.campaign import across
from helpers.forged_bundles import resealed
from helpers.mutations import changed
from yaohao.planner.publication.verifier import verify as verifier

REGISTER = verifier.ENTITIES
PIECE = 3_000


@pytest.fixture(scope="module")
def audits() -> dict[str, Files]:
    return fuzz.audit_corpus(["committed", "dealt"])


@pytest.fixture(scope="module")
def dealt(audits: dict[str, Files]) -> Files:
    return next(files for name, files in audits.items() if "dealt" in name)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What of helpers was started: how many each time, and none where it was done alone."""
    numbers: list[int] = []
    begin = verifier.Helpers.__init__

    def counted(self: verifier.Helpers, number: int, setting: Any) -> None:
        numbers.append(number)
        begin(self, number, setting)

    monkeypatch.setattr(verifier.Helpers, "__init__", counted)
    return numbers


def told(folder: Path, processes: int, monkeypatch: pytest.MonkeyPatch) -> str:
    """All that is told of a folder, where so many processes share even a small register."""
    monkeypatch.setattr(verifier, "helpers_for", lambda case: processes)
    monkeypatch.setattr(verifier, "PIECE", PIECE)
    monkeypatch.setattr(verifier, "SUBTREE", 8)
    report = verifier.verify(verifier.read_bundle(folder))
    return verifier.as_json(report, "en")


def lines_of(files: Files) -> list[bytes]:
    return files[REGISTER].splitlines(keepends=True)


def with_lines(change: Callable[[list[bytes]], Any]) -> Callable[[Files], bytes]:
    def made(files: Files) -> bytes:
        lines = lines_of(files)
        change(lines)
        return b"".join(lines)

    return made


def swap(lines: list[bytes]) -> None:
    lines[-2], lines[-3] = lines[-3], lines[-2]


def two_bad(lines: list[bytes]) -> None:
    lines.insert(-2, b"[]\n")
    lines.insert(5, b"{\n")


CHANGES: dict[str, Callable[[Files], bytes]] = {
    "nothing": lambda files: files[REGISTER],
    "empty": lambda _: b"",
    "head alone": lambda files: lines_of(files)[0],
    "a line less": with_lines(lambda lines: lines.pop(len(lines) // 2)),
    "a line twice": with_lines(lambda lines: lines.insert(9, lines[9])),
    "out of order": with_lines(swap),
    "another value": lambda files: files[REGISTER].replace(b'"150', b'"151'),
    "two bad lines": with_lines(two_bad),
    "an empty line": with_lines(lambda lines: lines.insert(len(lines) // 2, b"\n")),
    "no last line feed": lambda files: files[REGISTER][:-1],
    "no text": lambda files: files[REGISTER][:-40] + b"\xff" + files[REGISTER][-39:],
    "a long line": with_lines(lambda lines: lines.insert(-4, b"[" + b" " * (1 << 21) + b"]\n")),
    "a carriage return": with_lines(lambda lines: lines.insert(-1, b"\r\n")),
}


@pytest.mark.parametrize(("name", "level"), across(list(CHANGES), ["left", "listed"]))
def test_a_changed_register_is_told_alike(
    name: str,
    level: str,
    dealt: Files,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    started: list[int],
) -> None:
    files = {**dealt, REGISTER: CHANGES[name](dealt)}
    if level == "listed":
        files = resealed(files, "listed", REGISTER, Random(1))
    folder = fuzz.write(tmp_path / "b", files)
    alone = told(folder, 1, monkeypatch)
    assert not started
    assert told(folder, 2, monkeypatch) == alone
    assert (REGISTER not in files) or started == [2] or name == "empty"
    assert ('"passed": true' in alone) == (name == "nothing")


@pytest.mark.parametrize("number", range(8))
def test_any_change_is_told_alike(
    number: int, audits: dict[str, Files], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, chance = sorted(audits), Random(f"processes {number}")
    files = audits[names[number % len(names)]]
    _, where, after = changed(files, chance)
    after = resealed(after, chance.choice(("listed", "chained", "retold")), where, chance)
    folder = fuzz.write(tmp_path / "b", after)
    assert told(folder, 2, monkeypatch) == told(folder, 1, monkeypatch)


def test_what_all_have_is_what_one_has(
    dealt: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Digests of places that were put down in files, a tree of many roots, three processes."""
    folder = fuzz.write(tmp_path / "b", dealt)
    frames = []
    for processes in (1, 3):
        monkeypatch.setattr(verifier, "MOST_HELD", 7)
        told(folder, processes, monkeypatch)
        case = verifier.Case(verifier.read_bundle(folder))
        list(verifier.results_of(case, verifier.CHECKS + verifier.AUDIT_CHECKS))
        frames.append(case.frame)
    one, other = frames
    assert one.root_text() == other.root_text() == case.record["select"]["frame"]
    assert one.counts == other.counts and one.narrow.met and one.told == other.told
    assert one.narrow.number() == other.narrow.number()
    assert {n: (c.size, c.tickets()) for n, c in one.pool.items()} == {
        n: (c.size, c.tickets()) for n, c in other.pool.items()
    }
    assert other.doubles is not None


@pytest.mark.parametrize("how", ["not started", "lost", "broken off"])
def test_without_helpers_one_process_does_it_all(
    how: str, dealt: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fuzz.write(tmp_path / "b", dealt)
    alone = told(folder, 1, monkeypatch)
    lost: list[int] = []
    if how == "not started":
        monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    else:
        ask = verifier.Helpers.ask

        def struck(self: verifier.Helpers, *request: Any) -> Any:
            if request[0] == ("rows" if how == "lost" else "different") and not lost:
                lost.append(self.processes[0].pid)
                self.processes[0].kill()
            return ask(self, *request)

        monkeypatch.setattr(verifier.Helpers, "ask", struck)
    assert told(folder, 2, monkeypatch) == alone
    assert bool(lost) == (how != "not started")


def test_small_registers_are_read_by_one_process(dealt: Files, tmp_path: Path) -> None:
    bundle = verifier.read_bundle(fuzz.write(tmp_path / "b", dealt))
    assert verifier.helpers_for(verifier.Case(bundle)) == 1
    with bundle.paths[REGISTER].open("ab") as file:
        file.truncate(verifier.ALONE_BELOW)
    assert verifier.helpers_for(verifier.Case(bundle)) == min(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        verifier.MOST_HELPERS,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("sign", ["SIGINT", "SIGKILL"])
def test_no_helper_outlives_who_asked(sign: str, dealt: Files, tmp_path: Path) -> None:
    folder = fuzz.write(tmp_path / "b", dealt)
    program = f"""
import sys, time
from yaohao.planner.publication.verifier import verify
verify.helpers_for = lambda case: 2
take = verify.take_pieces
def slow(gone, helpers, path, pieces):
    print(*(one.pid for one in helpers.processes), flush=True)
    time.sleep(60)
verify.take_pieces = slow
verify.main([{str(folder)!r}])
"""
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=tmp_path,
    )
    assert process.stdout is not None
    helpers = [int(word) for word in process.stdout.readline().split()]
    assert len(helpers) == 2 and all(map(is_running, helpers))
    process.send_signal(getattr(signal, sign))
    process.wait(90)  # what sleeps may do so in a thread that is waited for
    process.stdout.close()
    for _ in range(300):
        if not any(map(is_running, helpers)):
            break
        time.sleep(0.1)
    assert not any(map(is_running, helpers))


def is_running(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return False
        return True
    return state != "Z"
