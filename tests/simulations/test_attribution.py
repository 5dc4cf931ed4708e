"""Shapley parts sum to the whole, and tell which mechanism does it."""

from itertools import combinations

import numpy as np
import pytest

from simulations import attribution as why
from simulations.attribution import attribute, players_of, shapley, shares_of, with_only
from simulations.plots.attribution import draw_attribution
from simulations.scenario.model import Reactive, Sawtooth, Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon, Switches
from simulations.why import why_sentences

PLAYERS = ("a", "b", "c")


def _game(worth):
    """Return the values of every set of players, two replications each."""
    return {
        frozenset(chosen): np.array([worth(set(chosen)), 2.0 * worth(set(chosen))])
        for size in range(4)
        for chosen in combinations(PLAYERS, size)
    }


def test_the_parts_of_a_game_worked_out_on_paper():
    """The glove game: a left glove (a) and two right ones; a pair is worth 1: 2/3, 1/6, 1/6."""
    values = _game(lambda on: float("a" in on and bool(on & {"b", "c"})))
    parts = [shapley(name, PLAYERS, values)[0] for name in PLAYERS]
    assert np.allclose(parts, [2 / 3, 1 / 6, 1 / 6])


def test_parts_and_remainder_sum_to_the_whole_in_every_replication():
    rng = np.random.default_rng(3)
    values = _game(lambda on: float(rng.normal()) + len(on))
    whole = values[frozenset(PLAYERS)] - values[frozenset()]
    assert np.allclose(sum(shapley(name, PLAYERS, values) for name in PLAYERS), whole)


def test_a_wrong_weight_does_not_sum_to_the_whole(monkeypatch):
    """The seeded defect: every set counts the same."""
    values = _game(lambda on: float("a" in on and bool(on & {"b", "c"})))
    monkeypatch.setattr(why.math, "factorial", lambda _n: 1)
    assert not np.isclose(sum(shapley(name, PLAYERS, values)[0] for name in PLAYERS), 1.0)


def test_a_player_that_does_nothing_gets_nothing():
    shares = shares_of(PLAYERS, _game(lambda on: 5.0 * ("b" in on) + 1.0))
    assert shares.parts["a"].shapley.mean == 0
    assert shares.parts["b"].shapley.mean == pytest.approx(7.5)
    assert shares.remainder.mean == pytest.approx(1.5)


SMALL = Scenario(team=Team(groups=(SeatGroup(seats=2),)), horizon=Horizon(warm_up_weeks=12, run_off=12))


@pytest.fixture(scope="module")
def reactive():
    return attribute(SMALL, Reactive(), 12, 5, workers=1)


def test_a_cadence_that_spends_other_hours_has_hours_as_a_player(reactive):
    assert next(iter(reactive.bookings.parts)) == "hours"
    assert "hours" not in players_of(SMALL, Sawtooth())


def test_a_mechanism_that_the_scenario_switches_off_is_no_player():
    calm = SMALL.model_copy(update={"switches": Switches(market_slow=False, market_weeks=False)})
    assert "market" not in players_of(calm, Sawtooth())
    assert "market" in players_of(
        calm.model_copy(update={"switches": Switches(market_weeks=False)}), Sawtooth()
    )


def test_only_what_is_chosen_is_on():
    on = with_only(SMALL, frozenset({"silence and reviews"})).switches
    assert (on.silence, on.reviews, on.contention, on.staleness, on.market_slow, on.referrals) == (
        True, True, False, False, False, False,
    )  # fmt: skip
    assert on.inbound, "what is no mechanism stays as it is"


@pytest.mark.parametrize("figure", ["bookings", "chance"])
def test_parts_of_a_simulated_difference_sum_to_the_whole(reactive, figure):
    """To rounding: each is a mean of the same replications."""
    shares = getattr(reactive, figure)
    parts = sum(part.shapley.mean for part in shares.parts.values()) + shares.remainder.mean
    assert parts == pytest.approx(shares.whole.mean, abs=1e-6 * max(1.0, abs(shares.whole.mean)))


def test_the_whole_is_the_comparisons_difference(reactive):
    from simulations.experiment import compare

    contrast = compare(SMALL, [Reactive()], 12, 5, workers=1).contrast("reactive")
    assert reactive.bookings.whole.mean == pytest.approx(-contrast.differences["total"].mean)
    assert reactive.chance.whole.mean == pytest.approx(-contrast.differences["target_reached"].mean)


def test_equal_hours_without_any_mechanism_leave_no_remainder():
    """Steady and sawtooth meet the same customers: with a run-off until closed nothing at all is left."""
    scenario = SMALL.model_copy(update={"horizon": Horizon(warm_up_weeks=12, run_off="until_closed")})
    found = attribute(scenario, Sawtooth(weeks_on=6, weeks_off=4), 3, 5, workers=1)
    assert (found.bookings.remainder.low, found.bookings.remainder.mean, found.bookings.remainder.high) == (
        0,
        0,
        0,
    )


def test_the_same_bytes_with_one_or_two_threads(reactive):
    assert attribute(SMALL, Reactive(), 12, 5, workers=2).to_dict() == reactive.to_dict()


def test_steady_against_itself_has_nothing_to_explain():
    found = attribute(SMALL, Steady(), 4, 5, workers=1)
    assert found.bookings.whole.mean == 0
    (said,) = why_sentences(found)
    assert said.startswith("4 simulated years show no difference")


def test_the_sentences_follow_sign_and_interval(reactive):
    said = " ".join(why_sentences(reactive))
    hours = reactive.bookings.parts["hours"].shapley
    assert hours.sign > 0, "the reactive team spends fewer hours"
    assert "prospecting hours costs" in said
    rest = reactive.bookings.remainder
    assert ("no difference that shows is left" in said) == (rest.sign == 0)


def test_the_picture_names_every_mechanism(reactive):
    figure = draw_attribution(reactive)
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert labels == ["whole difference", *reactive.bookings.parts, "with all switched off"]
    assert "USD" in figure.axes[0].get_xlabel()
