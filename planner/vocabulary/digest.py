"""The one place for hashing: SHA-256 over texts, canonical JSON, and the same in SQL.

Source: the draw protocol, version 1 (docs/protocol.md).
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import rfc8785

KEY_LENGTH = 32
"""Characters of a key or a salt: one SHA-256 block then holds key, bar and credit code."""


def sha(text: str) -> str:
    """Lower-case hex SHA-256 of the UTF-8 bytes of `text`."""
    return sha256(text.encode("utf-8")).hexdigest()


def canonical(document: Any) -> str:
    """Canonical JSON (RFC 8785) of a document of plain JSON values.

    Raises rfc8785.CanonicalizationError for values JSON cannot carry exactly.
    """
    return rfc8785.dumps(document).decode("utf-8")


def document_digest(document: Any) -> str:
    """`sha` of the canonical JSON of a document."""
    return sha(canonical(document))


def file_digest(path: Path) -> str:
    """Hex SHA-256 of a file's bytes, read in pieces."""
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def salt(secret: str, entity_id: str) -> str:
    """The salt of an entity's leaf: ``sha(secret|entity_id)`` cut to 32 characters."""
    return sha(f"{secret}|{entity_id}")[:KEY_LENGTH]


def ticket(key: str, entity_id: str) -> str:
    """The ticket of an entity under a round's key: ``sha(key|entity_id)``."""
    return sha(f"{key}|{entity_id}")
