"""Any register: ids and codes of the form that a frame asks for, with no meaning of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from yaohao.planner.register import values
from yaohao.planner.register.cells import Read, is_blank
from yaohao.planner.register.code_systems.base import CodeSystem
from yaohao.planner.register.values import normal
from yaohao.planner.schema.entity import Column
from yaohao.planner.vocabulary.codes import Code
from yaohao.planner.vocabulary.identity_numbers import OLD_LENGTH, person_reason
from yaohao.planner.vocabulary.text import ENTITY_ID, is_code

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


_SEPARATORS = re.compile(r"[\s/\\|,:;#&+*()\[\]'\"]+")
"""What stands between the parts of ids in many registers."""


class Free:
    """A code system without rules of its own; others begin from it."""

    ledger_name = "free"
    zone = ""
    has_holidays = False
    checks_ids = False
    guesses_gb18030 = False
    folds_case = True
    names_regions = False

    def check_ids(self, column: pa.StringArray) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which have the form of an id in a frame; none is odd."""
        import numpy as np

        texts = column.to_pylist()
        good = (
            ENTITY_ID.match(text) is not None
            and not (len(text) >= OLD_LENGTH and person_reason(text))
            for text in texts
        )
        return np.fromiter(good, np.bool_, len(texts)), np.zeros(len(texts), np.bool_)

    def read_id(self, text: str) -> Code:
        """An id of the frame's form; NFKC, without outer blanks, other separators as hyphens."""
        plain = normal(text)
        if is_blank(text) or not plain:
            return Code(text, "", "missing-id")
        if reason := person_reason(plain):
            return Code(text, "", reason)
        if ENTITY_ID.match(plain):
            return Code(plain, "" if plain == text else "code-form")
        fit = _fit(plain)
        if ENTITY_ID.match(fit):
            return Code(fit, "separators-replaced")
        return Code(text, "", "bad-id")

    def typed_id(self, text: str) -> str:
        """NFKC without outer blanks, other separators as hyphens."""
        plain = normal(text)
        fit = plain if ENTITY_ID.match(plain) else _fit(plain)
        return fit if ENTITY_ID.match(fit) else plain

    def read_region(self, text: str, within: str = "") -> tuple[str, str]:
        """Any code."""
        return text, "" if is_code(text) else "bad-code"

    def reader_of_code(self, column: Column, within: str = "") -> Read:
        """Any codes."""
        return values.read_free(column.default)

    def reader_of_set(self, replacements: Mapping[str, str] | None) -> Read:
        """Any codes, parted by commas or semicolons."""
        return values.read_fields(True, replacements)

    def region_name(self, code: str) -> str:
        """None: ward 42 is not province 42."""
        return ""


def _fit(plain: str) -> str:
    """A text with a hyphen for each run of blanks and separators that no id may hold."""
    return _SEPARATORS.sub("-", plain).strip("-")


SYSTEM: CodeSystem = Free()
