"""What an auditor can check: standings, root, lottery, selection, roster and crews, all anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from planner.frame import engine
from planner.frame.frame import Frame, leaf_hashes
from planner.frame.merkle import merkle_root
from planner.frame.standings import (
    DESCRIPTIVE_COLUMNS,
    LEAF_COLUMNS,
    frame_query,
    in_scope,
)
from planner.lot.lottery import pick_outcome
from planner.lot.visits import visits_document
from planner.plan.document import plan_from_document
from planner.plan.model import Plan
from planner.publication.record import tiers_shown
from planner.verification.finding import Finding, compare, fails, holds, same
from planner.verification.public import Record
from planner.verification.reading import ReadingError, misshapen, read_json, read_text
from planner.vocabulary.digest import document_digest
from planner.vocabulary.problems import PlannerError, Problem
from planner.vocabulary.text import ENTITY_ID, is_code
from planner.vocabulary.words import say_problem

_LOTTERY = {
    "cells": [{"cell": str, "size": int, "expected": int}],
    "outcomes": [{"weight": int, "counts": [int]}],
    "widened": [{"margin": {"stratum": str, "code": str}, "by": [int]}],
}
_CREWS = {"crews": list, "potentials": dict, "squares": int, "cost": str}


def check_audit(record: Record) -> list[Finding]:
    """Every check that the auditor's folder allows beyond those of the public."""
    findings: list[Finding] = []
    for check in (_check_plan_file, _check_frame, _check_crew_round):
        try:
            findings += check(record)
        except ReadingError as error:
            findings.append(fails("audit-files", error.file, "a sound file", error.why))
        except PlannerError as error:
            findings.append(fails("audit-files", check.__name__, "sound files", str(error)))
    return findings


def _check_plan_file(record: Record) -> Iterator[Finding]:
    yield same("plan-file", record.plan, read_json(record.folder, "plan.json"), "plan.json")


def _check_frame(record: Record) -> Iterator[Finding]:
    """The frame's form, root and standings; then the lottery and the selection that hang on it."""
    secret = read_text(record.folder, "secret").strip()
    select = record.document["select"]
    path = record.folder / "frame.parquet"
    plan = plan_from_document(record.plan)
    connection = engine.connect()
    relation = engine.parquet(path)
    wrong = _frame_form(connection, path, relation)
    if wrong is not None:
        yield wrong
        return
    connection.execute(f"CREATE VIEW frame AS SELECT * FROM {relation}")
    frame = Frame(plan, connection)
    yield holds("frame-form")
    root = merkle_root(leaf_hashes(connection, "frame", secret))
    yield compare("frame-root", "frame.parquet", select["frame"], root)
    yield same("frame-counts", select["counts"], frame.counts().as_json(), "select.counts")
    yield _check_standings(plan, connection)
    lottery = read_json(record.folder, "lottery.json")
    misfit = misshapen(lottery, _LOTTERY)
    if misfit is not None:
        yield fails("lottery", f"lottery.json: {misfit[0]}", misfit[1], misfit[2])
        return
    yield compare("lottery", "lottery.json", select["lottery"], document_digest(lottery))
    yield from _check_lottery(plan, frame, lottery)
    if select["key"] is not None and select["outcome"] is not None:
        yield from _check_selection(record, frame, lottery)


