"""Files of risk: a fitted model, and the scores of all entities with the lines that make them up.

Scores propose whom to look at; nothing in the register, in a plan or in a case is changed by them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from yaohao.planner.learning.finding import Finding
from yaohao.planner.learning.indicators import events_of_visits, names_of_visits
from yaohao.planner.learning.risk import Events, Scheme, Scores, has_sensitive, scheme_from, scored
from yaohao.planner.learning.risk_scoring import (
    BASE,
    HUNDREDTHS,
    SavedModel,
    as_points,
    saved_model,
)
from yaohao.planner.learning.sample import Ints
from yaohao.planner.publication.visit_tables import table_bytes
from yaohao.planner.register.code_systems import code_system
from yaohao.planner.register.value_tables import read_value_table
from yaohao.planner.storage.calendar import day_given
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.past_visits import PastVisits, past_visits
from yaohao.planner.storage.public_folders import keep_private, write_private
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.small_files import read_small_text, read_toml
from yaohao.planner.wording.messages import say

AT_ONCE = 100_000
COLUMNS = ("rank", "entity_id", "name", "score", "chance", "class", "lines")


def save_model(
    workspace: WorkspaceFolder, document: Mapping[str, Any], to: Path, *, overwrite: bool = False
) -> str:
    """Write the document of a model into a file that its owner alone reads; the file's name."""
    _check(workspace, to, overwrite=overwrite)
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    write_private(to, text.encode(), workspace.folder)
    return str(to)


# Many parameters: the question, each part of it by its own name.
def score_entities(
    workspace: WorkspaceFolder,
    to: Path,
    *,
    model: Path | None = None,
    scheme: Path | None = None,
    events: Path | None = None,
    as_of: str = "",
    overwrite: bool = False,
) -> Finding:
    """Write the score of every entity of the register into a CSV file, the highest first.

    By a fitted `model`, or by the indicators of a `scheme` (TOML) with the workspace's own events
    and those of a file. Only what was known before `as_of` (ISO, else today) counts. Raises
    PlannerError for both or neither, and for a file that is none.
    """
    if (model is None) == (scheme is None):
        raise refuse("findings.model-or-scheme")
    _check(workspace, to, overwrite=overwrite)
    day = day_given(workspace, as_of)
    if model is not None:
        scored_rows = _by_model(past_visits(workspace), _read_model(model), day)
    else:
        assert scheme is not None
        scored_rows = _by_scheme(workspace, _read_scheme(scheme), events, day)
    order = np.lexsort((np.arange(len(scored_rows.score)), -scored_rows.score))
    rows = ([str(rank), *scored_rows.row(int(k))] for rank, k in enumerate(order, 1))
    headings = [say(f"findings.score-{name}") for name in COLUMNS]
    write_private(to, table_bytes(headings, rows), workspace.folder)
    figures = {
        "file": str(to),
        "entities": len(scored_rows.score),
        "as_of": day.isoformat(),
        "by": "model" if model is not None else "scheme",
        "sensitive": scored_rows.sensitive,
        "classes": scored_rows.classes,
        "highest": [
            dict(zip(COLUMNS[1:], scored_rows.row(int(k)), strict=True)) for k in order[:10]
        ],
    }

    def lines() -> list[str]:
        words = [say("findings.scored", number=f"{len(scored_rows.score):,}", day=day.isoformat(),
                     file=str(to))]  # fmt: skip
        if scored_rows.sensitive:
            words.append(say("findings.sensitive", names=list(scored_rows.sensitive)))
        return [*words, say("findings.score-proposes")]

    return Finding(figures, lines, list)


class _Scored:
    """Scores in hundredths, and the texts of a row."""

    def __init__(
        self, score: Ints, row: Callable[[int], list[str]], *,
        sensitive: tuple[str, ...] = (), classes: Mapping[str, int] | None = None,
    ) -> None:  # fmt: skip
        self.score, self.row = score, row
        self.sensitive, self.classes = list(sensitive), dict(classes or {})


def _by_model(history: PastVisits, model: SavedModel, day: date) -> _Scored:
    size, as_of = len(history.ids), day.toordinal()
    if model.as_of > day.isoformat():
        raise refuse("findings.model-later", model=model.as_of, day=day.isoformat())
    lines, chances = [], []
    past = model.features.past(history.known, as_of)
    for start in range(0, size, AT_ONCE):
        rows = np.arange(start, min(start + AT_ONCE, size))
        x = model.features.matrix(history.known, rows, as_of, past)
        lines.append(model.lines(x).astype(np.int32))
        chances.append(model.chance(x))
    every, chance = np.concatenate(lines), np.concatenate(chances)
    names = model.features.names
    score: Ints = every.sum(axis=1, dtype=np.int64) + BASE * HUNDREDTHS

    def row(k: int) -> list[str]:
        own = every[k]
        terms = [
            f"{names[j]} {as_points(int(own[j]))}"
            for j in np.argsort(-np.abs(own), kind="stable")
            if own[j]
        ]
        points = as_points(int(score[k]), signed=False)
        lines = "; ".join([f"base {BASE}", *terms])
        return [history.ids[k], history.names[k], points, f"{chance[k]:.4f}", "", lines]

    return _Scored(score, row)


