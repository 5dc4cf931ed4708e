"""What a real pipeline will close: CRM history, calibration, distribution, target, divergence.

`forecast` is where to begin; `read_crm` reads a CRM export, `page_of` makes a page of a result, `open_store` keeps what a
CRM said at moment after moment, and `known_at` gives it back. `quotas` says what quota is realistic, `watch`
whether reality is leaving the plan. `make_review`, `measure_hygiene`, `view_ledger`, `measure_lead` and `run_backtest`
answer what the commands of these names do.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forecast.crm import Reading, read_crm
    from forecast.library.backtests import BacktestAnswer, run_backtest
    from forecast.library.forecasts import ForecastPeriod, forecast
    from forecast.library.hygiene import HistoryHygieneAnswer, ScenarioHygieneAnswer, measure_hygiene
    from forecast.library.leads import LeadAnswer, measure_lead
    from forecast.library.ledgers import LedgerAnswer, view_ledger
    from forecast.library.pages import page_of
    from forecast.library.quotas import QuotaAnswer, quotas
    from forecast.library.reviews import ReviewAnswer, make_review
    from forecast.library.watching import WatchAnswer, watch
    from forecast.store import known_at, open_store
    from simulations.errors import BadInput
    from simulations.tables import CrmTables

__all__ = [
    "Assumed",
    "BacktestAnswer",
    "BadInput",
    "CrmTables",
    "ForecastPeriod",
    "HistoryHygieneAnswer",
    "LeadAnswer",
    "LedgerAnswer",
    "QuotaAnswer",
    "Reading",
    "ReviewAnswer",
    "ScenarioHygieneAnswer",
    "WatchAnswer",
    "forecast",
    "known_at",
    "make_review",
    "measure_hygiene",
    "measure_lead",
    "open_store",
    "page_of",
    "quotas",
    "read_crm",
    "run_backtest",
    "view_ledger",
    "watch",
]

_HOMES = {
    "Assumed": "forecast.calibration.assumed",
    "BacktestAnswer": "forecast.library.backtests",
    "BadInput": "simulations.errors",
    "CrmTables": "simulations.tables",
    "ForecastPeriod": "forecast.library.forecasts",
    "HistoryHygieneAnswer": "forecast.library.hygiene",
    "LeadAnswer": "forecast.library.leads",
    "LedgerAnswer": "forecast.library.ledgers",
    "QuotaAnswer": "forecast.library.quotas",
    "Reading": "forecast.crm",
    "ReviewAnswer": "forecast.library.reviews",
    "ScenarioHygieneAnswer": "forecast.library.hygiene",
    "WatchAnswer": "forecast.library.watching",
    "forecast": "forecast.library.forecasts",
    "known_at": "forecast.store",
    "make_review": "forecast.library.reviews",
    "measure_hygiene": "forecast.library.hygiene",
    "measure_lead": "forecast.library.leads",
    "open_store": "forecast.store",
    "page_of": "forecast.library.pages",
    "quotas": "forecast.library.quotas",
    "read_crm": "forecast.crm",
    "run_backtest": "forecast.library.backtests",
    "view_ledger": "forecast.library.ledgers",
    "watch": "forecast.library.watching",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for, so that importing the package costs nothing (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
