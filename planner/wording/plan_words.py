"""What the keys of a plan mean, in the sentences that the form, the help and docs/plan.md share."""

from __future__ import annotations

import re

from yaohao.planner.wording.messages import say

_SEE = re.compile(r"[;；] ?(?:see |见)\[[^\]]+\]\([^)]+\)|(?: See |见)\[[^\]]+\]\([^)]+\)[.。]")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")


def about_markdown(about: str) -> str:
    """What a field means (`PlanField.about`), with the links and the marks of docs/plan.md."""
    return say(f"plan_field.about-{about}")


def about_words(about: str) -> str:
    """What a field means, in plain words; where the page says more is left out."""
    return _LINK.sub(r"\1", _SEE.sub("", about_markdown(about))).replace("`", "")
