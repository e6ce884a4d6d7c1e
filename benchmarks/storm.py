"""A storm of kills and full disks over the commands that write: what of it leaves damage.

    python -m benchmarks.storm [TRIALS] [SEED]  # 2,000, half of them kills: some five minutes

Every trial forks this warm process, carries out one act in a copy of a workspace, and at a chosen
write point kills the child, tells it that the disk is full, or lets no file grow beyond some size,
which the libraries under it meet too. Then visitors must see the old publication or the new, the
workspace must open and its ledger hold, the next act must leave nothing unfinished, and the act
done again must come to what it comes to undisturbed, done once or twice.
"""

from __future__ import annotations

import errno
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from yaohao.planner.verification.site_check import verify
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

from benchmarks.storm_acts import Act, prepare
from benchmarks.storm_outcomes import (
    Outcome,
    difference,
    leftovers,
    outcome,
    seen_by_visitors,
)

_EVENTS = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree")
_REFUSED = 7
_WITHOUT_WORKSPACE = ("init", "key", "plan new", "synth", "cosign", "stamp", "witness", "attest")
"""Acts of which no workspace knows: what a killed one leaves goes when it is done again."""
_HOW = ("killed", "killed", "full", "short")


class Trial:
    """One act, disturbed at one write point, and what came of it."""

    def __init__(self, name: str, source: Path, act: Act, folder: Path) -> None:
        self._name, self._act = name, act
        self.folder = folder
        self.workspace, self.out, self.temporary = (
            folder / name for name in ("bureau", "out", "tmp")
        )
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copytree(source, self.workspace)
        self.out.mkdir()
        self.temporary.mkdir()

    def disturb(self, how: str, point: int) -> tuple[int, int, str]:
        """Carry out the act in a child; its status, the write points it reached, and its fault.

        At `point` (from 1; 0 never) it is killed or, with a ``full`` disk, every write fails from
        there on; with a ``short`` one no file grows beyond so many bytes.
        """
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            os._exit(self._child(how, point, write))
        os.close(write)
        with os.fdopen(read, encoding="utf-8") as told:
            points, _, fault = told.read().partition("\t")
        return os.waitpid(child, 0)[1], int(points or 0), fault

    def _child(self, how: str, point: int, told: int) -> int:
        count, fault = 0, ""

        def reached(*_: Any, writes: bool = False) -> None:
            nonlocal count
            count += 1
            if not point or how == "short" or count < point:
                return
            if how == "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            if writes:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        def write_point(event: str, arguments: tuple[Any, ...]) -> None:
            opens = event == "open" and isinstance(arguments[2], int) and arguments[2] & 3
            if opens or event in _EVENTS:
                reached(writes=bool(opens) or event in ("os.mkdir", "os.rename"))

        fsync = os.fsync

        def flushed(handle: int) -> None:
            reached(writes=True)
            fsync(handle)

        os.fsync = flushed
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        tempfile.tempdir = str(self.temporary)
        try:
            workspace = Workspace(self.workspace)
            workspace._workspace.store.connection.set_trace_callback(reached)
            sys.addaudithook(write_point)
            if how == "short" and point:
                resource.setrlimit(resource.RLIMIT_FSIZE, (point, point))
            self._act(workspace, self.out)
        except PlannerError:
            return _REFUSED
        except BaseException as error:
            fault = f"{type(error).__name__}: {error}"[:300]
            return 3
        finally:
            os.write(told, f"{count}\t{fault}".encode())
        return 0

    def _leftovers(self) -> list[str]:
        """What is unfinished in all places that an act writes to; temporary files are all such."""
        found = leftovers(self.workspace, self.out)
        return found + [f"temporary {path.name}" for path in self.temporary.iterdir()]

    def damage(self) -> tuple[str, Outcome | None]:
        """What is wrong after the disturbance, in a word, or nothing; and what came of it all."""
        try:
            wrong = self._next_and_again()
        except Exception as error:
            return repr(error), None
        if wrong:
            return wrong, None
        with Workspace(self.workspace) as workspace:
            return "", outcome(workspace, self.out)

    def _next_and_again(self) -> str:
        """Look at what is left, do the next act, and do the disturbed one again."""
        seen = seen_by_visitors(self.workspace, self.out)
        if seen:
            return seen
        try:
            workspace = Workspace(self.workspace)
            workspace.verify_ledger()
        except Exception as error:
            return f"does not open: {error}"
        try:
            workspace.import_files("items", [self.folder.parent / "items.csv"])
        except Exception as error:
            return f"no next act: {error!r}"
        if not self._name.startswith(_WITHOUT_WORKSPACE):
            left = self._leftovers()
            if left:
                return f"left over after the next act: {left[0]}"
        try:
            self._act(workspace, self.out)
        except PlannerError:
            pass  # it was done: then the outcome is that of once
        except Exception as error:
            return f"cannot be done again: {error!r}"
        workspace.close()
        left = self._leftovers()
        if left:
            return f"left over: {left[0]}"
        for folder in (self.workspace, self.out):
            for name in ("public", "www", "audit"):
                bad = [one.name for one in self._verified(folder / name) if one.ok is False]
                if bad:
                    return f"{name} does not verify: {bad[0]}"
        return ""

    def _verified(self, place: Path) -> list[Any]:
        return verify(place) if place.is_dir() else []


