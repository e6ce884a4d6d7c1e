"""A storm of kills and full disks over the commands that write: what of it leaves damage.

    python -m benchmarks.storm [KILLS] [SEED]

Every trial forks this warm process, carries out one act in a copy of a workspace, and at a chosen
write point kills the child or tells it that the disk is full. Then the workspace must open, its
ledger must hold, the act must be done again or say that it is done, nothing unfinished may be left
after the next act, and what was published must verify.
"""

from __future__ import annotations

import errno
import io
import os
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from yaohao.planner.verification.site_check import verify
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

Act = Callable[[Workspace, Path], Any]
SEED = "3 1 4 1 5 9 2 6 5 3 5 8 9 7 9 3 2 3 8 4"
CREW_SEED = "2 7 1 8 2 8 1 8 2 8 4 5 9 0 4 5 2 3 5 3"
ENTITY = "xE0003"
_EVENTS = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree")
_REFUSED = 7


def acts(files: Path, states: Mapping[str, Path]) -> dict[str, tuple[Path, Act]]:
    """The acts by name, each with the workspace in whose state it is carried out.

    `files` has tables to import, and `states` workspaces by the stage of their draw ``q1``.
    """
    drawn, dealt = states["drawn"], states["dealt"]

    def command(*words: str) -> Act:
        """An act of the command line alone; OUT and PLAN stand for where it writes."""

        def act(workspace: Workspace, out: Path) -> None:
            places = {"OUT": str(out), "PLAN": str(workspace.folder / "plans" / "thin.toml")}
            run([places.get(word, word.replace("OUT/", f"{out}/")) for word in words], workspace)

        return act

    def first(workspace: Workspace) -> str:
        return str(workspace.show("q1")["visits"][0]["entity_id"])

    found: dict[str, tuple[Path, Act]] = {
        f"import {name}": (dealt, lambda b, _, n=name: b.import_files(n, [files / f"{n}.csv"]))
        for name in ("entities", "inspectors", "items", "leads", "lists")
    }
    return found | {
        "freeze": (states["imported"], lambda b, _: b.freeze(b.folder / "plans" / "q1.toml")),
        "draw": (states["committed"], lambda b, _: b.draw("q1", SEED, "dice")),
        "staff": (drawn, lambda b, _: b.staff("q1")),
        "deal": (states["staffed"], lambda b, _: b.deal("q1", CREW_SEED, "dice")),
        "recuse": (drawn, lambda b, _: b.recuse("@i01", ENTITY)),
        "withdraw": (dealt, lambda b, _: b.withdraw("q1", first(b), "9", "gone")),
        "abandon": (drawn, lambda b, _: b.abandon("q1", "no")),
        "results": (dealt, lambda b, _: b.import_results("q1", [files / "results.csv"])),
        "publish": (dealt, lambda b, out: b.publish("q1", out / "public", ["xlsx"])),
        "site": (dealt, lambda b, out: b.publish("q1", out / "www", site=True)),
        "audit": (dealt, lambda b, out: b.audit("q1", out / "audit")),
        "proofs": (dealt, lambda b, out: b.proofs("q1", out / "proofs")),
        "notices": (dealt, lambda b, out: b.notices("q1", out / "notices")),
        "export": (dealt, lambda b, out: b.export_set_aside("entities", out / "aside.csv")),
        "commitment": (dealt, lambda b, out: b.save_code("q1", "", out / "code.svg")),
        "absent": (drawn, lambda b, _: b.note_absence("@i01", "2027-03-01", "2027-03-02")),
        "key": (dealt, command("key", "new", "OUT/key.pem")),
        "plan new": (dealt, command("plan", "new", "OUT/plan.toml")),
        "plan mend": (states["imported"], command("plan", "mend", "PLAN", "--take", "1")),
        "slip": (dealt, command("proof", "q1", ENTITY, "--slip", "OUT/slip.html")),
        "synth": (dealt, command("synth", "OUT/synth", "--entities", "60")),
    }


def run(words: Sequence[str], workspace: Workspace) -> None:
    """Carry out a command in this process; PlannerError where it ends with 2, as its errors do."""
    from yaohao.scripts.cli import cli

    os.environ.update(YAOHAO_PASSPHRASE="correct horse battery", YAOHAO_LANG="en")
    own = [] if words[0] == "synth" else ["--workspace", str(workspace.folder)]
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        try:
            cli.main([*words, *own])
        except SystemExit as end:
            if end.code == 2:
                raise PlannerError from None
            if end.code:
                raise RuntimeError(f"ended with {end.code}") from None


