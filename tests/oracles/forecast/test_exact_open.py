"""The exact distribution of open deals' bookings: against convolution by hand, and against the draws of the forecast."""

from __future__ import annotations

import functools
import itertools
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.bookings import Outlook, Period, draw_bookings, faster, outlook
from forecast.calibration import draws
from forecast.calibration.records import day
from forecast.exact import exact_open
from forecast.known import as_of

AMOUNTS = np.array([1.0, 2.0, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0, 4.0, 4.0])
#: A gap of the distribution functions times the root of the draws exceeds it once in a million (Massart 1990).
UNLIKELY = 2.7


def chances(view: Outlook) -> np.ndarray:
    """Return the chance of each open deal in the only draw of an outlook."""
    level = view.mean_level(view.period.begin)
    return faster(view.chances.in_period[view.world[0], view.chances.group], level[0])


def by_hand(view: Outlook, amounts: np.ndarray) -> np.ndarray:
    """Return the distribution over whole amounts, summed over all outcomes of all deals."""
    chance = chances(view)
    whole = np.zeros(int(amounts.sum()) + 1)
    for outcome in itertools.product((0, 1), repeat=len(amounts)):
        won = np.array(outcome)
        whole[int(won @ amounts)] += np.prod(np.where(won == 1, chance, 1 - chance))
    return whole


def test_every_outcome_has_the_chance_that_all_outcomes_of_all_deals_give_it(fixed) -> None:
    """A thousand outcomes added up; every amount is a whole step, so that nothing is rounded."""
    world = fixed.world(AMOUNTS)
    view = fixed.view(world, 1, 1)
    found = exact_open(view, "amount", cells=int(AMOUNTS.sum()))
    assert found.step == 1.0
    assert found.below == found.above == 0.0
    assert found.chance[: int(AMOUNTS.sum()) + 1] == pytest.approx(by_hand(view, AMOUNTS), abs=1e-12)
    assert found.chance.sum() == pytest.approx(1.0)


def test_the_number_of_deals_is_a_poisson_binomial(fixed) -> None:
    view = fixed.view(fixed.world(AMOUNTS), 1, 1)
    found = exact_open(view, "deals")
    truth = by_hand(view, np.ones(10))
    assert found.chance[:11] == pytest.approx(truth, abs=1e-12)
    assert found.chance_of(3) == pytest.approx(truth[3:].sum(), abs=1e-12)
    assert found.quantile(0.5) == np.searchsorted(np.cumsum(truth), 0.5)
    assert (found.chance_of(0), found.chance_of(10.5)) == (1.0, pytest.approx(0.0, abs=1e-12))


@given(
    amounts=st.lists(st.floats(0.01, 5_000), min_size=1, max_size=9),
    cells=st.integers(20, 400),
    share=st.floats(0.01, 1.1),
)
def test_the_error_bound_holds(fixed, amounts: list[float], cells: int, share: float) -> None:
    """The true chance, over all outcomes of all deals, lies between the bounds of the coarse lattice."""
    value = np.round(np.array(amounts), 2)
    view = fixed.view(fixed.world(value), 1, 1)
    found, chance = exact_open(view, "amount", cells=cells), chances(view)
    won = np.array(list(itertools.product((0, 1), repeat=len(value))))
    likely = np.prod(np.where(won == 1, chance, 1 - chance), axis=1)
    target = share * value.sum()
    true = likely[won @ value >= target * (1 - 1e-12)].sum()
    low, high = found.bounds(target)
    assert low - 1e-9 <= true <= high + 1e-9
    assert abs(found.mean - likely @ (won @ value)) <= max(found.below, found.above) + 1e-9 * value.sum()
    assert found.below + found.above <= len(value) * found.step / 2 * (1 + 1e-9)


