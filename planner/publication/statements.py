"""Statements of others about a draw: cosignatures of a publication, attestations of an auditor.

A statement is canonical JSON and a line feed, signed with Ed25519 over the canonical JSON of all of
it but the signature, so that `openssl pkeyutl` can make and check one too. Source: docs/bundle.md,
"Evidence of others".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from yaohao.planner.publication.signing import Signer, is_signed
from yaohao.planner.vocabulary.digest import canonical

COSIGNATURE, ATTESTATION = "yaohao-cosign/2", "yaohao-attest/2"

_DIGEST, _TIME = "[0-9a-f]{64}", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
_TEXTS = {
    "draw": "[0-9A-Za-z_-]{1,64}",
    "sums": _DIGEST,
    "ledger": _DIGEST,
    "at": _TIME,
    "key": _DIGEST,
    "signature": "[0-9a-f]{128}",
}
_OWN: Mapping[str, Mapping[str, str]] = {
    COSIGNATURE: {"stage": "committed|drawn|staffed|dealt|abandoned"},
    ATTESTATION: {"commitment": _DIGEST},
}
_LISTS = {COSIGNATURE: (), ATTESTATION: ("passed", "unseen")}
_CHECK = re.compile("[a-z-]{1,64}")
_MOST_CHECKS = 500
_NAME = re.compile(r"(?:(?:cosign|attest)-[0-9a-f]{16}-[0-9a-f]{16}\.json|stamp-[0-9a-f]{16}\.tsr)")


def is_evidence(name: str) -> bool:
    """Whether a file of a bundle has the name of evidence of others, which no list of files has."""
    return _NAME.fullmatch(name) is not None


def stamp_name(sums: str) -> str:
    """What the time stamp of an earlier publication is called, by the digest of SHA256SUMS."""
    return f"stamp-{sums[:16]}.tsr"


def statement_name(statement: Mapping[str, Any]) -> str:
    """What the file of a statement is called, by what it is about and by its key."""
    cosigned = statement["format"] == COSIGNATURE
    about = statement["sums" if cosigned else "ledger"]
    return f"{'cosign' if cosigned else 'attest'}-{about[:16]}-{statement['key'][:16]}.json"


def signed_statement(statement: Mapping[str, Any], signer: Signer) -> dict[str, Any]:
    """A statement with the key and the signature of whoever makes it."""
    keyed = {**statement, "key": signer.key}
    return {**keyed, "signature": signer.sign(canonical(keyed).encode()).hex()}


def statement_bytes(statement: Mapping[str, Any]) -> bytes:
    """A statement as its file."""
    return f"{canonical(dict(statement))}\n".encode()


def read_statement(content: bytes) -> dict[str, Any]:
    """The statement in a file; ValueError with what is wrong where there is no sound one."""
    try:
        statement = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ValueError("no JSON") from error
    if not isinstance(statement, dict) or statement.get("format") not in (COSIGNATURE, ATTESTATION):
        raise ValueError("no statement")
    texts = {**_TEXTS, **_OWN[statement["format"]]}
    lists = _LISTS[statement["format"]]
    if statement.keys() != {"format", *texts, *lists}:
        raise ValueError("other members")
    for key, form in texts.items():
        value = statement[key]
        if type(value) is not str or re.fullmatch(form, value) is None:
            raise ValueError(key)
    for key in lists:
        if not _is_checks(statement[key]):
            raise ValueError(key)
    if statement_bytes(statement) != content:
        raise ValueError("not canonical JSON and one line feed")
    return statement


def is_genuine(statement: Mapping[str, Any]) -> bool:
    """Whether a statement was signed with the key that it names."""
    signed = {key: value for key, value in statement.items() if key != "signature"}
    signature = bytes.fromhex(statement["signature"])
    return is_signed(statement["key"], signature, canonical(signed).encode())


def _is_checks(value: Any) -> bool:
    """Whether a value is a list of names of checks: each once, sorted."""
    return (
        type(value) is list
        and len(value) <= _MOST_CHECKS
        and all(type(one) is str and _CHECK.fullmatch(one) for one in value)
        and value == sorted(set(value))
    )
