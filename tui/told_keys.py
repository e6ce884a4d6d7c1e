"""Commands that messages name, told as the keys of the screens: nobody is sent to the shell."""

from __future__ import annotations

import re

from yaohao.planner.wording.messages import say, tell_commands_by, use_straight_marks
from yaohao.tui.actions import EVERYWHERE
from yaohao.tui.faces import FACES, WITH_ARGUMENT
from yaohao.tui.keys import key_words
from yaohao.tui.screen_registry import screen_entry

_ARGUMENT = (
    r"\s(?:"
    r"\{\w+\}"  # what is filled in
    r"|--?[a-z-]+(?:\s(?:[A-Z]+\b|\"[^\"]*\"|\{\w+\}))?"  # an option with its value
    r"|(?:entities|inspectors|inspections|items|leads|lists)\b"
    r"|[A-Z]+(?:\.\w+)?\b"  # a name that stands for a value
    r"|(?:plans/)?(?:文件|目录|计划文件|名称|种类|抽查|种子|文本|设置项|值)(?:\.\w+)?"
    r"|[\w./-]*[\w/]\.\w+"  # a file
    r"|\d[\w%-]*"
    r")"
)
_TOLD = {**FACES, **WITH_ARGUMENT}

_RUN = "(?:运行 ?[:：]? ?)?"
_WORDS = "|".join(sorted(map(re.escape, _TOLD), key=len, reverse=True))
_COMMAND = re.compile(rf"{_RUN}[`“]?\byaohao ({_WORDS})\b((?:{_ARGUMENT})*)[`”]?")
_SETTING = re.compile(r"(?<=config set) (engine|memory|temporary)(?: duckdb| 40%)?")
_ROUND = re.compile(r"[`“]?\byaohao \{(?:missing|command)\} \{draw\}[`”]?")
_FIELDS = {
    "overwrite": "overwrite",
    "encoding": "encoding",
    "sheet": "sheets",
    "all-sheets": "all_sheets",
    "date-order": "date_order",
    "empty": "empty-cells",
    "correct": "correct-results",
    "close-leads": "close_leads",
    "supersedes": "supersedes",
    "vouch": "vouched-codes",
    "replace": "replaces-most",
}
"""The fields of forms that are options of commands; what names `--replace` asks for it twice."""
_OPTION = re.compile(rf"(?<![\w-])--({'|'.join(sorted(_FIELDS, key=len, reverse=True))})(?![\w-])")


def screen_words(*, is_on: bool) -> None:
    """Whether messages are worded for the screens: keys for commands, marks of one cell."""
    use_straight_marks(is_on=is_on)
    tell_commands_by(with_keys if is_on else None)


def with_keys(text: str) -> str:
    """A message with its commands told as keys; one that is no job of the screens stays."""
    if "yaohao " not in text:
        return _with_fields(text)
    text = _SETTING.sub(lambda found: f" --{found[1]}", text)
    text = _ROUND.sub(lambda _: face_words("draw:"), text)
    text = _COMMAND.sub(
        lambda found: face_words(_TOLD[found[1]][0], _setting(found[2])),
        text,
    )
    return _with_fields(text)


def _with_fields(text: str) -> str:
    """A message with options of commands told as the fields of forms that they are here."""
    if "--" not in text:
        return text
    return _OPTION.sub(
        lambda option: say("tui.told-field", field=say(f"tui_jobs.field-{_FIELDS[option[1]]}")),
        text,
    )


def _setting(arguments: str) -> str:
    """The setting that a command changes."""
    found = re.match(r" --(engine|memory|temporary)\b", arguments)
    return found[1] if found else ""


def face_words(face: str, more: str = "") -> str:
    """How one comes to a face of a command, by its keys and its name."""
    place, _, name = face.partition(":")
    if place == "everywhere":
        action = next(one for one in EVERYWHERE if one.name == name)
        return say("tui.told-action", key=key_words(action.keys[0]), then="", action=action.label())
    entry = screen_entry("tools" if place == "job" else place)
    assert entry is not None
    if place == "job":
        return say("tui.told-job", key=entry.key_words, job=say(f"tui_jobs.job-{name}"), more=more)
    if not name:
        return say("tui.told-place", key=entry.key_words, place=entry.label())
    action = next(one for one in entry.actions() if one.name == name)
    key = key_words(action.keys[0]) if action.keys else ""
    return say("tui.told-action", key=entry.key_words, then=key, action=action.label())
