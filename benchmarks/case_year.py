"""A year of a bureau whose clerk clears the list every working day, killed at random moments.

    python -m benchmarks.case_year [ENTITIES] [KILLS] [SEED] [UNTIL]    # 20,000 200 7 2027-12-31

What happens (penalties, objections, requests for repair, suspensions, annual reports) follows from
the seed and the day alone, whatever was killed. Every day's work is a process of its own; on some
days it is killed at a random moment and begun again. Goals: no hard due that is the bureau's is
missed; every hard due that ran out stood in the list before; whatever was told as done is there
after each kill, and at the end everything that came is there once.
"""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

FIRST = date(2027, 1, 4)
PERSONS = ("clerk", "reviewer", "head")
AT_ONCE = 20_000


class Answer(NamedTuple):
    """What the clerk does in a state, or has the second person do."""

    step: str
    documents: tuple[str, ...] = ()
    facts: Mapping[str, Any] = {}
    decides: bool = False
    letter: str = ""


CHECKED = {"duty_done": True, "harm_removed": True, "second_penalty": False, "on_list": False}
ANSWERS = {
    ("penalty", "decided"): Answer("serve", ("decision", "repair_notice", "receipt")),
    ("penalty", "served"): Answer("show", ("summary",)),
    ("penalty", "shown"): Answer("class", (), {"class": "general", "special": False}, decides=True),
    ("abnormal", "verified"): Answer("propose", ("approval",)),
    ("abnormal", "proposed"): Answer("list", ("decision",), decides=True, letter="auto"),
    ("abnormal", "mended"): Answer("check", ("evidence",)),
    ("abnormal", "checked"): Answer("remove", ("removal",), decides=True, letter="auto"),
    ("objection", "received"): Answer("accept", ("receipt",)),
    ("objection", "accepted"): Answer("check", ("check",)),
    ("objection", "checked"): Answer("reject", ("answer",), decides=True, letter="auto"),
    ("repair", "applied"): Answer("accept", ("acceptance",)),
    ("repair", "accepted"): Answer("check", ("check",), CHECKED),
    ("repair", "checked"): Answer("grant", ("decision",), decides=True),
    ("repair", "granted"): Answer("unshow"),
}
OPENED = ("penalty", "objection", "repair", "suspension")


class World:
    """What firms do and what comes to the bureau, by the day; always the same for a seed."""

    def __init__(self, entities: int, seed: int) -> None:
        self.entities, self.seed = entities, seed
        self.names = [f"firm-{n:06d}" for n in range(entities)]
        chance = random.Random(seed)
        # When each firm files its annual report: most in time, in weeks that crowd before 30 June.
        self.filed: dict[date, list[str]] = {}
        for name in self.names:
            late = chance.random() < 0.06
            day = 185 + chance.randrange(120) if late else int(180 * chance.random() ** 0.4)
            weekday = date(2027, 1, 1) + timedelta(day)
            self.filed.setdefault(weekday, []).append(name)

    def openings(self, day: date) -> Iterator[tuple[str, str, dict[str, Any], str]]:
        """Kind, subject, facts and source of the cases that a day brings."""
        chance = random.Random(f"{self.seed}|{day}")
        rate = self.entities / 20_000
        told = day.isoformat()
        for kind, mean in (("penalty", 6), ("objection", 1.2), ("repair", 2), ("suspension", 1)):
            for n in range(_number(chance, mean * rate)):
                subject = chance.choice(self.names)
                yield (
                    kind,
                    subject,
                    _facts(kind, told, f"{told}-{n}", chance),
                    "person" if (kind != "suspension") else "import",
                )

    def filings(self, first: date, last: date) -> list[tuple[str, str]]:
        """Who filed from one day to another, with the day."""
        days = sorted(day for day in self.filed if first <= day <= last)
        return [(name, day.isoformat()) for day in days for name in self.filed[day]]


def digests(names: Iterable[str]) -> dict[str, str]:
    """A digest of its own for each document."""
    return {name: sha256(name.encode()).hexdigest() for name in names}


def _number(chance: random.Random, mean: float) -> int:
    return int(mean) + (chance.random() < mean % 1)


def _facts(kind: str, day: str, number: str, chance: random.Random) -> dict[str, Any]:
    ends = (date.fromisoformat(day) + timedelta(90 + chance.randrange(200))).isoformat()
    return {
        "penalty": {"decided_on": day, "bare": False, "decision_number": number},
        "objection": {"sort": "objection", "text": number, "received_on": day},
        "repair": {"record": "general", "may_from": day},
        "suspension": {"filed_on": day, "ends_on": ends},
    }[kind]


