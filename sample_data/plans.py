"""Plans for synthetic populations."""

from __future__ import annotations

from datetime import timedelta
from string import Template
from typing import TYPE_CHECKING

from yaohao.planner.vocabulary.divisions import division_name
from yaohao.sample_data import roster, words

if TYPE_CHECKING:
    from yaohao.sample_data.contract import PopulationView

_QUARTERS = "一二三四"


def plan_text(population: PopulationView) -> str:
    """A commented plan for a population: the quarter that begins a week after its day."""
    day = population.as_of
    opens, closes = (day + timedelta(days=days) for days in roster.WINDOW)
    quarter = (opens.month - 1) // 3
    return Template((words.FOLDER / "plan.toml").read_text(encoding="utf-8")).substitute(
        id=f"{opens.year}q{quarter + 1}",
        title=f"{opens.year}年第{_QUARTERS[quarter]}季度市场主体双随机抽查",
        authority=authority(population.division),
        place=_name(population.division),
        as_of=day.isoformat(),
        opens=opens.isoformat(),
        closes=closes.isoformat(),
        division=population.division,
        select_day=(day + timedelta(days=2)).isoformat(),
        crew_day=(day + timedelta(days=4)).isoformat(),
    )


def authority(division: str) -> str:
    """What the bureau of market regulation of a division is called."""
    return f"{_name(division)}市场监督管理局"


def _name(division: str) -> str:
    """The name of a division, that of the prefecture before a county's."""
    name = division_name(division)
    return division_name(division[:4]) + name if len(division) == 6 else name
