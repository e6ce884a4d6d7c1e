"""QR codes (ISO/IEC 18004): for pages, as SVG that needs no style; for a screen, a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

QUIET = 4
"""Light modules that the standard asks for on every side."""


def qr_svg(text: str | Sequence[str], error: str = "m", most: int = 40) -> str | None:
    """The code of a text as an SVG element, or None where it would be larger than version `most`.

    A text in parts has each of them in its own mode, so that digits take the room of digits.
    `error` is the level of error correction: l, m, q, h.
    """
    import segno

    try:
        parts: Any = text if isinstance(text, str) else [part for part in text if part]
        made = segno.make(parts, error=error, boost_error=False, micro=False)
    except segno.DataOverflowError:
        return None
    if int(made.version) > most:
        return None
    moves = []
    for y, row in enumerate(made.matrix, QUIET):
        x = QUIET
        for dark, run in groupby(row, bool):
            width = len(list(run))
            if dark:
                moves.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    size = len(made.matrix) + 2 * QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{"".join(moves)}"/></svg>'
    )


def modules(text: str) -> list[str]:
    """The rows of the QR code of `text`, as texts of 0 (light) and 1 (dark); no quiet zone."""
    import segno

    code = segno.make_qr(text, error="l", mode="byte")
    return ["".join(map(str, row)) for row in code.matrix]


def picture(text: str, kind: str) -> bytes:
    """The QR code of `text` as a picture, of a `kind` that is ``svg`` or ``png``."""
    import io

    import segno

    out = io.BytesIO()
    code = segno.make_qr(text, error="l", mode="byte")
    code.save(out, kind=kind, border=QUIET, scale=10)
    return out.getvalue()
