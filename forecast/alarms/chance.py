"""The chance of the target at a look, exact for what the plan holds true: no draw, some milliseconds.

Given the level of creation and the log-odds that everybody's deals have, open opportunities are independent and new wins
are a compound Poisson number. The characteristic function of their sum is a product, which one Fourier transform turns
back (as in `forecast.exact`). Level and log-odds are then averaged over by Gauss-Hermite quadrature (Abramowitz & Stegun,
25.4.46).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from forecast.alarms.cusum import Floats, Ints
from forecast.alarms.history import History, renumbered
from forecast.alarms.learning import CLASSES
from forecast.alarms.market import OWN, Level, level_of
from forecast.alarms.plan import Plan
from forecast.alarms.tallies import DAYS_A_WEEK, Stays
from forecast.alarms.worth import by_week_of_age, worth_of

#: Points of the quadrature over the log-odds and over the level, and steps of the lattice.
ODDS_NODES, LEVEL_NODES, CELLS = 3, 5, (4_096, 2_048)
#: Expected new wins from which few frequencies are heard, so that the finer lattice costs nothing.
MANY_WINS = 20.0
#: Standard deviations above the mean to which the lattice reaches.
REACH = 7.0
#: A target of whole deals that is missed by rounding is reached.
_ROUNDING = 1e-12
#: Frequencies that the new ones leave weaker than this, as a logarithm, are left out.
_SILENT = -20.0
Waves = npt.NDArray[np.complex128]


class Standing(NamedTuple):
    """Where a company stands at a look.

    Attributes
    ----------
    week : int
        Weeks of the watch that are over.
    booked : float
        In them.
    open : Stays
        The stays that last, on the clock of leaving since the start (`Plan.valued`).
    level : Level
        Of creation in the weeks that are left, as known by now.
    """

    week: int
    booked: float
    open: Stays
    level: Level


@dataclass(frozen=True, slots=True)
class Worths:
    """What open and new opportunities are worth, by possible log-odds of everybody's.

    Attributes
    ----------
    odds, weight : array of K
        Nodes of the quadrature and their weights.
    worth : array, K x S x weeks of age x W + 1
    fresh : array, K x W
        Chance that one created in a week is won before the end.
    amounts : array
        What a new one may be worth if won, all equally likely.
    """

    odds: Floats
    weight: Floats
    worth: Floats
    fresh: Floats
    amounts: Floats


def worths_of(plan: Plan) -> Worths:
    """Return what opportunities are worth under a plan; made once for all looks."""
    rates = plan.rates
    doubt = float((rates.ahead * rates.other / (rates.ahead + rates.other)).sum())
    spread = np.sqrt(plan.asked.market.conversion_drift**2 + 1 / max(doubt, 1.0))
    nodes, weight = np.polynomial.hermite_e.hermegauss(ODDS_NODES)
    classes, lengths = np.array(CLASSES), np.diff(plan.expected.looks)
    logit = np.log(rates.advance / (1 - rates.advance))
    shares = [1 / (1 + np.exp(-(logit + spread * node))) for node in nodes]
    tables = [
        worth_of(*by_week_of_age(classes, rates.rate, share), rates.onward, rates.back, lengths) for share in shares
    ]  # fmt: skip
    worth = np.stack(tables)
    entry = rates.entry / max(float(rates.entry.sum()), 1.0)
    at_looks = np.einsum("s,ksw->kw", entry, worth[:, :, 0, :])
    amounts = np.ones(1) if plan.asked.unit == "deals" else np.exp(plan.sizes.mean + plan.sizes.luck)
    return Worths(
        spread * nodes, weight / weight.sum(), worth, (at_looks[:, 1:] + at_looks[:, :-1]) / 2, amounts
    )


def standing_at(plan: Plan, history: History, week: int) -> Standing:
    """Return where a company stands at a look.

    The level of creation is learned anew from all weeks that are over; how stays end is as the plan has it.

    Parameters
    ----------
    plan : Plan
    history : History
        As known at the look or later; nothing that is later is used.
    week : int
        The look: how many weeks of the watch are over.
    """
    known = renumbered(history, plan.owners, plan.stages)
    stays, now = plan.valued(known.stays), plan.expected.looks[week]
    here = (stays.entered < now) & (stays.left >= now)
    won = (stays.cause == len(plan.stages)) & (stays.left >= plan.expected.looks[0]) & (stays.left < now)
    lasting = Stays(
        stays.owner[here], stays.stage[here], stays.entered[here], stays.left[here], stays.cause[here], stays.value[here]
    )  # fmt: skip
    return Standing(week, float(stays.value[won].sum()), lasting, _level(plan, known, week))


def _level(plan: Plan, history: History, week: int) -> Level:
    if not len(plan.past):
        level = plan.level
        return Level(
            level.per_week, level.noise, level.weight, level.mean[:, week:], level.covariance[:, week:, week:]
        )
    seen = np.histogram(history.created, plan.asked.looks[: week + 1])[0] if week else np.zeros(0)
    counts = np.concatenate((plan.past, seen))
    lengths = np.concatenate((plan.past_lengths, plan.lengths[:week]))
    return level_of(counts, lengths, plan.lengths[week:], plan.asked.market)


def chances_of_open(worths: Worths, plan: Plan, standing: Standing) -> Floats:
    """Return the chance of each open opportunity to be won before the end, K x n."""
    now = plan.expected.looks[standing.week]
    age = ((now - standing.open.entered) / DAYS_A_WEEK).astype(np.int64)
    age = np.clip(age, 0, worths.worth.shape[2] - 1)
    return np.asarray(worths.worth[:, standing.open.stage, age, standing.week])


def new_wins(worths: Worths, plan: Plan, standing: Standing) -> tuple[Floats, Floats, Floats]:
    """Return the expected wins of what is created in the weeks left, K x L, for L levels, their weights, and the levels.

    The levels are lognormal, with the mean and variance of the wins that the weeks left bring.
    """
    level, week = standing.level, standing.week
    due = worths.fresh[:, week:] * level.per_week * plan.lengths[week:]
    share = due.mean(axis=0) / max(float(due.mean(axis=0).sum()), 1e-12)
    by_week, covariance = level.moments()
    means = by_week @ share
    mean = float(level.weight @ means)
    inside = np.einsum("vij,i,j->v", covariance, share, share)
    noise = OWN * level.noise * float((share**2).sum())
    variance = float(level.weight @ (inside + noise + (means - mean) ** 2))
    spread = np.sqrt(np.log1p(variance / max(mean, 1e-9) ** 2))
    nodes, weight = np.polynomial.hermite_e.hermegauss(LEVEL_NODES)
    levels = np.exp(spread * nodes - spread**2 / 2)
    expected = (due * (level.weight @ by_week)).sum(axis=1)
    return np.asarray(expected[:, None] * levels), weight / weight.sum(), levels


def chance_of_target(worths: Worths, plan: Plan, standing: Standing, target: float) -> float:
    """Return the chance that the weeks of the watch book a target or more.

    Parameters
    ----------
    worths : Worths
        Of the plan.
    plan : Plan
    standing : Standing
    target : float
        Of the whole watch, in the unit of the bookings.
    """
    need = target - standing.booked
    if need <= 0:
        return 1.0
    chances, value = chances_of_open(worths, plan, standing), standing.open.value
    wins, weight, _ = new_wins(worths, plan, standing)
    top = _reach(chances, value, wins, worths.amounts)
    if top <= need:
        return 0.0
    cells = CELLS[0] if wins.min() > MANY_WINS else CELLS[1]
    counted = plan.asked.unit == "deals" and top < cells
    step = 1.0 if counted else top / cells
    place = np.minimum(np.rint(worths.amounts / step).astype(np.int64), cells - 1)
    amount = np.fft.rfft(np.bincount(place, minlength=cells) / len(place)) - 1
    heard = np.flatnonzero(wins.min() * amount.real > _SILENT)
    turned = _turned(np.rint(value / step).astype(np.int64), heard, cells) - 1
    whole = np.zeros(cells // 2 + 1, dtype=np.complex128)
    for node, chance in enumerate(chances):
        opened = np.prod(1 + chance[:, None] * turned, axis=0)
        fresh = (weight[:, None] * np.exp(wins[node][:, None] * amount[heard])).sum(axis=0)
        whole[heard] += worths.weight[node] * opened * fresh
    found = np.fft.irfft(whole, cells).clip(0, None)
    return _at_least(found / found.sum(), need / step, whole=counted)


def _at_least(chance: Floats, need: float, *, whole: bool) -> float:
    """Return the chance of so many steps or more; unless they are whole, each stands for half a step on either side."""
    if whole:
        return float(min(chance[int(np.ceil(need * (1 - _ROUNDING))) :].sum(), 1.0))
    first = int(np.floor(need + 0.5))
    return float(min(chance[first + 1 :].sum() + chance[first] * (first + 0.5 - need), 1.0))


def _turned(steps: Ints, frequencies: Ints, cells: int) -> Waves:
    """Return the characteristic functions of whole numbers of steps at some frequencies, from one table of the circle."""
    circle = np.exp(-2j * np.pi * np.arange(cells) / cells)
    return np.asarray(circle[np.outer(steps, frequencies) % cells])


def _reach(chances: Floats, value: Floats, wins: Floats, amounts: Floats) -> float:
    """Return a sum that is hardly ever passed: where the lattice ends."""
    mean = float((chances @ value).max() + wins.max() * amounts.mean())
    variance = float(((chances * (1 - chances)) @ value**2).max() + wins.max() * (amounts**2).mean())
    dearest = max(float(value.max(initial=0.0)), float(amounts.max()))
    return mean + REACH * float(np.sqrt(variance)) + dearest
