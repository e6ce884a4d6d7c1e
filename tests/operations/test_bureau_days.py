"""Days are those where the bureau is, whatever the clock of the machine says."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import fill, told, yaohao
from yaohao.planner.storage.folder import read_settings
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

Move = Callable[[str], None]

pytest_plugins = ["helpers.clock_at"]

CASES = [
    ("china", "", "UTC", "2027-03-05T23:30:00Z", "2027-03-06", "2027-03-06 07:30 (UTC+8)"),
    ("free", "", "America/Los_Angeles", "2027-03-06T01:30:00Z", "2027-03-05", "17:30 (UTC-8)"),
    ("free", "Asia/Tokyo", "UTC", "2027-03-05T15:00:00Z", "2027-03-06", "00:00 (UTC+9)"),
    ("china", "UTC+6", "UTC", "2027-03-05T17:59:00Z", "2027-03-05", "23:59 (UTC+6)"),
]


def setting(folder: Path, zone: str) -> None:
    file = folder / "workspace.toml"
    lines = [one for one in file.read_text("utf-8").splitlines() if "timezone =" not in one]
    file.write_text("\n".join([*lines, f'timezone = "{zone}"' if zone else ""]) + "\n", "utf-8")


@pytest.mark.parametrize(("register", "zone", "machine", "moment", "day", "shown"), CASES)
def test_a_day_is_that_of_the_bureau(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    at: Move,
    machine_in: Move,
    register: str,
    zone: str,
    machine: str,
    moment: str,
    day: str,
    shown: str,
) -> None:
    machine_in(machine)
    monkeypatch.delenv("YAOHAO_TODAY")  # the day it is, which the clock says
    at("2027-03-01T00:00:00Z")
    b = fill(tmp_path, register)
    setting(b, zone)
    told("--workspace", b, "freeze", b / "plans" / "spring.toml")
    at(moment)
    assert yaohao("--workspace", b, "plan", "new", tmp_path / "p.toml").exit_code == 0
    assert f"as_of = {day}" in (tmp_path / "p.toml").read_text("utf-8")
    seed = "47119028365510482937"
    lines = yaohao("--workspace", b, "draw", "spring", "--seed", seed, "--source", "dice").stdout
    assert shown in lines
    entity = told("--workspace", b, "show", "spring")["visits"][0]["entity_id"]
    told(
        "--workspace", b, "withdraw", "spring", entity, "--result", "9", "--evidence", "an extract"
    )
    assert told("--workspace", b, "due")["as_of"] == day
    with Workspace(b) as workspace:
        assert str(workspace.browse().today) == day
        workspace.publish("spring", tmp_path / "www", site=True)
    forms = tmp_path / "forms"
    setting_division(b)
    told("--workspace", b, "notices", "spring", "--kind", "national", "--to", forms)
    rows = list(csv.DictReader((forms / "national.csv").open(encoding="utf-8-sig")))
    assert {row["finished_on"] for row in rows if row["entity_id"] == entity} == {day}
    assert shown in yaohao("--workspace", b, "log").stdout
    assert shown in (tmp_path / "www" / "index.html").read_text("utf-8")
    page = tmp_path / "www" / "draws" / "spring" / "01-drawn"
    assert f'"yaohao-zone" content="{named(register, zone, machine)}"' in (
        page / "index.html"
    ).read_text("utf-8")
    findings: list[Any] = told("verify", page)["findings"]
    assert not [one for one in findings if one["name"] == "page-program"]


def named(register: str, zone: str, machine: str) -> str:
    return zone or ("Asia/Shanghai" if register == "china" else machine)


def setting_division(folder: Path) -> None:
    file = folder / "workspace.toml"
    text = file.read_text("utf-8").replace('division = ""', 'division = "150500"')
    file.write_text(text, "utf-8")


def test_a_workspace_says_where_it_is(tmp_path: Path) -> None:
    assert yaohao("init", tmp_path / "a").exit_code == 0
    assert read_settings(tmp_path / "a" / "workspace.toml").timezone == "Asia/Shanghai"
    zone = ("--register", "free", "--timezone", "America/Chicago")
    assert yaohao("init", tmp_path / "b", *zone).exit_code == 0
    assert read_settings(tmp_path / "b" / "workspace.toml").timezone == "America/Chicago"
    assert yaohao("init", tmp_path / "c", "--timezone", "Mars/Olympus").exit_code == 2
    assert not (tmp_path / "c").exists()
    setting(tmp_path / "a", "Mars/Olympus")
    with pytest.raises(PlannerError, match="Mars/Olympus"):
        Workspace(tmp_path / "a")


def test_backups_and_the_doctor_tell_the_bureaus_time(tmp_path: Path, machine_in: Move) -> None:
    """No command tells people a moment of UTC without saying so, or in another zone."""
    machine_in("America/Los_Angeles")
    b = fill(tmp_path, "china")
    for words in (("doctor",), ("backup", tmp_path / "b.zip")):
        shown = yaohao("--workspace", b, *words).output
        assert "(UTC+8)" in shown, words
        assert re.search(r"\d\d:\d\d:\d\dZ", shown) is None, shown
