"""Where the seeds of a draw will come from, as a plan announces it: part by part.

Source: the draw protocol, "Rounds: commit, then seed" (docs/protocol.md).
"""

from __future__ import annotations

import re

from yaohao.planner.plan.model import SeedSource
from yaohao.planner.plan.reader import TomlTable, show, written
from yaohao.planner.schema.seed_part import AnnouncedPart
from yaohao.planner.vocabulary.text import tidy

KINDS = ("dice", "lottery", "drand", "other")
"""What a part of a seed may be: dice rolled in public, a named lottery's numbers, a round of the
beacon drand, or anything else that nobody could know before."""

CHAINS = {"quicknet": "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"}
"""Names of drand's chains, and the hashes by which they are committed."""

MOST_PARTS = 10
LAST_ROUND = 1 << 36
_LONGEST = 500  # characters of a source
_CHAIN = re.compile(r"[0-9a-f]{64}")


def read_sources(seeds: TomlTable, name: str) -> tuple[SeedSource, ...]:
    """The parts of the seed `name` as they are announced: a text alone is one of kind ``other``."""
    value = seeds.data.get(name, [] if seeds.given else "")
    if name not in seeds.data:
        seeds.optional(name)
        return ()
    if isinstance(value, str) and not seeds.source.committed:
        text = seeds.text(name, "", _LONGEST)
        if "drand" in text.lower():
            seeds.complain("seed-drand", name)
        return (SeedSource("other", text),) if text else ()
    if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
        seeds.complain("not-parts", name, found=written(value))
        return ()
    if len(value) > MOST_PARTS:
        seeds.complain("too-many-parts", name, found=len(value), most=MOST_PARTS)
    return tuple(
        _source(TomlTable(seeds.source, part, (*seeds.at(name), place), "part"))
        for place, part in enumerate(value)
    )


def _source(part: TomlTable) -> SeedSource:
    kind = part.text("kind", None, 20)
    if kind and kind not in KINDS:
        part.complain("choice", "kind", found=show(kind), known=list(KINDS))
    source = part.text("source", "", _LONGEST)
    if kind != "drand":
        for key in ("chain", "round"):
            if key in part.data:
                part.complain("not-drand", key, kind=kind)
        if "drand" in source.lower():
            part.complain("seed-drand", "source")
        return SeedSource(kind, source)
    chain = part.text("chain", None if part.source.committed else "quicknet", 64)
    chain = CHAINS.get(tidy(chain).lower(), chain)
    if not _CHAIN.fullmatch(chain):
        part.complain("bad-chain", "chain", found=show(chain), known=list(CHAINS))
    return SeedSource(kind, source, chain, part.whole("round", None, 1, LAST_ROUND))


def sources_document(sources: tuple[SeedSource, ...]) -> list[AnnouncedPart]:
    """The announced parts of a seed as they are committed."""
    return [
        {"kind": one.kind, "source": one.source, "chain": one.chain, "round": one.round}
        if one.kind == "drand"
        else {"kind": one.kind, "source": one.source}
        for one in sources
    ]
