"""The memory that the engine may hold and the temporary folder: settings, environment, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helpers.cli import fill, told, yaohao
from helpers.large_imports import SMALL
from yaohao.planner.engine import duckdb
from yaohao.planner.storage import merged_files
from yaohao.planner.vocabulary import room
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.vocabulary.whole_folders import process_folder
from yaohao.planner.workspace import Workspace
from yaohao.sample_data import Population

GB = 10**9


@pytest.fixture(autouse=True)
def own_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings that go with the test, on a machine of eight gigabytes."""
    monkeypatch.setattr(room, "_settings", {"memory": "", "temporary": ""})
    monkeypatch.setattr(room, "machine_memory", lambda: 8 * GB)
    for name in (room.MEMORY, room.TEMPORARY):
        monkeypatch.delenv(name, raising=False)


def engine_setting(name: str) -> str:
    """What the engine that is connected to says of one of its settings."""
    with duckdb.connect() as connection:
        return str(connection.sql(f"SELECT current_setting('{name}')").fetchall()[0][0])


def code_of(error: pytest.ExceptionInfo[PlannerError]) -> str:
    return error.value.problems[0].code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 4 * GB), ("4GB", 4 * GB), ("4 gb", 4 * GB), ("1.5GB", 3 * GB // 2),
        ("512MB", 512 * 10**6), ("2GiB", 2 << 30), ("1TB", 1000 * GB), ("25%", 2 * GB),
        ("100%", 8 * GB), ("1%", room.LEAST),
    ],
)  # fmt: skip
def test_limits_of_memory(text: str, expected: int) -> None:
    room.choose(text, "")
    assert room.memory_limit() == expected


