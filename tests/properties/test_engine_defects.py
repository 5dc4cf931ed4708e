"""The comparison of the engines catches what it is there for: each seeded defect is found and shown."""

from __future__ import annotations

from collections.abc import Callable

from simulations import engine, reference
from simulations.calendar import DAY
from simulations.journal import first_difference
from simulations.reference import seat, stories
from simulations.reference.moments import Order
from simulations.reference.seat import Seat
from simulations.scenario.model import Scenario, Steady
from simulations.scenario.people import SeatGroup, Team
from simulations.scenario.records import Horizon

SMALL = Scenario(team=Team(groups=(SeatGroup(seats=3),)), horizon=Horizon(warm_up_weeks=4, run_off=2))


def caught(scenario: Scenario = SMALL) -> str:
    """Return what the comparison finds between the engine and a reference in which something is wrong."""
    return first_difference(
        engine.simulate(scenario, Steady(), 11, 0), reference.simulate(scenario, Steady(), 11, 0)
    )


def test_a_swapped_tie_is_caught(monkeypatch):
    """Replies after selling, at the same second."""
    ties = SMALL.model_copy(
        update={
            "stages": tuple(
                item.model_copy(update={"reply_days": 1.0, "reply_cv": 0.0, "effort_cv": 0.0})
                for item in SMALL.stages
            )
        }
    )
    assert not caught(ties)
    monkeypatch.setattr(stories, "Order", type("Swapped", (), {"REPLY": Order.ARRIVAL}))
    assert "> " in caught(ties)


def test_a_lost_follow_up_is_caught(monkeypatch):
    true_ask: Callable[..., object] = Seat.ask_for

    def ask_for(self, deal, kind, seconds):
        lost = kind.name == "FOLLOW_UP" and deal.birth % 7 == 0
        return self.world.env.event() if lost else true_ask(self, deal, kind, seconds)

    monkeypatch.setattr(Seat, "ask_for", ask_for)
    assert "FOLLOWED_UP" in caught()


def test_a_wrong_day_boundary_is_caught(monkeypatch):
    monkeypatch.setattr(seat, "DAY", DAY + 1)
    assert "> " in caught()