def _frame_form(connection: Any, path: Path, relation: str) -> Finding | None:
    """What is wrong with the frame's file or its texts, if anything is."""
    if path.is_symlink() or not path.is_file():
        return fails("frame-form", "frame.parquet", "a file", "none")
    import duckdb

    try:
        found = connection.sql(f"SELECT * FROM {relation} LIMIT 0")
        columns = dict(zip(found.columns, map(str, found.types), strict=True))
    except duckdb.Error as error:
        return fails("frame-form", "frame.parquet", "a Parquet file", str(error)[:160])
    expected = dict.fromkeys((*LEAF_COLUMNS, "name", "address"), "VARCHAR")
    expected["visits_this_year"] = "INTEGER"
    if columns != expected:
        return fails("frame-form", "frame.parquet: columns", expected, columns)
    texts = ", ".join(f"count({column})" for column in (*LEAF_COLUMNS, *DESCRIPTIVE_COLUMNS))
    [(total, distinct, *held)] = engine.rows(
        connection, f"SELECT count(*), count(DISTINCT entity_id), {texts} FROM {relation}"
    )
    if distinct != total or any(number != total for number in held):
        return fails("frame-form", "frame.parquet", f"{total} entities, no empty value", distinct)
    disorder = engine.rows(
        connection,
        f"""SELECT entity_id FROM (
                SELECT entity_id, lag(entity_id) OVER () AS before FROM {relation})
            WHERE before >= entity_id LIMIT 1""",
    )
    if disorder:
        return fails("frame-form", "frame.parquet", "ascending entity_id", disorder[0][0])
    return _frame_texts(connection, relation)


def _frame_texts(connection: Any, relation: str) -> Finding | None:
    """The first text of a frame that may not stand in a leaf."""
    bad = engine.rows(
        connection,
        f"SELECT entity_id FROM {relation} "
        "WHERE NOT regexp_full_match(entity_id, '[0-9A-Za-z._-]{1,64}') LIMIT 1",
    )
    if bad:
        return fails("frame-form", "entity_id", ENTITY_ID.pattern, bad[0][0])
    for column in ("tier", "region", "industry", "kind", "status"):
        for (code,) in engine.rows(connection, f"SELECT DISTINCT {column} FROM {relation}"):
            if not is_code(code):
                return fails("frame-form", column, "a code", code)
    for (fields,) in engine.rows(connection, f"SELECT DISTINCT fields FROM {relation}"):
        codes = fields.split(",") if fields else []
        if codes != sorted(set(codes)) or not all(is_code(code) and code for code in codes):
            return fails("frame-form", "fields", "sorted codes", fields)
    for column in ("established_on", "inspected_on"):
        for (day,) in engine.rows(connection, f"SELECT DISTINCT {column} FROM {relation}"):
            if day and not _is_date(day):
                return fails("frame-form", column, "a date", day)
    return None


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check_standings(plan: Plan, connection: Any) -> Finding:
    """Every standing, reason and cell, judged again by the plan's rules.

    Whether a lead was open stands in no leaf: a row directed by a lead is taken to have had it, if
    its trigger is one of the plan's.
    """
    outside = engine.rows(
        connection, f"SELECT entity_id FROM frame WHERE NOT ({in_scope(plan)}) LIMIT 1"
    )
    if outside:
        return fails("standings", outside[0][0], "an entity in scope", "outside the scope")
    triggers = engine.texts(plan.leads.triggers)
    leads = (
        "(SELECT entity_id, substr(reason, 6) AS lead FROM frame "
        f"WHERE starts_with(reason, 'lead:') AND list_contains({triggers}, substr(reason, 6)))"
    )
    register = "(SELECT * EXCLUDE (standing, cell, reason) FROM frame)"
    different = engine.rows(
        connection,
        f"""SELECT f.entity_id, g.standing, g.cell, g.reason, f.standing, f.cell, f.reason
            FROM frame f JOIN ({frame_query(plan, register, leads)}) g USING (entity_id)
            WHERE (f.standing, f.cell, f.reason) <> (g.standing, g.cell, g.reason)
            ORDER BY f.entity_id LIMIT 1""",
    )
    if different:
        return fails("standings", different[0][0], different[0][1:4], different[0][4:])
    return holds("standings")


