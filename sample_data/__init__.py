"""Synthetic populations: registers of entities, inspectors, items and leads that nobody owns.

Everything made here is a whole-number function of a seed, a column and a row, so the same version,
seed and parameters give the same values on any machine and in pages of any size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sample_data.population import Population

__all__ = ["VERSION", "Population"]

VERSION = "2.0"
"""Version of generator, profiles and vocabularies together: values change only with it."""


def __getattr__(name: str) -> Any:
    if name == "Population":
        from sample_data.population import Population

        return Population
    raise AttributeError(name)
