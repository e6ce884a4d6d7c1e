"""The package as users install it."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel and the source archive of the repository."""
    to = tmp_path_factory.mktemp("dist")
    for target in ("wheel", "sdist"):
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(to)],
            cwd=ROOT, check=True, capture_output=True,
        )  # fmt: skip
    return next(to.glob("*.whl")), next(to.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def installed(built: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A fresh environment with the wheel, which borrows the other packages from this one."""
    folder = tmp_path_factory.mktemp("env")
    venv.create(folder, with_pip=False, symlinks=True)
    site = next(folder.glob("lib/python*/site-packages"))
    # Behind the wheel's own packages, so that what it lacks cannot come from the repository.
    (site / "borrowed.pth").write_text(str(Path(pytest.__file__).parents[1]) + "\n")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
         "--disable-pip-version-check", "--target", str(site), str(built[0])],
        check=True,
    )  # fmt: skip
    yield folder


def run(folder: Path, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command with the Python of an environment, in an empty folder."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [str(folder / "bin" / "python"), *words],
        cwd=cwd, env={**environment, "YAOHAO_LANG": "en"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def test_the_wheel_holds_one_package(built: tuple[Path, Path]) -> None:
    names = zipfile.ZipFile(built[0]).namelist()
    pages = [name for name in names if ".data/" in name]
    assert pages and all("/share/man/" in name for name in pages), pages
    held = [name for name in names if ".dist-info/" not in name and name not in pages]
    assert {name.split("/")[0] for name in held} == {"yaohao"}
    assert {"yaohao/py.typed", "yaohao/__main__.py", "yaohao/tui/style.tcss"} <= set(names)
    assert not [name for name in names if "/tests/" in name or name.endswith(".pyc")]
    here = {
        f"yaohao/{path.relative_to(ROOT).as_posix()}"
        for part in ("planner", "tui", "scripts", "sample_data")
        for path in (ROOT / part).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert here <= set(names), sorted(here - set(names))[:5]


def test_the_source_archive_holds_what_it_needs_and_nothing_large(
    built: tuple[Path, Path],
) -> None:
    with tarfile.open(built[1]) as archive:
        members = archive.getmembers()
    names = {member.name.partition("/")[2] for member in members}
    assert {"yaohao/__init__.py", "planner/workspace.py", "tests/conftest.py", "Makefile"} <= names
    # What make check and the tests read must be there as well.
    assert {"CONTRIBUTING.md", "changelog.d/README.md", "locks/run.txt", ".ci/run"} <= names
    assert not [name for name in names if name.endswith(".whl") or name.startswith(".venv")]
    assert max(member.size for member in members) < 5_000_000


def test_an_installed_program_runs(installed: Path, tmp_path: Path) -> None:
    told = run(installed, "-m", "yaohao", "--version", cwd=tmp_path)
    assert (told.returncode, told.stdout.split()[0]) == (0, "yaohao")
    (tmp_path / "e.csv").write_text("entity_id,name\ncafe-1,Café\n", encoding="utf-8")
    for words in (
        ["init", "b", "--register", "free"],
        ["--workspace", "b", "import", "entities", "e.csv"],
        ["--workspace", "b", "status", "--json"],
        ["plan", "new", "p.toml"],
    ):
        done = run(installed, "-m", "yaohao", *words, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    code = (
        "import yaohao, sys\n"
        "from yaohao import Workspace, PlannerError\n"
        "assert 'site-packages' in yaohao.__file__ and len(yaohao.__path__) == 1\n"
        "assert not {'planner', 'tui', 'scripts', 'sample_data'} & set(sys.modules)\n"
        "workspace = Workspace('b')\n"
        "print(workspace.register()['registers']['entities'], yaohao.__version__)\n"
        "for name in ('planner', 'tui', 'scripts', 'sample_data'):\n"
        "    try:\n"
        "        __import__(name)\n"
        "    except ImportError:\n"
        "        continue\n"
        "    raise SystemExit(f'{name} lies at the top of site-packages')\n"
    )
    done = run(installed, "-P", "-c", code, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[0] == "1"
