"""Open opportunities that a run starts from, in whole units: seconds before its start are negative."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

from simulations.calendar import DAY
from simulations.regime import FIRST_STREAM, FOUND, INTRODUCED
from simulations.scenario.given import OpenDeal
from simulations.scenario.model import Scenario

#: What a given deal waits for.
REPLY_AWAITED: Final = 0
REP_AWAITED: Final = 1
CHASED: Final = 2
DEALT: Final = -1


class GivenDeal(NamedTuple):
    """An open opportunity: its number among the given ones, where it stands, and what it waits for.

    ``source``: its place in `simulations.regime.Regime.sources`. ``seat``: `DEALT` where none is given. ``opened``,
    ``entered``, ``ready``: when it became an opportunity, entered its stage, was ready for its rep.
    """

    number: int
    source: int
    seat: int
    stage: int
    cents: int
    opened: int
    entered: int
    ready: int
    waits_for: int


def given_deals(scenario: Scenario) -> tuple[GivenDeal, ...]:
    """Return the open opportunities that a run of the scenario starts from."""
    stages = {stage.name: place for place, stage in enumerate(scenario.stages)}
    return tuple(
        GivenDeal(
            number=number,
            source=source_place(scenario, deal.source),
            seat=DEALT if deal.seat is None else deal.seat - 1,
            stage=stages[deal.stage],
            cents=max(1, math.floor(deal.amount * 100 + 0.5)),
            opened=-_seconds(deal.age_days),
            entered=-_seconds(deal.days_there),
            ready=-_seconds(deal.days_there if deal.days_waited is None else deal.days_waited),
            waits_for=_waits_for(deal),
        )
        for number, deal in enumerate(scenario.open_deals)
    )


def source_place(scenario: Scenario, name: str) -> int:
    """Return the place of a source in `simulations.regime.Regime.sources`; raises ValueError for one that is not there."""
    names = {"prospecting": FOUND, "referral": INTRODUCED}
    if name in names:
        return names[name]
    return FIRST_STREAM + [stream.name for stream in scenario.sources.inbound].index(name)


def _waits_for(deal: OpenDeal) -> int:
    if deal.silent:
        return CHASED
    return REPLY_AWAITED if deal.days_waited is None else REP_AWAITED


def _seconds(days: float) -> int:
    return math.floor(days * DAY + 0.5)
