"""Names and addresses of entities, joined from the vocabularies as Arrow arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sample_data import words
from sample_data.profile import KINDS, Profile
from sample_data.streams import Indices, Streams, Words

_SHOP_SHARE = 45  # per cent of individual businesses named after their owner
_NUMBERS = 400  # house numbers


class _Groups:
    """Texts by group, all in one Arrow array; `take` picks one of a row's group."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        import pyarrow as pa

        self.counts = np.array([len(group) for group in groups], dtype=np.uint64)
        self.starts = (np.cumsum(self.counts) - self.counts).astype(np.int64)
        self.texts = pa.array([text for group in groups for text in group], pa.string())

    def take(self, streams: Streams, column: str, rows: Words, group: Indices) -> Any:
        """A text of each row's group, as an Arrow array."""
        return self.texts.take(self.starts[group] + streams.below(column, rows, self.counts[group]))


class Names:
    """Names and addresses for the lines of business and divisions of a profile."""

    def __init__(self, profile: Profile, divisions: Sequence[str]) -> None:
        known = words.document("divisions")
        area = known[profile.area]
        full = [known[code] for code in divisions]
        forms, trades = words.document("forms"), words.document("trades")
        # Groups by division, then by whether the entity is a firm (0) or a local business (1).
        self._places = _Groups(
            [
                places
                for one in full
                for places in (
                    [area["name"]] * 5
                    + [area["province"]]
                    + [one["name"], one["short"], area["name"] + one["name"]],
                    [one["name"], one["name"], one["short"]],
                )
            ]
        )
        # Groups: trade names, and what shops are called.
        self._words = _Groups([words.trade_names(), words.shop_names()])
        # Groups by line, then by kind; a kind that a line does not have has no words.
        self._trades = _Groups(
            [trades[line.id].get(kind, ()) for line in profile.lines for kind in KINDS]
        )
        self._forms = _Groups([forms[kind] for kind in KINDS])
        base = "内蒙古自治区" + area["name"]
        self._streets = _Groups(
            [[base + one["name"] + street for street in one["streets"]] for one in full]
        )
        self._numbers = _Groups([[f"{number}号" for number in range(1, _NUMBERS + 1)]])
        rooms = [f"{floor}-{room}室" for floor in range(1, 7) for room in (101, 102, 201, 202)]
        self._units = _Groups([[""] * 60 + [f"底商{n}号" for n in range(1, 17)] + rooms])

    def names(
        self, streams: Streams, rows: Words, division: Indices, line: Indices, kind: Indices
    ) -> Any:
        """The name of each row: place, word, trade and form, as registered names are built."""
        local = np.isin(kind, (KINDS.index("individual"), KINDS.index("cooperative")))
        owned = kind == KINDS.index("individual")
        owned &= streams.below("name.owned", rows, 100) < _SHOP_SHARE
        return _join(
            self._places.take(streams, "name.place", rows, division * 2 + local),
            self._words.take(streams, "name.word", rows, owned.astype(np.int64)),
            self._trades.take(streams, "name.trade", rows, line * len(KINDS) + kind),
            self._forms.take(streams, "name.form", rows, kind),
        )

    def addresses(self, streams: Streams, rows: Words, division: Indices) -> Any:
        """The address of each row, in its division."""
        none: NDArray[np.int64] = np.zeros(len(rows), dtype=np.int64)
        return _join(
            self._streets.take(streams, "address.street", rows, division),
            self._numbers.take(streams, "address.number", rows, none),
            self._units.take(streams, "address.unit", rows, none),
        )


def person_name(streams: Streams, column: str, row: int) -> str:
    """A person's name; three in ten are Mongolian."""
    mongolian = streams.one(f"{column}.people", row, 10) < 3
    names = words.mongolian_names() if mongolian else words.han_names()
    return names[streams.one(f"{column}.name", row, len(names))]


def _join(*parts: Any) -> Any:
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(*parts, "")
