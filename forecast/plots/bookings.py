"""The distribution of a period's bookings, against its target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from forecast.forecasting import Forecast
from simulations.plots.numerals import quantity, share
from simulations.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    SKY,
    amount_axis,
    house_style,
    largest_of,
    new_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BINS = 60
_HEADROOM = 1.35
#: Beyond this quantile the distribution's tail is left out of the picture.
_SHOWN = 0.999
LOW, HIGH = 0.1, 0.9


@house_style
def draw_distribution(forecast: Forecast, unit: str = "") -> Figure:
    """Draw how often each amount of bookings came out, with what is booked and the target.

    Parameters
    ----------
    forecast : Forecast
    unit : str
        Currency of the amounts; ``deals`` where deals are counted.

    Returns
    -------
    Figure
        Bars at or above the target are dark; the bracket below holds 8 of 10 draws.
    """
    figure = new_figure(9, 4.4)
    axes = figure.subplots()
    total, target = forecast.bookings.total, forecast.asked.target
    right = largest_of([[np.quantile(total, _SHOWN), target or 0.0]]) * 1.05 or 1.0
    counts = _draw_bars(axes, forecast, right)
    top = float(counts.max()) * _HEADROOM
    axes.set_xlim(0, right)
    axes.set_ylim(0, top)
    _draw_booked(axes, forecast.bookings.booked, top)
    if target is not None:
        _draw_target(axes, forecast, target, unit)
    _draw_interval(axes, forecast, top)
    amount_axis(axes, "x", "Bookings in the period", right, unit)
    axes.set_yticks([])
    axes.set_ylabel("how often it comes out")
    axes.grid(visible=False, axis="y")
    figure.supxlabel(_footnote(forecast), fontsize=9, color=GREY, x=0.01, ha="left")
    return figure


def _draw_bars(axes: Axes, forecast: Forecast, right: float) -> np.ndarray:
    total, target = forecast.bookings.total, forecast.asked.target
    edges = np.linspace(0.0, right, _BINS + 1)
    counts, _ = np.histogram(total, edges)
    middles, width = (edges[1:] + edges[:-1]) / 2, right / _BINS
    reached = np.zeros(_BINS, dtype=bool) if target is None else middles >= target
    for chosen, colour in ((~reached, SKY), (reached, BLUE)):
        axes.bar(middles[chosen], counts[chosen], width=width, color=colour, linewidth=0)
    return counts


def _draw_booked(axes: Axes, booked: float, top: float) -> None:
    if not booked:
        return
    axes.axvspan(0, booked, color=GREEN, alpha=0.18, linewidth=0)
    axes.text(booked / 2, top * 0.03, "booked", ha="center", fontsize=9, color=GREY, clip_on=True)


def _draw_target(axes: Axes, forecast: Forecast, target: float, unit: str) -> None:
    axes.axvline(target, color=BLACK, linestyle="--", linewidth=1.4)
    chance = forecast.bookings.chance_of(target)
    left = target < float(np.mean(axes.get_xlim()))
    axes.annotate(
        f"target {quantity(target, unit)}\nreached with a chance of {share(chance)}",
        (target, 0.98),
        xycoords=axes.get_xaxis_transform(),
        xytext=(6 if left else -6, 0),
        textcoords="offset points",
        ha="left" if left else "right",
        va="top",
        fontweight="bold",
    )


def _draw_interval(axes: Axes, forecast: Forecast, top: float) -> None:
    low, middle, high = np.quantile(forecast.bookings.total, (LOW, 0.5, HIGH))
    height = top * 0.80
    axes.plot([low, high], [height, height], color=GREY, linewidth=2.5, solid_capstyle="butt")
    axes.plot(middle, height, "o", color=GREY, markersize=6)
    for value, place in ((low, "right"), (high, "left")):
        axes.annotate(
            quantity(value),
            (value, height),
            xytext=(-5 if place == "right" else 5, 0),
            textcoords="offset points",
            ha=place,
            va="center",
            fontsize=9,
            color=GREY,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.8},
        )


def _footnote(forecast: Forecast) -> str:
    asked = forecast.asked
    return (
        f"{asked.draws:,} draws for {asked.start:%Y-%m-%d} to {asked.end:%Y-%m-%d}, knowing nothing after "
        f"{asked.moment:%Y-%m-%d %H:%M}.\nDot: middle. Grey line: 8 of 10 draws lie within."
    )
