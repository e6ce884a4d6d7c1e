"""A maker of valid public bundles, from the protocol and docs/bundle.md, standard library only.

It knows neither the planner nor its verifiers, so that either can be tested against it. The frame
and the lottery are digests of nothing: a public bundle shows no more of them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

Json = dict[str, Any]
Files = dict[str, bytes]

STAGES = ("committed", "drawn", "staffed", "dealt", "abandoned")
SELECT_SEED = "3141 5926 5358 9793 2384"
EARLIER_SEED = "2718 2818 2845 9045 2353"
CREW_SEED = "二零二七年一月八日 福彩双色球 03 08 17 21 24 31 + 12"
NAMES = (
    "通辽市科尔沁区面粉厂",
    "=cmd()",
    'Say "cheese", Ltd',
    "'quoted",
    "first\nsecond",
    "\x1b[31mred",
    "@sum",
    "<script>",
    "\U0001f9c0 \u202ecba",
)
BEARING = {"narrow_rules": 0, "certain": 0, "doubles": 0}
CREW_BEARING = {"recused": 2, "recused_since": 1, "absent": 1, "absent_since": 0, "least_choice": 5}
ROSTER_BEFORE: list[Json] = []
"""The roster at the selection; the one of the crew round is the digest of nothing."""
# size, count, expected in millionths
CELLS = ((6, 2, 1_500_000), (4, 0, 400_000), (9, 3, 3_000_000))


def sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def compact(document: Any) -> str:
    """Canonical JSON; enough for keys of the basic plane, and there are no others here."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(document: Any) -> str:
    return sha(compact(document))


PUBLISHED = {"draw_json": sha("some"), "visits_csv": sha("thing"), "sums": sha("sums")}
"""What the acts of publications name; nothing that is published says of which files."""

RULES: Json = {
    "strata": ["tier", "region", "age", "key", "fields:drug"],
    "rates": {
        "tier": {"A": 10_000, "B": 30_000, "C": {"min": 50_000, "max": None}, "D": {"count": 40}},
        "region": {"150502": {"min": {"count": 1}, "max": 900_000}, "other": 20_000},
        "unknown_tier": "B",
    },
    "limits": {"visits_per_year": 2, "days_between": 60, "total": 600},
    "coverage": [{"where": {"fields": ["food"], "tier": ["C", "D"]}, "within_years": 2}],
    "quota": [
        {"where": {"region": ["150581"]}, "min": {"count": 1}, "max": {"count": 20}},
        {"where": {"age": ["new"]}, "min": None, "max": {"share": 50_000, "of": "draw"}},
        {"where": {"fields": ["drug"]}, "min": {"share": 1, "of": "group"}, "max": None},
        {"where": {}, "min": {"count": 2}, "max": {"share": 900_000, "of": "draw"}},
    ],
}
"""Members of a plan that has rules on groups."""


def plan_of(tiers: str = "hidden", reserves: int = 1, **changes: Any) -> Json:
    """A plan with every key; `changes` replace whole members."""
    plan: Json = {
        "id": "2027q1",
        "title": "2027年第一季度双随机抽查",
        "authority": "通辽市市场监督管理局",
        "as_of": "2027-01-04",
        "window": ["2027-01-11", "2027-03-31"],
        "frequency": 1,
        "batch": 1,
        "items": ["REG-01", "PUB-01"],
        "strata": ["tier", "region", "key"],
        "scope": {"kind": ["enterprise", "individual"], "region": ["1505"], "status": ["active"]},
        "rates": {"tier": {"A": 10_000, "B": 30_000, "D": {"count": 40}}, "unknown_tier": "B"},
        "tolerance": {"years": 3, "leave_out": 1_000_000},
        "low_risk": {"tiers": ["A"], "leave_out": 500_000},
        "key_fields": {"codes": ["drug", "food"]},
        "limits": {"visits_per_year": 2, "days_between": 60, "total": None},
        "coverage": [],
        "quota": [],
        "leads": {"triggers": ["complaint", "transfer"]},
        "trigger_based": {
            "tiers": [],
            "observation_months": 0,
            "reminder_months": 0,
            "entries": [],
        },
        "department": [],
        "crew": {
            "size": 2,
            "department": "监管科",
            "seats": [
                {"department": "监管科", "qualification": ""},
                {"department": "监管科", "qualification": "food"},
            ],
        },
        "seeds": {
            "select": [{"kind": "dice", "source": "twenty dice, city hall, 2027-01-06"}],
            "crew": [{"kind": "lottery", "source": "lottery of 2027-01-08"}],
        },
        "publication": {"tiers": tiers, "reserves": reserves},
    }
    plan.update(changes)
    return plan


