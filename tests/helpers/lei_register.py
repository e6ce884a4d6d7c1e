"""A code system of the tests: legal entity identifiers (ISO 17442), checked by MOD 97-10."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from yaohao.planner.register.code_systems.base import CodeSystem
from yaohao.planner.register.code_systems.free import Free
from yaohao.planner.vocabulary.codes import Code


def lei(number: int) -> str:
    """An identifier with its check digits."""
    first = f"5493{number:014d}"
    return f"{first}{98 - _value(first + '00') % 97:02d}"


def _value(text: str) -> int:
    return int("".join(str(int(character, 36)) for character in text))


class Lei(Free):
    """Twenty letters and digits, the last two of which are check digits."""

    checks_ids = True
    folds_case = False

    def check_ids(self, column: Any) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which have the right check digits; none is odd."""
        codes = [self.read_id(text) for text in column.to_pylist()]
        good = [not code.reason and not code.repaired for code in codes]
        return np.array(good, np.bool_), np.zeros(len(good), np.bool_)

    def read_id(self, text: str) -> Code:
        """An identifier in upper case without blanks."""
        plain = self.typed_id(text)
        if not plain:
            return Code(text, "", "missing-id")
        if len(plain) != 20:
            return Code(plain, "", "bad-length")
        if not (plain.isascii() and plain.isalnum()):
            return Code(plain, "", "bad-characters")
        if _value(plain) % 97 != 1:
            return Code(plain, "", "bad-check-digit")
        return Code(plain, "" if plain == text else "code-form")

    def typed_id(self, text: str) -> str:
        """Upper case without blanks."""
        return super().typed_id(text).replace(" ", "").upper()


SYSTEM: CodeSystem = Lei()
