"""A calendar: the blocks that are prospecting by their title, recurring ones day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from forecast.crm.faults import listed
from forecast.crm.outcome_words import bare_words
from forecast.findings import Finding, first_examples
from forecast.prospecting.mapping import RecordsMapping
from forecast.prospecting.recurrence import Event, occurrences
from forecast.prospecting.rows import Rows
from simulations.errors import BadInput, Problem
from simulations.tables import PROSPECTING, conform

NEEDS = "reading a calendar needs icalendar: install pipecast[calendar], or give the hours as CSV"
LARGEST_BYTES, MOST_BLOCKS = 20_000_000, 500_000
HOUR = pd.Timedelta(hours=1)
MIDNIGHT, ONE_DAY = dt.time(), dt.timedelta(days=1)
#: Characters of what was found that a message shows.
LONGEST_FOUND = 100


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of time in a calendar, wall clock."""

    title: str
    begin: dt.datetime
    end: dt.datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a calendar file holds before any of it is counted.

    Attributes
    ----------
    file : str
    owner : str
        The calendar's own name; empty where it has none.
    blocks : tuple of Block
        Every occurrence of timed events that began before the moment asked for.
    left_out : mapping of str to tuple of str
        Why events were left out -> their titles.
    """

    file: str
    owner: str
    blocks: tuple[Block, ...]
    left_out: dict[str, tuple[str, ...]]


def is_calendar(path: Path) -> bool:
    """Return whether a file is a calendar, by its name or its first words."""
    if path.suffix.casefold() in (".ics", ".ical", ".ifb"):
        return True
    try:
        with path.open("rb") as file:
            return file.read(64).lstrip(b"\xef\xbb\xbf \r\n").upper().startswith(b"BEGIN:VCALENDAR")
    except OSError:
        return False  # reading it as a table says what is wrong


def read_calendar(path: Path, until: dt.datetime) -> Calendar:
    """Return the blocks of a calendar file.

    Times are wall clock as the calendar's owner sees it: those with a zone of their own as written, those in UTC in the
    zone that the calendar names, if it names one. Cancelled events and events of whole days are left out.

    Parameters
    ----------
    path : Path
    until : datetime
        Nothing that begins at it or later is returned: recurring events have no end.

    Raises
    ------
    BadInput
        If icalendar is not installed, the file is too large or no calendar, or an event recurs in a way that is not read.
    """
    book = _opened(path)
    zone = str(book.get("X-WR-TIMEZONE", ""))
    events = book.walk("VEVENT")
    moved = _moved(events)
    left: dict[str, list[str]] = {"cancelled": [], "whole_days": [], "too_long": []}
    blocks: list[Block] = []
    for event in events:
        title, why, mine = _title(event), "", []
        try:
            why = _why_not(event)
            mine = [] if why else list(occurrences(Event.of(event, zone, moved), until))
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            allowed = "this event cannot be read; take it out of the calendar, or give the hours as CSV"
            raise _refused(path, "event", f"{title} ({error})", allowed) from None
        if why:
            left[why].append(title)
        short = [pair for pair in mine if pair[1] - pair[0] <= ONE_DAY]
        left["too_long"] += [title] * (len(mine) - len(short))
        blocks += [Block(title, begin, end) for begin, end in short]
        if len(blocks) > MOST_BLOCKS:
            raise _refused(path, "", "", f"holds more than {MOST_BLOCKS:,} events; export a shorter time")
    told = {why: tuple(titles) for why, titles in left.items() if titles}
    return Calendar(str(path), str(book.get("X-WR-CALNAME", "")).strip(), tuple(blocks), told)


def _refused(path: Path, field: str, found: str, allowed: str) -> BadInput:
    return BadInput([Problem(str(path), "", field, " ".join(found.split())[:LONGEST_FOUND], allowed)])


def _opened(path: Path) -> Any:
    """Return the calendar of a file."""
    try:
        import icalendar
    except ImportError:
        raise _refused(path, "", "", NEEDS) from None
    try:
        if path.stat().st_size > LARGEST_BYTES:
            allowed = f"is larger than {LARGEST_BYTES // 1_000_000} MB; export a shorter time, or give the hours as CSV"
            raise _refused(path, "", "", allowed)
        return icalendar.Calendar.from_ical(path.read_bytes())
    except OSError as error:
        raise _refused(path, "", "", f"cannot be read: {error.strerror}") from None
    except (ValueError, IndexError, KeyError, AttributeError, TypeError) as error:
        raise _refused(path, "", str(error), "is no calendar that can be read (iCalendar, .ics)") from None


def _title(event: Any) -> str:
    return " ".join(str(event.get("SUMMARY", "")).split()) or "(no title)"


def _why_not(event: Any) -> str:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return "cancelled"
    start = event.get("DTSTART")
    timed = start is not None and isinstance(start.dt, dt.datetime)
    return "" if timed else "whole_days"


def _moved(events: Sequence[Any]) -> dict[str, set[dt.datetime]]:
    """Return for each event the occurrences that stand in the file by themselves: moved ones, cancelled ones."""
    found: dict[str, set[dt.datetime]] = {}
    for event in events:
        # What cannot be read is told where the event is read.
        with suppress(ValueError, AttributeError):
            told = event.get("RECURRENCE-ID")
            if told is not None and isinstance(told.dt, dt.datetime):
                found.setdefault(str(event.get("UID", "")), set()).add(told.dt)
    return found


def calendar_rows(calendar: Calendar, mapping: RecordsMapping, owner: str | None) -> Rows:
    """Return the hours of the blocks that are prospecting by their title; overlapping ones count once.

    Parameters
    ----------
    calendar : Calendar
    mapping : RecordsMapping
        Its ``words`` tell prospecting, its ``meeting_words`` meetings with somebody new; without these no meetings are
        counted.
    owner : str or None
        Whose calendar it is; else its own name.

    Raises
    ------
    BadInput
        No event is prospecting, or nothing says whose calendar it is.
    """
    whose = owner or calendar.owner
    if not whose:
        allowed = "the calendar has no name; say whose it is: OWNER=FILE"
        raise _refused(Path(calendar.file), "", "", allowed)
    spent = [block for block in calendar.blocks if _named(block, mapping.words)]
    met = [block for block in calendar.blocks if _named(block, mapping.meeting_words)]
    if not spent and not met:
        there = listed(dict.fromkeys(block.title for block in calendar.blocks)) or "none"
        allowed = f"no event is prospecting by its title ({listed(mapping.words)}); put a word of yours under `words:` in a mapping file. Its events: {there}"
        raise BadInput([Problem(calendar.file, "", "", "", allowed)])
    rows = pd.DataFrame(list(_days(spent)), columns=["day", "hours"])
    if mapping.meeting_words:
        meetings = pd.DataFrame({"day": [block.begin for block in met], "meetings": 1.0})
        rows = pd.concat([rows, meetings], ignore_index=True)
        rows["meetings"] = rows["meetings"].fillna(0.0)
    rows["day"] = pd.to_datetime(rows["day"])
    return Rows(
        calendar.file, "calendar", conform(rows.assign(owner=whose), PROSPECTING), _findings(calendar)
    )


def _named(block: Block, words: Iterable[str]) -> bool:
    title = f" {bare_words(block.title)} "
    return any(f" {bare_words(word)} " in title for word in words)


def _days(blocks: Iterable[Block]) -> Iterator[tuple[dt.datetime, float]]:
    """Yield day and hours of blocks, overlapping ones joined and those that pass midnight parted there."""
    joined: list[list[dt.datetime]] = []
    for block in sorted(blocks, key=lambda block: block.begin):
        if joined and block.begin <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], block.end)
        else:
            joined.append([block.begin, block.end])
    for begin, end in joined:
        day = dt.datetime.combine(begin.date(), MIDNIGHT)
        while day < end:
            after = day + ONE_DAY
            yield day, (min(end, after) - max(begin, day)) / HOUR
            day = after


def _findings(calendar: Calendar) -> tuple[Finding, ...]:
    words = {
        "cancelled": "{count} events are cancelled",
        "whole_days": "{count} events last whole days and have no hours",
        "too_long": "{count} events last longer than a day",
    }
    return tuple(
        Finding(
            f"events_{why}", "note", len(titles), first_examples(dict.fromkeys(titles)),
            words[why].format(count=f"{len(titles):,}"), "They were left out",
        )
        for why, titles in calendar.left_out.items()
    )  # fmt: skip
