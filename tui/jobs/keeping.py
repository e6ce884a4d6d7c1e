"""What keeps a workspace in order: its settings, its backups checked and restored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from yaohao.planner.wording.messages import say
from yaohao.planner.wording.moments import local_moment
from yaohao.planner.workspace import Workspace
from yaohao.tui.jobs.model import Job, JobDone, JobField, JobInput, JobTable, Progress

PASSPHRASE = JobField("passphrase", "passphrase", words="backup-passphrase")
FILE = JobField("file", "file", is_needed=True, words="backup-file")
TO = JobField("to", "new-folder", is_needed=True, words="empty-folder")


def _settings(workspace: Workspace, _: JobInput, __: Progress) -> JobDone:
    """The settings of the workspace and of the user; Enter changes the marked one."""
    from yaohao.planner.doors.user_settings import all_settings

    found = all_settings(workspace)
    rows = [
        [
            row["key"],
            (_value(row["value"]), "dim" if row["fixed"] else "strong"),
            (say(f"config.about-{row['key'].replace('.', '-')}"), "dim"),
        ]
        for row in found
    ]
    headings = tuple(f"tui_jobs.col-{name}" for name in ("setting", "value", "meaning"))
    goes = [
        ("tools", {"job": "config-set", "begins": {"key": row["key"], "value": str(row["value"])}})
        for row in found
    ]
    table = JobTable(headings, rows, (15, 18, 20), 2, goes)
    return JobDone(say("tui_jobs.settings"), table=table)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return say("common.yes" if value else "common.no")
    return str(value) or "-"


def _change_setting(workspace: Workspace, given: JobInput, _: Progress) -> JobDone:
    from yaohao.planner.doors.user_settings import change_any_setting

    report = change_any_setting(workspace, given.text("key"), given.text("value"))
    facts = [
        (say("tui_jobs.label-before"), report["before"] or "-"),
        (say("tui_jobs.label-after"), report["after"] or "-"),
    ]
    said = say("tui_jobs.setting-changed", key=report["key"])
    return JobDone(said, facts, [say("tui_jobs.setting-later")], [Path(report["file"])])


def _check_backup(_: Workspace, given: JobInput, __: Progress) -> JobDone:
    from yaohao.planner.doors.backups import check_backup

    told = check_backup(given.needed("file"), given.secret())
    return JobDone(say("tui_jobs.backup-sound"), _backup_facts(told))


def _restore(_: Workspace, given: JobInput, __: Progress) -> JobDone:
    from yaohao.planner.doors.backups import restore_backup

    report = restore_backup(given.needed("file"), given.new_needed("to"), given.secret())
    folder = Path(report["folder"])
    return JobDone(
        say("tui_jobs.restored", folder=str(folder)),
        _backup_facts(report),
        [say("tui_jobs.restored-next")],
        [folder],
    )


def _backup_facts(report: Any) -> Sequence[tuple[str, str]]:
    return [
        (say("tui_jobs.label-at"), local_moment(report["made_at"])),
        (say("tui_jobs.label-files"), f"{report['files']:,}"),
        (say("tui_jobs.label-lines"), f"{report['lines']:,}"),
        (say("tui_jobs.label-head"), report["head"] or "-"),
    ]


JOBS = (
    Job("config", "config", "upkeep", _settings, (), ("home",)),
    Job("config-set", "config set", "upkeep", _change_setting,
        (JobField("key", "setting", is_needed=True, words="setting"),
         JobField("value", "setting-value", words="setting-value")), ("home",)),
    Job("backup-check", "restore", "upkeep", _check_backup, (FILE, PASSPHRASE), ("home",),
        {"check": True, "to": ""}),
    Job("restore", "restore", "upkeep", _restore, (FILE, TO, PASSPHRASE), ("home",),
        {"check": False}, asks=True),
)  # fmt: skip
"""Jobs of upkeep."""
