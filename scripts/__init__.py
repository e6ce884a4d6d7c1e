"""The command line `yaohao`: thin, on `yaohao.planner.workspace`."""

from pathlib import Path

from yaohao.planner.wording.messages import add_messages

add_messages(Path(__file__).parent / "locale")
