"""Luck that is none of a team's doing: one huge opportunity, and good weeks that make the next ones good."""

from dataclasses import replace

import numpy as np

from benchmarks.watched_companies import Companies, asked_of, told
from forecast.alarms.market import OWN, Market, shared_noise
from forecast.alarms.planning import LARGEST

#: Companies of the default scenario whose market stands still, and weeks of each.
STEADY, COUNT, WEEKS = Companies(8, Market(yearly_cv=1e-6)), 240, 104


def test_one_amount_in_fifty_is_cut(plan, before):
    recent = before.created >= plan.asked.start - 7 * plan.asked.learned_weeks
    assert np.isclose((before.amount[recent] > plan.most).mean(), LARGEST, atol=2 / recent.sum())


def test_how_large_the_largest_deals_are_moves_no_monitor(plan, after):
    """Of the pipeline and the bookings; what was above the cut is a thousand times as large."""
    huge = np.where(after.stays.value > plan.most, 1_000 * after.stays.value, after.stays.value)
    usual, now = plan.count(after), plan.count(replace(after, stays=after.stays._replace(value=huge)))
    assert np.array_equal(usual.pipeline, now.pipeline)
    assert np.array_equal(usual.booked, now.booked)
    assert usual.booked.sum() > 0


def test_drawn_years_are_cut_alike(plan):
    """With the least amount as the most, every win books it."""
    least = float(np.exp((plan.sizes.usual.min() + plan.sizes.luck.min()) - 10))
    drawn = replace(plan, most=least).draw(20, 5)
    wins = np.round(drawn.booked / least)
    assert np.allclose(drawn.booked, wins * least)
    assert wins.sum() > 0


def test_weeks_share_no_more_than_their_noise():
    """A covariance, whose variances are those of the noise with each week's own."""
    shared = shared_noise(WEEKS)
    assert np.linalg.eigvalsh(shared).min() > -1e-12
    assert np.allclose(np.diag(shared) + OWN, 1.0)


def test_weeks_of_simulated_companies_hang_together_as_assumed():
    """The sum over a quarter of what the default scenario's weeks create, beside that of independent weeks.

    Of 240 companies the variance is known to 6%, and of what is beyond the Poisson part to 15%; independent weeks would
    have a third of that.
    """
    start = asked_of(STEADY).start
    made = [told(STEADY, 150_000 + seed).created for seed in range(COUNT)]
    counts = np.array([np.histogram(one, start + 7 * np.arange(-52.0, 53.0))[0] for one in made])
    mean = counts.mean()
    beyond = counts.var(axis=0).mean() / mean**2 - 1 / mean
    quarter = counts.reshape(COUNT, -1, 13).mean(axis=2)
    found = quarter.var(axis=0).mean() / mean**2 - 1 / (13 * mean)
    together = beyond * (shared_noise(13) + OWN * np.eye(13)).mean()
    assert abs(found - together) < 0.4 * together
    assert found > 1.6 * beyond / 13
