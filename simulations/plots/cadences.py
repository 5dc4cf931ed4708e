"""How a cadence is named and coloured in pictures."""

from __future__ import annotations

from simulations.comparison import CadenceYear
from simulations.plots.numerals import counted, digits
from simulations.plots.style import CADENCE_COLOURS, GREY, PURPLE
from simulations.scenario.model import Custom, QuarterEnd, Reactive, Sawtooth


def cadence_colour(year: CadenceYear) -> str:
    """Return the colour of a cadence; *steady at its own hours* is grey."""
    return GREY if year.own_hours_of else CADENCE_COLOURS.get(year.cadence.kind, PURPLE)


def cadence_label(year: CadenceYear) -> str:
    """Return a cadence in a few words."""
    if year.own_hours_of:
        return f"Steady at the hours of {year.own_hours_of}"
    cadence = year.cadence
    if isinstance(cadence, Sawtooth):
        return f"Sawtooth: {counted(cadence.weeks_on, 'week')} on, {cadence.weeks_off} off"
    if isinstance(cadence, Reactive):
        return f"Reactive: starts below {digits(cadence.start_below)}, stops above {digits(cadence.stop_above)} of need"
    if isinstance(cadence, QuarterEnd):
        return f"Quarter end: none in a quarter's last {counted(cadence.weeks_off, 'week')}"
    if isinstance(cadence, Custom):
        return "Custom: hours by week as given"
    return "Steady: the same hours every week"


def cadence_lines(year: CadenceYear) -> str:
    """Return a cadence in a few words, broken into lines for a narrow place."""
    return (
        cadence_label(year)
        .replace(": ", ":\n", 1)
        .replace(", stops", ",\nstops")
        .replace(" hours of", "\nhours of")
    )
