"""Fragments of the changelog."""

from __future__ import annotations

from pathlib import Path

import pytest
from yaohao.scripts import make_changelog
from yaohao.scripts.make_changelog import fragments, with_fragments


def test_the_fragments_of_the_repository_are_well_named() -> None:
    assert fragments(make_changelog.ROOT / "changelog.d")


@pytest.mark.parametrize("name", ["x.md", "x.news.md", "X.added.md", "x.added.txt.md"])
def test_a_wrong_name_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("something")
    with pytest.raises(ValueError, match="fragment"):
        fragments(tmp_path)


def test_an_empty_fragment_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.added.md").write_text(" \n")
    with pytest.raises(ValueError, match="empty"):
        fragments(tmp_path)


def test_fragments_are_put_under_the_first_version_by_kind() -> None:
    before = "# Changelog\n\n## 0.2.0\n\nWords.\n\n## 0.1.0\n\nOld.\n"
    after = with_fragments(before, [("fixed", "One\nthing.\n"), ("added", "Another.")])
    assert after == (
        "# Changelog\n\n## 0.2.0\n\n### Added\n\n* Another.\n\n### Fixed\n\n* One thing.\n"
        "\nWords.\n\n## 0.1.0\n\nOld.\n"
    )
