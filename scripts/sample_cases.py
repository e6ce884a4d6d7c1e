"""Synthetic cases brought into a workspace: files that open them, then act by act."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from yaohao.planner.vocabulary.problems import PlannerError

if TYPE_CHECKING:
    from yaohao.planner.workspace import Workspace


def load_cases(workspace: Workspace, rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Open synthetic cases and take their steps (`yaohao.sample_data.cases.CASES`).

    They stand in their states once the clock is recorded up to the day of reference. Papers are
    named by the digest of their names: there are none. Returns the ids of the `cases`, how many
    there are of each kind (`opened`), and by number those of which a step was `refused`, with its
    reason: what a kind allows can depend on the time of the year.
    """
    acts: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in rows:
        acts[row["case"]].append(row)
    opened: Counter[str] = Counter()
    cases: list[str] = []
    refused: dict[str, str] = {}
    for number, walk in acts.items():
        try:
            case = _open(workspace, walk[0])
            if case:
                cases.append(case)
                opened[walk[0]["kind"]] += 1
                for row in walk[1:]:
                    _step(workspace, case, row)
        except PlannerError as error:
            refused[number] = str(error)
    return {"cases": cases, "opened": dict(sorted(opened.items())), "refused": refused}


def one_of_each(rows: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Of synthetic cases one of each kind: the first in which something was done."""
    chosen: dict[str, str] = {}
    for row in rows:
        if row["step"]:
            chosen.setdefault(row["kind"], row["case"])
    return [row for row in rows if chosen.get(row["kind"]) == row["case"]]


def _open(workspace: Workspace, row: Mapping[str, str]) -> str:
    """Open the case of a row; its id, "" where it stands already."""
    subjects = [one for one in row["entity_id"].split(";") if one]
    facts = json.loads(row["facts"])
    if len(subjects) > 1:
        report = workspace.cases.open_cohort(row["kind"], subjects, facts=facts, day=row["day"])
    else:
        report = workspace.cases.open(
            row["kind"],
            "".join(subjects),
            facts=facts,
            role=row["role"],
            day=row["day"],
            source=row["source"],
        )
    return str(report["cases"][0]["id"]) if report["cases"] and not report["unchanged"] else ""


def _step(workspace: Workspace, case: str, row: Mapping[str, str]) -> None:
    names = [one for one in row["documents"].split(";") if one]
    workspace.cases.step(
        case,
        row["step"],
        facts=json.loads(row["facts"]),
        documents={name: sha256(f"{case} {name}".encode()).hexdigest() for name in names},
        letter=row["letter"],
        role=row["role"],
        actor=row["person"],
        day=row["day"],
    )
