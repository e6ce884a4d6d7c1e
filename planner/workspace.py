"""The one door: what the command line, the screens and users' own Python go through.

>>> from yaohao.planner.workspace import Workspace
>>> with Workspace.create("bureau") as workspace:            # doctest: +SKIP
...     workspace.import_files("entities", ["entities.csv"])
...     frozen = workspace.freeze("plans/2027q1.toml")
...     workspace.draw(frozen["draw"], seed="4 7 1 ...", source="20 dice")
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import yaohao.planner.wording.messages  # noqa: F401 - errors speak words
from yaohao.planner.doors.aside_rows import AsideRows
from yaohao.planner.doors.backups import Backups
from yaohao.planner.doors.cases import Cases
from yaohao.planner.doors.draws import DrawMethods, Draws
from yaohao.planner.doors.group import PathLike
from yaohao.planner.doors.learning import Learning
from yaohao.planner.doors.ledger import Ledger
from yaohao.planner.doors.plans import Plans
from yaohao.planner.doors.publications import Publications
from yaohao.planner.doors.registers import Registers
from yaohao.planner.doors.reports import Reports
from yaohao.planner.doors.settings import SettingsMethods
from yaohao.planner.doors.undoing import Undoing
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.wording.format import name_codes_of

if TYPE_CHECKING:
    from datetime import tzinfo
    from typing import Self

    from yaohao.planner.schema.reports.workspace import UpgradeReport
    from yaohao.planner.storage.folder import Settings, WorkspaceFolder


# Many parents: the groups of the door, each of which stands by itself too.
class Workspace(
    Registers,
    AsideRows,
    Plans,
    DrawMethods,
    Publications,
    Learning,
    Ledger,
    Backups,
    SettingsMethods,
    Undoing,
):
    """A workspace folder: registers, plans, draws, publications, ledger.

    Methods give plain JSON values back. They raise `PlannerError` for wrong use and input that
    cannot be accepted, and `CheckFailed` where a check that was asked for failed; nothing is
    half-done then. What it does stands in groups, `registers`, `plans`, `draws`,
    `publications` and `learning`; every method of a group is one of the workspace too.
    """

    def __init__(
        self,
        folder: PathLike,
        *,
        accept_clock: bool = False,
        engine: str = "",
        master: str = "",
    ) -> None:
        """Open an existing workspace, to be looked at alone where it cannot be written.

        With `accept_clock` acts are entered although the machine's clock says a moment before that
        of the last act, or more than a year after it; the ledger's times never decrease. `engine`
        (``duckdb``, ``spark``) and the `master` of spark are those of its settings where empty.
        """
        from yaohao.planner.storage.folder import WorkspaceFolder

        self.folder = Path(folder)
        self._workspace: WorkspaceFolder = WorkspaceFolder(
            self.folder, accept_clock=accept_clock, engine=engine, master=master
        )
        name_codes_of(self._workspace.settings.register)

    # Many parameters: each is a setting of the workspace, by its own name.
    @classmethod
    def create(
        cls,
        folder: PathLike,
        register: str = "china",
        *,
        authority: str = "",
        division: str = "",
        language: str = "zh",
        rehearsal: bool = False,
        timezone: str = "",
        contact: str = "",
    ) -> Workspace:
        """Make a workspace in a new or empty folder, with a commented sample plan.

        `register` names the code system: ``china`` checks credit codes, divisions and industries on
        import; ``free`` takes any ids and codes of the frame's form. What is drawn in a `rehearsal`
        cannot be published, and says what it is; that cannot be changed later. `timezone` is where
        the bureau is, such as ``Europe/London`` or ``UTC+8``; empty for that of the code system.
        `contact` is how firms and the public reach it: a line of 200 characters at the most.
        """
        from yaohao.planner.operations.change_setting import contact_line
        from yaohao.planner.schema.code_system import MODULES
        from yaohao.planner.storage import folder as workspace_folder
        from yaohao.planner.vocabulary.clock import zone_of

        if register not in MODULES:
            raise refuse("workspace.unknown-register", found=register, known=list(MODULES))
        try:
            zone_of(timezone)
        except ValueError as error:
            file = str(Path(folder) / "workspace.toml")
            raise refuse("moments.bad-zone", file=file, found=timezone) from error
        settings = workspace_folder.Settings(
            register, authority, division, language, rehearsal=rehearsal, timezone=timezone,
            contact=contact_line(contact),
        )  # fmt: skip

        def sample() -> str:
            from yaohao.planner.doors.plan_files import plan_regions
            from yaohao.planner.plan.sample import SampleCodes, sample_plan

            regions = plan_regions([division] if division else [], register)
            codes = None if register == "china" else SampleCodes((), (), ())
            return sample_plan(
                language, id="sample", authority=authority, regions=regions, codes=codes
            )

        workspace_folder.create(Path(folder), settings, sample)
        return cls(folder)

    @staticmethod
    def check_vacant(folder: PathLike) -> None:
        """Raise PlannerError where `create` would refuse a folder for what is in it."""
        from yaohao.planner.storage import folder as workspace_folder

        workspace_folder.check_vacant(Path(folder))

    @classmethod
    def find(
        cls,
        start: PathLike = ".",
        *,
        accept_clock: bool = False,
        engine: str = "",
        master: str = "",
    ) -> Workspace:
        """Open the nearest workspace at or above a folder; PlannerError where there is none."""
        folder = Path(start).absolute()
        for candidate in (folder, *folder.parents):
            if (candidate / "workspace.toml").is_file():
                return cls(candidate, accept_clock=accept_clock, engine=engine, master=master)
        raise refuse("workspace.no-workspace", folder=str(folder))

    @property
    def settings(self) -> Settings:
        """Kind of register, authority, division, language."""
        return self._workspace.settings

    @property
    def rehearsal(self) -> bool:
        """Whether it was made for rehearsals: nothing that is drawn here can be published."""
        return self._workspace.is_rehearsal

    @property
    def zone(self) -> tzinfo | None:
        """The time zone in which the bureau's days are counted; None for the machine's."""
        from yaohao.planner.storage.calendar import zone

        return zone(self._workspace)

    @property
    def upgraded(self) -> UpgradeReport | None:
        """From which version (`before`) to which (`now`) opening it brought the database.

        `file` names the copy of it as it was. None where it was up to date.
        """
        return self._workspace.store.upgrade

    def close(self) -> None:
        """Close the database; further use raises."""
        self._workspace.store.close()

    def __enter__(self) -> Self:
        """Give the workspace itself, which is closed at the end of the block."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Close the database, whether or not the block raised."""
        self.close()

    @property
    def registers(self) -> Registers:
        """Imports, rows set aside, notes on inspectors, entities."""
        return Registers(self._workspace)

    @property
    def plans(self) -> Plans:
        """Plan files: checked, previewed, repaired, simulated."""
        return Plans(self._workspace)

    @property
    def draws(self) -> Draws:
        """The rounds of draws and what they gave; ``workspace.draws()`` lists all draws."""
        return Draws(self._workspace)

    @property
    def publications(self) -> Publications:
        """Bundles, audit folders, proofs, forms, due days."""
        return Publications(self._workspace)

    @property
    def cases(self) -> Cases:
        """Cases: opened, stepped, corrected, listed, and what is to be done today."""
        return Cases(self._workspace)

    @property
    def reports(self) -> Reports:
        """Reports for people: what is public of an entity, a year in figures."""
        return Reports(self._workspace)

    @property
    def learning(self) -> Learning:
        """What the draws tell: estimates, inspectors, survival, effects, risk, next rates."""
        return Learning(self._workspace)
