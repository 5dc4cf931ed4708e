"""Every oracle catches the defect that is seeded for it: an oracle that passes a broken engine proves nothing."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta

import numpy as np
import pytest

from simulations import rules
from simulations.calendar import DAY, timeline
from simulations.deals import Stays, deals_of
from simulations.journal import Events, Kind, digest
from simulations.plan import Plan
from simulations.randomness import EFFORT, REPLY
from simulations.reference import simulate
from simulations.reference.seat import Seat
from simulations.scenario.model import Change, Sawtooth, Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon, Switches

SEED = 20_260_105
SMALL = Scenario(team=Team(groups=(SeatGroup(seats=1),)), horizon=Horizon(warm_up_weeks=3, run_off=2))


def slower(purpose: int, factor: float):
    """Return a duration rule that takes longer for one purpose."""
    true_rule = rules.duration

    def rule(*arguments):
        seconds = true_rule(*arguments)
        return int(seconds * factor) if arguments[-1] == purpose else seconds

    return rule


def test_the_gain_catches_a_cycle_of_the_wrong_shape(reference_oracle, monkeypatch):
    true_rule = rules.duration
    monkeypatch.setattr(
        rules, "duration", lambda shape, mean, cv, *key: true_rule(shape, mean, 0.6 * cv, *key)
    )
    assert abs(reference_oracle.gain(1, 1, 4, SEED)[0]) > 3.5


def test_littles_law_catches_opportunities_that_linger_in_the_count(reference_oracle, monkeypatch):
    def open_at(self: Stays, moment: int):
        return np.flatnonzero((self.entered <= moment) & (moment - 3 * DAY < self.left))

    monkeypatch.setattr(Stays, "open_at", open_at)
    assert reference_oracle.little(SEED) > 0.01


def test_the_transient_mean_catches_replies_that_take_too_long(reference_oracle, monkeypatch):
    monkeypatch.setattr(rules, "duration", slower(REPLY, 1.4))
    assert reference_oracle.transient(SEED) > 4


def test_the_compound_sum_catches_amounts_that_do_not_vary(reference_oracle, monkeypatch):
    true_rule = rules.amount_cents
    monkeypatch.setattr(
        rules, "amount_cents", lambda shape, mean, _cv, *key: true_rule(shape, mean, 0.0, *key)
    )
    assert abs(reference_oracle.sums(SEED)[1]) > 4


def test_the_families_catch_an_introduction_that_gets_lost(reference_oracle, monkeypatch):
    true_rule = rules.introductions
    monkeypatch.setattr(rules, "introductions", lambda *terms: min(true_rule(*terms), 1))
    assert max(map(abs, reference_oracle.families(SEED))) > 4


def test_the_wait_catches_work_that_takes_longer_than_it_should(reference_oracle, monkeypatch):
    monkeypatch.setattr(rules, "duration", slower(EFFORT, 1.1))
    assert abs(reference_oracle.waiting(0.8, 0.5, SEED)[0]) > 3.5


def test_the_hours_balance_catches_work_counted_twice(monkeypatch):
    true_account = Seat._account

    def account(self: Seat, sold_from: int) -> None:
        true_account(self, sold_from)
        self.world.tell_seat(Kind.SOLD, self.number, self._sold / 3_600)

    def longest(events: Events) -> float:
        kinds = (Kind.PROSPECTED, Kind.REVIEWED, Kind.SOLD, Kind.WORK_DAY)
        rows = events[np.isin(events["kind"], kinds)]
        return float(np.bincount(rows["time"] // DAY, weights=rows["value"]).max())

    assert longest(simulate(SMALL, Steady(), SEED, 0)) == pytest.approx(24 / 5, abs=1e-9)
    monkeypatch.setattr(Seat, "_account", account)
    assert longest(simulate(SMALL, Steady(), SEED, 0)) > 24 / 5 + 0.01


def test_equal_customers_catch_draws_that_depend_on_the_order_of_events(monkeypatch):
    quiet = dict.fromkeys(("staleness", "reviews", "market_slow", "market_weeks", "referrals"), False)
    scenario = SMALL.model_copy(
        update={"switches": Switches(**quiet), "horizon": Horizon(warm_up_weeks=3, run_off="until_closed")}
    )
    end = timeline(scenario).year_end_day * DAY

    def outcomes(cadence: Steady | Sawtooth) -> set[tuple[int, int]]:
        deals = deals_of(simulate(scenario, cadence, SEED, 0))
        counted = deals.appeared < end
        return set(zip(deals.birth[counted].tolist(), deals.outcome[counted].tolist(), strict=True))

    assert outcomes(Steady()) == outcomes(Sawtooth())
    stream = random.Random(1)
    monkeypatch.setattr(rules, "advances", lambda odds, *_key: stream.random() < odds)
    assert outcomes(Steady()) != outcomes(Sawtooth())


def test_the_prefix_property_catches_a_change_that_works_backwards(monkeypatch):
    start = SMALL.calendar.year_start + timedelta(weeks=20)
    change = Change(start=start, advance_probability={SMALL.stages[0].name: 0.1})
    changed = SMALL.model_copy(update={"changes": (change,)})
    boundary = timeline(SMALL).day_of(start) * DAY

    def past(scenario: Scenario) -> str:
        events = simulate(scenario, Steady(), SEED, 0)
        return digest(events[events["time"] < boundary])

    assert past(SMALL) == past(changed)
    monkeypatch.setattr(Plan, "regime", lambda self, _day: self.regimes[-1])
    assert past(SMALL) != past(changed)


def test_the_same_seed_catches_a_draw_without_a_key(monkeypatch):
    counter = itertools.count()
    true_rule = rules.goes_silent
    monkeypatch.setattr(
        rules, "goes_silent", lambda share, seed, *key: true_rule(share, seed + next(counter), *key)
    )
    first, second = (digest(simulate(SMALL, Steady(), SEED, 0)) for _ in range(2))
    assert first != second
