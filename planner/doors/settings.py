"""Settings at the public door."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from yaohao.planner.doors.group import Group, PathLike
from yaohao.planner.schema.report_rows import ReportRows

if TYPE_CHECKING:
    from yaohao.planner.schema.reports.workspace import SettingChange, SettingReport


class SettingsMethods(Group):
    """The settings of a workspace."""

    def list_settings(self) -> ReportRows[SettingReport]:
        """The settings: `key`, `value`, `default`, `choices`, whether it is `fixed`."""
        from yaohao.planner.operations.change_setting import settings_of

        return ReportRows(settings_of(self._workspace))

    def change_setting(self, key: str, value: str) -> SettingChange:
        """Set a setting; comments in the file stay. PlannerError for what cannot be."""
        from yaohao.planner.operations.change_setting import change_setting

        return change_setting(self._workspace, key, value)

    def site_folder(self) -> Path | None:
        """The folder of the site that is published to; None where none is remembered."""
        from yaohao.planner.operations.change_setting import site_folder

        return site_folder(self._workspace)

    def remember_site(self, site: PathLike) -> bool:
        """Remember the site that was published to; whether it is another than before."""
        from yaohao.planner.operations.change_setting import remember_site

        return remember_site(self._workspace, Path(site))
