"""Reports on a workspace as a whole: its settings, its overview, its backups."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from yaohao.planner.schema.reports.draws import RoundEvidence
from yaohao.planner.schema.reports.registers import RegisterSize


class UpgradeReport(TypedDict):
    """What opening a workspace of an earlier version did."""

    before: int
    now: int
    file: str
    """The copy of the database as it was."""


class SettingReport(TypedDict):
    """A setting, as `yaohao config` lists it."""

    key: str
    value: str | bool
    default: str | bool
    choices: list[str]
    """What it may be, where that is one of a few."""
    fixed: bool
    """Whether it was settled when the workspace was made."""


class SettingChange(TypedDict):
    """`yaohao config set`: a setting changed."""

    key: str
    before: str
    after: str
    file: str


class DrawProgress(TypedDict):
    """A draw in the overview."""

    draw: str
    plan_id: str
    title: str
    window: list[str]
    stage: str
    steps: int
    """Steps of the work behind it, of seven: ``planned`` to ``published``."""
    published: str | None
    """The stage that was published last."""
    published_all: bool
    """Whether all results and withdrawals are public."""
    news: bool
    """Whether results or withdrawals came in since it was published."""
    next: str | None
    unwitnessed: bool
    unpublished: list[str]
    levels: list[RoundEvidence]


class WaitingPlan(TypedDict):
    """A plan file of which no draw was frozen yet."""

    file: str
    plan: str
    title: str
    problems: int
    next: str
    """``freeze``, ``check``, ``import`` (of `register`), or ``look`` where that is not known."""
    register: str


class NoticeFacts(TypedDict):
    """What a notice is about: each kind has some of the optional keys."""

    kind: str
    urgency: NotRequired[str]
    """``broken``, ``overdue``, ``soon``, ``waiting`` or ``information``."""
    day: NotRequired[str]
    """ISO, or empty."""
    draw: NotRequired[str]
    file: NotRequired[str]
    folder: NotRequired[str]
    found: NotRequired[str]
    last: NotRequired[str]
    line: NotRequired[int]
    names: NotRequired[list[str]]
    of: NotRequired[int]
    register: NotRequired[str]
    rounds: NotRequired[list[str]]
    size: NotRequired[int]
    stage: NotRequired[str]


class Notice(NoticeFacts):
    """Something that needs attention, with its urgency and day, and where something can be done."""

    place: str
    """The part of the screens where it can be corrected."""
    words: str
    """In the language in use."""


class Overview(TypedDict):
    """Where every draw is, what waits to be frozen, how full the registers are."""

    draws: list[DrawProgress]
    plans: list[WaitingPlan]
    registers: dict[str, RegisterSize]


class OverviewReport(Overview):
    """`yaohao status`."""

    warnings: list[Notice]


class BackupContent(TypedDict):
    """What is in a backup."""

    made_at: str
    files: int
    bytes: int
    lines: int
    """Lines of the ledger."""
    head: str
    """Its last entry."""


class BackupMade(BackupContent):
    """What went into a backup, and what did not."""

    left_out: list[str]
    """Links, which are not in it."""


class BackupReport(BackupMade):
    """`yaohao backup`: the whole workspace in one file."""

    file: str
    encrypted: bool
    size: int
    sha256: str


class BackupCheck(BackupContent):
    """`yaohao restore --check`: every digest of a backup holds."""

    file: str


class RestoreReport(BackupCheck):
    """`yaohao restore`: a workspace made of a backup."""

    folder: str
