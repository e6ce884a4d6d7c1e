"""Which engine is taken: by the command line, else by the workspace, else the one of always."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.cli import fill, told, walk, yaohao
from yaohao.planner.engine import spark_start
from yaohao.planner.engine.registry import chosen
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

CLUSTER = "spark://a.example:7077,[::1]:7078"


@pytest.mark.parametrize(
    ("name", "master", "usual", "expected"),
    [
        ("", "", ("", ""), ("duckdb", "")),
        ("", "", ("spark", "local[4]"), ("spark", "local[4]")),
        ("", "", ("", "local[4]"), ("duckdb", "")),
        ("duckdb", "", ("spark", CLUSTER), ("duckdb", "")),
        ("spark", "", ("", ""), ("spark", "")),
        ("spark", "", ("", CLUSTER), ("spark", CLUSTER)),
        ("", "local[*]", ("", ""), ("spark", "local[*]")),
        ("", "local", ("duckdb", CLUSTER), ("spark", "local")),
        ("spark", CLUSTER, ("spark", "local[4]"), ("spark", CLUSTER)),
    ],
)
def test_what_is_asked_for_comes_before_what_is_usual(
    name: str, master: str, usual: tuple[str, str], expected: tuple[str, str]
) -> None:
    choice = chosen(name, master, usual)
    assert (choice.name, choice.settings.master) == expected


@pytest.mark.parametrize(
    ("name", "master", "code"),
    [
        ("dask", "", "engine.unknown"),
        ("duckdb", "local[2]", "engine.master-alone"),
        *(
            ("spark", master, "engine.bad-master")
            for master in (
                "local[0]", "local[]", "yarn", "spark://", "spark://a", "spark://a:b",
                "spark://a:1,", "spark://a:1/x", "spark://a b:1", "http://a:1", "local[2]\n",
            )
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(name: str, master: str, code: str) -> None:
    with pytest.raises(PlannerError) as refused:
        chosen(name, master)
    assert refused.value.problems[0].code == code


def test_the_settings_of_a_workspace(tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    assert "engine" not in (workspace / "workspace.toml").read_text(encoding="utf-8")
    told("--workspace", workspace, "config", "set", "engine", "spark")
    told("--workspace", workspace, "config", "set", "master", CLUSTER)
    with Workspace(workspace) as opened:
        choice = opened._workspace.engine
        assert (choice.name, choice.settings.master) == ("spark", CLUSTER)
        assert opened._workspace.kept.engine == choice
    with Workspace(workspace, engine="duckdb") as opened:
        assert opened._workspace.engine.name == "duckdb"
    told("--workspace", workspace, "config", "set", "engine", "dask", status=2)
    told("--workspace", workspace, "config", "set", "master", "yarn", status=2)
    told("--workspace", workspace, "config", "set", "engine", "")
    with Workspace(workspace) as opened:
        assert opened._workspace.engine.name == "duckdb"
    with (workspace / "workspace.toml").open("a", encoding="utf-8") as file:
        file.write('\n[engine]\nname = "spark"\n')
    assert yaohao("--workspace", workspace, "status").exit_code == 2


def test_an_engine_that_is_missing_stops_the_act_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = fill(tmp_path)
    before = {path: path.read_bytes() for path in workspace.rglob("*") if path.is_file()}
    plan = next((workspace / "plans").glob("*.toml"))
    monkeypatch.setattr(spark_start, "missing_packages", lambda: ["pyspark"])
    with Workspace(workspace, engine="spark") as opened:
        for act in (opened.preview, opened.freeze):
            with pytest.raises(PlannerError) as refused:
                act(plan)
            assert refused.value.problems[0].code == "engine.no-spark"
    held = {path: path.read_bytes() for path in before if path.name != "planner.lock"}
    assert held.items() <= before.items()


def test_a_verification_asks_for_its_engine_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = fill(tmp_path)
    walk(workspace, "draw")
    for verb, name in (("publish", "public"), ("audit", "audit")):
        told("--workspace", workspace, verb, "spring", "--to", tmp_path / name)
    words = ("verify", tmp_path / "public", "--audit", tmp_path / "audit")
    told("--engine", "duckdb", *words)
    told("--engine", "duckdb", "--master", "local[2]", *words, status=2)
    monkeypatch.setattr(spark_start, "missing_packages", lambda: ["pyspark"])
    refused = told(*words, "--master", "local[2]", status=2)
    assert "pip install 'FILE.whl[spark]'" in str(refused)
