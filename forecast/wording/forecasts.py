"""The templates that sentences about a forecast are made from. A translation replaces these, nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from types import MappingProxyType

from forecast.wording.alarm import TEMPLATES as ALARM
from forecast.wording.backtest import TEMPLATES as BACKTEST
from forecast.wording.changes import CHANGES
from forecast.wording.hygiene import TEMPLATES as HYGIENE
from forecast.wording.inflow import TEMPLATES as INFLOW
from forecast.wording.judgement import TEMPLATES as JUDGEMENT
from forecast.wording.ledger import TEMPLATES as LEDGER
from forecast.wording.prospecting import TEMPLATES as PROSPECTING
from forecast.wording.quota import TEMPLATES as QUOTA
from forecast.wording.review import TEMPLATES as REVIEW
from forecast.wording.target import TEMPLATES as TARGET
from simulations.wording import money

TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "target.reached": "The target of {target} is reached already: {booked} is booked.",
        "target.safe": "The pipeline will very likely reach the target of {target}: the chance is {chance}, and in "
        "8 of 10 cases bookings end between {low} and {high}.",
        "target.open": "Whether the target of {target} is reached is open: the chance is {chance}, and in 8 of 10 "
        "cases bookings end between {low} and {high}.",
        "target.missed": "The pipeline will very likely miss the target of {target}: the chance to reach it is "
        "{chance}, and in 8 of 10 cases bookings end between {low} and {high}.",
        "target.none": "Bookings will end between {low} and {high} in 8 of 10 cases, with {middle} in the middle; no "
        "target was given.",
        "gap.short": "On average bookings end {gap} below the target.",
        "gap.above": "On average bookings end {gap} above the target.",
        "parts.all": "Of the {mean} expected, {booked} is booked, {open} comes from opportunities that are open now, "
        "and {new} from opportunities that do not exist yet: that part is prospecting still to be done.",
        "parts.known": "Of the {mean} expected, {booked} is booked and {open} comes from opportunities that are open "
        "now; what is created from now on hardly counts within the period.",
        "optimism.more": "The CRM's own probabilities promise {crm} from the open pipeline in the period; history "
        "says {calibrated}. The CRM is too hopeful by {gap} (pipeline optimism).",
        "optimism.less": "The CRM's own probabilities promise {crm} from the open pipeline in the period; history "
        "says {calibrated}. The CRM is too cautious by {gap}: many opportunities will close in the period that are "
        "not dated into it, or are typed too low.",
        "optimism.same": "The CRM's own probabilities promise {crm} from the open pipeline in the period, and history "
        "says about the same, {calibrated}.",
        "optimism.none": "The CRM's own view cannot be compared: {reason}.",
        "coverage.ratio": "What is open and expected to close in the period covers {ratio} times what the target "
        "still lacks.",
        "coverage.none": "Coverage cannot be given: {reason}.",
        "cycle.known": "An opportunity that is won takes {median} days from creation (middle case); 8 of 10 take "
        "between {short} and {long} days.",
        "imported.left": "The pipeline left the plan {at}: {projected} was projected for the whole "
        "period, {gap} {side} the target of {target} (8 of 10 cases: {range}).",
        "imported.kept": "The pipeline has not left the plan {at}: {projected} is projected for the "
        "whole period, {gap} {side} the target of {target} (8 of 10 cases: {range}).",
        "imported.out_of_reach": "The plan was hardly within reach from the beginning: {at} "
        "{projected} was projected for the whole period, {gap} {side} the target of {target} (8 of 10 cases: {range}).",
        "imported.reached": "The target of {target} is reached: {booked} is booked {at}.",
        "imported.unsaid": "Whether reality is leaving the plan cannot be said: {reason}.",
        "imported.later": "Before {day} nothing can be said: {reason}. The plan's band begins there.",
        "imported.now": "{At} {projected} is projected, {gap} {side} the target (8 of 10 cases: "
        "{range}); the chance to reach it is {chance}.",
        "imported.first": "When the plan's band begins, {at}, {projected} was projected and the chance "
        "of the target was {chance}.",
        "imported.unlikely": "Since {since} the target has lain above the range of 8 of 10 cases.",
        "imported.booked_less": "Booked by then is {booked}; the target, spread evenly over the working days, asked for "
        "{plan}. Bookings are {difference} behind it.",
        "imported.booked_more": "Booked by then is {booked}; the target, spread evenly over the working days, asked for "
        "{plan}. Bookings are {difference} ahead of it.",
        "imported.false_alarms": "Left the plan means: the projection lies lower than in 9 of 10 courses that reach the "
        "target, at any week's end. So of the periods that reach their target {rate} raise this alarm all the same, if the forecast at the beginning is right.",
        "imported.no_published": "When profit and loss would show it is not told, and no arrow is drawn: a CRM export "
        "holds no published figures.",
        "simulated.left": "With {cadence}, the pipeline leaves the plan in week {week} ({day}) of the example year: "
        "{projected} is projected, {gap} {side} the target of {target}. In 8 of 10 years with this rhythm it is then {range}.",
        "simulated.kept": "With {cadence}, the pipeline does not leave the plan in the example year: projected bookings "
        "always stay within what steady years look like.",
        "simulated.before": "Published profit and loss shows it in week {week} ({day}): {weeks} later.",
        "simulated.same": "Published profit and loss shows it in the same week ({day}).",
        "simulated.after": "Published profit and loss showed it already in week {week} ({day}): {weeks} earlier.",
        "simulated.published": "Published profit and loss falls short in week {week} ({day}) of the example year.",
        "simulated.no_arrow": "No arrow from the pipeline to published figures is drawn: {reason}.",
        "simulated.often": "The pipeline leaves the plan in {pipeline} of the years with this rhythm and published figures fall short "
        "in {published}, both in {both}; in steady years the same rule fires, by luck alone, in {steady_pipeline}, "
        "{steady_published} and {steady_both}.",
        "simulated.lead": "Over all years in which both fall short the pipeline is {low} to {high} weeks earlier in 8 "
        "of 10, {middle} in the middle case.",
        "cycle.too_late": "What is created in the last {short} days of the period will hardly be won within it.",
        **ALARM,
        **BACKTEST,
        **CHANGES,
        **HYGIENE,
        **INFLOW,
        **PROSPECTING,
        **QUOTA,
        **REVIEW,
        **JUDGEMENT,
        **LEDGER,
        **TARGET,
    }
)

#: Why nothing can be said of an imported year, or why it has no band, by `ImportedYear.reason`.
UNSAID: Mapping[str, str] = MappingProxyType(
    {
        "too little history": "a forecast needs at least 20 closed opportunities, 5 of them won, and fewer were known",
        "no amounts": "no opportunity carried an amount; ask for the number of deals",
        "not begun": "the period had not begun at the moment of knowledge",
        "out of reach": "hardly any course of the period drawn then reaches the target, so there is no band",
    }
)


def amount(value: float, unit: str) -> str:
    """Return an amount with its unit, ``deals``, or neither where the currency is unknown.

    Examples
    --------
    >>> amount(660_000, "USD"), amount(660_000, ""), amount(12, "deals")
    ('USD 660,000', '660,000', '12 deals')
    """
    return money(value, unit).strip()


def long_day(day: dt.date) -> str:
    """Return a day in words.

    Examples
    --------
    >>> long_day(dt.date(2026, 10, 4))
    '4 October 2026'
    """
    return f"{day.day} {day:%B %Y}"


def chance(value: float) -> str:
    """Return a chance without a certainty that draws cannot give.

    Examples
    --------
    >>> chance(0.0), chance(0.49), chance(1.0)
    ('below 1%', '49%', 'above 99%')
    """
    if value < 0.01:  # noqa: PLR2004 - one in a hundred
        return "below 1%"
    return "above 99%" if value > 0.99 else f"{value:.0%}"  # noqa: PLR2004 - likewise
