"""Prospecting: hours week by week against the plan, and what comes of an hour by owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from forecast.prospecting.results import OPPORTUNITIES, WON_AMOUNT, Prospecting, Worker
from simulations.plots.style import BLUE, GREEN, GREY, PALE, amount_axis, house_style, largest_of, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Result -> words of its axis.
WORDS = {
    "touches": "touches an hour",
    "conversations": "conversations an hour",
    "meetings": "meetings an hour",
    OPPORTUNITIES: "opportunities an hour",
    WON_AMOUNT: "won an hour",
}
#: Owners shown; the others stand in the table.
MOST_ROWS = 24
_ROW, _FRAME, _MARGIN = 0.32, 1.5, 1.12


@house_style
def draw_weeks(found: Prospecting) -> Figure:
    """Draw hours and opportunities of all owners together, week by week, with the blocks planned and kept."""
    weekly = found.weekly.groupby("week").sum(numeric_only=True, min_count=1)
    lanes = [name for name in ("hours", "opportunities", "blocks") if name in weekly]
    figure = new_figure(10, 1.0 + 1.7 * len(lanes))
    panels = figure.subplots(len(lanes), 1, sharex=True, squeeze=False)[:, 0]
    place = np.arange(len(weekly))
    for axes, name in zip(panels, lanes, strict=True):
        if name == "blocks":
            axes.bar(place, weekly["blocks"], 0.8, color=PALE, edgecolor=GREY, linewidth=0.6, label="planned")
            axes.bar(place, weekly["blocks_kept"], 0.8, color=GREEN, linewidth=0, label="kept")
            axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.1, ncols=2, fontsize=8)
            axes.set_title("Protected blocks, a week")
        else:
            axes.bar(place, weekly[name], 0.8, color=BLUE, linewidth=0)
            axes.set_title(
                "Prospecting hours, a week" if name == "hours" else "Opportunities created by it, a week"
            )
        axes.set_ylim(bottom=0)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=4))
        axes.grid(visible=False, axis="x")
    days = list(weekly.index)
    panels[-1].xaxis.set_major_locator(MaxNLocator(nbins=9, integer=True))
    panels[-1].xaxis.set_major_formatter(
        FuncFormatter(lambda at, _position: f"{days[round(at)]:%d %b}" if 0 <= round(at) < len(days) else "")
    )
    return figure


@house_style
def draw_per_hour(found: Prospecting, currency: str = "") -> Figure:
    """Draw what comes of an hour by owner, one panel for each result that can be said.

    Parameters
    ----------
    found : Prospecting
    currency : str
        Of the amounts; empty where unknown.
    """
    rows = (found.whole, *found.teams, *found.owners[:MOST_ROWS])
    shown = [name for name in WORDS if any(row.per_hour[name] is not None for row in rows)]
    figure = new_figure(3.0 + 2.7 * max(len(shown), 1), _FRAME + _ROW * len(rows))
    panels = figure.subplots(1, max(len(shown), 1), sharey=True, squeeze=False)[0]
    for axes, result in zip(panels, shown, strict=False):
        _draw_panel(axes, rows, result, currency)
        axes.axhline(len(found.teams) + 0.5, color=GREY, linewidth=0.6)
    panels[0].set_yticks(range(len(rows)), [row.name for row in rows])
    panels[0].set_ylim(len(rows) - 0.5, -0.5)
    left_out = len(found.owners) - MOST_ROWS
    more = f" {left_out} more stand in the table." if left_out > 0 else ""
    figure.supxlabel(
        f"Points with 95% intervals over {found.weeks} weeks. Dashed: all together, toward whom owners with few hours "
        f"are drawn.{more}",
        fontsize=9,
        color=GREY,
        x=0.01,
        ha="left",
    )
    return figure


def _draw_panel(axes: Axes, rows: tuple[Worker, ...], result: str, currency: str) -> None:
    estimates = [row.per_hour[result] for row in rows]
    largest = largest_of([[one.high] for one in estimates if one is not None])
    for place, one in enumerate(estimates):
        if one is None:
            axes.annotate(
                "not said",
                (0, place),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
                color=GREY,
            )
            continue
        axes.plot([one.low, one.high], [place, place], color=BLUE, linewidth=2)
        axes.plot(one.mean, place, "o", color=BLUE, markersize=5)
    whole = estimates[0]
    if whole is not None:
        axes.axvline(whole.mean, color=GREY, linestyle="--", linewidth=1)
    axes.set_xlim(0, (largest or 1.0) * _MARGIN)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    if result == WON_AMOUNT:
        amount_axis(axes, "x", "won an hour", largest, currency)
    else:
        axes.set_xlabel(WORDS[result])
        axes.locator_params(axis="x", nbins=4)
