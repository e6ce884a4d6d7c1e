"""What is checked, and what others than the bureau sign: publications, audit folders, stamps; keys.

None of it needs a workspace: a notary or a neighbour does it in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from yaohao.planner.wording.format import check_words, verdict_lines
from yaohao.planner.wording.messages import say
from yaohao.planner.wording.moments import local_moment
from yaohao.planner.workspace import Workspace
from yaohao.tui.jobs.model import Job, JobDone, JobField, JobInput, JobTable, Progress

FOLDER = JobField("folder", "folder", is_needed=True, begins="{publication}")
KEY = JobField("key", "file", is_needed=True)
PASSPHRASE = JobField("passphrase", "passphrase", is_needed=True)
NEW_KEY = JobField("file", "new-file", is_needed=True, words="key-file")


def _verify(_: Workspace, given: JobInput, __: Progress) -> JobDone:
    """Every check of a publication, a site, an audit folder, or of one proof."""
    from yaohao.planner.doors.checks import (
        read_public_key,
        verify_entity_proof,
        verify_publication,
        verify_since,
    )
    from yaohao.planner.vocabulary.problems import refuse

    folder, proof, key = given.path("folder"), given.path("proof"), given.path("key")
    if folder is None and proof is None:
        raise refuse("tui_jobs.nothing-to-verify")
    findings: list[Any] = []
    if folder is not None:
        findings += verify_publication(
            folder,
            given.path("audit"),
            read_public_key(key) if key else None,
            given.path("tsa"),
            cosigners=map(read_public_key, given.paths("cosigners")),
            auditors=map(read_public_key, given.paths("auditors")),
        )
        if given.text("since"):
            findings.append(verify_since(folder, given.path("since") or given.text("since")))
    if proof is not None:
        findings += verify_entity_proof(proof, folder)
    return checks_done(findings, str(folder or proof))


def checks_done(findings: list[Any], what: str) -> JobDone:
    """Findings as a table, those that fail first, under the verdict."""
    findings = sorted(findings, key=lambda one: {False: 0, None: 1, True: 2}[one.ok])
    marks = {
        True: (say("verdict.mark-pass"), "good"),
        False: (say("verdict.mark-fail"), "bad"),
        None: (say("verdict.mark-note"), "warn"),
    }
    rows = [[marks[one.ok], check_words(one.name), one.words()] for one in findings]
    failed = sum(one.ok is False for one in findings)
    told = (
        say("tui_jobs.verified-bad", what=what, number=failed)
        if failed
        else say("tui_jobs.verified", what=what, number=len(findings))
    )
    headings = ("tui_publish.col-mark", "tui_publish.col-check", "tui_publish.col-finding")
    table = JobTable(
        headings, rows, (7, 22, 20), 2, reads=[f"{row[1]}\n\n{row[2]}" for row in rows]
    )
    return JobDone(told, lines=verdict_lines(findings), table=table, is_bad=bool(failed))


def _statement(report: Mapping[str, Any], *more: str) -> JobDone:
    """What somebody has signed, and into which file."""
    facts = [
        (say("common.label-draw"), report["draw"]),
        (say("tui_jobs.label-at"), local_moment(report["at"])),
        (say("tui_jobs.label-key"), report["key"]),
        (say("tui_jobs.label-sums"), report["sums"]),
    ]
    code = "tui_jobs.stated" if report["new"] else "tui_jobs.stated-before"
    return JobDone(say(code, file=report["file"]), facts, more, [Path(report["file"])])


def _cosign(_: Workspace, given: JobInput, __: Progress) -> JobDone:
    from yaohao.planner.doors.evidence import cosign

    told = cosign(given.needed("folder"), given.needed("key"), given.secret(), given.new("to"))
    return _statement(told, say("tui_jobs.after-statement"))


def _witness(_: Workspace, given: JobInput, __: Progress) -> JobDone:
    from yaohao.planner.doors.evidence import witness

    report = witness(
        given.needed("folder"),
        given.needed("key"),
        given.secret(),
        given.new_needed("state"),
        given.new("to"),
    )
    return _statement(report, say("tui_jobs.witnessed", seen=report["seen"], lines=report["lines"]))


def _attest(_: Workspace, given: JobInput, __: Progress) -> JobDone:
    from yaohao.planner.doors.evidence import attest

    to = given.new("to") or given.folder.absolute()
    report = attest(given.needed("folder"), given.needed("key"), given.secret(), to)
    return _statement(report, say("tui_jobs.attested", number=len(report["passed"])))


def _request(_: Workspace, given: JobInput, __: Progress) -> JobDone:
    from yaohao.planner.doors.evidence import request_stamp

    report = request_stamp(given.needed("folder"), given.new("to"))
    facts = [(say("tui_jobs.label-sums"), report["digest"])]
    after = [say("tui_jobs.after-request")]
    return JobDone(
        say("tui_jobs.requested", file=report["file"]), facts, after, [Path(report["file"])]
    )


def _attach(_: Workspace, given: JobInput, __: Progress) -> JobDone:
    from yaohao.planner.doors.evidence import attach_stamp

    report = attach_stamp(
        given.needed("folder"), given.needed("reply"), given.path("request"), given.path("tsa")
    )
    lines = [] if report["request"] else [say("tui_jobs.no-nonce")]
    lines += [] if report["authority"] else [say("tui_jobs.no-authority")]
    facts = [
        (say("tui_jobs.label-sums"), report["digest"]),
        (say("tui_jobs.label-at"), local_moment(report["time"])),
    ]
    return JobDone(
        say("tui_jobs.stamped", file=report["file"]), facts, lines, [Path(report["file"])]
    )


def _new_key(_: Workspace, given: JobInput, __: Progress) -> JobDone:
    from yaohao.planner.doors.keys import check_new_key, make_key

    file = given.new_needed("file")
    public = check_new_key(file)
    key = make_key(file, given.secret(again="again"))
    facts = [
        (say("tui_jobs.label-key"), key),
        (say("tui_jobs.label-private"), str(file)),
        (say("tui_jobs.label-public"), str(public)),
    ]
    after = [say("tui_jobs.after-key")]
    return JobDone(say("tui_jobs.key-made", file=str(public)), facts, after, [public])


def _change_key(_: Workspace, given: JobInput, __: Progress) -> JobDone:
    from yaohao.planner.doors.keys import change_passphrase

    file = given.needed("file")
    change_passphrase(file, given.secret(), given.secret("new_passphrase", again="again"))
    return JobDone(say("tui_jobs.key-changed", file=str(file)))


def _show_key(_: Workspace, given: JobInput, __: Progress) -> JobDone:
    from yaohao.planner.doors.checks import read_public_key

    file = given.needed("file")
    key = read_public_key(file)
    return JobDone(say("tui_jobs.key-shown"), [(str(file.name), key)], copied=key)


AGAIN = JobField("again", "passphrase-again", is_needed=True)

JOBS = (
    Job("verify", "verify", "checking", _verify,
        (
            JobField("folder", "folder", begins="{publication}", words="verified"),
            JobField("audit", "folder"),
            JobField("proof", "file"),
            JobField("key", "file", words="public-key"),
            JobField("tsa", "file"),
            JobField("cosigners", "file", is_several=True),
            JobField("auditors", "file", is_several=True),
            JobField("since", "file"),
        ),
        ("publish", "ledger"), {"verbose": True}),
    Job("cosign", "cosign", "checking", _cosign,
        (FOLDER, KEY, PASSPHRASE, JobField("to", "new-folder", words="beside-folder")),
        ("publish",)),
    Job("witness", "witness", "checking", _witness,
        (FOLDER, KEY, PASSPHRASE, JobField("state", "new-file", is_needed=True),
         JobField("to", "new-folder", words="beside-folder"))),
    Job("attest", "attest", "checking", _attest,
        (JobField("folder", "folder", is_needed=True, words="audit"), KEY, PASSPHRASE,
         JobField("to", "new-folder", words="to-folder"))),
    Job("stamp-request", "stamp request", "checking", _request,
        (FOLDER, JobField("to", "new-file", words="to-file")), ("publish",)),
    Job("stamp-attach", "stamp attach", "checking", _attach,
        (FOLDER, JobField("reply", "file", is_needed=True), JobField("request", "file"),
         JobField("tsa", "file")), ("publish",)),
    Job("key-new", "key new", "keys", _new_key, (NEW_KEY, PASSPHRASE, AGAIN), ("publish",)),
    Job("key-change", "key change", "keys", _change_key,
        (
            JobField("file", "file", is_needed=True, words="key-file"),
            PASSPHRASE,
            JobField("new_passphrase", "passphrase", is_needed=True, words="new-passphrase"),
            AGAIN,
        )),
    Job("key-show", "key show", "keys", _show_key,
        (JobField("file", "file", is_needed=True, words="public-key"),)),
)  # fmt: skip
"""Jobs of checks, statements and keys."""
