"""The tables split as every check needs them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from simulations.tables import OPEN, WON, CrmTables, begins_anew, looked_up, positions

SECONDS_A_DAY = 86_400.0


@dataclass(frozen=True)
class Facts:
    """The tables as known at a moment, split into open and closed.

    Attributes
    ----------
    tables : CrmTables
        Nothing in them is later than ``when`` (`forecast.known.as_of`).
    when : Timestamp
        The first instant that is not known.
    """

    tables: CrmTables
    when: pd.Timestamp

    @cached_property
    def rows(self) -> pd.DataFrame:
        """All opportunities."""
        return self.tables.opportunities

    @cached_property
    def open(self) -> pd.DataFrame:
        """Opportunities that are open."""
        return self.rows[self.rows["outcome"] == OPEN]

    @cached_property
    def closed(self) -> pd.DataFrame:
        """Opportunities that are won, lost or disqualified."""
        return self.rows[self.rows["outcome"] != OPEN]

    @cached_property
    def won(self) -> pd.DataFrame:
        """Opportunities that were won."""
        return self.rows[self.rows["outcome"] == WON]

    @cached_property
    def not_won(self) -> pd.DataFrame:
        """Opportunities that were lost or disqualified."""
        return self.closed[self.closed["outcome"] != WON]

    @cached_property
    def cycle_days(self) -> pd.Series:
        """Days from creation to closing of what closed, won or not."""
        return (self.closed["closed"] - self.closed["created"]).dt.total_seconds() / SECONDS_A_DAY

    @cached_property
    def age_days(self) -> pd.Series:
        """Days since creation of what is open."""
        days: pd.Series = (self.when - self.open["created"]).dt.total_seconds() / SECONDS_A_DAY
        return days

    @cached_property
    def visited_last(self) -> pd.Series:
        """The stage that each open opportunity entered last; missing where no entry is known."""
        history = self.tables.stage_history
        of, last = positions(history["id"], self.rows["id"]), np.full(len(self.rows) + 1, -1)
        np.maximum.at(
            last, of, np.arange(len(of))
        )  # those of strangers, -1, are in the place behind all others
        at = last[:-1][(self.rows["outcome"] == OPEN).to_numpy()]
        return history["stage"].reset_index(drop=True).reindex(at).set_axis(self.open.index)

    @cached_property
    def steps(self) -> pd.DataFrame:
        """Id and step of every move between stages: 1 to the next one, more where stages were skipped."""
        history = self.tables.stage_history
        place = {stage: float(number) for number, stage in enumerate(self.tables.stages)}
        rank = looked_up(history["stage"], place, "float64")
        known = history["id"] if rank.notna().all() else history["id"][rank.notna()]
        rank = rank.dropna()
        step = (rank - rank.shift()).where(~begins_anew(known), rank + 1)
        return pd.DataFrame({"id": known, "step": step})


def share(part: int, whole: int) -> str:
    """Return a count and its share in words, for a sentence: ``36 of 300 (12%)``, ``all 300``."""
    return f"all {whole:,}" if part == whole else f"{part:,} of {whole:,} ({part / whole:.0%})"
