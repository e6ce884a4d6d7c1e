"""`yaohao plan`: a new plan, everything that is wrong with one, and what it would do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.vocabulary.problems import CheckFailed, PlannerError, refuse
from planner.vocabulary.telling import code_words, millionths, reason_words
from planner.vocabulary.words import language, say
from scripts.commands.register import MOST
from scripts.face import Group, act, argument, open_workspace, option
from scripts.output import (
    column,
    counts_facts,
    fact,
    facts,
    finish,
    line,
    note,
    table,
    tally,
    text,
    title,
    warn,
)

if TYPE_CHECKING:
    from planner.workspace import Workspace

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")


def _workspace_if_any() -> Workspace | None:
    """The workspace asked for, or the one around here; None where there is none around."""
    try:
        return open_workspace()
    except PlannerError as error:
        if error.problems[0].code == "workspace.no-workspace":
            return None
        raise


@act("new", words="plan-new")
@argument("file", meta="file")
@option("--id", "plan_id", words="plan-id", default="")
@option("--title", "plan_title", words="plan-title", default="")
@option("--authority", words="plan-authority", default="")
@option("--as-of", "as_of", words="plan-as-of", meta="day", default="")
@option("--region", "regions", words="plan-region", meta="code", multiple=True)
@option("--item", "items", words="plan-item", meta="code", multiple=True)
def new(
    *,
    file: str,
    plan_id: str,
    plan_title: str,
    authority: str,
    as_of: str,
    regions: Sequence[str],
    items: Sequence[str],
) -> None:
    """Write a commented plan into a new file."""
    from planner.plan.parse import read_plan
    from planner.plan.sample import sample_plan
    from planner.vocabulary.clock import now

    path = Path(file)
    bureau = _workspace_if_any()
    if bureau:
        bureau.close()
        authority = authority or bureau.settings.authority
        regions = regions or [code for code in [bureau.settings.division] if code]
    day = as_of or now()[:10]
    try:
        words = sample_plan(
            language(),
            id=plan_id or (path.stem if _ID.match(path.stem) else "plan-1"),
            title=plan_title,
            authority=authority,
            as_of=day,
            regions=regions,
            items=items,
        )
    except (ValueError, OverflowError) as error:
        raise refuse("cli.bad-day", found=day) from error
    plan = read_plan(words, file)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as fresh:
            fresh.write(words)
    except FileExistsError as error:
        raise refuse("cli.exists", file=file) from error
    finish({"plan": plan.id, "title": plan.title, "file": file}, _show_plan)
    note("after-new", file=file)


def _show_plan(told: Mapping[str, Any]) -> None:
    facts([fact(name, told[name]) for name in ("plan", "title", "file")])


@act("check", words="plan-check")
@argument("file", meta="plan")
def check(file: str) -> None:
    """Check a plan; every problem is told, and the check has failed then."""
    from planner.acts.looking import check_plan

    bureau = _workspace_if_any()
    try:
        told = bureau.check_plan(file) if bureau else check_plan(None, Path(file))
    except PlannerError as error:
        if error.problems[0].code.startswith("workspace."):
            raise
        raise CheckFailed(*error.problems) from error
    finish({**told, "ok": True}, _show_check)
    if not bureau:
        note("no-workspace")


def _show_check(told: Mapping[str, Any]) -> None:
    names = ("plan", "title", "file")
    strata = ", ".join(told["strata"])
    facts([*(fact(name, told[name]) for name in names), fact("strata", strata)])
    text("plan-sound")


@act("preview", words="plan-preview")
@argument("file", meta="plan")
@option("--against", words="plan-against", meta="plan", default="")
def preview(file: str, against: str) -> None:
    """Show what a plan would do; nothing is frozen."""
    with closing(open_workspace()) as bureau:
        told = bureau.preview(file, against or None)
    finish(told, show_preview)
    if told["leads_outside"]:
        warn("leads-outside", size=told["leads_outside"])
    if told["crews"]["expires_in_window"]:
        warn("expires-in-window", size=told["crews"]["expires_in_window"])


def show_preview(told: Mapping[str, Any]) -> None:
    """Print who would be in, out and directed, what is expected, and the crews' load."""
    facts([fact("plan", told["plan"]), fact("title", told["title"]), *counts_facts(told)])
    if told["directed_by"]:
        title("directed")
        tally((count, reason_words(reason)) for reason, count in told["directed_by"].items())
    title("expected", cells=told["cells"], visits=millionths(told["expected"]))
    for place, (stratum, by) in enumerate(told["expected_by"].items()):
        if place:
            line()
        _show_stratum(stratum, by)
    if told["rules"]:
        _show_rules(told)
    crews = told["crews"]
    load = crews["load"]
    title("crews")
    facts(
        [
            fact("seats", crews["seats_per_visit"]),
            fact("expected-seats", millionths(crews["expected_seats"])),
            fact("inspectors", crews["inspectors"]),
            fact("certified", crews["certified"]),
            fact("load", "-" if load is None else millionths(load)),
        ]
    )
    if "against" in told:
        _show_changes(told["against"])


