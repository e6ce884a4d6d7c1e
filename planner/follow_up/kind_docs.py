"""The page of the kinds of cases (docs/cases.md), made from the kinds themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from yaohao.planner.follow_up.kind_model import Kind, Opening, Step, Words
from yaohao.planner.follow_up.result_cases import TABLE

_FRAMES = {lang: Path(__file__).with_name(f"kind_docs_{lang}.md") for lang in ("en", "zh")}
"""What the page says of cases in general, with marks where the kinds come."""
_SAID = {
    "en": {
        "force": "in force from {first}",
        "until": "in force from {first} to {last}",
        "undated": "no first day",
        "draft": "draft, not in force",
        "always": "always",
        "title": "{words} `{id}` (version {version})",
        "basis": "Basis: {basis} ({force}).",
        "hard": "yes",
        "setting": " (setting)",
        "draw": "Effect on a draw: **{link}**{direction}: {note}.",
        "day_from": "from `{day}`",
        "day_until": "until `{day}`",
        "letter": "letter {series}",
        "and": ", ",
        "end": "; ",
    },
    "zh": {
        "force": "自 {first} 起施行",
        "until": "{first} 至 {last} 施行",
        "undated": "未定起始日",
        "draft": "草案，尚未施行",
        "always": "一直",
        "title": "{words} `{id}`（版本 {version}）",
        "basis": "依据：{basis}（{force}）。",
        "hard": "是",
        "setting": "（设定）",
        "draw": "对抽查的影响：**{link}**{direction}：{note}。",
        "day_from": "自 `{day}` 起",
        "day_until": "至 `{day}` 止",
        "letter": "文号 {series}",
        "and": "、",
        "end": "；",
    },
}
_TERMS = {
    "en": {
        "entity": "business",
        "finding": "result of an inspection",
        "person": "by hand",
        "import": "file",
        "clock": "date",
        "case": "another case",
        "directed": "inspection for cause",
        "out": "left out",
    },
    "zh": {
        "open": "待办",
        "waiting": "等待",
        "decided": "已决定",
        "closed": "已办结",
        "finding": "检查结果",
        "person": "人工",
        "import": "导入",
        "clock": "日期",
        "case": "其他事项",
        "clerk": "经办人",
        "reviewer": "审核人",
        "head": "负责人",
        "entity": "经营主体",
        "court": "法院",
        "directed": "有因检查",
        "lead": "线索",
        "out": "不列入抽取范围",
        "scope": "抽取范围",
        "tier": "分类建议",
        "items": "检查事项",
        "result": "检查结果",
        "none": "无",
    },
}
"""Codes that readers meet in words: classes of states, parties, sources, effects on a draw."""
_COLUMNS = {
    "en": {
        "overview": ("kind", "", "opened by", "hard deadlines"),
        "states": ("state", "", "class", "waits for"),
        "steps": ("step", "", "from → to", "by", "needs"),
        "dues": ("due", "", "in", "day", "hard"),
        "values": ("value", "from", "", "basis"),
    },
    "zh": {
        "overview": ("种类", "", "立项来源", "刚性期限"),
        "states": ("状态", "", "性质", "等待"),
        "steps": ("步骤", "", "由 → 至", "由谁", "需要"),
        "dues": ("期限", "", "所在状态", "日期", "刚性"),
        "values": ("数值", "起始日", "", "依据"),
    },
}


def page(kinds: Iterable[Kind], example: str, lang: str = "en") -> str:
    """The page in Markdown: how cases work, every kind, and a kind of one's own as `example`.

    The English page has the Chinese words of the field beside the English ones.
    """
    kinds = sorted(kinds, key=lambda kind: (kind.id, kind.draft))
    listed = "\n\n".join("\n".join(_kind(kind, lang)).strip() for kind in kinds)
    frame = _FRAMES[lang].read_text(encoding="utf-8")
    for mark, text in (
        ("overview", "\n".join(_overview(kinds, lang)).strip()),
        ("kinds", listed),
        ("example", f"```toml\n{example.strip()}\n```"),
    ):
        frame = frame.replace(f"<!-- {mark} -->", text)
    return frame


def _both(words: Words, lang: str) -> str:
    return words.zh if lang == "zh" else f"{words.en} {words.zh}"


def _term(code: str, lang: str) -> str:
    return _TERMS[lang].get(code, code)


def _terms(codes: Iterable[str], lang: str) -> str:
    """Codes in words, each once."""
    return _SAID[lang]["and"].join(dict.fromkeys(_term(code, lang) for code in codes))


def _heading(names: tuple[str, ...]) -> str:
    cells = "|".join(f" {name} " if name else " " for name in names)
    return f"\n|{cells}|\n|{' --- |' * len(names)}"


def _title(kind: Kind, lang: str) -> str:
    words = _both(kind.words, lang)
    return _SAID[lang]["title"].format(words=words, id=kind.id, version=kind.version)


def _anchor(title: str) -> str:
    """Where a heading is linked to: small letters, no signs, hyphens for blanks."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _overview(kinds: Iterable[Kind], lang: str) -> Iterator[str]:
    """All kinds in a table: what opens a case of each, and its hard deadlines."""
    say = _SAID[lang]
    yield _heading(_COLUMNS[lang]["overview"])
    for kind in kinds:
        link = f"[`{kind.id}`](#{_anchor(_title(kind, lang))})"
        sign = " †" if kind.subject == "bureau" else ""
        draft = f" ({say['draft']})" if kind.draft else ""
        sources = _terms((one.source for one in kind.openings if _is_opened(kind, one)), lang)
        names = (due.words for due in kind.dues.values() if due.hard)
        hard = say["end"].join(dict.fromkeys(one.zh if lang == "zh" else one.en for one in names))
        words = kind.words.zh if lang == "zh" else kind.words.en
        yield f"| {link}{sign} | {words}{draft} | {sources} | {hard} |"