def test_a_machine_of_unknown_or_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "machine_memory", lambda: None)
    assert room.memory_limit() is None
    room.choose("50%", "")
    assert room.memory_limit() == 2 * GB
    room.choose("", "")
    monkeypatch.setattr(room, "machine_memory", lambda: 64 * GB)
    assert room.memory_limit() == 4 * GB
    monkeypatch.setattr(room, "machine_memory", lambda: 10**8)
    assert room.memory_limit() == room.LEAST


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("lots", "bad-memory"), ("4", "bad-memory"), ("-4GB", "bad-memory"), ("0%", "bad-memory"),
        ("101%", "bad-memory"), ("4GB; DROP TABLE x", "bad-memory"), ("４GB", "bad-memory"),
        ("100MB", "little-memory"), ("9KB", "little-memory"), ("0GB", "little-memory"),
    ],
)  # fmt: skip
def test_what_is_no_limit_is_refused(
    text: str, code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(PlannerError) as refused:
        room.check_memory(text)
    assert code_of(refused) == f"room.{code}"
    monkeypatch.setenv(room.MEMORY, text)
    with pytest.raises(PlannerError) as refused:
        room.memory_limit()
    assert refused.value.problems[0].params["found"] == f"YAOHAO_MEMORY={text}"
    found = {one["name"]: one for one in told("doctor", status=1)["checks"]}
    assert found["memory"]["state"] == "fail" and text in found["memory"]["found"]


def test_the_machine_tells_its_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.undo()
    (tmp_path / "max").write_text("max\n", encoding="ascii")
    (tmp_path / "held").write_text("300000000\n", encoding="ascii")
    found = {}
    for name in ("max", "held", "none"):
        monkeypatch.setattr(room, "_CGROUPS", (str(tmp_path / name),))
        found[name] = room.machine_memory.__wrapped__()
    assert found["held"] == 300_000_000
    assert found["max"] == found["none"] != found["held"]


def test_the_engine_keeps_to_the_settings_and_the_environment_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scratch").mkdir()
    (tmp_path / "other").mkdir()
    workspace = fill(tmp_path)
    assert "memory" not in (workspace / "workspace.toml").read_text(encoding="utf-8")
    told("--workspace", workspace, "config", "set", "memory", "1GiB")
    told("--workspace", workspace, "config", "set", "temporary", tmp_path / "scratch")
    with Workspace(workspace):
        assert engine_setting("memory_limit") == "1.0 GiB"
        folder = process_folder()
        assert folder.parent == tmp_path / "scratch"
        assert engine_setting("temp_directory") == str(folder / "engine")
        monkeypatch.setenv(room.MEMORY, "2GiB")
        monkeypatch.setenv(room.TEMPORARY, str(tmp_path / "other"))
        assert engine_setting("memory_limit") == "2.0 GiB"
        assert process_folder().parent == tmp_path / "other"


def test_a_folder_that_is_gone_stops_what_needs_it_and_nothing_else(tmp_path: Path) -> None:
    workspace, scratch = fill(tmp_path), tmp_path / "scratch"
    scratch.mkdir()
    here = ("--workspace", workspace)
    told(*here, "config", "set", "temporary", scratch)
    found = {one["name"]: one for one in told(*here, "doctor")["checks"]}
    assert str(scratch) in found["workspace-temporary"]["found"]
    scratch.rmdir()
    plan = next((workspace / "plans").glob("*.toml"))
    for lang, words in (("en", "is not there"), ("zh", "不存在")):
        refused = yaohao(*here, "freeze", plan, lang=lang)
        assert refused.exit_code == 2 and words in refused.stderr and str(scratch) in refused.stderr
    assert told(*here, "status")["draws"] == []
    found = {one["name"]: one for one in told(*here, "doctor", status=1)["checks"]}
    assert found["workspace-temporary"]["state"] == "fail"
    told(*here, "config", "set", "temporary", "")
    told(*here, "freeze", plan)


def test_a_setting_of_another_hand_is_told_when_the_workspace_is_opened(tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    with (workspace / "workspace.toml").open("a", encoding="utf-8") as file:
        file.write('\nmemory = "lots"\n')
    refused = told("--workspace", workspace, "status", status=2)["errors"][0]
    assert refused["code"] == "workspace.bad-settings" and "lots" in str(refused)


def test_imports_sort_in_the_folder_and_write_the_register_in_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in SMALL.items():
        monkeypatch.setattr(name, value)
    scratch, places = tmp_path / "scratch", []
    scratch.mkdir()
    whole = merged_files.merged_file

    def watched(workspace: Any, intake: Any, how: Any, folder: Path) -> Any:
        runs = [file.parent.parent for file in scratch.rglob("*.arrow")]
        places.append((folder.parent, set(runs)))
        return whole(workspace, intake, how, folder)

    monkeypatch.setattr("yaohao.planner.operations.import_files.merged_file", watched)
    Population(400, seed=3).write_csv(tmp_path / "a.csv")
    digests = []
    for name, temporary in (("one", ""), ("two", str(scratch))):
        Workspace.create(tmp_path / name, "china").close()
        with Workspace(tmp_path / name) as workspace:
            workspace.change_setting("temporary", temporary)
            workspace.import_files("entities", [tmp_path / "a.csv"])
            digests.append(workspace._workspace.snapshot_path()[1])
    assert digests[0] == digests[1]
    assert places == [(tmp_path / "one", set()), (tmp_path / "two", {scratch})]
    assert not list(scratch.rglob("*.arrow"))


def test_memory_that_is_used_up_is_told_plainly() -> None:
    room.choose("256MB", "")
    with pytest.raises(PlannerError) as refused, duckdb.errors(), duckdb.connect() as connection:
        connection.execute("CREATE TEMP TABLE x AS SELECT list(range) AS l FROM range(60000000)")
    assert code_of(refused) == "room.memory-full"
    assert refused.value.problems[0].params["limit"] == "256.0 MB"


def test_a_full_disk_under_the_engine_is_told_with_what_is_free() -> None:
    room.choose("257MB", "")  # an engine of its own, whose setting goes with it
    with pytest.raises(PlannerError) as refused, duckdb.errors(), duckdb.connect(1) as connection:
        connection.execute("SET max_temp_directory_size = '1MB'")
        connection.execute(
            "CREATE TEMP TABLE x AS SELECT md5(range::VARCHAR) AS s FROM range(9000000) ORDER BY s"
        )
    assert code_of(refused) == "room.no-space"
    params = refused.value.problems[0].params
    assert params["limit"] == "257.0 MB"
    assert Path(params["folder"]).is_dir() and params["free"] != "?"
