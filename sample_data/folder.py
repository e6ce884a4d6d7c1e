"""A folder with a whole sample: registers, plan, ledger of dirt, manifest."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path
from string import Template
from typing import Literal

from planner.vocabulary.digest import file_digest
from planner.vocabulary.problems import refuse
from sample_data import items, leads, roster, words
from sample_data.dirt import Change
from sample_data.population import Population
from sample_data.write import write_csv, write_parquet, write_records, write_records_parquet

Format = Literal["csv", "parquet"]
FORMATS: tuple[Format, ...] = ("csv", "parquet")
MANIFEST = "MANIFEST.json"
NOTICE = "SYNTHETIC: made from a seed; no entity, person or lead in it is real"

_LEDGER = ("row", "line", "column", "kind", "effect", "before", "after")
_QUARTERS = "一二三四"


def write_folder(population: Population, folder: Path, fmt: Format = "csv") -> dict[str, int]:
    """Write entities, inspectors, items, leads, plan.toml, dirt.csv and MANIFEST.json to `folder`.

    Returns the number of rows by register. Raises PlannerError where the folder holds anything but
    an earlier sample, or cannot be written.
    """
    _claim(folder)
    rows = {"entities": population.size, "dirt": 0}
    files = [f"entities.{fmt}", "dirt.csv"]
    write_entities = write_csv if fmt == "csv" else write_parquet
    try:
        with (folder / "dirt.csv").open("w", encoding="utf-8", newline="") as file:
            ledger = csv.writer(file, lineterminator="\n")
            ledger.writerow(_LEDGER)

            def note(change: Change, line: int) -> None:
                rows["dirt"] += 1
                ledger.writerow([change.row, line or "", *change[1:]])

            write_entities(folder / files[0], population.soiled(), note)
        small = (
            ("inspectors", roster.COLUMNS, population.inspectors()),
            ("items", items.COLUMNS, population.items()),
            ("leads", leads.COLUMNS, population.leads()),
        )
        for name, columns, records in small:
            write = write_records if fmt == "csv" else write_records_parquet
            write(folder / f"{name}.{fmt}", columns, records)
            files.append(f"{name}.{fmt}")
            rows[name] = len(records)
        (folder / "plan.toml").write_text(plan_text(population), encoding="utf-8", newline="\n")
        files.append("plan.toml")
        manifest = {
            "notice": NOTICE,
            "generator": "sample_data",
            "parameters": {**population.parameters(), "format": fmt},
            "rows": rows,
            "sha256": {name: file_digest(folder / name) for name in sorted(files)},
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise refuse("synth.unwritable", file=str(folder), error=error.strerror) from error
    return rows


def plan_text(population: Population) -> str:
    """A commented plan for a population: the quarter that begins a week after its day."""
    known = words.document("divisions")
    area, here = known[population.profile.area], known[population.division]
    name = here["name"] if here is area else area["name"] + here["name"]
    day = population.as_of
    opens, closes = (day + timedelta(days=days) for days in roster.WINDOW)
    quarter = (opens.month - 1) // 3
    return Template((words.FOLDER / "plan.toml").read_text(encoding="utf-8")).substitute(
        id=f"{opens.year}q{quarter + 1}",
        title=f"{opens.year}年第{_QUARTERS[quarter]}季度市场主体双随机抽查",
        authority=f"{name}市场监督管理局",
        as_of=day.isoformat(),
        opens=opens.isoformat(),
        closes=closes.isoformat(),
        division=population.division,
        select_day=(day + timedelta(days=2)).isoformat(),
        crew_day=(day + timedelta(days=4)).isoformat(),
    )


def _claim(folder: Path) -> None:
    """Make the folder; refuse one that holds something else, so that no real register is lost."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()) and not _is_sample(folder / MANIFEST):
            raise refuse("synth.folder-in-use", file=str(folder))
    except OSError as error:
        raise refuse("synth.unwritable", file=str(folder), error=error.strerror) from error


def _is_sample(manifest: Path) -> bool:
    try:
        return manifest.is_file() and "SYNTHETIC" in manifest.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return False
