"""Shapley parts sum to the whole, and tell which mechanism does it."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from simulations import attribution as why
from simulations import sets
from simulations.attribution import attribute, players_of, shapley, shares_of
from simulations.errors import BadInput
from simulations.intervals import Estimate
from simulations.mechanisms import with_only
from simulations.plots.attribution import draw_attribution
from simulations.scenario.customers import Inbound, Sources
from simulations.scenario.model import Reactive, Sawtooth, Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon, Switches
from simulations.why import chance_sentences, why_sentences

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
    still = calm.model_copy(update={"switches": Switches(market_slow=False, market_weeks=False, ramp=False)})
    assert "market and ramp" not in players_of(still, Sawtooth())
    assert "market and ramp" in players_of(calm, Sawtooth()), "whoever is hired still ramps"
    assert len(players_of(SMALL, Reactive())) == 7


def test_only_what_is_chosen_is_on():
    on = with_only(SMALL, frozenset({"silence and reviews"})).switches
    assert (on.silence, on.reviews) == (True, True)
    others = (
        on.contention,
        on.staleness,
        on.market_slow,
        on.market_weeks,
        on.ramp,
        on.referrals,
        on.response,
    )
    assert others == (False,) * 7
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
    bookings, chance = figure.axes
    assert "USD" in bookings.get_xlabel()
    assert "points" in chance.get_xlabel()


def test_what_cannot_act_costs_nothing_and_is_exactly_nothing(reactive):
    """The small team answers at no cost, whoever is asked: half as many sets, and what is left does not know of it."""
    assert reactive.idle == ("response",)
    for shares in (reactive.bookings, reactive.chance):
        part = shares.parts["response"]
        for found in (part.shapley, part.alone, part.removed):
            assert (found.mean, found.low, found.high, found.count) == (0.0, 0.0, 0.0, 12)
        assert not part.acts_together
    told = []
    attribute(SMALL, Reactive(), 2, 5, workers=1, progress=lambda *each: told.append(each))
    # Contention, staleness, silence, market, referrals; staleness changes nothing without contention: 16 + 8.
    assert told == [(done, 24) for done in range(1, 25)]


def test_slow_answers_are_a_player_where_they_cost_something():
    """Parts still sum to the whole, set by set."""
    slow = SMALL.model_copy(
        update={"sources": Sources(inbound=(Inbound(leads_per_week=12, response_exponent=0.69),))}
    )
    found = attribute(slow, Sawtooth(), 4, 5, workers=1)
    assert found.idle == ()
    shares = found.bookings
    assert shares.parts["response"].shapley.mean != 0
    assert shares.parts["response"].alone.mean == 0, "nothing waits without contention"
    parts = sum(part.shapley.mean for part in shares.parts.values()) + shares.remainder.mean
    assert parts == pytest.approx(shares.whole.mean, abs=1e-6 * max(1.0, abs(shares.whole.mean)))


def test_sets_that_are_simulated_once_are_as_if_simulated_twice(monkeypatch, reactive):
    """Without the shortcut every set is simulated: not one number differs."""
    monkeypatch.setattr(sets, "acting", lambda _plan, chosen: chosen)
    monkeypatch.setattr(why, "idle", lambda _plan: frozenset())
    whole = attribute(SMALL, Reactive(), 12, 5, workers=2)
    assert whole.idle == ()
    for mine, its in ((reactive.bookings, whole.bookings), (reactive.chance, whole.chance)):
        assert mine.whole == its.whole
        assert mine.remainder == its.remainder
        for name, part in mine.parts.items():
            assert part.alone == its.parts[name].alone
            assert part.removed == its.parts[name].removed
            assert part.shapley.mean == pytest.approx(its.parts[name].shapley.mean, rel=1e-9, abs=1e-9)


def test_what_is_idle_is_told_apart_from_what_does_not_show(reactive):
    said = why_sentences(reactive)
    (idle,) = [sentence for sentence in said if sentence.startswith("This scenario gives no effect to")]
    assert idle == "This scenario gives no effect to the slow first answer to inbound leads: exactly 0."
    assert not any("No effect shows" in sentence and "slow first answer" in sentence for sentence in said)


def _with_chance(reactive, whole, **parts):
    """Return an attribution whose chance of the target has these shares, all others nothing."""
    nothing = Estimate(0.0, -0.01, 0.01, 12)
    found = {
        name: why.Part(parts.get(name.replace(" ", "_"), nothing), nothing, nothing)
        for name in reactive.chance.parts
    }
    return replace(reactive, chance=why.Shares(whole, found, nothing))


def test_the_chance_of_the_target_is_told_by_sign_and_interval(reactive):
    lower = Estimate(0.22, 0.2, 0.24, 12)
    found = _with_chance(
        reactive, lower, hours=Estimate(0.15, 0.1, 0.2, 12), contention=Estimate(-0.03, -0.05, -0.01, 12)
    )
    assert chance_sentences(found) == (
        "The chance of the target is 22 points lower (20 to 24).",
        (
            "What shows of that: the different number of prospecting hours costs 15 points (10 to 20); the competition "
            "for the reps' hours gives 3.0 points (1.0 to 5.0)."
        ),
    )
    higher = _with_chance(reactive, Estimate(-0.22, -0.24, -0.2, 12))
    assert chance_sentences(higher)[0] == "The chance of the target is 22 points higher (20 to 24)."
    assert "does not show" in chance_sentences(higher)[1]
    (same,) = chance_sentences(_with_chance(reactive, Estimate(0.1, -0.1, 0.3, 12)))
    assert "does not differ in a way that shows" in same


def test_it_ends_once_every_part_is_narrow_and_is_then_what_so_many_years_give(monkeypatch):
    """Looked at every four years here: the first look at which no part's interval is wider."""
    monkeypatch.setattr(why, "AT_A_TIME", 4)

    def widest(found):
        parts = [part.shapley for part in found.bookings.parts.values()]
        return max(part.high - part.low for part in parts) / abs(found.bookings.whole.mean)

    few, many = (attribute(SMALL, Reactive(), years, 5, workers=1) for years in (8, 16))
    assert widest(many) < widest(few)
    share = 1.01 * widest(many)
    told = []
    found = attribute(
        SMALL, Reactive(), 40, 5, until_narrow=share, workers=1, progress=lambda *each: told.append(each)
    )
    assert 8 < found.replications <= 16
    assert widest(found) <= share
    assert found.to_dict() == attribute(SMALL, Reactive(), found.replications, 5, workers=2).to_dict()
    assert [done for done, _ in told] == list(range(1, 24 * found.replications // 4 + 1))
    assert all(done <= total for done, total in told)


def test_it_ends_at_the_most_where_parts_stay_wide_or_there_is_nothing_to_hold_them_against(monkeypatch):
    monkeypatch.setattr(why, "AT_A_TIME", 4)
    assert attribute(SMALL, Reactive(), 6, 5, until_narrow=1e-6, workers=1).replications == 6
    assert attribute(SMALL, Steady(), 6, 5, until_narrow=0.1, workers=1).replications == 4, "all is 0 at once"


def test_without_two_years_there_is_no_interval():
    with pytest.raises(BadInput, match="must be at least 2"):
        attribute(SMALL, Steady(), 1, 5, workers=1)
