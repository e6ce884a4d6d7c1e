"""Proofs of single entities in files that only their owner reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from yaohao.planner.storage.public_folders import write_private


def write_proof(file: Path, proof: Mapping[str, Any]) -> None:
    """Write a proof as JSON; PlannerError where something private may not lie there."""
    text = json.dumps(proof, ensure_ascii=False, indent=2) + "\n"
    write_private(file, text.encode())


def write_proof_picture(file: Path, content: bytes) -> None:
    """Write a proof's slip or code; PlannerError where something private may not lie there."""
    write_private(file, content)


def proof_code(proof: Mapping[str, Any]) -> bytes:
    """The code that holds a proof whole, as SVG."""
    from yaohao.planner.publication.paper.slip import code_of

    return f"{code_of(proof)[0]}\n".encode()
