"""How firms and the public reach the bureau: where it stands, and what it changes nothing of."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from helpers.cli import told, yaohao
from helpers.workspace_maker import Made, Maker
from python_calamine import CalamineWorkbook
from yaohao.planner.storage.layout import SETTINGS
from yaohao.planner.verification.bundle import verify_bundle
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.workspace_maker"]

REACHED = "信用科 0475-8236315 <script>x</script> {{ 7 * 7 }}"
SHOWN = "信用科 0475-8236315 &lt;script&gt;x&lt;/script&gt; {{ 7 * 7 }}"
BLANK = '<span class="blank"></span>'


@pytest.fixture
def own(made: Maker, tmp_path: Path) -> tuple[Path, str]:
    workspace: Made = made(reserves=1)
    folder = tmp_path / "bureau"
    shutil.copytree(workspace.workspace.folder, folder)
    return folder, workspace.draw


def bulletin(folder: Path) -> str:
    book = CalamineWorkbook.from_path(folder / "bulletin.xlsx")
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    return "\n".join(str(cell) for row in rows for cell in row)


def test_it_is_on_notices_and_the_bulletin_and_blank_where_it_is_not_set(
    own: tuple[Path, str], tmp_path: Path
) -> None:
    folder, draw = own
    with Workspace(folder) as workspace:
        assert workspace.settings.contact == ""
        workspace.notices(draw, tmp_path / "before", language="zh")
        workspace.change_setting("contact", REACHED)
        workspace.notices(draw, tmp_path / "after", language="zh")
    before = (tmp_path / "before" / "notices.html").read_text(encoding="utf-8")
    after = (tmp_path / "after" / "notices.html").read_text(encoding="utf-8")
    line = f"<p>联系人：{BLANK} 联系电话：{BLANK}</p>"
    assert line in before and "联系方式" not in before
    assert line not in after and f"<p>联系方式：{SHOWN}</p>" in after
    assert after.count(SHOWN) == before.count(line)
    assert "联系方式" not in bulletin(tmp_path / "before")
    assert f"联系方式：{REACHED}" in bulletin(tmp_path / "after")


def test_what_is_published_has_none_of_it(own: tuple[Path, str], tmp_path: Path) -> None:
    folder, draw = own
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    with Workspace(folder) as workspace:
        workspace.change_setting("contact", REACHED)
        workspace.publish(draw, tmp_path / "a")
    with Workspace(other) as workspace:
        workspace.publish(draw, tmp_path / "b")
    sums = [(tmp_path / one / "SHA256SUMS").read_text().split("\n") for one in "ab"]
    # The two ledgers have other moments; all else is the same to the byte.
    apart = [one for one in zip(*sums, strict=True) if one[0] != one[1]]
    names = {pair[0].split()[-1] for pair in apart}
    assert names <= {"ledger.jsonl", "draw.json", "index.html"}
    for one in "ab":
        text = "".join(
            file.read_bytes().decode("utf-8", "replace")
            for file in (tmp_path / one).rglob("*")
            if file.is_file()
        )
        assert "0475-8236315" not in text
        assert [f.words("en") for f in verify_bundle(tmp_path / one) if f.ok is False] == []


def test_the_list_of_a_site_has_it(own: tuple[Path, str], tmp_path: Path) -> None:
    folder, draw = own
    with Workspace(folder) as workspace:
        workspace.change_setting("contact", REACHED)
        workspace.publish(draw, tmp_path / "www", site=True)
    page = (tmp_path / "www" / "index.html").read_text(encoding="utf-8")
    assert SHOWN in page and "<script>x" not in page
    told("verify", tmp_path / "www")


def test_a_workspace_of_before_has_none(own: tuple[Path, str]) -> None:
    folder, _ = own
    path = folder / SETTINGS
    lines = [one for one in path.read_text(encoding="utf-8").splitlines() if "contact" not in one]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with Workspace(folder) as workspace:
        assert workspace.settings.contact == ""
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
    told("--workspace", folder, "config", "set", "contact", "一科  0475-1\n")
    assert told("--workspace", folder, "config", "get", "contact")["value"] == "一科 0475-1"
    told("--workspace", folder, "config", "set", "contact", "")
    assert told("--workspace", folder, "config", "get", "contact")["value"] == ""


def test_a_workspace_is_made_with_it(tmp_path: Path) -> None:
    report = told("init", tmp_path / "a", "--contact", "一科 0475-1")
    assert report["contact"] == "一科 0475-1"
    with Workspace(tmp_path / "a") as workspace:
        assert workspace.settings.contact == "一科 0475-1"
    refused = yaohao("init", tmp_path / "b", "--contact", "x" * 201)
    assert refused.exit_code == 2 and not (tmp_path / "b").exists()
    with pytest.raises(PlannerError, match="contact"):
        Workspace.create(tmp_path / "c", contact="x" * 201)
