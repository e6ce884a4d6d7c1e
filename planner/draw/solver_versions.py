"""What an act was made with: versions of this program and of the libraries whose results it holds.

They decide nothing that is committed; whoever recomputes a draw years later knows where to begin.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version

from yaohao.planner import __version__

LIBRARIES = ("numpy", "highspy")
"""The solver, and what it computes with."""


@cache
def _versions() -> tuple[tuple[str, str], ...]:
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
