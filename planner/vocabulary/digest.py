"""The one place for hashing: SHA-256 over texts, canonical JSON, and the same in SQL.

Source: the draw protocol, version 2 (docs/protocol.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from itertools import islice
from json import JSONEncoder
from pathlib import Path
from typing import Any

KEY_LENGTH = 32
"""Characters of a key or a salt: one SHA-256 block then holds key, bar and credit code."""


def sha(text: str) -> str:
    """Lower-case hex SHA-256 of the UTF-8 bytes of `text`."""
    return sha256(text.encode("utf-8")).hexdigest()


def canonical(document: Any) -> str:
    """Canonical JSON (RFC 8785) of a document of plain JSON values.

    Raises rfc8785.CanonicalizationError for values JSON cannot carry exactly.
    """
    if _is_simple(document):
        # The encoder of the standard library, in C, writes such documents in the same form.
        text = _encoder().encode(document)
        if _is_encodable(text):
            return text
    import rfc8785

    return rfc8785.dumps(document).decode("utf-8")


@cache
def _encoder() -> JSONEncoder:
    return JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _is_simple(document: Any) -> bool:
    """Whether a document has ASCII keys and whole numbers below 2^53.

    Keys then sort alike by code points and by UTF-16 code units, and no number needs a float.
    """
    stack = [document]
    seen: set[int] = set()  # lists that stand in many places, as the seats of all visits do
    forms: set[tuple[Any, ...]] = set()  # keys of the dictionaries so far: rows have the same
    while stack:
        value = stack.pop()
        kind = type(value)
        if kind is dict:
            form = tuple(value)
            if form not in forms:
                if not all(type(key) is str and key.isascii() for key in form):
                    return False
                forms.add(form)
            stack += [one for one in value.values() if type(one) is not str]
        elif kind is list or kind is tuple:
            if id(value) not in seen:
                seen.add(id(value))
                stack += [one for one in value if type(one) is not str]
        elif kind is int:
            if not -_EXACT < value < _EXACT:
                return False
        elif value is not None and kind is not bool and kind is not str:
            return False
    return True


_EXACT = 1 << 53


def _is_encodable(text: str) -> bool:
    """Whether UTF-8 can carry a text: it cannot where half of a surrogate pair stands in it."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def document_digest(document: Any) -> str:
    """`sha` of the canonical JSON of a document."""
    return sha(canonical(document))


def rows_digest(rows: Iterable[Any]) -> str:
    """As `document_digest`, of the list of some rows, which come one after the other."""
    digest = sha256()
    for piece in canonical_rows(rows):
        digest.update(piece.encode("utf-8"))
    return digest.hexdigest()


def canonical_rows(rows: Iterable[Any]) -> Iterator[str]:
    """The canonical JSON of the list of some rows, in pieces."""
    source, before = iter(rows), "["
    while some := list(islice(source, _ROWS)):
        yield before + canonical(some)[1:-1]
        before = ","
    yield "[]" if before == "[" else "]"


def canonical_texts(columns: Mapping[str, Iterable[str]], same: Mapping[str, Any]) -> Iterator[str]:
    """As `canonical_rows`, of rows with texts in some columns, and the same in all others.

    It takes a fourth of the time, for no row is made a dictionary. The names are ASCII; each stands
    in one of `columns` and `same`.
    """
    fixed = {name: canonical(value) for name, value in same.items()}
    parts = (
        f"{canonical(name)}:{fixed.get(name, '')}".replace("%", "%%")
        + ("" if name in fixed else "%s")
        for name in sorted({*columns, *fixed})
    )
    form = "{" + ",".join(parts) + "}"
    names = sorted(columns)
    source = zip(*(columns[name] for name in names), strict=True)
    encode, before = _encoder().encode, "["
    while some := list(islice(source, _ROWS)):
        text = ",".join([form % tuple(map(encode, row)) for row in some])
        if not _is_encodable(text):
            text = canonical([{**dict(zip(names, row, strict=True)), **same} for row in some])[1:-1]
        yield before + text
        before = ","
    yield "[]" if before == "[" else "]"


_ROWS = 1_000
"""Rows that are text at a time."""


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


def ticket(key: str, entity_id: str, salt_: str = "") -> str:
    """The ticket of an entity under a round's key: ``sha(key|entity_id)``.

    Where tiers are hidden its salt goes in, ``sha(key|entity_id|salt)``, so that nobody but the
    entity and the bureau can compute it.
    """
    return sha(f"{key}|{entity_id}|{salt_}" if salt_ else f"{key}|{entity_id}")


def visit_place(key: str, entity_id: str) -> str:
    """What visits stand in order by: ``sha(key|visit|entity_id)``, which tells no ticket."""
    return sha(visit_place_text(key, entity_id))


def visit_places(key: str) -> Callable[[str], str]:
    """As `visit_place` of many entities: what their texts begin with is hashed once."""
    start = sha256(visit_place_text(key, "").encode("utf-8"))

    def place(entity_id: str) -> str:
        digest = start.copy()
        digest.update(entity_id.encode("utf-8"))
        return digest.hexdigest()

    return place


def visit_place_text(key: str, entity_id: str) -> str:
    """The text whose digest is the place of a visit."""
    return f"{key}|visit|{entity_id}"
