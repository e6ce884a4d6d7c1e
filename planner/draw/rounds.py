"""Rounds: commitment, seed, key.

Source: the draw protocol, "Rounds: commit, then seed" (docs/protocol.md). Whatever is random hangs
on a key, and a
key hangs on a commitment that came before the seed.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from yaohao.planner.vocabulary.digest import KEY_LENGTH, sha
from yaohao.planner.vocabulary.problems import refuse

LEAST_DIGITS = 20
"""Digits of dice that a seed needs: 20 have 66 bits (docs/protocol.md)."""
LEAST_BITS = 64
"""Bits that a seed of another kind needs, by its length and its different characters."""
LEAST_CORE = 10
"""Letters and digits without which a seed is told from others by all its characters."""


def select_commitment(plan: str, frame: str, lottery: str, cells_root: str | None) -> str:
    """The commitment of the selection round over four hex digests; of version 1 over three."""
    if cells_root is None:
        return sha(f"yaohao/1|select|{plan}|{frame}|{lottery}")
    return sha(f"yaohao/2|select|{plan}|{frame}|{lottery}|{cells_root}")


def crew_commitment(select: str, visits: str, roster: str, version: int = 2) -> str:
    """The commitment of the crew round over the selection's commitment and two hex digests."""
    return sha(f"yaohao/{version}|crew|{select}|{visits}|{roster}")


def normal_seed(seed: str) -> str:
    """The seed as it is used: stripped, NFKC, so that full-width digits are digits.

    Raises PlannerError where it holds less than 20 digits, or less than 64 bits as other text, or
    a character that separates fields in the protocol.
    """
    text = unicodedata.normalize("NFKC", seed).strip()
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


def seed_core(seed: str) -> str:
    """What of a seed tells it from another: its letters and digits, NFKC and in capitals.

    So neither blanks nor marks nor the width of digits make another seed of it. A seed with fewer
    than ten letters and digits, such as faces of dice, is told by all its characters but blanks: a
    sound seed has sixteen, so that nothing is found in another by chance.
    """
    text = unicodedata.normalize("NFKC", seed).upper()
    kinds = [(character, unicodedata.category(character)) for character in text]
    core = "".join(sign for sign, kind in kinds if kind[0] == "L" or kind == "Nd")
    if len(core) >= LEAST_CORE:
        return core
    return "".join(sign for sign, kind in kinds if kind[0] != "Z" and kind not in ("Cc", "Cf"))


def known_seed(
    acts: Iterable[Mapping[str, Any]], draw: str, round_: str, seed: str
) -> Mapping[str, Any] | None:
    """The act of a seed that was known when a round was committed, and holds `seed` or is in it.

    `acts` are those of a ledger, from its first on; what follows the round's commitment is not
    looked at, since draws committed before one event may share its seed. None where `seed` is
    fresh. Source: the draw protocol, "Rounds: commit, then seed".
    """
    core = seed_core(seed)
    for act in acts:
        if act["act"] == "commitment" and (act["draw"], act["round"]) == (draw, round_):
            return None
        if act["act"] == "seed":
            other = seed_core(act["seed"])
            if core in other or other in core:
                return act
    return None


def round_key(commitment: str, seed: str) -> str:
    """The key of a round: ``sha(commitment|seed)`` cut to 32 characters."""
    return sha(f"{commitment}|{seed}")[:KEY_LENGTH]


def _lack(digits: int, bits: int) -> dict[str, int]:
    return {"digits": digits, "least": LEAST_DIGITS, "bits": bits, "least_bits": LEAST_BITS}
