"""Keys inside sentences: messages name what a key means, and the table of keys fills it in.

``{key:freeze}`` is the key of a meaning, ``{key:typing-mend}`` the one that works while something
is typed, ``{key:place-register}`` how a place is gone to, ``{key:answer-yes}`` the answer of a
question, ``{key:editor-undo}`` what the text editor has. Enter, Esc, Tab, Del, the space bar and
the arrows are what they are in every program, and stand as words.
"""

from __future__ import annotations

from yaohao.tui.keys import ANSWERS, EDITING, key_words, keys_of, types_nothing


def sign_of(name: str) -> str:
    """The key of a name as it is written; raises KeyError where there is none."""
    kind, _, rest = name.partition("-")
    if kind == "place":
        return _of_place(rest)
    if kind == "typing":
        found = [key for key in keys_of(rest) if types_nothing(key)]
    elif kind == "answer":
        found = [
            key for key, is_yes in ANSWERS.items() if is_yes == {"yes": True, "no": False}[rest]
        ]
    else:
        found = [EDITING[rest]] if kind == "editor" else list(keys_of(name))
    if not found:
        raise KeyError(f"{name}: every key of it types something (tui/keys.py)")
    return key_words(found[0])


def _of_place(name: str) -> str:
    from yaohao.tui.screen_registry import screen_entry

    entry = screen_entry(name)
    if entry is None or not entry.key_words:
        raise KeyError(f"place-{name}: no such place has a key (tui/screen_registry.py)")
    return entry.key_words
