"""`index.html`: the page of a publication, which shows the draw and verifies itself.

One static file that asks nothing of any server. Its parts lie beside this module in `page/`; what
it shows comes from one JSON document inside it, whose form docs/bundle.md tells.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from importlib import resources
from secrets import token_hex
from typing import Any

from yaohao.planner.ledger import Line
from yaohao.planner.publication.qr import qr_svg
from yaohao.planner.publication.record_text import LONG_LISTS
from yaohao.planner.register.code_systems import code_system
from yaohao.planner.vocabulary.digest import canonical, canonical_rows
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import catalogue

FILE = "index.html"
FORMAT = "yaohao-page/1"
PROGRAM = (
    "sha256.js",
    "documents.js",
    "findings.js",
    "forms.js",
    "rounds.js",
    "planforms.js",
    "acts.js",
    "record.js",
    "visits.js",
    "table.js",
    "proof.js",
    "stamp.js",
    "evidence.js",
    "verify.js",
    "since.js",
    "short.js",
    "dom.js",
    "notice.js",
    "list.js",
    "entity.js",
    "steps.js",
    "ledger.js",
    "files.js",
    "main.js",
)
"""The modules of the page's program, in the order in which they are joined."""

OPEN, CLOSE = '<script type="application/json" id="data">', "</script>"
_MARKS = re.compile("[<>&\u2028\u2029]")
_ZONE = re.compile('<meta name="yaohao-zone" content="([A-Za-z0-9_+:/-]{1,64})">')
_PLACE = re.compile(r"\{\{(?:word (?P<word>[a-z-]+) (?P<lang>zh|en)|(?P<name>[a-z]+))\}\}")


# Many parameters: the sources of the page's data, one parameter each.
def page_data(
    record: Mapping[str, Any],
    ledger: Sequence[Line],
    files: Mapping[str, str],
    items: Iterable[Mapping[str, Any]],
    regions: Mapping[str, str],
    due: Mapping[str, Any],
    signature: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What a page holds (docs/bundle.md, "index.html").

    `files` gives the digests of the bundle's other files; `items` rows of the item list, of which
    the plan's are kept; `regions` the names of the divisions that visits are in; `due` by when
    results are due (``due_days`` in planner/follow_up).
    """
    plan = record["plan"]
    wanted = {*plan["items"], *(item for one in plan["department"] for item in one["items"])}
    return {
        "format": FORMAT,
        "record": dict(record),
        "ledger": [
            {"previous": line.previous, "act": dict(line.act), "entry": line.entry}
            for line in ledger
        ],
        "files": dict(files),
        "items": [
            {key: str(item[key]) for key in ("item_id", "name", "basis")}
            for item in items
            if item["item_id"] in wanted
        ],
        "regions": dict(regions),
        "due": dict(due),
        "signature": signature and dict(signature),
    }


def region_names(register: str, regions: Iterable[str]) -> dict[str, str]:
    """The names of regions, where the code system of a register has any."""
    system = code_system(register)
    named = ((region, system.region_name(region)) for region in sorted(set(regions)))
    return {region: name for region, name in named if name}


def page_bytes(data: Mapping[str, Any], language: str, zone: str = "UTC") -> bytes:
    """The page as it is written: `data` from `page_data`, first shown in `language` (zh or en).

    Its moments are shown in the time zone of that name.
    """
    return b"".join(page_pieces(data, language, zone))


def page_pieces(
    data: Mapping[str, Any], language: str, zone: str = "UTC", seal: str | None = None
) -> Iterator[bytes]:
    """As `page_bytes`, in pieces; `seal` is the `data_seal` of the data where it is known."""
    record = data["record"]
    style, program = _part("page.css"), _program()
    words = catalogue("page")
    policy = (
        "default-src 'none'",
        f"script-src '{_hash(program)}'",
        f"style-src '{_hash(style)}'",
        "base-uri 'none'",
        "form-action 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
    commitment = str(record["select"]["commitment"])
    values = {
        "language": language,
        "policy": "; ".join(policy),
        "zone": html.escape(zone),
        "seal": seal or data_seal(data),
        "title": html.escape(plain(record["title"])),
        "authority": html.escape(plain(record["authority"])),
        "commitment": html.escape(commitment),
        "code": _code(commitment),
        "style": style,
        "words": _words(),
        "program": program,
    }
    template, behind = _part("page.html"), 0
    for place in _PLACE.finditer(template):
        yield template[behind : place.start()].encode("utf-8")
        behind = place.end()
        if place["word"]:
            yield html.escape(words[place["word"]][place["lang"]]).encode("utf-8")
        elif place["name"] == "data":
            yield from (piece.encode("utf-8") for piece in data_text(data))
        else:
            yield values[place["name"]].encode("utf-8")
    yield template[behind:].encode("utf-8")


def data_seal(data: Mapping[str, Any]) -> str:
    """The digest of a page's data, which the page shows."""
    digest = sha256()
    for piece in data_text(data):
        digest.update(piece.encode("utf-8"))
    return digest.hexdigest()


def data_text(data: Mapping[str, Any]) -> Iterator[str]:
    """The data of a page as they stand in it, in pieces."""
    token = token_hex(16)  # stands in no text that was written before
    before, _, behind = json_in_page({**data, "record": token}).partition(f'"{token}"')
    yield before
    yield from record_in_page(data["record"])
    yield behind


def record_in_page(record: Mapping[str, Any]) -> Iterator[str]:
    """A record as `json_in_page` writes it, in pieces: its long lists may be any rows."""
    tokens = {name: token_hex(16) for name in LONG_LISTS}
    rest = json_in_page({**record, **tokens})
    for name, token in tokens.items():
        before, _, rest = rest.partition(f'"{token}"')
        yield before
        yield from map(_escaped, canonical_rows(record[name]))
    yield rest


def data_in_page(text: str) -> str | None:
    """The JSON of a page's data as it stands in the page, or None where there is none."""
    _, opened, rest = text.partition(OPEN)
    data, closed, _ = rest.partition(CLOSE)
    return data if opened and closed else None


def json_in_page(document: Any) -> str:
    """Canonical JSON in which nothing can end the element that holds it or open another."""
    return _escaped(canonical(document))


def _escaped(text: str) -> str:
    """Canonical JSON with the characters written out that mean something to a page."""
    return _MARKS.sub(lambda mark: f"\\u{ord(mark[0]):04x}", text)


def zone_in_page(text: str) -> str:
    """The name of the zone in which a page shows moments; "UTC" where it names none."""
    match = _ZONE.search(text)
    return match[1] if match else "UTC"


@cache
def _words() -> str:
    return json_in_page(catalogue("page"))


@lru_cache(maxsize=8)  # a page is verified by making it anew, in one language after the other
def _code(commitment: str) -> str:
    return qr_svg(commitment) or ""


@cache
def _program() -> str:
    """The program of the page: its modules in one scope of their own."""
    parts = "\n".join(_part(name) for name in PROGRAM)
    return f'"use strict";\n(() => {{\n{parts}}})();\n'


@cache
def _part(name: str) -> str:
    folder = resources.files("yaohao.planner.publication.web_page")
    return (folder / name).read_text(encoding="utf-8")


@lru_cache(maxsize=8)
def _hash(text: str) -> str:
    """A text's digest as a Content-Security-Policy names it."""
    return "sha256-" + base64.b64encode(sha256(text.encode("utf-8")).digest()).decode("ascii")
