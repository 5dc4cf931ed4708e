"""What a forecast is made of: booked, open, still to be created; and the three weighted pipelines beside it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from forecast.forecasting import Forecast
from simulations.plots.numerals import quantity
from simulations.plots.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    amount_axis,
    house_style,
    largest_of,
    new_figure,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PARTS = (
    ("booked", "booked", GREEN),
    ("open", "from open opportunities", BLUE),
    ("new", "not yet created", ORANGE),
)
ROWS = (
    "Forecast",
    "Weighted pipeline,\ncalibrated in the period",
    "Weighted pipeline,\ncalibrated, won ever",
    "Weighted pipeline,\nby the CRM",
)
_HEADROOM = 1.15
_HEIGHT = 0.5
LOW, HIGH = 0.1, 0.9


@house_style
def draw_parts(forecast: Forecast, unit: str = "") -> Figure:
    """Draw the forecast's parts as one bar, the three weighted pipelines as bars below it.

    Parameters
    ----------
    forecast : Forecast
    unit : str
        Currency of the amounts; ``deals`` where deals are counted.
    """
    figure = new_figure(10, 4.2)
    axes = figure.subplots()
    largest = _largest(forecast)
    axes.set_xlim(0, (largest or 1.0) * _HEADROOM)
    _draw_stack(axes, forecast)
    _draw_weighted(axes, forecast)
    if forecast.asked.target is not None:
        axes.axvline(forecast.asked.target, color=BLACK, linestyle="--", linewidth=1.3, label="target")
    axes.set_yticks(range(len(ROWS)), list(ROWS))
    axes.set_ylim(len(ROWS) - 0.5, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    amount_axis(axes, "x", "Value", largest, unit)
    figure.legend(loc="outside upper left", ncols=4, fontsize=9)
    figure.supxlabel(
        "Bars: means. Thin line: 8 of 10 draws. Only bookings plus the pipeline calibrated in the period may be "
        "held against the target.",
        fontsize=9,
        color=GREY,
        x=0.01,
        ha="left",
    )
    return figure


def _largest(forecast: Forecast) -> float:
    weighted = forecast.weighted
    high = np.quantile(forecast.bookings.total, HIGH)
    typed = weighted.crm or 0.0
    target = forecast.asked.target or 0.0
    return largest_of([[forecast.mean, high, target, weighted.calibrated, weighted.high, typed]])


def _draw_stack(axes: Axes, forecast: Forecast) -> None:
    begin = 0.0
    for name, label, colour in PARTS:
        mean = float(np.mean(getattr(forecast.bookings, name)))
        axes.barh(0, mean, left=begin, height=_HEIGHT, color=colour, label=label, linewidth=0)
        begin += mean
    low, high = np.quantile(forecast.bookings.total, (LOW, HIGH))
    _interval(axes, 0, float(low), float(high))
    _value(axes, 0, begin, max(begin, float(high)))


def _draw_weighted(axes: Axes, forecast: Forecast) -> None:
    weighted = forecast.weighted
    values = (
        (1, weighted.calibrated_in_period, BLUE),
        (2, weighted.calibrated, SKY),
        (3, weighted.crm, PURPLE),
    )
    for row, value, colour in values:
        if value is None:
            words = "\n".join(textwrap.wrap(f"none: {weighted.crm_reason}", 70))
            axes.text(0, row, f"  {words}", va="center", fontsize=9, color=GREY)
            continue
        axes.barh(row, value, height=_HEIGHT, color=colour, linewidth=0)
        _value(axes, row, value, max(value, weighted.high) if row == 1 else value)
    _interval(axes, 1, weighted.low, weighted.high)


def _interval(axes: Axes, row: int, low: float, high: float) -> None:
    axes.plot([low, high], [row, row], color=BLACK, linewidth=1.6, marker="|", markersize=8)


def _value(axes: Axes, row: int, value: float, after: float) -> None:
    axes.annotate(
        f"mean {quantity(value)}",
        (after, row),
        xytext=(6, 0),
        textcoords="offset points",
        va="center",
        fontsize=9,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
    )
