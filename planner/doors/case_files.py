"""Files of cases at the public door: who has filed, contacts, lists of messages and outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.doors.arguments import listed, mapped
from yaohao.planner.doors.group import Group, PathLike

if TYPE_CHECKING:
    from yaohao.planner.schema.case_files import CaseFileReport
    from yaohao.planner.schema.options import ImportOptions
    from yaohao.planner.schema.reports.case_letters import (
        Contact,
        ForgottenContacts,
        LetterSeries,
        LettersReport,
        Sending,
        SendReport,
        ToldMessage,
        WaitingMessage,
    )


class CaseFiles(Group):
    """What comes from files about cases, and goes out as lists."""

    # Many parameters: the options of an import, each a keyword for users' own Python.
    def import_filings(
        self,
        files: Iterable[PathLike],
        *,
        year: int = 0,
        day: str = "",
        mapping: Mapping[str, Any] | None = None,
        dry_run: bool = False,
    ) -> CaseFileReport:
        """Take in who has filed the annual report of a year (of `day` by default)."""
        from yaohao.planner.operations.import_case_files import import_filings

        options = _options(mapping, dry_run=dry_run)
        return import_filings(self._workspace, _paths(files), year, day, options)

    # Many parameters: the options of an import, each a keyword for users' own Python.
    def import_openings(
        self,
        kind: str,
        files: Iterable[PathLike],
        *,
        day: str = "",
        actor: str = "",
        source: str = "import",
        cause: str = "",
        facts: Mapping[str, Any] | None = None,
        mapping: Mapping[str, Any] | None = None,
        dry_run: bool = False,
    ) -> CaseFileReport:
        """Open a case of a kind for each row of files; a column is a fact, by any of its names.

        `facts` are those of all rows that say nothing else; `source` and `cause` are as of `open`.
        """
        from yaohao.planner.operations.import_case_files import import_openings

        options = _options(mapping, dry_run=dry_run)
        return import_openings(
            self._workspace, kind, _paths(files), day, actor, options,
            source=source, cause=cause, facts=mapped("facts", facts),
        )  # fmt: skip

    def import_contacts(
        self,
        files: Iterable[PathLike],
        keep_until: str,
        *,
        mapping: Mapping[str, Any] | None = None,
        dry_run: bool = False,
    ) -> CaseFileReport:
        """Take contacts into the private register, to be kept until a day."""
        from yaohao.planner.operations.keep_contacts import import_contacts

        options = _options(mapping, dry_run=dry_run)
        return import_contacts(self._workspace, _paths(files), keep_until, options)

    def contacts(self, entity: str) -> list[Contact]:
        """The contacts of an entity; for the bureau's own eyes."""
        from yaohao.planner.operations.keep_contacts import contacts_of

        return contacts_of(self._workspace, entity)

    def forget_contacts(self, entity: str = "") -> ForgottenContacts:
        """Forget the contacts whose last day is past, or all of an entity."""
        from yaohao.planner.operations.keep_contacts import forget_contacts

        return forget_contacts(self._workspace, entity)

    def waiting_messages(self) -> list[WaitingMessage]:
        """The messages that wait to be sent, by kind and message."""
        from yaohao.planner.reports.cases import messages_waiting

        return messages_waiting(self._workspace)

    # Many parameters: what is sent, how, and where the list goes.
    def send(
        self,
        kind: str,
        channel: str,
        to: PathLike,
        *,
        message: str = "",
        actor: str = "",
        day: str = "",
        dry_run: bool = False,
    ) -> SendReport:
        """Write the list of messages that wait, by one channel, into a folder of one's own."""
        from yaohao.planner.operations.send_messages import send_messages

        return send_messages(
            self._workspace, kind, channel, Path(to), message,
            actor=actor, day=day, dry_run=dry_run,
        )  # fmt: skip

    def take_outcomes(
        self, files: Iterable[PathLike], *, day: str = "", dry_run: bool = False
    ) -> CaseFileReport:
        """Take in what became of the rows of lists, by their references."""
        from yaohao.planner.operations.send_messages import take_outcomes

        return take_outcomes(self._workspace, _paths(files), day, _options(None, dry_run=dry_run))

    def sendings(self) -> list[Sending]:
        """The lists that were written, with what became of their rows."""
        from yaohao.planner.storage.case_kinds import kinds_of

        rows = self._workspace.store.sendings()
        return kinds_of(self._workspace).kinds.with_names(rows)

    def told(self, entity: str) -> list[ToldMessage]:
        """What an entity was told: message, day, channel, outcome."""
        from yaohao.planner.reports.cases import case_entity
        from yaohao.planner.storage.case_kinds import kinds_of

        rows = self._workspace.store.told(case_entity(self._workspace, entity))
        return kinds_of(self._workspace).kinds.with_names(rows)

    # Many parameters: which letters, in which form, and where they go.
    def write_letters(
        self,
        cases: str | Iterable[str],
        step: str,
        to: PathLike,
        *,
        forms: Iterable[str] = ("html",),
        language: str = "",
        overwrite: bool = False,
    ) -> LettersReport:
        """Write the documents of a step of some cases: `html`, `xlsx` for a mail merge, `docx`.

        They are drafts; a step names them by their digests.
        """
        from yaohao.planner.operations.write_letters import write_letters

        ids = [cases] if isinstance(cases, str) else listed("cases", cases)
        return write_letters(
            self._workspace, ids, step, Path(to),
            forms=listed("forms", forms), language=language, overwrite=overwrite,
        )  # fmt: skip

    def letters(self) -> list[LetterSeries]:
        """The series of letters: mark, year, last number, how many were used."""
        return self._workspace.store.letters()


def _paths(files: Iterable[PathLike]) -> list[Path]:
    return [Path(file) for file in listed("files", files)]


def _options(mapping: Mapping[str, Any] | None, *, dry_run: bool) -> ImportOptions:
    from yaohao.planner.schema.options import ImportOptions

    return ImportOptions(mapped("mapping", mapping), dry_run=dry_run)
