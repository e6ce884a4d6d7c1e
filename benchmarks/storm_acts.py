"""The acts that a storm disturbs: every command that writes, with workspaces to carry it out in."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from yaohao.planner.storage import import_knowledge
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.workspace import Workspace

Act = Callable[[Workspace, Path], Any]
SEED = "3 1 4 1 5 9 2 6 5 3 5 8 9 7 9 3 2 3 8 4"
CREW_SEED = "2 7 1 8 2 8 1 8 2 8 4 5 9 0 4 5 2 3 5 3"
TRIAL_SEED = "6 0 2 2 1 4 0 7 6 4 1 2 9 9 3 8 5 5 1 7"
TRIAL = """\
id = "letters"
title = "Letter or message"
outcome = "on_time"
rate = 0.5
worthwhile = 0.5
strata = ["tier"]
seed = "20 dice"
redraws = 200
[[arm]]
name = "letter"
[[arm]]
name = "message"
"""
ENTITY = "xE0003"
# Plans are of the first months of 2027, and what is imported of later days too.
os.environ["YAOHAO_TODAY"] = "2027-01-05"
import_knowledge.TODAY = "YAOHAO_TODAY_OF_IMPORTS"
os.environ[import_knowledge.TODAY] = "2100-12-31"
PASSPHRASE = "correct horse battery"


def acts(files: Path, states: Mapping[str, Path]) -> dict[str, tuple[Path, Act]]:
    """The acts by name, each with the workspace in whose state it is carried out.

    `files` has tables to import, and `states` workspaces by the stage of their draw ``q1``;
    ``published`` has been written out before: an act replaces what lies in the workspace there.
    """
    drawn, dealt, published = states["drawn"], states["dealt"], states["published"]

    def command(*words: str) -> Act:
        """An act of the command line alone; OUT, KEY and PLAN stand for where it writes."""

        def act(workspace: Workspace, out: Path) -> None:
            key = str(workspace.folder / "bureau.key")
            places = {"PLAN": str(workspace.folder / "plans" / "thin.toml"), "KEY": key}
            places |= {name: str(workspace.folder / name.lower()) for name in ("PUBLIC", "AUDIT")}
            places |= {"NOTARY": str(files / "notary.key"), "REPLY": str(files / "reply.tsr")}
            places["STAGE"] = str(next((workspace.folder / "www").glob("draws/*/01-*"), ""))
            run([places.get(word, word.replace("OUT/", f"{out}/")) for word in words], workspace)

        return act

    def first(workspace: Workspace) -> str:
        return str(workspace.show("q1")["visits"][0]["entity_id"])

    found: dict[str, tuple[Path, Act]] = {
        f"import {name}": (dealt, lambda b, _, n=name: b.import_files(n, [files / f"{n}.csv"]))
        for name in ("entities", "inspectors", "items", "leads", "lists")
    }
    return found | {
        "init": (dealt, lambda _, out: Workspace.create(out / "new", "free").close()),
        "freeze": (
            states["imported"],
            lambda b, _: b.freeze(b.folder / "plans" / "q1.toml"),
        ),
        "draw": (states["committed"], lambda b, _: b.draw("q1", SEED, "dice")),
        "staff": (drawn, lambda b, _: b.staff("q1")),
        "deal": (states["staffed"], lambda b, _: b.deal("q1", CREW_SEED, "dice")),
        "recuse": (drawn, lambda b, _: b.recuse("@i01", ENTITY)),
        "absent": (drawn, lambda b, _: b.note_absence("@i01", "2027-03-01", "2027-03-02")),
        "withdraw": (dealt, lambda b, _: b.withdraw("q1", first(b), "9", "gone")),
        "abandon": (drawn, lambda b, _: b.abandon("q1", "no")),
        "trial commit": (dealt, lambda b, _: b.commit_trial(files / "letters.toml")),
        "trial assign": (
            states["trial-committed"],
            lambda b, _: b.assign_trial("letters", TRIAL_SEED, "dice", ["A"]),
        ),
        "trial analyse": (
            states["trial-assigned"],
            lambda b, _: b.analyse_trial("letters", files / "outcomes.csv"),
        ),
        "trial analyse again": (
            states["trial-analysed"],
            lambda b, _: b.analyse_trial("letters", files / "outcomes.csv"),
        ),
        "inspections": (dealt, lambda b, _: b.import_inspections([files / "inspections.csv"])),
        "undo": (dealt, lambda b, _: b.undo_import("entities")),
        "undo leads": (states["aside"], lambda b, _: b.undo_import("leads")),
        "dismiss": (states["aside"], lambda b, _: b.dismiss("leads", "gone", everything=True)),
        "results": (dealt, lambda b, _: b.import_results("q1", [files / "results.csv"])),
        "publish": (dealt, lambda b, out: b.publish("q1", out / "public", ["xlsx"])),
        "publish again": (published, lambda b, _: b.publish("q1", b.folder / "public")),
        "site": (dealt, lambda b, out: b.publish("q1", out / "www", site=True)),
        "site again": (published, lambda b, _: b.publish("q1", b.folder / "www", site=True)),
        "signed": (published, command("publish", "q1", "--to", "OUT/public", "--sign", "KEY")),
        "cosign": (published, command("cosign", "PUBLIC", "--key", "NOTARY")),
        "cosign stage": (published, command("cosign", "STAGE", "--key", "NOTARY")),
        "witness": (
            published,
            command("witness", "PUBLIC", "--key", "NOTARY", "--state", "OUT/state.json"),
        ),
        "stamp request": (published, command("stamp", "request", "PUBLIC", "--to", "OUT/q.tsq")),
        **(
            {"stamp attach": (published, command("stamp", "attach", "PUBLIC", "REPLY"))}
            if (files / "reply.tsr").exists()  # no openssl here: nobody stamps
            else {}
        ),
        "attest": (published, command("attest", "AUDIT", "--key", "NOTARY", "--to", "OUT/")),
        "carried": (states["cosigned"], lambda b, _: b.publish("q1", b.folder / "public")),
        "audit": (dealt, lambda b, out: b.audit("q1", out / "audit")),
        "audit again": (published, lambda b, _: b.audit("q1", b.folder / "audit")),
        "proofs": (dealt, lambda b, out: b.proofs("q1", out / "proofs")),
        "proofs again": (published, lambda b, _: b.proofs("q1", b.folder / "proofs")),
        "notices": (dealt, lambda b, out: b.notices("q1", out / "notices")),
        "notices again": (published, lambda b, _: b.notices("q1", b.folder / "forms", each=True)),
        "worksheet": (
            dealt,
            lambda b, out: b.write_worksheet("q1", out / "w.xlsx", overwrite=True),
        ),
        "backup": (published, lambda b, out: b.backup(out / "b.zip", overwrite=True)),
        "setting": (dealt, lambda b, _: b.change_setting("inspectors", "masked")),
        "export": (dealt, lambda b, out: b.export_set_aside("entities", out / "aside.csv")),
        "commitment": (dealt, lambda b, out: b.save_code("q1", "", out / "code.svg")),
        "slip": (dealt, command("proof", "q1", ENTITY, "--slip", "OUT/slip.html")),
        "proof": (dealt, command("proof", "q1", ENTITY, "--to", "OUT/proof.json")),
        "key new": (dealt, command("key", "new", "OUT/key.pem")),
        "key change": (published, command("key", "change", "KEY")),
        "plan new": (dealt, command("plan", "new", "OUT/plan.toml")),
        "plan mend": (states["imported"], command("plan", "mend", "PLAN", "--take", "1")),
        **{
            f"synth {form}": (
                dealt,
                command("synth", "OUT/synth", "--entities", "60", "--format", form),
            )
            for form in ("csv", "jsonl", "xlsx", "parquet")
        },
    }


def run(words: Sequence[str], workspace: Workspace) -> None:
    """Carry out a command in this process; PlannerError where it ends with 2, as its errors do."""
    from yaohao.scripts.cli import cli
    from yaohao.scripts.passphrases import NEW_VARIABLE

    os.environ.update({"YAOHAO_PASSPHRASE": PASSPHRASE, NEW_VARIABLE: PASSPHRASE})
    os.environ["YAOHAO_LANG"] = "en"
    own = [] if words[0] == "synth" else ["--workspace", str(workspace.folder)]
    said = io.StringIO()
    with redirect_stdout(io.StringIO()), redirect_stderr(said):
        try:
            cli.main([*words, *own])
        except SystemExit as end:
            if end.code == 2:
                raise PlannerError from None
            if end.code:
                raise RuntimeError(f"ended with {end.code}: {said.getvalue()}") from None


def prepare(folder: Path) -> dict[str, tuple[Path, Act]]:
    """Make the workspaces and tables of a storm below a folder."""
    from helpers.workspace_maker import Shape, make
    from yaohao.planner.doors.evidence import cosign
    from yaohao.planner.doors.keys import make_key

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
    visits_made = f"entity_id,visited_on\n{ENTITY},2026-05-05\n{ENTITY},2026-06-05\n"
    (folder / "inspections.csv").write_text(visits_made, encoding="utf-8")
    (folder / "results.csv").write_text(f"entity_id,result\n{visits[0]},1\n", encoding="utf-8")
    states["aside"] = Path(shutil.copytree(workspace.folder, folder / "at-aside"))
    bad = f"entity_id,trigger,opened_on\n{ENTITY},complaint,never\n{ENTITY},transfer,2027-01-03\n"
    (folder / "more-leads.csv").write_text(bad, encoding="utf-8")
    with Workspace(states["aside"]) as one:
        one.import_files("leads", [folder / "more-leads.csv"])
    states["published"] = Path(shutil.copytree(workspace.folder, folder / "at-published"))
    with Workspace(states["published"]) as one:
        one.publish("q1", one.folder / "public")
        one.publish("q1", one.folder / "www", site=True)
        one.audit("q1", one.folder / "audit")
        one.proofs("q1", one.folder / "proofs")
        one.notices("q1", one.folder / "forms", each=True)
        make_key(one.folder / "bureau.key", PASSPHRASE)
        one.import_results("q1", [folder / "results.csv"])
        make_key(folder / "notary.key", PASSPHRASE)
        if shutil.which("openssl"):
            _reply(one.folder / "public", folder)
    states["cosigned"] = Path(shutil.copytree(states["published"], folder / "at-cosigned"))
    cosign(states["cosigned"] / "public", folder / "notary.key", PASSPHRASE)
    _trials(folder, states)
    return acts(folder, states)


def _trials(folder: Path, states: dict[str, Path]) -> None:
    """Workspaces with a trial at each of its stages, and files of its outcomes."""
    (folder / "letters.toml").write_text(TRIAL, encoding="utf-8")
    before = states["dealt"]
    for stage in ("committed", "assigned", "analysed"):
        after = Path(shutil.copytree(before, folder / f"at-trial-{stage}"))
        with Workspace(after) as one:
            if stage == "committed":
                one.commit_trial(folder / "letters.toml")
            elif stage == "assigned":
                one.assign_trial("letters", TRIAL_SEED, "dice", ["A"])
                ids = [row["entity_id"] for row in one.trial_arms("letters")]
                for name, third in (("first", 0), ("outcomes", 1)):
                    rows = [f"{entity},{int(n % 3 == third)}" for n, entity in enumerate(ids)]
                    text = "\n".join(["entity_id,on_time", *rows]) + "\n"
                    (folder / f"{name}.csv").write_text(text, encoding="utf-8")
            else:
                one.analyse_trial("letters", folder / "first.csv")
        states[f"trial-{stage}"] = before = after


def _reply(public: Path, folder: Path) -> None:
    """The reply of a time-stamping authority of the storm's own to a publication's request."""
    from helpers.time_authority import make_authority, replied
    from yaohao.planner.doors.evidence import request_stamp

    query = Path(request_stamp(public, folder / "query.tsq")["file"])
    (folder / "reply.tsr").write_bytes(replied(query, make_authority(folder / "authority")))
