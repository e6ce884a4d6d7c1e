"""Cosigners whom a plan names: others than the bureau, with the keys that they will sign with.

Named in the plan, they are committed to before anything is drawn, so that every verifier knows
whose signatures over the commitments to look for. Source: "Evidence of others" in docs/bundle.md.
"""

from __future__ import annotations

from yaohao.planner.plan.model import Cosigner
from yaohao.planner.plan.reader import TomlTable, show, written
from yaohao.planner.schema.plan_document import CosignerDocument
from yaohao.planner.vocabulary.public_keys import written_key

MOST_COSIGNERS = 20
_LONGEST = 200  # characters of a name


def read_cosigners(publication: TomlTable) -> tuple[Cosigner, ...]:
    """The cosigners in the order written; none where the key is left out."""
    value = publication.data.get("cosigners", [])
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        publication.complain("not-cosigners", "cosigners", found=written(value))
        return ()
    if len(value) > MOST_COSIGNERS:
        publication.complain(
            "too-many-cosigners", "cosigners", found=len(value), most=MOST_COSIGNERS
        )
    path = publication.at("cosigners")
    tables = [
        TomlTable(publication.source, one, (*path, place), "cosigner")
        for place, one in enumerate(value)
    ]
    cosigners: list[Cosigner] = []
    for table in tables:
        one = Cosigner(table.text("name", None, _LONGEST), _key(table))
        if one.key and any(one.key == other.key for other in cosigners):
            table.complain("duplicate", "key", found=show(one.key))
        cosigners.append(one)
    return tuple(cosigners)


def _key(table: TomlTable) -> str:
    """The key in hex, whether it is written so, as PEM, or as the middle line of PEM."""
    text = table.data.get("key")
    if not isinstance(text, str):
        return table.text("key", None, 64)
    key = written_key(text)
    if key is None or (table.source.committed and key != text):
        table.complain("bad-key", "key", found=show(text))
    return key or ""


def cosigners_document(cosigners: tuple[Cosigner, ...]) -> list[CosignerDocument]:
    """The cosigners as the plan's document has them, where anybody is named."""
    return [{"name": one.name, "key": one.key} for one in cosigners]
