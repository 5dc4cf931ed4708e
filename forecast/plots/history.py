"""What a CRM export holds over time: opportunities created, won and lost in each month."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simulations.calendar import MONTHS
from simulations.plots.style import BLUE, GREEN, GREY, VERMILION, house_style, new_figure
from simulations.tables import DISQUALIFIED, LOST, WON

KINDS = (("created", BLUE), (WON, GREEN), ("lost or disqualified", VERMILION))
_WIDTH = 0.8


def monthly_counts(opportunities: pd.DataFrame) -> pd.DataFrame:
    """Return how many opportunities were created, won, and lost or disqualified in each calendar month.

    Parameters
    ----------
    opportunities : DataFrame
        Columns as in `simulations.tables.OPPORTUNITIES`.

    Returns
    -------
    DataFrame
        A row for each month from the first to the last in which anything happened, by its first day;
        columns ``created``, ``won``, ``lost or disqualified``.
    """
    outcome, closed = opportunities["outcome"], opportunities["closed"]
    moments = {
        "created": opportunities["created"],
        WON: closed[outcome == WON],
        "lost or disqualified": closed[outcome.isin([LOST, DISQUALIFIED])],
    }
    counts = {name: _by_month(when.dropna()) for name, when in moments.items()}
    whole = pd.DataFrame(counts).fillna(0).astype("int64")
    if whole.empty:
        return whole
    months = pd.date_range(whole.index.min(), whole.index.max(), freq="MS")
    return whole.reindex(months, fill_value=0)


def _by_month(when: pd.Series) -> pd.Series:
    counts: pd.Series = when.dt.to_period("M").dt.to_timestamp().value_counts()
    return counts


@house_style
def draw_history(opportunities: pd.DataFrame, exported: pd.Timestamp) -> Figure:
    """Draw how many opportunities were created, won and lost in each month, and where the export ends.

    Parameters
    ----------
    opportunities : DataFrame
        Columns as in `simulations.tables.OPPORTUNITIES`.
    exported : Timestamp
        The first instant that is not known.
    """
    counts = monthly_counts(opportunities)
    figure = new_figure(10, 5.4)
    lanes = figure.subplots(len(KINDS), 1, sharex=True)
    first = counts.index[0] if len(counts) else exported
    end = _months_between(first, exported) + exported.day / exported.days_in_month - 0.5
    for axes, (name, colour) in zip(lanes, KINDS, strict=True):
        axes.bar(np.arange(len(counts)), counts[name], _WIDTH, color=colour, linewidth=0)
        axes.axvline(end, color=GREY, linestyle="--", linewidth=1.2)
        axes.set_title(f"{name[0].upper()}{name[1:]}, a month")
        axes.set_ylabel("opportunities")
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=True))
        axes.grid(visible=False, axis="x")
    lanes[-1].xaxis.set_major_locator(MaxNLocator(nbins=9, integer=True))
    lanes[-1].xaxis.set_major_formatter(FuncFormatter(lambda place, _position: _month(first, round(place))))
    figure.supxlabel(
        "Dashed line: the export knows nothing later, so the month before it may be incomplete.",
        fontsize=9,
        color=GREY,
        x=0.01,
        ha="left",
    )
    return figure


def _months_between(first: pd.Timestamp, last: pd.Timestamp) -> int:
    return (last.year - first.year) * MONTHS + last.month - first.month


def _month(first: pd.Timestamp, later: int) -> str:
    return f"{first + pd.DateOffset(months=later):%b %Y}"
