"""Freezing: a plan and a register become a frame, a lottery and a commitment."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypedDict

from yaohao.planner.draw.crews.outlook import expected_visits, unstaffed
from yaohao.planner.draw.lottery.plan_lottery import lottery_of
from yaohao.planner.draw.rounds import select_commitment
from yaohao.planner.draw.seed_parts import source_of
from yaohao.planner.draw.solver_versions import versions
from yaohao.planner.frame.bearing import select_bearing
from yaohao.planner.frame.blind_cells import blind_cells, cells_root
from yaohao.planner.frame.cells import Cell
from yaohao.planner.frame.frame import pool_counts
from yaohao.planner.frame.framed_plan import FramedPlan
from yaohao.planner.plan.document import plan_document
from yaohao.planner.plan.findings import outside, placed, window_over, with_causes
from yaohao.planner.plan.model import Plan
from yaohao.planner.plan.parse import Draft
from yaohao.planner.schema.draw import DrawRecord, SelectRound, Stage
from yaohao.planner.schema.ledger_acts import (
    REHEARSAL,
    FrameCounts,
    FreezeAct,
    SelectBearing,
    SelectCommitmentAct,
)
from yaohao.planner.schema.plan_document import PlanDocument
from yaohao.planner.schema.reports.draws import FreezeReport, FrozenDrawReport
from yaohao.planner.storage import leftovers
from yaohao.planner.storage.calendar import day_given
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.framed_plans import framed_plan
from yaohao.planner.storage.layout import FRAMES
from yaohao.planner.storage.plan_files import draft_in, shown_file, warnings_of
from yaohao.planner.storage.registers import FROZEN_REGISTERS, roster_document
from yaohao.planner.vocabulary.digest import canonical, document_digest, file_digest
from yaohao.planner.vocabulary.faults import disk_problems
from yaohao.planner.vocabulary.file_names import same_name
from yaohao.planner.vocabulary.files import (
    fresh_folder,
    own_file,
    put_folder,
    write_whole,
)
from yaohao.planner.vocabulary.problems import PlannerError, Problem, raise_all, refuse

DESPITE = ("past", "again", "unstaffed")
"""What keeps a plan from being frozen unless it is said: its window is over; a draw of it is
frozen; visits that cannot be staffed."""

_SECRET = re.compile("[0-9a-f]{64}")
_FRAME = "frame.parquet"
_BYTES_A_ROW = 80
"""Of a frame's file, about: what is told to be needed where there is no room."""


# Many parameters: options of an act, each by its name.
def freeze(
    workspace: WorkspaceFolder,
    path: Path,
    secret: str | None = None,
    *,
    despite: Collection[str] = (),
    today: str | None = None,
) -> FreezeReport:
    """Freeze a plan file: frame, standings, cells, lottery, commitment.

    `secret` (64 hex characters) is made here unless a recomputation gives it. `warnings` tell what
    the plan may get wrong on the day `today` (ISO; the present day). Raises PlannerError for a plan
    that cannot be carried out, and for what is not in `despite` (of `DESPITE`); nothing is written
    then.
    """
    if secret is not None and not _SECRET.fullmatch(secret):
        raise refuse("key.bad-secret", length=64)
    draft = draft_in(workspace, path)
    raise_all(draft.problems)
    plan = draft.plan
    assert plan is not None
    day = day_given(workspace, today)
    with workspace.act("freeze"):
        _check_again(workspace, plan, path, despite)
        if "past" not in despite and window_over(plan, day):
            where = {"file": str(path), "line": draft.line(("window",)), "key": "window"}
            last = plan.window[1].isoformat()
            raise refuse("plan_check.frozen-over", **where, last=last, today=day.isoformat())
        warnings = warnings_of(workspace, draft, path, today)
        with fresh_folder(workspace.folder / FRAMES, mode=0o700) as fresh:
            own_file(fresh / _FRAME)
            framed = _framed(workspace, plan, warnings, fresh / _FRAME)
            report, more = _frozen(workspace, framed, draft, path, despite, secret, fresh)
        return {**report, "warnings": [problem.as_json() for problem in [*warnings, *more]]}


