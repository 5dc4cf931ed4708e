"""The chance to reach a target, over all targets."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from forecast.forecasting import Forecast
from simulations.plots.numerals import quantity, share
from simulations.plots.style import BLACK, BLUE, GREY, amount_axis, house_style, new_figure

_POINTS = 400


@house_style
def draw_chances(forecast: Forecast, unit: str = "") -> Figure:
    """Draw the chance of every target from 0 to the largest draw, the asked target and grid marked.

    Parameters
    ----------
    forecast : Forecast
    unit : str
        Currency of the amounts; ``deals`` where deals are counted.
    """
    figure = new_figure(9, 4)
    axes = figure.subplots()
    draws, target = np.sort(forecast.bookings.total), forecast.asked.target
    right = max(float(draws[-1]), target or 0.0) * 1.02 or 1.0
    targets = np.linspace(0.0, right, _POINTS)
    chances = 1.0 - np.searchsorted(draws, targets, side="left") / draws.size
    axes.step(targets, chances, where="post", color=BLUE, linewidth=1.8)
    grid = forecast.chance_by_target()
    axes.plot(
        [point["target"] for point in grid],
        [point["chance"] for point in grid],
        "o",
        color=BLUE,
        markersize=4,
    )
    if target is not None:
        chance = forecast.bookings.chance_of(target)
        axes.plot([target, target, 0], [0, chance, chance], color=BLACK, linestyle="--", linewidth=1.2)
        axes.annotate(
            f"target {quantity(target, unit)}: {share(chance)}",
            (target, chance),
            xytext=(8, 8),
            textcoords="offset points",
            fontweight="bold",
            ha="left" if target < right / 2 else "right" if chance < 0.5 else "left",  # noqa: PLR2004 - half
        )
    axes.set_xlim(0, right)
    axes.set_ylim(0, 1.05)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    axes.set_ylabel("chance to reach it")
    amount_axis(axes, "x", "Target", right, unit)
    figure.supxlabel(
        f"Share of {draws.size:,} draws at or above each target.", fontsize=9, color=GREY, x=0.01, ha="left"
    )
    return figure
