"""Proofs of single entities in files that only their owner reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from yaohao.planner.storage.public_folders import write_private


def write_proof(file: Path, proof: Mapping[str, Any], workspace: Path | None = None) -> None:
    """Write a proof as JSON; PlannerError where something private may not lie there.

    A `workspace` sweeps what is left of it if this process is killed.
    """
    text = json.dumps(proof, ensure_ascii=False, indent=2) + "\n"
    write_private(file, text.encode(), workspace)


def write_proof_picture(file: Path, content: bytes, workspace: Path | None = None) -> None:
    """Write a proof's slip or code, as `write_proof` does the proof."""
    write_private(file, content, workspace)


def proof_code(proof: Mapping[str, Any], address: str = "") -> bytes:
    """The code that holds a proof whole, as SVG; with the `address` of the published page a link.

    Raises PlannerError for what is no address.
    """
    from yaohao.planner.publication.paper.short_proof import checked_address
    from yaohao.planner.publication.paper.slip import code_of

    return f"{code_of(proof, checked_address(address))[0]}\n".encode()
