"""Trials of a workspace: their files, each held against its digest in the ledger.

A trial is a folder ``trials/<id>/`` of documents as canonical JSON. Each step enters its document's
digest in the ledger as an act of a case of the kind ``trial``, so that nothing can be changed later
without being seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yaohao.planner.follow_up.kinds import default_kinds
from yaohao.planner.learning.trial_plan import TrialPlan, trial_plan_from
from yaohao.planner.storage import outside_writes
from yaohao.planner.storage.database import Database
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.layout import TRIALS
from yaohao.planner.vocabulary.digest import canonical, document_digest
from yaohao.planner.vocabulary.faults import disk_problems
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.small_files import read_toml

KIND = "trial"
STEPS = ("commitment", "seed", "arms", "analysis")
"""The events of a trial in the ledger, and the names of its documents."""
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class TrialStep:
    """A step of a trial: when it entered the ledger, and the digest of its document."""

    at: str
    digest: str
    line: int


def known_duties() -> dict[str, bool]:
    """Duties of cases as ``kind.due``, and kinds as a whole: whether the law sets a day."""
    duties: dict[str, bool] = {}
    for kind in default_kinds().versions.values():
        for name, due in kind.dues.items():
            duties[f"{kind.id}.{name}"] = duties.get(f"{kind.id}.{name}", False) or due.hard
            duties[kind.id] = duties.get(kind.id, False) or due.hard
    return duties


def read_trial(path: Path) -> TrialPlan:
    """The trial in a file; PlannerError with everything that is wrong with it."""
    try:
        document = read_toml(path)
    except (OSError, ValueError) as error:
        raise refuse("findings.unreadable", file=str(path), found=str(error)[:200]) from error
    return trial_plan_from(document, known_duties())


def trial_steps(workspace: WorkspaceFolder) -> dict[str, dict[str, TrialStep]]:
    """The steps of all trials by id and name, out of the ledger; of several the last."""
    steps: dict[str, dict[str, TrialStep]] = {}
    for number, line in enumerate(workspace.store.ledger(), 1):
        act = line.act
        if act["act"] == "case" and act["kind"] == KIND:
            step = TrialStep(act["at"], act["content"], number)
            steps.setdefault(act["case"], {})[act["event"]] = step
    return steps


def steps_of(workspace: WorkspaceFolder, trial: str) -> dict[str, TrialStep]:
    """The steps of one trial; PlannerError where there is none of that id."""
    every = trial_steps(workspace)
    if trial not in every:
        raise refuse("findings.no-trial", trial=trial, known=sorted(every))
    return every[trial]


def trial_document(workspace: WorkspaceFolder, trial: str, step: str) -> Any:
    """A document of a trial; PlannerError where it is missing or not as the ledger has it."""
    steps = steps_of(workspace, trial)
    expected = steps[step].digest if step in steps else ""
    path = _path(workspace, trial, step, expected)
    if not path.is_file():
        path = _path(workspace, trial, step)
    with disk_problems(path):
        try:
            document = json.loads(path.read_bytes())
        except (FileNotFoundError, ValueError):
            document = None
    if document is None or document_digest(document) != expected:
        raise refuse("findings.trial-changed", file=str(path), expected=expected)
    return document


def add_step(
    workspace: WorkspaceFolder, store: Database, trial: str, step: str, document: Any
) -> TrialStep:
    """Write a document of a trial and enter it in the ledger, within an act.

    The file is there before the ledger tells of it; one that no act tells of counts for nothing.
    A step that is taken again has a file of its own, named by its digest: what the ledger tells of
    is never written over.
    """
    digest = document_digest(document)
    before = trial_steps(workspace).get(trial, {}).get(step)
    path = _path(workspace, trial, step, digest if before and before.digest != digest else "")
    path.parent.parent.mkdir(mode=0o700, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    outside_writes.write_file(None, path, canonical(document).encode(), private=True)
    line = store.append(
        {"act": "case", "kind": KIND, "case": trial, "event": step, "content": digest}
    )
    return TrialStep(line.act["at"], digest, 0)


def _path(workspace: WorkspaceFolder, trial: str, step: str, digest: str = "") -> Path:
    if not _NAME.fullmatch(trial) or step not in STEPS:
        raise refuse("findings.no-trial", trial=trial, known=[])
    name = f"{step}-{digest[:16]}" if digest else step
    return workspace.folder / TRIALS / trial / f"{name}.json"


def seeds_before(workspace: WorkspaceFolder, line: int) -> list[Mapping[str, Any]]:
    """The acts of seeds that stood in the ledger before a line of it."""
    acts = [one.act for one in workspace.store.ledger()[: line - 1]]
    return [act for act in acts if act["act"] == "seed"]
