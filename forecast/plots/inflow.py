"""What enters by segment: conversion, cycle, number and value a week side by side, each with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from forecast.inflow import Inflow, Segment
from forecast.inflow.dimensions import By
from simulations.plots.numerals import digits, quantity, span
from simulations.plots.style import BLUE, GREY, VERMILION, amount_axis, house_style, largest_of, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Measure -> heading, unit of its axis.
PANELS = {
    "conversion": ("Won", "share of those created"),
    "cycle": ("Cycle", "days, middle case"),
    "per_week": ("New", "opportunities a week"),
    "value_per_week": ("Value of the new", "value a week"),
}
#: Measures that add up over the segments: the whole would press them against the axis, and is written.
SUMS = ("per_week", "value_per_week")
#: Segments shown; the others stand in the table.
MOST_ROWS = 24
_ROW, _FRAME, _MARGIN = 0.32, 1.5, 1.12


@house_style
def draw_inflow(inflow: Inflow, by: By, currency: str = "") -> Figure:
    """Draw the segments of one kind as rows, one panel for each measure; grey words where it cannot be said.

    Parameters
    ----------
    inflow : Inflow
    by : {"introductions", "source", "owner", "team", "size"}
        One that the inflow has.
    currency : str
    """
    rows = (inflow.whole, *inflow.by[by][:MOST_ROWS])
    shown = [measure for measure in PANELS if any(dict(row.numbers())[measure] is not None for row in rows)]
    figure = new_figure(11, _FRAME + _ROW * len(rows))
    panels = figure.subplots(1, max(len(shown), 1), sharey=True, squeeze=False)[0]
    for axes, measure in zip(panels, shown, strict=False):
        _draw_panel(axes, rows, measure, currency)
    panels[0].set_yticks(range(len(rows)), [_name(segment) for segment in rows])
    panels[0].set_ylim(len(rows) - 0.5, -0.5)
    _explain(figure, inflow, len(inflow.by[by]) - MOST_ROWS)
    return figure


def _name(segment: Segment) -> str:
    return segment.name if len(segment.name) <= 28 else f"{segment.name[:27]}…"  # noqa: PLR2004 - what fits beside the panels


def _draw_panel(axes: Axes, rows: Sequence[Segment], measure: str, currency: str) -> None:
    found = [dict(segment.numbers())[measure] for segment in rows]
    scaled = [one for one in (found[1:] if measure in SUMS else found) if one is not None]
    largest = largest_of([[one.high, one.mean] for one in scaled])
    for row, (segment, one) in enumerate(zip(rows, found, strict=True)):
        if one is None:
            few = segment.unsaid[measure].startswith("too")
            _write(axes, row, "too few to say" if few else "not said")
        elif row == 0 and measure in SUMS:
            _write(axes, row, f"{quantity(one.mean)} in all ({span(one.low, one.high)})")
        else:
            colour = VERMILION if segment.stands_out and measure == "conversion" else BLUE
            axes.plot([one.low, one.high], [row, row], color=colour, linewidth=2)
            axes.plot(one.mean, row, "o", color=colour, markersize=5)
    axes.axhline(0.5, color=GREY, linewidth=0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set_xlim(0, (largest or 1.0) * _MARGIN)
    axes.set_title(PANELS[measure][0])
    _label(axes, measure, largest, currency)


def _write(axes: Axes, row: int, words: str) -> None:
    axes.annotate(
        words, (0, row), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8, color=GREY
    )


def _label(axes: Axes, measure: str, largest: float, currency: str) -> None:
    if measure == "value_per_week":
        amount_axis(axes, "x", "value", largest, f"{currency} a week".strip())
        return
    axes.set_xlabel(PANELS[measure][1])
    if measure == "conversion":
        axes.xaxis.set_major_formatter(lambda value, _position: f"{value:.0%}")
        axes.locator_params(axis="x", nbins=4)


def _explain(figure: Figure, inflow: Inflow, left_out: int) -> None:
    more = f" {left_out} more stand in the table." if left_out > 0 else ""
    figure.supxlabel(
        f"Points with 95% intervals. Won and cycle: within {digits(round(inflow.horizon))} days of creation. "
        f"New: {inflow.weeks} whole weeks. Red: won more or less often than all others by more than luck.{more}",
        fontsize=9,
        color=GREY,
        x=0.01,
        ha="left",
    )
