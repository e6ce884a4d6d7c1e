"""What stands behind the times of a draw, as a level for each round, and who has checked it.

That a commitment came before its seed no arithmetic shows: others must vouch for it. Source: the
draw protocol, "Who can check what" (docs/protocol.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from yaohao.planner.draw.seed_parts import QUICKNET, beacon_moment, source_of
from yaohao.planner.schema.draw import COMMITTED_AT
from yaohao.planner.verification.bundle_record import BundleRecord
from yaohao.planner.verification.evidence import Evidence, planned_cosigners
from yaohao.planner.verification.finding import Finding, fails, holds
from yaohao.planner.vocabulary.problems import PlannerError

UNWITNESSED, WITNESSED, COSIGNED, STAMPED, BEACON = range(5)


def levels(
    record: BundleRecord, evidence: Evidence, beacons: Collection[int] = ()
) -> Iterator[Finding]:
    """A note for each round that has a seed, and one on who checked the selection.

    `beacons` are the rounds of drand whose signatures were checked.
    """
    seeded = False
    for name, stage in COMMITTED_AT.items():
        act = record.story.steps.get(f"seed {name}")
        if act is None or "parts" not in act:
            continue
        seeded = True
        committed = record.story.steps[f"commitment {name}"]
        is_published = stage in record.story.stages
        cosigned, stamped = evidence.cosigned.get(stage, []), evidence.stamped.get(stage, [])
        named = evidence.named.get(stage, [])
        witnessed = cosigned, stamped, [at for _, at in named]
        level, code = level_of(
            committed["parts"], act, witnessed, is_published=is_published, beacons=beacons
        )
        told_of = {"round": name, "level": level}
        yield Finding("level", None, f"verify.level-{code}", told_of)
        signed = [*cosigned, *witnessed[2]]
        if signed and min(signed) >= act["at"]:
            yield Finding("late", None, "verify.cosigned-late", {"round": name})
        in_time = {key for key, at in named if at < act["at"]}
        yield from _missing(record, name, in_time)
        if stamped and min(stamped) >= act["at"]:
            yield Finding("late", None, "verify.stamped-late", {"round": name})
    for statement in evidence.attested:
        params = {"key": statement["key"], "time": statement["at"]}
        yield Finding("attested", None, "verify.attested", params)
    if seeded and not evidence.attested:
        yield Finding("attested", None, "verify.unattested")


def _missing(record: BundleRecord, name: str, in_time: Collection[str]) -> Iterator[Finding]:
    """A note for each cosigner whom the plan names and who has not signed before the seed."""
    for one in planned_cosigners(record.plan):
        if one["key"] not in in_time:
            params = {"round": name, "name": one["name"], "key": one["key"]}
            yield Finding("uncosigned", None, "verify.uncosigned", params)


def level_of(
    announced: Sequence[Mapping[str, Any]],
    act: Mapping[str, Any],
    evidence: tuple[Sequence[str], Sequence[str], Sequence[str]] = ((), (), ()),
    *,
    is_published: bool,
    beacons: Collection[int] = (),
) -> tuple[int, str]:
    """The level of a round, and the code of its words.

    `announced` are the parts of the seed in the commitment, `act` is that of the seed (its `parts`,
    `witnessed` and `at`), `evidence` when the commitment's publication was cosigned with keys that
    are believed, when it was stamped, and when it was cosigned with keys that the plan names.
    """
    if not is_published:
        return UNWITNESSED, "0-unpublished"
    if not (source_of(act["parts"]) or act["witnessed"]):
        return UNWITNESSED, "0"
    cosigned, stamped, named = evidence
    stamps = [moment for moment in stamped if moment < act["at"]]
    if stamps and _is_beacon(announced, act["parts"], min(stamps), beacons):
        return BEACON, "4"
    if stamps:
        return STAMPED, "3"
    if any(moment < act["at"] for moment in cosigned):
        return COSIGNED, "2"
    if any(moment < act["at"] for moment in named):
        return COSIGNED, "2-plan"
    return WITNESSED, "1"


def _is_beacon(
    announced: Sequence[Mapping[str, Any]],
    parts: Sequence[Mapping[str, Any]],
    stamped: str,
    beacons: Collection[int],
) -> bool:
    """Whether a seed ends in an announced round of drand, checked, and later than a stamp."""
    last = parts[-1]
    if last["kind"] != "drand" or last["chain"] != QUICKNET or last["round"] not in beacons:
        return False
    rounds = [(one.get("chain"), one.get("round")) for one in announced]
    is_announced = (last["chain"], last["round"]) in rounds
    return is_announced and beacon_moment(last["round"]) > stamped


def check_beacons(record: BundleRecord) -> Iterator[Finding]:
    """The signatures of the rounds of drand that the draw's own seeds are made of.

    A note where the library that checks them is not installed.
    """
    for name in COMMITTED_AT:
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
