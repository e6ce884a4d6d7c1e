"""Cases as the command line prints them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from yaohao.planner.wording.case_words import (
    id_words,
    in_language,
    party_words,
    subject_words,
    unmet_words,
    value_words,
    why_words,
)
from yaohao.planner.wording.messages import say
from yaohao.scripts.output import column, fact, facts, is_csv, table, text, title


def show_brief(rows: Sequence[Mapping[str, Any]]) -> None:
    """A table of cases."""
    if not rows and not is_csv():
        text("cases.none")
        return
    table(
        [
            column("cases.case"),
            column("cases.words", flex=True),
            column("cases.subject", flex=True),
            column("cases.state", flex=True),
            column("cases.waits"),
            column("cases.next-due"),
        ],
        (
            (
                row["id"],
                in_language(row["kind_words"]),
                subject_words(row),
                in_language(row["state_words"]),
                party_words(row["waits"]),
                row["next_due"] or "",
            )
            for row in rows
        ),
        "cases",
    )


def show_act(report: Mapping[str, Any]) -> None:
    """What an act did."""
    facts(
        [
            fact("cases.done", report["number"]),
            fact("cases.unchanged", report["unchanged"]) if report["unchanged"] else None,
            fact("cases.refused", len(report["refused"])) if report["refused"] else None,
            fact("cases.letters", ", ".join(report["letters"])) if report["letters"] else None,
        ]
    )
    if report["cases"]:
        show_brief(report["cases"])
    for row in report["refused"]:
        for problem in row["problems"]:
            facts([(row["case"] or row["subject"], unmet_words(problem))])


def show_clock(report: Mapping[str, Any]) -> None:
    """What the clock did."""
    facts([fact("cases.as-of", report["as_of"]), fact("cases.clocked", report["cases"])])
    for one in report["opened"]:
        facts(
            [
                fact(
                    "cases.opened",
                    f"{id_words(one['kind'])} {one['day']} {one['members'] or ''}".strip(),
                )
            ]
        )
    for name, number in report["events"].items():
        facts([(say(f"case.event-{name}"), f"{number:,}")])
    for one in report["not_opened"]:
        told = {name: one[name] for name in ("kind", "day", "missing")}
        words = say("cases.not-opened", **told)
        facts([fact("cases.not-opened", words)])


def show_whole(report: Mapping[str, Any]) -> None:
    """A case whole."""
    facts(
        [
            fact("cases.case", report["id"]),
            fact("cases.words", f"{in_language(report['kind_words'])} ({report['version']})"),
            fact("cases.subject", subject_words(report)),
            fact("cases.state", in_language(report["state_words"])),
            fact("cases.waits", party_words(report["waits"])) if report["waits"] else None,
            fact("cases.opened-on", report["opened_on"]),
            fact("cases.cause", report["cause"]) if report["cause"] else None,
            fact("cases.proposer", report["proposer"]) if report["proposer"] else None,
            fact("cases.letters", ", ".join(report["letters"])) if report["letters"] else None,
            fact("cases.basis", report["basis"]),
        ]
    )
    if report["cohort"]:
        title("cases.cohort")
        facts([fact(f"cases.cohort-{name}", number) for name, number in report["cohort"].items()])
    if report["facts"]:
        title("cases.facts")
        table(
            [
                column("cases.fact"),
                column("cases.words", flex=True),
                column("cases.value", flex=True),
            ],
            (
                (one["name"], in_language(one["words"]), value_words(one["value"]))
                for one in report["facts"]
            ),
            "case-facts",
        )
    _show_dues(report["dues"])
    _show_steps(report["steps"])
    title("cases.events")
    table(
        [
            column("cases.number", right=True),
            column("cases.day"),
            column("cases.event"),
            column("cases.words", flex=True),
            column("cases.who", flex=True),
            column("cases.reason", flex=True),
        ],
        (
            (
                one["number"],
                one["day"],
                say(f"case.event-{one['event']}"),
                in_language(one["words"]) if one["holds"] else say("cases.corrected"),
                f"{party_words(one['role'])} {one['actor']}".strip(),
                one["letter"] or one["reason"],
            )
            for one in report["events"]
        ),
        "case-events",
    )


def _show_dues(dues: Sequence[Mapping[str, Any]]) -> None:
    if not dues:
        return
    title("cases.dues")
    table(
        [
            column("cases.day"),
            column("cases.what", flex=True),
            column("cases.who"),
            column("cases.why", flex=True, whole=True),
        ],
        (
            (one["day"], in_language(one["words"]), party_words(one["who"]), why_words(one["why"]))
            for one in dues
        ),
        "case-dues",
    )


def _show_steps(steps: Sequence[Mapping[str, Any]]) -> None:
    if not steps:
        return
    title("cases.steps")
    table(
        [
            column("cases.step"),
            column("cases.words", flex=True),
            column("cases.by"),
            column("cases.lacks", flex=True, whole=True),
        ],
        (
            (
                one["id"],
                in_language(one["words"]),
                say("common.comma").join(party_words(role) for role in one["by"]),
                say("common.semicolon").join(unmet_words(need) for need in one["unmet"]),
            )
            for one in steps
        ),
        "case-steps",
    )


def show_effects(rows: Sequence[Mapping[str, Any]]) -> None:
    """What cases do to a draw; nothing of it has taken effect by itself."""
    if not rows and not is_csv():
        text("cases.no-effects")
        return
    table(
        [
            column("cases.effect", flex=True),
            column("cases.words", flex=True),
            column("cases.note", flex=True, whole=True),
            column("cases.cases", right=True),
            column("cases.entities", right=True),
        ],
        (
            (
                say(f"cases.link-{row['link']}"),
                in_language(row["kind_words"]),
                in_language(row["note"]),
                row["cases"],
                row["entities"],
            )
            for row in rows
        ),
        "cases",
    )
    text("cases.effects")
