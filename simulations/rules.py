"""The physics: draws, odds and thresholds as pure scalar functions, compiled, for every engine.

All times are whole seconds, all amounts whole cents, rounded here once. A key's first two coordinates
are always the seed and the replication; see `simulations.randomness` for the layout.
"""

from __future__ import annotations

import math
from typing import Final

from simulations.compiled import compiled
from simulations.randomness import (
    ABSENCE,
    AMOUNT,
    ASK,
    DEALING,
    DECISION,
    GAP,
    INTRODUCTION_DELAY,
    INTRODUCTIONS,
    LEAVING,
    MARKET_SLOW,
    MARKET_WEEK,
    QUALIFY,
    REVIVAL,
    SILENCE,
    gamma,
    normal,
    uniform,
    uniform_in_loop,
)

FIXED: Final = 0
GAMMA: Final = 1
LOGNORMAL: Final = 2
SHAPES: Final = {"fixed": FIXED, "gamma": GAMMA, "lognormal": LOGNORMAL}

#: One unit of a Poisson clock is 2^40 ticks: clocks are integers, so that equal hours, however
#: they are cut into blocks, pass exactly the same points.
TICKS: Final = 1 << 40
SECONDS_A_DAY: Final = 86_400.0
SECONDS_AN_HOUR: Final = 3_600.0
MOST_INTRODUCTIONS: Final = 1_000  # below `randomness.MEETING_INTRODUCTIONS`
#: Occasions to ask for introductions.
AT_WIN: Final = 0
AT_MEETING: Final = 1


@compiled("float64(int64, float64, float64, uint64, uint64, uint64, uint64, uint64)")
def positive(  # noqa: PLR0913, PLR0917 - a distribution of three numbers, then a key
    shape: int, mean: float, cv: float, seed: int, replication: int, birth: int, visit: int, purpose: int
) -> float:
    """Return a draw with the given mean and coefficient of variation, in the unit of the mean."""
    if shape == FIXED or cv == 0.0 or mean == 0.0:
        return mean
    if shape == GAMMA:
        k = 1.0 / (cv * cv)
        return mean / k * gamma(k, seed, replication, birth, visit, purpose)
    variance = math.log(1.0 + cv * cv)
    z = normal(seed, replication, birth, visit, purpose, 0)
    return mean * math.exp(math.sqrt(variance) * z - 0.5 * variance)


@compiled("int64(int64, float64, float64, uint64, uint64, uint64, uint64, uint64)")
def duration(  # noqa: PLR0913, PLR0917 - see positive
    shape: int, mean: float, cv: float, seed: int, replication: int, birth: int, visit: int, purpose: int
) -> int:
    """Return a drawn duration in whole seconds; ``mean`` is in seconds."""
    return math.floor(positive(shape, mean, cv, seed, replication, birth, visit, purpose) + 0.5)


@compiled("int64(int64, float64, float64, uint64, uint64, uint64)")
def amount_cents(shape: int, mean: float, cv: float, seed: int, replication: int, birth: int) -> int:
    """Return the amount of an opportunity in whole cents, at least one; ``mean`` is in currency units."""
    drawn = positive(shape, 100.0 * mean, cv, seed, replication, birth, 0, AMOUNT)
    return max(1, math.floor(drawn + 0.5))


@compiled("int64(uint64, uint64, uint64)")
def poisson_gap(seed: int, replication: int, birth: int) -> int:
    """Return the ticks between the point before ``birth`` and its own in a unit Poisson process."""
    gap = -math.log(uniform(seed, replication, birth, 0, GAP, 0))
    return max(1, math.floor(gap * TICKS + 0.5))


@compiled("int64(float64)")
def ticks(per_second: float) -> int:
    """Return by how many ticks a second advances a Poisson clock of so many points a second."""
    return math.floor(per_second * TICKS + 0.5)


@compiled("int64(float64, float64, float64, float64)")
def prospecting_ticks(per_second: float, market: float, ramp: float, focus: float) -> int:
    """Return by how many ticks a focused second of prospecting advances the clock."""
    return ticks(per_second * market * ramp * focus)


@compiled("int64(int64, int64)")
def focused_seconds(block: int, startup: int) -> int:
    """Return the seconds of a prospecting block in which leads are found: all but its first ones."""
    return max(0, block - startup)


