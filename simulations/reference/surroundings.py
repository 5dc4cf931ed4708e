"""What the stories of deals and the days of reps need of the world around them."""

from __future__ import annotations

from typing import Protocol

import simpy

from simulations.hours import Hours
from simulations.journal import Kind
from simulations.luck import Luck
from simulations.plan import Plan
from simulations.reference.moments import Moment, Order
from simulations.reference.work import Deal, TaskKind
from simulations.regime import Regime


class Rep(Protocol):
    """Somebody who can be asked for work."""

    def ask_for(self, deal: Deal, kind: TaskKind, seconds: int, ready: int | None = None) -> simpy.Event:
        """Put work into the queue; the event returned fires when it is done or has become pointless."""
        ...


class Surroundings(Protocol):
    """The clock, the luck, the journal, and the coming and going of deals."""

    env: simpy.Environment
    luck: Luck
    plan: Plan
    hours: Hours
    seed: int
    replication: int

    @property
    def now(self) -> int:
        """Seconds since the first Monday of the warm-up."""
        ...

    @property
    def regime(self) -> Regime:
        """What holds today."""
        ...

    def moment(self, delay: int, order: Order, birth: int) -> Moment:
        """Return an event ``delay`` seconds from now, in its place among those of the same second."""
        ...

    def rep(self, deal: Deal) -> Rep:
        """Return the rep whose deal it is."""
        ...

    def key(self, deal: Deal) -> tuple[int, int, int]:
        """Return the first three coordinates of every draw about a deal."""
        ...

    def tell(self, kind: Kind, deal: Deal, value: float = 0.0) -> None:
        """Write what happened to a lead or opportunity."""
        ...

    def tell_seat(self, kind: Kind, seat: int, value: float) -> None:
        """Write what a rep did."""
        ...

    def expect(self, birth: int, seat: int, source: int, delay: int, *, counted: bool | None = None) -> None:
        """Let a lead appear after a delay."""
        ...

    def open(self, deal: Deal) -> None:
        """Enter an opportunity into the pipeline."""
        ...

    def close(self, deal: Deal, kind: Kind) -> None:
        """Take an opportunity out of the pipeline."""
        ...

    def leave(self, deal: Deal) -> None:
        """Note that a lead or opportunity is finished."""
        ...
