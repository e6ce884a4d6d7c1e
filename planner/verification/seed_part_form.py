"""The form of the parts of a seed, beyond the schema of each: which keys go with which kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_MOST_PARTS = 10


def misfit_parts(parts: Sequence[Mapping[str, Any]], where: str) -> tuple[str, str, str] | None:
    """What is wrong with the parts of a seed: a drand part has chain and round, no other has."""
    if len(parts) > _MOST_PARTS:
        return where, f"at most {_MOST_PARTS} parts", str(len(parts))
    for place, part in enumerate(parts):
        here = f"{where}[{place}]"
        drand = part["kind"] == "drand"
        keys = {"chain", "round", *(("signature",) if "text" in part else ())} if drand else set()
        present = part.keys() - {"kind", "source", "text"}
        if present != keys:
            return here, f"the keys {sorted(keys)}", str(sorted(present))
        if not drand and "drand" in part["source"].lower():
            return f"{here}.source", "a part of kind drand", part["source"]
    return None
