"""A word that a case must have, as a condition in SQL; what is typed is only ever a value in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from yaohao.planner.storage.cases import CaseRows


class CaseWord(NamedTuple):
    """A word that a case must have: one of some texts in its number or its firm's code, or a firm
    of some ids (as JSON), itself or within a batch.
    """

    texts: tuple[str, ...]
    is_whole: bool
    ids: str

    def condition(self) -> tuple[str, list[str]]:
        """What it asks of `cases c` in SQL, and the values."""
        if self.is_whole:
            texts = json.dumps(self.texts)
            told = """lower(c.id) IN (SELECT value FROM json_each(?))
                      OR lower(c.subject) IN (SELECT value FROM json_each(?))"""
            values = [texts, texts]
        else:
            one = "instr(lower(c.id), ?) OR instr(lower(c.subject), ?)"
            told = " OR ".join([one] * len(self.texts))
            values = [text for each in self.texts for text in (each, each)]
        if self.ids == "[]":
            return f"({told})", values
        named = """c.subject IN (SELECT value FROM json_each(?)) OR c.number IN
                   (SELECT m.case_number FROM case_members m
                    WHERE m.event = 0 AND m.subject IN (SELECT value FROM json_each(?)))"""
        return f"({told} OR {named})", [*values, self.ids, self.ids]


class CaseWordRows(CaseRows):
    """The part of the database that is asked which words its cases have."""

    def has_case_with(self, word: CaseWord) -> bool:
        """Whether any case has a word."""
        where, values = word.condition()
        query = f"SELECT EXISTS (SELECT 1 FROM cases c WHERE {where})"
        return bool(self._number(query, *values))

    def last_case_line(self) -> int:
        """The line of the ledger with which the last event of a case came; 0 for none."""
        return self._number("SELECT coalesce(max(line), 0) FROM case_events")

    def case_subjects(self) -> list[str]:
        """Whom cases are about, members of batches too."""
        query = """SELECT subject FROM cases UNION
                   SELECT subject FROM case_members WHERE event = 0"""
        return [str(one) for one in self._column(query)]

    def batch_members_coded(self, texts: Sequence[str]) -> list[str]:
        """The members of batches whose codes are among some texts in small letters."""
        query = """SELECT DISTINCT subject FROM case_members
                   WHERE event = 0 AND lower(subject) IN (SELECT value FROM json_each(?))"""
        return [str(one) for one in self._column(query, json.dumps(texts))]

    def subjects_among(self, ids: Sequence[str]) -> set[str]:
        """Which of some ids cases are about, members of batches too."""
        query = """SELECT value FROM json_each(?) WHERE value IN (SELECT subject FROM cases)
                   OR value IN (SELECT subject FROM case_members WHERE event = 0)"""
        return {str(one) for one in self._column(query, json.dumps(ids))}

    def case_texts_among(self, texts: Sequence[str]) -> set[str]:
        """Which of some texts, in small letters, are the number of a case or its firm's code."""
        query = """SELECT lower(id) FROM cases
                   WHERE lower(id) IN (SELECT value FROM json_each(?1))
                   UNION SELECT lower(subject) FROM cases
                   WHERE lower(subject) IN (SELECT value FROM json_each(?1))
                   UNION SELECT lower(subject) FROM case_members
                   WHERE event = 0 AND lower(subject) IN (SELECT value FROM json_each(?1))"""
        return {str(one) for one in self._column(query, json.dumps(texts))}
