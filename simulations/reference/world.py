"""The world of one replication: the clock, the luck, the seats, and the journal they write."""

from __future__ import annotations

from collections.abc import Generator

import simpy

from simulations import rules
from simulations.calendar import DAY, WEEK_DAYS
from simulations.given import CHASED, DEALT, GivenDeal
from simulations.hours import Hours
from simulations.journal import Kind, Sink
from simulations.luck import Luck
from simulations.plan import Plan
from simulations.randomness import given_key, inbound_birth
from simulations.reference.moments import Moment, Order
from simulations.reference.seat import Seat
from simulations.reference.stories import given_story, lead_story
from simulations.reference.work import Deal
from simulations.regime import FIRST_STREAM, Regime


class World:
    """Everything that one simulated run shares.

    Parameters
    ----------
    luck : Luck
        The seed, the replication and its environment; carries the plan.
    hours : Hours
        The prospecting hours of the cadence.
    sink : Sink
        Takes the journal.
    """

    def __init__(self, luck: Luck, hours: Hours, sink: Sink) -> None:
        self.env = simpy.Environment(initial_time=0)
        self.luck = luck
        self.plan: Plan = luck.plan
        self.seed = luck.seed
        self.replication = luck.replication
        self.hours = hours
        self._record = sink.record
        self._counted_open = 0
        self._year_end = self.plan.timeline.year_end_day * DAY
        self._end: simpy.Event | None = None
        self.seats = [Seat(self, number) for number in range(self.plan.seats)]

    @property
    def now(self) -> int:
        """Seconds since the first Monday of the warm-up."""
        return self.env.now  # type: ignore[return-value]  # SimPy says float; every delay is an int

    @property
    def regime(self) -> Regime:
        """What holds today."""
        return self.plan.regime(self.now // DAY)

    def moment(self, delay: int, order: Order, birth: int) -> Moment:
        """Return an event ``delay`` seconds from now, in its place among those of the same second."""
        return Moment(self.env, delay, order, birth)

    def rep(self, deal: Deal) -> Seat:
        """Return the rep whose deal it is."""
        return self.seats[deal.seat]

    def key(self, deal: Deal) -> tuple[int, int, int]:
        """Return the first three coordinates of every draw about a deal."""
        return self.seed, self.replication, deal.birth

    # The journal.

    def tell(self, kind: Kind, deal: Deal, value: float = 0.0) -> None:
        """Write what happened to a lead or opportunity."""
        self._record(self.now, kind, deal.seat, deal.birth, deal.stage, deal.visit, value)

    def tell_seat(self, kind: Kind, seat: int, value: float) -> None:
        """Write what a rep did."""
        self._record(self.now, kind, seat, 0, -1, -1, value)

    # Coming and going.

    def expect(self, birth: int, seat: int, source: int, delay: int, *, counted: bool | None = None) -> None:
        """Let a lead appear after a delay; one that descends from a counted deal is counted with it."""
        if counted is None:
            counted = self.now + delay < self._year_end
        self._counted_open += counted
        terms = self.plan.regime((self.now + delay) // DAY).terms
        cents = rules.amount_cents(
            terms.deal_shape, terms.deal_mean, terms.deal_cv, self.seed, self.replication, birth
        )
        deal = Deal(birth, seat, source, cents, counted, self.now + delay)
        self.moment(delay, Order.ARRIVAL, birth).callbacks.append(lambda _: self._start(deal))

    def _start(self, deal: Deal) -> None:
        self.env.process(lead_story(self, deal))

    def _open_given(self) -> None:
        """Open the opportunities that the run starts from, and let each go on from where it stands."""
        deals = [self._given(given) for given in self.plan.given]
        rows = [row for given, deal in zip(self.plan.given, deals, strict=True) for row in _past(given, deal)]
        for row in sorted(rows, key=lambda row: row[0]):
            self._record(*row)
        for given, deal in zip(self.plan.given, deals, strict=True):
            self.env.process(given_story(self, deal, given))

    def _given(self, given: GivenDeal) -> Deal:
        birth = int(given_key(given.source, given.number))
        seat = self.luck.dealt_to(birth, 0) if given.seat == DEALT else given.seat
        deal = Deal(birth, seat or 0, given.source, given.cents, counted=True, appeared=given.opened)
        deal.stage, deal.visit, deal.last_touch = given.stage, 0, given.ready
        deal.silent = given.waits_for == CHASED
        self._counted_open += 1
        self.rep(deal).deals[birth] = deal
        return deal

    def open(self, deal: Deal) -> None:
        """Enter an opportunity into the pipeline."""
        self.tell(Kind.OPENED, deal, deal.cents / 100)
        self.rep(deal).deals[deal.birth] = deal

    def close(self, deal: Deal, kind: Kind) -> None:
        """Take an opportunity out of the pipeline."""
        value = float(deal.silent) if kind is Kind.DISQUALIFIED else deal.cents / 100
        self.tell(kind, deal, value)
        deal.closed = True
        del self.rep(deal).deals[deal.birth]
        self.leave(deal)

    def leave(self, deal: Deal) -> None:
        """Note that a lead or opportunity is finished."""
        self._counted_open -= deal.counted

    # The processes.

    def inbound(self, stream: int) -> Generator[simpy.Event, object, None]:
        """Let leads of an inbound stream arrive: a Poisson process with season and market."""
        plan = self.plan
        clock, k = 0, 0
        point = rules.poisson_gap(self.seed, self.replication, inbound_birth(stream, k))
        for day in range(plan.timeline.end_day):
            ticks = plan.inbound_ticks(stream, day, self.luck.market(day // WEEK_DAYS))
            while point <= clock + DAY * ticks:
                second = day * DAY - (clock - point) // ticks
                birth = inbound_birth(stream, k)
                seat = self.luck.dealt_to(birth, day)
                if seat is not None:
                    self.expect(birth, seat, FIRST_STREAM + stream, second - self.now)
                yield self.moment(second - self.now, Order.ARRIVAL, birth)
                k += 1
                point += rules.poisson_gap(self.seed, self.replication, inbound_birth(stream, k))
            clock += DAY * ticks

    def _hand_overs(self) -> Generator[simpy.Event, object, None]:
        """Let the deals of those who left pass to others, each on its day before anything else happens."""
        for day, seat in self.luck.staffing.hand_overs:
            yield self.moment(day * DAY - self.now, Order.WEEK_END, 1)
            present = self.luck.staffing.present(day)
            for deal in self.seats[seat].give_up():
                to = min(present, key=lambda other: (len(self.seats[other].deals), other), default=seat)
                deal.handed += 1
                self._record(self.now, Kind.HANDED_OVER, to, deal.birth, deal.stage, deal.visit, float(seat))
                self.seats[to].take_over(deal)

    def begin(self) -> None:
        """Set everything going: the first Monday of the warm-up dawns, and nothing has happened yet."""
        self._open_given()
        for seat in self.seats:
            self.env.process(seat.days())
        self.env.process(self._hand_overs())
        for stream in range(self.plan.streams):
            self.env.process(self.inbound(stream))
        if self.plan.timeline.until_closed:
            self._end = self.env.process(self._until_closed())

    def go_on(self, day: int) -> None:
        """Go on until a day begins, or to the end of the run where that comes first."""
        last = min(day, self.plan.timeline.end_day)
        if self._end is None:
            if self.now < last * DAY:
                self.env.run(until=last * DAY)
        elif not self._end.processed:
            stop = self.moment(last * DAY - self.now, Order.WEEK_END, 0)
            self.env.run(until=self.env.any_of((self._end, stop)))

    def _until_closed(self) -> Generator[simpy.Event, object, None]:
        line = self.plan.timeline
        for day in range(line.year_end_day, line.end_day + 1, WEEK_DAYS):
            yield self.moment(day * DAY - self.now, Order.WEEK_END, 0)
            if not self._counted_open:
                return


Row = tuple[int, Kind, int, int, int, int, float]


def _past(given: GivenDeal, deal: Deal) -> list[Row]:
    """Return what the journal tells of a given deal before the run: it came, it was opened, it entered its stage."""
    rows: list[Row] = [
        (given.opened, Kind.LEAD, deal.seat, deal.birth, -1, -1, 0.0),
        (given.opened, Kind.OPENED, deal.seat, deal.birth, -1, -1, given.cents / 100),
        (given.entered, Kind.READY, deal.seat, deal.birth, given.stage, 0, 0.0),
    ]
    if deal.silent:
        rows.append((given.entered, Kind.SILENT, deal.seat, deal.birth, given.stage, 0, 0.0))
    return rows
