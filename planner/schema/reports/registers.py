"""Reports on registers and on the workspace as a whole."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

from yaohao.planner.schema.inspection import InspectionRow
from yaohao.planner.schema.inspector import InspectorRow
from yaohao.planner.schema.lead import LeadRow


class RegisterReport(TypedDict):
    """`yaohao register`: what is in the registers."""

    registers: dict[str, int]
    """Rows by register: entities, inspectors, items, leads, lists."""
    entities: dict[str, dict[str, int]]
    """Entities by the values of their tier, kind, status, region and key fields."""
    set_aside: list[SetAsideCount]


class SetAsideCount(TypedDict):
    """Rejected rows of one register, for one reason."""

    register: str
    reason: str
    n: int
    """How many rows."""


class RegisterSize(TypedDict):
    """Size of a register at a glance."""

    size: int
    set_aside: int
    """Rejected rows not yet corrected."""


class VouchReport(TypedDict):
    """`yaohao register vouch`: codes that exist though they break the rule of their check."""

    codes: list[str]
    changed: bool
    size: int
    """How many are vouched for by now."""


class InspectorNote(TypedDict):
    """`yaohao recuse`, `yaohao absent`: a note on an inspector entered or taken back."""

    inspector: InspectorRow
    """As it is now."""
    changed: bool


class RecusalRow(TypedDict):
    """A recusal, as `yaohao recuse --list` has it."""

    inspector_id: str
    name: str
    entity_id: str
    entity_name: str | None
    """Null where the register does not have the entity."""
    reason: str
    noted_at: str
    """Empty, as the reason, where a file brought it."""


class AbsenceRow(TypedDict):
    """An absence, as `yaohao absent --list` has it."""

    inspector_id: str
    name: str
    first: str
    last: str


class RecusedInspector(TypedDict):
    """An inspector who does not visit an entity."""

    inspector_id: str
    name: str


class VisitOf(TypedDict):
    """What a draw says of an entity."""

    draw: str
    standing: str
    reserve: bool
    result: str
    stage: str


class EntityHistory(TypedDict):
    """What is known of an entity beside its row."""

    leads: list[LeadRow]
    recused: list[RecusedInspector]
    visits: list[VisitOf]
    inspections: list[InspectionRow]
    """Visits made elsewhere, that were imported."""


class EntityReport(EntityHistory):
    """`yaohao register entity`: all that is known of one entity; internal."""

    entity: dict[str, Any]
    """Its row of the register, by column."""


class ReadOptions(TypedDict):
    """The options with which files were read whose rows are rejected."""

    map: NotRequired[dict[str, str | list[str]]]
    value: NotRequired[dict[str, dict[str, str]]]
    date_order: NotRequired[str]
    draw: NotRequired[str]
    """Of results."""
