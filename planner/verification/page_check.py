"""Whether the page of a publication shows what the publication holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from yaohao.planner.follow_up.deadlines import due_days
from yaohao.planner.publication.signing import PUBLIC, is_signed, list_of
from yaohao.planner.publication.web_page.build import (
    FILE,
    data_seal,
    page_data,
    page_pieces,
    region_names,
    zone_in_page,
)
from yaohao.planner.register.code_systems import code_system
from yaohao.planner.verification.bundle_record import BundleRecord
from yaohao.planner.verification.finding import Finding, fails, same
from yaohao.planner.verification.page_file import page_head, read_page
from yaohao.planner.verification.reading import ReadingError, holds_exactly, read_bytes
from yaohao.planner.verification.schemas import (
    DAY,
    DIGEST,
    NAME,
    POSITIVE,
    Named,
    first_mismatch,
    matching,
)
from yaohao.planner.vocabulary.public_keys import public_key
from yaohao.planner.vocabulary.working_days import Calendar
from yaohao.planner.wording.messages import LANGUAGES

_SIGNATURE = matching("128 hex digits", "[0-9a-f]{128}")


def check_page(record: BundleRecord) -> Iterator[Finding]:
    """The data of `index.html` against the files beside it; nothing where there is no page.

    A warning where the rest of the page is not what this program writes: its data agree, but what
    it says of them is its own.
    """
    if not (record.folder / FILE).exists():
        return
    try:
        data = read_page(record.folder, record.document)
        zone = zone_in_page(page_head(record.folder))
        expected = _expected(record, data)
    except ReadingError as error:
        yield fails("page", error.file, error.expected, error.why)
        return
    kept = {"record": None} if data["record"] is record.document else {}  # it was compared
    comparison = same("page", {**expected, **kept}, {**data, **kept}, FILE)
    yield comparison if not comparison.ok else _signature(record, data) or comparison
    if comparison.ok and not _is_ours(record, {**data, "regions": _regions(record)}, zone):
        yield Finding("page-program", None, "verify.page-program")


def _is_ours(record: BundleRecord, data: dict[str, Any], zone: str) -> bool:
    """Whether a page is what this program writes of its data in one of the languages."""
    seal = data_seal(data)
    return any(
        holds_exactly(record.folder, FILE, page_pieces(data, lang, zone, seal))
        for lang in LANGUAGES
    )


def _expected(record: BundleRecord, data: dict[str, Any]) -> dict[str, Any]:
    """What the data of the page should be.

    Names of items, regions and due days stand in no other file: of them only the form is known.
    """
    digests = {name: digest for name, digest in _listed(record).items() if name != FILE}
    items, regions, due = data["items"], data["regions"], data["due"]
    signature = data["signature"]
    if first_mismatch(signature, (None, {"key": DIGEST, "signature": _SIGNATURE})) is not None:
        signature = None
    departments = record.plan["department"]
    wanted = {*record.plan["items"], *(item for one in departments for item in one["items"])}
    shaped = isinstance(items, list) and all(
        isinstance(item, dict)
        and set(item) == {"item_id", "name", "basis"}
        and all(isinstance(text, str) for text in item.values())
        and item["item_id"] in wanted
        for item in items
    )
    has_names = code_system(_register(record)).names_regions
    named = {visit["region"] for visit in record.visits} if has_names else set()
    if first_mismatch(regions, Named(NAME)) is not None or not regions.keys() <= named:
        regions = _regions(record)
    return page_data(
        record.document,
        record.lines,
        digests,
        items if shaped else (),
        regions,
        due if _is_due(due, record.document) else due_days(record.document, Calendar()),
        signature,
    )


def _register(record: BundleRecord) -> str:
    """The kind of register that the workspace was made for."""
    return str(record.lines[0].act["register"])


def _regions(record: BundleRecord) -> dict[str, str]:
    """The names of regions as this program would write them."""
    return region_names(_register(record), (visit["region"] for visit in record.visits))


_DUE = {"days": POSITIVE, "by": Named({"day": DAY, "estimated": [POSITIVE]})}


def _is_due(due: Any, document: dict[str, Any]) -> bool:
    """Whether due days have their form, and are those of the days that can be asked for."""
    if first_mismatch(due, _DUE) is not None:
        return False
    days = {document["plan"]["window"][1], *(row["visited_on"] for row in document["results"])}
    return set(due["by"]) == days - {""} and all(
        day < entry["day"] for day, entry in due["by"].items()
    )


def _listed(record: BundleRecord) -> dict[str, str]:
    """The digests that SHA256SUMS lists; what is wrong with it is found with the files."""
    lines = read_bytes(record.folder, "SHA256SUMS").decode("utf-8", "replace").split("\n")
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines) if name}


def _signature(record: BundleRecord, data: dict[str, Any]) -> Finding | None:
    """What is wrong with the signature in a page: it must be there where the bundle's is."""
    own = data["signature"]
    signed = (record.folder / PUBLIC).exists()
    try:
        key = public_key(read_bytes(record.folder, PUBLIC)) if signed else None
    except ReadingError:
        key = None
    shown = own["key"] if own else None
    if shown != key:
        return fails("page", f"{FILE}: signature.key", key, shown)
    if own and not is_signed(own["key"], bytes.fromhex(own["signature"]), list_of(data["files"])):
        return fails("page", f"{FILE}: signature", "a signature of its files", own["signature"])
    return None
