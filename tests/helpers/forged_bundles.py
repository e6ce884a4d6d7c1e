"""What a dishonest bureau does after a change: it makes all that hangs on it follow, up to a level.

``listed``   the list of files, and the signature over it
``chained``  also the chain of the ledger, its head in the record, the table and the page
``retold``   also digests, commitments, keys, tickets, orders, numbers: in record, acts, documents

Each level does as much as can be done; what it cannot read it leaves as it is.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections import Counter
from random import Random
from typing import Any

from helpers import bundle_maker as maker
from helpers.mutations import compact, ledger_bytes, readable
from helpers.vouched_bundles import SIGNERS, evidence_in, revouched, without_own

Files = maker.Files
Json = dict[str, Any]
INNER = (
    "standing", "cell", "reason", "tier", "region", "industry", "kind", "status",
    "established_on", "inspected_on", "fields", "visits_this_year", "drawn_this_year",
    "drawn_by_plan", "drawn_until",
)  # fmt: skip
LEVELS = ("as is", "listed", "chained", "retold")
PRIVATE = SIGNERS["bureau"]
OPEN, CLOSE = '<script type="application/json" id="data">', "</script>"
_HEAD = re.compile(r'(\n  "ledger": ")[0-9a-f]{64}(")')
_LINE = re.compile(r'\{"act":(.*),"entry":"[0-9a-f]{64}","previous":"[0-9a-f]{64}"\}')
_SEAL = re.compile('(<meta name="yaohao-data" content=")[0-9a-f]*(")')
_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError, OSError)


def resealed(files: Files, level: str, where: str, chance: Random) -> Files:
    """The files after a change at `where`, all made to follow that the level says."""
    after = dict(files)
    if level == "retold":
        try:
            after = _retold(after, where, chance)
        except _UNREADABLE:
            level = "chained"
    if level in ("chained", "retold"):
        after = paged(_chained(after, where, chance))
    if level == "as is":
        return after
    after = _listed(after, chance)
    if evidence_in(after):
        try:  # whoever vouched is in league with the bureau, or was told of none
            again = level != "listed" and chance.random() < 0.8
            after = revouched(after, files, chance) if again else without_own(after)
        except _UNREADABLE:
            pass
    return after


def _listed(files: Files, chance: Random) -> Files:
    others = ("SHA256SUMS", "SHA256SUMS.sig", "SHA256SUMS.pub", "SHA256SUMS.tsr")
    beside = {name: files[name] for name in others[1:] if name in files} | evidence_in(files)
    listed = {name: data for name, data in files.items() if name not in {*others, *beside}}
    sealed = maker.sealed(listed)
    if "SHA256SUMS.sig" in beside and chance.random() < 0.7:
        beside["SHA256SUMS.sig"] = PRIVATE.sign(sealed["SHA256SUMS"])
    return {**sealed, **beside}


def _chained(files: Files, where: str, chance: Random) -> Files:
    """Acts are taken as they are written, so that what is written oddly is chained oddly."""
    try:
        texts = files["ledger.jsonl"].decode("utf-8").split("\n")
    except (KeyError, ValueError):
        return files
    previous, lines = "0" * 64, []
    for text in texts:
        found = _LINE.fullmatch(text)
        if found is None:
            lines.append(text)
            continue
        entry = maker.sha(f"{previous}|{found[1]}")
        lines.append(f'{{"act":{found[1]},"entry":"{entry}","previous":"{previous}"}}')
        previous = entry
    files = {**files, "ledger.jsonl": "\n".join(lines).encode()}
    try:
        record = _HEAD.sub(rf"\g<1>{previous}\2", files["draw.json"].decode())
        files["draw.json"] = record.encode()
        if where != "visits.csv" or chance.random() < 0.2:
            files["visits.csv"] = maker.table_bytes(maker.table_of(json.loads(record)))
    except _UNREADABLE:
        pass
    return files


def paged(files: Files) -> Files:
    """The page shows the record, the ledger and the digests that there are now."""
    try:
        text = files["index.html"].decode()
        start = text.index(OPEN) + len(OPEN)
        end = text.index(CLOSE, start)
        data = json.loads(text[start:end])
        data["record"] = json.loads(files["draw.json"])
        data["ledger"] = [json.loads(line) for line in files["ledger.jsonl"].splitlines()]
        own = ("index.html", "SHA256SUMS", "SHA256SUMS.sig", "SHA256SUMS.pub", "SHA256SUMS.tsr")
        left = {*own, *evidence_in(files)}
        rest = {name: files[name] for name in sorted(files) if name not in left}
        data["files"] = {
            name: hashlib.sha256(content).hexdigest() for name, content in rest.items()
        }
        if data["signature"]:
            lines = "".join(f"{digest}  {name}\n" for name, digest in data["files"].items())
            data["signature"]["signature"] = PRIVATE.sign(lines.encode()).hex()
    except _UNREADABLE:
        return files
    new = re.sub("[<>&\u2028\u2029]", lambda mark: f"\\u{ord(mark[0]):04x}", compact(data))
    text = text[:start] + new + text[end:]
    seal = hashlib.sha256(new.encode("utf-8", "surrogatepass")).hexdigest()
    text = _SEAL.sub(rf"\g<1>{seal}\2", text)
    return {**files, "index.html": text.encode("utf-8", "surrogatepass")}


# ---------------------------------------------------------------------------------- a story retold


class _Bureau:
    """The record, the acts and the documents of a bundle whose keeper makes them agree again.

    It forgets a part now and then (`careful` is the chance that it does not), so that every check
    is the last one left at some time.
    """

    def __init__(self, files: Files, where: str, chance: Random) -> None:
        self.files, self.where, self.chance = dict(files), where, chance
        self.careful = chance.choice((1.0, 1.0, 0.9, 0.7))
        self.record: Json = json.loads(files["draw.json"])
        self.acts = [json.loads(line)["act"] for line in files["ledger.jsonl"].splitlines()]
        self.own = [act for act in self.acts if act.get("draw") == self.record["draw"]]

    def does(self) -> bool:
        return self.chance.random() < self.careful

    def act(self, kind: str, round_: str | None = None) -> Json | None:
        found = (a for a in self.own if (a.get("act"), a.get("round")) == (kind, round_))
        return next(found, None)

    def document(self, name: str) -> Any:
        return json.loads(self.files[name])

    def write(self, name: str, document: Any) -> None:
        if name in self.files and self.does():
            self.files[name] = (compact(document) + "\n").encode("utf-8", "surrogatepass")

    def heed_documents(self) -> None:
        """The record follows what was changed in an auditor's document."""
        record, name = self.record, self.where.partition(".json")[0]
        if name == "plan":
            record["plan"] = self.document("plan.json")
        elif name == "lottery":
            record["select"]["lottery"] = maker.digest(self.document("lottery.json"))
        elif name == "roster":
            record["crew"]["roster"] = maker.digest(self.document("roster.json"))
        elif name == "crews":
            crews = dict(map(tuple, self.document("crews.json")["crews"]))
            for visit in record["visits"]:
                visit["inspectors"] = crews.get(visit["entity_id"], [])
        elif name == "earlier":
            named = [one["draw"] for one in self.document("earlier.json")]
            if (frozen := self.act("freeze")) is not None:
                frozen["earlier"] = named

    def heed_registers(self) -> None:
        """The ledger follows the registers that were changed: it never held others."""
        frozen = self.act("freeze")
        if frozen is None:
            return
        before = self.acts[: self.acts.index(frozen)]
        contents = {
            "entities": register_digest(self.files["entities.jsonl"]),
            "leads": maker.digest(self.document("leads.json")),
            "lists": maker.digest(self.document("lists.json")),
        }
        for register, content in contents.items():
            told = [act for act in before if act.get("register") == register and "content" in act]
            for act in told[-1:]:
                act["content"] = content
        frozen["content"] = contents["entities"]

    def heed_frame_in_register(self, rows: list[Json]) -> None:
        """The register follows the rows of the frame, so that only the plan's rules tell."""
        lines = [json.loads(line) for line in self.files["entities.jsonl"].splitlines()]
        names, framed = lines[0]["columns"], {row["entity_id"]: row for row in rows}
        old = {line[0] for line in lines[1:]}
        kept = [
            [framed[line[0]].get(name, value) for name, value in zip(names, line, strict=True)]
            if line[0] in framed
            else line
            for line in lines[1:]
        ]
        kept += [
            [row.get(name, "") for name in names] for one, row in framed.items() if one not in old
        ]
        kept.sort(key=lambda line: str(line[0]))
        data = "".join(f"{compact(line)}\n" for line in [lines[0], *kept])
        self.files["entities.jsonl"] = data.encode("utf-8", "surrogatepass")

    def heed_frame(self) -> None:
        """The record follows the rows of the frame: root, and numbers of each standing."""
        import pyarrow.parquet as pq

        rows = pq.read_table(io.BytesIO(self.files["frame.parquet"])).to_pylist()
        secret = self.files["secret"].decode().strip()
        level = []
        for row in rows:
            salt = maker.sha(f"{secret}|{row['entity_id']}")[:32]
            blind = maker.sha(f"{secret}|cell|{row['cell']}")[:32]
            parts = [*(str(row[column]) for column in INNER)]
            parts += [blind if row["standing"] == "pool" else "", salt, row["name"]]
            leaf = f"{row['entity_id']}|{maker.sha('|'.join(parts))}"
            level.append(hashlib.sha256(b"\x00" + leaf.encode()).digest())
        while len(level) > 1:
            pairs = [b"".join(level[n : n + 2]) for n in range(0, len(level), 2)]
            level = [p if len(p) == 32 else hashlib.sha256(b"\x01" + p).digest() for p in pairs]
        select = self.record["select"]
        if self.where == "frame.parquet" and self.chance.random() < 0.5:
            self.heed_frame_in_register(rows)
        select["frame"] = level[0].hex()
        standings = [row["standing"] for row in rows]
        out = Counter(row["reason"] for row in rows if row["standing"] == "out")
        numbers = {name: standings.count(name) for name in ("pool", "directed")}
        select["counts"] = {"scope": len(rows), **numbers, "out": dict(out)}

    def heed_ledger(self) -> None:
        """The record follows what was changed in an act."""
        record, told = self.record, self.record["withdrawals"]
        if frozen := self.act("freeze"):
            record["select"].update(
                {
                    key: frozen[key]
                    for key in ("plan", "frame", "lottery", "cells_root", "counts", "bearing")
                }
            )
        for name in ("select", "crew"):
            if committed := self.act("commitment", name):
                record["plan"]["seeds"][name] = committed["parts"]
                record[name].update(committed_at=committed["at"])
                if name == "crew":
                    record[name].update(bearing=committed["bearing"])
            if seeded := self.act("seed", name):
                record[name].update({key: seeded[key] for key in ("seed", "parts", "key")})
                record[name]["seeded_at"] = seeded["at"]
        if drawn := self.act("draw"):
            record["select"]["outcome"] = drawn["outcome"]
        gone = [act for act in self.own if act.get("act") == "withdrawal"]
        for one, act in zip(told, gone, strict=False):
            one.update({key: act[key] for key in ("entity_id", "result", "at", "reserve")})
        if end := self.act("abandonment"):
            record["abandoned"] = {"at": end["at"], "reason": end["reason"]}

    def commit(self) -> None:
        """Plan, commitments, keys, tickets and the order of visits follow from each other."""
        record, select, crew = self.record, self.record["select"], self.record["crew"]
        if self.does():
            record.update({key: record["plan"][key] for key in ("title", "authority", "as_of")})
        if self.does():
            select["plan"] = maker.digest(record["plan"])
        self.write("plan.json", record["plan"])
        names = ("plan", "frame", "lottery", "cells_root")
        texts = ("yaohao/2", "select", *(select[name] for name in names))
        if self.does():
            select["commitment"] = maker.sha("|".join(texts))
        if select["seed"] is None:
            return
        if self.does():
            select["key"] = maker.sha(f"{select['commitment']}|{select['seed']}")[:32]
        shown = record["plan"]["publication"]["tiers"] == "shown"
        if shown and self.does():
            for visit in record["visits"]:
                visit["ticket"] = maker.sha(f"{select['key']}|{visit['entity_id']}")
        if self.does():
            record["visits"].sort(
                key=lambda v: (
                    v["reserve"],
                    v["standing"] != "pool",
                    v["ticket"] if shown and v["reserve"] else self.place(v),
                )
            )
        self.write("visits.json", self.crew_visits())
        if crew is not None:
            if self.does():
                crew["visits"] = maker.digest(self.crew_visits())
            texts = ("yaohao/2", "crew", select["commitment"], crew["visits"], crew["roster"])
            if self.does():
                crew["commitment"] = maker.sha("|".join(texts))
            if crew["seed"] is not None and self.does():
                crew["key"] = maker.sha(f"{crew['commitment']}|{crew['seed']}")[:32]

    def dealt(self) -> list[Json]:
        """The visits of the crew round: those withdrawn before it out, their reserves in."""
        steps = [act.get("act") for act in self.own]
        before = steps[: steps.index("crews")] if "crews" in steps else steps
        early = self.record["withdrawals"][: before.count("withdrawal")]
        gone, used = ({one[key] for one in early} for key in ("entity_id", "reserve"))
        made = [
            v for v in self.record["visits"]
            if v["entity_id"] not in gone and (not v["reserve"] or v["entity_id"] in used)
        ]  # fmt: skip
        return sorted(made, key=lambda v: (v["standing"] != "pool", self.place(v)))

    def place(self, visit: Json) -> str:
        """What a visit stands in order by."""
        return maker.place(str(self.record["select"]["key"]), visit["entity_id"])

    def crew_visits(self) -> list[Json]:
        keys, seats = ("entity_id", "standing", "region"), self.record["plan"]["crew"]["seats"]
        return [{**{key: visit[key] for key in keys}, "seats": seats} for visit in self.dealt()]

    def count(self) -> None:
        """Cells and numbers follow from the visits."""
        select, visits = self.record["select"], self.record["visits"]
        shown = self.record["plan"]["publication"]["tiers"] == "shown"
        for number, cell in enumerate(select["cells"] or [] if shown else [], 1):
            drawn = [v["ticket"] for v in visits if v["cell"] == number and not v["reserve"]]
            if self.does():
                cell["threshold"] = max(drawn, default=None)
            if self.chance.random() < 0.5:
                cell["count"] = len(drawn)
        counts = select["counts"]
        if self.chance.random() < 0.5:
            counts["directed"] = sum(v["standing"] == "directed" for v in visits)
        if shown and select["cells"] and self.chance.random() < 0.5:
            counts["pool"] = sum(cell["size"] for cell in select["cells"])
        if self.does():
            counts["scope"] = counts["pool"] + counts["directed"] + sum(counts["out"].values())

    def tell(self) -> None:
        """The acts follow the record."""
        record, select, crew = self.record, self.record["select"], self.record["crew"]
        visits = record["visits"]
        kept = [v for v in visits if not v["reserve"]]
        directed = sum(v["standing"] == "directed" for v in kept)
        frozen = {key: select[key] for key in ("plan", "frame", "lottery", "cells_root")}
        self._tell("freeze", None, **frozen, counts=select["counts"], bearing=select["bearing"])
        self._tell("commitment", "select", **frozen, **self._committed("select"))
        self._tell("seed", "select", **self._seeded("select"))
        numbers = {"drawn": len(kept) - directed, "directed": directed}
        more = {"outcome": select["outcome"], "reserves": len(visits) - len(kept)}
        cells = maker.digest(select["cells"] or [])
        self._tell("draw", None, **numbers, **more, cells=cells)
        self._tell("draw", None, visits=maker.digest(maker.visits_document(record)))
        if crew is not None:
            documents = {key: crew[key] for key in ("visits", "roster", "bearing")}
            self._tell("commitment", "crew", **documents, **self._committed("crew"))
            self._tell("seed", "crew", **self._seeded("crew"))
            crews = [[visit["entity_id"], visit["inspectors"]] for visit in self.dealt()]
            self._tell("crews", None, crews=maker.digest(crews), dealt=len(crews))
        gone = [act for act in self.own if act.get("act") == "withdrawal"]
        for one, act in zip(record["withdrawals"], gone, strict=False):
            if self.does():
                act.update({key: one[key] for key in ("entity_id", "result", "at", "reserve")})
                act["evidence"] = maker.sha(one["evidence"])
        told = {"results": maker.digest(record["results"]), "number": len(record["results"])}
        for act in [act for act in self.own if act.get("act") == "results"][-1:]:
            act.update(told)
        if record["abandoned"] is not None:
            self._tell("abandonment", None, **record["abandoned"])

    def _committed(self, name: str) -> Json:
        part = self.record[name]
        parts = self.record["plan"]["seeds"][name]
        return {"commitment": part["commitment"], "at": part["committed_at"], "parts": parts}

    def _seeded(self, name: str) -> Json:
        part = self.record[name]
        told = {key: part[key] for key in ("seed", "parts", "key")}
        names = part["witnesses"]
        return {
            **told,
            "at": part["seeded_at"],
            "witnesses": maker.digest(names),
            "witnessed": len(names),
        }

    def _tell(self, kind: str, round_: str | None, **members: Any) -> None:
        act = self.act(kind, round_)
        if act is not None and self.does():
            act.update(members)

    def follow(self) -> None:
        """Codes of visits follow from results and withdrawals; publications name what they did."""
        plan = self.record["plan"]
        items = {*plan["items"], *(item for one in plan["department"] for item in one["items"])}
        gone = {one["entity_id"]: one["result"] for one in self.record["withdrawals"]}
        grave = ("8", "C", "A", "D", "B", "6", "E", "F", "7", "12", "11", "10", "9")
        for visit in self.record["visits"]:
            rows = [r for r in self.record["results"] if r["entity_id"] == visit["entity_id"]]
            found = {row["item_id"]: row["result"] for row in rows}
            whole = "1" if (items or {""}) <= found.keys() else "0"
            worst = next((code for code in grave if code in found.values()), whole)
            if self.does():
                visit["result"] = gone.get(visit["entity_id"]) or worst
        published = [act["sums"] for act in self.own if act.get("act") == "publication"]
        if self.does():
            self.record["previous"] = published[-1] if published else None
        if self.chance.random() < 0.5:
            self.acts.sort(key=lambda act: act["at"])
        if "crews.json" in self.files:
            crews = [[visit["entity_id"], visit["inspectors"]] for visit in self.dealt()]
            self.write("crews.json", {**self.document("crews.json"), "crews": crews})


