"""What is shown to the public, to auditors, to firms and to inspectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.messages import language, say
from yaohao.planner.workspace import Workspace
from yaohao.tui.jobs.model import Job, JobDone, JobField, JobInput, Progress

DRAW = JobField("draw", "draw", is_needed=True, begins="{draw}")
ENTITY = JobField("entity", "entity", is_needed=True, begins="{entity}")
KEY = JobField("sign", "file")
PASSPHRASE = JobField("passphrase", "passphrase")
PAGE = "index.html"
SHOWN = 12
"""Names of files that a question has room for."""


def _where(given: JobInput) -> Path:
    site = given.new("site")
    if site and given.text("to"):
        raise refuse("tui_jobs.site-or-to")
    return site or given.new("to") or given.folder.absolute() / "publications" / given.text("draw")


def _publish_trial(workspace: Workspace, given: JobInput, _: Progress) -> Sequence[str]:
    """Where what would be written, and what the public would see of it."""
    report = workspace.publish_trial(
        given.text("draw"),
        _where(given),
        given.parts("forms"),
        signed=bool(given.text("sign")),
        site=bool(given.text("site")),
        evidence=given.paths("evidence"),
    )
    where = report["would_write"]
    hidden = [say(f"publication.column-{name}") for name in report["hidden"]]
    lines = [
        say("tui_jobs.would-write", folder=where["folder"]),
        say("tui_jobs.would-files", files=where["files"][:SHOWN], size=len(where["files"])),
        say("tui_jobs.would-hide", hidden=hidden),
    ]
    if where["replaces"]:
        lines.append(say("tui_jobs.would-replace"))
    if where["site"]:
        lines.append(say("tui_jobs.would-renew", files=where["site"]))
    weak = _weak(given)
    return [*lines, weak] if weak else lines


def _weak(given: JobInput) -> str:
    """That a key made by an earlier version is easier to guess than it need be; "" if it is not."""
    from yaohao.planner.doors.keys import weak_key_rounds

    key = given.path("sign")
    rounds = weak_key_rounds(key) if key is not None else None
    return "" if rounds is None else say("tui_jobs.weak-key", rounds=f"{rounds:,}")


def _publish(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    report = workspace.publish(
        given.text("draw"),
        _where(given),
        given.parts("forms"),
        key=given.path("sign") or "",
        passphrase=given.secret(),
        site=bool(given.text("site")),
        evidence=given.paths("evidence"),
    )
    site = given.new("site")
    if site is not None:
        workspace.remember_site(site)
    folder = Path(report["folder"])
    facts = [
        (say("common.label-draw"), report["draw"]),
        (say("tui_jobs.label-stage"), say(f"common.stage-{report['stage']}")),
        (say("tui_jobs.label-folder"), str(folder)),
    ]
    if report.get("key"):
        facts.append((say("tui_jobs.label-key"), str(report["key"])))
    if report.get("evidence"):
        facts.append((say("tui_jobs.label-carried"), ", ".join(report["evidence"])))
    return JobDone(
        say("tui_jobs.published", size=len(report["files"]), folder=str(folder)),
        facts,
        files=[folder / PAGE, folder],
    )


def _audit(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    report = workspace.audit(given.text("draw"), given.new_needed("to"))
    return JobDone(
        say("tui_jobs.written-into", size=len(report["files"]), folder=report["folder"]),
        lines=[say("tui_jobs.holds-secret")],
        files=[Path(report["folder"])],
    )


def _proof(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    """One entity's proof, of this workspace or out of a folder of all, or that it is not there."""
    from yaohao.planner.doors.proof_files import proof_code, write_proof, write_proof_picture

    draw, entity, folder = given.text("draw"), given.text("entity"), given.path("folder")
    home = None if folder else given.folder
    document: Mapping[str, Any]
    if given.yes("absent"):
        document = workspace.absence_proof(draw, entity)
        named = document["entity_id"]
    else:
        document = (
            workspace.proof_from(folder, draw, entity) if folder else workspace.proof(draw, entity)
        )
        named = document["leaf"]["entity_id"]
    file = given.new("to") or given.folder.absolute() / "proofs" / f"{draw}-{named}.json"
    written, slip = [file], given.new("slip")
    file.parent.mkdir(parents=True, exist_ok=True)
    write_proof(file, document, home)
    if slip is not None and not given.yes("absent"):
        address = given.text("address")
        is_code = slip.suffix.lower() == ".svg"
        content = (
            proof_code(document, address) if is_code else workspace.proof_slip(document, address)
        )
        write_proof_picture(slip, content, home)
        written.append(slip)
    facts = [
        (say("common.label-draw"), draw),
        (say("common.label-entity"), named),
        (say("tui_jobs.label-rows"), f"{document['size']:,}"),
    ]
    return JobDone(
        say("tui_jobs.proved", entity=named, file=str(file)),
        facts,
        lines=[say("tui_jobs.proof-private")],
        files=written,
    )