@compiled("int64(int64, int64, int64, int64)")
def overlap(start: int, end: int, other_start: int, other_end: int) -> int:
    """Return how many seconds two stretches of time share."""
    return max(0, min(end, other_end) - max(start, other_start))


@compiled("float64(float64, int64, float64, float64)")
def answered_odds(odds: float, waited: int, tau_hours: float, exponent: float) -> float:
    """Return the chance to qualify of a lead that waited some working seconds for its first answer.

    ``odds (1 + t / tau)^-beta``; see Oldroyd, McElheran & Elkington, HBR March 2011, whose two points fit tau = 0.063
    hours and beta = 0.69.
    """
    if exponent == 0.0:
        return odds
    return odds * math.pow(1.0 + waited / SECONDS_AN_HOUR / tau_hours, -exponent)


@compiled("float64(float64, float64)")
def advance_probability(base: float, logit_shift: float) -> float:
    """Return logistic(logit(base) + shift); a base of 0 or 1 stays what it is."""
    if base <= 0.0 or base >= 1.0:
        return base
    return 1.0 / (1.0 + (1.0 - base) / base * math.exp(-logit_shift))


@compiled("boolean(int64, int64, int64)")
def pushes(day: int, quarter_end: int, push_days: int) -> bool:
    """Return whether a day lies in the push before the next quarter, whose first day is ``quarter_end``."""
    return day >= quarter_end - push_days


@compiled("int64(int64, int64, int64, int64)")
def hurried(worked: int, reply: int, last_second: int, pull_in: int) -> int:
    """Return when a reply comes that a push hurries: by the quarter's last working second, if it would have come soon after it.

    What was worked after that second already, or comes earlier or much later, is not hurried.
    """
    if worked < last_second < reply <= last_second + pull_in:
        return last_second
    return reply


@compiled("int64(int64, float64)")
def discounted(cents: int, discount: float) -> int:
    """Return an amount less a discount, in whole cents, at least one."""
    return max(1, math.floor(cents * (1.0 - discount) + 0.5))


@compiled("float64(int64, float64)")
def days_charged(waited_seconds: int, free_days: float) -> float:
    """Return the days waited that count against a decision: beyond the free days, never below 0."""
    return max(0.0, waited_seconds / SECONDS_A_DAY - free_days)


@compiled("boolean(float64, uint64, uint64, uint64)")
def qualifies(odds: float, seed: int, replication: int, birth: int) -> bool:
    """Return whether a lead becomes an opportunity."""
    return uniform(seed, replication, birth, 0, QUALIFY, 0) < odds


@compiled("boolean(float64, uint64, uint64, uint64, uint64)")
def advances(odds: float, seed: int, replication: int, birth: int, visit: int) -> bool:
    """Return whether the opportunity advances out of this stage visit."""
    return uniform(seed, replication, birth, visit, DECISION, 0) < odds


@compiled("boolean(float64, uint64, uint64, uint64, uint64)")
def goes_silent(share: float, seed: int, replication: int, birth: int, visit: int) -> bool:
    """Return whether what did not advance goes silent, rather than being lost with a clear no."""
    return uniform(seed, replication, birth, visit, SILENCE, 0) < share


@compiled("boolean(float64, uint64, uint64, uint64, uint64, uint64)")
def revives(odds: float, seed: int, replication: int, birth: int, visit: int, attempt: int) -> bool:
    """Return whether the ``attempt``-th follow-up of this silence brings the customer back."""
    return uniform(seed, replication, birth, visit, REVIVAL, attempt) < odds


@compiled("int64(float64, float64, uint64, uint64, uint64, uint64)")
def introductions(
    ask_rate: float, mean: float, seed: int, replication: int, birth: int, occasion: int
) -> int:
    """Return how many introductions an occasion leads to, -1 where the rep does not ask (Poisson by inversion)."""
    if uniform(seed, replication, birth, 0, ASK, occasion) >= ask_rate:
        return -1
    u = uniform(seed, replication, birth, 0, INTRODUCTIONS, occasion)
    probability = math.exp(-mean)
    total = probability
    count = 0
    while u >= total and count < MOST_INTRODUCTIONS:
        count += 1
        probability *= mean / count
        total += probability
    return count


