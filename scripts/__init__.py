"""The command line `yaohao`, a thin layer over `yaohao.planner.workspace`."""

from pathlib import Path

from yaohao.planner.wording.messages import add_messages

add_messages(Path(__file__).parent / "locale")
