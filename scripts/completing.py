"""What a shell offers for an argument or an option: draws, plans, inspectors, files, folders."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from pathlib import Path

Items = list[CompletionItem]

FILES = ("file", "plan", "ledger", "set-aside", "open.what")
FOLDERS = ("dir",)


def offered(meta: str, workspace: str, incomplete: str) -> Items:
    """What may stand for a placeholder; `workspace` is the one asked for, or "".

    Nothing is raised, since nobody could read it.
    """
    try:
        return _offered(meta, workspace, incomplete)
    except Exception:
        return []


def _offered(meta: str, workspace: str, incomplete: str) -> Items:
    items: Items = []
    if meta in ("draw", "open.what") and (folder := _folder(workspace)):
        from yaohao.planner.doors.completion import draw_names

        items = [CompletionItem(name) for name in draw_names(folder)]
    elif meta == "inspector" and (folder := _folder(workspace)):
        from yaohao.planner.doors.completion import inspector_ids

        items = [CompletionItem(key, help=name) for key, name in inspector_ids(folder)]
    elif meta == "plan" and (folder := _folder(workspace)):
        from yaohao.planner.doors.completion import plan_names

        items = [CompletionItem(name) for name in plan_names(folder)]
    elif meta == "cases.kind" and (folder := _folder(workspace)):
        from yaohao.planner.doors.completion import case_kinds

        items = [CompletionItem(kind, help=words) for kind, words in case_kinds(folder)]
    elif meta == "config.key":
        items = [CompletionItem(key) for key in _keys()]
    chosen = [one for one in items if one.value.startswith(incomplete) and _is_plain(one.value)]
    if meta in FILES and not chosen:
        return [CompletionItem(incomplete, type="file")]
    if meta in FOLDERS:
        return [CompletionItem(incomplete, type="dir")]
    return chosen


def _is_plain(text: str) -> bool:
    """Whether a shell reads a text as it stands: what comes from a register may be anything."""
    return not any(mark in text for mark in " \t\n\"'`$\\;&|<>(){}*?!#~,") and text.isprintable()


def _folder(workspace: str) -> Path | None:
    from yaohao.planner.doors.completion import workspace_at
    from yaohao.planner.doors.user_settings import user_setting

    named = workspace or os.environ.get("YAOHAO_WORKSPACE", "")
    return workspace_at(named, user_setting("workspace"))


def _keys() -> list[str]:
    from yaohao.planner.doors.user_settings import CHOICES

    ours = ("register", "authority", "division", "language", "inspectors", "rehearsal")
    return [*ours, *(f"user.{name}" for name in CHOICES)]