def _is_opened(kind: Kind, opening: Opening) -> bool:
    """Whether an opening is in use: of those by a result of an inspection, what the table names."""
    return opening.source != "finding" or any(kind.id in dict(row) for row in TABLE.values())


def _force(kind: Kind, lang: str) -> str:
    """For which days a version is in force, in words."""
    say = _SAID[lang]
    if kind.draft:
        return say["draft"]
    first, last = (day.isoformat() if day else "" for day in kind.in_force)
    if not first and not last:
        return say["undated"]
    name = "until" if last else "force"
    return say[name].format(first=first or say["undated"], last=last)


def _kind(kind: Kind, lang: str) -> Iterator[str]:
    say, columns = _SAID[lang], _COLUMNS[lang]
    yield f"### {_title(kind, lang)}\n"
    basis = say["basis"].format(basis=kind.basis, force=_force(kind, lang))
    yield f"{_both(kind.about, lang)}\n\n{basis}"
    yield _heading(columns["states"])
    for state in kind.states.values():
        kept = (_term(state.type, lang), _term(state.waits, lang))
        yield f"| `{state.id}` | {_both(state.words, lang)} | {kept[0]} | {kept[1]} |"
    yield _heading(columns["steps"])
    for step in kind.steps.values():
        way = f"{', '.join(step.sources)} → {step.target}"
        needs = _needs(kind, step, lang)
        by = _terms(step.by, lang)
        yield f"| `{step.id}` | {_both(step.words, lang)} | {way} | {by} | {needs} |"
    if kind.dues:
        yield _heading(columns["dues"])
    for due in kind.dues.values():
        states, hard = ", ".join(due.states), say["hard"] if due.hard else ""
        words = _both(due.words, lang)
        yield f"| `{due.name}` | {words} | {states} | `{due.at.text}` | {hard} |"
    if kind.values:
        yield _heading(columns["values"])
    for name, entries in kind.values.items():
        for entry in entries:
            start = say["always"] if entry.start == date.min else entry.start.isoformat()
            basis = f"{entry.basis}{say['setting'] if entry.setting else ''}"
            yield f"| `{name}` | {start} | {entry.value} | {basis} |"
    for effect in kind.draw:
        note, direction = _both(effect.note, lang), effect.direction and f" ({effect.direction})"
        link = _term(effect.link, lang)
        yield "\n" + say["draw"].format(link=link, direction=direction, note=note)


def _needs(kind: Kind, step: Step, lang: str) -> str:
    say = _SAID[lang]
    needs = [f"`{name}`" for name in step.needs]
    needs += [_both(kind.documents[name], lang) for name in step.documents]
    needs += [f"`{one.text}`" for one in (step.when, step.guard) if one is not None]
    if step.not_before:
        needs.append(say["day_from"].format(day=step.not_before.text))
    if step.not_after:
        needs.append(say["day_until"].format(day=step.not_after.text))
    if step.series:
        needs.append(say["letter"].format(series=kind.series[step.series]))
    return say["end"].join(needs)
