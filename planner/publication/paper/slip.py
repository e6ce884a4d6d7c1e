"""The paper slip of one entity: what became of it in few words, and a code that a phone reads.

The code is a link to the published page with the proof behind it, since every phone's camera opens
a link, and a page that takes photographs would need a server or a decoder of its own.

It is for the entity alone: the proof tells its tier. HTML without a program, black on white.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Mapping
from hashlib import sha256
from math import gcd
from typing import Any

from yaohao.planner.draw.seed_parts import source_of
from yaohao.planner.publication.disclosure import tiers_shown
from yaohao.planner.publication.paper.short_proof import MARK, short_proof
from yaohao.planner.publication.qr import qr_svg
from yaohao.planner.vocabulary.digest import canonical, ticket
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.vocabulary.units import PPM
from yaohao.planner.wording.format import code_words, short_percent
from yaohao.planner.wording.messages import catalogue, say

_STYLE = """
@page { size: A4; margin: 14mm 18mm; }
* { box-sizing: border-box; }
body { max-width: 40rem; margin: 1.5rem auto; padding: 0 1rem; color: #1f1d1a; background: #fff;
  font: 1.15rem/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  overflow-wrap: anywhere; text-align: center; }
h1, h2 { font-family: "Source Han Serif SC", "Noto Serif CJK SC", "Songti SC", SimSun, serif;
  margin: 0; line-height: 1.4; }
