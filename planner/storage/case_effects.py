"""What cases do to a draw: counted for a preview, and as rows that a person may accept.

Nothing here changes a register or a frozen frame. A class of credit risk is only ever proposed; the
national one wins.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypedDict

from yaohao.planner.engine.browse import entity_values
from yaohao.planner.follow_up.draw_effects import EffectRow, effect_table
from yaohao.planner.follow_up.kind_model import Kind
from yaohao.planner.follow_up.view import both
from yaohao.planner.schema.case_effect import CaseEffect
from yaohao.planner.storage.case_kinds import kinds_of
from yaohao.planner.storage.entity_lookup import register_file
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.terms import TIERS

LINKS = ("directed", "lead", "out", "scope", "tier", "items", "result")
"""What an effect is, in the order in which it is told."""

_CLASSES = [term.code for term in TIERS]


class EffectOfCase(TypedDict):
    """One entity, and what a case of a kind does to it in a draw."""

    entity_id: str
    case: str
    kind: str
    link: str
    trigger: str
    direction: str
    since: str
    note: dict[str, str]


class TierProposal(TypedDict):
    """A class of credit risk that is proposed for an entity, with the reasons."""

    entity_id: str
    name: str
    tier: str
    proposed: str
    reasons: list[str]


def effects_now(workspace: WorkspaceFolder) -> list[CaseEffect]:
    """Every effect that some case has now, by link, then in the order of the kinds."""
    effects: list[CaseEffect] = []
    for kind, row in _rows(workspace):
        cases, entities = workspace.store.standing_in(kind.id, kind.version, row.effect.states)
        if cases:
            effects.append(
                {
                    "link": row.effect.link,
                    "kind": kind.id,
                    "kind_words": both(kind.words),
                    "trigger": row.effect.trigger,
                    "direction": row.effect.direction,
                    "note": both(row.effect.note),
                    "cases": cases,
                    "entities": entities,
                }
            )
    return sorted(effects, key=lambda one: LINKS.index(one["link"]))


def effects_by_entity(workspace: WorkspaceFolder) -> Iterator[EffectOfCase]:
    """Every effect on every entity, members of cohorts too, in the order of the kinds."""
    for kind, row in _rows(workspace):
        subjects = workspace.store.subjects_in(kind.id, kind.version, row.effect.states)
        for case, subject, since in subjects:
            yield {
                "entity_id": subject,
                "case": case,
                "kind": kind.id,
                "link": row.effect.link,
                "trigger": row.effect.trigger,
                "direction": row.effect.direction,
                "since": since,
                "note": both(row.effect.note),
            }


def tier_proposals(workspace: WorkspaceFolder, language: str) -> list[TierProposal]:
    """One class up or down for the entities whose cases propose it, where they do not disagree.

    Up is the graver class. Whoever has no class of the register is left out: it is for the national
    system to give one. Reasons are the notes of the kinds, in a language.
    """
    reasons: dict[str, dict[str, None]] = {}
    signs: dict[str, set[str]] = {}
    for one in effects_by_entity(workspace):
        if one["link"] == "tier" and one["direction"]:
            signs.setdefault(one["entity_id"], set()).add(one["direction"])
            reasons.setdefault(one["entity_id"], {})[one["note"][language]] = None
    paths = register_file(workspace)
    known = entity_values(paths[0], sorted(signs), ("name", "tier")) if paths else {}
    proposals: list[TierProposal] = []
    for entity, directions in sorted(signs.items()):
        tier = known.get(entity, {}).get("tier") or ""
        if tier not in _CLASSES or len(directions) > 1:
            continue
        step = 1 if directions == {"+"} else -1
        place = min(max(_CLASSES.index(tier) + step, 0), len(_CLASSES) - 1)
        if _CLASSES[place] != tier:
            proposals.append(
                {
                    "entity_id": entity,
                    "name": known[entity]["name"] or "",
                    "tier": tier,
                    "proposed": _CLASSES[place],
                    "reasons": list(reasons[entity]),
                }
            )
    return proposals


def _rows(workspace: WorkspaceFolder) -> Iterator[tuple[Kind, EffectRow]]:
    kinds = kinds_of(workspace).kinds
    for row in effect_table(kinds):
        if row.effect.link in LINKS:
            yield kinds.get(row.kind, row.version), row
