"""Codes that exist though they break the rule of their check character.

They are kept with their evidence in the workspace; the ledger has how many there are, and the
digest of their list, in which the evidence is a digest itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from yaohao.planner.register.code_systems import code_system
from yaohao.planner.register.entity_ids import VOUCHABLE
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.digest import document_digest, file_digest, sha
from yaohao.planner.vocabulary.faults import disk_problems
from yaohao.planner.vocabulary.identity_numbers import mask
from yaohao.planner.vocabulary.problems import PlannerError, Problem, raise_all, refuse
from yaohao.planner.vocabulary.text import tidy

REGISTER = "vouched"
"""The name of the roster of vouched codes."""

_MOST = 100_000  # codes of a file
_WHAT = "vouched"


def vouched_codes(workspace: WorkspaceFolder) -> frozenset[str]:
    """The codes that the bureau vouches for."""
    return frozenset(row["code"] for row in workspace.store.roster(REGISTER))


def read_vouched(workspace: WorkspaceFolder, file: Path) -> dict[str, str]:
    """The codes of a file, one a line, and the evidence for each: the file's name and digest.

    Blank lines and those that begin with ``#`` say nothing. Raises PlannerError, with all of them,
    for codes that cannot or need not be vouched for.
    """
    try:
        with disk_problems(file):
            lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise refuse("vouch.not-text", file=file.name) from None
    evidence = f"{file.name} sha256:{file_digest(file)}"
    codes: dict[str, str] = {}
    problems: list[Problem] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            codes[check_vouchable(workspace, line)] = evidence
        except PlannerError as error:
            problems += [
                Problem(one.code, {**one.params, "file": file.name, "line": number})
                for one in error.problems
            ]
    raise_all(problems[:_MOST])
    return codes


def put_vouched(workspace: WorkspaceFolder, codes: Mapping[str, str]) -> int:
    """Keep codes and their evidence, within an act, and tell the ledger; how many are new."""
    known = vouched_codes(workspace)
    fresh = [{"code": code, "evidence": codes[code]} for code in sorted(codes) if code not in known]
    if fresh:
        workspace.store.put_roster(REGISTER, fresh)
        rows = workspace.store.roster(REGISTER)
        digest = document_digest([[row["code"], sha(row["evidence"])] for row in rows])
        snapshot = workspace.store.snapshot()
        # The register of entities is what it was: a freeze that follows is of this content.
        content = snapshot.content if snapshot else document_digest([])
        workspace.store.append(
            {
                "act": "register",
                "register": "entities",
                "what": f"{_WHAT} {len(rows)} {digest}",
                "content": content,
            }
        )
    return len(fresh)


def check_vouchable(workspace: WorkspaceFolder, text: str) -> str:
    """A code in its form; PlannerError for one that cannot or need not be vouched for."""
    system = code_system(workspace.settings.register)
    if not system.checks_ids:
        raise refuse("vouch.no-rule", register=workspace.settings.register)
    code = system.read_id(text)
    if not code.reason:
        raise refuse("vouch.not-needed", found=code.text)
    if code.reason not in VOUCHABLE:
        raise refuse("vouch.cannot", found=mask(tidy(text))[:40], reason=_reason(code.reason))
    return code.text


def _reason(reason: str) -> str:
    from yaohao.planner.wording.messages import say

    return say(f"intake.{reason}", found="?")
