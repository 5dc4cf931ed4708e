"""A backtest as a whole: run, ranked, and ready to be shown, kept or logged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import pandas as pd

from forecast.backtest.league import League, Row, league
from forecast.backtest.origins import WHOLE, Plan
from forecast.backtest.running import How, Outcome, Progress, run
from simulations.tables import CrmTables

#: Columns of the log: when, what was changed, and the row.
LOGGED = (
    "date", "version", "note", "dataset", "horizon", "unit", "method", "origins", "crps", "ratio", "difference", "low",
    "high", "pinball_10", "pinball_50", "pinball_90", "hit_50", "hit_80", "hit_95", "pit_mean", "pit_spread", "bias",
    "wape",
)  # fmt: skip
POOLED_LEVEL = 0.8


@dataclass(frozen=True, slots=True)
class Backtest:
    """What a backtest found, and from what.

    Attributes
    ----------
    outcomes : tuple of Outcome
    league : League
    how : How
    version : str
        Of the program.
    """

    outcomes: tuple[Outcome, ...]
    league: League
    how: How
    version: str

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the single outcomes as plain values, for JSON."""
        return {
            **self.league.to_dict(),
            "draws": self.how.draws,
            "seed": self.how.seed,
            "country": self.how.country,
            "version": self.version,
        }

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each outcome: where, when, by whom, what came, and its scores; refused ones have none."""
        return pd.DataFrame([_flat(one) for one in self.outcomes])

    def log_rows(self, date: str, note: str) -> Iterator[tuple[object, ...]]:
        """Yield rows for the log, by `LOGGED`: every method on the whole data sets, then the pooled hit share."""
        for row in self.league.rows:
            if row.segment == WHOLE:
                yield tuple(_logged(row, date, self.version, note, name) for name in LOGGED)
        pooled = self.league.pooled
        blank: dict[str, object] = dict.fromkeys(LOGGED, "")
        blank |= {"date": date, "version": self.version, "note": note, "dataset": "all, with segments"}
        blank |= {
            "method": "forecast",
            "origins": pooled.outcomes,
            f"hit_{100 * pooled.level:.0f}": pooled.share,
        }
        yield tuple(blank.values())


def backtest(
    plans: Mapping[str, tuple[Plan, CrmTables]],
    how: How,
    *,
    pooled_level: float = POOLED_LEVEL,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Return the backtest of some data sets.

    Parameters
    ----------
    plans : mapping of str to (Plan, CrmTables)
        The tables hold the whole file; each origin reads only what was known at it.
    how : How
    pooled_level : float
        Level of the interval whose hits are pooled: 0.5, 0.8 or 0.95.
    workers : int, optional
        Processes; as many as there are cores unless told. The result does not depend on it.
    progress : callable, optional
        Told how many origins of how many are done.
    """
    outcomes = run(plans, how, workers, progress)
    table = league(outcomes, [plan for plan, _ in plans.values()], how.seed, pooled_level)
    return Backtest(outcomes, table, how, version("pipecast"))


def _flat(one: Outcome) -> dict[str, object]:
    row = asdict(one)
    scores = row.pop("scores") or {}
    return {**row, **scores}


def _logged(row: Row, date: str, of: str, note: str, name: str) -> object:
    told = {"date": date, "version": of, "note": note}
    return told[name] if name in told else _short(getattr(row, name))


def _short(value: object) -> object:
    """Return a figure with the five digits that a log needs."""
    return float(f"{value:.5g}") if isinstance(value, float) else value
