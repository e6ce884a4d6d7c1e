"""The output of `yaohao plan preview`: tables and bars of the effect of a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.vocabulary.units import PPM
from yaohao.planner.wording.format import (
    chance_span,
    code_words,
    millionths,
    percent,
    reason_words,
    tenths,
)
from yaohao.planner.wording.messages import say
from yaohao.scripts.commands.case_output import show_effects
from yaohao.scripts.output import (
    bar_column,
    column,
    counts_facts,
    fact,
    facts,
    line,
    most_rows,
    note,
    table,
    tally,
    text,
    title,
    warn,
)
from yaohao.scripts.typesetting import bar

OTHER = "other"
TABLES = (
    *(f"expected-{name}" for name in ("tier", "region", "industry", "kind", "age", "key")),
    "batch",
    "chances",
    "rules",
    "outlook",
    "cases",
    "against",
)
"""The tables by the names that --table knows."""


def show_preview(report: Mapping[str, Any]) -> None:
    """Print pool, excluded, visits for cause, expected numbers and workloads."""
    facts(
        [
            fact("plan", report["plan"]),
            fact("title", report["title"]),
            *counts_facts(report),
            *(fact("cosigner", f"{one['name']} ({one['key']})") for one in report["cosigners"]),
        ]
    )
    if report["batch"]["of"] > 1:
        _show_batch(report["batch"])
    if report["directed_by"]:
        title("directed")
        tally((count, reason_words(reason)) for reason, count in report["directed_by"].items())
    title("expected", cells=report["cells"], visits=tenths(report["expected"]))
    for place, (stratum, by) in enumerate(report["expected_by"].items()):
        if place:
            line()
        _show_stratum(stratum, by)
    _show_chances(report["chances"])
    if report["rules"]:
        _show_rules(report)
    _show_crews(report)
    if report["cases"]:
        title("cases.effects")
        show_effects(report["cases"])
    if "against" in report:
        _show_changes(report["against"])


def show_warnings(warnings: Sequence[Mapping[str, Any]]) -> None:
    """Print warnings about a plan on standard error."""
    from yaohao.planner.vocabulary.problems import Problem
    from yaohao.planner.wording.messages import language, say_problem

    for one in warnings:
        warn("plan-warning", words=say_problem(Problem(one["code"], one["params"]), language()))


def _show_batch(batch: Mapping[str, Any]) -> None:
    """What each rate comes to in this batch, and what remains of the year."""
    title("batch", number=batch["number"], of=batch["of"])
    columns = [
        column("rate", flex=True),
        *(column(name, right=True) for name in ("of-year", "drawn", "in-batch", "remains")),
        bar_column(),
    ]
    rows = (
        (
            _code(row["stratum"], row["code"]) if row["code"] != OTHER else OTHER,
            *(tenths(row[name]) for name in ("of_year", "drawn", "now", "left")),
            bar(row["drawn"] + row["now"], row["of_year"]),
        )
        for row in batch["rates"]
    )
    table(columns, rows)


def _show_chances(chances: Sequence[Mapping[str, Any]]) -> None:
    """By tier and age who is where, and the chance."""
    title("chances")
    columns = [
        column("stratum-tier", flex=True),
        column("stratum-age"),
        *(column(name, right=True) for name in ("pool", "out", "directed", "chance", "mean")),
    ]
    rows = (
        (
            code_words("tier", row["tier"]),
            say(f"common.code-{row['age']}"),
            *(row[name] for name in ("pool", "out", "directed")),
            chance_span(row["least"], row["most"]),
            percent(row["mean"], PPM),
        )
        for row in chances
    )
    table(columns, rows)


def _show_crews(report: Mapping[str, Any]) -> None:
    """The seats, the load of the inspectors, and what merging saves."""
    crews, merging = report["crews"], report["merging"]
    load = crews["load"]
    title("crews")
    facts(
        [
            fact("seats", crews["seats_per_visit"]),
            fact("expected-seats", tenths(crews["expected_seats"])),
            fact("inspectors", crews["inspectors"]),
            fact("certified", crews["certified"]),
            fact("load", "-" if load is None else tenths(load)),
            fact("load-span", _loads(crews)),
        ]
    )
    if merging["items_saved"]:
        numbers = ("visits", "apart", "saved", "items_apart", "items_saved")
        figures = {name: tenths(merging[name]) for name in numbers}
        figures |= {name: merging[name] for name in ("departments", "items")}
        if merging["saved"]:
            text("merging-departments", **figures)
        else:
            text("merging-items", **figures)
    loads = Counter(crews["loads"].values())
    if loads:
        title("outlook")
        columns = [column("visits", right=True), column("inspectors", right=True), bar_column()]
        most = max(loads.values())
        table(columns, ((load, n, bar(n, most)) for load, n in sorted(loads.items())))


def _loads(crews: Mapping[str, Any]) -> str:
    """The least and the most that an inspector is expected to visit."""
    return "-" if crews["most_load"] is None else _span(crews["least_load"], crews["most_load"])


def _show_rules(report: Mapping[str, Any]) -> None:
    """The plan's bounds, what they ask for, and what they get."""
    title("rules", own=tenths(report["expected_own"]), visits=tenths(report["expected"]))
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
            tenths(rule["expected"]),
            _span(rule["least"], rule["most"]),
        )
        for rule in report["rules"]
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
    return tenths(value) if "expected" in what else f"{value:,}"


def _show_stratum(stratum: str, by: Mapping[str, Mapping[str, int]]) -> None:
    columns = [
        column("fields" if stratum.startswith("fields:") else f"stratum-{stratum}", flex=True),
        column("pool", right=True),
        column("expected", right=True),
        column("possible", right=True),
        column("chance", right=True),
        bar_column(),
    ]
    most = max((row["expected"] for row in by.values()), default=0)
    ranked = sorted(by.items(), key=lambda item: (-item[1]["expected"], item[0]))[: most_rows()]
    rows = sorted(ranked) if len(by) <= most_rows() else ranked
    table(
        columns,
        (
            (
                _code(stratum, code),
                n["size"],
                tenths(n["expected"]),
                _span(n["least"], n["most"]),
                chance_span(n["chance_least"], n["chance_most"]),
                bar(n["expected"], most),
            )
            for code, n in rows
        ),
        f"expected-{stratum}",
    )
    if len(by) > most_rows():
        note("more", shown=most_rows(), size=len(by))


def _code(stratum: str, code: str) -> str:
    if stratum in ("age", "key"):
        return say(f"common.code-{code}")
    if stratum.startswith("fields:"):
        return code_words("fields", code) if code != "other" else say("common.code-no-field")
    return code_words(stratum, code)
