"""The ceremony: what is shown in public while a round is held; read only.

Where tiers are hidden nothing here gives one away: what fell is then told by region, which is
public, and not by cell, whose order, size and count would tell the tier.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import cast

from yaohao.planner.draw.seed_parts import announced_parts, source_of
from yaohao.planner.draw.stages import is_witnessed
from yaohao.planner.publication.disclosure import TIER_COLUMNS, tiers_shown
from yaohao.planner.schema.draw import ROUNDS, DrawnCell
from yaohao.planner.schema.reports.ceremony import (
    CeremonyReport,
    ShownCrewRound,
    ShownGroup,
    ShownSelectRound,
    ShownVisit,
)
from yaohao.planner.schema.reports.draws import CommitmentReport, OutcomeReport
from yaohao.planner.schema.visit import VisitRow
from yaohao.planner.storage import outside_writes
from yaohao.planner.storage.evidence import standing_of
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.layout import PUBLICATIONS
from yaohao.planner.storage.publications import is_published, published_stages
from yaohao.planner.vocabulary.digest import sha, visit_place
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.units import PPM

PICTURES = (".png", ".svg")


def ceremony(workspace: WorkspaceFolder, draw: str) -> CeremonyReport:
    """A draw as it may stand on the wall: its rounds, the one that is on, and what fell in them.

    `round` is the round whose commitment came last. Each of `rounds` is as in the record, with
    `witnessed` (None before its seed) and `published` (whether its commitment was, before the
    seed), `level` what stands behind it (None before its seed). `visits` have no cell, chance or
    ticket where tiers are hidden, and a `mark` by which they fall: the ticket where it is public,
    else what the list is in order of. `groups` are
    ``{"cell" or "region": ..., "visits": [indices]}`` in the order in which they fall. `asked` is
    what of the announced sources is typed by hand.
    """
    stored = workspace.store.draw(draw)
    plan = stored.plan
    shown = tiers_shown(plan)
    key = str(stored.select["key"])
    visits = [_shown(visit, key, shown=shown) for visit in workspace.store.visits(draw)]
    acts = [line.act for line in workspace.store.ledger()]
    published = published_stages(acts).get(draw, set())
    levels = {one["round"]: one for one in standing_of(workspace.store, stored, acts)}
    select, crew = stored.select, stored.crew
    rounds: dict[str, ShownSelectRound | ShownCrewRound] = {
        "select": {
            **select,
            "witnessed": is_witnessed(select) if select["seed"] else None,
            "published": is_published(published, "select"),
            "level": levels.get("select"),
        }
    }
    if crew is not None:
        rounds["crew"] = {
            **crew,
            "witnessed": is_witnessed(crew) if crew["seed"] else None,
            "published": is_published(published, "crew"),
            "level": levels.get("crew"),
        }
    inspectors = {one for visit in visits for one in visit["inspectors"]}
    return {
        "draw": draw,
        "stage": stored.stage.value,
        "title": plan["title"],
        "authority": plan["authority"],
        "window": plan["window"],
        "tiers": plan["publication"]["tiers"],
        "announced": {name: source_of(announced_parts(plan, name)) for name in ROUNDS},
        "asked": {
            name: source_of(
                [part for part in announced_parts(plan, name) if part["kind"] != "drand"]
            )
            for name in ROUNDS
        },
        "abandoned": stored.record["abandoned"],
        "round": "crew" if "crew" in rounds else "select",
        "rounds": rounds,
        "visits": visits,
        "groups": _groups(visits, stored.cells if shown else None),
        "names": {
            row["inspector_id"]: row["name"]
            for row in workspace.store.roster("inspectors")
            if row["inspector_id"] in inspectors
        },
    }


def _shown(visit: VisitRow, key: str, *, shown: bool) -> ShownVisit:
    """A visit as it may stand on the wall; where tiers are hidden without `TIER_COLUMNS`."""
    hidden = ("draw", "place", *(() if shown else TIER_COLUMNS))
    mark = visit["ticket"] if shown else visit_place(key, visit["entity_id"])
    rest = {name: value for name, value in visit.items() if name not in hidden}
    return cast(ShownVisit, {**rest, "mark": mark})


def _groups(visits: Sequence[ShownVisit], cells: Sequence[DrawnCell] | None) -> list[ShownGroup]:
    """The visits that the lot took, by cell where cells are public, else by region."""
    drawn = [
        place
        for place, visit in enumerate(visits)
        if visit["standing"] == "pool" and not visit["reserve"]
    ]
    drawn.sort(key=lambda place: visits[place]["mark"])
    if cells is None:
        by_region: dict[str, list[int]] = {}
        for place in drawn:
            by_region.setdefault(visits[place]["region"], []).append(place)
        return [{"region": code, "visits": by_region[code]} for code in sorted(by_region)]
    by_cell: dict[int | None, list[int]] = {}
    for place in drawn:
        by_cell.setdefault(visits[place]["cell"], []).append(place)
    return [
        {
            "cell": cell["cell"],
            "name": cell["name"],
            "size": cell["size"],
            "visits": by_cell[cell["cell"]],
        }
        for cell in cells
        if cell["cell"] in by_cell
    ]


def outcome(workspace: WorkspaceFolder, draw: str) -> OutcomeReport | None:
    """Where the lot's point fell on the line of outcomes, in millionths; None before the draw.

    `outcome` counts from 0; the outcome taken reaches from `first` up to `last`, and `point` lies
    there. Source: the draw protocol, "Selection": the first outcome whose weights, summed up, pass
    ``u / 2^256``.
    """
    stored = workspace.store.draw(draw)
    select = stored.select
    if not select["key"] or select["outcome"] is None:
        return None
    lottery = workspace.frozen(stored).lottery
    weights = [one["weight"] for one in lottery["outcomes"]]
    ends = [0]
    for weight in weights:
        ends.append(ends[-1] + weight)
    first, last = list(pairwise(ends))[select["outcome"]]
    return {
        "draw": draw,
        "outcome": select["outcome"],
        "outcomes": len(weights),
        "point": int(sha(f"{select['key']}|allocation"), 16) * PPM >> 256,
        "first": first,
        "last": last,
        "ends": ends[1:],
        "drawn": sum(lottery["outcomes"][select["outcome"]]["counts"]),
    }


def commitment(workspace: WorkspaceFolder, draw: str, round_: str = "") -> CommitmentReport:
    """The commitment of a round, the one that came last where none is named, and its QR code.

    `modules` are the rows of the code as texts of 0 and 1, without its quiet zone. Raises
    PlannerError where the round has none yet.
    """
    from yaohao.planner.publication.qr import modules

    stored = workspace.store.draw(draw)
    name = round_ or ("crew" if stored.crew else "select")
    held = next((stored.round(one) for one in ROUNDS if one == name), None)
    if held is None:
        raise refuse("draw.no-commitment", draw=draw)
    return {
        "draw": draw,
        "round": name,
        "commitment": held["commitment"],
        "committed_at": held["committed_at"],
        "source": source_of(announced_parts(stored.plan, name)),
        "modules": modules(held["commitment"]),
    }


def save_code(workspace: WorkspaceFolder, draw: str, round_: str = "", to: str = "") -> str:
    """Write the QR code of a commitment as a picture; where it was written.

    Without a name it goes into the folder of publications. Raises PlannerError for a name that ends
    neither in ``.svg`` nor in ``.png``, and where it cannot be written.
    """
    from yaohao.planner.publication import qr

    committed = commitment(workspace, draw, round_)
    path = Path(to) if to else workspace.folder / PUBLICATIONS / f"{draw}-{committed['round']}.png"
    if path.suffix.lower() not in PICTURES:
        raise refuse("draw.unknown-picture", file=str(path), known=list(PICTURES))
    try:
        picture = qr.picture(committed["commitment"], path.suffix.lstrip(".").lower())
        outside_writes.write_file(workspace.folder, path, picture)
    except OSError as error:
        reason = error.strerror or str(error)
        raise refuse("workspace.unwritable", file=str(path), found=reason) from error
    return str(path)
