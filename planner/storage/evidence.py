"""Evidence of others that a workspace keeps of its draws, and hands on with every publication.

It comes in as files: beside the publications that lie where the next one goes, or given. Kept with
the draw, so that listings know of it and no later stage is without it.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from yaohao.planner.draw.seed_parts import parts_of_round
from yaohao.planner.publication.statements import (
    COSIGNATURE,
    is_evidence,
    read_statement,
    stamp_name,
    statement_name,
)
from yaohao.planner.schema.draw import COMMITTED_AT, ROUNDS, Draw
from yaohao.planner.schema.reports.draws import RoundEvidence
from yaohao.planner.storage.database import Database
from yaohao.planner.verification.evidence import false_evidence, planned_cosigners, publications_of
from yaohao.planner.verification.levels import level_of
from yaohao.planner.verification.reading import SMALL_BYTES, ReadingError, read_bytes
from yaohao.planner.verification.timestamp_check import STAMP, stamp_of
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.small_files import read_small

DOCUMENT = "evidence"
"""The draw's document: names of files, and their content in base 64."""


def kept_evidence(store: Database, draw: str) -> dict[str, bytes]:
    """The evidence that is kept of a draw, by the names of its files."""
    kept: Mapping[str, str] = store.document(draw, DOCUMENT) or {}
    return {name: base64.b64decode(text) for name, text in kept.items()}


def gathered_evidence(
    store: Database, draw: Draw, folders: Iterable[Path], given: Sequence[Path]
) -> dict[str, bytes]:
    """`evidence_to_carry`, which is kept from now on; to be called in an act."""
    carried = evidence_to_carry(store, draw, folders, given)
    if carried != kept_evidence(store, draw.id):
        texts = {name: base64.b64encode(carried[name]).decode("ascii") for name in sorted(carried)}
        store.replace_document(draw.id, DOCUMENT, texts)
    return carried


def evidence_to_carry(
    store: Database, draw: Draw, folders: Iterable[Path], given: Sequence[Path]
) -> dict[str, bytes]:
    """What is kept of a draw, what lies in the `folders` of its publications, and what is `given`.

    What lies in a folder and is false is left there. Raises PlannerError for what is given and
    false, and OSError where it cannot be read.
    """
    known = publications_of(store.ledger(), draw.id, draw.select["commitment"])
    gathered = kept_evidence(store, draw.id)
    for folder in folders:
        for name, content in evidence_in(folder).items():
            if false_evidence(name, content, known) is None:
                gathered.setdefault(name, content)
    for path in given:
        content = read_small(path, SMALL_BYTES)
        name = _name_of(content) or path.name
        false = false_evidence(name, content, known)
        if false is not None:
            raise refuse("evidence.false", file=str(path), found=false.words())
        gathered[name] = content
    return gathered


def evidence_in(folder: Path) -> dict[str, bytes]:
    """The evidence that lies in the folder of a publication, its own stamp under its later name."""
    contents: dict[str, bytes] = {}
    if not folder.is_dir():
        return contents
    for path in sorted(folder.iterdir()):
        if path.name != STAMP and not is_evidence(path.name):
            continue
        try:
            content = read_bytes(folder, path.name, SMALL_BYTES)
        except ReadingError:
            continue
        name = _name_of(content) if path.name == STAMP else path.name
        if name:
            contents[name] = content
    return contents


def _name_of(content: bytes) -> str:
    """What a piece of evidence is called by what is in it; "" where it is none."""
    try:
        return statement_name(read_statement(content))
    except ValueError:
        pass
    try:
        return stamp_name(stamp_of(content)[1])
    except (ValueError, IndexError):
        return ""


def standing_of(
    store: Database, draw: Draw, acts: Iterable[Mapping[str, Any]]
) -> list[RoundEvidence]:
    """What stands behind each round of a draw that has a seed: its `level`, by the ledger's `acts`.

    `cosigned`, `stamped` and `attested` are how many statements of others are kept, before the
    seed where that matters. They raise no level here, since whose keys to believe is for those to
    say who verify: but for cosignatures with keys that the plan names, which are not counted.
    """
    publications = [
        act for act in acts if act.get("act") == "publication" and act["draw"] == draw.id
    ]
    stages = {act["sums"]: act["stage"] for act in publications}
    planned = {one["key"] for one in planned_cosigners(draw.plan)}
    kept = _kept_statements(store, draw.id, stages, planned) if draw.rounds else []
    rounds: list[RoundEvidence] = []
    for name in ROUNDS:
        round_ = draw.round(name)
        if round_ is None or not round_["seed"]:
            continue
        parts = parts_of_round(round_)
        act = {"parts": parts, "witnessed": len(round_["witnesses"])}
        is_published = COMMITTED_AT[name] in stages.values()
        named = [at for kind, stage, at in kept if (kind, stage) == ("named", COMMITTED_AT[name])]
        act["at"] = round_["seeded_at"]
        level, _ = level_of([], act, ((), (), named), is_published=is_published)
        counts = Counter(
            kind
            for kind, stage, at in kept
            if stage is None or (stage == COMMITTED_AT[name] and at < str(round_["seeded_at"]))
        )
        rounds.append(
            {
                "round": name,
                "level": level,
                "cosigned": counts["cosigned"],
                "stamped": counts["stamped"],
                "attested": counts["attested"],
            }
        )
    return rounds


def _kept_statements(
    store: Database, draw: str, stages: Mapping[str, str], planned: Collection[str]
) -> list[tuple[str, str | None, str]]:
    """Kind, stage (None for an attestation) and moment of each piece of evidence that is kept.

    A cosignature with one of the `planned` keys is ``named`` instead of ``cosigned``.
    """
    statements: list[tuple[str, str | None, str]] = []
    for name, content in kept_evidence(store, draw).items():
        if name.endswith(".tsr"):
            _, imprint, moment = stamp_of(content)
            statements.append(("stamped", stages.get(imprint, ""), moment))
            continue
        statement = read_statement(content)
        if statement["format"] == COSIGNATURE:
            kind = "named" if statement["key"] in planned else "cosigned"
            statements.append((kind, stages.get(statement["sums"], ""), statement["at"]))
        else:
            statements.append(("attested", None, statement["at"]))
    return statements
