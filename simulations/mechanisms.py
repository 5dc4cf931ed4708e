"""What makes rhythm matter: mechanisms by name, which of them can act in a scenario, and how they are switched off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from simulations.plan import Plan
from simulations.regime import FIRST_STREAM
from simulations.scenario.model import Scenario

#: Mechanisms by name, each with the switches that turn it on and off together.
MECHANISMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "contention": ("contention",),
        "staleness": ("staleness",),
        "silence and reviews": ("silence", "reviews"),
        "market and ramp": ("market_slow", "market_weeks", "ramp"),
        "referrals": ("referrals",),
        "response": ("response",),
    }
)
#: What acts through waiting alone: where nothing waits for a rep, it changes nothing.
BY_WAITING = frozenset({"staleness", "response"})


def switched_on(scenario: Scenario) -> tuple[str, ...]:
    """Return the mechanisms of which the scenario switches anything on."""
    return tuple(
        name
        for name, switches in MECHANISMS.items()
        if any(getattr(scenario.switches, switch) for switch in switches)
    )


def with_only(scenario: Scenario, chosen: frozenset[str]) -> Scenario:
    """Return the scenario with the mechanisms that are not chosen switched off."""
    off = {
        switch: False for name, switches in MECHANISMS.items() if name not in chosen for switch in switches
    }
    return scenario.model_copy(update={"switches": scenario.switches.model_copy(update=off)})


def idle(plan: Plan) -> frozenset[str]:
    """Return the mechanisms that cannot change a booking under a plan: their numbers are neutral all along."""
    return frozenset(name for name, acts in _ACTS.items() if not acts(plan))


def acting(plan: Plan, chosen: frozenset[str]) -> frozenset[str]:
    """Return those of the chosen mechanisms that change anything when only these are on.

    Without contention work begins when it is ready, so nothing waits: staleness and slow answers have nothing to
    charge for. Opportunities that a run starts from may have waited before it began.
    """
    return chosen if "contention" in chosen or plan.given else chosen - BY_WAITING


def _stale(plan: Plan) -> bool:
    return any(regime.terms.staleness for regime in plan.regimes)


def _silent(plan: Plan) -> bool:
    return (
        plan.scenario.switches.reviews
        or bool(plan.given)
        or any(regime.terms.silent_share for regime in plan.regimes)
    )


def _uneven(plan: Plan) -> bool:
    """Return whether the market moves, or somebody comes who ramps."""
    market = any(regime.terms.market_sigma or regime.terms.week_cv for regime in plan.regimes)
    hired = any(week >= 0 for week in plan.hired_week)
    seats = [seat for regime in plan.regimes for seat in regime.seats]
    return market or any(seat.ramp_weeks and (hired or seat.leaving) for seat in seats)


def _introduces(plan: Plan) -> bool:
    terms = [regime.terms for regime in plan.regimes]
    return any(each.introductions and (each.ask_rate_win or each.ask_rate_meeting) for each in terms)


def _answers(plan: Plan) -> bool:
    """Return whether an inbound lead may lose by waiting for its first answer."""
    return any(
        source.response_exponent and sum(rates)
        for regime in plan.regimes
        for source, rates in zip(regime.sources[FIRST_STREAM:], regime.stream_rates, strict=True)
    )


_ACTS: Mapping[str, Callable[[Plan], bool]] = MappingProxyType(
    {
        "staleness": _stale,
        "silence and reviews": _silent,
        "market and ramp": _uneven,
        "referrals": _introduces,
        "response": _answers,
    }
)