@compiled("int64(float64, float64, uint64, uint64, uint64)")
def introduction_delay(mean_seconds: float, cv: float, seed: int, replication: int, birth: int) -> int:
    """Return the seconds from the ask to the introduction whose own birth key is given (gamma)."""
    return duration(GAMMA, mean_seconds, cv, seed, replication, birth, 0, INTRODUCTION_DELAY)


@compiled("float64(int64, float64)")
def ramp_factor(weeks: int, ramp_weeks: float) -> float:
    """Return what an hour of prospecting finds some weeks after a hire, as a share of what it will: a straight line.

    The week's middle stands for all of it: ``min(1, (weeks + 1/2) / ramp_weeks)``.
    """
    if weeks + 0.5 >= ramp_weeks:
        return 1.0
    return (weeks + 0.5) / ramp_weeks


@compiled("boolean(float64, uint64, uint64, uint64)")
def is_absent(share: float, seed: int, replication: int, birth: int) -> bool:
    """Return whether a seat's holder is away in the week that the key names."""
    return uniform(seed, replication, birth, 0, ABSENCE, 0) < share


@compiled("boolean(float64, uint64, uint64, uint64, uint64)")
def leaves(chance: float, seed: int, replication: int, birth: int, tenure: int) -> bool:
    """Return whether a seat's holder leaves at the start of the week that the key names."""
    return uniform(seed, replication, birth, tenure, LEAVING, 0) < chance


@compiled("float64(uint64, uint64, uint64, uint64)", inside=True)
def dealing_score(seed: int, replication: int, birth: int, seat: int) -> float:
    """Return the seat's score for an inbound lead, which goes to the highest: removing a seat moves only its own."""
    return uniform_in_loop(seed, replication, birth, seat >> 16 & 255, DEALING, seat & 65_535)


@compiled("float64(float64, float64, uint64, uint64, uint64)")
def slow_step(previous: float, rho: float, seed: int, replication: int, birth: int) -> float:
    """Return z of the next week: z_w = rho z_(w-1) + sqrt(1 - rho^2) eps_w; rho = 0 draws the stationary start."""
    eps = normal(seed, replication, birth, 0, MARKET_SLOW, 0)
    return rho * previous + math.sqrt(1.0 - rho * rho) * eps


@compiled("float64(float64, float64)")
def slow_factor(z: float, sigma: float) -> float:
    """Return the slow market factor exp(sigma z - sigma^2 / 2), of mean 1."""
    return math.exp(sigma * z - 0.5 * sigma * sigma)


@compiled("float64(float64, uint64, uint64, uint64)")
def week_factor(cv: float, seed: int, replication: int, birth: int) -> float:
    """Return the market's week noise: gamma of mean 1."""
    return positive(GAMMA, 1.0, cv, seed, replication, birth, 0, MARKET_WEEK)


@compiled("float64(float64, float64, float64, uint64, uint64, uint64)")
def market_factor(z: float, sigma: float, cv: float, seed: int, replication: int, birth: int) -> float:
    """Return the market of one week: slow factor x week noise; a part is off where its spread is 0."""
    return slow_factor(z, sigma) * week_factor(cv, seed, replication, birth)


@compiled("int64(int64, boolean)")
def worth_hundredths(cents: int, counts_deals: bool) -> int:  # noqa: FBT001 - how the scenario counts
    """Return what an opportunity counts in hundredths of the scenario's unit: its amount, or one deal."""
    return 100 if counts_deals else cents


@compiled("boolean(boolean, float64, float64, float64)")
def prospects_next(prospecting: bool, cover: float, start_below: float, stop_above: float) -> bool:  # noqa: FBT001 - the state is a flag
    """Return whether a reactive seat prospects this week: on below, off above, as before in between."""
    if cover < start_below:
        return True
    if cover > stop_above:
        return False
    return prospecting


@compiled("boolean(int64, int64, int64)")
def is_stale(now: int, last_touch: int, after_seconds: int) -> bool:
    """Return whether a deal without a next step has gone untouched for so long that the review ends it."""
    return now - last_touch >= after_seconds


@compiled("int64(float64, float64, int64)")
def review_seconds(fixed_hours: float, minutes_per_deal: float, open_deals: int) -> int:
    """Return how long a weekly review of so many open deals takes, in whole seconds."""
    return math.floor(fixed_hours * SECONDS_AN_HOUR + minutes_per_deal * 60.0 * open_deals + 0.5)
