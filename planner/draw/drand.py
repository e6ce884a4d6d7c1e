"""Seeds from drand, the public randomness beacon: a round's signature checked without a network.

The chain is quicknet of the League of Entropy. Its rounds are unchained BLS signatures on G1 of
BLS12-381 over the digest of the round's number (scheme bls-unchained-g1-rfc9380), and a round's
randomness is the SHA-256 of its signature, so nobody knows it before enough members have signed.
"""

from __future__ import annotations

import hashlib
import re
import sys
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from yaohao.planner.draw.seed_parts import GENESIS, PERIOD, QUICKNET
from yaohao.planner.schema.seed_part import SeedPart
from yaohao.planner.vocabulary.problems import PlannerError, refuse

CHAIN = QUICKNET
"""The hash that names the chain quicknet."""

_PUBLIC_KEY = bytes.fromhex(
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"
    "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
    "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
_DOMAIN = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
_SIGNATURE = re.compile(r"[0-9a-f]{96}\Z")
_LAST_ROUND = (1 << 40) - 1  # a hundred thousand years of rounds


class Beacon(NamedTuple):
    """A round of the chain that has been checked: its randomness and its moment."""

    seed: str
    at: datetime


def round_moment(number: int) -> datetime:
    """The moment at which a round is due, in UTC."""
    return datetime.fromtimestamp(GENESIS + (number - 1) * PERIOD, UTC)


def checked_round(number: int, signature: str) -> Beacon:
    """A round of the chain with its signature (96 hex digits), once that is found to be right.

    Raises PlannerError for what cannot be a round or a signature, for a wrong signature, and where
    the library for the curve is not installed.
    """
    if not 1 <= number <= _LAST_ROUND:
        raise refuse("drand.bad-round", found=number)
    signature = signature.strip().lower()
    if not _SIGNATURE.match(signature):
        raise refuse("drand.bad-form", found=signature, length=len(signature))
    if not _is_signed(number, bytes.fromhex(signature)):
        raise refuse("drand.bad-signature", round=number, chain=CHAIN)
    return Beacon(
        hashlib.sha256(bytes.fromhex(signature)).hexdigest(),
        round_moment(number),
    )


def check_is_later(number: int, committed_at: str) -> None:
    """Raise PlannerError unless a round's moment is later than a commitment's (ISO 8601, UTC)."""
    committed = datetime.fromisoformat(committed_at.replace("Z", "+00:00"))
    moment = round_moment(number)
    if moment <= committed:
        first = int((committed.timestamp() - GENESIS) // PERIOD) + 2
        raise refuse(
            "drand.too-early",
            round=number,
            at=moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            committed_at=committed_at,
            first=max(first, 1),
        )


def check_part(part: SeedPart) -> None:
    """Raise PlannerError unless a part of a seed is the round of quicknet that it says it is."""
    if part["chain"] != CHAIN:
        raise refuse("drand.other-chain", found=part["chain"], chain=CHAIN)
    beacon = checked_round(part["round"], part["signature"])
    if beacon.seed != part["text"]:
        raise refuse("drand.bad-signature", round=part["round"], chain=CHAIN)


def _is_signed(number: int, signature: bytes) -> bool:
    """Whether the chain's key signed a round: e(signature, -G2) · e(H(round), key) = 1."""
    before = sys.getrecursionlimit()
    try:
        _curve()  # whoever lacks the library is told so, whatever is remembered
        return _holds(number, signature)
    finally:
        # Importing the library raises the limit so far that deep JSON would overflow the stack.
        sys.setrecursionlimit(before)


@lru_cache(1 << 10)  # half a second, and one round is looked at by draw, publication and verifier
def _holds(number: int, signature: bytes) -> bool:
    curve = _curve()
    try:
        point = curve.decompress_G1(int.from_bytes(signature, "big"))
    except ValueError:
        return False
    # A point off the subgroup would satisfy the pairing too, and so would have another encoding:
    # either would let whoever hands the signature in choose among several seeds.
    if (
        curve.is_inf(point)
        or not curve.subgroup_check(point)
        or curve.compress_G1(point).to_bytes(48, "big") != signature
    ):
        return False
    key = curve.decompress_G2(
        (int.from_bytes(_PUBLIC_KEY[:48], "big"), int.from_bytes(_PUBLIC_KEY[48:], "big"))
    )
    message = hashlib.sha256(number.to_bytes(8, "big")).digest()
    hashed = curve.hash_to_G1(message, _DOMAIN, hashlib.sha256)
    product = curve.pairing(curve.neg(curve.G2), point, False) * curve.pairing(key, hashed, False)
    return bool(curve.final_exponentiate(product) == curve.FQ12.one())


def _curve() -> Any:
    """What is needed of the curve; PlannerError where the library is not installed."""
    from types import SimpleNamespace

    try:
        from py_ecc.bls.g2_primitives import subgroup_check
        from py_ecc.bls.hash_to_curve import hash_to_G1
        from py_ecc.bls.point_compression import compress_G1, decompress_G1, decompress_G2
        from py_ecc.optimized_bls12_381 import FQ12, G2, final_exponentiate, is_inf, neg, pairing
    except ImportError as error:
        raise _missing() from error
    return SimpleNamespace(
        subgroup_check=subgroup_check,
        hash_to_G1=hash_to_G1,
        compress_G1=compress_G1,
        decompress_G1=decompress_G1,
        decompress_G2=decompress_G2,
        FQ12=FQ12,
        G2=G2,
        final_exponentiate=final_exponentiate,
        is_inf=is_inf,
        neg=neg,
        pairing=pairing,
    )


def _missing() -> PlannerError:
    return refuse("drand.no-library", package="drand")
