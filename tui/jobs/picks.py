"""What can be picked for a field: draws, plans, inspectors, firms, files, settings, yes and no."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from yaohao.planner.wording.format import code_name
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.jobs.model import PATHS, JobField, parts, unquoted
from yaohao.tui.text_layout import shown
from yaohao.tui.widgets.dialogs import Choice

MOST = 200
"""Entities and files that a list has; more are found by typing more of them first."""

PICKED = ("pick", "flag", "draw", "plan", "entity", "inspector", "setting", "setting-value", *PATHS)
"""Kinds of fields that have something to pick."""


class Picks:
    """What a workspace has for the fields of a form, each asked for once."""

    def __init__(self, workspace: Workspace, entities: Callable[[], Any]) -> None:
        self._workspace, self._entities = workspace, entities
        self._known: dict[str, list[Choice]] = {}

    def ids(self, field: JobField) -> list[str]:
        """The ids that a field may have; none where that cannot be told at once."""
        if field.kind in ("draw", "inspector", "setting", "pick"):
            return [one.value for one in self._of(field)]
        return []

    def of(self, field: JobField, typed: str, others: Callable[[str], str]) -> Sequence[Choice]:
        """The choices for a field in which `typed` stands; `others` has what other fields hold."""
        if field.kind == "entity":
            return self._firms(parts(typed)[-1] if field.is_several and parts(typed) else typed)
        if field.kind in PATHS:
            last = parts(typed)[-1] if field.is_several and parts(typed) else typed
            return paths_below(self._workspace.folder, last, field)
        if field.kind == "setting-value":
            key = others("key")
            found = next((one for one in self._settings() if one["key"] == key), None)
            return [Choice(one, one or "-") for one in found["choices"]] if found else []
        return self._of(field)

    def _of(self, field: JobField) -> list[Choice]:
        name = field.kind if field.kind != "pick" else f"pick {field.name}"
        if name not in self._known:
            self._known[name] = list(self._found(field))
        return self._known[name]

    def _found(self, field: JobField) -> Sequence[Choice]:
        if field.kind == "pick":
            family = field.pick_words
            labels = {one: say(f"tui_results.{family}-{one}") for one in field.picks if family}
            return [Choice(one, labels.get(one, one)) for one in field.picks]
        if field.kind == "flag":
            return [Choice(say(f"common.{one}"), say(f"common.{one}")) for one in ("yes", "no")]
        if field.kind == "draw":
            return [
                Choice(row["draw"], row["draw"], "", say(f"common.stage-{row['stage']}"))
                for row in reversed(self._workspace.draws())
            ]
        if field.kind == "inspector":
            from yaohao.planner.doors.completion import inspector_ids

            found = inspector_ids(self._workspace.folder)
            return [Choice(one, one, "", shown(name)) for one, name in found]
        if field.kind == "plan":
            folder = self._workspace.folder / "plans"
            return [
                Choice(f"plans/{file.name}", file.stem, "", f"plans/{file.name}")
                for file in sorted(folder.glob("*.toml"))[:MOST]
            ]
        if field.kind == "setting":
            return [
                Choice(one["key"], one["key"], "", str(one["value"]) or "-")
                for one in self._settings()
                if not one["fixed"]
            ]
        return []

    def _settings(self) -> Sequence[Any]:
        from yaohao.planner.doors.user_settings import all_settings

        return all_settings(self._workspace)

    def _firms(self, typed: str) -> Sequence[Choice]:
        """The firms of the register that have all that is typed, by their code or name."""
        entities = self._entities()
        places = entities.find(typed.strip())[:MOST]
        return [
            Choice(
                row["entity_id"],
                row["entity_id"],
                "",
                f"{shown(row['name'])}  {code_name('region', row['region'])}",
            )
            for row in entities.rows(places)
        ]


def paths_below(home: Path, typed: str, field: JobField) -> list[Choice]:
    """The files and folders that begin as what is typed; a folder is gone into by its name.

    Hidden ones are left out unless a dot is typed; a field of folders lists folders alone.
    """
    typed = unquoted(typed.strip())
    head, _, begin = typed.rpartition("/")
    above = f"{head}/" if "/" in typed else ""
    base = Path(above).expanduser() if above else Path()
    folder = base if base.is_absolute() else home.absolute() / base
    try:
        names = sorted(folder.iterdir(), key=lambda one: (not one.is_dir(), one.name))
    except OSError:
        return []
    only_folders = field.kind in ("folder", "new-folder")
    found = [
        one
        for one in names
        if one.name.startswith(begin)
        and (begin.startswith(".") or not one.name.startswith("."))
        and (one.is_dir() or not only_folders)
    ]
    choices = [] if not above else [Choice(f"{above}../", "../")]
    if only_folders and above:
        choices.insert(0, Choice(above.rstrip("/") or "/", "./", "", say("tui_jobs.this-folder")))
    for one in found[:MOST]:
        is_folder = one.is_dir()
        mark = "/" if is_folder else ""
        about = say("tui_jobs.a-folder") if is_folder else ""
        choices.append(Choice(f"{above}{one.name}{mark}", f"{shown(one.name)}{mark}", "", about))
    return choices
