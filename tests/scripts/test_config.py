"""`yaohao config`: settings are checked, comments stay, and the user's come last."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers.cli import language_kept, told, yaohao
from yaohao.planner.workspace import Workspace
from yaohao.scripts.cli import cli


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the user's settings, which is not there yet."""
    file = tmp_path / "home" / "config.toml"
    monkeypatch.setenv("YAOHAO_CONFIG", str(file))
    monkeypatch.delenv("YAOHAO_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    return file


@pytest.fixture
def bureau(tmp_path: Path) -> Path:
    """A workspace whose settings have comments of the bureau's own."""
    folder = tmp_path / "bureau"
    Workspace.create(folder, "china", authority="通辽市局").close()
    file = folder / "workspace.toml"
    text = file.read_text(encoding="utf-8")
    lines = [
        f"{line}  # 由张三填写" if line.startswith("division") else line
        for line in text.split("\n")
    ]
    file.write_text("# ours\n" + "\n".join(lines) + "# the end\n", encoding="utf-8")
    file.chmod(0o640)
    return folder


def test_a_setting_is_changed_and_everything_else_stays(bureau: Path, user: Path) -> None:
    here, file = ("--workspace", bureau), bureau / "workspace.toml"
    before = file.read_text(encoding="utf-8")
    changed = told(*here, "config", "set", "division", "150500")
    assert (changed["before"], changed["after"]) == ("", "150500")
    after = file.read_text(encoding="utf-8")
    assert after == before.replace('division = ""', 'division = "150500"')
    assert file.stat().st_mode & 0o777 == 0o640
    assert told(*here, "config", "get", "division")["value"] == "150500"
    assert yaohao(*here, "config", "get", "authority").stdout == "通辽市局\n"
    told(*here, "config", "set", "division", "150500")
    assert file.read_text(encoding="utf-8") == after
    told(*here, "config", "set", "authority", 'a "b" \\ 局')
    with Workspace(bureau) as workspace:
        assert workspace.settings.authority == 'a "b" \\ 局'
        assert len(workspace.ledger()) == 1
    assert not user.exists()


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("language", "fr", "config.choice"),
        ("inspectors", "Masked", "config.choice"),
        ("inspectors", "", "config.choice"),
        ("register", "free", "config.fixed"),
        ("rehearsal", "true", "config.fixed"),
        ("colour", "red", "config.unknown-key"),
        ("division", "999999", "config.division"),
        ("division", "no such place", "config.division"),
        ("authority", "x" * 201, "config.too-long"),
        ("memory", "lots", "room.bad-memory"),
        ("memory", "12MB", "room.little-memory"),
        ("temporary", "scratch", "room.relative"),
        ("temporary", "/no/such", "room.no-folder"),
        ("user.language", "fr", "config.choice"),
        ("user.colour", "x", "config.unknown-key"),
        ("user.workspace", "/no/such", "workspace.not-a-workspace"),
    ],
)
def test_what_cannot_be_is_refused(
    bureau: Path, user: Path, key: str, value: str, code: str
) -> None:
    before = (bureau / "workspace.toml").read_bytes()
    error = told("--workspace", bureau, "config", "set", key, value, status=2)["errors"][0]
    assert error["code"] == code
    assert (bureau / "workspace.toml").read_bytes() == before and not user.exists()


def test_the_user_s_settings_hold_everywhere_and_come_last(
    bureau: Path, user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told("status", status=2)["errors"][0]["code"] == "workspace.no-workspace"
    told("config", "set", "user.workspace", "bureau")
    told("config", "set", "user.language", "zh")
    assert told("config", "get", "user.workspace")["value"] == str(bureau)
    assert told("status")["draws"] == []
    for name in ("YAOHAO_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    with language_kept():
        assert "用法" in CliRunner().invoke(cli, ["show", "--help"]).stdout
    with language_kept():
        assert "Usage" in CliRunner().invoke(cli, ["--lang", "en", "show", "--help"]).stdout
    monkeypatch.setenv("YAOHAO_LANG", "en")
    with language_kept():
        assert "Usage" in CliRunner().invoke(cli, ["show", "--help"]).stdout
    other = user.parent / "other"
    Workspace.create(other, "free").close()
    monkeypatch.chdir(other)
    assert told("config", "get", "register")["value"] == "free"
    user.write_text("# mine\n" + user.read_text())
    told("config", "set", "user.language", "")
    assert "language" not in user.read_text() and "# mine" in user.read_text()


def test_a_user_file_that_cannot_be_used_is_told(bureau: Path, user: Path) -> None:
    user.parent.mkdir()
    for text in ("not toml", 'colour = "red"\n', 'language = "fr"\n', "language = 1\n"):
        user.write_text(text)
        assert told("config", status=2)["errors"][0]["code"] == "config.bad-user-file"
        assert told("--workspace", bureau, "status")["draws"] == []  # the work goes on
        error = told("config", "set", "user.language", "zh", status=2)["errors"][0]
        assert error["code"] == "config.bad-user-file" and user.read_text() == text


def test_all_are_listed_with_what_they_mean(bureau: Path, user: Path) -> None:
    rows = {row["key"]: row for row in told("--workspace", bureau, "config")["settings"]}
    assert set(rows) == {
        "register", "authority", "division", "language", "inspectors", "rehearsal", "timezone",
        "letter_mark", "contact", "site", "engine", "master", "memory", "temporary",
        "user.language", "user.workspace", "user.theme",
    }  # fmt: skip
    for lang in ("en", "zh"):
        shown = yaohao("--workspace", bureau, "config", lang=lang).stdout
        assert "config.about" not in shown and all(key in shown for key in rows)
