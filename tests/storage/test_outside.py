"""What is written outside a workspace: whole or not at all, never private among what is public."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers.workspace_maker import NEXT_SELECT_SEED, Maker, Shape, make
from yaohao.planner.storage import outside_writes, public_folders
from yaohao.planner.verification.site_check import verify
from yaohao.planner.vocabulary import whole_folders
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

pytest_plugins = ["helpers.workspace_maker"]


@pytest.fixture
def workspace(made: Maker, tmp_path: Path) -> Workspace:
    source = made(abandoned=False).workspace
    return Workspace(shutil.copytree(source.folder, tmp_path / "bureau"))


def code(caught: pytest.ExceptionInfo[PlannerError]) -> str:
    return caught.value.problems[0].code


def in_child(act: Callable[[], Any]) -> int:
    """Run an act in a forked child; the status it ended with."""
    child = os.fork()
    if child == 0:
        try:
            act()
            os._exit(0)
        except BaseException:
            os._exit(3)
    return os.waitpid(child, 0)[1]


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leftovers(folder: Path) -> list[Path]:
    return list(folder.rglob(".yaohao-new-*"))


def test_a_killed_audit_leaves_no_secret_once_the_next_act_ran(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(outside_writes.Unfinished, "put", die)
        killed = in_child(
            lambda: Workspace(workspace.folder).audit("q1", tmp_path / "far" / "audit")
        )
    assert killed == signal.SIGKILL
    fresh = leftovers(tmp_path / "far")
    assert len(fresh) == 1
    assert (fresh[0] / "secret").is_file()
    assert stat.S_IMODE(fresh[0].stat().st_mode) == 0o700
    workspace.recuse("@i01", "xE0003")
    assert leftovers(tmp_path) == []


def test_a_leftover_is_not_swept_while_its_writer_lives_nor_through_a_link(
    workspace: Workspace, tmp_path: Path
) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "letter").write_text("dear")
    with outside_writes.writing(workspace.folder, tmp_path / "out" / "a") as being:
        (being.folder / "x").write_text("x")
        link = tmp_path / "out" / whole_folders.unfinished_name()
        link.symlink_to(theirs)
        workspace.recuse("@i01", "xE0003")
        whole_folders.sweep_beside(tmp_path / "out")
        assert (being.folder / "x").is_file()
        assert not link.is_symlink()
    assert (theirs / "letter").read_text() == "dear"
    assert leftovers(tmp_path) == []


def test_a_publication_that_the_ledger_knows_is_put_in_place_by_the_next_act(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.publish("q1", tmp_path / "out")
    before = (tmp_path / "out" / "SHA256SUMS").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(outside_writes.Unfinished, "put", die)
        killed = in_child(lambda: Workspace(workspace.folder).publish("q1", tmp_path / "out"))
    assert killed == signal.SIGKILL
    assert (tmp_path / "out" / "SHA256SUMS").read_bytes() == before
    workspace.recuse("@i01", "xE0003")
    after = (tmp_path / "out" / "SHA256SUMS").read_bytes()
    assert after != before
    assert all(finding.ok is not False for finding in verify(tmp_path / "out"))
    assert leftovers(tmp_path) == []
    listed = [
        line["act"]["sums"] for line in workspace.ledger() if line["act"]["act"] == "publication"
    ]
    assert listed[-1] == public_digest(after)


def public_digest(content: bytes) -> str:
    from hashlib import sha256

    return sha256(content).hexdigest()


@pytest.mark.parametrize("step", ["put", "site", "feed"])
def test_a_killed_site_is_repaired_by_the_next_publication(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    from yaohao.planner.operations import publish_site

    workspace = make(tmp_path, Shape(abandoned=False)).workspace
    place = tmp_path / "www"
    write = publish_site.write_file
    with monkeypatch.context() as patch:
        if step == "put":
            patch.setattr(outside_writes.Unfinished, "put", die)
        elif step == "site":
            patch.setattr(publish_site, "write_site", die)
        else:
            patch.setattr(
                publish_site,
                "write_file",
                lambda path, content: die() if path.name == "feed.atom" else write(path, content),
            )
        killed = in_child(lambda: Workspace(workspace.folder).publish("q1", place, site=True))
    assert killed == signal.SIGKILL
    with pytest.raises(PlannerError) as caught:
        Workspace(workspace.folder).publish("q1", place, site=True)
    assert code(caught) == "draw.nothing-new"
    assert [f.words("en") for f in verify(place) if f.ok is False] == []
    assert leftovers(tmp_path) == []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    workspace = make(folder, Shape(abandoned=False)).workspace
    plan = workspace.folder / "plans" / "q1.toml"
    plan.write_text(plan.read_text("utf-8").replace('id = "q1"', 'id = "q2"'), encoding="utf-8")
    draw = workspace.freeze(plan)["draw"]
    workspace.publish(draw, folder / "www", site=True)
    workspace.publish("q1", folder / "www", site=True)
    workspace.draw(draw, NEXT_SELECT_SEED)
    workspace.publish(draw, folder / "www", site=True)
    return folder / "www"


def broken(place: Path) -> set[str]:
    return {finding.name for finding in verify(place) if finding.ok is False}


def test_a_site_is_verified_as_a_whole(site: Path, tmp_path: Path) -> None:
    assert broken(site) == set()

    def changed(change: Callable[[Path], Any]) -> set[str]:
        shutil.rmtree(tmp_path / "www", ignore_errors=True)
        place = Path(shutil.copytree(site, tmp_path / "www"))
        change(place)
        return broken(place)

    later = "draws/q2/02-drawn"
    assert "site-stages" in changed(lambda place: shutil.rmtree(place / "draws/q2/01-committed"))
    assert {"site-index", "site-feed"} <= changed(lambda place: shutil.rmtree(place / later))
    assert changed(lambda place: (place / "note.txt").write_text("x")) == {"site-files"}
    assert "site-index" in changed(
        lambda place: (place / "index.html").write_text(
            (place / "index.html").read_text("utf-8").replace(f"{later}/index", "draws/q2/x/index")
        )
    )
    assert "site-feed" in changed(lambda place: (place / "feed.atom").write_text("<feed"))

    def forked(place: Path) -> None:
        ledger = place / "draws/q2/01-committed/ledger.jsonl"
        ledger.write_text(ledger.read_text("utf-8").replace('"act":"freeze"', '"act":"freezE"', 1))

    assert "site-ledgers" in changed(forked)
    assert any(name.startswith("q2/01-committed: ") for name in changed(forked))


def test_verify_of_a_site_on_the_command_line(site: Path, tmp_path: Path) -> None:
    place = Path(shutil.copytree(site, tmp_path / "www"))

    def run() -> Any:
        command = [sys.executable, "-m", "yaohao", "verify", str(place), "--json"]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    sound = run()
    assert sound.returncode == 0, sound.stderr
    assert json.loads(sound.stdout)["ok"] is True
    flip(place / "items.csv", 30)
    assert run().returncode == 1


def flip(path: Path, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[bit // 8 % len(content)] ^= 1 << bit % 8
    path.write_bytes(content)


def test_a_damaged_stage_is_named_before_the_site_is_made_anew(tmp_path: Path) -> None:
    workspace = make(tmp_path, Shape(abandoned=False)).workspace
    place = tmp_path / "www"
    workspace.publish("q1", place, site=True)
    flip(place / "draws" / "q1" / "01-dealt" / "visits.csv", 99)
    (place / "index.html").unlink()
    with pytest.raises(PlannerError) as caught:
        workspace.publish("q1", place, site=True)
    assert code(caught) == "draw.damaged-stage"
    assert "visits.csv" in str(caught.value)
    assert not (place / "index.html").exists()


def test_nothing_private_goes_among_what_is_public(workspace: Workspace, tmp_path: Path) -> None:
    out, www = tmp_path / "out", tmp_path / "www"
    workspace.publish("q1", out)
    workspace.publish("q1", www, site=True)
    (tmp_path / "link").symlink_to(out)
    for place in (
        out / "audit",
        out / "a" / "b",
        tmp_path / "link" / "audit",
        www / "audit",
        www / "draws" / "q1" / "audit",
        tmp_path / "x" / ".." / "out" / "audit",
        workspace.folder / "publications" / "q1" / "audit",
    ):
        for act in (
            lambda to: workspace.audit("q1", to),
            lambda to: workspace.proofs("q1", to),
            lambda to: workspace.notices("q1", to, ["notices"]),
            lambda to: workspace.export_set_aside("entities", to / "aside.csv"),
        ):
            with pytest.raises(PlannerError) as caught:
                act(place)
            assert code(caught) == "draw.private-in-public", place
    with pytest.raises(PlannerError):
        public_folders.write_private(out / "key.pem", b"secret")
    assert not (out / "audit").exists()


def test_a_publication_deletes_nothing_of_anothers(workspace: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "out"
    workspace.publish("q1", out)
    (out / "audit").mkdir()
    (out / "audit" / "secret").write_text("s")
    (out / "letter.txt").write_text("dear")
    lines = len(workspace.ledger())
    with pytest.raises(PlannerError) as caught:
        workspace.publish("q1", out)
    assert code(caught) == "draw.strange-files"
    assert caught.value.problems[0].params["found"] == "audit, letter.txt"
    assert (out / "letter.txt").read_text() == "dear"
    assert len(workspace.ledger()) == lines
    workspace.audit("q1", tmp_path / "audit")
    (tmp_path / "audit" / "mine").write_text("x")
    with pytest.raises(PlannerError) as caught:
        workspace.audit("q1", tmp_path / "audit")
    assert code(caught) == "draw.strange-files"
    assert leftovers(tmp_path) == []


def test_a_file_is_whole_or_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            whole_folders.write_file(path, b"new")
    assert path.read_bytes() == b"old"
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", die)
        killed = in_child(lambda: whole_folders.write_file(path, b"secret", private=True))
    assert killed == signal.SIGKILL
    assert path.read_bytes() == b"old"
    left = leftovers(tmp_path)
    assert [stat.S_IMODE(one.stat().st_mode) for one in left] == [0o600]
    whole_folders.write_file(path, b"new", private=True)
    assert path.read_bytes() == b"new"
    assert leftovers(tmp_path) == []


def test_a_plan_file_and_an_export_are_whole_or_not_at_all(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "aside.csv"
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", die)
        assert in_child(lambda: workspace.export_set_aside("entities", target)) == signal.SIGKILL
    assert not target.exists()
    workspace.export_set_aside("entities", target)
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    assert leftovers(tmp_path) == []


def test_publishing_twice_at_once_mixes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "out"
    children = []
    for forms in ([], ["xlsx"], [], ["xlsx"]):
        child = os.fork()
        if child == 0:
            try:
                Workspace(workspace.folder).publish("q1", out, forms)
                os._exit(0)
            except BaseException:
                os._exit(3)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0, 0]
    assert all(finding.ok is not False for finding in verify(out))
    acts = [line["act"] for line in workspace.ledger() if line["act"]["act"] == "publication"]
    assert acts[-1]["sums"] == public_digest((out / "SHA256SUMS").read_bytes())
    assert leftovers(tmp_path) == []
