"""Windows and macOS, as far as Linux can tell: files in use, names, consoles, POSIX alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path, PureWindowsPath

import pytest
from helpers.campaign import across
from helpers.cli import fill, told, walk
from helpers.like_windows import behave_like_windows
from helpers.posix_alone import posix_alone
from yaohao.planner.vocabulary.file_names import is_device
from yaohao.planner.vocabulary.room import TEMPORARY


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux what is open")
def test_the_whole_job_where_nothing_open_is_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Folders are not held here: in that of the system a test beside this one takes them for left.
    (tmp_path / "meanwhile").mkdir()
    monkeypatch.setenv(TEMPORARY, str(tmp_path / "meanwhile"))
    refused = behave_like_windows(monkeypatch)
    workspace = fill(tmp_path)
    walk(workspace)
    here = ("--workspace", workspace)
    bundle = told(*here, "publish", "spring", "--to", tmp_path / "公示")
    told(*here, "publish", "spring", "--to", tmp_path / "公示")
    told("verify", bundle["folder"])
    told(*here, "publish", "spring", "--site", tmp_path / "www")
    told(*here, "audit", "spring", "--to", tmp_path / "audit")
    told("verify", bundle["folder"], "--audit", tmp_path / "audit")
    told(*here, "proof", "spring", "--all", "--to", tmp_path / "proofs")
    told(*here, "notices", "spring", "--to", tmp_path / "forms")
    told(*here, "worksheet", "spring", "--to", tmp_path / "visits.xlsx")
    told(*here, "backup", tmp_path / "kept.zip")
    told("restore", tmp_path / "kept.zip", "--to", tmp_path / "again")
    told("--workspace", tmp_path / "again", "status")
    assert refused == []


# What only POSIX has

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ("auditors", "planner", "sample_data", "scripts", "tui", "yaohao")
MEANT = {
    # Asked for by `literal_path` alone, and there only where paths are divided by "/".
    "planner/engine/duckdb.py": ".symlink_to()",
    # Where no link can be made, the file is copied.
    "planner/engine/spark.py": ".symlink_to()",
    # Read where it is there.
    "planner/storage/network_drives.py": "'/proc/self/mountinfo'",
}


def test_nothing_that_only_posix_has_is_used_without_a_guard() -> None:
    found = {}
    for folder in SHIPPED:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            own = posix_alone(path.read_text(encoding="utf-8"))
            if own := [one for one in own if one.partition(": ")[2] != MEANT.get(name)]:
                found[name] = own
    assert found == {}


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("import fcntl", ["line 1: import fcntl"]),
        ("try:\n    import fcntl\nexcept ImportError:\n    fcntl = None", []),
        ("import os\nos.fork()", ["line 2: os.fork"]),
        ("import os\nif hasattr(os, 'fork'):\n    os.fork()", []),
        ("def f(x):\n    if os.name != 'posix':\n        return\n    os.getuid()", []),
        ("signal.SIGKILL", ["line 1: signal.SIGKILL"]),
        ("open('/dev/null')", ["line 1: '/dev/null'"]),
        ("try:\n    open('/proc/self/statm', 'rb')\nexcept OSError:\n    pass", []),
        ("open(a, 'w')", ["line 1: open(…, 'w') without newline: Windows writes others"]),
        ("open(a, 'w', newline='')\nopen(a, 'wb')\nopen(a)", []),
        ("run(a, start_new_session=True)", ["line 1: run(start_new_session=)"]),
        ("p.read_text()", ["line 1: read_text() without encoding"]),
    ],
)
def test_the_guard_is_seen(source: str, told: list[str]) -> None:
    assert posix_alone(source) == told


# Consoles

ENCODINGS = ("cp936", "cp1252", "ascii")


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a drawn and staffed draw."""
    workspace = fill(tmp_path_factory.mktemp("consoles"))
    walk(workspace)
    return workspace


def environment(encoding: str) -> dict[str, str]:
    names = ("LC_", "LANG", "PYTHON", "COLUMNS")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(names)}
    return {**clean, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "TERM": "xterm"}


def on_console(encoding: str, words: Sequence[str]) -> tuple[int, bytes]:
    """The status of a process of its own on a console of this encoding, and what came to it."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "yaohao", *words], cwd=ROOT, env=environment(encoding),
        stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    content = b""
    try:
        while part := os.read(ours, 1 << 16):
            content += part
    except OSError:  # Linux says so that the other end is closed
        pass
    os.close(ours)
    return process.wait(), content


@pytest.mark.parametrize(("encoding", "language"), across(ENCODINGS, ["zh", "en"]))
def test_consoles_of_other_encodings_get_all_that_they_can_show(
    encoding: str, language: str, bureau: Path
) -> None:
    start = ("--workspace", str(bureau), "--lang", language)
    for words in (
        ("freeze", "--help"),
        ("show", "spring"),
        ("register", "entities"),
    ):
        status, content = on_console(encoding, (*start, *words))
        # ASCII is taken for a UTF-8 that nobody has set up, as Python (PEP 538) and click do.
        text = content.decode("utf-8" if encoding == "ascii" else encoding)
        assert status == 0 and "Traceback" not in text, (words, text)
        if language == "zh":
            shown = any("\u4e00" <= character < "\u9fff" for character in text)
            assert shown == (encoding != "cp1252") and shown != ("\\u" in text), (words, text)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_files_and_pipes_get_utf_8_whatever_the_console(encoding: str, bureau: Path) -> None:
    words = ("--workspace", str(bureau), "--json", "register", "entities")
    done = subprocess.run(
        [sys.executable, "-m", "yaohao", *words], cwd=ROOT, env=environment(encoding),
        capture_output=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout.decode("utf-8")) == told(*words[:2], *words[3:])


# Names


@pytest.mark.parametrize(
    "name", ["CON", "con", "nul.txt", "Aux.tar.gz", "COM1", "lpt9.csv", "com¹", "CONIN$", "prn "]
)
def test_names_of_devices(name: str) -> None:
    assert is_device(name)
    assert is_device(PureWindowsPath("C:/bureau", name).name)


@pytest.mark.parametrize("name", ["console", "nul1", "com", "com10", "2027q1", "", "x.con"])
def test_names_that_are_none(name: str) -> None:
    assert not is_device(name)


def test_draws_that_differ_in_case_alone_get_folders_of_their_own(tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    walk(workspace, "freeze")
    plan = workspace / "plans" / "spring.toml"
    other = plan.with_name("other.toml")
    other.write_bytes(plan.read_bytes().replace(b'id = "spring"', b'id = "SPRING"'))
    assert told("--workspace", workspace, "freeze", other)["draw"] == "SPRING-2"


def test_published_names_are_divided_by_slashes_alone(tmp_path: Path) -> None:
    workspace = fill(tmp_path)
    walk(workspace)
    told("--workspace", workspace, "publish", "spring", "--site", tmp_path / "www")
    lists = sorted((tmp_path / "www").rglob("SHA256SUMS"))
    assert len(lists) > 1
    for path in lists:
        content = path.read_bytes()
        assert b"\\" not in content and b"\r" not in content
        for line in content.decode().splitlines():
            name = line.partition("  ")[2]
            assert (path.parent / name).is_file()
            assert not any(is_device(part) for part in PureWindowsPath(name).parts)
            assert not set(name) & set('<>:"|?*') and not name.endswith((".", " "))
