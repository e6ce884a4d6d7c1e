"""Kinds of cases: read from folders of TOML, checked whole, found by id, version and day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from yaohao.planner.follow_up.counting import Hours
from yaohao.planner.follow_up.kind_checks import check_kind
from yaohao.planner.follow_up.kind_model import (
    DatedValue,
    DrawEffect,
    DueRule,
    Fact,
    Kind,
    MessageRule,
    Opening,
    State,
    Step,
    Words,
)
from yaohao.planner.follow_up.kind_reader import KindSource, Raw
from yaohao.planner.follow_up.named_needs import kind_named, message_named
from yaohao.planner.vocabulary.problems import (
    PlannerError,
    Problem,
    raise_all,
    refuse,
)

FOLDER = Path(__file__).parent / "kinds"
"""The default kinds."""


@dataclass(frozen=True)
class Kinds:
    """All kinds of a workspace, every version of each."""

    versions: Mapping[tuple[str, str], Kind]

    def __iter__(self) -> Iterator[Kind]:
        return iter(self.versions.values())

    def get(self, kind: str, version: str) -> Kind:
        """One version of a kind; PlannerError ``case.no-version`` where there is none."""
        entry = self.versions.get((kind, version))
        if entry is None:
            raise refuse("case.no-version", kind=kind, version=version)
        return entry

    def names(self, ids: Iterable[str]) -> list[str]:
        """Ids of kinds that know their words, those of the version that comes first."""
        words: dict[str, Kind] = {}
        for one in self:
            words.setdefault(one.id, one)
        return [kind_named(words[one]) if one in words else one for one in ids]

    def with_names(self, rows: Iterable[Any]) -> list[Any]:
        """Rows of lists whose ids in `kind` and `message` know their words."""
        words: dict[str, str] = {}
        for one in self:
            words.setdefault(one.id, kind_named(one))
            for message in one.messages.values():
                words.setdefault(f"{one.id} {message.id}", message_named(message))
        return [
            {
                **row,
                "kind": words.get(row["kind"], row["kind"]),
                "message": words.get(f"{row['kind']} {row['message']}", row["message"]),
            }
            for row in rows
        ]

    def on(self, kind: str, day: date) -> Kind:
        """The version of a kind in force on `day`; PlannerError where there is none."""
        for entry in self:
            if entry.id == kind and entry.holds_on(day):
                return entry
        known = sorted({entry.id for entry in self})
        if kind not in known:
            raise refuse("case.no-kind", kind=kind, known=self.names(known))
        raise refuse("case.not-in-force", kind=self.names([kind])[0], day=day.isoformat())


def read_kind(text: str, file: str = "kind.toml") -> Kind:
    """The kind that a TOML text describes.

    Raises:
        PlannerError: with every problem found, each with file, line and key.
    """
    source = KindSource(text.removeprefix("\ufeff").replace("\r\n", "\n"), file)
    source.check_top()
    kind = replace(_build(source), text=text)
    check_kind(source, kind)
    raise_all(sorted(source.problems, key=lambda problem: problem.params["line"]))
    return kind


def read_kinds(*folders: Path, base: Kinds | None = None) -> Kinds:
    """The kinds of all `folders`, each a folder of TOML; a later one replaces by id and version.

    They are added to those of `base`, which are replaced alike.

    Raises:
        PlannerError: with the problems of all files, and where two versions of one kind would be
            in force on the same day.
    """
    versions: dict[tuple[str, str], Kind] = dict(base.versions) if base else {}
    problems: list[Problem] = []
    for folder in folders:
        own: dict[tuple[str, str], Kind] = {}
        for path in sorted(folder.iterdir()) if folder.is_dir() else []:
            if path.suffix != ".toml":
                continue
            try:
                kind = read_kind(_text_of(path), path.name)
            except PlannerError as error:
                problems += error.problems
                continue
            key = (kind.id, kind.version)
            if key in own:
                problems.append(_clash("case_kind.twice", kind, own[key]))
            own[key] = kind
        versions |= own
    problems += _overlaps(versions.values())
    raise_all(problems)
    return Kinds(versions)


@cache
def default_kinds() -> Kinds:
    """The kinds that come with the program."""
    return read_kinds(FOLDER)


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise refuse("case_kind.not-utf8", file=path.name, line=1) from error
    except OSError as error:
        raise refuse(
            "case_kind.unreadable", file=path.name, line=1, message=error.strerror or str(error)
        ) from error


def _clash(code: str, kind: Kind, other: Kind) -> Problem:
    return Problem(
        code,
        {
            "file": kind.file,
            "line": 1,
            "found": kind.id,
            "version": kind.version,
            "other": f"{other.file} ({other.version})",
        },
    )


def _overlaps(kinds: Iterable[Kind]) -> Iterator[Problem]:
    seen: list[Kind] = []
    for kind in kinds:
        if kind.draft:
            continue
        first, last = kind.in_force[0] or date.min, kind.in_force[1] or date.max
        for other in seen:
            start, end = other.in_force[0] or date.min, other.in_force[1] or date.max
            if other.id == kind.id and first <= end and start <= last:
                yield _clash("case_kind.overlap", kind, other)
        seen.append(kind)


def _build(source: KindSource) -> Kind:
    head = source.data.get("kind")
    if not isinstance(head, dict):
        source.complain("no-head", ("kind",))
        head_values: Raw = {}
    else:
        head_values = source.take("kind", ("kind",), head)
    two = head_values.get("two", False)
    return Kind(
        id=head_values.get("id", ""),
        version=head_values.get("version", ""),
        words=_words(head_values),
        about=_words(head_values, "about_"),
        subject=head_values.get("subject", "entity"),
        two=two,
        draft=head_values.get("draft", False),
        in_force=head_values.get("in_force", (None, None)),
        basis=head_values.get("basis", ""),
        old_cases=head_values.get("old_cases", "old"),
        facts={
            path[-1]: Fact(path[-1], raw.get("type", "text"), raw.get("of", ()), _words(raw))
            for path, raw in _each(source, "facts")
        },
        values=dict(_values(source)),
        openings=tuple(_opening(raw) for _, raw in _each(source, "opens")),
        states=_by(source, "state", "id", _state),
        steps=_by(source, "step", "id", lambda raw: _step(raw, two)),
        dues=_by(source, "due", "name", _due),
        messages=_by(source, "message", "id", _message),
        documents={path[-1]: _words(raw) for path, raw in _each(source, "documents")},
        apart=frozenset(path[-1] for path, raw in _each(source, "documents") if raw.get("apart")),
        series={path[-1]: raw.get("mark", "") for path, raw in _each(source, "series")},
        templates={path[-1]: _words(raw) for path, raw in _each(source, "templates")},
        draw=tuple(
            DrawEffect(
                raw.get("link", "none"),
                raw.get("state", ()),
                raw.get("trigger", ""),
                raw.get("direction", ""),
                _words(raw, "note_"),
            )
            for _, raw in _each(source, "draw")
        ),
        file=source.file,
    )


def _words(raw: Raw, prefix: str = "") -> Words:
    return Words(raw.get(f"{prefix}zh", ""), raw.get(f"{prefix}en", ""))


def _each(source: KindSource, table: str) -> Iterator[tuple[Any, Raw]]:
    for path, entry in source.tables(table):
        yield path, source.take(table, path, entry)


def _by(source: KindSource, table: str, key: str, build: Any) -> dict[str, Any]:
    entries: dict[str, Any] = {}
    for path, raw in _each(source, table):
        name = raw.get(key, "")
        if name and name in entries:
            source.complain("duplicate", path, found=name)
        if name and not (table == "due" and "at" not in raw):
            entries[name] = build(raw)
        if name and table == "due" and "at" not in raw and "at" not in source.data[table][path[-1]]:
            source.complain("due-no-day", path, found=name)
    return entries


def _values(source: KindSource) -> Iterator[tuple[str, tuple[DatedValue, ...]]]:
    tables = source.data.get("values", {})
    if not isinstance(tables, dict):
        source.complain("not-table", ("values",))
        return
    for name, entries in tables.items():
        if not isinstance(entries, list) or not entries:
            source.complain("not-values", ("values", name))
            continue
        dated = []
        for index, entry in enumerate(entries):
            path = ("values", name, index)
            if not isinstance(entry, dict):
                source.complain("not-table", path)
                continue
            raw = source.take("values", path, entry)
            if not raw.get("basis"):
                source.complain("no-basis", path, found=name)
            dated.append(
                DatedValue(
                    raw.get("from", date.min),
                    raw.get("value", ""),
                    raw.get("basis", ""),
                    raw.get("setting", False),
                )
            )
        if dated:
            yield name, tuple(dated)


def _opening(raw: Raw) -> Opening:
    return Opening(
        source=raw.get("when", "person"),
        state=raw.get("state", ""),
        when=raw.get("where"),
        needs=raw.get("needs", ()),
        gives=raw.get("gives", {}),
        once_per=raw.get("once_per", ()),
        once=raw.get("once", "open"),
        cohort=raw.get("cohort", False),
        on=raw.get("on", ()),
    )


def _state(raw: Raw) -> State:
    return State(
        raw["id"], _words(raw), raw.get("class", "open"), raw.get("waits", ""), raw.get("ends", "")
    )


def _step(raw: Raw, two: bool) -> Step:
    return Step(
        id=raw["id"],
        words=_words(raw),
        sources=raw.get("from", ()),
        target=raw.get("to", ""),
        by=raw.get("by", ()),
        needs=raw.get("needs", ()),
        when=raw.get("when"),
        guard=raw.get("guard"),
        not_before=raw.get("not_before"),
        not_after=raw.get("not_after"),
        roll=raw.get("roll", "next"),
        documents=raw.get("documents", ()),
        series=raw.get("number_series", ""),
        message=raw.get("message", ""),
        tells=raw.get("tells", ""),
        undo=raw.get("undo", ""),
        stamps=raw.get("stamps", ""),
        gives=raw.get("gives", {}),
        two=raw.get("two", two),
        firm=raw.get("firm", False),
        basis=raw.get("basis", ""),
    )


def _due(raw: Raw) -> DueRule:
    hard = raw.get("hard", False)
    return DueRule(
        name=raw["name"],
        words=_words(raw),
        states=raw.get("state", ()),
        at=raw["at"],
        roll=raw.get("roll", "next"),
        hard=hard,
        late=raw.get("late", "mark" if hard else "none"),
        then=raw.get("then", ""),
        done_by=raw.get("done_by", ()),
        when=raw.get("when"),
        band=raw.get("band", ""),
        who=raw.get("who", ""),
        basis=raw.get("basis", ""),
    )


def _message(raw: Raw) -> MessageRule:
    first, last = raw.get("hours", (9, 17))
    return MessageRule(
        id=raw["id"],
        words=_words(raw),
        to=raw.get("to", "contact"),
        channels=raw.get("channels", ()),
        gap_days=raw.get("gap_days", 14),
        most=raw.get("most", 3),
        hours=Hours(first, last, raw.get("working_days_only", True)),
        template=raw.get("template", ""),
    )
