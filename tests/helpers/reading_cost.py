"""Read a file as an import of entities does, and print what that came to and what it took.

Run in a process of its own (`kill_at.Killer`): the memory is that of the process and of the readers
that it starts.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def read(path: str) -> None:
    """Print the rows or the refusal, processor seconds and megabytes, as a JSON document."""
    import resource

    from yaohao.planner.register.entities import read_entities
    from yaohao.planner.vocabulary.problems import PlannerError

    def seconds() -> float:
        # Of the processor, of this process and those it started: the same on a busy machine.
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(one.ru_utime + one.ru_stime for one in used)

    began = seconds()
    came_to: dict[str, Any] = {"code": "", "words": ""}
    try:
        entities = read_entities([Path(path)], "free")
        assert entities.rows == len(entities.accepted) + entities.set_aside.num_rows
        came_to |= {"rows": entities.rows, "reasons": entities.reasons()}
    except PlannerError as error:
        came_to |= {"code": error.problems[0].code, "words": str(error)}
    came_to["seconds"] = seconds() - began
    # Not ru_maxrss of this process: it starts with what the process that made it had.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    own = int(status.split("VmHWM:")[1].split()[0])
    below = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    came_to["memory"] = max(own, below) / 1024
    print(json.dumps(came_to))
