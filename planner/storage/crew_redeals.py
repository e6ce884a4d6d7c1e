"""Dealing crews again without changing who could go where, for tests of what inspectors find.

Visits that the same inspectors could make are alike to the deal: their crews hang on hashes of a
key alone, so that with another key each of the crews could as well have gone to any of them. The
reference of a test is therefore that of exchanging whole crews among such visits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from yaohao.planner.draw.crews.eligibility import Roster, eligible_among
from yaohao.planner.learning.sample import Ints
from yaohao.planner.storage.design_samples import SurveyedDraw
from yaohao.planner.storage.folder import WorkspaceFolder


@dataclass(frozen=True)
class CrewedVisits:
    """Visits of several draws with those who made them, as numbers over all draws.

    `teams` has a row (visit, inspector); `alike` the class of each visit within which crews could
    have been exchanged.
    """

    teams: Ints
    alike: Ints
    inspectors: tuple[str, ...]

    def redeals(self, seed: int) -> Callable[[int], Ints]:
        """Deal number r to the rows (visit, inspector) with crews exchanged among visits alike."""
        crews = self.teams[np.argsort(self.teams[:, 0], kind="stable")]
        visits = np.unique(crews[:, 0])
        place = np.searchsorted(visits, crews[:, 0])
        classes = self.alike[visits]
        ordered = np.argsort(classes, kind="stable")

        def again(number: int) -> Ints:
            rng = np.random.default_rng([seed, number])
            shuffled = np.lexsort((rng.random(len(visits)), classes))
            to = np.empty_like(visits)
            to[ordered] = visits[shuffled]
            return np.stack([to[place], crews[:, 1]], axis=1)

        return again


def crewed_visits(workspace: WorkspaceFolder, draws: Sequence[SurveyedDraw]) -> CrewedVisits:
    """The crews of draws whose crews are dealt, one draw's visits behind the other's."""
    names = sorted({one for found in draws for one in found.inspectors})
    place_of = {name: place for place, name in enumerate(names)}
    teams, alike, begin, first = [np.empty((0, 2), np.int64)], [np.empty(0, np.int64)], 0, 0
    for found in draws:
        own = np.array([place_of[name] for name in found.inspectors], np.int64)
        pairs = found.sample.teams
        if len(pairs):
            teams.append(np.stack([pairs[:, 0] + begin, own[pairs[:, 1]]], axis=1))
        classes = _classes(workspace, found)
        alike.append(classes + first)
        begin += len(found.sample)
        first += int(classes.max(initial=-1)) + 1
    return CrewedVisits(np.concatenate(teams), np.concatenate(alike), tuple(names))


def _classes(workspace: WorkspaceFolder, found: SurveyedDraw) -> Ints:
    """Numbers for the sets of pools that each drawn entity's seats were filled from."""
    store = workspace.store
    visits, roster = store.document(found.id, "visits"), store.document(found.id, "roster")
    if not visits or not roster:
        return np.zeros(len(found.sample), np.int64)
    who = eligible_among(visits, Roster(roster, found.draw.window))
    pools: list[list[int]] = [[] for _ in who.entity_ids]
    for number, pool in enumerate(who.pools):
        for at in pool.visits.tolist():
            pools[at].append(number)
    of_entity = dict(zip(who.entity_ids, map(tuple, pools), strict=True))
    keys = [of_entity[entity] for entity in found.entities]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.array([numbers[key] for key in keys], np.int64)
