"""Backups: the whole workspace and one moment of it, checked, whole or not at all."""

from __future__ import annotations

import errno
import json
import os
import shutil
import threading
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from helpers.cannot_write import cannot_write
from helpers.cli import fill, told, walk, write_csv, yaohao
from helpers.kill_at import Killer
from yaohao.planner.doors.backups import check_backup, restore_backup
from yaohao.planner.storage import backup_cipher
from yaohao.planner.storage.backup_archive import MANIFEST, is_safe
from yaohao.planner.vocabulary.files import FRESH
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

MOMENTARY = {
    "planner.lock",
    "planner.holder",
    "planner.outside",
    "planner.db-wal",
    "planner.db-shm",
}


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a draw, a publication, forms, an odd name; tests only look at it."""
    workspace = fill(tmp_path_factory.mktemp("backup"))
    walk(workspace)
    told("--workspace", workspace, "publish", "spring")
    (workspace / "notes [1]").mkdir()
    (workspace / "notes [1]" / "会议 记录.txt").write_text("x", encoding="utf-8")
    (workspace / "empty").mkdir()
    return workspace


@pytest.fixture(scope="module")
def whole(bureau: Path) -> Path:
    """A backup of it."""
    to = bureau.parent / "whole.zip"
    with Workspace(bureau) as workspace:
        workspace.backup(to)
    return to


def content(folder: Path) -> dict[str, bytes]:
    """All files of a workspace but its database, and what it holds for a moment alone."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b"/"
        for path in folder.rglob("*")
        if path.relative_to(folder).parts[0] not in {*MOMENTARY, "planner.db"}
    }


def code(work: Callable[[], Any]) -> str:
    """The code of the problem that is raised."""
    with pytest.raises(PlannerError) as caught:
        work()
    return caught.value.problems[0].code


def test_there_and_back(bureau: Path, whole: Path, tmp_path: Path) -> None:
    restored = restore_backup(whole, tmp_path / "new" / "copy")
    assert content(tmp_path / "new" / "copy") == content(bureau)
    with Workspace(bureau) as one, Workspace(tmp_path / "new" / "copy") as other:
        assert one.ledger() == other.ledger() and len(one.ledger()) == restored["lines"]
        assert one.show("spring") == other.show("spring")
        assert other.verify_ledger()["head"] == restored["head"]
        other.audit("spring", tmp_path / "audit")
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(FRESH)]


def test_it_is_as_secret_as_the_workspace(bureau: Path, whole: Path, tmp_path: Path) -> None:
    assert whole.stat().st_mode & 0o777 == 0o600
    restore_backup(whole, tmp_path / "copy")
    for path in (tmp_path / "copy").rglob("*"):
        name = path.relative_to(tmp_path / "copy").parts[0]
        if name in ("planner.db", "register", "frames"):
            assert path.stat().st_mode & 0o077 == 0, path
    with Workspace(bureau) as workspace:
        inside = bureau / "backup.zip"
        assert code(lambda: workspace.backup(inside)) == "backup.inside"
        public = bureau / "publications" / "spring" / "backup.zip"
        assert code(lambda: workspace.backup(public)) == "backup.inside"
        workspace.publish("spring", tmp_path / "public")
        there = tmp_path / "public" / "b.zip"
        assert code(lambda: workspace.backup(there)) == "draw.private-in-public"
        assert code(lambda: workspace.backup(whole)) == "output.exists"
        with pytest.raises(PlannerError, match="no-such does not exist"):
            workspace.backup(tmp_path / "no-such" / "b.zip")


