"""The chance to be won ever, by stage and age, and what its changes add up to: closed forms, and a martingale."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.watched_companies import DEVELOPMENT, Companies, told
from forecast.alarms.deviations import CONVERSION, Grouped, beside_learned, deviations, usual_of
from forecast.alarms.worth import ever_of, lean_of

EIGHT = Companies(8)
CLASSES = np.array([0.0, 14.0, np.inf])
RATE = np.array([[0.2, 0.05], [0.1, 0.1]])
ADVANCE = np.array([[0.6, 0.1], [0.8, 0.8]])
ONWARD = np.array([[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0]])
LOST = np.array([[0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 1.0]])
REOPENED = np.array([[0.0, 0.0, 0.0, 1.0], [0.5, 0.0, 0.0, 0.5]])


def test_a_chance_to_be_won_ever_by_hand():
    """Two stages, the second of which knows no age: 0.6 of those who leave in two weeks advance, 0.1 of the others."""
    found = ever_of(CLASSES, RATE, ADVANCE, ONWARD, LOST)
    stays = np.exp(-0.2 * 14)
    assert found[0, 0] == pytest.approx(0.8 * (0.6 * (1 - stays) + 0.1 * stays))
    stays = np.exp(-0.2 * 4)
    assert found[0, 10] == pytest.approx(0.8 * (0.6 * (1 - stays) + 0.1 * stays))
    assert np.allclose(found[0, 14:], 0.08)
    assert np.allclose(found[1], 0.8)
    assert np.all(found[2] == 1)
    assert np.all(found[3] == 0)


def test_what_goes_back_may_be_won_later():
    """Half of what the second stage loses begins anew: w1 = p w2, w2 = 0.8 + 0.2 x w1 / 2."""
    found = ever_of(CLASSES, RATE, ADVANCE, ONWARD, REOPENED)
    stays = np.exp(-0.2 * 14)
    ahead = 0.6 * (1 - stays) + 0.1 * stays
    second = 0.8 / (1 - 0.1 * ahead)
    assert found[:2, 0] == pytest.approx([ahead * second, second])


def test_how_far_a_chance_follows_the_odds():
    """Of one stage without ages it is p (1 - p), the derivative of the logistic function."""
    one = (np.array([0.0, np.inf]), np.array([[0.1]]), np.array([[0.3]]))
    found = lean_of(*one, np.array([[0.0, 1.0, 0.0]]), np.array([[0.0, 0.0, 1.0]]))
    assert found[:, 0] == pytest.approx([0.3 * 0.7, 0.0, 0.0], abs=1e-6)


def test_on_plan_the_changes_are_a_martingale(plan):
    """No mean in any week, no memory from week to week: within four standard errors of 600 years drawn without doubt."""
    known = replace(
        plan, rates=_certain(plan.rates), asked=replace(plan.asked, market=replace(plan.asked.market, conversion_drift=0.0, pace_drift=0.0))
    )  # fmt: skip
    missed = Grouped.of(known.draw(600, 12)).sums.missed[:, 0]
    error = missed.std(axis=0) / np.sqrt(len(missed))
    assert np.all(np.abs(missed.mean(axis=0)) < 4 * error)
    together = np.corrcoef(missed[:, :-1].ravel(), missed[:, 1:].ravel())[0, 1]
    assert abs(together) < 4 / np.sqrt(missed.size)


def _certain(rates):
    """Return rates of which everything is known: a million times the evidence, and owners who are alike."""
    nobody = replace(rates.pace, sd=0 * rates.pace.sd)
    much = {name: 1e6 * getattr(rates, name) for name in ("shape", "time", "ahead", "other")}
    return replace(rates, **much, pace=nobody, odds=replace(rates.odds, sd=0 * rates.odds.sd))


def test_all_changes_of_an_opportunity_add_up_to_wins_expected_less_wins(plan):
    """Of what is created in the watch and settled in it; what is open at its end still carries its chance."""
    history = told(EIGHT, DEVELOPMENT + 7)
    sums = plan.count(history)
    stays, end = plan.valued(history.stays), plan.expected.looks[-1]
    ever, odds = plan.expected.ever, plan.expected.odds

    def chance(stage, age, owner):
        day = np.minimum(age.astype(int), ever.shape[1] - 1)
        return np.clip(ever[stage, day] + odds[owner] * plan.expected.lean[stage, day], 0, 1)

    begun = (stays.entered >= 0) & np.isin(history.stays.entered, history.created)
    carried = (stays.entered < 0) & (stays.left >= 0)
    last = (stays.entered < end) & (stays.left >= end)
    first = chance(stays.stage[begun], 0 * stays.entered[begun], stays.owner[begun]).sum()
    first += chance(stays.stage[carried], -stays.entered[carried], stays.owner[carried]).sum()
    left = chance(stays.stage[last], end - stays.entered[last], stays.owner[last]).sum()
    won = ((stays.cause == len(plan.stages)) & (stays.left >= 0) & (stays.left < end)).sum()
    assert sums.missed.sum() == pytest.approx(first - left - won, abs=1e-6)


def test_a_mean_that_goes_on_learning_leaves_independent_deviations():
    """However few weeks the mean was learned from: variance 1 and no memory; unless learned on, both are broken."""
    rng = np.random.default_rng(5)
    weeks = rng.standard_normal((20_000, 12 + 40))
    off = weeks[:, 12:] - weeks[:, :12].mean(axis=1, keepdims=True)
    found = beside_learned(off, 12)
    error = 1 / np.sqrt(len(found))
    assert np.allclose(found.std(axis=0), 1, atol=4 * error)
    assert abs(np.corrcoef(found[:, 0], found[:, 39])[0, 1]) < 4 * error
    assert np.corrcoef(off[:, 0], off[:, 39])[0, 1] > 10 * error


def test_a_known_plan_learns_nothing_more(plan, fresh):
    usual = usual_of(replace(plan, past=np.zeros(0)), fresh)
    off = deviations(CONVERSION, fresh, usual)
    assert np.array_equal(beside_learned(off, usual.learned), off)
