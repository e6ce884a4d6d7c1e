"""What needs somebody's attention: one list for the first screen and for `yaohao status`.

Worked out anew from the workspace whenever it is asked for, so that what is mended is no longer
told. Quick things come from rows and names of files; `thorough` ones read the whole ledger and
count working days, which may take a moment with many lines.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from yaohao.planner.ledger import Line
from yaohao.planner.schema.reports.workspace import (
    DrawProgress,
    Notice,
    NoticeFacts,
    Overview,
    WaitingPlan,
)
from yaohao.planner.storage import leftovers
from yaohao.planner.storage.calendar import today
from yaohao.planner.storage.due_results import unpublished
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.layout import PLANS, SNAPSHOTS
from yaohao.planner.storage.network_drives import network_kind
from yaohao.planner.storage.unsaved_plans import plans_unsaved
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.format import URGENCIES, warning_words

SOON = 7
"""Days before a day that count as soon."""

AHEAD = 30
"""Days before the end of a certificate from which it is told."""

NEEDED = ("entities", "inspectors", "items")
"""The registers without which no draw can be brought to its end."""

FRAME_FILES = ("frame.parquet", "lottery.json")
"""The files of a frozen frame without which its draw cannot go on or be published."""

_KINDS = {
    "broken-ledger": ("broken", "ledger"),
    "strangers": ("waiting", "ledger"),
    "looking": ("waiting", "ledger"),
    "loose": ("waiting", "ledger"),
    "network": ("information", "ledger"),
    "upgraded": ("information", "ledger"),
    "missing-file": ("broken", "ledger"),
    "unreadable-file": ("broken", "ledger"),
    "broken-calendar": ("broken", "results"),
    "overdue": ("overdue", "publish"),
    "due-soon": ("soon", "publish"),
    "certificates-expired": ("soon", "crews"),
    "certificates-ending": ("information", "crews"),
    "certificates": ("waiting", "crews"),
    "publication-due": ("waiting", "publish"),
    "news": ("waiting", "publish"),
    "unsaved-plan": ("waiting", "plan"),
    "broken-plan": ("waiting", "plan"),
    "empty-register": ("waiting", "register"),
    "set-aside": ("waiting", "register"),
    "unpublished": ("information", "draw"),
    "unwitnessed": ("information", "draw"),
}
"""How urgent each kind is, and the place in which something can be done about it."""


def attention(
    workspace: WorkspaceFolder,
    overview: Overview,
    *,
    thorough: bool,
) -> list[Notice]:
    """The notices on a workspace, by urgency, then by day, those without a day last."""
    draws, registers = overview["draws"], overview["registers"]
    now = today(workspace)
    acts = workspace.store.told_acts()
    notices: list[NoticeFacts] = [
        *_of_the_folder(workspace),
        *_files(workspace),
        *_of_draws(draws),
        *_certificates(workspace, draws, now),
    ]
    notices += _plans(workspace, overview["plans"])
    notices += [
        {"kind": "set-aside", "register": name, "size": counts["set_aside"]}
        for name, counts in registers.items()
        if counts["set_aside"]
    ]
    notices += [
        {"kind": "empty-register", "register": name}
        for name in NEEDED
        if not registers[name]["size"]
    ]
    if thorough:
        broken = workspace.store.chain_break()
        if broken is not None:
            notices.append({"kind": "broken-ledger", "line": broken.line})
        notices += _due(workspace, draws, acts, now)
    return sorted(map(_notice, notices), key=_rank)


def _notice(facts: NoticeFacts) -> Notice:
    urgency, place = _KINDS[facts["kind"]]
    return {"urgency": urgency, "day": "", "place": place, **facts, "words": warning_words(facts)}


def _rank(notice: Notice) -> tuple[int, bool, str]:
    return URGENCIES.index(notice["urgency"]), not notice["day"], notice["day"]


def _files(workspace: WorkspaceFolder) -> list[NoticeFacts]:
    """The files that frozen draws and the register need, and that are not there to be read."""
    wanted: list[tuple[Path, str]] = []
    snapshot = workspace.store.snapshot()
    if snapshot is not None:
        wanted.append((workspace.folder / SNAPSHOTS / snapshot[0], ""))
    for draw, root in workspace.store.frames():
        folder = workspace.frame_folder(root)
        wanted += [(folder / name, draw) for name in FRAME_FILES]
    missing: list[NoticeFacts] = []
    for path, draw in wanted:
        kind = ""
        if not path.is_file():
            kind = "missing-file"
        elif not os.access(path, os.R_OK) or not path.stat().st_size:
            kind = "unreadable-file"
        if kind:
            one: NoticeFacts = {"kind": kind, "file": str(path.relative_to(workspace.folder))}
            missing.append({**one, "draw": draw} if draw else one)
    named = [row["file"] for row in missing]
    missing += [
        {"kind": "missing-file", "file": name}
        for name in leftovers.missing(workspace.folder, workspace.store)
        if not any(file == name or file.startswith(f"{name}/") for file in named)
    ]
    return missing


def _of_the_folder(workspace: WorkspaceFolder) -> list[NoticeFacts]:
    """What is amiss with the workspace's folder itself."""
    notices: list[NoticeFacts] = []
    if workspace.store.is_for_looking:
        notices.append({"kind": "looking", "folder": str(workspace.folder)})
    if kind := network_kind(workspace.folder):
        notices.append({"kind": "network", "folder": str(workspace.folder), "found": kind})
    notices += [
        {"kind": "strangers", "folder": one["folder"], "size": one["size"], "names": one["names"]}
        for one in leftovers.strangers(workspace.folder, workspace.store)
    ]
    notices += [{"kind": "upgraded", "file": name} for name in workspace.store.copies()]
    notices += [{"kind": "loose", "file": name} for name in leftovers.loose(workspace.folder)]
    return notices


