"""Names of files and folders that every system can have, since publications travel."""

from __future__ import annotations

_PORTS = [f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"]
_DEVICES = frozenset(["con", "prn", "aux", "nul", "conin$", "conout$", *_PORTS])


def is_device(name: str) -> bool:
    """Whether Windows takes a name for a device, whatever stands behind a point in it.

    Source: "Naming Files, Paths, and Namespaces", learn.microsoft.com; COM0 and LPT0 by some tools.
    """
    return name.partition(".")[0].rstrip(" ").casefold() in _DEVICES


def same_name(name: str) -> str:
    """What names have in common that are one on a disk that does not tell letters' cases apart."""
    return name.casefold()


def letter_file(kind: str, step: str, form: str, document: str = "") -> str:
    """The name of a file of letters of a step of a case; of one `document`, where it has several.

    ``form`` is the ending.
    """
    return f"{'-'.join(filter(None, (kind, step, document)))}.{form}"