def record_of(
    stage: str,
    plan: Json | None = None,
    *,
    draw: str = "2027q1-1",
    cells: Sequence[tuple[int, int, int]] = CELLS,
    directed: int = 2,
    names: Sequence[str] = NAMES,
    select_seed: str = SELECT_SEED,
    crew_seed: str = CREW_SEED,
    source: str = "dice, by the mayor",
    witnesses: Sequence[str] = ("Zhang San", "李四"),
    reached: str = "drawn",
    followed: bool = True,
) -> Json:
    """draw.json at a stage, without its `ledger`; an abandoned draw got as far as `reached`."""
    plan = plan or plan_of()
    done = STAGES.index(reached if stage == "abandoned" else stage)
    frozen = {"plan": digest(plan), "frame": sha("frame" + draw), "lottery": sha("lottery" + draw)}
    frozen["cells_root"] = sha("cells" + draw)
    commitment = sha("yaohao/2|select|" + "|".join(frozen.values()))
    out = {"tolerance": 7, "visit-cap": 1}
    pool = sum(cell[0] for cell in cells)
    counts = {"scope": pool + directed + 8, "pool": pool, "directed": directed, "out": out}
    select = {**frozen, **_round(commitment, "2027-01-05T01:02:03Z")}
    select.update({"outcome": None, "counts": counts, "bearing": dict(BEARING), "cells": None})
    record: Json = {
        "format": "yaohao/2",
        "draw": draw,
        "plan": plan,
        "select": select,
        "crew": None,
    }
    record.update({key: plan[key] for key in ("title", "authority", "as_of")})
    record.update(
        {"visits": [], "withdrawals": [], "results": [], "abandoned": None, "previous": None}
    )
    if done >= 1:
        announced = plan["seeds"]["select"]
        _seed(select, "2027-01-06T01:00:00Z", select_seed, source, witnesses, announced)
        select["outcome"] = 4
        select["cells"], record["visits"] = _select(plan, select["key"], cells, directed, names)
    if done >= 2:
        visits, roster = digest(visits_document(record)), sha("roster")
        commitment = sha(f"yaohao/2|crew|{select['commitment']}|{visits}|{roster}")
        record["crew"] = {"visits": visits, "roster": roster, "bearing": dict(CREW_BEARING)}
        record["crew"].update(_round(commitment, "2027-01-07T00:00:00Z"))
    if done >= 3:
        announced = plan["seeds"]["crew"]
        _seed(record["crew"], "2027-01-08T00:00:00Z", crew_seed, source, witnesses, announced)
        for index, visit in enumerate(kept(record)):
            seats = range(len(plan["crew"]["seats"]))
            visit["inspectors"] = sorted(f"i{(3 * index + seat) % 97:02d}" for seat in seats)
            visit["result"] = ("0", "1", "A")[index % 3]
        if followed:
            _follow(record)
        else:
            for visit in kept(record):
                visit["result"] = "0"
    if stage == "abandoned":
        record["abandoned"] = {"at": "2027-01-09T00:00:00Z", "reason": "the dice were loaded"}
    return record


def _round(commitment: str, at: str) -> Json:
    part: Json = {"commitment": commitment, "committed_at": at, "parts": [], "witnesses": []}
    return {**part, "seed": None, "seeded_at": None, "key": None}


# Many parameters: a seed and all that is told of it.
def _seed(
    part: Json, at: str, seed: str, source: str, witnesses: Sequence[str], announced: list[Json]
) -> None:
    key = sha(part["commitment"] + "|" + seed)[:32]
    kind = announced[0]["kind"] if announced else "other"
    parts = [{"kind": kind, "text": seed, "source": source}]
    part.update({"seed": seed, "seeded_at": at, "parts": parts, "key": key})
    part["witnesses"] = list(witnesses)


def ticket(key: str, entity: str, shown: bool) -> str:
    """The ticket of an entity; where tiers are hidden with its salt, which nobody is shown."""
    return sha(f"{key}|{entity}" if shown else f"{key}|{entity}|{sha(entity)[:32]}")


def place(key: str, entity: str) -> str:
    """What visits stand in order by."""
    return sha(f"{key}|visit|{entity}")


def blind(number: int) -> str:
    """The public name of a cell."""
    return sha(f"cell {number}")[:32]


