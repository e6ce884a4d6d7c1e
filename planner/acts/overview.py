"""The overview: where every draw is, what waits to be frozen, what needs somebody's attention."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from planner.acts import leftovers
from planner.acts.deadlines import due
from planner.acts.desk import Desk
from planner.acts.drawing import NEXT, is_witnessed
from planner.acts.importing import REGISTERS
from planner.acts.places import PLANS
from planner.mounts import network_kind
from planner.vocabulary.problems import PlannerError

STEPS = ("planned", "frozen", "committed", "drawn", "staffed", "dealt", "published")
"""The steps of the work; freezing a plan commits the draw as well."""

NEEDED = ("entities", "inspectors", "items")
"""The registers without which no draw can be brought to its end."""

NEWS = ("results", "withdrawal")
"""Acts after which a draw is to be published anew, whatever its stage."""

_REACHED = {"committed": 3, "drawn": 4, "staffed": 5, "dealt": 6}


def overview(desk: Desk) -> dict[str, Any]:
    """Draws and plans with the steps they have behind them, registers, warnings.

    `news` says whether results or withdrawals came in since a draw was published. Looks at rows and
    plan files alone, so that it is as quick for a province as for a county; only of a draw with
    news are the due days of its results counted.
    """
    draws = _draws(desk)
    plans = _plans(desk, {row["plan_id"] for row in draws if row["stage"] != "abandoned"})
    registers = _registers(desk)
    return {
        "draws": draws,
        "plans": plans,
        "registers": registers,
        "warnings": _warnings(desk, draws, plans, registers),
    }


def version(desk: Desk) -> tuple[Any, ...]:
    """What changes whenever a row or a plan file is changed, here or in another process."""
    connection = desk.store.connection
    data = connection.execute("PRAGMA data_version").fetchone()[0]
    files = []
    for path in sorted((desk.folder / PLANS).glob("*.toml")):
        try:
            found = path.stat()
        except OSError:  # gone between the listing and the look
            continue
        files.append((path.name, found.st_mtime_ns, found.st_size))
    return (data, connection.total_changes, tuple(files))


def _draws(desk: Desk) -> list[dict[str, Any]]:
    published: dict[str, str] = {}
    news: set[str] = set()
    for line in desk.store.ledger():
        if line.act.get("act") == "publication":
            published[str(line.act["draw"])] = str(line.act["stage"])
            news.discard(str(line.act["draw"]))
        elif line.act.get("act") in NEWS:
            news.add(str(line.act["draw"]))
    told = []
    for row in desk.store.all_draws():
        plan, record = json.loads(row["plan"]), json.loads(row["record"])
        rounds = [one for one in (record["select"], record["crew"]) if one and one["seed"]]
        is_out = published.get(row["draw"]) == row["stage"] and row["draw"] not in news
        reached = _REACHED.get(row["stage"], 3 + bool(record["select"]["seed"]))
        told.append(
            {
                "draw": row["draw"],
                "plan_id": row["plan_id"],
                "title": plan["title"],
                "window": plan["window"],
                "stage": row["stage"],
                "steps": reached + (is_out and row["stage"] == "dealt"),
                "published": published.get(row["draw"]),
                "news": row["draw"] in news and row["draw"] in published,
                "next": NEXT.get(row["stage"]) if not is_out or row["stage"] != "dealt" else None,
                "unwitnessed": any(not is_witnessed(one) for one in rounds),
            }
        )
    return told


def _plans(desk: Desk, frozen: set[str]) -> list[dict[str, Any]]:
    """The plan files of which no draw was frozen yet; `problems` is how many each has."""
    from planner.plan.parse import read_plan

    told = []
    for path in sorted((desk.folder / PLANS).glob("*.toml")):
        file = str(Path(PLANS) / path.name)
        try:
            plan = read_plan(path.read_text(encoding="utf-8-sig"), str(path))
        except (PlannerError, OSError, UnicodeDecodeError) as error:
            found = len(error.problems) if isinstance(error, PlannerError) else 1
            told.append({"file": file, "plan": path.stem, "title": "", "problems": found})
            continue
        if plan.id not in frozen:
            told.append({"file": file, "plan": plan.id, "title": plan.title, "problems": 0})
    return told


def _of_the_folder(desk: Desk) -> list[dict[str, Any]]:
    """What is amiss with the workspace's folder itself."""
    found: list[dict[str, Any]] = []
    if desk.store.is_for_looking:
        found.append({"kind": "looking", "folder": str(desk.folder)})
    if kind := network_kind(desk.folder):
        found.append({"kind": "network", "folder": str(desk.folder), "found": kind})
    found += [
        {"kind": "missing", "file": name} for name in leftovers.missing(desk.folder, desk.store)
    ]
    found += [{"kind": "strangers", **one} for one in leftovers.strangers(desk.folder, desk.store)]
    found += [{"kind": "loose", "file": name} for name in leftovers.loose(desk.folder)]
    return found


def _registers(desk: Desk) -> dict[str, dict[str, int]]:
    aside = {
        row["register"]: row["n"]
        for row in desk.store.rows("SELECT register, count(*) AS n FROM set_aside GROUP BY 1")
    }
    held = {
        row["register"]: row["n"]
        for row in desk.store.rows("SELECT register, count(*) AS n FROM rosters GROUP BY 1")
    }
    snapshot = desk.store.snapshot()
    held["entities"] = snapshot[2] if snapshot else 0
    return {
        name: {"size": held.get(name, 0), "set_aside": aside.get(name, 0)} for name in REGISTERS
    }


def _warnings(
    desk: Desk,
    draws: Sequence[Mapping[str, Any]],
    plans: Sequence[Mapping[str, Any]],
    registers: Mapping[str, Mapping[str, int]],
) -> list[dict[str, Any]]:
    """What needs attention: a `kind` and what it is about, the most urgent first."""
    found = _of_the_folder(desk)
    ends = [row["certificate_until"] for row in desk.store.roster("inspectors")]
    for row in draws:
        if row["stage"] == "abandoned":
            continue
        draw, (first, last) = row["draw"], row["window"]
        if row["published"] != row["stage"]:
            found.append({"kind": "publication-due", "draw": draw, "stage": row["stage"]})
        elif row["news"]:
            found.append({"kind": "news", "draw": draw})
        if row["news"] and (overdue := due(desk, draw)["counts"]["overdue"]):
            found.append({"kind": "overdue", "draw": draw, "size": overdue})
        if row["unwitnessed"]:
            found.append({"kind": "unwitnessed", "draw": draw})
        ending = sum(first <= day < last for day in ends)
        if ending and row["stage"] != "dealt":
            found.append({"kind": "certificates", "draw": draw, "size": ending, "last": last})
    found += [
        {"kind": "broken-plan", "file": row["file"], "size": row["problems"]}
        for row in plans
        if row["problems"]
    ]
    found += [
        {"kind": "set-aside", "register": name, "size": counts["set_aside"]}
        for name, counts in registers.items()
        if counts["set_aside"]
    ]
    found += [
        {"kind": "empty-register", "register": name}
        for name in NEEDED
        if not registers[name]["size"]
    ]
    return found
