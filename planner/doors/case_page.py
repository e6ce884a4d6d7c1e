"""The page of the kinds of cases, made from the kinds themselves."""

from __future__ import annotations


def cases_page(example: str, lang: str = "en") -> str:
    """The page in Markdown (docs/cases.md); `example` is the text of a kind of one's own."""
    from yaohao.planner.follow_up.kind_docs import page
    from yaohao.planner.follow_up.kinds import default_kinds

    return page(default_kinds(), example, lang)