def _show_rules(told: Mapping[str, Any]) -> None:
    """The plan's bounds, what they ask for, and what they get."""
    title("rules", own=millionths(told["expected_own"]), visits=millionths(told["expected"]))
    columns = [
        column("rule", flex=True),
        column("pool", right=True),
        column("asked", right=True),
        column("expected", right=True),
        column("possible", right=True),
    ]
    rows = (
        (
            rule["rule"],
            rule["size"],
            _asked(rule),
            millionths(rule["expected"]),
            _span(rule["least"], rule["most"]),
        )
        for rule in told["rules"]
    )
    table(columns, rows)


def _asked(rule: Mapping[str, Any]) -> str:
    ends = (("asked_least", ">="), ("asked_most", "<="))
    asked = [(sign, rule[name]) for name, sign in ends if rule[name] is not None]
    if rule["kind"] == "share_of_draw":
        return " ".join(f"{sign} {millionths(value * 100)}%" for sign, value in asked)
    return " ".join(f"{sign} {millionths(value)}" for sign, value in asked)


def _span(least: int, most: int) -> str:
    return str(least) if least == most else f"{least}-{most}"


def _show_changes(against: Mapping[str, Any]) -> None:
    """What changes from another plan."""
    title("against", plan=against["plan"])
    if not against["changes"]:
        text("no-change")
        return
    columns = [
        column("what", flex=True),
        column("before", right=True),
        column("after", right=True),
    ]
    table(
        columns,
        (
            (row["what"], *(_figure(row["what"], row[side]) for side in ("before", "after")))
            for row in against["changes"]
        ),
    )


def _figure(what: str, value: int) -> str:
    return millionths(value) if "expected" in what else f"{value:,}"


def _show_stratum(stratum: str, by: Mapping[str, Mapping[str, int]]) -> None:
    columns = [
        column("fields" if stratum.startswith("fields:") else f"stratum-{stratum}", flex=True),
        column("pool", right=True),
        column("expected", right=True),
        column("possible", right=True),
        column("chance", right=True),
    ]
    ranked = sorted(by.items(), key=lambda item: (-item[1]["expected"], item[0]))[:MOST]
    rows = sorted(ranked) if len(by) <= MOST else ranked
    table(
        columns,
        (
            (
                _code(stratum, code),
                n["size"],
                millionths(n["expected"]),
                _span(n["least"], n["most"]),
                _chances(n),
            )
            for code, n in rows
        ),
    )
    if len(by) > MOST:
        note("more", shown=MOST, size=len(by))


def _chances(row: Mapping[str, int]) -> str:
    """The least and the most chance in a group, as percentages with four digits at most."""
    least, most = (f"{row[name] / 10_000:.4g}%" for name in ("chance_least", "chance_most"))
    return least if least == most else f"{least} - {most}"


def _code(stratum: str, code: str) -> str:
    if stratum in ("age", "key"):
        return say(f"cli.code-{code}")
    if stratum.startswith("fields:"):
        return code_words("fields", code) if code != "other" else say("cli.code-no-field")
    return code_words(stratum, code)


command = Group(
    "plan",
    "plan",
    members={
        "new": ("plan-new", new),
        "check": ("plan-check", check),
        "preview": ("plan-preview", preview),
    },
)
