"""Opportunities of one run, rebuilt from its journal: when they came, what they were worth, how they ended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from simulations.calendar import DAY, WEEK_DAYS
from simulations.journal import CLOSING, Events, Kind
from simulations.plan import Plan

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
NEVER = np.iinfo(np.int64).max
WEEK = WEEK_DAYS * DAY


@dataclass(frozen=True, slots=True)
class Deals:
    """Every lead of a run, in the order of birth keys; one entry an array for each lead.

    Attributes
    ----------
    birth : array of uint64
    seat : array of int
        Who had it last.
    appeared, opened, closed : array of int
        Seconds; `NEVER` where it did not happen within the run.
    amount : array of float
        As the pipeline showed it; 0 for what never became an opportunity.
    booked : array of float
        What it was won for: the amount less a discount; 0 for what was not won.
    outcome : array of int
        The closing `Kind`, 0 while open.
    """

    birth: npt.NDArray[np.uint64]
    seat: Ints
    appeared: Ints
    opened: Ints
    closed: Ints
    amount: Floats
    booked: Floats
    outcome: Ints

    @property
    def won(self) -> npt.NDArray[np.bool_]:
        """Which were won."""
        return np.asarray(self.outcome == Kind.WON)


@dataclass(frozen=True, slots=True)
class Stays:
    """Stretches of time that opportunities spent in a stage, revisits of the same stage joined.

    Attributes
    ----------
    deal : array of int
        Index into `Deals`.
    stage : array of int
    entered, left : array of int
        Seconds; ``left`` is `NEVER` where the stay had not ended by the end of the run.
    """

    deal: Ints
    stage: Ints
    entered: Ints
    left: Ints

    def open_at(self, moment: int) -> npt.NDArray[np.int64]:
        """Return the indices of the stays that hold at a moment."""
        return np.flatnonzero((self.entered <= moment) & (moment < self.left))


def deals_of(events: Events) -> Deals:
    """Return the leads and opportunities that a journal tells of."""
    leads = events[events["kind"] == Kind.LEAD]
    order = np.argsort(leads["birth"])
    leads = leads[order]
    birth = np.ascontiguousarray(leads["birth"])
    opened, closed = (np.full(birth.size, NEVER, dtype=np.int64) for _ in range(2))
    amount, booked = np.zeros(birth.size), np.zeros(birth.size)
    outcome = np.zeros(birth.size, dtype=np.int64)
    opening = events[events["kind"] == Kind.OPENED]
    at = np.searchsorted(birth, opening["birth"])
    opened[at] = opening["time"]
    amount[at] = opening["value"]
    closing = events[np.isin(events["kind"], CLOSING)]
    at = np.searchsorted(birth, closing["birth"])
    closed[at] = closing["time"]
    outcome[at] = closing["kind"]
    booked[at] = np.where(closing["kind"] == Kind.WON, closing["value"], 0.0)
    seat, appeared = leads["seat"].astype(np.int64), leads["time"].astype(np.int64)
    passed = events[events["kind"] == Kind.HANDED_OVER]
    seat[np.searchsorted(birth, passed["birth"])] = passed["seat"]  # of repeated places numpy keeps the last
    return Deals(birth, seat, appeared, opened, closed, amount, booked, outcome)


def stays_of(events: Events, deals: Deals) -> Stays:
    """Return how long each opportunity stayed in each stage."""
    moves = events[(events["kind"] == Kind.READY) | np.isin(events["kind"], CLOSING)]
    moves = moves[np.argsort(moves["birth"], kind="stable")]
    ready = moves["kind"] == Kind.READY
    same_deal = np.zeros(moves.size, dtype=np.bool_)
    same_deal[1:] = moves["birth"][1:] == moves["birth"][:-1]
    again = same_deal.copy()
    again[1:] &= ready[1:] & (moves["stage"][1:] == moves["stage"][:-1])
    steps = moves[~again]
    ready, same_deal = ready[~again], same_deal[~again]
    left = np.full(steps.size, NEVER, dtype=np.int64)
    follows = np.flatnonzero(same_deal)
    left[follows - 1] = steps["time"][follows]
    kept = steps[ready]
    return Stays(
        np.searchsorted(deals.birth, kept["birth"]),
        kept["stage"].astype(np.int64),
        kept["time"].astype(np.int64),
        left[ready],
    )


@dataclass(frozen=True, slots=True)
class History:
    """One run: its journal and what was rebuilt from it.

    Attributes
    ----------
    value : array of float
        What each lead of ``deals`` counts while it is open: its amount, or 1 where the scenario counts deals; 0 for
        what never became an opportunity.
    booked : array of float
        What it counts once it is won, 0 for what was not.
    start, end : int
        First second of the year, and of what follows it.
    """

    plan: Plan
    events: Events
    deals: Deals
    stays: Stays
    value: Floats
    booked: Floats
    start: int
    end: int

    def in_year(self, times: Ints) -> npt.NDArray[np.bool_]:
        """Return which moments lie in the year."""
        return np.asarray((times >= self.start) & (times < self.end))

    def of(self, kind: Kind) -> Events:
        """Return the year's events of a kind."""
        events = self.all_of(kind)
        return select(events, self.in_year(events["time"]))

    def all_of(self, kind: Kind) -> Events:
        """Return the whole run's events of a kind."""
        return select(self.events, self.events["kind"] == kind)

    def weights(self, moment: int) -> Floats:
        """Return the base chance to win from each stage at a moment: what the rep counts with."""
        base = np.array(self.plan.regime(moment // DAY).base_probability)
        return np.asarray(np.cumprod(base[::-1])[::-1])


def history_of(plan: Plan, events: Events) -> History:
    """Return one run's history.

    Parameters
    ----------
    plan : Plan
        The scenario, made flat.
    events : array of `simulations.journal.EVENT`
        The whole journal, warm-up and run-off included.
    """
    deals = deals_of(events)
    line = plan.timeline
    counts, booked = deals.amount, deals.booked
    if plan.scenario.unit == "deals":
        counts, booked = (deals.opened < NEVER).astype(np.float64), deals.won.astype(np.float64)
    start, end = line.year_start_day * DAY, line.year_end_day * DAY
    return History(plan, events, deals, stays_of(events, deals), counts, booked, start, end)


def select(events: Events, which: npt.NDArray[np.bool_]) -> Events:
    """Return the events that a mask picks."""
    return np.asarray(events[which])


def sums_between(times: Ints, values: Floats, edges: Ints) -> Floats:
    """Return the sum of values in each stretch between neighbouring edges, left edges included."""
    at = np.searchsorted(edges, times, side="right") - 1
    inside = (at >= 0) & (at < edges.size - 1)
    return sums_by(at[inside], values[inside], edges.size - 1)


def sums_by(cells: Ints, values: Floats, count: int) -> Floats:
    """Return the sum of values in each of ``count`` cells."""
    return np.bincount(cells, weights=values, minlength=count).astype(np.float64)