@functools.cache
def doubtful(make, seed: int) -> Outlook:
    """Return the outlook of a generated CRM: chances, levels and the factor of amounts differ from draw to draw."""
    when = pd.Timestamp("2026-01-05") + pd.Timedelta(days=110)
    known = as_of(make(seed, deals=110, days=130), when)
    rows = known.opportunities
    bare = (rows["outcome"] == "open") & (np.arange(len(rows)) % 3 == 0)
    known = replace(known, opportunities=rows.assign(amount=rows["amount"].mask(bare)))
    end = when + pd.Timedelta(days=60)
    calibration = draws.calibrate(known, when, end, seed=seed)
    return outlook(calibration, Period(day(when), day(end)), draws=200, seed=seed)


@functools.cache
def drawn_and_exact(make, seed: int, unit: str):
    """Return the drawn bookings of open deals, and their exact distribution; asked for many targets."""
    view = doubtful(make, seed)
    return draw_bookings(view, unit).open, exact_open(view, unit, cells=1_000)


@given(seed=st.integers(0, 2), unit=st.sampled_from(["amount", "deals"]), share=st.floats(0.0, 2.0))
@pytest.mark.usefixtures("few")
def test_draws_agree_with_it_within_their_noise(made_crm, seed: int, unit: str, share: float) -> None:
    """Averaged over the very parameter draws and levels that the forecast drew from, at any target.

    Given those, each draw reaches the target or not by itself, with a chance of its own: the share that does is off by
    at most half over the root of the draws in standard errors; five are allowed, and the lattice's own bounds.
    """
    drawn, exact = drawn_and_exact(made_crm, seed, unit)
    target = share * drawn.mean()
    low, high = exact.bounds(target)
    noise = 5 * 0.5 / math.sqrt(len(drawn))
    assert low - noise <= (drawn >= target * (1 - 1e-12)).mean() <= high + noise
    error = 5 * drawn.std() / math.sqrt(len(drawn)) + max(exact.below, exact.above)
    assert abs(drawn.mean() - exact.mean) <= error


@pytest.fixture(scope="module")
def few():
    """Run with 20 parameter draws in place of 200."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(draws, "PARAMETER_DRAWS", 20)
        yield


@pytest.mark.parametrize("unit", ["amount", "deals"])
def test_forty_thousand_draws_have_the_exact_distribution(fixed, unit: str) -> None:
    """With some amounts missing: those are drawn from past wins, and the exact distribution mixes over them."""
    amounts = np.array([1.0, 2.0, np.nan, 3.0, 5.0, np.nan, 8.0, 13.0, np.nan, 4.0])
    view = fixed.view(fixed.world(amounts), 40_000, 5)
    drawn = np.sort(np.round(draw_bookings(view, unit).open))
    exact = exact_open(view, unit, cells=36 + 3 * 6, draws=1)
    assert exact.step == 1.0
    at = np.arange(len(exact.chance))
    shares = np.searchsorted(drawn, at, side="right") / len(drawn)
    assert np.abs(shares - np.cumsum(exact.chance)).max() * 200 < UNLIKELY


def test_it_catches_deals_that_win_together(fixed) -> None:
    """The seeded defect: one luck for all deals has the right mean and the wrong distribution."""
    view = fixed.view(fixed.world(AMOUNTS), 1, 5)
    exact, luck = exact_open(view, "deals"), np.random.default_rng(5).random((4_000, 1))
    together = np.sort((luck < chances(view)).sum(axis=1))
    assert together.mean() == pytest.approx(exact.mean, abs=5 * together.std() / math.sqrt(4_000))
    shares = np.searchsorted(together, np.arange(len(exact.chance)), side="right") / 4_000
    assert np.abs(shares - np.cumsum(exact.chance)).max() * math.sqrt(4_000) > 4 * UNLIKELY


def test_nothing_open_books_nothing(fixed) -> None:
    found = exact_open(fixed.view(fixed.world(np.zeros(0)), 10, 1), "amount")
    assert (found.mean, found.chance_of(0.0), found.chance_of(1.0)) == (0.0, 1.0, 0.0)
