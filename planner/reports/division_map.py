"""A map of the divisions of the register as tiles, laid out by their codes alone."""

from __future__ import annotations

from collections import Counter, defaultdict

from yaohao.planner.draw.withdrawals import made_visits
from yaohao.planner.follow_up.results import group_of
from yaohao.planner.learning.finding import Finding
from yaohao.planner.learning.work_pictures import map_of
from yaohao.planner.schema.draw import Stage
from yaohao.planner.schema.reports.pictures import DivisionOfMap, GroupOfMap, MapReport
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.divisions import LENGTHS
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.terms import NOT_YET
from yaohao.planner.wording.format import code_name
from yaohao.planner.wording.messages import say

MEASURES = ("rate", "visits", "violations", "size")
MOST = 120
"""Tiles that are taken in at a glance; above that codes are shortened by one level."""


def division_map(
    workspace: WorkspaceFolder, by: str = "rate", *, draw: str = "", digits: int = 0
) -> Finding:
    """The divisions of the register with their entities, visits and violations; one is shaded by.

    Of one draw or of all that were not abandoned. `digits` are those of the codes (2, 4, 6, 9 or
    12), by default as many as give 120 tiles at most. Its figures are a `MapReport`. Raises
    PlannerError for another measure, an unknown draw, and where the register is empty.
    """
    if by not in MEASURES:
        raise refuse("picture.unknown-measure", found=by, known=list(MEASURES))
    has_parts = workspace.settings.register == "china"
    if digits and (not has_parts or digits not in LENGTHS):
        raise refuse("picture.bad-digits", found=digits, known=list(LENGTHS))
    sizes = _sizes(workspace)
    if not sizes:
        raise refuse("picture.map-empty")
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for code, number in sizes.items():
        counts[code]["entities"] += number
    store = workspace.store
    draws = [store.draw(draw)] if draw else store.all_draws()
    draws = [one for one in draws if draw or one.stage is not Stage.ABANDONED]
    for one in draws:
        for visit in made_visits(store.visits(one.id), one.withdrawals):
            mine = counts[visit["region"] or ""]
            mine["visits"] += 1
            mine["visited"] += visit["result"] != NOT_YET
            mine["found"] += group_of(visit["result"]) == "problems"
    digits = (digits or _fitting(counts)) if has_parts else 0
    report: MapReport = {
        "by": by,
        "digits": digits,
        "draws": [one.id for one in draws],
        "groups": _groups(_shortened(counts, digits), digits),
        "sentences": [],
    }
    return Finding(report, lambda: _sentences(report), lambda: [map_of(report)])


def _sizes(workspace: WorkspaceFolder) -> dict[str, int]:
    """How many entities each division of the register has."""
    if workspace.store.snapshot() is None:
        return {}
    from yaohao.planner.engine.browse import code_counts

    return code_counts(workspace.snapshot_path()[0], ("region",))["region"]


def _fitting(counts: dict[str, Counter[str]]) -> int:
    """The most digits with which there are no more tiles than are taken in at a glance."""
    for digits in LENGTHS[::-1]:
        codes = {code[:digits] for code in counts}
        if len(codes) <= MOST and any(len(code) == digits for code in codes):
            return digits
    return LENGTHS[0]


def _shortened(counts: dict[str, Counter[str]], digits: int) -> dict[str, Counter[str]]:
    if not digits:
        return counts
    shortened: dict[str, Counter[str]] = defaultdict(Counter)
    for code, mine in counts.items():
        shortened[code[:digits]].update(mine)
    return shortened


def _groups(counts: dict[str, Counter[str]], digits: int) -> list[GroupOfMap]:
    """The divisions in groups by the level above theirs, in the order of the codes."""
    above = max((one for one in LENGTHS if one < digits), default=0)
    groups: dict[str, list[DivisionOfMap]] = defaultdict(list)
    for code in sorted(counts):
        mine = counts[code]
        groups[code[:above]].append(
            {
                "code": code,
                "name": _name(code),
                "entities": mine["entities"],
                "visits": mine["visits"],
                "visited": mine["visited"],
                "found": mine["found"],
            }
        )
    return [
        {"code": code, "name": _name(code) if code else "", "divisions": tiles}
        for code, tiles in groups.items()
    ]


def _name(code: str) -> str:
    """The name of a division, or its code where it has none; words for none at all."""
    return code_name("region", code) if code else say("picture.no-division")


def _sentences(report: MapReport) -> list[str]:
    tiles = [one for group in report["groups"] for one in group["divisions"]]
    sums = {
        "entities": sum(one["entities"] for one in tiles),
        "visits": sum(one["visits"] for one in tiles),
        "visited": sum(one["visited"] for one in tiles),
        "found": sum(one["found"] for one in tiles),
    }
    # Who has no division has a tile, which is counted for no division.
    known = [one for one in tiles if one["code"]]
    nowhere = sum(one["entities"] for one in tiles if not one["code"])
    words = [
        say(
            "picture.map-told",
            divisions=len(known),
            nowhere=nowhere,
            draws=len(report["draws"]),
            **sums,
        )
    ]
    without = [one["name"] for one in known if not one["visits"]]
    if report["draws"] and without:
        some = say("common.comma").join(without[:5])
        words.append(say("picture.map-without", size=len(without), names=some))
    return [*words, say(f"picture.map-by-{report['by']}")]
