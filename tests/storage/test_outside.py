"""What is written outside a workspace: whole or not at all, never private among what is public."""

from __future__ import annotations

import json
import os
import resource
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
    write = outside_writes.write_file
    with monkeypatch.context() as patch:
        if step == "put":
            patch.setattr(outside_writes.Unfinished, "put", die)
        elif step == "site":
            patch.setattr(publish_site, "write_site", die)
        else:
            patch.setattr(
                outside_writes,
                "write_file",
                lambda folder, path, content: (
                    die() if path.name == "feed.atom" else write(folder, path, content)
                ),
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
    workspace.recuse("@i01", "xE0003")
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


def single_files(workspace: Workspace, to: Path) -> list[Callable[[], Any]]:
    from yaohao.planner.doors.plan_files import write_new_plan
    from yaohao.planner.doors.proof_files import write_proof, write_proof_picture

    folder = workspace.folder
    return [
        lambda: Workspace(folder).export_set_aside("entities", to / "aside.csv"),
        lambda: Workspace(folder).save_code("q1", "", to / "code.svg"),
        lambda: write_proof(to / "proof.json", {}, folder),
        lambda: write_proof_picture(to / "slip.html", b"", folder),
        lambda: write_new_plan(to / "plan.toml", "en", id="p", workspace=folder),
    ]


@pytest.mark.parametrize("place", range(5))
def test_a_killed_single_file_goes_with_the_next_act_wherever_it_is(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    far = tmp_path / "far"
    far.mkdir()
    act = single_files(workspace, far)[place]
    sync = os.fsync

    def dies_at_the_file(handle: int) -> None:
        if leftovers(far):
            die()
        sync(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", dies_at_the_file)
        assert in_child(act) == signal.SIGKILL
    assert len(leftovers(far)) == 1
    workspace.recuse("@i01", "xE0003")
    assert leftovers(tmp_path) == []
    assert list(far.iterdir()) == []


def test_a_file_that_is_being_written_is_not_swept(workspace: Workspace, tmp_path: Path) -> None:
    with outside_writes.open_file(workspace.folder, tmp_path / "x.csv") as file:
        workspace.recuse("@i01", "xE0003")
        file.write(b"whole")
    assert (tmp_path / "x.csv").read_bytes() == b"whole"
    assert leftovers(tmp_path) == []


def test_a_copy_made_for_looking_is_swept_when_its_process_was_killed(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yaohao.planner.storage import connection

    def copies_and_dies() -> None:
        with connection._copies() as folder:
            (folder / "planner.db").write_bytes(b"secret")
            die()

    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    assert in_child(copies_and_dies) == signal.SIGKILL
    (left,) = temporary.iterdir()
    assert stat.S_IMODE(left.stat().st_mode) == 0o700
    workspace.recuse("@i01", "xE0003")
    assert list(temporary.iterdir()) == []


def test_a_killed_key_is_finished_by_the_same_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from yaohao.planner.doors import keys

    file, passphrase = tmp_path / "bureau.key", "correct horse battery"
    write = keys.write_file

    def dies_at_the_second(path: Path, content: bytes, *, private: bool = False) -> None:
        if list(tmp_path.iterdir()):
            die()
        write(path, content, private=private)

    with monkeypatch.context() as patch:
        patch.setattr(keys, "write_file", dies_at_the_second)
        assert in_child(lambda: keys.make_key(file, passphrase)) == signal.SIGKILL
    half = file.read_bytes()
    with pytest.raises(PlannerError) as caught:
        keys.make_key(file, "another horse battery")
    assert code(caught) == "key.exists"
    key = keys.make_key(file, passphrase)
    assert file.read_bytes() == half
    from yaohao.planner.doors.checks import read_public_key

    assert read_public_key(f"{file}.pub") == key
    with pytest.raises(PlannerError) as caught:
        keys.make_key(file, passphrase)
    assert code(caught) == "key.exists"


@pytest.mark.parametrize("has_its_name", [False, True])
def test_a_full_disk_leaves_no_half_of_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_its_name: bool
) -> None:
    from yaohao.planner.doors import keys

    file, passphrase = tmp_path / "bureau.key", "correct horse battery"
    write = keys.write_file

    def full_at_the_second(path: Path, content: bytes, *, private: bool = False) -> None:
        if path.suffix == ".pub":
            if has_its_name:
                write(path, content)
            raise OSError(28, "No space left on device")
        write(path, content, private=private)

    monkeypatch.setattr(keys, "write_file", full_at_the_second)
    with pytest.raises(PlannerError) as caught:
        keys.make_key(file, passphrase)
    assert code(caught) == "disk.full"
    assert list(tmp_path.iterdir()) == []


def test_no_publication_lies_in_another(workspace: Workspace, tmp_path: Path) -> None:
    """Stages of a site stay byte for byte, whatever folder a publication is sent to."""
    out, www = tmp_path / "out", tmp_path / "www"
    workspace.publish("q1", out)
    workspace.publish("q1", www, site=True)
    stage = www / "draws" / "q1" / "01-dealt"
    before = {path: path.read_bytes() for path in stage.iterdir()}
    (tmp_path / "link").symlink_to(stage)
    lines = len(workspace.ledger())
    for place, site in (
        (stage, False),
        (tmp_path / "link", False),
        (www / "draws" / "q1" / "02-dealt", False),
        (www / "more", False),
        (out / "more", False),
        (out / "more", True),
        (www / "more", True),
    ):
        with pytest.raises(PlannerError) as caught:
            workspace.publish("q1", place, site=site)
        assert code(caught) == "draw.public-in-public", place
    assert {path: path.read_bytes() for path in stage.iterdir()} == before
    assert len(workspace.ledger()) == lines


def test_no_workspace_is_made_among_what_is_public(workspace: Workspace, tmp_path: Path) -> None:
    workspace.publish("q1", tmp_path / "out")
    with pytest.raises(PlannerError) as caught:
        Workspace.create(tmp_path / "out" / "bureau", "free")
    assert code(caught) == "draw.private-in-public"
    assert not (tmp_path / "out" / "bureau").exists()


def test_forms_delete_nothing_of_anothers(workspace: Workspace, tmp_path: Path) -> None:
    """A folder with a form for each entity is replaced whole; a scan kept in it is not ours."""
    to = tmp_path / "forms"
    workspace.notices("q1", to, ["notices"], each=True)
    workspace.notices("q1", to, ["notices"], each=True)
    scan = to / "notices" / "scan.pdf"
    scan.write_bytes(b"signed")
    with pytest.raises(PlannerError) as caught:
        workspace.notices("q1", to, ["notices"], each=True)
    assert code(caught) == "draw.strange-files"
    assert caught.value.problems[0].params["found"] == "scan.pdf"
    assert scan.read_bytes() == b"signed"
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx", "parquet"])
def test_an_earlier_population_stays_until_the_new_one_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    from yaohao.sample_data import folder as synthetic
    from yaohao.sample_data.population import Population

    place = tmp_path / "city"
    synthetic.write_folder(Population(40, 1), place)
    before = {path.name: path.read_bytes() for path in place.iterdir()}
    with monkeypatch.context() as patch:
        patch.setattr(synthetic, "_small", die)
        status = in_child(lambda: synthetic.write_folder(Population(40, 2), place, form))
        assert status == signal.SIGKILL
    assert len(leftovers(place)) == 1
    left = {path.name: path.read_bytes() for path in place.iterdir() if path.is_file()}
    assert left == before

    def write_no_more() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
        try:
            synthetic.write_folder(Population(400, 2), place, form)
        except PlannerError as error:
            os._exit(7 if error.problems[0].code == "synth.unwritable" else 8)

    assert os.waitstatus_to_exitcode(in_child(write_no_more)) == 7
    assert {path.name: path.read_bytes() for path in place.iterdir()} == before
    synthetic.write_folder(Population(40, 2), place, form)
    assert leftovers(place) == []


_SPILLS = """
import os, sys
from yaohao.planner.engine import duckdb as engine
connection = engine.connect()
connection.sql("SET memory_limit = '60MB'")
connection.sql("SET threads = 1")
query = "SELECT i, md5(i::VARCHAR) AS h FROM range(2000000) t(i) ORDER BY h"
connection.execute(query).fetchmany(1)
if sys.argv[1] == "killed":
    os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("end", ["killed", "ended"])
def test_what_memory_does_not_hold_lies_nowhere_others_read_it(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    """The engine's own folder for it is one of the folder where the command was started."""
    here, temporary = tmp_path / "here", tmp_path / "tmp"
    here.mkdir()
    temporary.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", _SPILLS, end],
        cwd=here,
        env={**os.environ, "TMPDIR": str(temporary)},
        check=False,
    )
    assert done.returncode == (-signal.SIGKILL if end == "killed" else 0)
    assert list(here.iterdir()) == []
    if end == "ended":
        assert list(temporary.iterdir()) == []
        return
    (left,) = temporary.iterdir()
    assert stat.S_IMODE(left.stat().st_mode) == 0o700
    assert sum(path.stat().st_size for path in left.rglob("*.tmp")) > 1_000_000
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    workspace.recuse("@i01", "xE0003")
    assert list(temporary.iterdir()) == []


def test_closing_a_file_hides_no_error_of_writing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workbook is read back when it is closed, and what a full disk cut off cannot be."""
    from yaohao.sample_data.write import WorkbookWriter

    monkeypatch.setattr(WorkbookWriter, "close", lambda _: b"\xe5".decode())
    with pytest.raises(UnicodeDecodeError), WorkbookWriter(tmp_path / "one.xlsx"):
        pass
    with pytest.raises(OSError, match="No space"), WorkbookWriter(tmp_path / "two.xlsx"):
        raise OSError(28, "No space left on device")
