"""What is told of letters, messages and contacts of cases."""

from __future__ import annotations

from typing import TypedDict

from yaohao.planner.schema.reports.cases import BothWords


class WaitingMessage(TypedDict):
    """A message that waits to be sent: in how many cases, to how many subjects, by what channels.

    Those on their way, whose outcome is not known yet, are among them.
    """

    kind: str
    kind_words: BothWords
    message: str
    words: BothWords
    channels: list[str]
    cases: int
    subjects: int


class WaitingReport(TypedDict):
    """The messages that wait to be sent."""

    waiting: list[WaitingMessage]


class SendReport(TypedDict):
    """`yaohao case send`: a list of messages that was written: rows in it, and subjects without a
    number or address.
    """

    sending: int
    channel: str
    kind: str
    message: str
    file: str
    digest: str
    rows: int
    without: list[str]
    send_from: str
    dry_run: bool


class Sending(TypedDict):
    """A list that went out, with what became of its rows; `file` is its name alone."""

    number: int
    channel: str
    kind: str
    message: str
    day: str
    file: str
    digest: str
    rows: int
    without: int
    person: str
    sent: int
    failed: int
    waiting: int


class SendingsReport(TypedDict):
    """`yaohao case outcomes`: the lists that went out, the last first."""

    sendings: list[Sending]


class ToldMessage(TypedDict):
    """A message to an entity: when, how, and what became of it."""

    case: str
    kind: str
    message: str
    channel: str
    day: str
    outcome: str
    outcome_on: str


class ToldReport(TypedDict):
    """`yaohao case told`: what an entity was told."""

    told: list[ToldMessage]


class LettersReport(TypedDict):
    """`yaohao case letter`: the files of letters that were written, how many letters, and the
    numbers shown in them.
    """

    folder: str
    files: list[str]
    letters: int
    numbers: list[str]


class LetterSeries(TypedDict):
    """A series of letters of a year: its last number, and how many were used."""

    mark: str
    year: int
    last: int
    used: int


class SeriesReport(TypedDict):
    """`yaohao case letters`: the series of letters."""

    letters: list[LetterSeries]


class Contact(TypedDict):
    """A person of an entity who can be reached; for the bureau's own eyes."""

    entity_id: str
    person: str
    phone: str
    role: str
    keep_until: str


class ContactsReport(TypedDict):
    """`yaohao case contacts`: the contacts of an entity."""

    contacts: list[Contact]


class ForgottenContacts(TypedDict):
    """How many contacts were forgotten, and how many are left."""

    forgotten: int
    left: int
