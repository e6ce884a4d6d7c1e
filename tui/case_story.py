"""A case in words: where it stands, facts, deadlines with their arithmetic, what happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.case_words import (
    in_language,
    party_words,
    subject_words,
    value_words,
    why_words,
)
from yaohao.planner.wording.messages import say
from yaohao.tui.text_layout import facts_lines, folded

Case = Mapping[str, Any]


def story_lines(case: Case, width: int) -> list[str]:
    """The whole case in lines of at most `width` columns."""
    lines = facts_lines(_head(case), width)
    for heading, part in (
        ("dues", _dues(case, width)),
        ("facts", _facts(case, width)),
        ("causes", _causes(case)),
        ("events", _events(case)),
        ("rules", [in_language(case["about"]), case["basis"]]),
    ):
        if part:
            lines += ["", say(f"tui_cases.head-{heading}"), *_indented(part, width)]
    return lines


def event_words(event: Mapping[str, Any]) -> str:
    """What happened in a case, by whom; that it was corrected since."""
    text, what = say(f"case.event-{event['event']}"), in_language(event["words"])
    if what:
        text = say("case.kind-what", kind=text, what=what)
    who = f"{party_words(event['role'])} {event['actor']}".strip()
    text += f"  {who}" if who else ""
    for value in (event["letter"], event["reason"]):
        text += f"  {value}" if value else ""
    # A correction itself is not among what still holds, nor was it corrected.
    is_corrected = not event["holds"] and event["event"] != "corrected"
    return f"{text}  ({say('tui_cases.was-corrected')})" if is_corrected else text


def _head(case: Case) -> list[tuple[str, str]]:
    lines = [
        ("subject", subject_words(case)),
        ("state", in_language(case["state_words"])),
        ("waits", party_words(case["waits"])),
        ("proposer", case["proposer"]),
        ("opened", case["opened_on"]),
        ("cause", case["cause"]),
        ("letters", say("common.comma").join(case["letters"])),
        ("queued", f"{case['queued']:,}" if case["queued"] else ""),
        ("cohort", say("tui_cases.cohort", **case["cohort"]) if case["cohort"] else ""),
    ]
    return [(say(f"tui_cases.of-{name}"), value) for name, value in lines if value]


def _facts(case: Case, width: int) -> list[str]:
    rows = [(in_language(one["words"]), value_words(one["value"])) for one in case["facts"]]
    return facts_lines(rows, max(width - 2, 10))


def _dues(case: Case, width: int) -> list[str]:
    lines: list[str] = []
    for one in case["dues"]:
        mark = "! " if one["late"] else ""
        who = party_words(one["who"])
        lines.append(f"{mark}{one['day']}  {in_language(one['words'])}" + f"  ({who})" * bool(who))
        lines += [f"  {line}" for line in folded(why_words(one["why"]), max(width - 4, 10))]
    return lines


def _causes(case: Case) -> list[str]:
    return [
        f"{one['id']}  {in_language(one['kind_words'])}  {in_language(one['state_words'])}"
        for one in case["causes"]
    ]


def _events(case: Case) -> list[str]:
    return [f"{one['number']}  {one['day']}  {event_words(one)}" for one in case["events"]]


def _indented(lines: list[str], width: int) -> list[str]:
    return [f"  {part}" for line in lines for part in _kept(line, width - 2)]


def _kept(line: str, width: int) -> list[str]:
    """A line in parts that fit; the blanks at its beginning stay."""
    blanks = line[: len(line) - len(line.lstrip())]
    parts = folded(plain(line.lstrip()), max(width - len(blanks), 10))
    return [f"{blanks}{part}" for part in parts]
