"""The one door: what the command line, the screens and users' own Python go through.

>>> from yaohao.planner.workspace import Workspace
>>> with Workspace.create("bureau") as workspace:            # doctest: +SKIP
...     workspace.import_files("entities", ["entities.csv"])
...     frozen = workspace.freeze("plans/2027q1.toml")
...     workspace.draw(frozen["draw"], seed="4 7 1 ...", source="20 dice")
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaohao.planner.wording.messages  # noqa: F401 - errors speak words
from yaohao.planner.vocabulary.problems import CheckFailed, Problem, refuse

if TYPE_CHECKING:
    from datetime import date
    from typing import Self

    from yaohao.planner.reports.entities import Entities
    from yaohao.planner.reports.live_preview import PreviewCache
    from yaohao.planner.reports.review import Review
    from yaohao.planner.storage.folder import Progress, WorkspaceFolder

PathLike = str | Path


class Workspace:
    """A workspace folder: registers, plans, draws, publications, ledger.

    Methods give plain JSON values back. They raise `PlannerError` for wrong use and input that
    cannot be accepted, and `CheckFailed` where a check that was asked for failed; nothing is
    half-done then.
    """

    def __init__(self, folder: PathLike, *, accept_clock: bool = False) -> None:
        """Open an existing workspace, to be looked at alone where it cannot be written.

        With `accept_clock` acts are entered although the machine's clock says a moment before that
        of the last act, or more than a year after it; the ledger's times never decrease.
        """
        from yaohao.planner.storage.folder import WorkspaceFolder

        self.folder = Path(folder)
        self._workspace: WorkspaceFolder = WorkspaceFolder(self.folder, accept_clock=accept_clock)

    @classmethod
    def create(
        cls,
        folder: PathLike,
        register: str = "china",
        *,
        authority: str = "",
        division: str = "",
        language: str = "zh",
    ) -> Workspace:
        """Make a workspace in a new or empty folder, with a commented sample plan.

        `register` ``china`` checks credit codes, divisions and industries on import; ``free`` takes
        any ids and codes of the frame's form.
        """
        from yaohao.planner.storage import folder as workspace_folder

        if register not in workspace_folder.REGISTERS:
            raise refuse(
                "workspace.unknown-register", found=register, known=list(workspace_folder.REGISTERS)
            )
        settings = workspace_folder.Settings(register, authority, division, language)

        def sample() -> str:
            from yaohao.planner.plan.sample import sample_plan

            regions = [division] if division else []
            return sample_plan(language, id="sample", authority=authority, regions=regions)

        workspace_folder.create(Path(folder), settings, sample)
        return cls(folder)

    @classmethod
    def find(cls, start: PathLike = ".", *, accept_clock: bool = False) -> Workspace:
        """Open the nearest workspace at or above a folder; PlannerError where there is none."""
        folder = Path(start).absolute()
        for place in (folder, *folder.parents):
            if (place / "workspace.toml").is_file():
                return cls(place, accept_clock=accept_clock)
        raise refuse("workspace.no-workspace", folder=str(folder))

    @property
    def settings(self) -> Any:
        """Kind of register, authority, division, language."""
        return self._workspace.settings

    def close(self) -> None:
        """Close the database; further use raises."""
        self._workspace.store.close()

    def __enter__(self) -> Self:
        """Give the workspace itself, which is closed at the end of the block."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close the database, whether or not the block raised."""
        self.close()

    # registers

    def import_files(
        self,
        register: str,
        files: Sequence[PathLike],
        mapping: Mapping[str, str] | None = None,
        values: Mapping[str, Mapping[str, str]] | None = None,
        *,
        date_order: str = "",
        replace: bool = False,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """Import files into `entities`, `inspectors`, `items`, `leads` or `lists`."""
        from yaohao.planner.operations.import_files import import_files

        return import_files(
            self._workspace,
            register,
            [Path(file) for file in files],
            mapping,
            values,
            date_order=date_order,
            replace=replace,
            dry_run=dry_run,
            progress=progress,
        )

    def register(self) -> dict[str, Any]:
        """What is in the registers, and how many rows are set aside, by reason."""
        from yaohao.planner.operations.import_files import register_summary

        return register_summary(self._workspace)

    def set_aside(self, register: str = "") -> list[dict[str, Any]]:
        """Rows set aside and not yet mended, of one register or all."""
        from yaohao.planner.operations.import_files import set_aside

        return set_aside(self._workspace, register)

    def export_set_aside(self, register: str, file: PathLike) -> int:
        """Write the rows set aside of a register, to be mended and imported again; how many."""
        from yaohao.planner.operations.import_files import export_set_aside

        return export_set_aside(self._workspace, register, Path(file))

    def recuse(self, inspector: str, entity_id: str) -> dict[str, Any]:
        """Note that an inspector recuses from an entity."""
        from yaohao.planner.operations.import_files import recuse

        return recuse(self._workspace, inspector, entity_id)

    def note_absence(self, inspector: str, first: str, last: str) -> dict[str, Any]:
        """Note that an inspector is absent from `first` to `last`, ISO dates."""
        from yaohao.planner.operations.import_files import note_absence

        return note_absence(self._workspace, inspector, first, last)

    def overview(self, *, thorough: bool = True) -> dict[str, Any]:
        """Draws with their steps, plans to freeze, registers at a glance, and what needs doing.

        Not `thorough`, the ledger's chain is not checked and no due days are counted.
        """
        from yaohao.planner.reports.overview import overview

        return overview(self._workspace, thorough=thorough)

    def browse(self, today: date | None = None) -> Entities:
        """The entities of the register, to be filtered, sorted and paged; ages are at `today`."""
        from yaohao.planner.reports.entities import browse

        return browse(self._workspace, today)

    def entity(self, entity_id: str) -> dict[str, Any]:
        """All that is known of one entity: its row, leads, recusals, visits in draws."""
        from yaohao.planner.reports.entities import entity

        return entity(self._workspace, entity_id)

    def told_of(self, entity_id: str) -> dict[str, Any]:
        """As `entity`, without its row, which needs no look into the snapshot."""
        from yaohao.planner.reports.entities import told_of

        return told_of(self._workspace, entity_id)

    def set_aside_count(self, register: str = "", typed: str = "") -> int:
        """How many rows set aside have all the words typed."""
        from yaohao.planner.reports.entities import aside_count

        return aside_count(self._workspace, register, typed)

    def set_aside_page(
        self, register: str = "", typed: str = "", first: int = 0, count: int = 50
    ) -> list[dict[str, Any]]:
        """Some of the rows set aside that have all the words typed."""
        from yaohao.planner.reports.entities import aside_page

        return aside_page(self._workspace, register, typed, first, count)

    def version(self) -> tuple[Any, ...]:
        """Another value than before whenever the workspace was changed, by whomever; cheap."""
        from yaohao.planner.reports.overview import version

        return version(self._workspace)

    # plans

    @staticmethod
    def unsaved(plan: PathLike) -> str | None:
        """The text of a plan file that was written in the screens and not saved; None if none."""
        from yaohao.planner.storage.unsaved_plans import unsaved

        return unsaved(Path(plan))

    @staticmethod
    def keep_unsaved(plan: PathLike, text: str) -> None:
        """Keep a text of a plan file that is not saved, beside it; OSError if that fails."""
        from yaohao.planner.storage.unsaved_plans import keep_unsaved

        keep_unsaved(Path(plan), text)

    @staticmethod
    def drop_unsaved(plan: PathLike) -> None:
        """Remove the unsaved text of a plan file, if there is one."""
        from yaohao.planner.storage.unsaved_plans import drop_unsaved

        drop_unsaved(Path(plan))

    def check_plan(self, plan: PathLike) -> dict[str, Any]:
        """Check a plan file against the items and the roster; PlannerError with every problem."""
        from yaohao.planner.reports.plan_preview import check_plan

        return check_plan(self._workspace, Path(plan))

    def preview(self, plan: PathLike, against: PathLike | None = None) -> dict[str, Any]:
        """Who would be in, out and directed, what is expected, and the crews' load.

        With `against`, also what changes from that other plan file.
        """
        from yaohao.planner.reports.plan_preview import preview

        return preview(self._workspace, Path(plan), Path(against) if against is not None else None)

    def mends(self, plan: PathLike) -> list[Problem]:
        """The conflicts of a plan that a change of its text mends."""
        from yaohao.planner.operations.fix_plan import mends

        return mends(self._workspace, Path(plan))

    def mend_plan(self, plan: PathLike, number: int) -> dict[str, Any]:
        """Take a mend by its number, from 1, and write the plan file; its comments stay."""
        from yaohao.planner.operations.fix_plan import mend

        return mend(self._workspace, Path(plan), number)

    @staticmethod
    def mended(text: str, problem: Problem) -> str | None:
        """A plan's text with the change that a problem asks for; None where it asks for none."""
        from yaohao.planner.plan.fixes import can_mend, mended

        return mended(text, problem) if can_mend(problem) else None

    def live_preview(
        self, text: str, file: str, memory: PreviewCache, *, outlook: bool = False
    ) -> dict[str, Any]:
        """As `preview`, of a plan that is being written; `memory` makes the next one quick."""
        from yaohao.planner.reports.live_preview import live_preview

        return live_preview(self._workspace, text, file, memory, outlook=outlook)

    @staticmethod
    def live_memory() -> PreviewCache:
        """What `live_preview` remembers from one time to the next; for one thread at a time."""
        from yaohao.planner.reports.live_preview import PreviewCache

        return PreviewCache()

    def simulate(
        self, plan: PathLike, years: int = 10, seed: int = 1, progress: Progress | None = None
    ) -> dict[str, Any]:
        """A plan played over years on the current register; no draw, and nothing is changed."""
        from yaohao.planner.reports.simulation import simulate

        return simulate(self._workspace, Path(plan), years, seed, progress)

    # draws

    def freeze(self, plan: PathLike, secret: str | None = None) -> dict[str, Any]:
        """Freeze a plan file into a draw with its commitment."""
        from yaohao.planner.operations.freeze import freeze

        return freeze(self._workspace, Path(plan), secret)

    def draw(
        self, draw: str, seed: str, source: str = "", witnesses: Sequence[str] = ()
    ) -> dict[str, Any]:
        """The selection round of a frozen draw."""
        from yaohao.planner.operations.rounds import draw_entities

        return draw_entities(self._workspace, draw, seed, source, witnesses)

    def staff(self, draw: str) -> dict[str, Any]:
        """Close recusals and absences, commit the crew round; CheckFailed with what falls short."""
        from yaohao.planner.operations.rounds import staff

        return staff(self._workspace, draw)

    def deal(
        self, draw: str, seed: str, source: str = "", witnesses: Sequence[str] = ()
    ) -> dict[str, Any]:
        """The crew round: who inspects whom."""
        from yaohao.planner.operations.rounds import deal_crews

        return deal_crews(self._workspace, draw, seed, source, witnesses)

    def drand_seed(self, draw: str, number: int, signature: str) -> dict[str, Any]:
        """The `seed` and the `source` of a drand round, checked, for the round that is due."""
        from yaohao.planner.operations.drand_seed import drand_seed

        return drand_seed(self._workspace, draw, number, signature)

    def import_results(
        self,
        draw: str,
        files: Sequence[PathLike],
        mapping: Mapping[str, str] | None = None,
        values: Mapping[str, Mapping[str, str]] | None = None,
        *,
        date_order: str = "",
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """Import files of results of a draw's visits; CSV and whatever registers come in."""
        from yaohao.planner.operations.record_results import import_results

        return import_results(
            self._workspace,
            draw,
            [Path(file) for file in files],
            mapping,
            values,
            date_order=date_order,
            dry_run=dry_run,
            progress=progress,
        )

    def withdraw(
        self, draw: str, entity_id: str, result: str, evidence: str, *, reserve: bool = True
    ) -> dict[str, Any]:
        """Close a drawn entity that is gone; its cell's next reserve takes its place."""
        from yaohao.planner.operations.record_results import withdraw

        return withdraw(self._workspace, draw, entity_id, result, evidence, reserve=reserve)

    def abandon(self, draw: str, reason: str) -> dict[str, Any]:
        """Give a draw up; it stays in the ledger."""
        from yaohao.planner.operations.rounds import abandon

        return abandon(self._workspace, draw, reason)

    def draws(self) -> list[dict[str, Any]]:
        """All draws, their stage, and what comes next."""
        from yaohao.planner.reports.draw import draws

        return draws(self._workspace)

    def show(self, draw: str) -> dict[str, Any]:
        """A draw as it stands, for the bureau's own eyes."""
        from yaohao.planner.reports.draw import show

        return show(self._workspace, draw)

    def why(self, draw: str, entity_id: str) -> dict[str, Any]:
        """All about one entity in a draw."""
        from yaohao.planner.reports.draw import why

        return why(self._workspace, draw, entity_id)

    # the ceremony

    def check_fresh(self, draw: str, round_: str, seed: str) -> str:
        """The seed as a round would use it; PlannerError where it is too short, or was known."""
        from yaohao.planner.operations.rounds import fresh_seed

        return fresh_seed(self._workspace, draw, round_, seed)

    def unpublished_now(self, draw: str) -> str | None:
        """The round of a draw that waits for its seed, its commitment not published; or None."""
        from yaohao.planner.storage.publications import unpublished_now

        return unpublished_now(self._workspace, draw)

    def ceremony(self, draw: str) -> dict[str, Any]:
        """A draw as it may stand on the wall; what is hidden from the public is not in it."""
        from yaohao.planner.reports.ceremony import ceremony

        return ceremony(self._workspace, draw)

    def outcome(self, draw: str) -> dict[str, Any] | None:
        """Where the lot's point fell on the line of outcomes; None before the draw."""
        from yaohao.planner.reports.ceremony import outcome

        return outcome(self._workspace, draw)

    def commitment(self, draw: str, round_: str = "") -> dict[str, Any]:
        """The commitment of a round (`select`, `crew`, else the last) and its QR code."""
        from yaohao.planner.reports.ceremony import commitment

        return commitment(self._workspace, draw, round_)

    def save_code(self, draw: str, round_: str = "", to: PathLike = "") -> str:
        """Write the QR code of a commitment as a picture (SVG, PNG); where it was written."""
        from yaohao.planner.reports.ceremony import save_code

        return save_code(self._workspace, draw, round_, str(to))

    def review(self, draw: str) -> Review:
        """A draw to be looked through: groups, counts, pages of rows, one entity's whole story."""
        from yaohao.planner.reports.review import review

        return review(self._workspace, draw)

    def staffing(self, draw: str) -> dict[str, Any]:
        """Who may go where, what falls short, what was noted too late; nothing is committed."""
        from yaohao.planner.reports.staffing import staffing

        return staffing(self._workspace, draw)

    # publications

    def publish(
        self,
        draw: str,
        to: PathLike,
        forms: Sequence[str] = (),
        *,
        key: PathLike = "",
        passphrase: str = "",
        site: bool = False,
    ) -> dict[str, Any]:
        """Write the public bundle of a draw into a folder, signed with a key file if one is given.

        `key` is what `yaohao key new` made, `passphrase` opens it. With `site` the folder is a site
        of all draws, to which this adds a stage.
        """
        from yaohao.planner.operations.publish import publish
        from yaohao.planner.operations.publish_site import publish_to_site

        write = publish_to_site if site else publish
        if not key:
            return write(self._workspace, draw, Path(to), forms)
        from yaohao.planner.publication.signing import open_key
        from yaohao.planner.vocabulary.small_files import read_small

        signer = open_key(read_small(Path(key)), passphrase, str(key))
        return write(self._workspace, draw, Path(to), forms, signer)

    def public_view(self, draw: str) -> dict[str, Any]:
        """What a publication of a draw would show the public by now; nothing is written."""
        from yaohao.planner.operations.publish import public_view

        return public_view(self._workspace, draw)

    def audit(self, draw: str, to: PathLike) -> dict[str, Any]:
        """Write the auditor's folder of a draw; it holds the secret."""
        from yaohao.planner.operations.publish import audit

        return audit(self._workspace, draw, Path(to))

    def proof(self, draw: str, entity_id: str) -> dict[str, Any]:
        """An entity's own row, salt, cell and audit path."""
        from yaohao.planner.operations.proofs import proof

        return proof(self._workspace, draw, entity_id)

    def proofs(self, draw: str, to: PathLike, progress: Progress | None = None) -> dict[str, Any]:
        """Write the proof of every entity of a frame into a folder."""
        from yaohao.planner.operations.proofs import proofs

        return proofs(self._workspace, draw, Path(to), progress)

    def notices(
        self,
        draw: str,
        to: PathLike,
        kinds: Sequence[str] = (),
        *,
        language: str = "",
        entities: Sequence[str] = (),
        each: bool = False,
        targeted: bool | None = None,
        progress: Progress | None = None,
    ) -> dict[str, Any]:
        """Write the bureau's own forms of a draw: `notices`, `records`, `worklists`, `bulletin`,
        `national` (docs/forms.md).
        """
        from yaohao.planner.operations.write_forms import write_notices

        return write_notices(
            self._workspace,
            draw,
            Path(to),
            kinds,
            language=language,
            entities=entities,
            each=each,
            targeted=targeted,
            progress=progress,
        )

    def due(self, draw: str = "", as_of: str = "") -> dict[str, Any]:
        """By when the results of visits must be public, of one draw or of all."""
        from yaohao.planner.reports.due import due

        return due(self._workspace, draw, as_of)

    def results(self, draw: str, as_of: str = "") -> dict[str, Any]:
        """The visits of a draw with their results so far, due days, withdrawals, and counts."""
        from yaohao.planner.reports.visit_outcomes import visited

        return visited(self._workspace, draw, as_of)

    @staticmethod
    def proof_from(folder: PathLike, draw: str, entity_id: str) -> dict[str, Any]:
        """One entity's proof out of a folder that `proofs` wrote; needs no workspace."""
        from yaohao.planner.operations.proofs import proof_from

        return proof_from(Path(folder), draw, entity_id)

    def proof_slip(self, proof: Mapping[str, Any]) -> bytes:
        """A proof as a paper slip (HTML) with a code that holds it whole."""
        from yaohao.planner.operations.proof_slip import slip

        return slip(self._workspace, proof)

    @staticmethod
    def verify(
        folder: PathLike, audit: PathLike | None = None, key: str | None = None
    ) -> list[Any]:
        """Every check of a bundle or a site, and of the audit folder where one is given.

        With a public `key` (hex) the bundle must be signed with it. A finding has `name`, `ok`
        (None for a warning), `words()` and `as_json()`.
        """
        from yaohao.planner.doors.checks import verify_publication

        return verify_publication(folder, audit, key)

    # the ledger

    def ledger(self) -> list[dict[str, Any]]:
        """Every act: `previous`, `act`, `entry`."""
        return [
            {"previous": line.previous, "act": dict(line.act), "entry": line.entry}
            for line in self._workspace.store.ledger(as_it_stands=True)
        ]

    def unpublished_seeds(self) -> list[str]:
        """The entries of seeds whose commitment had not been published before them."""
        from yaohao.planner.storage.publications import unpublished_seeds

        return unpublished_seeds(self._workspace)

    def verify_ledger(self) -> dict[str, Any]:
        """Check the chain; CheckFailed with the line at which it breaks."""
        from yaohao.planner.ledger import first_break

        lines = self._workspace.store.ledger(as_it_stands=True)
        found = first_break(lines)
        if found is not None:
            params = {
                "row": found.line,
                "what": found.what,
                "expected": found.expected,
                "found": found.found,
            }
            raise CheckFailed(Problem("ledger.broken", params))
        return {"lines": len(lines), "head": lines[-1].entry if lines else None}
