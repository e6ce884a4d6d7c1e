"""The statements of an engine over the relation `frame`, in DuckDB's SQL.

An engine of another dialect translates them (`sqlglot`); what cannot be translated is an operation
of its own in `base.FrameRelation`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from yaohao.planner.engine.compile import expression, literal, named, where
from yaohao.planner.plan.classification import Classification
from yaohao.planner.plan.conditions import Condition, Node
from yaohao.planner.schema.frame import DESCRIPTIVE_COLUMNS, FRAME_COLUMNS, LEAF_COLUMNS
from yaohao.planner.vocabulary.digest import KEY_LENGTH


def classify(
    rules: Classification,
    register: str,
    leads: str,
    prior: str,
    *,
    grouped: bool = False,
    ordered: bool = True,
) -> str:
    """A frame: committed and descriptive columns, in ascending bytes of `entity_id` if `ordered`.

    A `grouped` register has a column `n`, of how many alike entities a row stands for; so has the
    frame then, which is in no order.

    `register`, `leads` (columns `LEADS`) and `prior` (columns `PRIOR`) are relations. A visit of an
    earlier draw counts as the register has it, once that knows of an inspection in its window or
    after.
    """
    committed = ", ".join([*LEAF_COLUMNS[4:], *DESCRIPTIVE_COLUMNS])
    return f"""
        WITH joined AS (
            SELECT r.*, l.lead, l.entry, l.urgent, l.reminded,
                   CAST(coalesce(e.drawn_this_year, 0) AS INTEGER) AS drawn_this_year,
                   CAST(coalesce(e.drawn_by_plan, 0) AS INTEGER) AS drawn_by_plan,
                   CASE WHEN r.inspected_on < e.drawn_since THEN e.drawn_until ELSE '' END
                       AS drawn_until,
                   {named(rules.derived)}
            FROM (SELECT * FROM {register} {where(rules.scope)}) r
            LEFT JOIN {leads} l USING (entity_id) LEFT JOIN {prior} e USING (entity_id)
        ), stood AS ({_stood(rules, "joined")})
        SELECT entity_id, standing, {_cell(rules)} AS cell, reason, {committed}
        {", n" if grouped else ""} FROM stood {"" if grouped or not ordered else _IN_ORDER}
    """


_IN_ORDER = "ORDER BY entity_id"


def reclassified(rules: Classification, rows: str) -> str:
    """Rows of a frame classified anew: id, then standing, cell and reason by the rules, and as the
    rows have them, of those in which the two are not the same, in frame order.

    `rows` has the columns of a frame, but `held_standing`, `held_cell` and `held_reason`, and those
    of `LEADS`: each row is joined already.
    """
    return f"""
        WITH joined AS (SELECT r.*, {named(rules.derived)} FROM {rows} r {where(rules.scope)}),
        stood AS ({_stood(rules, "joined")}),
        celled AS (SELECT *, {_cell(rules)} AS cell FROM stood)
        SELECT entity_id, standing, cell, reason, held_standing, held_cell, held_reason
        FROM celled
        WHERE standing <> held_standing OR cell <> held_cell OR reason <> held_reason {_IN_ORDER}
    """


def _stood(rules: Classification, rows: str) -> str:
    """Rows with their standing and reason by the first rule that holds."""
    standing = _first((rule.when, literal(rule.standing)) for rule in rules.rules)
    reason = _first((rule.when, expression(rule.reason)) for rule in rules.rules)
    return f"""SELECT *, CASE {standing} ELSE 'pool' END AS standing,
                   CASE {reason} ELSE '' END AS reason FROM {rows}"""


def _cell(rules: Classification) -> str:
    """The cell of a row that has its standing."""
    return f"CASE WHEN standing = 'pool' THEN {expression(rules.cell)} ELSE '' END"


def _first(cases: Iterable[tuple[Condition, str]]) -> str:
    """The cases of the first condition that holds; one that never does where there are none."""
    return " ".join(f"WHEN {expression(when)} THEN {then}" for when, then in cases) or (
        "WHEN false THEN ''"
    )


def counts(derived: str, by: Sequence[Node], condition: Condition, tally: str) -> str:
    """How many rows that a condition holds of say each combination of `by`, ascending in these."""
    numbers = ", ".join(str(number) for number in range(1, len(by) + 1))
    grouped = f"GROUP BY {numbers} ORDER BY {numbers}" if by else ""
    values = ", ".join([*(expression(node) for node in by), tally])
    return f"SELECT {values} FROM {derived} {where(condition)} {grouped}"


def with_derived(rules: Classification | None) -> str:
    """The frame with what is derived of its rows, as a relation."""
    return f"(SELECT *, {named(rules.derived)} FROM frame)" if rules else "frame"


def whole(first: str, stop: str | None, *, ordered: bool) -> str:
    """All columns of the rows of a frame whose ids are from `first` to below `stop`, in frame order
    where the frame is, or put in it where that is to be `ordered`.
    """
    limits = [f"entity_id >= {literal(first)}"] if first else []
    limits += [f"entity_id < {literal(stop)}"] if stop is not None else []
    among = f"WHERE {' AND '.join(limits)}" if limits else ""
    return f"SELECT {', '.join(FRAME_COLUMNS)} FROM frame {among} {_IN_ORDER if ordered else ''}"


def told_alike(columns: Sequence[str]) -> str:
    """A number `h` for each row that says something in all of some columns: the same for rows that
    say the same, and hardly ever for others.
    """
    filled = " AND ".join(f"{column} <> ''" for column in columns)
    return f"SELECT hash({', '.join(columns)}) AS h FROM frame WHERE {filled}"


def selected(derived: str, columns: Sequence[str], condition: Condition) -> str:
    """Some columns of the rows that a condition holds of, in frame order; all without any."""
    names = ", ".join(columns or FRAME_COLUMNS)
    return f"SELECT {names} FROM {derived} {where(condition)}"


def looked_up(columns: Sequence[str]) -> str:
    """Some columns of the entities in the relation `asked_ids`."""
    names = ", ".join(columns or FRAME_COLUMNS)
    return f"SELECT {names} FROM frame SEMI JOIN asked_ids USING (entity_id)"


def before(entity_id: str) -> str:
    """How many entities stand before one."""
    return f"SELECT count(*) FROM frame WHERE entity_id < {literal(entity_id)}"


def leads_outside() -> str:
    """How many entities have a lead in force and are not in the frame."""
    return "SELECT count(*) FROM leads ANTI JOIN frame USING (entity_id) WHERE lead IS NOT NULL"


def salt(secret: str) -> str:
    """The salt of a row."""
    return f"substr(sha256({literal(f'{secret}|')} || entity_id), 1, {KEY_LENGTH})"


def blind(secret: str) -> str:
    """The public name of a row's cell; empty outside the pool."""
    name = f"substr(sha256({literal(f'{secret}|cell|')} || cell), 1, {KEY_LENGTH})"
    return f"CASE WHEN standing = 'pool' THEN {name} ELSE '' END"


