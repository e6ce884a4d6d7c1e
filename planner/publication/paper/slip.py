"""The paper slip of one entity: its proof in words, and whole in a code that can be scanned.

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
from yaohao.planner.publication.qr import qr_svg
from yaohao.planner.vocabulary.digest import canonical, ticket
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.format import short_percent
from yaohao.planner.wording.messages import catalogue, say

_STYLE = """
@page { size: A4; margin: 12mm 16mm; }
* { box-sizing: border-box; }
body { max-width: 44rem; margin: 1.5rem auto; padding: 0 1rem; color: #1f1d1a; background: #fff;
  font: 0.95rem/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif;
  overflow-wrap: anywhere; }
h1, h2 { font-family: "Source Han Serif SC", "Noto Serif CJK SC", "Songti SC", SimSun, serif;
  text-align: center; margin: 0; line-height: 1.4; }
h2 { color: #a3191f; font-size: 1.25rem; padding-bottom: 0.5rem; border-bottom: 3px double; }
h1 { font-size: 1.45rem; margin: 0.8rem 0 0; }
.quiet { color: #625d55; text-align: center; margin: 0 0 0.8rem; }
.verdict { font-weight: 600; font-size: 1.1rem; border: 1px solid; padding: 0.4rem 0.8rem; }
.warning { font-weight: 600; color: #7a4d00; border: 2px solid; padding: 0.3rem 0.8rem; }
dl { margin: 0; }
dl div { display: flex; gap: 1rem; padding: 0.15rem 0; border-bottom: 1px solid #ddd6c9; }
dt { flex: 0 0 9.5rem; color: #625d55; }
dd { margin: 0; min-width: 0; flex: 1; }
code { font: 0.8rem/1.6 ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
figure { margin: 0.8rem auto 0; text-align: center; break-inside: avoid; }
svg { display: block; width: min(100%, 12.5cm); height: auto; margin: 0 auto; }
@media print { body { max-width: none; margin: 0; padding: 0; font-size: 9pt; line-height: 1.45; }
  h1 { margin-top: 0.4rem; } figure { margin-top: 0.4rem; } dl div { padding: 0.05rem 0; }
  svg { width: 10.5cm; } }
"""
_MILLION = 1_000_000


# Many parameters: what is put on a slip, and how.
def slip_bytes(
    proof: Mapping[str, Any],
    record: Mapping[str, Any],
    name: str,
    region: str,
    lang: str,
    *,
    unpublished: bool = False,
    register: str = "china",
) -> bytes:
    """The slip of a proof as an HTML document in `lang`.

    `record` is the public record of the draw; `name` and `region` are those of the entity;
    `unpublished` whether the selection's commitment was not published before its seed; `register`
    the code system, since only the codes of ``china`` have names of ours.
    """
    image, told = code_of(proof)
    rows = "".join(
        f"<div><dt>{_text(term)}</dt><dd>{value}</dd></div>"
        for term, value in _facts(proof, record, name, region, lang, register)
    )
    hashed = base64.b64encode(sha256(_STYLE.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'"
    lacking = {
        "page.unpublished-text": unpublished,
        "page.unwitnessed-text": _is_unwitnessed(record["select"]),
    }
    warnings = [say(code, lang) for code, lacks in lacking.items() if lacks]
    title = say("slip.title", lang)
    alone = "slip.alone" if register == "china" else "slip.alone-own"
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
        f'<p class="quiet">{_text(record["title"])}</p>',
        f'<p class="verdict">{_text(_verdict(proof, record, lang, register))}</p>',
        *(f'<p class="warning">{_text(warning)}</p>' for warning in warnings),
        f"<dl>{rows}</dl>",
        f"<figure>{image}<figcaption>{_text(say(told, lang))}</figcaption></figure>",
        f'<p class="quiet">{_text(say(alone, lang))}</p>',
        "</body>\n</html>\n",
    ]
    return "\n".join(part for part in parts if part).encode("utf-8")


def code_of(proof: Mapping[str, Any]) -> tuple[str, str]:
    """The code of a proof as SVG, and the word for what it holds: the whole, or its digest."""
    text = canonical(proof)
    image = qr_svg(text, error="l")
    if image is not None:
        return image, "slip.code-whole"
    digest = sha256(text.encode("utf-8")).hexdigest()
    return qr_svg(digest) or "", "slip.code-digest"


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


# Many parameters: what a slip is made of.
def _facts(
    proof: Mapping[str, Any],
    record: Mapping[str, Any],
    name: str,
    region: str,
    lang: str,
    register: str,
) -> Iterable[tuple[str, str]]:
    """Terms and what they are, as HTML; what is empty is left out."""
    leaf, cell, key = proof["leaf"], proof["cell"], record["select"]["key"]
    window = record["plan"]["window"]
    pairs = [
        ("draw-id", _text(proof["draw"])),
        ("code", _code(leaf["entity_id"])),
        ("name", _text(name[:200])),
        ("region", _text(region)),
        ("tier", _text(_own("tier", leaf["tier"], lang, register))),
        ("standing", _text(_word("standing", leaf["standing"], lang))),
        ("rule", _text(_reason(leaf["reason"], lang, register))),
        ("window", _text(say("page.from-to", lang, first=window[0], last=window[1]))),
    ]
    if cell is not None:
        common = gcd(cell["expected"], cell["size"] * _MILLION)
        above, below = cell["expected"] // common, cell["size"] * _MILLION // common
        pairs += [
            ("households", say("slip.cell", lang, size=cell["size"], drawn=cell["count"])),
            ("chance", f"{short_percent(above, below)} ({above}/{below})"),
        ]
    if key is not None:
        own = "" if tiers_shown(record["plan"]) else leaf["salt"]
        pairs.append(("ticket", _code(ticket(key, leaf["entity_id"], own))))
    thresholds = {one["cell"]: one["threshold"] for one in record["select"]["cells"] or ()}
    if cell is not None and (threshold := thresholds.get(cell["cell"])):
        pairs.append(("threshold", _code(threshold)))
    pairs += [
        ("part-frame", _code(proof["frame"])),
        ("commitment", _code(record["select"]["commitment"])),
    ]
    if register != "china":
        pairs = [(f"{term}-own" if term == "tier" else term, value) for term, value in pairs]
    return [(say(f"page.{term}", lang), value) for term, value in pairs if value]


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
