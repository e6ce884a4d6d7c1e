"""A site of all draws: every publication adds a stage to it and rewrites none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from yaohao.planner.draw.stages import check_protocol, is_unwitnessed
from yaohao.planner.publication.signing import Signer, list_of
from yaohao.planner.publication.site import (
    Listed,
    Stage,
    feed_bytes,
    index_bytes,
    items_bytes,
)
from yaohao.planner.schema.draw import Draw
from yaohao.planner.schema.reports.publications import PublishPlan, PublishReport
from yaohao.planner.storage import outside_writes
from yaohao.planner.storage.bundles import (
    SUMS,
    Evidence,
    bundle_files,
    public_items,
    publish_held,
    record_document,
)
from yaohao.planner.storage.calendar import zone
from yaohao.planner.storage.evidence import evidence_in, evidence_to_carry, standing_of
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.kept_results import check_reviewed
from yaohao.planner.storage.public_folders import check_alone
from yaohao.planner.storage.publications import unpublished_of
from yaohao.planner.verification.public import check_sums
from yaohao.planner.vocabulary.digest import file_digest
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.whole_folders import is_unfinished

DRAWS = "draws"
_CHANGING = ("ledger", "previous")
"""What differs between two publications of the same state."""
_OF_SITE = ("items.csv", "feed.atom", "index.html")
"""The files of a site that every publication writes anew, beside their list."""


def publish_to_site(
    workspace: WorkspaceFolder,
    draw: str,
    site: Path,
    forms: Sequence[str] = (),
    signer: Signer | None = None,
    evidence: Sequence[Path] = (),
) -> PublishReport:
    """Publish a draw as the next stage of a site, then write the site's list, feed and items anew.

    A stage is a bundle in a folder of its own, which is never touched again. What a killed
    publication left undone is done first. Raises PlannerError for a folder that is no site, for
    stages that are not as they were published, and where nothing has changed since the last stage.
    It carries what others signed and stamped of the draw's stages, and the files of `evidence`:
    where these are the only news, they are what the stage is for.
    """
    workspace.refuse_rehearsal(draw)
    _check_site(site)
    stored = workspace.store.draw(draw)
    check_protocol(stored)
    with outside_writes.alone(workspace.folder, "publish", site):
        with workspace.act("publish"):
            pass  # a stage that a killed publication promised is put in place
        if (site / DRAWS).is_dir():
            write_site(workspace, site)
        known = _folders(site / DRAWS / draw)
        files = bundle_files(forms, is_signed=signer is not None)
        place = _next(workspace, stored, site, files, evidence)[0]
        report = publish_held(workspace, draw, place, forms, signer, Evidence(known, evidence))
        write_site(workspace, site)
    return {**report, "site": str(site)}


# Many parameters: as those of `publish_to_site`.
def site_trial(
    workspace: WorkspaceFolder,
    draw: str,
    site: Path,
    forms: Sequence[str] = (),
    evidence: Sequence[Path] = (),
    *,
    is_signed: bool,
) -> PublishPlan:
    """Where `publish_to_site` would write what; nothing is written. PlannerError as it does.

    `folder` and `files` are those of the stage, `site` the files of the site that are written anew.
    """
    workspace.refuse_rehearsal(draw)
    check_reviewed(workspace, draw)
    _check_site(site)
    files = bundle_files(forms, is_signed=is_signed)
    folder, carried = _next(workspace, workspace.store.draw(draw), site, files, evidence)
    return {
        "folder": str(folder),
        "files": sorted({*files, *carried}),
        "replaces": False,
        "site": sorted(str(site / name) for name in (*_OF_SITE, SUMS)),
    }


def _next(
    workspace: WorkspaceFolder,
    stored: Draw,
    site: Path,
    files: Sequence[str],
    given: Sequence[Path],
) -> tuple[Path, dict[str, bytes]]:
    """The folder of a draw's next stage, and the evidence of others that it will carry.

    Raises PlannerError where the stage would have nothing that the last one has not: of the draw,
    of what others have signed or stamped, or a file (the workbook, a signature).
    """
    home = site / DRAWS / stored.id
    known = _folders(home)
    carried = evidence_to_carry(workspace.store, stored, known, given)
    if known:
        last = json.loads((known[-1] / "draw.json").read_text(encoding="utf-8"))
        now = record_document(workspace, stored.id)
        now["visits"] = list(now["visits"])
        is_same = all(last[key] == now[key] for key in now if key not in _CHANGING)
        has_files = all((known[-1] / name).is_file() for name in files)
        if is_same and has_files and carried.items() <= evidence_in(known[-1]).items():
            raise refuse("draw.nothing-new", draw=stored.id, folder=str(known[-1]))
    return home / f"{len(known) + 1:02d}-{stored.stage}", carried


def write_site(workspace: WorkspaceFolder, site: Path) -> None:
    """Write list, feed and items of a site by the stages that lie in it, where they differ.

    What the list leads to is there before the list. Raises PlannerError for a stage that is not as
    it was published.
    """
    lang = workspace.settings.language
    draws = [
        listed
        for draw in workspace.store.draw_ids()
        if (listed := _listed(workspace, site, draw)) is not None
    ]
    items = public_items(workspace)
    contents = (
        items_bytes(items),
        feed_bytes(draws, lang),
        index_bytes(draws, items, lang, zone(workspace), workspace.settings.contact),
    )
    files = dict(zip(_OF_SITE, contents, strict=True))
    digests = {name: sha256(content).hexdigest() for name, content in files.items()}
    for name, content in {**files, SUMS: list_of(digests)}.items():
        path = site / name
        if not path.is_file() or path.is_symlink() or path.read_bytes() != content:
            outside_writes.write_file(workspace.folder, path, content)


def _listed(workspace: WorkspaceFolder, site: Path, draw: str) -> Listed | None:
    """A draw as the site lists it; None where it has no stage there."""
    stored = workspace.store.draw(draw)
    published = {
        line.act["sums"]: line.act
        for line in workspace.store.ledger()
        if line.act["act"] == "publication" and line.act["draw"] == draw
    }
    stages = []
    for folder in _folders(site / DRAWS / draw):
        listed = folder / SUMS
        sums = file_digest(listed) if listed.is_file() else ""
        act = published.get(sums)
        if act is None:
            raise refuse("draw.strange-stage", folder=str(folder), draw=draw)
        whole = check_sums(folder)
        if whole.ok is False:
            found_words = whole.words()
            raise refuse("draw.damaged-stage", folder=str(folder), draw=draw, found=found_words)
        place = folder.relative_to(site).as_posix()
        stages.append(Stage(place, act["stage"], act["at"], sums))
    if not stages:
        return None
    plan = stored.plan
    return Listed(
        draw,
        plan["title"],
        plan["authority"],
        (plan["window"][0], plan["window"][1]),
        is_unwitnessed(stored.rounds),
        bool(unpublished_of(workspace, stored)),
        stages,
        standing_of(workspace.store, stored, published.values()),
    )


def _folders(home: Path) -> list[Path]:
    """The stages of a draw in a site, the first first."""
    if not home.is_dir():
        return []
    return sorted(path for path in home.iterdir() if path.is_dir() and not is_unfinished(path))


def _check_site(site: Path) -> None:
    """Refuse a folder that is neither new nor empty nor a site, or lies in another's."""
    check_alone(site)
    if not site.exists() or (site.is_dir() and not any(site.iterdir())):
        return
    if not (site / DRAWS).is_dir():
        raise refuse("draw.not-a-site", folder=str(site))