def _of_draws(draws: Sequence[DrawProgress]) -> list[NoticeFacts]:
    notices: list[NoticeFacts] = []
    for row in draws:
        if row["stage"] == "abandoned":
            continue
        draw = row["draw"]
        if row["published"] != row["stage"]:
            notices.append({"kind": "publication-due", "draw": draw, "stage": row["stage"]})
        elif row["news"]:
            notices.append({"kind": "news", "draw": draw})
        if row["unpublished"]:
            notices.append({"kind": "unpublished", "draw": draw, "rounds": row["unpublished"]})
        if row["unwitnessed"]:
            notices.append({"kind": "unwitnessed", "draw": draw})
    return notices


def _certificates(
    workspace: WorkspaceFolder, draws: Sequence[DrawProgress], now: date
) -> list[NoticeFacts]:
    """The certificates that end too early for a draw, that have ended, and that end before long."""
    notices: list[NoticeFacts] = []
    # Those without a certificate are known to be without one: nothing of theirs ends.
    ends = [
        day for row in workspace.store.roster("inspectors") if (day := row["certificate_until"])
    ]
    for row in draws:
        first, last = row["window"]
        ending = [day for day in ends if first <= day < last]
        if ending and row["stage"] not in ("abandoned", "dealt"):
            notices.append(
                {
                    "kind": "certificates",
                    "draw": row["draw"],
                    "size": len(ending),
                    "last": last,
                    "day": min(ending),
                }
            )
    day, ahead = now.isoformat(), (now + timedelta(AHEAD)).isoformat()
    expired = [one for one in ends if one < day]
    ending = [one for one in ends if day <= one <= ahead]
    if expired:
        notices.append(
            {
                "kind": "certificates-expired",
                "size": len(expired),
                "of": len(ends),
                "day": max(expired),
            }
        )
    if ending:
        soon = min(ending) <= (now + timedelta(SOON)).isoformat()
        one: NoticeFacts = {
            "kind": "certificates-ending",
            "size": len(ending),
            "day": min(ending),
        }
        notices.append({**one, "urgency": "soon"} if soon else one)
    return notices


def _plans(workspace: WorkspaceFolder, plans: Sequence[WaitingPlan]) -> list[NoticeFacts]:
    notices: list[NoticeFacts] = [
        {"kind": "broken-plan", "file": row["file"], "size": row["problems"]}
        for row in plans
        if row["problems"]
    ]
    notices += [
        {"kind": "unsaved-plan", "file": str(Path(PLANS) / name)}
        for name in plans_unsaved(workspace.folder / PLANS)
    ]
    return notices


def _due(
    workspace: WorkspaceFolder, draws: Sequence[DrawProgress], acts: Sequence[Line], now: date
) -> list[NoticeFacts]:
    """The results that should be public by now, and those that are to be within days."""
    with_news = {line.act["draw"] for line in acts if line.act["act"] == "results"}
    names = [
        row["draw"]
        for row in draws
        if row["stage"] != "abandoned"
        and row["draw"] in with_news
        and row["published_all"] is False
    ]
    if not names:
        return []
    try:
        rows = unpublished(workspace, names, acts, now)
    except PlannerError:
        return [{"kind": "broken-calendar"}]
    soon = (now + timedelta(SOON)).isoformat()
    notices: list[NoticeFacts] = []
    for draw in names:
        own = [row for row in rows if row["draw"] == draw]
        days = [(row["state"], day) for row in own if (day := row["due_on"]) is not None]
        late = [day for state, day in days if state == "overdue"]
        near = [day for state, day in days if state == "open" and day <= soon]
        if late:
            notices.append({"kind": "overdue", "draw": draw, "size": len(late), "day": min(late)})
        if near:
            notices.append({"kind": "due-soon", "draw": draw, "size": len(near), "day": min(near)})
    return notices
