"""`yaohao simulate`: simulate a plan over years on the current register; not a draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from yaohao.planner.vocabulary.units import PPM
from yaohao.planner.wording.format import code_words, millionths
from yaohao.planner.wording.messages import say
from yaohao.scripts.command_base import (
    argument,
    cli_command,
    open_workspace,
    option,
)
from yaohao.scripts.output import (
    Column,
    bar_column,
    column,
    fact,
    facts,
    finish,
    line,
    most_rows,
    note,
    progress,
    prose,
    table,
    tabular,
    title,
)
from yaohao.scripts.typesetting import bar

"""Characters of a whole bar; in some Chinese terminals each takes two columns."""

STRATA = ("tier", "age", "key")
TIMES = ("never", "once", "twice", "more")


@cli_command("simulate")
@argument("file", meta="plan")
@option("--years", words="years", meta="number", type=int, default=10)
@option("--seed", words="simulation-seed", meta="number", type=int, default=1)
@tabular("years", "visited-tier", "visited-age", "visited-key", "gaps", "coverage")
def command(file: str, years: int, seed: int) -> None:
    """Simulate a plan over years; nothing is drawn or changed."""
    with open_workspace() as workspace, progress("simulating") as move:
        report = workspace.simulate(file, years, seed, move)
    finish(report, show_simulation)


def show_simulation(report: Mapping[str, Any]) -> None:
    """Print numbers of visits, gaps, coverage, the years and notes."""
    facts(
        [
            fact("plan", report["plan"]),
            fact("title", report["title"]),
            _fact("years", f"{report['years']}  ({report['span'][0]} / {report['span'][1]})"),
            fact("seed", str(report["seed"])),
            fact("scope", report["entities"]),
        ]
    )
    _title("visited")
    for place, stratum in enumerate(STRATA):
        if place:
            line()
        _show_visited(stratum, report["groups"])
    _title("gaps")
    _show_gaps(report["groups"])
    for rule in report["coverage"]:
        _show_coverage(rule, report["by_year"])
    _show_years(report)
    _title("notes")
    notes = [*report["notes"], *(["undated"] if report["undated"] else [])]
    for code in notes:
        prose(_say(f"note-{code}", undated=report["undated"]))


def _show_visited(stratum: str, groups: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """How often the entities of each code were visited; the bar is the share never visited."""
    columns = [
        column(f"stratum-{stratum}", flex=True),
        _column("entities"),
        _column("visits-a-year"),
        *(_column(times) for times in TIMES),
        bar_column(),
    ]
    table(
        columns,
        (
            (
                name,
                row["entities"],
                _decimal(row["visits_a_year"], 3),
                *(_share(row["shares"][times]) for times in TIMES),
                bar(row["shares"]["never"], PPM),
            )
            for name, row in _named(stratum, groups)
        ),
        f"visited-{stratum}",
    )
    if len(groups[stratum]) > most_rows():
        note("more", shown=most_rows(), size=len(groups[stratum]))


def _show_gaps(groups: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """The longest and the median time without a visit; the bar is the median."""
    rows = _named("tier", groups)
    most = max(row["median_gap"] for _, row in rows)
    table(
        [
            column("stratum-tier", flex=True),
            _column("longest-gap"),
            _column("median-gap"),
            bar_column(),
        ],
        (
            (
                name,
                row["longest_gap"],
                row["median_gap"],
                bar(row["median_gap"], most),
            )
            for name, row in rows
        ),
    )


def _show_coverage(rule: Mapping[str, Any], by_year: Iterable[Mapping[str, Any]]) -> None:
    """Who went without a visit for longer than a rule allows; the bar is the share at the close."""
    _title(f"coverage-{rule['source']}", years=rule["within_years"], where=_where(rule["where"]))
    names = ("entities", "late_at_start", "fell_late", "late")
    facts([_fact(name.replace("_", "-"), f"{rule[name]:,}") for name in names])
    line()
    table(
        [_column("year"), _column("late-at-close"), _column("share"), bar_column()],
        (
            (
                _year(row),
                late,
                _share(late * PPM // max(rule["entities"], 1)),
                bar(late, rule["entities"]),
            )
            for row, late in zip(by_year, rule["late_at_close"], strict=True)
        ),
        "coverage",
    )


def _show_years(report: Mapping[str, Any]) -> None:
    """The pool, the visits and the load of each year; the bar is the visits."""
    crews, years = report["crews"], report["by_year"]
    _title("years")
    facts(
        [
            fact("seats", crews["seats_per_visit"]),
            fact("inspectors", crews["inspectors"]),
            _fact(
                "capacity",
                _say("unlimited") if crews["capacity"] is None else f"{crews['capacity']:,}",
            ),
        ]
    )
    line()
    most = max(row["visits"] for row in years)
    table(
        [
            _column("year"),
            column("pool", right=True),
            _column("out"),
            column("directed", right=True),
            _column("visits"),
            _column("seats"),
            _column("load"),
            bar_column(),
        ],
        (
            (
                _year(row),
                row["pool"],
                sum(row["out"].values()),
                row["directed"],
                row["visits"],
                row["seats"],
                "-" if row["load"] is None else _decimal(row["load"], 2),
                bar(row["visits"], most),
            )
            for row in years
        ),
    )
    full = [
        row["as_of"][:4]
        for row in years
        if crews["capacity"] is not None and row["seats"] > crews["capacity"]
    ]
    if full:
        prose(_say("over-capacity", years=full))


def _named(
    stratum: str, groups: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[tuple[str, Mapping[str, Any]]]:
    """The rows of a stratum with what they are called; all entities come after the tiers."""
    if stratum != "tier":
        return [(say(f"common.code-{row['code']}"), row) for row in groups[stratum]]
    tiers = [(code_words(stratum, row["code"]), row) for row in groups[stratum][: most_rows()]]
    return [*tiers, *((_say("all"), row) for row in groups["all"])]


def _where(where: Mapping[str, Any]) -> str:
    """The group of a coverage rule in words."""
    parts = []
    for name, value in where.items():
        codes = [value] if isinstance(value, str) else list(value)
        parts.append("/".join(code_words(name, str(code)) for code in codes))
    return ", ".join(parts) or _say("all")


def _year(row: Mapping[str, Any]) -> str:
    """The year, or the month of a batch of it."""
    return str(row["as_of"][: 4 if row["frequency"] == 1 else 7])


def _share(part: int) -> str:
    """Millionths as per cent, to one place."""
    return f"{_decimal(part * 100, 1)}%"


def _decimal(number: int, places: int) -> str:
    """Millionths as a decimal text, rounded half up to so many places."""
    step = PPM // 10**places
    whole = (number + step // 2) // step * step
    head, _, tail = millionths(whole).partition(".")
    return f"{head}.{tail.ljust(places, '0')}"


def _say(name: str, **params: Any) -> str:
    return say(f"simulate.{name}", **params)


def _title(name: str, **params: Any) -> None:
    title(f"simulate.{name}", **params)


def _fact(name: str, value: str) -> tuple[str, str]:
    return _say(f"label-{name}"), value


def _column(name: str) -> Column:
    return Column(_say(f"label-{name}"), right=True)
