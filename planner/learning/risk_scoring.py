"""Scores by a fitted model: points whose lines sum to them, relative to an average firm.

A line is what one column of the model adds or takes away compared with the average of the visits
that the model was made from. Lines are whole hundredths of a point; twenty points double the odds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from yaohao.planner.learning.indicators import columns_from
from yaohao.planner.learning.risk_features import Features
from yaohao.planner.learning.risk_model import POINTS_TO_DOUBLE
from yaohao.planner.learning.sample import Floats, Ints
from yaohao.planner.vocabulary.problems import refuse

FORMAT = "yaohao risk model 1"
HUNDREDTHS = 100
BASE = 500
"""Points of an average firm: scores stay above 0, so that nobody takes one for a penalty."""
_MOST = 200


@dataclass(frozen=True)
class SavedModel:
    """A model out of its document: what it needs to score, and what it says of itself."""

    as_of: str
    outcome: str
    features: Features
    coefficients: Floats
    centre: Floats
    intercept: float
    calibration: tuple[float, float]

    def lines(self, x: Floats) -> Ints:
        """Hundredths of points of each row (entity) and column of the model."""
        factor = HUNDREDTHS * POINTS_TO_DOUBLE / math.log(2)
        points: Ints = np.rint((x - self.centre) * self.coefficients * factor).astype(np.int64)
        return points

    def chance(self, x: Floats) -> Floats:
        """The chance of being found wrong by an average inspector."""
        intercept, slope = self.calibration
        z = intercept + slope * (self.intercept + x @ self.coefficients)
        probability: Floats = 0.5 * (1 + np.tanh(z / 2))
        return probability


def saved_model(document: Any, file: str) -> SavedModel:
    """A model from its document, which anybody may have written; PlannerError for another one."""
    try:
        codes = {
            str(name): tuple(str(code) for code in values)
            for name, values in document["codes"].items()
        }
        features = Features(codes, columns_from(document.get("indicators", {})))
        numbers = {
            name: np.array(document[name], np.float64) for name in ("coefficients", "centre")
        }
        intercept, slope = (float(one) for one in document["calibration"])
        model = SavedModel(
            str(document["as_of"]),
            str(document["outcome"]),
            features,
            numbers["coefficients"],
            numbers["centre"],
            float(document["intercept"]),
            (intercept, slope),
        )
        is_sound = (
            document["format"] == FORMAT
            and list(features.names) == document["names"]
            and len(features.names) <= _MOST
            and set(codes) <= {"kind", "industry", "region"}
            and all(one.shape == (len(features.names),) for one in numbers.values())
            and all(np.isfinite(one).all() for one in numbers.values())
            and math.isfinite(model.intercept + intercept + slope)
        )
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        is_sound = False
    if not is_sound:
        raise refuse("learning.no-model", file=file)
    return model


def as_points(hundredths: int, *, signed: bool = True) -> str:
    """Hundredths of points for people, what a line adds with its sign."""
    text = f"{hundredths / HUNDREDTHS:+.2f}" if signed else f"{hundredths / HUNDREDTHS:.2f}"
    return text.rstrip("0").rstrip(".")
