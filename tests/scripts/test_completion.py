"""Completion: what a shell offers, quickly, and without changing anything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import BashComplete
from helpers.cli import HOSTILE, fill, told, walk, write_csv, yaohao
from yaohao.scripts.cli import COMMANDS, cli


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a frozen draw."""
    workspace = fill(tmp_path_factory.mktemp("completion"))
    walk(workspace, "freeze")
    return workspace


def offered(*words: str) -> list[str]:
    """What is offered for the last of the words, which may be incomplete."""
    shell = BashComplete(cli, {}, "yaohao", "_YAOHAO_COMPLETE")
    return [item.value for item in shell.get_completions(list(words[:-1]), words[-1])]


def kinds(*words: str) -> set[str]:
    """Whether files or folders are offered."""
    shell = BashComplete(cli, {}, "yaohao", "_YAOHAO_COMPLETE")
    return {item.type for item in shell.get_completions(list(words[:-1]), words[-1])}


def test_commands_and_options() -> None:
    assert offered("") == list(COMMANDS)
    assert offered("re") == [name for name in COMMANDS if name.startswith("re")]
    below = [
        "entities",
        "entity",
        "inspectors",
        "items",
        "filters",
        "set-aside",
        "mend",
        "dismiss",
        "undo",
        "vouch",
    ]
    assert sorted(offered("register", "")) == sorted(below)
    assert "--output" in offered("show", "--") and "--workspace" in offered("show", "--")
    assert offered("show", "--format", "") == ["table", "csv", "xlsx", "json", "parquet"]
    registers = ["entities", "inspectors", "items", "leads", "lists", "results", "inspections"]
    assert sorted(offered("import", "")) == sorted(registers)


