"""Untrusted text comes through import, show, why and publish without taking effect."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from helpers.cli import HOSTILE, fill, free_rows, on_terminal, told, walk, write_csv, yaohao

CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A draw in which every entity with a hostile name is in the lot, with the highest rates."""
    folder = tmp_path_factory.mktemp("hostile")
    workspace = fill(folder)
    plan = workspace / "plans" / "spring.toml"
    plan.write_text(plan.read_text().replace('"20%"', '"100%"').replace('"40%"', '"100%"'))
    people = [{"inspector_id": "P-9", "name": HOSTILE[1] + HOSTILE[2], "department": "Food"}]
    yaohao("--workspace", workspace, "import", "inspectors", write_csv(folder / "p.csv", people))
    walk(workspace)
    return workspace


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_screens_stay_harmless(workspace: Path, lang: str, tmp_path: Path) -> None:
    here = ("--workspace", workspace)
    hostile = [row["entity_id"] for row in free_rows()[-len(HOSTILE) :]]
    with on_terminal():
        shown = [yaohao(*here, "show", "spring", "--limit", "100", lang=lang)]
        shown += [yaohao(*here, "why", "spring", entity, lang=lang) for entity in hostile]
        shown.append(
            yaohao(*here, "publish", "spring", "--to", tmp_path / "out", "--format", "xlsx")
        )
        shown.append(yaohao(*here, "register", lang=lang))
    for result in shown:
        assert result.exit_code == 0, result.output
        assert not CONTROL.search(result.output)
        assert all(len(line) <= 80 for line in result.stdout.splitlines())
    assert "[red]markup[/red]" in shown[0].stdout


def test_json_holds_the_names_but_no_raw_control(workspace: Path) -> None:
    result = yaohao("--workspace", workspace, "show", "spring", "--json")
    assert not CONTROL.search(result.stdout)
    names = {row["name"] for row in told("--workspace", workspace, "show", "spring")["visits"]}
    assert {HOSTILE[0], HOSTILE[2], HOSTILE[3], HOSTILE[6]} <= names


def test_the_publication_is_guarded(workspace: Path, tmp_path: Path) -> None:
    told("--workspace", workspace, "publish", "spring", "--to", tmp_path / "out")
    table = (tmp_path / "out" / "visits.csv").read_text(encoding="utf-8-sig")
    assert "'=cmd|" in table
    assert not re.search(r"(^|,)\"?=cmd", table, re.MULTILINE)
    assert "\x1b" not in table
    assert told("verify", tmp_path / "out")["ok"]


def test_hostile_headings_values_and_files(tmp_path: Path) -> None:
    workspace = tmp_path / "bureau"
    yaohao("init", workspace, "--register", "free")
    file = write_csv(
        tmp_path / "\x1b[31mred.csv",
        [
            {"entity_id": "\x1b[5mid", "name": "n", "\x1b[41mheading" + "x" * 9000: "v"},
            {"entity_id": "ok", "name": "\u202ename", "\x1b[41mheading" + "x" * 9000: "v"},
        ],
    )
    here = ("--workspace", workspace)
    for result in (
        yaohao(*here, "import", "entities", file),
        yaohao(*here, "register", "set-aside"),
        yaohao(*here, "register", "set-aside", "--json"),
        yaohao(*here, "import", "items", file),
        yaohao(*here, "show", "\x1b[31mno"),
        yaohao(*here, "import", "entities", "--map", "\x1b=\x1b", file),
        yaohao(*here, "\x1b[31mnosuch"),
        yaohao(*here, "draw", "--\x1b"),
    ):
        assert result.exit_code in (0, 2)
        assert not CONTROL.search(result.output), result.output


def test_arguments_that_are_no_text() -> None:
    result = yaohao("show", "\udcff", "--workspace", "/nowhere-\udcff")
    assert result.exit_code == 2
    assert "Traceback" not in result.output