def _proofs(workspace: Workspace, given: JobInput, progress: Progress) -> JobDone:
    report = workspace.proofs(given.text("draw"), given.new_needed("to"), progress)
    return JobDone(
        say("tui_jobs.proved-all", size=f"{report['proofs']:,}", folder=report["folder"]),
        lines=[say("tui_jobs.proof-private")],
        files=[Path(report["folder"])],
    )


def _notices(workspace: Workspace, given: JobInput, progress: Progress) -> JobDone:
    targeted = given.text("targeted")
    draw = given.text("draw")
    report = workspace.notices(
        draw,
        given.new("to") or given.folder.absolute() / "notices" / draw,
        given.parts("kinds"),
        language=language(),
        entities=given.parts("entities"),
        each=given.yes("each"),
        targeted=given.yes("targeted") if targeted else None,
        progress=progress,
    )
    folder = Path(report["folder"])
    lines = []
    if report["left_out"]:
        left = [say(f"tui_results.forms-{kind}") for kind in report["left_out"]]
        lines.append(say("tui_results.left", kinds=left))
    return JobDone(
        say("tui_jobs.written-into", size=len(report["files"]), folder=str(folder)),
        [(say("tui_jobs.label-visits"), f"{report['visits']:,}")],
        lines,
        [*(folder / name for name in report["files"] if "/" not in name), folder],
    )


def _worksheet(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    draw = given.text("draw")
    file = given.new("to") or given.folder.absolute() / f"worksheet-{draw}.xlsx"
    report = workspace.write_worksheet(draw, file, overwrite=given.yes("overwrite"))
    lines = []
    if report["without_phone"]:
        lines.append(
            say("tui_jobs.no-phone", number=report["without_phone"], size=report["visits"])
        )
    if report["without_inspectors"]:
        lines.append(say("tui_jobs.no-inspectors"))
    return JobDone(
        say("tui_jobs.listed", size=f"{report['visits']:,}", file=report["file"]),
        lines=[*lines, say("tui_jobs.internal")],
        files=[Path(report["file"])],
    )


def _open(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    """The page of a draw's publication, or one of its forms."""
    from yaohao.planner.doors.made_files import made_file
    from yaohao.planner.vocabulary.opening import open_file

    file = made_file(workspace, given.text("what"), given.text("form"))
    program = open_file(file)
    return JobDone(say("tui_jobs.opened", file=str(file), program=program), files=[file])


KINDS = ("notices", "records", "worklists", "bulletin", "national")
FORMS = "forms"

JOBS = (
    Job(
        "publish",
        "publish",
        "publishing",
        _publish,
        (
            DRAW,
            JobField("site", "new-folder", begins="{site}"),
            JobField("to", "new-folder", words="to-folder"),
            JobField("forms", "pick", begins="csv,json", picks=("csv", "json", "xlsx"),
                     is_several=True),
            KEY,
            PASSPHRASE,
            JobField("evidence", "file", is_several=True),
        ),
        ("publish", "draw", "home"),
        trial=_publish_trial,
    ),
    Job("audit", "audit", "publishing", _audit,
        (DRAW, JobField("to", "new-folder", is_needed=True, words="to-folder")),
        ("publish",), asks=True),
    Job("proof", "proof", "publishing", _proof,
        (
            DRAW,
            ENTITY,
            JobField("to", "new-file", words="to-file"),
            JobField("slip", "new-file"),
            JobField("address"),
            JobField("folder", "folder", words="from-proofs"),
            JobField("absent", "flag"),
        ),
        ("review", "publish", "register"), {"every": False}),
    Job("proofs", "proof", "publishing", _proofs,
        (DRAW, JobField("to", "new-folder", is_needed=True, begins="proofs/{draw}",
                        words="to-folder")),
        ("publish", "review"),
        {"every": True, "entity": None, "folder": "", "slip": "", "address": "", "absent": False}),
    Job("notices", "notices", "publishing", _notices,
        (
            DRAW,
            JobField("kinds", "pick", picks=KINDS, is_several=True, pick_words=FORMS),
            JobField("entities", "entity", is_several=True, words="only-entities"),
            JobField("each", "flag"),
            JobField("targeted", "flag"),
            JobField("to", "new-folder", words="to-folder"),
        ),
        ("results", "crews")),
    Job("worksheet", "worksheet", "publishing", _worksheet,
        (DRAW, JobField("to", "new-file", words="to-sheet"), JobField("overwrite", "flag")),
        ("crews", "results", "review")),
    Job("open-file", "open", "publishing", _open,
        (
            JobField("what", "draw", is_needed=True, begins="{draw}"),
            JobField("form", "pick", picks=KINDS, pick_words=FORMS),
        ),
        ("publish", "results"), {"where": False}),
)  # fmt: skip
"""Jobs of publications."""
