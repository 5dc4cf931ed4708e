"""The templates that sentences about a forecast are made from. A translation replaces these, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

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
        "cycle.too_late": "What is created in the last {short} days of the period will hardly be won within it.",
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
