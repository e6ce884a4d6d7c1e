"""Writing a report into files that their owner alone reads: HTML, a workbook, JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from yaohao.planner.publication.paper.report_page import ReportPage, html, workbook
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.public_folders import keep_private, write_private
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.messages import language

ENDINGS = (".html", ".xlsx", ".json")


def write_report(
    workspace: WorkspaceFolder,
    document: Mapping[str, Any],
    page: ReportPage,
    files: list[Path],
    *,
    overwrite: bool = False,
) -> list[str]:
    """Write a report into files by their endings (`ENDINGS`), in the language in use; their names.

    Raises PlannerError for another ending, a file that is there and may not be replaced, and a
    place among what is public; nothing is written then.
    """
    for file in files:
        if file.suffix.lower() not in ENDINGS:
            raise refuse("report.ending", file=str(file), known=list(ENDINGS))
        keep_private(file, workspace.folder)
        if not overwrite and (file.exists() or file.is_symlink()):
            raise refuse("output.exists", file=str(file))
    made = [(file, _content(workspace, document, page, file)) for file in files]
    for file, content in made:
        write_private(file, content, workspace.folder)
    return [str(file) for file in files]


def _content(
    workspace: WorkspaceFolder, document: Mapping[str, Any], page: ReportPage, file: Path
) -> bytes:
    ending = file.suffix.lower()
    if ending == ".html":
        return html(page, workspace.folder, language())
    if ending == ".xlsx":
        return workbook(page, language())
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
