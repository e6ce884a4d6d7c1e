"""What others than the bureau do for its draws; none of it needs a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from yaohao.planner.vocabulary.small_files import read_small

if TYPE_CHECKING:
    from yaohao.planner.publication.signing import Signer
    from yaohao.planner.schema.reports.evidence import (
        AttestationReport,
        CosignatureReport,
        StampReport,
        StampRequestReport,
        WitnessReport,
    )

PathLike = str | Path


def _signer(key: PathLike, passphrase: str) -> Signer:
    from yaohao.planner.publication.signing import open_key

    sealed = read_small(Path(key))
    return open_key(sealed, passphrase, str(key))


def cosign(
    folder: PathLike, key: PathLike, passphrase: str, to: PathLike | None = None
) -> CosignatureReport:
    """Cosign a publication with a key file that is not the bureau's: the statement and its file.

    Written beside SHA256SUMS, or into the folder `to`. Raises CheckFailed where a check fails.
    """
    from yaohao.planner.operations.statements_made import cosign

    return cosign(Path(folder), _signer(key, passphrase), Path(to) if to else None)


def witness(
    folder: PathLike, key: PathLike, passphrase: str, state: PathLike, to: PathLike | None = None
) -> WitnessReport:
    """Cosign a publication whose ledger continues the one that the file `state` remembers.

    Raises CheckFailed where it does not, or a check fails.
    """
    from yaohao.planner.operations.statements_made import witness

    signer = _signer(key, passphrase)
    return witness(Path(folder), signer, Path(state), Path(to) if to else None)


def attest(
    folder: PathLike, key: PathLike, passphrase: str, to: PathLike = "."
) -> AttestationReport:
    """State with an auditor's key file that an audit folder holds: the statement and its file.

    Raises CheckFailed where a check fails.
    """
    from yaohao.planner.operations.statements_made import attest

    return attest(Path(folder), _signer(key, passphrase), Path(to))


def request_stamp(folder: PathLike, to: PathLike | None = None) -> StampRequestReport:
    """Write the request for a time stamp (RFC 3161) over a publication."""
    from yaohao.planner.operations.timestamps import request_stamp

    return request_stamp(Path(folder), Path(to) if to else None)


def attach_stamp(
    folder: PathLike,
    reply: PathLike,
    request: PathLike | None = None,
    authority: PathLike | None = None,
) -> StampReport:
    """Put an authority's reply beside a publication; CheckFailed where it is not what was asked."""
    from yaohao.planner.operations.timestamps import attach_stamp

    asked = Path(request) if request else None
    return attach_stamp(Path(folder), Path(reply), asked, Path(authority) if authority else None)
