"""What stands behind the times of a draw, as a level for each round, and who has checked it.

That a commitment came before its seed no arithmetic shows: others must vouch for it. Source: the
draw protocol, "Who can check what" (docs/protocol.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from yaohao.planner.draw.seed_parts import source_of
from yaohao.planner.verification.bundle_record import BundleRecord
from yaohao.planner.verification.finding import Finding, fails, holds
from yaohao.planner.verification.seed_freshness import PUBLISHED_AT
from yaohao.planner.vocabulary.problems import PlannerError

UNWITNESSED, WITNESSED = 0, 1
"""People's word is level 1; what is less is level 0. Signatures of others, stamps and beacons,
which would be more, are no part of a publication yet."""


def levels(record: BundleRecord) -> Iterator[Finding]:
    """A note for each round that has a seed, and one on who checked the selection."""
    seeded = False
    for name, stage in PUBLISHED_AT.items():
        act = record.story.steps.get(f"seed {name}")
        if act is None or "parts" not in act:
            continue
        seeded = True
        level, code = _level(act, is_published=stage in record.story.stages)
        yield Finding("level", None, f"verify.level-{code}", {"round": name, "level": level})
    if seeded:
        yield Finding("attested", None, "verify.unattested")


def _level(act: Mapping[str, Any], *, is_published: bool) -> tuple[int, str]:
    if not is_published:
        return UNWITNESSED, "0-unpublished"
    if source_of(act["parts"]) or act["witnessed"]:
        return WITNESSED, "1"
    return UNWITNESSED, "0"


def check_beacons(record: BundleRecord) -> Iterator[Finding]:
    """The signatures of the rounds of drand that the draw's own seeds are made of.

    A note where the library that checks them is not installed.
    """
    for name in PUBLISHED_AT:
        act = record.story.steps.get(f"seed {name}", {})
        for place, part in enumerate(act.get("parts", ())):
            if part["kind"] != "drand":
                continue
            from yaohao.planner.draw.drand import check_part

            try:
                check_part(part)
            except PlannerError as error:
                problem = error.problems[0]
                if problem.code == "drand.no-library":
                    yield Finding("beacon", None, "verify.beacon", {"number": part["round"]})
                    continue
                where = f"{name}.parts[{place}].signature"
                yield fails("beacon", where, "the signature of the round", part["signature"])
                return
            yield holds("beacon", "verify.beacon-holds", number=part["round"])
