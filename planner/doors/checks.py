"""What anyone may check without a workspace: publications, sites, audit folders, proofs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from yaohao.planner.vocabulary.problems import refuse

if TYPE_CHECKING:
    from datetime import tzinfo

    from yaohao.planner.verification.finding import Finding

PathLike = str | Path
LEDGER = "ledger.jsonl"
_LINE = 1 << 16  # bytes of the first line of a ledger


# Many parameters: what is believed, and what it is checked with, each an option of its own.
def verify_publication(
    folder: PathLike,
    audit: PathLike | None = None,
    key: str | None = None,
    stamper: PathLike | None = None,
    *,
    cosigners: Iterable[str] = (),
    auditors: Iterable[str] = (),
    engine: str = "",
    master: str = "",
) -> list[Finding]:
    """Every check of a publication or a site, and of an audit folder where one is given.

    With a public `key` (hex) the publication must be signed with it; `stamper` is the certificate
    file of whoever gave the time stamp; `cosigners` and `auditors` are the public keys (hex) of
    those whose statements count; an audit folder's frame is checked with the `engine` (of
    spark with a `master`), by default this machine's. Whatever is wrong is a finding with
    `name`, `ok` (None for a warning), `words()` and `as_json()`. Raises PlannerError for a folder
    that is not there, and for an engine that cannot be had.
    """
    from yaohao.planner.engine.registry import chosen
    from yaohao.planner.verification.evidence import Vouchers
    from yaohao.planner.verification.site_check import verify

    authority = Path(stamper) if stamper is not None else None
    believed = Vouchers(frozenset(cosigners), frozenset(auditors), authority)
    choice = chosen(engine, master)
    return verify(Path(folder), Path(audit) if audit is not None else None, key, believed, choice)


def verify_since(folder: PathLike, old: PathLike) -> Finding:
    """Whether the ledger of a publication or a site begins with the whole of an earlier one.

    `old` is a folder, a file of an earlier ledger, or a last entry (64 hex digits) that was written
    down. Raises PlannerError where it is none of these.
    """
    from yaohao.planner.verification import since

    return since.verify_since(Path(folder), str(old))


def bundle_zone(folder: PathLike) -> tzinfo:
    """The zone in which moments of a publication or a site are told: China's, or UTC.

    By the kind of register that the ledger's first act names, as verify.py does it, which knows no
    workspace either.
    """
    import json

    from yaohao.planner.vocabulary.clock import CHINA, zone_of

    place = Path(folder)
    for path in (place / LEDGER, *sorted(place.glob(f"draws/*/*/{LEDGER}"))[:1]):
        try:
            with path.open("rb") as file:
                act = json.loads(file.readline(_LINE))["act"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            continue
        if isinstance(act, dict) and act.get("register") == "china":
            return zone_of(CHINA) or UTC
    return UTC


def verify_entity_proof(file: PathLike, folder: PathLike | None = None) -> list[Finding]:
    """Every check of one entity's proof file, against a publication where one is given.

    Raises PlannerError where the file cannot be read as a JSON document.
    """
    from yaohao.planner.verification.proof import read_proof, verify_proof

    return verify_proof(read_proof(Path(file)), Path(folder) if folder is not None else None)


def read_public_key(file: PathLike) -> str:
    """The public key in a file, hex; PlannerError where there is none in it."""
    from yaohao.planner.vocabulary.public_keys import public_key
    from yaohao.planner.vocabulary.small_files import read_small

    key = public_key(read_small(Path(file)))
    if key is None:
        raise refuse("key.not-public", file=str(file))
    return key
