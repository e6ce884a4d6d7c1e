"""Time stamps of a publication by a third party (RFC 3161): asked for, and put beside it."""

from __future__ import annotations

import secrets
from pathlib import Path

from yaohao.planner.publication.timestamp_request import NONCE_BITS, stamp_request
from yaohao.planner.schema.reports.evidence import StampReport, StampRequestReport
from yaohao.planner.storage.public_folders import put_beside_list
from yaohao.planner.verification.evidence import digest_of_list
from yaohao.planner.verification.public import check_sums
from yaohao.planner.verification.reading import SMALL_BYTES, ReadingError, read_bytes
from yaohao.planner.verification.timestamp_check import (
    STAMP,
    nonce_of,
    signed_by,
    stamp_nonce,
    stamp_of,
)
from yaohao.planner.vocabulary.faults import disk_problems
from yaohao.planner.vocabulary.problems import CheckFailed, Problem, refuse
from yaohao.planner.vocabulary.small_files import read_small
from yaohao.planner.vocabulary.whole_folders import real, write_file


def default_request(folder: Path) -> Path:
    """Where the request of a publication is kept: beside its folder, not in it."""
    place = real(folder)
    return place.with_name(f"{place.name}.tsq")


def request_stamp(folder: Path, to: Path | None = None) -> StampRequestReport:
    """Write the request for a stamp over SHA256SUMS: the file, the digest, the nonce in it.

    Raises CheckFailed for a folder whose files are not as its list has them.
    """
    digest = _listed(folder)
    nonce = secrets.randbits(NONCE_BITS) | 1 << (NONCE_BITS - 1)
    file = to or default_request(folder)
    with disk_problems(file):
        write_file(file, stamp_request(digest, nonce))
    return {"folder": str(folder), "file": str(file), "digest": digest, "nonce": f"{nonce:x}"}


def attach_stamp(
    folder: Path, reply: Path, request: Path | None = None, authority: Path | None = None
) -> StampReport:
    """Put an authority's reply beside SHA256SUMS, once it is found to be the stamp asked for.

    `request` is the file that was sent, by default the one beside the folder if there is one: its
    nonce must come back. With the certificates of an `authority` (PEM) it must be signed by that.
    Raises CheckFailed for another reply, and PlannerError where another stamp is there already.
    """
    digest, content = _listed(folder), read_small(reply, SMALL_BYTES)
    try:
        algorithm, imprint, moment = stamp_of(content)
        nonce = stamp_nonce(content)
    except (ValueError, IndexError) as error:
        raise _wrong("not-granted", reply) from error
    if (algorithm, imprint) != ("sha256", digest):
        raise _wrong("another-digest", reply, expected=digest, found=imprint)
    asked = request or default_request(folder)
    compared = request is not None or asked.is_file()
    if compared:
        try:
            expected = nonce_of(read_small(asked, SMALL_BYTES))
        except (ValueError, IndexError) as error:
            raise refuse("evidence.no-request", file=str(asked)) from error
        if nonce != expected:
            raise _wrong("another-nonce", reply, request=str(asked))
    if authority is not None:
        signed = signed_by(reply, algorithm, imprint, moment, authority)
        if not signed.ok:
            raise _wrong("another-authority", reply, found=str(signed.params["found"]))
    target = folder / STAMP
    if target.exists() and read_bytes(folder, STAMP) != content:
        raise refuse("evidence.stamped", file=str(target))
    put_beside_list(folder, STAMP, content)
    return {
        "folder": str(folder),
        "file": str(target),
        "digest": digest,
        "time": moment,
        "request": str(asked) if compared else None,
        "authority": str(authority) if authority else None,
    }


def _listed(folder: Path) -> str:
    """The digest of a publication's list of files, which are as it has them."""
    if not folder.is_dir():
        raise refuse("verify.no-folder", folder=str(folder))
    try:
        digest = digest_of_list(folder)
    except ReadingError as error:
        raise refuse("evidence.no-list", folder=str(folder)) from error
    whole = check_sums(folder)
    if whole.ok is False:
        params = {"folder": str(folder), "number": 1, "found": f"files: {whole.words()}"}
        raise CheckFailed(Problem("evidence.not-sound", params))
    return digest


def _wrong(code: str, reply: Path, **params: str) -> CheckFailed:
    return CheckFailed(Problem(f"evidence.{code}", {"file": str(reply), **params}))
