"""Commits and calls: the error of each kind beside that of the statistics, and how far owners lean."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from forecast.judgement.results import Judgement
from forecast.sentences.judgement import WHOSE
from simulations.plots.numerals import signed_percent
from simulations.plots.style import BLUE, GREY, ORANGE, amount_axis, house_style, largest_of, new_figure

_ROW, _FRAME, _MARGIN, _HEIGHT = 0.34, 1.4, 1.15, 0.36
#: Owners shown; the others stand in the table.
MOST_ROWS = 30


@house_style
def draw_scores(found: Judgement, unit: str = "") -> Figure:
    """Draw the mean error of each kind of call beside that of the statistics on the same days.

    Parameters
    ----------
    found : Judgement
        With scores.
    unit : str
        Currency, or ``deals``.
    """
    figure = new_figure(9, _FRAME + 2 * _ROW * len(found.scores))
    axes = figure.subplots()
    place = np.arange(len(found.scores))
    errors = [score.error for score in found.scores]
    beside = [score.statistics_error or 0.0 for score in found.scores]
    axes.barh(place - _HEIGHT / 2, errors, _HEIGHT, color=ORANGE, linewidth=0, label="calls")
    axes.barh(
        place + _HEIGHT / 2, beside, _HEIGHT, color=BLUE, linewidth=0, label="statistics of the same days"
    )
    names = [
        f"{WHOSE[score.scope, score.kind]}\n({score.cases:,} in {score.periods} periods)"
        for score in found.scores
    ]
    axes.set_yticks(place, names)
    axes.set_ylim(len(found.scores) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    largest = largest_of([errors, beside])
    axes.set_xlim(0, (largest or 1.0) * _MARGIN)
    amount_axis(axes, "x", "Mean error", largest, unit)
    figure.legend(loc="outside upper left", ncols=2, fontsize=9)
    return figure


@house_style
def draw_biases(found: Judgement) -> Figure:
    """Draw how far each owner's calls lie above what came, with intervals."""
    rows = found.owners[:MOST_ROWS]
    several = len({one.kind for one in rows}) > 1
    figure = new_figure(9, _FRAME + _ROW * max(len(rows), 1))
    axes = figure.subplots()
    for place, one in enumerate(rows):
        axes.plot([one.bias.low, one.bias.high], [place, place], color=BLUE, linewidth=2)
        axes.plot(one.bias.mean, place, "o", color=BLUE, markersize=5)
    axes.axvline(0.0, color=GREY, linewidth=1)
    axes.set_yticks(range(len(rows)), [f"{one.owner}, {one.kind}" if several else one.owner for one in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_formatter(lambda value, _position: signed_percent(value))
    axes.set_xlabel("share of what was called that did not come")
    figure.supxlabel(
        "Points with 95% intervals, drawn toward the other owners where periods are few.",
        fontsize=9, color=GREY, x=0.01, ha="left",
    )  # fmt: skip
    return figure
