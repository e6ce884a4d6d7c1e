"""Actions: what can be done where. One registry feeds keys, help, footer and command palette."""

from __future__ import annotations

from dataclasses import dataclass

from yaohao.planner.wording.messages import say
from yaohao.tui.keys import key_words, keys_of


@dataclass(frozen=True)
class Action:
    """Something that can be done.

    `name` names the method ``do_<name>`` of the screen (or of the app) that does it, and its words:
    ``<area>.do-<name>``, short, and ``<area>.about-<name>``, a sentence. `means` is the meaning of
    its keys (`tui.keys`), which has it alone; without one, it is in the palette and behind the
    leader key. Those with a `rank` stand in the footer, the lowest first. An action `anywhere` also
    runs while something is typed, by those of its keys that type nothing. `when` names a method
    that tells whether it can be done now; without it, it always can. Where it cannot, the words
    ``tui_keys.unless-<when>`` say why. An action that is `also` done by Enter has that key too.
    """

    name: str
    means: str = ""
    rank: int = 0
    anywhere: bool = False
    when: str = ""
    area: str = "tui"
    also: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.means, str):
            raise TypeError(
                f"{self.name}: an action is declared by what its key means (tui/keys.py)"
            )
        for meaning in filter(None, (self.means, self.also)):
            keys_of(meaning)

    @property
    def keys(self) -> tuple[str, ...]:
        """Textual's names of its keys; the first is the one shown."""
        return tuple(key for one in (self.means, self.also) if one for key in keys_of(one))

    def sign(self) -> str:
        """Its key as it is written; nothing where it has none."""
        return key_words(self.keys[0]) if self.keys else ""

    def why_not(self) -> str:
        """Why it cannot be done now, where its `when` says so."""
        return say(f"tui_keys.unless-{self.when.replace('_', '-')}")

    def label(self) -> str:
        """Its name in a word or two."""
        return say(f"{self.area}.do-{self.name}")

    def about(self) -> str:
        """What it does, in a sentence."""
        return say(f"{self.area}.about-{self.name}")


EVERYWHERE = (
    Action("help", "help", rank=90, anywhere=True),
    Action("palette", "palette", anywhere=True),
    Action("back", "back", anywhere=True),
    Action("again", "again", anywhere=True),
    Action("language", "language", anywhere=True),
    Action("theme", "theme", anywhere=True),
    Action("choose", "draw", area="tui_draw"),
    Action("leader", "leader"),
    Action("undo-last", "undo-last", area="tui_undo"),
    Action("quit", "quit", rank=99, anywhere=True),
)
"""What can be done on every screen; screens are gone to by digit, or letter after the leader."""
