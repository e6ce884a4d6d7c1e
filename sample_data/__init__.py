"""Synthetic populations: registers of a bureau that nobody has, and the truth behind them.

Everything made here is a whole-number function of a seed, a column and a row, so the same version,
seed and parameters give the same values on any machine and in pages of any size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yaohao.sample_data.population import Population
    from yaohao.sample_data.provider import Provider
    from yaohao.sample_data.scenarios import Scenario

__all__ = ["VERSION", "Population", "Provider", "Scenario"]

VERSION = "2.0"
"""Version of generator, profiles and vocabularies together: values change only with it."""

_HOMES = {"Population": "population", "Provider": "provider", "Scenario": "scenarios"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        try:
            return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        except ModuleNotFoundError as error:
            if error.name != "faker":
                raise
            extra = "pip install 'FILE.whl[faker]', where FILE.whl is the wheel of this program"
            message = f"{__name__}.{name} needs Faker: {extra}"
            raise ModuleNotFoundError(message, name="faker") from error
    raise AttributeError(name)