# Many parameters: what is frozen, and how.
def _frozen(
    workspace: WorkspaceFolder,
    framed: FramedPlan,
    draft: Draft,
    path: Path,
    despite: Collection[str],
    secret: str | None,
    fresh: Path,
) -> tuple[FrozenDrawReport, list[Problem]]:
    """Freeze a frame, whose file is in a fresh folder: what is told of it, and what may be wrong.

    Raises PlannerError for a pool that is empty, and for what is not in `despite`.
    """
    frame, plan = framed.frame, framed.frame.plan
    counts = pool_counts(frame)
    cells = frame.cells()
    expected = {
        "directed": counts.directed,
        "directed_by": {},
        "expected": sum(cell.expected for cell in cells),
    }
    place = shown_file(workspace, path)
    warnings = [placed(draft, place, one) for one in outside(plan, expected)]
    warnings += _staffing(workspace, framed, cells, path, despite)
    lottery = lottery_of(plan, cells)
    given, secret = secret is not None, secret or secrets.token_hex(32)
    document = plan_document(plan, framed.seats)
    digests: Digests = {
        "plan": document_digest(document),
        "frame": frame.root(secret),
        "lottery": document_digest(lottery),
        "cells_root": cells_root(blind_cells(secret, lottery["cells"])),
    }
    texts = {"secret": secret, "plan.json": canonical(document)}
    texts["lottery.json"] = canonical(lottery)
    shown = _Shown(counts.as_json(), select_bearing(frame, lottery["cells"]), given)
    frame.close()
    frame_file = _put_frame(workspace, digests["frame"], fresh, texts)
    return _record(workspace, framed, document, digests, shown, frame_file), warnings


class Digests(TypedDict):
    """What a commitment binds besides the secret, by digests."""

    plan: str
    frame: str
    lottery: str
    cells_root: str


class _Shown(NamedTuple):
    """What of a freeze everybody is shown besides its digests."""

    counts: FrameCounts
    bearing: SelectBearing
    given_secret: bool
    """Whether the secret was given, for a recomputation, and not made here."""


def _check_again(
    workspace: WorkspaceFolder, plan: Plan, path: Path, despite: Collection[str]
) -> None:
    """Raise PlannerError where a draw of the plan is there, unless it is drawn in batches."""
    if "again" in despite or plan.frequency > 1:
        return
    for draw in workspace.store.all_draws():
        if draw.plan_id == plan.id and draw.stage is not Stage.ABANDONED:
            raise refuse("plan_check.frozen-again", file=str(path), plan=plan.id, draw=draw.id)


def _framed(
    workspace: WorkspaceFolder, plan: Plan, warnings: Sequence[Problem], into: Path
) -> FramedPlan:
    """The frame of a plan, in a file; what its codes get wrong is told where there is none."""
    snapshot = workspace.store.snapshot()
    needed = None if snapshot is None else snapshot.entities * _BYTES_A_ROW
    try:
        with disk_problems(into.parent.parent, needed):
            return framed_plan(workspace, plan, into)
    except PlannerError as error:
        raise PlannerError(*with_causes(error.problems, warnings)) from error


# Many parameters: what is judged, and what is accepted.
def _staffing(
    workspace: WorkspaceFolder,
    framed: FramedPlan,
    cells: Sequence[Cell],
    path: Path,
    despite: Collection[str],
) -> list[Problem]:
    """The visits that cannot be staffed; PlannerError with them, unless they are accepted."""
    inspectors = workspace.store.roster("inspectors")
    if inspectors:
        visits = expected_visits(framed.frame, cells)
        short = unstaffed(framed.frame.plan, framed.seats, inspectors, visits)
    else:
        short = [Problem("plan_check.no-inspectors")]
    if short and "unstaffed" not in despite:
        raise PlannerError(Problem("plan_check.frozen-unstaffed", {"file": str(path)}), *short)
    return short if inspectors else []


