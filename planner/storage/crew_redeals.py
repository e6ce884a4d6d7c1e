"""Dealing crews again as the lot would have, for tests of what inspectors find.

Where crews hang on a key alone, every deal under a fresh key was as likely as the one that came:
recusals, departments, qualifications and capacities stay as they were committed to, loads are as
even as they were. Of very many visits, dealing anew takes too long; whole crews are exchanged then
among visits that the same inspectors could have made, which any key could have done too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from yaohao.planner.draw.crews.redeals import Redeals
from yaohao.planner.learning.sample import Ints
from yaohao.planner.storage.design_samples import SurveyedDraw
from yaohao.planner.storage.folder import WorkspaceFolder

ANEW, EXCHANGED = "anew", "exchanged"
MOST_DEALS, LEAST_DEALS = 2000, 200
"""Deals that are made where nobody says how many, and fewer than which crews are exchanged."""
_PAIRS = 20_000_000
"""Pairs of visit and inspector that all deals together may look at: some twenty seconds."""


@dataclass(frozen=True)
class _Round:
    """The crew round of one draw: how it is dealt again, and where its rows stand in them all.

    `visits` and `inspectors` give the numbers over all draws of its positions, -1 for a visit that
    is not looked at (for cause, withdrawn, a reserve).
    """

    deal: Redeals
    visits: Ints
    inspectors: Ints


@dataclass(frozen=True)
class CrewedVisits:
    """Visits of several draws with those who made them, as numbers over all draws.

    `teams` has a row (visit, inspector); `inspectors` are all who could have been dealt to any.
    """

    teams: Ints
    inspectors: tuple[str, ...]
    rounds: tuple[_Round, ...]

    @property
    def pairs(self) -> int:
        """Pairs of visit and inspector that one deal looks at."""
        return sum(one.deal.who.pairs for one in self.rounds)

    def planned(self, deals: int | None = None) -> tuple[str, int]:
        """How to deal again, and how often: as often as asked, else as time allows."""
        if deals is not None:
            return ANEW, deals
        affordable = _PAIRS // max(self.pairs, 1)
        if affordable >= LEAST_DEALS:
            return ANEW, min(MOST_DEALS, affordable)
        return EXCHANGED, MOST_DEALS

    def redeals(self, seed: int, how: str = ANEW) -> Callable[[int], Ints]:
        """Deal number r to the rows (visit, inspector) of a deal anew, or of crews exchanged."""
        return self._exchanged(seed) if how == EXCHANGED else self._anew(seed)

    def _anew(self, seed: int) -> Callable[[int], Ints]:
        def again(number: int) -> Ints:
            rng = np.random.default_rng([seed, number])
            pairs = [np.empty((0, 2), np.int64)]
            for one in self.rounds:
                rows = one.deal.anew(rng)
                visits = one.visits[rows[:, 0]]
                kept = np.stack([visits, one.inspectors[rows[:, 1]]], axis=1)
                pairs.append(kept[visits >= 0])
            return np.concatenate(pairs)

        return again

    def _exchanged(self, seed: int) -> Callable[[int], Ints]:
        crews = self.teams[np.argsort(self.teams[:, 0], kind="stable")]
        visits = np.unique(crews[:, 0])
        place = np.searchsorted(visits, crews[:, 0])
        classes = self._alike()[visits]
        ordered = np.argsort(classes, kind="stable")

        def again(number: int) -> Ints:
            rng = np.random.default_rng([seed, number])
            shuffled = np.lexsort((rng.random(len(visits)), classes))
            to = np.empty_like(visits)
            to[ordered] = visits[shuffled]
            return np.stack([to[place], crews[:, 1]], axis=1)

        return again

    def _alike(self) -> Ints:
        """A number for each visit, the same where seats were filled from the same pools."""
        size = max((int(one.visits.max(initial=-1)) for one in self.rounds), default=-1) + 1
        alike, first = np.zeros(max(size, int(self.teams[:, 0].max(initial=-1)) + 1), np.int64), 0
        for one in self.rounds:
            pools: list[list[int]] = [[] for _ in one.deal.who.entity_ids]
            for number, pool in enumerate(one.deal.who.pools):
                for at in pool.visits.tolist():
                    pools[at].append(number)
            numbers = {key: n for n, key in enumerate(dict.fromkeys(map(tuple, pools)), first)}
            there = np.flatnonzero(one.visits >= 0)
            alike[one.visits[there]] = [numbers[tuple(pools[at])] for at in there.tolist()]
            first += len(numbers)
        return alike


def crewed_visits(workspace: WorkspaceFolder, draws: Sequence[SurveyedDraw]) -> CrewedVisits:
    """The crews of draws whose crews are dealt, one draw's visits behind the other's."""
    store = workspace.store
    dealt: list[Redeals | None] = []
    for survey in draws:
        visits, roster = store.document(survey.id, "visits"), store.document(survey.id, "roster")
        if visits and roster and len(survey.sample.teams):
            dealt.append(Redeals(visits, roster, survey.draw.window))
        else:
            dealt.append(None)
    names = sorted(
        {one for survey in draws for one in survey.inspectors}
        | {
            deal.who.inspector_ids[at]
            for deal in dealt
            if deal
            for pool in deal.who.pools
            for at in pool.inspectors.tolist()
        }
    )
    place_of = {name: place for place, name in enumerate(names)}
    teams, rounds, begin = [np.empty((0, 2), np.int64)], [], 0
    for survey, deal in zip(draws, dealt, strict=True):
        own = np.array([place_of[name] for name in survey.inspectors], np.int64)
        pairs = survey.sample.teams
        if deal and len(pairs):
            teams.append(np.stack([pairs[:, 0] + begin, own[pairs[:, 1]]], axis=1))
            went = {survey.entities[at]: at + begin for at in np.unique(pairs[:, 0]).tolist()}
            rounds.append(
                _Round(
                    deal,
                    np.array([went.get(one, -1) for one in deal.who.entity_ids], np.int64),
                    np.array([place_of.get(one, -1) for one in deal.who.inspector_ids], np.int64),
                )
            )
        begin += len(survey.sample)
    return CrewedVisits(np.concatenate(teams), tuple(names), tuple(rounds))
