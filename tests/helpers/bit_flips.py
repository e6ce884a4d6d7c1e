"""Bits turned over in the files of a workspace: whether each is found where the file is next used.

A flip is found where what fails names the file; it is harmless where everything comes out as before
(a byte of a database that holds nothing). Anything else is a fault.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace


def kept_files(workspace: Path) -> list[Path]:
    """The files that the program itself keeps, below the workspace's folder."""
    found = [workspace / "planner.db", *(workspace / "register").rglob("*.parquet")]
    found += [path for path in (workspace / "frames").rglob("*") if path.is_file()]
    return sorted(path.relative_to(workspace) for path in found)


def uses(workspace: Path, draw: str, entity: str, out: Path) -> Any:
    """What a workspace is asked and told, with an act at the end, as one value."""
    space = Workspace(workspace)
    try:
        space.audit(draw, out)
        audit = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.iterdir()}
        told = [
            space.overview(),
            space.register(),
            space.show(draw),
            space.why(draw, entity),
            space.proof(draw, entity),
            space.entity(entity),
            space.ledger(),
            space.preview(workspace / "plans" / "spring.toml"),
            space.set_aside(),
            space.recuse("P-5", "cafe-58"),
            audit,
        ]
        space.verify_ledger()
        return json.loads(json.dumps(told))
    finally:
        space.close()
        shutil.rmtree(out, ignore_errors=True)


def flips(
    workspace: Path, trial: Path, number: int, seed: int, draw: str, entity: str, only: str = ""
) -> Iterator[tuple[str, int, str]]:
    """So many flips, spread over the files alike: the file, the bit, and what came of each.

    That is ``found``, ``harmless``, or what went wrong. With `only` they are in files whose name
    holds it. `trial` is a folder to be made and removed.
    """
    chance = random.Random(seed)
    names = [name for name in kept_files(workspace) if only in name.name]
    out = trial.with_name("audit")
    shutil.copytree(workspace, trial)
    before = uses(trial, draw, entity, out)
    for _ in range(number):
        shutil.rmtree(trial)
        shutil.copytree(workspace, trial)
        name = chance.choice(names)
        path = trial / name
        content = bytearray(path.read_bytes())
        bit = chance.randrange(len(content) * 8)
        content[bit // 8] ^= 1 << bit % 8
        path.write_bytes(content)
        try:
            after = uses(trial, draw, entity, out)
            came = "harmless" if after == before else "another result, and nothing was told"
        except PlannerError as error:
            named = str(path) in str(error)
            came = "found" if named else f"told without the file: {error}"
        except Exception as error:
            came = f"{type(error).__name__}: {error}"
        yield str(name), bit, came
    shutil.rmtree(trial)
