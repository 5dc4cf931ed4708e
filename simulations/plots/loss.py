"""What a cadence loses, over the assumptions that nobody has measured."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simulations.plots.numerals import digits, signed_percent, staleness_words
from simulations.plots.style import BLACK, BLUE, GREY, ORANGE, PURPLE, SKY, VERMILION, house_style, new_figure
from simulations.sensitivity import LossGrid
from simulations.wording import cadence_words, which_year

_COLOURS = (SKY, BLUE, VERMILION, ORANGE, PURPLE)
_MARKERS = "osD^v"
_SPREAD = 0.12
#: Height kept free above the highest bar, for the legend.
_HEADROOM = 0.36


@house_style
def draw_loss(grid: LossGrid) -> Figure:
    """Draw the loss over weekly capacity, a line for each staleness, each point with its 95% interval.

    Returns
    -------
    Figure
        The loss is steady's total less the cadence's, as a share of steady's; the vertical axis holds 0.
    """
    figure = new_figure(8, 4.6)
    axes = figure.subplots()
    places = np.arange(len(grid.capacity_hours), dtype=np.float64)
    for row, staleness in enumerate(grid.staleness):
        losses = grid.estimates[row]
        means = np.array([loss.mean for loss in losses])
        arms = [means - [loss.low for loss in losses], [loss.high for loss in losses] - means]
        axes.errorbar(
            places + (row - (len(grid.staleness) - 1) / 2) * _SPREAD,
            means,
            yerr=np.abs(arms),
            color=_COLOURS[row % len(_COLOURS)],
            marker=_MARKERS[row % len(_MARKERS)],
            linewidth=1.4,
            capsize=4,
            label=staleness_words(staleness),
        )
    axes.axhline(0, color=BLACK, linewidth=1.0)
    axes.set_xticks(places, [f"{digits(hours)} hours" for hours in grid.capacity_hours])
    axes.set_xlabel("hours a week and rep, for prospecting and selling together")
    axes.set_ylabel("loss of total\n(share of steady's total)")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _position: signed_percent(value, plus="")))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6))
    axes.set_title(f"What {cadence_words(grid.cadence)} loses ({which_year(grid.scenario)})")
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + (high - low) * _HEADROOM)
    axes.legend(loc="upper right", fontsize=9, title="What waiting for the rep costs", title_fontsize=9)
    figure.supxlabel(_footnote(grid), fontsize=9, color=GREY, x=0.01, ha="left")
    return figure


def _footnote(grid: LossGrid) -> str:
    return (
        f"Bars: 95% intervals from {grid.replications} simulated years a point. Above 0: steady books more."
    )