class Trial:
    """One act, disturbed at one write point, and what came of it."""

    def __init__(self, source: Path, act: Act, folder: Path) -> None:
        self._act = act
        self.folder = folder
        self.workspace, self.out = folder / "bureau", folder / "out"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copytree(source, self.workspace)
        self.out.mkdir()

    def disturb(self, point: int, *, full: bool = False) -> tuple[int, int]:
        """Carry out the act in a child; its status, and how many write points it reached.

        At `point` (from 1; 0 never) it is killed or, with `full`, every write fails from there on.
        """
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            os._exit(self._child(point, full, write))
        os.close(write)
        with os.fdopen(read, "rb") as told:
            points = int(told.read() or b"0")
        return os.waitpid(child, 0)[1], points

    def _child(self, point: int, full: bool, told: int) -> int:
        count = 0

        def reached(*_: Any) -> None:
            nonlocal count
            count += 1
            if not point or count < point:
                return
            if not full:
                os.kill(os.getpid(), signal.SIGKILL)

        def write_point(event: str, arguments: tuple[Any, ...]) -> None:
            opens = event == "open" and isinstance(arguments[2], int) and arguments[2] & 3
            if opens or event in _EVENTS:
                reached()
                if full and point and count >= point and (opens or event == "os.mkdir"):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        fsync = os.fsync

        def flushed(handle: int) -> None:
            reached()
            if full and point and count >= point:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            fsync(handle)

        os.fsync = flushed
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        try:
            workspace = Workspace(self.workspace)
            workspace._workspace.store.connection.set_trace_callback(reached)
            sys.addaudithook(write_point)
            self._act(workspace, self.out)
        except PlannerError:
            return _REFUSED
        except BaseException:
            return 3
        finally:
            os.write(told, str(count).encode())
        return 0

    def damage(self) -> str:
        """What is wrong afterwards, in a word; empty where nothing is."""
        try:
            workspace = Workspace(self.workspace)
            workspace.verify_ledger()
        except Exception as error:
            return f"does not open: {error}"
        try:
            self._act(workspace, self.out)
        except PlannerError:
            pass  # it was done
        except Exception as error:
            return f"cannot be done again: {error!r}"
        try:
            workspace.import_files("items", [self.folder.parent / "items.csv"])
        except Exception as error:
            return f"no next act: {error!r}"
        finally:
            workspace.close()
        left = list(self.folder.rglob(".yaohao-new-*"))
        if left:
            return f"left over: {left[0].relative_to(self.folder)}"
        for name in ("public", "www", "audit"):
            if (self.out / name).is_dir():
                bad = [one.name for one in verify(self.out / name) if one.ok is False]
                if bad:
                    return f"{name} does not verify: {bad[0]}"
        return ""


def storm(
    all_acts: Mapping[str, tuple[Path, Act]], trials: int, seed: int, folder: Path
) -> tuple[Counter[str], list[str]]:
    """So many trials over all acts in turn; counts by what was done, and every damage."""
    chance = random.Random(seed)
    counts: Counter[str] = Counter()
    damaged: list[str] = []
    points: dict[str, int] = {}
    names = list(all_acts)
    for number in range(trials):
        name = names[number % len(names)]
        source, act = all_acts[name]
        if name not in points:
            status, points[name] = Trial(source, act, folder / "t").disturb(0)
            if status or not points[name]:
                damaged.append(f"{name}: undisturbed it ended with {status}")
                points[name] = 1
        full = number // len(names) % 4 == 3
        point = chance.randint(1, points[name])
        trial = Trial(source, act, folder / "t")
        status, _ = trial.disturb(point, full=full)
        how = "full" if full else "killed"
        counts[how if status else f"{how}, ended before"] += 1
        if full and status == 3 << 8:
            damaged.append(f"{name}, full at {point}: not told plainly")
        found = trial.damage()
        if found:
            damaged.append(f"{name}, {how} at {point} of {points[name]}: {found}")
    return counts, damaged


def prepare(folder: Path) -> dict[str, tuple[Path, Act]]:
    """Make the workspaces and tables of a storm below a folder."""
    from helpers.workspace_maker import Shape, make

    made = folder / "made"
    made.mkdir(parents=True)
    workspace = make(made, Shape(abandoned=False)).workspace
    visits = [visit["entity_id"] for visit in workspace.show("q1")["visits"]]
    states = {"dealt": workspace.folder}
    for stage in ("imported", "committed", "drawn", "staffed"):
        states[stage] = folder / f"at-{stage}"
        one = Workspace.create(states[stage], "free")
        for name, file in (("entities", "e"), ("inspectors", "i"), ("items", "t"), ("leads", "l")):
            one.import_files(name, [made / f"{file}.csv"])
        plan = states[stage] / "plans" / "q1.toml"
        shutil.copyfile(workspace.folder / "plans" / "q1.toml", plan)
        thin = plan.read_text(encoding="utf-8").replace('id = "q1"', 'id = "thin"')
        thin += '\n[[quota]]\nwhere = { age = "new" }\nmin = 100000\n'
        (states[stage] / "plans" / "thin.toml").write_text(thin, encoding="utf-8")
        if stage != "imported":
            one.freeze(plan)
        if stage in ("drawn", "staffed"):
            one.draw("q1", SEED, "dice")
        if stage == "staffed":
            one.staff("q1")
        one.close()
    for name, file in (("entities", "e"), ("inspectors", "i"), ("items", "t"), ("leads", "l")):
        shutil.copyfile(made / f"{file}.csv", folder / f"{name}.csv")
    entry = "entry_id,item_id,content,measure,trigger\nL-1,REG-01,something,a call,complaint\n"
    (folder / "lists.csv").write_text(entry, encoding="utf-8")
    (folder / "results.csv").write_text(f"entity_id,result\n{visits[0]},1\n", encoding="utf-8")
    return acts(folder, states)


def main(arguments: list[str]) -> int:
    """Run the storm and print what it did; the status to exit with."""
    trials = int(arguments[0]) if arguments else 1000
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        counts, damaged = storm(prepare(folder), trials, seed, folder)
    for what, number in sorted(counts.items()):
        print(f"{what}\t{number}")
    print(f"damaged\t{len(damaged)}")
    for line in damaged:
        print(f"  {line}")
    return int(bool(damaged))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
