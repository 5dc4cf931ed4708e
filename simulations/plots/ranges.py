"""How far each assumed number moves a cadence's loss: the largest on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simulations.plots.numerals import counted, digits, signed_percent
from simulations.plots.style import BLACK, BLUE, GREY, ORANGE, PALE, house_style, new_figure
from simulations.ranges import AssumedRange, CadenceRanges, RangeEnd, Ranges
from simulations.wording import cadence_words, sentence_start, which_year

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Numbers that are drawn; what moves less is counted in the footnote.
DRAWN = 16
#: Of a row of height 1: the low end's bar lies above the high end's, since both may reach to the same side.
_HEIGHT, _APART = 0.3, 0.17


@house_style
def draw_ranges(ranges: Ranges, place: int = 0) -> Figure:
    """Draw what a cadence loses at both ends of the ranges that move it most, with 95% intervals.

    Parameters
    ----------
    ranges : Ranges
    place : int
        Of the cadence in ``ranges.cadences``.

    Returns
    -------
    Figure
        A row a number; a bar from the loss at the low end (blue) to that at the high end (orange); the line that they
        start from is the loss on the scenario as it is, its interval shaded. The horizontal axis holds 0.
    """
    item = ranges.cadences[place]
    rows = drawn(item)
    figure = new_figure(11, 1.9 + 0.5 * max(1, len(rows)))
    axes = figure.subplots()
    axes.axvspan(item.loss.low, item.loss.high, color=PALE, zorder=0)
    axes.axvline(item.loss.mean, color=GREY, linewidth=1.2)
    axes.axvline(0, color=BLACK, linewidth=1.0)
    for row, each in enumerate(rows):
        _draw_row(axes, row, each, item)
    axes.set_yticks(range(len(rows)), [each.field for each in rows])
    axes.set_ylim(max(1, len(rows)) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _position: signed_percent(value, plus="")))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=7))
    axes.set_xlabel("loss of total against steady; left of 0 it gains")
    axes.set_title(f"What {cadence_words(item.cadence)} loses at the ends of what is assumed")
    _legend(figure)
    figure.supxlabel(_footnote(ranges, item, len(rows)), fontsize=9, color=GREY, x=0.01, ha="left")
    return figure


def drawn(item: CadenceRanges) -> list[AssumedRange]:
    """Return the numbers that get a row: those that move the loss at all, the most influential first."""
    return [each for each in item.ranges if each.influence > 0][:DRAWN]


def _draw_row(axes: Axes, row: int, each: AssumedRange, item: CadenceRanges) -> None:
    for end, colour, above in ((each.low, BLUE, -_APART), (each.high, ORANGE, _APART)):
        if end.loss is None:
            continue
        width = end.loss.mean - item.loss.mean
        axes.barh(row + above, width, left=item.loss.mean, height=_HEIGHT, color=colour, alpha=0.75)
        if width:
            axes.hlines(row + above, end.loss.low, end.loss.high, color=BLACK, linewidth=1.2)
            _name(axes, row + above, end, right=width > 0)


def _name(axes: Axes, row: float, end: RangeEnd, *, right: bool) -> None:
    """Write the end's value beyond its interval."""
    if end.loss is None:
        return
    axes.annotate(
        digits(end.value),
        (end.loss.high if right else end.loss.low, row),
        xytext=(5 if right else -5, 0),
        textcoords="offset points",
        ha="left" if right else "right",
        va="center",
        fontsize=8,
    )


def _legend(figure: Figure) -> None:
    handles = [
        Patch(color=colour, alpha=0.75, label=words)
        for colour, words in ((BLUE, "low end of the range"), (ORANGE, "high end"))
    ]
    figure.legend(handles=handles, loc="outside upper right", ncols=2, fontsize=9)


def _footnote(ranges: Ranges, item: CadenceRanges, rows: int) -> str:
    refused = sum(end.loss is None for each in item.ranges for end in each.ends)
    said = (
        "Grey line: on the assumptions as they stand, its 95% interval shaded. Numbers: the ends of the range.\n"
        f"Black lines: 95% intervals, {ranges.replications} simulated years of each, same luck."
    )
    year = sentence_start(which_year(ranges.scenario))
    others = f"{counted(len(item.ranges) - rows, 'other number')} move it less or not at all"
    cannot = f"; {counted(refused, 'end')} cannot be simulated" if refused else ""
    return f"{said} {others}{cannot}.\n{year}."
