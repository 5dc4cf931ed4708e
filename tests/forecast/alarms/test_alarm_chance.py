"""The chance of the target at a look: the exact way against Monte Carlo of the same, and against the drawn years."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.watched_companies import DEVELOPMENT, Companies, asked_of, told
from forecast.alarms.chance import (
    Standing,
    Worths,
    chance_of_target,
    chances_of_open,
    new_wins,
    standing_at,
    worths_of,
)
from forecast.alarms.plan import Plan
from forecast.alarms.planning import plan_of

EIGHT = Companies(8)
DRAWS, YEARS = 30_000, 800
#: Agreement that is asked for.
WITHIN = 0.01
#: Standard errors of the Monte Carlo that all looks must keep to; five are passed by luck in one of a million looks.
ERRORS = 5.0


def _mean(worths: Worths, plan: Plan, standing: Standing) -> float:
    wins, weight, _ = new_wins(worths, plan, standing)
    opened = worths.weight @ (chances_of_open(worths, plan, standing) @ standing.open.value)
    return float(standing.booked + opened + worths.weight @ wins @ weight * worths.amounts.mean())


def _drawn(worths: Worths, plan: Plan, standing: Standing, seed: int) -> np.ndarray:
    """Return draws of what the watch books, deal by deal and win by win: no convolution and no lattice."""
    rng = np.random.default_rng(seed)
    chances = chances_of_open(worths, plan, standing)
    wins, weight, _ = new_wins(worths, plan, standing)
    odds = rng.choice(len(worths.odds), DRAWS, p=worths.weight)
    level = rng.choice(wins.shape[1], DRAWS, p=weight)
    total = np.full(DRAWS, standing.booked)
    for node in range(len(worths.odds)):
        at = np.flatnonzero(odds == node)
        total[at] += (rng.random((len(at), chances.shape[1])) < chances[node]) @ standing.open.value
    count = rng.poisson(wins[odds, level])
    amounts = worths.amounts[rng.integers(len(worths.amounts), size=int(count.sum()))]
    return total + np.bincount(np.repeat(np.arange(DRAWS), count), amounts, DRAWS)


def _apart(seed: int, weeks: list[int], unit: str = "amount") -> list[tuple[float, float]]:
    """Return the chance of a target about the mean at some looks of a company's year, the exact way and drawn."""
    before, after = told(EIGHT, seed, at_end=False), told(EIGHT, seed)
    plan = plan_of(before, replace(asked_of(EIGHT), unit=unit))
    worths, found = worths_of(plan), []
    for week in weeks:
        standing = standing_at(plan, after, week)
        target = _mean(worths, plan, standing) * (0.8 + 0.05 * (week % 8))
        target = target if unit == "amount" else round(target)
        drawn = _drawn(worths, plan, standing, week)
        found.append((chance_of_target(worths, plan, standing, target), float((drawn >= target).mean())))
    return found


def _agree(pairs: list[tuple[float, float]]) -> None:
    exact, drawn = np.array(pairs).T
    error = np.sqrt(np.maximum(drawn * (1 - drawn), 1e-4) / DRAWS)
    assert 0.2 < exact.mean() < 0.8, "targets are neither sure nor hopeless"
    assert np.all(np.abs(exact - drawn) < np.minimum(WITHIN + 2 * error, WITHIN / 4 + ERRORS * error))


@pytest.mark.parametrize("unit", ["amount", "deals"])
def test_the_exact_chance_agrees_with_monte_carlo(unit):
    _agree(_apart(DEVELOPMENT + 11, list(range(0, 52, 7)), unit))


@pytest.mark.deep
def test_the_exact_chance_agrees_with_monte_carlo_on_200_looks():
    _agree([pair for company in range(4) for pair in _apart(DEVELOPMENT + 20 + company, list(range(50)))])


def test_the_chance_at_the_start_is_that_of_the_drawn_years(plan, before):
    """Weekly steps and quadrature against continuous time and everything drawn: within the error and two percent."""
    worths = worths_of(plan)
    standing = standing_at(plan, before, 0)
    whole = replace(plan, most=np.inf)  # a target counts also what monitors cut
    total = whole.draw(YEARS, 99).booked.sum(axis=(1, 2))
    for target in np.quantile(total, [0.2, 0.5, 0.8]):
        drawn = float((total >= target).mean())
        error = np.sqrt(drawn * (1 - drawn) / len(total))
        assert abs(chance_of_target(worths, plan, standing, float(target)) - drawn) < 3 * error + 0.02


def test_a_target_that_is_booked_is_sure_and_one_beyond_all_amounts_hopeless(plan, after):
    worths, standing = worths_of(plan), standing_at(plan, after, 30)
    assert chance_of_target(worths, plan, standing, standing.booked) == 1.0
    assert chance_of_target(worths, plan, standing, 1e12) == 0.0


def test_a_higher_target_is_never_likelier(plan, after):
    worths, standing = worths_of(plan), standing_at(plan, after, 20)
    targets = _mean(worths, plan, standing) * np.linspace(0.5, 1.5, 21)
    chances = [chance_of_target(worths, plan, standing, float(target)) for target in targets]
    assert np.all(np.diff(chances) <= 1e-9)


def test_nothing_after_a_look_changes_its_chance(plan, after):
    """The history is cut at the look: stays that end later last, what is created later is gone."""
    week = 25
    cut = plan.asked.looks[week]
    stays = after.stays
    kept = stays.entered < cut
    lasts = stays.left[kept] >= cut
    known = stays._replace(
        **{name: getattr(stays, name)[kept] for name in stays._fields}
        | {"left": np.where(lasts, cut, stays.left[kept]), "cause": np.where(lasts, -1, stays.cause[kept])}
    )
    new = after.created < cut
    then = replace(
        after, stays=known, created=after.created[new], owner=after.owner[new], amount=after.amount[new]
    )
    worths = worths_of(plan)
    chances = [chance_of_target(worths, plan, standing_at(plan, each, week), 3e6) for each in (after, then)]
    assert chances[0] == pytest.approx(chances[1], abs=1e-12)