def register_digest(lines: bytes) -> str:
    """The digest of a register of entities as the ledger names it, whatever its rows are."""
    head, *rows = (json.loads(line) for line in lines.splitlines())
    text = ""
    for place, name in enumerate(head["columns"]):
        values = [str(row[place]).encode("utf-8", "surrogatepass") for row in rows]
        lengths = b"".join(len(value).to_bytes(4, "little") for value in values)
        digests = [hashlib.sha256(data).hexdigest() for data in (lengths, b"".join(values))]
        text += f"{name} {' '.join(digests)}\n"
    return maker.sha(text + "".join(f"{one}\n" for one in head["withheld"]))


def _retold(files: Files, where: str, chance: Random) -> Files:
    workspace = _Bureau(files, where, chance)
    workspace.heed_documents()
    if where in ("frame.parquet", "secret"):
        workspace.heed_frame()
    if "entities.jsonl" in files:
        workspace.heed_registers()
    if where.startswith(("act", "ledger")):
        workspace.heed_ledger()
    workspace.count()
    workspace.commit()
    workspace.count()
    workspace.follow()
    workspace.tell()
    lines = maker.chain(workspace.acts)
    workspace.record["ledger"] = lines[-1]["entry"]
    record = readable(workspace.record).encode("utf-8", "surrogatepass")
    return {**workspace.files, "draw.json": record, "ledger.jsonl": ledger_bytes(lines)}
