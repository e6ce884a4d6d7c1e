"""What the palette can find: acts, places, draws, plans, cases, inspectors, firms, help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.case_words import in_language
from yaohao.planner.wording.format import code_name
from yaohao.planner.wording.messages import say
from yaohao.planner.workspace import Workspace
from yaohao.tui.actions import EVERYWHERE, Action
from yaohao.tui.keys import key_words, keys_of, meanings
from yaohao.tui.ranking import Target
from yaohao.tui.screen_registry import SCREENS, ScreenEntry

MOST = 8
"""Firms, and cases, that are listed of all that are found."""


@dataclass(frozen=True)
class Going:
    """Where choosing a target leads: a place, the draw it is to be about, what it is handed, what
    is typed into its filter, and what is done there.
    """

    place: str
    draw: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    typed: str | None = None
    act: str = ""


@dataclass(frozen=True)
class Page:
    """A help page: its title and its text."""

    title: str
    text: str


def acts(here: str, possible: list[Action]) -> Iterator[Target]:
    """What can be done here, then the places, then what can be done in others."""
    for one in possible:
        yield Target(one, one.label(), one.about(), one.sign(), (one.name,), weight=8)
    for place in SCREENS:
        if place.name == here:
            continue
        for one in _actions_of(place):
            if one.name in ("open", "copy", "filter"):
                continue
            where = say("tui_keys.in-place", place=place.label(), about=one.about())
            yield Target(Going(place.name, act=one.name), one.label(), where, "", (one.name,))


def _actions_of(place: ScreenEntry) -> tuple[Action, ...]:
    found: tuple[Action, ...] = type(place.make()).ACTIONS
    return found


def of_workspace(workspace: Workspace) -> list[Target]:
    """The draws, plans, kinds of cases and inspectors; those that cannot be read are left out."""
    found: list[Target] = []
    for look in (_draws, _plans, _kinds, _inspectors):
        with suppress(Exception):  # what is broken is told of where it is looked at
            found += look(workspace)
    return found


def _draws(workspace: Workspace) -> Iterator[Target]:
    following = {"draw": "draw", "staff": "crews", "deal": "crews", "publish": "publish"}
    for row in workspace.overview(thorough=False)["draws"]:
        place = following.get(row["next"] or "", "results" if row["stage"] == "dealt" else "review")
        about = say("tui_keys.kind-draw", title=plain(row["title"]))
        yield Target(Going(place, draw=row["draw"]), plain(row["draw"]), about, weight=4)


def _plans(workspace: Workspace) -> Iterator[Target]:
    for path in sorted((Path(workspace.folder) / "plans").glob("*.toml")):
        file = f"plans/{path.name}"
        yield Target(
            Going("plan", given={"file": file}),
            plain(path.name),
            say("tui_keys.kind-plan"),
            weight=3,
        )


def _kinds(workspace: Workspace) -> Iterator[Target]:
    for row in workspace.cases.kinds():
        label = in_language(row["words"])
        about = say("tui_keys.kind-cases")
        going = Going("cases", given={"typed": f"kind:{row['kind']}"})
        yield Target(going, label, about, codes=(row["kind"],), weight=2)


def _inspectors(workspace: Workspace) -> Iterator[Target]:
    from yaohao.planner.doors.completion import inspector_ids

    for code, name in inspector_ids(workspace.folder):
        about = say("tui_keys.kind-inspector", code=plain(code))
        yield Target(Going("crews", typed=name), plain(name), about, codes=(code,), weight=2)


def cases_of(workspace: Workspace, typed: str) -> list[Target]:
    """The case of that number, and the open cases of the firm of that code."""
    word, found = typed.strip(), []
    if not word or " " in word or not word.isascii() or len(word) < 3:
        return []
    with suppress(Exception):
        case = workspace.cases.show(word)
        found.append(_case(case))
    with suppress(Exception):
        rows = workspace.cases.of_entity(word, limit=MOST)["cases"]
        found += [_case(row) for row in rows]
    return found


def _case(row: Mapping[str, Any]) -> Target:
    kind = in_language(row["kind_words"])
    about = say("tui_keys.kind-case", kind=kind, name=plain(row["name"] or row["subject"]))
    codes = (row["subject"], row["name"] or "")
    return Target(Going("cases", given={"case": row["id"]}), plain(row["id"]), about, "", codes, 6)


def firms(entities: Any, typed: str) -> list[Target]:
    """The firms whose names or codes have what is typed, or whose names have it as initials."""
    words = " ".join(typed.split())
    if len(words) < 2 or ":" in words or "\uff1a" in words:
        return []
    letters, places = words.replace(" ", ""), []
    if len(letters) > 2 and letters.isascii() and letters.isalpha():
        # The initials of names have the Latin letters of names too; codes have mostly digits.
        places = list(entities.by_initials(letters, MOST))
    if len(places) < MOST:
        more = entities.find_first(words, MOST)
        places += [one for one in more if one not in places][: MOST - len(places)]
    return [_firm(row) for row in entities.rows(places)]


def _firm(row: Mapping[str, Any]) -> Target:
    about = say(
        "tui_keys.kind-firm",
        code=plain(row["entity_id"]),
        region=code_name("region", row["region"]),
    )
    going = Going("register", typed=row["entity_id"])
    return Target(going, plain(row["name"]), about, codes=(row["entity_id"],))


def pages() -> Iterator[Target]:
    """The help: the keys, and each place with what can be done there."""
    title = say("tui_keys.page-keys")
    lines = [
        f"{' '.join(key_words(key) for key in keys_of(one)):<16} {say(f'tui_keys.means-{one}')}"
        for one in meanings()
    ]
    yield Target(Page(title, "\n".join(lines)), title, say("tui_keys.kind-help"))
    for place in SCREENS:
        title = say("tui_keys.page-place", place=place.label())
        yield Target(
            Page(title, _page(place)), title, say("tui_keys.kind-help"), codes=(place.name,)
        )


def _page(place: ScreenEntry) -> str:
    lines = [place.about(), ""]
    known = (*_actions_of(place), *EVERYWHERE)
    lines += [f"{one.sign():<8} {one.label()}: {one.about()}" for one in known]
    return "\n".join(lines)
