"""The parts of the public door: groups of a workspace's methods, and functions that need none."""

import yaohao.planner.wording.messages  # noqa: F401 - errors speak words
