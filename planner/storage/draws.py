"""The draws: their stage and record, their documents, and their visits as rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import count, repeat
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, overload

from yaohao.planner.schema.draw import Draw, DrawRecord, Stage
from yaohao.planner.schema.plan_document import PlanDocument
from yaohao.planner.schema.reports.registers import VisitOf
from yaohao.planner.schema.visit import CrewsDocument, CrewVisit, RosterRow, VisitRow
from yaohao.planner.storage.list_documents import crew_visits, rows_of
from yaohao.planner.storage.rows import Rows
from yaohao.planner.vocabulary.digest import canonical, sha
from yaohao.planner.vocabulary.phones import without_phones
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.terms import NOT_YET

if TYPE_CHECKING:
    from yaohao.planner.draw.selection import DrawnVisit
    from yaohao.planner.engine.base import Table


class FrameOf(NamedTuple):
    """A draw and the root of its frozen frame, which names the frame's folder."""

    draw: str
    root: str


class DrawRows(Rows):
    """The part of the database that holds the draws."""

    _visited: Mapping[str, tuple[str | None, Table]] = MappingProxyType({})

    def draw_ids(self) -> list[str]:
        """The ids of all draws in the order in which they were frozen."""
        return self._column("SELECT draw FROM draws ORDER BY place")

    def has_draw(self, draw: str) -> bool:
        """Whether there is a draw of that id."""
        return bool(self._column("SELECT 1 FROM draws WHERE draw = ?", draw))

    def all_draws(self) -> list[Draw]:
        """The draws in the order in which they were frozen."""
        self.seals.check("draws")
        return list(map(_draw, self._rows(f"SELECT {_DRAW} FROM draws ORDER BY place")))

    def frames(self) -> list[FrameOf]:
        """The frames of all draws, in their order."""
        self.seals.check("draws")
        rows = self.connection.execute(
            "SELECT draw, json_extract(record, '$.select.frame') FROM draws ORDER BY place"
        ).fetchall()
        return [FrameOf(draw, str(root)) for draw, root in rows]

    def draw(self, draw: str) -> Draw:
        """A draw by its id; PlannerError where there is none of that id, with the ids there are."""
        self.seals.check("draws")
        rows = self._rows(f"SELECT {_DRAW} FROM draws WHERE draw = ?", draw)
        if not rows:
            known = self.draw_ids()
            near = get_close_matches(draw, known, n=1, cutoff=0.6)
            if near:
                raise refuse("plan_check.no-draw-near", draw=draw, near=near[0], known=known)
            raise refuse("draw.unknown" if known else "draw.none", draw=draw, known=known)
        return _draw(rows[0])

    def add_draw(self, draw: str, plan_id: str, plan: PlanDocument, record: DrawRecord) -> None:
        """Enter a draw that was just committed, behind all others."""
        self._insert(
            "draws",
            [
                {
                    "draw": draw,
                    "place": self._number("SELECT count(*) FROM draws") + 1,
                    "plan_id": plan_id,
                    "stage": Stage.COMMITTED.value,
                    "plan": canonical(dict(plan)),
                    "record": canonical(dict(record)),
                }
            ],
        )

    def update_draw(self, draw: str, stage: Stage, record: DrawRecord) -> None:
        """Set a draw's stage and record."""
        self.seals.touch("draws")
        self.connection.execute(
            "UPDATE draws SET stage = ?, record = ? WHERE draw = ?",
            (stage.value, canonical(dict(record)), draw),
        )

    # documents

    def put_document(self, draw: str, name: str, document: Any) -> str:
        """Keep a document of a draw as canonical JSON; its digest."""
        return self._put_text("INSERT", draw, name, canonical(document))

    def put_text(self, draw: str, name: str, pieces: Iterable[str]) -> str:
        """As `put_document`, of a document of which the canonical JSON comes in pieces."""
        return self._put_text("INSERT", draw, name, "".join(pieces))

    def replace_document(self, draw: str, name: str, document: Any) -> str:
        """Keep a document of a draw in the place of the one of that name; its digest."""
        return self._put_text("INSERT OR REPLACE", draw, name, canonical(document))

    def _put_text(self, how: str, draw: str, name: str, text: str) -> str:
        digest = sha(text)
        self.seals.put(f"document:{name}:{draw}", digest)
        self.connection.execute(f"{how} INTO documents VALUES (?, ?, ?)", (draw, name, text))
        return digest

    @overload
    def document(self, draw: str, name: Literal["visits"]) -> list[CrewVisit] | None: ...

    @overload
    def document(
        self, draw: str, name: Literal["roster", "roster-before"]
    ) -> list[RosterRow] | None: ...

    @overload
    def document(self, draw: str, name: Literal["crews"]) -> CrewsDocument | None: ...

    @overload
    def document(self, draw: str, name: str) -> Any: ...

    def document(self, draw: str, name: str) -> Any:
        """A document of a draw, or None where there is none yet."""
        if name == "visits":
            pieces = self.document_pieces(draw, name)
            return None if pieces is None else crew_visits(pieces)
        self.seals.check(f"document:{name}:{draw}")
        row = self.connection.execute(
            "SELECT text FROM documents WHERE draw = ? AND name = ?", (draw, name)
        ).fetchone()
        return json.loads(row[0]) if row else None

    def document_pieces(self, draw: str, name: str) -> Iterator[bytes] | None:
        """The canonical JSON of a document in pieces, or None where there is none yet."""
        self.seals.check(f"document:{name}:{draw}")
        row = self.connection.execute(
            "SELECT rowid FROM documents WHERE draw = ? AND name = ?", (draw, name)
        ).fetchone()
        return self._pieces(int(row[0])) if row else None

    def _pieces(self, rowid: int) -> Iterator[bytes]:
        """The text of a document in pieces; who reads them holds the database open."""
        yield from self.connection.text_pieces("documents", "text", rowid)

    def visited(self, draw: str) -> Table:
        """Whom a draw visits, as `frame.prior_draws` counts it; no rows where none was drawn yet.

        What was read is kept: a preview asks for the same draws with every change of a plan.
        """
        from yaohao.planner.frame.prior_draws import visited

        pieces = self.document_pieces(draw, "visits")
        digest = self.seals.of_part(f"document:visits:{draw}")
        known, table = self._visited.get(draw, (None, None))
        if table is None or digest is None or known != digest:
            table = visited(rows_of(pieces if pieces is not None else [b"[]"]))
            self._visited = {**self._visited, draw: (digest, table)}
        return table

    def crew_round(self, draw: str) -> tuple[list[CrewVisit], list[RosterRow]]:
        """The visits and the roster of a draw whose staffing is closed, as it committed to them."""
        visits, roster = self.document(draw, "visits"), self.document(draw, "roster")
        assert visits is not None and roster is not None  # no act closes the staffing without
        return visits, roster

    # visits

    def visits(self, draw: str) -> list[VisitRow]:
        """The visits of a draw in order; `inspectors` is a list and `reserve` a truth value."""
        return list(self.visit_rows(draw))

    def visit_rows(self, draw: str) -> Iterator[VisitRow]:
        """As `visits`, one after the other."""
        self.seals.check(f"visits:{draw}")
        for row in self._each("SELECT * FROM visits WHERE draw = ? ORDER BY place", draw):
            yield {
                "draw": row["draw"],
                "place": row["place"],
                "entity_id": row["entity_id"],
                "name": row["name"],
                "region": row["region"],
                "standing": row["standing"],
                "cell": row["cell"],
                "expected": row["expected"],
                "ticket": row["ticket"],
                "reserve": bool(row["reserve"]),
                "inspectors": json.loads(row["inspectors"]),
                "result": row["result"],
            }

    def visit_count(self, draw: str) -> int:
        """The number of visits of a draw."""
        self.seals.check(f"visits:{draw}")
        return self._number("SELECT count(*) FROM visits WHERE draw = ?", draw)

    def number_unmade(
        self, draw: str, gone: Iterable[str], used: Iterable[str], entity: str = ""
    ) -> int:
        """How many visits of a draw that are to be made have no result: those of `gone` are not to
        be made, of the reserves those of `used` are. With `entity` only its own are counted.
        """
        return self._number(
            """SELECT count(*) FROM visits WHERE draw = ? AND result = ? AND ? IN ('', entity_id)
            AND entity_id NOT IN (SELECT value FROM json_each(?))
            AND (NOT reserve OR entity_id IN (SELECT value FROM json_each(?)))""",
            draw,
            NOT_YET,
            entity,
            canonical(sorted(gone)),
            canonical(sorted(used)),
        )

    def visits_of(self, entity_id: str) -> list[VisitOf]:
        """What all draws say of an entity, in their order; nothing is checked."""
        rows = self._rows(
            """SELECT v.draw, v.standing, v.reserve, v.result, d.stage FROM visits v
               JOIN draws d USING (draw) WHERE v.entity_id = ? ORDER BY d.place""",
            entity_id,
        )
        return [
            {
                "draw": row["draw"],
                "standing": row["standing"],
                "reserve": bool(row["reserve"]),
                "result": row["result"],
                "stage": row["stage"],
            }
            for row in rows
        ]

    def add_visits(self, draw: str, visits: Sequence[DrawnVisit]) -> None:
        """Enter the visits of a draw, in their order; inspectors and results come later.

        They go in by columns: to make a dictionary of each takes longer than to enter it.
        """
        if not visits:
            return
        columns: dict[str, Iterable[Any]] = {
            "draw": repeat(draw),
            "place": count(1),
            "name": (without_phones(visit.own_name) for visit in visits),
            "inspectors": repeat(canonical([])),
            "result": repeat("0"),
        }
        for name in ("entity_id", "region", "standing", "cell", "expected", "ticket", "reserve"):
            columns[name] = map(attrgetter(name), visits)
        names, marks = ", ".join(columns), ", ".join("?" * len(columns))
        self._change(
            f"visits:{draw}",
            f"INSERT INTO visits ({names}) VALUES ({marks})",
            zip(*columns.values(), strict=False),
        )

    def set_results(self, draw: str, results: Iterable[tuple[str, str]]) -> None:
        """Set what came of visits: pairs of an entity and the code of its result."""
        self._set(draw, "result", results)

    def set_crews(self, draw: str, crews: Iterable[tuple[str, Sequence[str]]]) -> None:
        """Set who goes on visits: pairs of an entity and the ids of its inspectors."""
        self._set(draw, "inspectors", ((entity, canonical(list(crew))) for entity, crew in crews))

    def _set(self, draw: str, column: str, values: Iterable[tuple[str, str]]) -> None:
        self._change(
            f"visits:{draw}",
            f"UPDATE visits SET {column} = ? WHERE draw = ? AND entity_id = ?",
            ((value, draw, entity) for entity, value in values),
        )


_DRAW = "draw, plan_id, stage, plan, record"


def _draw(row: Mapping[str, Any]) -> Draw:
    return Draw(
        row["draw"],
        row["plan_id"],
        Stage(row["stage"]),
        json.loads(row["plan"]),
        json.loads(row["record"]),
    )
