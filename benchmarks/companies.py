"""Kinds of company for the closed loop: nothing changes, every mechanism is on, or something changes in mid-year."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from simulations.calendar import timeline
from simulations.scenario.model import Scenario
from simulations.scenario_file import load_scenario

SAAS = Path(__file__).parents[1] / "examples" / "scenarios" / "saas-team.yaml"
#: Weeks of the year in which something may change: before the first forecast, and after all but the last.
FIRST_WEEK, LAST_WEEK = 5, 39
#: What is found in an hour of prospecting, and odds to advance in each stage, are so many times as high, or as low.
LEADS, ODDS = 1.6, 1.5


def software_company(seed: int) -> Scenario:  # noqa: ARG001 - every kind is asked by its seed
    """Return the shipped team of a software company: people leave, are away, ramp; pushes at quarter ends; inbound leads."""
    return load_scenario(SAAS)


def everything_on(seed: int) -> Scenario:  # noqa: ARG001 - every kind is asked by its seed
    """Return the default team with every mechanism on that it leaves out unless told."""
    return Scenario.model_validate(
        {
            "team": {"groups": [{"attrition_per_year": 0.3, "absence_weeks_per_year": 4}]},
            "sources": {
                "inbound": [{"name": "inbound", "response_exponent": 0.69}],
                "referrals": {"ask_rate_meeting": 0.2},
            },
            "work": {"block_startup_minutes": 10, "distraction_share": 0.05},
            "quarter_end": {
                "push_weeks": 2,
                "discount": 0.1,
                "pull_in_logit": 0.3,
                "pull_in_days": 14,
            },
        }
    )


def changed(seed: int) -> Scenario:
    """Return the default team in whose year something changes for good on one Monday.

    Half of these companies find 1.6 times as many leads an hour from then on, or as many fewer; in the others the odds to
    advance are 1.5 times as high in every stage, or as low. Which, and when, is drawn by the seed.
    """
    rng = np.random.default_rng(seed)
    scenario = Scenario()
    line = timeline(scenario)
    week, better = int(rng.integers(FIRST_WEEK, LAST_WEEK + 1)), bool(rng.integers(2))
    start = line.date_of(line.year_start_day + 7 * week).isoformat()
    if rng.integers(2):
        rate = scenario.sources.prospecting.leads_per_hour
        what: dict[str, object] = {
            "values": {"sources.prospecting.leads_per_hour": rate * LEADS if better else rate / LEADS}
        }
    else:
        shift = math.log(ODDS) if better else -math.log(ODDS)
        what = {
            "advance_probability": {
                stage.name: 1 / (1 + (1 / stage.advance_probability - 1) * math.exp(-shift))
                for stage in scenario.stages
            }
        }
    return Scenario.model_validate({"changes": [{"start": start, **what}]})


#: By what is said of them; each gives the scenario of a seed.
KINDS = {
    "a software company": software_company,
    "every mechanism on": everything_on,
    "a change in mid-year": changed,
}
