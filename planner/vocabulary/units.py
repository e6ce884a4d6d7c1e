"""Units in which shares and expected counts are whole numbers."""

from __future__ import annotations

PPM = 1_000_000
"""Millionths in the whole: 10_000 is 1 %."""
