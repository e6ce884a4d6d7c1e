"""Check the repository: lock files match pyproject.toml, and no file is too large.

Nothing is asked of a network: a requirement fits if the locked version is within its bounds.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 5_000_000
"""Bytes of a tracked file: larger ones were never meant to be here."""


def locked_versions(lock: Path) -> dict[str, list[str]]:
    """The versions a lock file names, by normalised name; several where they differ by system."""
    locked: dict[str, list[str]] = {}
    for name, version in re.findall(
        r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock.read_text(encoding="utf-8"), re.M
    ):
        locked.setdefault(canonicalize_name(name), []).append(version)
    return locked


def lock_problems(lock: Path, requirements: list[str]) -> Iterator[str]:
    """The problems of a lock file with these requirements, one sentence each."""
    text = lock.read_text(encoding="utf-8")
    if "://" in text:
        yield f"{lock.name} names an address: run make lock"
    entries = re.split(r"\n(?=\S)", text.strip())
    yield from (
        f"{lock.name} has no hash for {entry.split()[0]}: run make lock"
        for entry in entries
        if "--hash=sha256:" not in entry
    )
    versions = locked_versions(lock)
    for line in requirements:
        requirement = Requirement(line)
        locked = versions.get(canonicalize_name(requirement.name), [])
        if not locked or not all(requirement.specifier.contains(v, True) for v in locked):
            has = ", ".join(locked) or "nothing"
            yield f"{lock.name} does not fit {line!r} (locked: {has}): run make lock"


def lock_differences(smaller: Path, larger: Path) -> Iterator[str]:
    """Packages that differ between a lock file and a larger one, one sentence each.

    What is installed from both, one after the other, would change in between.
    """
    here, there = locked_versions(smaller), locked_versions(larger)
    for name, versions in here.items():
        if there.get(name) != versions:
            has = ", ".join(there.get(name, [])) or "nothing"
            difference = f"{name} {', '.join(versions)}, {larger.name} has {has}"
            yield f"{smaller.name} has {difference}: run make lock"


def large_files() -> Iterator[str]:
    """Tracked files above `LARGEST` bytes, one sentence each."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.split("\0"):
        path = ROOT / name
        if name and path.is_file() and path.stat().st_size > LARGEST:
            yield f"{name} has {path.stat().st_size:,} bytes: no file above {LARGEST:,} is tracked"


def main() -> int:
    """Print all problems; return 1 if there are any."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = project["dependency-groups"]
    locks = ROOT / "locks"
    run = [*project["project"]["dependencies"], *groups["build"]]
    spark = project["project"]["optional-dependencies"].pop("spark")
    extras = [
        line for lines in project["project"]["optional-dependencies"].values() for line in lines
    ]
    problems = [
        *lock_problems(locks / "run.txt", run),
        *lock_problems(locks / "dev.txt", [*run, *groups["dev"], *extras]),
        *lock_problems(locks / "spark.txt", [*run, *spark]),
        *lock_problems(locks / "site.txt", [*run, *groups["site"]]),
        *lock_differences(locks / "run.txt", locks / "dev.txt"),
        *lock_differences(locks / "run.txt", locks / "spark.txt"),
        *lock_differences(locks / "run.txt", locks / "site.txt"),
        *large_files(),
    ]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
