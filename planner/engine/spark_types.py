"""Names for what Spark's library gives: it is an extra, whose own types are not always there."""

from __future__ import annotations

from typing import Any, TypeAlias

Session: TypeAlias = Any
"""A session of Spark's."""
Frame: TypeAlias = Any
"""A DataFrame of Spark's."""
