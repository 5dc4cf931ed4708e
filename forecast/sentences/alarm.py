"""What an alarm says, in sentences: what, since when, how sure, what it costs, what repairs it."""

from __future__ import annotations

from collections.abc import Iterator

from forecast.alarms.results import Cost, Reading, Repair
from forecast.alarms.states import ALARM, QUIET
from forecast.alarms.today import Today
from forecast.sentences.forecasts import Sentence, say
from forecast.wording.alarm import WHAT
from forecast.wording.forecasts import amount, chance
from simulations.wording import three_digits, unit_words

TEAM_NAME = "The team"


def alarm_sentences(today: Today, currency: str = "") -> tuple[Sentence, ...]:
    """Return what a picture says, the alarms first.

    Parameters
    ----------
    today : Today
    currency : str
        Of the amounts; empty where unknown. Ignored where deals are counted.
    """
    unit = unit_words(today.unit, currency)
    return (*_target(today, unit), *_monitors(today, unit))


def _target(today: Today, unit: str) -> Iterator[Sentence]:
    if today.target is not None and today.chance is not None:
        words = {"target": amount(today.target, unit), "booked": amount(today.booked, unit)}
        yield say("alarm.chance", chance=chance(today.chance), **words)


def _monitors(today: Today, unit: str) -> Iterator[Sentence]:
    told = [reading for reading in today.picture.readings if reading.state != QUIET]
    if not told:
        yield say("alarm.quiet", rate=f"{today.picture.false_alarms:.0%}")
    for reading in sorted(told, key=lambda each: each.state != ALARM):
        key = "alarm.raised" if reading.state == ALARM else "alarm.watch"
        yield say(
            key, who=reading.owner or TEAM_NAME, what=WHAT[reading.monitor], since=f"{reading.since}", chance=luck(reading.chance)
        )  # fmt: skip
        if reading.state == ALARM and reading.cost is not None and reading.repair is not None:
            yield _cost(reading.cost, unit)
            yield from _repair(reading, reading.repair)


def _cost(cost: Cost, unit: str) -> Sentence:
    if cost.by_end <= 0:
        return say("alarm.no_cost")
    low, high = (amount(max(end, 0.0), unit) for end in (cost.low, cost.high))
    return say("alarm.cost", cost=amount(cost.by_end, unit), end=f"{cost.end}", low=low, high=high)


def _repair(reading: Reading, repair: Repair) -> Iterator[Sentence]:
    if reading.cost is None or reading.cost.by_end <= 0:
        return
    if repair.opportunities_per_week is None:
        yield say("alarm.too_late")
        return
    words = {"count": three_digits(repair.opportunities_per_week), "until": f"{repair.until}"}
    if repair.hours_per_week is None:
        yield say("alarm.repair", **words)
    else:
        yield say("alarm.repair_hours", hours=three_digits(repair.hours_per_week), **words)


def holidays(found: Today) -> str:
    """Return whose public holidays were counted, and how one knows."""
    if found.country is None:
        return "the three that most calendars share"
    return f"of {found.country}" + (", as the records keep them" if found.kept else "")


def luck(chance_of_luck: float) -> str:
    """Return a small chance in words.

    Examples
    --------
    >>> luck(0.0021), luck(0.00001), luck(1.0)
    ('0.2%', 'less than 0.1%', '10% or more')
    """
    least, most = 0.001, 0.1
    if chance_of_luck < least:
        return "less than 0.1%"
    return "10% or more" if chance_of_luck >= most else f"{chance_of_luck:.1%}"
