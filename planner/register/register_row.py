"""A row of a small register as its cells are read, and why it is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from yaohao.planner.register.cells import ReadValue, is_blank
from yaohao.planner.register.entity_ids import EntityIds
from yaohao.planner.register.values import split_codes
from yaohao.planner.vocabulary.identity_numbers import person_reason
from yaohao.planner.vocabulary.text import is_code, tidy

_ID_SEPARATORS = re.compile(r"[|,/;]")
_ID_LENGTH = 64


@dataclass
class RegisterRow:
    """One row by field, and the first reason found why it cannot be accepted."""

    texts: dict[str, str]
    values: Mapping[str, Mapping[str, str]]
    reason: tuple[str, str, str] | None = None
    repaired: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether the file has a column for a field."""
        return name in self.texts

    def raw(self, name: str) -> str:
        """The text of a field after the replacements asked for, "" without a column."""
        text = self.texts.get(name, "")
        replacements = self.values.get(name, {})
        return replacements.get(text, replacements.get(text.strip(), text))

    def refuse(self, reason: str, name: str) -> None:
        """Note why the row cannot be accepted; the first reason stays."""
        self.reason = self.reason or (reason, name, self.raw(name))

    def text(self, name: str) -> str:
        """The field as a tidy text."""
        clean = tidy(self.raw(name))
        if clean != self.raw(name):
            self.repaired.append("text-tidied")
        return clean

    def cell(self, name: str, read: Callable[[str], ReadValue]) -> str:
        """The field as a reader of cells reads it."""
        value = read(self.raw(name))
        if value.reason:
            self.refuse(value.reason, name)
        if value.repaired:
            self.repaired.append(value.repaired)
        return value.text

    def codes(self, name: str) -> list[str]:
        """The field as a list of codes, sorted, each once."""
        single = self.values.get(name, {})
        codes = sorted({single.get(part, part) for part in split_codes(self.raw(name))})
        if not all(map(is_code, codes)):
            self.refuse("bad-code", name)
        return codes

    def id(self, name: str) -> str:
        """The field as an id: any NFC text of 1 to 64 characters without separators."""
        clean = self.text(name)
        if is_blank(clean):
            self.refuse("missing-id", name)
        elif reason := person_reason(clean):
            self.refuse(reason, name)
        elif not is_person_id(clean):
            self.refuse("bad-id", name)
        return clean

    def name(self) -> str:
        """The name, which must not be empty."""
        clean = self.text("name")
        if not clean:
            self.refuse("missing-name", "name")
        return clean

    def entity(self, name: str, ids: EntityIds) -> str:
        """The field as an entity id."""
        code = ids.read(self.raw(name))
        if code.reason:
            self.refuse(code.reason, name)
        if code.repaired:
            self.repaired.append(code.repaired)
        if code.warning:
            self.warnings.append(code.warning)
        return code.text


def is_person_id(text: str) -> bool:
    """Whether `text` may be the id of an inspector, an item or a lead."""
    return (
        0 < len(text) <= _ID_LENGTH
        and is_code(text)
        and not _ID_SEPARATORS.search(text)
        and unicodedata.normalize("NFC", text) == text
    )
