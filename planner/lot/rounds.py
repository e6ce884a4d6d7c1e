"""Rounds: commitment, seed, key.

Source: the draw protocol, section 2 (docs/protocol.md). Whatever is random hangs on a key, and a
key hangs on a commitment that was public before the seed existed.
"""

from __future__ import annotations

import math
import unicodedata

from planner.vocabulary.digest import KEY_LENGTH, sha
from planner.vocabulary.problems import refuse

ROUNDS = ("select", "crew")
LEAST_DIGITS = 20
LEAST_BITS = 64


def select_commitment(plan: str, frame: str, lottery: str) -> str:
    """The commitment of the selection round over three hex digests."""
    return sha(f"yaohao/1|select|{plan}|{frame}|{lottery}")


def crew_commitment(select: str, visits: str, roster: str) -> str:
    """The commitment of the crew round over the selection's commitment and two hex digests."""
    return sha(f"yaohao/1|crew|{select}|{visits}|{roster}")


def normal_seed(seed: str) -> str:
    """The seed as it is used: stripped, NFC.

    Raises PlannerError where it holds less than 20 digits, or less than 64 bits as other text, or
    a character that separates fields in the protocol.
    """
    text = unicodedata.normalize("NFC", seed.strip())
    if "|" in text or "," in text:
        raise refuse("round.seed-separator")
    problem = seed_weakness(text)
    if problem is not None:
        raise refuse("round.seed-too-short", **problem)
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise refuse("round.seed-control")
    return text


def seed_weakness(text: str) -> dict[str, int] | None:
    """What a seed lacks, as parameters of a message, or None where it is strong enough.

    Digits, with blanks and hyphens between them, count as dice; other text by its length without
    blanks times the logarithm of its alphabet, the most that such a text can hold.
    """
    compact = "".join(text.split())
    digits = sum(character in "0123456789" for character in compact)
    if all(character in "0123456789-" for character in compact):
        return None if digits >= LEAST_DIGITS else _lack(digits, 0)
    # In whole numbers, so that no two verifiers differ; 64 characters are enough where two differ.
    if len(set(compact)) ** min(len(compact), LEAST_BITS) >= 1 << LEAST_BITS:
        return None
    return _lack(digits, math.floor(len(compact) * math.log2(len(set(compact)))))


def round_key(commitment: str, seed: str) -> str:
    """The key of a round: ``sha(commitment|seed)`` cut to 32 characters."""
    return sha(f"{commitment}|{seed}")[:KEY_LENGTH]


def _lack(digits: int, bits: int) -> dict[str, int]:
    return {"digits": digits, "least": LEAST_DIGITS, "bits": bits, "least_bits": LEAST_BITS}
