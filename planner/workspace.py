"""The one door: what the command line, the screens and users' own Python go through.

>>> from planner.workspace import Workspace
>>> bureau = Workspace.create("bureau")                      # doctest: +SKIP
>>> bureau.import_files("entities", ["entities.csv"])        # doctest: +SKIP
>>> frozen = bureau.freeze("plans/2027q1.toml")              # doctest: +SKIP
>>> bureau.draw(frozen["draw"], seed="4 7 1 ...", source="20 dice")  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.vocabulary.problems import CheckFailed, Problem, refuse

if TYPE_CHECKING:
    from planner.acts.desk import Desk, Progress

PathLike = str | Path


class Workspace:
    """A workspace folder: registers, plans, draws, publications, ledger.

    Methods give plain JSON values back. They raise `PlannerError` for wrong use and input that
    cannot be accepted, and `CheckFailed` where a check that was asked for failed; nothing is
    half-done then.
    """

    def __init__(self, folder: PathLike) -> None:
        """Open an existing workspace."""
        from planner.acts.desk import Desk

        self.folder = Path(folder)
        self._desk: Desk = Desk(self.folder)

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
        from planner.acts import desk

        if register not in desk.REGISTERS:
            raise refuse("workspace.unknown-register", found=register, known=list(desk.REGISTERS))
        settings = desk.Settings(register, authority, division, language)

        def sample() -> str:
            from planner.plan.sample import sample_plan

            regions = [division] if division else []
            return sample_plan(language, id="sample", authority=authority, regions=regions)

        desk.create(Path(folder), settings, sample)
        return cls(folder)

    @classmethod
    def find(cls, start: PathLike = ".") -> Workspace:
        """Open the nearest workspace at or above a folder; PlannerError where there is none."""
        folder = Path(start).absolute()
        for place in (folder, *folder.parents):
            if (place / "workspace.toml").is_file():
                return cls(place)
        raise refuse("workspace.no-workspace", folder=str(folder))

    @property
    def settings(self) -> Any:
        """Kind of register, authority, division, language."""
        return self._desk.settings

    def close(self) -> None:
        """Close the database; further use raises."""
        self._desk.store.close()

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
        from planner.acts.importing import import_files

        return import_files(
            self._desk,
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
        from planner.acts.importing import register_summary

        return register_summary(self._desk)

    def set_aside(self, register: str = "") -> list[dict[str, Any]]:
        """Rows set aside and not yet mended, of one register or all."""
        from planner.acts.importing import set_aside

        return set_aside(self._desk, register)

    def export_set_aside(self, register: str, file: PathLike) -> int:
        """Write the rows set aside of a register, to be mended and imported again; how many."""
        from planner.acts.importing import export_set_aside

        return export_set_aside(self._desk, register, Path(file))

    def recuse(self, inspector: str, entity_id: str) -> dict[str, Any]:
        """Note that an inspector recuses from an entity."""
        from planner.acts.importing import recuse

        return recuse(self._desk, inspector, entity_id)

    def note_absence(self, inspector: str, first: str, last: str) -> dict[str, Any]:
        """Note that an inspector is absent from `first` to `last`, ISO dates."""
        from planner.acts.importing import note_absence

        return note_absence(self._desk, inspector, first, last)

    # plans

    def check_plan(self, plan: PathLike) -> dict[str, Any]:
        """Check a plan file against the items and the roster; PlannerError with every problem."""
        from planner.acts.previewing import check_plan

        return check_plan(self._desk, Path(plan))

    def preview(self, plan: PathLike, against: PathLike | None = None) -> dict[str, Any]:
        """Who would be in, out and directed, what is expected, and the crews' load.

        With `against`, also what changes from that other plan file.
        """
        from planner.acts.previewing import preview

        return preview(self._desk, Path(plan), Path(against) if against is not None else None)

    def simulate(
        self, plan: PathLike, years: int = 10, seed: int = 1, progress: Progress | None = None
    ) -> dict[str, Any]:
        """A plan played over years on the current register; no draw, and nothing is changed."""
        from planner.acts.simulating import simulate

        return simulate(self._desk, Path(plan), years, seed, progress)

    # draws

    def freeze(self, plan: PathLike, secret: str | None = None) -> dict[str, Any]:
        """Freeze a plan file into a draw with its commitment."""
        from planner.acts.freezing import freeze

        return freeze(self._desk, Path(plan), secret)

    def draw(
        self, draw: str, seed: str, source: str = "", witnesses: Sequence[str] = ()
    ) -> dict[str, Any]:
        """The selection round of a frozen draw."""
        from planner.acts.drawing import draw_entities

        return draw_entities(self._desk, draw, seed, source, witnesses)

    def staff(self, draw: str) -> dict[str, Any]:
        """Close recusals and absences, commit the crew round; CheckFailed with what falls short."""
        from planner.acts.drawing import staff

        return staff(self._desk, draw)

    def deal(
        self, draw: str, seed: str, source: str = "", witnesses: Sequence[str] = ()
    ) -> dict[str, Any]:
        """The crew round: who inspects whom."""
        from planner.acts.drawing import deal_crews

        return deal_crews(self._desk, draw, seed, source, witnesses)

    def drand_seed(self, draw: str, number: int, signature: str) -> dict[str, Any]:
        """The `seed` and the `source` of a drand round, checked, for the round that is due."""
        from planner.acts.beacon import drand_seed

        return drand_seed(self._desk, draw, number, signature)

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
        from planner.acts.results import import_results

        return import_results(
            self._desk,
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
        from planner.acts.results import withdraw

        return withdraw(self._desk, draw, entity_id, result, evidence, reserve=reserve)

    def abandon(self, draw: str, reason: str) -> dict[str, Any]:
        """Give a draw up; it stays in the ledger."""
        from planner.acts.drawing import abandon

        return abandon(self._desk, draw, reason)

    def draws(self) -> list[dict[str, Any]]:
        """All draws, their stage, and what comes next."""
        from planner.acts.looking import draws

        return draws(self._desk)

    def show(self, draw: str) -> dict[str, Any]:
        """A draw as it stands, for the bureau's own eyes."""
        from planner.acts.looking import show

        return show(self._desk, draw)

    def why(self, draw: str, entity_id: str) -> dict[str, Any]:
        """All about one entity in a draw."""
        from planner.acts.looking import why

        return why(self._desk, draw, entity_id)

    # publications

    def publish(self, draw: str, to: PathLike, forms: Sequence[str] = ()) -> dict[str, Any]:
        """Write the public bundle of a draw into a folder."""
        from planner.acts.publishing import publish

        return publish(self._desk, draw, Path(to), forms)

    def audit(self, draw: str, to: PathLike) -> dict[str, Any]:
        """Write the auditor's folder of a draw; it holds the secret."""
        from planner.acts.publishing import audit

        return audit(self._desk, draw, Path(to))

    def proof(self, draw: str, entity_id: str) -> dict[str, Any]:
        """An entity's own row, salt and audit path."""
        from planner.acts.publishing import proof

        return proof(self._desk, draw, entity_id)

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
    ) -> dict[str, Any]:
        """Write the bureau's own forms of a draw: `notices`, `records`, `worklists`, `bulletin`,
        `national` (docs/forms.md).
        """
        from planner.acts.notices import write_notices

        return write_notices(
            self._desk,
            draw,
            Path(to),
            kinds,
            language=language,
            entities=entities,
            each=each,
            targeted=targeted,
        )

    def due(self, draw: str = "", as_of: str = "") -> dict[str, Any]:
        """By when the results of visits must be public, of one draw or of all."""
        from planner.acts.deadlines import due

        return due(self._desk, draw, as_of)

    @staticmethod
    def verify(folder: PathLike, audit: PathLike | None = None) -> list[Any]:
        """Every check of a bundle, and of the audit folder where one is given, as findings.

        A finding has `name`, `ok` (None for a warning), `words()` and `as_json()`.
        """
        from planner.verification.bundle import verify_bundle

        return verify_bundle(Path(folder), Path(audit) if audit is not None else None)

    # the ledger

    def ledger(self) -> list[dict[str, Any]]:
        """Every act: `previous`, `act`, `entry`."""
        return [
            {"previous": line.previous, "act": dict(line.act), "entry": line.entry}
            for line in self._desk.store.ledger()
        ]

    def verify_ledger(self) -> dict[str, Any]:
        """Check the chain; CheckFailed with the line at which it breaks."""
        from planner.ledger import first_break

        lines = self._desk.store.ledger()
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