def test_draws_plans_and_people(bureau: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YAOHAO_WORKSPACE", raising=False)
    here = ("--workspace", str(bureau))
    assert offered(*here, "show", "") == ["spring"]
    assert offered("show", *here, "sp") == ["spring"]
    assert offered("show", *here, "x") == []
    monkeypatch.chdir(bureau / "plans")
    assert offered("draw", "") == ["spring"]
    assert offered("log", "--draw", "") == ["spring"]
    assert offered("freeze", "") == ["sample.toml", "spring.toml"]
    assert offered("recuse", "P-") == [f"P-{n}" for n in range(6)]
    monkeypatch.chdir(bureau.parent)
    assert offered("show", "") == []
    monkeypatch.setenv("YAOHAO_WORKSPACE", str(bureau))
    assert offered("show", "") == ["spring"]
    assert kinds("freeze", "elsewhere/") == {"file"} and kinds("restore", "") == {"file"}
    assert kinds("restore", "x", "--to", "") == {"dir"}
    assert "user.language" in offered("config", "get", "")


def test_nothing_a_shell_would_run_is_offered(tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    people = [
        {"inspector_id": key, "name": name, "department": "Food"}
        for key, name in zip(
            ["$(touch x)", "a;b", "`id`", "a b", "P-7", "'q", 'd"q'], HOSTILE, strict=True
        )
    ]
    told("--workspace", workspace, "import", "inspectors", write_csv(tmp_path / "p.csv", people))
    found = offered("--workspace", str(workspace), "recuse", "")
    assert "P-7" in found and all(name.replace("-", "").isalnum() for name in found)


def test_it_changes_nothing_and_is_silent_where_nothing_can_be_read(
    bureau: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.read_bytes() for path in bureau.rglob("*") if path.is_file()}
    offered("--workspace", str(bureau), "show", "")
    after = {path: path.read_bytes() for path in bureau.rglob("*") if path.is_file()}
    assert before == after
    (tmp_path / "workspace.toml").write_text("not toml")
    monkeypatch.chdir(tmp_path)
    assert offered("show", "") == [] and offered("freeze", "x") == ["x"]
    (tmp_path / "planner.db").write_bytes(b"no database")
    assert offered("show", "") == []


def test_the_shell_itself(bureau: Path) -> None:
    """As a shell calls it: one process, its answer alone on standard output."""
    environment = {
        **os.environ, "COMP_WORDS": f"yaohao --workspace {bureau} show ", "COMP_CWORD": "4",
        "_YAOHAO_COMPLETE": "bash_complete",
    }  # fmt: skip
    result = subprocess.run(
        [sys.executable, "-m", "yaohao"], env=environment, capture_output=True, text=True,
        check=False, cwd=bureau.parent,
    )  # fmt: skip
    assert (result.stdout, result.stderr) == ("plain,spring\n", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_scripts(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    result = yaohao("completion", shell)
    assert result.exit_code == 0 and f"_YAOHAO_COMPLETE={shell}_complete" in result.stdout
    assert "yaohao completion" in result.stderr
    assert told("completion", shell)["script"] == result.stdout
    monkeypatch.setenv("SHELL", f"/usr/bin/{shell}")
    assert yaohao("completion").stdout == result.stdout
    monkeypatch.setenv("SHELL", "/bin/sh")
    assert told("completion", status=2)["errors"][0]["code"] == "upkeep.which-shell"


def test_kinds_of_cases_are_offered(tmp_path: Path) -> None:
    from yaohao.planner.workspace import Workspace
    from yaohao.scripts.completing import offered

    Workspace.create(tmp_path / "b", "free").close()
    folder = tmp_path / "b" / "cases"
    folder.mkdir()
    text = (Path(__file__).parents[2] / "docs" / "examples" / "food-truck.toml").read_text("utf-8")
    (folder / "truck.toml").write_text(text, encoding="utf-8")
    names = [one.value for one in offered("cases.kind", str(tmp_path / "b"), "")]
    assert {"penalty", "food-truck"} <= set(names)
    assert [one.value for one in offered("cases.kind", str(tmp_path / "b"), "pen")] == ["penalty"]
    (folder / "truck.toml").write_text("broken", encoding="utf-8")
    assert "penalty" in [one.value for one in offered("cases.kind", str(tmp_path / "b"), "")]


@pytest.mark.parametrize(
    ("shell", "name"),
    [
        ("bash", "data/bash-completion/completions/yaohao"),
        ("zsh", "data/zsh/site-functions/_yaohao"),
        ("fish", "config/fish/completions/yaohao.fish"),
    ],
)
def test_it_is_installed_where_the_shell_looks(
    shell: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    result = yaohao("completion", shell, "--install")
    file = tmp_path / name
    assert result.stdout == f"{file}\n" and result.exit_code == 0
    assert file.read_text("utf-8") == yaohao("completion", shell).stdout
    assert str(file.parent) in result.stderr.replace("\n", "")
    # Again it takes the place of its own, also of an earlier one; never of another's.
    file.write_text("# _YAOHAO_COMPLETE of an earlier version", encoding="utf-8")
    assert told("completion", shell, "--install")["file"] == str(file)
    assert file.read_text("utf-8") == yaohao("completion", shell).stdout
    file.write_text("# mine", encoding="utf-8")
    errors = told("completion", shell, "--install", status=2)["errors"]
    assert errors[0]["code"] == "upkeep.completion-other"
    assert file.read_text("utf-8") == "# mine"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [file]


def test_a_place_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").write_text("a file where a folder should be", encoding="utf-8")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    errors = told("completion", "zsh", "--install", status=2)["errors"]
    assert errors[0]["code"] == "upkeep.completion-unwritten"
    # A relative base is none (XDG base directory specification): the home folder's own is used.
    monkeypatch.setenv("XDG_DATA_HOME", "data")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    file = told("completion", "zsh", "--install")["file"]
    assert file == str(tmp_path / "home/.local/share/zsh/site-functions/_yaohao")


def test_bash_completes_with_what_was_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    file = told("completion", "bash", "--install")["file"]
    program = tmp_path / "bin" / "yaohao"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m yaohao "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    script = (
        f'PATH="{program.parent}:$PATH"; source "{file}"; COMP_WORDS=(yaohao rest); COMP_CWORD=1; '
        '_yaohao_completion yaohao; echo "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "restore\n"
