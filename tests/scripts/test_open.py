"""`yaohao open`: the right file in the right program, and told where there is none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from helpers.cli import fill, told, walk
from yaohao.planner.vocabulary import opening

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the openers are those of Linux")


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a publication and forms of `spring`."""
    workspace = fill(tmp_path_factory.mktemp("open"))
    walk(workspace)
    told("--workspace", workspace, "publish", "spring")
    told("--workspace", workspace, "notices", "spring")
    return workspace


@pytest.fixture
def opener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What was opened stands in this file, a line each; the only program there is writes it."""
    programs, log = tmp_path / "bin", tmp_path / "opened"
    programs.mkdir()
    program = programs / "xdg-open"
    program.write_text(f'#!/bin/sh\necho "$@" >> "{log}"\n')
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("DISPLAY", ":9")
    return log


def test_pages_and_forms(bureau: Path, opener: Path, tmp_path: Path) -> None:
    here = ("--workspace", bureau, "open")
    page = bureau / "publications" / "spring" / "index.html"
    assert told(*here, "spring")["file"] == str(page)
    told("open", bureau / "publications" / "spring")
    told("open", page)
    records = told(*here, "spring", "--form", "records")
    assert opener.read_text().splitlines() == [str(page)] * 3 + [records["file"]]
    assert Path(records["file"]).suffix == ".xlsx" and records["program"].endswith("xdg-open")
    assert told(*here, "spring", "--where") == {"file": str(page), "program": None}
    assert len(opener.read_text().splitlines()) == 4
    told("--workspace", bureau, "publish", "spring", "--site", tmp_path / "site")
    assert told("open", tmp_path / "site")["file"] == str(tmp_path / "site" / "index.html")


def test_a_name_like_an_option_is_a_file(
    opener: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "--help.html").write_text("x")
    told("open", "./--help.html")
    assert opener.read_text() == f"{tmp_path}/--help.html\n"


def test_what_is_not_there_is_told(bureau: Path, opener: Path, tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    walk(workspace, "freeze")
    here = ("--workspace", workspace, "open")
    for words, code in (
        ((*here, "spring"), "open.not-published"),
        ((*here, "spring", "--form", "notices"), "open.no-form"),
        ((*here, "autumn"), "draw.unknown"),
        (("open", tmp_path), "open.no-page"),
        (("open", tmp_path / "none.html"), "disk.missing"),
    ):
        assert told(*words, status=2)["errors"][0]["code"] == code
    assert not opener.exists()


def test_where_nothing_can_be_opened_the_place_is_told(
    bureau: Path, opener: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = ("--workspace", bureau, "open", "spring")
    page = str(bureau / "publications" / "spring" / "index.html")
    program = opener.parent / "bin" / "xdg-open"
    program.write_text("#!/bin/sh\nexit 3\n")
    error = told(*here, status=2)["errors"][0]
    assert (error["code"], error["params"]["file"]) == ("open.failed", page)
    program.unlink()
    error = told(*here, status=2)["errors"][0]
    assert error["code"] == "open.no-program" and page in error["message"]
    browser = opener.parent / "bin" / "firefox"
    browser.write_text(f'#!/bin/sh\necho "$@" >> "{opener}"\n')
    browser.chmod(0o700)
    assert told(*here)["program"].endswith("firefox")
    error = told(*here, "--form", "records", status=2)["errors"][0]
    assert error["code"] == "open.no-program"  # a browser opens no workbook
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    error = told(*here, status=2)["errors"][0]
    assert error["code"] == "open.no-screen" and page in error["message"]
    assert told(*here, "--where")["file"] == page


def test_a_program_that_goes_on_running_has_opened_it(
    bureau: Path, opener: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = opener.parent / "bin" / "xdg-open"
    program.write_text("#!/bin/sh\nexec /bin/sleep 2\n")
    monkeypatch.setattr(opening, "_WAIT", 0.2)
    assert told("--workspace", bureau, "open", "spring")["program"].endswith("xdg-open")
