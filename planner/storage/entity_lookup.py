"""Which entity or inspector an id typed by hand means; what is told where it means none.

A code is brought into its form as an import does it. In a register `china` that is upper case
without blanks; in a register `free` NFKC without outer blanks, and where only the case differs the
one id that has it so. A name means the only entity that has it. Where nothing has the id or the
name, the nearest ones are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from yaohao.planner.engine.known_entities import KnownEntities
from yaohao.planner.register.code_systems import code_system
from yaohao.planner.register.values import normal
from yaohao.planner.schema.draw import Draw
from yaohao.planner.schema.inspector import InspectorRow
from yaohao.planner.storage.entity_names import (
    among_names,
    by_name,
    is_name,
    no_such_name,
)
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.problems import PlannerError, refuse
from yaohao.planner.vocabulary.text import name_core
from yaohao.planner.wording.messages import say

_NEAREST = 3
_FAR = 2  # so many characters may be wrong, or too many, or missing; two swapped ones are two
_LONGEST = 64  # characters of an id


def entity_form(register: str, typed: str) -> str:
    """An entity's id as an import would read it, whether it is valid or not."""
    return code_system(register).typed_id(typed)


def in_register(workspace: WorkspaceFolder, typed: str) -> str:
    """The id of the register's entity that is meant; PlannerError where there is none."""
    path, _, _ = workspace.snapshot_path()
    return _meant(workspace, typed, [path])


def in_register_or_frames(workspace: WorkspaceFolder, typed: str) -> str:
    """The id of an entity of the register, or of a frame that was frozen from an earlier one.

    Raises PlannerError where there is none.
    """
    paths = register_file(workspace)
    entity = _found(workspace.settings.register, typed, paths)
    return entity or _meant(workspace, typed, [*paths, *_frames(workspace)])


def in_frame(workspace: WorkspaceFolder, draw: str, path: Path, typed: str) -> str:
    """As `of_frame`, of a workspace."""
    return of_frame(workspace.settings.register, draw, path, typed, register_file(workspace))


def of_frame(register: str, draw: str, path: Path, typed: str, known_in: Sequence[Path]) -> str:
    """The id of the entity of a draw's frame (its file) that is meant.

    PlannerError where there is none: of one that the register has, that it is not in the frame; of
    any other, that there is none, and which are near.
    """
    entity = _found(register, typed, [path])
    if entity:
        return entity
    known = _found(register, typed, known_in)
    if known:
        raise refuse("draw.no-entity", entity=known, draw=draw)
    raise _unknown(register, typed, [path, *known_in])


def register_file(workspace: WorkspaceFolder) -> list[Path]:
    """The file of the current register, in a list; none where nothing was imported yet."""
    return [workspace.snapshot_path()[0]] if workspace.store.snapshot() else []


def of_visits(
    workspace: WorkspaceFolder, draw: Draw, visits: Sequence[Mapping[str, Any]], typed: str
) -> str:
    """The id of the entity of a draw that is meant: one of its visits, else one of its frame.

    PlannerError as of `of_frame` where there is none.
    """
    meant = among(workspace.settings.register, typed, (visit["entity_id"] for visit in visits))
    meant = meant or among_names(typed, visits)
    return meant or in_frame(workspace, draw.id, workspace.frozen(draw).path, typed)


def among(register: str, typed: str, ids: Iterable[str]) -> str | None:
    """Which of some ids is meant, None for none of them."""
    known = list(ids)
    plain = entity_form(register, typed)
    for text in (typed, plain):
        if text in known:
            return text
    return _alone(register, plain, known)


def not_known(
    workspace: WorkspaceFolder, ids: Iterable[str], *, in_frames: bool = True
) -> dict[str, str]:
    """Which of some ids neither the register nor a frame has, and the id that is meant, or "".

    Only the register is asked where it is not for those `in_frames` too.
    """
    paths = [*register_file(workspace), *(_frames(workspace) if in_frames else ())]
    folds = code_system(workspace.settings.register).folds_case
    return KnownEntities(paths).missing(sorted(set(ids)), any_case=folds)


def inspector_of(rows: Sequence[InspectorRow], typed: str) -> InspectorRow:
    """The inspector of the roster who is meant; PlannerError, with the nearest, for nobody."""
    from difflib import get_close_matches

    by_id = {row["inspector_id"]: row for row in rows}
    for text in (typed, normal(typed)):
        if text in by_id:
            return by_id[text]
    alone = _alone("free", normal(typed), list(by_id))
    if alone is not None:
        return by_id[alone]
    core = name_core(typed)
    named = sorted(key for key, row in by_id.items() if core and name_core(row["name"]) == core)
    shown = normal(typed)[:_LONGEST]
    if len(named) > 1:
        raise refuse("hand.several-inspectors", found=shown, ids=named)
    if named:
        return by_id[named[0]]
    near = get_close_matches(shown, list(by_id), _NEAREST, 0.6)
    if near:
        raise refuse("workspace.unknown-inspector-near", found=shown, nearest=near)
    raise refuse("workspace.unknown-inspector", found=shown)


def _alone(register: str, plain: str, known: Sequence[str]) -> str | None:
    """The only one of some ids that differs in nothing but the case of its letters."""
    if not code_system(register).folds_case:
        return None
    folded = plain.casefold()
    alike = [text for text in known if text.casefold() == folded]
    return alike[0] if len(alike) == 1 else None


def _frames(workspace: WorkspaceFolder) -> list[Path]:
    folders = dict.fromkeys(frame.root for frame in workspace.store.frames())
    paths = [workspace.frame_folder(root) / "frame.parquet" for root in folders]
    return [path for path in paths if path.is_file()]


def _meant(workspace: WorkspaceFolder, typed: str, paths: Sequence[Path]) -> str:
    entity = _found(workspace.settings.register, typed, paths)
    if entity is None:
        raise _unknown(workspace.settings.register, typed, paths)
    return entity


def _found(register: str, typed: str, paths: Sequence[Path]) -> str | None:
    """The id of one of some files that is meant, None for none of them."""
    plain, known = entity_form(register, typed), KnownEntities(paths)
    # An id that stands there as it was typed is meant, whatever a rule says of it.
    for text in dict.fromkeys((typed, plain)):
        if known.has(text):
            return text
    numbered = known.numbered(plain) if plain else None
    if numbered:
        return numbered
    if plain and code_system(register).folds_case:
        alike = known.alike(plain)
        if len(alike) == 1:
            return alike[0]
    return by_name(typed, paths)


def _unknown(register: str, typed: str, paths: Sequence[Path]) -> PlannerError:
    """The refusal of an id that nothing has: why it is none, or which are near."""
    if is_name(typed):
        return no_such_name(typed, paths)
    plain = entity_form(register, typed)[: _LONGEST + 1]
    near = nearest(plain, paths)
    system = code_system(register)
    code = system.read_id(typed) if system.checks_ids else None
    params: dict[str, Any] = {"found": plain}
    name = "unknown"
    if code is not None and code.reason:
        name = "invalid"
        params["reason"] = say(f"intake.{code.reason}")
    if near:
        name += "-near"
        params["nearest"] = near
    return refuse(f"ids.{name}", **params)


def nearest(plain: str, paths: Sequence[Path]) -> list[str]:
    """The ids of some files that are nearest to a text, at most three, the nearest first."""
    if not 3 <= len(plain) <= _LONGEST:
        return []
    return KnownEntities(paths).nearest(plain, min(_FAR, len(plain) // 3), _NEAREST)
