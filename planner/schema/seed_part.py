"""The parts of a seed, as they are hashed and published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NotRequired, TypedDict


class AnnouncedPart(TypedDict):
    """A part of a seed, named before the commitment; `chain` and `round` are those of drand."""

    kind: str
    """``dice``, ``lottery``, ``drand`` or ``other``."""
    source: str
    chain: NotRequired[str]
    """The hash that names a chain of drand, 64 hex digits."""
    round: NotRequired[int]


class SeedPart(AnnouncedPart):
    """A part of a seed as it was given; of drand with the signature of its round."""

    text: str
    signature: NotRequired[str]
    """96 hex digits."""


Seed = str | Sequence[str | SeedPart]
"""A seed as a text, or as its parts: texts, of the source given beside them, rounds of drand."""
