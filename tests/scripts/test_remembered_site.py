"""The site that was published to last is remembered, by the command line and the screens alike."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers.cli import told, yaohao
from helpers.tui_pilot import opened, press, write
from helpers.workspace_maker import Maker
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.workspace_maker"]


@pytest.fixture
def own(made: Maker, tmp_path: Path) -> tuple[Path, str]:
    kept = made()
    return Path(shutil.copytree(kept.workspace.folder, tmp_path / "bureau")), kept.draw


def site_of(folder: Path) -> Path | None:
    with Workspace(folder) as workspace:
        return workspace.site_folder()


def test_the_next_publication_goes_where_the_last_one_went(
    own: tuple[Path, str], tmp_path: Path
) -> None:
    folder, draw = own
    here, www = ("--workspace", folder), tmp_path / "w w"
    first = yaohao(*here, "publish", draw, "--site", www)
    assert first.exit_code == 0 and site_of(folder) == www
    assert "config set site" in " ".join(first.stderr.split())
    trial = yaohao(*here, "publish", draw, "--format", "xlsx", "--dry-run")
    narrated = "".join(trial.stderr.split())  # lines are wrapped, at blanks of a path too
    assert trial.exit_code == 0 and "".join(str(www).split()) in narrated
    again = told(*here, "publish", draw, "--format", "xlsx")
    assert Path(again["folder"]).is_relative_to(www) and again["site"] == str(www)
    # A folder of its own is asked for, and forgets nothing; another site takes its place.
    apart = told(*here, "publish", draw, "--to", tmp_path / "apart")
    assert apart["folder"] == str(tmp_path / "apart") and site_of(folder) == www
    told(*here, "publish", draw, "--site", tmp_path / "other")
    assert site_of(folder) == tmp_path / "other"
    refused = yaohao(*here, "publish", draw, "--site", folder / "plans")
    assert refused.exit_code == 2 and site_of(folder) == tmp_path / "other"
    told(*here, "config", "set", "site", "")
    plain = yaohao(*here, "publish", draw)
    assert plain.exit_code == 0 and (folder / "publications" / draw / "draw.json").is_file()
    assert site_of(folder) is None


def test_a_site_below_the_workspace_moves_with_it(own: tuple[Path, str], tmp_path: Path) -> None:
    folder, draw = own
    told("--workspace", folder, "publish", draw, "--site", folder / "publications" / "www")
    moved = Path(shutil.move(folder, tmp_path / "moved"))
    assert site_of(moved) == moved / "publications" / "www"


def test_what_cannot_be_remembered_is_published_all_the_same(
    own: tuple[Path, str], tmp_path: Path
) -> None:
    folder, draw = own
    strange = tmp_path / "a\u202eb"
    told("--workspace", folder, "publish", draw, "--site", strange)
    assert (strange / "index.html").is_file() and site_of(folder) is None


@pytest.mark.asyncio
async def test_the_screens_remember_the_same(own: tuple[Path, str], tmp_path: Path) -> None:
    folder, draw = own
    told("--workspace", folder, "publish", draw, "--site", tmp_path / "www")
    async with opened(folder) as pilot:
        await press(pilot, "7")
        place: Any = pilot.app.here  # type: ignore[attr-defined]
        assert place.folders["site"] == str(tmp_path / "www")
        assert place.around()["site"] == str(tmp_path / "www")
        field = place.query_one("#site")
        field.value = ""
        field.focus()
        await write(pilot, str(tmp_path / "new"))
        await press(pilot, "enter")
        shown = await press(pilot, "w")
        assert say("tui_publish.write-site")[:8] in shown
        await press(pilot, "y")
    assert site_of(folder) == tmp_path / "new"
    again = told("--workspace", folder, "publish", draw, "--format", "xlsx")
    assert Path(again["folder"]).is_relative_to(tmp_path / "new")
