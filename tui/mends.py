"""Where on the screens the mend of an error is: the key beside the words.

Messages of the core name the command that mends what is wrong; each command that has a place here
is done there. What names none has no key.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from yaohao.tui.faces import FACES, GROUPS, WITH_ARGUMENT
from yaohao.tui.lessons import Step

_NAMED = re.compile(r"\byaohao ([a-z]+)(?: ([a-z][a-z-]*))?")


def _step(faces: Sequence[str]) -> Step | None:
    """The first of the faces that is in a place; None for jobs alone, which have none."""
    for face in faces:
        place, _, action = face.partition(":")
        if place not in ("job", "everywhere"):
            return Step("", place, (action,) if action else ())
    return None


COMMANDS = {
    words: step
    for words, faces in {**GROUPS, **FACES, **WITH_ARGUMENT}.items()
    if (step := _step(faces)) is not None
}
"""Where each command is done on the screens, and by which action there."""


def mend_of(words: str) -> Step | None:
    """Where the first command that a message names is done; None where it names none."""
    for first, second in _NAMED.findall(words):
        found = COMMANDS.get(f"{first} {second}") or COMMANDS.get(first)
        if found is not None:
            return found
    return None
