"""Words of a command line, as somebody may paste them into a shell."""

from __future__ import annotations

import re
import shlex

_PLAIN = re.compile(r"[\w@%+=:,./-]+")


def shell_word(text: object) -> str:
    """A path or a name as one word of a command: in quotes where a shell would take it apart.

    Letters of any script stand by themselves, as shells take them: `shlex` would quote Chinese.
    """
    word = str(text)
    return word if _PLAIN.fullmatch(word) else shlex.quote(word)
