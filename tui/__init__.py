"""The screens: `yaohao tui`, thin on `yaohao.planner.workspace`."""

import os

# Textual paints at most so many times a second, and a paint that takes longer than one of these
# steps makes the next wait for two: at its 60 a key waits up to 33 ms before anything is done. It
# paints nothing where nothing changed, so this costs nothing; over SSH it is left as it is.
if not os.environ.get("SSH_CONNECTION"):
    os.environ.setdefault("TEXTUAL_FPS", "120")

from pathlib import Path

from yaohao.planner.wording.messages import add_messages, name_keys_by
from yaohao.tui.told_signs import sign_of

add_messages(Path(__file__).parent / "locale")
name_keys_by(sign_of)
