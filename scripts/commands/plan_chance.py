"""`yaohao plan chance`: the chance of one entity under a plan, and under another beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.vocabulary.units import PPM
from yaohao.planner.wording.format import chance_words, code_words, rule_words, tenths
from yaohao.planner.wording.messages import say
from yaohao.scripts.command_base import argument, cli_command, open_workspace, option, word
from yaohao.scripts.output import column, fact, facts, finish, line, shortened, table, tabular


@cli_command("chance", words="plan_set.chance")
@argument("file", meta="plan")
@argument("entity", meta="entity")
@option("--against", words="plan-against", meta="plan", default="")
@tabular("chance")
def command(file: str, entity: str, against: str) -> None:
    """Show the chance of one entity under a plan."""
    with open_workspace() as workspace:
        report = workspace.chance(file, entity, against or None)
    finish(report, _show)


def _show(report: Mapping[str, Any]) -> None:
    facts(
        [
            fact("entity", report["entity_id"]),
            fact("name", shortened(str(report["name"]), 200)),
            *(
                fact(f"stratum-{name}", code_words(name, report["codes"][name]))
                for name in ("tier", "region", "industry", "kind", "status")
                if report["codes"][name]
            ),
            fact("fields", report["codes"]["fields"]) if report["codes"]["fields"] else None,
        ]
    )
    line()
    sides = [one for one in (report["before"], report["after"]) if one is not None]
    names = ["before", "after"] if report["before"] is not None else ["after"]
    rows = [_row(side) for side in sides]
    table(
        [column("plan_set.what", flex=True), *(column(name, flex=True) for name in names)],
        [(head, *(row[head] for row in rows)) for head in rows[0]],
        "chance",
    )


def _row(side: Mapping[str, Any]) -> dict[str, str]:
    """What a plan means for the entity, by what is told."""
    standing = (
        say("plan_set.standing-outside")
        if side["standing"] == "outside"
        else say(f"common.standing-{side['standing']}")
    )
    in_pool = side["standing"] == "pool"
    return {
        word("label", "plan"): side["plan"],
        word("label", "standing"): standing,
        word("label", "rule"): "-" if side["standing"] == "outside" else rule_words(side["reason"]),
        word("label", "chance"): chance_words(side["chance"], PPM),
        word("label", "cell"): side["cell"] or "-",
        word("label", "plan_set.cell-size"): f"{side['size']:,}" if in_pool else "-",
        word("label", "plan_set.cell-expected"): tenths(side["expected"]) if in_pool else "-",
    }
