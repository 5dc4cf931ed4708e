"""The templates that sentences are made from. A translation replaces these and the number formats, nothing else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from simulations.scenario.model import Cadence, Custom, QuarterEnd, Reactive, Sawtooth, Scenario
from simulations.scenario.written import Written

#: By key: subject, then what the interval says. Placeholders hold finished words and numbers.
TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "steady.year": "With steady prospecting the team books {mean} in the year on average; in eight years out of "
        "ten it is between {low} and {high}, by luck alone. It reaches its target of {target} in {chance} of the years.",
        "which_year.1": "The habit changes as the year begins: year 1 answers what happens if the habit changes now.",
        "which_year.2": "The year is the second under each habit: year 2 answers what the habit does, the change being a "
        "year ago.",
        "total.identical": "{Cadence} is the same as steady prospecting here: not one number differs.",
        "total.less": "{Cadence} books {share} less than steady prospecting, the run-off after the year "
        "included ({amount} a year and team; between {low} and {high} less).",
        "total.more": "{Cadence} books {share} more than steady prospecting, the run-off after the year "
        "included ({amount} a year and team; between {low} and {high} more).",
        "total.same": "Whether prospecting is steady or follows {cadence} makes no difference to speak of for "
        "what is booked in the end: at most {bound} either way, the run-off after the year included.",
        "total.unclear": "{years} simulated years do not tell whether {cadence} books more or less than steady "
        "prospecting in the end: anything from {low} to {high} is possible. More replications would narrow it.",
        "year.less": "Within the year itself it books {amount} less ({share}).",
        "year.less_later": "Within the year itself it books {amount} less ({share}); {later} of that is won "
        "after the year.",
        "year.more": "Within the year itself it books {amount} more ({share}).",
        "year.more_later": "Within the year itself it books {amount} more ({share}); {later} of that is missing "
        "after the year.",
        "quarter.less": "The worst quarter of the year is {amount} lower ({share}).",
        "quarter.more": "The worst quarter of the year is {amount} higher ({share}).",
        "quarter.same": "The worst quarter of the year is no different.",
        "volatility.more": "Months swing by {other} around their average instead of {steady}: luck alone makes "
        "{steady}, the rhythm adds {share} points.",
        "volatility.less": "Months swing by {other} around their average instead of {steady}: the rhythm takes "
        "{share} points off what luck alone makes.",
        "volatility.same": "Months swing by {steady} around their average either way: that is luck, and the "
        "rhythm adds nothing that shows.",
        "hours.differ": "It does not spend the same hours: {share} {direction} prospecting than steady.",
        "hours.parts": "Of the difference in the end, {hours} comes from the hours and {rhythm} from their rhythm "
        "(the same hours, spread evenly over the year, were simulated too).",
        "hours.only": "The hours explain the difference: spread evenly over the year, the same hours book no "
        "more and no less that shows.",
        "cause.left": "In weeks with prospecting a rep has {on} hours left for customers, in the others {off}; "
        "with steady prospecting it is {steady} every week.",
        "cause.waits": "Opportunities wait {other} days for the rep at each step instead of {steady}.",
        "cause.waits_same": "Opportunities do not wait longer for the rep: {other} days at each step against {steady}.",
        "cause.win_rate": "Of the year's opportunities that are decided, {other} are won instead of {steady}.",
        "target.chance": "The chance to reach the year's target is {other}; with steady prospecting it is {steady}.",
        "seeing.years": "In real life luck hides this: it takes about {years} years of a whole team on each side "
        "to see the difference in the year's bookings.",
        "seeing.never": "In real life luck hides this: no number of years that anybody has would show the "
        "difference in the year's bookings.",
        "arrow.before": "Where both fall short, the pipeline shows it first: by {weeks} weeks in the middle case. "
        "Both do so in {both} of the years (steady: {steady}).",
        "arrow.after": "Where both fall short, the pipeline does not show it first: published figures are ahead by "
        "{weeks} weeks in the middle case. Both do so in {both} of the years (steady: {steady}).",
        "arrow.none": "No arrow from pipeline to published figures is drawn: {reason}.",
        "run.interrupted": "Careful: the run was stopped early; all of this rests on the {years} simulated years that were "
        "finished by then.",
        "run.wide": "Careful: after the {years} years that were allowed, the result is still less sure than was asked for.",
        "warm_up.drifting": "Careful: the open pipeline had not settled when the year began, so part of what is "
        "shown is the start and not the habit.",
        "warm_up.overloaded": "Careful: the work offered fills {load} of the reps' hours, so queues grow for the "
        "whole year and the result depends on how long one looks.",
    }
)

#: Why no arrow is drawn, by `simulations.shortfall.Shortfall.reason`.
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "neither fires": "neither ever falls below what a steady year can look like",
        "only the pipeline fires": "the pipeline falls short in some years, published figures never do",
        "only published revenue fires": "published figures fall short in some years, the pipeline never does",
        "never both in one year": "each falls short in some years, but never both in the same one",
        "no more often than steady": "both fall short no more often than steady prospecting by luck alone",
        "too few replications": "too few years were simulated to know what a steady year can look like",
    }
)


#: What measures of `simulations.measures.MEASURES` are called where people read them; to values belongs their unit.
MEASURE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "bookings_in_year": "booked in the year",
        "run_off": "run-off after it",
        "total": "total of both",
        "worst_quarter": "worst quarter",
        "target_reached": "chance of the target",
        "month_volatility": "swing of months",
        "prospecting_hours": "prospecting hours, team",
        "selling_hours_on_week": "hours left, on-weeks",
        "selling_hours_off_week": "hours left, off-weeks",
        "utilisation": "share of those used",
        "days_waited": "days waited, each step",
        "opportunities": "opportunities created",
        "win_rate": "win rate",
    }
)
#: Which year under a cadence is looked at, and what it answers: the first the change, the second the habit.
YEARS: Mapping[int, str] = MappingProxyType(
    {1: "year 1, what if the habit changes now", 2: "year 2, what the habit does"}
)
MEASURE_NOTES = (
    "Swing of months: standard deviation of the 12 months over their mean. Hours left: for customers, in a rep's week "
    "with prospecting (on) or without (off). Days waited: by an opportunity for its rep."
)


def cadence_words(cadence: Cadence) -> str:
    """Return how a cadence is called within a sentence."""
    if isinstance(cadence, Sawtooth):
        return f"the sawtooth ({cadence.weeks_on} weeks on, {cadence.weeks_off} off)"
    if isinstance(cadence, QuarterEnd):
        weeks = "the last week" if cadence.weeks_off == 1 else f"the last {cadence.weeks_off} weeks"
        return f"the pause at quarter ends ({weeks} off)"
    if isinstance(cadence, Reactive):
        return "prospecting only when the pipeline looks thin"
    if isinstance(cadence, Written):
        return f"the cadence {cadence.name}"
    return "the custom plan" if isinstance(cadence, Custom) else "steady prospecting"


def which_year(scenario: Scenario) -> str:
    """Return which year under a cadence is looked at and what it answers, for a heading."""
    return YEARS[scenario.horizon.years]


def sentence_start(words: str) -> str:
    """Return words with a capital first letter."""
    return words[0].upper() + words[1:]


def value_unit(scenario: Scenario) -> str:
    """Return what bookings are counted in: the currency, or ``deals``."""
    return unit_words(scenario.unit, scenario.currency)


def unit_words(unit: str, currency: str) -> str:
    """Return what bookings of a unit (``amount`` or ``deals``) are counted in."""
    return "deals" if unit == "deals" else currency


def money(value: float, unit: str) -> str:
    """Return an amount to three digits that count, with its unit in front, or a number of deals."""
    digits = three_digits(abs(value))
    return f"{digits} deals" if unit == "deals" else f"{unit} {digits}"


def three_digits(value: float) -> str:
    """Return a number rounded to three digits that count, thousands separated."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "an unknown number"
    places = 2 - math.floor(math.log10(abs(value)))
    rounded = round(float(value), places)
    shown = 0 if rounded.is_integer() else max(0, min(places, 2))
    return f"{rounded:,.{shown}f}"


def percent(share: float) -> str:
    """Return a share as a percentage, one decimal below ten percent."""
    size = abs(share) * 100
    return f"{size:.1f}%" if size < 10 else f"{size:.0f}%"  # noqa: PLR2004 - two digits that count


def points(share: float) -> str:
    """Return a difference of two percentages, without its unit."""
    size = abs(share) * 100
    return f"{size:.1f}" if size < 10 else f"{size:.0f}"  # noqa: PLR2004 - two digits that count
