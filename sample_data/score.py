"""Scoring an import of a dirty register against the ledger of what was planted."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.text import plain, tidy
from yaohao.sample_data import VERSION
from yaohao.sample_data.corruption_kinds import BY_NAME, KINDS, Effect
from yaohao.sample_data.entities import REGISTER
from yaohao.sample_data.folder import LEDGER, MANIFEST
from yaohao.sample_data.population import Population


@dataclass(frozen=True)
class Score:
    """How an import dealt with one kind of dirt.

    `planted` rows; `found`: those dealt with as `effect` says; `false`: rows that the import took
    for this kind and that are not; precision is found / (found + false) and recall found / planted.
    What cannot be told is None: a kind that the file does not show has neither, and without the
    register nothing is known of what was mended.
    """

    kind: str
    effect: Effect
    planted: int
    found: int | None
    false: int | None

    @property
    def precision(self) -> float | None:
        """Of what was taken for this kind, the share that is; None where nothing was."""
        if self.found is None or self.false is None or not self.found + self.false:
            return None
        return self.found / (self.found + self.false)

    @property
    def recall(self) -> float | None:
        """Of what was planted, the share that was dealt with."""
        return self.found / self.planted if self.found is not None and self.planted else None

    def as_json(self) -> dict[str, Any]:
        """The score as plain JSON values."""
        return {**asdict(self), "precision": self.precision, "recall": self.recall}


def score(ledger: Path, set_aside: Path, register: Path | None = None) -> list[Score]:
    """Score an import by kind of dirt, in the order of `yaohao.sample_data.corruption_kinds.KINDS`.

    `ledger` is the dirt.csv of a folder that was written by `write_folder`; `set_aside` the rows
    set aside, as a workspace exports them (CSV, or the JSON of ``register set-aside``); `register`
    the accepted entities (Parquet), with which mended rows are compared with what they were before
    the damage, and all others with what they should be: then MANIFEST.json must lie beside the
    ledger. Rows set aside for one reason that several kinds have count against each of them.
    Raises PlannerError for files that are none of these.
    """
    planted = _read_ledger(ledger)
    aside = _read_set_aside(set_aside)
    by_line = {int(row["line"]): row for row in planted}
    seen: Counter[str] = Counter()
    for line, reasons in aside.items():
        row = by_line.get(line)
        if row and BY_NAME[row["kind"]].reason in reasons:
            seen[row["kind"]] += 1
    wrong = Counter(
        reason
        for line, reasons in aside.items()
        for reason in reasons
        if line not in by_line or BY_NAME[by_line[line]["kind"]].reason != reason
    )
    kept: Counter[str] | None = None
    altered: Counter[str] | None = None
    if register is not None:
        kept, altered = _compare(planted, set(aside), register, _population(ledger))
    counts = Counter(row["kind"] for row in planted)
    scores = []
    for kind in KINDS:
        if not counts[kind.name]:
            continue
        right: int | None = None
        false: int | None = None
        if kind.effect == "set-aside":
            right, false = seen[kind.name], wrong[kind.reason]
        elif kind.effect != "unseen" and kept is not None and altered is not None:
            right, false = kept[kind.name], altered[kind.column]
        scores.append(Score(kind.name, kind.effect, counts[kind.name], right, false))
    return scores


def _read_ledger(path: Path) -> list[dict[str, str]]:
    rows = _read_csv(path)
    if not rows:
        return []
    if set(rows[0]) != set(LEDGER) or any(row["kind"] not in BY_NAME for row in rows):
        raise refuse("synth.no-ledger", file=str(path))
    if not all(row["line"].isdecimal() and row["row"].isdecimal() for row in rows):
        raise refuse("synth.no-ledger", file=str(path))
    return rows


def _read_csv(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, restkey="", restval="")
            return list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise refuse("synth.unreadable", file=str(path), found=str(error)) from error


def _read_set_aside(path: Path) -> dict[int, set[str]]:
    """Line → the reasons for which it was set aside."""
    rows: Sequence[Mapping[str, Any]]
    if path.suffix.lower() == ".json":
        rows = _read_json(path)
    else:
        rows = [
            {"line": row.get("set_aside_line", ""), "reason": row.get("set_aside_reason", "")}
            for row in _read_csv(path)
        ]
    reasons: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        line, reason = (
            str(row.get("line", "")),
            str(row.get("reason", "")).lstrip("'").split(" ")[0],
        )
        if not line.isdecimal() or not reason:
            raise refuse("synth.no-set-aside", file=str(path))
        reasons[int(line)].add(reason)
    return dict(reasons)


def _read_json(path: Path) -> list[dict[str, Any]]:
    """Rows set aside of entities, from what the command line gives as JSON."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise refuse("synth.unreadable", file=str(path), found=str(error)) from error
    rows = raw.get("rows", raw.get("set_aside")) if isinstance(raw, dict) else raw
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise refuse("synth.no-set-aside", file=str(path))
    return [row for row in rows if row.get("register", "entities") == "entities"]


def _population(ledger: Path) -> Population:
    """The population that the manifest beside a ledger tells of."""
    path = ledger.with_name(MANIFEST)
    try:
        parameters = json.loads(path.read_text(encoding="utf-8"))["parameters"]
        version, as_of = parameters["version"], date.fromisoformat(parameters["as_of"])
        given = {
            name: parameters[name] for name in ("entities", "seed", "division", "profile", "dirt")
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise refuse("synth.unreadable", file=str(path), found=str(error)) from error
    if version != VERSION or "scenario" in parameters:
        raise refuse("synth.other-version", file=str(path), version=version, ours=VERSION)
    try:
        return Population(**given, as_of=as_of)
    except (TypeError, AttributeError) as error:
        raise refuse("synth.unreadable", file=str(path), found=str(error)) from error


def _compare(
    planted: Sequence[Mapping[str, str]], aside: set[int], register: Path, population: Population
) -> tuple[Counter[str], Counter[str]]:
    """Planted rows that stand in the register as they should, by kind; cells that do not although
    nothing was planted in them, by column.
    """
    entries = {int(row["row"]): row for row in planted}
    accepted = _read_register(register)
    right: Counter[str] = Counter()
    altered: Counter[str] = Counter()
    number = 0
    for page in population.clean(columns=REGISTER):
        for clean in page.to_pylist():
            number += 1
            entry = entries.get(number)
            stands = accepted.get(clean["entity_id"])
            if entry is None:
                _count_altered(clean, stands, altered)
            elif int(entry["line"]) not in aside and stands is not None:
                column = entry["column"]
                right[entry["kind"]] += _as_told(entry, clean[column], stands[column])
    return right, altered


def _count_altered(
    clean: Mapping[str, Any], stands: Mapping[str, Any] | None, altered: Counter[str]
) -> None:
    if stands is None:
        altered["entity_id"] += 1
        return
    for column in REGISTER:
        if stands[column] != clean[column]:
            altered[column] += 1


def _as_told(entry: Mapping[str, str], clean: Any, stands: Any) -> bool:
    """Whether a cell stands as the effect of its damage says."""
    if entry["effect"] == "mended":
        return bool(stands == clean)
    if entry["effect"] == "left-out":
        return bool(stands == "")
    if entry["effect"] == "tidied":
        return bool(plain(stands) == stands == tidy(entry["after"]))
    return bool(stands == entry["after"])


def _read_register(path: Path) -> dict[str, dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path, columns=list(REGISTER))
    except (OSError, pa.ArrowException, KeyError) as error:
        raise refuse("synth.unreadable", file=str(path), found=str(error)) from error
    return {row["entity_id"]: row for row in table.to_pylist()}
