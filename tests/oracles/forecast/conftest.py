"""Worlds whose parameters are held fixed, so that closed forms say everything about their bookings."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.linalg import expm

from forecast.bookings import Bookings, Outlook, Period, Unit, draw_bookings, open_chances, outlook
from forecast.calibration.amounts import Amounts
from forecast.calibration.creation import Creation
from forecast.calibration.draws import Calibration
from forecast.calibration.hazards import Hazards
from forecast.calibration.levels import Levels
from forecast.calibration.records import CENSORED, Records, Visits
from forecast.calibration.win_curves import win_curves
from forecast.calibration.workdays import Clock

NOW = 20_000.0  # days since 1970-01-01
PERIOD = Period(NOW, NOW + 21)
#: Leavings a day from two stages: to either, won, lost. The first may be skipped or come back to.
RATES = np.array([[0.0, 0.06, 0.01, 0.03], [0.02, 0.0, 0.05, 0.04]])
PARAMETERS = 4


def constant_hazards(rates: np.ndarray) -> Hazards:
    """Return hazards that do not change with age, the same in every parameter draw."""
    stages = len(rates)
    whole = np.broadcast_to(rates[None, :, None, :], (PARAMETERS, stages, 1, stages + 2))
    return Hazards(np.zeros((stages, 1)), whole.copy())


def generator(rates: np.ndarray) -> np.ndarray:
    """Return the generator of the absorbing chain that constant hazards make: stages, won, lost."""
    stages = len(rates)
    matrix = np.zeros((stages + 2, stages + 2))
    matrix[:stages] = rates
    matrix[np.arange(stages), np.arange(stages)] = rates.diagonal() - rates.sum(axis=1)
    return matrix


def chain(rates: np.ndarray, horizon: float) -> np.ndarray:
    """Return the chance to be won within a horizon from each stage."""
    return expm(generator(rates) * horizon)[: len(rates), len(rates)]


def still(mean: float = 1.0) -> Levels:
    """Return levels that are known and never move."""
    one, none = np.ones(1), np.zeros(1)
    return Levels(none, none, none, one, one * mean, none, mean, none, one)


def flat_clock(days: int = 400) -> Clock:
    """Return the clock on which every day is one."""
    return Clock(int(NOW), np.arange(days + 1.0))


def open_records(amounts: np.ndarray, stage: np.ndarray, booked: tuple[float, ...] = ()) -> Records:
    """Return open opportunities that entered their stage just now, and wins of the day before."""
    count, won = len(amounts), len(booked)
    size = count + won
    is_won = np.arange(size) >= count
    visits = Visits(
        np.arange(count), stage, np.full(count, NOW), np.full(count, NOW), np.full(count, CENSORED)
    )
    blank = np.full(size, np.nan)
    return Records(
        ids=np.arange(size).astype(object), moment=NOW, created=np.full(size, NOW - 30),
        closed=np.where(is_won, NOW - 1, np.nan), won=is_won, lost=np.zeros(size, dtype=bool),
        amount=np.concatenate((amounts, booked)), probability=blank, expected_close=blank,
        stages=("first", "second"), visits=visits, starts=NOW - 60,
    )  # fmt: skip


def fixed_world(amounts: np.ndarray, per_day: float = 0.0, booked: tuple[float, ...] = ()) -> Calibration:
    """Return a calibration without any doubt: constant hazards, flat clock, levels of one, a known pool."""
    stage = np.arange(len(amounts)) % 2
    known = open_records(amounts, stage, booked)
    pool = Amounts(np.array([1.0, 2.0, 3.0, 6.0]), np.ones(PARAMETERS), np.array([]))
    creation = Creation(flat_clock(), per_day, still(), np.array([0.7, 0.3]), np.zeros(0))
    here = np.full(len(known.created), CENSORED)
    here[: len(stage)] = stage
    return Calibration(
        known, NOW + 60, flat_clock(), win_curves(constant_hazards(RATES), 60.0), still(), pool,
        np.ones((PARAMETERS, 1)), creation, here, np.zeros(len(here)), np.zeros(0), np.zeros(0),
    )  # fmt: skip


def convolved(parts: list[np.ndarray]) -> np.ndarray:
    """Return the distribution of a sum of independent whole numbers from theirs."""
    whole = np.ones(1)
    for part in parts:
        whole = np.convolve(whole, part)
    return whole


def compound_poisson(mean: float, amounts: np.ndarray, most: int = 60) -> np.ndarray:
    """Return the distribution of a Poisson number of amounts, equally likely each: summed over the number."""
    one = np.bincount(amounts.astype(int)) / len(amounts)
    whole, power = np.zeros(most * (len(one) - 1) + 1), np.ones(1)
    for count in range(most + 1):
        whole[: len(power)] += math.exp(count * math.log(mean) - mean - math.lgamma(count + 1)) * power
        power = np.convolve(power, one)
    return whole


def exact(world: Calibration, unit: Unit) -> np.ndarray:
    """Return the exact distribution of bookings in `PERIOD` of a fixed world, on 0, 1, 2, ..."""
    chance = chain(RATES, PERIOD.end - PERIOD.begin)
    known = world.records
    value = known.amount if unit == "amount" else np.ones(len(known.amount))
    parts = [np.append(np.zeros(int(value[known.won].sum())), 1.0)]
    for deal in np.flatnonzero(world.stage >= 0):
        p, step = chance[world.stage[deal]], int(value[deal])
        parts.append(np.concatenate(([1 - p], np.zeros(step - 1), [p])))
    if world.creation.per_clock_day:
        pool = world.amounts.pool if unit == "amount" else np.ones(1)
        parts.append(compound_poisson(expected_new_wins(world), pool))
    return convolved(parts)


def expected_new_wins(world: Calibration) -> float:
    """Return the mean number of wins from what is created in the period.

    The integral of exp(Q s) over the days s left is a block of the exponential of [[Q, 1], [0, 0]] (Van Loan 1978).
    """
    q = generator(RATES)
    block = np.block([[q, np.eye(len(q))], [np.zeros_like(q), np.zeros_like(q)]])
    whole = expm(block * (PERIOD.end - PERIOD.begin))[: len(RATES), len(q) + len(RATES)]
    return float(world.creation.per_clock_day * world.creation.entry @ whole)


def view_of(world: Calibration, draws: int, seed: int, period: Period = PERIOD) -> Outlook:
    """Return what the draws of a period are made from."""
    return outlook(world, period, draws=draws, seed=seed)


def bookings_of(world: Calibration, unit: Unit, draws: int, seed: int, period: Period = PERIOD) -> Bookings:
    """Return draws of the bookings of a world."""
    return draw_bookings(view_of(world, draws, seed, period), unit)


def distance(bookings: Bookings, truth: np.ndarray) -> float:
    """Return the largest gap between the drawn and the exact distribution function, times the root of the draws."""
    at = np.arange(len(truth))
    drawn = np.searchsorted(np.sort(np.round(bookings.total)), at, side="right") / len(bookings.total)
    return float(np.abs(drawn - np.cumsum(truth)).max() * math.sqrt(len(bookings.total)))


@pytest.fixture(scope="session")
def fixed() -> SimpleNamespace:
    """Return the makers of fixed worlds and what is exactly true of them."""
    return SimpleNamespace(
        now=NOW, period=PERIOD, rates=RATES, hazards=constant_hazards, chain=chain, world=fixed_world,
        exact=exact, bookings=bookings_of, view=view_of, distance=distance, chances=open_chances,
        new_wins=expected_new_wins,
    )  # fmt: skip
