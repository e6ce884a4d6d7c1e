"""A plan played over years as lines of text: how often, how long not, whom the law means, when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.vocabulary.units import PPM
from yaohao.planner.wording.format import code_words
from yaohao.planner.wording.messages import say
from yaohao.tui.jobs.page_text import LaidOut, table_lines
from yaohao.tui.text_layout import bar, facts_lines, folded

STRATA = ("tier", "age", "key")
TIMES = ("never", "once", "twice", "more")
BAR, SHORT_BAR = 12, 5
BROAD = 90
"""From so many columns on bars are long."""

MOST = 30
"""Groups of a stratum, and years, that are shown."""


def simulation_lines(report: Mapping[str, Any]) -> LaidOut:
    """How what `Workspace.simulate` tells is laid out in some width."""

    def laid_out(width: int, ascii_only: bool) -> list[str]:
        def drawn(part: int, whole: int) -> str:
            long = BAR if width >= BROAD else SHORT_BAR
            return bar(part, whole, long, ascii_only=ascii_only)

        lines = [say("simulate.title-visited")]
        for stratum in STRATA:
            heads = [f"stratum-{stratum}", "entities", "visits-a-year", *TIMES]
            rows = [
                [
                    name,
                    one["entities"],
                    f"{one['visits_a_year'] / PPM:.3f}",
                    *(_share(one["shares"][times]) for times in TIMES),
                    drawn(one["shares"]["never"], PPM),
                ]
                for name, one in _named(stratum, report["groups"])
            ]
            lines += [*table_lines(_heads(heads), rows, width, 1), ""]
        rows = [
            [name, one["longest_gap"], one["median_gap"]]
            for name, one in _named("tier", report["groups"])
        ]
        heads = ["stratum-tier", "longest-gap", "median-gap"]
        lines += [
            say("simulate.title-gaps"),
            *table_lines(_heads(heads, bars=False), rows, width, 1),
        ]
        for rule in report["coverage"]:
            lines += ["", *_coverage(rule, report["by_year"], width, drawn)]
        lines += ["", *_years(report, width, drawn), "", say("simulate.title-notes")]
        notes = [*report["notes"], *(["undated"] if report["undated"] else [])]
        for code in notes:
            lines += folded(say(f"simulate.note-{code}", undated=report["undated"]), width)
        return lines

    return laid_out


def _coverage(
    rule: Mapping[str, Any], turns: Sequence[Mapping[str, Any]], width: int, drawn: Any
) -> list[str]:
    """Who went without a visit for longer than a rule allows, turn by turn."""
    title = f"simulate.title-coverage-{rule['source']}"
    lines = folded(say(title, years=rule["within_years"], where=_where(rule["where"])), width)
    counts = ("entities", "late-at-start", "fell-late", "late")
    facts = [(say(f"simulate.label-{one}"), f"{rule[one.replace('-', '_')]:,}") for one in counts]
    lines += facts_lines(facts, width)
    rows = [
        [_turn(one), late, _share(late * PPM // max(rule["entities"], 1)),
         drawn(late, rule["entities"])]
        for one, late in zip(turns, rule["late_at_close"], strict=True)
    ]  # fmt: skip
    return [*lines, *table_lines(_heads(["year", "late-at-close", "share"]), rows, width, 1)]


def _years(report: Mapping[str, Any], width: int, drawn: Any) -> list[str]:
    """The pool, the visits and the load of each turn."""
    turns, most = report["by_year"], max(one["visits"] for one in report["by_year"])
    rows = [
        [
            _turn(one),
            one["pool"],
            one["directed"],
            one["visits"],
            one["seats"],
            "-" if one["load"] is None else f"{one['load'] / PPM:.2f}",
            drawn(one["visits"], most),
        ]
        for one in turns
    ]
    heads = ["year", "pool", "directed", "visits", "seats", "load"]
    lines = [say("simulate.title-years"), *table_lines(_heads(heads), rows, width, 1)]
    room = report["crews"]["capacity"]
    full = [_turn(one)[:4] for one in turns if room is not None and one["seats"] > room]
    return [*lines, *folded(say("simulate.over-capacity", years=full), width)] if full else lines


def _heads(names: Sequence[str], *, bars: bool = True) -> list[str]:
    common = ("pool", "directed", "stratum-tier", "stratum-age", "stratum-key")
    found = [
        say(f"common.label-{name}") if name in common else say(f"simulate.label-{name}")
        for name in names
    ]
    return [*found, ""] if bars else found


def _named(
    stratum: str, groups: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[tuple[str, Mapping[str, Any]]]:
    """The groups of a stratum with what they are called; all entities come after the tiers."""
    if stratum != "tier":
        return [(say(f"common.code-{one['code']}"), one) for one in groups[stratum][:MOST]]
    tiers = [(code_words(stratum, one["code"]), one) for one in groups[stratum][:MOST]]
    return [*tiers, *((say("simulate.all"), one) for one in groups["all"])]


def _where(where: Mapping[str, Any]) -> str:
    """The group of a coverage rule in words."""
    found = []
    for name, value in where.items():
        codes = [value] if isinstance(value, str) else list(value)
        found.append("/".join(code_words(name, str(code)) for code in codes))
    return ", ".join(found) or say("simulate.all")


def _turn(one: Mapping[str, Any]) -> str:
    """The year, or the month of a batch of it."""
    return str(one["as_of"][: 4 if one["frequency"] == 1 else 7])


def _share(part: int) -> str:
    """Millionths as per cent, to one place."""
    return f"{part / PPM * 100:.1f}%"
