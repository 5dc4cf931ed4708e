"""Which open deals carry the risk: the chance of the target if each is won, and if it is not."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from forecast.risks import Risks
from simulations.plots.numerals import quantity
from simulations.plots.style import BLUE, GREY, VERMILION, house_style, new_figure

_LONGEST_NAME = 34


@house_style
def draw_risks(risks: Risks, unit: str = "") -> Figure:
    """Draw, for each deal, a line from the chance of the target where it is not won to that where it is.

    Parameters
    ----------
    risks : Risks
        With at least one deal.
    unit : str
        Currency of the amounts; ``deals`` where deals are counted.
    """
    deals = risks.deals
    figure = new_figure(10, 1.7 + 0.42 * max(len(deals), 3))
    axes = figure.subplots()
    for row, deal in enumerate(deals):
        axes.plot([deal.given_lost, deal.given_won], [row, row], color=GREY, linewidth=2)
        lost, won = (
            ({"label": "if it is not won in the period"}, {"label": "if it is"}) if row == 0 else ({}, {})
        )
        axes.plot(deal.given_lost, row, "o", color=VERMILION, markersize=7, **lost)  # type: ignore[arg-type]  # matplotlib's stubs know no spread labels
        axes.plot(deal.given_won, row, "o", color=BLUE, markersize=7, **won)  # type: ignore[arg-type]  # likewise
    names = [
        f"{_short(deal.name or deal.id)}\n{deal.owner or 'no owner'}, {quantity(deal.amount, unit)}"
        for deal in deals
    ]
    axes.set_yticks(range(len(deals)), names, fontsize=8.5)
    axes.set_ylim(len(deals) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0))
    axes.set_xlabel("chance of the target")
    figure.legend(loc="outside upper left", ncols=2, fontsize=9)
    errors = max(deal.error for deal in deals)
    figure.supxlabel(
        f"From the {risks.draws:,} draws of the forecast; the standard error of a line's length is at most {errors:.1%}.",
        fontsize=9, color=GREY, x=0.01, ha="left",
    )  # fmt: skip
    return figure


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
