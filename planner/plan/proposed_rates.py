"""Other rates put into a plan's text, its comments and everything else kept."""

from __future__ import annotations

from collections.abc import Mapping

from yaohao.planner.plan.code_words import CodeReader
from yaohao.planner.plan.model import OTHER, Count, Plan, Rate
from yaohao.planner.plan.parse import read_plan
from yaohao.planner.plan.percentages import percent
from yaohao.planner.vocabulary.problems import refuse


def rate_code(plan: Plan, code: str) -> str:
    """The code of a plan's base rates under which an entity of `code` falls."""
    return code if code in plan.rates else OTHER


def with_rates(
    text: str, rates: Mapping[str, Rate], codes: CodeReader | None = None, id: str = ""
) -> str:
    """A plan's text with other base rates by code, and another id where one is given.

    A rate stands as a percentage or as a number of visits; bounds that stood in its place are met
    by it and give way. Raises PlannerError where the text is no sound plan, has no such rate, or
    would be no sound plan any more.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    plan = read_plan(text, codes=codes)
    try:
        document = tomlkit.parse(text)
        table = document["rates"][plan.base_stratum]
        words = {
            (codes.read(plan.base_stratum, word) if codes else word) or word: word
            for word in list(table)
        }
        for code, rate in rates.items():
            if isinstance(rate, Count):
                value = tomlkit.inline_table()
                value["count"] = rate.count
                table[words[code]] = value
            else:
                table[words[code]] = percent(rate)
        if id:
            document["id"] = id
        changed = tomlkit.dumps(document)
    except (TOMLKitError, KeyError, TypeError) as error:
        raise refuse("findings.no-rates", found=str(error)[:80]) from error
    read_plan(changed, codes=codes)
    return changed
