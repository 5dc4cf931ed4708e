"""The measures of a fair year: what one replication's journal says, in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from simulations.activity import hours_spent, market_timing, waiting
from simulations.calendar import DAY, HOUR
from simulations.customers import customers, horizon_of_referrals
from simulations.deals import NEVER, WEEK, History, history_of, sums_between, sums_by
from simulations.journal import Events, Kind
from simulations.ledger import revenue_by_month
from simulations.plan import Plan
from simulations.projection import PipelineYear, pipeline_year
from simulations.weekly import weekly_series

Floats = npt.NDArray[np.float64]
FOUR_WEEKS = 4
CENTS = 100  # in one unit of value
QUARTER_WEEKS = 13


class Measure(NamedTuple):
    """What a number means. ``unit``: value (amount or deals, as the scenario counts), share, ratio, hours, days, count."""

    unit: str
    meaning: str


#: Every measure, in the order in which tables show them.
MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "bookings_in_year": Measure("value", "won in the year"),
        "carried_in": Measure("value", "won in the year, from leads of the warm-up"),
        "this_year": Measure("value", "won in the year, from leads of the year"),
        "run_off": Measure("value", "won after the year, from leads of the warm-up and the year"),
        "total": Measure("value", "bookings in the year and run-off together"),
        "open_at_end": Measure("value", "counted opportunities still open at the end of the run-off"),
        "open_at_end_share": Measure("share", "that, of all counted opportunities' value"),
        "weighted_at_year_end": Measure("value", "weighted pipeline at year end: an estimate of the run-off"),
        "weighted_error": Measure("value", "weighted pipeline at year end less the run-off"),
        "horizon_of_referrals": Measure(
            "value",
            "won from introductions after the year that descend from counted opportunities; in no total",
        ),
        "market_timing": Measure(
            "share",
            "what an hour of prospecting found in the market's weeks that it met, over what evenly spread hours "
            "would have; less 1",
        ),
        "attainment": Measure("share", "bookings in the year over the team's target"),
        "target_reached": Measure("share", "years whose bookings reach the team's target"),
        "worst_quarter": Measure("value", "bookings of the weakest quarter"),
        "month_volatility": Measure("share", "standard deviation over mean of the 12 months' bookings"),
        "quarter_volatility": Measure("share", "standard deviation over mean of the 4 quarters' bookings"),
        "peak_to_trough": Measure(
            "ratio", "highest over lowest four-week mean of bookings; undefined where the lowest is 0"
        ),
        "prospecting_hours": Measure("hours", "spent prospecting in the year"),
        "selling_hours": Measure("hours", "spent qualifying, on opportunities and on follow-ups"),
        "qualifying_hours": Measure("hours", "of leads answered and qualified in the year"),
        "stage_hours": Measure("hours", "of stage work finished in the year"),
        "follow_up_hours": Measure("hours", "of follow-ups to silent customers done in the year"),
        "review_hours": Measure("hours", "spent in weekly reviews"),
        "idle_hours": Measure("hours", "working time with an empty queue"),
        "utilisation": Measure("share", "selling hours over the hours left for selling"),
        "selling_hours_on_week": Measure("hours", "left for selling, a rep and week with prospecting"),
        "selling_hours_off_week": Measure("hours", "left for selling, a rep and week without prospecting"),
        "days_waited": Measure("days", "mean days a stage visit waited for the rep"),
        "days_waited_on_week": Measure("days", "the same, begun in weeks with prospecting"),
        "days_waited_off_week": Measure("days", "the same, begun in weeks without prospecting"),
        "cycle_days": Measure("days", "mean days from creation to won, for wins of the year"),
        "cycle_days_median": Measure("days", "median days from creation to won, for wins of the year"),
        "win_rate": Measure("share", "won over closed, for opportunities of the year's leads"),
        "leads": Measure("count", "leads that appeared in the year"),
        "opportunities": Measure("count", "opportunities created in the year"),
        "opportunities_prospecting": Measure("count", "of them, found by prospecting"),
        "opportunities_inbound": Measure("count", "of them, arrived by themselves"),
        "opportunities_referral": Measure("count", "of them, introduced"),
        "wins": Measure("count", "opportunities won in the year"),
        "went_silent": Measure("count", "times a customer stopped replying in the year"),
        "revived": Measure("count", "times a follow-up brought one back in the year"),
        "disqualified_silent": Measure("count", "ended by a review in the year: the customer was silent"),
        "disqualified_unworked": Measure("count", "ended by a review in the year: merely unworked"),
    }
)


@dataclass(frozen=True, slots=True)
class YearMeasures:
    """What one replication comes to.

    Attributes
    ----------
    scalars : mapping of str to float
        By the names of `MEASURES`; nan where undefined.
    weekly : array, series x weeks
        As `simulations.weekly.weekly_series`.
    pipeline : PipelineYear
        The open pipeline at each week's end, by stage and age in the stage.
    bookings_by_month, revenue_by_month : array of 12
        Bookings; revenue as profit and loss recognises it.
    bookings_by_seat : array
        Bookings of the year.
    seconds_by_seat : array of int
        Seconds prospected in each year under the cadence, seat by seat, all of the first year's first.
    settling : (float, float)
        Mean open value of the warm-up's last but one, and last, 13 weeks.
    """

    scalars: Mapping[str, float]
    weekly: Floats
    pipeline: PipelineYear
    bookings_by_month: Floats
    revenue_by_month: Floats
    bookings_by_seat: Floats
    seconds_by_seat: npt.NDArray[np.int64]
    settling: tuple[float, float]


def team_target(plan: Plan) -> float:
    """Return what the team is to book in the year: quota x seats, in the scenario's unit."""
    return plan.scenario.targets.yearly_quota_per_rep * plan.seats