h2 { color: #a3191f; font-size: 1.1rem; padding-bottom: 0.4rem; border-bottom: 3px double; }
h1 { font-size: 1.3rem; margin: 0.6rem 0; }
p { margin: 0.4rem 0; }
.name { font-size: 1.4rem; font-weight: 600; }
.verdict { font-weight: 700; font-size: 1.7rem; line-height: 1.35; border: 2px solid;
  padding: 0.5rem 0.8rem; margin: 0.8rem 0; }
.warning { font-weight: 600; color: #7a4d00; border: 2px solid; padding: 0.2rem 0.8rem; }
.cell { font-size: 1.4rem; font-weight: 600; }
.address { font-size: 1.25rem; font-weight: 600; }
.quiet { color: #625d55; font-size: 0.9rem; }
code { font: 1em ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
figure { margin: 0.8rem auto 0; break-inside: avoid; }
svg { display: block; width: min(100%, 12.5cm); height: auto; margin: 0 auto; }
@media print { body { max-width: none; margin: 0; padding: 0; font-size: 12pt; } }
"""
_SHOWN = 12
"""Characters of a ticket and a threshold that are printed: the page has the others."""


# Many parameters: the parts of what a slip says, each by its name.
def slip_bytes(
    proof: Mapping[str, Any],
    record: Mapping[str, Any],
    name: str,
    region: str,
    lang: str,
    *,
    address: str = "",
    unpublished: bool = False,
    register: str = "china",
) -> bytes:
    """The slip of a proof as an HTML document in `lang`.

    `record` is the public record of the draw; `name` and `region` are those of the entity;
    `address` is that of the published page, if it is known; `unpublished` whether the selection's
    commitment was not published before its seed; `register` the code system, since only the codes
    of ``china`` have names of ours.
    """
    image, caption = code_of(proof, address)
    hashed = base64.b64encode(sha256(_STYLE.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'"
    lacking = {
        "page.unpublished-text": unpublished,
        "page.unwitnessed-text": _is_unwitnessed(record["select"]),
    }
    warnings = [say(code, lang) for code, lacks in lacking.items() if lacks]
    title = say("slip.title", lang)
    alone = "slip.alone" if register == "china" else "slip.alone-own"
    first, last = record["plan"]["window"]
    who = f"{_code(proof['leaf']['entity_id'])} {_text(region)}"
    parts = [
        "<!DOCTYPE html>",
        f'<html lang="{lang}">',
        '<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_text(title)}</title>",
        f"<style>{_STYLE}</style>\n</head>\n<body>",
        f"<h2>{_text(record['authority'])}</h2>",
        f"<h1>{_text(title)}</h1>",
        f"<p>{_text(record['title'])}</p>",
        f"<p>{_text(say('page.from-to', lang, first=first, last=last))}</p>",
        f'<p class="name">{_text(name[:200])}</p>',
        f"<p>{who}</p>",
        *_standing(proof["leaf"], lang, register),
        f'<p class="verdict">{_text(_verdict(proof, record, lang, register))}</p>',
        *(f'<p class="warning">{_text(warning)}</p>' for warning in warnings),
        *_chance(proof, record, lang, register),
        f"<figure>{image}<figcaption>{_text(say(caption, lang))}</figcaption></figure>",
        *(
            [f'<p class="address">{_text(say("slip.address", lang))} {_code(address)}']
            * bool(address)
        ),
        f'<p class="quiet">{_text(say(alone, lang))} {_code(proof["draw"])}</p>',
        "</body>\n</html>\n",
    ]
    return "\n".join(part for part in parts if part).encode("utf-8")


def code_of(proof: Mapping[str, Any], address: str = "") -> tuple[str, str]:
    """The code of a proof as SVG, and the word for what to do with it.

    It is the address of the page with the short proof behind a ``#``, which a browser does not send
    anywhere; without an address the proof alone, to be pasted. A proof too long for a code has its
    digest there.
    """
    image = qr_svg([f"{address}#{MARK}", short_proof(proof)], error="l")
    if image is not None:
        return image, "slip.scan" if address else "slip.scan-text"
    digest = sha256(canonical(proof).encode("utf-8")).hexdigest()
    return qr_svg(digest) or "", "slip.code-digest"


def _standing(leaf: Mapping[str, Any], lang: str, register: str) -> Iterable[str]:
    """The tier of the row, and the rule that decided, where there are such."""
    term = "page.tier" if register == "china" else "page.tier-own"
    if leaf["tier"]:
        tier = _own("tier", leaf["tier"], lang, register)
        yield f"<p>{_text(say(term, lang))}: {_text(tier)}</p>"
    if leaf["reason"] and leaf["standing"] == "directed":
        yield f"<p>{_text(_reason(leaf['reason'], lang, register))}</p>"


def _chance(
    proof: Mapping[str, Any], record: Mapping[str, Any], lang: str, register: str
) -> Iterable[str]:
    """How many of the cell were drawn and what that means, and ticket against threshold."""
    leaf, cell, key = proof["leaf"], proof["cell"], record["select"]["key"]
    if cell is None:
        return
    count = "" if cell["count"] is None else cell["count"]
    word = "slip.cell-early" if cell["count"] is None else "slip.cell"
    words = say(word, lang, size=cell["size"], drawn=count)
    yield f'<p class="cell">{_text(words)}</p>'
    common = gcd(cell["expected"], cell["size"] * PPM)
    above, below = cell["expected"] // common, cell["size"] * PPM // common
    strata = zip(record["plan"]["strata"], leaf["cell"].split("/"), strict=False)
    codes = [
        code_words(stratum.partition(":")[0], code) if register == "china" else code
        for stratum, code in strata
    ]
    facts = {
        "codes": ", ".join(codes),
        "chance": f"{short_percent(above, below)} ({above}/{below})",
    }
    yield f"<p>{_text(say('slip.cell-means', lang, **facts))}</p>"
    thresholds = {one["cell"]: one["threshold"] for one in record["select"]["cells"] or ()}
    threshold = thresholds.get(cell["cell"])
    if key is None or threshold is None:
        return
    own = ticket(key, leaf["entity_id"], "" if tiers_shown(record["plan"]) else leaf["salt"])
    word = "slip.under" if own <= threshold else "slip.above"
    numbers = {"ticket": f"{own[:_SHOWN]}…", "threshold": f"{threshold[:_SHOWN]}…"}
    yield f"<p>{_text(say(word, lang, **numbers))}</p>"


def _verdict(proof: Mapping[str, Any], record: Mapping[str, Any], lang: str, register: str) -> str:
    """What became of the entity in the draw."""
    leaf = proof["leaf"]
    if record["select"]["key"] is None:
        return say("page.answer-early", lang)
    visit = next((v for v in record["visits"] if v["entity_id"] == leaf["entity_id"]), None)
    if visit is not None:
        kind = "drawn" if visit["standing"] == "pool" else "directed"
        return say(f"page.answer-{'reserve' if visit['reserve'] else kind}", lang)
    if leaf["standing"] == "out":
        return say("page.answer-out", lang, reason=_reason(leaf["reason"], lang, register))
    return say("page.answer-not-drawn", lang)


def _reason(reason: str, lang: str, register: str) -> str:
    """The rule that decided in words, with the trigger or the entry that stands behind it."""
    head, colon, entry = reason.partition(":")
    if colon and f"reason-{head}" in catalogue("page"):
        trigger = _own("trigger", entry, lang, register)
        return say(f"page.reason-{head}", lang, entry=entry, trigger=trigger)
    return _word("reason", reason, lang)


def _own(family: str, code: str, lang: str, register: str) -> str:
    """A code of the register: its word in China's, as it stands in one of codes of its own."""
    return _word(family, code, lang) if register == "china" else code


def _word(family: str, code: str, lang: str) -> str:
    """The page's word for a code; the code where there is none."""
    known = f"{family}-{code}" in catalogue("page")
    return say(f"page.{family}-{code}", lang) if known else code


def _is_unwitnessed(round_: Mapping[str, Any]) -> bool:
    seeded = round_["seed"] is not None
    return seeded and not (source_of(round_["parts"]) or round_["witnesses"])


def _text(text: str) -> str:
    return html.escape(plain(text))


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"