def _put_frame(workspace: WorkspaceFolder, root: str, fresh: Path, texts: Mapping[str, str]) -> str:
    """Put a frame's folder in its place, which only its owner can read; the digest of its Parquet
    file, which is in the `fresh` folder.

    A folder that is there already, of a draw with the same secret or of a database that this one
    does not know, stays as it is where it holds the same. Only that of a draw that was given up is
    replaced; PlannerError for another.
    """
    target = workspace.frame_folder(root)
    with disk_problems(target):
        for name, text in texts.items():
            write_whole(fresh / name, f"{text}\n".encode(), mode=0o600)
        digests = {name: file_digest(fresh / name) for name in (_FRAME, *texts)}
        same = {name: _digest_at(target / name) for name in digests} == digests
        if target.exists() and not same and not _is_given_up(workspace, root):
            raise refuse("workspace.in-the-way", folder=str(target))
        if not same:
            leftovers.intend(workspace.folder, workspace.store, target)
            put_folder(fresh, target)
        for name, digest in digests.items():
            workspace.kept.note(target / name, digest)
    return digests[_FRAME]


def _is_given_up(workspace: WorkspaceFolder, root: str) -> bool:
    """Whether a frame is known, of draws alone that were abandoned."""
    stages = [draw.stage for draw in workspace.store.all_draws() if draw.select["frame"] == root]
    return bool(stages) and set(stages) == {Stage.ABANDONED}


def _digest_at(path: Path) -> str:
    return file_digest(path) if path.is_file() else "-"


# Many parameters: the parts of what is made, said once.
def _record(
    workspace: WorkspaceFolder,
    framed: FramedPlan,
    document: PlanDocument,
    digests: Digests,
    shown: _Shown,
    frame_file: str,
) -> FrozenDrawReport:
    """Enter a frozen draw in the store and the ledger; what `freeze` tells of it."""
    store, plan = workspace.store, framed.frame.plan
    draw = _name(workspace, plan.id)
    commitment = select_commitment(**digests)
    announced = document["seeds"]["select"]
    source = source_of(announced)
    freezing: FreezeAct = {
        "act": "freeze",
        "draw": draw,
        "content": framed.content,
        "plan": digests["plan"],
        "frame": digests["frame"],
        "lottery": digests["lottery"],
        "cells_root": digests["cells_root"],
        "counts": shown.counts,
        "bearing": shown.bearing,
        "earlier": [one.draw for one in framed.earlier],
        "made_with": versions(),
    }
    if shown.given_secret:
        freezing["given_secret"] = True
    store.append(freezing)
    committing: SelectCommitmentAct = {
        "act": "commitment",
        "draw": draw,
        "round": "select",
        "plan": digests["plan"],
        "frame": digests["frame"],
        "lottery": digests["lottery"],
        "cells_root": digests["cells_root"],
        "commitment": commitment,
        "parts": announced,
    }
    line = store.append(committing)
    select: SelectRound = {
        **digests,
        "bearing": shown.bearing,
        "commitment": commitment,
        "committed_at": line.act["at"],
        "seed": None,
        "announced": announced,
        "parts": [],
        "source": source,
        "seeded_at": None,
        "witnesses": [],
        "key": None,
        "outcome": None,
        "counts": shown.counts,
    }
    record: DrawRecord = {
        "select": select,
        "crew": None,
        "abandoned": None,
        "cells": None,
        "frame_file": frame_file,
        "withdrawals": [],
    }
    store.add_draw(draw, plan.id, document, record)
    for register in FROZEN_REGISTERS:
        store.put_document(draw, register, roster_document(register, store.roster(register)))
    return {
        "draw": draw,
        "commitment": commitment,
        **digests,
        **shown.counts,
        "bearing": shown.bearing,
        "committed_at": line.act["at"],
        "source": source,
        "cosigners": [one["name"] for one in document["publication"].get("cosigners", [])],
    }


def _name(workspace: WorkspaceFolder, plan_id: str) -> str:
    """The plan's id for its first draw, with a number behind it for later ones.

    Draws have folders of their names, on disks too that do not tell letters' cases apart. That of a
    rehearsal says so: it stands on whatever is made of the draw.
    """
    known = {same_name(one) for one in workspace.store.draw_ids()}
    first = f"{REHEARSAL}{plan_id}" if workspace.is_rehearsal else plan_id
    number, name = 1, first
    while same_name(name) in known:
        number += 1
        name = f"{first}-{number}"
    return name
