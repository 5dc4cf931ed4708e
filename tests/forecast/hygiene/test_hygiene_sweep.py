"""Disqualifying after so many days, swept in a scenario: laws that hold whatever the luck, and the sentences."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forecast.hygiene import sweep_days
from forecast.hygiene.results import Best, ScenarioHygiene, Swept
from forecast.hygiene.sweep import MEASURES, _best, _result
from forecast.plots.hygiene import draw_swept
from forecast.sentences.hygiene import days_words, scenario_sentences
from forecast.wording.hygiene import TEMPLATES
from simulations.errors import BadInput
from simulations.intervals import Estimate, estimate
from simulations.scenario.model import Scenario

DAYS = (14.0, 45.0, 120.0)


def team(**silence) -> Scenario:
    told = {
        "team": {"groups": [{"seats": 2}]}, "horizon": {"warm_up_weeks": 30, "run_off": 26}, "silence": silence,
    }  # fmt: skip
    return Scenario.model_validate(told)


@pytest.fixture(scope="module")
def swept() -> ScenarioHygiene:
    """Return the rule in thirty years of a team of two, seed 5."""
    return sweep_days(team(), DAYS, replications=30, seed=5, workers=1)


def test_never_is_what_all_are_held_against(swept):
    never = swept.option(None)
    for one in (never.bookings, never.hours, never.disqualified, never.thrown, never.thrown_value):
        assert (one.mean, one.low, one.high) == (0, 0, 0)
    assert [one.days for one in swept.options] == [*DAYS, None]


def test_the_sooner_the_more_is_ended_and_the_more_hours_are_saved(swept):
    for name in ("disqualified", "hours", "thrown"):
        means = [getattr(one, name).mean for one in swept.options]
        assert means == sorted(means, reverse=True)
        assert means[0] > 0


def test_the_sooner_the_less_the_pipeline_promises(swept):
    soon, later, _, never = (one.weighted for one in swept.options)
    assert soon < later < never


def test_what_is_thrown_away_was_ended(swept):
    for one in swept.options:
        assert one.thrown.mean <= one.disqualified.mean


def test_where_nothing_revives_no_silent_win_is_thrown_away():
    """What is silent then never comes back; who is only slow, and untouched for 120 days, is nobody here."""
    found = sweep_days(team(revival_probability=0.0), (90.0,), replications=20, seed=5, workers=1)
    assert found.option(90.0).disqualified.mean > 0
    assert found.option(90.0).thrown.mean == 0


def test_where_hours_are_scarce_and_nobody_comes_back_ending_early_books_more():
    """Each follow-up takes an hour from deals that go stale meanwhile; with customers who come back the sign turns."""
    scarce = team(revival_probability=0.0, follow_up_hours=1.0, max_follow_ups=12).model_dump()
    scarce["work"]["staleness_logit_per_day"] = 0.06
    kind = sweep_days(team(revival_probability=0.1), (14.0,), replications=20, seed=3, workers=1)
    hard = sweep_days(Scenario.model_validate(scarce), (14.0,), replications=20, seed=3, workers=1)
    assert kind.option(14.0).bookings.sign == -1
    assert hard.option(14.0).bookings.sign == 1
    assert kind.best.days is None
    assert hard.best.days == 14.0
    assert kind.matters
    assert hard.matters


def test_threads_change_nothing(swept):
    again = sweep_days(team(), DAYS, replications=30, seed=5, workers=2)
    assert again == swept


def test_the_intervals_of_bookings_are_wide_enough_for_all_rules_together():
    """With five rules each has the level 99% (Bonferroni), so that together they miss in 5% at most."""
    rows = np.random.default_rng(4).normal(size=(40, 6, len(MEASURES)))
    rules = (14.0, 21.0, 30.0, 45.0, 60.0, None)
    found = _result(team(), rules, rows, 1)
    for place, one in enumerate(found.options[:-1]):
        wanted = estimate(rows[:, place, 0] - rows[:, -1, 0], 0.99)
        assert (one.bookings.low, one.bookings.high) == pytest.approx((wanted.low, wanted.high))
    assert not found.matters


def test_the_best_of_resampled_years_by_hand():
    """Two rules and never: the first is best in every year, so in every resampling; then never by a hair's breadth."""
    luck = np.random.default_rng(1)
    totals = np.array([[3.0, 2.0, 1.0]] * 10)
    assert _best((14.0, 45.0, None), totals, luck) == Best(14.0, 14.0, 14.0)
    split = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.1]] * 10)
    assert _best((14.0, 45.0, None), split, luck) == Best(None, 14.0, None)


@pytest.mark.parametrize(
    ("days", "replications", "said"),
    [
        ((), 30, "must be 1 to 50 numbers"),
        ((0.0,), 30, "must be above 0"),
        ((14.0,), 5, "must be 20 or more"),
    ],
)
def test_what_cannot_be_swept_is_refused(days, replications, said):
    with pytest.raises(BadInput, match=said):
        sweep_days(team(), days, replications=replications)


def one(days, bookings=0.0, *, alike=True, hours=5.0, bias=10.0, thrown=2.0):
    def of(mean):
        return Estimate(mean, mean - 1, mean + 1, 30)

    return Swept(days, of(bookings), alike, of(hours), of(bias), 100.0, of(20.0), of(thrown), of(50.0))


def hygiene(*options, best, matters, low=14.0, high=45.0):
    never = replace(one(None, hours=0.0, bias=40.0), alike=all(option.alike for option in options))
    return ScenarioHygiene(
        "made", "amount", "EUR", (*options, never), Best(best, low, high), matters, 45.0, 30, 1, "0"
    )  # fmt: skip


def keys(found):
    return {sentence.key for sentence in scenario_sentences(found) if str(sentence)}


def test_the_sentence_follows_sign_and_interval():
    nothing = hygiene(one(14.0), one(45.0), best=14.0, matters=False)
    assert keys(nothing) == {"hygiene.nothing", "hygiene.hours", "hygiene.bias", "hygiene.thrown"}
    gain = hygiene(one(14.0, 9.0, alike=True), one(45.0, 2.0, alike=False), best=14.0, matters=True)
    assert {"hygiene.best", "hygiene.alike_one"} <= keys(gain)
    both = hygiene(one(14.0, 9.0), one(21.0, 9.0), one(45.0, 2.0, alike=False), best=14.0, matters=True)
    assert {"hygiene.best", "hygiene.alike"} <= keys(both)
    assert "From 14 days to 21 days nothing can be told from the best" in str(
        list(map(str, scenario_sentences(both)))
    )
    loss = hygiene(one(14.0, -9.0, alike=False), one(45.0, -4.0, alike=False), best=None, matters=True)
    assert {"hygiene.best_never", "hygiene.harm", "hygiene.hour_even", "hygiene.alike_one"} <= keys(loss)
    same = hygiene(one(14.0, 9.0), one(45.0, 8.5), best=14.0, matters=True)
    assert "hygiene.alike_all" in keys(same)
    bare = hygiene(one(45.0, hours=0.0, bias=-5.0, thrown=0.0), best=45.0, matters=False)
    assert {"hygiene.hours_none", "hygiene.bias_plain", "hygiene.thrown_none"} <= keys(bare)
    assert all(key in TEMPLATES for key in keys(bare))
    assert (days_words(1.0), days_words(None)) == ("1 day", "never")


def test_the_picture_can_be_read(swept, eye):
    seen = eye(draw_swept(swept))
    assert seen.overlaps == []
    assert seen.cut == []
    assert seen.says("never")
    assert seen.says("30 paired years")
