"""Names, addresses, people and telephones of entities, joined from the vocabularies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from yaohao.sample_data import words
from yaohao.sample_data.codes import digits_of, fixed
from yaohao.sample_data.places import place, shortened
from yaohao.sample_data.profile import KINDS, Profile
from yaohao.sample_data.random_streams import (
    Choice,
    Indices,
    RandomStreams,
    Words,
)

_SHOP_SHARE = 45  # per cent of individual businesses named after their owner
_FULL_NAMES = 4  # of ten of these by the owner's whole name
_MONGOLIAN = 30  # per cent of people
_HOUSES = 400
_SUBSCRIBERS = 1000  # two halves of six digits


class _Groups:
    """Texts by group, all in one Arrow array; `take` picks one of a row's group."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        import pyarrow as pa

        self.counts = np.array([len(group) for group in groups], dtype=np.uint64)
        self.starts = (np.cumsum(self.counts) - self.counts).astype(np.int64)
        self.texts = pa.array([text for group in groups for text in group], pa.string())

    def take(
        self, streams: RandomStreams, column: str, rows: Words, group: Indices | None = None
    ) -> Any:
        """A text of each row's group (of the only one without a group), as an Arrow array."""
        if group is None:
            return self.texts.take(streams.below(column, rows, int(self.counts[0])))
        return self.texts.take(self.starts[group] + streams.below(column, rows, self.counts[group]))


class People(NamedTuple):
    """People's names, and of each the place of the family name, -1 for those who have none."""

    names: Any
    family: Indices


class Persons:
    """Draws people's names: Han ones by the shares of family names, Mongolian ones without any."""

    def __init__(self) -> None:
        import pyarrow as pa

        families, weights = words.family_names()
        self._family = Choice(weights)
        self._families = pa.array([*families, ""], pa.string())
        self._given = _Groups([words.given_names(), words.mongolian_names()])

    def draw(self, streams: RandomStreams, column: str, rows: Words) -> People:
        """A person for each row."""
        mongolian = streams.below(f"{column}.people", rows, 100) < _MONGOLIAN
        family = np.where(mongolian, -1, self._family.pick(streams, f"{column}.family", rows))
        given = self._given.take(streams, f"{column}.given", rows, mongolian.astype(np.int64))
        return People(_join(self._families.take(family % len(self._families)), given), family)


class Names:
    """Names and addresses for the lines of business and divisions of a profile."""

    def __init__(self, profile: Profile, divisions: Sequence[str]) -> None:
        import pyarrow as pa

        known = [place(code) for code in divisions]
        forms, trades = words.document("forms"), words.document("trades")
        # Groups by division, then by whether the entity is a firm (0) or a local business (1).
        self._places = _Groups(
            [names for one in known for names in (one.names, [one.name, one.name, one.short])]
        )
        self._words = _Groups([words.trade_names()])
        self._nicknames = pa.array(words.nicknames(), pa.string())
        # Trade and form, by prefecture (an office's form names it), line and kind; a kind that a
        # line does not have has no words.
        cities = list(dict.fromkeys(one.prefecture for one in known))
        self._city = np.array([cities.index(one.prefecture) for one in known], dtype=np.int64)
        self._lines = len(profile.lines)
        self._trades = _Groups(
            [
                [
                    trade + form.replace("${place}", shortened(city))
                    for trade in trades[line.id].get(kind, ())
                    for form in forms[kind]
                ]
                for city in cities
                for line in profile.lines
                for kind in KINDS
            ]
        )
        self._streets = _Groups([[one.full + street for street in one.streets] for one in known])
        rooms = [f"{floor}-{room}室" for floor in range(1, 7) for room in (101, 102, 201, 202)]
        units = [""] * 60 + [f"底商{n}号" for n in range(1, 17)] + rooms
        self._houses = _Groups(
            [[f"{number}号{unit}" for number in range(1, _HOUSES + 1) for unit in units]]
        )
        self._area_codes = np.array([list(f"{o.area_code}-0".encode()) for o in known], np.uint8)
        self._digits = np.asarray(digits_of(np.arange(_SUBSCRIBERS), 3) + ord("0"), np.uint8)

    def names(
        self,
        streams: RandomStreams,
        rows: Words,
        division: Indices,
        line: Indices,
        kind: Indices,
        people: People,
    ) -> Any:
        """The name of each row: place, word, trade and form, as registered names are built.

        The word of some individual businesses is the name of the person who owns them.
        """
        local = np.isin(kind, (KINDS.index("individual"), KINDS.index("cooperative")))
        owned = kind == KINDS.index("individual")
        owned &= streams.below("name.owned", rows, 100) < _SHOP_SHARE
        group = (self._city[division] * self._lines + line) * len(KINDS) + kind
        return _join(
            self._places.take(streams, "name.place", rows, division * 2 + local),
            self._called(streams, rows, owned, people),
            self._trades.take(streams, "name.trade", rows, group),
        )

    def _called(
        self, streams: RandomStreams, rows: Words, owned: NDArray[np.bool_], people: People
    ) -> Any:
        import pyarrow as pa

        trade = self._words.take(streams, "name.word", rows)
        how = streams.below("name.called", rows, 10)
        whole = (how < _FULL_NAMES) | (people.family < 0)
        count = len(rows)
        nickname = people.family * len(words.NICKNAMES) + how % len(words.NICKNAMES)
        place = np.arange(count) + np.where(owned, count, 0)
        place = np.where(owned & ~whole, 2 * count + nickname, place)
        return pa.concat_arrays([trade, people.names, self._nicknames]).take(pa.array(place))

    def addresses(self, streams: RandomStreams, rows: Words, division: Indices) -> Any:
        """The address of each row, in its division."""
        return _join(
            self._streets.take(streams, "address.street", rows, division),
            self._houses.take(streams, "address.house", rows),
        )

    def phones(self, streams: RandomStreams, rows: Words, division: Indices) -> Any:
        """A telephone number that nobody has: behind the area code it begins with 0.

        0 is the prefix of trunk calls, so no subscriber's number in China begins with it.
        """
        texts = np.empty((len(rows), 12), dtype=np.uint8)
        texts[:, :6] = self._area_codes[division]
        texts[:, 6:9] = self._digits[streams.below("phone.first", rows, _SUBSCRIBERS)]
        texts[:, 9:] = self._digits[streams.below("phone.second", rows, _SUBSCRIBERS)]
        return fixed(texts)


def _join(*parts: Any) -> Any:
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(*parts, "")
