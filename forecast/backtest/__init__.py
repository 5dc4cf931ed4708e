"""The backtest: the forecast from past days' knowledge, scored beside what a user would otherwise trust."""

from forecast.backtest.backtest import Backtest, backtest
from forecast.backtest.files import read_datasets
from forecast.backtest.origins import Plan, plan_of_export
from forecast.backtest.protocol import Horizon, Protocol, read_protocol
from forecast.backtest.running import How

__all__ = [
    "Backtest",
    "Horizon",
    "How",
    "Plan",
    "Protocol",
    "backtest",
    "plan_of_export",
    "read_datasets",
    "read_protocol",
]