class Desk:
    """A day's work at a workspace; `done` is told after every act that changed something."""

    def __init__(self, workspace: Any, world: World, done: Callable[[str], None]) -> None:
        self.cases, self.world, self.done = workspace.cases, world, done
        self.folder = workspace.folder.parent

    def day(self, day: date, *, is_working: bool, since: date) -> None:
        """What comes on a day, what firms do, and the list cleared where people work."""
        for kind, subject, facts, source in self.world.openings(day):
            role = "import" if source == "import" else "clerk"
            told = self.cases.open(kind, subject, facts=facts, actor="Li", source=source, role=role)
            self.done(f"open {kind} {subject} {json.dumps(facts, sort_keys=True)}")
            if kind == "repair" and told["cases"]:
                papers = digests(("application", "promise", "proof"))
                self.step([told["cases"][0]["id"]], "apply", role="entity", documents=papers)
        self.cases.clock()
        if not is_working:
            return
        self._filed(since, day)
        self._firms(day)
        for _ in range(6):
            if not self._clear(day):
                break

    def step(self, ids: list[str], step: str, **how: Any) -> int:
        told = self.cases.step(ids, step, only_possible=len(ids) > 1, **{"actor": "Li", **how})
        if told["number"]:
            self.done(f"step {step} {told['cases'][0]['id']}")
        return int(told["number"])

    def _filed(self, since: date, day: date) -> None:
        """The list of who has filed, once a week and around the deadline."""
        near = date(2027, 6, 28) <= day <= date(2027, 7, 2)
        if day.weekday() != 0 and not near:
            return
        rows = self.world.filings(date(2027, 1, 1), day)
        file = self.folder / "filed.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("entity_id", "filed_on"), *rows])
        if rows:
            self.cases.import_filings([file], year=2027)
            self.done(f"filed {len(rows)}")

    def _firms(self, day: date) -> None:
        """What firms do by themselves: mend what they were listed for, show that they trade."""
        chance = random.Random(f"firms|{self.world.seed}|{day}")
        for one in self._listed(kind="abnormal", state="listed"):
            if one["entered_on"] < day.isoformat() and chance.random() < 0.04:
                self.step([one["id"]], "mend", role="entity", facts={"mend": "reported"})
        for one in self._listed(kind="suspension", state="expired"):
            if chance.random() < 0.3:
                self.step([one["id"]], "show", role="entity")

    def _listed(self, **wanted: Any) -> list[dict[str, Any]]:
        number = self.cases.list(**wanted, standing="open", limit=1)["number"]
        return list(self.cases.list(**wanted, standing="open", limit=max(1, number))["cases"])

    def _clear(self, day: date) -> int:
        """Do what the list asks for; how many cases were stepped."""
        stepped = 0
        for line in self.cases.today()["lines"]:
            if line["band"] == "law" and line["due"] == "listing" and line["kind"] != "abnormal":
                stepped += self._list_late(line, day)
            elif line["band"] in ("law", "decision") or line["due"] == "class":
                stepped += self._answer(line)
            elif line["due"].startswith("remind") and line["cases"]:
                stepped += self.step([line["cases"][0]], "remind") if not line["late"] else 0
        return stepped

    def _answer(self, line: Mapping[str, Any]) -> int:
        wanted = {"kind": line["kind"]}
        wanted |= (
            {"due": line["due"], "due_on": line["day"]} if line["due"] else {"waits": line["who"]}
        )
        groups: dict[tuple[str, str, str], list[str]] = {}
        for one in self._listed(**wanted):
            groups.setdefault((one["kind"], one["version"], one["state"]), []).append(one["id"])
        stepped = 0
        for (kind, _, state), ids in groups.items():
            answer = ANSWERS.get((kind, state))
            if answer is not None:
                who = {"role": "reviewer", "actor": "Wang"} if answer.decides else {}
                stepped += self.step(
                    ids, answer.step, documents=digests(answer.documents),
                    facts=answer.facts, letter=answer.letter, **who,
                )  # fmt: skip
        return stepped

    def _list_late(self, line: Mapping[str, Any], day: date) -> int:
        """Pass who has not filed on for listing: a case of each, then the batch is done."""
        batch = line["cases"][0]
        late = [one["entity_id"] for one in self.cases.members(batch)]
        facts = {"ground": "late-report", "year": 2027, "verified_on": day.isoformat()}
        openings = [(name, facts) for name in late]
        told = self.cases.open_many(
            "abnormal", openings, role="clerk", actor="Li", source="case", cause=batch
        )
        self.done(f"listed {len(late)}")
        return self.step([batch], "list") + int(told["number"])


