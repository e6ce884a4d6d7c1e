"""`yaohao doctor`: what is wrong is found and told, nothing is changed, and it says what to do."""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import fill, told, walk, yaohao
from yaohao.planner.reports import doctor
from yaohao.planner.storage.lock import hold
from yaohao.planner.wording.messages import LANGUAGES, catalogue
from yaohao.planner.workspace import Workspace
from yaohao.scripts import terminal

MACHINE = {
    "program", "packages", "sqlite", "extra-serve", "extra-drand", "extra-faker", "extra-word",
    "browser",
    "office", "java", "spark", "fonts", "memory", "temporary", "clock",
}  # fmt: skip
INSIDE = {"workspace", "database", "files", "disk", "drive", "engine", "rights", "lock", "last-act"}


@pytest.fixture
def bureau(tmp_path: Path) -> Path:
    """A workspace with a frozen draw."""
    workspace = fill(tmp_path)
    walk(workspace, "freeze")
    return workspace


def checks(folder: Path | None, status: int = 0) -> dict[str, Any]:
    """The checks by name."""
    words = ("--workspace", folder) if folder else ()
    document = told(*words, "doctor", status=status)
    assert document["ok"] is (status == 0)
    return {one["name"]: one for one in document["checks"]}


def test_a_sound_workspace(bureau: Path) -> None:
    before = {path: path.read_bytes() for path in bureau.rglob("*") if path.is_file()}
    found = checks(bureau)
    assert set(found) >= MACHINE | INSIDE
    assert {found[name]["state"] for name in INSIDE} == {"ok"}
    after = {path: path.read_bytes() for path in bureau.rglob("*") if path.is_file()}
    assert before == after


def test_every_state_has_its_words_and_all_but_ok_say_what_to_do() -> None:
    words = catalogue("doctor")
    names = {name.removeprefix("name-") for name in words if name.startswith("name-")}
    assert names >= MACHINE | INSIDE
    for name in names:
        states = [one for one in ("note", "warn", "fail") if f"{name}-{one}" in words]
        assert states or name in words or name == "program", name
        assert not states or f"{name}-do" in words, name
    for entry in words.values():
        assert set(entry) == set(LANGUAGES)
    for lang in LANGUAGES:
        result = yaohao("doctor", lang=lang)
        assert "doctor." not in result.stdout and "{" not in result.stdout


def test_damage_is_found(bureau: Path) -> None:
    frame = next((bureau / "frames").iterdir())
    frame.rename(bureau / "frames" / ("0" * 64))
    found = checks(bureau, status=1)
    assert found["files"]["state"] == "fail" and frame.name in found["files"]["found"]
    (bureau / "frames" / ("0" * 64)).rename(frame)
    (bureau / "frames" / ("1" * 64)).mkdir()
    assert checks(bureau)["strangers"]["state"] == "warn"
    connection = sqlite3.connect(bureau / "planner.db")
    connection.execute("UPDATE draws SET stage = 'drawn'")
    connection.commit()
    connection.close()
    assert checks(bureau, status=1)["database"]["state"] == "fail"
    (bureau / "planner.db").write_bytes(b"no database at all" * 100)
    found = checks(bureau, status=1)
    assert found["workspace"]["state"] == "fail" and "restore" in found["workspace"]["do"]
    (bureau / "planner.db").unlink()
    assert checks(bureau, status=1)["workspace"]["state"] == "fail"
    (bureau / "workspace.toml").write_text("x")
    assert checks(bureau, status=1)["workspace"]["state"] == "fail"


