"""When a calendar event takes place: once, or by a rule with its exceptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

#: Rules that repeat within a day would fill the memory, and are nobody's rhythm.
SEVERAL_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
MOST_OCCURRENCES = 20_000
EARLIEST = 1980


@dataclass(frozen=True, slots=True)
class Event:
    """When an event takes place, wall clock.

    Attributes
    ----------
    begin : datetime
    length : timedelta
    rules : tuple of str
        As iCalendar writes them (RFC 5545), without an end in another zone.
    until : tuple of datetime or None
        Last moment of each rule.
    more, fewer : tuple of datetime
        Further occurrences, and occurrences that do not take place.
    """

    begin: dt.datetime
    length: dt.timedelta
    rules: tuple[str, ...]
    until: tuple[dt.datetime | None, ...]
    more: tuple[dt.datetime, ...]
    fewer: tuple[dt.datetime, ...]

    @classmethod
    def of(cls, event: Any, zone: str, moved: Mapping[str, set[dt.datetime]]) -> Event:
        """Return when an event of icalendar takes place.

        Parameters
        ----------
        event : icalendar.Event
            With a time of day.
        zone : str
            Name of the zone in which times in UTC are seen; empty for none.
        moved : mapping of str to set of datetime
            UID -> occurrences that stand in the file by themselves.

        Raises
        ------
        ValueError
            If it ends before it begins, or recurs in a way that is not read.
        """
        start: dt.datetime = event["DTSTART"].dt
        begin = wall(start, zone)
        own = event.get("RECURRENCE-ID") is not None
        rules = [] if own else _listed(event.get("RRULE"))
        fewer = [wall(when, zone) for when in _dates(event.get("EXDATE"), start)]
        if not own:
            fewer += [wall(when, zone) for when in moved.get(str(event.get("UID", "")), ())]
        until = [_until(rule, start, zone) for rule in rules]
        texts = [_rule(rule) for rule in rules]
        more = [] if own else [wall(when, zone) for when in _dates(event.get("RDATE"), start)]
        return cls(begin, _length(event, begin, zone), tuple(texts), tuple(until), tuple(more), tuple(fewer))


def occurrences(event: Event, until: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Yield begin and end of each occurrence that begins before a moment.

    Raises
    ------
    ValueError
        If there are too many.
    """
    from dateutil.rrule import rruleset, rrulestr

    if event.begin.year < EARLIEST:
        raise ValueError(f"it begins before {EARLIEST}")
    dates = rruleset()
    dates.rdate(event.begin)
    for text, last in zip(event.rules, event.until, strict=True):
        rule = rrulestr(text, dtstart=event.begin)
        dates.rrule(rule.replace(until=until if last is None else min(last, until)))
    for when in event.more:
        dates.rdate(when)
    for when in event.fewer:
        dates.exdate(when)
    for count, begin in enumerate(dates):
        if begin >= until:
            return
        if count == MOST_OCCURRENCES:
            raise ValueError(f"it takes place more than {MOST_OCCURRENCES:,} times")
        yield begin, begin + event.length


def wall(moment: dt.datetime, zone: str) -> dt.datetime:
    """Return a moment as the clock on the wall shows it; one in UTC in a zone, where it is known.

    Examples
    --------
    >>> wall(dt.datetime(2026, 7, 1, 7, 0, tzinfo=dt.UTC), "Europe/Prague")
    datetime.datetime(2026, 7, 1, 9, 0)
    """
    utc = moment.tzinfo is not None and moment.utcoffset() == dt.timedelta(0) and str(moment.tzinfo) == "UTC"
    if utc and zone:
        with suppress(ZoneInfoNotFoundError, ValueError):  # a zone that nobody knows: the clock as written
            moment = moment.astimezone(ZoneInfo(zone))
    return moment.replace(tzinfo=None)


def _length(event: Any, begin: dt.datetime, zone: str) -> dt.timedelta:
    end, lasts = event.get("DTEND"), event.get("DURATION")
    if end is not None and isinstance(end.dt, dt.datetime):
        length = wall(end.dt, zone) - begin
    elif lasts is not None and isinstance(lasts.dt, dt.timedelta):
        length = lasts.dt
    else:
        length = dt.timedelta(0)
    if length < dt.timedelta(0):
        raise ValueError("it ends before it begins")
    return length


def _listed(found: Any) -> list[Any]:
    return [] if found is None else list(found) if isinstance(found, list) else [found]


def _dates(found: Any, start: dt.datetime) -> list[dt.datetime]:
    """Return the moments of a list of dates; a bare date means the occurrence of that day."""
    inner = [item.dt for group in _listed(found) for item in getattr(group, "dts", [group])]
    plain = [when[0] if isinstance(when, tuple) else when for when in inner]
    return [
        when if isinstance(when, dt.datetime) else dt.datetime.combine(when, start.time(), start.tzinfo)
        for when in plain
    ]


def _rule(rule: Any) -> str:
    """Return a rule as text without its end.

    Raises
    ------
    ValueError
        If it repeats within a day.
    """
    frequency = "".join(map(str, rule.get("FREQ", []))).upper()
    if frequency not in FREQUENCIES or any(key in rule for key in SEVERAL_A_DAY):
        raise ValueError(f"it recurs within a day ({frequency or 'no frequency'})")
    bare = {key: value for key, value in rule.items() if key.upper() != "UNTIL"}
    return ";".join(f"{key}={','.join(str(one) for one in _listed(value))}" for key, value in bare.items())


def _until(rule: Any, start: dt.datetime, zone: str) -> dt.datetime | None:
    """Return the last moment of a rule on the wall's clock of the event."""
    told = _listed(rule.get("UNTIL"))
    if not told:
        return None
    last = told[0]
    if not isinstance(last, dt.datetime):
        return dt.datetime.combine(last, dt.time.max)
    if last.tzinfo is not None and start.tzinfo is not None:
        return wall(last.astimezone(start.tzinfo), zone)
    return wall(last, zone)
