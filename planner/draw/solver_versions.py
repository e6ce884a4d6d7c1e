"""What an act was made with: versions of this program and of the libraries whose results it holds.

They decide nothing that is committed; whoever recomputes a draw years later knows where to begin.
"""

from __future__ import annotations

from functools import cache

from yaohao.planner import __version__

LIBRARIES = ("numpy", "highspy")
"""The solver, and what it computes with."""


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    # Loaded here: it brings the readers of mail and of archives, and most commands need neither.
    from importlib.metadata import PackageNotFoundError, version

    versions = [("yaohao", __version__)]
    for name in LIBRARIES:
        try:
            versions.append((name, version(name)))
        except PackageNotFoundError:  # carried along without its metadata
            continue
    return tuple(versions)


def versions() -> dict[str, str]:
    """Names and versions, as the acts `freeze` and `crews` have them under `made_with`."""
    return dict(_versions())
