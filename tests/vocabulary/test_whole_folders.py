"""Unfinished files and folders: a sweep that comes between their making and their holding."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from yaohao.planner.vocabulary import whole_folders


@pytest.fixture
def swept(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], list[Path]]:
    """Let a sweep of a folder come right after what is made there first, before it is held."""
    own = whole_folders.held

    def install(folder: Path) -> list[Path]:
        gone: list[Path] = []

        def late(handle: int) -> bool:
            if not gone:
                gone.extend(path for path in folder.iterdir() if whole_folders.is_unfinished(path))
                whole_folders.sweep_beside(folder)
                assert not any(path.exists() for path in gone)
            return own(handle)

        monkeypatch.setattr(whole_folders, "held", late)
        return gone

    return install


def test_a_file_is_written_although_it_was_swept(
    tmp_path: Path, swept: Callable[[Path], list[Path]]
) -> None:
    gone = swept(tmp_path)
    whole_folders.write_file(tmp_path / "a", b"whole")
    assert len(gone) == 1
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"whole"}


def test_a_folder_is_made_although_it_was_swept(
    tmp_path: Path, swept: Callable[[Path], list[Path]]
) -> None:
    gone = swept(tmp_path)
    with whole_folders.open_folder(tmp_path / whole_folders.unfinished_name(), private=True) as one:
        (one / "inside").write_text("kept", encoding="utf-8")
        whole_folders.sweep_beside(tmp_path)
        assert (one / "inside").read_text(encoding="utf-8") == "kept"
    assert len(gone) == 1
    whole_folders.sweep_beside(tmp_path)  # now nobody holds it
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told_and_not_waited_for(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        whole_folders.write_file(tmp_path / "none" / "a", b"x")