def _check_lottery(plan: Plan, frame: Frame, lottery: Mapping[str, Any]) -> Iterator[Finding]:
    """Cells and expected counts by the plan, and the properties of the table."""
    from planner.lot.lottery_check import lottery_problems

    expected = [
        {"cell": cell.name, "size": cell.size, "expected": cell.expected} for cell in frame.cells()
    ]
    yield same("cells-expected", expected, lottery["cells"], "lottery.json: cells")
    problems = lottery_problems(lottery, plan.strata)
    yield from _problem_findings("lottery-properties", problems)


def _check_selection(record: Record, frame: Frame, lottery: Mapping[str, Any]) -> Iterator[Finding]:
    """The whole selection anew: no lower ticket was passed over, and nobody slipped in."""
    from planner.lot.selection import select, thresholds, tickets_of

    key, outcome = record.document["select"]["key"], record.document["select"]["outcome"]
    picked = pick_outcome(key, lottery["outcomes"])
    yield compare("outcome", "select.outcome", picked, outcome)
    cells = lottery["cells"]
    counts = dict(
        zip((cell["cell"] for cell in cells), lottery["outcomes"][picked]["counts"], strict=True)
    )
    sizes = {cell["cell"]: cell["size"] for cell in cells}
    reserves = record.plan["publication"]["reserves"]
    drawn = select(frame.connection, "frame", key, counts, sizes, reserves)
    rows = [
        (entity.rank > counts[entity.cell], "pool", entity.ticket, entity.entity_id)
        for entity in drawn
    ]
    rows += [
        (False, "directed", ticket, entity_id)
        for ticket, entity_id in tickets_of(frame.connection, "frame", key, "directed")
    ]
    rows.sort(key=lambda row: (row[0], row[1] != "pool", row[2]))
    described = frame.described([row[3] for row in rows])
    expected = [[row[3], row[1], row[0], *described[row[3]]] for row in rows]
    found = [
        [v["entity_id"], v["standing"], v["reserve"], v["name"], v["region"]] for v in record.visits
    ]
    yield same("selection", expected, found, "visits")
    if tiers_shown(record.plan):
        highest = thresholds(drawn, counts)
        shown = [
            {
                "cell": number,
                "size": cell["size"],
                "count": counts[cell["cell"]],
                "threshold": highest.get(cell["cell"]),
            }
            for number, cell in enumerate(cells, 1)
        ]
        yield same("selection-cells", shown, record.document["select"]["cells"], "select.cells")


def _check_crew_round(record: Record) -> Iterator[Finding]:
    """The visits and the roster of the crew round, and that the crews are the optimum."""
    if "draw" not in record.story.steps:
        return
    visits = read_json(record.folder, "visits.json")
    made = visits_document(record.visits, record.plan["crew"]["seats"])
    yield same("visits-file", made, visits, "visits.json")
    crew = record.document["crew"]
    if crew is None:
        return
    roster = read_json(record.folder, "roster.json")
    yield compare("roster", "roster.json", crew["roster"], document_digest(roster))
    if record.story.stage != "dealt":
        return
    dealt = read_json(record.folder, "crews.json")
    misfit = misshapen(dealt, _CREWS)
    if misfit is not None:
        yield fails("crews-file", f"crews.json: {misfit[0]}", misfit[1], misfit[2])
        return
    published = [[v["entity_id"], v["inspectors"]] for v in record.visits if not v["reserve"]]
    yield same("crews-file", published, dealt["crews"], "crews.json: crews")
    from planner.lot.crew_certificate import certificate_problems

    window = tuple(record.plan["window"])
    problems = certificate_problems(
        visits,
        roster,
        window,
        crew["key"],
        dealt["crews"],
        dealt["potentials"],
        squares=dealt["squares"],
        cost=int(dealt["cost"]) if dealt["cost"].isdecimal() else -1,
    )
    yield from _problem_findings("crews-optimum", problems)


def _problem_findings(name: str, problems: list[Problem]) -> Iterator[Finding]:
    if not problems:
        yield holds(name)
    for problem in problems[:5]:
        yield Finding(
            name, False, "verify.problem", {"problem": say_problem(problem), "of": len(problems)}
        )
