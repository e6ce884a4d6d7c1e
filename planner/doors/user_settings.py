"""The settings of whoever calls the program: a small file in the folder for such files.

They come after the options and the variables of the environment, and before what the system says.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from yaohao.planner.vocabulary.problems import PlannerError, refuse
from yaohao.planner.vocabulary.small_files import like_before, read_small_text, read_toml
from yaohao.planner.vocabulary.text import tidy
from yaohao.planner.wording.messages import LANGUAGES

if TYPE_CHECKING:
    from yaohao.planner.doors.settings import SettingsMethods
    from yaohao.planner.schema.reports.workspace import SettingChange, SettingReport

PREFIX = "user."
"""What stands before the keys of the user's settings, where those of a workspace stand beside."""

CHOICES: dict[str, tuple[str, ...]] = {
    "language": LANGUAGES,
    "workspace": (),
    "theme": ("dark", "light", "contrast"),
}
"""The keys, and what they may be; a text where that is empty."""

VARIABLE = "YAOHAO_CONFIG"
"""The file, where it is to be another than the usual one."""


def user_file() -> Path:
    """Where the settings of the user lie, whether they are there or not."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    if sys.platform == "win32":
        home = Path(os.environ.get("APPDATA") or Path.home())
    elif sys.platform == "darwin":
        home = Path.home() / "Library" / "Application Support"
    else:
        home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return home / "yaohao" / "config.toml"


def user_settings() -> dict[str, str]:
    """The settings that are set; PlannerError where the file is not as it should be."""
    path = user_file()
    try:
        table = read_toml(path)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise refuse("config.bad-user-file", file=str(path), found=str(error)) from error
    for key, value in table.items():
        choices = CHOICES.get(key)
        if choices is None or not isinstance(value, str) or (choices and value not in choices):
            raise refuse("config.bad-user-file", file=str(path), found=f"{key} = {value!r}")
    return table


def user_setting(key: str) -> str:
    """A setting of the user; "" where it is not set, or the file cannot be used."""
    try:
        return user_settings().get(key, "")
    except PlannerError:
        return ""  # `yaohao config` tells of it


def change_user_setting(key: str, value: str) -> SettingChange:
    """Set a setting of the user, or with an empty value take it away; comments in the file stay.

    `key`, `before`, `after`, `file`. Raises PlannerError for what cannot be.
    """
    import tomlkit
    from yaohao.planner.vocabulary.whole_folders import write_file

    choices = CHOICES.get(key)
    if choices is None:
        raise refuse("config.unknown-key", found=f"{PREFIX}{key}",
                     known=[f"{PREFIX}{name}" for name in CHOICES])  # fmt: skip
    text = tidy(value)
    if choices and text and text not in choices:
        raise refuse("config.choice", key=f"{PREFIX}{key}", found=value, known=list(choices))
    if key == "workspace" and text:
        text = str(Path(text).expanduser().absolute())
        if not (Path(text) / "workspace.toml").is_file():
            raise refuse("workspace.not-a-workspace", folder=text)
    path, before = user_file(), user_settings().get(key, "")
    document = tomlkit.parse(read_small_text(path) if path.exists() else "")
    if text:
        document[key] = text
    else:
        document.pop(key, None)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, like_before(path, tomlkit.dumps(document)))
    except OSError as error:
        reason = error.strerror or str(error)
        raise refuse("workspace.unwritable", file=str(path), found=reason) from error
    return {"key": f"{PREFIX}{key}", "before": before, "after": text, "file": str(path)}


def all_settings(workspace: SettingsMethods | None) -> list[SettingReport]:
    """The settings of a workspace, if there is one, and of the user behind them.

    Raises PlannerError where the user's file is not as it should be.
    """
    rows = list(workspace.list_settings()) if workspace is not None else []
    known = user_settings()
    own: list[SettingReport] = [
        {
            "key": f"{PREFIX}{key}",
            "value": known.get(key, ""),
            "default": "",
            "choices": list(choices),
            "fixed": False,
        }
        for key, choices in CHOICES.items()
    ]
    return [*rows, *own]


def change_any_setting(workspace: SettingsMethods, key: str, value: str) -> SettingChange:
    """Set a setting of the user, where its key begins with `PREFIX`, else of a workspace."""
    if key.startswith(PREFIX):
        return change_user_setting(key.removeprefix(PREFIX), value)
    return workspace.change_setting(key, value)