def measure(plan: Plan, events: Events, market: Sequence[float] | None = None) -> YearMeasures:
    """Return the measures of one replication.

    Parameters
    ----------
    plan : Plan
        The scenario, made flat: timeline, ledger, target, unit.
    events : array of `simulations.journal.EVENT`
        The whole journal, warm-up and run-off included.
    market : sequence of float, optional
        The market's factor in each of the year's weeks; 1 in all of them unless told.
    """
    history = history_of(plan, events)
    factors = np.ones(plan.timeline.year_weeks) if market is None else np.asarray(market, dtype=np.float64)
    return YearMeasures(
        scalars=_scalars(history, factors),
        weekly=weekly_series(history),
        pipeline=pipeline_year(history),
        bookings_by_month=_bookings(history, plan.timeline.month_edges() * DAY),
        revenue_by_month=revenue_by_month(history),
        bookings_by_seat=_bookings_by_seat(history),
        seconds_by_seat=_seconds_by_seat(history),
        settling=_settling(history),
    )


def _scalars(history: History, market: Floats) -> dict[str, float]:
    found = {
        **_fair_year(history),
        "market_timing": market_timing(history, market),
        **_rhythm(history),
        **hours_spent(history),
        **waiting(history),
        **customers(history),
    }
    return {name: found[name] for name in MEASURES}


def _fair_year(history: History) -> dict[str, float]:
    deals, value = history.deals, history.value
    in_year, after = history.in_year(deals.closed), deals.closed >= history.end
    before_year, counted = deals.appeared < history.start, deals.appeared < history.end
    # Sums of whole cents: the same wins come to the same amount, in whatever order and year they fall.
    cents = np.rint(history.booked * CENTS)
    carried = float(cents[deals.won & in_year & before_year].sum())
    this_year = float(cents[deals.won & in_year & ~before_year].sum())
    run_off = float(cents[deals.won & after & counted].sum())
    open_at_end = float(value[(deals.closed == NEVER) & counted].sum())
    everything = float(value[(deals.closed >= history.start) & counted].sum())
    weighted = _weighted(history, history.end - 1)
    target = team_target(history.plan)
    return {
        "bookings_in_year": (carried + this_year) / CENTS,
        "carried_in": carried / CENTS,
        "this_year": this_year / CENTS,
        "run_off": run_off / CENTS,
        "total": (carried + this_year + run_off) / CENTS,
        "open_at_end": open_at_end,
        "open_at_end_share": open_at_end / everything if everything else 0.0,
        "weighted_at_year_end": weighted,
        "weighted_error": weighted - run_off / CENTS,
        "horizon_of_referrals": horizon_of_referrals(history),
        "attainment": (carried + this_year) / CENTS / target,
        "target_reached": float((carried + this_year) / CENTS >= target),
    }


def _weighted(history: History, moment: int) -> float:
    at = history.stays.open_at(moment)
    weight = history.weights(moment)[history.stays.stage[at]]
    return float((history.value[history.stays.deal[at]] * weight).sum())


def _bookings(history: History, edges: npt.NDArray[np.int64]) -> Floats:
    won = history.deals.won
    return sums_between(history.deals.closed[won], history.booked[won], edges)


def _rhythm(history: History) -> dict[str, float]:
    line = history.plan.timeline
    quarters = _bookings(history, line.quarter_edges() * DAY)
    weeks = _bookings(history, np.arange(history.start, history.end + 1, WEEK))
    four_weeks = np.lib.stride_tricks.sliding_window_view(weeks, FOUR_WEEKS).mean(axis=1)
    lowest = four_weeks.min()
    return {
        "worst_quarter": float(quarters.min()),
        "month_volatility": _volatility(_bookings(history, line.month_edges() * DAY)),
        "quarter_volatility": _volatility(quarters),
        "peak_to_trough": float(four_weeks.max() / lowest) if lowest > 0 else float("nan"),
    }


def _volatility(values: Floats) -> float:
    mean = values.mean()
    return float(values.std(ddof=1) / mean) if mean > 0 else float("nan")


def _bookings_by_seat(history: History) -> Floats:
    """Return the year's bookings of each seat, by who held the opportunity when it was won."""
    wins = history.of(Kind.WON)
    deal = np.searchsorted(history.deals.birth, wins["birth"])
    return sums_by(wins["seat"], history.booked[deal], history.plan.seats)


def _seconds_by_seat(history: History) -> npt.NDArray[np.int64]:
    blocks, line, seats = history.all_of(Kind.PROSPECTED), history.plan.timeline, history.plan.seats
    year = (blocks["time"] - line.habit_start_day * DAY) // (line.year_weeks * WEEK)
    under = (year >= 0) & (year < line.years_count)
    cells = year[under] * seats + blocks["seat"][under]
    return sums_by(cells, np.rint(blocks["value"][under] * HOUR), seats * line.years_count).astype(np.int64)


def _settling(history: History) -> tuple[float, float]:
    ends = history.plan.timeline.habit_start_day * DAY - np.arange(2 * QUARTER_WEEKS)[::-1] * WEEK
    stays = history.stays
    values = [history.value[stays.deal[stays.open_at(int(end) - 1)]].sum() for end in ends]
    return float(np.mean(values[:QUARTER_WEEKS])), float(np.mean(values[QUARTER_WEEKS:]))
