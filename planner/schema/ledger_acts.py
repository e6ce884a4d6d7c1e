"""The acts of the ledger: a type a kind (docs/protocol.md, "The ledger").

An act enters the ledger with the moment `at` besides, which the ledger itself sets. One is written
as a plain dictionary where it is entered (`storage.ledger_rows`), which takes a `LedgerAct` alone.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from yaohao.planner.schema.seed_part import AnnouncedPart, SeedPart

REHEARSAL = "rehearsal-"
"""What stands before the code system in the first act of a workspace that is for rehearsals."""


class WorkspaceAct(TypedDict):
    """The first line: a workspace made."""

    act: Literal["workspace"]
    at: NotRequired[str]
    register: str
    """Its code system, ``china`` or ``free``; `REHEARSAL` stands before it in a rehearsal, whose
    ledger no verifier takes for that of a bureau."""


class ImportAct(TypedDict):
    """Files imported into a register."""

    act: Literal["import"]
    at: NotRequired[str]
    register: str
    files: list[str]
    """Digests of the files."""
    rows: int
    accepted: int
    set_aside: int
    content: str
    """Digest of the register after it."""


class RegisterAct(TypedDict):
    """A note on an inspector: a recusal or an absence."""

    act: Literal["register"]
    at: NotRequired[str]
    register: str
    what: str
    content: str
    """Digest of the register after it."""


class FrameCounts(TypedDict):
    """How many entities a frame holds, by standing."""

    scope: int
    pool: int
    directed: int
    out: dict[str, int]
    """Entities left out, by reason."""


class SelectBearing(TypedDict):
    """What bears on who is drawn."""

    narrow_rules: int
    """Rules of the plan that 1 to 4 entities of the frame meet."""
    certain: int
    """Entities of the pool whose chance is 1."""
    doubles: int
    """Entities with the same name and address as another with a smaller id."""


class CrewBearing(TypedDict):
    """What bears on who inspects whom."""

    recused: int
    """Pairs of an inspector and an entity to be visited."""
    recused_since: int
    """Of these, pairs that the roster at the selection did not have."""
    absent: int
    """Inspectors who are absent on a day of the window."""
    absent_since: int
    least_choice: int
    """Least number of inspectors from whom a seat could have been filled."""


class FreezeAct(TypedDict):
    """A plan frozen into a draw."""

    act: Literal["freeze"]
    at: NotRequired[str]
    draw: str
    content: str
    """Digest of the register of entities."""
    plan: str
    frame: str
    lottery: str
    cells_root: str
    """Root over the cells under their public names."""
    counts: FrameCounts
    bearing: SelectBearing
    earlier: list[str]
    """Earlier draws that the frame takes visits from."""
    given_secret: NotRequired[bool]
    """True where the secret was given, for a recomputation."""
    made_with: NotRequired[dict[str, str]]
    """Versions of programs by name."""


class SelectCommitmentAct(TypedDict):
    """The commitment of the selection round."""

    act: Literal["commitment"]
    at: NotRequired[str]
    draw: str
    round: Literal["select"]
    plan: str
    frame: str
    lottery: str
    cells_root: str
    commitment: str
    parts: list[AnnouncedPart]
    """Where the seed will come from, part by part."""


class CrewCommitmentAct(TypedDict):
    """The commitment of the assignment round."""

    act: Literal["commitment"]
    at: NotRequired[str]
    draw: str
    round: Literal["crew"]
    visits: str
    roster: str
    bearing: CrewBearing
    commitment: str
    parts: list[AnnouncedPart]


class SeedAct(TypedDict):
    """A seed entered for a round."""

    act: Literal["seed"]
    at: NotRequired[str]
    draw: str
    round: str
    """``select`` or ``crew``."""
    seed: str
    parts: list[SeedPart]
    """What the seed is made of: its texts, joined by one blank, are the seed."""
    witnesses: str
    """Digest of the list of witnesses."""
    witnessed: int
    """How many witnesses."""
    key: str


class DrawAct(TypedDict):
    """What the selection round gave."""

    act: Literal["draw"]
    at: NotRequired[str]
    draw: str
    outcome: int
    drawn: int
    directed: int
    reserves: int
    visits: str
    """Digest of the visits."""
    cells: str | None
    """Digest of the cells as they are published."""
    roster: str
    """Digest of the roster as it was then."""


class CrewsAct(TypedDict):
    """What the assignment round gave."""

    act: Literal["crews"]
    at: NotRequired[str]
    draw: str
    crews: str
    """Digest of the teams."""
    dealt: int
    """Visits that have a team."""
    made_with: NotRequired[dict[str, str]]


class WithdrawalAct(TypedDict):
    """A drawn entity that is gone, and the reserve in its place."""

    act: Literal["withdrawal"]
    at: NotRequired[str]
    draw: str
    entity_id: str
    result: str
    evidence: str
    """Digest of the text of the evidence."""
    reserve: str | None


class ResultsAct(TypedDict):
    """Results of visits imported."""

    act: Literal["results"]
    at: NotRequired[str]
    draw: str
    results: str
    """Digest of all results of the draw by then."""
    number: int


class PublicationAct(TypedDict):
    """A stage of a draw published."""

    act: Literal["publication"]
    at: NotRequired[str]
    draw: str
    stage: str
    draw_json: str
    visits_csv: str
    sums: str
    """Digests of the files draw.json, visits.csv, SHA256SUMS."""


class AbandonmentAct(TypedDict):
    """A draw given up."""

    act: Literal["abandonment"]
    at: NotRequired[str]
    draw: str
    reason: str


class CaseAct(TypedDict):
    """A step of a case; it bears on no draw."""

    act: Literal["case"]
    at: NotRequired[str]
    kind: str
    case: str
    event: str
    content: str
    """Digest of what the step holds."""


class DismissalAct(TypedDict):
    """Rejected rows removed from the list."""

    act: Literal["dismissal"]
    at: NotRequired[str]
    register: str
    """A register, ``results`` or ``inspections``."""
    rows: int
    set_aside: str
    """Digest of the sorted list of the digests of their texts."""
    reason: str
    """Digest of the text of the reason."""


ACTS = (
    WorkspaceAct,
    ImportAct,
    RegisterAct,
    DismissalAct,
    FreezeAct,
    SelectCommitmentAct,
    CrewCommitmentAct,
    SeedAct,
    DrawAct,
    CrewsAct,
    WithdrawalAct,
    ResultsAct,
    PublicationAct,
    AbandonmentAct,
    CaseAct,
)
"""Every kind, in the order in which a draw meets them."""


LedgerAct = (
    WorkspaceAct
    | ImportAct
    | RegisterAct
    | DismissalAct
    | FreezeAct
    | SelectCommitmentAct
    | CrewCommitmentAct
    | SeedAct
    | DrawAct
    | CrewsAct
    | WithdrawalAct
    | ResultsAct
    | PublicationAct
    | AbandonmentAct
    | CaseAct
)
"""What may be entered: mypy holds the act that is written anywhere against its kind."""
