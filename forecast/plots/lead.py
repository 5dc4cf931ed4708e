"""The lead at a glance: for each shock, when the CRM tells and when published profit and loss does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from forecast.lead.company import SILENT_WEEKS
from forecast.lead.measuring import Lead, LeadTable
from forecast.sentences.lead import of_knowledge
from simulations.plots.style import BLACK, BLUE, GREY, ORANGE, house_style, new_figure
from simulations.wording import sentence_start

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@house_style
def draw_lead(table: LeadTable, place: int = 0) -> Figure:
    """Draw weeks from each shock to the alarm of either side, medians with 95% intervals, and the lead between them.

    Parameters
    ----------
    table : LeadTable
    place : int
        Of the knowledge and recording among those that were measured.

    Returns
    -------
    Figure
        A row a shock, in the order of the table; the horizontal axis is in weeks from 0 to `SILENT_WEEKS`, which stands for
        silence.
    """
    kinds = list(dict.fromkeys((one.knowledge, one.recording) for one in table.leads))
    leads = [one for one in table.leads if (one.knowledge, one.recording) == kinds[place]]
    figure = new_figure(11, 1.9 + 0.55 * len(leads))
    axes = figure.subplots()
    for row, one in enumerate(leads):
        _draw_row(axes, row, one)
    axes.set_yticks(range(len(leads)), [sentence_start(one.shock) for one in leads])
    axes.set_ylim(len(leads) - 0.4, -0.6)
    axes.set_xlim(0, SILENT_WEEKS + 12)
    axes.set_xticks(range(0, SILENT_WEEKS + 1, 13))
    axes.axvline(SILENT_WEEKS, color=GREY, linewidth=0.8, linestyle=":")
    axes.text(SILENT_WEEKS + 0.5, -0.55, "silent", fontsize=9, color=GREY, va="center")
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("weeks from the shock to the alarm")
    axes.set_title("What tells first: the CRM, or published profit and loss?")
    marks = [
        Line2D([], [], color=BLUE, marker="o", label="monitors of the CRM"),
        Line2D([], [], color=ORANGE, marker="s", label="best rule on published profit and loss"),
    ]
    figure.legend(handles=marks, loc="outside upper right", ncols=2, fontsize=9)
    note = (
        f"Medians of {table.companies} simulated companies with 95% intervals, {of_knowledge(leads[0])}; the same rate of false "
        "alarms on both sides.\nThe number is the median lead in weeks: positive where the CRM tells first."
    )
    figure.supxlabel(note, fontsize=9, color=GREY, x=0.01, ha="left")
    return figure


def _draw_row(axes: Axes, row: int, one: Lead) -> None:
    for told, colour, mark, above in ((one.crm, BLUE, "o", -0.12), (one.books, ORANGE, "s", 0.12)):
        axes.hlines(row + above, told.low, min(told.high, SILENT_WEEKS), color=colour, linewidth=2)
        axes.plot(told.mean, row + above, mark, color=colour, markersize=6)
    axes.text(
        SILENT_WEEKS + 11, row, f"{one.lead.mean:+.0f}", fontsize=11, fontweight="bold", color=BLACK, va="center", ha="right"
    )  # fmt: skip
