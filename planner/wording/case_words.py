"""Cases in words: kinds, parties, the arithmetic of a due day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.vocabulary.problems import Problem
from yaohao.planner.wording.messages import language, say, say_problem
from yaohao.planner.wording.template import show


def in_language(words: Mapping[str, str]) -> str:
    """Words that a kind has in both languages, in the one in use."""
    return words[language()]


def id_words(value: Any) -> str:
    """An id that may know its words, as messages show it."""
    return show(value, language())


def party_words(party: str) -> str:
    """Who acts, or for whom a case waits."""
    return say(f"case.party-{party}") if party else ""


def left_words(days: int | None, unit: str) -> str:
    """The days left in the unit of the rule; those since where it is late."""
    if days is None:
        return ""
    unit = "wd" if unit == "wd" else "d"
    return say(f"case.left-{unit}" if days >= 0 else f"case.late-{unit}", days=abs(days))


def span_words(span: str) -> str:
    """A span as ``+10wd`` in words, as it stands in a sum."""
    number = span.lstrip("+-")
    digits = number.rstrip("wdmy")
    sign = "-" if span.startswith("-") else "+"
    return f"{sign} {say(f'case.unit-{number[len(digits) :]}', number=int(digits))}"


def why_words(why: Mapping[str, Any]) -> str:
    """Why this, and why today: the arithmetic, what it rests on, and the basis."""
    if "base" not in why:
        waits = str(why.get("rule", "")).rpartition(" ")[2]
        return say("case.why-waits", party=party_words(waits), basis=why.get("basis", ""))
    rolled = why.get("rolled_from")
    counted = " ".join([why["base"], *(span_words(step["span"]) for step in why["steps"])])
    parts = [say("case.why-sum", counted=counted, day=rolled or why["day"])]
    if not why["steps"]:
        parts = [say("case.why-day", day=rolled or why["day"])]
    if rolled:
        parts.append(say("case.why-rolled", day=why["day"]))
    if why.get("estimated_years"):
        parts.append(say("case.why-estimated", years=why["estimated_years"]))
    if why.get("basis"):
        parts.append(say("case.why-basis", basis=why["basis"]))
    return say("common.semicolon").join(parts)


def subject_words(row: Mapping[str, Any]) -> str:
    """The subject of a case: its name and id, the bureau, or how many stand in a batch."""
    if row.get("members") is not None:
        return say("case.members", number=row["members"])
    if row["subject"] == "bureau":
        return say("case.bureau")
    return f"{row['name']} {row['subject']}".strip()


def value_words(value: Any) -> str:
    """A fact as it is shown."""
    if isinstance(value, bool):
        return say("case.yes" if value else "case.no")
    return ", ".join(value) if isinstance(value, list) else str(value)


def what_words(line: Mapping[str, Any]) -> str:
    """What a line of the list of the morning asks for, with its kind."""
    words = {"kind": in_language(line["kind_words"]), "what": in_language(line["what"])}
    return say("case.kind-what", **words)


def about_words(line: Mapping[str, Any]) -> str:
    """Whom such a line is about: a case and its subject, how many, or the draw of results."""
    if not line["cases"]:
        name = "case.of-draw" if line["subject"] else "case.of-inspectors"
        return say(name, draw=line["subject"], number=line["count"])
    if line["number"] > 1 or line["count"] > 1:
        return say("case.fold", number=line["count"])
    return f"{subject_words(line)} {line['cases'][0]}".strip()


def duty_words(duty: Mapping[str, Any]) -> str:
    """How far a yearly duty of the bureau is."""
    return say(f"case.duty-{duty['kind']}", **duty)


def unmet_words(problem: Mapping[str, Any]) -> str:
    """A need that is not met, as a sentence."""
    return say_problem(Problem(problem["code"], problem["params"]))
