"""The picture of a year: hours, pipeline, bookings and published revenue, steady beside another cadence."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.patches import ConnectionPatch

from simulations.cadence_year import Band, CadenceYear
from simulations.comparison import Comparison
from simulations.example_year import ExamplePair, ExampleYear
from simulations.plots.cadences import cadence_colour, cadence_label
from simulations.plots.numerals import counted
from simulations.plots.style import (
    BLACK,
    GREY,
    PALE,
    PURPLE,
    SHADE,
    amount_axis,
    house_style,
    largest_of,
    new_figure,
)
from simulations.wording import REASONS, value_unit, which_year

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = npt.NDArray[np.float64]

YEAR_WEEKS = 52
WEEKS_AFTER = 13
QUARTER_WEEKS = 13
LANES = 4
_HOURS, _PIPELINE, _BOOKINGS, _REVENUE = range(LANES)
#: Height kept free above a lane's highest line, for its words.
_HEADROOM = 1.3


@house_style
def draw_year(comparison: Comparison, pair: ExamplePair) -> Figure:
    """Draw the year under steady prospecting and under another cadence, on the same scales.

    Parameters
    ----------
    comparison : Comparison
    pair : ExamplePair
        The simulated year that is drawn as a line, from `simulations.example_year.example_pair`.

    Returns
    -------
    Figure
        Four lanes (prospecting hours; open and weighted pipeline with the line of need; four-week mean
        of bookings; published revenue from the year's start) by two columns. Shades hold 8 of 10 years.
        The arrow runs from the first pipeline shortfall to the first published one.
    """
    figure = new_figure(11, 10.5)
    grid = figure.subplots(LANES, 2, sharex=True, sharey="row")
    tops = _tops(comparison, pair)
    for column, example in enumerate((pair.reference, pair.other)):
        _draw_column(grid[:, column], comparison, example, tops)
    _scale(grid, comparison, tops)
    _label(grid, comparison, pair)
    _draw_arrow(figure, grid[:, 1], comparison, pair.other)
    figure.supxlabel(_footnote(comparison, pair), fontsize=9, color=GREY, x=0.01, ha="left")
    return figure


def _draw_column(
    lanes: npt.NDArray[np.object_], comparison: Comparison, example: ExampleYear, tops: list[float]
) -> None:
    year = comparison.cadence(example.name)
    weeks = comparison.weeks.astype(np.float64)
    colour = cadence_colour(year)
    for axes in lanes:
        axes.axvspan(weeks[0] - 1, 0, color=PALE, zorder=0, linewidth=0)
        axes.axvspan(YEAR_WEEKS, weeks[-1], color=PALE, zorder=0, linewidth=0)
    for lane, series in ((_HOURS, "prospecting_hours"), (_BOOKINGS, "bookings_four_weeks")):
        _shade(lanes[lane], weeks, year.weekly[series], colour)
        lanes[lane].plot(weeks, example.weekly[series], color=colour, linewidth=1.6)
    _draw_pipeline(lanes[_PIPELINE], weeks, year, example, tops[_PIPELINE])
    _draw_revenue(lanes[_REVENUE], comparison, year, example)


def _shade(axes: Axes, x: Floats, band: Band, colour: str) -> None:
    axes.fill_between(x, band.p10, band.p90, color=colour, alpha=SHADE, linewidth=0)


def _draw_pipeline(axes: Axes, weeks: Floats, year: CadenceYear, example: ExampleYear, top: float) -> None:
    colour = cadence_colour(year)
    _shade(axes, weeks, year.weekly["open_value"], colour)
    axes.plot(weeks, example.weekly["open_value"], color=colour, linewidth=1.6, label="open pipeline")
    weighted = example.weekly["weighted"]
    axes.plot(weeks, weighted, color=PURPLE, linewidth=1.4, label="weighted pipeline")
    need = year.line_of_need.mean
    ends = np.arange(1.0, need.size + 1)
    # Towards the year's end nothing new can be won in time: the line leaves the lane, and must not cross the words.
    shown = np.where(need <= top, need, np.nan)
    axes.plot(ends, shown, color=BLACK, linewidth=1.2, linestyle="--", label="line of need (open)")


def _draw_revenue(axes: Axes, comparison: Comparison, year: CadenceYear, example: ExampleYear) -> None:
    shortfall = comparison.shortfalls[year.name]
    published, colour = shortfall.published_weeks.astype(np.float64), cadence_colour(year)
    band = year.published_to_date
    axes.fill_between(published, band.p10, band.p90, step="post", color=colour, alpha=SHADE, linewidth=0)
    axes.step(published, example.published_to_date, where="post", color=colour, linewidth=1.6)
    axes.plot(published, example.published_to_date, "o", color=colour, markersize=3.5)
    axes.step(
        published,
        shortfall.published_edge,
        where="post",
        color=BLACK,
        linewidth=1.2,
        linestyle=":",
        label="below this line: a shortfall",
    )


def _scale(grid: npt.NDArray[np.object_], comparison: Comparison, tops: list[float]) -> None:
    """Give each lane one scale from zero; the line of need may leave it upwards."""
    unit = value_unit(comparison.scenario)
    labels = ("Prospecting", "Pipeline", "Bookings, four-week mean", "Published to date")
    units = ("hours a week, team", unit, f"{unit} a week", unit)
    for lane, (label, words, top) in enumerate(zip(labels, units, tops, strict=True)):
        amount_axis(grid[lane, 0], "y", label, top, words)
        grid[lane, 0].set_ylim(0, (top or 1.0) * _HEADROOM)


def _tops(comparison: Comparison, pair: ExamplePair) -> list[float]:
    examples = (pair.reference, pair.other)
    years = [comparison.cadence(example.name) for example in examples]
    tops = [
        largest_of([y.weekly[name].p90 for y in years] + [e.weekly[name] for e in examples])
        for name in ("prospecting_hours", "open_value", "bookings_four_weeks")
    ]
    needed = largest_of([year.line_of_need.mean[:-QUARTER_WEEKS] for year in years])
    tops[_PIPELINE] = max(tops[_PIPELINE], min(needed, 2 * tops[_PIPELINE]))
    published = [y.published_to_date.p90 for y in years] + [e.published_to_date for e in examples]
    return [*tops, largest_of(published)]


def _label(grid: npt.NDArray[np.object_], comparison: Comparison, pair: ExamplePair) -> None:
    weeks = comparison.weeks
    for column, example in enumerate((pair.reference, pair.other)):
        year = comparison.cadence(example.name)
        grid[0, column].set_title(cadence_label(year), color=cadence_colour(year), fontweight="bold")
        grid[LANES - 1, column].set_xlabel(f"week of the year ({which_year(comparison.scenario)})")
        grid[_PIPELINE, column].legend(
            loc="upper left", fontsize=8, ncols=3, columnspacing=1.0, frameon=True, edgecolor="white"
        )
        grid[_REVENUE, column].legend(loc="lower right", fontsize=8)
    last = min(int(weeks[-1]), YEAR_WEEKS + WEEKS_AFTER)
    grid[0, 0].set_xlim(float(weeks[0]) - 1, last)
    grid[0, 0].set_xticks([tick for tick in range(0, last + 1, QUARTER_WEEKS) if tick >= weeks[0] - 1])


def _draw_arrow(
    figure: Figure, lanes: npt.NDArray[np.object_], comparison: Comparison, example: ExampleYear
) -> None:
    shortfall = comparison.shortfalls[example.name]
    arrow = shortfall.arrow
    if arrow is None:
        _say_why_not(lanes[_REVENUE], shortfall.reason)
        return
    month = int(np.flatnonzero(shortfall.published_weeks == arrow.published_week)[0])
    week = int(np.flatnonzero(comparison.weeks == arrow.pipeline_week)[0])
    start = (float(arrow.pipeline_week), float(example.weekly["open_value"][week]))
    end = (float(arrow.published_week), float(example.published_to_date[month]))
    for axes, point in ((lanes[_PIPELINE], start), (lanes[_REVENUE], end)):
        axes.plot(
            *point, "o", markersize=9, markerfacecolor="none", markeredgecolor=BLACK, markeredgewidth=1.6
        )
    line = ConnectionPatch(
        xyA=start,
        coordsA=lanes[_PIPELINE].transData,
        xyB=end,
        coordsB=lanes[_REVENUE].transData,
        arrowstyle="-|>",
        mutation_scale=16,
        linewidth=1.8,
        color=BLACK,
        shrinkA=5,
        shrinkB=5,
    )
    line.set_in_layout(False)
    figure.add_artist(line)
    _write_weeks(lanes[_BOOKINGS], start[0], end[0], arrow.weeks)


def _say_why_not(axes: Axes, reason: str) -> None:
    words = "\n".join(textwrap.wrap(f"No arrow: {REASONS[reason]}.", 44))
    axes.text(0.02, 0.95, words, transform=axes.transAxes, va="top", fontsize=9)


def _write_weeks(axes: Axes, first: float, last: float, weeks: int) -> None:
    words = f"{counted(weeks, 'week')} earlier" if weeks >= 0 else f"{counted(-weeks, 'week')} later"
    axes.annotate(
        words,
        ((first + last) / 2, 0.88),
        xycoords=axes.get_xaxis_transform(),
        xytext=(10, 0),
        textcoords="offset points",
        fontweight="bold",
        bbox={"facecolor": "white", "edgecolor": GREY, "boxstyle": "round,pad=0.3", "linewidth": 0.8},
    )


def _footnote(comparison: Comparison, pair: ExamplePair) -> str:
    return (
        f"Line: one simulated year (number {pair.other.replication + 1}), with the same luck in both columns. "
        f"Shade: 8 of 10 of {comparison.kept} simulated years.\n"
        "Dips in the hours: holidays. Grey: steady prospecting before and after the year. Circles: first shortfall in the pipeline, "
        "first shortfall in published revenue, by one rule."
    )
