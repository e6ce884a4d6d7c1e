"""`yaohao-verify`: the verifier alone as a package, installed without anything else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from helpers.bundle_maker import bundle_of, record_of

ROOT = Path(__file__).resolve().parents[1]
VERIFIER = ROOT / "planner" / "publication" / "verifier" / "verify.py"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as `make wheel` builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT / "auditors", check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


def run(wheel: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command of the installed package, in a Python that knows of nothing else."""
    site = wheel.parent / "site"
    if not site.is_dir():
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(site)
    code = f"import sys; sys.path.insert(0, {str(site)!r}); sys.argv[0] = 'yaohao-verify'; "
    code += "from yaohao_verify.__main__ import main; sys.exit(main())"
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "YAOHAO_"))}
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, *words],
        cwd=folder, env={**clean, "PYTHONIOENCODING": "utf-8"}, capture_output=True,
        encoding="utf-8", check=False,
    )  # fmt: skip


def test_it_holds_the_published_file_and_asks_for_nothing(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = (archive.read(n).decode() for n in names if n.endswith("METADATA"))
        (entries,) = (archive.read(n).decode() for n in names if n.endswith("entry_points.txt"))
        assert archive.read("yaohao_verify/verify.py") == VERIFIER.read_bytes()
    head = metadata.partition("\n\n")[0]
    assert "Requires-Dist" not in head
    version = (
        (ROOT / "pyproject.toml").read_text("utf-8").partition('version = "')[2].partition('"')
    )
    assert f"\nVersion: {version[0]}\n" in head
    assert "yaohao-verify = yaohao_verify.__main__:main" in entries


def test_it_verifies_the_working_folder_or_the_one_named(wheel: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "公示 bundle"
    bundle.mkdir()
    for name, content in bundle_of(record_of("dealt")).items():
        (bundle / name).write_bytes(content)
    elsewhere = run(wheel, tmp_path, str(bundle), "--lang", "en")
    assert elsewhere.returncode == 0, elsewhere.stderr
    assert run(wheel, bundle, "--lang", "en").stdout == elsewhere.stdout
    changed = shutil.copytree(bundle, tmp_path / "changed")
    (changed / "visits.csv").write_bytes((changed / "visits.csv").read_bytes() + b"\n")
    assert run(wheel, changed).returncode == 1
    assert run(wheel, tmp_path, "no-such-folder").returncode == 2
    assert run(wheel, tmp_path, "--no-such-option").returncode == 2


def test_it_tells_its_digest_to_compare(wheel: Path, tmp_path: Path) -> None:
    done = run(wheel, tmp_path, "--version")
    digest = sha256(VERIFIER.read_bytes()).hexdigest()
    assert done.stdout.split()[0] == "yaohao-verify" and done.stdout.split()[-1] == digest
