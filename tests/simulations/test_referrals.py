"""The branching ratio of introductions, against a chain that is walked state by state."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.referrals import branching, win_probability
from simulations.rules import advance_probability
from simulations.scenario.model import Scenario

STAGES = [
    {"name": name, "effort_hours": 1, "reply_days": 7, "advance_probability": chance}
    for name, chance in (("Talk", 0.5), ("Offer", 0.8))
]


def walked(odds, silent, revival, follow_ups):
    """Return the chance to win by solving the absorbing chain: states (stage), (stage, follow-up n)."""
    width = 1 + follow_ups
    size = len(odds) * width
    moves, wins = np.zeros((size, size)), np.zeros(size)
    for stage, p in enumerate(odds):
        here, onward = stage * width, (stage + 1) * width
        if onward < size:
            moves[here, onward] = p
        else:
            wins[here] = p
        if follow_ups:
            moves[here, here + 1] = (1 - p) * silent
        for attempt in range(1, width):
            moves[here + attempt, here] = revival
            if attempt + 1 < width:
                moves[here + attempt, here + attempt + 1] = 1 - revival
    return float(np.linalg.solve(np.eye(size) - moves, wins)[0])


@given(
    st.lists(st.floats(0.05, 0.95), min_size=1, max_size=4),
    st.floats(0, 1),
    st.floats(0, 0.9),
    st.integers(0, 8),
)
def test_the_chance_to_win_equals_that_of_the_chain(odds, silent, revival, follow_ups):
    scenario = Scenario.model_validate(
        {
            "silence": {
                "silent_given_not_advanced": silent,
                "revival_probability": revival,
                "max_follow_ups": follow_ups,
            }
        }
    )
    # Rounding only: both are exact; a chain that nearly never ends loses digits.
    assert win_probability(scenario, odds) == pytest.approx(
        walked(odds, silent, revival, follow_ups), rel=1e-8
    )


def test_the_ratio_is_the_product_of_its_factors_for_the_most_skilled_group():
    terms = {"introductions": 1.5, "ask_rate_win": 0.5, "qualify_probability": 0.4, "win_logit": 0.3}
    scenario = Scenario.model_validate(
        {
            "team": {"groups": [{"name": "a", "win_logit": -0.2}, {"name": "b", "win_logit": 0.4}]},
            "sources": {"referrals": terms},
            "stages": STAGES,
            "switches": {"silence": False},
        }
    )
    won = advance_probability(0.5, 0.7) * advance_probability(0.8, 0.7)
    family = branching(scenario)
    assert family.win_probability == pytest.approx(won)
    assert family.ratio == pytest.approx(1.5 * 0.5 * 0.4 * won)
    assert str(family).startswith(f"m = {family.ratio:.3f} = 1.5 introductions x 0.5 asked x 0.4 qualified")


def test_no_introductions_descend_where_referrals_are_off():
    scenario = Scenario.model_validate({"switches": {"referrals": False}})
    assert branching(scenario).ratio == 0


def test_asks_at_the_qualified_meeting_add_to_the_ratio():
    """M = introductions x qualified x (asked x won + asked at the meeting)."""
    terms = {"introductions": 1.5, "ask_rate_win": 0.5, "ask_rate_meeting": 0.2, "qualify_probability": 0.4}
    scenario = Scenario.model_validate(
        {
            "sources": {"referrals": terms | {"win_logit": 0.0}},
            "stages": STAGES,
            "switches": {"silence": False},
        }
    )
    family = branching(scenario)
    assert family.ratio == pytest.approx(1.5 * 0.4 * (0.5 * 0.5 * 0.8 + 0.2))
    assert str(family).endswith("0.4 qualified x (0.5 asked x 0.400 won + 0.2 asked at the meeting)")


def test_a_customer_who_always_revives_is_always_won_and_one_who_never_advances_never():
    scenario = Scenario.model_validate(
        {"silence": {"silent_given_not_advanced": 1, "revival_probability": 1, "max_follow_ups": 1}}
    )
    assert win_probability(scenario, [0.3, 0.2]) == pytest.approx(1)
    assert win_probability(scenario, [0.3, 0.0]) == 0
