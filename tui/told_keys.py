"""Commands that messages name, told as the keys of the screens: nobody is sent to the shell."""

from __future__ import annotations

import re

from yaohao.planner.wording.messages import catalogue, say, tell_commands_by, use_straight_marks
from yaohao.planner.wording.template import leave_ids_out
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
"""The fields of the form of imports that are options of its command; what names `--replace` asks
for it twice."""
_STANDS_FOR = (
    r"(?:\{\w+\}|tier|kind|status|fields|phone)[:=][^\s，；。,;)）]+"
    r"|[A-Z]+(?:[.=]\w+)?\b"
    r"|(?:文件|文本|文字|名称|目录|轮次|列名|日期|签名|代码|列=代码)(?:\.\w+)?"
)
"""What stands in a message for a value, and is of no use where there is a field for it."""

_OPTION = re.compile(
    rf"(?<![\w-])--([a-z][a-z-]*)(?: (?:{_STANDS_FOR})| twice\b|（两次）)?",
)


def screen_words(*, is_on: bool) -> None:
    """Whether messages are worded for the screens: keys for commands, marks of one cell."""
    use_straight_marks(is_on=is_on)
    leave_ids_out(is_on=is_on)
    tell_commands_by(with_keys if is_on else None)


def with_keys(text: str) -> str:
    """A message with its commands told as keys; one that is no job of the screens stays."""
    if "yaohao " in text:
        text = _with_faces(text)
    return _OPTION.sub(_option_words, text) if "--" in text else text


def _option_words(option: re.Match[str]) -> str:
    """The field or the choice that is an option on the screens; one without any stays."""
    name = option[1]
    if name in _FIELDS:
        return say("tui.told-field", field=say(f"tui_jobs.field-{_FIELDS[name]}"))
    is_known = f"option-{name}" in catalogue("tui_options")
    return say(f"tui_options.option-{name}") if is_known else option[0]


def _with_faces(text: str) -> str:
    """A message with its commands told as what is done on the screens."""
    text = _SETTING.sub(lambda setting: f" --{setting[1]}", text)
    text = _ROUND.sub(lambda _: face_words("draw:"), text)
    return _COMMAND.sub(
        lambda command: face_words(_TOLD[command[1]][0], _setting(command[2])),
        text,
    )


def _setting(arguments: str) -> str:
    """The setting that a command changes."""
    setting = re.match(r" --(engine|memory|temporary)\b", arguments)
    return setting[1] if setting else ""


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
