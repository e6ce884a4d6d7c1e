"""Writing the pictures of a finding as SVG files, for the bureau's own eyes."""

from __future__ import annotations

from pathlib import Path

from yaohao.planner.learning.chart_svg import render
from yaohao.planner.learning.finding import Finding
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.public_folders import keep_private, write_private
from yaohao.planner.vocabulary.problems import refuse


def save_pictures(
    workspace: WorkspaceFolder, finding: Finding, to: str | Path, *, overwrite: bool = False
) -> list[str]:
    """Write each picture of a finding into a file that its owner alone reads; their names.

    The first is `to`, the others have ``-2``, ``-3`` … before its ending. Raises PlannerError where
    there is no picture, for another ending than ``.svg``, for a file that is there and may not be
    replaced, and for a place in a publication or a site; nothing is written then.
    """
    path = Path(to)
    if path.suffix.lower() != ".svg":
        raise refuse("findings.svg-ending", file=str(to))
    charts = finding.charts()
    if not charts:
        raise refuse("findings.no-picture")
    files = [path, *(path.with_stem(f"{path.stem}-{n}") for n in range(2, len(charts) + 1))]
    for file in files:
        keep_private(file, workspace.folder)
        if not overwrite and (file.exists() or file.is_symlink()):
            raise refuse("output.exists", file=str(file))
    for file, chart in zip(files, charts, strict=True):
        write_private(file, render(chart).encode(), workspace.folder)
    return [str(file) for file in files]
