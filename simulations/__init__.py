"""How a sales year unfolds: prospecting hours, leads, opportunities, stages, bookings, revenue.

`compare` is where to begin; `load_scenario` reads a scenario, `Sawtooth` and its like are cadences.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulations.errors import BadInput
    from simulations.library import ComparedYears, compare
    from simulations.scenario.model import Custom, QuarterEnd, Reactive, Sawtooth, Scenario, Steady
    from simulations.scenario.written import DayState, Written
    from simulations.scenario_file import load_scenario
    from simulations.stopping import UntilNarrow

__all__ = [
    "BadInput",
    "ComparedYears",
    "Custom",
    "DayState",
    "QuarterEnd",
    "Reactive",
    "Sawtooth",
    "Scenario",
    "Steady",
    "UntilNarrow",
    "Written",
    "compare",
    "load_scenario",
]

_HOMES = {
    "BadInput": "simulations.errors",
    "UntilNarrow": "simulations.stopping",
    "ComparedYears": "simulations.library",
    "compare": "simulations.library",
    "load_scenario": "simulations.scenario_file",
    **dict.fromkeys(("DayState", "Written"), "simulations.scenario.written"),
    **dict.fromkeys(
        ("Custom", "QuarterEnd", "Reactive", "Sawtooth", "Scenario", "Steady"), "simulations.scenario.model"
    ),
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for, so that importing the package costs nothing (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
