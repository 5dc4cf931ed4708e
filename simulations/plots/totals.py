"""Bookings by cadence: how far single years lie apart, and how often they reach the target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from simulations.cadence_year import CadenceYear
from simulations.comparison import Comparison
from simulations.plots.cadences import cadence_colour, cadence_lines
from simulations.plots.numerals import quantity, share
from simulations.plots.style import (
    BLACK,
    GREY,
    SHADE,
    amount_axis,
    house_style,
    largest_of,
    new_figure,
)
from simulations.wording import sentence_start, value_unit, which_year

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Measures drawn side by side; only bookings in the year are held against the target.
PANELS = (("bookings_in_year", "Bookings in the year"), ("total", "Total, with the run-off after the year"))
_HEADROOM = 1.12


@house_style
def draw_totals(comparison: Comparison) -> Figure:
    """Draw the distribution of bookings by cadence, with the target.

    Returns
    -------
    Figure
        For each cadence a bar that holds 8 of 10 simulated years, and the mean with its 95% interval.
        Left: bookings in the year, with the target and the chance to reach it. Right: total.
    """
    years = list(comparison.cadences)
    figure = new_figure(11, 1.9 + 0.95 * len(years))
    panels = figure.subplots(1, len(PANELS), sharex=True, sharey=True)
    for axes, (measure, title) in zip(panels, PANELS, strict=True):
        for row, year in enumerate(years):
            _draw_row(axes, row, year, measure)
        axes.set_title(title)
    _label(figure, panels, comparison)
    _draw_target(panels[0], comparison)
    return figure


def _draw_row(axes: Axes, row: int, year: CadenceYear, measure: str) -> None:
    low, high = year.spread[measure]
    estimate, colour = year.measures[measure], cadence_colour(year)
    axes.barh(row, high - low, left=low, height=0.4, color=colour, alpha=SHADE, linewidth=0)
    axes.hlines(row, estimate.low, estimate.high, color=colour, linewidth=3)
    axes.plot(estimate.mean, row, "o", color=colour, markersize=7)
    axes.annotate(
        quantity(estimate.mean),
        (estimate.mean, row),
        xytext=(0, 19),
        textcoords="offset points",
        ha="center",
        va="bottom",
        fontsize=9,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
    )


def _draw_target(axes: Axes, comparison: Comparison) -> None:
    axes.axvline(comparison.target, color=BLACK, linestyle="--", linewidth=1.2)
    # On the side that has room for the words.
    left = comparison.target > axes.get_xlim()[1] / 2
    axes.annotate(
        f"target {quantity(comparison.target)}",
        (comparison.target, -0.62),
        xytext=(-4 if left else 4, 0),
        textcoords="offset points",
        fontsize=9,
        ha="right" if left else "left",
        va="center",
    )


def _label(figure: Figure, panels: list[Axes], comparison: Comparison) -> None:
    years = comparison.cadences
    highs = [year.spread[measure][1] for year in years for measure, _ in PANELS]
    largest = largest_of([highs, [comparison.target]])
    panels[0].set_yticks(range(len(years)), [_words(year) for year in years])
    panels[0].set_ylim(len(years) - 0.5, -0.85)
    panels[0].set_xlim(0, (largest or 1.0) * _HEADROOM)
    for axes in panels:
        amount_axis(axes, "x", "Value", largest, value_unit(comparison.scenario))
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
    figure.supxlabel(
        "Dot and thick line: mean and its 95% interval. Bar: 8 of 10 simulated years. "
        f"{sentence_start(which_year(comparison.scenario))}.",
        fontsize=9,
        color=GREY,
        x=0.01,
        ha="left",
    )


def _words(year: CadenceYear) -> str:
    return f"{cadence_lines(year)}\n(reaches the target: {share(year.measures['target_reached'].mean)})"
