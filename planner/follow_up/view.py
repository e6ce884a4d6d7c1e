"""A case as plain JSON values: for reports, `--json` and the screens."""

from __future__ import annotations

from yaohao.planner.follow_up.case import Case, standing
from yaohao.planner.follow_up.counting import Counting
from yaohao.planner.follow_up.due_days import pending_dues
from yaohao.planner.follow_up.kind_model import CORRECTED, Kind, Words
from yaohao.planner.schema.reports.cases import (
    BothWords,
    CaseBrief,
    CaseDue,
    CaseEventView,
    CaseFact,
)

_CORRECTED = Words("已更正（视同未立项）", "Corrected (as if never opened)")


def both(words: Words) -> BothWords:
    """Words in both languages."""
    return {"zh": words.zh, "en": words.en}


def state_words(kind: Kind, state: str) -> Words:
    """The words of a state, that of a case corrected as a whole too."""
    return _CORRECTED if state == CORRECTED else kind.states[state].words


def brief(case: Case, kind: Kind, next_due: str, name: str = "") -> CaseBrief:
    """Where a case stands; `next_due` an ISO day, or empty."""
    return {
        "id": case.id,
        "kind": case.kind,
        "kind_words": both(kind.words),
        "version": case.version,
        "subject": case.subject,
        "name": name,
        "state": case.state,
        "state_words": both(state_words(kind, case.state)),
        "closed": case.closed,
        "waits": "" if case.closed else kind.states[case.state].waits,
        "next_due": next_due or None,
        "opened_on": case.opened_on.isoformat(),
        "entered_on": case.entered_on.isoformat(),
        "members": case.remaining if case.members else None,
    }


def facts_of(case: Case, kind: Kind) -> list[CaseFact]:
    """The facts that are known of a case, in the order of its kind."""
    return [
        {"name": name, "words": both(fact.words), "type": fact.type, "value": case.facts[name]}
        for name, fact in kind.facts.items()
        if name in case.facts
    ]


def dues_of(case: Case, kind: Kind, counting: Counting, as_of: str) -> list[CaseDue]:
    """What is due in a case, the first day first."""
    dues: list[CaseDue] = [
        {
            "name": due.rule.name,
            "words": both(due.rule.words),
            "day": due.day.isoformat(),
            "unit": due.counted.reckoning.unit,
            "hard": due.rule.hard,
            "late": due.day.isoformat() < as_of,
            "who": due.rule.who or kind.states[case.state].waits,
            "why": due.why(),
        }
        for due in pending_dues(case, kind, counting)
    ]
    return sorted(dues, key=lambda due: due["day"])


def events_of(case: Case, kind: Kind, entries: dict[int, tuple[str, str]]) -> list[CaseEventView]:
    """What happened in a case, with the entry of the ledger of each event and its moment."""
    holding = {event["number"] for event in standing(case.events)}
    return [
        {
            "number": event["number"],
            "event": event["event"],
            "step": event["step"],
            "words": both(_event_words(kind, event["event"], event["step"])),
            "to": event["to"],
            "day": event["day"],
            "role": event["role"],
            "actor": event["actor"],
            "facts": event["facts"],
            "documents": event["documents"],
            "letter": event["letter"],
            "basis": event["basis"],
            "reason": event["reason"],
            "of": event["of"],
            "members": event["members"]["count"] if "members" in event else None,
            "holds": event["number"] in holding,
            "entry": entries.get(event["number"], ("", ""))[0],
            "at": entries.get(event["number"], ("", ""))[1],
        }
        for event in case.events
    ]


def _event_words(kind: Kind, event: str, step: str) -> Words:
    """What a step, a due or a message is called; nothing for an event that names none."""
    if event in ("sent", "failed") and step in kind.messages:
        return kind.messages[step].words
    if event == "late" and step in kind.dues:
        return kind.dues[step].words
    return kind.steps[step].words if step in kind.steps else Words("", "")
