"""`yaohao demo`: the whole road on the sample that comes with the program."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
from helpers.cli import language_kept, on_terminal, told, yaohao
from helpers.document_commands import unknown_to_click
from rich.cells import cell_len
from yaohao.planner.wording.messages import LANGUAGES, choose_language
from yaohao.planner.workspace import Workspace
from yaohao.scripts.cli import cli
from yaohao.scripts.commands import demo

ROOT = Path(__file__).resolve().parents[2]


def test_the_demonstration_tells_every_step(tmp_path: Path) -> None:
    with on_terminal():
        result = yaohao("demo", tmp_path / "demo", lang="zh")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    shown = [line for line in lines if str(tmp_path) not in line]
    assert max(map(cell_len, shown)) <= 80
    assert [n for n in range(1, 13) if any(line.startswith(f"{n}  ") for line in lines)] == list(
        range(1, 13)
    )
    assert "这里由本机的随机数代掷" in result.stdout
    assert "\\u000a" not in result.stdout and "2 级" in result.stdout
    assert not re.search(r"(cli|demo)\.[a-z]", result.output)
    secret = next((tmp_path / "demo" / "audit").glob("*/secret")).read_text().strip()
    assert secret not in result.output
    page = (ROOT / "docs" / "at-a-glance.zh-CN.md").read_text(encoding="utf-8")
    quoted = [line for line in page.split("```\n")[1].splitlines() if line.strip()]
    assert {line.strip() for line in quoted} <= {line.strip() for line in lines}
    english = (ROOT / "docs" / "at-a-glance.md").read_text(encoding="utf-8")
    passed = re.search(r"本程序的 (\d+) 项核验", page)
    assert passed is not None and f"\n{passed[1]} checks passed" in english


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_ends_with_three_things_to_do_with_ones_own_register(
    lang: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In the language of the user; each is a command that there is, and the guide is a file."""
    monkeypatch.chdir(ROOT)
    with language_kept(), click.Context(cli):
        choose_language(lang)
        demo._next_steps()
        rows = capsys.readouterr().out.splitlines()
        guide = demo._tutorial()
        monkeypatch.setattr(demo, "__file__", str(tmp_path / "installed" / "scripts" / "demo.py"))
        assert demo._tutorial() == ""
    assert [row[0] for row in rows if row[:1].isdigit()] == ["1", "2", "3"]
    shown = [row.strip() for row in rows if row.startswith("   yaohao ")]
    assert shown == list(demo.NEXT)
    for command in shown:
        assert unknown_to_click(shlex.split(command)) is None
    assert (ROOT / guide).read_text(encoding="utf-8").startswith("# ")
    assert guide.endswith({"en": "first-draw.md", "zh": "first-draw.zh-CN.md"}[lang])
    assert rows[-1].endswith(guide)
    assert max(map(cell_len, rows)) <= 80


def test_the_demonstration_as_json_in_a_fresh_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "precious").write_text("x")
    found = told("demo")
    assert found["workspace"] == "demo-2"
    assert found["freeze"]["scope"] > 10_000
    assert found["verify"]["failed"] == found["verify"]["script_status"] == 0
    assert found["deal"]["dealt"] == found["draw"]["drawn"] + found["draw"]["directed"]
    kinds = {row["kind"] for row in Workspace(tmp_path / "demo-2").cases.list(limit=99)["cases"]}
    assert kinds == set(found["cases"]) and len(kinds) == 18
    workspace = Workspace(tmp_path / "demo-2")
    assert [row["stage"] for row in workspace.draws()] == ["dealt"]
    site = tmp_path / "demo-2" / "www"
    bundle = site / "draws" / found["freeze"]["draw"] / "03-dealt"
    assert [path.name for path in sorted(bundle.parent.iterdir())] == [
        "01-committed",
        "02-staffed",
        "03-dealt",
    ]
    acts = [line["act"] for line in workspace.ledger()]
    stages = [act["stage"] for act in acts if act["act"] == "publication"]
    assert stages == ["committed", "staffed", "dealt"]  # commitments are public before their seeds
    assert {"draw.json", "visits.csv", "verify.py"} <= {file.name for file in bundle.iterdir()}


def test_a_folder_in_use_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("x")
    refused = told("demo", tmp_path, status=2)
    assert refused["errors"][0]["code"] == "workspace.not-empty"
    assert [file.name for file in tmp_path.iterdir()] == ["precious"]
