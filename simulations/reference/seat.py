"""A rep's day: the review if it is due, the prospecting block, then selling until the hours are used."""

from __future__ import annotations

from collections.abc import Generator

import simpy

from simulations import rules
from simulations.calendar import DAY, HOUR, WEEK_DAYS
from simulations.journal import Kind
from simulations.randomness import prospecting_birth
from simulations.reference.moments import Order
from simulations.reference.surroundings import Surroundings
from simulations.reference.work import Deal, Queue, Task, TaskKind
from simulations.regime import FIRST_STREAM, FOUND

Day = Generator[simpy.Event, object, None]


class Seat:
    """One rep: a queue of work, the open opportunities, the prospecting clock."""

    def __init__(self, world: Surroundings, number: int) -> None:
        self.world = world
        self.number = number
        self.deals: dict[int, Deal] = {}
        self._queue = Queue(world.plan.scenario.work.queue)
        self._current: Task | None = None
        self._bell: simpy.Event | None = None
        self._clock = 0
        self._leads = 0
        self._tenure = 0
        self._next_lead = self._gap()
        self._day_end = 0
        self._sold = 0

    def _gap(self) -> int:
        world = self.world
        return rules.poisson_gap(world.seed, world.replication, self._next_birth())

    def _next_birth(self) -> int:
        return prospecting_birth(self.number, self._tenure, self._leads)

    # What deals ask of a rep.

    def ask_for(self, deal: Deal, kind: TaskKind, seconds: int, ready: int | None = None) -> simpy.Event:
        """Put work into the queue; the event returned fires when it is done or has become pointless.

        ``ready``: since when it has been; now unless told.
        """
        world = self.world
        since = world.now if ready is None else ready
        task = Task(kind, deal, since, seconds, seconds, world.env.event())
        deal.task = task
        if world.plan.scenario.switches.contention:
            self._queue.put(task)
            self._ring()
        else:
            self._begin(task)
            self._finish(task)
        return task.done

    def give_up(self) -> list[Deal]:
        """Let go of everything that waits or is open, unfinished work included, in the order of birth keys."""
        waiting = [task.deal for task in self._queue.empty()]
        if self._current is not None:
            waiting.append(self._current.deal)
        deals = self.deals | {deal.birth: deal for deal in waiting}
        self.deals, self._current = {}, None
        return [deals[birth] for birth in sorted(deals)]

    def take_over(self, deal: Deal) -> None:
        """Get a deal that was somebody else's, with the work that it waits for."""
        deal.seat = self.number
        if deal.stage >= 0:
            self.deals[deal.birth] = deal
        if deal.task is not None:
            self._queue.put(deal.task)
            self._ring()

    def _ring(self) -> None:
        if self._bell is not None and not self._bell.triggered:
            self._bell.succeed()

    # The working days.

    def days(self) -> Day:
        """Work every working day of the run, in order: review, prospecting, selling."""
        world, plan = self.world, self.world.plan
        reviewed_week = -1
        for day in range(plan.timeline.end_day):
            if not self._works(day):
                continue
            start, self._day_end = self._hours_of(day)
            self._sold = 0
            week = day // WEEK_DAYS
            first_of_week, reviewed_week = week != reviewed_week, week
            yield world.moment(start - world.now, Order.REVIEW, self.number)
            if first_of_week:
                yield from self._review()
            if world.hours.looks(day, first_of_week=first_of_week):
                self._look(day)
            yield from self._prospect(day)
            prospected_until = world.now
            yield from self._sell()
            self._account(prospected_until)

    def _works(self, day: int) -> bool:
        return bool(self.world.plan.working[day]) and self.world.luck.staffing.works(self.number, day)

    def _hours_of(self, day: int) -> tuple[int, int]:
        """Return the seconds at which a working day begins and ends."""
        plan = self.world.plan
        start = day * DAY + plan.day_start
        return start, start + plan.regime(day).seats[self.number].day_seconds

    def _worked_between(self, start: int, end: int) -> int:
        """Return the seat's working seconds between two moments."""
        days = (day for day in range(start // DAY, end // DAY + 1) if self._works(day))
        return sum(rules.overlap(start, end, *self._hours_of(day)) for day in days)

    def _review(self) -> Day:
        world = self.world
        if not world.plan.scenario.switches.reviews:
            return
        terms = world.regime.terms
        seconds = rules.review_seconds(terms.review_hours, terms.review_minutes, len(self.deals))
        seconds = min(seconds, self._day_end - world.now)
        world.tell_seat(Kind.REVIEWED, self.number, seconds / HOUR)
        self._disqualify()
        yield world.moment(seconds, Order.PROSPECTING, self.number)

    def _look(self, day: int) -> None:
        deals = ((deal.stage, deal.cents) for deal in self.deals.values())
        self.world.hours.look(self.number, day, self._day_end - self.world.now, deals)

    def _disqualify(self) -> None:
        """End what has had no next step for too long, in the order of birth keys."""
        for birth in sorted(self.deals):
            deal = self.deals[birth]
            in_work = deal.task is not None and deal.task.begun
            if deal.awaits_reply or in_work:
                continue
            if rules.is_stale(self.world.now, deal.last_touch, self.world.regime.terms.disqualify_after):
                self.world.close(deal, Kind.DISQUALIFIED)
                if deal.task is not None:
                    deal.task.dropped = True
                    deal.task.done.succeed()

    def _prospect(self, day: int) -> Day:
        """Spend the day's block; leads appear when the prospecting clock passes their points."""
        world = self.world
        yield world.moment(0, Order.PROSPECTING, self.number)
        seconds = min(world.hours.planned(self.number, day), self._day_end - world.now)
        if seconds <= 0:
            return
        world.tell_seat(Kind.PROSPECTED, self.number, seconds / HOUR)
        focused = rules.focused_seconds(seconds, world.regime.terms.startup_seconds)
        holder = world.luck.staffing.holder(self.number, day)
        if holder.tenure != self._tenure:  # whoever follows a leaver finds customers of their own
            self._tenure, self._clock, self._leads = holder.tenure, 0, 0
            self._next_lead = self._gap()
        market = world.luck.market(day // WEEK_DAYS)
        ticks = world.plan.prospecting_ticks(self.number, day, holder.since, market)
        self._find_leads(seconds - focused, focused, ticks)
        yield world.moment(seconds, Order.PROSPECTING, self.number)

    def _find_leads(self, lost: int, focused: int, ticks: int) -> None:
        """Let the leads of a block appear, the first seconds of which are lost."""
        world = self.world
        reach = self._clock + focused * ticks
        while self._next_lead <= reach:
            birth = self._next_birth()
            delay = lost - (self._clock - self._next_lead) // ticks
            world.expect(birth, self.number, FOUND, delay)
            self._leads += 1
            self._next_lead += self._gap()
        self._clock = reach

    def _sell(self) -> Day:
        """Take the next item until the day's hours are used; an unfinished item resumes the next day."""
        world = self.world
        end = world.moment(self._day_end - world.now, Order.SELLING, self.number)
        end.callbacks.append(lambda _: self._ring())
        while True:
            yield world.moment(0, Order.SELLING, self.number)
            if world.now >= self._day_end:
                return
            task = self._current or self._queue.take()
            if task is None:
                self._bell = world.env.event()
                yield self._bell
                self._bell = None
            else:
                yield from self._work_on(task)

    def _work_on(self, task: Task) -> Day:
        world = self.world
        self._current = task
        if not task.begun:
            self._begin(task)
        seconds = min(task.left, self._day_end - world.now)
        yield world.moment(seconds, Order.SELLING, self.number)
        self._sold += seconds
        task.left -= seconds
        if task.left == 0:
            self._current = None
            self._finish(task)

    def _begin(self, task: Task) -> None:
        task.begun = True
        waited = self.world.now - task.ready
        if task.kind is TaskKind.STAGE:
            task.deal.waited = waited
        elif task.deal.source >= FIRST_STREAM and task.kind is not TaskKind.FOLLOW_UP:
            task.deal.unanswered = self._worked_between(task.ready, self.world.now)
        if task.kind is not TaskKind.FOLLOW_UP:
            self.world.tell(Kind.STARTED, task.deal, waited / DAY)

    def _finish(self, task: Task) -> None:
        deal = task.deal
        deal.task = None
        followed_up = task.kind is TaskKind.FOLLOW_UP
        self.world.tell(Kind.FOLLOWED_UP if followed_up else Kind.WORKED, deal, task.seconds / HOUR)
        if not followed_up:
            deal.last_touch = self.world.now
        task.done.succeed()

    def _account(self, sold_from: int) -> None:
        self.world.tell_seat(Kind.SOLD, self.number, self._sold / HOUR)
        idle = max(0, self._day_end - sold_from) - self._sold
        self.world.tell_seat(Kind.WORK_DAY, self.number, idle / HOUR)
