"""Where on the screens the mend of an error is: the key beside the words.

Messages of the core name the command that mends what is wrong; each command that has a place here
is done there. What names none has no key.
"""

from __future__ import annotations

import re

from yaohao.tui.lessons import Step

_NAMED = re.compile(r"\byaohao ([a-z]+)(?: ([a-z][a-z-]*))?")


def _at(place: str, *actions: str) -> Step:
    return Step("", place, actions)


COMMANDS = {
    "import results": _at("results", "import"),
    "import": _at("register", "import"),
    "register undo": _at("register", "undo"),
    "register vouch": _at("register", "vouch"),
    "register set-aside": _at("register", "aside"),
    "register dismiss": _at("register", "dismiss"),
    "register": _at("register"),
    "plan new": _at("plan", "new-plan", "other"),
    "plan": _at("plan"),
    "freeze": _at("plan", "freeze"),
    "draw": _at("draw", "on"),
    "deal": _at("draw", "on"),
    "abandon": _at("draw", "abandon"),
    "show": _at("review"),
    "why": _at("review", "find"),
    "staff": _at("crews", "staff"),
    "recuse": _at("crews", "recuse"),
    "absent": _at("crews", "absent"),
    "publish": _at("publish", "write"),
    "verify": _at("publish", "verify"),
    "audit": _at("publish", "audit"),
    "results": _at("results", "enter"),
    "due": _at("results"),
    "withdraw": _at("results", "withdraw"),
    "review": _at("results", "check"),
    "case": _at("cases"),
    "today": _at("today"),
    "log": _at("ledger"),
    "status": _at("home"),
    "doctor": _at("home", "doctor"),
    "backup": _at("home", "backup"),
    **{
        name: _at("learn")
        for name in ("estimate", "crews", "survive", "evaluate", "trial", "risk", "propose")
    },
}
"""Where each command is done on the screens, and by which action there."""


def mend_of(words: str) -> Step | None:
    """Where the first command that a message names is done; None where it names none."""
    for first, second in _NAMED.findall(words):
        found = COMMANDS.get(f"{first} {second}") or COMMANDS.get(first)
        if found is not None:
            return found
    return None
