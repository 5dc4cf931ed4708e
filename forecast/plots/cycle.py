"""The sales cycle: days from creation to won."""

from __future__ import annotations

from matplotlib.figure import Figure

from forecast.cycle import Cycle
from simulations.plots.numerals import digits
from simulations.plots.style import BLUE, GREY, SHADE, house_style, new_figure

_HEADROOM = 1.1


@house_style
def draw_cycle(cycle: Cycle) -> Figure:
    """Draw the middle 80% of the cycles and their median, each bound with its 95% interval."""
    figure = new_figure(9, 2.2)
    axes = figure.subplots()
    short, middle, long = cycle.shortest, cycle.median, cycle.longest
    axes.barh(0, long.days - short.days, left=short.days, height=0.5, color=BLUE, alpha=SHADE, linewidth=0)
    for found, words in ((short, "1 in 10 faster"), (middle, "middle"), (long, "1 in 10 slower")):
        axes.plot([found.low, found.high], [0, 0], color=BLUE, linewidth=3)
        axes.plot(found.days, 0, "o", color=BLUE, markersize=7)
        axes.annotate(
            f"{digits(round(found.days))} days\n{words}",
            (found.days, 0),
            xytext=(0, 24),
            textcoords="offset points",
            ha="center",
            fontsize=9,
        )
    axes.set_xlim(0, (max(long.days, long.high) or 1.0) * _HEADROOM)
    axes.set_ylim(-0.4, 1.1)
    axes.set_yticks([])
    axes.set_xlabel("days from creation to won")
    axes.grid(visible=False, axis="y")
    figure.supxlabel(
        f"From {cycle.wins:,} wins; opportunities still open are counted. Thick lines: 95% intervals.",
        fontsize=9,
        color=GREY,
        x=0.01,
        ha="left",
    )
    return figure
