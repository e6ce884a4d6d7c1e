"""Publications at the public door: bundles, audit folders, proofs, forms, due days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.doors.arguments import listed
from yaohao.planner.doors.group import Group, PathLike
from yaohao.planner.schema.report_rows import with_rows

if TYPE_CHECKING:
    from yaohao.planner.schema.reports.publications import (
        AbsenceProof,
        AuditReport,
        DueReport,
        NoticesReport,
        ProofReport,
        ProofsReport,
        PublicView,
        PublishReport,
        PublishTrial,
        WorksheetFile,
        WorksheetReport,
    )
    from yaohao.planner.schema.result import ResultItems, ResultsToEnter
    from yaohao.planner.storage.folder import Progress
    from yaohao.planner.verification.finding import Finding


class Publications(Group):
    """What is shown: to the public, to auditors, to entities, to inspectors."""

    # Many parameters: what is published, and with what, each a keyword for users' own Python.
    def publish(
        self,
        draw: str,
        to: PathLike,
        forms: Iterable[str] = (),
        *,
        key: PathLike = "",
        passphrase: str = "",
        site: bool = False,
        evidence: Iterable[PathLike] = (),
    ) -> PublishReport:
        """Write the public bundle of a draw into a folder, signed with a key file if one is given.

        `key` is what `yaohao key new` made, `passphrase` opens it. With `site` the folder is a site
        of all draws, to which this adds a stage. `evidence` are files that others signed or stamped
        of the draw; it carries what lies beside its earlier publications too.
        """
        from yaohao.planner.operations.publish import publish
        from yaohao.planner.operations.publish_site import publish_to_site

        forms = listed("forms", forms)
        write = publish_to_site if site else publish
        given = [Path(file) for file in evidence]
        if not key:
            return write(self._workspace, draw, Path(to), forms, evidence=given)
        from yaohao.planner.publication.signing import open_key
        from yaohao.planner.vocabulary.small_files import read_small

        signer = open_key(read_small(Path(key)), passphrase, str(key))
        return write(self._workspace, draw, Path(to), forms, signer, given)

    # Many parameters: as those of `publish`.
    def publish_trial(
        self,
        draw: str,
        to: PathLike,
        forms: Iterable[str] = (),
        *,
        signed: bool = False,
        site: bool = False,
        evidence: Iterable[PathLike] = (),
    ) -> PublishTrial:
        """Where `publish` would write what, and what the public would see; nothing is written.

        What `public_view` tells, and `folder`, `files`, `replaces` and `site` of what is written.
        Raises PlannerError where `publish` would.
        """
        from yaohao.planner.operations.publish import public_view, publish_trial
        from yaohao.planner.operations.publish_site import site_trial

        tried = site_trial if site else publish_trial
        given = [Path(file) for file in evidence]
        where = tried(
            self._workspace, draw, Path(to), listed("forms", forms), given, is_signed=signed
        )
        report: PublishTrial = {**public_view(self._workspace, draw), "would_write": where}
        return with_rows(report)

    def public_view(self, draw: str) -> PublicView:
        """What a publication of a draw would show the public by now; nothing is written."""
        from yaohao.planner.operations.publish import public_view

        return with_rows(public_view(self._workspace, draw))

    def audit(self, draw: str, to: PathLike) -> AuditReport:
        """Write the auditor's folder of a draw; it holds the secret."""
        from yaohao.planner.operations.publish import audit

        return audit(self._workspace, draw, Path(to))

    def proof(self, draw: str, entity_id: str) -> ProofReport:
        """An entity's own row, salt, cell and audit path."""
        from yaohao.planner.operations.proofs import proof

        return proof(self._workspace, draw, entity_id)

    def absence_proof(self, draw: str, entity_id: str) -> AbsenceProof:
        """The proof that an entity is not in the frame of a draw."""
        from yaohao.planner.operations.absence_proof import absence_proof

        return absence_proof(self._workspace, draw, entity_id)

    def proofs(self, draw: str, to: PathLike, progress: Progress | None = None) -> ProofsReport:
        """Write the proof of every entity of a frame into a folder."""
        from yaohao.planner.operations.proofs import proofs

        return proofs(self._workspace, draw, Path(to), progress)

    # Many parameters: the options of the forms, each a keyword for users' own Python.
    def notices(
        self,
        draw: str,
        to: PathLike,
        kinds: Iterable[str] = (),
        *,
        language: str = "",
        entities: Iterable[str] = (),
        each: bool = False,
        targeted: bool | None = None,
        progress: Progress | None = None,
    ) -> NoticesReport:
        """Write the bureau's own forms of a draw: `notices`, `records`, `worklists`, `bulletin`,
        `national` (docs/forms.md).
        """
        from yaohao.planner.operations.write_forms import write_notices

        return write_notices(
            self._workspace,
            draw,
            Path(to),
            listed("kinds", kinds),
            language=language,
            entities=listed("entities", entities),
            each=each,
            targeted=targeted,
            progress=progress,
        )

    def worksheet(self, draw: str) -> WorksheetReport:
        """The visits of a draw with addresses, telephone numbers and inspectors; internal."""
        from yaohao.planner.operations.worksheet import worksheet

        return with_rows(worksheet(self._workspace, draw))

    def write_worksheet(self, draw: str, to: PathLike, *, overwrite: bool = False) -> WorksheetFile:
        """Write that list into a workbook (.xlsx) or CSV file that its owner alone reads."""
        from yaohao.planner.operations.worksheet import write_worksheet

        return write_worksheet(self._workspace, draw, Path(to), overwrite=overwrite)

    def due(self, draw: str = "", as_of: str = "") -> DueReport:
        """By when the results of visits must be public, of one draw or of all."""
        from yaohao.planner.storage.due_results import due

        return with_rows(due(self._workspace, draw, as_of))

    def results(self, draw: str, as_of: str = "") -> dict[str, Any]:
        """The visits of a draw with their results so far, due days, withdrawals, and counts."""
        from yaohao.planner.reports.visit_outcomes import visited

        return with_rows(visited(self._workspace, draw, as_of))

    def result_items(
        self, draw: str, states: Iterable[str] = (), entity_id: str = ""
    ) -> ResultItems:
        """The results of a draw item by item, with their state, who entered them, and findings."""
        from yaohao.planner.reports.result_items import result_items

        items = result_items(self._workspace, draw, listed("states", states), entity_id)
        return with_rows(items)

    def results_to_enter(self, draw: str) -> ResultsToEnter:
        """The items of a draw, the results that wait for a review, and which visit is next."""
        from yaohao.planner.reports.result_items import results_to_enter

        return results_to_enter(self._workspace, draw)

    @staticmethod
    def proof_from(folder: PathLike, draw: str, entity_id: str) -> ProofReport:
        """One entity's proof out of a folder that `proofs` wrote; needs no workspace."""
        from yaohao.planner.operations.proofs import proof_from

        return proof_from(Path(folder), draw, entity_id)

    def proof_slip(self, proof: Mapping[str, Any], address: str = "") -> bytes:
        """A proof as a paper slip (HTML) with a code that holds it whole.

        With the `address` of the published page the code is a link that verifies the proof there.
        """
        from yaohao.planner.operations.proof_slip import slip

        return slip(self._workspace, proof, address)

    @staticmethod
    def verify(
        folder: PathLike, audit: PathLike | None = None, key: str | None = None
    ) -> list[Finding]:
        """Every check of a bundle or a site, and of the audit folder where one is given.

        With a public `key` (hex) the bundle must be signed with it. A finding has `name`, `ok`
        (None for a warning), `words()` and `as_json()`.
        """
        from yaohao.planner.doors.checks import verify_publication

        return verify_publication(folder, audit, key)
