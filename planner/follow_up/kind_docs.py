"""The page of the kinds of cases (docs/cases.md), made from the kinds themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from yaohao.planner.follow_up.kind_model import Kind, Step, Words

_INTRO = """# Cases

*[中文](cases.zh-CN.md)*

Whatever follows a draw, and whatever is due without one, is a **case**: a subject, the state it
stands in, and the events that brought it there. A kind of case is one TOML file, no code. The clock
opens, reminds, marks late and ends what the law ends by itself; a person decides, and where the
kind wants two persons, another than the one who proposed.

* A **step** that cannot be taken names everything it lacks: state, role, second person, facts,
  documents, letter number, condition, day. `when` can be overruled with a reason by a reviewer or
  head; `guard` never; a `firm` step keeps its days as well.
* **Documents** that are never one, such as a decision and the repair notice that goes with it, are
  marked `apart`: the same file for both is refused. `case letter` writes a file of each.
* A **due** is met when its state is left, or by a step that it names; a message answers for it from
  a week before its day on, anything else whenever it was done.
* A **correction** makes an event and all after it as if they had not been, with a reason. Nothing
  is deleted; what was shown is withdrawn, and messages not yet sent with it.
* **Days**: `+10wd(listed_on)` counts working days (wd), days (d), months (m) or years (y) from a
  fact; `entered` and `opened` are the days on which the state and the case began;
  `-60d(06-30@year)` counts back from 30 June of the year in a fact; `$name` is a dated value.
* **Values** are in force from a day, each with its basis. A case keeps those of the day it was
  opened, unless its kind says `old_cases = "new"`. *Setting* marks a value that no law settles.
* **Conditions**: `=`, `!=`, `<`, `<=`, `>`, `>=`, `in [...]`, `days_since(fact)`,
  `count_in(fact, months)`, `and`, `or`, `not`, brackets. What is not known is never read as no.
* A workspace replaces or adds kinds by id and version with files of its own in ``cases/``. A kind
  under which a case was opened is read as it was then; a changed file needs a new version.

## Working with cases

| to | command |
| --- | --- |
| see what is to be done, and why today | `yaohao today` |
| the same of an office, on paper, as a calendar | `--office`, `--print`, `--ics` |
| open a case | `yaohao case open KIND ENTITY --fact NAME=VALUE --by PERSON` |
| open one for each row of a file | `yaohao case import KIND FILE` |
| see a case: facts, deadlines, what each step still needs | `yaohao case show CASE` |
| take a step, in one case or many by one act | `yaohao case step CASE... STEP --by PERSON` |
| decide what another proposed | the same with `--role reviewer` or `--role head` |
| note a fact that came to be known | `yaohao case note CASE --fact NAME=VALUE` |
| undo a step, or a whole case | `yaohao case correct CASE EVENT --reason TEXT` |
| let the clock open, mark late and end | `yaohao case clock`, every night |
| take in who has filed the annual report | `yaohao case filed FILE` |
| keep telephone numbers, and forget them | `yaohao case contacts FILE --keep-until DATE` |
| see which messages wait | `yaohao case send` |
| write the list of messages for a channel | `yaohao case send KIND --channel sms --to FOLDER` |
| take in what became of them | `yaohao case outcomes FILE` |
| write the documents of a step | `yaohao case letter CASE... STEP --to FOLDER` |
| see the last numbers of letters | `yaohao case letters` |
| see what cases do to a draw, as files to be imported | `yaohao case effects`, `--to FOLDER` |
| see what a business was told | `yaohao case told ENTITY` |
| list who stands in a batch, for a file of cases | `yaohao case members CASE --format csv` |
| draft the compliance checklist out of own results | `yaohao report checklist --to FILE` |
| see the kinds, and mistakes in one's own | `yaohao case kinds` |

One case from beginning to end, a penalty with its two letters. What a step lacks is told by
`case show` and by the step itself; a document is named by its file, of which the digest is kept.

```
yaohao case open penalty FIRM --fact decided_on=2027-01-04 --fact bare=no \\
  --fact decision_number=12 --by Li                  # prints the number of the case
yaohao case show CASE                                # deadlines, steps, what each still needs
yaohao case letter CASE serve --to letters --form docx   # a draft of each document
yaohao case step CASE serve --by Li --document decision=decision.pdf \\
  --document repair_notice=repair.pdf --document receipt=receipt.pdf
yaohao case step CASE show --by Li --document summary=summary.pdf
yaohao case step CASE class --role reviewer --by Wang --fact class=general --fact special=no
yaohao today                                         # from three months on: may apply, not told
```

On the screens (`yaohao tui`) **Today** is key 1 and **Cases** key 9:

| key | Today | Cases |
| --- | --- | --- |
| Enter | open the cases of a line; fold a band | open the case; in it take the step |
| s | take a step in the case of a line, or in all its cases at once | take a step |
| S | | take a step in all listed cases of a kind and state |
| + | | open a case by hand |
| l | | write the letters of a step, for one case or all listed alike |
| f | | lists of messages, outcomes, filings, cases from a file, contacts, effects, kinds |
| e, E, z | z: why this, and why today | add facts, correct an event, read all |
| o, m, r | another day; your name; record what follows from dates | |
| / | words, `kind:`, `office:`, `entity:` | the same, `waits:`, `due_by:`, `standing:` |
| g | | choose a list: open, closed, all, a kind |

