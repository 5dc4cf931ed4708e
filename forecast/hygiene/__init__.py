"""The hygiene laboratory: after how many silent days an opportunity is best disqualified, and what that costs."""

from __future__ import annotations

from forecast.hygiene.results import HistoryHygiene, ScenarioHygiene, SilentShare, Swept
from forecast.hygiene.silent_deals import Costs, learn_hygiene
from forecast.hygiene.sweep import DAYS, sweep_days

__all__ = [
    "DAYS",
    "Costs",
    "HistoryHygiene",
    "ScenarioHygiene",
    "SilentShare",
    "Swept",
    "learn_hygiene",
    "sweep_days",
]
