"""The ledger's lines as rows: entered in an act, and read whole or by kind."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from yaohao.planner.ledger import ORIGIN, Break, Line, first_break, next_line
from yaohao.planner.schema.ledger_acts import REHEARSAL, LedgerAct
from yaohao.planner.storage.connection import Connection
from yaohao.planner.storage.rows import Rows
from yaohao.planner.vocabulary.clock import check_moment, now
from yaohao.planner.vocabulary.digest import canonical, sha

_AT = re.compile('"at":"([^"]*)"')


class LineText(NamedTuple):
    """A line of the ledger as it is kept: its act is the text of which the entry is a digest."""

    previous: str
    act: str
    entry: str


class LedgerRows(Rows):
    """The part of the database that holds the ledger."""

    def append(self, act: LedgerAct) -> Line:
        """Add an act to the ledger, with the present moment, and give its line back."""
        return write_line(self.connection, act)

    def check_clock(self) -> None:
        """Raise PlannerError where the machine's clock, by the last act's moment, is not right."""
        moment = _last(self.connection)[1]
        if moment:
            check_moment(now(), moment)

    def head(self) -> str:
        """The last entry of the ledger."""
        return _last(self.connection)[0]

    def is_rehearsal(self) -> bool:
        """Whether the first act says that the workspace is for rehearsals; nothing is checked."""
        row = self.connection.execute("SELECT act FROM ledger ORDER BY line LIMIT 1").fetchone()
        return row is not None and f'"register":"{REHEARSAL}' in row[0]

    def ledger(self, *, as_it_stands: bool = False) -> list[Line]:
        """The whole ledger; PlannerError where it is broken, unless asked for as it stands."""
        if not as_it_stands:
            self.seals.check()
        rows = self.connection.execute(
            "SELECT previous, act, entry FROM ledger ORDER BY line"
        ).fetchall()
        return [Line(previous, json.loads(act), entry) for previous, act, entry in rows]

    def ledger_texts(self) -> Iterator[LineText]:
        """The lines as they stand, in order, one after the other; nothing is checked."""
        for row in self.connection.execute("SELECT previous, act, entry FROM ledger ORDER BY line"):
            yield LineText(*row)

    def acts_of_draws(self, kinds: Sequence[str]) -> list[Line]:
        """The lines of some kinds of acts that name a draw, in order; nothing is checked.

        The others, which may be a hundred thousand, are not read. One that cannot be read is left
        out: the chain is broken there, which is told elsewhere.
        """
        there = " OR ".join(["instr(act, ?)"] * len(kinds))
        rows = self.connection.execute(
            f"SELECT previous, act, entry FROM ledger WHERE {there} ORDER BY line",
            [f'"act":"{kind}"' for kind in kinds],
        )
        lines = []
        for previous, text, entry in rows:
            try:
                act = json.loads(text)
                is_one = act["act"] in kinds and act["draw"]
            except (ValueError, TypeError, KeyError):
                continue
            if is_one:
                lines.append(Line(previous, act, entry))
        return lines

    def frozen_after(self, entry: str) -> list[str]:
        """The draws that were frozen after a line of the ledger, in order."""
        rows = self.connection.execute(
            """SELECT json_extract(act, '$.draw') FROM ledger
               WHERE instr(act, '"act":"freeze"') AND json_extract(act, '$.act') = 'freeze'
               AND line > (SELECT line FROM ledger WHERE entry = ?) ORDER BY line""",
            (entry,),
        ).fetchall()
        return [str(draw) for (draw,) in rows]

    def told_acts(self) -> list[Line]:
        """The lines that tell of publications, results and withdrawals, as `acts_of_draws`."""
        return self.acts_of_draws(("publication", "results", "withdrawal"))

    def chain_break(self) -> Break | None:
        """Where the chain breaks, or None; quicker than `first_break` where it is whole.

        The acts are kept as the canonical texts that the chain is made of, so their digests are
        taken as they stand; only where one does not follow are the acts read, as `yaohao ledger`
        does.
        """
        previous, moment = ORIGIN, ""
        for number, (before, act, entry) in enumerate(self.ledger_texts(), 1):
            at = _AT.search(act)
            is_later = at is not None and at[1] >= moment
            if before != previous or sha(f"{previous}|{act}") != entry or not is_later:
                return self._first_break(Break(number, "entry", sha(f"{previous}|{act}"), entry))
            previous, moment = entry, at[1] if at else moment
        return None

    def _first_break(self, suspected: Break) -> Break | None:
        try:
            return first_break(self.ledger())
        except (ValueError, TypeError, AttributeError):  # an act that is no document any more
            return suspected

    def published(self) -> set[str]:
        """The digests of the lists of files of all publications, by the ledger."""
        return {
            str(line.act["sums"]) for line in self.ledger() if line.act.get("act") == "publication"
        }


def write_line(connection: Connection, act: LedgerAct) -> Line:
    """Write an act behind the last line of the ledger, with the present moment; its line."""
    previous, moment = _last(connection)
    # A clock set back a little, or accepted, may not make the chain's times decrease.
    line = next_line(previous, {**act, "at": max(now(), moment)})
    connection.execute(
        "INSERT INTO ledger (previous, act, entry) VALUES (?, ?, ?)",
        (line.previous, canonical(dict(line.act)), line.entry),
    )
    return line


def _last(connection: Connection) -> tuple[str, str]:
    """The last entry of the ledger and its moment."""
    last = connection.execute("SELECT entry, act FROM ledger ORDER BY line DESC LIMIT 1").fetchone()
    return (last[0], json.loads(last[1])["at"]) if last else (ORIGIN, "")
