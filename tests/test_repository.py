"""What the repository holds: lock files that fit, and nothing large."""

from __future__ import annotations

from pathlib import Path

import pytest
from yaohao.scripts import check_repository
from yaohao.scripts.check_repository import large_files, lock_differences, lock_problems

HASH = "    --hash=sha256:" + "0" * 64


def lock(folder: Path, text: str) -> Path:
    path = folder / "run.txt"
    path.write_text(text)
    return path


def test_the_repository_passes() -> None:
    assert check_repository.main() == 0


@pytest.mark.parametrize(
    ("text", "requirement", "said"),
    [
        (f"click==8.1.7 \\\n{HASH}\n", "click>=8.2", "does not fit"),
        (f"rich==14.0 \\\n{HASH}\n", "click>=8.1", "nothing"),
        ("click==8.2 ; python_version < '4'\n", "click>=8.1", "no hash"),
        (f"click @ https://a.example/click.whl \\\n{HASH}\n", "rich", "address"),
    ],
)
def test_a_lock_that_does_not_fit_is_told(
    tmp_path: Path, text: str, requirement: str, said: str
) -> None:
    assert any(said in problem for problem in lock_problems(lock(tmp_path, text), [requirement]))


def test_a_lock_that_fits_is_not_told(tmp_path: Path) -> None:
    text = f"Click==8.1.7 \\\n{HASH}\nrich==14.0 ; python_version < '3.12' \\\n{HASH}\n"
    assert list(lock_problems(lock(tmp_path, text), ["click>=8.1.7", "rich>=13,<15"])) == []


def test_locks_that_differ_are_told(tmp_path: Path) -> None:
    run, dev = tmp_path / "run.txt", tmp_path / "dev.txt"
    run.write_text(f"click==8.1.7 \\\n{HASH}\nrich==14.0 \\\n{HASH}\n")
    dev.write_text(f"Click==8.2 \\\n{HASH}\nrich==14.0 \\\n{HASH}\nruff==0.9 \\\n{HASH}\n")
    assert list(lock_differences(run, dev)) == [
        "run.txt has click 8.1.7, dev.txt has 8.2: run make lock"
    ]


def test_a_large_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_repository, "LARGEST", 1_000)
    assert any("README.md" in problem for problem in large_files())
