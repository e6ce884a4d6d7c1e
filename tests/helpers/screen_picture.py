"""A picture of the screen, as a phone would see it: every cell painted in its colours."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import zxingcpp
from rich.cells import cell_len
from textual.pilot import Pilot

WIDE, HIGH = 6, 12
"""Pixels of a cell."""


def picture(pilot: Pilot[Any]) -> np.ndarray[Any, Any]:
    """The screen in greys: half blocks and blanks exactly, letters as grey smudges."""
    columns, rows = pilot.app.size
    found = np.full((rows * HIGH, columns * WIDE), 128, np.uint8)
    for row, strip in enumerate(pilot.app.screen._compositor.render_strips()):
        column = 0
        for text, style, control in strip:
            if control:
                continue
            ink, paper = (_grey(part) for part in (style.color, style.bgcolor)) if style else (0, 0)
            for mark in text:
                cell = found[row * HIGH : (row + 1) * HIGH, column * WIDE :]
                wide = cell_len(mark) * WIDE
                cell[:, :wide] = paper
                if mark == "\u2588":
                    cell[:, :wide] = ink
                elif mark == "\u2580":
                    cell[: HIGH // 2, :wide] = ink
                elif mark == "\u2584":
                    cell[HIGH // 2 :, :wide] = ink
                elif mark != " ":
                    cell[2:-2, 1 : wide - 1] = (ink + paper) // 2
                column += cell_len(mark)
    return found


def _grey(color: Any) -> int:
    if color is None or color.triplet is None:
        return 128
    red, green, blue = color.triplet
    return round(0.299 * red + 0.587 * green + 0.114 * blue)


def png(file: Path) -> np.ndarray[Any, Any]:
    """A picture of one bit a pixel, rows as they are or as differences from the row above."""
    data = file.read_bytes()
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert (depth, kind) == (1, 0)
    at = data.index(b"IDAT")
    raw = zlib.decompress(data[at + 4 : at + 4 + struct.unpack(">I", data[at - 4 : at])[0]])
    rows = np.frombuffer(raw, np.uint8).reshape(height, -1)
    pixels = rows[:, 1:].copy()
    for row in range(1, height):
        if rows[row, 0] == 2:
            pixels[row] += pixels[row - 1]
    return np.unpackbits(pixels, axis=1)[:, :width] * np.uint8(255)


def decoded(pilot: Pilot[Any]) -> list[str]:
    """The texts of the QR codes on the screen."""
    return [
        found.text
        for found in zxingcpp.read_barcodes(picture(pilot), zxingcpp.BarcodeFormat.QRCode)
    ]
