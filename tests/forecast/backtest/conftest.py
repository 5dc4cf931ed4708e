"""What the tests of the backtest share: outcomes and bookings made by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest

from forecast.backtest.running import Outcome
from forecast.backtest.scores import scored
from simulations.tables import OPPORTUNITIES, STAGE_HISTORY, CrmTables, conform

MONDAY = pd.Timestamp("2026-01-05")


@pytest.fixture
def an_outcome() -> Callable[..., Outcome]:
    """Return a maker of outcomes: ``an_outcome(method, week, came, draws)``; no draws mean that it was refused."""

    def make(
        method: str, week: int, came: float, draws: Sequence[float] | None, where: Sequence[str] = ()
    ) -> Outcome:
        dataset, segment = where or ("made", "all")
        origin = MONDAY + pd.Timedelta(weeks=week)
        named = (dataset, segment, "2 weeks", "deals", method, origin, came)
        if draws is None:
            return Outcome(*named, None, "too few")
        return Outcome(*named, scored(np.array(draws, dtype=float), came, 0.5))

    return make


@pytest.fixture
def weekly_wins() -> Callable[..., CrmTables]:
    """Return a maker of CRMs with so many wins in each week, all on its Wednesday, created a week before."""

    def make(counts: Sequence[int], amount: float = 100.0) -> CrmTables:
        won = np.repeat(np.arange(len(counts)), counts)
        closed = MONDAY + pd.to_timedelta(7 * won + 2, unit="D")
        rows = pd.DataFrame(
            {
                "id": [f"W{number}" for number in range(len(won))],
                "created": closed - pd.Timedelta(days=7),
                "closed": closed,
                "outcome": "won",
                "amount": amount,
            }
        )
        return CrmTables(conform(rows, OPPORTUNITIES), conform(pd.DataFrame({"id": []}), STAGE_HISTORY))

    return make
