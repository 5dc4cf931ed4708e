"""When things happen at the same second, in which order: RULES' order, then the birth key."""

from __future__ import annotations

from enum import IntEnum

import simpy


class Order(IntEnum):
    """Order of simultaneous events; a follow-up that falls due counts among the replies, a hand-over to the week's end."""

    WEEK_END = 0
    REPLY = 1
    REVIEW = 2
    PROSPECTING = 3
    SELLING = 4
    ARRIVAL = 5


_BIRTH_BITS = 64
_BEHIND_CONTINUATIONS = 2  # SimPy continues a process with priority 0 or 1: what an event causes at once


class Moment(simpy.Event):
    """A timeout with a place among the events of the same second.

    Parameters
    ----------
    env : simpy.Environment
        The clock, in whole seconds.
    delay : int
        Seconds from now.
    order : Order
        What kind of event it is.
    birth : int
        The birth key of the lead or opportunity, or the number of the seat.
    """

    def __init__(self, env: simpy.Environment, delay: int, order: Order, birth: int) -> None:
        # As simpy.Timeout does: an event that is triggered from the start needs no pending value.
        self.env = env
        self.callbacks = []
        self._ok = True
        self._value = None
        priority = (int(order) << _BIRTH_BITS | int(birth)) + _BEHIND_CONTINUATIONS
        env.schedule(self, priority=priority, delay=delay)  # type: ignore[arg-type]  # any int orders