def _select(
    plan: Json, key: str, cells: Sequence[tuple[int, int, int]], directed: int, names: Sequence[str]
) -> tuple[list[Json], list[Json]]:
    shown = plan["publication"]["tiers"] == "shown"
    groups: tuple[list[Json], list[Json], list[Json]] = ([], [], [])
    table = []
    serial = 0

    def visit(standing: str, cell: int | None, expected: int | None) -> Json:
        nonlocal serial
        serial += 1
        entity = f"{'-.9'[serial % 3]}1150502MA{serial:08d}"
        row: Json = {"entity_id": entity, "standing": standing}
        row.update({"name": names[serial % len(names)], "region": ("150502", "")[serial % 5 == 0]})
        row.update({"inspectors": [], "reserve": False, "result": "0"})
        if shown:
            row.update({"cell": cell, "expected": expected, "ticket": ticket(key, entity, True)})
        return row

    def own(row: Json) -> str:
        return ticket(key, row["entity_id"], shown)

    for number, (size, count, expected) in enumerate(cells, 1):
        members = sorted((visit("pool", number, expected) for _ in range(size)), key=own)
        drawn, reserves = members[:count], members[count : count + plan["publication"]["reserves"]]
        cell: Json = {"cell": blind(number), "threshold": own(drawn[-1]) if drawn else None}
        if shown:
            cell.update({"number": number, "codes": f"A/{number}", "size": size, "count": count})
            cell["expected"] = expected
        table.append(cell)
        for row in reserves if count else []:
            row["reserve"] = True
            groups[2].append(row)
        groups[0].extend(drawn)
    groups[1].extend(visit("directed", None, None) for _ in range(directed))
    if not shown:
        table.sort(key=lambda cell: cell["cell"])
    rows = []
    for group in groups:
        by_ticket = shown and group is groups[2]
        rows += sorted(group, key=own if by_ticket else lambda row: place(key, row["entity_id"]))
    return table, rows


def _follow(record: Json) -> None:
    """Results that come to the codes of the visits, and one entity that turned out to be gone."""
    plan = record["plan"]
    of_departments = (item for one in plan["department"] for item in one["items"])
    items = [*plan["items"], *of_departments] or [""]
    for visit in kept(record):
        whole = dict.fromkeys(items, "1")
        found = {"1": whole, "A": {items[-1]: "A"}}.get(visit["result"], {})
        for item, code in found.items():
            record["results"].append(
                {
                    "entity_id": visit["entity_id"],
                    "item_id": item,
                    "visited_on": "2027-01-20",
                    "method": "on-site",
                    "result": code,
                    "follow_up": "none" if code == "1" else "rectify",
                    "follow_up_closed_on": "",
                }
            )
    if not kept(record):
        return
    gone = kept(record)[0]
    gone["result"] = "9"
    spare = [v for v in record["visits"] if v["reserve"] and v.get("cell") == gone.get("cell")]
    record["withdrawals"].append(
        {
            "entity_id": gone["entity_id"],
            "result": "9",
            "evidence": "deregistered, =registry",
            "at": "2027-02-01T00:00:00Z",
            "reserve": spare[0]["entity_id"] if spare else None,
        }
    )


def kept(record: Json) -> list[Json]:
    """The visits that are made: reserves left out."""
    return [visit for visit in record["visits"] if not visit["reserve"]]


def visits_document(record: Json) -> list[Json]:
    keys = ("entity_id", "standing", "region")
    seats = record["plan"]["crew"]["seats"]
    return [{**{key: visit[key] for key in keys}, "seats": seats} for visit in kept(record)]


def acts_of(record: Json, publications: bool = True) -> list[Json]:
    """The acts that a record tells of, each with what the record says."""
    select, crew, visits = record["select"], record["crew"], record["visits"]
    frozen = {key: select[key] for key in ("plan", "frame", "lottery", "cells_root")}
    at = select["committed_at"]
    more = {"content": sha("entities 2"), "counts": select["counts"], "earlier": []}
    acts = [_act("freeze", at, **frozen, **more, bearing=select["bearing"])]
    acts += _round_acts(record, "select", frozen, publications)
    if select["seed"] is not None:
        number = len(kept(record))
        directed = sum(visit["standing"] == "directed" for visit in visits)
        numbers = {
            "drawn": number - directed,
            "directed": directed,
            "reserves": len(visits) - number,
        }
        document = digest(visits_document(record))
        more = {"outcome": select["outcome"], "visits": document}
        more.update({"cells": digest(select["cells"] or []), "roster": digest(ROSTER_BEFORE)})
        acts.append(_act("draw", select["seeded_at"], **numbers, **more))
        if publications:
            acts.append(_act("publication", select["seeded_at"], stage="drawn", **PUBLISHED))
    if crew is not None:
        documents = {key: crew[key] for key in ("visits", "roster", "bearing")}
        acts += _round_acts(record, "crew", documents, publications)
        if crew["seed"] is not None:
            crews = [[visit["entity_id"], visit["inspectors"]] for visit in kept(record)]
            acts.append(_act("crews", crew["seeded_at"], crews=digest(crews), dealt=len(crews)))
            results = record["results"]
            told = {"results": digest(results), "number": len(results)}
            for one in record["withdrawals"]:
                named = {key: one[key] for key in ("entity_id", "result", "reserve")}
                acts.append(_act("withdrawal", one["at"], evidence=sha(one["evidence"]), **named))
            if results:
                acts.append(_act("results", "2027-02-02T00:00:00Z", **told))
    if record["abandoned"] is not None:
        acts.append(_act("abandonment", **record["abandoned"]))
        if publications:
            at = record["abandoned"]["at"]
            acts.append(_act("publication", at, stage="abandoned", **PUBLISHED))
    return [{**act, "draw": record["draw"]} for act in acts]


