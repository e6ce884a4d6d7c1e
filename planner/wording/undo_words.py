"""What the last act was, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yaohao.planner.wording.messages import say


def was_done(offer: Mapping[str, Any]) -> str:
    """What an `UndoOffer` that can be taken back is about."""
    params = dict(offer["params"])
    if "register" in params:
        params["register"] = say(f"common.register-{params['register']}")
    return say(f"undo.was-{offer['what']}", **params)