def inner(secret: str) -> str:
    """The inner digest of a row: of all that is committed of it but its id."""
    texts = [f"CAST({column} AS VARCHAR)" for column in LEAF_COLUMNS[1:]]
    joined = " || '|' || ".join([*texts, f"({blind(secret)})", salt(secret), "name"])
    return f"sha256({joined})"


def leaf_text(secret: str) -> str:
    """The leaf text of a row: its id, and the digest of all else that is committed."""
    return f"entity_id || '|' || {inner(secret)}"


def leaf(secret: str, index: int, part: str = "true") -> str:
    """(entity_id, inner digest) of the leaf at an index, from 0, of a part of the frame."""
    return f"""SELECT entity_id, {inner(secret)} FROM frame WHERE {part}
        ORDER BY entity_id LIMIT 1 OFFSET {index}"""


def between(first: str, last: str) -> str:
    """That a row is between two ids, or is one of them."""
    return f"entity_id >= {literal(first)} AND entity_id <= {literal(last)}"


def names_like(pattern: str) -> str:
    """The names in which a regular expression is found."""
    return f"SELECT DISTINCT name FROM frame WHERE regexp_matches(name, {literal(pattern)})"


def renamed(frame: str = "frame", *, ordered: bool = True) -> str:
    """A frame with the names of the relation `shown_names` (columns `name`, `shown`)."""
    columns = ", ".join(
        "coalesce(s.shown, f.name) AS name" if column == "name" else f"f.{column}"
        for column in FRAME_COLUMNS
    )
    return f"""SELECT {columns} FROM {frame} f LEFT JOIN shown_names s ON f.name = s.name
        {"ORDER BY f.entity_id" if ordered else ""}"""


