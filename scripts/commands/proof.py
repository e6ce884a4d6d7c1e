"""`yaohao proof`: one entity's own row, salt and audit path."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

from planner.vocabulary.files import write_whole
from scripts.face import act, argument, open_workspace, option
from scripts.output import fact, facts, finish, note, print_json


@act("proof")
@argument("draw", meta="draw")
@argument("entity", meta="entity")
@option("--to", words="proof-to", meta="file", default="")
def command(draw: str, entity: str, to: str) -> None:
    """Print the proof, or write it to a file that only its owner can read: it tells the tier."""
    with closing(open_workspace()) as bureau:
        document = bureau.proof(draw, entity)
    if not to:
        print_json(document)
        return
    content = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    write_whole(Path(to), content.encode(), mode=0o600)
    told = {"draw": draw, "entity": entity, "file": to}
    finish(told, lambda shown: facts([fact(name, shown[name]) for name in told]))
    note("after-proof", file=to)