def make(folder: Path, world: World) -> Path:
    """A bureau with the register of the world."""
    from yaohao.planner.workspace import Workspace

    file = folder / "entities.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["entity_id", "name", "region", "established_on", "status"])
        for n, name in enumerate(world.names):
            writer.writerow([name, f"Firm {n}", f"r{n % 9}", "2015-01-01", "active"])
    with Workspace.create(folder / "bureau", "free") as workspace:
        workspace.import_files("entities", [file])
        workspace.change_setting("letter_mark", "通市监")
    return folder / "bureau"


class Killed(NamedTuple):
    """What came of a day's process: whether it was killed, and what it had told as done."""

    was_killed: bool
    told: list[str]


def work(
    bureau: Path, world: World, day: date, since: date, *, is_working: bool, after: float = 0.0
) -> Killed:
    """Carry a day's work out in a process of its own, killed `after` seconds; 0 for never."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        try:
            from yaohao.planner.workspace import Workspace

            def done(text: str) -> None:
                os.write(writing, f"{text}\n".encode())

            with Workspace(bureau) as workspace:
                Desk(workspace, world, done).day(day, is_working=is_working, since=since)
            os._exit(0)
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
    os.close(writing)
    if after:
        time.sleep(after)
        if os.waitpid(child, os.WNOHANG)[0]:
            child = 0
        else:
            os.kill(child, signal.SIGKILL)
    text = b""
    while part := os.read(reading, 65536):
        text += part
    os.close(reading)
    status = os.waitpid(child, 0)[1] if child else 0
    was_killed = os.WIFSIGNALED(status)
    if not was_killed and os.waitstatus_to_exitcode(status):
        raise AssertionError(f"the work of {day} failed")
    return Killed(was_killed, text.decode().splitlines())


class Seen:
    """What the list showed before its day, and what is there of what was told as done."""

    def __init__(self, bureau: Path) -> None:
        self.bureau = bureau
        self.steps: Counter[str] = Counter()
        self.shown: set[tuple[str, str, str]] = set()

    def look(self, told: list[str], day: date) -> list[str]:
        """Look at the workspace after a kill or a day; what is lost of what was told."""
        from yaohao.planner.workspace import Workspace

        lost = []
        with Workspace(self.bureau) as workspace:
            cases = workspace.cases
            for line in cases.today()["lines"]:
                if line["hard"] and not line["late"]:
                    self.shown.add((line["kind"], line["due"], str(line["day"])))
            for text in told:
                words = text.split(" ", 3)
                if words[0] == "step":
                    events = cases.show(words[2])["events"]
                    if all(one["step"] != words[1] for one in events if one["event"] != "some"):
                        lost.append(text)
                elif words[0] == "open":
                    facts = json.loads(words[3])
                    kind, subject = words[1:3]
                    rows = cases.list(kind=kind, entity=subject, limit=1000)["cases"]
                    known = [
                        {fact["name"]: fact["value"] for fact in cases.show(row["id"])["facts"]}
                        for row in rows
                    ]
                    if sum(all(one.get(k) == v for k, v in facts.items()) for one in known) != 1:
                        lost.append(text)
        return [f"{day}: {one}" for one in lost]


def run(
    folder: Path, entities: int, kills: int, seed: int, until: date = date(2027, 12, 31)
) -> dict[str, Any]:
    """Live the year; what was missed, lost and unseen, and how much there was of it."""
    from yaohao.planner.storage.case_desk import CaseDesk
    from yaohao.planner.workspace import Workspace

    world, chance = World(entities, seed), random.Random(f"kills|{seed}")
    os.environ["YAOHAO_TODAY"] = FIRST.isoformat()
    bureau = make(folder, world)
    with Workspace(bureau) as workspace:
        counting = CaseDesk(workspace._workspace).counting
    days = [FIRST + timedelta(n) for n in range((until - FIRST).days + 1)]
    wanted = Counter(chance.choices(days, k=kills))
    seen, lost, killed, pace = Seen(bureau), list[str](), 0, 0.3
    since = FIRST
    for day in days:
        os.environ["YAOHAO_TODAY"] = day.isoformat()
        is_working = counting.day(day).working
        tried = 0
        while wanted[day] > 0 and tried < 20:
            tried += 1
            after = 0.005 + chance.random() * pace
            came = work(bureau, world, day, since, is_working=is_working, after=after)
            lost += seen.look(came.told, day)
            if came.was_killed:
                wanted[day] -= 1
                killed += 1
            else:
                pace = max(0.02, pace / 2)
        if wanted[day] > 0 and day < days[-1]:  # it was too quick: another day
            wanted[day + timedelta(1)] += wanted[day]
        start = time.perf_counter()
        came = work(bureau, world, day, since, is_working=is_working)
        pace = max(0.02, 0.7 * pace + 0.3 * (time.perf_counter() - start))
        lost += seen.look(came.told[:: max(1, len(came.told) // 20)], day)
        since = day if is_working else since
    return {**_summary(bureau, world, days, seen), "lost": lost, "killed": killed}


def _summary(bureau: Path, world: World, days: list[date], seen: Seen) -> dict[str, Any]:
    """What is there at the end, held against everything that came."""
    from yaohao.planner.storage.case_check import rebuilt
    from yaohao.planner.storage.case_desk import CaseDesk
    from yaohao.planner.workspace import Workspace

    missed, unseen, steps = [], [], 0
    there: Counter[tuple[str, str, str]] = Counter()
    with Workspace(bureau) as workspace:
        desk = CaseDesk(workspace._workspace)
        numbers = desk.store.case_numbers()
        for start in range(0, len(numbers), AT_ONCE):
            for one in desk.load_all(numbers[start : start + AT_ONCE]).values():
                steps += sum(event["event"] == "step" for event in one.case.events)
                if one.case.kind in OPENED:
                    facts = {name: one.case.facts[name] for name in _named(one.case.kind)}
                    key = (one.case.kind, one.case.subject, json.dumps(facts, sort_keys=True))
                    there[key] += 1
                for event in one.case.events:
                    rule = one.kind.dues.get(event["step"]) if event["event"] == "late" else None
                    if rule is None or not rule.hard:
                        continue
                    told = f"{one.case.id} {rule.name} {event['day']}"
                    state = one.kind.states[rule.states[0]]
                    if (rule.who or state.waits) in PERSONS:
                        missed.append(told)
                    if not any(k == one.kind.id and n == rule.name for k, n, _ in seen.shown):
                        unseen.append(told)
        came = Counter(
            (kind, subject, json.dumps({n: facts[n] for n in _named(kind)}, sort_keys=True))
            for day in days
            for kind, subject, facts, _ in world.openings(day)
        )
        # A firm may ask for the same twice on a day; a case of it stands once.
        gone = [one for one in came if there[one] != 1]
        damage = [*rebuilt(desk), *([] if workspace.verify_ledger() else ["ledger"])]
        counts = workspace.cases.counts()
    return {
        "missed": missed,
        "unseen": unseen,
        "gone": gone,
        "damage": damage,
        "cases": len(numbers),
        "steps": steps,
        "counts": counts,
    }


def _named(kind: str) -> tuple[str, ...]:
    """The facts by which a case that came is known again."""
    return {
        "penalty": ("decision_number",),
        "objection": ("text",),
        "repair": ("may_from",),
        "suspension": ("filed_on",),
    }[kind]


def main(entities: int = 20_000, kills: int = 200, seed: int = 7, until: str = "2027-12-31") -> int:
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        told = run(Path(folder), entities, kills, seed, date.fromisoformat(until))
    minutes = (time.perf_counter() - start) / 60
    print(f"{entities:,} entities to {until}, {told['killed']} kills, {minutes:.0f} minutes")
    print(f"  {told['cases']:,} cases, {told['steps']:,} steps")
    for one in told["counts"]:
        print(f"    {one['kind']:<14} {one['state']:<14} {one['cases']:>7,}")
    for name in ("missed", "unseen", "lost", "gone", "damage"):
        print(f"  {name}: {len(told[name])} {told[name][:3] or ''}")
    return int(any(told[name] for name in ("missed", "unseen", "lost", "gone", "damage")))


if __name__ == "__main__":
    texts = sys.argv[1:]
    sys.exit(main(*map(int, texts[:3]), *texts[3:4]))
