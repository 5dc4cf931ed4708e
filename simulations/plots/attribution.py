"""Why two cadences differ: the part of each mechanism, beside what it does alone and when removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simulations.attribution import Attribution, Shares
from simulations.intervals import Estimate
from simulations.plots.numerals import digits
from simulations.plots.style import BLACK, BLUE, GREY, ORANGE, PURPLE, amount_axis, house_style, new_figure
from simulations.wording import cadence_words, value_unit, which_year

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Rows of the picture that are no mechanism.
WHOLE, REMAINDER = "whole difference", "with all switched off"
#: What is drawn of a mechanism, and how far above or below its line.
SERIES = {
    "shapley": (BLUE, -0.22, "part"),
    "alone": (ORANGE, 0.0, "alone"),
    "removed": (PURPLE, 0.22, "if removed"),
}


@house_style
def draw_attribution(attribution: Attribution) -> Figure:
    """Draw what every mechanism contributes to steady less the other cadence, in bookings and in chance of target.

    Returns
    -------
    Figure
        A row a mechanism: its Shapley part as a bar, what it does alone and when removed as points;
        above them the whole, below them the remainder, all with 95% intervals. The bars and the remainder sum to the
        whole.
    """
    shares, chance = attribution.bookings, attribution.chance
    rows = [WHOLE, *shares.parts, REMAINDER]
    figure = new_figure(11, 1.9 + 0.55 * len(rows))
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
    for axes, figures in ((left, shares), (right, chance)):
        _draw_rows(axes, figures, rows)
        axes.axvline(0, color=BLACK, linewidth=1.0)
        axes.tick_params(axis="y", length=0)
        axes.grid(visible=False, axis="y")
    left.set_yticks(range(len(rows)), rows)
    left.set_ylim(len(rows) - 0.4, -0.6)
    unit = value_unit(attribution.scenario)
    amount_axis(left, "x", "steady less the other, a year and team", _largest(shares), unit)
    right.xaxis.set_major_formatter(FuncFormatter(lambda value, _position: digits(round(100 * value, 6))))
    right.xaxis.set_major_locator(MaxNLocator(nbins=5))
    right.set_xlabel("chance of the target (points)")
    figure.suptitle(_title(attribution), x=0.01, ha="left", fontsize=11)
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower right", ncols=len(SERIES), fontsize=9)
    figure.supxlabel(
        f"Same luck throughout, {attribution.replications} simulated years of each. Lines: 95% intervals. "
        "Parts and remainder sum to the whole.",
        fontsize=9,
        color=GREY,
        x=0.01,
        ha="left",
    )
    return figure


def _title(attribution: Attribution) -> str:
    what = f"What makes {cadence_words(attribution.cadence)} differ from steady: right of 0 it costs"
    return f"{what} ({which_year(attribution.scenario)})"


def _draw_rows(axes: Axes, shares: Shares, rows: list[str]) -> None:
    _bar(axes, 0, shares.whole, GREY)
    _bar(axes, len(rows) - 1, shares.remainder, GREY)
    for series, (colour, offset, label) in SERIES.items():
        for row, part in enumerate(shares.parts.values(), 1):
            found: Estimate = getattr(part, series)
            told = label if row == 1 else None
            if series == "shapley":
                _bar(axes, row + offset, found, colour, told)
            else:
                _point(axes, row + offset, found, colour, told)


def _bar(axes: Axes, row: float, found: Estimate, colour: str, label: str | None = None) -> None:
    axes.barh(row, found.mean, height=0.24, color=colour, alpha=0.75, label=label)
    axes.hlines(row, found.low, found.high, color=BLACK, linewidth=1.4)


def _point(axes: Axes, row: float, found: Estimate, colour: str, label: str | None) -> None:
    fill = colour if found.sign else "white"
    axes.hlines(row, found.low, found.high, color=colour, linewidth=1.8)
    axes.plot(found.mean, row, "o", markersize=5, markerfacecolor=fill, markeredgecolor=colour, label=label)


def _largest(shares: Shares) -> float:
    found = [shares.whole, shares.remainder]
    for part in shares.parts.values():
        found += [part.shapley, part.alone, part.removed]
    return max(max(abs(estimate.low), abs(estimate.high)) for estimate in found)