def test_rights_locks_room_and_clock(bureau: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (bureau / "planner.db").chmod(0o644)
    with hold(bureau, "import"):
        found = checks(bureau)
    assert found["rights"]["state"] == "warn" and "planner.db" in found["rights"]["found"]
    assert found["lock"]["state"] == "warn" and "import" in found["lock"]["found"]
    monkeypatch.setattr(doctor, "free_at", lambda _: 5_000_000)
    found = checks(bureau, status=1)
    assert (found["disk"]["state"], found["temporary"]["state"]) == ("fail", "fail")
    monkeypatch.setattr(doctor, "free_at", lambda _: 900_000_000)
    assert checks(bureau)["disk"]["state"] == "warn"
    monkeypatch.setattr(doctor, "free_at", lambda _: None)
    assert checks(bureau)["disk"]["state"] == "ok"
    monkeypatch.setattr(doctor, "network_kind", lambda _: "cifs")
    assert "cifs" in checks(bureau)["drive"]["found"]
    monkeypatch.setattr(doctor, "now", lambda: "2001-01-01T00:00:00Z")
    found = checks(bureau, status=1)
    assert found["last-act"]["state"] == "fail" and "clock" in found["last-act"]["do"]
    monkeypatch.setattr(doctor, "sqlite_version", lambda: "3.36.0")
    assert checks(bureau, status=1)["sqlite"]["state"] == "fail"


def test_what_is_missing_on_a_bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("YAOHAO_WORKSPACE", raising=False)
    there = doctor._version
    monkeypatch.setattr(doctor, "_version", lambda name: "" if name == "py-ecc" else there(name))
    found = checks(None)
    assert {found[name]["state"] for name in ("browser", "office", "java")} == {"note"}
    assert found["fonts"]["state"] == "warn" and "fonts-noto-cjk" in found["fonts"]["do"]
    assert found["extra-drand"]["state"] == "note" and "[drand]" in found["extra-drand"]["do"]
    assert found["workspace-none"]["state"] == "note"
    monkeypatch.setattr(doctor, "_version", lambda name: "" if name == "rich" else there(name))
    assert "rich" in checks(None, status=1)["packages"]["found"]
    named = told("--workspace", tmp_path / "none", "doctor", status=1)["checks"]
    assert [one["state"] for one in named if one["name"] == "workspace"] == ["fail"]


def test_what_spark_lacks_is_told(bureau: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = ["pyspark", "Java 17"]
    monkeypatch.setattr(doctor.spark_needs, "missing", lambda: lacking)
    found = checks(bureau)
    assert found["spark"]["state"] == "note" and "pyspark, Java 17" in found["spark"]["found"]
    assert found["engine"] == {"name": "engine", "state": "ok", "found": "duckdb", "do": ""}
    Workspace(bureau).change_setting("engine", "spark")
    found = checks(bureau, status=1)
    assert found["engine"]["state"] == "fail" and "FILE.whl[spark]" in found["engine"]["do"]
    lacking.clear()
    monkeypatch.setattr(doctor.spark_needs, "java_version", lambda: 21)
    monkeypatch.setattr(doctor.spark_needs, "heap", lambda: (1024, 2048))
    found = checks(bureau)
    assert found["engine"]["state"] == "ok" and found["spark"]["state"] == "warn"
    monkeypatch.setattr(doctor.spark_needs, "heap", lambda: (4096, 8192))
    Workspace(bureau).change_setting("master", "local[4]")
    found = checks(bureau)
    assert found["engine"]["found"] == "spark local[4]" and "Java 21" in found["spark"]["found"]


def test_a_java_that_is_only_a_name_is_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\nexit 1\n")
    java.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert checks(None)["java"]["state"] == "note"
    java.write_text("#!/bin/sh\necho openjdk >&2\n")
    assert checks(None)["java"]["state"] == "ok"


def test_an_earlier_database_is_told_and_left_as_it_is(
    bureau: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "VERSION", doctor.VERSION + 1)
    assert checks(bureau)["version"]["state"] == "note"


def test_a_rehearsal_is_told(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "b", "free", rehearsal=True).close()
    assert checks(tmp_path / "b")["rehearsal"]["state"] == "note"


# the terminal


class Terminal:
    """A terminal that answers where its cursor is, as one that draws characters so wide."""

    def __init__(self, columns: tuple[int, ...]) -> None:
        self.master, slave = os.openpty()
        self.stdin = os.fdopen(slave, "r", encoding="utf-8", closefd=False)
        self.stdout = os.fdopen(os.dup(slave), "w", encoding="utf-8")
        self._columns = list(columns)
        self._thread = threading.Thread(target=self._answer, daemon=True)
        self._thread.start()

    def _answer(self) -> None:
        seen = b""
        while self._columns:
            try:
                seen += os.read(self.master, 64)
            except OSError:
                return
            if seen.endswith(b"\x1b[6n"):
                seen = b""
                os.write(self.master, f"\x1b[1;{self._columns.pop(0) + 1}R".encode())


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """What the terminal's checks say of terminals of some widths."""

    def ask(*columns: int) -> dict[str, str]:
        made = Terminal(columns)
        monkeypatch.setattr(sys, "stdin", made.stdin)
        monkeypatch.setattr(sys, "stdout", made.stdout)
        monkeypatch.setattr(terminal, "_WAIT", 0.3)
        return {one["name"]: one["state"] for one in terminal.examine_terminal()}

    yield ask


def test_the_width_of_chinese_is_measured(asked: Any) -> None:
    assert asked(2, 1)["wide"] == "ok"
    assert asked(1, 1)["wide"] == "warn"
    assert asked(2, 2)["blocks"] == "note"
    assert asked()["wide-unknown"] == "note"


def test_the_size_and_the_encoding(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert asked(2, 1)["terminal"] == "note"
    monkeypatch.setenv("COLUMNS", "100")
    assert asked(2, 1)["terminal"] == "ok"
    assert asked(2, 1)["language"] == "ok"
    with Path(os.devnull).open("w", encoding="ascii") as narrow:
        monkeypatch.setattr(sys, "stdout", narrow)
        found = {one["name"]: one["state"] for one in terminal.examine_terminal()}
    assert found == {"language": "warn", "terminal-none": "note"}


def test_cases_that_are_not_as_their_history_are_found(bureau: Path) -> None:
    assert "cases" not in checks(bureau)
    told("--workspace", bureau, "case", "clock")
    assert checks(bureau)["cases"]["state"] == "ok"
    connection = sqlite3.connect(bureau / "planner.db")
    connection.execute("UPDATE dues SET day = '2030-01-01'")
    connection.commit()
    connection.close()
    found = checks(bureau, status=1)["cases"]
    assert found["state"] == "fail" and "annual-report" in found["found"] and found["do"]