def test_others_work_meanwhile_and_the_backup_is_one_moment(tmp_path: Path) -> None:
    folder = fill(tmp_path)
    walk(folder, "freeze")
    ended: list[int] = []

    def work() -> None:
        with Workspace(folder) as workspace:
            for number in range(12):
                row = {"entity_id": f"new-{number}", "name": f"New {number}"}
                file = write_csv(tmp_path / f"more-{number}.csv", [row])
                workspace.import_files("entities", [file])
                ended.append(number)

    worker = threading.Thread(target=work)
    worker.start()
    lines: list[int] = []
    while worker.is_alive():
        to = tmp_path / f"b{len(lines)}.zip"
        with Workspace(folder) as workspace:
            lines.append(workspace.backup(to)["lines"])
        check_backup(to)
    worker.join()
    assert len(ended) == 12 and lines == sorted(lines) and len(set(lines)) > 1
    last = tmp_path / f"b{len(lines) - 1}.zip"
    restore_backup(last, tmp_path / "copy")
    with Workspace(tmp_path / "copy") as copy:
        assert copy.register()["registers"]["entities"] >= 60
        assert (
            copy.freeze(folder / "plans" / "spring.toml", despite=["again"])["draw"] == "spring-2"
        )


def test_a_damaged_workspace_is_not_backed_up(tmp_path: Path) -> None:
    folder = fill(tmp_path)
    walk(folder, "freeze")
    to = tmp_path / "b.zip"
    secret = next((folder / "frames").glob("*/secret"))
    snapshot = next((folder / "register" / "entities").iterdir())
    for path in (secret, snapshot):
        before = path.read_bytes()
        path.write_bytes(before[:-2] + bytes([before[-2] ^ 1]) + before[-1:])
        with Workspace(folder) as workspace:
            assert code(partial(workspace.backup, to)) == "workspace.missing-file"
        path.unlink()
        with Workspace(folder) as workspace:
            assert code(partial(workspace.backup, to)) == "workspace.missing-file"
        path.write_bytes(before)
        assert not to.exists()
    with Workspace(folder) as workspace:
        workspace.backup(to)


def test_nothing_is_restored_over_anything(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("x")
    (tmp_path / "file").write_text("x")
    for name in ("full", "file"):
        assert code(partial(restore_backup, whole, tmp_path / name)) == "backup.not-empty"
    assert (tmp_path / "full" / "mine").read_text() == "x"
    (tmp_path / "empty").mkdir()
    restore_backup(whole, tmp_path / "empty")
    assert code(lambda: restore_backup(whole, tmp_path / "empty")) == "backup.not-empty"
    assert code(lambda: restore_backup(tmp_path / "none", tmp_path / "x")) == "disk.missing"


def test_whatever_bit_turns_over_is_found(whole: Path, tmp_path: Path) -> None:
    """In contents, in the list, in the archive's directory; and nothing is left then."""
    before = whole.read_bytes()
    bad = tmp_path / "bad.zip"
    places = [*range(0, len(before), len(before) // 60), len(before) - 8]
    found = set()
    for place in places:
        bad.write_bytes(before[:place] + bytes([before[place] ^ 0x10]) + before[place + 1 :])
        try:
            restore_backup(bad, tmp_path / "copy")
        except PlannerError as error:
            found.add(error.problems[0].code)
            assert not (tmp_path / "copy").exists()
        else:  # a time or an attribute of the archive's directory: nothing that is used
            assert content(tmp_path / "copy") == content(whole.parent / "bureau")
            shutil.rmtree(tmp_path / "copy")
        assert [path.name for path in tmp_path.iterdir()] == ["bad.zip"]
    assert found <= {"backup.damaged", "backup.none", "backup.unsafe"} and "backup.damaged" in found
    for size in (0, 10, len(before) // 2, len(before) - 1):
        bad.write_bytes(before[:size])
        assert code(lambda: check_backup(bad)) == "backup.none"


def rewritten(whole: Path, to: Path, change: Callable[[dict[str, Any]], dict[str, bytes]]) -> Path:
    """A backup with another list, and more members."""
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(to, "w") as new:
        manifest = json.loads(old.read(MANIFEST))
        more = change(manifest)
        for name in old.namelist():
            if name != MANIFEST and name not in more:
                new.writestr(name, old.read(name))
        for name, text in more.items():
            new.writestr(name, text)
        new.writestr(MANIFEST, json.dumps(manifest))
    return to


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/x", "a/../../b", "C:evil", "a\\b", "planner.outside/.yaohao-new-" + "0" * 32,
     "planner.db-wal", "planner.unfinished", "plans/.yaohao-new-" + "0" * 32, "a//b", ".",
     "nul\x00"],
)  # fmt: skip
def test_a_forged_backup_writes_nowhere_else(whole: Path, tmp_path: Path, name: str) -> None:
    def change(manifest: dict[str, Any]) -> dict[str, bytes]:
        manifest["files"][name] = {
            "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
            "size": 1,
            "mode": 0o100644,
        }
        return {"workspace/" + name: b"x"}

    assert not is_safe(name)
    forged = rewritten(whole, tmp_path / "forged.zip", change)
    (tmp_path / "into").mkdir()
    wanted = {"backup.unsafe", "backup.damaged"}
    assert code(lambda: restore_backup(forged, tmp_path / "into" / "copy")) in wanted
    assert not list((tmp_path / "into").iterdir())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["forged.zip", "into"]


def only(change: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, Any]], dict[str, bytes]]:
    """A change of the list alone."""

    def done(manifest: dict[str, Any]) -> dict[str, bytes]:
        change(manifest)
        return {}

    return done


