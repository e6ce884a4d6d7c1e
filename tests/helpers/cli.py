"""Tiny registers, and the command run in-process: what the tests of the command line share."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import click.testing
import pytest
from click.testing import CliRunner, Result
from yaohao.planner.vocabulary.codes import credit_check_character
from yaohao.planner.wording import messages
from yaohao.planner.workspace import Workspace
from yaohao.scripts.cli import cli

from helpers.kept_bureaus import filled, walked

SEEDS = ("47119028365510482937", "90215577340168824953")
SOURCE = "20 dice, city hall"
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "\x1b[31mred\x1b[0m \x9b31m",
    "[red]markup[/red] [link=x]",
    "<script>alert(1)</script>",
    "two\nlines\r\nand more",
    "right\u202eto\u2066left\u200f",
    "店" * 10_000,
]
PLAN = """\
id = "spring"
title = "Spring inspections"
authority = "Food office"
as_of = 2027-03-01
window = [2027-03-08, 2027-05-31]
items = ["I-1"]
strata = ["tier", "region"]
[scope]
kind = ["enterprise", "individual"]
[rates]
tier = { A = "20%", B = "40%" }
[tolerance]
years = 3
[seeds]
select = "20 dice, 2 March"
crew = "20 dice, 4 March"
[publication]
tiers = "TIERS"
reserves = 1
"""


def yaohao(*arguments: Any, lang: str = "en", stdin: str | None = None) -> Result:
    """Run a command of `yaohao` in this process; the language in use stays what it was."""
    with language_kept():
        return CliRunner().invoke(cli, ["--lang", lang, *map(str, arguments)], input=stdin)


@contextmanager
def on_terminal(columns: int = 80) -> Iterator[None]:
    """What the block runs finds its standard output to be a terminal of so many columns."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(click.testing._NamedTextIOWrapper, "isatty", lambda _: True)
        patch.setenv("COLUMNS", str(columns))
        yield


@contextmanager
def language_kept() -> Iterator[None]:
    """Whatever language the block chooses, the one chosen before is chosen after it."""
    before = messages._chosen[:]
    try:
        yield
    finally:
        messages._chosen[:] = before


def told(*arguments: Any, status: int = 0) -> Any:
    """What a command gives with --json."""
    result = yaohao(*arguments, "--json")
    assert result.exit_code == status, result.output
    return json.loads(result.stdout)


def write_csv(path: Path, rows: list[dict[str, Any]]) -> Path:
    """Write rows as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode("utf-8"))
    return path


def free_rows() -> list[dict[str, Any]]:
    """Sixty cafes in two regions; two of them new, the last ones with hostile names."""
    rows = [
        {
            "entity_id": f"cafe-{n:02d}",
            "name": f"Cafe {n}",
            "tier": "AB"[n % 2],
            "region": ("North", "South")[n % 3 == 0],
            "established_on": "2026-02-02" if n < 2 else "2015-02-02",
        }
        for n in range(60)
    ]
    for row, name in zip(reversed(rows), HOSTILE, strict=False):
        row["name"] = name
    return rows


def china_rows() -> list[dict[str, Any]]:
    """Forty entities of Tongliao with sound credit codes, and one with a wrong check character."""
    rows = []
    for n in range(41):
        first = f"91150502MA0N{n:05d}"
        code = first + credit_check_character(first)
        if n == 40:
            code = first + ("0" if code[-1] != "0" else "1")
        rows.append(
            {
                "统一社会信用代码": code,
                "企业名称": f"通辽商行{n}",
                "信用风险分类": "AB"[n % 2],
                "行政区划": ("150502", "150581")[n % 2],
                "主体类型": "企业",
                "成立日期": "2015-02-02",
            }
        )
    return rows


def fill(folder: Path, register: str = "free", tiers: str = "hidden") -> Path:
    """A workspace with tiny registers and the plan `spring`, made through the command.

    It is made once in this process, and copied from then on with its files (`kept_bureaus`).
    """
    return filled(folder, partial(_fill, register=register, tiers=tiers), (register, tiers))


def _fill(folder: Path, register: str, tiers: str) -> Path:
    workspace = folder / "bureau"
    assert yaohao("init", workspace, "--register", register).exit_code == 0
    entities = free_rows() if register == "free" else china_rows()
    people = [
        {"inspector_id": f"P-{n}", "name": f"Person {n}", "department": "Food"} for n in range(6)
    ]
    items = [{"item_id": "I-1", "name": "Kitchens", "department": "Food"}]
    leads = [
        {
            "lead_id": "L-1",
            "entity_id": next(iter(entities[7].values())),
            "trigger": "complaint",
            "opened_on": "2027-02-01",
        }
    ]
    registers = {"entities": entities, "inspectors": people, "items": items, "leads": leads}
    for name, rows in registers.items():
        file = write_csv(folder / f"{name}.csv", rows)
        result = yaohao("--workspace", workspace, "import", name, file)
        assert result.exit_code == 0, result.output
    (workspace / "plans" / "spring.toml").write_text(PLAN.replace("TIERS", tiers), encoding="utf-8")
    return workspace


def drawn_spring(folder: Path, *, again: bool) -> Path:
    """`fill`, and the plan `spring` frozen and drawn; `again` frozen once more, seed to come."""
    with language_kept():
        workspace = fill(folder)
        with Workspace(workspace) as space:
            plan = workspace / "plans" / "spring.toml"
            space.freeze(plan, secret="5e" * 32)
            space.draw("spring", SEEDS[0], SOURCE)
            if again:
                space.freeze(plan, secret="5f" * 32, despite=["again"])
    return workspace


def walk(workspace: Path, upto: str = "deal") -> None:
    """Take the draw `spring` as far as the step `upto`.

    Of a workspace that is as `fill` made it, that is done once in this process, and copied.
    """
    walked(workspace, partial(_walk, upto=upto), upto)


def _walk(workspace: Path, upto: str) -> None:
    steps = {
        "freeze": ("freeze", workspace / "plans" / "spring.toml"),
        "draw": ("draw", "spring", "--seed", SEEDS[0], "--source", SOURCE, "--witness", "Li Na"),
        "staff": ("staff", "spring"),
        "deal": ("deal", "spring", "--seed", SEEDS[1], "--source", SOURCE),
    }
    for name, step in steps.items():
        result = yaohao("--workspace", workspace, *step)
        assert result.exit_code == 0, result.output
        if name == upto:
            return
