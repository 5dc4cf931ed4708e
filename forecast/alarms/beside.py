"""What is watched beside the opportunities: slips, where the history of close dates is kept, and recorded hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from forecast.alarms.cusum import Floats
from forecast.calibration.records import day, days
from forecast.calibration.streams import stream
from forecast.calibration.workdays import WEEK
from simulations.tables import OPEN, CrmTables

SLIPS, HOURS = "slips", "prospecting hours"
#: What is known before a moment was typed by then.
JUST_BEFORE = pd.Timedelta(1, "us")
#: Hours are never taken to vary less than this share of their mean from week to week: nobody's clock is that exact.
STEADIEST = 0.1


@dataclass(frozen=True, slots=True)
class Beside:
    """A monitor of weekly figures: what is due in a week, and how much of it went wrong.

    Attributes
    ----------
    name : str
    due, wrong : array, G x weeks
        Of the team (first) and each owner, in the weeks that are learned from. Slips: opportunities whose expected close
        fell into the week, and such as were still open at its end. Hours: 1, and hours *not* spent, which are below 0.
    counted : bool
        Whether they are numbers of opportunities, with the luck of such.
    """

    name: str
    due: Floats
    wrong: Floats
    counted: bool

    @property
    def share(self) -> Floats:
        """What of one that is due goes wrong, by group; owners are shrunk toward the team where they show little."""
        due, wrong = self.due.sum(axis=1), self.wrong.sum(axis=1)
        team = wrong[0] / max(float(due[0]), 1e-9)
        worth = self.due.shape[1] / 4 if self.counted else 0.0
        return np.asarray((wrong + worth * team) / np.maximum(due + worth, 1e-9))

    @property
    def spread(self) -> Floats:
        """Standard deviation of what goes wrong with one that is due, by group."""
        share, due = self.share[:, None], self.due
        usual = np.maximum(share * (1 - share), 1e-4) if self.counted else (STEADIEST * share) ** 2
        seen = ((self.wrong - share * due) ** 2 / np.maximum(due, 1.0)).sum(axis=1, keepdims=True)
        weeks = (due > 0).sum(axis=1, keepdims=True)
        return np.asarray(np.sqrt(np.maximum(seen / np.maximum(weeks, 1), usual))[:, 0])

    def deviations(self, due: Floats, wrong: Floats) -> Floats:
        """Return the deviations of weeks to come, 1 x G x weeks, from what is then due and went wrong; positive is bad."""
        usual = np.sqrt(np.maximum(self.due.mean(axis=1), 0.25)) * self.spread
        return np.asarray((wrong - self.share[:, None] * due) / usual[:, None])[None]

    def draw(self, years: int, seed: int) -> Floats:
        """Return drawn deviations on plan, years x G x as many weeks: the weeks that are learned from, come again.

        What is due comes in the blocks of four weeks in which it came, so that month ends stay together; what goes wrong
        is normal with the spread that is learned, about a share that is itself known only so well; so is the spread.
        """
        rng = stream(seed, f"alarms: {self.name}")
        groups, weeks = self.due.shape
        begins = 4 * rng.integers(max(weeks // 4, 1), size=(years, -(-weeks // 4)))
        week = ((begins[:, :, None] + np.arange(4)) % weeks).reshape(years, -1)[:, :weeks]
        due = self.due[:, week].transpose(1, 0, 2)
        total = np.maximum(self.due.sum(axis=1), 0.25)
        off = rng.standard_normal((years, groups)) / np.sqrt(total)
        luck = rng.standard_normal((years, groups, weeks)) * np.sqrt(due)
        spread = self.spread * np.sqrt(weeks / rng.chisquare(weeks, (years, groups)))
        wrong = spread[:, :, None] * (luck + off[:, :, None] * due)
        usual = np.sqrt(np.maximum(self.due.mean(axis=1), 0.25)) * self.spread
        return np.asarray(wrong / usual[:, None])


def slips_by_week(
    opportunities: pd.DataFrame, close_dates: pd.DataFrame, owners: tuple[str, ...], looks: Floats
) -> tuple[Floats, Floats]:
    """Return how many opportunities were due to close in each week, and how many of them had not, G x weeks.

    Only what was typed before a week began counts as its due.

    Parameters
    ----------
    opportunities : DataFrame
        Columns as in `simulations.tables.OPPORTUNITIES`.
    close_dates : DataFrame
        Every expected close that was ever typed: ``id``, ``when`` it was typed, and ``expected_close``; from the history
        of a field, or from snapshots.
    owners : tuple of str
        The groups after the team.
    looks : array of weeks + 1
        When weeks end, days since 1970-01-01; the first begins at the first.
    """
    due, late = np.zeros((1 + len(owners), len(looks) - 1)), np.zeros((1 + len(owners), len(looks) - 1))
    rows = opportunities.set_index("id")
    typed = close_dates.sort_values("when", kind="stable")
    typed = typed[typed["id"].isin(rows.index)]
    when, day_due = days(typed["when"]), days(typed["expected_close"])
    next_typed = pd.Series(when).groupby(typed["id"].to_numpy()).shift(-1).fillna(np.inf).to_numpy()
    closed = np.nan_to_num(days(rows["closed"].reindex(typed["id"])), nan=np.inf)
    owner = rows["owner"].reindex(typed["id"]).to_numpy()
    place = {name: number + 1 for number, name in enumerate(owners)}
    group = np.array([place.get(str(name), 0) for name in owner], dtype=np.int64)
    for week, (begin, end) in enumerate(pairwise(looks)):
        here = (
            (when < begin) & (next_typed >= begin) & (closed >= begin) & (day_due >= begin) & (day_due < end)
        )
        for table, chosen in ((due, here), (late, here & (closed >= end))):
            table[0, week] = chosen.sum()
            table[1:, week] = np.bincount(group[chosen], minlength=1 + len(owners))[1:]
    return due, late


def close_dates_of(known: Sequence[tuple[pd.Timestamp, CrmTables]]) -> pd.DataFrame:
    """Return every expected close that a series of snapshots shows, as `slips_by_week` reads it.

    A date counts from the snapshot that first shows it: what was typed and typed again between two of them is not seen.

    Parameters
    ----------
    known : sequence of (Timestamp, CrmTables)
        Snapshots in the order of their moments, which are exclusive.
    """
    shown = [
        tables.opportunities.loc[tables.opportunities["outcome"] == OPEN, ["id", "expected_close"]].assign(
            when=moment - JUST_BEFORE
        )
        for moment, tables in known
    ]
    if not shown:
        return pd.DataFrame({"id": [], "when": [], "expected_close": []})
    rows = pd.concat(shown, ignore_index=True).dropna(subset="expected_close")
    before = rows.groupby("id")["expected_close"].shift()
    return rows.loc[rows["expected_close"] != before, ["id", "when", "expected_close"]]


def hours_by_week(prospecting: pd.DataFrame, owners: tuple[str, ...], looks: Floats) -> tuple[Floats, Floats]:
    """Return 1 for each week, and the hours not spent (the hours spent, below 0), G x weeks.

    Parameters
    ----------
    prospecting : DataFrame
        Columns as in `simulations.tables.PROSPECTING`.
    owners : tuple of str
    looks : array of weeks + 1
    """
    spent = np.zeros((1 + len(owners), len(looks) - 1))
    week = np.searchsorted(looks, days(prospecting["day"]), side="right") - 1
    hours = prospecting["hours"].fillna(0.0).to_numpy(float)
    inside = (week >= 0) & (week < len(looks) - 1)
    np.add.at(spent[0], week[inside], hours[inside])
    place = {name: number + 1 for number, name in enumerate(owners)}
    group = np.array([place.get(str(name), 0) for name in prospecting["owner"]], dtype=np.int64)
    known = inside & (group > 0)
    np.add.at(spent, (group[known], week[known]), hours[known])
    return np.ones_like(spent), -spent


def looks_before(start: pd.Timestamp, weeks: int) -> Floats:
    """Return the looks of so many weeks before a start, the start last."""
    return np.asarray(day(start) - WEEK * np.arange(weeks, -1.0, -1.0))
