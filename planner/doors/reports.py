"""Reports at the public door: what is public of an entity, and a year in figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yaohao.planner.doors.arguments import listed
from yaohao.planner.doors.group import Group, PathLike

if TYPE_CHECKING:
    from yaohao.planner.learning.finding import Finding
    from yaohao.planner.publication.paper.report_page import ReportPage
    from yaohao.planner.schema.reports.checklist import ChecklistReport
    from yaohao.planner.schema.reports.pages import EntityRecord, YearReport


class Reports(Group):
    """One page for people, as values and as files."""

    def entity(self, entity: str, as_of: str = "") -> EntityRecord:
        """What is public of an entity: its part in each published draw, its records on display.

        `draws` have a `proof` each, its own row with the path to the published root; None under
        version 1 of the protocol. Nothing that is not public is told, and no contacts.
        """
        from yaohao.planner.operations.proofs import proof
        from yaohao.planner.reports.entity_record import entity_record

        record = entity_record(self._workspace, entity, as_of)
        named = record["entity"]["entity_id"]
        for one in record["draws"]:
            if one["has_proof"]:
                one["proof"] = proof(self._workspace, one["draw"], named)
        return record

    def year(self, year: int = 0, as_of: str = "") -> YearReport:
        """A year in figures, by draw, rule, tier, region, item and office; zeros are shown.

        `year` is that of `as_of` by default, an ISO day, which is today by default.
        """
        from yaohao.planner.reports.year import year_report

        return year_report(self._workspace, year, as_of)

    # Many parameters: the days, and the two settings.
    def checklist(
        self, first: str = "", last: str = "", *, least: int = 2, most: int = 10
    ) -> ChecklistReport:
        """The draft of the compliance checklist: by industry what own results most often fail.

        From the results of some days, ISO, by default those of the last whole quarter: an item is
        listed from `least` businesses on, and at most `most` of an industry.
        """
        from yaohao.planner.reports.checklist import checklist

        return checklist(self._workspace, first, last, least=least, most=most)

    def calendar(self, year: int = 0, as_of: str = "") -> Finding:
        """A year's calendar of draws, visits and dues; its figures are a `CalendarReport`.

        `year` is that of `as_of` by default, an ISO day, which is today by default.
        """
        from yaohao.planner.reports.year_calendar import year_calendar

        return year_calendar(self._workspace, year, as_of)

    def load(self, draw: str = "", as_of: str = "") -> Finding:
        """Visits by inspector and week, made and left; its figures are a `LoadReport`.

        Of one draw, by default of all with crews whose visits are not over.
        """
        from yaohao.planner.reports.crew_load import crew_load

        return crew_load(self._workspace, draw, as_of)

    def map(self, by: str = "rate", *, draw: str = "", digits: int = 0) -> Finding:
        """The divisions of the register as tiles; its figures are a `MapReport`.

        Shaded by ``rate``, ``visits``, ``violations`` or ``size``, at the level of codes with so
        many `digits`, by default the finest of at most 120 tiles.
        """
        from yaohao.planner.reports.division_map import division_map

        return division_map(self._workspace, by, draw=draw, digits=digits)

    @staticmethod
    def page(report: Mapping[str, Any]) -> ReportPage:
        """What these reports tell, in words: sections of facts, tables, pictures."""
        from yaohao.planner.publication.paper.report_words import entity_page, year_page

        if "industries" in report:
            from yaohao.planner.publication.paper.checklist_words import checklist_page

            return checklist_page(report)
        return entity_page(report) if "entity" in report else year_page(report)

    def write(
        self, report: Mapping[str, Any], files: Iterable[PathLike], *, overwrite: bool = False
    ) -> list[str]:
        """Write what these reports tell into files: `.html`, `.xlsx` or `.json`."""
        from yaohao.planner.operations.write_report import write_report

        paths = [Path(file) for file in listed("files", files)]
        page = self.page(report)
        return write_report(self._workspace, report, page, paths, overwrite=overwrite)
