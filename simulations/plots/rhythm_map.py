"""The map of where rhythm matters, a panel for each length of the wave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from simulations.plots.numerals import digits, signed_percent
from simulations.plots.style import BLACK, GREY, PALE, house_style, new_figure
from simulations.rhythm_map import MapCell, RhythmMap
from simulations.wording import which_year

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: From gain (purple) over nothing (white) to loss (orange): told apart with every kind of colour blindness.
COLOURS = "PuOr_r"
#: Above this share of the scale a cell is so dark that its number is white.
DARK = 0.62


@house_style
def draw_rhythm_map(found: RhythmMap) -> Figure:
    """Draw what waves lose against steady; a cell is blank where its interval holds 0, hatched where it can't be.

    Returns
    -------
    Figure
        Panels by wave length; across, how full the week is; upward, what waiting costs.
    """
    figure = new_figure(3.1 * len(found.wave_weeks) + 1.2, 4.2)
    panels = figure.subplots(1, len(found.wave_weeks), sharex=True, sharey=True, squeeze=False)[0]
    largest = max((abs(cell.loss.mean) for cell in found.cells if cell.loss and cell.shows), default=0.01)
    norm = TwoSlopeNorm(0.0, -largest, largest)
    for axes, weeks in zip(panels, found.wave_weeks, strict=True):
        _draw_panel(axes, found, weeks, norm)
    panels[0].set_ylabel("staleness\n(log-odds lost a day waited)")
    image = mpl.cm.ScalarMappable(norm=norm, cmap=COLOURS)
    bar = figure.colorbar(image, ax=panels.tolist(), shrink=0.8)
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _position: signed_percent(value, plus="")))
    bar.set_label("loss of total against steady")
    figure.suptitle(
        f"Where rhythm matters: a wave of the same prospecting hours against steady ones ({which_year(found.scenario)})",
        x=0.01,
        ha="left",
    )
    figure.supxlabel(
        f"Across: work offered over working hours. {found.replications} simulated years a cell and cadence, same luck. "
        "Blank: the 95% interval holds 0. Hatched: the on-weeks cannot hold the hours.",
        fontsize=9,
        color=GREY,
        x=0.01,
        ha="left",
    )
    return figure


def _draw_panel(axes: Axes, found: RhythmMap, weeks: int, norm: TwoSlopeNorm) -> None:
    columns, rows = len(found.utilisation), len(found.staleness)
    axes.set_title(f"a wave of {weeks} weeks")
    axes.grid(visible=False)
    for cell in (cell for cell in found.cells if cell.wave_weeks == weeks):
        place = found.utilisation.index(cell.utilisation), found.staleness.index(cell.staleness)
        _draw_cell(axes, place, cell, norm)
    axes.set_xlim(-0.5, columns - 0.5)
    axes.set_ylim(-0.5, rows - 0.5)
    axes.set_xticks(range(columns), [f"{value:.0%}" for value in found.utilisation])
    axes.set_yticks(range(rows), [digits(value) for value in found.staleness])
    axes.tick_params(length=0)


def _draw_cell(axes: Axes, place: tuple[int, int], cell: MapCell, norm: TwoSlopeNorm) -> None:
    corner = (place[0] - 0.5, place[1] - 0.5)
    if cell.loss is None:
        axes.add_patch(
            mpl.patches.Rectangle(corner, 1, 1, facecolor=PALE, edgecolor=GREY, hatch="///", linewidth=0)
        )
        return
    if not cell.shows:
        return
    colour = mpl.colormaps[COLOURS](norm(cell.loss.mean))
    axes.add_patch(mpl.patches.Rectangle(corner, 1, 1, facecolor=colour, edgecolor="white"))
    dark = np.abs(norm(cell.loss.mean) - 0.5) * 2 > DARK
    axes.text(
        *place,
        signed_percent(round(cell.loss.mean, 3), plus=""),
        ha="center",
        va="center",
        fontsize=9,
        color="white" if dark else BLACK,
    )
