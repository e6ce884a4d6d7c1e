"""Actions: what can be done where. One registry feeds keys, help, footer and command palette."""

from __future__ import annotations

from dataclasses import dataclass

from yaohao.planner.wording.messages import say


@dataclass(frozen=True)
class Action:
    """Something that can be done.

    `name` names the method ``do_<name>`` of the screen (or of the app) that does it, and its words:
    ``<area>.do-<name>``, short, and ``<area>.about-<name>``, a sentence. `keys` are Textual's names
    of keys; the first is the one shown. Those with a `rank` stand in the footer, the lowest first.
    An action `anywhere` also runs while something is typed, by those of its keys that type nothing.
    `when` names a method that tells whether it can be done now; without it, it always can.
    """

    name: str
    keys: tuple[str, ...] = ()
    rank: int = 0
    anywhere: bool = False
    when: str = ""
    area: str = "tui"

    def label(self) -> str:
        """Its name in a word or two."""
        return say(f"{self.area}.do-{self.name}")

    def about(self) -> str:
        """What it does, in a sentence."""
        return say(f"{self.area}.about-{self.name}")


EVERYWHERE = (
    Action("help", ("question_mark", "f1"), rank=90, anywhere=True),
    Action("palette", ("ctrl+p",), anywhere=True),
    Action("back", ("escape",), anywhere=True),
    Action("again", ("ctrl+r",), anywhere=True),
    Action("language", ("f2",), anywhere=True),
    Action("theme", ("f3",), anywhere=True),
    Action("undo-last", ("ctrl+z",), area="tui_undo"),
    Action("quit", ("q", "ctrl+q", "ctrl+c"), rank=99, anywhere=True),
)
"""What can be done on every screen; screens are gone to by their number."""

_SHOWN = {
    "question_mark": "?",
    "slash": "/",
    "full_stop": ".",
    "comma": ",",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}


def key_words(key: str) -> str:
    """A key as it is written on the keyboard: ``ctrl+p`` as ``Ctrl+P``."""
    *held, last = key.split("+") if key != "+" else [key]
    shown = _SHOWN.get(last)
    if shown is None:
        shown = last if len(last) == 1 and not held else last.capitalize()
    return "+".join([*(part.capitalize() for part in held), shown])
