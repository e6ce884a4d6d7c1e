"""A workspace that cannot be written: all that reads works, proofs and forms elsewhere too."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from helpers.cannot_write import cannot_write
from helpers.cli import SEEDS, fill, told, yaohao


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file with its size and its time."""
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in folder.rglob("*")
    }


@pytest.fixture
def bureau(tmp_path: Path) -> Path:
    b = fill(tmp_path)
    told("--workspace", b, "freeze", b / "plans" / "spring.toml")
    told("--workspace", b, "draw", "spring", "--seed", SEEDS[0])
    told("--workspace", b, "staff", "spring")
    told("--workspace", b, "deal", "spring", "--seed", SEEDS[1])
    told("--workspace", b, "publish", "spring", "--to", tmp_path / "public")
    told("--workspace", b, "audit", "spring", "--to", tmp_path / "audit")
    return b


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_all_that_reads_works(
    bureau: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    entity = told("--workspace", bureau, "show", "spring")["visits"][0]["entity_id"]
    before = tree(bureau)
    cannot_write(monkeypatch, number)
    readable = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode, **named: mode != os.W_OK and readable(path, mode, **named)
    )
    to = tmp_path / "elsewhere"
    words: tuple[Any, ...]
    for words in (
        ("show",),
        ("show", "spring"),
        ("status",),
        ("why", "spring", entity),
        ("why", "spring", entity, "--neighbours", "2"),
        ("register", "entity", entity),
        ("results", "spring"),
        ("due",),
        ("log", "--verify"),
        ("recuse", "--list"),
        ("absent", "--list"),
        ("publish", "spring", "--dry-run"),
        ("staff", "spring", "--dry-run"),
        ("plan", "preview", bureau / "plans" / "spring.toml"),
        ("commitment", "spring", "--to", to / "code.png"),
        ("proof", "spring", entity, "--to", to / "proof.json"),
        ("proof", "spring", entity, "--slip", to / "slip.html"),
        ("proof", "spring", "--all", "--to", to / "proofs"),
        ("notices", "spring", "--to", to / "forms"),
        ("verify", tmp_path / "public", "--audit", tmp_path / "audit"),
    ):
        to.mkdir(exist_ok=True)
        answer = yaohao("--workspace", bureau, *words)
        assert answer.exit_code == 0, (words, answer.output)
    assert (to / "forms" / "bulletin.xlsx").is_file() and any((to / "proofs").iterdir())
    for words in (
        ("recuse", "P-1", entity),
        ("withdraw", "spring", entity, "--result", "9", "--evidence", "an extract"),
        ("publish", "spring", "--to", to / "public"),
    ):
        answer = yaohao("--workspace", bureau, *words)
        assert answer.exit_code == 2 and "Traceback" not in answer.output, words
    assert tree(bureau) == before
