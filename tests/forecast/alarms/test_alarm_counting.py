"""What is counted: by hand, without looking ahead, and of drawn years as the plan expects."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from benchmarks.watched_companies import DEVELOPMENT, Companies, asked_of, histories, log_of, told
from forecast.alarms.counting import count_stays
from forecast.alarms.history import history_of, renumbered
from forecast.alarms.planning import plan_of
from forecast.alarms.tallies import Expected, Stays, no_sums
from forecast.calibration.workdays import EPOCH
from simulations.recorder import tables_at

EIGHT = Companies(8)
SEED = DEVELOPMENT + 8
WEEKS = 2
#: Days of age.
AGES = np.arange(10.0)


def _two_weeks() -> Expected:
    """Return a plan of one stage: 0.1 leavings a day in the first week of age, 0.02 after it; won 0.4 - 0.03 a day."""
    worth = np.zeros((1, 3, WEEKS + 1))
    worth[0, :, 0], worth[0, :, 1] = (0.5, 0.4, 0.3), (0.3, 0.2, 0.1)
    return Expected(
        looks=np.array([0.0, 7.0, 14.0]),
        classes=np.array([0.0, 7.0, np.inf]),
        rate=np.array([[0.1, 0.02]]),
        pace=np.array([1.0, 2.0]),
        odds=np.array([0.0, 0.4]),
        worth=worth,
        ever=np.array([0.4 - 0.03 * AGES, np.ones(10), np.zeros(10)]),
        lean=np.array([0.2 - 0.01 * AGES, np.zeros(10), np.zeros(10)]),
    )


def _counted(owner: int, entered: float, left: float, cause: int, value: float = 10.0):
    sums = no_sums(1, 2, WEEKS)
    stays = Stays(
        *(np.array([x]) for x in (owner, 0)),
        np.array([entered]),
        np.array([left]),
        np.array([cause]),
        np.array([value]),
    )
    count_stays(stays, _two_weeks(), sums)
    return {name: getattr(sums, name)[0, owner].tolist() for name in sums._fields}


def test_a_stay_that_is_won_in_the_second_week():
    """Entered on day 3, won on day 12: four days of the first week and three of the second young, two old."""
    found = _counted(0, 3.0, 12.0, 1)
    assert found["due"] == pytest.approx([0.4, 0.3 + 0.04])
    assert found["ended"] == [0.0, 1.0]
    assert found["missed"] == pytest.approx([0.4 - 0.28, 0.28 - 1.0]), "four days old at the look"
    assert found["doubt"] == pytest.approx([0.12**2, 0.72**2])
    assert found["booked"] == [0.0, 10.0]
    assert found["pipeline"] == pytest.approx([0.0, 10 * 0.3, 0.0])


def test_a_stay_begun_before_the_start_and_lost_by_another_owner():
    """Twice the pace and 0.4 more log-odds: the second owner's expectations, not the first's."""
    found = _counted(1, -10.0, 5.0, 2)
    assert found["due"] == pytest.approx([2 * 0.02 * 5, 0.0])
    oldest = (0.4 - 0.27) + 0.4 * (0.2 - 0.09)
    assert found["missed"] == pytest.approx([oldest, 0.0]), "ten days old at the start, and lost"
    assert found["booked"] == [0.0, 0.0]
    assert found["pipeline"] == pytest.approx([10 * 0.4, 0.0, 0.0])


def test_what_happens_exactly_at_a_look_is_not_known_at_it():
    found = _counted(0, 0.0, 7.0, 1)
    assert found["ended"] == [0.0, 1.0]
    assert found["pipeline"][1] == pytest.approx(10 * 0.2)


def test_a_stay_that_lasts_is_worth_something_at_every_look():
    found = _counted(0, -1.0, 99.0, -1)
    assert found["pipeline"] == pytest.approx([5.0, 2.0, 0.0])
    assert found["ended"] == [0.0, 0.0]
    assert found["missed"] == pytest.approx([0.37 - 0.16, 0.16 - 0.13]), (
        "nothing is settled, and yet less is hoped for"
    )


@pytest.mark.parametrize("perfect", [True, False])
def test_no_look_sees_what_was_typed_after_it(perfect):
    """Counts of the weeks before a look are the same from the tables of that day and from those of the year's end.

    A revised amount is the one thing that a CRM does not keep: it is read as it stands, so amounts are compared only
    where nobody revises them.
    """
    log = log_of(EIGHT, SEED, perfect=perfect)
    start, end = histories(EIGHT, log)
    plan = plan_of(start, asked_of(EIGHT))
    whole = plan.count(end)
    names = set(whole._fields) if perfect else {"created", "ended", "due", "missed", "doubt"}
    for week in (1, 17, 40):
        moment = dt.datetime.combine(EPOCH, dt.time()) + dt.timedelta(days=int(plan.asked.looks[week]))
        then = plan.count(history_of(tables_at(log, moment), pd.Timestamp(moment)))
        for name in names:
            seen, later = getattr(then, name)[..., :week], getattr(whole, name)[..., :week]
            assert np.allclose(seen, later, atol=1e-6), (name, week)


def test_the_journal_says_what_a_perfectly_kept_crm_says():
    start, end = histories(EIGHT, log_of(EIGHT, SEED, perfect=True))
    for tables, journal in ((start, told(EIGHT, SEED, at_end=False)), (end, told(EIGHT, SEED))):
        assert (tables.owners, tables.stages, tables.moment) == (
            journal.owners,
            journal.stages,
            journal.moment,
        )
        for name in tables.stays._fields:
            ours, theirs = (np.sort(getattr(one.stays, name)) for one in (tables, journal))
            assert np.allclose(ours, theirs), name
        assert np.allclose(np.sort(tables.created), np.sort(journal.created))


def test_somebody_new_counts_for_the_team_alone(before):
    renamed = renumbered(before, before.owners[1:], before.stages)
    assert (renamed.owner == len(before.owners) - 1).sum() == (before.owner == 0).sum()
    assert len(renamed.owners) == len(before.owners) - 1


def test_drawn_years_are_on_average_what_the_plan_expects(plan):
    """Every mean within four standard errors, which are small.

    But for the pace: of years that turn out slow more is open, and due, so that what is due is in the mean a little more
    than what ends.
    """
    drawn = plan.draw(400, 1)
    expected = float((plan.level.expected * plan.level.per_week * plan.lengths).sum())
    checks = {
        "created": (drawn.created.sum(axis=(1, 2)), expected),
        "missed": (drawn.missed.sum(axis=(1, 2)), 0.0),
        "slow": ((drawn.due - drawn.ended).sum(axis=(1, 2)), 0.0),
        "size": (drawn.size.sum(axis=(1, 2)), 0.0),
    }
    for name, (years, mean) in checks.items():
        error = years.std() / np.sqrt(len(years))
        open_longer = 0.02 * drawn.due.sum(axis=(1, 2)).mean() if name == "slow" else 0.0
        assert abs(years.mean() - mean) < 4 * error + open_longer, name
    assert checks["created"][0].std() / np.sqrt(400) < 0.01 * expected


def test_drawn_years_follow_from_their_seed(plan):
    one, same, other = (plan.draw(20, seed) for seed in (5, 5, 6))
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not np.array_equal(one.created, other.created)
