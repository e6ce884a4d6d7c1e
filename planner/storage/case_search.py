"""Cases looked for by words: a part of a firm's name, a code, the number of a case.

Names are in the register's file, cases in the database: the first are asked for their ids, of which
the second then has cases. What is typed is text, never a pattern and never a part of a statement.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from yaohao.planner.engine.known_entities import KnownEntities
from yaohao.planner.storage.case_words import CaseWord
from yaohao.planner.storage.entity_lookup import register_file
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.vocabulary.filter_words import filter_words
from yaohao.planner.vocabulary.text import name_core

FEW = 20
"""Alternatives of which each may be part of a name or a number; of more, each is a whole one."""

_MOST = 2_000  # firms with a word in their names that are handed over as they are
_LONGEST = 200  # characters of a word


def case_words(workspace: WorkspaceFolder, typed: str) -> tuple[CaseWord, ...]:
    """What is typed, as words that a case must have each; commas part alternatives."""
    groups = [_texts(word.values) for word in _as_text(typed)]
    return tuple(_word(workspace, texts) for texts in groups if texts)


def without_cases(workspace: WorkspaceFolder, typed: str, number: int) -> list[str]:
    """Which of the alternatives typed no case has, as they were typed; `number` cases were found.

    A word that stands alone is not asked for again where anything was found.
    """
    found = []
    for word in _as_text(typed):
        texts = {one: _texts([one]) for one in word.values}
        if len(texts) > FEW:
            found += _without_many(workspace, texts)
        elif len(texts) > 1 or not number:
            found += [
                one
                for one, text in texts.items()
                if text and not workspace.store.has_case_with(_word(workspace, text))
            ]
    return found


def _without_many(workspace: WorkspaceFolder, texts: dict[str, tuple[str, ...]]) -> list[str]:
    """As `without_cases`, of many whole codes, numbers or names: one question, not one a text."""
    wanted = {text[0]: typed for typed, text in texts.items() if text}
    known = workspace.store.case_texts_among(list(wanted))
    named = KnownEntities(register_file(workspace)).ids_named(
        [text for text in wanted if text not in known]
    )
    of_cases = workspace.store.subjects_among([one for ids in named.values() for one in ids])
    known |= {text for text, ids in named.items() if of_cases & set(ids)}
    return [typed for text, typed in wanted.items() if text not in known]


class _Word(NamedTuple):
    values: tuple[str, ...]


def _as_text(typed: str) -> list[_Word]:
    """The words of a text, of which none asks for a column: codes may begin with a minus."""
    words = []
    for word in filter_words(typed):
        values = (word.alone,) if word.key else word.values
        first = f"-{values[0]}" if word.turned and values and not word.key else ""
        words.append(_Word((first, *values[1:]) if first else values))
    return words


def _texts(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for one in values if (text := name_core(one[:_LONGEST]))))


def _word(workspace: WorkspaceFolder, texts: tuple[str, ...]) -> CaseWord:
    return CaseWord(texts, len(texts) > FEW, _ids(workspace, texts))


def _ids(workspace: WorkspaceFolder, texts: tuple[str, ...]) -> str:
    """The firms with some texts in their names, as JSON; remembered while nothing changes.

    A screen asks for the same words again for each page, and while more is typed.
    """
    paths = register_file(workspace)
    now = (paths[0] if paths else None, workspace.store.last_case_line())
    if _KEPT.get("of") != now or len(_KEPT) > _MOST_KEPT:
        _KEPT.clear()
        _KEPT["of"] = now
    found = _KEPT.get(texts)
    if not isinstance(found, str):
        found = json.dumps(_looked_up(workspace, KnownEntities(paths), texts), ensure_ascii=False)
        _KEPT[texts] = found
    return found


_KEPT: dict[object, object] = {}
_MOST_KEPT = 32  # words that are remembered


def _looked_up(
    workspace: WorkspaceFolder, known: KnownEntities, texts: tuple[str, ...]
) -> list[str]:
    if len(texts) > FEW:
        return [
            *(one for found in known.ids_named(texts).values() for one in found),
            *workspace.store.batch_members_coded(texts),
        ]
    ids = known.holding(texts, _MOST + 1)
    if len(ids) > _MOST:
        # So common a word: only those that have cases are handed over.
        ids = known.holding(texts, 0, workspace.store.case_subjects())
    return [*ids, *known.numbered_among([text.upper() for text in texts])]
