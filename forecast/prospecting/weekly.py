"""The weeks of prospecting: hours and results of each owner, on one grid of weeks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecast.calibration.records import Bools, Floats, day, days
from forecast.calibration.weeks import weeks_before
from forecast.prospecting.results import CONVERSATIONS, MEETINGS, OPPORTUNITIES, TOUCHES
from simulations.errors import BadInput, Problem

COUNTED = (TOUCHES, CONVERSATIONS, MEETINGS)
#: Weeks that a cell of counts holds where there are so many weeks, so that what comes a little later stays in it.
CELL_WEEKS, LONG_WEEKS = 4, 16
#: Weeks that are looked at unless told.
WEEKS = 26


@dataclass(frozen=True, slots=True)
class Grid:
    """Numbers of each owner in each week.

    Attributes
    ----------
    owners : tuple of str
    edges : array of W + 1
        Days since 1970-01-01.
    numbers : mapping of str to array, owners x W
        ``hours`` and results; nan where nobody counted it.
    hours_with : mapping of str to array, owners x W
        Result -> hours of the days on which it was counted too.
    runs : array of bool, owners x W
        Weeks that lie between the first and the last record of an owner.
    """

    owners: tuple[str, ...]
    edges: Floats
    numbers: dict[str, Floats]
    hours_with: dict[str, Floats]
    runs: Bools

    @property
    def weeks(self) -> int:
        """The number of weeks."""
        return len(self.edges) - 1

    @property
    def starts(self) -> pd.DatetimeIndex:
        """First moment of each week."""
        return pd.to_datetime(self.edges[:-1], unit="D").as_unit("us")

    def cells(self, values: Floats) -> Floats:
        """Return weekly values added up into cells of four weeks, the latest whole; of one week where there are few."""
        width = CELL_WEEKS if self.weeks >= LONG_WEEKS else 1
        first = self.weeks % width
        whole = np.nan_to_num(values[:, first:]).reshape(len(values), -1, width).sum(axis=2)
        if first:
            whole = np.column_stack((np.nan_to_num(values[:, :first]).sum(axis=1), whole))
        return np.asarray(whole)


def grid_of(
    table: pd.DataFrame, opportunities: pd.DataFrame | None, moment: pd.Timestamp, weeks: int
) -> Grid:
    """Return the weeks before a moment.

    Parameters
    ----------
    table : DataFrame
        Columns as in `simulations.tables.PROSPECTING`, nothing after the moment.
    opportunities : DataFrame or None
        ``owner`` and ``created`` of those that prospecting found.
    moment : Timestamp
    weeks : int
        At most so many, counted back from the moment's midnight.

    Raises
    ------
    BadInput
        The records do not reach over one whole week.
    """
    end = day(moment.normalize())
    edges = weeks_before(end, float(days(table["day"]).min()))[-weeks - 1 :]
    if len(edges) <= 1:
        found = f"{table['day'].min():%Y-%m-%d} to {table['day'].max():%Y-%m-%d}"
        allowed = f"must hold at least one whole week before {moment:%Y-%m-%d}"
        raise BadInput([Problem("the prospecting records", "", "day", found, allowed)])
    owners = tuple(map(str, sorted(table["owner"].unique())))
    row = pd.Index(owners).get_indexer(pd.Index(table["owner"]))
    at = days(table["day"])
    week = np.searchsorted(edges, at, side="right") - 1
    inside = (at >= edges[0]) & (at < edges[-1])
    place = _Place(row, week, inside, (len(owners), len(edges) - 1))
    numbers = {name: place.summed(table[name].to_numpy(float)) for name in ("hours", *COUNTED)}
    hours = table["hours"].to_numpy(float)
    hours_with = {
        name: np.nan_to_num(place.summed(np.where(table[name].notna(), hours, np.nan))) for name in COUNTED
    }
    runs = _runs(table, owners, edges)
    hours_with[OPPORTUNITIES] = np.where(runs, np.nan_to_num(numbers["hours"]), 0.0)
    if opportunities is not None:
        numbers[OPPORTUNITIES] = _created(opportunities, owners, edges, runs)
    return Grid(owners, edges, numbers, hours_with, runs)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the rows of a table fall in the grid."""

    row: np.ndarray
    week: np.ndarray
    inside: np.ndarray
    shape: tuple[int, int]

    def summed(self, values: Floats) -> Floats:
        """Return values added up by owner and week; nan where there is none."""
        kept = self.inside & ~np.isnan(values)
        at = self.row[kept] * self.shape[1] + self.week[kept]
        size = self.shape[0] * self.shape[1]
        total = np.bincount(at, values[kept], minlength=size)
        count = np.bincount(at, minlength=size)
        return np.where(count > 0, total, np.nan).reshape(self.shape)


def _runs(table: pd.DataFrame, owners: tuple[str, ...], edges: Floats) -> Bools:
    at = pd.Series(days(table["day"]), index=table["owner"].to_numpy())
    first = at.groupby(level=0).min().reindex(owners).to_numpy(float)
    last = at.groupby(level=0).max().reindex(owners).to_numpy(float)
    return np.asarray((edges[1:] > first[:, None]) & (edges[:-1] <= last[:, None]))


def _created(opportunities: pd.DataFrame, owners: tuple[str, ...], edges: Floats, runs: Bools) -> Floats:
    """Return the opportunities created by owner and week; only in weeks in which the owner's records run."""
    row = pd.Index(owners).get_indexer(pd.Index(opportunities["owner"]))
    at = days(opportunities["created"])
    inside = (row >= 0) & (at >= edges[0]) & (at < edges[-1])
    week = np.searchsorted(edges, at[inside], side="right") - 1
    count = np.zeros(runs.shape)
    np.add.at(count, (row[inside], week), 1.0)
    return np.where(runs, count, np.nan)
