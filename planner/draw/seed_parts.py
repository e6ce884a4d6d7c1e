"""The parts of a seed: how they make it up, and whether they are what was announced.

Source: the draw protocol, "Rounds: commit, then seed" (docs/protocol.md).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from yaohao.planner.schema.seed_part import AnnouncedPart, SeedPart
from yaohao.planner.vocabulary.problems import refuse

QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
"""The hash that names drand's chain quicknet."""
GENESIS, PERIOD = 1_692_803_367, 3
"""The moment of the chain's round 1, in seconds since 1970, and the seconds between two rounds."""
_MOST_ROUNDS = 1 << 36  # six thousand years of rounds, which every calendar can tell


def normal_text(text: str) -> str:
    """The text of a part as it is used: stripped, NFKC, so that full-width digits are digits."""
    return unicodedata.normalize("NFKC", text).strip()


def joined(parts: Sequence[Mapping[str, Any]]) -> str:
    """The seed that parts make up: their texts, one blank between two."""
    return " ".join(part["text"] for part in parts)


def given_parts(
    announced: Sequence[AnnouncedPart], texts: Sequence[str], source: str = ""
) -> list[SeedPart]:
    """Texts as parts of a seed: of the kinds announced where so many were, else of kind ``other``.

    `source` is where they came from, "" where nobody says: what was announced is not taken for what
    was done. Raises PlannerError for a source that claims drand, which is a part of its own.
    """
    if "drand" in source.lower():
        raise refuse("round.drand-claimed", found=source)
    plain = [part for part in announced if part["kind"] != "drand"]
    made: list[SeedPart] = []
    same = len(plain) == len(texts)
    for place, text in enumerate(texts):
        kind = plain[place]["kind"] if same else "other"
        made.append({"kind": kind, "text": normal_text(text), "source": source})
    return made


def source_of(parts: Sequence[Mapping[str, Any]]) -> str:
    """Where a seed comes from, in words: the sources of its parts, of drand chain and round."""
    sources = []
    for part in parts:
        if part["kind"] == "drand":
            chain = "quicknet" if part["chain"] == QUICKNET else part["chain"]
            words = f"drand {chain} round {part['round']}"
            sources.append(f"{words} ({part['source']})" if part["source"] else words)
        elif part["source"]:
            sources.append(part["source"])
    return "; ".join(dict.fromkeys(sources))


def announced_parts(plan: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The parts that a stored plan announces for the seed of a round.

    Version 1 of the protocol announced a text: it is one part of kind ``other``.
    """
    announced = plan["seeds"][name]
    if isinstance(announced, str):
        return [{"kind": "other", "source": announced}] if announced else []
    return list(announced)


def parts_of_round(round_: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The parts of the seed of a round of the store; version 1 of the protocol has one, of kind
    ``other``.
    """
    if "parts" in round_:
        return list(round_["parts"])
    return [{"kind": "other", "text": round_["seed"] or "", "source": round_["source"]}]


def is_as_announced(
    announced: Sequence[Mapping[str, Any]], parts: Sequence[Mapping[str, Any]]
) -> bool:
    """Whether a seed has the parts that were announced, of the same kinds, sources and rounds."""
    keys = ("kind", "source", "chain", "round")
    return [[one.get(key) for key in keys] for one in announced] == [
        [one.get(key) for key in keys] for one in parts
    ]


def beacon_moment(number: int) -> str:
    """When a round of quicknet is due, as the ledger writes times."""
    moment = datetime.fromtimestamp(GENESIS + PERIOD * (min(number, _MOST_ROUNDS) - 1), UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def part_problem(
    announced: Sequence[Mapping[str, Any]],
    parts: Sequence[Mapping[str, Any]],
    seed: str,
    committed_at: str,
) -> tuple[str, Any, Any] | None:
    """What keeps parts from making up a seed: where, what is expected, what was found; or None.

    A part of drand has the randomness of its signature, is of an announced round where any was
    announced, and came after the commitment. The signature itself is checked in `drand`.
    """
    if joined(parts) != seed:
        return "parts", seed, joined(parts)
    for place, part in enumerate(parts):
        if part["text"] != part["text"].strip():
            return f"parts[{place}].text", part["text"].strip(), part["text"]
    rounds = [(one["chain"], one["round"]) for one in announced if one["kind"] == "drand"]
    for place, part in enumerate(parts):
        if part["kind"] != "drand":
            continue
        where = f"parts[{place}]"
        randomness = sha256(bytes.fromhex(part["signature"])).hexdigest()
        if randomness != part["text"]:
            return f"{where}.text", randomness, part["text"]
        if rounds and (part["chain"], part["round"]) not in rounds:
            return f"{where}.round", rounds[0][1], part["round"]
        if part["chain"] == QUICKNET and beacon_moment(part["round"]) <= committed_at:
            return f"{where}.round", f"later than {committed_at}", beacon_moment(part["round"])
    return None