Every step is an act of the ledger, which has a digest of it and no name. A case with many subjects,
such as the annual reports of a year, is one act over a frozen list; who needs an act of their own
gets a case of their own. Results of visits open cases by one table: 6, B and C the list of abnormal
operations; A and D a letter of guidance, unless the problem is dealt with; F advice; 7 advice on
deregistration; 8 a talk; 9, 10 and 11 end the cases of who is gone.
"""

_WORKED = """```
yaohao case kinds                                       # the new kind, or its mistakes by line
yaohao case import food-truck permits.csv               # columns entity_id and valid_until
yaohao today --as-of 2027-05-01                         # who is to be reminded, and why
yaohao case step food-truck-1a2b apply --role entity --document application=form.pdf
yaohao case step food-truck-1a2b renew --role head --by "Zhao Min" --fact hygiene=yes \\
  --document permit=permit.pdf
```"""


_OWN = """## A kind of your own

One file, for example the renewal of a food truck's permit, in `cases/food-truck.toml` of the \
workspace:

<!-- example -->"""
_CHINESE = Path(__file__).with_name("kind_docs_zh.md")
_SAID = {
    "en": {
        "force": "in force {first} to {last}",
        "draft": "draft, not in force",
        "always": "always",
        "version": "version",
        "basis": "Basis: {basis} ({force}).",
        "hard": "yes",
        "setting": " (setting)",
        "draw": "Draw: **{link}**{direction}: {note}.",
        "from": "from `{day}`",
        "until": "until `{day}`",
        "letter": "letter {series}",
    },
    "zh": {
        "force": "施行期间 {first} 至 {last}",
        "draft": "草案，尚未施行",
        "always": "一直",
        "version": "版本",
        "basis": "依据：{basis}（{force}）。",
        "hard": "是",
        "setting": "（设定）",
        "draw": "对抽查的影响：**{link}**{direction}：{note}。",
        "from": "自 `{day}` 起",
        "until": "至 `{day}` 止",
        "letter": "文号 {series}",
    },
}
_COLUMNS = {
    "en": {
        "states": ("state", "", "class", "waits for"),
        "steps": ("step", "", "from → to", "by", "needs"),
        "dues": ("due", "", "in", "day", "hard"),
        "values": ("value", "from", "", "basis"),
    },
    "zh": {
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
    shown = f"```toml\n{example.strip()}\n```"
    listed = "\n\n".join("\n".join(_kind(kind, lang)).strip() for kind in kinds)
    if lang == "zh":
        frame = _CHINESE.read_text(encoding="utf-8")
    else:
        frame = "\n\n".join((_INTRO.strip(), "<!-- kinds -->", _OWN, _WORKED)) + "\n"
    return frame.replace("<!-- kinds -->", listed).replace("<!-- example -->", shown)


def _both(words: Words, lang: str) -> str:
    return words.zh if lang == "zh" else f"{words.en} {words.zh}"


def _heading(names: tuple[str, ...]) -> str:
    cells = "|".join(f" {name} " if name else " " for name in names)
    return f"\n|{cells}|\n|{' --- |' * len(names)}"


def _kind(kind: Kind, lang: str) -> Iterator[str]:
    say, columns = _SAID[lang], _COLUMNS[lang]
    first, last = (day.isoformat() if day else "" for day in kind.in_force)
    force = (
        say["draft"]
        if kind.draft
        else say["force"].format(first=first or say["always"], last=last).strip()
    )
    names = kind.words.zh if lang == "zh" else f"{kind.words.en} {kind.words.zh}"
    yield f"## {names} (`{kind.id}`, {say['version']} {kind.version})\n"
    yield f"{_both(kind.about, lang)}\n\n{say['basis'].format(basis=kind.basis, force=force)}"
    yield _heading(columns["states"])
    for state in kind.states.values():
        yield f"| `{state.id}` | {_both(state.words, lang)} | {state.type} | {state.waits} |"
    yield _heading(columns["steps"])
    for step in kind.steps.values():
        way = f"{', '.join(step.sources)} → {step.target}"
        needs = _needs(kind, step, lang)
        by = ", ".join(step.by)
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
        note = _both(effect.note, lang)
        yield "\n" + say["draw"].format(link=effect.link, direction=effect.direction, note=note)


def _needs(kind: Kind, step: Step, lang: str) -> str:
    say = _SAID[lang]
    needs = [f"`{name}`" for name in step.needs]
    needs += [_both(kind.documents[name], lang) for name in step.documents]
    needs += [f"`{one.text}`" for one in (step.when, step.guard) if one is not None]
    if step.not_before:
        needs.append(say["from"].format(day=step.not_before.text))
    if step.not_after:
        needs.append(say["until"].format(day=step.not_after.text))
    if step.series:
        needs.append(say["letter"].format(series=kind.series[step.series]))
    return "; ".join(needs)
