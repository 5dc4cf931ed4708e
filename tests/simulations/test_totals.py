"""What a year books, read off its deals, is what the measures of the whole year say."""

from datetime import date

import numpy as np
import pytest

from simulations.engines import own_hours, years_by
from simulations.experiment import compare
from simulations.intervals import Estimate
from simulations.plan import make_plan
from simulations.scenario.customers import Inbound, Referrals, Sources
from simulations.scenario.given import OpenDeal
from simulations.scenario.model import Reactive, Sawtooth, Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.quarter import Push
from simulations.scenario.records import Horizon, Targets
from simulations.totals import BookedYears, losses_of, paired_loss, totals_of

TEAM = Team(groups=(SeatGroup(seats=2),))
#: A quota that some years reach and others do not.
SOME = Targets(yearly_quota_per_rep=370_000)
GIVEN = (
    OpenDeal(stage="Proposal", amount=9_000, age_days=5, silent=True),
    OpenDeal(stage="Negotiation", amount=7_000),
)
CASES = {
    "plain": Scenario(team=TEAM, targets=SOME),
    "by number": Scenario(team=TEAM, unit="deals", targets=Targets(yearly_quota_per_rep=18)),
    "until closed": Scenario(team=TEAM, targets=SOME, horizon=Horizon(warm_up_weeks=20, run_off="until_closed")),
    "the second year": Scenario(team=TEAM, targets=SOME, horizon=Horizon(years=2, run_off=8)),
    "from given deals": Scenario(team=TEAM, targets=SOME, open_deals=GIVEN, horizon=Horizon(run_off=8)),
    "discounts and families": Scenario(
        team=TEAM,
        targets=SOME,
        quarter_end=Push(push_weeks=4, discount=0.3),
        sources=Sources(inbound=(Inbound(leads_per_week=4),), referrals=Referrals(ask_rate_win=0.8)),
    ),
    "coming and going": Scenario(
        team=Team(
            groups=(
                SeatGroup(seats=2, absence_weeks_per_year=6, attrition_per_year=0.6, backfill_weeks=4),
                SeatGroup(name="new", seats=1, hired=date(2026, 3, 2)),
            )
        ),
        targets=SOME,
    ),
}  # fmt: skip
REPLICATIONS = 6


@pytest.mark.parametrize("case", CASES)
def test_what_is_booked_is_what_the_whole_year_measures(case):
    """To the cent: both are sums of whole cents."""
    plan = make_plan(CASES[case])
    short, whole = BookedYears(plan, 7), years_by("compiled", plan, 7)
    for replication in range(REPLICATIONS):
        for cadence in (Steady(), Reactive()):
            found, year = short.booked(cadence, replication), whole.year(cadence, replication)
            assert found == (year.scalars["total"], year.scalars["target_reached"])
            assert found.total > 0


def test_some_years_reach_the_target_and_others_do_not():
    """Or the test above would compare ones with ones."""
    years = BookedYears(make_plan(CASES["plain"]), 7)
    assert {years.booked(Steady(), replication).target_reached for replication in range(30)} == {0.0, 1.0}


def test_hours_are_those_of_the_whole_year_and_are_spread_like_them():
    plan = make_plan(CASES["the second year"])
    short, whole = BookedYears(plan, 7), years_by("compiled", plan, 7)
    found, hours = short.with_hours(Reactive(), 3)
    year = whole.year(Reactive(), 3)
    assert (found, hours) == (short.booked(Reactive(), 3), own_hours(year))
    evenly = whole.year(Steady(), 3, own_hours(year)).scalars["total"]
    assert short.booked(Steady(), 3, hours).total == evenly


def test_losses_are_shares_of_what_steady_books_on_average():
    totals = np.array([[100.0, 90.0, 130.0], [300.0, 330.0, 300.0]])
    assert losses_of(totals).tolist() == [[0.05, -0.15], [-0.15, 0.0]]


def test_the_totals_of_several_cadences_stand_side_by_side_whatever_the_workers():
    found = totals_of(CASES["plain"], [Sawtooth(), Reactive()], 8, 7, workers=2)
    assert found.shape == (8, 3)
    assert found.tolist() == totals_of(CASES["plain"], [Sawtooth(), Reactive()], 8, 7, workers=1).tolist()


def test_the_loss_of_a_cadence_is_the_comparisons_the_other_way_round():
    loss = paired_loss(CASES["plain"], Sawtooth(), 8, 7, workers=1)
    meant = compare(CASES["plain"], [Sawtooth()], 8, 7, workers=1).contrast("sawtooth").relative
    assert isinstance(loss, Estimate)
    assert (loss.mean, loss.low, loss.high) == pytest.approx((-meant.mean, -meant.high, -meant.low), rel=1e-9)
