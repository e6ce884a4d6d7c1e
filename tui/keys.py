"""The keys of the screens: each has one meaning, in every place, and is written down here alone.

An action is declared by its meaning (`Action.means`) and has no key of its own, so that two
meanings cannot come to stand on one key. What a meaning says is ``tui_keys.means-<name>``.

Capital letters are for what weighs more than the small letter, or cannot be taken back. Letters
after the `LEADER` go to places (`screen_registry`); digits go to the places most used.
"""

from __future__ import annotations

from unicodedata import normalize

LEADER = "comma"
"""The key that waits for a letter: of a place, or again itself, for what can be done here."""

_LETTERS: dict[str, str] = {
    # what can be done with every list
    "slash": "filter",
    "y": "copy",
    "x": "export",
    "a": "order",
    "A": "reverse",
    "space": "mark",
    "asterisk": "mark-all",
    "Y": "copy-part",
    "K": "kept-filters",
    "vertical_line": "columns",
    "g": "which-list",
    "b": "count-by",
    "v": "view",
    "z": "full-text",
    "t": "by-code",
    "j": "down",
    "k": "up",
    # what is gone on with
    "d": "draw",
    "o": "another",
    "n": "next",
    "right_square_bracket": "next-part",
    "left_square_bracket": "previous-part",
    "p": "problems",
    "h": "how",
    # what is done
    "s": "step",
    "S": "step-all",
    "e": "edit",
    "E": "correct",
    "r": "record",
    "R": "return",
    "m": "people",
    "c": "check",
    "i": "import",
    "w": "write",
    "f": "files",
    "l": "letters",
    "u": "undo",
    "V": "vouch",
    "D": "dismiss",
    "F": "freeze",
    "W": "withdraw",
    "X": "abandon",
    "U": "audit",
    "P": "picture",
    "B": "backup",
    "C": "chance",
    "T": "as-text",
    "O": "case",
    "G": "guide",
    "N": "new",
    "question_mark": "help",
    "q": "quit",
    LEADER: "leader",
}
"""Keys that type something, each with its one meaning."""

_OTHERS: dict[str, str] = {
    "enter": "open",
    "escape": "back",
    "f1": "help",
    "f2": "language",
    "f3": "theme",
    "ctrl+p": "palette",
    "ctrl+r": "again",
    "ctrl+z": "undo-last",
    "ctrl+q": "quit",
    "ctrl+c": "quit",
    "ctrl+s": "save",
    "full_stop": "mend",
    "ctrl+t": "mend",
    "plus": "more",
    "ctrl+up": "more",
    "minus": "less",
    "ctrl+down": "less",
    "ctrl+o": "revert",
    "ctrl+y": "redo",
    "delete": "remove",
    "f4": "view",
}
"""Keys that type nothing, and signs that stand beside such a key with the same meaning."""

ANSWERS: dict[str, bool] = {
    "y": True,
    "Y": True,
    "n": False,
    "N": False,
    "escape": False,
    "enter": False,
}
"""The keys of a question, while it is asked: what each answers."""

EDITING = {"undo": "ctrl+z"}
"""Keys of the text editor itself, by what they do: they are Textual's, and stand in sentences."""

CLOSES = ("escape", "enter", "q")
"""The keys that close a text one reads."""


def meaning_of(key: str) -> str | None:
    """What a key means, in Textual's name of the key; None where it means nothing."""
    return _LETTERS.get(key) or _OTHERS.get(key)


def keys_of(meaning: str) -> tuple[str, ...]:
    """The keys of a meaning, the one shown first; raises KeyError where none has it."""
    found = tuple(
        key for table in (_LETTERS, _OTHERS) for key, one in table.items() if one == meaning
    )
    if not found:
        raise KeyError(f"no key means {meaning!r}: give it one in tui/keys.py")
    return found


def meanings() -> tuple[str, ...]:
    """Every meaning that has a key."""
    return tuple(dict.fromkeys([*_LETTERS.values(), *_OTHERS.values()]))


def types_nothing(key: str) -> bool:
    """Whether a key gives no sign that could be typed into a field."""
    return len(key) > 1 and key not in _LETTERS and key not in _NAMES.values()


_CHINESE = str.maketrans({"\u3001": "/", "\u3002": ".", "\u3010": "[", "\u3011": "]"})
"""Signs that a Chinese input method gives for a key, beside the full-width forms."""

_NAMES = {
    "/": "slash",
    "?": "question_mark",
    ",": "comma",
    ".": "full_stop",
    "+": "plus",
    "-": "minus",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "*": "asterisk",
    "|": "vertical_line",
    " ": "space",
}


def plain_character(character: str) -> str:
    """A character as its key has it without an input method: a full-width letter as the letter."""
    return normalize("NFKC", character.translate(_CHINESE))


def key_typed(key: str, character: str | None) -> str:
    """The name of the key pressed, whether or not an input method made its sign a wide one."""
    if not character or len(character) > 1:
        return key
    sign = plain_character(character)
    if len(sign) != 1 or (sign == character and sign not in _NAMES):
        return sign if len(sign) == 1 and sign.isalnum() and sign.isascii() else key
    return _NAMES.get(sign, sign if sign.isalnum() else key)


_SHOWN = {
    **{name: sign for sign, name in _NAMES.items() if sign != " "},
    "equals_sign": "=",
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


def free_letters() -> list[str]:
    """The letters that mean nothing yet, small ones first."""
    small = "abcdefghijklmnopqrstuvwxyz"
    return [one for one in small + small.upper() if meaning_of(one) is None]