class Undisturbed:
    """What an act reaches and comes to when nothing disturbs it: a measure for its trials."""

    def __init__(self, make: Callable[[], Trial]) -> None:
        self._make = make
        trial = make()
        before = _sizes(trial.folder)
        status, self.points, fault = trial.disturb("killed", 0)
        after = _sizes(trial.folder)
        changed = [size for path, size in after.items() if before.get(path) != size]
        self.largest = max(changed, default=1)
        self.wrong = f"undisturbed it ended with {status}: {fault}" if status else ""
        self.points = self.points or 1
        self._outcomes: list[Outcome] = []

    def difference(self, found: Outcome) -> str:
        """How an outcome differs from that of the act done once, and of the act done twice."""
        for twice in (False, True):
            if len(self._outcomes) <= twice:
                trial = self._make()
                if twice:
                    trial.disturb("killed", 0)
                wrong, outcome_ = trial.damage()
                if wrong or outcome_ is None:
                    return f"undisturbed: {wrong}"
                self._outcomes.append(outcome_)
            if found == self._outcomes[-1]:
                return ""
        return difference(found, self._outcomes)


def _sizes(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}


def storm(
    all_acts: Mapping[str, tuple[Path, Act]], trials: int, seed: int, folder: Path
) -> tuple[Counter[str], list[str]]:
    """So many trials over all acts in turn; counts by what was done, and every damage."""
    chance = random.Random(seed)
    counts: Counter[str] = Counter()
    damaged: list[str] = []
    measures: dict[str, Undisturbed] = {}
    names = list(all_acts)
    for number in range(trials):
        name = names[number % len(names)]
        source, act = all_acts[name]

        def make(name: str = name, source: Path = source, act: Act = act) -> Trial:
            return Trial(name, source, act, folder / "t")

        if name not in measures:
            measures[name] = Undisturbed(make)
            if measures[name].wrong:
                damaged.append(f"{name}: {measures[name].wrong}")
        measure = measures[name]
        how = _HOW[(number // len(names) + number) % len(_HOW)]
        most = measure.largest if how == "short" else measure.points
        point = chance.randint(1, most)
        trial = make()
        status, _, fault = trial.disturb(how, point)
        counts[how if status else f"{how}, ended before"] += 1
        if how != "killed" and status not in (0, _REFUSED << 8):
            damaged.append(f"{name}, {how} at {point}: not told plainly: {fault}")
        wrong, found = trial.damage()
        if found is not None:
            wrong = measure.difference(found)
        if wrong:
            damaged.append(f"{name}, {how} at {point} of {most}: {wrong}")
    return counts, damaged


def main(arguments: list[str]) -> int:
    """Run the storm and print what it did; the status to exit with."""
    trials = int(arguments[0]) if arguments else 2000
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
