"""What the last act did, and whether a further act can take it back: the ledger loses nothing.

Notes on inspectors are in the ledger as the digest of the roster after them alone. What one noted
is found by taking each note away in turn and comparing the digest with that of the line before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from yaohao.planner.draw.withdrawals import TAKEN_BACK
from yaohao.planner.ledger import Line
from yaohao.planner.schema.inspector import InspectorRow
from yaohao.planner.schema.reports.undo import UndoOffer
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.registers import ROSTER_KEYS, roster_digest
from yaohao.planner.vocabulary.problems import Problem

_PEOPLE = "inspectors"
_ON_ROSTER = ("import", "register")
_UNDOINGS = ("recusal-undone", "absence-undone")
_FOLLOWING = ("inspections", "visited", "numbers")
"""What is noted of a register with another act, which is the one that is meant."""

_FINAL = {
    "workspace": "nothing",
    "freeze": "freeze",
    "commitment": "commitment",
    "seed": "chance",
    "draw": "chance",
    "crews": "chance",
    "results": "results",
    "publication": "publication",
    "abandonment": "abandonment",
    "dismissal": "dismissal",
}
"""Acts that stay, and the words for why (``undo.why-<name>``)."""


class _Note(NamedTuple):
    """A note on an inspector and the roster without it."""

    what: str
    params: dict[str, Any]
    rows: list[InspectorRow]


def undo_offer(workspace: WorkspaceFolder) -> UndoOffer:
    """The last act of the ledger and how it is taken back, or why it cannot be.

    Notes on inspectors that were taken back already are passed over with their undoing, so that one
    can go back further. Raises PlannerError where the ledger is damaged.
    """
    lines = _standing(workspace.store.ledger())
    line = lines[-1]
    act = line.act
    kind = str(act["act"])
    if kind == "register" and act["register"] == _PEOPLE and act["what"] in ("recusal", "absence"):
        return _of_note(workspace, lines)
    if kind in ("import", "register"):
        return _of_import(workspace, line)
    if kind == "withdrawal":
        params = {"draw": act["draw"], "entity": act["entity_id"]}
        if act["result"] == TAKEN_BACK:
            return _refused(line, kind, params, "was-undone")
        return _offered(line, kind, params, ["reason"])
    if kind == "case":
        return _of_case(workspace, line)
    params = {name: act[name] for name in ("draw", "register") if name in act}
    return _refused(line, kind, params, _FINAL[kind])


def _standing(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines up to the last that was not taken back by notes that came after it.

    After an undoing the roster is as it was after some earlier line; where only notes on inspectors
    came between, that line is the last that stands.
    """
    last = len(lines) - 1
    while str(lines[last].act.get("what", "")).split(" ")[0] in _FOLLOWING:
        last -= 1
    while lines[last].act["act"] == "register" and lines[last].act["what"] in _UNDOINGS:
        content, at = lines[last].act["content"], last - 1
        while at > 0 and _is_note(lines[at]) and lines[at].act["content"] != content:
            at -= 1
        if _content_of(lines[: at + 1]) != content:
            break
        last = at
    return lines[: last + 1]


def _is_note(line: Line) -> bool:
    return (line.act["act"], line.act.get("register")) == ("register", _PEOPLE)


def _offered(line: Line, what: str, params: Mapping[str, Any], asks: list[str]) -> UndoOffer:
    return {
        "entry": line.entry,
        "at": str(line.act["at"]),
        "what": what,
        "params": dict(params),
        "can": True,
        "asks": asks,
        "why_not": None,
    }


def _refused(line: Line, what: str, params: Mapping[str, Any], why: str) -> UndoOffer:
    problem = Problem(f"undo.why-{why}", dict(params))
    return {**_offered(line, what, params, []), "can": False, "why_not": problem.as_json()}


# notes on inspectors


def _of_note(workspace: WorkspaceFolder, lines: Sequence[Line]) -> UndoOffer:
    line = lines[-1]
    what = str(line.act["what"])
    rows = workspace.store.roster("inspectors")
    before = _content_of(lines[:-1])
    for note in _notes(rows, what, str(line.act["at"])):
        if roster_digest(_PEOPLE, note.rows) == before:
            return _offered(line, what, note.params, [])
    return _refused(line, what, {}, "not-found")


def _content_of(lines: Sequence[Line]) -> str:
    """The digest of the roster after some lines; that of an empty one where none was made."""
    for line in reversed(lines):
        if line.act["act"] in _ON_ROSTER and line.act["register"] == _PEOPLE:
            return str(line.act["content"])
    return roster_digest(_PEOPLE, [])


def _notes(rows: Sequence[InspectorRow], what: str, at: str) -> Iterator[_Note]:
    """Every note of a kind with the roster without it; those of the moment `at` first."""
    notes: list[tuple[bool, int, InspectorRow, dict[str, Any]]] = []
    for place, row in enumerate(rows):
        inspector = row["inspector_id"]
        if what == "recusal":
            for entity in row["recused"]:
                params = {"inspector": inspector, "name": row["name"], "entity": entity}
                reasons = row.get("recusal_reasons", {})
                is_of_then = reasons.get(entity, {}).get("at") == at
                notes.append((is_of_then, place, _without_recusal(row, entity), params))
        else:
            for span in row["absent"]:
                params = {"inspector": inspector, "name": row["name"], "first": span[0],
                          "last": span[1]}  # fmt: skip
                absent = [one for one in row["absent"] if one != span]
                notes.append((False, place, {**row, "absent": absent}, params))
    for _, place, row, params in sorted(notes, key=lambda one: not one[0]):
        yield _Note(what, params, [*rows[:place], row, *rows[place + 1 :]])


def _without_recusal(row: InspectorRow, entity: str) -> InspectorRow:
    """A row without a recusal, and without the key of reasons where none is left."""
    changed = row.copy()
    changed["recused"] = [one for one in row["recused"] if one != entity]
    reasons = {one: said for one, said in row.get("recusal_reasons", {}).items() if one != entity}
    changed.pop("recusal_reasons", None)
    return {**changed, "recusal_reasons": reasons} if reasons else changed


# imports


def _of_import(workspace: WorkspaceFolder, line: Line) -> UndoOffer:
    """An import; what is not the last one, or was taken back, is refused by its own operation."""
    register = str(line.act["register"])
    params = {"register": register, "size": line.act.get("accepted", 0)}
    if line.act["act"] == "register":
        why = "was-undone" if line.act["what"] in ("undo", *_UNDOINGS) else "vouched"
        return _refused(line, "import", params, why)
    if register not in (*ROSTER_KEYS, "entities"):
        return _refused(line, "import", params, "results")
    last = workspace.store.last_import(register)
    if last is None or last.undone:
        return _refused(line, "import", params, "was-undone")
    return _offered(line, "import", params, [])


# cases


def _of_case(workspace: WorkspaceFolder, line: Line) -> UndoOffer:
    events = workspace.store.events_with(line.entry)
    if not events:
        return _refused(line, "case", {}, "trial")
    if len({case for case, _ in events}) > 1:
        return _refused(line, "case", {"size": len(events)}, "many-cases")
    case, number = events[0]
    params = {"case": case, "number": number, "event": str(line.act["event"])}
    return _offered(line, "case", params, ["reason", "actor"])
