"""What is told of cases: where they stand, what they lack, and what an act did."""

from __future__ import annotations

from typing import Any, TypedDict

from yaohao.planner.vocabulary.problems import ProblemReport

BothWords = dict[str, str]
"""A text in both languages, by ``zh`` and ``en``."""

Known = str | int | bool | list[str]
"""A fact: days are ISO texts, a list is one of days or of codes."""


class CaseBrief(TypedDict):
    """Where a case stands, on one line."""

    id: str
    kind: str
    kind_words: BothWords
    version: str
    subject: str
    """The entity; `bureau`, or `cohort` for a case over many."""
    name: str
    state: str
    state_words: BothWords
    closed: bool
    waits: str
    """The party whose turn it is; empty for a closed case."""
    next_due: str | None
    opened_on: str
    entered_on: str
    """Since when it stands in its state."""
    members: int | None
    """How many stand in a cohort; null for a case of a single subject."""


class CaseList(TypedDict):
    """`yaohao case list`: cases that a list has, the first of them; `number` counts all."""

    cases: list[CaseBrief]
    number: int
    offset: int
    not_found: list[str]
    """Of the words looked for, those that no case has."""


class CaseFact(TypedDict):
    """A fact that is known of a case."""

    name: str
    words: BothWords
    type: str
    value: Known


class CaseDue(TypedDict):
    """Something that is due in a case, with its arithmetic and basis."""

    name: str
    words: BothWords
    day: str
    unit: str
    hard: bool
    late: bool
    who: str
    why: dict[str, Any]
    """Rule, basis, and each span that was counted, with the days off in it."""


class CaseEventView(TypedDict):
    """Something that happened in a case; `holds` is false for what was corrected."""

    number: int
    event: str
    step: str
    words: BothWords
    to: str
    day: str
    role: str
    actor: str
    facts: dict[str, Known]
    documents: dict[str, str]
    letter: str
    basis: str
    reason: str
    of: int
    members: int | None
    holds: bool
    entry: str
    """The entry of the ledger with which it came."""
    at: str


class FactAsked(TypedDict):
    """A fact that a step or an opening asks for; `known` says that it need not be given."""

    name: str
    words: BothWords
    type: str
    options: list[str]
    known: bool


class DocumentAsked(TypedDict):
    """A document that a step needs."""

    name: str
    words: BothWords


class AvailableStep(TypedDict):
    """A step out of where a case stands, and what it still needs."""

    id: str
    words: BothWords
    by: list[str]
    to: str
    two: bool
    facts: list[FactAsked]
    documents: list[DocumentAsked]
    series: str
    message: str
    unmet: list[ProblemReport]


class StepPapers(TypedDict):
    """A step of a kind that has documents; `taken` says whether a case has taken it."""

    step: str
    words: BothWords
    documents: list[DocumentAsked]
    taken: bool


class CaseReport(CaseBrief):
    """`yaohao case show`: a case whole: what is known, due, possible, and what happened."""

    about: BothWords
    basis: str
    cause: str
    causes: list[CaseBrief]
    """The cases that this one caused."""
    proposer: str
    published: str
    rules_on: str
    """The day whose dated values hold."""
    facts: list[CaseFact]
    dues: list[CaseDue]
    steps: list[AvailableStep]
    papers: list[StepPapers]
    letters: list[str]
    queued: int
    """Messages that wait to be sent."""
    cohort: dict[str, int] | None
    events: list[CaseEventView]


class RefusedCase(TypedDict):
    """A case, or a subject, with which nothing was done, and why."""

    case: str
    subject: str
    problems: list[ProblemReport]


class CaseActReport(TypedDict):
    """`yaohao case open`, `yaohao case step`, `yaohao case note`, `yaohao case correct`.

    What an act did: the cases after it, how many events it has, and the letters given out.

    `unchanged` counts the cases in which the same was done before; `refused` are those in which it
    could not be done, where that was allowed; `entries` are those of the ledger.
    """

    cases: list[CaseBrief]
    number: int
    events: int
    unchanged: int
    refused: list[RefusedCase]
    letters: list[str]
    entries: list[str]
    dry_run: bool


class OpenedByClock(TypedDict):
    """A case that the calendar opened; `members` of a cohort, null for others."""

    kind: str
    day: str
    case: str
    members: int | None


class NotOpened(TypedDict):
    """An opening by the calendar that could not be, and the facts that are missing."""

    kind: str
    day: str
    missing: list[str]


class ClockReport(TypedDict):
    """`yaohao case clock`: what the clock did up to a day: cases opened (members of cohorts
    counted), events by name.
    """

    as_of: str
    opened: list[OpenedByClock]
    not_opened: list[NotOpened]
    events: dict[str, int]
    cases: int
    entries: list[str]
    dry_run: bool


class KindOpening(TypedDict):
    """What opens cases of a kind: a source, the facts it needs, and those that its conditions ask
    for; `cohort` says that one case is over many subjects.
    """

    source: str
    state: str
    cohort: bool
    facts: list[FactAsked]


class KindMessage(TypedDict):
    """A message of a kind, and the channels it can go by, in order."""

    id: str
    words: BothWords
    channels: list[str]


class CaseKind(TypedDict):
    """A version of a kind: words, days in force, basis, and how many cases it has.

    `own` says that its file lies in the workspace, `changed` that its file says something else
    since cases were opened: these keep the rules as they were.
    """

    kind: str
    version: str
    words: BothWords
    about: BothWords
    subject: str
    two: bool
    draft: bool
    in_force: list[str]
    holds: bool
    basis: str
    opens: list[str]
    openings: list[KindOpening]
    messages: list[KindMessage]
    own: bool
    changed: bool
    cases: int
    open: int


class KindsReport(TypedDict):
    """`yaohao case kinds`: every version of every kind."""

    kinds: list[CaseKind]


class CaseMember(TypedDict):
    """A member of a cohort; `standing` is false for who has left it."""

    entity_id: str
    name: str
    region: str
    standing: bool


class MembersReport(TypedDict):
    """`yaohao case members`: the members of a cohort."""

    case: str
    members: list[CaseMember]


class CaseCount(TypedDict):
    """How many cases stand in a state of a kind, and how many members they have."""

    kind: str
    state: str
    cases: int
    members: int


class EffectFiles(TypedDict):
    """The files of what cases do to a draw, and how many rows each has."""

    folder: str
    files: dict[str, int]
