"""The forms of a draw that are made to be published: the bulletin, the national record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any

from yaohao.planner.draw.stages import is_witnessed
from yaohao.planner.draw.withdrawals import withdrawn_on
from yaohao.planner.publication.disclosure import DisclosurePolicy
from yaohao.planner.publication.paper import national, workbooks
from yaohao.planner.publication.visit_tables import csv_bytes
from yaohao.planner.schema.draw import ROUNDS, Draw
from yaohao.planner.vocabulary.clock import moment_words
from yaohao.planner.vocabulary.phones import without_phones
from yaohao.planner.vocabulary.terms import word
from yaohao.planner.vocabulary.working_days import Due
from yaohao.planner.wording.messages import say

_NOT_YET = "0"


@dataclass(frozen=True)
class FormsContext:
    """What the forms of a draw are made of; `asked` are the visits for whom there are forms.

    `unpublished` are the rounds whose commitment was not published before their seed.
    """

    draw: Draw
    language: str
    policy: DisclosurePolicy
    visits: Sequence[Mapping[str, Any]]
    made: Sequence[Mapping[str, Any]]
    crews: Mapping[str, Sequence[str]]
    items: Sequence[Mapping[str, Any]]
    inspectors: Mapping[str, Mapping[str, Any]]
    asked: Sequence[Mapping[str, Any]]
    due: Due
    """By when the results of the last day of the window must be public."""
    working_days: int
    """Working days from a visit until its results must be public."""
    unpublished: Sequence[str]
    region_names: Mapping[str, str]
    zone: tzinfo | None
    """In which days and moments are told; None for the machine's."""
    numbers: Mapping[str, str]
    """The number of each entity on every form: its place in the draw, which no withdrawal moves."""
    contact: str = ""
    """How the bureau is reached, "" where that is not set."""

    def say(self, name: str, **params: Any) -> str:
        """The forms' words for `name`."""
        return say(f"forms.{name}", self.language, **params)


def write_bulletin(context: FormsContext, folder: Path) -> None:
    """The bulletin: the drawn, their crews once there are some, their results as they come in."""
    language, policy = context.language, context.policy
    gone = {one["entity_id"]: one["result"] for one in context.draw.withdrawals}
    rows = []
    for visit in context.visits:
        entity = visit["entity_id"]
        if entity not in context.crews and entity not in gone:
            continue  # a reserve that was not used
        code = gone.get(entity, visit["result"])
        people = [
            policy.inspector(one, context.inspectors.get(one, {}).get("name", ""))
            for one in context.crews.get(entity, ())
        ]
        rows.append(
            {
                "number": context.numbers[entity],
                "entity_id": entity,
                "name": without_phones(visit["name"]),
                "region": context.region_names.get(visit["region"], visit["region"]),
                "standing": context.say(f"standing-{visit['standing']}"),
                "inspectors": "; ".join(people),
                "result": "" if code == _NOT_YET else word("result", code, language),
            }
        )
    window, authority = context.draw.window, context.draw.plan["authority"]
    title = context.say("bulletin-title", title=without_phones(context.draw.plan["title"]))
    heading = context.say(
        "bulletin-drawn",
        authority=authority,
        first=window[0],
        last=window[1],
        visits=len(context.made),
        directed=sum(visit["standing"] == "directed" for visit in context.made),
    )
    workbooks.bulletin_workbook(
        folder / "bulletin.xlsx",
        language,
        authority + title if language == "zh" else f"{authority}: {title}",
        heading,
        list(_bulletin_notes(context)),
        authority,
        rows,
    )


def _bulletin_notes(context: FormsContext) -> Iterable[str]:
    select = context.draw.select
    bare = "select" in context.unpublished
    name = "bulletin-commitment-unpublished" if bare else "bulletin-commitment"
    yield context.say(
        name, commitment=select["commitment"], at=moment_words(select["committed_at"], context.zone)
    )
    for name in ROUNDS:
        round_ = context.draw.round(name)
        if round_ and round_["seed"]:
            words = context.say(f"round-{name}")
            source = without_phones(round_["source"]) or context.say("no-seed-source")
            yield context.say("bulletin-seed", round=words, source=source, seed=round_["seed"])
            if name in context.unpublished:
                yield context.say("bulletin-unpublished", round=words)
            if not is_witnessed(round_):
                yield context.say("bulletin-unwitnessed", round=words)
    due = context.due
    yield context.say("bulletin-due", number=context.working_days, day=due.day.isoformat())
    if due.estimated_years:
        yield context.say("due-estimated", years=due.estimated_years)
    yield context.say("bulletin-verify", draw=context.draw.id)
    yield context.say("bulletin-objection")
    if context.contact:
        yield context.say("contact-line", contact=context.contact)


def write_national(
    context: FormsContext,
    division: str,
    results: Sequence[Mapping[str, Any]],
    targeted: bool | None,
    folder: Path,
) -> None:
    """The national publicity record, as CSV and as a workbook."""
    rows = national.national_record(
        context.draw.id,
        context.draw.plan,
        division,
        context.items,
        context.visits,
        results,
        [{**one, "on": withdrawn_on(one, context.zone)} for one in context.draw.withdrawals],
        targeted,
    )
    (folder / "national.csv").write_bytes(csv_bytes(national.COLUMNS, rows))
    title = without_phones(context.draw.plan["title"])
    workbooks.national_workbook(folder / "national.xlsx", context.language, title, rows)
