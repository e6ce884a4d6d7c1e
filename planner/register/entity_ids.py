"""Ids of entities as files have them: vouched codes, and firms that had another number before."""

from __future__ import annotations

from yaohao.planner.register.code_systems.base import CodeSystem
from yaohao.planner.schema.options import ImportOptions
from yaohao.planner.vocabulary.codes import Code

VOUCHABLE = frozenset(("bad-check-digit", "not-issued", "old-personal-id"))
"""Reasons against a code for which there are codes that exist all the same."""

VOUCHED = "vouched-code"
"""The warning that a code was accepted because somebody vouches for it."""

KNOWN_NUMBER = "number-of-known"
"""How an id was mended that is the registration number of an entity with a credit code."""


class EntityIds:
    """Reads the ids of entities under the rules of a code system, and what the bureau knows."""

    def __init__(self, system: CodeSystem, options: ImportOptions) -> None:
        self.system = system
        self.vouched = options.vouched
        self.known = options.numbers

    def read(self, text: str) -> Code:
        """The id that a text stands for, or the reason why it is refused.

        A code against which only its check speaks is taken where it is vouched for; the number
        that an entity had before it got its code means the code.
        """
        code = self.read_as_written(text)
        known = self.known.get(code.text) if self.known and not code.reason else None
        return Code(known, KNOWN_NUMBER, "", code.warning) if known else code

    def read_as_written(self, text: str) -> Code:
        """As `read`, without what is known of numbers that entities had before."""
        code = self.system.read_id(text)
        if code.reason in VOUCHABLE and code.text in self.vouched:
            return Code(code.text, "" if code.text == text else "code-form", "", VOUCHED)
        return code