def _by_scheme(workspace: WorkspaceFolder, scheme: Scheme, file: Path | None, day: date) -> _Scored:
    past = past_visits(workspace, needs_visits=False)
    events = _events(workspace, past, scheme, file, day)
    # What is known on the day itself may have come to be known after the lot was fixed.
    scores: Scores = scored(scheme, events, len(past.ids), day.toordinal() - 1)

    def row(k: int) -> list[str]:
        terms = [f"{one.indicator.code} {as_points(one.hundredths)}" for one in
                scores.explanation(k)]  # fmt: skip
        if scores.cut[k]:
            terms.append(f"opinion-cap {as_points(-int(scores.cut[k]))}")
        if scores.vetoed[k]:
            terms.append("veto")
        points = as_points(int(scores.score[k]), signed=False)
        return [past.ids[k], past.names[k], points, "", scores.class_name(k), "; ".join(terms)]

    counts = np.bincount(scores.classes, minlength=len(scheme.classes))
    classes = {name: int(counts[k]) for k, (name, _) in enumerate(scheme.classes)}
    return _Scored(scores.score, row, sensitive=has_sensitive(scheme), classes=classes)


def _events(
    workspace: WorkspaceFolder,
    past: PastVisits,
    scheme: Scheme,
    file: Path | None,
    day: date,
) -> dict[str, Events]:
    """Events by indicator: ``lead``, ``lead:<trigger>`` and ``wrong`` are the workspace's own.

    Those whose source is ``inspection`` are further columns of past inspections.
    """
    place = {entity: k for k, entity in enumerate(past.ids)}
    rows: dict[str, list[tuple[int, int, int, int]]] = {}
    for lead in workspace.store.roster("leads"):
        if lead["entity_id"] in place and lead["opened_on"]:
            at = date.fromisoformat(lead["opened_on"]).toordinal()
            for code in ("lead", f"lead:{lead['trigger']}"):
                rows.setdefault(code, []).append((place[lead["entity_id"]], at, at, 0))
    visits = past.known.visits
    for k in np.flatnonzero(visits.wrong == 1):
        at = int(visits.known[k])
        rows.setdefault("wrong", []).append((int(visits.entity[k]), at, at, 0))
    own = {"lead", "wrong"}
    if file is not None:
        for entity, code, at, known, repaired in _told_events(workspace, file):
            own.add(code)
            if entity in place:
                rows.setdefault(code, []).append((place[entity], at, known, repaired))
    found_of = {code: Events(*map(np.array, zip(*given, strict=True)))
                for code, given in rows.items()}  # fmt: skip
    from_visits = [one.code for one in scheme.indicators if one.source == "inspection"]
    unknown = [
        one.code for one in scheme.indicators
        if one.source != "inspection" and one.code not in own and not one.code.startswith("lead:")
    ]  # fmt: skip
    said = {
        code: events_of_visits(past.known.observed, code, day.toordinal()) for code in from_visits
    }
    missing = [code for code, events in said.items() if events is None]
    if unknown:
        raise refuse("findings.no-events", names=unknown, known=sorted(own))
    if missing:
        known_names = names_of_visits(past.known.observed, day.toordinal())
        raise refuse("findings.no-indicator", names=missing, known=known_names)
    return {**found_of, **{code: events for code, events in said.items() if events is not None}}


def _told_events(
    workspace: WorkspaceFolder, file: Path
) -> Iterator[tuple[str, str, int, int, int]]:
    """The events of a file: entity, indicator, day, day known (the same if empty), day repaired."""
    table = read_value_table(
        file, ["indicator", "day"], code_system(workspace.settings.register),
        optional=["known", "repaired"], is_once=False,
    )  # fmt: skip
    columns = {name: table.days(name) for name in ("day", "known", "repaired")}
    for k, entity in enumerate(table.ids):
        texts = {name: days[k] for name, days in columns.items()}
        if not texts["day"]:
            raise refuse("findings.no-day", file=table.file, line=table.lines[k], column="day",
                         found="")  # fmt: skip
        day, known, repaired = (
            date.fromisoformat(texts[name]).toordinal() if texts[name] else 0
            for name in ("day", "known", "repaired")
        )
        yield entity, table.columns["indicator"][k].strip(), day, known or day, repaired


def _read_model(path: Path) -> SavedModel:
    try:
        document = json.loads(read_small_text(path))
    except (OSError, ValueError, RecursionError) as error:
        raise refuse("learning.no-model", file=str(path)) from error
    return saved_model(document, str(path))


def _read_scheme(path: Path) -> Scheme:
    try:
        document = read_toml(path)
    except (OSError, ValueError) as error:
        raise refuse("findings.unreadable", file=str(path), found=str(error)[:200]) from error
    return scheme_from(document)


def _check(workspace: WorkspaceFolder, to: Path, *, overwrite: bool) -> None:
    """PlannerError where a file may not be written, before anything long is done."""
    keep_private(to, workspace.folder)
    if not overwrite and (to.exists() or to.is_symlink()):
        raise refuse("output.exists", file=str(to))
