"""The settings of a workspace: what there are, and one of them changed, its comments kept."""

from __future__ import annotations

from os.path import normpath
from pathlib import Path

from yaohao.planner.engine.registry import ENGINES, check_engine
from yaohao.planner.publication.disclosure import INSPECTORS
from yaohao.planner.register.code_systems import code_system
from yaohao.planner.schema.reports.workspace import SettingChange, SettingReport
from yaohao.planner.storage.folder import Settings, WorkspaceFolder, read_settings
from yaohao.planner.storage.layout import SETTINGS
from yaohao.planner.storage.lock import hold
from yaohao.planner.vocabulary import room
from yaohao.planner.vocabulary.faults import disk_problems
from yaohao.planner.vocabulary.problems import PlannerError, refuse
from yaohao.planner.vocabulary.small_files import like_before, read_small_text
from yaohao.planner.vocabulary.text import tidy
from yaohao.planner.vocabulary.whole_folders import write_file
from yaohao.planner.wording.messages import LANGUAGES

CHOICES = {"language": LANGUAGES, "inspectors": INSPECTORS, "engine": ("", *sorted(ENGINES))}
"""What a setting may be, where it is one of a few."""

FIXED = ("register", "rehearsal")
"""What is settled when a workspace is made: its ledger begins with it."""

_LONGEST = 200  # characters of the name of an authority, and of how it is reached
_LONGEST_PATH = 4096  # characters of the path of a site


def site_folder(workspace: WorkspaceFolder) -> Path | None:
    """The folder of the site that is published to; None where none is remembered.

    It is read anew: another face may have published since the workspace was opened.
    """
    site = read_settings(workspace.folder / SETTINGS).site
    return Path(normpath(workspace.folder.absolute() / site)) if site else None


def remember_site(workspace: WorkspaceFolder, site: Path) -> bool:
    """Remember the site that was published to; whether it is another than before.

    What was published stays so where it cannot be remembered: the settings cannot be written, or
    the path cannot be a line of theirs. Inside the workspace it is kept as a path below it.
    """
    folder, home = Path(normpath(site.absolute())), workspace.folder.absolute()
    text = str(folder.relative_to(home)) if folder.is_relative_to(home) else str(folder)
    if folder == site_folder(workspace) or tidy(text) != text:
        return False
    try:
        change_setting(workspace, "site", text)
    except PlannerError:
        return False
    return True


def contact_line(text: str) -> str:
    """How a bureau is reached, as one tidy line; PlannerError for one that is too long."""
    line = tidy(text)
    if len(line) > _LONGEST:
        raise refuse("config.too-long", key="contact", limit=_LONGEST)
    return line


def settings_of(workspace: WorkspaceFolder) -> list[SettingReport]:
    """The settings: `key`, `value`, `default`, `choices` (may be empty), whether it is `fixed`."""
    now, usual = workspace.settings, Settings()
    return [
        {
            "key": key,
            "value": getattr(now, key),
            "default": getattr(usual, key),
            "choices": list(CHOICES.get(key, ())),
            "fixed": key in FIXED,
        }
        for key in Settings.__dataclass_fields__
    ]


def change_setting(workspace: WorkspaceFolder, key: str, value: str) -> SettingChange:
    """Set a setting; `key`, `before`, `after`, `file`. What else stands in the file stays.

    Raises PlannerError for an unknown key, for one that is fixed, and for a value that cannot be.
    """
    import tomlkit

    known = list(Settings.__dataclass_fields__)
    if key not in known:
        raise refuse("config.unknown-key", found=key, known=known)
    if key in FIXED:
        raise refuse("config.fixed", key=key)
    after = _checked(workspace, key, value)
    path = workspace.folder / SETTINGS
    with hold(workspace.folder, "config"), disk_problems(path):
        before = getattr(read_settings(path), key)
        document = tomlkit.parse(read_small_text(path))
        document[key] = after
        if after != before:
            write_file(path, like_before(path, tomlkit.dumps(document)))
    workspace.settings = read_settings(path)
    room.choose(workspace.settings.memory, workspace.settings.temporary)
    return {"key": key, "before": before, "after": after, "file": str(path)}


def _checked(workspace: WorkspaceFolder, key: str, value: str) -> str:
    """A value as it is written; PlannerError where it cannot be."""
    choices = CHOICES.get(key)
    text = tidy(value)
    if choices is not None:
        if text not in choices:
            raise refuse("config.choice", key=key, found=value, known=list(choices))
    elif key == "division" and text:
        code, reason = code_system(workspace.settings.register).read_region(text)
        if reason or not code:
            raise refuse("config.division", found=value)
        # As it stands where it is a code already: one of nine or twelve digits is kept whole.
        return text if text.isdigit() else code
    elif key == "master":
        check_engine("", text)
    elif key == "site":
        if len(text) > _LONGEST_PATH:
            raise refuse("config.too-long", key=key, limit=_LONGEST_PATH)
    elif key == "memory":
        room.check_memory(text)
    elif key == "temporary":
        room.check_temporary(text)
    elif len(text) > _LONGEST:
        raise refuse("config.too-long", key=key, limit=_LONGEST)
    return text
