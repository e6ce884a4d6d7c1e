"""Words of a command line, as somebody may paste them into a shell."""

from __future__ import annotations

import shlex


def shell_word(text: object) -> str:
    """A path or a name as one word of a command: in quotes where a shell would take it apart."""
    return shlex.quote(str(text))
