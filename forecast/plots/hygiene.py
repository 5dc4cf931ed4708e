"""What disqualifying after so many silent days does: one panel for each question, one point for each rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from forecast.hygiene import HistoryHygiene, ScenarioHygiene
from simulations.intervals import Estimate
from simulations.plots.numerals import digits
from simulations.plots.style import (
    BLACK,
    BLUE,
    GREY,
    VERMILION,
    amount_axis,
    house_style,
    largest_of,
    new_figure,
)
from simulations.wording import unit_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARGIN = 1.15


@house_style
def draw_swept(found: ScenarioHygiene) -> Figure:
    """Draw bookings, hours and the weighted pipeline's bias over the days of the rule, each with its interval.

    Parameters
    ----------
    found : ScenarioHygiene
    """
    unit = unit_words(found.unit, found.currency)
    names = ["never" if one.days is None else digits(one.days) for one in found.options]
    figure = new_figure(11, 3.9)
    panels = figure.subplots(1, 3)
    alike = [one.alike for one in found.options]
    parts = (
        ("Bookings", "against never", [one.bookings for one in found.options], True),
        ("Hours of follow-ups saved", "hours a year", [one.hours for one in found.options], False),
        ("Weighted pipeline less what came", "at year end", [one.bias for one in found.options], True),
    )
    for axes, (title, label, values, priced) in zip(panels, parts, strict=True):
        marked = alike if title == "Bookings" else [False] * len(values)
        _draw(axes, values, names, marked)
        axes.set_title(title)
        _label(axes, label, values, unit if priced else None)
    figure.supxlabel(
        f"Days without a next step after which a deal is disqualified; {found.replications} paired years of {found.scenario}.\n"
        "Bars: 95% intervals; of bookings for all rules together. Red: not to be told from the best.",
        fontsize=9,
        color=GREY,
        x=0.01,
        ha="left",
    )
    return figure


@house_style
def draw_silent(found: HistoryHygiene) -> Figure:
    """Draw the share that was won later, and what an hour must bring for the rule to pay, over the days of silence.

    Parameters
    ----------
    found : HistoryHygiene
    """
    told = [one for one in found.options if one.won is not None]
    figure = new_figure(9, 3.9)
    panels = figure.subplots(1, 2)
    names = [digits(one.days) for one in told]
    shares = [one.won for one in told if one.won is not None]
    evens = [one.break_even for one in told if one.break_even is not None]
    _draw(panels[0], shares, names, [False] * len(shares))
    panels[0].set_title("Won later")
    panels[0].set_ylabel("share of those silent for so long")
    panels[0].yaxis.set_major_formatter(lambda value, _position: f"{value:.0%}")
    panels[0].set_ylim(0, max((one.high for one in shares), default=1.0) * _MARGIN or 1.0)
    _draw(panels[1], evens, names[: len(evens)], [False] * len(evens))
    panels[1].set_title("The rule pays where an hour brings more")
    _label(panels[1], "an hour", evens, found.currency)
    panels[1].set_ylim(0, None)
    if found.value_of_hour is not None:
        panels[1].axhline(found.value_of_hour, color=VERMILION, linewidth=1.2)
    words = "Days of silence. Bars: 95% intervals. "
    words += "" if found.value_of_hour is None else "Red line: what an hour brings, as given. "
    figure.supxlabel(
        f"{words}\nCost of a silent deal, assumed: {digits(found.hours_a_week)} hours a week.",
        fontsize=9,
        color=GREY,
        x=0.01,
        ha="left",
    )
    return figure


def _draw(axes: Axes, values: Sequence[Estimate], names: Sequence[str], marked: Sequence[bool]) -> None:
    for place, (one, red) in enumerate(zip(values, marked, strict=True)):
        colour = VERMILION if red else BLUE
        axes.plot([place, place], [one.low, one.high], color=colour, linewidth=2)
        axes.plot(place, one.mean, "o", color=colour, markersize=5)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    axes.set_xticks(range(len(names)), names, fontsize=9)
    axes.grid(visible=False, axis="x")


def _label(axes: Axes, label: str, values: Sequence[Estimate], unit: str | None) -> None:
    if unit is None:
        axes.set_ylabel(label)
        return
    amount_axis(axes, "y", label, largest_of([[one.low, one.high] for one in values]), unit)
