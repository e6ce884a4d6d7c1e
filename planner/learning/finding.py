"""A finding: the figures of a question to the draws, with its sentences and its pictures.

Figures are the same in every language; sentences and pictures are put into words when asked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
from yaohao.planner.learning.charts import Chart
from yaohao.planner.vocabulary.problems import Problem

_LONGEST = 1000


@dataclass(frozen=True)
class Finding:
    """Figures as a JSON document, and what says and shows them in the language in use.

    `sentences` are what a person reads first, `charts` come with their numbers. `failed` says that
    what was asked for was judged and not borne out: a check that failed.
    """

    figures: Mapping[str, Any]
    sentences: Callable[[], list[str]]
    charts: Callable[[], list[Chart]]
    failed: bool = False

    @property
    def document(self) -> dict[str, Any]:
        """The figures and the sentences in the language in use, as JSON."""
        return {**plain_values(self.figures), "sentences": self.sentences()}


def plain_values(value: Any) -> Any:
    """`value` as JSON has it: dataclasses as tables, arrays as lists, what is not finite as null.

    Arrays of more than a thousand values are left out of dataclasses: they are not figures to read.
    """
    if isinstance(value, Problem):
        return value.as_json()
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((one.name, getattr(value, one.name)) for one in fields(value))
        return {
            name: plain_values(part)
            for name, part in pairs
            if not (isinstance(part, np.ndarray) and part.size > _LONGEST)
        }
    if isinstance(value, Mapping):
        return {str(key): plain_values(part) for key, part in value.items()}
    if isinstance(value, np.ndarray):
        return plain_values(value.tolist())
    if isinstance(value, list | tuple):
        return [plain_values(part) for part in value]
    if isinstance(value, np.generic):
        return plain_values(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
