"""Every statistical method says in its docstring what it estimates, what it assumes, and where it comes from."""

from __future__ import annotations

import inspect
import re
from importlib import import_module

import pytest

#: Module -> the functions that estimate something; a new one belongs here.
METHODS = {
    "forecast.backtest.baselines": (
        "trailing_mean",
        "seasonal_naive",
        "spreadsheet",
        "exponential_smoothing",
    ),
    "forecast.backtest.resampling": ("resampled_mean", "hit_range"),
    "forecast.backtest.scores": ("fair_crps", "pinball", "pit"),
    "forecast.bookings": ("draw_bookings",),
    "forecast.calibration.amounts": ("learn_amounts", "band_factors"),
    "forecast.calibration.assumed": ("Assumed.added_to",),
    "forecast.calibration.creation": ("learn_creation",),
    "forecast.calibration.draws": ("memory_of", "level_wins"),
    "forecast.calibration.hazards": ("estimate_hazards",),
    "forecast.calibration.levels": ("learn_levels",),
    "forecast.calibration.whole_days": ("first_whole_day",),
    "forecast.calibration.seasons": ("season_of",),
    "forecast.calibration.win_curves": ("win_curves",),
    "forecast.calibration.workdays": ("estimate_clock",),
    "forecast.cycle": ("sales_cycle",),
    "forecast.exact": ("exact_open",),
    "forecast.incidence": ("incidence",),
    "forecast.inflow.conversion_trend": ("conversion_trend",),
    "forecast.inflow.cycle_trend": ("cycle_trend",),
    "forecast.inflow.shares": ("chance_of", "difference"),
    "forecast.inflow.weekly": ("weekly",),
    "forecast.judgement.bias": ("bias_draws",),
    "forecast.judgement.blending": ("learn_blend",),
    "forecast.judgement.scoring": ("scores_of",),
    "forecast.prospecting.per_hour": ("rates_of", "dispersion"),
    "forecast.prospecting.worth": ("worth_of",),
    "forecast.risks": ("hinges",),
    "forecast.rollups.sharing": ("learn_shares",),
    "forecast.targets.coverage": ("required_coverage",),
    "forecast.targets.creation": ("required_creation",),
    "forecast.targets.last_useful": ("last_useful",),
}
NAMED = [(module, name) for module, names in METHODS.items() for name in names]
#: A source: somebody's work with its year, or a rule that is its own definition.
SOURCE = re.compile(r"[A-Z][a-z]+(?: (?:and|&) [A-Z]\w+| et al\.)?,? \(?(?:18|19|20)\d\d")


@pytest.mark.parametrize(("module", "name"), NAMED)
def test_a_method_states_its_estimator_its_assumptions_and_its_source(module: str, name: str) -> None:
    found = import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    said = " ".join(inspect.getdoc(found).partition("Parameters\n")[0].split())
    assert len(said.split()) >= 20, "says too little of what is estimated and how"
    assert re.search(r"[Aa]ssum", said), "says nothing of what is assumed"
    assert SOURCE.search(said), "names no source"