def test_a_forged_list_is_refused(whole: Path, tmp_path: Path) -> None:
    changes: list[Callable[[dict[str, Any]], Any]] = [
        lambda m: m.pop("files"),
        lambda m: m.update(files=[]),
        lambda m: m.update(head="0" * 64),
        lambda m: m.update(lines=3),
        lambda m: m["files"]["workspace.toml"].update(size=-1),
        lambda m: m["files"]["workspace.toml"].update(sha256="x"),
        lambda m: m["files"].pop("workspace.toml"),
        lambda m: m["files"]["workspace.toml"].update(mode="x"),
        lambda m: m.update(version=2),
        lambda m: m.update(format="other"),
        lambda m: m["folders"].append("../x"),
    ]
    for number, change in enumerate(changes):
        forged = rewritten(whole, tmp_path / f"{number}.zip", only(change))
        found = code(partial(restore_backup, forged, tmp_path / "copy"))
        assert found.startswith("backup."), number
        assert not (tmp_path / "copy").exists()


def test_a_bomb_is_not_unpacked(whole: Path, tmp_path: Path) -> None:
    def change(manifest: dict[str, Any]) -> dict[str, bytes]:
        manifest["files"]["plans/sample.toml"]["size"] = 1 << 60
        return {}

    forged = rewritten(whole, tmp_path / "forged.zip", change)
    assert code(lambda: restore_backup(forged, tmp_path / "copy")) == "backup.no-room"
    with zipfile.ZipFile(forged, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("workspace/zeros", b"\0" * (64 << 20))
    assert code(lambda: restore_backup(forged, tmp_path / "copy")) == "backup.damaged"


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def test_encrypted(bureau: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup_cipher, "PIECE", 1 << 12)
    to = tmp_path / "b.enc"
    with Workspace(bureau) as workspace:
        workspace.backup(to, passphrase="正确 horse")
    sealed = to.read_bytes()
    secret = next((bureau / "frames").glob("*/secret")).read_bytes().strip()
    assert b"PK" not in sealed[:200] and secret not in sealed and b"spring" not in sealed
    assert code(lambda: check_backup(to)) == "backup.encrypted"
    assert code(lambda: check_backup(to, "wrong")) == "backup.wrong-passphrase"
    restore_backup(to, tmp_path / "copy", "正确 horse")
    assert content(tmp_path / "copy") == content(bureau)
    piece = (1 << 12) + 16
    start = sealed.index(b"\n", len(backup_cipher.FIRST)) + 1
    first, second = sealed[start : start + piece], sealed[start + piece : start + 2 * piece]
    broken = [
        sealed[:-1],
        sealed[: start + 2 * piece],  # cut at the end of a piece
        sealed[:start] + second + first + sealed[start + 2 * piece :],
        sealed + first,
        flipped(sealed, start + piece + 5),
        sealed.replace(b'"n": 1024', b'"n": 4294967296'),
        sealed.replace(b'"n": 1024', b'"n": 1023'),
    ]
    for content_ in broken:
        to.write_bytes(content_)
        assert code(lambda: check_backup(to, "正确 horse")) in (
            "backup.damaged",
            "backup.wrong-passphrase",
        )


def test_links_are_told_and_not_followed(tmp_path: Path) -> None:
    folder = fill(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "precious").write_text("x")
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    with Workspace(folder) as workspace:
        assert workspace.backup(tmp_path / "b.zip")["left_out"] == ["link"]
    restore_backup(tmp_path / "b.zip", tmp_path / "copy")
    assert not (tmp_path / "copy" / "link").exists()
    shown = yaohao("--workspace", folder, "backup", tmp_path / "c.zip")
    assert "link" in shown.stderr


def test_a_workspace_that_cannot_be_written_is_backed_up(
    bureau: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "fixed"
    shutil.copytree(bureau, folder)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    may, access = os.access, lambda path, mode: Path(path) != folder and may(path, mode)
    with monkeypatch.context() as patch, Workspace(folder) as workspace:
        cannot_write(patch, errno.EROFS)
        patch.setattr("os.access", access)
        workspace.backup(tmp_path / "b.zip")
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    check_backup(tmp_path / "b.zip")


def some_points(number: str, most: int = 8) -> list[int]:
    """Points at which to kill, the first, the last and some between."""
    last = int(number)
    return sorted({1, last, *(1 + (last - 1) * n // most for n in range(most))})


def test_killed_at_any_point_nothing_half_is_left(
    bureau: Path, whole: Path, tmp_path: Path, killer: Killer
) -> None:
    to, inside = tmp_path / "b.zip", tmp_path / "copies"
    result = killer.run(bureau, 0, "backup", [tmp_path / "first.zip"])
    assert result.returncode == 0, result.stderr
    some = some_points(result.stdout)
    for _ in killer.each_left(bureau, some, "backup", [to], [tmp_path]):
        if to.exists():
            check_backup(to)
            to.unlink()
    with Workspace(bureau) as workspace:
        workspace.backup(to)
    assert {path.name for path in tmp_path.iterdir()} == {"b.zip", "first.zip"}
    inside.mkdir()
    act = "yaohao.planner.doors.backups:restore_backup"
    result = killer.run(bureau, 0, act, [whole, inside / "first"])
    assert result.returncode == 0, result.stderr
    some = some_points(result.stdout)
    for _ in killer.each_left(bureau, some, act, [whole, inside / "copy"], [inside]):
        if (inside / "copy").exists():
            assert content(inside / "copy") == content(bureau)
            shutil.rmtree(inside / "copy")
    restore_backup(whole, inside / "copy")
    assert {path.name for path in inside.iterdir()} == {"copy", "first"}


def test_the_commands(bureau: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = ("--workspace", bureau)
    to = tmp_path / "b.zip"
    made = told(*here, "backup", to)
    assert made["encrypted"] is False and made["left_out"] == []
    assert told("restore", to, "--check")["head"] == made["head"]
    assert told("restore", to, status=2)["errors"][0]["code"] == "upkeep.to-or-check"
    assert told("restore", to, "--to", tmp_path / "copy")["lines"] == made["lines"]
    assert told("restore", to, "--to", tmp_path / "copy", status=2)["errors"]
    assert told(*here, "backup", to, status=2)["errors"][0]["code"] == "output.exists"
    assert told(*here, "backup", to, "--overwrite", "--encrypt", status=2)["errors"]
    monkeypatch.setenv("YAOHAO_BACKUP_PASSPHRASE", "one two three")
    assert told(*here, "backup", to, "--overwrite", "--encrypt")["encrypted"] is True
    assert told("restore", to, "--check")["files"] == made["files"]
    assert "encrypt" in yaohao(*here, "backup", tmp_path / "c.zip").stderr
