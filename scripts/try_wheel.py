"""Install the wheels of dist/ into an empty environment each, and do the main job there.

What a user has is tried and nothing else: a fresh environment, no file of the repository, another
working folder whose name has a blank and Chinese characters. `make wheel` runs it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
MOST_MEGABYTES = 400
"""What the program and all that it needs may take, compiled modules with them."""
_NOT_OURS = ("pip", "setuptools", "pkg_resources", "_distutils_hack")
"""What a fresh environment may have in it before anything is installed."""
_OURS = ("YAOHAO_", "PYTHON")
"""Beginnings of variables that would change what is tried."""


class Environment:
    """A fresh environment with one wheel installed, and a folder beside it to work in."""

    def __init__(self, wheel: Path, folder: Path) -> None:
        self.home = folder / "environment"
        self.work = folder / "a folder 文件夹"
        self.work.mkdir()
        subprocess.run([sys.executable, "-m", "venv", str(self.home)], check=True)
        self.programs = self.home / ("Scripts" if os.name == "nt" else "bin")
        python = str(self.programs / "python")
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([python, *install, str(wheel)], check=True, cwd=self.work)

    def run(self, program: str, *words: str, expected: int = 0) -> str:
        """What a program of the environment prints on standard output."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(_OURS)}
        done = subprocess.run(
            [str(self.programs / program), *words],
            cwd=self.work, env={**clean, "PYTHONIOENCODING": "utf-8"}, capture_output=True,
            encoding="utf-8", check=False,
        )  # fmt: skip
        if done.returncode != expected:
            message = f"{program} {' '.join(words)} ended with {done.returncode}\n{done.stderr}"
            raise SystemExit(message)
        return done.stdout


def megabytes(folder: Path) -> float:
    """The sizes of all files of a file or folder, links as themselves, in units of 2^20 bytes."""
    files = folder.rglob("*") if folder.is_dir() else [folder]
    return sum(path.lstat().st_size for path in files if not path.is_dir()) / (1 << 20)


def installed(home: Path) -> dict[str, float]:
    """What each package of an environment takes, in units of 2^20 bytes, the largest first."""
    sizes = {
        path.name: megabytes(path)
        for site in home.rglob("site-packages") for path in site.iterdir()
        if path.name.partition("-")[0] not in _NOT_OURS
    }  # fmt: skip
    return dict(sorted(sizes.items(), key=lambda one: -one[1]))


def wheel_named(name: str) -> Path:
    """The one wheel of a distribution in dist/; SystemExit where there is not exactly one."""
    wheels = sorted(DIST.glob(f"{name}-[0-9]*.whl"))
    if len(wheels) != 1:
        raise SystemExit(f"{DIST} has {len(wheels)} wheels of {name}, not one: make wheel")
    return wheels[0]


def try_program(folder: Path) -> tuple[dict[str, Any], Path]:
    """Help, the complete example and both verifiers; figures, and the publication that was made."""
    begun = time.monotonic()
    place = Environment(wheel_named("yaohao"), folder)
    took = time.monotonic() - begun
    size = sum(installed(place.home).values())
    assert "demo" in place.run("yaohao", "--lang", "en", "--help")
    assert place.run("yaohao", "--version").strip()
    begun = time.monotonic()
    report = json.loads(place.run("yaohao", "--json", "demo", "示例 demo"))
    job = time.monotonic() - begun
    stages = place.work / report["workspace"] / "www" / "draws"
    bundle = max(path for path in stages.glob("*/*") if (path / "verify.py").is_file())
    verdict = json.loads(place.run("yaohao", "--json", "verify", str(bundle)))
    assert verdict["ok"], verdict
    place.run("python", str(bundle / "verify.py"))
    return {"install s": took, "megabytes": size, "demo s": job}, bundle


def try_verifier(folder: Path, bundle: Path) -> dict[str, Any]:
    """The verifier alone, on a sound publication and on one with a changed byte."""
    place = Environment(wheel_named("yaohao_verify"), folder)
    assert json.loads(place.run("yaohao-verify", str(bundle), "--json"))["passed"]
    file = bundle / "visits.csv"
    file.write_bytes(file.read_bytes() + b"\n")
    place.run("yaohao-verify", str(bundle), expected=1)
    return {"verifier megabytes": sum(installed(place.home).values())}


def main() -> int:
    """Try both; print figures; 1 where the program takes more than it may."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        figures, bundle = try_program(Path(one))
        light = try_verifier(Path(other), bundle)
    for name, value in {**figures, **light}.items():
        print(f"{name:<24}{value:8.1f}")
    return int(figures["megabytes"] >= MOST_MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
