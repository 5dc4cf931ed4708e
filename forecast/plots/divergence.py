"""The picture of the divergence: projected bookings against the plan's band, week by week."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.patches import ConnectionPatch

from forecast.divergence import ImportedYear, SimulatedYear
from forecast.wording.forecasts import long_day
from simulations.plots.numerals import counted
from simulations.plots.style import (
    BLACK,
    BLUE,
    CADENCE_COLOURS,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SHADE,
    amount_axis,
    house_style,
    largest_of,
    new_figure,
)
from simulations.wording import REASONS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = npt.NDArray[np.float64]
QUARTER_WEEKS, MOST_TICKS = 13, 14
#: Height kept free above the highest line, for its words.
_HEADROOM = 1.28
_PARTS = ((GREEN, "booked"), (BLUE, "open, calibrated in the period"), (ORANGE, "not yet created"))
_LEGEND: dict[str, Any] = {
    "fontsize": 8.5,
    "ncols": 5,
    "columnspacing": 1.2,
    "frameon": True,
    "edgecolor": "white",
}
EDGE_LABEL = "below this line: a shortfall"


@house_style
def draw_imported(year: ImportedYear, unit: str = "") -> Figure:
    """Draw an imported year: the projection with its range and the band above, its parts below.

    Parameters
    ----------
    year : ImportedYear
        With at least one week.
    unit : str
        Currency of the amounts; ``deals`` where deals are counted.
    """
    figure = new_figure(11, 7.2)
    above, below = figure.subplots(2, 1, sharex=True, sharey=True)
    rows = year.to_frame()
    weeks = rows.index.to_numpy(float)
    columns = {name: rows[name].to_numpy(float) for name in rows if name != "moment"}
    above.fill_between(weeks, columns["low"], columns["high"], color=BLUE, alpha=SHADE, linewidth=0)
    above.plot(
        weeks, columns["projected"], color=BLUE, linewidth=1.8, marker="o", markersize=3, label="projected"
    )
    _draw_edge(above, weeks, columns["edge"])
    if year.shortfall is not None:
        _circle(above, float(year.shortfall.week), year.shortfall.projected)
        _note(above, f"left the plan in week {year.shortfall.week}", year.shortfall.week)
    _stack(below, weeks, (columns["booked"], columns["open"], columns["new"]))
    below.plot(weeks, columns["plan"], color=BLACK, linewidth=1.2, linestyle=":", label="target to date")
    largest = largest_of([columns["high"], [year.target]])
    last = max((year.end - year.start).days + 1, 1) / 7
    for axes, label in ((above, "Projected bookings"), (below, "What they are made of")):
        _finish(axes, year.target, largest, (label, unit))
        axes.legend(loc="upper left", **_LEGEND)
    _weeks_axis(below, 0.0, max(last, 1.0), f"week of the period that begins on {long_day(year.start)}")
    _write_under(figure, _imported_footnote(year))
    return figure


def _imported_footnote(year: ImportedYear) -> str:
    shade = "Shade: 8 of 10 draws of each week's forecast, which knows nothing later."
    if all(week.edge is None for week in year.weeks):
        return f"{shade} No band is drawn."
    return (
        f"{shade} Dashes: 9 of 10 of the {year.on_plan:,} drawn courses that reach the target never lie below them "
        f"at any week's end; they come from the forecast of week {year.first.week}."
    )


@house_style
def draw_simulated(year: SimulatedYear) -> Figure:
    """Draw a simulated year: projection, its parts and published revenue of the example, and the arrow.

    Parameters
    ----------
    year : SimulatedYear

    Returns
    -------
    Figure
        Three lanes on one time axis. The arrow runs from the first pipeline shortfall to the first
        published one.
    """
    figure = new_figure(11, 9.2)
    lanes = figure.subplots(3, 1, sharex=True)
    rows = year.to_frame()
    weeks = rows.index.to_numpy(float)
    colour = CADENCE_COLOURS.get(year.cadence.kind, PURPLE)
    lanes[0].fill_between(weeks, rows["low"], rows["high"], color=colour, alpha=SHADE, linewidth=0)
    lanes[0].plot(
        weeks, rows["example_projected"], color=colour, linewidth=1.8, label="projected, example year"
    )
    _draw_edge(lanes[0], weeks, rows["edge"].to_numpy(float))
    _stack(
        lanes[1], weeks, tuple(rows[f"example_{part}"].to_numpy(float) for part in ("booked", "open", "new"))
    )
    _draw_published(lanes[2], year, colour)
    largest = largest_of([rows["high"], rows["example_projected"], [year.target]])
    labels = ("Projected bookings", "What they are made of", "Published revenue to date")
    for axes, label, height in zip(lanes, labels, ("lower", "upper", "upper"), strict=True):
        _finish(axes, year.target, largest, (label, year.unit))
        axes.legend(loc=f"{height} {_free_side(year)}", **_LEGEND)
    last = max(float(weeks[-1]), year.months[-1].week + 1.0)
    _weeks_axis(lanes[2], 0.0, last, "week of the year")
    _draw_arrow(figure, lanes, year)
    _write_under(
        figure,
        f"Line and areas: one simulated year (number {year.example + 1}). Shade: 8 of 10 of {year.replications} "
        "simulated years with this cadence. Dashes: 9 of 10 steady years never lie below them."
        + (" Circles: first shortfalls, both by this rule." if year.weeks_between is not None else ""),
    )
    return figure


def _draw_published(axes: Axes, year: SimulatedYear, colour: str) -> None:
    when = np.array([month.week for month in year.months], dtype=float)
    low, high, example, edge = (
        np.array([getattr(month, name) for month in year.months])
        for name in ("low", "high", "example", "edge")
    )
    axes.fill_between(when, low, high, step="post", color=colour, alpha=SHADE, linewidth=0)
    axes.step(when, example, where="post", color=colour, linewidth=1.8, label="published, example year")
    axes.plot(when, example, "o", color=colour, markersize=3.5)
    axes.step(when, edge, where="post", color=BLACK, linewidth=1.4, linestyle="--", label=EDGE_LABEL)


def _draw_edge(axes: Axes, weeks: Floats, edge: Floats) -> None:
    if not np.isnan(edge).all():
        axes.plot(weeks, edge, color=BLACK, linewidth=1.4, linestyle="--", label=EDGE_LABEL)


def _stack(axes: Axes, weeks: Floats, parts: tuple[Floats, ...]) -> None:
    colours, labels = ([part[at] for part in _PARTS] for at in (0, 1))
    axes.stackplot(weeks, *parts, colors=colours, labels=labels, alpha=0.8, linewidth=0)


def _finish(axes: Axes, target: float, largest: float, words: tuple[str, str]) -> None:
    axes.axhline(target, color=GREY, linewidth=1.4, label="target")
    axes.set_ylim(0, (largest or 1.0) * _HEADROOM)
    amount_axis(axes, "y", words[0], largest, words[1])


def _free_side(year: SimulatedYear) -> str:
    """Return the side of the lanes where no arrow runs."""
    ends = (year.pipeline_week or 0) + (year.published_week or 0)
    return "left" if year.weeks_between is not None and ends > len(year.weeks) else "right"


def _weeks_axis(axes: Axes, first: float, last: float, label: str) -> None:
    step = next(
        s for s in (1, 2, 4, QUARTER_WEEKS, 4 * QUARTER_WEEKS) if last / s <= MOST_TICKS or s > QUARTER_WEEKS
    )
    axes.set_xlim(first, last)
    axes.set_xticks(np.arange(0.0, last + 1e-9, step))
    axes.set_xlabel(label)


def _circle(axes: Axes, week: float, value: float) -> None:
    axes.plot(
        week, value, "o", markersize=10, markerfacecolor="none", markeredgecolor=BLACK, markeredgewidth=1.6
    )


def _note(axes: Axes, words: str, week: float) -> None:
    """Write below a circle, on the side of the axes where there is room."""
    left, right = axes.get_xlim()
    late = week > (left + right) / 2
    axes.annotate(
        words,
        (week, 0.1),
        xycoords=axes.get_xaxis_transform(),
        xytext=(-8 if late else 8, 0),
        textcoords="offset points",
        ha="right" if late else "left",
        fontweight="bold",
    )
    axes.axvline(week, color=GREY, linewidth=0.9, linestyle=":")


def _draw_arrow(figure: Figure, lanes: npt.NDArray[np.object_], year: SimulatedYear) -> None:
    if year.weeks_between is None or year.pipeline_week is None or year.published_week is None:
        words = "\n".join(textwrap.wrap(f"No arrow: {REASONS[year.reason]}.", 60))
        lanes[2].text(0.01, 0.96, words, transform=lanes[2].transAxes, va="top", fontsize=9)
        return
    month = next(month for month in year.months if month.week == year.published_week)
    start = (float(year.pipeline_week), year.at(year.pipeline_week).example_projected)
    end = (float(month.week), month.example)
    _circle(lanes[0], *start)
    _circle(lanes[2], *end)
    line = ConnectionPatch(
        xyA=start,
        coordsA=lanes[0].transData,
        xyB=end,
        coordsB=lanes[2].transData,
        arrowstyle="-|>",
        mutation_scale=16,
        linewidth=1.8,
        color=BLACK,
        shrinkA=6,
        shrinkB=6,
    )
    line.set_in_layout(False)
    figure.add_artist(line)
    _write_weeks(lanes[1], (start[0] + end[0]) / 2, year.weeks_between)


def _write_weeks(axes: Axes, middle: float, weeks: int) -> None:
    words = f"{counted(weeks, 'week')} earlier" if weeks >= 0 else f"{counted(-weeks, 'week')} later"
    axes.annotate(
        words,
        (middle, 0.5),
        xycoords=axes.get_xaxis_transform(),
        xytext=(10, 0),
        textcoords="offset points",
        fontweight="bold",
        bbox={"facecolor": "white", "edgecolor": GREY, "boxstyle": "round,pad=0.3", "linewidth": 0.8},
    )


def _write_under(figure: Figure, words: str) -> None:
    figure.supxlabel("\n".join(textwrap.wrap(words, 150)), fontsize=9, color=GREY, x=0.01, ha="left")
