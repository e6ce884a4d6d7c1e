"""Lists of messages per channel, and what became of them, accounted for to the row.

The program sends nothing itself: it writes a list for an operator, the post, or whoever calls, and
takes the outcomes back in. A list has telephone numbers: it goes into a folder of its owner alone,
and stands in the workspace by digest and count.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from yaohao.planner.engine.browse import entity_row, entity_values
from yaohao.planner.follow_up.kind_model import MessageRule
from yaohao.planner.follow_up.machine import message_went
from yaohao.planner.follow_up.named_needs import message_named
from yaohao.planner.follow_up.needs import Act
from yaohao.planner.publication.visit_tables import table_bytes
from yaohao.planner.register.case_files import read_outcomes
from yaohao.planner.schema.case_files import CaseFileReport
from yaohao.planner.schema.options import DEFAULTS, ImportOptions
from yaohao.planner.schema.reports.case_letters import SendReport
from yaohao.planner.storage.case_acts import day_in_law
from yaohao.planner.storage.case_desk import CaseDesk, Change, StoredCase
from yaohao.planner.storage.entity_lookup import register_file
from yaohao.planner.storage.folder import WorkspaceFolder
from yaohao.planner.storage.import_knowledge import as_known
from yaohao.planner.storage.list_files import list_workbook
from yaohao.planner.storage.public_folders import keep_private, write_private
from yaohao.planner.vocabulary.digest import file_digest
from yaohao.planner.vocabulary.faults import disk_problems
from yaohao.planner.vocabulary.problems import refuse
from yaohao.planner.vocabulary.text import plain
from yaohao.planner.wording.messages import language, say

CHANNELS = {"sms": "csv", "letter": "xlsx", "phone": "xlsx", "visit": "xlsx", "notice": "csv"}
"""How a message goes out, and what its list is: text messages and notices as CSV, mail merge and
call sheets as workbooks."""

COLUMNS = ("ref", "entity_id", "name", "person", "phone", "address", "text", "send_from")
_REF = re.compile(r"S(\d{1,9})-(\d{1,9})")
_FIELD = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class _Row:
    number: int
    event: int
    subject: str
    values: dict[str, str]


# Many parameters: what is sent, how, and where the list goes.
def send_messages(
    workspace: WorkspaceFolder,
    kind: str,
    channel: str,
    to: Path,
    message: str = "",
    *,
    actor: str = "",
    day: str = "",
    dry_run: bool = False,
) -> SendReport:
    """Write the list of the messages of a kind that wait to be sent, by one channel.

    Whose message is on its way or was delivered is left out; one that failed may go by another
    channel. Nobody has two rows, and no number gets the same text twice. Subjects without a
    telephone number, or for letters and visits without an address, are told as `without`.

    Raises PlannerError for a channel that the message does not have, where nothing waits, and for a
    folder that is public or holds such a list already.
    """
    if channel not in CHANNELS:
        raise refuse("case.unknown-channel", found=channel[:40], known=list(CHANNELS))
    on = day_in_law(workspace, day)
    with workspace.act("case") as store:
        desk = CaseDesk(workspace)
        loaded = desk.load_all(store.queued_cases(kind))
        rule = _rule(loaded.values(), kind, message, channel)
        waiting = list(_waiting(desk, loaded, rule))
        if not waiting:
            raise refuse("case.nothing-queued", kind=kind, message=message_named(rule))
        number = store.next_sending()
        moment = desk.counting.sending_time(
            datetime.combine(on, time(rule.hours.first)), rule.hours
        )
        rows, without = _addressed(workspace, desk, waiting, rule, channel, on.isoformat())
        for place, row in enumerate(rows, 1):
            row.values["ref"] = f"S{number}-{place}"
            row.values["send_from"] = moment.strftime("%Y-%m-%d %H:%M")
        name = f"{kind}-{rule.id}-{channel}-{number}.{CHANNELS[channel]}"
        report: SendReport = {
            "sending": number,
            "channel": channel,
            "kind": kind,
            "message": rule.id,
            "file": str(to / name),
            "digest": "",
            "rows": len(rows),
            "without": without,
            "send_from": moment.strftime("%Y-%m-%dT%H:%M"),
            "dry_run": dry_run,
        }
        if dry_run or not rows:
            return report
        _write(workspace, to, to / name, channel, [row.values for row in rows])
        report["digest"] = file_digest(to / name)
        store.add_sending(
            {
                "channel": channel,
                "kind": kind,
                "message": rule.id,
                "day": on.isoformat(),
                "file": name,
                "digest": report["digest"],
                "rows": len(rows),
                "without": len(without),
                "person": plain(actor, 100),
            },
            [(row.number, row.event, row.subject) for row in rows],
        )
    return report


def _rule(loaded: Iterable[StoredCase], kind: str, message: str, channel: str) -> MessageRule:
    """The message that is meant: the one named, or the only one that waits."""
    rules = {
        name: one.kind.messages[name]
        for one in loaded
        for name in one.case.queued.values()
        if message in ("", name)
    }
    if not rules:
        raise refuse("case.nothing-queued", kind=kind, message=message or "-")
    if len(rules) > 1:
        raise refuse(
            "case.which-message", known=[message_named(rules[one]) for one in sorted(rules)]
        )
    rule = next(iter(rules.values()))
    if channel not in rule.channels:
        raise refuse(
            "case.other-channel",
            found=channel,
            message=message_named(rule),
            known=list(rule.channels),
        )
    return rule


def _waiting(
    desk: CaseDesk, loaded: dict[int, StoredCase], rule: MessageRule
) -> Iterator[tuple[StoredCase, int, str]]:
    """Case, event and subject of every message of a rule that is not on its way."""
    for number, one in loaded.items():
        for event, name in one.case.queued.items():
            if name != rule.id:
                continue
            gone = desk.store.reached(number, event)
            if one.case.members is None:
                subjects = [one.case.subject]
            else:
                members = desk.store.members(number)
                subjects = [subject for subject, left in members.items() if left == 0]
            for subject in subjects:
                if subject not in gone:
                    yield one, event, subject


# Many parameters: what a row is made from.
def _addressed(
    workspace: WorkspaceFolder,
    desk: CaseDesk,
    waiting: Sequence[tuple[StoredCase, int, str]],
    rule: MessageRule,
    channel: str,
    today: str,
) -> tuple[list[_Row], list[str]]:
    """The rows with whom to reach and what to say; and the subjects who cannot be reached."""
    subjects = [subject for _, _, subject in waiting]
    known = _of_register(workspace, subjects)
    contacts = desk.store.contacts(sorted(set(subjects)), today)
    rows: list[_Row] = []
    without: list[str] = []
    seen: set[tuple[str, str]] = set()
    for one, event, subject in waiting:
        name, address, phone = known.get(subject, ("", "", ""))
        people = [row for row in contacts.get(subject, ()) if rule.to in ("entity", row["role"])]
        people = people or contacts.get(subject, [])
        person = people[0]["person"] if people else ""
        number = people[0]["phone"] if people else phone
        text = message_text(one, rule, name, workspace.settings.authority)
        if not (address if channel in ("letter", "visit", "notice") else number):
            without.append(subject)
            continue
        if channel == "sms" and (number, text) in seen:
            continue
        seen.add((number, text))
        values = {
            "entity_id": subject,
            "name": name,
            "person": person,
            "phone": "" if channel in ("letter", "notice") else number,
            "address": "" if channel in ("sms", "phone") else address,
            "text": text,
        }
        rows.append(_Row(one.row.number, event, subject, values))
    return rows, without


def message_text(one: StoredCase, rule: MessageRule, name: str, authority: str) -> str:
    """The text of a message to a subject, in the language in use, every field filled."""
    words = one.kind.templates[rule.template]
    known = {
        **{fact: str(value) for fact, value in one.case.facts.items()},
        "name": name or one.case.subject,
        "authority": authority,
        "due": one.row.next_due,
        "day": one.case.last_day.isoformat(),
        "letter": one.case.letters[-1] if one.case.letters else "",
    }
    text = words.zh if language() == "zh" else words.en
    return _FIELD.sub(lambda field: plain(known.get(field[1], ""), 200), text)


def _of_register(
    workspace: WorkspaceFolder, subjects: Sequence[str]
) -> dict[str, tuple[str, str, str]]:
    """Name, address and telephone number of entities, as the register has them."""
    paths = register_file(workspace)
    if not paths or not subjects:
        return {}
    first = entity_row(paths[0], subjects[0]) or {}
    columns = [name for name in ("name", "address", "phone") if name in first or name == "name"]
    values_of = entity_values(paths[0], sorted(set(subjects)), columns)
    return {
        one: (values.get("name") or "", values.get("address") or "", values.get("phone") or "")
        for one, values in values_of.items()
    }


def _write(
    workspace: WorkspaceFolder,
    folder: Path,
    file: Path,
    channel: str,
    rows: Sequence[dict[str, str]],
) -> None:
    keep_private(folder, workspace.folder)
    with disk_problems(folder):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix" and folder.stat().st_mode & 0o077:
            raise refuse("case.open-folder", folder=str(folder))
    if file.exists():
        raise refuse("output.exists", file=str(file))
    headings = [say(f"case.list-{name}") for name in COLUMNS]
    if CHANNELS[channel] == "csv":
        content = table_bytes(headings, ([row[name] for name in COLUMNS] for row in rows))
    else:
        content = list_workbook(say(f"case.channel-{channel}"), headings, COLUMNS, rows)
    write_private(file, content, workspace.folder)


def take_outcomes(
    workspace: WorkspaceFolder,
    files: Sequence[Path],
    day: str = "",
    options: ImportOptions = DEFAULTS,
) -> CaseFileReport:
    """Take in what became of the rows of lists, by their references.

    The counts are `sent`, `failed`, `unchanged` (told before), and `unknown` references. A message
    is noted in its case once every row of it is accounted for: sent where any was, else failed.
    """
    known = as_known(workspace, "outcomes", options)
    on = day_in_law(workspace, day)
    read = read_outcomes(files, workspace.settings.register, known)
    counts = dict.fromkeys(("sent", "failed", "unchanged", "unknown"), 0)
    with workspace.act("case") as store:
        fresh: dict[tuple[int, int], tuple[str, str]] = {}
        touched: dict[tuple[int, int], None] = {}
        for row in read.accepted:
            match = _REF.fullmatch(row["ref"])
            place = (int(match[1]), int(match[2])) if match else (0, 0)
            there = store.sending_row(*place)
            if there is None:
                counts["unknown"] += 1
            elif there["outcome"] == row["outcome"] or place in fresh:
                counts["unchanged"] += 1
            else:
                counts[row["outcome"]] += 1
                fresh[place] = (row["outcome"], row["sent_on"] or on.isoformat())
                touched[there["case_number"], there["event"]] = None
        report: CaseFileReport = {
            "files": [{"file": name, "sha256": digest} for name, digest in read.files],
            "rows": read.rows,
            "counts": counts,
            "further": read.further,
            "refused": [dict(row) for row in read.refused],
            "ignored": read.ignored,
            "entries": [],
            "dry_run": options.dry_run,
        }
        if options.dry_run or not fresh:
            return report
        store.note_outcomes((*values, *place) for place, values in fresh.items())
        desk = CaseDesk(workspace)
        loaded = desk.load_all(sorted({number for number, _ in touched}))
        changes: dict[int, Change] = {}
        for number, event in touched:
            outcomes = store.outcome_counts(number, event)
            one = loaded[number]
            case = changes[number].case if number in changes else one.case
            if outcomes.get("") or event not in case.queued:
                continue
            went = message_went(
                case, one.kind, event, Act(on, "import"), delivered=bool(outcomes.get("sent"))
            )
            if went.case is None or not went.events:
                continue
            before = changes[number].events if number in changes else ()
            changes[number] = Change(
                number, went.case, one.kind, (*before, *went.events), one.row.office
            )
        lines = desk.keep(list(changes.values()), batch=len(changes) > 1)
        report["entries"] = [line.entry for line in lines]
    return report
