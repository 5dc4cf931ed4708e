"""The journal: what happened in one simulated run, as a stream of events to a sink.

Every event is one row of `EVENT`. The reference model emits them one by one; a sink keeps,
counts or prints them. Statistics are made from the journal afterwards, never inside the model.
"""

from __future__ import annotations

import hashlib
from enum import IntEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt


class Kind(IntEnum):
    """What happened. ``value`` of each kind stands behind the dash."""

    LEAD = 1  # a lead appeared — 0
    DROPPED = 2  # the lead did not qualify — 0
    OPENED = 3  # it became an opportunity — its amount
    READY = 4  # it entered a stage visit and waits for the rep — 0
    STARTED = 5  # first second of work in the visit (or on the lead) — calendar days waited
    WORKED = 6  # work on the visit (or the lead) is finished — hours
    ADVANCED = 7  # the customer replied; it leaves this stage for the next — 0
    SILENT = 8  # the customer has stopped replying — 0
    FOLLOW_UP_READY = 9  # a follow-up waits for the rep — attempt number, from 1
    FOLLOWED_UP = 10  # the follow-up is done — hours
    REVIVED = 11  # a follow-up brought it back — attempt number
    WON = 12  # — amount
    LOST = 13  # a clear no — amount
    NO_DECISION = 14  # follow-ups exhausted — amount
    DISQUALIFIED = 15  # by the weekly review — 1 if silent, 0 if merely unworked
    ASKED = 16  # the rep asked for introductions, at the qualified meeting (stage -1) or the win — how many will come
    REVIEWED = 17  # the seat's weekly review — hours
    PROSPECTED = 18  # the seat's prospecting block of the day — hours
    WORK_DAY = 19  # end of a seat's working day — idle hours of that day
    HANDED_OVER = 21  # a leaver's deal passed to this seat — the seat that it came from
    SOLD = 20  # end of a seat's working day — hours spent selling (qualifying, stages, follow-ups)


CLOSING = (Kind.WON, Kind.LOST, Kind.NO_DECISION, Kind.DISQUALIFIED)

#: ``time``: whole seconds since the scenario's first Monday 00:00 (start of the warm-up).
#: ``birth``: birth key of the lead or opportunity (its two top bits are the source); 0 for seat events.
#: ``stage``: index of the stage, -1 for leads and seat events. ``visit``: stage visit position, -1 likewise.
EVENT = np.dtype(
    [
        ("time", np.int64),
        ("kind", np.int8),
        ("seat", np.int32),
        ("birth", np.uint64),
        ("stage", np.int16),
        ("visit", np.int16),
        ("value", np.float64),
    ]
)

Events = npt.NDArray[np.void]
#: Events shown before and after the first in which two journals differ.
NEIGHBOURS = 3


class Sink(Protocol):
    """Takes the events of one run, in the order in which they happen."""

    def record(  # noqa: PLR0913, PLR0917 - one argument per column of EVENT, so that no tuple is built to be torn apart
        self, time: int, kind: int, seat: int, birth: int, stage: int, visit: int, value: float
    ) -> None:
        """Take one event."""
        ...


class EventLog:
    """A sink that keeps every event."""

    def __init__(self) -> None:
        self._rows: list[tuple[int, int, int, int, int, int, float]] = []

    def record(  # noqa: PLR0913, PLR0917 - see Sink
        self, time: int, kind: int, seat: int, birth: int, stage: int, visit: int, value: float
    ) -> None:
        """Keep one event."""
        self._rows.append((time, kind, seat, birth, stage, visit, value))

    def events(self) -> Events:
        """Return all events so far as one array of dtype `EVENT`, in the order in which they happened."""
        return np.array(self._rows, dtype=EVENT)


def digest(events: Events) -> str:
    """Return the SHA-256 of the events' bytes: equal if and only if two runs are byte-equal."""
    return hashlib.sha256(np.ascontiguousarray(events).tobytes()).hexdigest()


def first_difference(events: Events, others: Events) -> str:
    """Return the first event in which two journals differ, with its neighbours; empty where they are byte-equal."""
    if digest(events) == digest(others):
        return ""
    both = min(events.size, others.size)
    apart = np.flatnonzero(events[:both] != others[:both])
    at = int(apart[0]) if apart.size else both
    lines = [f"event {at} of {events.size} and {others.size}"]
    for i in range(max(0, at - NEIGHBOURS), at + NEIGHBOURS + 1):
        one, other = (_told(journal, i) for journal in (events, others))
        lines.append(f"{'>' if i == at else ' '} {i}: {one} | {other}")
    return "\n".join(lines)


def _told(events: Events, i: int) -> str:
    return f"{Kind(int(events[i]['kind'])).name:16} {events[i]}" if i < events.size else "(no event)"
