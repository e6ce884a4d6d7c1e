"""Drawn entities that turn out to be gone, and withdrawals that were a mistake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from yaohao.planner.draw.evidence import says_something
from yaohao.planner.draw.stages import check_protocol
from yaohao.planner.draw.visits import visits_document
from yaohao.planner.draw.withdrawals import TAKEN_BACK, crew_of, made_visits, next_reserve
from yaohao.planner.schema.draw import Draw, Stage, Withdrawal
from yaohao.planner.schema.reports.draws import UndoneWithdrawal, WithdrawalReport
from yaohao.planner.storage.calendar import today, zone
from yaohao.planner.storage.entity_lookup import of_visits
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.clock import day_of
from yaohao.planner.vocabulary.digest import sha
from yaohao.planner.vocabulary.phones import without_phones
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.terms import GONE, NOT_YET
from yaohao.planner.vocabulary.text import tidy

_LONGEST = 2000  # characters of evidence


# Many parameters: what is said of a withdrawal, each by its own name.
def withdraw(
    workspace: WorkspaceFolder,
    draw: str,
    entity_id: str,
    result: str,
    evidence: str,
    *,
    reserve: bool = True,
    on: str = "",
) -> WithdrawalReport:
    """Close a drawn entity that is gone, with evidence; its cell's next reserve takes its place.

    Before the crews are committed the reserve is dealt a crew like any other; after they are dealt
    it is visited by the crew of the entity whose place it takes. Without `reserve` nobody takes its
    place. `on` is the ISO day on which it was found gone, today if empty: the day on which the
    inspection was finished. Raises PlannerError for an entity that is not to be visited or has a
    result, for a result that does not say that it is gone, without evidence that says something,
    for a day before the draw or after today, between commitment and deal of the crews, and where an
    inspector may not visit the reserve.
    """
    if result not in GONE:
        raise refuse("draw.not-gone", found=result, known=list(GONE))
    evidence = _evidence(evidence)
    with workspace.act("withdraw") as store:
        stored = store.draw(draw)
        check_protocol(stored)
        stage = stored.stage
        if stage not in (Stage.DRAWN, Stage.DEALT):
            raise refuse("draw.withdraw-when", draw=draw, stage=stage.value)
        day = _day(workspace, stored, on)
        visits, before = store.visits(draw), stored.withdrawals
        entity_id = of_visits(workspace, stored, visits, entity_id)
        visit = next((v for v in made_visits(visits, before) if v["entity_id"] == entity_id), None)
        if visit is None or visit["result"] != NOT_YET:
            raise refuse("draw.not-open", entity=entity_id, draw=draw)
        used = next_reserve(visits, before, entity_id) if reserve else None
        crew = crew_of(visits, before, entity_id)
        if used is not None and stage is Stage.DEALT:
            _check_crew(workspace, draw, next(v for v in visits if v["entity_id"] == used), crew)
        line = store.append(
            {
                "act": "withdrawal",
                "draw": draw,
                "entity_id": entity_id,
                "result": result,
                "evidence": sha(evidence),
                "reserve": used,
            }
        )
        withdrawal: Withdrawal = {
            "entity_id": entity_id,
            "result": result,
            "evidence": evidence,
            "at": line.act["at"],
            "reserve": used,
            "on": day,
        }
        withdrawals = [*before, withdrawal]
        _settle(workspace, stored, visits, withdrawals, (entity_id, result))
        return {"draw": draw, **withdrawal, "inspectors": crew if used is not None else []}


def undo_withdrawal(
    workspace: WorkspaceFolder, draw: str, entity_id: str, reason: str
) -> UndoneWithdrawal:
    """Take the last withdrawal of a draw back, while it is not public and nothing came after it.

    Withdrawal and undoing both stay in the ledger. Raises PlannerError without a reason, and where
    it is another withdrawal, or was published, or the crew round or results followed.
    """
    reason = _evidence(reason)
    with workspace.act("withdraw") as store:
        stored = store.draw(draw)
        check_protocol(stored)
        visits, before = store.visits(draw), stored.withdrawals
        entity_id = of_visits(workspace, stored, visits, entity_id)
        undone = next((one for one in before if one["entity_id"] == entity_id), None)
        if undone is None:
            raise refuse("withdrawal.none", entity=entity_id, draw=draw)
        if undone is not before[-1]:
            raise refuse("withdrawal.not-last", entity=entity_id, last=before[-1]["entity_id"])
        acts = [line.act for line in store.ledger() if line.act.get("draw") == draw]
        after = [act["act"] for act in acts[_last(acts, entity_id) + 1 :]]
        blocking = next((kind for kind in after if kind != "withdrawal"), None)
        if blocking is not None:
            raise refuse(f"withdrawal.after-{blocking}", entity=entity_id, draw=draw)
        line = store.append(
            {
                "act": "withdrawal",
                "draw": draw,
                "entity_id": entity_id,
                "result": TAKEN_BACK,
                "evidence": sha(reason),
                "reserve": None,
            }
        )
        _settle(workspace, stored, visits, before[:-1], (entity_id, NOT_YET))
        return {
            "draw": draw,
            "entity_id": entity_id,
            "reason": reason,
            "at": line.act["at"],
            "reserve": undone["reserve"],
        }


def _last(acts: Sequence[Mapping[str, Any]], entity_id: str) -> int:
    """The place of the last withdrawal of an entity among acts of its draw."""
    return max(
        place
        for place, act in enumerate(acts)
        if act["act"] == "withdrawal" and act["entity_id"] == entity_id
    )


def _settle(
    workspace: WorkspaceFolder,
    stored: Draw,
    visits: Sequence[Mapping[str, Any]],
    withdrawals: Sequence[Withdrawal],
    result: tuple[str, str],
) -> None:
    """Enter the withdrawals of a draw as they are now, and the result of one entity."""
    store = workspace.store
    store.set_results(stored.id, [result])
    if stored.stage is Stage.DRAWN:
        made = visits_document(
            made_visits(visits, withdrawals),
            stored.plan["crew"]["seats"],
            str(stored.select["key"]),
        )
        store.replace_document(stored.id, "visits", made)
    store.update_draw(stored.id, stored.stage, {**stored.record, "withdrawals": list(withdrawals)})


def _evidence(text: str) -> str:
    """Evidence as it is published, word for word; PlannerError where it says nothing."""
    evidence = without_phones(tidy(text))[:_LONGEST]
    if not evidence:
        raise refuse("draw.no-evidence")
    if not says_something(evidence):
        raise refuse("withdrawal.empty-evidence", found=evidence)
    return evidence


def _day(workspace: WorkspaceFolder, stored: Draw, on: str) -> str:
    """The ISO day on which an entity was found gone: from the day of the draw until today."""
    drawn = day_of(str(stored.select["seeded_at"]), zone(workspace))
    # A trial may take an earlier day for today than that on which its draw was really made.
    latest = max(today(workspace), drawn)
    try:
        day = date.fromisoformat(on) if on else latest
    except ValueError as error:
        raise refuse("withdrawal.bad-day", found=on) from error
    if on and not drawn <= day <= latest:
        raise refuse(
            "withdrawal.day-outside", found=on, first=drawn.isoformat(), last=latest.isoformat()
        )
    return day.isoformat()


def _check_crew(
    workspace: WorkspaceFolder, draw: str, visit: Mapping[str, Any], crew: Sequence[str]
) -> None:
    """Raise PlannerError where one of a crew may not go to a reserve."""
    roster = {row["inspector_id"]: row for row in workspace.store.crew_round(draw)[1]}
    for inspector in crew:
        row = roster[inspector]
        is_near = any(visit["region"].startswith(region) for region in row["regions"])
        if visit["entity_id"] in row["recused"] or not is_near:
            raise refuse(
                "draw.reserve-crew", entity=visit["entity_id"], inspector=inspector, draw=draw
            )