def sizes(derived: str, conditions: Sequence[Condition]) -> str:
    """How many rows each of some conditions holds of, in one row."""
    ones = (f"count(CASE WHEN {expression(one)} THEN 1 END)" for one in conditions)
    return f"SELECT {', '.join(ones)} FROM {derived}"


def doubles(columns: Sequence[str], likely: str = "") -> str:
    """How many rows say the same in some columns, none of them empty, as another before them.

    With `likely` only rows are looked at of which the relation has the number `h`.
    """
    names = ", ".join(columns)
    filled = " AND ".join(f"{column} <> ''" for column in columns)
    filled += f" AND hash({names}) IN (SELECT h FROM {likely})" if likely else ""
    return f"""SELECT CAST(coalesce(sum(n - 1), 0) AS BIGINT) FROM (
            SELECT count(*) AS n FROM frame WHERE {filled}
            GROUP BY {names} HAVING count(*) > 1) t"""


def leaf_hashes(secret: str) -> str:
    """The leaf hashes of all rows, in frame order, as `h`."""
    return f"SELECT unhex(sha256(unhex('00') || encode({leaf_text(secret)}))) AS h FROM frame"


def node_hashes() -> str:
    """The nodes above the `pair`s of nodes in the relation `node_pairs`, as `h`."""
    return "SELECT unhex(sha256(unhex('01') || pair)) AS h FROM node_pairs"


def ticket(key: str, secret: str | None) -> str:
    """The ticket of a row under a round's key, with its salt where a `secret` gives one."""
    salted = f" || '|' || {salt(secret)}" if secret else ""
    return f"sha256({literal(f'{key}|')} || entity_id{salted})"


def tickets(key: str, secret: str | None, condition: Condition, columns: Sequence[str] = ()) -> str:
    """(ticket, entity_id) of all that a condition holds of, in ascending order of ticket, and some
    more columns.
    """
    drawn = f"{ticket(key, secret)} AS ticket"
    names = ", ".join([drawn, "entity_id", *columns])
    return f"SELECT {names} FROM frame {where(condition)} ORDER BY 1"


def lowest_tickets(
    key: str, secret: str | None, columns: Sequence[str] = (), most: int | None = None
) -> str:
    """(ticket, entity_id, some more columns, cell): of each cell of the relation `asked_cells` its
    `n` lowest tickets below `bound`, ascending. `most` is the largest `n`, where an engine makes
    use of it.
    """
    bounded = "" if most is None else f"ordinal <= {most} AND "
    kept = ", ".join(["entity_id", *columns, "cell"])
    of_frame = ", ".join(f"f.{column}" for column in ("entity_id", *columns, "cell"))
    return f"""
        WITH ticketed AS (
            SELECT {of_frame}, a.n, a.bound, {ticket(key, secret)} AS ticket
            FROM frame f JOIN asked_cells a ON f.cell = a.cell
            WHERE f.standing = 'pool'
        ), ranked AS (
            SELECT ticket, {kept}, n,
                   row_number() OVER (PARTITION BY cell ORDER BY ticket) AS ordinal
            FROM ticketed WHERE ticket < bound
        )
        SELECT ticket, {kept} FROM ranked WHERE {bounded}ordinal <= n
        ORDER BY cell, ticket"""
