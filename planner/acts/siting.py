"""A site of all draws: every publication adds a stage to it and rewrites none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from planner.acts.desk import Desk
from planner.acts.drawing import is_witnessed
from planner.acts.published import unpublished_of
from planner.acts.publishing import public_items, publish, record_document
from planner.publication.signing import Signer
from planner.publication.site import Listed, Stage, feed_bytes, index_bytes, items_bytes
from planner.vocabulary.digest import file_digest
from planner.vocabulary.files import write_whole
from planner.vocabulary.problems import refuse

DRAWS = "draws"
_CHANGING = ("ledger", "previous")
"""What differs between two publications of the same state."""


def publish_to_site(
    desk: Desk, draw: str, site: Path, forms: Sequence[str] = (), signer: Signer | None = None
) -> dict[str, Any]:
    """Publish a draw as the next stage of a site, then write the site's list, feed and items anew.

    A stage is a bundle in a folder of its own, which is never touched again. Raises PlannerError
    for a folder that is no site, and where nothing has changed since the last stage.
    """
    _check_site(site)
    stage = desk.store.draw(draw)["stage"]
    home = site / DRAWS / draw
    known = _folders(home)
    if known:
        last = json.loads((known[-1] / "draw.json").read_text(encoding="utf-8"))
        now = record_document(desk, draw)
        if all(last[key] == now[key] for key in now if key not in _CHANGING):
            raise refuse("draw.nothing-new", draw=draw, folder=str(known[-1]))
    name = f"{len(known) + 1:02d}-{stage}"
    home.mkdir(parents=True, exist_ok=True)
    told = publish(desk, draw, home / name, forms, signer)
    write_site(desk, site)
    return {**told, "site": str(site)}


def write_site(desk: Desk, site: Path) -> None:
    """Write list, feed and items of a site by the stages that lie in it."""
    lang = desk.settings.language
    draws = [
        found
        for row in desk.store.rows("SELECT draw FROM draws ORDER BY place")
        if (found := _listed(desk, site, row["draw"])) is not None
    ]
    items = public_items(desk)
    write_whole(site / "items.csv", items_bytes(items))
    write_whole(site / "feed.atom", feed_bytes(draws, lang))
    write_whole(site / "index.html", index_bytes(draws, items, lang))


def _listed(desk: Desk, site: Path, draw: str) -> Listed | None:
    """A draw as the site lists it; None where it has no stage there."""
    found = desk.store.draw(draw)
    published = {
        line.act["sums"]: line.act
        for line in desk.store.ledger()
        if line.act["act"] == "publication" and line.act["draw"] == draw
    }
    stages = []
    for folder in _folders(site / DRAWS / draw):
        sums = file_digest(folder / "SHA256SUMS")
        act = published.get(sums)
        if act is None:
            raise refuse("draw.strange-stage", folder=str(folder), draw=draw)
        place = folder.relative_to(site).as_posix()
        stages.append(Stage(place, act["stage"], act["at"], sums))
    if not stages:
        return None
    record, plan = found["record"], found["plan"]
    rounds = [one for one in (record["select"], record["crew"]) if one and one["seed"]]
    return Listed(
        draw,
        plan["title"],
        plan["authority"],
        (plan["window"][0], plan["window"][1]),
        any(not is_witnessed(one) for one in rounds),
        bool(unpublished_of(desk, draw, record)),
        stages,
    )


def _folders(home: Path) -> list[Path]:
    """The stages of a draw in a site, the first first."""
    if not home.is_dir():
        return []
    return sorted(path for path in home.iterdir() if (path / "SHA256SUMS").is_file())


def _check_site(site: Path) -> None:
    """Refuse a folder that is neither new nor empty nor a site."""
    if not site.exists() or (site.is_dir() and not any(site.iterdir())):
        return
    if not (site / DRAWS).is_dir():
        raise refuse("draw.not-a-site", folder=str(site))