def _act(kind: str, at: str, **members: Any) -> Json:
    return {"act": kind, "at": at, **members}


def _round_acts(record: Json, name: str, documents: Json, published: bool) -> Iterable[Json]:
    part, announced = record[name], record["plan"]["seeds"][name]
    committed = {"round": name, "commitment": part["commitment"], "parts": announced}
    yield _act("commitment", part["committed_at"], **committed, **documents)
    if published and part["seed"] is not None:
        stage = {"select": "committed", "crew": "staffed"}[name]
        yield _act("publication", part["committed_at"], stage=stage, **PUBLISHED)
    if part["seed"] is not None:
        seeded = {key: part[key] for key in ("seed", "parts", "key")}
        names = part["witnesses"]
        seeded.update({"round": name, "witnesses": digest(names), "witnessed": len(names)})
        yield _act("seed", part["seeded_at"], **seeded)


def opening(earlier: bool = True) -> list[Json]:
    """The acts before a draw: a workspace, imports, and an earlier draw that was abandoned."""
    at = "2027-01-02T00:00:00Z"
    acts = [_act("workspace", at, register="china")]
    rows: Json = {"rows": 12, "accepted": 11, "set_aside": 1}
    for register in ("entities", "inspectors", "items", "leads"):
        files = {"files": [sha(register)], "content": sha(f"{register} 2")}
        acts.append(_act("import", at, register=register, **files, **rows))
    change = {"register": "inspectors", "what": "recusal", "content": sha("inspectors 3")}
    acts.append(_act("register", at, **change))
    if earlier:
        record = record_of("abandoned", draw="2027q1-0", names=["x"], select_seed=EARLIER_SEED)
        part = record["select"]
        part.update({"committed_at": "2027-01-03T00:00:00Z", "seeded_at": "2027-01-03T01:00:00Z"})
        record["abandoned"] = {"at": "2027-01-03T02:00:00Z", "reason": "wrong plan"}
        acts += acts_of(record)
    return acts


def chain(acts: Iterable[Json], previous: str = "0" * 64) -> list[Json]:
    """The lines of a ledger."""
    lines = []
    for act in acts:
        entry = sha(f"{previous}|{compact(act)}")
        lines.append({"previous": previous, "act": act, "entry": entry})
        previous = entry
    return lines


def ledger_bytes(lines: Iterable[Any]) -> bytes:
    return "".join(compact(line) + "\n" for line in lines).encode("utf-8")


def record_bytes(record: Any) -> bytes:
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, indent=2) + "\n"
    return text.encode("utf-8")


def table_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\r\n").writerows(rows)
    return b"\xef\xbb\xbf" + file.getvalue().encode("utf-8")


def table_of(record: Json) -> list[list[str]]:
    """The rows of visits.csv, header first, guarded."""
    columns = ["entity_id", "name", "region", "standing", "cell", "expected", "ticket"]
    columns += ["inspectors", "reserve", "result"]
    if record["plan"]["publication"]["tiers"] == "hidden":
        del columns[4:7]
    rows = [columns]
    for visit in record["visits"]:
        cells = {**visit, "inspectors": ";".join(visit["inspectors"])}
        cells["reserve"] = "true" if visit["reserve"] else "false"
        texts = ["" if cells[key] is None else str(cells[key]) for key in columns]
        rows.append(["'" + text if text[:1] in tuple("=+-@\t\r'") else text for text in texts])
    return rows


def sealed(files: Files) -> Files:
    """The files with SHA256SUMS made, or mended."""
    rest = {name: files[name] for name in sorted(files) if name != "SHA256SUMS"}
    lines = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in rest.items())
    return {**rest, "SHA256SUMS": "".join(lines).encode("utf-8")}


def bundle_of(record: Json, acts: Sequence[Json] | None = None, program: bytes = b"#\n") -> Files:
    """The files of a public bundle, by name; `acts` is the whole ledger where it is given."""
    lines = chain([*opening(), *acts_of(record)] if acts is None else acts)
    told = [line["act"] for line in lines if line["act"].get("draw") == record["draw"]]
    sums = [act["sums"] for act in told if act.get("act") == "publication" and "sums" in act]
    previous = record["previous"] or (sums[-1] if sums else None)
    record = {**record, "previous": previous, "ledger": lines[-1]["entry"]}
    files = {"draw.json": record_bytes(record), "visits.csv": table_bytes(table_of(record))}
    return sealed({**files, "ledger.jsonl": ledger_bytes(lines), "verify.py": program})
