"""QR codes (ISO/IEC 18004): a text that a phone reads off a wall, a screen or a sheet."""

from __future__ import annotations

from pathlib import Path

QUIET = 4
"""Light modules that the standard asks for on every side."""


def modules(text: str) -> list[str]:
    """The rows of the QR code of `text`, as texts of 0 (light) and 1 (dark); no quiet zone."""
    import segno

    code = segno.make_qr(text, error="l", mode="byte")
    return ["".join(map(str, row)) for row in code.matrix]


def save(text: str, path: Path) -> None:
    """Write the QR code of `text` as a picture: SVG or PNG, by the ending of the file's name."""
    import io

    import segno

    from planner.vocabulary.files import write_whole

    out = io.BytesIO()
    code = segno.make_qr(text, error="l", mode="byte")
    code.save(out, kind=path.suffix.lstrip(".").lower(), border=QUIET, scale=10)
    write_whole(path, out.getvalue())
