"""How a cadence is named and coloured in pictures."""

from __future__ import annotations

from simulations.cadence_year import CadenceYear
from simulations.plots.numerals import counted, digits
from simulations.plots.style import CADENCE_COLOURS, GREY, PURPLE
from simulations.scenario.model import Cadence, Custom, QuarterEnd, Reactive, Sawtooth
from simulations.scenario.written import Written


def cadence_colour(year: CadenceYear) -> str:
    """Return the colour of a cadence; *steady at its own hours* is grey."""
    return GREY if year.own_hours_of else CADENCE_COLOURS.get(year.cadence.kind, PURPLE)


def cadence_label(year: CadenceYear) -> str:
    """Return a cadence in a few words."""
    if year.own_hours_of:
        return f"Steady at the hours of {year.own_hours_of}"
    return _label(year.cadence)


def _label(cadence: Cadence) -> str:
    match cadence:
        case Sawtooth():
            said = f"Sawtooth: {counted(cadence.weeks_on, 'week')} on, {cadence.weeks_off} off"
        case Reactive():
            starts, stops = digits(cadence.start_below), digits(cadence.stop_above)
            said = f"Reactive: starts below {starts}, stops above {stops} of need"
        case QuarterEnd():
            said = f"Quarter end: none in a quarter's last {counted(cadence.weeks_off, 'week')}"
        case Custom():
            said = "Custom: hours by week as given"
        case Written():
            said = f"{cadence.name}: written in Python"
        case _:
            said = "Steady: the same hours every week"
    return said


def cadence_lines(year: CadenceYear) -> str:
    """Return a cadence in a few words, broken into lines for a narrow place."""
    return (
        cadence_label(year)
        .replace(": ", ":\n", 1)
        .replace(", stops", ",\nstops")
        .replace(" hours of", "\nhours of")
    )
