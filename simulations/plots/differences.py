"""Paired differences between a cadence and the steady one, each with its interval."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simulations.comparison import Comparison, Contrast
from simulations.intervals import Estimate
from simulations.plots.cadences import cadence_colour, cadence_lines
from simulations.plots.numerals import signed_percent
from simulations.plots.style import BLACK, GREY, house_style, new_figure
from simulations.wording import sentence_start, which_year

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Measures that share a panel because both can be read as a share of the steady year's.
SHOWN = {
    "bookings_in_year": "bookings in the year",
    "run_off": "run-off after the year",
    "total": "total",
    "worst_quarter": "worst quarter",
    "opportunities": "opportunities created",
    "win_rate": "win rate",
    "cycle_days": "days from creation to won",
    "days_waited": "days waited for the rep",
    "quarter_volatility": "volatility of quarters",
    "month_volatility": "volatility of months",
    "prospecting_hours": "prospecting hours",
}


@house_style
def draw_differences(comparison: Comparison) -> Figure:
    """Draw the paired differences of every cadence from the reference, as shares of the reference's mean.

    Returns
    -------
    Figure
        A row a measure, a panel a contrast: the difference and its 95% interval around the line of none.
        An interval that crosses the line is drawn hollow: luck alone could make such a difference.
    """
    contrasts = [contrast for contrast in comparison.contrasts if contrast.role == "difference"]
    figure = new_figure(11, 1.8 + 0.34 * len(SHOWN))
    panels = figure.subplots(1, max(len(contrasts), 1), sharex=True, sharey=True, squeeze=False)[0]
    for axes, contrast in zip(panels, contrasts, strict=False):
        _draw_contrast(axes, comparison, contrast)
    panels[0].set_yticks(range(len(SHOWN)), list(SHOWN.values()))
    panels[0].set_ylim(len(SHOWN) - 0.5, -0.5)
    _label(figure, panels, comparison)
    return figure


def relative_difference(comparison: Comparison, contrast: Contrast, measure: str) -> Estimate:
    """Return a contrast's difference as a share of the other's mean; nan where that mean is 0.

    The mean's own uncertainty is left out: it is small beside the difference's.
    """
    whole = abs(comparison.cadence(contrast.against).measures[measure].mean)
    difference = contrast.differences[measure]
    if not whole:
        return Estimate(math.nan, math.nan, math.nan, difference.count)
    low, high = difference.low / whole, difference.high / whole
    return Estimate(difference.mean / whole, low, high, difference.count)


def _draw_contrast(axes: Axes, comparison: Comparison, contrast: Contrast) -> None:
    year = comparison.cadence(contrast.name)
    colour = cadence_colour(year)
    axes.axvline(0, color=BLACK, linewidth=1.0)
    for row, measure in enumerate(SHOWN):
        found = relative_difference(comparison, contrast, measure)
        axes.hlines(row, found.low, found.high, color=colour, linewidth=2)
        axes.plot([found.low, found.high], [row, row], "|", color=colour, markersize=9, markeredgewidth=1.5)
        fill = colour if found.sign else "white"
        axes.plot(found.mean, row, "o", markersize=5, markerfacecolor=fill, markeredgecolor=colour)
    axes.set_title(cadence_lines(year), color=colour, fontweight="bold")


def _label(figure: Figure, panels: list[Axes], comparison: Comparison) -> None:
    for axes in panels:
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _position: signed_percent(value)))
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6))
        axes.set_xlabel(f"difference from {comparison.reference}")
        axes.tick_params(axis="y", length=0)
    figure.supxlabel(
        f"Same luck on both sides, {comparison.replications} simulated years. Line: 95% interval. "
        f"Hollow: the interval holds 0, so luck alone could be the cause.\n{sentence_start(which_year(comparison.scenario))}.",
        fontsize=9,
        color=GREY,
        x=0.01,
        ha="left",
    )
