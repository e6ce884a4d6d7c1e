"""Reports on evidence of others: what others than the bureau state of its draws."""

from __future__ import annotations

from typing import TypedDict


class CosignatureReport(TypedDict):
    """`yaohao cosign`: a publication cosigned, and the file of it."""

    format: str
    draw: str
    stage: str
    sums: str
    """Digest of its list of files."""
    ledger: str
    """Last entry of its ledger."""
    at: str
    key: str
    signature: str
    file: str
    new: bool
    """False where the same was stated with the same key before."""


class WitnessReport(CosignatureReport):
    """`yaohao witness`: cosigned, its ledger continuing the one that was seen last."""

    state: str
    """The file that remembers."""
    lines: int
    seen: int
    """Lines of the ledger that was seen last; 0 the first time."""


class AttestationReport(TypedDict):
    """`yaohao attest`: an auditor's statement that an audit folder holds, and the file of it."""

    format: str
    draw: str
    commitment: str
    ledger: str
    sums: str
    passed: list[str]
    """Names of the checks that passed."""
    unseen: list[str]
    """Names of those that could not be made."""
    at: str
    key: str
    signature: str
    file: str
    new: bool


class StampRequestReport(TypedDict):
    """`yaohao stamp request`: a request for a time stamp (RFC 3161) written."""

    folder: str
    file: str
    digest: str
    nonce: str
    """Hex."""


class StampReport(TypedDict):
    """`yaohao stamp attach`: an authority's reply put beside a publication."""

    folder: str
    file: str
    digest: str
    time: str
    request: str | None
    """The request that it was held against."""
    authority: str | None
    """The file of certificates that it was held against."""
