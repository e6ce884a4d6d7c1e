"""Cases as they are read and written: rows and events in, the pure machine in between.

Whatever is written goes through `CaseDesk.keep`: the events with their lines of the ledger, then
where the case stands, both in the transaction of the act.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from yaohao.planner.follow_up.case import Case, advance, fold
from yaohao.planner.follow_up.counting import Counting
from yaohao.planner.follow_up.events import Event, batch_act, ledger_act
from yaohao.planner.follow_up.kind_model import Kind
from yaohao.planner.ledger import Line
from yaohao.planner.storage.calendar import working_days
from yaohao.planner.storage.case_kinds import KindsInUse, kinds_of
from yaohao.planner.storage.case_row import (
    CaseRow,
    DueRow,
    KeptEvent,
    case_rows,
    kept_event,
)
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.digest import document_digest, sha

_SALT = 32  # characters of a salt


@dataclass(frozen=True)
class StoredCase:
    """A case with its kind and its row; of a new one the row is what it will be."""

    case: Case
    kind: Kind
    row: CaseRow


@dataclass(frozen=True)
class Change:
    """What is written of one case: the case after its new events, and the number of its row."""

    number: int
    case: Case
    kind: Kind
    events: tuple[Event, ...]
    office: str = ""


class CaseDesk:
    """The cases of an open workspace."""

    def __init__(self, workspace: WorkspaceFolder) -> None:
        self.workspace = workspace
        self.store = workspace.store
        self.in_use: KindsInUse = kinds_of(workspace)
        self.kinds = self.in_use.kinds
        self.counting = Counting(working_days(workspace))
        self._random = ""

    # reading

    def load(self, typed: str) -> StoredCase:
        """A case by its id, or a beginning of it that only one has; PlannerError for none."""
        row = self.store.case_row(self.store.case_id_like(typed))
        assert row is not None  # the id was just looked up
        return self.load_all([row.number])[row.number]

    def load_all(self, numbers: Sequence[int]) -> dict[int, StoredCase]:
        """Cases by their numbers.

        Raises PlannerError where one does not stand as its events make it: a fault of the disk.
        """
        rows = self.store.case_rows(numbers)
        events = self.store.case_events(numbers)
        loaded = {}
        for number in numbers:
            row = rows[number]
            kind = self.kinds.get(row.kind, row.version)
            case = fold(events.get(number, ()), kind)
            made, _ = case_rows(number, case, kind, self.counting, row.office)
            if made[:12] != row[:12]:
                expected, there = case.state, row.state
                raise self.store.seals.changed(f"case:{row.id}", expected, there)
            loaded[number] = StoredCase(case, kind, row)
        return loaded

    # ids and salts

    def _key(self) -> str:
        self._random = self._random or self.store.case_key()
        return self._random

    def keyed(self, event: Event) -> Event:
        """An opening with an id that only this workspace can make; the same one always the same."""
        key = self._key()
        facts = {name: event["facts"][name] for name in sorted(event["facts"])}
        opening = [event.get("subject", ""), event.get("cause", ""), event["day"], facts]
        return {**event, "case": f"{event['kind']}-{sha(key + document_digest(opening))[:16]}"}

    def salted(self, events: Iterable[Event]) -> tuple[Event, ...]:
        """Events with a salt, so that the digest in the ledger tells nobody what they are."""
        key = self._key()
        return tuple(
            {**event, "salt": sha(f"{key}|{event['case']}|{event['number']}")[:_SALT]}
            for event in events
        )

    # writing

    def keep(self, changes: Sequence[Change], *, batch: bool = False) -> list[Line]:
        """Write cases after their new events, in an act; the lines of the ledger.

        One line an event; as a `batch` one line for all events of a name, of one kind. A kind is
        kept as it is with its first case.
        """
        lines: list[Line] = []
        salted = [(change, self.salted(change.events)) for change in changes]
        for kind in {(one.kind.id, one.kind.version): one.kind for one in changes}.values():
            self.store.freeze_kind(kind.id, kind.version, kind.text)
        rows: list[CaseRow] = []
        dues: list[DueRow] = []
        for change in changes:
            case = change.case
            row, due = case_rows(change.number, case, change.kind, self.counting, change.office)
            rows.append(row)
            dues += due
        self.store.put_cases(rows, dues)
        pairs = [
            (event, kept_event(change.number, event))
            for change, events in salted
            for event in events
        ]
        for part in _acts(pairs) if batch else [[pair] for pair in pairs]:
            act = (
                ledger_act(part[0][0])
                if len(part) == 1
                else batch_act([event for event, _ in part], [kept.digest for _, kept in part])
            )
            line = self.store.append(act)
            self.store.add_events((kept for _, kept in part), line)
            lines.append(line)
        return lines

    def opened(self, event: Event, kind: Kind) -> Case:
        """The case of an opening with its own id."""
        return advance(None, event, kind)

    def new_cases(
        self, openings: Iterable[tuple[Event, Kind]], places: Mapping[str, str]
    ) -> list[Change]:
        """What is written of new cases, under ids of this workspace.

        What is there already, or may stand only once and stands, is left out. `places` has the
        divisions of subjects.
        """
        events = [(self.keyed(event), kind) for event, kind in openings]
        there = self.store.case_ids_there(event["case"] for event, _ in events)
        once = [event.get("once", "") for event, _ in events]
        taken = self.store.once_taken(key for key in once if key)
        number = self.store.next_case_number()
        changes: list[Change] = []
        for (event, kind), key in zip(events, once, strict=True):
            if event["case"] in there or key in taken:
                continue
            there.add(event["case"])
            if key:
                taken.add(key)
            case = self.opened(event, kind)
            place = places.get(case.subject, "")
            changes.append(Change(number + len(changes), case, kind, (event,), place))
        return changes


def _acts(pairs: Sequence[tuple[Event, KeptEvent]]) -> list[list[tuple[Event, KeptEvent]]]:
    """Events by what one act of the ledger says: kind, name and step, in the order they came."""
    parts: dict[tuple[str, str, str], list[tuple[Event, KeptEvent]]] = {}
    for event, kept in pairs:
        parts.setdefault((event["kind"], event["event"], event["step"]), []).append((event, kept))
    return list(parts.values())
